"""Divisions of GB/T 2260 and the forms of codes."""

from __future__ import annotations

import csv
import os
from collections import Counter
from pathlib import Path

import pytest

from registry import codes
from registry.divisions import DIVISIONS, league_of, level_of_code, lies_within, line_of
from registry.model import Division, Level

REAL_DATA = Path(os.environ.get("MONITOR_REAL_DATA") or Path(__file__).parents[2].parent / "shared" / "data")


def test_one_region_twelve_leagues_and_103_banners() -> None:
    assert Counter(one.level for one in DIVISIONS.values()) == {
        Level.REGION: 1,
        Level.LEAGUE: 12,
        Level.BANNER: 103,
    }


def test_levels_and_parents_agree_with_the_digits() -> None:
    for code, division in DIVISIONS.items():
        assert level_of_code(code) is division.level
        if division.level is Level.BANNER:
            assert division.parent == code[:4] + "00"
        elif division.level is Level.LEAGUE:
            assert division.parent == "150000"
        else:
            assert division.parent is None


def test_league_of_every_level() -> None:
    assert league_of("150000") is None
    assert league_of("999999") is None
    assert league_of("152900") is DIVISIONS["152900"]
    assert league_of("152923") is DIVISIONS["152900"]


def test_a_development_zone_hangs_under_its_league() -> None:
    filed = dict(DIVISIONS) | {"150271": Division("150271", "某开发区", Level.BANNER, "150200")}
    assert league_of("150271", filed) is DIVISIONS["150200"]
    assert lies_within("150271", "150000", filed)
    assert not lies_within("150271", "150100", filed)


def test_a_circle_of_parents_ends() -> None:
    filed = {
        "150271": Division("150271", "甲", Level.BANNER, "150272"),
        "150272": Division("150272", "乙", Level.BANNER, "150271"),
    }
    assert [one.code for one in line_of("150271", filed)] == ["150271", "150272"]


@pytest.mark.parametrize("code", ["1507830002", "bm01000001"])
def test_site_codes(code: str) -> None:
    assert codes.is_site_code(code)


@pytest.mark.parametrize(
    "code", ["150783000", "15078300021", "bm0100000", "BM01000001", "150783000\uff12", "1507830002\n", ""]
)
def test_what_is_no_site_code(code: str) -> None:
    assert not codes.is_site_code(code)


def test_a_ministry_has_no_division() -> None:
    assert codes.site_code_division("bm01000001") is None
    assert codes.site_code_division("1507830002") == "150783"


@pytest.mark.parametrize("icp", ["蒙ICP备05000248号", "浙ICP备14041274号-1"])
def test_icp_filings(icp: str) -> None:
    assert codes.is_icp_filing(icp)


@pytest.mark.parametrize(
    "icp", ["蒙ICP备 05006530", "桂ICP备060015170号", "ICP备05000248号", "蒙icp备05000248号"]
)
def test_malformed_icp_filings(icp: str) -> None:
    assert not codes.is_icp_filing(icp)


@pytest.mark.parametrize(
    ("record", "division"),
    [
        ("蒙公网安备15010502000173号", "150105"),
        ("蒙公网安备 15010502000173号", "150105"),
        ("15081599004-00001", "150815"),
        ("15010502000173", "150105"),
        ("浙备33010002000092", None),
    ],
)
def test_police_records(record: str, division: str | None) -> None:
    assert codes.is_police_record(record)
    assert codes.police_record_division(record) == division


@pytest.mark.parametrize("record", ["蒙公网安备1501050200017号", "公网安备15010502000173号", "无"])
def test_malformed_police_records(record: str) -> None:
    assert not codes.is_police_record(record)
    assert codes.police_record_division(record) is None


def test_every_observed_site_code_is_recognised() -> None:
    path = REAL_DATA / "text" / "observed_site_codes.csv"
    if not path.is_file():
        pytest.skip(f"real material is absent: {path}")
    with path.open(encoding="utf-8-sig", newline="") as file:
        observed = [row["site_id_code"] for row in csv.DictReader(file)]
    assert len(observed) >= 20
    assert [code for code in observed if not codes.is_site_code(code)] == []


def test_divisions_of_real_sites_are_known() -> None:
    path = REAL_DATA / "site_lists" / "inner_mongolia_gov_sites.csv"
    if not path.is_file():
        pytest.skip(f"real material is absent: {path}")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    levels = {"province": Level.REGION, "prefecture": Level.LEAGUE, "county": Level.BANNER}
    wrong = [
        row["division_code"]
        for row in rows
        if DIVISIONS[row["division_code"]].level is not levels[row["level"]]
    ]
    print(f"divisions of {len(rows)} real sites looked up, wrong: {len(wrong)}")
    assert len(rows) >= 100
    assert wrong == []
