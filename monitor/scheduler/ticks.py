"""What is due at a moment, as work to insert: pure looks at the ledger, no work is done here."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Engine, select

from monitor.ledger.tables import NOTICES, ROUNDS, WORK
from monitor.rounds.adopted import frozen_system
from monitor.rounds.windows import availability_days, current_slot
from monitor.scheduler.work import MOST_TRIES, Item
from monitor.times import start_of

MONTHS_A_QUARTER = 3
LOOK_AGAIN_EVERY = timedelta(days=1)


def due(engine: Engine, at: datetime, *, plan_quarters: bool = False) -> list[Item]:
    """Everything that is due at that moment: the quarter's round, visits, account looks, deadlines."""
    items: list[Item] = []
    if plan_quarters:
        items.append(quarter_item(at))
    with engine.connect() as connection:
        rounds = connection.execute(
            select(
                ROUNDS.c.round_id,
                ROUNDS.c.as_of,
                ROUNDS.c.starts_at,
                ROUNDS.c.compressed,
                ROUNDS.c.system_text,
            ).where(ROUNDS.c.closed_at.is_(None), ROUNDS.c.starts_at <= at)
        ).all()
        deadlines = connection.execute(
            select(NOTICES.c.deadline).where(NOTICES.c.deadline < at.date()).distinct()
        ).scalars()
        items += [
            Item(f"deadlines:{day}", "deadlines", start_of(day + timedelta(days=1))) for day in deadlines
        ]
    for round_id, as_of, starts_at, compressed, system_text in rounds:
        if compressed:
            items.append(Item(f"round:{round_id}", "round", starts_at, round_id))
        else:
            items += _unhurried(round_id, as_of, system_text, at)
    return items


def _unhurried(round_id: str, as_of: datetime, system_text: str, at: datetime) -> list[Item]:
    """A real week: the present visit slot, a daily look at the accounts, everything else at the reference time.

    A slot that was missed is not made up for; the day may fall short and the rule then says unobserved.
    """
    system = frozen_system(system_text, round_id)
    slot = current_slot(as_of, system, at)
    items = []
    if slot is not None:
        items.append(Item(f"visits:{round_id}:{slot.number}", "visits", slot.scheduled, round_id))
    items += [
        Item(f"accounts:{round_id}:{day}", "accounts", start_of(day), round_id)
        for day in availability_days(as_of, system)
        if start_of(day) <= at < start_of(day) + LOOK_AGAIN_EVERY
    ]
    if at >= as_of:
        items.append(Item(f"round:{round_id}", "round", as_of, round_id))
    return items


def awaited(engine: Engine) -> bool:
    """Whether an open round has not been run to its end by its work, nor given up, yet."""
    ended = select(WORK.c.round_id).where(
        WORK.c.kind == "round", WORK.c.finished_at.is_not(None) | (WORK.c.tries >= MOST_TRIES)
    )
    query = select(ROUNDS.c.round_id).where(ROUNDS.c.closed_at.is_(None), ROUNDS.c.round_id.not_in(ended))
    with engine.connect() as connection:
        return connection.execute(query.limit(1)).first() is not None


def quarter_item(at: datetime) -> Item:
    """The planning of the present quarter's round, due from the quarter's first day."""
    quarter = (at.month - 1) // MONTHS_A_QUARTER + 1
    first = start_of(at.date().replace(month=(quarter - 1) * MONTHS_A_QUARTER + 1, day=1))
    return Item(f"plan:{at.year}Q{quarter}", "plan", first, f"{at.year}Q{quarter}")
