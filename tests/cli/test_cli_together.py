"""Two processes at once: one works, the other is told who does; a third watches the counters grow."""

from __future__ import annotations

import json
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from commandline import Office
from forked import forked
from small import AS_OF, FAULTY, SmallEstate

PATIENCE_S = 60.0
PLAN = ["round", "plan", "R1", "--as-of", AS_OF.isoformat(), "--seed", "s", "--compressed"]


@pytest.fixture
def office(folder: Path, tmp_path: Path) -> Iterator[Office]:
    """An office with a planned round on an estate that takes its time."""
    estate = SmallEstate(folder, down=(FAULTY,), delay_s=0.03)
    estate.start()
    made = Office(
        tmp_path / "data",
        {
            "MONITOR_HOSTS_FILE": str(folder / "hosts.txt"),
            "MONITOR_REQUESTS_PER_SECOND": "0",
            "MONITOR_PROCESSES": "1",
        },
    )
    assert forked(made, "init").code == 0
    assert forked(made, "registry", "import", str(folder)).code == 0
    yield made
    estate.stop()


def begun(office: Office, phase: str) -> bool:
    with closing(sqlite3.connect(f"file:{office.db}?mode=ro", uri=True)) as connection:
        query = "select count(*) from ledger_phase where name = ?"
        return bool(connection.execute(query, (phase,)).fetchone()[0])


def wait_for(office: Office, phase: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not begun(office, phase):
        assert time.monotonic() < deadline, phase
        time.sleep(0.01)


def done(office: Office) -> dict[str, tuple[int, int]]:
    said = forked(office, "round", "status", "R1", "--json")
    assert (said.code, said.err) == (0, "")
    return {phase["name"]: (phase["done"], phase["total"]) for phase in json.loads(said.out)["phases"]}


def test_one_runs_the_round_while_others_are_told_and_watch(office: Office) -> None:
    assert forked(office, *PLAN).code == 0
    assert done(office) == {}
    runner = office.start(["round", "run", "R1"])
    try:
        wait_for(office, "visits")
        second = forked(office, "round", "run", "R1")
        assert second.code == 3
        assert second.err == f"错误 轮次 R1 正由另一个进程 (pid {runner.pid}) 执行\n"
        seen: list[int] = []
        while runner.poll() is None:
            phases = done(office)
            assert all(count <= total for count, total in phases.values()), phases
            seen.append(sum(count for count, _ in phases.values()))
        said = office.said(runner)
    finally:
        runner.kill()
        runner.wait()
    assert said.code == 0, said
    assert seen == sorted(seen)
    assert len(set(seen)) >= 3, seen
    assert done(office) == {"visits": (700, 700), "crawl": (5, 5), "accounts": (20, 20), "judge": (25, 25)}


def test_one_scheduler_leads_and_the_other_leaves(office: Office) -> None:
    leader = office.start(["serve", "--tick", "0.2", "--closed-network"])
    try:
        deadline = time.monotonic() + PATIENCE_S
        while "已启动" not in (office.home / "said.out").read_text(encoding="utf-8"):
            assert time.monotonic() < deadline
            assert leader.poll() is None
            time.sleep(0.05)
        second = forked(office, "serve", "--tick", "0.2", "--closed-network")
        assert second.code == 3
        assert second.err == f"错误 调度服务 正由另一个进程 (pid {leader.pid}) 执行\n"
        assert leader.poll() is None
        assert forked(office, *PLAN).code == 0
        wait_for(office, "visits")  # the leader's own tick started it
        by_hand = forked(office, "round", "run", "R1")
        assert by_hand.code == 3
        assert f"pid {leader.pid}" in by_hand.err
        leader.send_signal(signal.SIGTERM)
        said = office.said(leader)
    finally:
        leader.kill()
        leader.wait()
    assert said.code == 0, said
    with closing(sqlite3.connect(office.db)) as connection:
        work = connection.execute("select key, tries, finished_at is not null from ledger_work").fetchall()
    assert work == [("round:R1", 1, 1)]
    assert done(office)["judge"] == (25, 25)  # what it had begun it brought to its end
    assert office.processes() == []


def test_the_next_leader_goes_on_where_a_killed_one_stopped(office: Office) -> None:
    assert forked(office, *PLAN).code == 0
    serve = ["serve", "--tick", "0.2", "--until-idle", "--closed-network"]
    killed = office.start(serve)
    wait_for(office, "crawl")
    killed.kill()
    killed.wait()
    office.wait_until_alone()
    office.must(*serve)
    assert done(office)["judge"] == (25, 25)
    with closing(sqlite3.connect(office.db)) as connection:
        visits = connection.execute(
            "select count(*), count(distinct slot || target) from ledger_visit"
        ).fetchone()
        assert connection.execute("select key, tries from ledger_work").fetchall() == [("round:R1", 1)]
    assert visits == (700, 700)
