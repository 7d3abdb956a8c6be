"""Footer values in the forms in which they are really written, and the ones that stand there wrongly.

Looked for in the footer (whatever the page makes of it), not in articles: a notice may name the sponsor of an
event, a bulletin may list the codes of other sites. Source: rules.md 3.2, sites-as-they-are.md section 3.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from urllib.parse import unquote

from monitor.collect.extract.dates import narrow
from monitor.collect.extract.links import Anchor
from monitor.collect.extract.page import FooterField, Region
from monitor.collect.extract.regions import FOOTER_WORDS
from monitor.collect.extract.tree import Tree, spaced

_PROVINCE = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_S = r"[\s\u200b]{0,6}"
_SITE_CODE = re.compile(
    rf"标{_S}识{_S}[码号](?:编号|为|是)?{_S}[:：]?{_S}((?:[A-Za-z]{{2}}{_S})?\d{{3,18}})(?!\d)"
)
# The patterns begin with their rarest sign; the province in front is looked for behind them.
_ICP = re.compile(
    rf"I{_S}C{_S}P{_S}(?P<mark>备案?序?号?{_S}[:：]?|备字?第?|证){_S}(?P<digits>\d{{4,14}})(?P<end>{_S}号)?"
    rf"(?:{_S}[-—－–]{_S}(?P<sub>\d{{1,3}})(?!\d))?",
    re.I,
)
_POLICE = re.compile(
    rf"公{_S}网?{_S}安?{_S}备{_S}(?P<mark>案?号?{_S}[:：]?){_S}(?P<digits>\d{{6,18}})(?P<end>{_S}号)?"
)
_PLACE = re.compile(rf"([{_PROVINCE}]|内蒙古?){_S}\Z")
_POLICE_OLD = re.compile(
    rf"(?:公安(?:机关|部门|局|网安|联网)?(?:互联网)?(?:安全)?|联网|网安)备案?{_S}(?:编?号|序号)?{_S}[:：]?{_S}"
    rf"(?:[{_PROVINCE}]公网安备{_S})?(?P<number>\d{{6,14}}(?:{_S}-{_S}\d{{3,6}})?|[{_PROVINCE}]公?备\d{{4,16}}(?:-\d{{1,5}})?)"
)
_OLD_NUMBER = re.compile(rf"\d{{11}}-\d{{5}}|[{_PROVINCE}]公?备\d{{4,16}}(?:-\d{{1,5}})?")
_SPACES = re.compile(r"\s+")
_RECORD_CODE = re.compile(
    r"(?:recordcode|record_code|recordCode)=(\d{6,18})|registerSystemInfo/(\d{14})", re.I
)
_ORG = r"[\u4e00-\u9fff·（）()《》\u1820-\u18aaA-Za-z\-—、]"
_SPONSOR = re.compile(
    rf"主{_S}办{_S}(?:[、/和与及]{_S}承{_S}办{_S})?(?:单{_S}位|机{_S}关|部{_S}门|方|者)?{_S}[:：]{_S}(?P<name>{_ORG}{{2,60}}(?:\d(?!\d)|{_ORG}){{0,20}})"
)
_SPONSOR_BARE = re.compile(rf"主办(?:单位|机关|部门)[\s]{{1,4}}(?P<name>{_ORG}{{4,60}})")
_SPONSOR_AFTER = re.compile(r"[（(\[【]\s?主\s?办(?:单位)?\s?[)）\]】]|主办(?=[\s，,。；;|｜丨]|\Z)")
_OPERATOR = re.compile(
    rf"(?:承{_S}办|运{_S}维|运行{_S}维护|运行维护管理|运营维护|运维管理|运{_S}行|运{_S}营|维{_S}护|管理维护|内容维护|日常维护|运行管理|维护管理|信息维护|网站维护|内容保障|管理运维)"
    rf"{_S}(?:单{_S}位|机{_S}构|部{_S}门|方)?{_S}[:：]{_S}(?P<name>{_ORG}{{2,60}}(?:\d(?!\d)|{_ORG}){{0,20}})"
)
_OPERATOR_BARE = re.compile(
    rf"(?:承办|运维|运行维护|维护|运营)(?:单位|机构|部门)[\s]{{1,4}}(?P<name>{_ORG}{{4,60}})"
)
_OPERATOR_AFTER = re.compile(
    r"[（(\[【]\s?(?:承\s?办|运维|运行维护|维护)(?:单位)?\s?[)）\]】]|承办(?=[\s，,。；;|｜丨]|\Z)"
)
_NAME_BEFORE = re.compile(r"([\u4e00-\u9fff·]{3,40})\s{0,2}\Z")
_NEXT_LABEL = re.compile(
    r"(?:主办|承办|协办|技术支持|技术|版权|运行|运维|维护|联系|电话|地址|邮编|备案|网站标识|政府网站标识|ICP|建议|蒙ICP|管理单位|主管|支持|开发|制作|Copyright|中文域名|传真).{0,12}\Z",
    re.I,
)
_ORG_TAIL = re.compile(r"(?:人民政府|委员会|行政公署|旗委|市委|县委|盟委|区委|党委|党工委|管委会)\Z")
_NUMBER = re.compile(
    r"(?:[（(]?0\d{2,3}[)）]?\s?[-—－–]\s?\d{7,8}(?:[-—转]\d{1,5})?|[（(]0\d{2,3}[)）]\s?\d{7,8}|0\d{2,3}\s?\d{7,8}|400-?\d{3}-?\d{4}|\d{7,8}|12345|1[3-9]\d{9})(?![\d\-])"
)
_PHONE_MARK = re.compile(
    r"电\s?话|热\s?线|联系方式|联系我们|总机|座机|值班|咨询|tel|phone|\d[、,，/;；\s]{1,3}\Z", re.I
)
_NO_PHONE = re.compile(r"传\s?真|fax|邮\s?编|邮政编码|ICP|备案?号?|标识码|安备|qq|编号", re.I)
_EMAIL = re.compile(
    r"(?<![\w.+\-])([A-Za-z0-9][\w.+\-]{0,40})\s?(?:@|＠|\[at\]|\(at\)|（at）)\s?([A-Za-z0-9][A-Za-z0-9\-]{0,40}(?:\.[A-Za-z0-9\-]{2,20}){1,3})",
    re.I,
)
_CONAC_ID = re.compile(r"[?&]id=([0-9A-Fa-f]{32})")
_CONAC_SCRIPT = re.compile(r"(?:dcs|bszs)[.\-]conac[.\-]cn[^\"'<>\s]{0,120}?/(CA\d{9,30})", re.I)
_CONAC_HOST = re.compile(r"//(?:bszs|dcs)?[.\-]?conac[.\-]cn|//(?:bszs|dcs)[.\-]conac", re.I)
_JIUCUO_CODE = re.compile(r"(?:site_?code|[?&]v)=([A-Za-z]{0,2}\d{8,12})", re.I)
_JIUCUO_WORDS = re.compile(r"政府网站找错|网站找错|我来找错|我要找错|为.{0,8}找错|网站纠错")
_MARK_SIGNS = ("conac", "ecord", "jiucuo", "zfwzgl")
_STRONG = re.compile(r"标识码|ICP备|公网安备|备案|版权所有|copyright|©|技术支持", re.I)
_MAX_TEXT = 60_000
_MAX_KNOWN = 3_000
_TAIL = 0.55
VALID_CODE = re.compile(r"\d{10}|bm\d{8}")


def footer_fields(
    tree: Tree, text: str, anchors: list[Anchor], regions: list[Region], *, everywhere: bool = False
) -> tuple[FooterField, ...]:
    """The footer values of a page, each once, in reading order; `everywhere` takes the whole text as footer."""
    spans = [(0, min(len(text), _MAX_TEXT))] if everywhere else _spans(tree, text, regions)
    gathered = _Gathered(tree)
    for start, stop in spans:
        part = text[start:stop]
        for field in _known_values(part) if len(part) <= _MAX_KNOWN else _values(part):
            gathered.add(field, start)
    if not everywhere:
        _tail_numbers(text, gathered)
    _from_links(tree, anchors, gathered)
    _marks(tree, gathered)
    return gathered.fields()


class _Gathered:
    """Values by field; what is hidden counts only where nothing of the field is visible."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._seen: dict[tuple[str, str], FooterField] = {}
        self._hidden: dict[tuple[str, str], FooterField] = {}

    def add(self, found: tuple[FooterField, int], offset: int) -> None:
        field, place = found
        hidden = bool(self._tree.hiding) and self._tree.is_hidden(self._tree.at(offset + place))
        self.put(field, hidden=hidden)

    def put(self, field: FooterField, *, hidden: bool = False) -> None:
        chosen = self._hidden if hidden else self._seen
        chosen.setdefault((field.field, field.value), field)

    def has(self, name: str) -> bool:
        return any(field == name for field, _ in (*self._seen, *self._hidden))

    def fields(self) -> tuple[FooterField, ...]:
        visible = {name for name, _ in self._seen}
        rest = [field for (name, _), field in self._hidden.items() if name not in visible]
        return (*self._seen.values(), *rest)


def _spans(tree: Tree, text: str, regions: list[Region]) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    index = 0
    with suppress(ValueError):
        while True:
            index = regions.index(Region.FOOTER, index)
            if tree.stop[index] > tree.start[index]:
                spans.append((tree.start[index], tree.stop[index]))
            index = tree.end[index]
    merged: list[tuple[int, int]] = []
    for start, stop in spans:
        if merged and start - merged[-1][1] <= 2:
            merged[-1] = (merged[-1][0], stop)
        else:
            merged.append((start, stop))
    if not merged or not any(FOOTER_WORDS.search(text, start, stop) for start, stop in merged):
        tail = int(len(text) * _TAIL)
        match = None
        for match in FOOTER_WORDS.finditer(text, tail):
            if _STRONG.match(match[0]):
                merged.append((max(tail, match.start() - 300), min(len(text), match.end() + 700)))
                break
    return merged


def _values(part: str) -> tuple[tuple[FooterField, int], ...]:
    return (*_numbers(part), *_names(part), *_contacts(part))


_known_values = lru_cache(maxsize=1_024)(_values)
"""The pages of a site end in the same words, which need to be read once."""


def _numbers(part: str) -> Iterator[tuple[FooterField, int]]:
    if "标" in part:
        for match in _SITE_CODE.finditer(part):
            value = re.sub(r"\s", "", match[1]).lower()
            yield _field("site_code", value, VALID_CODE.fullmatch(value) is None, part, match), match.start()
    if "P" in part or "p" in part:
        for match in _ICP.finditer(part):
            yield _icp(part, match), match.start()
    if "备" in part and ("公" in part or "网" in part):
        yield from _police(part)


def _icp(part: str, match: re.Match[str]) -> FooterField:
    digits, place = match["digits"], _place(part, match)
    mark = _SPACES.sub("", match["mark"])
    whole = len(digits) == 8 or (len(digits) == 10 and digits.startswith("20"))
    if len(place) == 1 and whole and mark in ("备", "备案"):
        value = f"{place}ICP备{digits}号" + (f"-{match['sub']}" if match["sub"] else "")
        return _field("icp", value, False, part, match)
    value = place + _SPACES.sub("", match[0])
    if place and mark == "备" and not match["end"] and not match["sub"]:
        value += "号"
    return _field("icp", value, True, part, match)


def _place(part: str, match: re.Match[str]) -> str:
    found = _PLACE.search(part, max(0, match.start() - 8), match.start())
    return found[1] if found else ""


def _police(part: str) -> Iterator[tuple[FooterField, int]]:
    taken: set[int] = set()
    for match in _POLICE.finditer(part):
        digits = match["digits"]
        if "网" not in match[0] and "公安" not in match[0] and len(digits) != 14:
            continue
        place = _place(part, match)
        body = place + _SPACES.sub("", match[0])
        if "-" in part[match.end() : match.end() + 2] and "公安" in body:
            continue  # the old form with a hyphen, below
        taken.add(match.start("digits"))
        proper = len(digits) == 14 and ("网安备" in body or "公备" in body or not place)
        yield _field("police", digits if proper else body, not proper, part, match), match.start()
    for match in _POLICE_OLD.finditer(part):
        if match.start("number") in taken:
            continue
        number = _SPACES.sub("", match["number"])
        good = len(number) == 14 or _OLD_NUMBER.fullmatch(number)
        yield _field("police", number, not good, part, match), match.start()


def _tail_numbers(text: str, gathered: _Gathered) -> None:
    """Numbers that stand behind the page's middle and outside every block that looked like a footer."""
    if all(gathered.has(name) for name in ("site_code", "icp", "police")):
        return
    tail = int(len(text) * _TAIL)
    part = text[tail:]
    if "备" not in part and "标识" not in part:
        return
    found: dict[str, list[tuple[FooterField, int]]] = {}
    for field, place in _numbers(part):
        found.setdefault(field.field, []).append((field, place))
    for name, members in found.items():
        if not gathered.has(name) and len({field.value for field, _ in members}) <= 2:
            for member in members:
                gathered.add(member, tail)


def _names(part: str) -> Iterator[tuple[FooterField, int]]:
    if "办" in part:
        yield from _named(part, "sponsor", "主办", _SPONSOR, _SPONSOR_BARE, _SPONSOR_AFTER)
    if "承" in part or "维" in part or "运" in part:
        yield from _named(part, "operator", "承办", _OPERATOR, _OPERATOR_BARE, _OPERATOR_AFTER)


def _named(
    part: str, name: str, role: str, labelled: re.Pattern[str], bare: re.Pattern[str], after: re.Pattern[str]
) -> Iterator[tuple[FooterField, int]]:
    """The organisations of a role by the surest wording that the footer has."""
    for pattern in (labelled, bare):
        got = False
        for match in pattern.finditer(part):
            organisation = _organisation(part, match["name"], match.end("name"), role)
            if organisation:
                got = True
                yield _field(name, organisation, False, part, match), match.start()
        if got:
            return
    for match in after.finditer(part):
        before = _NAME_BEFORE.search(part, max(0, match.start() - 42), match.start())
        organisation = _organisation(part, before[1], match.end(), role) if before else ""
        if organisation:
            yield _field(name, organisation, False, part, match), match.start()


def _organisation(part: str, found: str, end: int, role: str) -> str:
    name = found.strip("、-—·")
    label = _NEXT_LABEL.search(name, 2)
    colon = part[end : end + 2].strip()[:1] in (":", "：")
    if colon and label:
        name = name[: label.start()]
    else:
        rest = part[end : end + 30]
        follower = re.match(r"[ \u3000\xa0、]([\u4e00-\u9fff]{4,25})(?=[\s|｜]|\Z)", rest)
        if (
            follower
            and _ORG_TAIL.search(name)
            and _ORG_TAIL.search(follower[1])
            and not _NEXT_LABEL.match(follower[1])
        ):
            name = f"{name} {follower[1]}"
    name = re.split(
        r"(?:版权所有|技术支持|承办单位|主办单位|运行维护|备案|网站标识|地址|联系|电话|ICP)", name
    )[0]
    name = re.sub(r"\A(?:由|本网站由|本站由|网站由|为|是)", "", name)
    name = re.sub(rf"(?:[（(]?(?:{role}|主办|承办|运维|维护)(?:单位)?[)）]?)\Z", "", name).strip("、-—·（( ")
    if name.count("（") > name.count("）") or name.count("(") > name.count(")"):
        name = re.split(r"[（(]", name)[0]
    name = (
        re.sub(r"[)）]+\Z", "", name)
        if name.count("（") + name.count("(") < name.count("）") + name.count(")")
        else name
    )
    return name if len(name) >= 3 else ""


def _contacts(part: str) -> Iterator[tuple[FooterField, int]]:
    for match in _NUMBER.finditer(part):
        number, place = match[0], match.start()
        if part[place - 1 : place] in "0123456789-" and place:
            continue
        before = part[max(0, place - 16) : place]
        marks = [found.end() for found in _PHONE_MARK.finditer(before)]
        others = [found.end() for found in _NO_PHONE.finditer(before)]
        if others and max(others) > max(marks, default=-1):
            continue
        if not marks and not re.match(r"[（(]?0\d{2,3}[)）]?\s?[-—－–]|[（(]0", number):
            continue
        tidy = re.sub(r"[（(]?(0\d{2,3})[)）]?\s?[-—－–\s]?\s?(?=\d{7})", r"\1-", number)
        yield _field("phone", tidy, False, part, match), place
    if "@" in part or "＠" in part or "at" in part:
        for match in _EMAIL.finditer(part):
            yield _field("email", f"{match[1]}@{match[2]}".lower(), False, part, match), match.start()


@lru_cache(maxsize=8_192)
def _may_be_mark(address: str, words: str) -> bool:
    return any(sign in address for sign in _MARK_SIGNS) or _JIUCUO_WORDS.search(words) is not None


def _from_links(tree: Tree, anchors: list[Anchor], gathered: _Gathered) -> None:
    for anchor in anchors:
        address = anchor.link.url
        if not _may_be_mark(address, anchor.link.text):
            continue
        if "conac" in address and _CONAC_HOST.search(address):
            identity = _CONAC_ID.search(address)
            value = identity[1].upper() if identity else address
            broken = any("red_error" in tree.attr(image, "src") for image in tree.within(anchor.index, "img"))
            gathered.put(FooterField("conac", value, broken, address[:120]), hidden=anchor.link.hidden)
        elif "ecord" in address and not gathered.has("police"):
            code = _RECORD_CODE.search(address)
            if code and "beian" in address:
                value = code[1] or code[2]
                gathered.put(FooterField("police", value, len(value) != 14, address[:120]))
        if anchor.link.hidden:
            continue
        if "jiucuo" in address or "zfwzgl" in address or _JIUCUO_WORDS.search(anchor.link.text):
            found = _JIUCUO_CODE.search(address)
            value = found[1].lower() if found else ""
            for image in tree.within(anchor.index, "img") if not value else ():
                inner = _JIUCUO_CODE.search(tree.attr(image, "src"))
                value = inner[1].lower() if inner else value
            gathered.put(
                FooterField("jiucuo", value or address, False, f"{anchor.link.text} {address}"[:120])
            )


def _marks(tree: Tree, gathered: _Gathered) -> None:
    """What only scripts and empty elements tell: the correction entry and the institution's mark."""
    for script in tree.scripts:
        source = script.attrs.get("src", "")
        code = script.attrs.get("sitecode", "")
        if script.attrs.get("id") == "_jiucuo_" or code or "jiucuo" in source:
            value = code.strip().lower() or source
            if value:
                malformed = bool(code) and VALID_CODE.fullmatch(value) is None
                gathered.put(FooterField("jiucuo", value, malformed, f"{source} sitecode={code}"[:120]))
        body = source + script.text if "onac" in script.text or "onac" in source else source
        if "onac" in body:
            plain = unquote(body.replace("%u", "\\u")) if "%3" in body or "%2" in body else body
            mark = _CONAC_SCRIPT.search(plain) or re.search(r"(CA\d{15,30})\.js", plain)
            if mark and not gathered.has("conac"):
                gathered.put(FooterField("conac", mark[1].upper(), False, spaced(plain)[:120]))
    if "_span_jiucuo" not in {own.get("id") for own in tree.attrs if own} or gathered.has("jiucuo"):
        return
    gathered.put(FooterField("jiucuo", "_span_jiucuo", False, "_span_jiucuo"))


def _field(name: str, value: str, malformed: bool, part: str, match: re.Match[str]) -> FooterField:
    excerpt = spaced(part[max(0, match.start() - 30) : match.end() + 30])[:120]
    return FooterField(name, value, malformed, excerpt)


def fields_of_text(text: str) -> tuple[FooterField, ...]:
    """The footer values of plain text that is known to be a footer."""
    return footer_fields(Tree(text=text), narrow(text), [], [], everywhere=True)
