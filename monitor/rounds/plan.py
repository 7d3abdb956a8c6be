"""Planning a round: draw, and freeze everything that the result will depend on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import insert, select
from sqlmodel import Session

from monitor.ledger.codec import encode, pack
from monitor.ledger.tables import ROUNDS, TARGETS, Round
from monitor.rounds.adopted import AdoptedSystem
from monitor.rounds.draw import Drawn, Shares, candidates, draw
from monitor.rounds.errors import RoundError
from monitor.times import shanghai
from registry.history import register_as_of
from registry.model import Inclusion

MONTHS_A_QUARTER = 3
USABLE_NAME = re.compile(r"\w[\w-]{0,39}")
TAKEN_NAMES = frozenset({"scheduler"})  # the folder of the scheduler's own lock, beside those of the rounds


@dataclass(frozen=True, slots=True)
class RoundPlan:
    """What a planner decides; everything else follows from the registry and the adopted system.

    `settings` are the collector's settings that the round prints and keeps.
    """

    round_id: str
    as_of: datetime
    seed: str
    shares: Shares
    adopted: AdoptedSystem
    title: str = ""
    inclusions: tuple[Inclusion, ...] = ()
    starts_at: datetime | None = None
    compressed: bool = False
    rehearsal: bool = False
    hosts_file: bool = False
    settings: dict[str, object] = field(default_factory=dict)


def plan_round(session: Session, plan: RoundPlan, planned_at: datetime) -> list[Drawn]:
    """Draw and store a round, all or nothing; returns the draw.

    The register is taken as it stands on the day of planning.
    RoundError where the name is taken or cannot name a folder, nothing is registered, or the year could not
    be covered.
    """
    require_usable_name(plan.round_id)
    if session.get(Round, plan.round_id) is not None:
        raise RoundError(f"轮次 {plan.round_id} 已经存在; 冻结的轮次不能重做, 请换一个名称")
    as_of = shanghai(plan.as_of)
    snapshot_day = shanghai(planned_at).date()
    register = register_as_of(session, snapshot_day)
    pool = candidates(register)
    if not pool:
        raise RoundError(f"{snapshot_day} 这一天没有备案的网站或账号, 请先运行 monitor registry import")
    earlier = targets_drawn_earlier(session, as_of)
    lines = draw(
        pool,
        seed=plan.seed,
        shares=plan.shares,
        inclusions=plan.inclusions,
        drawn_earlier=earlier,
        quarter=(as_of.month - 1) // MONTHS_A_QUARTER + 1,
    )
    snapshot, digest = pack(encode(register))
    session.add(
        Round(
            round_id=plan.round_id,
            title=plan.title or default_title(as_of),
            as_of=as_of,
            seed=plan.seed,
            shares=dict(plan.shares.by_level),
            system_name=plan.adopted.system.system_id,
            system_version=plan.adopted.system.version,
            system_digest=plan.adopted.system.digest,
            system_text=plan.adopted.text,
            snapshot_day=snapshot_day,
            snapshot_digest=digest,
            snapshot=snapshot,
            inclusions=[{"target": one.target, "reason": one.reason} for one in plan.inclusions],
            drawn_earlier=sorted(earlier),
            settings=plan.settings,
            starts_at=plan.starts_at or planned_at,
            planned_at=planned_at,
            compressed=plan.compressed,
            rehearsal=plan.rehearsal,
            hosts_file=plan.hosts_file,
        )
    )
    session.flush()
    _store_lines(session, plan.round_id, lines)
    session.commit()
    return lines


def require_usable_name(round_id: str) -> None:
    """Refuse (RoundError) a name that could not be the name of the folder of the round's evidence."""
    if not USABLE_NAME.fullmatch(round_id) or round_id in TAKEN_NAMES:
        raise RoundError(
            f"轮次名称不能用: {round_id!r}; 请用不超过 40 个的汉字、字母、数字、减号或下划线, 如 2026Q3"
        )


def default_title(as_of: datetime) -> str:
    """The round's title in the office's words, from its reference time; documents add what was checked."""
    quarter = "一二三四"[(as_of.month - 1) // MONTHS_A_QUARTER]
    return f"{as_of.year}年第{quarter}季度"


def targets_drawn_earlier(session: Session, as_of: datetime) -> set[str]:
    """The targets that rounds with an earlier reference time in the same calendar year have drawn."""
    year_start = as_of.replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    earlier = select(ROUNDS.c.round_id).where(ROUNDS.c.as_of >= year_start, ROUNDS.c.as_of < as_of)
    rounds = session.execute(earlier).scalars().all()
    if not rounds:
        return set()
    drawn = select(TARGETS.c.target).where(
        TARGETS.c.round_id.in_(rounds),
        TARGETS.c.drawn,
    )
    return set(session.execute(drawn).scalars())


def _store_lines(session: Session, round_id: str, lines: Sequence[Drawn]) -> None:
    session.execute(
        insert(TARGETS),
        [
            {
                "round_id": round_id,
                "target": line.candidate.target,
                "kind": line.candidate.kind,
                "stratum": line.candidate.stratum,
                "rank": line.rank,
                "drawn": line.drawn,
                "how": line.how,
                "exempt": line.candidate.exempt,
            }
            for line in lines
        ],
    )
