"""Worker processes: same result as one, a deadly page costs its worker only, kill -9 at any moment loses nothing."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from hostile import Connection, LoopbackServer, page
from surveying import Learned, MemorySink, write_hosts

from monitor.collect.archive import read_record
from monitor.collect.errors import HostsFileError, RunBusy
from monitor.collect.failures import Failure
from monitor.collect.guard import AddressGuard, HostsFile
from monitor.collect.rows import PageRow, SiteJob
from monitor.collect.runlock import sole_run
from monitor.collect.settings import CollectSettings
from monitor.collect.shards import run_sharded, shard
from monitor.collect.turns import SharedTurns

FACTORY, READER = "surveying:survey_all", "surveying:read_page"
NAMES = [f"www.w{number}.gov.cn" for number in range(6)]
Make = Callable[..., CollectSettings]


async def site(connection: Connection) -> None:
    await asyncio.sleep(0.005)
    path = connection.asked.path
    if path == "/robots.txt":
        await connection.answer(status="404 Not Found")
    elif path.startswith("/hang"):
        await connection.answer(b"<html>HANG-THE-PARSER</html>")
    elif path.startswith("/crash"):
        await connection.answer(b"<html>CRASH-THE-PARSER</html>")
    else:
        number = int(path[2:-5]) if path.startswith("/p") else 0
        links = [f"/p{(number * 3 + step) % 25}.html" for step in range(4)]
        if connection.asked.host == NAMES[0] and number == 4:
            links += ["/hang.html"]
        if connection.asked.host == NAMES[1] and number == 7:
            links += ["/crash.html"]
        await connection.answer(page(f"{connection.asked.host}{path}", links, filler=20))


@pytest.fixture
def servers() -> Iterator[dict[str, LoopbackServer]]:
    made = {name: LoopbackServer(site, ip=f"127.0.4.{number + 1}") for number, name in enumerate(NAMES)}
    for server in made.values():
        server.__enter__()
    yield made
    for server in made.values():
        server.__exit__(None, None, None)


def hosts_of(servers: dict[str, LoopbackServer]) -> dict[str, str]:
    return {name: server.at for name, server in servers.items()}


def jobs(replay: MemorySink | None = None, done: set[str] | None = None) -> list[SiteJob]:
    return [
        SiteJob(name, f"http://{name}/", replay=replay.of(name) if replay else ())
        for name in NAMES
        if name not in (done or set())
    ]


def results(sink: MemorySink) -> dict[str, Learned]:
    return {name: msgspec.json.decode(payload, type=Learned) for name, payload in sink.payloads.items()}


def test_a_deadly_page_costs_its_worker_only(
    settings: Make, tmp_path: Path, servers: dict[str, LoopbackServer]
) -> None:
    chosen = settings(hosts_file=write_hosts(tmp_path, hosts_of(servers)), processes=2, parser_seconds=1.5)
    sink = MemorySink()
    run_sharded(chosen, jobs(), FACTORY, READER, sink)
    assert set(sink.payloads) == set(NAMES)
    assert not any(sink.failures.values())
    failures = {
        (name, url): failure
        for name, one in results(sink).items()
        for url, _, failure, _, _ in one.seen
        if failure
    }
    assert failures == {
        (NAMES[0], f"http://{NAMES[0]}/hang.html"): Failure.PARSER_FAILED,
        (NAMES[1], f"http://{NAMES[1]}/crash.html"): Failure.PARSER_FAILED,
    }
    for row in sink.rows:
        if row.failure == Failure.PARSER_FAILED:  # what killed the parser is kept as evidence
            assert row.offset is not None
            assert row.length is not None
            assert b"THE-PARSER" in read_record(chosen.evidence / str(row.warc), row.offset, row.length)[1]
    assert Counter(path for server in servers.values() for path in server.paths())["/crash.html"] == 1
    assert sink.told[-1].done == sink.told[-1].targets == 6


def test_rows_of_the_finished_run_are_each_on_disk_and_none_comes_twice(
    settings: Make, tmp_path: Path, servers: dict[str, LoopbackServer]
) -> None:
    chosen = settings(hosts_file=write_hosts(tmp_path, hosts_of(servers)), processes=2, parser_seconds=1.5)
    sink = MemorySink()
    run_sharded(chosen, jobs(), FACTORY, READER, sink)
    assert max(Counter((row.target, row.want, row.url) for row in sink.rows).values()) == 1
    for row in sink.rows:
        assert row.offset is not None
        assert row.length is not None
        read_record(chosen.evidence / str(row.warc), row.offset, row.length)


RUN = """
import json, sys
from pathlib import Path
import msgspec
from monitor.collect.rows import SiteJob
from monitor.collect.settings import CollectSettings
from monitor.collect.shards import run_sharded
from surveying import MemorySink

class FileSink(MemorySink):
    def pages(self, rows):
        with open(sys.argv[2], "ab") as file:
            for row in rows:
                file.write(msgspec.json.encode(row) + b"\\n")
    def site_done(self, target, payload, failure):
        with open(sys.argv[2], "ab") as file:
            file.write(b"!" + json.dumps([target, payload.decode(), failure]).encode() + b"\\n")

if __name__ == "__main__":
    task = json.loads(Path(sys.argv[1]).read_text())
    out = Path(sys.argv[2])
    rows, done = [], set()
    for line in out.read_bytes().splitlines() if out.exists() else []:
        if line[:1] == b"!":
            done.add(json.loads(line[1:])[0])
        else:
            rows.append(msgspec.json.decode(line, type=__import__("monitor.collect.rows", fromlist=["PageRow"]).PageRow))
    settings = CollectSettings(evidence=Path(task["evidence"]), hosts_file=Path(task["hosts"]), processes=2,
                               requests_per_second=0.0, commit_seconds=0.05, parser_seconds=1.5, retry_seconds=0.1)
    jobs = [SiteJob(n, f"http://{n}/", replay=tuple(r for r in rows if r.target == n)) for n in task["names"] if n not in done]
    run_sharded(settings, jobs, "surveying:survey_all", "surveying:read_page", FileSink())
"""


def test_kill_minus_nine_of_everything_and_going_on_gives_the_same(
    settings: Make, tmp_path: Path, servers: dict[str, LoopbackServer]
) -> None:
    hosts = write_hosts(tmp_path, hosts_of(servers))
    whole = MemorySink()
    run_sharded(settings(hosts_file=hosts, processes=2, parser_seconds=1.5), jobs(), FACTORY, READER, whole)
    script, out = tmp_path / "run.py", tmp_path / "rows.jsonl"
    script.write_text(RUN)
    (tmp_path / "task.json").write_text(
        json.dumps({"evidence": str(tmp_path / "killed"), "hosts": str(hosts), "names": NAMES})
    )
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent)}
    command = [sys.executable, str(script), str(tmp_path / "task.json"), str(out)]
    finished = False
    for attempt in range(12):
        process = subprocess.Popen(command, env=environment)
        try:
            process.wait(timeout=(1.2 + 0.35 * attempt) if attempt < 8 else 60)
            finished = process.returncode == 0
            break
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            # a row may be half written by the dying parent: the database would not have it
            text = out.read_bytes() if out.exists() else b""
            out.write_bytes(text[: text.rfind(b"\n") + 1])
    assert finished
    ends, rows = {}, []
    for line in out.read_bytes().splitlines():
        if line[:1] == b"!":
            target, payload, failure = json.loads(line[1:])
            assert failure is None
            ends[target] = msgspec.json.decode(payload, type=Learned)
        else:
            rows.append(msgspec.json.decode(line, type=PageRow))
    assert ends == results(whole)
    for row in rows:
        assert row.offset is not None
        assert row.length is not None
        read_record(tmp_path / "killed" / str(row.warc), row.offset, row.length)


def test_killing_a_worker_costs_nothing(
    settings: Make, tmp_path: Path, servers: dict[str, LoopbackServer]
) -> None:
    class Killer(MemorySink):
        killed = 0

        def pages(self, rows: list[PageRow]) -> None:
            super().pages(rows)
            if self.killed < 2:
                self.killed += 1
                children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
                workers = [
                    int(pid) for pid in children if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()
                ]
                os.kill(workers[0], signal.SIGKILL)

    hosts = write_hosts(tmp_path, hosts_of(servers))
    whole, hurt = MemorySink(), Killer()
    run_sharded(settings(hosts_file=hosts, processes=2, parser_seconds=1.5), jobs(), FACTORY, READER, whole)
    chosen = settings(
        hosts_file=hosts, processes=2, parser_seconds=1.5, evidence=tmp_path / "hurt", commit_seconds=0.05
    )
    run_sharded(chosen, jobs(), FACTORY, READER, hurt)
    assert hurt.killed == 2
    assert results(hurt) == results(whole)


def test_two_runs_never_write_into_one_folder(settings: Make, tmp_path: Path) -> None:
    hosts = write_hosts(tmp_path, {NAMES[0]: "127.0.0.1:9"})
    chosen = settings(hosts_file=hosts)
    with (
        sole_run(chosen.evidence),
        pytest.raises(RunBusy, match="另一次采集"),
        sole_run(chosen.evidence, 0.2),
    ):
        raise AssertionError("two at once")
    with sole_run(chosen.evidence, 0.2):
        pass


def test_bad_settings_are_a_clear_error_before_anything_starts(settings: Make, tmp_path: Path) -> None:
    (tmp_path / "hosts.txt").write_text("nonsense\n")
    with pytest.raises(HostsFileError, match="第 1 行"):
        run_sharded(settings(hosts_file=tmp_path / "hosts.txt"), jobs(), FACTORY, READER, MemorySink())


def test_whole_addresses_are_sharded_and_loads_are_even() -> None:
    lines = [f"h{number}.cn 127.0.9.{number // 3 + 1}:80" for number in range(30)]
    guard = AddressGuard(HostsFile.parse("\n".join(lines)))
    made = shard([SiteJob(f"h{n}.cn", f"http://h{n}.cn/", expected=n) for n in range(30)], 2, guard)
    places = [{guard.pin("http", job.target).ip for job in part} for part in made]
    assert not places[0] & places[1]
    loads = [sum(job.expected for job in part) for part in made]
    assert abs(loads[0] - loads[1]) <= max(loads) * 0.2
    assert sorted(job.target for part in made for job in part) == sorted(f"h{n}.cn" for n in range(30))


def test_slots_are_shared_between_processes_and_given_back_by_a_death(tmp_path: Path) -> None:
    turns = SharedTurns(tmp_path, 2, 0.0)
    holder = subprocess.Popen(
        [sys.executable, "-c",
         "import sys,time\nfrom pathlib import Path\nfrom monitor.collect.turns import SharedTurns\n"
         f"t=SharedTurns(Path({str(tmp_path)!r}),2,0.0)\nt.acquire('1.2.3.4',0.0)\nprint('held',flush=True)\ntime.sleep(60)"],
        stdout=subprocess.PIPE,
    )  # fmt: skip
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    slot, _ = turns.acquire("1.2.3.4", 0.0)
    assert slot >= 0
    assert turns.acquire("1.2.3.4", 0.0)[0] == -1
    assert turns.acquire("1.2.3.5", 0.0)[0] >= 0
    turns.release("1.2.3.4", slot)
    assert turns.acquire("1.2.3.4", 0.0)[0] >= 0
    holder.kill()
    holder.wait()
    assert turns.acquire("1.2.3.4", 0.0)[0] >= 0
    turns.close()


def test_the_rate_is_shared_between_processes(tmp_path: Path) -> None:
    one, other = SharedTurns(tmp_path, 2, 4.0), SharedTurns(tmp_path, 2, 4.0)
    now = time.monotonic()
    assert one.acquire("1.2.3.4", now) == (0, 0.0)
    slot, pause = other.acquire("1.2.3.4", now + 0.1)
    assert slot == -1
    assert pause == pytest.approx(0.15)
    assert other.acquire("1.2.3.4", now + 0.26)[0] >= 0
    one.close()
    other.close()
