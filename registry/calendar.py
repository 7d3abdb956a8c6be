"""Working days on the official calendar, with an office's own table over it and an honest fallback.

The yearly holiday notice is known for the years that the library ships. For other years days are counted as
Monday to Friday, `unknown_years` names them, and the first such count of a calendar also warns.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path

from chinese_calendar.constants import holidays, workdays

from registry import values
from registry.errors import BadRows, CellRefused, FileRefused, RegistryError, RowProblem, shown_value
from registry.spreadsheet import read_rows
from registry.times import SHANGHAI

ONE_DAY = timedelta(days=1)
SATURDAY = 5
MOST_WORKING_DAYS = 100_000
HEADINGS = {"day": "日期", "kind": "类别"}


class DayKind(StrEnum):
    """What a day is on an office's own table."""

    WORK = "班"
    REST = "休"


DAY_WORDS: Mapping[str, DayKind] = {
    "班": DayKind.WORK,
    "上班": DayKind.WORK,
    "工作日": DayKind.WORK,
    "work": DayKind.WORK,
    "休": DayKind.REST,
    "休息": DayKind.REST,
    "放假": DayKind.REST,
    "节假日": DayKind.REST,
    "rest": DayKind.REST,
}


class CalendarFallback(UserWarning):
    """Working days of a year were counted without its official holiday notice."""


class CalendarRange(RegistryError):
    """A count of working days that leaves the calendar."""


@dataclass(frozen=True, slots=True)
class WorkingDayCount:
    """A number of working days and the years in it that were counted as Monday to Friday."""

    days: int
    unknown_years: tuple[int, ...]


def official_years() -> frozenset[int]:
    """The years whose holiday notice the library ships."""
    return frozenset(day.year for day in holidays)


OFFICIAL_YEARS = official_years()


class WorkingCalendar:
    """Which days are worked: the office's table first, then the official calendar, then Monday to Friday.

    `table` gives single days. A year that only the table knows counts as known once its 1 January and 1 October
    are on it as rest days, because every yearly notice has both.
    """

    def __init__(self, table: Mapping[date, DayKind] | None = None) -> None:
        self._table = dict(table or {})
        self._known = OFFICIAL_YEARS | {day.year for day in self._table if self._covers(day.year)}
        self._warned: set[int] = set()

    @classmethod
    def from_file(cls, path: Path) -> WorkingCalendar:
        """A calendar with the office's table (day, kind — 日期, 类别; kind is 班 or 休); FileRefused or BadRows."""
        return cls(read_table(path))

    def _covers(self, year: int) -> bool:
        """Whether the office's table looks like a whole year's notice."""
        return all(self._table.get(day) is DayKind.REST for day in (date(year, 1, 1), date(year, 10, 1)))

    def is_working_day(self, day: date) -> bool:
        """Whether a day is worked; days of unknown years are Monday to Friday."""
        day = plain_day(day)
        told = self._table.get(day)
        if told is not None:
            return told is DayKind.WORK
        if day.year in OFFICIAL_YEARS:
            return day in workdays or (day.weekday() < SATURDAY and day not in holidays)
        return day.weekday() < SATURDAY

    def add_working_days(self, day: date, n: int) -> date:
        """The n-th working day after `day`, which itself is never counted; n = 0 gives `day` back.

        Raises CalendarRange for a negative n and past the end of the calendar.
        """
        if not 0 <= n <= MOST_WORKING_DAYS:
            raise CalendarRange(f"工作日数应在 0 至 {MOST_WORKING_DAYS} 之间，现为 {n}")
        at = day = plain_day(day)
        left = n
        try:
            while left:
                at += ONE_DAY
                left -= self.is_working_day(at)
        except OverflowError as error:
            raise CalendarRange(f"自 {day} 起 {n} 个工作日已超出日历") from error
        self._warn(day, at)
        return at

    def working_days_between(self, a: date, b: date) -> int:
        """How many working days lie after `a` up to and including `b`; negative where b lies before a.

        So `working_days_between(day, add_working_days(day, n)) == n`.
        """
        a, b = plain_day(a), plain_day(b)
        if b < a:
            return -self.working_days_between(b, a)
        self._warn(a, b)
        return sum(self.is_working_day(day) for day in days_after(a, b))

    def count(self, a: date, b: date) -> WorkingDayCount:
        """`working_days_between` together with the years in it whose notice is not known."""
        return WorkingDayCount(self.working_days_between(a, b), self.unknown_years(a, b))

    def unknown_years(self, a: date, b: date) -> tuple[int, ...]:
        """The years from `a` to `b` whose holiday notice neither the library nor the office's table knows."""
        first, last = sorted((a.year, b.year))
        return tuple(year for year in range(first, last + 1) if year not in self._known)

    def warning(self, a: date, b: date) -> str | None:
        """The sentence that must stand beside a deadline counted over unknown years; None where there are none."""
        years = self.unknown_years(a, b)
        if not years:
            return None
        named = "、".join(f"{year}年" for year in years)
        return f"{named}的放假安排尚未收录，工作日按周一至周五推算，请以国务院办公厅通知为准"

    def _warn(self, a: date, b: date) -> None:
        """Say once a year and calendar that the count is a guess."""
        fresh = set(self.unknown_years(a, b)) - self._warned
        if fresh:
            self._warned |= fresh
            warnings.warn(CalendarFallback(self.warning(a, b)), stacklevel=3)


def plain_day(day: date) -> date:
    """The day of a moment in Shanghai; a `datetime` is a `date` to the type checker and never equals one."""
    if isinstance(day, datetime):
        return (day if day.tzinfo is None else day.astimezone(SHANGHAI)).date()
    return day


def days_after(a: date, b: date) -> Iterator[date]:
    """The days after `a` up to and including `b`."""
    return (a + timedelta(days=offset) for offset in range(1, (b - a).days + 1))


def read_table(path: Path) -> dict[date, DayKind]:
    """The office's table of days; FileRefused or BadRows name what is wrong."""
    table: dict[date, DayKind] = {}
    problems: list[RowProblem] = []
    for row in read_rows(path, HEADINGS, required=tuple(HEADINGS)):
        try:
            day = values.read_day(row.cells["day"])
            kind = DAY_WORDS.get(row.cells["kind"].casefold())
            reason = "类别应填 班 或 休" if kind is None else "日期重复" if day in table else None
        except CellRefused as refused:
            reason, kind = str(refused), None
        if reason is not None or kind is None:
            shown = shown_value(f"{row.cells['day']} {row.cells['kind']}")
            problems.append(RowProblem(path.name, row.sheet, row.row, None, shown, reason or ""))
        else:
            table[day] = kind
    if problems:
        raise BadRows(tuple(problems))
    if not table:
        raise FileRefused(path, "只有表头，没有数据")
    return table
