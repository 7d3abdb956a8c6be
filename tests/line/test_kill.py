"""kill -9 at ten moments, over all phases, and the result is that of a run that nobody disturbed."""

from __future__ import annotations

import json
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
from commandline import Office
from small import AS_OF, FAULTY, STALE
from sqlmodel import Session

from monitor.casework.decision_file import read_decisions
from monitor.casework.decisions import record
from monitor.collect.archive import read_record
from monitor.documents.write import write_documents
from monitor.ledger.codec import encode
from monitor.ledger.engine import open_engine, upgrade
from monitor.rounds.adopted import adopted
from monitor.rounds.draw import Shares
from monitor.rounds.environment import environment_of, frozen_settings
from monitor.rounds.plan import RoundPlan, plan_round
from monitor.rounds.run import run_round
from monitor.rounds.store import open_round
from monitor.rounds.verdicts import verdict_lines
from monitor.settings import Settings
from monitor.times import now
from registry.importer import import_folder

SEED = 20260928
SILENT_ACCOUNTS = 500  # without a source: they cost nothing, and make looking and judging last a moment
TARGETS = 5 + 20 + SILENT_ACCOUNTS
ISSUED = date(2026, 9, 29)
PATIENCE_S = 60.0
PACE = {"connections_per_address": 4, "requests_per_second": 0.0, "processes": 1}


@pytest.fixture
def estate(tmp_path: Path) -> Iterator[Path]:
    """The small estate in a process of its own; the folder of its spreadsheets."""
    folder = tmp_path / "in"
    program = Path(__file__).with_name("small.py")
    process = subprocess.Popen(
        [sys.executable, str(program), str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    with (folder / "accounts.csv").open("a", encoding="utf-8") as file:
        for number in range(SILENT_ACCOUNTS):
            file.write(
                f"s{number:03},微博,{7_000_000 + number},测试发布s{number},U{number % 3 + 1},,自管,正常\n"
            )
    (folder / "decisions.csv").write_text(
        "对象,指标编号,决定,审核人,理由\n"
        f"{STALE},W-V3,确认,审核员甲,\n{FAULTY},W-V2,确认,审核员甲,\n"
        "a11,N-V2,确认,审核员乙,\na12,N-V2,驳回,审核员乙,已在别的平台发布\n",
        encoding="utf-8",
    )
    yield folder
    process.communicate(timeout=PATIENCE_S)


@dataclass
class Undisturbed:
    """The round that nobody kills, walked in this process."""

    folder: Path
    home: Path
    settings: Settings = field(init=False)

    def __post_init__(self) -> None:
        self.settings = Settings(
            home=self.home,
            db=None,
            hosts_file=self.folder / "hosts.txt",
            **PACE,  # type: ignore[arg-type]
        )
        upgrade(self.settings.database_url)
        self.engine = open_engine(self.settings.database_url)
        with Session(self.engine) as session:
            import_folder(session, self.folder, now().date())

    def walk(self, out: Path) -> None:
        plan = RoundPlan(
            round_id="R1",
            as_of=AS_OF,
            seed="s",
            shares=Shares.parse("1"),
            adopted=adopted(self.settings.system),
            compressed=True,
            hosts_file=True,
            settings=frozen_settings(self.settings),
        )
        with Session(self.engine) as session:
            plan_round(session, plan, now())
        run_round(self.engine, "R1", environment_of(self.settings))
        record(self.engine, "R1", read_decisions(self.folder / "decisions.csv"), now())
        write_documents(self.engine, open_round(self.engine, "R1"), self.settings, ISSUED, out)


@dataclass
class Killer:
    """Starts commands, waits for a moment and kills them; knows which phase each kill has hit."""

    office: Office
    random: random.Random
    hits: Counter[str] = field(default_factory=Counter)

    def query(self, text: str) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(f"file:{self.office.db}?mode=ro", uri=True)) as connection:
            return connection.execute(text).fetchall()

    def phase(self, name: str) -> tuple[object, ...] | None:
        """(finished, touched) of a phase, None where it has never begun."""
        rows = self.query(f"select finished_at, updated_at from ledger_phase where name = '{name}'")
        return rows[0] if rows else None

    def kill(self, words: list[str], moment: Callable[[int], bool], within: float) -> None:
        """Kill a command a random while after its moment has come; it must still have been alive."""
        process = self.office.start(words)
        try:
            deadline = time.monotonic() + PATIENCE_S
            while not moment(process.pid):
                assert process.poll() is None, (words, self.office.said(process))
                assert time.monotonic() < deadline, words
                time.sleep(0.0005)
            time.sleep(self.random.uniform(0, within))
        finally:
            process.kill()
        assert process.wait(PATIENCE_S) == -signal.SIGKILL, words
        self.office.wait_until_alone()

    def kill_in(self, name: str, within: float) -> None:
        """Kill the run of the round in one of its phases."""
        before = self.phase(name)

        def begun(_pid: int) -> bool:
            row = self.phase(name)
            return row is not None and row != before and row[0] is None

        self.kill(["round", "run", "R1"], begun, within)
        unfinished = self.query("select name from ledger_phase where finished_at is null")
        assert len(unfinished) <= 1
        self.hits.update(str(name) for (name,) in unfinished)

    def has_open(self, path: Path) -> Callable[[int], bool]:
        """A moment: the process has that file open."""

        def opened(pid: int) -> bool:
            try:
                return any(one.readlink() == path for one in Path(f"/proc/{pid}/fd").iterdir())
            except (FileNotFoundError, PermissionError):
                return False

        return opened


def test_ten_kills_change_nothing(estate: Path, tmp_path: Path) -> None:
    calm = Undisturbed(estate, tmp_path / "calm")
    calm.engine.dispose()
    shutil.copytree(calm.home, tmp_path / "wild")
    calm.walk(tmp_path / "calm-out")
    office = Office(
        tmp_path / "wild",
        {"MONITOR_HOSTS_FILE": str(estate / "hosts.txt")}
        | {f"MONITOR_{k.upper()}": str(v) for k, v in PACE.items()},
    )
    killer = Killer(office, random.Random(SEED))
    out = tmp_path / "wild-out"

    plan = ["round", "plan", "R1", "--as-of", AS_OF.isoformat(), "--seed", "s", "--compressed"]
    killer.kill(plan, killer.has_open(office.db), within=0.05)
    drawn = planned_whole_or_not_at_all(killer)
    if not drawn:
        office.must(*plan)
    for name, within in (
        ("visits", 0.0), ("visits", 1.5), ("crawl", 0.0), ("crawl", 1.0),
        ("accounts", 0.0), ("accounts", 0.3), ("judge", 0.0),
    ):  # fmt: skip
        killer.kill_in(name, within)
    assert set(killer.hits) == {"visits", "crawl", "accounts", "judge"}, killer.hits
    assert office.run("report", "R1", "--out", str(out)).code == 1
    office.must("round", "run", "R1")
    assert {
        name for (name,) in killer.query("select name from ledger_phase where finished_at is null")
    } == set()

    office.must("review", "import", "R1", str(estate / "decisions.csv"))
    report = ["report", "R1", "--out", str(out), "--issued-on", str(ISSUED)]
    for within in (0.2, 1.5):
        killer.kill(report, lambda _pid: out.is_dir(), within)
        every_document_is_whole(out)
    office.must(*report)

    assert canonical(calm.settings) == canonical(calm.settings.model_copy(update={"home": office.home}))
    assert summary(out) == summary(tmp_path / "calm-out")
    assert documents(out) == documents(tmp_path / "calm-out")
    assert rows(office.home) == rows(calm.home)
    assert every_kept_answer_opens(office.home) == every_kept_answer_opens(calm.home) > 80
    office.wait_until_alone()


def planned_whole_or_not_at_all(killer: Killer) -> bool:
    rounds = killer.query("select count(*) from ledger_round")[0][0]
    targets = killer.query("select count(*) from ledger_round_target")[0][0]
    assert (rounds, targets) in ((0, 0), (1, TARGETS))
    return rounds == 1


def canonical(settings: Settings) -> list[bytes]:
    engine = open_engine(settings.database_url)
    lines = [encode(line) for line in verdict_lines(engine, "R1", canonical=True)]
    engine.dispose()
    assert len(lines) == 5 * 6 + (20 + SILENT_ACCOUNTS) * 3
    return lines


def summary(folder: Path) -> object:
    return json.loads((folder / "summary.json").read_text(encoding="utf-8"))


def documents(folder: Path) -> list[str]:
    """Which documents there are; nothing half-written lies about."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def every_document_is_whole(folder: Path) -> None:
    for path in folder.rglob("*.docx"):
        assert zipfile.ZipFile(path).testzip() is None
    for path in folder.glob("*.pdf"):
        assert path.read_bytes().rstrip().endswith(b"%%EOF")
    for path in folder.glob("summary.json"):
        json.loads(path.read_text(encoding="utf-8"))
    scores = folder / "scores"
    assert not scores.exists() or len(list(scores.iterdir())) == TARGETS + 1


def rows(home: Path) -> dict[str, Counter[tuple[object, ...]]]:
    """What was asked and answered, without moments: nothing is missing and nothing was booked twice."""
    queries = {
        "visits": "select target, slot, attempt, status, failure, void, sha256 from ledger_visit",
        "pages": "select target, want, url, final_url, method, status, failure, sha256 from ledger_page",
        "facts": "select target, kind from ledger_facts",
        "notices": "select number, unit_id, issued_on, deadline, findings from ledger_notice",
    }
    with closing(sqlite3.connect(home / "monitor.db")) as connection:
        return {name: Counter(connection.execute(text).fetchall()) for name, text in queries.items()}


def every_kept_answer_opens(home: Path) -> int:
    """How many rows name a place in the archive; each opens there and has the digest that the row tells."""
    kept = 0
    with closing(sqlite3.connect(home / "monitor.db")) as connection:
        for table in ("ledger_visit", "ledger_page"):
            places = f'select warc, "offset", length, sha256 from {table} where warc is not null'
            for warc, offset, length, digest in connection.execute(places):
                body = read_record(home / "evidence" / "R1" / warc, offset, length)[1]
                assert sha256(body).hexdigest() == digest or not body
                kept += 1
    return kept
