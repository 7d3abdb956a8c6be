"""What is known of a new-media account: its posts, its store entry, and whether people can talk back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from checks.facts.base import Gap, Seen


class SourceKind(StrEnum):
    """Through what an account was seen."""

    FEED = "feed"
    STORE = "store"
    HANDED_IN = "handed_in"
    PAGE = "page"


@dataclass(frozen=True, slots=True)
class Post:
    """One post; `published` is aware."""

    url: str
    title: str
    published: datetime
    seen: Seen


@dataclass(frozen=True, slots=True)
class StoreEntry:
    """The store's answer about an app: `found` is false only where the store itself answered that there is none."""

    found: bool
    version: str | None
    released: datetime | None
    seller: str | None
    seen: Seen


@dataclass(frozen=True, slots=True)
class Interaction:
    """Whether a source shows a way to talk back (`offered` None: the source does not say)."""

    offered: bool | None
    seen: Seen | None = None


@dataclass(frozen=True, slots=True)
class AccountSource:
    """All that was seen of one account.

    `kinds` names the sources that answered; `posts` is sorted newest first and cut to a few dozen; `future`
    holds posts dated after the reference time; `undated` counts posts without a date. `gaps` says which
    source was asked in vain, or that the account has none (`no_source`).
    """

    kinds: tuple[SourceKind, ...] = ()
    posts: tuple[Post, ...] = ()
    future: tuple[Post, ...] = ()
    undated: int = 0
    store: StoreEntry | None = None
    interaction: Interaction | None = None
    gaps: tuple[Gap, ...] = ()
