"""The first row: our crawl with full analysis beside Scrapy that only collects links, run by run in turn."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.errors import BenchmarkError, PeerAbsent
from benchmarks.estate import ROOT, BenchEstate, Pages, StillEstate
from benchmarks.measure import Ran, run_measured
from benchmarks.ours import CONNECTIONS
from benchmarks.peers.install import SCRAPY, install
from benchmarks.results import Row, Yield, absent, compare, same_work

WORK = "crawl with full analysis, facts and findings stored"
WORK_KEPT = "crawl with full analysis, evidence files kept as well"
PEER = "Scrapy (tuned, links only)"
TARGET = 8.0
SPIDER = Path(__file__).parent / "peers" / "scrapy_links.py"
Say = Callable[[str], None]


@dataclass(slots=True)
class Turns:
    """What came of the turns so far; each list has one entry a turn."""

    bare: list[Yield] = field(default_factory=list)
    kept: list[Yield] = field(default_factory=list)
    peer: list[Yield] = field(default_factory=list)
    peer_version: str = ""


class CrawlBenchmark:
    """Runs both sides in turn against one still estate. Raises BenchmarkError where they do not do the same work."""

    def __init__(self, estate: BenchEstate, still: StillEstate, work: Path, processes: int, say: Say) -> None:
        self._estate, self._still, self._work = estate, still, work
        self._processes, self._say = processes, say
        self._prepared = work / "prepared"
        self._scrapy: Path | None = None

    def rows(self, turns: int) -> list[Row]:
        """Warm up, then `turns` times: the peer, ours without evidence files, ours with them; every other turn
        in the opposite order."""
        self._prepare()
        try:
            self._scrapy = install("scrapy", SCRAPY)
        except PeerAbsent as error:
            self._say(str(error))
        self._warm_up()
        seen = Turns()
        steps = [self._peer_turn, self._bare_turn, self._kept_turn]
        for turn in range(turns):
            for step in steps if turn % 2 == 0 else reversed(steps):
                step(seen)
        if not seen.peer:
            return [absent(WORK, seen.bare, PEER, TARGET), absent(WORK_KEPT, seen.kept, PEER, None)]
        return [
            compare(WORK, list(zip(seen.bare, seen.peer, strict=True)), PEER, seen.peer_version, TARGET),
            compare(WORK_KEPT, list(zip(seen.kept, seen.peer, strict=True)), PEER, seen.peer_version, None),
        ]

    def _prepare(self) -> None:
        shutil.rmtree(self._prepared, ignore_errors=True)
        run_measured(
            [sys.executable, "-m", "benchmarks.ours", "prepare", self._estate.folder, self._prepared], ROOT
        )

    def _warm_up(self) -> None:
        """One run of each, not measured: replies get made, and what only scripts lead to is told to the peer."""
        _, _, ours = self._run_ours(evidence=True)
        self._say(f"warm-up, ours: {len(ours)} pages")
        if self._scrapy is None:
            return
        self._write_job(frozenset())
        _, theirs = self._run_peer()
        behind_scripts = ours - theirs
        self._say(
            f"warm-up, peer: {len(theirs)} pages by links alone; {len(behind_scripts)} more, that only scripts "
            f"lead to, are told to it; {len(theirs - ours)} were fetched by it alone"
        )
        self._write_job(behind_scripts)
        same_work(WORK, len(ours), len(theirs | ours))

    # ---- the runs

    def _bare_turn(self, seen: Turns) -> None:
        ran, _, pages = self._run_ours(evidence=False)
        seen.bare.append(self._told("ours, no evidence files", ran, pages))

    def _kept_turn(self, seen: Turns) -> None:
        ran, said, pages = self._run_ours(evidence=True)
        seen.kept.append(self._told("ours, evidence kept", ran, pages))
        self._say(f"    {said['requests']} requests, {said['facts']} facts, {said['verdicts']} verdicts, "
                  f"{said['findings']} findings, {int(str(said['evidence_bytes'])) >> 20} MB of evidence")  # fmt: skip

    def _peer_turn(self, seen: Turns) -> None:
        if self._scrapy is None:
            return
        ran, pages = self._run_peer()
        seen.peer_version = str(json.loads(ran.printed)["version"])
        seen.peer.append(self._told(f"peer, {PEER}", ran, pages))

    def _run_ours(self, *, evidence: bool) -> tuple[Ran, dict[str, object], Pages]:
        home = self._work / "home"
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(self._prepared, home)
        command: list[str | Path] = [
            sys.executable,
            "-m",
            "benchmarks.ours",
            "run",
            self._estate.folder,
            home,
            str(self._processes),
        ]
        self._still.mark()
        ran = run_measured(command if evidence else [*command, "--without-evidence"], ROOT)
        said: dict[str, object] = json.loads(ran.printed)
        if said["facts"] != len(self._estate.homes) or not said["findings"]:
            raise BenchmarkError(f"{WORK}: not every site has its facts and the round its findings: {said}")
        return ran, said, self._still.pages(self._estate.site_hosts)

    def _run_peer(self) -> tuple[Ran, Pages]:
        assert self._scrapy is not None
        self._still.mark()
        ran = run_measured([self._scrapy, SPIDER, self._job], ROOT)
        return ran, self._still.pages(self._estate.site_hosts)

    @property
    def _job(self) -> Path:
        return self._work / "job.json"

    def _write_job(self, behind_scripts: Pages) -> None:
        schemes = {home.split("/")[2]: home.split(":")[0] for home in self._estate.homes}
        job = {
            "homes": self._estate.homes,
            "seeds": [f"{schemes[host]}://{host}{target}" for host, target in sorted(behind_scripts)],
            "hosts_file": str(self._estate.hosts_file),
            "connections": CONNECTIONS,
        }
        self._job.write_text(json.dumps(job), encoding="utf-8")

    def _told(self, name: str, ran: Ran, pages: Pages) -> Yield:
        cost, brought = ran.cost, Yield(len(pages), ran.cost.cpu_s)
        self._say(
            f"{name:<32} {brought.pages:>6} pages {cost.cpu_s:>7.2f} CPU-s {cost.wall_s:>7.2f} s wall "
            f"{cost.peak_mb:>6.0f} MB  {brought.per_cpu_s:>7.1f} pages/CPU-s"
        )
        return brought
