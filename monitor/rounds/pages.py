"""The collector's rows, out of the ledger again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

import msgspec
from sqlalchemy import Engine, select

from monitor.collect.rows import PageRow
from monitor.ledger.tables import PAGES

ROW_FIELDS = tuple(one.name for one in fields(PageRow))
_addresses = msgspec.json.Decoder(tuple[tuple[str, float], ...])


def stored_pages(engine: Engine, round_id: str) -> Iterator[PageRow]:
    """Every row of a round in the order in which they were kept."""
    columns = [PAGES.c[name] for name in ROW_FIELDS]
    query = select(*columns).where(PAGES.c.round_id == round_id).order_by(PAGES.c.id)
    with engine.connect().execution_options(stream_results=True) as connection:
        for stored in connection.execute(query):
            values = dict(zip(ROW_FIELDS, stored, strict=True))
            values["addresses"] = _addresses.decode(values["addresses"])
            yield PageRow(**values)


def page_values(round_id: str, row: PageRow) -> dict[str, object]:
    """A row as the ledger stores it."""
    values: dict[str, object] = {name: getattr(row, name) for name in ROW_FIELDS}
    values["round_id"] = round_id
    values["addresses"] = msgspec.json.encode(row.addresses).decode()
    return values
