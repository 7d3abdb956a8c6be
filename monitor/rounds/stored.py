"""Stored verdicts as the ruler's own values again, each with where it stands with the reviewers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import Engine, Row, select

from checks.facts import Gap
from checks.model import Answer, Finding, Verdict
from checks.scoring import ConfirmedVerdict, ScoreCard, score
from monitor.casework.decisions import standing_of, standings
from monitor.ledger.codec import decode_evidence
from monitor.ledger.tables import FINDINGS, VERDICTS, VerdictRow
from monitor.rounds.progress import require_judged
from monitor.rounds.store import OpenRound

_gaps = msgspec.json.Decoder(tuple[Gap, ...])

Findings = Mapping[tuple[str, str], list[tuple[bool, Finding]]]


def judged_verdicts(engine: Engine, round_id: str) -> dict[str, tuple[ConfirmedVerdict, ...]]:
    """All verdicts of a round by target, in the order of the indicator codes."""
    known = standings(engine, round_id)
    findings = _findings(engine, round_id)
    query = (
        select(VerdictRow)
        .where(VERDICTS.c.round_id == round_id)
        .order_by(VERDICTS.c.target, VERDICTS.c.indicator)
    )
    found: dict[str, list[ConfirmedVerdict]] = {}
    with engine.connect() as connection:
        for row in connection.execute(query):
            standing = standing_of(known, row.target, row.indicator, needs_person=row.needs_person)
            found.setdefault(row.target, []).append(
                ConfirmedVerdict(_verdict(row, findings), standing.state, standing.confirmed_by)
            )
    return {target: tuple(verdicts) for target, verdicts in found.items()}


def _verdict(stored: Row[Any], findings: Findings) -> Verdict:
    pairs = findings.get((stored.target, stored.indicator), [])
    return Verdict(
        target=stored.target,
        indicator=stored.indicator,
        answer=Answer(stored.answer),
        reason=stored.reason,
        findings=tuple(finding for candidate, finding in pairs if not candidate),
        candidates=tuple(finding for candidate, finding in pairs if candidate),
        unseen=_gaps.decode(stored.unseen),
        deduction=Decimal(stored.deduction),
        deduction_low=Decimal(stored.deduction_low),
        deduction_high=Decimal(stored.deduction_high),
        needs_person=stored.needs_person,
    )


def _findings(engine: Engine, round_id: str) -> Findings:
    query = (
        select(
            FINDINGS.c.target,
            FINDINGS.c.indicator,
            FINDINGS.c.candidate,
            FINDINGS.c.says,
            FINDINGS.c.evidence,
            FINDINGS.c.key,
        )
        .where(FINDINGS.c.round_id == round_id)
        .order_by(FINDINGS.c.target, FINDINGS.c.indicator, FINDINGS.c.number)
    )
    found: dict[tuple[str, str], list[tuple[bool, Finding]]] = {}
    with engine.connect() as connection:
        for target, indicator, candidate, says, evidence, key in connection.execute(query):
            finding = Finding(says=says, evidence=decode_evidence(evidence), key=key)
            found.setdefault((target, indicator), []).append((candidate, finding))
    return found


def score_cards(engine: Engine, opened: OpenRound, *, proposed: bool = False) -> Iterator[ScoreCard]:
    """The score card of every drawn and judged target, sorted by kind and identifier.

    RoundError where the round is not judged to its end.
    """
    require_judged(engine, opened.round_id)
    verdicts = judged_verdicts(engine, opened.round_id)
    for kind in ("site", "account"):
        for subject in opened.subjects(kind):
            yield score(subject, verdicts.get(subject.target, ()), opened.system, proposed=proposed)


def score_line(card: ScoreCard, kind: str) -> dict[str, object]:
    """A score card as a line for programs (`formats.md`)."""
    return {
        "target": card.target,
        "kind": kind,
        "grade": card.grade.value,
        "veto": list(card.veto),
        "score": _number(card.score),
        "score_low": _number(card.score_low),
        "score_high": _number(card.score_high),
        "unobserved": list(card.unobserved),
    }


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
