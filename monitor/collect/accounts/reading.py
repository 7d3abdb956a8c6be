"""What goes into a connector and what comes out: one answered address, and what it taught.

Every source has a module of its own with one function `read(source) -> Reading`, which raises `Unreadable`
where the answer teaches nothing. To replace a source is to replace that module.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from checks.facts import Gap, Post, Seen, SourceKind, StoreEntry
from monitor.collect.urls import join

EXCERPT_LENGTH = 120
TITLE_LENGTH = 200
_LONGEST_ADDRESS = 2_000


@dataclass(frozen=True, slots=True)
class Source:
    """One answered address: where, when (aware), the decoded body and its sha256, the declared media type.

    `as_of` is the reference time of the round; `handle` the account's own id on its platform. `trusted` is
    false where the answer came over a connection whose certificate does not hold.
    """

    url: str
    at: datetime
    body: bytes
    sha256: str
    as_of: datetime
    content_type: str = ""
    charset: str | None = None
    handle: str = ""
    trusted: bool = True

    @classmethod
    def of(cls, url: str, body: bytes, at: datetime, as_of: datetime, **more: str) -> Source:
        """A source made of bytes at hand, as from a saved page."""
        return cls(
            url=url,
            at=at,
            body=body,
            sha256=hashlib.sha256(body).hexdigest(),
            as_of=as_of,
            content_type=more.get("content_type", ""),
            handle=more.get("handle", ""),
        )

    def seen(self, excerpt: str, url: str | None = None) -> Seen:
        """Evidence that points into this answer."""
        return Seen(
            url=url or self.url, at=self.at, sha256=self.sha256, excerpt=one_line(excerpt, EXCERPT_LENGTH)
        )


@dataclass(frozen=True, slots=True)
class Reading:
    """What one source taught. `offered` tells whether people can talk back (None: the source does not say)."""

    kind: SourceKind
    posts: tuple[Post, ...] = ()
    undated: int = 0
    store: StoreEntry | None = None
    offered: bool | None = None
    offered_seen: Seen | None = None
    gaps: tuple[Gap, ...] = ()
    feed_link: str | None = None


def one_line(text: str, length: int) -> str:
    """The text without control characters and needless blanks, cut to `length` characters."""
    head = text[: length * 8]
    if not head.isprintable():
        head = "".join(character if character.isprintable() else " " for character in head)
    return " ".join(head.split())[:length]


def build_posts(
    source: Source, found: Iterable[tuple[str, str, datetime | None, str]]
) -> tuple[tuple[Post, ...], int]:
    """Posts of (title, url, published, words around it), and how many of them carry no date."""
    posts: list[Post] = []
    undated = 0
    for title, url, published, words in found:
        if published is None:
            undated += 1
            continue
        name = one_line(title, TITLE_LENGTH)
        posts.append(
            Post(url=_address(source, url), title=name, published=published, seen=source.seen(words or name))
        )
    return tuple(posts), undated


def _address(source: Source, url: str) -> str:
    """The post's absolute address; the source's own where it names none that could be opened."""
    if url.startswith(("http://", "https://")) and len(url) <= _LONGEST_ADDRESS:
        return url
    return (join(source.url, url) if url else None) or source.url
