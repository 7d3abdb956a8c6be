"""The list of work: inserted once under its key, claimed by a conditional update, kept when done."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, select, update
from sqlalchemy.dialects import postgresql, sqlite

from monitor.ledger.tables import WORK

MOST_TRIES = 3


@dataclass(frozen=True, slots=True)
class Item:
    """One piece of work to do; `key` names it for ever."""

    key: str
    kind: str
    due_at: datetime
    round_id: str | None = None


def insert_once(engine: Engine, items: list[Item], at: datetime) -> int:
    """Insert what is not there yet; returns how many were new. Doing it again inserts nothing."""
    if not items:
        return 0
    make = postgresql.insert if engine.dialect.name == "postgresql" else sqlite.insert
    rows = [
        {
            "key": one.key,
            "kind": one.kind,
            "round_id": one.round_id,
            "due_at": one.due_at,
            "inserted_at": at,
            "tries": 0,
        }
        for one in items
    ]
    new = 0
    with engine.begin() as connection:
        for row in rows:
            new += connection.execute(make(WORK).values(row).on_conflict_do_nothing()).rowcount
    return new


def claim(engine: Engine, holder: str, at: datetime, *, resting: Collection[str] = ()) -> Item | None:
    """Take the earliest due work that nobody holds and that is not `resting`; None where there is none."""
    query = (
        select(WORK.c.key, WORK.c.kind, WORK.c.due_at, WORK.c.round_id)
        .where(
            WORK.c.finished_at.is_(None),
            WORK.c.claimed_by.is_(None),
            WORK.c.due_at <= at,
            WORK.c.tries < MOST_TRIES,
        )
        .order_by(WORK.c.due_at, WORK.c.key)
    )
    with engine.begin() as connection:
        for key, kind, due_at, round_id in connection.execute(query).all():
            if key in resting:
                continue
            taken = connection.execute(
                update(WORK)
                .where(WORK.c.key == key, WORK.c.claimed_by.is_(None))
                .values(claimed_by=holder, claimed_at=at, tries=WORK.c.tries + 1)
            )
            if taken.rowcount == 1:
                return Item(key, kind, due_at, round_id)
    return None


def finish(engine: Engine, key: str, at: datetime) -> None:
    """The work is done."""
    _set(engine, key, {"finished_at": at, "error": None})


def give_back(engine: Engine, key: str, error: str, *, tried: bool = True) -> None:
    """The work could not be done this time; it may be claimed again until it was tried often enough.

    `tried` False takes the try back: somebody else was in the way, which says nothing of the work.
    """
    values: dict[str, object] = {"claimed_by": None, "claimed_at": None, "error": error[:2000]}
    if not tried:
        values["tries"] = WORK.c.tries - 1
    _set(engine, key, values)


def release_abandoned(engine: Engine) -> int:
    """Free what a leader that is gone had claimed; only the new leader may call this."""
    statement = (
        update(WORK)
        .where(WORK.c.finished_at.is_(None), WORK.c.claimed_by.is_not(None))
        .values(claimed_by=None, claimed_at=None, tries=WORK.c.tries - 1)
    )
    with engine.begin() as connection:
        return connection.execute(statement).rowcount


def try_again(engine: Engine) -> int:
    """Forget how often given-up work was tried: whoever starts the service anew has mended what was wrong."""
    statement = update(WORK).where(WORK.c.finished_at.is_(None), WORK.c.tries >= MOST_TRIES).values(tries=0)
    with engine.begin() as connection:
        return connection.execute(statement).rowcount


def idle(engine: Engine) -> bool:
    """Whether nothing is left to do, now or later."""
    query = select(WORK.c.key).where(WORK.c.finished_at.is_(None), WORK.c.tries < MOST_TRIES)
    with engine.connect() as connection:
        return connection.execute(query.limit(1)).first() is None


def failures(engine: Engine) -> list[tuple[str, str]]:
    """Work that was given up, with its last error."""
    query = select(WORK.c.key, WORK.c.error).where(WORK.c.finished_at.is_(None), WORK.c.tries >= MOST_TRIES)
    with engine.connect() as connection:
        return [(key, error or "") for key, error in connection.execute(query)]


def _set(engine: Engine, key: str, values: dict[str, object]) -> None:
    with engine.begin() as connection:
        connection.execute(update(WORK).where(WORK.c.key == key).values(**values))
