"""JSON Feed (and its plain cousins): an object with `items`, each with a title, an address and a date."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from checks.facts import SourceKind
from monitor.collect.accounts.moments import from_unix, read_moment
from monitor.collect.accounts.reading import Reading, Source, build_posts
from monitor.collect.accounts.reasons import AccountGap, Unreadable, gap
from monitor.collect.accounts.xmltext import MAX_ITEMS

_DATES = ("date_published", "published", "pubDate", "publish_time", "date_modified")
_TITLES = ("title", "summary", "content_text")
_ADDRESSES = ("url", "external_url", "link", "id")


def is_json_feed(document: object) -> bool:
    """Whether a decoded JSON document is a feed."""
    return isinstance(document, dict) and isinstance(document.get("items"), list)


def read_json_feed(source: Source, document: dict[str, Any]) -> Reading:
    """The posts of a JSON Feed; raises `Unreadable` where it is too long."""
    items = document["items"]
    if len(items) > MAX_ITEMS:
        raise Unreadable(AccountGap.TOO_MANY_ITEMS, f"{len(items)} 条, 上限 {MAX_ITEMS}")
    posts, undated = build_posts(source, _found(items))
    gaps = () if items else (gap("订阅源条目", AccountGap.EMPTY_FEED, source.url),)
    return Reading(kind=SourceKind.FEED, posts=posts, undated=undated, gaps=gaps)


def _found(items: list[Any]) -> Iterator[tuple[str, str, datetime | None, str]]:
    for item in items:
        if not isinstance(item, dict):
            continue
        title = _first_text(item, _TITLES)
        written = next((item[key] for key in _DATES if item.get(key)), None)
        published = _moment(written)
        yield title, _first_text(item, _ADDRESSES), published, f"{title} {written}"


def _first_text(item: dict[str, Any], keys: tuple[str, ...]) -> str:
    return next((value for key in keys if isinstance(value := item.get(key), str) and value.strip()), "")


def _moment(written: object) -> datetime | None:
    if isinstance(written, bool):
        return None
    if isinstance(written, int | float):
        return from_unix(written)
    return read_moment(written) if isinstance(written, str) else None
