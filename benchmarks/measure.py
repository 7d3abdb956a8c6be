"""What a command costs: wall, CPU of its whole process tree, peak memory of its largest process."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.errors import BenchmarkError

LAST_WORDS = 3000
PATIENCE_S = 1800.0
GLANCE_S = 0.05


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of wall time, user and system seconds of the tree, megabytes of the largest process."""

    wall_s: float
    cpu_s: float
    peak_mb: float


@dataclass(frozen=True, slots=True)
class Ran:
    """A command that ended well: what it cost and what it printed."""

    cost: Cost
    printed: str


def run_measured(command: Sequence[str | Path], cwd: Path, patience_s: float = PATIENCE_S) -> Ran:
    """Run a command to its end; BenchmarkError with its last words where it fails, or
    where it takes longer than `patience_s`; then all its processes are ended.

    `wait4` counts the process and all descendants that were waited for, which is every worker of ours.
    """
    words = [str(word) for word in command]
    with tempfile.TemporaryFile("w+") as printed, tempfile.TemporaryFile("w+") as said:
        started = time.monotonic()
        process = subprocess.Popen(
            words, stdin=subprocess.DEVNULL, stdout=printed, stderr=said, cwd=cwd, start_new_session=True
        )
        try:
            status, usage = _ended(process.pid, started + patience_s)
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise
        if usage is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise BenchmarkError(f"{' '.join(words)} did not end within {patience_s:.0f} s")
        process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.monotonic() - started
        printed.seek(0)
        if process.returncode:
            said.seek(0)
            raise BenchmarkError(
                f"{' '.join(words)} ended with {process.returncode}: {said.read()[-LAST_WORDS:]}"
            )
        return Ran(Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024), printed.read())


def _ended(pid: int, until: float) -> tuple[int, resource.struct_rusage | None]:
    """Exit status and usage of a process, no usage where it has not ended in time."""
    while time.monotonic() < until:
        found, status, usage = os.wait4(pid, os.WNOHANG)
        if found:
            return status, usage
        time.sleep(GLANCE_S)
    return 0, None
