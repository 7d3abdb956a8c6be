from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.collect.accounts.moments import SHANGHAI, from_unix, read_moment

NOON = datetime(2026, 9, 24, 15, 30, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    "text",
    [
        "2026-09-24 15:30",
        "2026-9-24 15:30:00",
        "2026/09/24 15:30",
        "2026.09.24 15:30",
        "2026年09月24日 15:30",
        "2026年9月24日15时30分",
        "2026年9月24日（星期四） 15:30",
        "2026-09-24 下午3:30",
        "2026-09-24-15:30:00",
        "2026-09-24T07:30:00Z",
        "2026-09-24T07:30:00.123456+00:00",
        "2026-09-24T15:30:00+0800",
        "2026-09-24T15:30+08",
        "20260924T153000",
        "20260924153000",
        "Thu, 24 Sep 2026 07:30:00 GMT",
        "Thu, 24 Sep 2026 15:30:00 +0800",
        "Thu, 24 Sep 2026 15:30:00 CST",
        "Thu, 24 Sep 2026 15:30:00",
        "24 Sep 26 15:30 +0800",
        "Thu,  24\tSep 2026\n15:30:00+0800",
        "Thu, 24 September 2026 15:30:00 +0800 (CST)",
        "Thu Sep 24 15:30:00 CST 2026",
        "Thu Sep 24 15:30:00 +0800 2026",
        "Sep 24, 2026 3:30 PM",
        "1790235000",
        "1790235000000",
    ],
)
def test_every_spelling_of_one_moment(text: str) -> None:
    assert read_moment(text) == NOON


@pytest.mark.parametrize("text", ["2026-09-24", "2026年9月24日", "20260924", "2026/9/24", "24 Sep 2026"])
def test_a_bare_day_is_its_midnight_in_shanghai(text: str) -> None:
    assert read_moment(text) == datetime(2026, 9, 24, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "05-18", "5月18日 10:00", "今天", "2026-02-30", "2026-13-01", "0000-00-00", "2026-09-24 25:00",
        "2026-09-24 24:30", "Thu, 24 Sep 2026 15:30:00 XYZ", "2026-09-24T10:00:00+99:00", "1", "12345678901234567890",
        "1970-01-01", "0", "3026-09-24", "yesterday", "2026", "2026-09", "x" * 10_000, "2026-09-24 2026-09-25",
        "٢٠٢٦-٠٩-٢٤T10",
    ],
)  # fmt: skip
def test_what_names_no_day_is_no_date(text: str) -> None:
    assert read_moment(text) is None


def test_midnight_written_as_24_is_the_next_day() -> None:
    assert read_moment("2026-12-31 24:00:00") == datetime(2027, 1, 1, tzinfo=SHANGHAI)


def test_a_leap_second_does_not_lose_the_post() -> None:
    assert read_moment("2016-12-31T23:59:60Z") == datetime(2017, 1, 1, 7, 59, 59, tzinfo=SHANGHAI)


FIRST, LAST = datetime.fromisoformat("1991-10-01"), datetime.fromisoformat("2099-12-30")
MOMENTS = st.datetimes(FIRST, LAST).map(lambda naive: naive.replace(microsecond=0))
ZONES = st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(MOMENTS, ZONES)
def test_standard_forms_with_any_zone_come_back_as_the_same_moment(naive: datetime, zone: timezone) -> None:
    moment = naive.replace(tzinfo=zone)
    assert read_moment(moment.isoformat()) == moment
    assert read_moment(format_datetime(moment)) == moment


@given(MOMENTS)
def test_naive_forms_are_shanghai(naive: datetime) -> None:
    expected = naive.replace(tzinfo=SHANGHAI)
    assert read_moment(f"{naive:%Y-%m-%d %H:%M:%S}") == expected
    assert read_moment(f"{naive.year}年{naive.month}月{naive.day}日 {naive:%H:%M:%S}") == expected
    assert read_moment(str(int(expected.timestamp()))) in (expected, None)


@given(st.text(max_size=200))
def test_no_text_makes_the_reader_fail(text: str) -> None:
    moment = read_moment(text)
    assert moment is None or (moment.tzinfo is not None and 1990 <= moment.year <= 2100)


@given(st.one_of(st.integers(), st.floats()))
def test_no_number_makes_the_reader_fail(number: float) -> None:
    moment = from_unix(number)
    assert moment is None or moment.astimezone(UTC).year >= 1990
