"""Imports: all or nothing, references, changes, history."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from registry_builders import ACCOUNTS, DAY, SITES, UNITS, Row, database, write_csv, write_folder
from sqlalchemy import func, select
from sqlmodel import Session

from registry.errors import BadRows, FileRefused, FilingConflict, HistoryFixed, RegistryError, UnknownTarget
from registry.history import newest_day, register_as_of, versions_of, withdraw
from registry.importer import import_file, import_folder
from registry.model import SiteStatus
from registry.schema import COLUMNS, OUTAGES, STORED
from registry.schema import SITES as SITE_FILE
from registry.schema import UNITS as UNIT_FILE
from registry.tables import table_of

NEXT = DAY + timedelta(days=1)
COLUMN_ROWS: tuple[Row, ...] = (
    {
        "site_code": "1502000011",
        "url": "https://jyj.baotou.gov.cn/a/",
        "name": "动态",
        "column_type": "工作动态",
    },
    {
        "site_code": "1502000011",
        "url": "https://jyj.baotou.gov.cn/b/",
        "name": "公告",
        "column_type": "通知公告",
    },
)
POST_ROWS: tuple[Row, ...] = (
    {
        "account_id": "A1",
        "url": "https://weibo.com/1",
        "title": "甲",
        "published": "2026-02-28 09:00",
        "interaction": "否",
    },
)
OUTAGE_ROWS: tuple[Row, ...] = (
    {"target": "全部", "from": "2026-03-01", "to": "2026-03-02", "basis": "公告"},
    {"target": "A1", "from": "2026-03-01 08:00", "to": "2026-03-01 09:00", "basis": "公告"},
)


def rows_written(session: Session) -> int:
    """How many version rows all tables hold."""
    return sum(
        session.connection().execute(select(func.count()).select_from(table_of(kind))).scalar_one()
        for kind in STORED
    )


def with_unit(*units: Row) -> tuple[Row, ...]:
    """The sample's units and some more."""
    return (*UNITS, *units)


def unit_row(unit_id: str, parent: str = "", **cells: str) -> Row:
    """A good unit."""
    return dict(UNITS[1]) | {"unit_id": unit_id, "parent_id": parent, "name": f"单位{unit_id}"} | cells


def test_a_whole_folder_and_again(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "in", columns=COLUMN_ROWS, posts=POST_ROWS, outages=OUTAGE_ROWS)
    with database(tmp_path / "r.db") as session:
        report = import_folder(session, folder, DAY)
        assert {one.kind: len(one.added) for one in report.files} == {
            "units": 2,
            "sites": 1,
            "accounts": 1,
            "columns": 2,
            "posts": 1,
            "outages": 2,
        }
        before = rows_written(session)
        again = import_folder(session, folder, NEXT)
        assert rows_written(session) == before == 9
        assert all(not one.added and not one.changed and not one.missing for one in again.files)
        assert sum(one.unchanged for one in again.files) == 9
    with database(tmp_path / "r.db") as session:  # committed, seen by another connection
        register = register_as_of(session, DAY)
        assert register.sites["1502000011"].unit_id == "U2"
        assert [one.name for one in register.columns["1502000011"]] == ["动态", "公告"]
        assert register.posts["A1"][0].published.utcoffset() == timedelta(hours=8)
        assert [one.target for one in register.outages] == [None, "A1"]
        assert len(register.divisions) == 116
        assert register_as_of(session, DAY - timedelta(days=1)).sites == {}


def test_what_changed_is_said_and_the_past_stays(tmp_path: Path) -> None:
    with database() as session:
        import_folder(session, write_folder(tmp_path / "a"), DAY)
        changed = [dict(SITES[0]) | {"name": "包头教育", "status": "临时下线"}]
        report = import_folder(session, write_folder(tmp_path / "b", sites=changed), NEXT)
        change = report.file("sites").changed[0]
        assert [(one.heading, one.old, one.new) for one in change.fields] == [
            ("网站名称", "包头市教育局", "包头教育"),
            ("状态", "正常", "临时下线"),
        ]
        assert register_as_of(session, DAY).sites["1502000011"].name == "包头市教育局"
        assert register_as_of(session, NEXT).sites["1502000011"].status is SiteStatus.SUSPENDED
        assert any("包头市教育局”→“包头教育" in line for line in report.lines())
        assert report.to_dict()["files"][1]["changed"][0]["fields"][0]["old"] == "包头市教育局"


def test_a_correction_on_the_same_day_leaves_its_trace(tmp_path: Path) -> None:
    with database() as session:
        import_folder(session, write_folder(tmp_path / "a"), DAY)
        import_folder(session, write_folder(tmp_path / "b", sites=[dict(SITES[0]) | {"name": "乙"}]), DAY)
        versions = versions_of(session, SITE_FILE, "1502000011")
        assert [(one.valid_from, one.valid_to) for one in versions] == [(DAY, DAY), (DAY, None)]
        assert register_as_of(session, DAY).sites["1502000011"].name == "乙"


def test_a_target_that_is_missing_stays_and_is_named(tmp_path: Path) -> None:
    second = dict(SITES[0]) | {"site_code": "1502000012"}
    with database() as session:
        import_folder(session, write_folder(tmp_path / "a", sites=[*SITES, second]), DAY)
        report = import_folder(session, write_folder(tmp_path / "b"), NEXT)
        assert report.file("sites").missing == ("1502000012",)
        assert "1502000012" in register_as_of(session, NEXT).sites


def test_a_column_that_a_file_leaves_out_keeps_what_is_filed(tmp_path: Path) -> None:
    with database() as session:
        filed = [dict(SITES[0]) | {"icp": "蒙ICP备05000248号", "operator": "甲"}]
        import_folder(session, write_folder(tmp_path / "a", sites=filed), DAY)
        import_folder(session, write_folder(tmp_path / "b", sites=[dict(SITES[0]) | {"operator": ""}]), NEXT)
        site = register_as_of(session, NEXT).sites["1502000011"]
        assert (site.icp, site.operator) == ("蒙ICP备05000248号", None)


def test_the_past_cannot_be_rewritten(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "a")
    changed = write_folder(tmp_path / "b", sites=[dict(SITES[0]) | {"name": "乙"}])
    with database() as session:
        import_folder(session, folder, DAY)
        with pytest.raises(HistoryFixed, match="2026-03-01"):
            import_folder(session, changed, DAY - timedelta(days=1))
        import_folder(session, folder, DAY - timedelta(days=1))  # changes nothing, so it may
        assert newest_day(session) == DAY
        assert register_as_of(session, DAY).sites["1502000011"].name == "包头市教育局"


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"sites": [dict(SITES[0]) | {"unit_id": "U9"}]}, "主办单位不在登记库中"),
        ({"accounts": [dict(ACCOUNTS[0]) | {"unit_id": "U9"}]}, "主办单位不在登记库中"),
        ({"units": with_unit(unit_row("U3", "U9"))}, "上级单位编码不在登记库中"),
        ({"units": with_unit(unit_row("U3", "U3"))}, "不能是本单位"),
        ({"units": with_unit(unit_row("U3", "U4"), unit_row("U4", "U3"))}, "成环"),
        ({"columns": [dict(COLUMN_ROWS[0]) | {"site_code": "1"}]}, "网站不在登记库中"),
        ({"posts": [dict(POST_ROWS[0]) | {"account_id": "A9"}]}, "账号不在登记库中"),
        ({"outages": [dict(OUTAGE_ROWS[1]) | {"target": "A9"}]}, "对象不在登记库中"),
        ({"units": [*UNITS, UNITS[1]]}, "重复"),
        (
            {"divisions": [{"code": "150271", "name": "开发区", "level": "旗县", "parent": "159900"}]},
            "上级代码不在",
        ),
    ],
)
def test_nothing_of_a_bad_import_is_taken(
    tmp_path: Path, files: dict[str, Sequence[Row]], words: str
) -> None:
    with database() as session:
        with pytest.raises(BadRows, match=words) as bad:
            import_folder(session, write_folder(tmp_path / "in", **files), DAY)
        assert len(bad.value.problems) == (2 if words == "成环" else 1)
        assert all(one.row >= 2 and one.file.endswith(".csv") for one in bad.value.problems)
        assert rows_written(session) == 0


def test_only_the_root_of_the_trouble_is_reported(tmp_path: Path) -> None:
    units = (UNITS[0], dict(UNITS[1]) | {"level": "县"})
    with database() as session, pytest.raises(BadRows) as bad:
        import_folder(session, write_folder(tmp_path / "in", units=units), DAY)
    assert [(one.file, one.row) for one in bad.value.problems] == [("units.csv", 3)]


def test_skipping_takes_what_leans_on_a_bad_row_along(tmp_path: Path) -> None:
    units = with_unit(
        unit_row("U3", "U1", level="县"),
        unit_row("U4", "U3"),
        unit_row("U5", "U4"),
        unit_row("U6", "U7"),
        unit_row("U7", "U6"),
        unit_row("U8", "U7"),
    )
    sites = [*SITES, dict(SITES[0]) | {"site_code": "1502000012", "unit_id": "U5"}]
    columns = [dict(COLUMN_ROWS[0]) | {"site_code": "1502000012"}]
    folder = write_folder(tmp_path / "in", units=units, sites=sites, columns=columns)
    with database() as session:
        report = import_folder(session, folder, DAY, skip_bad_rows=True)
        register = register_as_of(session, DAY)
        assert set(register.units) == {"U1", "U2"}
        assert set(register.sites) == {"1502000011"}
        assert register.columns == {}
        assert [len(report.file(kind).skipped) for kind in ("units", "sites", "accounts", "columns")] == [
            6,
            1,
            0,
            1,
        ]


def test_a_circle_over_what_is_filed_already(tmp_path: Path) -> None:
    with database() as session:
        import_folder(session, write_folder(tmp_path / "a"), DAY)
        turned = write_csv(tmp_path / "units.csv", [dict(UNITS[0]) | {"parent_id": "U2"}])
        with pytest.raises(BadRows, match="成环"):
            import_file(session, turned, "units", NEXT)
        report = import_file(session, turned, None, NEXT, skip_bad_rows=True)
        assert report.file("units").missing == ("U2",)
        assert register_as_of(session, NEXT).units["U1"].parent_id is None


def test_one_file_against_what_is_filed(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "新媒体.csv", [dict(ACCOUNTS[0]) | {"account_id": "A2"}])
    with database() as session:
        with pytest.raises(BadRows, match="主办单位"):
            import_file(session, path, None, DAY)
        import_folder(session, write_folder(tmp_path / "a"), DAY)
        assert import_file(session, path, None, DAY).file("accounts").added == ("A2",)
        inclusions = write_csv(tmp_path / "inclusions.csv", [{"target": "A1", "reason": "x"}])
        with pytest.raises(FileRefused, match="不存入登记库"):
            import_file(session, inclusions, None, DAY)
        with pytest.raises(FileRefused, match="没有“people”"):
            import_file(session, path, "people", DAY)


def test_posts_and_outages_are_added_once_and_posts_updated(tmp_path: Path) -> None:
    with database() as session:
        import_folder(session, write_folder(tmp_path / "a", posts=POST_ROWS, outages=OUTAGE_ROWS), DAY)
        more = [dict(POST_ROWS[0]) | {"interaction": "是"}, dict(POST_ROWS[0]) | {"title": "乙"}]
        report = import_folder(session, write_folder(tmp_path / "b", posts=more, outages=OUTAGE_ROWS), NEXT)
        assert [len(report.file("posts").added), len(report.file("posts").changed)] == [1, 1]
        assert report.file("posts").missing == ()
        assert report.file("outages").unchanged == 2
        assert [one.interaction for one in register_as_of(session, NEXT).posts["A1"]] == [False, True]
        assert [one.interaction for one in register_as_of(session, DAY).posts["A1"]] == [False]
        assert register_as_of(session, NEXT, with_posts=False).posts == {}


def test_missing_columns_are_named_for_the_sites_of_the_file_only(tmp_path: Path) -> None:
    second = dict(SITES[0]) | {"site_code": "1502000012"}
    other = dict(COLUMN_ROWS[0]) | {"site_code": "1502000012"}
    with database() as session:
        folder = write_folder(tmp_path / "a", sites=[*SITES, second], columns=[*COLUMN_ROWS, other])
        import_folder(session, folder, DAY)
        path = write_csv(tmp_path / "columns.csv", [COLUMN_ROWS[0]])
        assert import_file(session, path, None, NEXT).file("columns").missing == (
            "1502000011 https://jyj.baotou.gov.cn/b/",
        )


def test_folders_that_are_refused(tmp_path: Path) -> None:
    with database() as session:
        with pytest.raises(FileRefused, match="不存在"):
            import_folder(session, tmp_path / "none", DAY)
        folder = write_folder(tmp_path / "a")
        write_csv(folder / "网站.csv", SITES)
        with pytest.raises(FileRefused, match="同一类文件"):
            import_folder(session, folder, DAY)
        (folder / "网站.csv").unlink()
        (folder / "accounts.csv").unlink()
        with pytest.raises(FileRefused, match=r"缺少.*accounts\.csv"):
            import_folder(session, folder, DAY)


def test_divisions_outside_the_standard(tmp_path: Path) -> None:
    zones = [{"行政区划代码": "150271", "名称": "某开发区", "层级": "旗县", "上级代码": "150200"}]
    folder = write_folder(tmp_path / "a", divisions=zones)
    with database() as session:
        assert import_folder(session, folder, DAY).file("divisions").added == ("150271",)
        assert register_as_of(session, DAY).divisions["150271"].name == "某开发区"
        assert "150271" not in register_as_of(session, DAY - timedelta(days=1)).divisions


def test_withdrawing_what_was_filed_by_mistake(tmp_path: Path) -> None:
    with database() as session:
        import_folder(session, write_folder(tmp_path / "a", columns=COLUMN_ROWS, outages=OUTAGE_ROWS), DAY)
        column = register_as_of(session, DAY).columns["1502000011"][0]
        with pytest.raises(FilingConflict, match="网站"):
            withdraw(session, UNIT_FILE, "U2", NEXT)
        with pytest.raises(UnknownTarget):
            withdraw(session, UNIT_FILE, "U9", NEXT)
        with pytest.raises(HistoryFixed):
            withdraw(session, COLUMNS, COLUMNS.key_of_record(column), DAY - timedelta(days=1))
        withdraw(session, COLUMNS, COLUMNS.key_of_record(column), NEXT)
        assert len(register_as_of(session, DAY).columns["1502000011"]) == 2
        assert len(register_as_of(session, NEXT).columns["1502000011"]) == 1
        withdraw(session, OUTAGES, OUTAGES.key_of_record(register_as_of(session, NEXT).outages[0]), NEXT)
        assert len(register_as_of(session, NEXT).outages) == 1


def test_two_writers_at_once(tmp_path: Path) -> None:
    """The second writer has planned against a state that the first has changed since: it must not double a site."""
    import registry.importer as importer

    path = tmp_path / "r.db"
    folder = write_folder(tmp_path / "a")
    with database(path) as first, database(path) as second:
        reads = {
            kind.name: importer.read_kind(folder / f"{kind.name}.csv", kind)
            for kind in STORED
            if (folder / f"{kind.name}.csv").exists()
        }
        planned = importer.plan_import(first, reads, skip_bad_rows=False)
        first.rollback()
        import_folder(second, folder, DAY)
        with pytest.raises(FilingConflict):
            importer.write(first, [plan for plan, _ in planned], DAY)
        first.rollback()
        assert rows_written(first) == 4


def test_a_database_that_cannot_be_written(tmp_path: Path) -> None:
    path = tmp_path / "r.db"
    with database(path) as session:
        import_folder(session, write_folder(tmp_path / "a"), DAY)
    with sqlite3.connect(path) as raw:
        raw.execute(
            "CREATE TRIGGER refuse BEFORE INSERT ON registry_account BEGIN SELECT RAISE(FAIL, 'disk'); END"
        )
    raw.close()
    sites = [*SITES, dict(SITES[0]) | {"site_code": "1502000012"}]
    accounts = [*ACCOUNTS, dict(ACCOUNTS[0]) | {"account_id": "A2"}]
    with database(path) as session:
        with pytest.raises(RegistryError) as failed:
            import_folder(session, write_folder(tmp_path / "b", sites=sites, accounts=accounts), NEXT)
        assert len(str(failed.value)) < 400
        assert rows_written(session) == 4  # the site that was written before the account failed is gone again


# --- history as a property -----------------------------------------------------------------------------------

NAMES = st.sampled_from(["甲", "乙", "丙"])
IMPORTS = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.dictionaries(st.sampled_from(["1502000011", "1502000012", "bm01000001"]), NAMES, min_size=1),
    ),
    min_size=1,
    max_size=6,
)


@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(imports=IMPORTS)
def test_as_of_any_day_returns_what_was_filed_then(
    tmp_path: Path, imports: list[tuple[int, dict[str, str]]]
) -> None:
    """A naive model — the whole state copied for every day — agrees with the versions on every day."""
    folder = write_folder(tmp_path / "in")
    day = DAY
    state: dict[str, str] = {}
    kept: dict[date, dict[str, str]] = {}
    with database() as session:
        import_file(session, folder / "units.csv", "units", DAY)
        for pause, sites in imports:
            for passed in range(pause):
                kept[day + timedelta(days=passed)] = dict(state)
            day += timedelta(days=pause)
            rows = [dict(SITES[0]) | {"site_code": code, "name": name} for code, name in sites.items()]
            path = write_csv(folder / "sites.csv", rows)
            report = import_file(session, path, "sites", day)
            new = {code for code in sites if code not in state}
            differs = {code for code, name in sites.items() if state.get(code, name) != name}
            assert set(report.file("sites").added) == new
            assert {one.key for one in report.file("sites").changed} == differs
            assert set(report.file("sites").missing) == set(state) - set(sites)
            state |= sites
            kept[day] = dict(state)
            written = rows_written(session)
            import_file(session, path, "sites", day)  # again: nothing
            assert rows_written(session) == written
        for past, names in kept.items():
            assert {code: one.name for code, one in register_as_of(session, past).sites.items()} == names
        later = register_as_of(session, day + timedelta(days=400))
        assert {code: one.name for code, one in later.sites.items()} == state
        assert register_as_of(session, DAY - timedelta(days=1)).sites == {}
