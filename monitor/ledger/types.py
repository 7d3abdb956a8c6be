"""Column types that both SQLite and PostgreSQL keep exactly as they were given."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from monitor.times import shanghai


class Moment(TypeDecorator[datetime]):
    """An aware moment as ISO text in Asia/Shanghai with microseconds, so that text order is time order."""

    impl = String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """To text; a naive moment is refused."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"没有时区的时间不能入库: {value!r}")
        return shanghai(value).isoformat(timespec="microseconds")

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        """Back to an aware moment."""
        return None if value is None else shanghai(datetime.fromisoformat(value))
