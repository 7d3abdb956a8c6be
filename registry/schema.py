"""The files that the registry reads and writes, as data: columns, Chinese headings, value types, keys.

A file kind names its columns once; reading, writing, storing and comparing all follow from it. A column that a
file leaves out keeps what is filed; an empty cell takes the field's `empty` value.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from registry import values as v
from registry.model import (
    Account,
    AccountStatus,
    ConfirmedColumn,
    Division,
    HandedInPost,
    Inclusion,
    Level,
    Operation,
    Outage,
    Platform,
    Site,
    SiteKind,
    SiteStatus,
    Unit,
    UnitKind,
)

REQUIRED = object()

Record = Division | Unit | Site | Account | ConfirmedColumn | HandedInPost | Outage | Inclusion


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a file: English name, Chinese heading, value type, and what an empty cell means.

    `attribute` is the name on the plain type where it differs; `column` must be there if `demanded`.
    """

    name: str
    heading: str
    type: v.ValueType
    empty: object = None
    demanded: bool = False
    attribute: str = ""

    @property
    def target(self) -> str:
        """The attribute of the plain type that this column fills."""
        return self.attribute or self.name

    @property
    def filled(self) -> bool:
        """Whether an empty cell is refused."""
        return self.empty is REQUIRED


@dataclass(frozen=True, slots=True)
class FileKind:
    """One kind of file: its columns, the plain type of its rows, and what makes two rows the same row.

    `row_fault` looks at a whole row and gives the reason why it cannot be taken, or None.
    """

    name: str
    title: str
    record: Callable[..., Any]
    fields: tuple[Field, ...]
    key: tuple[str, ...]
    digest: bool = False
    row_fault: Callable[[Mapping[str, Any]], str | None] = lambda _values: None
    key_writers: tuple[tuple[str, Callable[[Any], str]], ...] = field(init=False)

    def __post_init__(self) -> None:
        writers = tuple((name, self.field(name).type.write) for name in self.key)
        object.__setattr__(self, "key_writers", writers)

    def key_of(self, cells: Mapping[str, Any]) -> str:
        """The key of a row: its identifier, or a sha256 over the parts that together name it."""
        if not self.digest:
            return str(cells[self.key[0]])
        parts = "\x1f".join([write(cells.get(name)) for name, write in self.key_writers])
        return hashlib.sha256(parts.encode()).hexdigest()

    def key_of_record(self, record: Record) -> str:
        """The key of a row that is already a plain record."""
        return self.key_of({name: getattr(record, name) for name in self.key})

    def field(self, attribute: str) -> Field:
        """The column that fills an attribute."""
        return next(each for each in self.fields if each.target == attribute)

    def demanded(self) -> tuple[Field, ...]:
        """The columns without which a file is refused."""
        return tuple(each for each in self.fields if each.demanded)


def must(name: str, heading: str, kind: v.ValueType, attribute: str = "") -> Field:
    """A column that must be there, and filled in each row."""
    return Field(name, heading, kind, REQUIRED, True, attribute)


def may(name: str, heading: str, kind: v.ValueType, empty: object = None) -> Field:
    """A column that may be missing, or empty in a row."""
    return Field(name, heading, v.optional(kind) if empty is None else kind, empty)


def post_fault(cells: Mapping[str, Any]) -> str | None:
    """A post needs a title or a link, else nobody can look it up."""
    return None if cells.get("title") or cells.get("url") else "标题和链接不能都为空"


def outage_fault(cells: Mapping[str, Any]) -> str | None:
    """An outage ends after it begins."""
    return None if cells["start"] < cells["end"] else "“止”应晚于“起”"


def unit_fault(cells: Mapping[str, Any]) -> str | None:
    """No unit stands above itself."""
    return "上级单位不能是本单位" if cells.get("parent_id") == cells["unit_id"] else None


DIVISIONS = FileKind(
    "divisions",
    "行政区划",
    Division,
    (
        must("code", "行政区划代码", v.DIVISION_CODE),
        must("name", "名称", v.TEXT),
        must("level", "层级", v.one_of(Level)),
        may("parent", "上级代码", v.DIVISION_CODE),
    ),
    key=("code",),
)

UNITS = FileKind(
    "units",
    "单位",
    Unit,
    (
        must("unit_id", "单位编码", v.IDENTIFIER_CODE),
        must("name", "单位名称", v.TEXT),
        must("level", "层级", v.one_of(Level)),
        must("division_code", "行政区划代码", v.DIVISION_CODE),
        may("parent_id", "上级单位编码", v.IDENTIFIER_CODE),
        must("kind", "单位类型", v.one_of(UnitKind)),
        must("outward_service", "对外服务职能", v.YES_NO),
        may("aliases", "曾用名与简称", v.NAMES, empty=()),
        may("contact_name", "联系人", v.TEXT),
        may("contact_phone", "联系电话", v.CODE_TEXT),
        may("contact_email", "电子邮箱", v.CODE_TEXT),
    ),
    key=("unit_id",),
    row_fault=unit_fault,
)

SITES = FileKind(
    "sites",
    "网站",
    Site,
    (
        must("site_code", "网站标识码", v.SITE_CODE),
        must("name", "网站名称", v.TEXT),
        must("url", "首页网址", v.WEB_ADDRESS),
        must("unit_id", "主办单位编码", v.IDENTIFIER_CODE),
        must("site_kind", "网站类型", v.one_of(SiteKind)),
        may("operator", "承办单位", v.TEXT),
        may("icp", "ICP备案号", v.CODE_TEXT),
        may("police_record", "公安备案号", v.CODE_TEXT),
        may("shared_platform", "集约化平台", v.TEXT),
        may("filed_on", "备案日期", v.DAY_VALUE),
        may("status", "状态", v.one_of(SiteStatus), empty=SiteStatus.RUNNING),
    ),
    key=("site_code",),
)

ACCOUNTS = FileKind(
    "accounts",
    "政务新媒体账号",
    Account,
    (
        must("account_id", "账号编码", v.IDENTIFIER_CODE),
        must("platform", "平台", v.one_of(Platform)),
        Field("handle", "平台账号", v.CODE_TEXT, empty="", demanded=True),
        must("name", "账号名称", v.TEXT),
        must("unit_id", "主办单位编码", v.IDENTIFIER_CODE),
        may("certified_subject", "认证主体", v.TEXT),
        may("source_url", "信息源地址", v.WEB_ADDRESS),
        may("operation", "运维方式", v.one_of(Operation), empty=Operation.SELF),
        may("operator", "运维单位", v.TEXT),
        may("first_review", "初审", v.REVIEWER),
        may("second_review", "复审", v.REVIEWER),
        may("final_review", "终审", v.REVIEWER),
        may("filed_on", "备案日期", v.DAY_VALUE),
        may("status", "状态", v.one_of(AccountStatus), empty=AccountStatus.RUNNING),
    ),
    key=("account_id",),
)

COLUMNS = FileKind(
    "columns",
    "网站栏目",
    ConfirmedColumn,
    (
        must("site_code", "网站标识码", v.SITE_CODE),
        must("url", "栏目网址", v.WEB_ADDRESS),
        must("name", "栏目名称", v.TEXT),
        must("column_type", "栏目类型", v.TEXT),
        may("level", "栏目级别", v.COLUMN_LEVEL, empty=1),
        may("must_update", "应更新", v.YES_NO, empty=True),
    ),
    key=("site_code", "url"),
    digest=True,
)

POSTS = FileKind(
    "posts",
    "账号发布内容",
    HandedInPost,
    (
        must("account_id", "账号编码", v.IDENTIFIER_CODE),
        may("url", "链接", v.WEB_ADDRESS),
        Field("title", "标题", v.LONG_TEXT, empty="", demanded=True),
        must("published", "发布时间", v.MOMENT),
        may("interaction", "互动功能", v.YES_NO),
    ),
    key=("account_id", "url", "title", "published"),
    digest=True,
    row_fault=post_fault,
)

OUTAGES = FileKind(
    "outages",
    "已公告的停机维护",
    Outage,
    (
        must("target", "对象", v.TARGET_OR_ALL),
        must("from", "起", v.MOMENT, attribute="start"),
        must("to", "止", v.END_OF_SPAN, attribute="end"),
        must("basis", "依据", v.LONG_TEXT),
    ),
    key=("target", "start", "end", "basis"),
    digest=True,
    row_fault=outage_fault,
)

INCLUSIONS = FileKind(
    "inclusions",
    "必抽对象",
    Inclusion,
    (must("target", "对象", v.IDENTIFIER_CODE), must("reason", "理由", v.LONG_TEXT)),
    key=("target",),
)

STORED: tuple[FileKind, ...] = (DIVISIONS, UNITS, SITES, ACCOUNTS, COLUMNS, POSTS, OUTAGES)
KINDS: Mapping[str, FileKind] = MappingProxyType({kind.name: kind for kind in (*STORED, INCLUSIONS)})
FILE_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "divisions": "行政区划",
        "units": "单位",
        "sites": "网站",
        "accounts": "账号",
        "columns": "栏目",
        "posts": "发布内容",
        "outages": "停机维护",
        "inclusions": "必抽对象",
    }
)
