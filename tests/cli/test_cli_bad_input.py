"""Bad input gets one clear line on the error stream, no traceback, and nothing half done."""

from __future__ import annotations

import re
import shutil
import sqlite3
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest
from commandline import Office, Said
from forked import forked
from small import STALE

FIRST_COMMANDS = [
    ["registry", "show"],
    ["registry", "import", "{folder}"],
    ["registry", "export", "{out}"],
    ["round", "plan", "R1", "--as-of", "2026-09-28"],
    ["round", "run", "R1"],
    ["round", "status", "R1"],
    ["round", "list"],
    ["round", "close", "R1", "--by", "审核员甲"],
    ["review", "list", "R1"],
    ["review", "decide", "R1", STALE, "W-V3", "确认", "--by", "审核员甲"],
    ["review", "import", "R1", "{folder}/units.csv"],
    ["verdicts", "R1"],
    ["scores", "R1"],
    ["report", "R1", "--out", "{out}"],
    ["serve", "--until-idle"],
]


def joined(value: object) -> str:
    """The words of a parameter as the name of a test."""
    return " ".join(value) if isinstance(value, list) else str(value)


def refused(said: Said, code: int, *words: str) -> None:
    """One line in Chinese that says all these words, and the exit code."""
    assert "Traceback" not in said.err, said.err
    assert said.code == code, said
    assert said.out == ""
    for word in words:
        assert word in said.err, said.err
    if code != 2 or not said.err.startswith("Usage"):
        lines = said.err.rstrip("\n").split("\n")
        assert re.match(r"(错误|设置有误) .*[\u4e00-\u9fff]", lines[0])


def one_line(said: Said, code: int, *words: str) -> None:
    refused(said, code, *words)
    assert len(said.err.rstrip("\n").split("\n")) == 1, said.err


def content(office: Office) -> str:
    """A digest of everything that the database holds."""
    with closing(sqlite3.connect(office.db)) as connection:
        return sha256("\n".join(connection.iterdump()).encode()).hexdigest()


# ---- before anything was made


@pytest.mark.parametrize("words", FIRST_COMMANDS, ids=lambda words: " ".join(words[:2]))
def test_a_database_that_was_never_made_is_named_and_not_made(
    fresh: Office, folder: Path, tmp_path: Path, words: list[str]
) -> None:
    filled = [word.format(folder=folder, out=tmp_path / "out") for word in words]
    one_line(forked(fresh, *filled), 1, "数据库尚未建立", "monitor init")
    assert not fresh.db.exists()
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("address", "word"),
    [
        ("", "MONITOR_DB 为空"),
        ("nonsense://x", "nonsense"),
        ("postgresql+nodriver://x", "MONITOR_DB"),
        ("/proc/nowhere/m.db", "/proc/nowhere"),
        ("{folder}", "打不开"),
        ("{folder}/units.csv", "打不开"),
        ("sqlite://user:secret@host:x:y/z", "MONITOR_DB"),
    ],
)
def test_an_unusable_database_is_named(fresh: Office, folder: Path, address: str, word: str) -> None:
    before = (folder / "units.csv").read_bytes()
    office = Office(fresh.home, {"MONITOR_DB": address.format(folder=folder)})
    for words in (["init"], ["rehearse", str(folder)]):
        said = forked(office, *words)
        one_line(said, 1, word)
        assert "secret" not in said.err
    assert (folder / "units.csv").read_bytes() == before


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MONITOR_PROCESSES", "0"),
        ("MONITOR_PROCESSES", "两个"),
        ("MONITOR_CONNECTIONS_PER_ADDRESS", "65"),
        ("MONITOR_REQUESTS_PER_SECOND", "-1"),
        ("MONITOR_HOSTS_FILE", "/nowhere/hosts.txt"),
        ("MONITOR_CA_FILE", "/nowhere/ca.pem"),
        ("MONITOR_WORKING_DAYS_FILE", "/nowhere/days.csv"),
        ("MONITOR_NOTICE_DAYS", "0"),
        ("MONITOR_CLOSED_NETWORK", "也许"),
    ],
)
def test_a_bad_setting_is_named_by_its_variable(fresh: Office, name: str, value: str) -> None:
    office = Office(fresh.home, {name: value})
    for words in (["init"], ["round", "status", "R1"]):
        one_line(forked(office, *words), 2, "设置有误", name)
    assert not fresh.db.exists()


def test_an_unknown_indicator_system_is_named_with_those_there_are(mine: Office) -> None:
    before = content(mine)
    office = Office(mine.home, {"MONITOR_SYSTEM": "national-1999", **mine.settings})
    one_line(
        forked(office, "round", "plan", "R2", "--as-of", "2026-09-28"), 1, "national-1999", "national-2019"
    )
    assert content(mine) == before


# ---- registry


def test_a_missing_folder_is_named(fresh: Office, tmp_path: Path) -> None:
    assert forked(fresh, "init").code == 0
    one_line(forked(fresh, "rehearse", str(tmp_path / "nowhere")), 1, "nowhere")
    said = forked(fresh, "registry", "import", str(tmp_path / "nowhere"))
    one_line(said, 1, "nowhere")


def test_a_bad_row_is_named_with_file_row_column_value_and_nothing_is_taken(
    fresh: Office, folder: Path
) -> None:
    assert forked(fresh, "init").code == 0
    before = content(fresh)
    with (folder / "sites.csv").open("a", encoding="gb18030") as file:
        file.write("1501000009,坏网站,ftp://www9.example.gov.cn/,U1,部门网站,正常\n")
    said = forked(fresh, "registry", "import", str(folder))
    refused(said, 1, "sites.csv", "第7行", "首页网址", "ftp://www9.example.gov.cn/", "未写入任何数据")
    assert content(fresh) == before
    assert forked(fresh, "registry", "import", str(folder), "--skip-bad-rows").code == 0
    with closing(sqlite3.connect(fresh.db)) as connection:
        assert connection.execute("select count(*) from registry_site").fetchone() == (5,)


def test_a_rehearsal_with_a_bad_row_takes_nothing_and_plans_nothing(fresh: Office, folder: Path) -> None:
    with (folder / "accounts.csv").open("a", encoding="utf-8") as file:
        file.write("a99,不知名平台,h,名,U1,,自管,正常\n")
    refused(forked(fresh, "rehearse", str(folder)), 1, "accounts.csv", "第22行", "不知名平台")
    with closing(sqlite3.connect(fresh.db)) as connection:
        for table in ("registry_site", "registry_account", "ledger_round", "ledger_round_target"):
            assert connection.execute(f"select count(*) from {table}").fetchone() == (0,)


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["--share", "0"], 1, "'0'"),
        (["--share", "1.01"], 1, "'1.01'"),
        (["--share", "一半"], 1, "一半"),
        (["--share", "省级=1"], 1, "省级"),
        (["--as-of", "昨天"], 2, "昨天"),
        (["--as-of", "2026-02-30"], 2, "2026-02-30"),
    ],
    ids=joined,
)
def test_a_rehearsal_that_cannot_be_planned_makes_nothing(
    fresh: Office, folder: Path, words: list[str], code: int, says: str
) -> None:
    refused(forked(fresh, "rehearse", str(folder), *words), code, says)
    assert not fresh.db.exists()


# ---- rounds


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["R2", "--as-of", "2026-09-28", "--share", "2"], 1, "'2'"),
        (["R2", "--as-of", "2026-09-28", "--share", "0.3,旗县=nan"], 1, "nan"),
        (["R2", "--as-of", "2026-09-28", "--share", "0.3x"], 1, "0.3x"),
        (["R2", "--as-of", "2026-09-28", "--share", "0.1"], 1, "最低比例"),
        (["R2", "--as-of", "2026-09-31"], 2, "2026-09-31"),
        (["R2", "--as-of", "下周"], 2, "下周"),
        (["R2", "--as-of", "2026-09-28", "--starts-at", "明天"], 2, "明天"),
        (["R2"], 2, "--as-of"),
        (["R1", "--as-of", "2026-09-28"], 1, "已经存在"),
        (["../R2", "--as-of", "2026-09-28"], 1, "../R2"),
        (["R/2", "--as-of", "2026-09-28"], 1, "R/2"),
        (["", "--as-of", "2026-09-28"], 1, "轮次名称"),
        (["x" * 41, "--as-of", "2026-09-28"], 1, "轮次名称"),
        (["scheduler", "--as-of", "2026-09-28"], 1, "轮次名称"),
        (["R2", "--as-of", "2026-09-28", "--inclusions", "/nowhere/must.csv"], 1, "must.csv"),
    ],
    ids=joined,
)
def test_a_round_that_cannot_be_planned_is_not_there_afterwards(
    mine: Office, words: list[str], code: int, says: str
) -> None:
    before = content(mine)
    refused(forked(mine, "round", "plan", *words), code, says)
    assert content(mine) == before


def test_an_inclusion_that_is_not_registered_is_named(mine: Office, tmp_path: Path) -> None:
    path = tmp_path / "must.csv"
    path.write_text("对象,理由\n1501999999,群众反映\n", encoding="utf-8")
    before = content(mine)
    said = forked(mine, "round", "plan", "R2", "--as-of", "2026-09-28", "--inclusions", str(path))
    one_line(said, 1, "1501999999")
    assert content(mine) == before


@pytest.mark.parametrize(
    "words",
    [
        ["round", "run", "NOPE"],
        ["round", "status", "NOPE"],
        ["round", "status", "NOPE", "--json"],
        ["round", "close", "NOPE", "--by", "审核员甲"],
        ["verdicts", "NOPE"],
        ["scores", "NOPE", "--format", "jsonl"],
        ["report", "NOPE", "--out", "{out}"],
        ["review", "list", "NOPE"],
        ["review", "decide", "NOPE", STALE, "W-V3", "确认", "--by", "审核员甲"],
        ["registry", "export", "{out}", "--round", "NOPE"],
    ],
    ids=lambda words: " ".join(words[:2]),
)
def test_an_unknown_round_is_named(mine: Office, tmp_path: Path, words: list[str]) -> None:
    before = content(mine)
    filled = [word.format(out=tmp_path / "out") for word in words]
    one_line(forked(mine, *filled), 1, "没有轮次 NOPE")
    assert content(mine) == before
    assert not (tmp_path / "out").exists()
    assert not (mine.home / "evidence" / "NOPE").exists()


def test_a_round_is_not_run_with_other_name_resolution_than_it_was_planned_with(mine: Office) -> None:
    before = content(mine)
    said = forked(Office(mine.home, {}), "round", "run", "R1")
    one_line(said, 1, "MONITOR_HOSTS_FILE")
    assert content(mine) == before


# ---- review


def test_an_unknown_decision_word_is_named_with_those_there_are(mine: Office) -> None:
    before = content(mine)
    said = forked(mine, "review", "decide", "R1", STALE, "W-V3", "同意", "--by", "审核员甲")
    refused(said, 2, "同意", "确认", "驳回", "再查")
    assert content(mine) == before


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ([STALE, "W-V9", "确认", "--by", "审核员甲"], "没有这条判定"),
        (["1501999999", "W-V3", "确认", "--by", "审核员甲"], "没有这条判定"),
        ([STALE, "W-V2", "确认", "--by", "审核员甲"], "不需要人工审核"),
        ([STALE, "W-V3", "驳回", "--by", "审核员甲"], "须写明理由"),
        ([STALE, "W-V3", "确认", "--by", " "], "没有写明审核人"),
    ],
)
def test_a_decision_that_cannot_be_taken_is_not(mine: Office, words: list[str], says: str) -> None:
    before = content(mine)
    one_line(forked(mine, "review", "decide", "R1", *words), 1, says)
    assert content(mine) == before


def test_one_bad_row_keeps_a_file_of_decisions_out(mine: Office, tmp_path: Path) -> None:
    path = tmp_path / "decisions.csv"
    path.write_text(
        f"对象,指标编号,决定,审核人,理由\n{STALE},W-V3,确认,审核员甲,\n{STALE},W-V5,同意,审核员甲,\n",
        encoding="utf-8",
    )
    before = content(mine)
    one_line(forked(mine, "review", "import", "R1", str(path)), 1, "decisions.csv", "第 3 行", "同意")
    assert content(mine) == before


# ---- documents


def test_documents_cannot_be_written_over_a_file(mine: Office, tmp_path: Path) -> None:
    path = tmp_path / "taken"
    path.write_text("mine", encoding="utf-8")
    one_line(forked(mine, "report", "R1", "--out", str(path)), 1, str(path))
    one_line(forked(mine, "report", "R1", "--out", str(path / "below")), 1, str(path))
    assert path.read_text(encoding="utf-8") == "mine"


def test_a_calendar_that_is_none_is_named(mine: Office, folder: Path, tmp_path: Path) -> None:
    office = Office(mine.home, {"MONITOR_WORKING_DAYS_FILE": str(folder / "units.csv")})
    refused(forked(office, "report", "R1", "--out", str(tmp_path / "out")), 1, "units.csv")


def test_a_bad_day_of_issue_is_wrong_usage(mine: Office, tmp_path: Path) -> None:
    said = forked(mine, "report", "R1", "--out", str(tmp_path / "out"), "--issued-on", "月底")
    refused(said, 2, "月底")
    assert not (tmp_path / "out").exists()


def test_an_unknown_answer_to_filter_by_is_wrong_usage(judged: Office) -> None:
    refused(forked(judged, "verdicts", "R1", "--answer", "好"), 2, "好")


def test_text_from_outside_prints_as_text(fresh: Office, tmp_path: Path) -> None:
    assert forked(fresh, "init").code == 0
    said = forked(fresh, "inspect", "[red]:x:[/red]")
    one_line(said, 1, "[red]:x:[/red]")


def test_a_half_judged_round_is_not_told(mine: Office, tmp_path: Path) -> None:
    with closing(sqlite3.connect(mine.db)) as connection, connection:
        connection.execute("update ledger_phase set finished_at = null where name = 'judge'")
    for words in (["report", "R1", "--out", str(tmp_path / "out")], ["scores", "R1"]):
        one_line(forked(mine, *words), 1, "尚未判定完", "monitor round run R1")
    assert not (tmp_path / "out").exists()


def test_a_long_running_service_refuses_a_hosts_file(judged: Office) -> None:
    one_line(forked(judged, "serve", "--until-idle"), 2, "MONITOR_HOSTS_FILE", "--closed-network")


def test_a_copy_of_a_future_database_is_refused(mine: Office, tmp_path: Path) -> None:
    future = Office(tmp_path / "future", {})
    shutil.copytree(mine.home, future.home)
    with closing(sqlite3.connect(future.db)) as connection, connection:
        connection.execute("update alembic_version set version_num = 'future'")
    one_line(forked(future, "verdicts", "R1"), 1, "future", "monitor init")
