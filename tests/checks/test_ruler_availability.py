"""W-V2: what a visit counts as, and the week on both sides of every number."""

import random
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruler_builders import (
    AS_OF,
    FAIL,
    PASS,
    SYSTEM,
    UNOBSERVED,
    WEEK,
    facts,
    failed,
    judged,
    ledger,
    visit,
    week,
)

from checks.facts import Visit
from checks.model import Verdict
from checks.rules.w_v2_site_unreachable import AvailabilityLimits, Outcome, categorise
from checks.words import FAILURE_NAMES
from monitor.collect.accounts.reasons import AccountGap
from monitor.collect.failures import KINDS, Failure

LIMITS = SYSTEM.limits["W-V2"]
assert isinstance(LIMITS, AvailabilityLimits)


def outcome(**changes: object) -> Outcome:
    return categorise(visit(WEEK[0], 0, **changes), LIMITS)[0]


def answer(visits: list[Visit], **changes: object) -> Verdict:
    return judged("W-V2", None, replace(ledger(visits), **changes))


def with_failures(number: int, visits: list[Visit]) -> list[Visit]:
    return [failed(entry) if index < number else entry for index, entry in enumerate(visits)]


def test_every_failure_of_the_collector_is_named_and_categorised() -> None:
    assert set(LIMITS.failure_categories) == {kind.value for kind in Failure}
    assert {kind.value: KINDS[kind].says for kind in Failure}.items() <= FAILURE_NAMES.items()
    assert {kind.value for kind in AccountGap} <= set(FAILURE_NAMES)


@pytest.mark.parametrize(
    "failure",
    [
        "no_such_name",
        "connect_refused",
        "reset",
        "connect_timeout",
        "tls_timeout",
        "first_byte_timeout",
        "body_timeout",
        "redirect_loop",
    ],
)
def test_failed_without_an_answer(failure: str) -> None:
    assert outcome(failure=failure, status=None, sha256=None) is Outcome.FAILED


@pytest.mark.parametrize("status", [404, 410, 500, 502, 503, 504, 521])
def test_failed_by_status(status: int) -> None:
    assert outcome(status=status) is Outcome.FAILED


@pytest.mark.parametrize("status", [401, 403, 412, 429])
@pytest.mark.parametrize("failure", [None, "blocked", "body_timeout", "tls_certificate"])
def test_not_counted_by_status(status: int, failure: str | None) -> None:
    assert outcome(status=status, failure=failure, seconds=16.0) is Outcome.NOT_COUNTED


@pytest.mark.parametrize("failure", ["resolver_failed", "our_network", "unreachable", "internal", "new_kind"])
def test_our_own_failures_do_not_count(failure: str) -> None:
    assert outcome(failure=failure, status=None, sha256=None) is Outcome.NOT_COUNTED


def test_a_challenge_with_a_server_error_does_not_count() -> None:
    assert outcome(failure="script_challenge", status=521) is Outcome.NOT_COUNTED


def test_fifteen_seconds_are_inclusive() -> None:
    assert outcome(seconds=14.999) is Outcome.OPENED
    assert outcome(seconds=15.0) is Outcome.FAILED
    assert outcome(seconds=15.0, failure="tls_certificate") is Outcome.FAILED


def test_a_certificate_fault_or_a_readable_malformed_answer_opens() -> None:
    assert outcome(failure="tls_certificate") is Outcome.OPENED
    assert outcome(failure="protocol_error") is Outcome.OPENED
    assert outcome(failure="protocol_error", sha256=None) is Outcome.NOT_COUNTED
    assert outcome(failure="protocol_error", status=None, sha256=None) is Outcome.NOT_COUNTED
    assert outcome(failure="tls_certificate", status=404) is Outcome.FAILED


@pytest.mark.parametrize("status", [None, 302, 400, 418])
def test_what_the_definitions_do_not_call_a_failure_does_not_count(status: int | None) -> None:
    assert outcome(status=status) is Outcome.NOT_COUNTED


def test_off_the_register_is_for_the_reviewer() -> None:
    assert outcome(off_register=True) is Outcome.REVIEWER
    assert outcome(failure="address_refused", status=None) is Outcome.REVIEWER
    assert outcome(off_register=True, void="本方网络故障") is Outcome.NOT_COUNTED


@pytest.mark.parametrize(("number", "expected"), [(0, PASS), (6, PASS), (7, FAIL), (140, FAIL)])
def test_five_percent_of_the_week_is_inclusive(number: int, expected: object) -> None:
    verdict = answer(with_failures(number, week()))
    assert verdict.answer is expected
    assert verdict.needs_person is (expected is FAIL)
    assert f"失败 {number} 次" in verdict.reason


def test_failures_of_one_day_count_over_the_whole_week() -> None:
    # 6 of the 20 visits of one day, 4.3 % of the week: official counting is over the week.
    assert answer(with_failures(6, week())).answer is PASS


def test_a_site_that_never_opened_says_so() -> None:
    verdict = answer(with_failures(140, week()))
    assert "全部访问均未打开" in verdict.reason
    assert "全部" not in answer(with_failures(7, week())).reason


def test_the_evidence_is_made_of_the_visits() -> None:
    verdict = answer(with_failures(30, week()))
    (finding,) = verdict.findings
    assert finding.says == "连接超时 30 次"
    assert len(finding.evidence) == 20
    first = finding.evidence[0]
    assert first.sha256 == sha256(b"").hexdigest()
    assert first.url.startswith("http://")
    assert first.at == week()[0].started
    assert "连接超时" in first.excerpt


def test_reasons_carry_no_measured_durations() -> None:
    slow = [replace(entry, seconds=15.0 + index / 7) for index, entry in enumerate(week())]
    slower = [replace(entry, seconds=entry.seconds + 0.123) for entry in slow]
    assert answer(slow) == answer(slower)
    assert answer(slow).findings[0].says == "未在时限内打开 140 次"


def test_a_day_with_nineteen_counted_visits_withholds() -> None:
    visits = week()
    short = visits[:-1]
    assert answer(visits).answer is PASS
    assert answer(short).answer is UNOBSERVED
    assert "不足 20 次" in answer(short).reason
    assert answer(with_failures(100, short)).answer is UNOBSERVED


def test_six_days_withhold() -> None:
    six = WEEK[1:]
    assert answer(week(days=six), days=six).answer is UNOBSERVED
    assert "不足 7 天" in answer(week(days=six), days=six).reason


def test_several_thin_days_are_counted() -> None:
    thin = [entry for entry in week() if entry.slot % 20]
    assert "等 7 天" in answer(thin).reason


@pytest.mark.parametrize(("void", "expected"), [(20, PASS), (21, UNOBSERVED)])
def test_more_than_ten_percent_uncounted_withholds(void: int, expected: object) -> None:
    # 200 visits, at most 21 void ones spread so that every day keeps at least 20.
    eight = (*WEEK, AS_OF.date())
    visits = week(per_day=25, days=eight)
    spread = [visits[day * 25 + number] for number in range(3) for day in range(8)][:void]
    changed = [replace(entry, void="本方网络故障") if entry in spread else entry for entry in visits]
    verdict = answer(changed, days=eight)
    assert verdict.answer is expected
    if expected is UNOBSERVED:
        assert "本方网络故障 21 次" in verdict.reason


def test_a_repeated_visit_replaces_the_void_one() -> None:
    visits = week()
    void = [replace(visits[0], void="作废时段"), *visits[1:]]
    again = replace(visits[0], started=visits[0].started + timedelta(hours=3))
    assert answer(void).answer is UNOBSERVED
    assert answer([*void, again]).answer is PASS
    assert answer([again, *void]) == answer([*void, again])
    assert "未计入" not in answer([*void, again]).reason


def test_of_several_real_visits_of_a_slot_the_kinder_one_counts() -> None:
    visits = with_failures(7, week())
    again = [replace(entry, failure=None, status=200, sha256="ef" * 32, seconds=1.0) for entry in visits[:1]]
    assert answer(visits).answer is FAIL
    assert answer([*visits, *again]).answer is PASS


def test_visits_outside_the_week_do_not_count() -> None:
    stray = [failed(visit(AS_OF.date(), slot)) for slot in range(200, 300)]
    assert answer([*week(), *stray]).answer is PASS


def test_redirects_off_the_register_withhold_only_where_they_could_decide() -> None:
    def off(number: int, failures: int) -> Verdict:
        visits = with_failures(failures, week(per_day=22))
        for index in range(number):
            place = 21 + index * 22
            visits[place] = replace(visits[place], off_register=True, failure="off_register", status=302)
        return answer(visits)

    assert off(1, 0).answer is PASS
    undecided = off(2, 7)
    assert undecided.answer is UNOBSERVED
    assert undecided.needs_person
    assert undecided.candidates
    assert "人工" in undecided.reason
    assert off(1, 8).answer is FAIL


def test_a_site_that_always_leads_off_the_register_is_for_the_reviewer() -> None:
    visits = [replace(entry, off_register=True, status=302) for entry in week()]
    verdict = answer(visits)
    assert verdict.answer is UNOBSERVED
    assert verdict.needs_person
    assert verdict.unseen[0].reason == "status_302"


def test_no_ledger_is_unobserved() -> None:
    verdict = judged("W-V2", facts(), None)
    assert verdict.answer is UNOBSERVED
    assert "没有可用性访问记录" in verdict.reason
    assert answer([], days=()).answer is UNOBSERVED


_KINDS = st.sampled_from(
    [{}, {"void": "作废"}, {"off_register": True}]
    + [{"failure": kind.value, "status": None, "sha256": None} for kind in Failure]
    + [{"status": status} for status in (200, 301, 403, 404, 500)]
    + [{"seconds": 15.0}]
)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 153), _KINDS), max_size=30), st.randoms(use_true_random=False))
def test_the_order_of_visits_never_matters(changes: list[tuple[int, dict]], rng: random.Random) -> None:
    visits = week(per_day=22)
    for place, change in changes:
        visits[place] = replace(visits[place], **change)
    shuffled = visits.copy()
    rng.shuffle(shuffled)
    assert answer(visits) == answer(shuffled)


@settings(max_examples=60, deadline=None)
@given(st.sets(st.integers(0, 153), max_size=15), st.sets(st.integers(0, 153), max_size=15))
def test_a_worse_week_never_passes_where_a_better_one_failed(bad: set[int], worse: set[int]) -> None:
    visits = week(per_day=22)
    first = [failed(entry) if place in bad else entry for place, entry in enumerate(visits)]
    second = [failed(entry) if place in bad | worse else entry for place, entry in enumerate(visits)]
    if answer(first).answer is FAIL:
        assert answer(second).answer is FAIL


@settings(max_examples=60, deadline=None)
@given(st.sets(st.integers(0, 153), max_size=15), st.sets(st.integers(0, 153), max_size=30))
def test_hiding_failures_never_blames(bad: set[int], hidden: set[int]) -> None:
    visits = week(per_day=22)
    first = [failed(entry) if place in bad else entry for place, entry in enumerate(visits)]
    second = [
        replace(entry, void="作废") if place in hidden & bad else entry for place, entry in enumerate(first)
    ]
    if answer(first).answer is PASS:
        assert answer(second).answer is not FAIL
