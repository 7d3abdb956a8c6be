"""The verdicts of a round as lines for programs: one object a target and indicator, in a fixed order."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from sqlalchemy import Engine, select

from monitor.casework.decisions import standing_of, standings
from monitor.ledger.tables import FINDINGS, VERDICTS


def verdict_lines(engine: Engine, round_id: str, *, canonical: bool = False) -> Iterator[dict[str, object]]:
    """One object for every verdict, sorted by target and indicator (`formats.md`).

    `canonical` leaves out the moments, so that two runs over the same answers give the same lines.
    """
    known = standings(engine, round_id)
    evidence = _evidence(engine, round_id)
    query = (
        select(
            VERDICTS.c.target,
            VERDICTS.c.kind,
            VERDICTS.c.indicator,
            VERDICTS.c.answer,
            VERDICTS.c.reason,
            VERDICTS.c.deduction,
            VERDICTS.c.needs_person,
        )
        .where(VERDICTS.c.round_id == round_id)
        .order_by(VERDICTS.c.target, VERDICTS.c.indicator)
    )
    with engine.connect() as connection:
        for target, kind, indicator, answer, reason, deduction, needs in connection.execute(query):
            standing = standing_of(known, target, indicator, needs_person=needs)
            pieces = evidence.get((target, indicator), [])
            yield {
                "target": target,
                "kind": kind,
                "indicator": indicator,
                "verdict": answer,
                "state": standing.state.value,
                "confirmed_by": list(standing.confirmed_by),
                "deduction": float(deduction),
                "reason": reason,
                "evidence": [_without_time(one) for one in pieces] if canonical else pieces,
            }


def _evidence(engine: Engine, round_id: str) -> dict[tuple[str, str], list[dict[str, object]]]:
    query = (
        select(FINDINGS.c.target, FINDINGS.c.indicator, FINDINGS.c.evidence)
        .where(FINDINGS.c.round_id == round_id)
        .order_by(FINDINGS.c.target, FINDINGS.c.indicator, FINDINGS.c.number)
    )
    found: dict[tuple[str, str], list[dict[str, object]]] = {}
    with engine.connect() as connection:
        for target, indicator, text in connection.execute(query):
            found.setdefault((target, indicator), []).extend(msgspec.json.decode(text))
    return found


def _without_time(evidence: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in evidence.items() if key != "at"}
