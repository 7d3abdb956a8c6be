"""Dates in the text of a page: where each stands, how it is written, what stands around it.

`scan` finds every written form once; the others decide what a found date is good for. A date with an impossible
day, or from before 1978 (clocks set to zero, 1970), is no date. Source: sites-as-they-are.md, section 2.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone

from monitor.collect.extract import mongolian

EARLIEST, LATEST = 1978, 2100
SHANGHAI = timezone(timedelta(hours=8))
_B = "\x1f\n"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_MONTH = r"(?:1[0-2]|0?[1-9])"
_YEAR = r"(?:19|20)\d{2}"
_FULL = re.compile(
    rf"({_YEAR})\s?[-/.年．]\s?({_MONTH})\s?[-/.月．]\s?({_DAY})(?!\d|\.\d|\s?[-/]\d{{1,2}}[-/])\s?[日号]?"
)
_EDGE = rf"(?<![^{_B}])"
_START = f"[{_B}]"
_MAYBE_SPLIT = re.compile(
    rf"[{_B}]\d{{1,4}}(?:[-/.年月]\d{{1,2}})?[日年月]?[-/.]?[{_B}]\d{{1,4}}(?:[-/.年月日{_B}]|\Z)"
)
_CLOSE = rf"(?=[{_B}]|\Z)"
_SPLIT = (
    (re.compile(rf"{_START}({_DAY})日?[{_B}]({_YEAR})[-/.年]({_MONTH})月?{_CLOSE}"), (2, 3, 1)),
    (re.compile(rf"{_START}({_MONTH})[-/.月]({_DAY})日?[{_B}]({_YEAR})年?{_CLOSE}"), (3, 1, 2)),
    (re.compile(rf"{_START}({_YEAR})[-/.年]({_MONTH})月?[-/.]?[{_B}]({_DAY})日?{_CLOSE}"), (1, 2, 3)),
    (re.compile(rf"{_START}({_YEAR})年?[{_B}]({_MONTH})[-/.月]({_DAY})日?{_CLOSE}"), (1, 2, 3)),
    (re.compile(rf"{_START}({_DAY})日?[{_B}]({_MONTH})月?[{_B}]({_YEAR})年?{_CLOSE}"), (3, 2, 1)),
    (re.compile(rf"{_START}({_YEAR})年?[{_B}]({_MONTH})月?[{_B}]({_DAY})日?{_CLOSE}"), (1, 2, 3)),
)
_SHORT_YEAR = re.compile(rf"{_EDGE}[\[(（【]?\s?([1-4]\d)[-/.](\d{{2}})[-/.](\d{{2}})\s?[\])）】]?{_CLOSE}")
_YEARLESS = re.compile(
    rf"{_EDGE}[\[(（【]?\s?({_MONTH})[-/月]({_DAY})日?\s?[\])）】]?{_CLOSE}|[\[(（【]({_MONTH})[-/月]({_DAY})日?[\])）】]"
)
_YEARLESS_SPLIT = re.compile(rf"{_EDGE}({_DAY})日?[{_B}]({_MONTH})月{_CLOSE}")
_NUMERALS = "〇○零Ｏ一二三四五六七八九"
_CHINESE = re.compile(
    r"([一二][〇○零Ｏ一二三四五六七八九]{3})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日"
)
_WIDE = str.maketrans("０１２３４５６７８９－／．", "0123456789-/.")
_WIDE_DIGIT = re.compile("[０-９]")
_TIME_AFTER = re.compile(r"[\sT\-]{0,2}\d{1,2}[:：]\d{2}(?:[:：]\d{2})?")

_PUBLISHED = re.compile(
    r"(?:发\s?布|公\s?布|发\s?表|发\s?稿|刊\s?发|刊\s?登|上\s?传|上\s?载|录\s?入|添\s?加|入\s?库|公\s?开|登\s?载|上\s?网|编\s?发|信\s?息|稿\s?件|新\s?闻|撰\s?稿|推\s?送)"
    r"\s?(?:时\s?间|日\s?期)$|(?:发布于|发表于|刊发于|发布|发表|pub(?:lish)?(?:ed)?\s?(?:date|time|on|at)|posted(?:\s?on)?)$",
    re.I,
)
_GENERIC = re.compile(r"(?:^|[^\w\u4e00-\u9fff])(?:时\s{0,4}间|日\s{0,4}期|date|time)$", re.I)
_LESSER = re.compile(
    r"(?:发\s?文|生\s?成|更\s?新|修\s?改|公\s?示|制\s?发)\s?(?:时\s?间|日\s?期)$|(?:更新于|最后更新)$"
)
_OTHER_LABEL = re.compile(
    r"(?:成\s?文|印\s?发|签\s?发|生\s?效|施\s?行|实\s?施|执\s?行|有\s?效|失\s?效|废\s?止|截\s?止|截\s?至|开\s?始|结\s?束|起\s?止|报\s?名|"
    r"出\s?生|举\s?办|活\s?动|办\s?理|统\s?计|开\s?通|建\s?站|当\s?前|系\s?统|服务器|北\s?京|到\s?期|访\s?谈|征\s?集|会\s?议|开\s?标|考\s?试|成\s?立|任\s?职)"
    r"\s?(?:时\s?间|日\s?期|期\s?限|期|日)$|(?:截\s?止|截\s?至|有效期|施行|起止)$"
)
_IN_SENTENCE = re.compile(r"(?:从|自|至|到|于|截至|截止|前|后|起|定在)$")
_LETTER_LABEL = re.compile(
    r"(?:来\s?信|提\s?交|留\s?言|写\s?信|咨\s?询|提\s?问|回\s?复|答\s?复|办\s?结|处\s?理|投\s?诉|受\s?理|回\s?信)\s?(?:时\s?间|日\s?期|于)$"
)
_NOISE = re.compile(
    r"今\s?天|今\s?日|现在|当前时间|当前日期|系统时间|北京时间|天气|气温|农历|阴历|公历|版权|copyright|©|(?:^|\W)\(c\)|建议使用|访问|浏览|点击|人次|统计|"
    r"截至|截止|页面生成|开通于|自从|上线|上次登录|您是第|计数|counter|last\s?login|备案|欢迎",
    re.I,
)
_WEEKDAY = re.compile(r"[\s,，]{0,3}(?:星期|周|礼拜)[一二三四五六日天]")


@dataclass(slots=True)
class Hit:
    """One written date: its day and its place in the text of the page."""

    day: date
    start: int
    stop: int


def possible(year: int, month: int, day: int) -> date | None:
    """The date, or None where there is no such day or the year cannot be one of publication."""
    if not EARLIEST <= year <= LATEST:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def narrow(text: str) -> str:
    """The text with full-width digits made half-width; the length does not change."""
    return text.translate(_WIDE) if _WIDE_DIGIT.search(text) else text


def scan(text: str, *, limit: int = 4_000) -> list[Hit]:
    """Every whole date in a page's text (already `narrow`), in order."""
    hits: list[Hit] = []
    for match in _FULL.finditer(text):
        day = possible(int(match[1]), int(match[2]), int(match[3]))
        if day is not None and not text[match.start() - 1 : match.start()].isdigit():
            hits.append(Hit(day, match.start(), match.end()))
            if len(hits) >= limit:
                break
    if _MAYBE_SPLIT.search(text):
        hits = _with_split(text, hits, limit)
    if "二〇" in text or "二○" in text or "二零" in text:
        for match in _CHINESE.finditer(text):
            day = _chinese(match[1], match[2], match[3])
            if day is not None and len(hits) < limit:
                hits.append(Hit(day, match.start(), match.end()))
        hits.sort(key=lambda hit: hit.start)
    return hits


def _with_split(text: str, hits: list[Hit], limit: int) -> list[Hit]:
    taken = {hit.start for hit in hits}
    found: list[Hit] = []
    for pattern, (year, month, day_group) in _SPLIT:
        for match in pattern.finditer(text):
            day = possible(int(match[year]), int(match[month]), int(match[day_group]))
            if day is None or len(found) >= limit:
                continue
            places = (match.start(1), match.start(2), match.start(3))
            if taken.intersection(places):
                continue
            taken.update(places)
            found.append(Hit(day, match.start() + 1, match.end()))
    if not found:
        return hits
    return sorted([*hits, *found], key=lambda hit: hit.start)


def label_at(text: str, hit: Hit) -> tuple[str, bool]:
    """The label of a date (`published`, `generic`, `lesser`, `letter`, `other` or empty), and whether it is noise.

    Noise is a clock, a weather line, a counter, a copyright line: no date of anything that was published.
    """
    start = hit.start
    line = max(text.rfind("\n", max(0, start - 40), start) + 1, start - 40, 0)
    before = text[line:start]
    label = label_of(before)
    if not label and _IN_SENTENCE.search(before):
        label = "other"
    if not label and line > 1 and not before.strip(" \x1f:：[【(（"):
        # the label may stand in the block before the value (table cells, definition lists); a long one is none
        above = text[max(text.rfind("\n", 0, line - 1) + 1, line - 14) : line - 1]
        label = label_of(above) if len(above) <= 10 else ""
        label = label if label in ("published", "lesser", "other", "letter") else ""
    if label in ("published", "lesser"):
        return label, False
    noise = _NOISE.search(before[-24:]) is not None or _WEEKDAY.match(text, hit.stop) is not None
    return label, noise


def label_of(before: str) -> str:
    """What the words directly before a date say it is."""
    tail = before[-24:].rstrip(" \x1f\n\t\u3000\xa0:：;；]】)）[【(（|丨-—>\u1804")
    if not tail:
        return ""
    last = tail[-14:]
    if _PUBLISHED.search(last):
        return "published"
    if _LETTER_LABEL.search(last):
        return "letter"
    if _OTHER_LABEL.search(last):
        return "other"
    if _LESSER.search(last):
        return "lesser"
    if _GENERIC.search(" " + last):
        return "generic"
    if mongolian.is_mongolian(last) and mongolian.is_published_label(before[-40:]):
        return "published"
    return ""


def _chinese(year: str, month: str, day: str) -> date | None:
    digits = {sign: number for number, sign in enumerate("〇一二三四五六七八九")} | {"○": 0, "零": 0, "Ｏ": 0}

    def small(words: str) -> int:
        if "十" not in words:
            return digits.get(words, 0) if len(words) == 1 else 0
        tens, _, ones = words.partition("十")
        return (digits.get(tens, 1) if tens else 1) * 10 + (digits.get(ones, 0) if ones else 0)

    return possible(int("".join(str(digits[sign]) for sign in year)), small(month), small(day))


def short_year(text: str) -> tuple[date, int, int] | None:
    """A date with a two-digit year that fills its cell (`26-09-24`), with its place."""
    match = _SHORT_YEAR.search(text)
    if match is None:
        return None
    day = possible(2000 + int(match[1]), int(match[2]), int(match[3]))
    return (day, match.start(), match.end()) if day else None


def month_day(text: str) -> tuple[int, int] | None:
    """Month and day of a year-less date that fills its cell or stands in brackets (`05-18`, `[5月18日]`)."""
    match = _YEARLESS.search(text)
    if match is not None:
        month, day = (int(part) for part in match.groups() if part is not None)
    else:
        match = _YEARLESS_SPLIT.search(text)
        if match is None:
            return None
        day, month = int(match[1]), int(match[2])
    return (month, day) if possible(2024, month, day) else None


def read_day(value: object) -> date | None:
    """The day in one value: a written date, unix seconds or milliseconds (+08:00), eight or fourteen digits."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return _unix(float(value))
    if not isinstance(value, str):
        return None
    text = narrow(value.strip())[:64]
    if text.isdigit():
        if len(text) in (8, 12, 14) and text[:2] in ("19", "20"):
            day = possible(int(text[:4]), int(text[4:6]), int(text[6:8]))
            if day is not None:
                return day
        return _unix(float(text)) if len(text) in (10, 13) else None
    if "T" in text and text.endswith(("Z", "+00:00")):
        try:
            moment = datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(SHANGHAI)
            return possible(moment.year, moment.month, moment.day)
        except ValueError:
            pass
    if text.startswith("/Date("):
        return read_day(text[6:].partition(")")[0].partition("+")[0])
    match = _FULL.search(text) or _CHINESE.search(text)
    if match is None or text[match.start() - 1 : match.start()].isdigit():
        return None
    if match.re is _CHINESE:
        return _chinese(match[1], match[2], match[3])
    return possible(int(match[1]), int(match[2]), int(match[3]))


def _unix(number: float) -> date | None:
    if not 1e8 < number < 5e12:
        return None
    seconds = number / 1000 if number > 1e11 else number
    moment = datetime.fromtimestamp(seconds, tz=UTC).astimezone(SHANGHAI)
    return possible(moment.year, moment.month, moment.day)


def only_date(piece: str) -> bool:
    """Whether a short piece of text is a date and nothing else but its time, label and brackets."""
    rest = _FULL.sub("", narrow(piece), count=1)
    rest = _TIME_AFTER.sub("", rest)
    rest = re.sub(r"[\s\[\]()（）【】:：|/·\-—~<>]|发布|时间|日期|更新|于|星期.|周.", "", rest)
    return len(rest) <= 2
