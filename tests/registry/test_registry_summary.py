"""What `monitor registry show` tells, and a full estate from spreadsheets to a register."""

from __future__ import annotations

from dataclasses import fields
from datetime import timedelta
from pathlib import Path

import pytest
from registry_builders import ACCOUNTS, DAY, SITES, UNITS, database, write_folder

from registry.divisions import DIVISIONS
from registry.errors import UnknownTarget
from registry.history import register_as_of
from registry.importer import import_folder
from registry.model import Platform
from registry.summary import REGION_ITSELF, UNKNOWN, summarise, target_card


def test_a_card_with_its_history(tmp_path: Path) -> None:
    later = DAY + timedelta(days=30)
    with database() as session:
        import_folder(session, write_folder(tmp_path / "a"), DAY)
        import_folder(
            session, write_folder(tmp_path / "b", sites=[dict(SITES[0]) | {"name": "乙", "icp": "x"}]), later
        )
        card = target_card(session, "1502000011", later)
        assert (card.title, card.sponsor, card.league) == ("网站", "包头市教育局", "包头市")
        assert card.values["网站名称"] == "乙"
        assert [(one.valid_from, one.valid_to, one.source) for one in card.versions] == [
            (DAY, later, "sites.csv"),
            (later, None, "sites.csv"),
        ]
        assert [(one.heading, one.old, one.new) for one in card.versions[1].changes] == [
            ("网站名称", "包头市教育局", "乙"),
            ("ICP备案号", "", "x"),
        ]
        assert [one.code for one in card.warnings] == ["F-02/form"]
        assert target_card(session, "1502000011", DAY).values["网站名称"] == "包头市教育局"
        assert target_card(session, "A1", DAY).values["平台"] == "微博"
        assert target_card(session, "U1", DAY).league == REGION_ITSELF
        with pytest.raises(UnknownTarget):
            target_card(session, "1502000011", DAY - timedelta(days=1))


def test_a_full_estate_adds_up_everywhere(tmp_path: Path) -> None:
    """558 sites, 5,411 accounts, 2,500 units and 60,000 posts: imported twice, counted, nothing lost."""
    codes = sorted(DIVISIONS)
    units = [
        dict(UNITS[1])
        | {
            "unit_id": f"U{n}",
            "name": f"单位{n}",
            "parent_id": "U0" if n else "",
            "level": str(DIVISIONS[codes[n % 116]].level),
            "division_code": codes[n % 116],
        }
        for n in range(2500)
    ]
    units[7]["division_code"] = "150199"
    sites = [dict(SITES[0]) | {"site_code": f"{1500000000 + n}", "unit_id": f"U{n}"} for n in range(558)]
    platforms = [str(platform) for platform in Platform]
    accounts = [
        dict(ACCOUNTS[0])
        | {"account_id": f"A{n}", "unit_id": f"U{n % 2500}", "platform": platforms[n % 9], "handle": str(n)}
        for n in range(5411)
    ]
    posts = [
        {"account_id": f"A{n % 3000}", "url": "", "title": f"第{n}条", "published": "2026-02-27 10:00"}
        for n in range(60_000)
    ]
    folder = write_folder(tmp_path / "in", units=units, sites=sites, accounts=accounts, posts=posts)
    with database(tmp_path / "r.db") as session:
        import_folder(session, folder, DAY)
        again = import_folder(session, folder, DAY + timedelta(days=1))
        assert [one.unchanged for one in again.files] == [2500, 558, 5411, 60_000]
        summary = summarise(register_as_of(session, DAY))
    assert (summary.units, summary.sites, summary.accounts, summary.posts) == (2500, 558, 5411, 60_000)
    totals = {"units": 2500, "sites": 558, "accounts": 5411}
    for field in fields(summary):
        what, _, by = field.name.partition("_by_")
        if by:
            assert sum(getattr(summary, field.name).values()) == totals[what], field.name
    assert summary.sites_by_league[UNKNOWN] == 1
    assert len(summary.sites_by_league) == 14  # the region itself, twelve leagues, one unknown
    assert summary.accounts_by_status == {"正常": 5411}
    assert summary.accounts_with_source == 3000
