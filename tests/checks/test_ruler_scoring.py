"""Scores and grades by G1 to G10: golden cases, review states, intervals."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruler_builders import (
    AS_OF,
    FAIL,
    PASS,
    SYSTEM,
    UNOBSERVED,
    account,
    account_facts,
    facts,
    gap,
    ledger,
    seen,
    site,
    source,
    week,
)

from checks.model import Answer, CheckError, Evidence, Finding, Verdict
from checks.runner import judge_account, judge_site
from checks.scoring import ConfirmedVerdict, Grade, ScoreCard, State, initial_state, score
from checks.system import Part, load_system

PORTALS = load_system(Path(__file__).with_name("portal.toml"))
PORTAL = site(site_kind="门户网站")
D = Decimal


def finding(cost: str = "0", cause: str = "", key: str = "k") -> Finding:
    return Finding("问题", (Evidence.of(seen()),), key, D(cost), cause)


def verdict(code: str, answer: Answer = PASS, cost: str = "0", **changes: object) -> Verdict:
    findings = (finding(cost),) if answer is FAIL else ()
    made = Verdict("1500000001", code, answer, "理由", findings, deduction=D(cost))
    return replace(made, **changes)


def held(made: Verdict, state: State = State.NOT_NEEDED) -> ConfirmedVerdict:
    decided = state in (State.CONFIRMED, State.DISMISSED)
    return ConfirmedVerdict(made, state, ("审核员甲",) if decided else ())


def portal(*changed: ConfirmedVerdict | Verdict, proposed: bool = False, bonus: Answer = FAIL) -> ScoreCard:
    """A portal that has everything in order but for what is given."""
    entries = {code: held(verdict(code)) for code in ("W-V1", "L-1", "L-2", "L-3", "L-4")}
    entries |= {code: held(replace(verdict(code), answer=bonus)) for code in ("B-1", "B-2")}
    for entry in changed:
        one = entry if isinstance(entry, ConfirmedVerdict) else held(entry)
        entries[one.verdict.indicator] = one
    return score(PORTAL, entries.values(), PORTALS, proposed=proposed)


def deducted(*costs: str, bonus: Answer = FAIL) -> ScoreCard:
    pairs = zip(("L-1", "L-2", "L-3", "L-4"), costs, strict=False)
    return portal(*(verdict(code, FAIL, cost) for code, cost in pairs), bonus=bonus)


@pytest.mark.parametrize(
    ("costs", "expected", "grade"),
    [
        (("20", "20", "0.1"), "59.9", Grade.FAIL),
        (("20", "20", "0"), "60", Grade.PASS),
        (("10", "10", "0"), "80", Grade.PASS),
        (("10", "9.9", "0"), "80.1", Grade.PASS),
        ((), "100", Grade.PASS),
        (("31", "25", "20", "21"), "3", Grade.FAIL),
    ],
)
def test_golden_scores(costs: tuple[str, ...], expected: str, grade: Grade) -> None:
    card = deducted(*costs)
    assert card.score == D(expected)
    assert card.grade is grade
    assert (card.score_low, card.score_high) == (D(expected), D(expected))


def test_the_bonus_opens_strictly_above_eighty() -> None:
    assert deducted("10", "10", bonus=PASS).score == D(80)
    assert deducted("10", "9.9", bonus=PASS).score == D("110.1")
    assert deducted(bonus=PASS).score == D(130)  # 33 points of bonus are cut to the part's 30


def test_the_sourced_example_ends_at_eighty_nine() -> None:
    # 政策文件 -5, 办事统计 -2, 留言公开 -3, 功能设计 -1
    card = deducted("5", "2", "3", "1")
    assert card.score == D(89)
    assert card.grade is Grade.PASS


def test_the_second_sourced_example_by_blocks() -> None:
    card = deducted("1", "2", "13")
    costs = {line.indicator: line.low for line in card.lines}
    assert [D(31) - costs["L-1"], D(25) - costs["L-2"], D(23) - costs["L-3"]] == [D(30), D(23), D(10)]


def test_a_deduction_never_exceeds_its_cap() -> None:
    card = portal(verdict("L-3", FAIL, "50"))
    assert card.score == D(80)
    assert next(line.low for line in card.lines if line.indicator == "L-3") == D(20)


def test_a_cause_is_deducted_once() -> None:
    first = verdict("L-1", FAIL, "5", findings=(finding("5", "http://a/"),))
    second = verdict(
        "L-2", FAIL, "3", findings=(finding("1", "http://a/", "x"), finding("2", "http://b/", "y"))
    )
    assert portal(first, second).score == D(93)
    assert portal(second).score == D(97)
    dismissed = held(first, State.DISMISSED)
    assert portal(dismissed, second).score == D(97)
    waiting = held(first, State.PROPOSED)
    assert portal(waiting, second).score_high == D(97)
    same = verdict("L-2", FAIL, "1", findings=(finding("1", "http://a/"),))
    assert portal(first, same).score == D(95)


def test_unseen_items_give_an_interval() -> None:
    partly = verdict("L-1", UNOBSERVED, deduction_low=D(1), deduction_high=D(5))
    card = portal(partly)
    assert card.score is None
    assert (card.score_low, card.score_high) == (D(95), D(99))
    assert card.grade is Grade.PASS
    assert card.unobserved == ("L-1",)
    blind = portal(verdict("L-1", UNOBSERVED))
    assert (blind.score_low, blind.score_high) == (D(69), D(100))
    seen_and_unseen = portal(verdict("L-1", FAIL, "2", deduction_low=D(2), deduction_high=D(4)))
    assert (seen_and_unseen.score_low, seen_and_unseen.score_high) == (D(96), D(98))


def test_both_ends_decide_the_grade() -> None:
    lost = [verdict(code, UNOBSERVED) for code in ("L-1", "L-2")]
    open_score = portal(*lost)
    assert open_score.grade is Grade.UNDECIDED
    assert "跨过 60 分" in open_score.missing[0]
    assert (open_score.score_low, open_score.score_high) == (D(44), D(100))
    sunk = portal(verdict("L-1", FAIL, "31"), verdict("L-2", FAIL, "10"), verdict("L-3", UNOBSERVED))
    assert sunk.grade is Grade.FAIL
    assert sunk.missing == ()


def test_the_bonus_has_an_interval_too() -> None:
    unseen = portal(verdict("B-1", UNOBSERVED))
    assert (unseen.score_low, unseen.score_high) == (D(100), D(105))
    bar = portal(verdict("L-1", UNOBSERVED, deduction_high=D(25)), verdict("B-1", PASS))
    assert (bar.score_low, bar.score_high) == (D(75), D(105))


def test_a_veto_ends_the_scoring() -> None:
    veto = held(verdict("W-V1", FAIL, needs_person=True), State.CONFIRMED)
    card = portal(veto, verdict("L-1", FAIL, "5"))
    assert card.grade is Grade.FAIL
    assert card.veto == ("W-V1",)
    assert (card.score, card.score_low, card.score_high) == (None, None, None)
    assert not any(line.counted for line in card.lines if line.part is not Part.VETO)
    assert {line.indicator for line in card.lines} == {"W-V1", "L-1", "L-2", "L-3", "L-4", "B-1", "B-2"}
    assert all(total.low is None for total in card.parts)


@pytest.mark.parametrize("state", [State.PROPOSED, State.NOT_NEEDED])
def test_an_unreviewed_veto_is_undecided(state: State) -> None:
    entry = held(verdict("W-V1", FAIL, needs_person=True), state)
    card = portal(entry)
    assert card.grade is Grade.UNDECIDED
    assert card.veto == ()
    assert card.missing == ("W-V1 严重问题: 待人工复核",)
    assert card.unobserved == ("W-V1",)
    assert portal(entry, proposed=True).grade is Grade.FAIL


def test_a_dismissed_veto_counts_as_pass() -> None:
    entry = held(verdict("W-V1", FAIL, needs_person=True), State.DISMISSED)
    for proposed in (False, True):
        card = portal(entry, proposed=proposed)
        assert card.grade is Grade.PASS
        assert card.score == D(100)


def test_candidates() -> None:
    made = verdict("W-V1", UNOBSERVED, candidates=(finding(),), needs_person=True)
    assert portal(held(made, State.PROPOSED)).grade is Grade.UNDECIDED
    assert portal(held(made, State.PROPOSED), proposed=True).grade is Grade.UNDECIDED
    assert portal(held(made, State.CONFIRMED)).grade is Grade.FAIL
    assert portal(held(made, State.DISMISSED)).grade is Grade.PASS
    blind = replace(made, unseen=(gap(),))
    assert portal(held(blind, State.DISMISSED)).grade is Grade.UNDECIDED
    assert portal(held(replace(made, candidates=()), State.CONFIRMED)).grade is Grade.UNDECIDED


def test_confirmed_candidates_of_a_deduction_cost_what_they_say() -> None:
    made = verdict("L-1", UNOBSERVED, candidates=(finding("2"), finding("3", key="l")), needs_person=True)
    assert portal(held(made, State.CONFIRMED)).score == D(95)
    waiting = portal(held(made, State.PROPOSED))
    assert (waiting.score_low, waiting.score_high) == (D(69), D(100))
    assert portal(held(made, State.DISMISSED)).score == D(100)


def test_an_unreviewed_deduction_is_an_interval() -> None:
    waiting = held(verdict("L-1", FAIL, "4", needs_person=True), State.PROPOSED)
    card = portal(waiting)
    assert (card.score_low, card.score_high) == (D(96), D(100))
    assert card.grade is Grade.PASS
    assert portal(waiting, proposed=True).score == D(96)
    assert portal(held(verdict("L-1", FAIL, "4"), State.DISMISSED)).score == D(100)


def test_not_applicable_costs_nothing() -> None:
    assert portal(verdict("L-1", Answer.NOT_APPLICABLE)).score == D(100)


def test_what_nobody_judged_is_unobserved() -> None:
    card = score(PORTAL, (), PORTALS)
    assert card.grade is Grade.UNDECIDED
    assert "没有判定" in card.missing[0]
    assert (card.score_low, card.score_high) == (D(3), D(130))


def test_departments_are_graded_on_vetoes_alone() -> None:
    for answer, state, grade in (
        (PASS, State.NOT_NEEDED, Grade.PASS),
        (FAIL, State.CONFIRMED, Grade.FAIL),
        (UNOBSERVED, State.NOT_NEEDED, Grade.UNDECIDED),
    ):
        entries = [held(verdict("W-V1", answer), state)]
        entries += [held(verdict(code, Answer.NOT_APPLICABLE)) for code in ("L-1", "B-1")]
        card = score(site(), entries, PORTALS)
        assert card.grade is grade
        assert card.score is None
        assert not any(total.in_scope for total in card.parts if total.part is not Part.VETO)


def test_confirmed_needs_a_name() -> None:
    for state in (State.CONFIRMED, State.DISMISSED):
        for names in ((), ("",)):
            with pytest.raises(CheckError, match="由谁"):
                ConfirmedVerdict(verdict("W-V1", FAIL), state, names)


def test_wrong_verdicts_are_refused() -> None:
    with pytest.raises(CheckError, match="得到的是"):
        score(site(target="x"), [held(verdict("W-V1"))], PORTALS)
    with pytest.raises(CheckError, match="没有适用的指标"):
        score(PORTAL, [held(verdict("W-V9"))], PORTALS)
    with pytest.raises(CheckError, match="两个判定"):
        score(PORTAL, [held(verdict("W-V1"))] * 2, PORTALS)


def test_initial_states() -> None:
    assert initial_state(verdict("W-V1", FAIL, needs_person=True)) is State.PROPOSED
    assert initial_state(verdict("W-V1")) is State.NOT_NEEDED


def real(verdicts: tuple[Verdict, ...], **states: State) -> list[ConfirmedVerdict]:
    return [
        held(entry, states.get(entry.indicator.replace("-", "_"), initial_state(entry))) for entry in verdicts
    ]


def test_the_adopted_system_scores_no_points_yet() -> None:
    verdicts = judge_site(PORTAL, facts(), ledger(week()), SYSTEM, AS_OF)
    card = score(PORTAL, real(verdicts), SYSTEM)
    assert card.grade is Grade.PASS
    assert (card.score, card.score_low, card.score_high) == (None, None, None)
    assert [total.in_scope for total in card.parts] == [True, False, False]
    assert card.missing == ()


def test_units_without_service_need_no_answer_on_services() -> None:
    inward = site(outward_service=False)
    verdicts = judge_site(inward, facts(), ledger(week()), SYSTEM, AS_OF)
    card = score(inward, real(verdicts), SYSTEM)
    assert card.grade is Grade.PASS
    assert next(line.answer for line in card.lines if line.indicator == "W-V6") is Answer.NOT_APPLICABLE


def test_one_unobserved_deciding_indicator_is_enough() -> None:
    verdicts = judge_site(site(), facts(), None, SYSTEM, AS_OF)
    card = score(site(), real(verdicts), SYSTEM)
    assert card.grade is Grade.UNDECIDED
    assert card.unobserved == ("W-V2",)
    assert card.missing == ("W-V2 站点无法访问: 没有可用性访问记录",)


def test_accounts_pass_without_interaction_in_sight() -> None:
    verdicts = judge_account(account(), account_facts(), SYSTEM, AS_OF)
    card = score(account(), real(verdicts), SYSTEM)
    assert card.grade is Grade.PASS
    assert card.unobserved == ("N-V3",)
    assert card.missing == ()


def test_interaction_that_waits_for_review_decides() -> None:
    missing = Verdict("A1", "N-V3", FAIL, "无", (finding(),), needs_person=True)
    rest = judge_account(account(), account_facts(), SYSTEM, AS_OF)[:2]
    assert score(account(), real((*rest, missing)), SYSTEM).grade is Grade.UNDECIDED
    assert score(account(), real((*rest, missing), N_V3=State.CONFIRMED), SYSTEM).grade is Grade.FAIL
    assert score(account(), real((*rest, missing), N_V3=State.DISMISSED), SYSTEM).grade is Grade.PASS


def test_a_confirmed_veto_beats_everything_unobserved() -> None:
    verdicts = judge_account(account(), account_facts(source(30)), SYSTEM, AS_OF)
    unseen = [replace(entry, answer=UNOBSERVED) if entry.indicator == "N-V1" else entry for entry in verdicts]
    card = score(account(), real(tuple(unseen), N_V2=State.CONFIRMED), SYSTEM)
    assert card.grade is Grade.FAIL
    assert card.veto == ("N-V2",)
    assert card.missing == ()


_COSTS = st.decimals(0, 40, places=1)
_ANSWERS = st.sampled_from([PASS, FAIL, UNOBSERVED])


@given(st.lists(st.tuples(_ANSWERS, _COSTS), min_size=4, max_size=4), st.integers(0, 3))
def test_worse_never_scores_better(entries: list[tuple[Answer, Decimal]], spoiled: int) -> None:
    codes = ("L-1", "L-2", "L-3", "L-4")

    def card(made: list[tuple[Answer, Decimal]]) -> ScoreCard:
        return portal(
            *(
                verdict(code, answer, str(cost) if answer is FAIL else "0", deduction_high=cost)
                for code, (answer, cost) in zip(codes, made, strict=True)
            ),
            bonus=PASS,
        )

    worse = entries.copy()
    worse[spoiled] = (FAIL, D(40))
    before, after = card(entries), card(worse)
    assert before.score_low is not None
    assert after.score_high is not None
    assert before.score_high is not None
    assert after.score_low is not None
    assert before.score_low <= before.score_high
    assert after.score_low <= after.score_high <= before.score_high
    assert after.score_low <= before.score_low
    assert not (before.grade is Grade.FAIL and after.grade is not Grade.FAIL)
