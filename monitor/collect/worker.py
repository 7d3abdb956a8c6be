"""The inside of one worker process: it crawls its shard and sends compact batches; bodies never leave it."""

from __future__ import annotations

import ctypes
import gc
import importlib
import logging
import os
import resource
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import msgspec

from monitor.collect.crawl import Crawl
from monitor.collect.errors import CollectError
from monitor.collect.guard import AddressGuard, HostsFile
from monitor.collect.parsing import PageReader, ParserMark
from monitor.collect.rows import PageRow, SiteDone, SiteJob
from monitor.collect.runlock import join_writers
from monitor.collect.settings import CollectSettings
from monitor.collect.turns import SharedTurns

_log = logging.getLogger(__name__)
_PR_SET_PDEATHSIG = 1
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
_KEPT, _MAPPED = 16 << 20, 4 << 20


class Batch(msgspec.Struct, tag="batch"):
    """Rows whose evidence is on disk, and the surveys that ended with them."""

    rows: list[PageRow]
    done: list[SiteDone]


class Finished(msgspec.Struct, tag="finished"):
    """The shard is done."""


class Stopped(msgspec.Struct, tag="stopped"):
    """The shard cannot go on, and trying again would not help (a full disk, a bad setting)."""

    reason: str


Message = Batch | Finished | Stopped


@dataclass(frozen=True, slots=True)
class WorkerTask:
    """What a worker is started with; callables are importable names (`module:function`) or picklable."""

    settings: CollectSettings
    jobs: tuple[SiteJob, ...]
    factory: str | Callable[..., Any]
    read_page: str | Callable[..., Any]
    mark: Path
    parent: int


def load(name: str | Callable[..., Any]) -> Callable[..., Any]:
    """The callable that an importable name `module:function` stands for."""
    if not isinstance(name, str):
        return name
    module, _, attribute = name.partition(":")
    found = getattr(importlib.import_module(module), attribute)
    if not callable(found):
        raise CollectError(f"{name} 不是可调用的函数")
    return found  # type: ignore[no-any-return]


def die_with_parent(parent: int) -> None:
    """Ask the kernel to kill this process when its parent dies, however it dies."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it died before we could ask
        os._exit(1)


def raise_file_limit() -> None:
    """Two sockets an address and an evidence file a target need more files than the usual 1,024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 65_536 if hard == resource.RLIM_INFINITY else min(hard, 65_536)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def keep_freed_memory() -> None:
    """Give memory back to the kernel in large pieces only: each page takes and frees a megabyte (6 % of its cost)."""
    libc = ctypes.CDLL(None)
    if sys.platform == "linux" and hasattr(libc, "mallopt"):  # glibc has it
        libc.mallopt(_M_TRIM_THRESHOLD, _KEPT)
        libc.mallopt(_M_MMAP_THRESHOLD, _MAPPED)


def build_guard(settings: CollectSettings) -> AddressGuard:
    """The guard that a run's settings ask for. Raises `HostsFileError`."""
    return AddressGuard(HostsFile.read(settings.hosts_file) if settings.hosts_file is not None else None)


def run_worker(task: WorkerTask, pipe: Connection) -> None:
    """Crawl one shard to its end."""
    die_with_parent(task.parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends us
    raise_file_limit()
    keep_freed_memory()
    if task.settings.worker_memory:
        resource.setrlimit(resource.RLIMIT_DATA, (task.settings.worker_memory, task.settings.worker_memory))
    encode = msgspec.msgpack.Encoder().encode

    def emit(rows: list[PageRow], done: list[SiteDone]) -> None:
        pipe.send_bytes(encode(Batch(rows, done)))

    try:
        lock = join_writers(task.settings.evidence)
        reader = PageReader(load(task.read_page), ParserMark(task.mark))
        settings = task.settings
        turns = None
        if settings.processes > 1:
            turns = SharedTurns(
                settings.evidence, settings.connections_per_address, settings.requests_per_second
            )
        crawl = Crawl(settings, build_guard(settings), task.jobs, load(task.factory), reader, emit, turns)
        gc.set_threshold(50_000, 20, 50)  # facts are trees of small objects without cycles
        gc.freeze()
        crawl.run()
        pipe.send_bytes(encode(Finished()))
        os.close(lock)
    except CollectError as error:
        _log.exception("worker stops")
        pipe.send_bytes(encode(Stopped(str(error))))
    except (BrokenPipeError, ConnectionResetError):
        os._exit(1)  # nobody listens any more: write nothing further
