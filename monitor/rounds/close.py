"""Ending a round: nothing is looked at, judged or decided any more."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session

from monitor.casework.review import proposals
from monitor.ledger.tables import Round
from monitor.rounds.errors import RoundError
from monitor.rounds.progress import require_judged
from monitor.rounds.store import open_round


def close_round(engine: Engine, round_id: str, by: str, at: datetime, *, leave_open: bool = False) -> int:
    """Close a judged round; returns how many proposals stay open.

    RoundError where it is not judged yet, closed already, or proposals are open and `leave_open` is not set.
    """
    opened = open_round(engine, round_id)
    if opened.row.closed_at is not None:
        raise RoundError(
            f"轮次 {round_id} 已于 {opened.row.closed_at:%Y-%m-%d %H:%M} 由 {opened.row.closed_by} 结束"
        )
    require_judged(engine, round_id)
    left = sum(1 for _ in proposals(engine, opened))
    if left and not leave_open:
        raise RoundError(f"还有 {left} 条判定没有审核; 先审核, 或加 --leave-open 照样结束 (通报会写明)")
    with Session(engine) as session:
        row = session.get(Round, round_id)
        if row is not None:
            row.closed_at, row.closed_by = at, by
            session.add(row)
            session.commit()
    return left
