"""Availability: visit all home pages at once, each for at most 15 real seconds, and never wait for the crawler.

The prober runs in a process of its own. A visit is booked with what libcurl measured, not with when this
program found time to look. Whether a window is void is decided over all addresses of the window.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path

import msgspec

from monitor.collect.archive import Archive
from monitor.collect.errors import CollectError
from monitor.collect.prober import Prober
from monitor.collect.runlock import sole_run
from monitor.collect.settings import CollectSettings
from monitor.collect.transport import SHANGHAI
from monitor.collect.visitrows import Planned, VisitRow
from monitor.collect.worker import build_guard, die_with_parent, raise_file_limit

_log = logging.getLogger(__name__)


class VisitsStopped(CollectError):
    """The prober cannot go on; the message says why."""


class _Rows(msgspec.Struct, tag="rows"):
    rows: list[VisitRow]


class _Before(msgspec.Struct, tag="before"):
    slot: int


class _Stopped(msgspec.Struct, tag="stopped"):
    reason: str


class _End(msgspec.Struct, tag="end"):
    pass


@dataclass(frozen=True, slots=True)
class _Task:
    settings: CollectSettings
    targets: tuple[tuple[str, str], ...]
    planned: tuple[Planned, ...]
    announce: bool
    skip: frozenset[tuple[int, str]]
    answered_before: frozenset[str]
    known: dict[str, str]
    committed: dict[str, int] | None
    overlap: bool
    parent: int


def visits_folder(settings: CollectSettings) -> Path:
    """Where the evidence of visits lies; rows name it relative to the evidence folder."""
    return settings.evidence / "visits"


def _prober_main(task: _Task, pipe: Connection) -> None:
    die_with_parent(task.parent)
    raise_file_limit()
    encode = msgspec.msgpack.Encoder().encode

    def announce(slot: int) -> None:
        pipe.send_bytes(encode(_Before(slot)))
        pipe.recv_bytes()

    try:
        folder = visits_folder(task.settings)
        with sole_run(folder):
            archive = Archive(folder, task.committed, cut=task.committed is not None)
            prober = Prober(
                task.settings, build_guard(task.settings), archive, dict(task.known), task.answered_before
            )
            with prober:
                rounds = prober.run(
                    task.targets, task.planned, announce if task.announce else None, task.skip, task.overlap
                )
                for rows in rounds:
                    archive.commit()
                    pipe.send_bytes(encode(_Rows(rows)))
        pipe.send_bytes(encode(_End()))
    except CollectError as error:
        _log.exception("prober stops")
        pipe.send_bytes(encode(_Stopped(str(error))))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        os._exit(1)


def _in_shanghai(row: VisitRow) -> VisitRow:
    """The same row with its moments in our zone again; on the way between processes they are UTC."""
    return replace(
        row, started=row.started.astimezone(SHANGHAI), scheduled=row.scheduled.astimezone(SHANGHAI)
    )


def _drive(task: _Task, before_slot: Callable[[int], None] | None) -> Iterator[VisitRow]:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_prober_main, args=(task, theirs), daemon=True, name="prober")
    process.start()
    theirs.close()
    decode = msgspec.msgpack.Decoder(_Rows | _Before | _Stopped | _End).decode
    try:
        while True:
            try:
                message = decode(ours.recv_bytes())
            except EOFError as error:
                process.join()
                raise VisitsStopped(f"可用性访问程序异常退出 (退出码 {process.exitcode})") from error
            if isinstance(message, _Rows):
                yield from map(_in_shanghai, message.rows)
            elif isinstance(message, _Before):
                if before_slot is not None:
                    before_slot(message.slot)
                ours.send_bytes(b"go")
            elif isinstance(message, _Stopped):
                raise VisitsStopped(f"可用性访问无法继续: {message.reason}")
            else:
                return
    finally:
        ours.close()
        if process.is_alive():
            process.kill()
        process.join()


def visit_slot(
    targets: Sequence[tuple[str, str]],
    planned: Planned,
    settings: CollectSettings,
    *,
    answered_before: Collection[str] = (),
    known: Mapping[str, str] | None = None,
    committed: Mapping[str, int] | None = None,
) -> Iterator[VisitRow]:
    """Visit all targets, `(target, url)`, once and now.

    `answered_before` names the targets that answered in the last window that was not void: with it a window
    in which too many of them fail alike is found void. The caller makes void visits again within the day, by
    another call with the same slot. `known` gives the digest of each target's last body: equal bodies are
    not kept again. `committed` gives the last committed end of each evidence file; without it new records
    are put behind what is there. Raises `VisitsStopped`, `RunBusy`.
    """
    task = _Task(settings, tuple(targets), (planned,), False, frozenset(), frozenset(answered_before),
                 dict(known or {}), dict(committed) if committed is not None else None, False, os.getpid())  # fmt: skip
    yield from _drive(task, None)


def visit_compressed(
    targets: Sequence[tuple[str, str]],
    slots: Sequence[Planned],
    settings: CollectSettings,
    *,
    before_slot: Callable[[int], None] | None = None,
    skip: Collection[tuple[int, str]] = (),
    answered_before: Collection[str] = (),
    known: Mapping[str, str] | None = None,
    committed: Mapping[str, int] | None = None,
) -> Iterator[VisitRow]:
    """A whole week of slots, one right after the other; slots of one host may overlap.

    `before_slot(k)` is called, in this process, when every request of the slot before was sent or has ended,
    and slot k's requests go out when it returns. Void visits are made again when their day is over, under
    their own slot number, which is announced once more. `skip` names `(slot, target)` visits that are booked
    already. Rows come slot by slot, as soon as a slot's last visit has ended.
    """
    task = _Task(settings, tuple(targets), tuple(slots), before_slot is not None, frozenset(skip),
                 frozenset(answered_before), dict(known or {}),
                 dict(committed) if committed is not None else None, True, os.getpid())  # fmt: skip
    yield from _drive(task, before_slot)
