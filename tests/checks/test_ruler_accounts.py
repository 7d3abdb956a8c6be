"""W-V1 and N-V1 to N-V3: what a person must see first, and the two weeks of an account."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruler_builders import (
    AS_OF,
    FAIL,
    HOME,
    PASS,
    SYSTEM,
    TODAY,
    UNOBSERVED,
    account,
    account_facts,
    facts,
    gap,
    interaction,
    judged,
    judged_account,
    post,
    seen,
    source,
)

from checks.facts import AccountSource, PageScan, StoreEntry, Suspect, SuspectKind
from checks.model import Answer, Verdict
from checks.spans import SHANGHAI

SURE = Suspect(SuspectKind.TAMPERED, "隐藏的赌博链接 30 条", True, seen(HOME + "a"))
UNSURE = Suspect(SuspectKind.WORDING, "疑似错误表述", False, seen(HOME + "b"))


def scan(code: str, made: PageScan) -> Verdict:
    if code == "W-V1":
        return judged(code, facts(scan=made))
    return judged_account(code, account_facts(scan=made))


@pytest.mark.parametrize("code", ["W-V1", "N-V1"])
class TestSeriousErrors:
    def test_nothing_found_passes_and_says_what_machines_do_not_judge(self, code: str) -> None:
        verdict = scan(code, PageScan(scanned=9))
        assert verdict.answer is PASS
        assert "机器不判" in verdict.reason
        assert not verdict.needs_person

    def test_a_certain_suspect_is_proposed(self, code: str) -> None:
        verdict = scan(code, PageScan(9, (UNSURE, SURE)))
        assert verdict.answer is FAIL
        assert verdict.needs_person
        assert [found.says for found in verdict.findings] == ["页面被篡改: 隐藏的赌博链接 30 条"]
        assert len(verdict.candidates) == 1

    def test_an_uncertain_one_is_only_a_candidate(self, code: str) -> None:
        verdict = scan(code, PageScan(9, (UNSURE, UNSURE)))
        assert verdict.answer is UNOBSERVED
        assert verdict.needs_person
        assert len(verdict.candidates) == 1
        assert not verdict.findings

    def test_nothing_scanned_withholds(self, code: str) -> None:
        assert scan(code, PageScan()).answer is UNOBSERVED

    @pytest.mark.parametrize(
        ("reason", "expected"),
        [("parser_failed", UNOBSERVED), ("internal", UNOBSERVED), ("reset", PASS), ("robots", PASS)],
    )
    def test_only_what_was_fetched_and_not_scanned_withholds(
        self, code: str, reason: str, expected: Answer
    ) -> None:
        verdict = scan(code, PageScan(9, gaps=(gap(reason),)))
        assert verdict.answer is expected
        assert bool(verdict.unseen) is (expected is UNOBSERVED)

    def test_fewer_certain_cases_than_needed_go_to_a_person(self, code: str) -> None:
        limits = dict(SYSTEM.limits)
        limits[code] = replace(limits[code], confirmed_cases=2)
        lenient = replace(SYSTEM, limits=limits)
        made = PageScan(9, (SURE,))
        if code == "W-V1":
            verdict = judged(code, facts(scan=made), system=lenient)
        else:
            verdict = judged_account(code, account_facts(scan=made), system=lenient)
        assert verdict.answer is UNOBSERVED
        assert verdict.needs_person


def updated(made: AccountSource, platform: str = "微信公众号", as_of: datetime = AS_OF) -> Verdict:
    return judged_account("N-V2", account_facts(made), account(platform=platform), as_of)


@pytest.mark.parametrize(("days", "expected"), [(0, PASS), (14, PASS), (15, FAIL), (400, FAIL)])
def test_two_weeks_are_inclusive(days: int, expected: Answer) -> None:
    verdict = updated(source(days, days + 5))
    assert verdict.answer is expected
    assert verdict.needs_person is (expected is FAIL)


def test_calendar_days_of_shanghai_count() -> None:
    edge = datetime(2026, 9, 9, 16, 0, tzinfo=UTC)  # 00:00 of the 10th in Shanghai
    for moment, expected in ((edge, PASS), (edge - timedelta(seconds=1), FAIL)):
        made = source(posts=(replace(post(0), published=moment),))
        for hour in (0, 23):
            as_of = datetime(2026, 9, 24, hour, 30, tzinfo=SHANGHAI)
            assert updated(made, as_of=as_of).answer is expected


def test_no_source_is_unobserved() -> None:
    assert updated(AccountSource()).answer is UNOBSERVED
    verdict = updated(AccountSource(gaps=(gap("no_source", url=None),)))
    assert verdict.answer is UNOBSERVED
    assert "没有登记信息源" in verdict.reason
    assert judged_account("N-V2", None).answer is UNOBSERVED
    assert judged_account("N-V2", None).reason == "没有采集到该账号"


def test_old_posts_beside_something_unseen_withhold() -> None:
    assert updated(source(30, gaps=(gap(),))).answer is UNOBSERVED
    assert updated(source(30, undated=1)).answer is UNOBSERVED
    assert updated(source(3, gaps=(gap(),), undated=1)).answer is PASS


def test_an_empty_feed_withholds() -> None:
    assert updated(source()).answer is UNOBSERVED


def test_future_posts_are_no_update_and_are_told() -> None:
    verdict = updated(source(30, future=(post(-3),)))
    assert verdict.answer is FAIL
    assert "1 条日期晚于监测时间点" in verdict.reason
    assert updated(source(-3, 30)).answer is FAIL
    assert updated(source(future=(post(-3),))).answer is UNOBSERVED


def test_the_switch_for_undated_posts() -> None:
    limits = dict(SYSTEM.limits)
    limits["N-V2"] = replace(limits["N-V2"], undated_is_stale=True)
    strict = replace(SYSTEM, limits=limits)
    made = account_facts(source(30, undated=1))
    assert judged_account("N-V2", made, system=strict).answer is FAIL
    none = account_facts(source(undated=1))
    assert judged_account("N-V2", none, system=strict).answer is UNOBSERVED


def store(found: bool) -> StoreEntry:
    return StoreEntry(found, "1.0", AS_OF - timedelta(days=900), "某某部门", seen("https://store.example/1"))


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (source(kinds=(), store=store(True)), PASS),
        (source(kinds=(), store=store(False)), FAIL),
        (source(3, store=store(False)), FAIL),
        (source(3, store=store(True)), PASS),
        (source(30, store=store(True)), FAIL),
        (source(3), PASS),
        (source(30), FAIL),
        (source(3, gaps=(gap(),)), UNOBSERVED),
        (source(kinds=(), gaps=(gap(),)), UNOBSERVED),
        (AccountSource(), UNOBSERVED),
        (source(kinds=(), store=store(True), gaps=(gap(),)), PASS),
    ],
)
def test_apps(made: AccountSource, expected: Answer) -> None:
    assert updated(made, "移动客户端").answer is expected


def test_a_store_says_nothing_of_other_platforms() -> None:
    assert updated(source(3, store=store(False))).answer is PASS


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (source(1, interaction=interaction(True)), PASS),
        (source(1, interaction=interaction(True), gaps=(gap(),)), PASS),
        (source(1, interaction=interaction(False)), FAIL),
        (source(1, interaction=interaction(False), gaps=(gap(),)), UNOBSERVED),
        (source(1, interaction=interaction(None)), UNOBSERVED),
        (source(1, interaction=replace(interaction(False), seen=None)), UNOBSERVED),
        (source(1), UNOBSERVED),
    ],
)
def test_interaction_is_judged_only_where_it_shows(made: AccountSource, expected: Answer) -> None:
    assert judged_account("N-V3", account_facts(made)).answer is expected


_DAYS = st.lists(st.integers(-5, 40), max_size=5)


@settings(deadline=None)
@given(_DAYS, st.sets(st.integers(0, 4)), st.integers(0, 30), st.randoms(use_true_random=False))
def test_posts_hidden_older_or_mixed(
    days: list[int], hidden: set[int], older: int, rng: random.Random
) -> None:
    made = source(*days)
    before = updated(made)
    kept = tuple(entry for index, entry in enumerate(made.posts) if index not in hidden)
    taken = len(made.posts) - len(kept)
    if taken:
        assert {before.answer, updated(replace(made, posts=kept, undated=taken)).answer} != {PASS, FAIL}
        assert {before.answer, updated(replace(made, posts=kept, gaps=(gap(),))).answer} != {PASS, FAIL}
    past = [day + older for day in days if day >= 0]
    assert not (before.answer is FAIL and updated(source(*past)).answer is PASS)
    mixed = list(made.posts)
    rng.shuffle(mixed)
    assert updated(replace(made, posts=tuple(mixed))) == before


def test_the_reference_day_is_the_tests_own() -> None:
    assert AS_OF.date() == TODAY
