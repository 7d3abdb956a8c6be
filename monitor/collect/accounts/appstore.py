"""App stores: the public look-up answer `{"resultCount": n, "results": [{...}]}`.

An app counts as not found only where the store itself answered, in so many words, that it knows none: a
whole answer, over a connection that can be trusted, with a count of 0 and an empty list.
"""

from __future__ import annotations

from typing import Any

from checks.facts import SourceKind, StoreEntry
from monitor.collect.accounts.moments import read_moment
from monitor.collect.accounts.reading import Reading, Source, one_line
from monitor.collect.accounts.reasons import AccountGap, Unreadable

_IDENTITIES = ("trackId", "bundleId", "artistId")


def is_store_answer(document: object) -> bool:
    """Whether a decoded JSON document is a store's look-up answer."""
    return isinstance(document, dict) and "resultCount" in document


def read_store_answer(source: Source, document: dict[str, Any]) -> Reading:
    """The store's entry of the app; raises `Unreadable` where the answer decides nothing."""
    count, results = document.get("resultCount"), document.get("results")
    if isinstance(count, bool) or not isinstance(count, int) or not isinstance(results, list):
        raise Unreadable(AccountGap.STORE_UNREADABLE, "缺少 resultCount 或 results")
    if count != len(results) or count < 0:
        raise Unreadable(AccountGap.STORE_UNREADABLE, f"resultCount 为 {count}, 实有 {len(results)} 条")
    if count == 0:
        if not source.trusted:
            raise Unreadable(AccountGap.STORE_UNTRUSTED)
        missing = StoreEntry(
            found=False, version=None, released=None, seller=None, seen=source.seen('"resultCount": 0')
        )
        return Reading(kind=SourceKind.STORE, store=missing)
    return Reading(kind=SourceKind.STORE, store=_entry(source, _the_one(results, source.handle)))


def _the_one(results: list[Any], handle: str) -> dict[str, Any]:
    entries = [entry for entry in results if isinstance(entry, dict)]
    named = [
        entry for entry in entries if handle and handle in {_text(entry.get(key)) for key in _IDENTITIES}
    ]
    if len(named) == 1:
        return named[0]
    if len(entries) == 1 and len(results) == 1:
        return entries[0]
    raise Unreadable(AccountGap.STORE_AMBIGUOUS, f"{len(results)} 条")


def _entry(source: Source, entry: dict[str, Any]) -> StoreEntry:
    written = _text(entry.get("currentVersionReleaseDate"))
    version, seller = _text(entry.get("version")), _text(entry.get("sellerName"))
    return StoreEntry(
        found=True,
        version=version or None,
        released=read_moment(written) if written else None,
        seller=seller or None,
        seen=source.seen(f"{_text(entry.get('trackName'))} {version} {written} {seller}"),
    )


def _text(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return one_line(str(value), 200)
