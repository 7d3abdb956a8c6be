"""Working days: official days, the office's table, and years that nobody knows yet."""

from __future__ import annotations

import warnings
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.calendar import (
    OFFICIAL_YEARS,
    CalendarFallback,
    CalendarRange,
    DayKind,
    WorkingCalendar,
    read_table,
)
from registry.errors import BadRows, FileRefused

LAST = max(OFFICIAL_YEARS)
CALENDAR = WorkingCalendar()


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2024, 2, 9), True),  # 除夕, which the notice of that year did not give free
        (date(2024, 2, 16), False),  # a Friday of the spring festival
        (date(2024, 2, 4), True),  # a Sunday worked in exchange
        (date(2024, 10, 1), False),
        (date(2024, 10, 8), True),
        (date(2024, 10, 12), True),  # a Saturday worked in exchange
        (date(2024, 10, 13), False),
    ],
)
def test_official_days(day: date, worked: bool) -> None:
    assert CALENDAR.is_working_day(day) is worked


def test_a_deadline_over_the_national_holiday() -> None:
    assert CALENDAR.add_working_days(date(2024, 9, 27), 1) == date(2024, 9, 29)  # a worked Sunday
    assert CALENDAR.add_working_days(date(2024, 9, 30), 1) == date(2024, 10, 8)
    assert CALENDAR.add_working_days(date(2024, 9, 30), 10) == date(2024, 10, 18)
    assert CALENDAR.working_days_between(date(2024, 9, 30), date(2024, 10, 18)) == 10
    assert CALENDAR.working_days_between(date(2024, 10, 18), date(2024, 9, 30)) == -10
    assert CALENDAR.working_days_between(date(2024, 10, 1), date(2024, 10, 7)) == 0
    assert CALENDAR.add_working_days(date(2024, 10, 1), 0) == date(2024, 10, 1)


def test_a_moment_counts_as_its_day_in_shanghai() -> None:
    evening = datetime(2024, 9, 30, 23, 0, tzinfo=UTC)  # 1 October in Shanghai
    assert not CALENDAR.is_working_day(evening)
    assert CALENDAR.add_working_days(evening, 1) == date(2024, 10, 8)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.dates(date(min(OFFICIAL_YEARS), 1, 1), date(LAST - 1, 10, 1)), st.integers(0, 60))
def test_counting_forth_and_back(day: date, n: int) -> None:
    deadline = CALENDAR.add_working_days(day, n)
    assert CALENDAR.working_days_between(day, deadline) == n
    if n:
        assert CALENDAR.is_working_day(deadline)
        assert CALENDAR.working_days_between(day, deadline - timedelta(days=1)) == n - 1


@pytest.mark.parametrize("n", [-1, 10**9])
def test_counts_that_are_refused(n: int) -> None:
    with pytest.raises(CalendarRange):
        CALENDAR.add_working_days(date(2024, 1, 1), n)


def test_the_end_of_the_calendar_is_an_error_of_ours() -> None:
    with pytest.raises(CalendarRange), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        WorkingCalendar().add_working_days(date(9999, 12, 20), 30)


def test_a_year_that_nobody_knows_warns_once_and_is_named() -> None:
    calendar = WorkingCalendar()
    start = date(LAST + 1, 9, 27)
    with pytest.warns(CalendarFallback, match=f"{LAST + 1}年的放假安排尚未收录") as caught:
        deadline = [calendar.add_working_days(start, 10) for _ in range(2)][-1]
    assert len(caught) == 1
    assert deadline == start + timedelta(days=14)  # Monday to Friday, no holidays
    assert calendar.unknown_years(date(LAST, 12, 31), deadline) == (LAST + 1,)
    assert calendar.unknown_years(date(LAST, 1, 1), date(LAST, 12, 31)) == ()
    assert calendar.warning(date(LAST, 1, 1), date(LAST, 12, 31)) is None
    assert calendar.count(start, deadline).unknown_years == (LAST + 1,)
    assert calendar.unknown_years(date(min(OFFICIAL_YEARS) - 1, 1, 1), date(2024, 1, 1))


def test_the_offices_table_goes_over_everything(tmp_path: Path) -> None:
    year = LAST + 1
    path = tmp_path / "days.csv"
    path.write_text(
        f"日期,类别\n2024-10-08,休\n2024/10/13,班\n{year}-01-01,放假\n{year}年10月1日,休\n{year}-10-04,work\n",
        "utf-8-sig",
    )
    calendar = WorkingCalendar.from_file(path)
    assert calendar.add_working_days(date(2024, 9, 30), 1) == date(2024, 10, 9)
    assert calendar.is_working_day(date(2024, 10, 13))
    assert not calendar.is_working_day(date(year, 10, 1))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        calendar.working_days_between(date(year, 1, 1), date(year, 12, 31))


def test_a_table_with_a_few_days_does_not_make_a_year_known() -> None:
    calendar = WorkingCalendar({date(LAST + 1, 1, 1): DayKind.REST})
    assert calendar.unknown_years(date(LAST + 1, 1, 1), date(LAST + 1, 2, 1)) == (LAST + 1,)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("2024-13-01,休", "日历上没有"),
        ("2024-10-01,半天", "班 或 休"),
        ("2024-10-01,休\n2024-10-01,班", "重复"),
        (",休", "不能为空"),
    ],
)
def test_bad_rows_of_a_table(tmp_path: Path, rows: str, words: str) -> None:
    path = tmp_path / "days.csv"
    path.write_text(f"day,kind\n{rows}\n", "utf-8")
    with pytest.raises(BadRows, match=words) as bad:
        read_table(path)
    assert bad.value.problems[0].row == rows.count("\n") + 2


def test_an_empty_table(tmp_path: Path) -> None:
    path = tmp_path / "days.csv"
    path.write_text("day,kind\n", "utf-8")
    with pytest.raises(FileRefused):
        read_table(path)
