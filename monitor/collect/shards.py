"""Shard whole addresses over worker processes, watch them, and bring a run to its end whatever a page does.

A page that kills or hangs its worker costs that worker only: the page is booked `parser_failed` (ours), and
a new worker goes on with the shard's unfinished sites by replay. The workers die with this process.
"""

from __future__ import annotations

import heapq
import logging
import multiprocessing
import os
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import IO, Any

import msgspec

from monitor.collect.errors import CollectError
from monitor.collect.failures import Failure
from monitor.collect.guard import AddressGuard, check_url
from monitor.collect.parsing import ParserMark
from monitor.collect.rows import PageRow, Progress, Sink, SiteJob
from monitor.collect.runlock import sole_run
from monitor.collect.settings import CollectSettings
from monitor.collect.transport import SHANGHAI
from monitor.collect.urls import host_of, port_of
from monitor.collect.worker import Batch, Finished, Message, Stopped, WorkerTask, build_guard, run_worker

_log = logging.getLogger(__name__)
_TICK = 0.2
_IDLE_CRASHES = 3


class RunStopped(CollectError):
    """A run cannot go on: evidence cannot be kept, or a setting is wrong. The message says which."""


def address_of(url: str, guard: AddressGuard) -> str:
    """The IP address that a filed URL is served at, its host where that cannot be told."""
    port = port_of(url)
    try:
        checked = check_url(url, () if port is None else (port,))
        return guard.pin(checked.scheme, checked.host, checked.port).ip
    except CollectError:
        return host_of(url) or url


def shard(jobs: Iterable[SiteJob], processes: int, guard: AddressGuard) -> list[list[SiteJob]]:
    """Whole addresses over processes, the biggest known first onto the least loaded."""
    groups: dict[str, list[SiteJob]] = defaultdict(list)
    for job in jobs:
        groups[address_of(job.filed_url, guard)].append(job)
    sizes = sorted(
        ((sum(max(1, job.expected) for job in group), name) for name, group in groups.items()), reverse=True
    )
    loads = [(0, index) for index in range(processes)]
    shards: list[list[SiteJob]] = [[] for _ in range(processes)]
    for size, name in sizes:
        load, index = heapq.heappop(loads)
        shards[index].extend(groups[name])
        heapq.heappush(loads, (load + size, index))
    return [part for part in shards if part]


def in_shanghai(row: PageRow) -> PageRow:
    """The same row with its moment in our zone again; on the way between processes it is UTC."""
    return replace(row, at=row.at.astimezone(SHANGHAI))


class _Shard:
    """One worker, its unfinished jobs, and every row that it has sent (on disk, for replay after a crash)."""

    def __init__(self, number: int, jobs: list[SiteJob], folder: Path) -> None:
        self.number = number
        self.jobs = {job.target: job for job in jobs}
        self.mark_path = folder / f"mark-{number}"
        self.mark = ParserMark(self.mark_path)
        self.spool: IO[bytes] = (folder / f"rows-{number}").open("w+b")
        self.process: multiprocessing.process.BaseProcess | None = None
        self.pipe: Connection | None = None
        self.idle_crashes = 0
        self.finished = False

    def keep(self, data: bytes) -> None:
        self.spool.write(len(data).to_bytes(8, "big") + data)

    def sent_rows(self) -> Iterator[PageRow]:
        self.spool.flush()
        self.spool.seek(0)
        while head := self.spool.read(8):
            batch = msgspec.msgpack.decode(self.spool.read(int.from_bytes(head, "big")), type=Batch)
            yield from batch.rows
        self.spool.seek(0, os.SEEK_END)

    def remaining(self) -> tuple[SiteJob, ...]:
        """The unfinished jobs, each with all that is known of it by now."""
        found: dict[str, list[PageRow]] = {target: list(job.replay) for target, job in self.jobs.items()}
        for row in self.sent_rows():
            if row.target in found:
                found[row.target].append(row)
        return tuple(replace(job, replay=tuple(found[target])) for target, job in self.jobs.items())


class ShardedRun:
    """The parent's side of a run."""

    def __init__(
        self,
        settings: CollectSettings,
        factory: str | Callable[..., Any],
        read_page: str | Callable[..., Any],
        sink: Sink,
    ) -> None:
        self._settings = settings
        self._factory = factory
        self._read_page = read_page
        self._sink = sink
        self._context = multiprocessing.get_context("spawn")
        self._shards: list[_Shard] = []
        self._targets = self._done = self._looks = 0
        self._began = self._told = time.monotonic()
        self._decode = msgspec.msgpack.Decoder(Message).decode

    def run(self, jobs: Iterable[SiteJob]) -> None:
        """Survey all targets. Raises `RunBusy`, `HostsFileError`, `SettingsError` or `RunStopped`."""
        jobs = list(jobs)
        self._targets = len(jobs)
        guard = build_guard(self._settings)
        with sole_run(self._settings.evidence), tempfile.TemporaryDirectory(prefix="collect-") as folder:
            parts = shard(jobs, self._settings.processes, guard)
            self._shards = [_Shard(number, part, Path(folder)) for number, part in enumerate(parts)]
            try:
                for one in self._shards:
                    self._start(one)
                while not all(one.finished for one in self._shards):
                    self._turn()
            finally:
                for one in self._shards:
                    self._end(one)
            self._tell()

    def _start(self, one: _Shard) -> None:
        one.mark.end()
        ours, theirs = self._context.Pipe(duplex=False)
        settings = self._settings
        task = WorkerTask(
            settings, one.remaining(), self._factory, self._read_page, one.mark_path, os.getpid()
        )
        process = self._context.Process(
            target=run_worker, args=(task, theirs), daemon=True, name=f"collect-{one.number}"
        )
        process.start()
        theirs.close()  # so that its death is an end of file here
        one.process, one.pipe = process, ours

    def _end(self, one: _Shard) -> None:
        if one.process is not None:
            if one.process.is_alive():
                one.process.kill()
            one.process.join()
        if one.pipe is not None:
            one.pipe.close()
        one.mark.close()
        one.spool.close()

    def _turn(self) -> None:
        pipes = {one.pipe: one for one in self._shards if one.pipe is not None and not one.finished}
        for ready in wait(list(pipes), timeout=_TICK):
            one = pipes[ready]  # type: ignore[index]
            try:
                data = one.pipe.recv_bytes() if one.pipe is not None else b""
            except (EOFError, OSError):
                self._died(one)
            else:
                self._take(one, data)
        self._watch_parsers()
        if time.monotonic() - self._told >= 1.0:
            self._tell()

    def _tell(self) -> None:
        self._told = time.monotonic()
        self._sink.progress(Progress(self._done, self._targets, self._looks, self._told - self._began))

    def _take(self, one: _Shard, data: bytes) -> None:
        message = self._decode(data)
        if isinstance(message, Batch):
            one.keep(data)
            one.idle_crashes = 0
            self._looks += len(message.rows)
            if message.rows:
                self._sink.pages([in_shanghai(row) for row in message.rows])
            for done in message.done:
                one.jobs.pop(done.target, None)
                self._done += 1
                self._sink.site_done(done.target, done.payload, done.failure)
        elif isinstance(message, Finished):
            one.finished = True
        elif isinstance(message, Stopped):
            raise RunStopped(f"采集无法继续: {message.reason}")

    def _watch_parsers(self) -> None:
        for one in self._shards:
            if one.finished or one.process is None:
                continue
            under = one.mark.read()
            if under is not None and time.monotonic() - under[0] > self._settings.parser_seconds:
                _log.warning("parser hangs on %s of %s", under[1].final_url, under[1].target)
                one.process.kill()  # its end of file comes through the pipe

    def _died(self, one: _Shard) -> None:
        """A worker has died: book the page that it was parsing, and let a new one go on."""
        process = one.process
        if process is not None:
            process.join()
        if one.pipe is not None:
            one.pipe.close()
        code = process.exitcode if process is not None else None
        under = one.mark.read()
        _log.warning("worker %d died (%s)%s", one.number, code, f" on {under[1].final_url}" if under else "")
        if under is not None and under[1].target in one.jobs:
            self._book_parser_failure(one, under[1], code)
        else:
            one.idle_crashes += 1
            if one.idle_crashes >= _IDLE_CRASHES:
                self._give_up(one, code)
                return
        self._start(one)

    def _book_parser_failure(self, one: _Shard, row: PageRow, code: int | None) -> None:
        detail = f"解析程序超时或异常退出 (退出码 {code})"
        row = replace(row, failure=Failure.PARSER_FAILED.value, detail=detail)
        if row.warc is not None:
            with suppress(OSError), (self._settings.evidence / row.warc).open("rb") as file:
                os.fsync(file.fileno())
        one.keep(msgspec.msgpack.encode(Batch([row], [])))
        self._looks += 1
        self._sink.pages([in_shanghai(row)])

    def _give_up(self, one: _Shard, code: int | None) -> None:
        for target in list(one.jobs):
            one.jobs.pop(target)
            self._done += 1
            self._sink.site_done(target, b"", f"{Failure.INTERNAL}: worker died again and again ({code})")
        one.finished = True


def run_sharded(
    settings: CollectSettings,
    jobs: Iterable[SiteJob],
    factory: str | Callable[..., Any],
    read_page: str | Callable[..., Any],
    sink: Sink,
) -> None:
    """Survey all targets over `settings.processes` workers; what they bring goes to `sink`, in this process.

    `factory(job) -> Survey` and `read_page(body, url, content_type) -> PageFacts` are picklable or importable
    names `module:function`. A row that comes twice for one (target, want, url, post) replaces the earlier.
    Raises `RunBusy`, `HostsFileError`, `SettingsError` or `RunStopped`; what was handed to the sink before
    stands, and the run goes on from it by `replay`.
    """
    ShardedRun(settings, factory, read_page, sink).run(jobs)
