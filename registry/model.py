"""The plain words of the registry: what a unit, a website and an account are when they leave the tables.

Values of the enumerations are the Chinese words that stand in the office's spreadsheets, so a cell is
validated by building the enumeration from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Level(StrEnum):
    """The tier of a unit; one ruler serves all of them."""

    REGION = "自治区"
    LEAGUE = "盟市"
    BANNER = "旗县"
    TOWNSHIP = "乡镇"


class UnitKind(StrEnum):
    """What kind of body a unit is."""

    GOVERNMENT = "政府"
    OFFICE = "办公厅(室)"
    DEPARTMENT = "部门"
    AGENCY = "派出机构"
    INSTITUTION = "事业单位"


class SiteKind(StrEnum):
    """Portals carry all three parts of the ruler, department sites the vetoes alone."""

    PORTAL = "门户网站"
    DEPARTMENT = "部门网站"


class SiteStatus(StrEnum):
    """Whether a filed site is running."""

    RUNNING = "正常"
    SUSPENDED = "临时下线"
    CLOSED = "已关停"


class AccountStatus(StrEnum):
    """Whether a filed account is running."""

    RUNNING = "正常"
    SUSPENDED = "暂停"
    CLOSED = "已注销"


class Platform(StrEnum):
    """Where an account lives."""

    WECHAT = "微信公众号"
    WEIBO = "微博"
    DOUYIN = "抖音"
    KUAISHOU = "快手"
    TOUTIAO = "今日头条"
    WECHAT_CHANNELS = "视频号"
    APP = "移动客户端"
    MINI_PROGRAM = "小程序"
    OTHER = "其他"


class Operation(StrEnum):
    """Who runs an account from day to day."""

    SELF = "自管"
    CONTRACTED = "委托"


@dataclass(frozen=True, slots=True)
class Division:
    """One administrative division: a six-digit code, a name, its level and its parent's code."""

    code: str
    name: str
    level: Level
    parent: str | None


@dataclass(frozen=True, slots=True)
class Reviewer:
    """A person in the chain of three reviews, written `person@organisation` in spreadsheets."""

    person: str
    organisation: str | None


@dataclass(frozen=True, slots=True)
class Unit:
    """A body that sponsors sites and accounts."""

    unit_id: str
    name: str
    level: Level
    division_code: str
    parent_id: str | None
    kind: UnitKind
    outward_service: bool
    aliases: tuple[str, ...] = ()
    contact_name: str | None = None
    contact_phone: str | None = None
    contact_email: str | None = None


@dataclass(frozen=True, slots=True)
class Site:
    """A filed government website."""

    site_code: str
    name: str
    url: str
    unit_id: str
    site_kind: SiteKind
    operator: str | None = None
    icp: str | None = None
    police_record: str | None = None
    shared_platform: str | None = None
    filed_on: date | None = None
    status: SiteStatus = SiteStatus.RUNNING


@dataclass(frozen=True, slots=True)
class Account:
    """A filed new-media account."""

    account_id: str
    platform: Platform
    handle: str
    name: str
    unit_id: str
    certified_subject: str | None = None
    source_url: str | None = None
    operation: Operation = Operation.SELF
    operator: str | None = None
    first_review: Reviewer | None = None
    second_review: Reviewer | None = None
    final_review: Reviewer | None = None
    filed_on: date | None = None
    status: AccountStatus = AccountStatus.RUNNING


@dataclass(frozen=True, slots=True)
class ConfirmedColumn:
    """A column of a site whose type a person has confirmed once."""

    site_code: str
    url: str
    name: str
    column_type: str
    level: int = 1
    must_update: bool = True


@dataclass(frozen=True, slots=True)
class HandedInPost:
    """One post of an account, as its unit handed it in."""

    account_id: str
    url: str | None
    title: str
    published: datetime
    interaction: bool | None = None


@dataclass(frozen=True, slots=True)
class Inclusion:
    """A target that must be drawn, with the reason."""

    target: str
    reason: str


@dataclass(frozen=True, slots=True)
class Outage:
    """Announced maintenance of one target, or of all where `target` is None."""

    target: str | None
    start: datetime
    end: datetime
    basis: str


@dataclass(frozen=True, slots=True)
class Register:
    """Everything filed as it stood on one day, each part keyed by its identifier."""

    day: date
    divisions: Mapping[str, Division]
    units: Mapping[str, Unit]
    sites: Mapping[str, Site]
    accounts: Mapping[str, Account]
    columns: Mapping[str, tuple[ConfirmedColumn, ...]]
    posts: Mapping[str, tuple[HandedInPost, ...]]
    outages: tuple[Outage, ...] = ()
