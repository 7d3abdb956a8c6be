"""RSS, Atom and RDF feeds: what an account published, as its feed tells it.

A readable feed without any item is no proof of silence (bridges and platforms hand out such feeds when they
are blocked themselves): it yields no posts and the gap `empty_feed`, so the account stays unobserved unless
another source tells more.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import fastfeedparser
import feedparser

from checks.facts import Gap, SourceKind
from monitor.collect.accounts.moments import read_moment
from monitor.collect.accounts.reading import Reading, Source, build_posts
from monitor.collect.accounts.reasons import AccountGap, Unreadable, gap
from monitor.collect.accounts.xmltext import PlainXml, plain_xml

_FEED_ROOT = re.compile(r"<(?:[A-Za-z][\w.-]{0,30}:)?(rss|feed|rdf|channel)(?=[\s>:])", re.IGNORECASE)
_HTML_ROOT = re.compile(r"<(?:!doctype\s+html|html|head|body)(?=[\s>])", re.IGNORECASE)
_COMMENTS = re.compile(
    r"<(?:slash:comments>\s{0,9}\d|thr:total>\s{0,9}\d|comments>\s{0,9}(?:<!\[CDATA\[)?\s{0,9}https?:"
    r"|wfw:commentRss>)",
    re.IGNORECASE,
)
_ROOT_WITHIN = 4096
_SLOW_PARSER_LIMIT = 400_000
_SLOW_PARSER_DEPTH = 64
_TAG = re.compile(r"<(/?)[A-Za-z][^<>]{0,2000}>")


def looks_like_feed(text: str) -> bool:
    """Whether the text begins as an XML feed does, and not as a web page."""
    head = text[:_ROOT_WITHIN]
    root = _FEED_ROOT.search(head)
    if root is None:
        return False
    page = _HTML_ROOT.search(head)
    return page is None or root.start() < page.start()


def read_feed(source: Source, text: str) -> Reading:
    """The posts of an XML feed.

    Raises `Unreadable` (not_a_feed, feed_unreadable, too_large, too_many_items) where it teaches nothing.
    """
    if not looks_like_feed(text):
        raise Unreadable(AccountGap.NOT_A_FEED)
    plain = plain_xml(text)
    entries = _entries(plain)
    posts, undated = build_posts(source, _found(entries, plain.dates))
    offered = _COMMENTS.search(plain.text)
    return Reading(
        kind=SourceKind.FEED,
        posts=posts,
        undated=undated,
        offered=True if offered else None,
        offered_seen=source.seen(offered[0]) if offered else None,
        gaps=_gaps(source, len(entries), plain.items),
    )


def _gaps(source: Source, read: int, marked: int) -> tuple[Gap, ...]:
    """What keeps the list from being whole: nothing in it, or items that no parser could read."""
    if not read:
        return (gap("订阅源条目", AccountGap.EMPTY_FEED, source.url),)
    return (gap("订阅源条目", AccountGap.PARTIAL_LIST, source.url),) if read < marked else ()


def _entries(plain: PlainXml) -> list[Mapping[str, Any]]:
    """What the fast parser reads; the patient one is asked only where items are missing from that."""
    body = plain.text.encode("utf-8", errors="replace")
    entries = _fast(body)
    if entries is not None and len(entries) >= plain.items:
        return entries
    if len(plain.text) <= _SLOW_PARSER_LIMIT and _depth(plain.text) <= _SLOW_PARSER_DEPTH:
        patient = _patient(body)
        if len(patient) > len(entries or ()):
            return patient
    if entries is None or (plain.items and not entries):
        raise Unreadable(AccountGap.FEED_UNREADABLE)
    return entries


def _fast(body: bytes) -> list[Mapping[str, Any]] | None:
    # Bytes only: given a str that begins with http:// this library would fetch it by itself.
    try:
        parsed = fastfeedparser.parse(
            body, include_content=False, include_tags=False, include_media=False, include_enclosures=False
        )
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        # Its documented error is ValueError; the others are its crashes on broken trees, and mean the same.
        return None
    return list(parsed["entries"])


def _patient(body: bytes) -> list[Mapping[str, Any]]:
    # A stream, because feedparser opens addresses and files that it is given as text.
    parsed = feedparser.parse(io.BytesIO(body), sanitize_html=False, resolve_relative_uris=False)
    return list(parsed.get("entries", ()))


def _depth(plain: str) -> int:
    """How deep the tags nest, counted without building anything; unclosed tags count as open."""
    deepest = depth = 0
    for tag in _TAG.finditer(plain):
        if tag[1]:
            depth -= 1
        elif not tag[0].endswith("/>"):
            depth += 1
            deepest = max(deepest, depth)
    return deepest


def _found(
    entries: list[Mapping[str, Any]], dates: frozenset[str]
) -> Iterator[tuple[str, str, datetime | None, str]]:
    """The entries' values; a date that is not one of ours was guessed by the library and counts as none."""
    for entry in entries:
        title = str(entry.get("title") or entry.get("summary") or entry.get("description") or "")
        url = str(entry.get("link") or "") or _address(entry)
        written = str(entry.get("published") or entry.get("updated") or "")
        published = read_moment(written) if written in dates else None
        yield title, url, published, f"{title} {written}"


def _address(entry: Mapping[str, Any]) -> str:
    identity = str(entry.get("id") or "")
    return identity if identity.startswith(("http://", "https://")) else ""
