"""Post lists that units hand in: each row is its own evidence, by the digest of its canonical form."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime

from checks.facts import Post, Seen, SourceKind
from monitor.collect.accounts.moments import SHANGHAI
from monitor.collect.accounts.reading import EXCERPT_LENGTH, TITLE_LENGTH, Reading, one_line
from registry.model import HandedInPost


def canonical_row(row: HandedInPost) -> bytes:
    """The row as the digest sees it: one line of JSON with sorted keys, times in Asia/Shanghai."""
    values = {
        "account_id": row.account_id,
        "url": row.url,
        "title": row.title,
        "published": _aware(row.published).isoformat(),
        "interaction": row.interaction,
    }
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def read_rows(rows: tuple[HandedInPost, ...], as_of: datetime) -> Reading | None:
    """What handed-in rows tell of an account, None where there are none.

    `Seen.at` is the reference time: the rows are part of the frozen registry. People can talk back where any
    row says so; where all rows that speak of it say no, they cannot; otherwise the list does not say.
    """
    if not rows:
        return None
    posts = tuple(_post(row, as_of) for row in rows)
    spoken = [(row.interaction, post) for row, post in zip(rows, posts, strict=True)]
    yes = next((post for said, post in spoken if said), None)
    no = next((post for said, post in spoken if said is False), None)
    shown = yes or no
    return Reading(
        kind=SourceKind.HANDED_IN,
        posts=posts,
        offered=None if shown is None else yes is not None,
        offered_seen=None if shown is None else shown.seen,
    )


def _post(row: HandedInPost, as_of: datetime) -> Post:
    digest = hashlib.sha256(canonical_row(row)).hexdigest()
    address = row.url or f"handed-in:{row.account_id}/{digest[:16]}"
    published = _aware(row.published)
    words = one_line(f"{row.title} {published:%Y-%m-%d %H:%M}", EXCERPT_LENGTH)
    return Post(
        url=address,
        title=one_line(row.title, TITLE_LENGTH),
        published=published,
        seen=Seen(url=address, at=as_of, sha256=digest, excerpt=words),
    )


def _aware(moment: datetime) -> datetime:
    return moment.replace(tzinfo=SHANGHAI) if moment.tzinfo is None else moment.astimezone(SHANGHAI)
