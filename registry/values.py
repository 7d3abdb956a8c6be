"""What may stand in a cell: one value type for each way of reading, writing and storing, shared by all files.

A value type reads tidied text (and refuses it with a reason), writes it back so that reading gives the same
value, and turns it into what a database column holds. Days and moments are those of Shanghai.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from registry.codes import is_division_code
from registry.errors import CellRefused
from registry.model import Reviewer
from registry.times import SHANGHAI, from_wall_clock, wall_clock

EARLIEST_YEAR, LATEST_YEAR = 1990, 2100
EVERYTHING = "全部"
YES = frozenset({"是", "有", "true", "yes", "y", "1"})
NO = frozenset({"否", "无", "false", "no", "n", "0"})

# A leading sign would read as an option or a formula; slashes and quotes would leave the cell in file names.
IDENTIFIER = re.compile(r"""[^\s/\\<>"'|?*;,.=+\-@][^\s/\\<>"'|?*;,]*""")
DAY = re.compile(
    r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|\.(\d{1,2})\.(\d{1,2})|年(\d{1,2})月(\d{1,2})日)"
)
COMPACT_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")
CLOCK = re.compile(r"(\d{1,2})[:时](\d{1,2})分?(?:[:]?(\d{1,2})(?:\.\d+)?秒?)?\s*(Z|[+-]\d{2}:?\d{2})?")
PLAIN_ADDRESS = re.compile(
    r"https?://[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9-]+)+(?:/[!-~]*)?"
)  # most of them
LEVEL_WORDS = {"一级": 1, "二级": 2, "三级": 3, "四级": 4}


def same(value: Any) -> Any:
    """Stored as it is."""
    return value


@dataclass(frozen=True, slots=True)
class ValueType:
    """How one kind of value is read from text, written as text, and stored.

    `code` marks values in which full-width characters and Excel's numbers are mended.
    """

    read: Callable[[str], Any]
    write: Callable[[Any], str] = str
    store: Callable[[Any], Any] = same
    load: Callable[[Any], Any] = same
    longest: int = 200
    code: bool = False


def read_text(text: str) -> str:
    """Any text."""
    return text


def read_identifier(text: str) -> str:
    """A code that names a target; it may end up in file names, so separators and quotes are refused."""
    if IDENTIFIER.fullmatch(text) is None or ".." in text:
        raise CellRefused("编码中不能有空格、斜线、引号、逗号、分号等符号，也不能以 . = + - @ 开头")
    return text


def read_site_code(text: str) -> str:
    """A site code; its form is only warned about, but `BM` is the same code as `bm`."""
    code = read_identifier(text)
    return code.lower() if code[:2] == "BM" and code[2:].isdigit() else code


def read_division_code(text: str) -> str:
    """Six digits."""
    if not is_division_code(text):
        raise CellRefused("行政区划代码应为6位数字")
    return text


def read_web_address(text: str) -> str:
    """An http or https address with a host and without a user name."""
    if PLAIN_ADDRESS.fullmatch(text):
        return text
    if re.search(r"\s", text):
        raise CellRefused("网址中有空格")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise CellRefused("网址写法有误，无法识别主机名或端口") from error
    if parts.scheme.lower() not in {"http", "https"}:
        raise CellRefused("网址应以 http:// 或 https:// 开头")
    if not parts.hostname or port == 0:
        raise CellRefused("网址缺少主机名或端口有误")
    if parts.username is not None or parts.password is not None:
        raise CellRefused("网址中不能带用户名或密码")
    return text


def read_yes_no(text: str) -> bool:
    """是 or 否."""
    word = text.casefold()
    if word in YES:
        return True
    if word in NO:
        return False
    raise CellRefused("应填 是 或 否")


def write_yes_no(value: bool) -> str:
    """是 or 否."""
    return "是" if value else "否"


def a_day(year: str, month: str, day: str) -> date:
    """A day of the calendar within the years that the registry knows."""
    if not EARLIEST_YEAR <= int(year) <= LATEST_YEAR:
        raise CellRefused(f"年份应在 {EARLIEST_YEAR} 至 {LATEST_YEAR} 之间")
    try:
        return date(int(year), int(month), int(day))
    except ValueError as error:
        raise CellRefused("日历上没有这一天") from error


def split_day(text: str) -> tuple[date, str]:
    """The day at the head of a text, and the text after it."""
    found = DAY.match(text)
    if found is not None:
        year, month, day = (part for part in found.groups() if part is not None)
        return a_day(year, month, day), text[found.end() :].strip()
    compact = COMPACT_DAY.fullmatch(text)
    if compact is not None:
        return a_day(*compact.groups()), ""
    if re.fullmatch(r"\d{5}(?:\.\d+)?", text):
        raise CellRefused("这是Excel的日期序号；请把单元格设为日期格式，或填写 2026-03-01 这样的日期")
    raise CellRefused("日期应写作 2026-03-01、2026/3/1 或 2026年3月1日")


def read_day(text: str) -> date:
    """A day; a time of midnight behind it is Excel's and is dropped."""
    day, rest = split_day(text)
    if rest not in {"", "00:00", "00:00:00", "0:00", "0:00:00"}:
        raise CellRefused("只填日期，不填时间")
    return day


def read_moment(text: str) -> datetime:
    """A moment of Shanghai to the second; a day alone is its midnight, 24:00 the next day's."""
    day, rest = split_day(text)
    midnight = datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)
    if rest == "":
        return midnight
    clock = CLOCK.fullmatch(rest.removeprefix("T"))
    if clock is None:
        raise CellRefused("时间应写作 2026-03-01 08:30")
    hour, minute, second = int(clock[1]), int(clock[2]), int(clock[3] or 0)
    if (hour, minute, second) == (24, 0, 0):
        return midnight + timedelta(days=1)
    if hour > 23 or minute > 59 or second > 59:
        raise CellRefused("没有这个时刻")
    local = midnight.replace(hour=hour, minute=minute, second=second)
    if clock[4] is None:
        return local
    offset = clock[4].replace("Z", "+00:00")
    try:
        return datetime.fromisoformat(f"{local:%Y-%m-%dT%H:%M:%S}{offset}").astimezone(SHANGHAI)
    except ValueError as error:
        raise CellRefused("时区写法有误") from error


def read_end_of_span(text: str) -> datetime:
    """The end of a span; a day alone counts whole, so the end is the next day's midnight."""
    moment = read_moment(text)
    return moment + timedelta(days=1) if split_day(text)[1] == "" else moment


def write_moment(moment: datetime) -> str:
    """Wall-clock time of Shanghai to the second."""
    return wall_clock(moment).isoformat(sep=" ", timespec="seconds")


def read_reviewer(text: str) -> Reviewer:
    """`person@organisation`; without an `@` the organisation is unknown."""
    person, sign, organisation = (part.strip() for part in text.replace("\uff20", "@").partition("@"))
    if not person or (sign and not organisation) or "@" in organisation:
        raise CellRefused("应写作 姓名@所在单位")
    return Reviewer(person, organisation or None)


def write_reviewer(reviewer: Reviewer | None) -> str:
    """`person@organisation`, or the person alone."""
    if reviewer is None:
        return ""
    return reviewer.person if reviewer.organisation is None else f"{reviewer.person}@{reviewer.organisation}"


def read_names(text: str) -> tuple[str, ...]:
    """Names separated by semicolons of either width, each once, in their order."""
    names = (name.strip() for name in text.replace("\uff1b", ";").split(";"))
    return tuple(dict.fromkeys(name for name in names if name))


def read_column_level(text: str) -> int:
    """The depth of a column: 1 is linked from the home page."""
    level = LEVEL_WORDS.get(text) or (int(text) if re.fullmatch(r"[1-9]", text) else None)
    if level is None:
        raise CellRefused("栏目级别应为 1 至 9 的数字")
    return level


def read_outage_target(text: str) -> str | None:
    """A target's code, or 全部 for all of them (None)."""
    return None if text == EVERYTHING else read_identifier(text)


def one_of(words: type[StrEnum]) -> ValueType:
    """The fixed words of an enumeration."""
    known = {str(word): word for word in words}

    def read(text: str) -> StrEnum:
        found = known.get(text.replace(" ", ""))
        if found is None:
            raise CellRefused(f"应为以下之一：{' / '.join(known)}")
        return found

    return ValueType(read, store=str, load=words, longest=20, code=True)


def optional(kind: ValueType) -> ValueType:
    """The same type where a cell may be empty: nothing is written as an empty cell and stored as NULL."""
    return ValueType(
        kind.read,
        lambda value: "" if value is None else kind.write(value),
        lambda value: None if value is None else kind.store(value),
        lambda value: None if value is None else kind.load(value),
        kind.longest,
        kind.code,
    )


TEXT = ValueType(read_text)
LONG_TEXT = ValueType(read_text, longest=1000)
CODE_TEXT = ValueType(read_text, code=True)
IDENTIFIER_CODE = ValueType(read_identifier, longest=64, code=True)
SITE_CODE = ValueType(read_site_code, longest=64, code=True)
DIVISION_CODE = ValueType(read_division_code, longest=6, code=True)
WEB_ADDRESS = ValueType(read_web_address, longest=2000, code=True)
YES_NO = ValueType(read_yes_no, write_yes_no, longest=10, code=True)
DAY_VALUE = ValueType(read_day, date.isoformat, longest=40, code=True)
MOMENT = ValueType(read_moment, write_moment, wall_clock, from_wall_clock, 40, code=True)
END_OF_SPAN = ValueType(read_end_of_span, write_moment, wall_clock, from_wall_clock, 40, code=True)
REVIEWER = ValueType(read_reviewer, write_reviewer, write_reviewer, read_reviewer)
NAMES = ValueType(read_names, ";".join, ";".join, read_names, longest=1000)
COLUMN_LEVEL = ValueType(read_column_level, longest=10, code=True)
TARGET_OR_ALL = ValueType(read_outage_target, lambda value: value or EVERYTHING, longest=64, code=True)
