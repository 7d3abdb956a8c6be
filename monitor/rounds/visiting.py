"""The visits of a round: a compressed week for rehearsals, or the one slot that is due now.

A visit counts as made when its row is stored. Announced maintenance is noted as the reason why a visit does
not count. A void visit without its repetition is forgotten on start, so that it is made again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Engine, delete, func, insert, select, tuple_

from monitor.collect.failures import Failure
from monitor.collect.network import NETWORK_LIKE
from monitor.collect.visitrows import Planned, VisitRow
from monitor.collect.visits import visit_compressed, visit_slot
from monitor.ledger.committed import committed_ends
from monitor.ledger.tables import VISITS
from monitor.rounds.environment import Environment
from monitor.rounds.progress import PhaseProgress
from monitor.rounds.second_opinion import ask_second_opinions
from monitor.rounds.store import OpenRound
from monitor.rounds.windows import availability_limits, visit_slots
from registry.model import Outage

BATCH = 2000
MOST_REPEATS = 3
FOLDER = "visits/"


def visit_compressed_week(engine: Engine, opened: OpenRound, environment: Environment) -> None:
    """Make all visits of the week that are not booked yet, one slot after the other."""
    targets = _targets(opened)
    slots = [
        Planned(slot.number, slot.day, slot.scheduled)
        for slot in visit_slots(opened.row.as_of, opened.system, spare=0)
    ]
    total = len(targets) * len(slots)
    _forget_unrepeated(engine, opened.round_id)
    booked = _booked(engine, opened.round_id)
    with PhaseProgress(engine, opened.round_id, "visits", total, environment.listener) as progress:
        progress.at(len(booked))
        rows = visit_compressed(
            targets,
            slots,
            environment.visit_settings(opened.round_id, availability_limits(opened.system)),
            before_slot=environment.before_slot,
            skip=booked,
            answered_before=_answered_lately(engine, opened.round_id),
            known=_known_bodies(engine, opened.round_id),
            committed=_committed(engine, opened.round_id),
        )
        for batch in _batches(with_outages(rows, opened.register.outages)):
            _store(engine, opened.round_id, batch)
            booked |= {(row.slot, row.target) for row in batch}
            progress.at(len(booked))
        if environment.before_slot is not None:
            environment.before_slot(None)
        progress.figures["second_opinions"] = ask_second_opinions(engine, opened, environment)


def visit_now(engine: Engine, opened: OpenRound, environment: Environment, number: int) -> None:
    """Make the visits of one slot now, and those of the same day that were void, up to a few times each."""
    targets = dict(_targets(opened))
    settings = environment.visit_settings(opened.round_id, availability_limits(opened.system))
    slots = {slot.number: slot for slot in visit_slots(opened.row.as_of, opened.system)}
    this = slots[number]
    due = {number: 0} | _void_slots(
        engine, opened.round_id, [s.number for s in slots.values() if s.day == this.day]
    )
    total, last = len(targets) * len(slots), number == max(slots)
    with PhaseProgress(engine, opened.round_id, "visits", total, environment.listener, last=last) as progress:
        for slot_number, attempt in due.items():
            slot = slots[slot_number]
            planned = Planned(slot.number, slot.day, slot.scheduled)
            wanted = _wanted(engine, opened.round_id, slot_number, targets)
            if attempt > MOST_REPEATS or not wanted:
                continue
            rows = visit_slot(
                wanted,
                planned,
                settings,
                answered_before=_answered_lately(engine, opened.round_id),
                known=_known_bodies(engine, opened.round_id),
                committed=_committed(engine, opened.round_id),
            )
            for batch in _batches(with_outages(rows, opened.register.outages)):
                _store(engine, opened.round_id, [replace(row, repeats=attempt) for row in batch])
        progress.at(len(_booked(engine, opened.round_id)))


def with_outages(rows: Iterable[VisitRow], outages: tuple[Outage, ...]) -> Iterator[VisitRow]:
    """The same visits, those inside announced maintenance marked with its basis."""
    for row in rows:
        yield (
            row if row.void is not None else replace(row, void=outage_of(row.target, row.scheduled, outages))
        )


def outage_of(target: str, moment: datetime, outages: tuple[Outage, ...]) -> str | None:
    """The announced maintenance that covers a target at a moment, in words; None where there is none."""
    for one in outages:
        if one.target in (None, target) and one.start <= moment < one.end:
            return f"公告维护: {one.basis}"
    return None


def _targets(opened: OpenRound) -> list[tuple[str, str]]:
    return [(one.target, opened.register.sites[one.target].url) for one in opened.drawn("site")]


def _batches(rows: Iterable[VisitRow]) -> Iterator[list[VisitRow]]:
    batch: list[VisitRow] = []
    slot = -1
    for row in rows:
        if batch and (row.slot != slot or len(batch) >= BATCH):
            yield batch
            batch = []
        slot = row.slot
        batch.append(row)
    if batch:
        yield batch


def _store(engine: Engine, round_id: str, rows: list[VisitRow]) -> None:
    with engine.begin() as connection:
        connection.execute(insert(VISITS), [_stored(round_id, row) for row in rows])


def _stored(round_id: str, row: VisitRow) -> dict[str, object]:
    return {
        "round_id": round_id,
        "target": row.target,
        "slot": row.slot,
        "attempt": row.repeats,
        "day": row.day,
        "scheduled": row.scheduled,
        "started": row.started,
        "seconds": row.seconds,
        "resolve_s": row.phases.resolve,
        "connect_s": row.phases.connect,
        "tls_s": row.phases.tls,
        "first_byte_s": row.phases.first_byte,
        "status": row.status,
        "failure": row.failure,
        "detail": row.detail,
        "void": row.void,
        "off_register": row.off_register,
        "address": row.address,
        "sha256": row.sha256,
        "warc": None if row.warc is None else FOLDER + row.warc,
        "offset": row.offset,
        "length": row.length,
    }


def _forget_unrepeated(engine: Engine, round_id: str) -> None:
    last = (
        select(VISITS.c.target, VISITS.c.slot)
        .where(VISITS.c.round_id == round_id)
        .group_by(VISITS.c.target, VISITS.c.slot)
        .having(func.count(VISITS.c.void) == func.count())
    )
    with engine.begin() as connection:
        pairs = [(row.target, row.slot) for row in connection.execute(last)]
        for start in range(0, len(pairs), BATCH):
            chunk = pairs[start : start + BATCH]
            connection.execute(
                delete(VISITS).where(
                    VISITS.c.round_id == round_id,
                    ~VISITS.c.void.startswith("公告维护"),
                    tuple_(VISITS.c.target, VISITS.c.slot).in_(chunk),
                )
            )


def _booked(engine: Engine, round_id: str) -> set[tuple[int, str]]:
    query = select(VISITS.c.slot, VISITS.c.target).where(VISITS.c.round_id == round_id)
    with engine.connect() as connection:
        return {(slot, target) for slot, target in connection.execute(query)}


def _answered_lately(engine: Engine, round_id: str) -> set[str]:
    """The targets that answered in the last window that was not void."""
    counted = select(func.max(VISITS.c.slot)).where(VISITS.c.round_id == round_id, VISITS.c.void.is_(None))
    columns = (VISITS.c.target, VISITS.c.failure)
    with engine.connect() as connection:
        slot = connection.execute(counted).scalar_one()
        if slot is None:
            return set()
        rows = connection.execute(
            select(*columns).where(
                VISITS.c.round_id == round_id, VISITS.c.slot == slot, VISITS.c.void.is_(None)
            )
        )
        return {row.target for row in rows if row.failure is None or Failure(row.failure) not in NETWORK_LIKE}


def _known_bodies(engine: Engine, round_id: str) -> Mapping[str, str]:
    """The digest of each target's last body that the archive holds; a forgotten visit takes its body along."""
    query = (
        select(VISITS.c.target, VISITS.c.sha256)
        .where(
            VISITS.c.round_id == round_id,
            VISITS.c.sha256.is_not(None),
            VISITS.c.failure.is_(None),
            VISITS.c.warc.is_not(None),
        )
        .order_by(VISITS.c.slot, VISITS.c.attempt)
    )
    with engine.connect() as connection:
        return {row.target: row.sha256 for row in connection.execute(query)}


def _committed(engine: Engine, round_id: str) -> dict[str, int]:
    ends = committed_ends(engine, round_id)
    return {name.removeprefix(FOLDER): end for name, end in ends.items() if name.startswith(FOLDER)}


def _void_slots(engine: Engine, round_id: str, numbers: list[int]) -> dict[int, int]:
    """Slots of the day with visits of which every attempt was void for our own sake, and the next attempt's number."""
    query = (
        select(VISITS.c.slot, func.max(VISITS.c.attempt))
        .where(VISITS.c.round_id == round_id, VISITS.c.slot.in_(numbers), VISITS.c.void.startswith("本方"))
        .group_by(VISITS.c.slot)
    )
    with engine.connect() as connection:
        return {slot: last + 1 for slot, last in connection.execute(query)}


def _wanted(engine: Engine, round_id: str, slot: int, targets: dict[str, str]) -> list[tuple[str, str]]:
    """The targets whose visit of that slot is not booked, or was void each time."""
    query = select(VISITS.c.target).where(
        VISITS.c.round_id == round_id,
        VISITS.c.slot == slot,
        VISITS.c.void.is_(None) | VISITS.c.void.startswith("公告维护"),
    )
    with engine.connect() as connection:
        done = set(connection.execute(query).scalars())
    return [(target, url) for target, url in targets.items() if target not in done]
