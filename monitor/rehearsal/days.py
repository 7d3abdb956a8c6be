"""Days and months of the calendar as the definitions count them (equal to the limit is in time)."""

from __future__ import annotations

import calendar
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def months_before(day: date, months: int) -> date:
    """The same day `months` calendar months earlier, clamped to the month's end."""
    index = day.year * 12 + day.month - 1 - months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def months_after(day: date, months: int) -> date:
    """The same day `months` calendar months later, clamped to the month's end."""
    return months_before(day, -months)


def days_before(day: date, days: int) -> date:
    """The day so many calendar days earlier (negative: later)."""
    return day - timedelta(days=days)


def at_minute(day: date, minute: int) -> datetime:
    """A moment of that day in Shanghai; `minute` counts from midnight."""
    return datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=SHANGHAI)
