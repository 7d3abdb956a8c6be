"""How far each evidence file is vouched for by rows; whatever lies beyond is cut off on start."""

from __future__ import annotations

from sqlalchemy import Engine, func, select

from monitor.ledger.tables import LedgerPage, LedgerVisit


def committed_ends(engine: Engine, round_id: str) -> dict[str, int]:
    """The last committed end in bytes of each WARC file of a round, by file name."""
    ends: dict[str, int] = {}
    with engine.connect() as connection:
        for table in (LedgerPage, LedgerVisit):
            query = (
                select(table.warc, func.max(table.offset + table.length))  # type: ignore[call-overload]
                .where(table.round_id == round_id, table.warc.is_not(None))  # type: ignore[union-attr]
                .group_by(table.warc)
            )
            for name, end in connection.execute(query):
                ends[name] = max(ends.get(name, 0), end)
    return ends
