"""W-V3 and W-V4: windows to the day, counts to the column, and everything that must not blame."""

import random
from dataclasses import replace
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruler_builders import (
    FAIL,
    HOME,
    PASS,
    SYSTEM,
    TODAY,
    UNOBSERVED,
    column,
    facts,
    gap,
    item,
    judged,
    page,
    seen,
)

from checks.facts import Column, ColumnSet, ColumnType, HomePage, SectionPages, TypedBy
from checks.model import Answer, Verdict
from checks.spans import SHANGHAI, months_before


def home(made: HomePage, *sections: object, **changes: object) -> Verdict:
    return judged("W-V3", facts(home=made, sections=SectionPages(tuple(sections)), **changes))


@pytest.mark.parametrize(("days", "expected"), [(0, PASS), (14, PASS), (15, FAIL), (400, FAIL)])
def test_two_weeks_are_inclusive(days: int, expected: Answer) -> None:
    verdict = home(HomePage(page(days, days + 3)))
    assert verdict.answer is expected
    assert verdict.needs_person is (expected is FAIL)


def test_the_hour_of_the_reference_time_does_not_matter() -> None:
    for hour in (0, 23):
        as_of = datetime(TODAY.year, TODAY.month, TODAY.day, hour, 59, tzinfo=SHANGHAI)
        assert judged("W-V3", facts(home=HomePage(page(14))), as_of=as_of).answer is PASS
        assert judged("W-V3", facts(home=HomePage(page(15))), as_of=as_of).answer is FAIL


def test_the_finding_shows_the_newest_item_and_the_page() -> None:
    verdict = home(HomePage(page(20, 30)))
    assert "距监测时间点 20 天" in verdict.reason
    assert [entry.url for entry in verdict.findings[0].evidence] == [item(20).url, HOME]


def test_future_dates_are_no_update_and_are_told() -> None:
    verdict = home(HomePage(replace(page(20), future=(item(-3),))))
    assert verdict.answer is FAIL
    assert "1 条日期晚于监测时间点" in verdict.reason
    assert home(HomePage(page(-3, 20))).answer is FAIL
    only = home(HomePage(replace(page(), future=(item(-3),))))
    assert only.answer is UNOBSERVED


@pytest.mark.parametrize("days", [(), (20,)])
def test_an_undated_item_withholds(days: tuple[int, ...]) -> None:
    assert home(HomePage(page(*days, undated=1))).answer is UNOBSERVED
    assert home(HomePage(page(3, undated=1))).answer is PASS


def test_no_date_at_all_withholds() -> None:
    assert home(HomePage(page())).answer is UNOBSERVED


def test_what_was_not_read_withholds() -> None:
    assert home(HomePage(page(gap=gap("blocked"), seen=None))).answer is UNOBSERVED
    assert home(HomePage(page(20, seen=None))).answer is UNOBSERVED
    assert home(HomePage(page(20), needs_script=True)).answer is UNOBSERVED
    assert home(HomePage(page(2), needs_script=True)).answer is PASS


def test_sections_of_an_ordinary_home_page_do_not_help() -> None:
    assert home(HomePage(page(20)), page(1, url=HOME + "a/")).answer is FAIL


def test_a_navigation_page_needs_all_second_level_pages() -> None:
    entrance = HomePage(page(), is_navigation=True)
    old, older = page(20, url=HOME + "a/"), page(30, url=HOME + "b/")
    fresh, nothing = page(14, url=HOME + "c/"), page(url=HOME + "d/")
    lost = page(url=HOME + "e/", gap=gap("reset"), seen=None)
    assert home(entrance).answer is UNOBSERVED
    assert home(entrance, old, older, nothing).answer is FAIL
    assert home(entrance, old, fresh).answer is PASS
    assert home(entrance, fresh, lost).answer is PASS
    assert home(entrance, old, lost).answer is UNOBSERVED
    assert home(entrance, old, replace(older, undated=2)).answer is UNOBSERVED
    assert home(entrance, old, replace(older, seen=None)).answer is UNOBSERVED
    assert home(entrance, nothing).answer is UNOBSERVED
    assert home(entrance, old, robots_forbids=True).answer is UNOBSERVED


def test_robots_do_not_hide_the_filed_home_page() -> None:
    assert home(HomePage(page(20)), robots_forbids=True).answer is FAIL


def test_the_switch_for_undated_items() -> None:
    limits = dict(SYSTEM.limits)
    limits["W-V3"] = replace(limits["W-V3"], undated_is_stale=True)
    strict = replace(SYSTEM, limits=limits)
    for days in ((), (20,)):
        made = facts(home=HomePage(page(*days, undated=2)))
        assert judged("W-V3", made, system=strict).answer is FAIL
    assert judged("W-V3", facts(home=HomePage(page())), system=strict).answer is UNOBSERVED


_DAYS = st.lists(st.integers(-5, 40), max_size=4)


@settings(deadline=None)
@given(st.lists(_DAYS, max_size=4), st.integers(0, 3), st.sets(st.integers(0, 3)))
def test_hiding_sections_never_blames(sections: list[list[int]], undated: int, hidden: set[int]) -> None:
    entrance = HomePage(page(), is_navigation=True)
    pages = [page(*days, url=f"{HOME}{index}/", undated=undated) for index, days in enumerate(sections)]
    less = [
        page(url=entry.url, gap=gap(), seen=None) if index in hidden else entry
        for index, entry in enumerate(pages)
    ]
    before, after = home(entrance, *pages).answer, home(entrance, *less).answer
    assert {before, after} != {PASS, FAIL}


@settings(deadline=None)
@given(_DAYS, st.integers(1, 30), st.randoms(use_true_random=False))
def test_an_older_home_page_is_never_better(days: list[int], older: int, rng: random.Random) -> None:
    before = home(HomePage(page(*days))).answer
    after = home(HomePage(page(*(day + older for day in days if day >= 0)))).answer
    assert not (before is FAIL and after is PASS)
    shuffled = page(*days)
    mixed = list(shuffled.items)
    rng.shuffle(mixed)
    assert home(HomePage(shuffled)) == home(HomePage(replace(shuffled, items=tuple(mixed))))


# W-V4


def columns(*entries: Column, gaps: tuple = (), **changes: object) -> Verdict:
    return judged("W-V4", facts(columns=ColumnSet(entries, gaps), **changes))


def many(number: int, kind: ColumnType | None, newest: object, **changes: object) -> list[Column]:
    return [
        column(f"{kind and kind.name}-{newest}-{index}", kind, newest, **changes) for index in range(number)
    ]


HALF_YEAR = months_before(TODAY, 6)
YEAR = months_before(TODAY, 12)


@pytest.mark.parametrize(
    ("kind", "in_time", "late"),
    [
        (ColumnType.NEWS, 14, 15),
        (ColumnType.NOTICE, HALF_YEAR, date.fromordinal(HALF_YEAR.toordinal() - 1)),
        (ColumnType.POLICY, HALF_YEAR, date.fromordinal(HALF_YEAR.toordinal() - 1)),
    ],
)
def test_clause_one_on_both_sides(kind: ColumnType, in_time: object, late: object) -> None:
    assert columns(*many(9, kind, in_time)).answer is PASS
    assert columns(*many(4, kind, late), *many(9, kind, in_time)).answer is PASS
    verdict = columns(*many(5, kind, late))
    assert verdict.answer is FAIL
    assert len(verdict.findings) == 5
    assert all(found.says.startswith("①") for found in verdict.findings)


def test_clause_one_adds_news_and_notices() -> None:
    news, notices = many(3, ColumnType.NEWS, 15), many(2, ColumnType.NOTICE, 200)
    assert columns(*news, *notices).answer is FAIL
    assert columns(*news, *notices[:1]).answer is PASS


def test_notices_below_the_first_level_do_not_count_for_clause_one() -> None:
    assert columns(*many(9, ColumnType.NOTICE, 200, level=2)).answer is PASS
    assert columns(*many(5, ColumnType.NEWS, 20, level=2)).answer is FAIL


@pytest.mark.parametrize(
    "kind",
    [ColumnType.NEWS, ColumnType.INTERPRETATION, ColumnType.ANNUAL_REPORT, ColumnType.DATA, None],
)
def test_clause_two_on_both_sides(kind: ColumnType | None) -> None:
    late = date.fromordinal(YEAR.toordinal() - 1)
    assert columns(*many(10, kind, late)).answer is FAIL
    assert columns(*many(9, kind, late)).answer is PASS
    if kind is not ColumnType.NEWS:
        assert columns(*many(10, kind, YEAR)).answer is PASS


@pytest.mark.parametrize(
    "kind",
    [
        ColumnType.OVERVIEW,
        ColumnType.INSTITUTION,
        ColumnType.LEADER,
        ColumnType.DISCLOSURE_GUIDE,
        ColumnType.TOPIC,
        ColumnType.ARCHIVE,
        ColumnType.OTHER,
    ],
)
def test_columns_that_need_not_update(kind: ColumnType) -> None:
    assert columns(*many(30, kind, 4000)).answer is PASS
    assert columns(*many(30, kind, None)).answer is PASS
    assert columns(*many(10, kind, 4000, must_update=True)).answer is FAIL


def test_a_persons_word_lets_a_column_rest() -> None:
    assert columns(*many(30, ColumnType.NEWS, 4000, must_update=False)).answer is PASS
    assert columns(*many(5, ColumnType.NEWS, 20, must_update=True)).answer is FAIL


@pytest.mark.parametrize(("number", "expected"), [(4, PASS), (5, FAIL)])
@pytest.mark.parametrize("kind", [ColumnType.NEWS, ColumnType.TOPIC, None])
def test_clause_three_on_both_sides(kind: ColumnType | None, number: int, expected: Answer) -> None:
    verdict = columns(column("要闻"), *many(number, kind, None, empty=True))
    assert verdict.answer is expected
    if expected is FAIL:
        assert all(found.says.startswith("③") for found in verdict.findings)


def test_columns_without_lists_are_never_blank() -> None:
    for kind in (ColumnType.INTERACTION, ColumnType.SERVICE):
        assert columns(*many(9, kind, None, empty=True)).answer is PASS


def test_a_column_counts_once_under_the_first_clause() -> None:
    # Nine news columns of two years ago count under ② and, being counted there, not under ①.
    assert columns(*many(9, ColumnType.NEWS, 800)).answer is PASS
    assert columns(*many(4, ColumnType.NEWS, 15), *many(9, ColumnType.NEWS, 800)).answer is PASS
    assert columns(*many(4, ColumnType.NEWS, 15), *many(4, None, None, empty=True)).answer is PASS


def test_only_the_clause_that_fails_is_shown() -> None:
    verdict = columns(*many(5, ColumnType.NEWS, 15), *many(2, None, None, empty=True))
    assert len(verdict.findings) == 5
    assert "③空白栏目 2 个" in verdict.reason


@pytest.mark.parametrize(("hidden", "expected"), [(2, PASS), (3, UNOBSERVED)])
def test_unread_columns_withhold_where_they_could_decide(hidden: int, expected: Answer) -> None:
    lost = many(hidden, ColumnType.NEWS, None, gap=gap("reset"), seen=None)
    verdict = columns(*many(2, ColumnType.NEWS, 15), column("好"), *lost)
    assert verdict.answer is expected
    assert len(verdict.unseen) == 1  # one and the same gap of the builder
    assert "连接被重置" in verdict.reason


def test_unread_columns_do_not_save_who_fails_anyway() -> None:
    lost = many(30, None, None, gap=gap("reset"), seen=None)
    assert columns(*many(5, ColumnType.NEWS, 15), *lost).answer is FAIL


def test_undated_columns_withhold() -> None:
    undated = many(5, ColumnType.NEWS, None, undated=8, item_count=8)
    assert columns(*undated).answer is UNOBSERVED
    assert columns(*undated[:4]).answer is PASS
    partly = many(5, ColumnType.NEWS, 20, undated=1)
    assert columns(*partly).answer is UNOBSERVED
    assert columns(*many(5, ColumnType.NEWS, 3, undated=9)).answer is PASS
    nothing_known = many(5, ColumnType.NEWS, None)
    assert columns(*nothing_known).answer is UNOBSERVED


def test_the_switch_for_undated_columns() -> None:
    limits = dict(SYSTEM.limits)
    limits["W-V4"] = replace(limits["W-V4"], undated_is_stale=True)
    strict = replace(SYSTEM, limits=limits)
    made = facts(columns=ColumnSet(tuple(many(10, ColumnType.NEWS, None, undated=8))))
    verdict = judged("W-V4", made, system=strict)
    assert verdict.answer is FAIL
    assert "没有日期" in verdict.findings[0].says


def test_future_dates_of_columns_are_no_update() -> None:
    ahead = many(5, ColumnType.NEWS, -3, future=1)
    assert columns(*ahead).answer is UNOBSERVED
    assert "5 条日期晚于监测时间点" in columns(*ahead).reason


def test_a_column_without_evidence_is_unseen() -> None:
    assert columns(*many(5, ColumnType.NEWS, 15, seen=None)).answer is UNOBSERVED
    assert columns(*many(5, None, None, empty=True, seen=None)).answer is UNOBSERVED


def test_an_address_counts_once_and_the_persons_word_holds() -> None:
    one = column("要闻", ColumnType.NEWS, 20)
    assert columns(*[replace(one, name=f"要闻{index}") for index in range(9)]).answer is PASS
    by_name = [replace(entry, typed_by=TypedBy.NAME) for entry in many(5, ColumnType.NEWS, 20)]
    by_person = [replace(entry, column_type=ColumnType.TOPIC, typed_by=TypedBy.PERSON) for entry in by_name]
    assert columns(*by_name).answer is FAIL
    assert columns(*by_name, *by_person).answer is PASS


def test_no_column_at_all_withholds() -> None:
    assert columns().answer is UNOBSERVED


@pytest.mark.parametrize(
    "changes",
    [
        {"gaps": (gap("page_limit"),)},
        {"gaps": (gap("reset", url=None),)},
        {"home": HomePage(page(gap=gap("blocked"), seen=None))},
        {"home": HomePage(page(1, seen=None))},
        {"robots_forbids": True},
    ],
)
def test_what_may_hide_any_number_of_columns_withholds(changes: dict) -> None:
    assert columns(column("要闻"), **changes).answer is UNOBSERVED
    assert columns(*many(5, ColumnType.NEWS, 15), **changes).answer is FAIL


def _behind_robots(number: int) -> list[Column]:
    unread = many(number, ColumnType.NEWS, None)
    return [replace(entry, gap=gap("robots"), seen=None, typed_by=TypedBy.NAME) for entry in unread]


def test_behind_robots_the_persons_columns_stand_for_the_site() -> None:
    agreed = replace(column("要闻", ColumnType.NEWS, 1), typed_by=TypedBy.PERSON, must_update=True)
    judged = columns(agreed, *_behind_robots(9), robots_forbids=True)
    assert judged.answer is PASS
    assert "robots.txt 不允许访问其余页面" in judged.reason
    assert "人工确认的栏目 1 个" in judged.reason
    # without a person's word, or with one that obliges to nothing, they may hide anything
    by_name = replace(agreed, typed_by=TypedBy.NAME, must_update=None)
    at_rest = replace(agreed, must_update=False)
    for other in (by_name, at_rest):
        assert columns(other, *_behind_robots(9), robots_forbids=True).answer is UNOBSERVED
        assert columns(other, *_behind_robots(5)).answer is UNOBSERVED
        assert columns(other, *_behind_robots(4)).answer is PASS


@pytest.mark.parametrize(("number", "expected"), [(4, PASS), (5, UNOBSERVED)])
def test_a_confirmed_column_that_was_not_read_still_counts_as_unseen(number: int, expected: Answer) -> None:
    agreed = replace(column("要闻", ColumnType.NEWS, 1), typed_by=TypedBy.PERSON, must_update=True)
    lost = [
        replace(entry, gap=gap(reason), seen=None, typed_by=TypedBy.PERSON, must_update=True)
        for entry, reason in zip(many(number, ColumnType.NEWS, None), ["robots", "reset"] * 5, strict=False)
    ]
    assert columns(agreed, *lost, robots_forbids=True).answer is expected
    stale = [replace(entry, typed_by=TypedBy.PERSON) for entry in many(5, ColumnType.NEWS, 15)]
    assert columns(agreed, *stale, robots_forbids=True).answer is FAIL


@pytest.mark.parametrize("reason", ["blocked", "reset", "needs_script"])
def test_only_robots_is_set_aside_for_the_persons_list(reason: str) -> None:
    agreed = replace(column("要闻", ColumnType.NEWS, 1), typed_by=TypedBy.PERSON, must_update=True)
    others = [replace(entry, gap=gap(reason)) for entry in _behind_robots(5)]
    assert columns(agreed, *others).answer is UNOBSERVED


@pytest.mark.parametrize(("number", "expected"), [(4, PASS), (5, UNOBSERVED)])
def test_each_single_gap_may_hide_one_column(number: int, expected: Answer) -> None:
    gaps = tuple(gap("reset", url=f"{HOME}{index}") for index in range(number))
    assert columns(column("要闻"), gaps=gaps).answer is expected
    assert columns(column("要闻"), gaps=gaps + gaps).answer is expected


_KINDS = st.sampled_from([ColumnType.NEWS, ColumnType.NOTICE, ColumnType.DATA, ColumnType.TOPIC, None])
_COLUMNS = st.lists(
    st.builds(
        lambda kind, newest, empty, undated: (
            kind,
            None if empty else newest,
            empty,
            0 if empty else undated,
        ),
        _KINDS,
        st.one_of(st.none(), st.integers(0, 500)),
        st.booleans(),
        st.integers(0, 1),
    ),
    max_size=20,
)


def _built(entries: list[tuple]) -> list[Column]:
    return [
        column(f"栏目{index}", kind, newest, empty=empty, undated=undated)
        for index, (kind, newest, empty, undated) in enumerate(entries)
    ]


@settings(deadline=None)
@given(_COLUMNS, st.sets(st.integers(0, 19)))
def test_hiding_columns_never_turns_an_answer_round(entries: list[tuple], hidden: set[int]) -> None:
    made = _built(entries)
    less = [
        replace(entry, gap=gap(url=entry.url), seen=None, newest=None, empty=False)
        if index in hidden
        else entry
        for index, entry in enumerate(made)
    ]
    assert {columns(*made).answer, columns(*less).answer} != {PASS, FAIL}


@settings(deadline=None)
@given(_COLUMNS, _COLUMNS, st.randoms(use_true_random=False))
def test_further_faults_never_help_and_order_never_matters(
    entries: list[tuple], more: list[tuple], rng: random.Random
) -> None:
    made = _built(entries)
    added = [replace(entry, url=entry.url + "x/") for entry in _built(more)]
    if columns(*made).answer is FAIL:
        assert columns(*made, *added).answer is FAIL
    mixed = made.copy()
    rng.shuffle(mixed)
    assert columns(*made) == columns(*mixed)


@settings(deadline=None)
@given(_COLUMNS, st.sets(st.integers(0, 19)))
def test_a_column_in_order_that_becomes_faulty_never_helps(entries: list[tuple], spoiled: set[int]) -> None:
    made = _built(entries)
    worse = [
        column(entry.name, entry.column_type, None, empty=True)
        if index in spoiled and entry.newest is not None and entry.newest.day >= TODAY
        else entry
        for index, entry in enumerate(made)
    ]
    if columns(*made).answer is FAIL:
        assert columns(*worse).answer is FAIL


def test_titles_from_outside_stay_short_and_on_one_line() -> None:
    entry = column("要闻", ColumnType.NEWS, 15)
    loud = [replace(entry, url=f"{HOME}{index}/", name="甲\n\x07" + "乙" * 500) for index in range(5)]
    says = columns(*loud).findings[0].says
    assert "\n" not in says
    assert "\x07" not in says
    assert len(says) < 120


def test_seen_helper_is_evidence() -> None:
    assert columns(*many(5, ColumnType.NEWS, 15)).findings[0].evidence[0].sha256 == seen().sha256
