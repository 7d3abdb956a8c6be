"""Deadlines that have passed."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Engine, select
from sqlmodel import Session

from monitor.ledger.tables import NOTICES, NoticeRow


def overdue_notices(engine: Engine, today: date) -> list[NoticeRow]:
    """Notices whose deadline lies before today, the oldest first."""
    query = select(NoticeRow).where(NOTICES.c.deadline < today).order_by(NOTICES.c.deadline, NOTICES.c.number)
    with Session(engine, expire_on_commit=False) as session:
        return list(session.execute(query).scalars())
