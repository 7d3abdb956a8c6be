"""Progress for a person who waits: a live line on a terminal, a plain line now and then elsewhere."""

from __future__ import annotations

import time
from types import TracebackType

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from monitor.cli.shared import err
from monitor.rounds.progress import PHASES

PLAIN_EVERY_S = 15.0


class ProgressLines:
    """A listener for `PhaseProgress`: shows done, left, rate and expected end of the running phase."""

    def __init__(self) -> None:
        self._live = err.is_terminal
        self._bars = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            console=err,
        )
        self._tasks: dict[str, TaskID] = {}
        self._started: dict[str, float] = {}
        self._said: dict[str, float] = {}

    def __enter__(self) -> ProgressLines:
        if self._live:
            self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live:
            self._bars.stop()

    def __call__(self, name: str, done: int, total: int) -> None:
        """One report of a phase."""
        started = self._started.setdefault(name, time.monotonic())
        elapsed = time.monotonic() - started
        rate = done / elapsed if elapsed > 0.5 else 0.0
        if self._live:
            if name not in self._tasks:
                self._tasks[name] = self._bars.add_task(PHASES.get(name, name), total=total, rate="")
            self._bars.update(self._tasks[name], completed=done, total=total, rate=f"{rate:.0f}/秒")
            return
        last = self._said.get(name)
        if last is None or done == total or time.monotonic() - last >= PLAIN_EVERY_S:
            self._said[name] = time.monotonic()
            left = f", 约 {(total - done) / rate:.0f} 秒后完成" if rate and done < total else ""
            err.print(
                f"{PHASES.get(name, name)}: 完成 {done}, 剩余 {total - done}, 每秒 {rate:.0f}{left}",
                highlight=False,
            )
