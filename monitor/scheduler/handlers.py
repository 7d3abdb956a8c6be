"""Who does which kind of work."""

from __future__ import annotations

import calendar
import secrets
from collections.abc import Mapping
from datetime import datetime

import structlog
from sqlalchemy import Engine
from sqlmodel import Session

from monitor.ledger.tables import Round
from monitor.rounds.adopted import adopted
from monitor.rounds.draw import Shares
from monitor.rounds.environment import Environment, frozen_settings
from monitor.rounds.lock import only_one
from monitor.rounds.looking import look_at_accounts
from monitor.rounds.plan import RoundPlan, plan_round
from monitor.rounds.run import require_runnable, run_round
from monitor.rounds.store import open_round
from monitor.rounds.visiting import visit_now
from monitor.rounds.windows import availability_days, current_slot
from monitor.scheduler.deadlines import overdue_notices
from monitor.scheduler.serve import Handler
from monitor.scheduler.work import Item
from monitor.times import Clock, now, shanghai, start_of

REFERENCE_DAY = 25
REFERENCE_HOUR = 9

log = structlog.get_logger("scheduler")


def handlers(engine: Engine, environment: Environment, clock: Clock = now) -> Mapping[str, Handler]:
    """The handlers of every kind of work, bound to one database and one environment.

    Work that waited while its round was closed, and visits that waited until their slot was over, are dropped.
    """

    def run(item: Item) -> None:
        if not _closed(engine, item):
            run_round(engine, _round_of(item), environment)

    def visits(item: Item) -> None:
        if _closed(engine, item):
            return
        opened = open_round(engine, _round_of(item))
        require_runnable(opened, environment)
        number = int(item.key.rsplit(":", 1)[1])
        slot = current_slot(opened.row.as_of, opened.system, clock())
        if slot is None or slot.number != number:
            log.warning("slot_missed", key=item.key)
            return
        visit_now(engine, opened, environment, number)

    def accounts(item: Item) -> None:
        if _closed(engine, item):
            return
        opened = open_round(engine, _round_of(item))
        require_runnable(opened, environment)
        with only_one(environment.evidence(opened.round_id), f"轮次 {opened.round_id}"):
            look_at_accounts(engine, opened, environment, since=item.due_at)

    def plan(item: Item) -> None:
        plan_quarter(engine, environment, _round_of(item), clock())

    def deadlines(item: Item) -> None:
        for notice in overdue_notices(engine, clock().date()):
            log.warning(
                "notice_overdue", number=notice.number, unit=notice.unit_id, deadline=str(notice.deadline)
            )

    return {"round": run, "visits": visits, "accounts": accounts, "plan": plan, "deadlines": deadlines}


def plan_quarter(engine: Engine, environment: Environment, round_id: str, at: datetime) -> None:
    """Plan the quarter's round, named like `2026Q4`, with its reference time late in the quarter's last month.

    Does nothing where somebody has planned a round of that name already. The week of visits starts by itself.
    """
    with Session(engine) as session:
        if session.get(Round, round_id) is not None:
            return
        year, quarter = (int(part) for part in round_id.split("Q"))
        month = quarter * 3
        day = min(REFERENCE_DAY, calendar.monthrange(year, month)[1])
        as_of = shanghai(datetime(year, month, day, REFERENCE_HOUR))  # noqa: DTZ001  made aware at once
        ruler = adopted(environment.settings.system)
        plan_round(
            session,
            RoundPlan(
                round_id=round_id,
                as_of=as_of,
                seed=secrets.token_hex(8),
                shares=Shares.parse("1"),
                adopted=ruler,
                starts_at=start_of(availability_days(as_of, ruler.system)[0]),
                hosts_file=environment.settings.hosts_file is not None,
                settings=frozen_settings(environment.settings),
            ),
            at,
        )


def _closed(engine: Engine, item: Item) -> bool:
    closed_at = open_round(engine, _round_of(item)).row.closed_at
    if closed_at is not None:
        log.warning("round_closed", key=item.key, closed_at=str(closed_at))
    return closed_at is not None


def _round_of(item: Item) -> str:
    if item.round_id is None:
        raise ValueError(f"工作 {item.key} 没有写明轮次")
    return item.round_id
