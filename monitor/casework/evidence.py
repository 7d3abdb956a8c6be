"""Opening evidence after the page is gone: from a finding's address and digest to the bytes in the archive."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, select

from monitor.collect.archive import read_record
from monitor.collect.decode import decode_body
from monitor.ledger.tables import PAGES, VISITS

LIMIT = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Kept:
    """One archived answer: whose, which address, when, the digest of its decoded body, and where it lies."""

    target: str
    url: str
    at: datetime
    sha256: str
    warc: str
    offset: int
    length: int


def kept(engine: Engine, round_id: str, wanted: str) -> Iterator[Kept]:
    """Archived answers of a round by target, or by the digest of the body (or its beginning, 8 signs at least)."""
    pages = select(
        PAGES.c.target,
        PAGES.c.final_url,
        PAGES.c.at,
        PAGES.c.sha256,
        PAGES.c.warc,
        PAGES.c.offset,
        PAGES.c.length,
    ).where(PAGES.c.round_id == round_id, PAGES.c.warc.is_not(None))
    visits = select(
        VISITS.c.target,
        VISITS.c.target,
        VISITS.c.started,
        VISITS.c.sha256,
        VISITS.c.warc,
        VISITS.c.offset,
        VISITS.c.length,
    ).where(VISITS.c.round_id == round_id, VISITS.c.warc.is_not(None))
    with engine.connect() as connection:
        for table, query in ((PAGES, pages), (VISITS, visits)):
            by_digest = table.c.sha256.startswith(wanted) if len(wanted) >= 8 else table.c.target == wanted
            for row in connection.execute(query.where((table.c.target == wanted) | by_digest)):
                yield Kept(*row)


def body_of(evidence: Path, one: Kept) -> bytes:
    """The decoded body of an archived answer. Raises `ArchiveError` where the record cannot be read."""
    headers, raw = read_record(evidence / one.warc, one.offset, one.length)
    coding = next((value for name, value in headers if name.lower() == "content-encoding"), "")
    return decode_body(raw, coding, LIMIT).body
