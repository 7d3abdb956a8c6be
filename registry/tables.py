"""The registry's tables: one row a version of a filed record, valid over a half-open span of days.

`valid_to` is NULL while the version stands; a correction on the very day of filing leaves an empty span, so nothing
is ever deleted. One open version a key is kept by a partial unique index, which also settles two imports at
once. There are no foreign keys between versions: the importer checks references as of its day. Enumerations are
stored as the office's words; moments as wall-clock time of Asia/Shanghai; reviewers as `person@organisation`;
aliases joined by `;`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, DateTime, Index, Table, text
from sqlmodel import Field, SQLModel

from registry.schema import FileKind

OPEN = text("valid_to IS NULL")


def stable_names(table: str, key: str) -> tuple[Any, ...]:
    """Constraints and indexes of one table, under names that migrations can rely on."""
    return (
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name=f"ck_{table}_span"),
        Index(f"uq_{table}_open", key, unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
        Index(f"ix_{table}_history", key, "valid_from"),
    )


class Version(SQLModel):
    """What every version row carries: its span of days and the file that it came from.

    `key_column` names the column that is the same in all versions of one record.
    """

    key_column: ClassVar[str] = ""

    version_id: int | None = Field(default=None, primary_key=True)
    valid_from: date = Field(nullable=False)
    valid_to: date | None = None
    source: str = Field(max_length=200)


class DivisionVersion(Version, table=True):
    """A division filed by the office: a development zone, or a change of GB/T 2260."""

    __tablename__ = "registry_division"
    __table_args__ = stable_names("registry_division", "code")
    key_column: ClassVar[str] = "code"

    code: str = Field(max_length=6)
    name: str = Field(max_length=200)
    level: str = Field(max_length=20)
    parent: str | None = Field(default=None, max_length=6)


class UnitVersion(Version, table=True):
    """A unit as filed."""

    __tablename__ = "registry_unit"
    __table_args__ = stable_names("registry_unit", "unit_id")
    key_column: ClassVar[str] = "unit_id"

    unit_id: str = Field(max_length=64)
    name: str = Field(max_length=200)
    level: str = Field(max_length=20)
    division_code: str = Field(max_length=6)
    parent_id: str | None = Field(default=None, max_length=64)
    kind: str = Field(max_length=20)
    outward_service: bool
    aliases: str = Field(max_length=1000)
    contact_name: str | None = Field(default=None, max_length=200)
    contact_phone: str | None = Field(default=None, max_length=200)
    contact_email: str | None = Field(default=None, max_length=200)


class SiteVersion(Version, table=True):
    """A website as filed."""

    __tablename__ = "registry_site"
    __table_args__ = stable_names("registry_site", "site_code")
    key_column: ClassVar[str] = "site_code"

    site_code: str = Field(max_length=64)
    name: str = Field(max_length=200)
    url: str = Field(max_length=2000)
    unit_id: str = Field(max_length=64)
    site_kind: str = Field(max_length=20)
    operator: str | None = Field(default=None, max_length=200)
    icp: str | None = Field(default=None, max_length=200)
    police_record: str | None = Field(default=None, max_length=200)
    shared_platform: str | None = Field(default=None, max_length=200)
    filed_on: date | None = None
    status: str = Field(max_length=20)


class AccountVersion(Version, table=True):
    """A new-media account as filed."""

    __tablename__ = "registry_account"
    __table_args__ = stable_names("registry_account", "account_id")
    key_column: ClassVar[str] = "account_id"

    account_id: str = Field(max_length=64)
    platform: str = Field(max_length=20)
    handle: str = Field(max_length=200)
    name: str = Field(max_length=200)
    unit_id: str = Field(max_length=64)
    certified_subject: str | None = Field(default=None, max_length=200)
    source_url: str | None = Field(default=None, max_length=2000)
    operation: str = Field(max_length=20)
    operator: str | None = Field(default=None, max_length=200)
    first_review: str | None = Field(default=None, max_length=200)
    second_review: str | None = Field(default=None, max_length=200)
    final_review: str | None = Field(default=None, max_length=200)
    filed_on: date | None = None
    status: str = Field(max_length=20)


class ColumnVersion(Version, table=True):
    """A site's column as a person confirmed it; keyed by sha256 of site code and address."""

    __tablename__ = "registry_column"
    __table_args__ = stable_names("registry_column", "column_key")
    key_column: ClassVar[str] = "column_key"

    column_key: str = Field(max_length=64)
    site_code: str = Field(max_length=64)
    url: str = Field(max_length=2000)
    name: str = Field(max_length=200)
    column_type: str = Field(max_length=200)
    level: int
    must_update: bool


class PostVersion(Version, table=True):
    """A post that a unit handed in; keyed by sha256 of account, address, title and moment."""

    __tablename__ = "registry_post"
    __table_args__ = stable_names("registry_post", "post_key")
    key_column: ClassVar[str] = "post_key"

    post_key: str = Field(max_length=64)
    account_id: str = Field(max_length=64)
    url: str | None = Field(default=None, max_length=2000)
    title: str = Field(max_length=1000)
    published: datetime = Field(sa_type=DateTime)
    interaction: bool | None = None


class OutageVersion(Version, table=True):
    """Announced maintenance; keyed by sha256 of all its parts; a NULL target means all targets."""

    __tablename__ = "registry_outage"
    __table_args__ = stable_names("registry_outage", "outage_key")
    key_column: ClassVar[str] = "outage_key"

    outage_key: str = Field(max_length=64)
    target: str | None = Field(default=None, max_length=64)
    start: datetime = Field(sa_type=DateTime)
    end: datetime = Field(sa_type=DateTime)
    basis: str = Field(max_length=1000)


MODELS: Mapping[str, type[Version]] = MappingProxyType(
    {
        "divisions": DivisionVersion,
        "units": UnitVersion,
        "sites": SiteVersion,
        "accounts": AccountVersion,
        "columns": ColumnVersion,
        "posts": PostVersion,
        "outages": OutageVersion,
    }
)


def table_of(kind: FileKind) -> Table:
    """The table that holds the versions of one kind of record."""
    return SQLModel.metadata.tables[str(MODELS[kind.name].__tablename__)]


def key_column_of(kind: FileKind) -> str:
    """The column that names a record across its versions."""
    return MODELS[kind.name].key_column
