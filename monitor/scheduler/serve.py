"""The running scheduler: APScheduler ticks in a thread, work is done one piece after another here.

A tick only inserts work rows; killing the process at any moment loses nothing, because the next leader frees
what was claimed and every kind of work can be done again.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import Engine

from monitor.collect.errors import RunBusy
from monitor.rounds.errors import RoundBusy
from monitor.scheduler.ticks import awaited, due
from monitor.scheduler.work import (
    Item,
    claim,
    failures,
    finish,
    give_back,
    idle,
    insert_once,
    release_abandoned,
    try_again,
)
from monitor.times import SHANGHAI, Clock, now

Handler = Callable[[Item], None]

log = structlog.get_logger("scheduler")


@dataclass(frozen=True, slots=True)
class Service:
    """What the scheduler needs: the ledger, who does which kind of work, and how often to look."""

    engine: Engine
    handlers: Mapping[str, Handler]
    tick_s: float = 30.0
    plan_quarters: bool = False
    clock: Clock = now


def tick(service: Service, at: datetime) -> int:
    """Insert everything due at that moment; returns how much was new."""
    items = due(service.engine, at, plan_quarters=service.plan_quarters)
    new = insert_once(service.engine, items, at)
    if new:
        log.info("work_inserted", count=new)
    return new


def serve(service: Service, stop: threading.Event, *, until_idle: bool = False) -> list[tuple[str, str]]:
    """Tick and work until told to stop, or until nothing is left; returns the work that was given up."""
    release_abandoned(service.engine)
    try_again(service.engine)
    first_tick = threading.Event()

    def tick_once() -> None:
        try:
            tick(service, service.clock())
        finally:
            first_tick.set()

    scheduler = BackgroundScheduler(
        timezone=SHANGHAI,
        executors={"default": ThreadPoolExecutor(1)},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    scheduler.add_job(
        tick_once,
        "interval",
        seconds=service.tick_s,
        next_run_time=now(),  # APScheduler lives in real time, whatever the service's clock says
        id="tick",
        name="到期检查",
    )
    scheduler.start()
    try:
        first_tick.wait()
        _work(service, stop, until_idle=until_idle)
    finally:
        scheduler.shutdown(wait=True)
    return failures(service.engine)


def _work(service: Service, stop: threading.Event, *, until_idle: bool) -> None:
    holder = f"{socket.gethostname()}:{os.getpid()}"
    resting: dict[str, float] = {}
    while not stop.is_set():
        resting = {key: until for key, until in resting.items() if until > time.monotonic()}
        item = claim(service.engine, holder, service.clock(), resting=resting)
        if item is not None:
            if not _do(service, item):
                resting[item.key] = time.monotonic() + service.tick_s
        elif until_idle and idle(service.engine) and not awaited(service.engine):
            return
        else:
            stop.wait(min(service.tick_s, 1.0))


def _do(service: Service, item: Item) -> bool:
    """Whether the work was done; what was not rests for a tick, so that it keeps nothing else waiting."""
    log.info("work_started", key=item.key)
    try:
        service.handlers[item.kind](item)
    except (RoundBusy, RunBusy) as error:
        log.warning("work_busy", key=item.key, says=str(error))
        give_back(service.engine, item.key, str(error), tried=False)
        return False
    except Exception as error:  # one failing piece of work must not stop the service
        log.exception("work_failed", key=item.key)
        give_back(service.engine, item.key, f"{type(error).__name__}: {error}")
        return False
    finish(service.engine, item.key, service.clock())
    log.info("work_finished", key=item.key)
    return True
