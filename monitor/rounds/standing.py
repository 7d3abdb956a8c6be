"""Where every registered target of a round ended; exactly one standing for each, so that the rows add up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Engine
from sqlmodel import Session

from checks.scoring import ScoreCard
from monitor.ledger.tables import RoundTarget
from monitor.rounds.store import OpenRound
from monitor.rounds.stored import score_cards
from registry.history import register_as_of
from registry.model import AccountStatus, SiteStatus
from reports.model import Standing

_OF_GRADE = {"合格": Standing.PASSED, "不合格": Standing.FAILED, "未能判定": Standing.UNDECIDED}


@dataclass(frozen=True, slots=True)
class Ended:
    """A registered target, where it ended, why, and its score card where it was judged."""

    line: RoundTarget
    standing: Standing
    reason: str = ""
    card: ScoreCard | None = None


def ended(engine: Engine, opened: OpenRound, *, proposed: bool = False) -> list[Ended]:
    """One line for every registered target of the round, sorted by kind and identifier."""
    cards = {card.target: card for card in score_cards(engine, opened, proposed=proposed)}
    closed = closed_during(engine, opened)
    lines = []
    for one in opened.targets:
        if not one.drawn:
            lines.append(Ended(one, Standing.NOT_DRAWN))
        elif one.target in closed:
            lines.append(Ended(one, Standing.CLOSED, "检查期间关停注销"))
        elif one.exempt is not None:
            lines.append(Ended(one, Standing.EXEMPT, one.exempt))
        else:
            card = cards[one.target]
            lines.append(Ended(one, _OF_GRADE[card.grade.value], card=card))
    return lines


def closed_during(engine: Engine, opened: OpenRound) -> set[str]:
    """Targets that the living registry has closed between the snapshot and the round's closing."""
    closed_at = opened.row.closed_at
    with Session(engine) as session:
        register = register_as_of(session, date.max if closed_at is None else closed_at.date())
    gone = {code for code, site in register.sites.items() if site.status is SiteStatus.CLOSED}
    gone |= {code for code, account in register.accounts.items() if account.status is AccountStatus.CLOSED}
    return gone & {one.target for one in opened.targets}


def tally(lines: list[Ended], kind: str) -> dict[str, int]:
    """The counts of one kind as they stand in `run.json`."""
    of_kind = [one for one in lines if one.line.kind == kind]
    count = {standing: sum(1 for one in of_kind if one.standing is standing) for standing in Standing}
    drawn = len(of_kind) - count[Standing.NOT_DRAWN]
    return {
        "registered": len(of_kind),
        "drawn": drawn,
        "not_drawn": count[Standing.NOT_DRAWN],
        "judged": count[Standing.PASSED] + count[Standing.FAILED],
        "unobserved": count[Standing.UNDECIDED],
        "exempt": count[Standing.EXEMPT],
        "closed": count[Standing.CLOSED],
    }
