"""The crawl without evidence files, for the row of the table that leaves them out.

The product always keeps evidence, and this is no setting of it. Workers load their page reader by name; by
loading it from here they get an archive that writes nothing. Bodies stay in memory, because a survey may ask
for a page a second time and the product then reads it from its evidence.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from monitor.collect import booking, crawl
from monitor.collect.archive import Place
from monitor.collect.decode import decode_body
from monitor.collect.exchange import Exchange
from monitor.collect.extract.read import read_page
from monitor.collect.rows import PageRow

READER = "benchmarks.unkept:read_page"


class Unkept:
    """Takes the place of `monitor.collect.archive.Archive` in one worker."""

    exchanges: list[Exchange]

    def __init__(self, folder: Path, committed: Mapping[str, int] | None = None, *, cut: bool = True) -> None:
        self._kept: list[Exchange] = []
        Unkept.exchanges = self._kept

    def append(self, target: str, exchange: Exchange, *_: object) -> Place:
        """Remember the exchange; its number stands for the place."""
        self._kept.append(exchange)
        return Place(target, len(self._kept) - 1, 0)

    def commit(self) -> None:
        """Nothing to bring to disk."""

    def close(self) -> None:
        """Nothing to close."""


def remembered_body(evidence: Path, row: PageRow, limit: int) -> bytes:
    """The decoded body that a row names, out of memory."""
    if row.offset is None:
        return b""
    exchange = Unkept.exchanges[row.offset]
    return decode_body(exchange.body, exchange.header("content-encoding") or "", limit).body


vars(booking)["Archive"] = Unkept
vars(crawl)["archived_body"] = remembered_body

__all__ = ["READER", "read_page"]
