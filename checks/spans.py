"""Windows of the rules in calendar days and calendar months of Asia/Shanghai.

Days are counted, never hours: what was published on the last day of a window is in time whatever the hour.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, timedelta, timezone

from checks.model import CheckError

# A fixed offset: the rules need no time-zone files, and the zone has had no other offset since 1991.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")

_MONTHS_A_YEAR = 12


def local_day(moment: datetime) -> date:
    """The calendar day of an aware moment in Asia/Shanghai; raises `CheckError` where it is naive."""
    if moment.tzinfo is None:
        raise CheckError(f"时间缺少时区: {moment.isoformat()}")
    try:
        return moment.astimezone(SHANGHAI).date()
    except OverflowError:
        return moment.date()


def days_before(day: date, days: int) -> date:
    """The day that lies `days` calendar days earlier."""
    return day - timedelta(days=days)


def months_before(day: date, months: int) -> date:
    """The day `months` calendar months earlier, clamped to the end of a shorter month."""
    return _shifted(day, -months)


def months_after(day: date, months: int) -> date:
    """The day `months` calendar months later, clamped to the end of a shorter month."""
    return _shifted(day, months)


def _shifted(day: date, months: int) -> date:
    index = day.year * _MONTHS_A_YEAR + day.month - 1 + months
    year, month = divmod(index, _MONTHS_A_YEAR)
    if year < date.min.year:
        return date.min
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
