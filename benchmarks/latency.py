"""The crawl's wall time against its politeness bound, over the still estate with its hosts' latencies.

The latencies are stretched until the bound is long enough to be judged and the processor has time to spare:
what is measured here is the scheduler, not the machine.
"""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks.estate import ROOT, BenchEstate, StillEstate
from benchmarks.measure import run_measured

LEAST_BOUND_S = 60.0
WANTED_BOUND_S = 100.0
"""The generator's estimate counts every page, a crawl asks for somewhat less."""
TARGET = 1.25


@dataclass(frozen=True, slots=True)
class AgainstBound:
    """Wall and bound in seconds, and why the figure says nothing, where it does not."""

    wall_s: float
    bound_s: float
    cpu_s: float
    requests: int
    void: str

    @property
    def times(self) -> float:
        """Wall divided by bound."""
        return self.wall_s / self.bound_s if self.bound_s else float("inf")

    def says(self) -> str:
        """One line for a reader."""
        judged = f"void: {self.void}" if self.void else "met" if self.times <= TARGET else "not met"
        return (
            f"crawl under latency: {self.wall_s:.1f} s wall, bound {self.bound_s:.1f} s, {self.times:.2f} x "
            f"(target {TARGET} x: {judged}); {self.requests} requests, {self.cpu_s:.1f} CPU-s"
        )


def against_bound(estate: BenchEstate, work: Path, processes: int, cores: int) -> AgainstBound:
    """Crawl the estate once under latency."""
    home = work / "latency"
    shutil.rmtree(home, ignore_errors=True)
    factor = max(1.0, WANTED_BOUND_S / max(estate.bound_s, 0.1))
    run_measured([sys.executable, "-m", "benchmarks.ours", "prepare", estate.folder, home], ROOT)
    with StillEstate(estate.folder, factor):
        command: list[str | Path] = [
            sys.executable,
            "-m",
            "benchmarks.ours",
            "run",
            estate.folder,
            home,
            str(processes),
        ]
        ran = run_measured(command, ROOT)
    said = json.loads(ran.printed)
    bound = float(said["bound_s"])
    return AgainstBound(
        wall_s=float(said["crawl_wall_s"]),
        bound_s=bound,
        cpu_s=ran.cost.cpu_s,
        requests=int(said["requests"]),
        void=why_void(bound, ran.cost.cpu_s, cores),
    )


def why_void(bound_s: float, cpu_s: float, cores: int) -> str:
    """Why a wall time against its bound says nothing of the scheduler; empty where it does."""
    if cpu_s > bound_s * cores:
        return f"the run's {cpu_s:.0f} CPU-s exceed the bound times {cores} cores, so the processor decided"
    if bound_s < LEAST_BOUND_S:
        return f"the bound is under {LEAST_BOUND_S:.0f} s, the estate is too small"
    return ""
