"""How far each evidence file is vouched for by rows; whatever lies beyond is cut off on start."""

from __future__ import annotations

from sqlalchemy import Engine, func, select

from monitor.ledger.tables import PAGES, VISITS


def committed_ends(engine: Engine, round_id: str) -> dict[str, int]:
    """The last committed end in bytes of each WARC file of a round, by file name."""
    ends: dict[str, int] = {}
    with engine.connect() as connection:
        for table in (PAGES, VISITS):
            query = (
                select(table.c.warc, func.max(table.c.offset + table.c.length))
                .where(table.c.round_id == round_id, table.c.warc.is_not(None))
                .group_by(table.c.warc)
            )
            for name, end in connection.execute(query):
                ends[name] = max(ends.get(name, 0), end)
    return ends
