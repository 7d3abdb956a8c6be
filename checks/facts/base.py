"""The words that every fact shares: who is judged, where something was seen, what could not be seen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class TargetKind(StrEnum):
    """What a verdict is about."""

    SITE = "site"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True)
class Subject:
    """The target as the frozen registry describes it.

    `level`, `site_kind`, `platform` and `unit_kind` hold the registry's own Chinese words.
    """

    target: str
    kind: TargetKind
    name: str
    level: str
    division_code: str
    unit_id: str
    unit_name: str
    unit_kind: str
    outward_service: bool
    url: str | None = None
    site_kind: str | None = None
    platform: str | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """Where a fact was read: address, moment (aware), sha256 (hex) of the decoded body, the words around it."""

    url: str
    at: datetime
    sha256: str
    excerpt: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that should have been looked at and was not.

    `reason` is a failure kind of the collector (`connect_timeout`, `blocked`, `robots`, …); `ours` is true
    where the fault lies with the observer or cannot be laid at the unit's door.
    """

    what: str
    reason: str
    ours: bool
    url: str | None = None


class DateSource(StrEnum):
    """Where on a page a date was read, the most trustworthy first."""

    LABEL = "label"
    LIST_ROW = "list_row"
    TAG = "tag"
    DATA = "data"
    ADDRESS = "address"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class DatedItem:
    """One published item of a list or a page, with the day it carries (Asia/Shanghai) and where that was read."""

    title: str
    url: str
    day: date
    source: DateSource
    seen: Seen
