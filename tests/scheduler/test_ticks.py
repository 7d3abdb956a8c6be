"""Ticks: what is due now and nothing else, inserted once however often the clock strikes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small import AS_OF
from sqlalchemy import Engine, insert, select, update
from sqlmodel import Session

from checks.system import load_system
from monitor.ledger.tables import NOTICES, ROUNDS, WORK, Round
from monitor.rounds.environment import environment_of
from monitor.rounds.errors import RoundError
from monitor.rounds.windows import current_slot, visit_slots
from monitor.scheduler.deadlines import overdue_notices
from monitor.scheduler.handlers import plan_quarter
from monitor.scheduler.serve import Service, tick
from monitor.scheduler.ticks import due, quarter_item
from monitor.settings import Settings
from monitor.times import SHANGHAI, start_of

PlanRound = Callable[..., None]
SYSTEM = load_system("national-2019")
SLOTS = list(visit_slots(AS_OF, SYSTEM))
SPACING = timedelta(minutes=60)
WEEK = start_of(date(2026, 9, 21))
ENVIRONMENT = environment_of(Settings(hosts_file=None))


def keys(engine: Engine, at: datetime) -> list[str]:
    return [one.key for one in due(engine, at)]


def inserted(engine: Engine, kind: str) -> list[str]:
    with engine.connect() as connection:
        query = select(WORK.c.key).where(WORK.c.kind == kind).order_by(WORK.c.due_at)
        return list(connection.execute(query).scalars())


def test_the_week_is_seven_days_of_twenty_slots_and_four_to_spare_before_the_reference_time() -> None:
    assert len(SLOTS) == 7 * 24  # the rule wants 20 a day that count; four are to spare
    assert SLOTS[0].scheduled == WEEK + SPACING / 2
    assert SLOTS[-1].scheduled == start_of(AS_OF.date()) - SPACING / 2
    assert {later.scheduled - earlier.scheduled for earlier, later in pairwise(SLOTS)} == {SPACING}


def test_a_slot_lasts_until_its_successor_is_due() -> None:
    slot = SLOTS[7]
    instant = timedelta(microseconds=1)
    assert current_slot(AS_OF, SYSTEM, slot.scheduled - instant) == SLOTS[6]
    assert current_slot(AS_OF, SYSTEM, slot.scheduled) == slot
    assert current_slot(AS_OF, SYSTEM, slot.scheduled + SPACING - instant) == slot
    assert current_slot(AS_OF, SYSTEM, slot.scheduled + SPACING) == SLOTS[8]
    assert current_slot(AS_OF, SYSTEM, SLOTS[0].scheduled - instant) is None
    assert current_slot(AS_OF, SYSTEM, AS_OF) is None


def test_nothing_is_due_before_a_round_starts(engine: Engine, plan: PlanRound) -> None:
    plan(starts_at=WEEK)
    assert keys(engine, WEEK - timedelta(microseconds=1)) == []
    assert keys(engine, WEEK) == ["accounts:R1:2026-09-21"]


def test_in_a_real_week_only_the_slot_of_now_is_due(engine: Engine, plan: PlanRound) -> None:
    plan(starts_at=WEEK)
    assert keys(engine, SLOTS[25].scheduled) == ["visits:R1:25", "accounts:R1:2026-09-22"]
    assert keys(engine, AS_OF - timedelta(seconds=1)) == []
    assert keys(engine, AS_OF) == ["round:R1"]
    assert keys(engine, AS_OF + timedelta(days=30)) == ["round:R1"]


def test_a_missed_slot_is_not_made_up_for(engine: Engine, plan: PlanRound) -> None:
    plan(starts_at=WEEK)
    service = Service(engine, {})
    for number in (3, 4, 7):
        tick(service, SLOTS[number].scheduled + timedelta(minutes=5))
    assert inserted(engine, "visits") == ["visits:R1:3", "visits:R1:4", "visits:R1:7"]


def test_a_tick_inserts_nothing_twice(engine: Engine, plan: PlanRound) -> None:
    plan(starts_at=WEEK)
    plan("R2", starts_at=WEEK, compressed=True)
    service = Service(engine, {}, plan_quarters=True)
    at = SLOTS[0].scheduled
    assert tick(service, at) == 4
    assert tick(service, at) == 0
    assert tick(service, at + timedelta(minutes=1)) == 0
    with engine.begin() as connection:
        connection.execute(update(WORK).values(finished_at=at))
    assert tick(service, at + timedelta(minutes=2)) == 0


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(minutes=st.lists(st.integers(0, 9 * 24 * 60), min_size=1, max_size=8))
def test_whenever_the_clock_strikes_a_slot_is_visited_only_while_it_is_current(
    engine: Engine, plan: PlanRound, minutes: list[int]
) -> None:
    with Session(engine) as session:
        known = session.get(Round, "R1") is not None
    if not known:
        plan(starts_at=WEEK)
    with engine.begin() as connection:
        connection.execute(WORK.delete())
    expected = set()
    for minute in sorted(minutes):
        at = WEEK + timedelta(minutes=minute)
        tick(Service(engine, {}), at)
        if (slot := current_slot(AS_OF, SYSTEM, at)) is not None:
            expected.add(f"visits:R1:{slot.number}")
    assert set(inserted(engine, "visits")) == expected
    assert len(inserted(engine, "round")) == (max(minutes) >= (AS_OF - WEEK) / timedelta(minutes=1))


def test_a_compressed_round_is_one_piece_of_work(engine: Engine, plan: PlanRound) -> None:
    plan(starts_at=WEEK, compressed=True)
    assert keys(engine, WEEK - timedelta(seconds=1)) == []
    assert keys(engine, SLOTS[3].scheduled) == ["round:R1"]


def test_a_closed_round_is_left_alone(engine: Engine, plan: PlanRound) -> None:
    plan(starts_at=WEEK)
    with engine.begin() as connection:
        connection.execute(update(ROUNDS).values(closed_at=WEEK))
    assert keys(engine, SLOTS[3].scheduled) == keys(engine, AS_OF) == []


# ---- quarters


@pytest.mark.parametrize(
    ("at", "name", "first"),
    [
        (datetime(2026, 1, 1, tzinfo=SHANGHAI), "2026Q1", date(2026, 1, 1)),
        (datetime(2026, 3, 31, 23, 59, tzinfo=SHANGHAI), "2026Q1", date(2026, 1, 1)),
        (datetime(2026, 4, 1, tzinfo=SHANGHAI), "2026Q2", date(2026, 4, 1)),
        (datetime(2026, 12, 31, 23, 59, tzinfo=SHANGHAI), "2026Q4", date(2026, 10, 1)),
    ],
)
def test_a_quarter_begins_on_its_first_day(at: datetime, name: str, first: date) -> None:
    item = quarter_item(at)
    assert (item.key, item.round_id, item.due_at) == (f"plan:{name}", name, start_of(first))


def test_planning_a_quarter_twice_plans_it_once(engine: Engine, plan: PlanRound) -> None:
    plan()
    at = datetime(2026, 10, 1, 8, tzinfo=SHANGHAI)
    plan_quarter(engine, ENVIRONMENT, "2026Q4", at)
    with Session(engine) as session:
        before = session.get(Round, "2026Q4")
    assert before is not None
    assert before.as_of == datetime(2026, 12, 25, 9, tzinfo=SHANGHAI)
    assert before.starts_at == datetime(2026, 12, 18, tzinfo=SHANGHAI)
    assert not before.compressed
    plan_quarter(engine, ENVIRONMENT, "2026Q4", at + timedelta(days=1))
    with Session(engine) as session:
        after = session.get(Round, "2026Q4")
    assert after is not None
    assert (after.seed, after.planned_at) == (before.seed, before.planned_at)
    assert keys(engine, at) == ["round:R1"]


def test_a_quarter_cannot_be_planned_without_a_register(engine: Engine) -> None:
    with pytest.raises(RoundError, match="registry import"):
        plan_quarter(engine, ENVIRONMENT, "2026Q4", datetime(2026, 10, 1, tzinfo=SHANGHAI))


# ---- deadlines


def notice(number: str, deadline: date, findings: list[list[str]]) -> dict[str, object]:
    return {
        "number": number,
        "round_id": "R1",
        "unit_id": f"U{number}",
        "issued_on": date(2026, 9, 29),
        "deadline": deadline,
        "findings": findings,
    }


def test_a_deadline_has_passed_on_the_day_after_it(engine: Engine) -> None:
    day = date(2026, 10, 20)
    rows = [notice("R1-0001", day, [["a", "N-V2"]]), notice("R1-0002", day, [])]
    with engine.begin() as connection:
        connection.execute(insert(NOTICES), rows)
    last_moment = start_of(day + timedelta(days=1)) - timedelta(microseconds=1)
    assert keys(engine, last_moment) == []
    assert overdue_notices(engine, day) == []
    assert keys(engine, start_of(day + timedelta(days=1))) == ["deadlines:2026-10-20"]
    assert [one.number for one in overdue_notices(engine, day + timedelta(days=1))] == ["R1-0001"]
