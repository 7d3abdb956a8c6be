"""The running service: works through what is due, lets nobody else lead, survives failing work."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from small import AS_OF
from sqlalchemy import Engine, select

from monitor.ledger.tables import WORK
from monitor.rounds.errors import RoundBusy
from monitor.scheduler.serve import Service, serve
from monitor.scheduler.work import MOST_TRIES, Item, claim, insert_once

PlanRound = Callable[..., None]
TICK_S = 0.05


def item(name: str, minutes: int = 0) -> Item:
    return Item(f"round:{name}", "round", AS_OF + timedelta(minutes=minutes), name)


def service(engine: Engine, work: Callable[[Item], None]) -> Service:
    return Service(engine, {"round": work}, tick_s=TICK_S, clock=lambda: AS_OF + timedelta(hours=1))


def tries(engine: Engine) -> dict[str, int]:
    with engine.connect() as connection:
        return {row.key: row.tries for row in connection.execute(select(WORK.c.key, WORK.c.tries))}


def test_work_is_done_in_the_order_in_which_it_is_due(engine: Engine) -> None:
    insert_once(engine, [item("late", 2), item("early", 1)], AS_OF)
    done: list[str] = []
    assert serve(service(engine, lambda one: done.append(one.key)), threading.Event(), until_idle=True) == []
    assert done == ["round:early", "round:late"]


def test_failing_work_holds_nothing_up_and_is_given_up_in_the_end(engine: Engine) -> None:
    insert_once(engine, [item("bad", 1), item("good", 2)], AS_OF)
    done: list[str] = []

    def work(one: Item) -> None:
        done.append(one.key)
        if one.key == "round:bad":
            raise ValueError("磁盘已满")

    failed = serve(service(engine, work), threading.Event(), until_idle=True)
    assert failed == [("round:bad", "ValueError: 磁盘已满")]
    assert Counter(done) == {"round:bad": MOST_TRIES, "round:good": 1}
    assert done.index("round:good") == 1  # it did not wait for the other's next try


def test_whoever_starts_the_service_anew_tries_again_what_was_given_up(engine: Engine) -> None:
    insert_once(engine, [item("bad")], AS_OF)

    def broken(_: Item) -> None:
        raise ValueError("磁盘已满")

    assert serve(service(engine, broken), threading.Event(), until_idle=True) != []
    done: list[str] = []
    assert serve(service(engine, lambda one: done.append(one.key)), threading.Event(), until_idle=True) == []
    assert done == ["round:bad"]


def test_work_that_somebody_else_is_doing_waits_without_being_given_up(engine: Engine) -> None:
    insert_once(engine, [item("busy", 1), item("other", 2)], AS_OF)
    times = Counter[str]()

    def work(one: Item) -> None:
        times[one.key] += 1
        if one.key == "round:busy" and times[one.key] <= 2 * MOST_TRIES:
            raise RoundBusy("轮次 busy 正由另一个进程执行")

    assert serve(service(engine, work), threading.Event(), until_idle=True) == []
    assert times == {"round:busy": 2 * MOST_TRIES + 1, "round:other": 1}
    assert tries(engine) == {"round:busy": 1, "round:other": 1}


def test_what_a_dead_leader_held_is_done_by_the_next(engine: Engine) -> None:
    insert_once(engine, [item("a")], AS_OF)
    assert claim(engine, "dead:1", AS_OF) is not None
    done: list[str] = []
    serve(service(engine, lambda one: done.append(one.key)), threading.Event(), until_idle=True)
    assert done == ["round:a"]
    assert tries(engine) == {"round:a": 1}


def test_the_tick_of_a_service_starts_a_planned_round(engine: Engine, plan: PlanRound) -> None:
    plan(compressed=True, starts_at=AS_OF + timedelta(minutes=5))
    done: list[str | None] = []
    assert (
        serve(service(engine, lambda one: done.append(one.round_id)), threading.Event(), until_idle=True)
        == []
    )
    assert done == ["R1"]


def test_a_service_that_is_told_to_stop_stops(engine: Engine, plan: PlanRound) -> None:
    plan()
    stop = threading.Event()
    never_idle = service(engine, lambda one: stop.set())
    runner = threading.Thread(target=serve, args=(never_idle, stop))
    runner.start()
    runner.join(30)
    assert not runner.is_alive()


def test_an_unknown_kind_of_work_is_given_up_with_its_name(engine: Engine) -> None:
    insert_once(engine, [Item("x:1", "x", AS_OF)], AS_OF)
    failed = serve(service(engine, lambda one: pytest.fail("not mine")), threading.Event(), until_idle=True)
    assert failed == [("x:1", "KeyError: 'x'")]
