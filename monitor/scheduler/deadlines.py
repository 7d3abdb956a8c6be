"""Deadlines that have passed; a withdrawn notice, one without findings left, has none."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Engine, select
from sqlmodel import Session

from monitor.ledger.tables import NOTICES, NoticeRow


def overdue_notices(engine: Engine, today: date) -> list[NoticeRow]:
    """Notices in force whose deadline lies before today, the oldest first."""
    query = select(NoticeRow).where(NOTICES.c.deadline < today).order_by(NOTICES.c.deadline, NOTICES.c.number)
    with Session(engine, expire_on_commit=False) as session:
        return [row for row in session.execute(query).scalars() if row.findings]
