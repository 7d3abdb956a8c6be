"""What reviewers decided: taking decisions one by one or from a file, and the state that follows.

Nothing is overwritten: every decision is kept with who, when and why, and the latest one counts. 确认 makes a
proposal count, 驳回 drops it, 再查 leaves it open.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Engine, insert, select

from checks.scoring import State
from monitor.ledger.tables import DECISIONS, ROUNDS, VERDICTS


class Decision(StrEnum):
    """A reviewer's word on a proposal."""

    CONFIRM = "确认"
    DISMISS = "驳回"
    LOOK_AGAIN = "再查"


_STATE_AFTER = {
    Decision.CONFIRM.value: State.CONFIRMED,
    Decision.DISMISS.value: State.DISMISSED,
    Decision.LOOK_AGAIN.value: State.PROPOSED,
}


class DecisionError(Exception):
    """A decision cannot be taken; the text says which and why."""


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision on one verdict of a round."""

    target: str
    indicator: str
    decision: Decision
    reviewer: str
    reason: str


@dataclass(frozen=True, slots=True)
class Standing:
    """The state of a verdict and the people who decided it."""

    state: State
    confirmed_by: tuple[str, ...] = ()
    reason: str = ""


NOT_NEEDED = Standing(State.NOT_NEEDED)
OPEN = Standing(State.PROPOSED)


def record(engine: Engine, round_id: str, decided: Sequence[Decided], at: datetime) -> int:
    """Store decisions, all or nothing; returns how many.

    DecisionError where the round is closed, a verdict does not exist or needs no person, or a reviewer or
    reason is missing.
    """
    _require_not_closed(engine, round_id)
    _require_known(engine, round_id, decided)
    if not decided:
        return 0
    rows = [
        {
            "round_id": round_id,
            "target": one.target,
            "indicator": one.indicator,
            "decision": one.decision.value,
            "reviewer": one.reviewer.strip(),
            "reason": one.reason.strip(),
            "at": at,
        }
        for one in decided
    ]
    with engine.begin() as connection:
        connection.execute(insert(DECISIONS), rows)
    return len(rows)


def _require_not_closed(engine: Engine, round_id: str) -> None:
    query = select(ROUNDS.c.closed_at, ROUNDS.c.closed_by).where(ROUNDS.c.round_id == round_id)
    with engine.connect() as connection:
        row = connection.execute(query).first()
    if row is not None and row.closed_at is not None:
        raise DecisionError(
            f"轮次 {round_id} 已于 {row.closed_at:%Y-%m-%d %H:%M} 由 {row.closed_by} 结束, 不再接受审核决定"
        )


def _require_known(engine: Engine, round_id: str, decided: Iterable[Decided]) -> None:
    query = select(VERDICTS.c.target, VERDICTS.c.indicator, VERDICTS.c.needs_person).where(
        VERDICTS.c.round_id == round_id
    )
    with engine.connect() as connection:
        known = {(target, indicator): needs for target, indicator, needs in connection.execute(query)}
    for number, one in enumerate(decided, start=1):
        where = f"第 {number} 条 ({one.target} {one.indicator})"
        if not one.reviewer.strip():
            raise DecisionError(f"{where}: 没有写明审核人")
        if one.decision is not Decision.CONFIRM and not one.reason.strip():
            raise DecisionError(f"{where}: {one.decision.value}须写明理由")
        if (one.target, one.indicator) not in known:
            raise DecisionError(f"{where}: 轮次 {round_id} 中没有这条判定")
        if not known[one.target, one.indicator]:
            raise DecisionError(f"{where}: 这条判定不需要人工审核")


def standings(engine: Engine, round_id: str) -> Mapping[tuple[str, str], Standing]:
    """The state of every verdict that somebody decided on, by (target, indicator)."""
    query = (
        select(
            DECISIONS.c.target,
            DECISIONS.c.indicator,
            DECISIONS.c.decision,
            DECISIONS.c.reviewer,
            DECISIONS.c.reason,
        )
        .where(DECISIONS.c.round_id == round_id)
        .order_by(DECISIONS.c.id)
    )
    found: dict[tuple[str, str], Standing] = {}
    with engine.connect() as connection:
        for target, indicator, decision, reviewer, reason in connection.execute(query):
            state = _STATE_AFTER[decision]
            by: tuple[str, ...] = ()
            if state is not State.PROPOSED:
                before = found.get((target, indicator), OPEN)
                earlier = before.confirmed_by if before.state is state else ()
                by = earlier if reviewer in earlier else (*earlier, reviewer)
            found[target, indicator] = Standing(state, by, reason)
    return found


def standing_of(
    known: Mapping[tuple[str, str], Standing], target: str, indicator: str, *, needs_person: bool
) -> Standing:
    """Where one verdict stands."""
    if not needs_person:
        return NOT_NEEDED
    return known.get((target, indicator), OPEN)
