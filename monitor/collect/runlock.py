"""Keep two runs from writing into one evidence folder, orphans of a killed run included."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

from monitor.collect.errors import RunBusy

_NAME = "writers.lock"


def _open(folder: Path) -> int:
    return os.open(folder / _NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def join_writers(folder: Path) -> int:
    """A worker's share of the lock, kept for its whole life; the kernel gives it back when it dies."""
    fd = _open(folder)
    fcntl.flock(fd, fcntl.LOCK_SH)
    return fd


@contextlib.contextmanager
def sole_run(folder: Path, patience: float = 10.0) -> Iterator[None]:
    """Wait until nobody else writes into the folder, then admit only our own workers.

    Raises `RunBusy` after `patience` seconds. Orphans of a killed run die with it and let go within moments.
    """
    folder.mkdir(parents=True, exist_ok=True)
    fd = _open(folder)
    try:
        deadline = time.monotonic() + patience
        while True:
            try:
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as error:
                if time.monotonic() > deadline:
                    raise RunBusy(f"另一次采集正在写入 {folder}, 请等它结束") from error
                time.sleep(0.05)
        fcntl.flock(fd, fcntl.LOCK_SH)
        yield
    finally:
        os.close(fd)
