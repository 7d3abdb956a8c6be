"""The work list: nothing twice, nothing lost."""

from __future__ import annotations

import multiprocessing
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import SQLModel

from monitor.ledger.engine import open_engine
from monitor.ledger.tables import Work
from monitor.scheduler.work import (
    MOST_TRIES,
    Item,
    claim,
    failures,
    finish,
    give_back,
    idle,
    insert_once,
    release_abandoned,
)
from monitor.times import SHANGHAI

AT = datetime(2026, 9, 28, 9, tzinfo=SHANGHAI)


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    opened = open_engine(f"sqlite:///{tmp_path / 'work.db'}")
    SQLModel.metadata.create_all(opened, tables=[Work.__table__])  # type: ignore[attr-defined]
    return opened


def item(name: str, due: datetime = AT) -> Item:
    return Item(name, "round", due, "R1")


def test_inserting_twice_changes_nothing(engine: Engine) -> None:
    assert insert_once(engine, [item("a"), item("b")], AT) == 2
    assert insert_once(engine, [item("a"), item("b"), item("c")], AT) == 1


def test_finished_work_is_never_inserted_again(engine: Engine) -> None:
    insert_once(engine, [item("a")], AT)
    taken = claim(engine, "me", AT)
    assert taken is not None
    finish(engine, taken.key, AT)
    assert insert_once(engine, [item("a")], AT) == 0
    assert claim(engine, "me", AT) is None
    assert idle(engine)


def test_work_is_not_claimed_before_it_is_due(engine: Engine) -> None:
    insert_once(engine, [item("a", AT)], AT)
    assert claim(engine, "me", AT - timedelta(microseconds=1)) is None
    assert not idle(engine)
    assert claim(engine, "me", AT) == item("a")


def test_the_earliest_comes_first_and_is_held_by_one(engine: Engine) -> None:
    insert_once(engine, [item("late", AT), item("early", AT - timedelta(days=1))], AT)
    assert claim(engine, "me", AT).key == "early"  # type: ignore[union-attr]
    assert claim(engine, "you", AT).key == "late"  # type: ignore[union-attr]
    assert claim(engine, "me", AT) is None


def test_failing_work_is_given_up_after_some_tries_and_says_why(engine: Engine) -> None:
    insert_once(engine, [item("a")], AT)
    for _ in range(MOST_TRIES):
        taken = claim(engine, "me", AT)
        assert taken is not None
        give_back(engine, taken.key, "ValueError: 磁盘已满")
    assert claim(engine, "me", AT) is None
    assert failures(engine) == [("a", "ValueError: 磁盘已满")]
    assert idle(engine)


def test_a_new_leader_frees_what_the_dead_one_held_without_spending_a_try(engine: Engine) -> None:
    insert_once(engine, [item("a")], AT)
    for _ in range(MOST_TRIES + 2):
        assert claim(engine, "dead", AT) is not None
        assert release_abandoned(engine) == 1
    assert claim(engine, "alive", AT) is not None


def _claim_all(url: str, name: str, results: multiprocessing.Queue[tuple[str, str]]) -> None:
    engine = open_engine(url)
    while (taken := claim(engine, name, AT)) is not None:
        results.put((name, taken.key))
        finish(engine, taken.key, AT)
    results.put((name, ""))


def test_two_processes_share_the_work_and_do_nothing_twice(engine: Engine) -> None:
    insert_once(engine, [item(f"w{n:03}") for n in range(60)], AT)
    context = multiprocessing.get_context("spawn")
    results: multiprocessing.Queue[tuple[str, str]] = context.Queue()
    url = str(engine.url)
    workers = [context.Process(target=_claim_all, args=(url, name, results)) for name in ("a", "b")]
    for worker in workers:
        worker.start()
    done: list[str] = []
    ended = 0
    while ended < len(workers):
        _, key = results.get(timeout=60)
        if key:
            done.append(key)
        else:
            ended += 1
    for worker in workers:
        worker.join()
    assert Counter(done) == Counter(f"w{n:03}" for n in range(60))
