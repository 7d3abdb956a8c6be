"""Windows count calendar days and clamped calendar months of Asia/Shanghai."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.counting import Count, any_of
from checks.model import Answer, CheckError
from checks.spans import days_before, local_day, months_after, months_before


def test_the_day_is_the_one_in_shanghai() -> None:
    assert local_day(datetime(2026, 9, 23, 15, 59, 59, tzinfo=UTC)) == date(2026, 9, 23)
    assert local_day(datetime(2026, 9, 23, 16, 0, tzinfo=UTC)) == date(2026, 9, 24)


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(CheckError, match="时区"):
        local_day(datetime(2026, 9, 24))  # noqa: DTZ001


def test_moments_at_the_end_of_time_do_not_break() -> None:
    assert local_day(datetime.max.replace(tzinfo=UTC)) == date.max
    assert local_day(datetime.min.replace(tzinfo=timezone(timedelta(hours=14)))) == date.min


@pytest.mark.parametrize(
    ("day", "months", "before", "after"),
    [
        (date(2026, 3, 31), 1, date(2026, 2, 28), date(2026, 4, 30)),
        (date(2024, 3, 31), 1, date(2024, 2, 29), date(2024, 4, 30)),
        (date(2024, 2, 29), 12, date(2023, 2, 28), date(2025, 2, 28)),
        (date(2026, 8, 31), 6, date(2026, 2, 28), date(2027, 2, 28)),
        (date(2026, 1, 15), 3, date(2025, 10, 15), date(2026, 4, 15)),
        (date(2026, 12, 31), 0, date(2026, 12, 31), date(2026, 12, 31)),
    ],
)
def test_months_are_clamped(day: date, months: int, before: date, after: date) -> None:
    assert months_before(day, months) == before
    assert months_after(day, months) == after


def test_months_stop_at_the_ends_of_the_calendar() -> None:
    assert months_before(date(1, 2, 1), 12) == date.min
    assert months_after(date(9999, 12, 1), 1) == date.max


def test_days() -> None:
    assert days_before(date(2026, 3, 1), 14) == date(2026, 2, 15)


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(0, 40), st.integers(0, 40))
def test_a_later_day_never_has_an_earlier_window(day: date, months: int, more: int) -> None:
    later = day + timedelta(days=more)
    assert months_before(day, months) <= months_before(later, months) <= later
    assert months_after(later, months) >= months_after(day, months) >= day


@pytest.mark.parametrize(
    ("found", "unseen", "answer"),
    [
        (5, 0, Answer.FAIL),
        (6, 9, Answer.FAIL),
        (4, 0, Answer.PASS),
        (4, 1, Answer.UNOBSERVED),
        (0, 4, Answer.PASS),
        (0, 5, Answer.UNOBSERVED),
    ],
)
def test_the_counting_principle(found: int, unseen: int, answer: Answer) -> None:
    assert Count(found, unseen, 5).answer is answer


def test_an_unbounded_count_may_fail_and_never_passes() -> None:
    assert Count(0, 0, 5, unbounded=True).answer is Answer.UNOBSERVED
    assert Count(5, 0, 5, unbounded=True).answer is Answer.FAIL


@given(st.integers(0, 30), st.integers(0, 30), st.integers(1, 12), st.integers(1, 5))
def test_hiding_never_turns_an_answer_round(found: int, unseen: int, limit: int, hidden: int) -> None:
    before = Count(found, unseen, limit).answer
    hidden = min(hidden, found)
    after = Count(found - hidden, unseen + hidden, limit).answer
    assert {before, after} != {Answer.PASS, Answer.FAIL}


def test_any_clause_is_enough() -> None:
    assert any_of((Answer.PASS, Answer.UNOBSERVED, Answer.FAIL)) is Answer.FAIL
    assert any_of((Answer.PASS, Answer.UNOBSERVED)) is Answer.UNOBSERVED
    assert any_of((Answer.PASS, Answer.PASS)) is Answer.PASS
