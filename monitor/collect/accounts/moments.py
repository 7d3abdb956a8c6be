"""When something was published: the many ways in which sources write a moment, read by one strict rule.

Libraries guess (a missing year becomes this year, `CST` becomes Chicago, a naive time becomes UTC), and a
guess here shifts a post over the two-week line. So every date goes through this module first. Chosen:

- A time without a zone is Asia/Shanghai, and so is `CST` (China Standard Time): the sources are mainland ones.
- A bare day is its midnight in Asia/Shanghai, which is all that a rule counting calendar days needs.
- What has no year, or names no real day, is no date at all: the post then counts as undated.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
_EARLIEST, _LATEST = 1990, 2100
_LONGEST = 120

_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}
_ZONE_HOURS = {
    "Z": 0.0, "UTC": 0, "GMT": 0, "UT": 0, "CST": 8, "HKT": 8, "SGT": 8, "BJT": 8, "JST": 9, "KST": 9,
    "EST": -5, "EDT": -4, "PST": -8, "PDT": -7, "MST": -7, "MDT": -6, "CDT": -5,
}  # fmt: skip

_CLOCK = (
    r"(?P<before>上午|下午|晚上|凌晨|中午|AM|PM)?\s*"
    r"(?P<hour>\d{1,2})\s*[:：时点]\s*(?P<minute>\d{1,2})"
    r"(?:\s*[:：分]\s*(?P<second>\d{1,2}))?(?:[.,]\d{1,9})?\s*[秒分]?\s*(?P<after>[AP]M)?"
)
_ZONE = (
    r"\s*(?P<zone>Z|[A-Z]{2,4}(?![A-Z])|(?:UTC|GMT)?[+-]\d{2}:?\d{2}|[+-]\d{2}(?!\d))?\s*(?:\([^()]{0,40}\))?"
)
_TAIL = rf"(?:\s*[T ,，-]?\s*{_CLOCK}{_ZONE})?"
_NUMERIC = re.compile(
    rf"(?P<year>\d{{4}})\s*[-/.年]\s*(?P<month>\d{{1,2}})\s*[-/.月]\s*(?P<day>\d{{1,2}})\s*日?"
    rf"(?:\s*[(（]?(?:星期|周)[一二三四五六日天][)）]?)?{_TAIL}",
    re.IGNORECASE,
)
_COMPACT = re.compile(
    r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})"
    r"(?:[T ]?(?P<hour>\d{2}):?(?P<minute>\d{2})(?::?(?P<second>\d{2}))?(?:\.\d{1,9})?)?" + _ZONE,
    re.IGNORECASE,
)
_DAY_FIRST = re.compile(
    rf"(?:[A-Z]{{3,9}}\.?,?\s+)?(?P<day>\d{{1,2}})[ -](?P<name>[A-Z]{{3,9}})\.?,?[ -](?P<year>\d{{4}}|\d{{2}}){_TAIL}",
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(
    rf"(?:[A-Z]{{3,9}}\.?,?\s+)?(?P<name>[A-Z]{{3,9}})\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}}){_TAIL}",
    re.IGNORECASE,
)
_C_STYLE = re.compile(
    r"[A-Z]{3}\s+(?P<name>[A-Z]{3})\s+(?P<day>\d{1,2})\s+(?P<hour>\d{2}):(?P<minute>\d{2}):(?P<second>\d{2})"
    r"(?:\s+(?P<zone>[A-Z]{1,4}|[+-]\d{4}))?\s+(?P<year>\d{4})",
    re.IGNORECASE,
)
_FORMS = (_NUMERIC, _DAY_FIRST, _C_STYLE, _MONTH_FIRST, _COMPACT)


@lru_cache(maxsize=4096)
def read_moment(text: str) -> datetime | None:
    """The moment that `text` names, aware in Asia/Shanghai, or None where it names none."""
    candidate = " ".join(text[: _LONGEST * 4].split())
    if not candidate or len(candidate) > _LONGEST:
        return None
    if candidate.isascii() and candidate.isdigit() and len(candidate) in (10, 13):
        return from_unix(int(candidate))
    for form in _FORMS:
        match = form.fullmatch(candidate)
        if match is not None:
            return _build(match.groupdict())
    return None


def from_unix(number: float) -> datetime | None:
    """Unix seconds, or milliseconds where the number is too large for seconds; None outside 1990 to 2100."""
    try:
        seconds = number / 1000 if number >= 100_000_000_000 else number
        moment = datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return moment.astimezone(SHANGHAI) if _EARLIEST <= moment.year <= _LATEST else None


def _build(parts: dict[str, str | None]) -> datetime | None:
    zone = _zone(parts.get("zone"))
    month = parts.get("month") or _month(parts.get("name"))
    clock = _clock(parts)
    if zone is None or month is None or clock is None:
        return None
    hour, minute, second = clock
    try:
        midnight = datetime(_year(str(parts["year"])), int(month), int(str(parts["day"])), tzinfo=zone)
        moment = midnight.replace(hour=hour % 24, minute=minute, second=second) + timedelta(days=hour // 24)
        local = moment.astimezone(SHANGHAI)
    except (ValueError, OverflowError):
        return None
    return local if _EARLIEST <= local.year <= _LATEST else None


def _year(digits: str) -> int:
    number = int(digits)
    if len(digits) == 2:  # RFC 822 allowed two digits; RFC 2822 tells how to read them
        number += 2000 if number < 50 else 1900
    return number


def _month(name: str | None) -> int | None:
    return _MONTHS.get(name[:3].lower()) if name else None


def _clock(parts: dict[str, str | None]) -> tuple[int, int, int] | None:
    """Hour 0 to 24, minute, second; None where the words and the figures cannot both be right."""
    if not parts.get("hour"):
        return 0, 0, 0
    hour, minute = int(str(parts["hour"])), int(str(parts["minute"]))
    second = min(int(parts.get("second") or 0), 59) if int(parts.get("second") or 0) <= 60 else 60
    half = (parts.get("before") or parts.get("after") or "").upper()
    if half in ("下午", "晚上", "PM") and hour < 12:
        hour += 12
    elif half in ("上午", "凌晨", "AM") and hour == 12:
        hour = 0
    if hour > 24 or minute > 59 or second > 59 or (hour == 24 and (minute or second)):
        return None
    return hour, minute, second


def _zone(name: str | None) -> timezone | ZoneInfo | None:
    """The zone that a date names; Asia/Shanghai where it names none; None where the name is unknown."""
    if not name:
        return SHANGHAI
    upper = name.upper()
    if upper in _ZONE_HOURS:
        return timezone(timedelta(hours=_ZONE_HOURS[upper]))
    offset = re.fullmatch(r"(?:UTC|GMT)?([+-])(\d{2}):?(\d{2})?", upper)
    if offset is None:
        return None
    sign = 1 if offset[1] == "+" else -1
    delta = timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
    return timezone(sign * delta) if delta <= timedelta(hours=14) else None
