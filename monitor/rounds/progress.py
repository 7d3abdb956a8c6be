"""How far a phase has come: counters in the ledger, so that any terminal can tell."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine
from sqlmodel import Session

from monitor.ledger.tables import Phase
from monitor.rounds.errors import RoundError
from monitor.times import now

WRITE_EVERY_S = 1.0

PHASES = {
    "visits": "可用性访问",
    "second_opinions": "换一种客户端复核",
    "crawl": "网站采集",
    "daily_looks": "每日账号查看",
    "accounts": "账号查看",
    "judge": "判定",
}

Listener = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Pace:
    """What a waiting person wants to know of a phase."""

    name: str
    says: str
    total: int
    done: int
    started_at: datetime | None
    finished_at: datetime | None
    per_second: float
    expected_end: datetime | None
    quiet_for: timedelta | None


class PhaseProgress:
    """Counts one phase of one round, writing at most once a second; a context that ends the phase.

    The phase is marked finished only where the block ends without an exception, and where it is not one of
    many blocks (`last` False) that together make the phase.
    """

    def __init__(
        self,
        engine: Engine,
        round_id: str,
        name: str,
        total: int,
        listener: Listener | None,
        *,
        last: bool = True,
    ) -> None:
        self._engine, self._round_id, self._name = engine, round_id, name
        self._total, self._done = total, 0
        self._listener = listener
        self._last = last
        self._written = 0.0
        self.figures: dict[str, float] = {}

    def __enter__(self) -> PhaseProgress:
        with Session(self._engine) as session:
            row = session.get(Phase, (self._round_id, self._name))
            if row is None:
                row = Phase(round_id=self._round_id, name=self._name)
            row.started_at = row.started_at or now()
            row.total, row.finished_at, row.updated_at = self._total, None, now()
            session.add(row)
            session.commit()
        self._tell(force=True)
        return self

    def __exit__(self, kind: object, *_rest: object) -> None:
        if kind is None:
            self._store(finished=self._last)
            self._tell(force=True)

    def at(self, done: int) -> None:
        """So many are done."""
        self._done = done
        self._tell(force=False)

    def more(self, count: int = 1) -> None:
        """So many more are done."""
        self.at(self._done + count)

    def _tell(self, *, force: bool) -> None:
        if force or time.monotonic() - self._written >= WRITE_EVERY_S:
            self._written = time.monotonic()
            if not force:
                self._store(finished=False)
            if self._listener is not None:
                self._listener(self._name, self._done, self._total)

    def _store(self, *, finished: bool) -> None:
        with Session(self._engine) as session:
            row = session.get(Phase, (self._round_id, self._name))
            if row is None:
                return
            row.done, row.total, row.updated_at = self._done, self._total, now()
            if finished:
                row.finished_at = now()
                row.figures = dict(self.figures)
            session.add(row)
            session.commit()


def finished(engine: Engine, round_id: str, name: str) -> bool:
    """Whether that phase of the round has ended."""
    with Session(engine) as session:
        row = session.get(Phase, (round_id, name))
        return row is not None and row.finished_at is not None


def require_judged(engine: Engine, round_id: str) -> None:
    """Refuse (RoundError) a round that is not judged to its end: half of the verdicts would tell a lie."""
    if not finished(engine, round_id, "judge"):
        raise RoundError(f"轮次 {round_id} 尚未判定完, 请先运行 monitor round run {round_id}")


def pace(row: Phase, moment: datetime) -> Pace:
    """Rate and expected end of a phase from its counters."""
    per_second, expected = 0.0, None
    if row.started_at is not None and row.finished_at is None and row.done:
        elapsed = max((moment - row.started_at).total_seconds(), 0.001)
        per_second = row.done / elapsed
        expected = moment + timedelta(seconds=(row.total - row.done) / per_second)
    elif row.started_at is not None and row.finished_at is not None:
        per_second = row.done / max((row.finished_at - row.started_at).total_seconds(), 0.001)
    quiet = None if row.updated_at is None or row.finished_at is not None else moment - row.updated_at
    return Pace(
        name=row.name,
        says=PHASES.get(row.name, row.name),
        total=row.total,
        done=row.done,
        started_at=row.started_at,
        finished_at=row.finished_at,
        per_second=per_second,
        expected_end=expected,
        quiet_for=quiet,
    )
