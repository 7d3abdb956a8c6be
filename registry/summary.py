"""What `monitor registry show` tells: counts of a register, and one target's card with its history."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session

from registry.concerns import Concern
from registry.crosschecks import crosscheck
from registry.divisions import league_of
from registry.errors import UnknownTarget
from registry.history import Filed, register_as_of, versions_of
from registry.importreport import FieldChange
from registry.model import Account, Level, Platform, Register, Site, SiteKind
from registry.schema import ACCOUNTS, SITES, UNITS, FileKind

REGION_ITSELF = "自治区本级"
UNKNOWN = "区划不明"


@dataclass(frozen=True, slots=True)
class RegistrySummary:
    """Counts of one register; each mapping adds up to its total. Leagues in the order of their codes."""

    day: date
    units: int
    sites: int
    accounts: int
    columns: int
    posts: int
    outages: int
    units_by_level: Mapping[str, int]
    sites_by_level: Mapping[str, int]
    accounts_by_level: Mapping[str, int]
    sites_by_league: Mapping[str, int]
    accounts_by_league: Mapping[str, int]
    sites_by_kind: Mapping[str, int]
    accounts_by_platform: Mapping[str, int]
    sites_by_status: Mapping[str, int]
    accounts_by_status: Mapping[str, int]
    accounts_with_source: int
    warnings: int


@dataclass(frozen=True, slots=True)
class CardVersion:
    """One version on a card: its span (`valid_to` None: it stands), its source, what changed against the one before.

    A span that begins and ends on one day was corrected on that day.
    """

    valid_from: date
    valid_to: date | None
    source: str
    changes: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class TargetCard:
    """Everything filed about one target on one day: headings with values, its sponsor, warnings, history."""

    kind: str
    title: str
    target: str
    values: Mapping[str, str]
    sponsor: str
    league: str
    columns: int
    posts: int
    warnings: tuple[Concern, ...]
    versions: tuple[CardVersion, ...]


def league_name(register: Register, unit_id: str) -> str:
    """The league under which a unit's targets are counted."""
    unit = register.units.get(unit_id)
    if unit is None or unit.division_code not in register.divisions:
        return UNKNOWN
    league = league_of(unit.division_code, register.divisions)
    return REGION_ITSELF if league is None else league.name


def counted(words: Iterable[str], order: Iterable[str]) -> dict[str, int]:
    """How often each word occurs, in a fixed order, zeros included; other words follow."""
    counts = Counter(words)
    return {word: counts.pop(word, 0) for word in order} | dict(sorted(counts.items()))


def league_order(register: Register) -> list[str]:
    """The region itself, then the leagues by code."""
    leagues = sorted(
        (one for one in register.divisions.values() if one.level is Level.LEAGUE), key=lambda one: one.code
    )
    return [REGION_ITSELF, *dict.fromkeys(one.name for one in leagues)]


def summarise(register: Register) -> RegistrySummary:
    """Count a register by level, league, kind, platform and status."""
    levels = [str(level) for level in Level]
    leagues = league_order(register)
    level_of = {unit.unit_id: str(unit.level) for unit in register.units.values()}
    sites: list[Site] = list(register.sites.values())
    accounts: list[Account] = list(register.accounts.values())
    return RegistrySummary(
        day=register.day,
        units=len(register.units),
        sites=len(sites),
        accounts=len(accounts),
        columns=sum(map(len, register.columns.values())),
        posts=sum(map(len, register.posts.values())),
        outages=len(register.outages),
        units_by_level=counted(level_of.values(), levels),
        sites_by_level=counted((level_of.get(one.unit_id, UNKNOWN) for one in sites), levels),
        accounts_by_level=counted((level_of.get(one.unit_id, UNKNOWN) for one in accounts), levels),
        sites_by_league=counted((league_name(register, one.unit_id) for one in sites), leagues),
        accounts_by_league=counted((league_name(register, one.unit_id) for one in accounts), leagues),
        sites_by_kind=counted((str(one.site_kind) for one in sites), map(str, SiteKind)),
        accounts_by_platform=counted((str(one.platform) for one in accounts), map(str, Platform)),
        sites_by_status=counted((str(one.status) for one in sites), []),
        accounts_by_status=counted((str(one.status) for one in accounts), []),
        accounts_with_source=sum(
            one.source_url is not None or one.account_id in register.posts for one in accounts
        ),
        warnings=len(crosscheck(register)),
    )


def target_card(session: Session, target: str, day: date) -> TargetCard:
    """The card of a site, an account or a unit as of a day, with every version ever filed.

    Raises UnknownTarget where nothing of this name was filed on that day.
    """
    register = register_as_of(session, day)
    found: tuple[FileKind, Any] | None = next(
        (
            (kind, filed[target])
            for kind, filed in (
                (SITES, register.sites),
                (ACCOUNTS, register.accounts),
                (UNITS, register.units),
            )
            if target in filed
        ),
        None,
    )
    if found is None:
        raise UnknownTarget(f"{day} 的登记库中没有 {target}（网站标识码、账号编码或单位编码）")
    kind, record = found
    unit = register.units.get(record.unit_id)
    return TargetCard(
        kind=kind.name,
        title=kind.title,
        target=target,
        values={field.heading: field.type.write(getattr(record, field.target)) for field in kind.fields},
        sponsor=record.unit_id if unit is None else unit.name,
        league=league_name(register, record.unit_id),
        columns=len(register.columns.get(target, ())),
        posts=len(register.posts.get(target, ())),
        warnings=tuple(one for one in crosscheck(register) if one.target == target),
        versions=card_versions(kind, versions_of(session, kind, target)),
    )


def card_versions(kind: FileKind, filed: tuple[Filed, ...]) -> tuple[CardVersion, ...]:
    """Each version with what it changed against the one before."""
    before: list[Filed | None] = [None, *filed[:-1]]
    return tuple(
        CardVersion(one.valid_from, one.valid_to, one.source, differences(kind, old, one))
        for old, one in zip(before, filed, strict=True)
    )


def differences(kind: FileKind, old: Filed | None, new: Filed) -> tuple[FieldChange, ...]:
    """The fields in which a version differs from the one before; none for the first."""
    if old is None:
        return ()
    pairs = [
        (
            field,
            field.type.write(getattr(old.record, field.target)),
            field.type.write(getattr(new.record, field.target)),
        )
        for field in kind.fields
    ]
    return tuple(FieldChange(field.name, field.heading, was, now) for field, was, now in pairs if was != now)
