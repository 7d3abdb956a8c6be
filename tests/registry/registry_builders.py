"""Small estates for the registry's tests: rows as dictionaries, written as the office would hand them in."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from sqlmodel import Session, SQLModel, create_engine

import registry.tables  # noqa: F401  the import files the tables in the metadata
from registry.model import (
    Account,
    Level,
    Operation,
    Platform,
    Register,
    Reviewer,
    Site,
    SiteKind,
    Unit,
    UnitKind,
)

Row = Mapping[str, str]
DAY = date(2026, 3, 1)

UNITS: tuple[Row, ...] = (
    {
        "unit_id": "U1",
        "name": "内蒙古自治区人民政府办公厅",
        "level": "自治区",
        "division_code": "150000",
        "parent_id": "",
        "kind": "办公厅(室)",
        "outward_service": "否",
    },
    {
        "unit_id": "U2",
        "name": "包头市教育局",
        "level": "盟市",
        "division_code": "150200",
        "parent_id": "U1",
        "kind": "部门",
        "outward_service": "是",
    },
)
SITES: tuple[Row, ...] = (
    {
        "site_code": "1502000011",
        "name": "包头市教育局",
        "url": "https://jyj.baotou.gov.cn/",
        "unit_id": "U2",
        "site_kind": "部门网站",
    },
)
ACCOUNTS: tuple[Row, ...] = (
    {"account_id": "A1", "platform": "微博", "handle": "1234567890", "name": "包头教育", "unit_id": "U2"},
)


def write_csv(path: Path, rows: Sequence[Row], *, encoding: str = "utf-8") -> Path:
    """Rows under the headings of all of them."""
    headings = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, headings, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


def write_folder(folder: Path, **files: Sequence[Row]) -> Path:
    """A folder with the three demanded files, each replaced or joined by what is given."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in ({"units": UNITS, "sites": SITES, "accounts": ACCOUNTS} | files).items():
        write_csv(folder / f"{name}.csv", rows)
    return folder


@contextmanager
def database(path: Path | None = None) -> Iterator[Session]:
    """A session on a real SQLite file, or in memory where no path is given."""
    engine = create_engine("sqlite://" if path is None else f"sqlite:///{path}")
    SQLModel.metadata.create_all(engine)
    try:
        with Session(engine) as session:
            yield session
    finally:
        engine.dispose()


def a_unit(unit_id: str = "U2", **changes: object) -> Unit:
    """A league's department under the region's office."""
    values: dict[str, object] = {
        "unit_id": unit_id,
        "name": "包头市教育局",
        "level": Level.LEAGUE,
        "division_code": "150200",
        "parent_id": None,
        "kind": UnitKind.DEPARTMENT,
        "outward_service": True,
    }
    return Unit(**(values | changes))  # type: ignore[arg-type]


def a_site(site_code: str = "1502000011", **changes: object) -> Site:
    """A department's site in good order."""
    values: dict[str, object] = {
        "site_code": site_code,
        "name": "包头市教育局",
        "url": "https://jyj.baotou.gov.cn/",
        "unit_id": "U2",
        "site_kind": SiteKind.DEPARTMENT,
    }
    return Site(**(values | changes))  # type: ignore[arg-type]


def an_account(account_id: str = "A1", **changes: object) -> Account:
    """An account in good order, reviewed by its sponsor."""
    values: dict[str, object] = {
        "account_id": account_id,
        "platform": Platform.WEIBO,
        "handle": "1234567890",
        "name": "包头教育",
        "unit_id": "U2",
        "operation": Operation.SELF,
        "final_review": Reviewer("审核员甲", "包头市教育局"),
    }
    return Account(**(values | changes))  # type: ignore[arg-type]


def a_register(
    units: Sequence[Unit] = (), sites: Sequence[Site] = (), accounts: Sequence[Account] = ()
) -> Register:
    """A register with the built-in divisions."""
    from registry.divisions import DIVISIONS

    return Register(
        day=DAY,
        divisions=dict(DIVISIONS),
        units={one.unit_id: one for one in units},
        sites={one.site_code: one for one in sites},
        accounts={one.account_id: one for one in accounts},
        columns={},
        posts={},
        outages=(),
    )
