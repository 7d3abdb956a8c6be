"""Time as the office counts it: always aware, always Asia/Shanghai."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    """Who is asked for the time; only the doors of the service ask, never a rule."""

    def __call__(self) -> datetime:
        """The present moment, aware."""
        ...


def now() -> datetime:
    """The present moment in Asia/Shanghai."""
    return datetime.now(UTC).astimezone(SHANGHAI)


def shanghai(moment: datetime) -> datetime:
    """The same moment in Asia/Shanghai; a naive one is taken to be local there already."""
    if moment.tzinfo is None:
        return moment.replace(tzinfo=SHANGHAI)
    return moment.astimezone(SHANGHAI)


def parse_moment(text: str) -> datetime:
    """A moment written as ISO 8601 (`2026-09-28T09:00`, with or without offset); a bare day means 09:00.

    Raises ValueError with the text where it is neither.
    """
    cleaned = text.strip().replace(" ", "T", 1)
    try:
        if len(cleaned) == len("2026-09-28"):
            day = date.fromisoformat(cleaned)
            return datetime(day.year, day.month, day.day, 9, tzinfo=SHANGHAI)
        return shanghai(datetime.fromisoformat(cleaned))
    except ValueError as error:
        raise ValueError(f"时间写法不对: {text!r}, 应写作 2026-09-28T09:00") from error


def start_of(day: date) -> datetime:
    """Midnight at which a day begins."""
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)


def days_before(as_of: datetime, count: int) -> tuple[date, ...]:
    """The `count` whole days that end the day before `as_of`, oldest first."""
    last = shanghai(as_of).date() - timedelta(days=1)
    return tuple(last - timedelta(days=back) for back in range(count - 1, -1, -1))
