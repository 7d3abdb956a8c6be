"""How a round stands, told the same way by the process that runs it and by any other terminal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, select
from sqlmodel import Session

from monitor.ledger.tables import PHASE, ROUNDS, TARGETS, Phase, Round
from monitor.rounds.errors import NoSuchRound
from monitor.rounds.progress import PHASES, Pace, pace


@dataclass(frozen=True, slots=True)
class RoundStatus:
    """A round at a glance."""

    round_id: str
    title: str
    as_of: datetime
    state: str
    drawn: int
    registered: int
    phases: tuple[Pace, ...]


def round_status(engine: Engine, round_id: str, moment: datetime) -> RoundStatus:
    """Where a round is: planned, running, judged or closed, and how far each phase has come."""
    with Session(engine) as session:
        row = session.get(Round, round_id)
        if row is None:
            raise NoSuchRound(f"没有轮次 {round_id}")
        drawn = session.execute(select(TARGETS.c.drawn).where(TARGETS.c.round_id == round_id)).scalars()
        flags = list(drawn)
        known = {phase.name: phase for phase in _phases(session, round_id)}
        phases = tuple(pace(known[name], moment) for name in PHASES if name in known)
        return RoundStatus(
            round_id=round_id,
            title=row.title,
            as_of=row.as_of,
            state=_state(row, phases),
            drawn=sum(flags),
            registered=len(flags),
            phases=phases,
        )


def list_rounds(engine: Engine, moment: datetime) -> list[RoundStatus]:
    """All rounds, the newest reference time first."""
    with Session(engine) as session:
        rounds = session.execute(select(ROUNDS.c.round_id).order_by(ROUNDS.c.as_of.desc())).scalars().all()
    return [round_status(engine, round_id, moment) for round_id in rounds]


def _phases(session: Session, round_id: str) -> list[Phase]:
    query = select(Phase).where(PHASE.c.round_id == round_id)
    return list(session.execute(query).scalars())


def _state(row: Round, phases: tuple[Pace, ...]) -> str:
    if row.closed_at is not None:
        return "已结束"
    if any(one.name == "judge" and one.finished_at is not None for one in phases):
        return "已判定, 待审核与通报"
    return "进行中" if phases else "已计划"
