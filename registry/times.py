"""The one time zone of the service."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def wall_clock(moment: datetime) -> datetime:
    """An aware moment as the naive wall-clock time of Shanghai, as the tables store it."""
    local = moment if moment.tzinfo is SHANGHAI else moment.astimezone(SHANGHAI)
    return local.replace(tzinfo=None)


def from_wall_clock(moment: datetime) -> datetime:
    """A stored wall-clock time as an aware moment of Shanghai."""
    return moment.replace(tzinfo=SHANGHAI)
