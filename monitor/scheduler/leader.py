"""One leader: whoever holds the lock beside the database may tick and work; the kernel frees it on death."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from monitor.rounds.errors import RoundBusy
from monitor.rounds.lock import only_one


class NotLeader(Exception):
    """Another scheduler already leads on this database."""


@contextmanager
def leadership(folder: Path) -> Iterator[None]:
    """Lead while the block runs; NotLeader where another process does."""
    try:
        with only_one(folder / "scheduler", "调度服务"):
            yield
    except RoundBusy as error:
        raise NotLeader(str(error)) from error
