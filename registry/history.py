"""What was filed on any day: versions with half-open spans, read through one `as_of`, written in bulk.

The past is fixed. A version is ended and followed by the next, never changed, and a filing for a day before
the newest one on record is refused, so that a snapshot taken yesterday can be taken again tomorrow.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, bindparam, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from registry.divisions import DIVISIONS as BUILT_IN
from registry.errors import FilingConflict, HistoryFixed, UnknownTarget
from registry.model import (
    Account,
    ConfirmedColumn,
    Division,
    HandedInPost,
    Outage,
    Register,
    Site,
    Unit,
)
from registry.schema import (
    ACCOUNTS,
    COLUMNS,
    DIVISIONS,
    OUTAGES,
    POSTS,
    SITES,
    STORED,
    UNITS,
    FileKind,
    Record,
)
from registry.tables import key_column_of, table_of


@dataclass(frozen=True, slots=True)
class Filed:
    """One version of a record and the span of days over which it stands; `valid_to` None: it still does."""

    version_id: int
    record: Record
    valid_from: date
    valid_to: date | None
    source: str


def as_of(table: Table, day: date) -> ColumnElement[bool]:
    """The condition that picks the versions standing on one day."""
    return and_(
        table.c.valid_from <= day,
        or_(table.c.valid_to.is_(None), table.c.valid_to > day),
    )


def records_as_of(session: Session, kind: FileKind, day: date) -> Iterator[Any]:
    """The plain records of one kind as they stood on one day, in no order."""
    table = table_of(kind)
    rows = session.connection().execute(select(*payload(kind)).where(as_of(table, day)))
    return records(kind, rows)


def payload(kind: FileKind) -> list[ColumnElement[Any]]:
    """The columns that hold the record itself, in the order of its fields."""
    table = table_of(kind)
    return [table.c[field.target] for field in kind.fields]


def records(kind: FileKind, rows: Iterable[Sequence[Any]]) -> Iterator[Any]:
    """Plain records from rows of `payload` columns."""
    loaders = [(field.target, field.type.load) for field in kind.fields]
    for row in rows:
        yield kind.record(**{name: load(value) for (name, load), value in zip(loaders, row, strict=True)})


def open_versions(session: Session, kind: FileKind) -> dict[str, tuple[int, Any]]:
    """The versions that stand now, by key: their row numbers and records."""
    table = table_of(kind)
    key = table.c[key_column_of(kind)]
    rows = (
        session.connection()
        .execute(select(table.c.version_id, key, *payload(kind)).where(table.c.valid_to.is_(None)))
        .all()
    )
    built = records(kind, [row[2:] for row in rows])
    return {row[1]: (row[0], record) for row, record in zip(rows, built, strict=True)}


def versions_of(session: Session, kind: FileKind, key: str) -> tuple[Filed, ...]:
    """Every version of one record, oldest first, corrections of the same day included."""
    table = table_of(kind)
    found = (
        session.connection()
        .execute(
            select(table.c.version_id, table.c.valid_from, table.c.valid_to, table.c.source, *payload(kind))
            .where(table.c[key_column_of(kind)] == key)
            .order_by(table.c.version_id)
        )
        .all()
    )
    built = records(kind, [row[4:] for row in found])
    return tuple(
        Filed(row[0], record, row[1], row[2], row[3]) for row, record in zip(found, built, strict=True)
    )


def newest_day(session: Session) -> date | None:
    """The newest day on which anything was filed, changed or withdrawn; None for an empty registry."""
    days: list[date] = []
    for kind in STORED:
        table = table_of(kind)
        row = (
            session.connection()
            .execute(select(func.max(table.c.valid_from), func.max(table.c.valid_to)))
            .one()
        )
        days += [day for day in row if day is not None]
    return max(days, default=None)


def refuse_rewriting(session: Session, day: date) -> None:
    """Raises HistoryFixed where the day lies before what is already on record."""
    newest = newest_day(session)
    if newest is not None and day < newest:
        raise HistoryFixed(
            f"登记库已有 {newest} 的登记，不能再按 {day} 改写过去；请用 {newest} 或以后的日期导入"
        )


def file_versions(
    session: Session,
    kind: FileKind,
    day: date,
    source: str,
    added: Sequence[Any],
    changed: Sequence[tuple[int, Any]],
) -> None:
    """Write new records, and new versions of changed ones (row number of the version that ends, new record).

    Does not commit. Raises FilingConflict where another writer filed one of them first.
    """
    table = table_of(kind)
    fresh = [*added, *(record for _, record in changed)]
    if not fresh:
        return
    connection = session.connection()
    end = (
        update(table)
        .where(table.c.version_id == bindparam("ended"), table.c.valid_to.is_(None))
        .values(valid_to=day)
    )
    try:
        for version_id, _ in changed:
            if connection.execute(end, {"ended": version_id}).rowcount != 1:
                raise FilingConflict(f"{kind.title}：同一时间另有人在登记，未写入任何数据，请重新导入")
        connection.execute(insert(table), [stored(kind, record, day, source) for record in fresh])
    except IntegrityError as error:
        raise FilingConflict(f"{kind.title}：同一时间另有人在登记，未写入任何数据，请重新导入") from error


def stored(kind: FileKind, record: Any, day: date, source: str) -> dict[str, Any]:
    """A record as a row of its table."""
    row = {field.target: field.type.store(getattr(record, field.target)) for field in kind.fields}
    row |= {"valid_from": day, "valid_to": None, "source": source[:200]}
    if kind.digest:
        row[key_column_of(kind)] = kind.key_of_record(record)
    return row


def withdraw(session: Session, kind: FileKind, key: str, day: date) -> None:
    """End a record that was filed by mistake, or a column that is no longer there; commits.

    Sites and accounts that close stay filed with their status; this is not for them. Raises UnknownTarget,
    HistoryFixed, or FilingConflict where others still refer to the record.
    """
    refuse_rewriting(session, day)
    standing = open_versions(session, kind).get(key)
    if standing is None:
        raise UnknownTarget(f"登记库中没有{kind.title} {key}")
    users = [
        f"{other.title}.{column}"
        for other, column in REFERENCES.get(kind.name, ())
        if refers(session, other, column, key)
    ]
    if users:
        raise FilingConflict(f"{kind.title} {key} 仍被引用({'、'.join(users)}),不能撤销")
    table = table_of(kind)
    session.connection().execute(update(table).where(table.c.version_id == standing[0]).values(valid_to=day))
    session.commit()


REFERENCES: Mapping[str, tuple[tuple[FileKind, str], ...]] = {
    "divisions": ((DIVISIONS, "parent"),),
    "units": ((UNITS, "parent_id"), (SITES, "unit_id"), (ACCOUNTS, "unit_id")),
    "sites": ((COLUMNS, "site_code"), (OUTAGES, "target")),
    "accounts": ((POSTS, "account_id"), (OUTAGES, "target")),
}


def refers(session: Session, kind: FileKind, column: str, key: str) -> bool:
    """Whether a standing record points at a key."""
    table = table_of(kind)
    found = select(table.c.version_id).where(table.c[column] == key, table.c.valid_to.is_(None)).limit(1)
    return session.connection().execute(found).first() is not None


def register_as_of(session: Session, day: date, *, with_posts: bool = True) -> Register:
    """Everything filed as it stood on one day; the built-in divisions always stand, filed ones over them.

    `with_posts` False leaves the posts out, which are most of the rows.
    """
    divisions: dict[str, Division] = dict(BUILT_IN)
    divisions |= {division.code: division for division in records_as_of(session, DIVISIONS, day)}
    units: dict[str, Unit] = {unit.unit_id: unit for unit in records_as_of(session, UNITS, day)}
    sites: dict[str, Site] = {site.site_code: site for site in records_as_of(session, SITES, day)}
    accounts: dict[str, Account] = {one.account_id: one for one in records_as_of(session, ACCOUNTS, day)}
    columns: defaultdict[str, list[ConfirmedColumn]] = defaultdict(list)
    for column in records_as_of(session, COLUMNS, day):
        columns[column.site_code].append(column)
    posts: defaultdict[str, list[HandedInPost]] = defaultdict(list)
    for post in records_as_of(session, POSTS, day) if with_posts else ():
        posts[post.account_id].append(post)
    outages: list[Outage] = sorted(
        records_as_of(session, OUTAGES, day),
        key=lambda one: (one.start, one.end, one.target or "", one.basis),
    )
    return Register(
        day=day,
        divisions=dict(sorted(divisions.items())),
        units=dict(sorted(units.items())),
        sites=dict(sorted(sites.items())),
        accounts=dict(sorted(accounts.items())),
        columns={code: tuple(sorted(columns[code], key=lambda one: one.url)) for code in sorted(columns)},
        posts={
            account: tuple(sorted(posts[account], key=lambda one: (one.published, one.title, one.url or "")))
            for account in sorted(posts)
        },
        outages=tuple(outages),
    )
