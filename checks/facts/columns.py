"""The columns of a site: their type, how it is known, and the newest item of each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from checks.facts.base import DatedItem, Gap, Seen


class ColumnType(StrEnum):
    """What a column is for; the value is the word that a person confirms it with."""

    NEWS = "动态要闻"
    NOTICE = "通知公告"
    POLICY = "政策文件"
    INTERPRETATION = "政策解读"
    ANNUAL_REPORT = "信息公开年报"
    DATA = "数据发布"
    OVERVIEW = "概况信息"
    INSTITUTION = "机构职能"
    LEADER = "负责人信息"
    DISCLOSURE_GUIDE = "信息公开指南"
    SERVICE = "办事服务"
    INTERACTION = "互动交流"
    SURVEY = "征集调查"
    INTERVIEW = "在线访谈"
    TOPIC = "专题专栏"
    ARCHIVE = "历史归档"
    OTHER = "其他"


class TypedBy(StrEnum):
    """How the type of a column is known, the most trustworthy first."""

    PERSON = "person"
    TAG = "tag"
    NAME = "name"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Column:
    """One column (栏目) of a site.

    `level` is 1 where the home page's navigation or main blocks link it. `must_update` is a person's word,
    None where nobody said. `empty` means fetched without error and holding no item at all; `newest` ignores
    dates after the reference time; `undated` counts items without any readable date. `gap` says why the
    column's list could not be read; the counts are then meaningless.
    """

    url: str
    name: str
    column_type: ColumnType | None
    typed_by: TypedBy
    level: int
    item_count: int = 0
    newest: DatedItem | None = None
    undated: int = 0
    future: int = 0
    empty: bool = False
    must_update: bool | None = None
    seen: Seen | None = None
    gap: Gap | None = None


@dataclass(frozen=True, slots=True)
class ColumnSet:
    """All columns that were found or confirmed; `gaps` says what kept further ones from being found."""

    columns: tuple[Column, ...] = ()
    gaps: tuple[Gap, ...] = ()
