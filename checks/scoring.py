"""From confirmed verdicts to a score card: G1 to G10 of 附件1 and the grades of the definitions.

A score is an interval: its low end counts everything unseen or unreviewed as a fault, its high end counts
none of it. All arithmetic is decimal.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from checks.facts.base import Subject
from checks.indicators import Deciding, Indicator, Part, PartOfSystem, System
from checks.model import Answer, CheckError, Verdict

_NOTHING = Decimal(0)


class State(StrEnum):
    """Where a verdict stands between the rule that proposed it and the person who decides."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"
    NOT_NEEDED = "not_needed"


class Grade(StrEnum):
    """What is published of a target."""

    PASS = "合格"  # noqa: S105 - a grade, not a password
    FAIL = "不合格"
    UNDECIDED = "未能判定"


@dataclass(frozen=True, slots=True)
class ConfirmedVerdict:
    """A verdict, its state, and who decided; a decided one names at least one person."""

    verdict: Verdict
    state: State
    confirmed_by: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.state in (State.CONFIRMED, State.DISMISSED) and not any(self.confirmed_by):
            raise CheckError(
                f"{self.verdict.target} 的 {self.verdict.indicator} 已有结论, 却没有写明由谁作出"
            )


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a score sheet.

    `answer` is what counts after review (for a veto that waits for review: unobserved). `low` and `high`
    bound what it costs (deductions) or earns (bonus). `counted` is false where it is shown, not scored.
    """

    indicator: str
    name: str
    part: Part
    answer: Answer
    state: State
    reason: str
    low: Decimal
    high: Decimal
    counted: bool


@dataclass(frozen=True, slots=True)
class PartTotal:
    """What a part comes to; both ends are None where it is out of scope or not scored."""

    part: Part
    name: str
    points: Decimal
    in_scope: bool
    low: Decimal | None
    high: Decimal | None


@dataclass(frozen=True, slots=True)
class ScoreCard:
    """The grade of one target and all that it rests on.

    `veto` lists the vetoes that count, `unobserved` every indicator without an answer, `missing` why the
    grade is 未能判定. `score` is a number where both ends of the interval agree, else None.
    """

    target: str
    grade: Grade
    veto: tuple[str, ...]
    score: Decimal | None
    score_low: Decimal | None
    score_high: Decimal | None
    unobserved: tuple[str, ...]
    missing: tuple[str, ...]
    lines: tuple[Line, ...]
    parts: tuple[PartTotal, ...]


def initial_state(verdict: Verdict) -> State:
    """The state of a verdict before anybody looked at it."""
    return State.PROPOSED if verdict.needs_person else State.NOT_NEEDED


def score(
    subject: Subject,
    verdicts: Iterable[ConfirmedVerdict],
    system: System,
    *,
    proposed: bool = False,
) -> ScoreCard:
    """Grade and score one target.

    With `proposed`, verdicts that wait for review count as if they were confirmed. Raises `CheckError` where
    a verdict belongs to another target, comes twice, or names an indicator that the system does not have.
    """
    given = _by_code(subject, verdicts, system)
    lines: list[Line] = []
    missing: list[str] = []
    spent: set[str] = set()
    vetoed = any(_is_veto(entry, system, proposed) for entry in given.values())
    for indicator in system.concerning(subject.kind):
        part = system.parts[indicator.part]
        scored = indicator.part is Part.VETO or (part.concerns(subject) and not vetoed)
        line, waiting = _line(indicator, given.get(indicator.code), scored, spent, proposed)
        lines.append(line)
        if line.answer is Answer.UNOBSERVED and _decides(indicator, waiting):
            missing.append(f"{indicator.code} {indicator.name}: {'待人工复核' if waiting else line.reason}")
    veto = tuple(line.indicator for line in lines if line.part is Part.VETO and line.answer is Answer.FAIL)
    parts, low, high = _totals(subject, system, lines, bool(veto))
    grade, more = _grade(bool(veto), missing, low, high, system)
    return ScoreCard(
        target=subject.target,
        grade=grade,
        veto=veto,
        score=low if low == high else None,
        score_low=low,
        score_high=high,
        unobserved=tuple(line.indicator for line in lines if line.answer is Answer.UNOBSERVED),
        missing=() if grade is not Grade.UNDECIDED else (*missing, *more),
        lines=tuple(lines),
        parts=parts,
    )


def _by_code(
    subject: Subject, verdicts: Iterable[ConfirmedVerdict], system: System
) -> dict[str, ConfirmedVerdict]:
    known = {indicator.code for indicator in system.concerning(subject.kind)}
    given: dict[str, ConfirmedVerdict] = {}
    for entry in verdicts:
        verdict = entry.verdict
        if verdict.target != subject.target:
            raise CheckError(f"对象 {subject.target} 得到的是 {verdict.target} 的判定")
        if verdict.indicator not in known:
            raise CheckError(f"体系 {system.system_id} 没有适用的指标 {verdict.indicator}")
        if verdict.indicator in given:
            raise CheckError(f"对象 {subject.target} 的指标 {verdict.indicator} 有两个判定")
        given[verdict.indicator] = entry
    return given


def _decides(indicator: Indicator, waiting: bool) -> bool:
    """Whether an open indicator keeps a target from being graded."""
    if indicator.deciding is Deciding.ALWAYS:
        return True
    # What decides only where it was observed was observed, if something of it waits for review.
    return indicator.deciding is Deciding.WHEN_OBSERVED and waiting


def _reviewed(entry: ConfirmedVerdict, is_veto: bool, proposed: bool) -> tuple[Answer, bool]:
    """The answer that counts after review, and whether a fault still waits for a person."""
    verdict, state = entry.verdict, entry.state
    if verdict.answer is Answer.FAIL:
        if state is State.DISMISSED:
            return Answer.PASS, False
        if state is State.CONFIRMED or proposed or (state is State.NOT_NEEDED and not is_veto):
            return Answer.FAIL, False
        return Answer.UNOBSERVED, True
    if verdict.answer is Answer.UNOBSERVED and verdict.candidates:
        if state is State.CONFIRMED:
            return Answer.FAIL, False
        if state is State.DISMISSED and not verdict.unseen:
            return Answer.PASS, False
        return Answer.UNOBSERVED, state is State.PROPOSED
    return verdict.answer, False


def _is_veto(entry: ConfirmedVerdict, system: System, proposed: bool) -> bool:
    if system.indicator(entry.verdict.indicator).part is not Part.VETO:
        return False
    return _reviewed(entry, True, proposed)[0] is Answer.FAIL


def _line(
    indicator: Indicator,
    entry: ConfirmedVerdict | None,
    scored: bool,
    spent: set[str],
    proposed: bool,
) -> tuple[Line, bool]:
    is_veto = indicator.part is Part.VETO
    if entry is None:
        # Nobody judged it: that is a gap of ours, never a pass.
        answer, waiting, state, reason = Answer.UNOBSERVED, False, State.NOT_NEEDED, "没有判定"
    else:
        answer, waiting = _reviewed(entry, is_veto, proposed)
        state, reason = entry.state, entry.verdict.reason
    low = high = _NOTHING
    if scored and indicator.part is Part.DEDUCTION:
        low, high = _cost(indicator, entry.verdict if entry else None, answer, waiting, spent)
    elif scored and indicator.part is Part.BONUS:
        low = indicator.points if answer is Answer.PASS else _NOTHING
        high = indicator.points if answer in (Answer.PASS, Answer.UNOBSERVED) else _NOTHING
    line = Line(
        indicator.code, indicator.name, indicator.part, answer, state, reason, low, high, counted=scored
    )
    return line, waiting


def _cost(
    indicator: Indicator, verdict: Verdict | None, answer: Answer, waiting: bool, spent: set[str]
) -> tuple[Decimal, Decimal]:
    """What an indicator costs at the least and at the most, within its cap (G5), each cause once (G9)."""
    if answer in (Answer.PASS, Answer.NOT_APPLICABLE):
        return _NOTHING, _NOTHING
    if verdict is None:
        return _NOTHING, indicator.cap
    if verdict.answer is Answer.UNOBSERVED and answer is Answer.UNOBSERVED:
        most = verdict.deduction_high or indicator.cap
        return min(verdict.deduction_low, indicator.cap), min(most, indicator.cap)
    refund = sum((found.deduction for found in verdict.findings if found.cause in spent), _NOTHING)
    certain = max(verdict.deduction, verdict.deduction_low)
    if verdict.answer is Answer.UNOBSERVED:  # a person confirmed the candidates
        certain += sum((found.deduction for found in verdict.candidates), _NOTHING)
    most = max(certain, verdict.deduction_high)
    low, high = (max(_NOTHING, min(amount - refund, indicator.cap)) for amount in (certain, most))
    if waiting:
        return _NOTHING, high
    spent.update(found.cause for found in verdict.findings if found.cause and found.deduction)
    return low, high


def _totals(
    subject: Subject, system: System, lines: list[Line], vetoed: bool
) -> tuple[tuple[PartTotal, ...], Decimal | None, Decimal | None]:
    """The totals of the parts, and both ends of the final score (None where nothing is scored)."""
    totals: list[PartTotal] = []
    low: Decimal | None = None
    high: Decimal | None = None
    deduction = system.parts.get(Part.DEDUCTION)
    if deduction is not None and deduction.has_rules and deduction.concerns(subject) and not vetoed:
        spent_low, spent_high = _sum(lines, Part.DEDUCTION)
        low = max(_NOTHING, deduction.points - spent_high)
        high = max(_NOTHING, deduction.points - spent_low)
    bonus = system.parts.get(Part.BONUS)
    for part in system.parts.values():
        in_scope = part.has_rules and part.concerns(subject)
        ends: tuple[Decimal | None, Decimal | None] = (None, None)
        if part is deduction:
            ends = low, high
        elif part is bonus and in_scope and low is not None and high is not None:
            ends = _bonus(part, lines, system, low, high)
        totals.append(PartTotal(part.part, part.name, part.points, in_scope, *ends))
    earned = next((total for total in totals if total.part is Part.BONUS), None)
    if low is not None and high is not None and earned and earned.low is not None and earned.high is not None:
        low, high = low + earned.low, high + earned.high
    return tuple(totals), low, high


def _bonus(
    part: PartOfSystem, lines: list[Line], system: System, low: Decimal, high: Decimal
) -> tuple[Decimal, Decimal]:
    """Bonus points, opened strictly above the bar of part 2 (G4), at each end by itself."""
    least, most = _sum(lines, Part.BONUS)
    return (
        min(least, part.points) if low > system.bonus_above else _NOTHING,
        min(most, part.points) if high > system.bonus_above else _NOTHING,
    )


def _sum(lines: list[Line], part: Part) -> tuple[Decimal, Decimal]:
    chosen = [line for line in lines if line.part is part]
    return sum((line.low for line in chosen), _NOTHING), sum((line.high for line in chosen), _NOTHING)


def _grade(
    vetoed: bool, missing: list[str], low: Decimal | None, high: Decimal | None, system: System
) -> tuple[Grade, tuple[str, ...]]:
    """The grade, and what the score itself leaves open."""
    if vetoed:
        return Grade.FAIL, ()
    bar = system.fail_below
    if high is not None and high < bar:
        return Grade.FAIL, ()
    straddles = low is not None and low < bar
    open_score = (f"得分在 {low} 与 {high} 之间, 跨过 {bar} 分",) if straddles else ()
    if missing or straddles:
        return Grade.UNDECIDED, open_score
    return Grade.PASS, ()
