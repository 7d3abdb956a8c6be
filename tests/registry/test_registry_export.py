"""Registers out and in again: the same register, whatever the format, the charset and the headings."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import load_workbook
from registry_builders import DAY, a_register, a_site, a_unit, an_account, database

from registry.divisions import DIVISIONS
from registry.errors import FileRefused
from registry.exporter import Charset, Format, Headings, export_register, write_records
from registry.history import register_as_of
from registry.importer import import_folder
from registry.model import (
    Account,
    AccountStatus,
    ConfirmedColumn,
    Division,
    HandedInPost,
    Level,
    Operation,
    Outage,
    Platform,
    Register,
    Reviewer,
    Site,
    SiteKind,
    SiteStatus,
    Unit,
    UnitKind,
)
from registry.reading import read_kind
from registry.schema import UNITS
from registry.tidy import tidy_code, tidy_text
from registry.times import SHANGHAI

LETTERS = st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="")
HOSTILE = st.sampled_from(
    [
        "=1+1",
        "'=1",
        "''=x",
        "+86",
        "-",
        "@a",
        '"引号",逗号',
        "'",
        "a\u3000b",
        "_x0041_",
        "ᠮᠣᠩ\u202fᠭᠣᠯ",
        "<b>&amp;",
        "TRUE",
        "1.0",
        "2026-03-01",
    ]
)


def tidied(text: str, code: bool = False) -> str:
    """Text as it can have come out of an import."""
    return (tidy_code if code else tidy_text)(text)[0][:60].strip()


TEXT = st.one_of(HOSTILE, st.text(LETTERS, min_size=1, max_size=12)).map(tidied).filter(bool)
MAYBE = st.none() | TEXT
CODE = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_-]{0,8}", fullmatch=True)
CODE_TEXT = st.one_of(st.just("+86 472-1234567"), CODE).filter(lambda text: "E+" not in text)
URL = st.from_regex(r"https?://[a-z]{1,8}\.gov\.cn(:8080)?/[a-z0-9/?&=%-]{0,10}", fullmatch=True)
DAYS = st.dates(date(2000, 1, 1), date(2030, 1, 1))
MOMENTS = st.integers(950_000_000, 1_900_000_000).map(lambda second: datetime.fromtimestamp(second, SHANGHAI))
NAME = TEXT.filter(lambda text: not set(text) & set("@\uff20"))
PERSON = st.none() | st.builds(Reviewer, NAME, st.none() | NAME)
ALIAS = TEXT.filter(lambda text: not set(text) & set(";\uff1b"))
ZONES = st.sampled_from([{}, {"150271": Division("150271", "某开发区", Level.BANNER, "150200")}])


@st.composite
def registers(draw: st.DrawFn) -> Register:
    """Registers that an import can have made."""
    units: dict[str, Unit] = {}
    for key in draw(st.lists(CODE, min_size=1, max_size=4, unique=True)):
        parent = draw(st.none() | st.sampled_from(sorted(units))) if units else None
        units[key] = Unit(
            key,
            draw(TEXT),
            draw(st.sampled_from(Level)),
            draw(st.sampled_from(sorted(DIVISIONS))),
            parent,
            draw(st.sampled_from(UnitKind)),
            draw(st.booleans()),
            tuple(draw(st.lists(ALIAS, max_size=3, unique=True))),
            draw(MAYBE),
            draw(st.none() | CODE_TEXT),
            draw(st.none() | CODE_TEXT),
        )
    sponsor = st.sampled_from(sorted(units))
    sites = {
        key: Site(
            key,
            draw(TEXT),
            draw(URL),
            draw(sponsor),
            draw(st.sampled_from(SiteKind)),
            draw(MAYBE),
            draw(st.none() | CODE_TEXT),
            draw(st.none() | CODE_TEXT),
            draw(MAYBE),
            draw(st.none() | DAYS),
            draw(st.sampled_from(SiteStatus)),
        )
        for key in draw(
            st.lists(st.from_regex(r"15[0-9]{8}", fullmatch=True), min_size=1, max_size=3, unique=True)
        )
    }
    accounts = {
        key: Account(
            key,
            draw(st.sampled_from(Platform)),
            draw(st.just("") | CODE_TEXT),
            draw(TEXT),
            draw(sponsor),
            draw(MAYBE),
            draw(st.none() | URL),
            draw(st.sampled_from(Operation)),
            draw(MAYBE),
            draw(PERSON),
            draw(PERSON),
            draw(PERSON),
            draw(st.none() | DAYS),
            draw(st.sampled_from(AccountStatus)),
        )
        for key in draw(st.lists(CODE, min_size=1, max_size=3, unique=True))
    }
    columns = {
        code: tuple(
            ConfirmedColumn(code, url, draw(TEXT), draw(TEXT), draw(st.integers(1, 9)), draw(st.booleans()))
            for url in sorted(draw(st.lists(URL, min_size=1, max_size=2, unique=True)))
        )
        for code in draw(st.sets(st.sampled_from(sorted(sites))))
    }
    posts = {}
    for key in sorted(draw(st.sets(st.sampled_from(sorted(accounts))))):
        parts = draw(st.lists(st.tuples(MOMENTS, TEXT, st.none() | URL), min_size=1, max_size=3, unique=True))
        parts.sort(key=lambda part: (part[0], part[1], part[2] or ""))
        posts[key] = tuple(
            HandedInPost(key, url, title, at, draw(st.none() | st.booleans())) for at, title, url in parts
        )
    target = st.none() | st.sampled_from(sorted([*sites, *accounts]))
    spans = draw(st.lists(st.tuples(target, MOMENTS, MOMENTS, TEXT), max_size=2, unique=True))
    outages = [Outage(to, begin, end, basis) for to, begin, end, basis in spans if begin < end]
    outages.sort(key=lambda one: (one.start, one.end, one.target or "", one.basis))
    divisions = dict(sorted((dict(DIVISIONS) | draw(ZONES)).items()))
    return Register(
        DAY,
        divisions,
        dict(sorted(units.items())),
        dict(sorted(sites.items())),
        dict(sorted(accounts.items())),
        dict(sorted(columns.items())),
        posts,
        tuple(outages),
    )


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    register=registers(),
    form=st.sampled_from(["csv", "xlsx"]),
    charset=st.sampled_from(["utf-8-sig", "gb18030"]),
    headings=st.sampled_from(["zh", "en"]),
)
def test_import_of_an_export_is_the_same_register(
    register: Register, form: Format, charset: Charset, headings: Headings
) -> None:
    with TemporaryDirectory() as folder, database() as session:
        export_register(register, Path(folder), form=form, charset=charset, headings=headings)
        import_folder(session, Path(folder), DAY)
        assert register_as_of(session, DAY) == register


def test_midnight_ends_survive_the_way_through_a_file(tmp_path: Path) -> None:
    outage = Outage(
        None, datetime(2026, 3, 1, tzinfo=SHANGHAI), datetime(2026, 3, 3, tzinfo=SHANGHAI), "公告"
    )
    register = replace(a_register([a_unit()], [a_site()], [an_account()]), outages=(outage,))
    export_register(register, tmp_path)
    with database() as session:
        import_folder(session, tmp_path, DAY)
        assert register_as_of(session, DAY).outages == (outage,)


def test_no_cell_of_a_csv_runs_as_a_formula(tmp_path: Path) -> None:
    hostile = ['=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "'=1"]
    units = [a_unit(f"U{i}", name=name, contact_phone=name) for i, name in enumerate(hostile)]
    write_records(tmp_path / "units.csv", UNITS, units)
    with (tmp_path / "units.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert not [cell for cell in cells if cell[:1] in {"=", "+", "-", "@", "\t", "\r"}]
    read = read_kind(tmp_path / "units.csv", UNITS)
    assert [row.values["name"] for row in read.rows] == hostile
    assert read.problems == []


def test_cells_of_a_workbook_are_strings(tmp_path: Path) -> None:
    write_records(
        tmp_path / "units.xlsx",
        UNITS,
        [a_unit("1500000001", name="=1+1", contact_phone="0472")],
        headings="en",
    )
    rows = load_workbook(tmp_path / "units.xlsx").get_sheet_by_index(0).to_python()
    assert rows[0][0] == "unit_id"
    assert rows[1][0] == "1500000001"
    assert rows[1][1] == "'=1+1"
    assert all(isinstance(cell, str) for cell in rows[1])


def test_a_past_day_can_be_exported(tmp_path: Path) -> None:
    with database() as session:
        export_register(a_register([a_unit()], [a_site()], [an_account()]), tmp_path / "a")
        import_folder(session, tmp_path / "a", DAY)
        changed = a_register([a_unit()], [a_site(name="乙")], [an_account()])
        export_register(changed, tmp_path / "b")
        import_folder(session, tmp_path / "b", date(2026, 4, 1))
        export_register(register_as_of(session, date(2026, 3, 31)), tmp_path / "c")
    assert (tmp_path / "c" / "sites.csv").read_bytes() == (tmp_path / "a" / "sites.csv").read_bytes()
    assert (tmp_path / "c" / "sites.csv").read_bytes() != (tmp_path / "b" / "sites.csv").read_bytes()


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(FileRefused):
        export_register(a_register(), tmp_path / "file")
    with pytest.raises(FileRefused):
        write_records(tmp_path / "none" / "units.xlsx", UNITS, [a_unit()])
