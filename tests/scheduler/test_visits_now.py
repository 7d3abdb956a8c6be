"""The visits of a real week, slot by slot: void windows, repetitions, announced maintenance, second opinions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from small import ABSENT, AS_OF, CONTROL, FAULTY, IN_ORDER, JUST_FRESH, STALE, SmallEstate
from sqlalchemy import Engine, insert, select

from monitor.ledger.tables import PHASE, VISITS
from monitor.rounds.environment import Environment, environment_of
from monitor.rounds.errors import RoundBusy, RoundError
from monitor.rounds.lock import only_one
from monitor.rounds.run import run_round
from monitor.rounds.second_opinion import REASON
from monitor.rounds.store import OpenRound, open_round
from monitor.rounds.visiting import MOST_REPEATS, outage_of, visit_now
from monitor.rounds.windows import visit_slots
from monitor.scheduler.handlers import handlers
from monitor.scheduler.work import Item
from monitor.settings import Settings
from monitor.times import start_of
from registry.model import Outage

PlanRound = Callable[..., None]
Seen = set[tuple[str, int, str | None]]
THERE = (IN_ORDER, STALE, JUST_FRESH, FAULTY)


@pytest.fixture
def estate(folder: Path) -> Iterator[SmallEstate]:
    """The estate with a control host; it is heard and silent as one."""
    running = SmallEstate(folder, control=True)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def environment(engine: Engine, folder: Path, estate: SmallEstate) -> Environment:
    return environment_of(
        Settings(
            home=Path(str(engine.url.database)).parent,
            db=None,
            hosts_file=folder / "hosts.txt",
            control_urls=f"http://{CONTROL}/",
            requests_per_second=0,
        )
    )


def slot_rows(engine: Engine, slot: int) -> Seen:
    """(target, attempt, why it does not count) of every booked visit of a slot."""
    query = select(VISITS.c.target, VISITS.c.attempt, VISITS.c.void).where(VISITS.c.slot == slot)
    with engine.connect() as connection:
        return {(row.target, row.attempt, row.void) for row in connection.execute(query)}


OURS = "本方网络故障: 1 个对照地址中只有 0 个有应答"


def test_void_visits_are_made_again_within_their_day_and_only_then(
    engine: Engine, plan: PlanRound, estate: SmallEstate, environment: Environment
) -> None:
    plan(hosts=True)
    opened = open_round(engine, "R1")
    estate.control_answers = False
    visit_now(engine, opened, environment, 4)
    unknown_name = {(ABSENT, 0, None)}  # told by the hosts file, not by a network: an answer stays an answer
    assert slot_rows(engine, 4) == {(target, 0, OURS) for target in THERE} | unknown_name
    visit_now(engine, opened, environment, 19)  # the last of the day, void as well, and slot 4 once more
    assert slot_rows(engine, 4) == {(t, n, OURS) for t in THERE for n in (0, 1)} | unknown_name

    estate.control_answers = True
    visit_now(engine, opened, environment, 24)  # a new day: what was void yesterday stays void
    assert slot_rows(engine, 24) == {(target, 0, None) for target in (*THERE, ABSENT)}
    assert slot_rows(engine, 19) == {(target, 0, OURS) for target in THERE} | unknown_name

    visit_now(engine, opened, environment, 5)  # somebody comes back to the first day
    repeated = {(target, 2, None) for target in THERE}
    assert slot_rows(engine, 4) == {(t, n, OURS) for t in THERE for n in (0, 1)} | unknown_name | repeated
    before = [slot_rows(engine, slot) for slot in (4, 5, 23, 24)]
    asked = sum(estate.homes.values())
    visit_now(engine, opened, environment, 5)  # the work was done, but the leader died before it said so
    assert [slot_rows(engine, slot) for slot in (4, 5, 23, 24)] == before
    assert sum(estate.homes.values()) == asked


def test_a_visit_that_stays_void_is_given_up_after_some_repetitions(
    engine: Engine, plan: PlanRound, estate: SmallEstate, environment: Environment
) -> None:
    plan(hosts=True)
    opened = open_round(engine, "R1")
    slot = next(iter(visit_slots(AS_OF, opened.system)))
    base = {
        "round_id": "R1",
        "slot": slot.number,
        "day": slot.day,
        "scheduled": slot.scheduled,
        "started": slot.scheduled,
        "seconds": 1.0,
        "failure": "reset",
        "detail": "",
        "void": OURS,
    }
    rows = [base | {"target": t, "attempt": n} for t in THERE for n in range(MOST_REPEATS + 1)]
    with engine.begin() as connection:
        connection.execute(insert(VISITS), rows)
    visit_now(engine, opened, environment, 0)
    assert {row for row in slot_rows(engine, 0) if row[0] != ABSENT} == {
        (row["target"], row["attempt"], OURS) for row in rows
    }
    assert sum(estate.homes.values()) == 0


def with_outage(opened: OpenRound, *outages: Outage) -> OpenRound:
    return replace(opened, register=replace(opened.register, outages=outages))


def test_announced_maintenance_is_noted_and_not_repeated(
    engine: Engine, plan: PlanRound, estate: SmallEstate, environment: Environment
) -> None:
    plan(hosts=True)
    opened = open_round(engine, "R1")
    first, second = list(visit_slots(AS_OF, opened.system))[:2]
    outage = Outage(IN_ORDER, first.scheduled, second.scheduled, "机房检修")
    opened = with_outage(opened, outage)
    visit_now(engine, opened, environment, 0)
    visit_now(engine, opened, environment, 1)
    others = {(target, 0, None) for target in (STALE, JUST_FRESH, FAULTY, ABSENT)}
    assert slot_rows(engine, 0) == others | {(IN_ORDER, 0, "公告维护: 机房检修")}
    assert slot_rows(engine, 1) == others | {(IN_ORDER, 0, None)}


def test_maintenance_covers_its_first_moment_and_not_its_last() -> None:
    noon = start_of(date(2026, 9, 22)) + timedelta(hours=12)
    outages = (Outage("A", noon, noon + timedelta(hours=1), "甲"), Outage(None, noon, noon, "空"))
    instant = timedelta(microseconds=1)
    assert outage_of("A", noon - instant, outages) is None
    assert outage_of("A", noon, outages) == "公告维护: 甲"
    assert outage_of("A", noon + timedelta(hours=1) - instant, outages) == "公告维护: 甲"
    assert outage_of("A", noon + timedelta(hours=1), outages) is None
    assert outage_of("B", noon, outages) is None
    everybody = (Outage(None, noon, noon + timedelta(hours=1), "全部"),)
    assert outage_of("B", noon, everybody) == "公告维护: 全部"


# ---- by the scheduler's hands


def test_a_slot_whose_time_is_over_is_not_visited_any_more(
    engine: Engine, plan: PlanRound, estate: SmallEstate, environment: Environment
) -> None:
    plan(hosts=True)
    slots = list(visit_slots(AS_OF, open_round(engine, "R1").system))
    item = Item("visits:R1:3", "visits", slots[3].scheduled, "R1")
    late = handlers(engine, environment, lambda: slots[4].scheduled)
    late["visits"](item)
    assert slot_rows(engine, 3) == set()
    assert sum(estate.homes.values()) == 0
    in_time = handlers(engine, environment, lambda: slots[4].scheduled - timedelta(seconds=1))
    in_time["visits"](item)
    assert slot_rows(engine, 3) == {(target, 0, None) for target in (*THERE, ABSENT)}


def test_a_look_at_accounts_does_not_write_beside_a_running_round(
    engine: Engine, plan: PlanRound, environment: Environment
) -> None:
    plan(hosts=True)
    item = Item("accounts:R1:2026-09-21", "accounts", start_of(date(2026, 9, 21)), "R1")
    look = handlers(engine, environment, lambda: item.due_at)["accounts"]
    with only_one(environment.evidence("R1"), "轮次 R1"), pytest.raises(RoundBusy):
        look(item)


@pytest.mark.parametrize("kind", ["round", "visits", "accounts"])
def test_no_work_mixes_a_closed_network_with_the_world(
    engine: Engine, plan: PlanRound, environment: Environment, kind: str
) -> None:
    plan(hosts=True)
    plan("R2", hosts=False)
    outside = environment_of(environment.settings.model_copy(update={"hosts_file": None}))
    for round_id, wrong in (("R1", outside), ("R2", environment)):
        item = Item(f"{kind}:{round_id}:0", kind, AS_OF, round_id)
        with pytest.raises(RoundError, match="MONITOR_HOSTS_FILE"):
            handlers(engine, wrong)[kind](item)
        assert not wrong.evidence(round_id).exists()


# ---- second opinions at the end of the week


def test_a_site_that_another_client_opens_is_not_blamed_after_a_real_week(
    engine: Engine, plan: PlanRound, estate: SmallEstate, environment: Environment
) -> None:
    plan(hosts=True)
    opened = open_round(engine, "R1")
    rows = [
        {
            "round_id": "R1",
            "target": target,
            "slot": slot.number,
            "attempt": 0,
            "day": slot.day,
            "scheduled": slot.scheduled,
            "started": slot.scheduled,
            "seconds": 15.0,
            "failure": "connect_timeout",
            "detail": "",
        }
        for target in (IN_ORDER, ABSENT)
        for slot in visit_slots(AS_OF, opened.system)
    ]
    done = [
        {"round_id": "R1", "name": name, "started_at": AS_OF, "finished_at": AS_OF, "total": 0, "done": 0,
         "figures": {}}
        for name in ("crawl", "accounts", "judge")
    ]  # fmt: skip
    with engine.begin() as connection:
        connection.execute(insert(VISITS), rows)
        connection.execute(insert(PHASE), done)
    run_round(engine, "R1", environment)
    assert {void for target, _, void in slot_rows(engine, 9) if target == IN_ORDER} == {REASON}
    assert {void for target, _, void in slot_rows(engine, 9) if target == ABSENT} == {None}
    asked = estate.homes.total()
    run_round(engine, "R1", environment)
    assert estate.homes.total() == asked
