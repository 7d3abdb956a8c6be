"""Judging a round from stored facts: rules in, verdict and finding rows out, all or nothing.

Doing it again deletes the round's verdicts and writes the same ones; decisions of people are kept apart and
survive.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from datetime import date

from sqlalchemy import Engine, delete, insert, select

from checks.facts import Subject, Visit, VisitLedger
from checks.model import Finding, Verdict
from checks.runner import judge_account, judge_site
from monitor.ledger.codec import encode, unpack_account_facts, unpack_site_facts
from monitor.ledger.tables import FACTS, FINDINGS, VERDICTS, VISITS
from monitor.rounds.progress import Listener, PhaseProgress
from monitor.rounds.store import OpenRound
from monitor.rounds.windows import availability_days

BATCH = 500


def judge_round(engine: Engine, opened: OpenRound, listener: Listener | None = None) -> int:
    """Judge every drawn target of the round; returns the number of verdicts."""
    sites, accounts = list(opened.subjects("site")), list(opened.subjects("account"))
    verdicts = 0
    total = len(sites) + len(accounts)
    with PhaseProgress(engine, opened.round_id, "judge", total, listener) as progress:
        with engine.begin() as connection:
            for table in (FINDINGS, VERDICTS):
                connection.execute(delete(table).where(table.c.round_id == opened.round_id))
        batch: list[Verdict] = []
        kinds: dict[str, str] = {}
        for subject, judged in _all(engine, opened, sites, accounts):
            batch += judged
            kinds[subject.target] = subject.kind.value
            verdicts += len(judged)
            if len(kinds) >= BATCH:
                _write(engine, opened.round_id, batch, kinds)
                progress.more(len(kinds))
                batch, kinds = [], {}
        _write(engine, opened.round_id, batch, kinds)
        progress.more(len(kinds))
    return verdicts


def _all(
    engine: Engine, opened: OpenRound, sites: list[Subject], accounts: list[Subject]
) -> Iterator[tuple[Subject, tuple[Verdict, ...]]]:
    days = availability_days(opened.row.as_of, opened.system)
    for chunk in _chunks(sites):
        payloads = _payloads(engine, opened.round_id, chunk)
        ledgers = _ledgers(engine, opened.round_id, chunk, days)
        for subject in chunk:
            raw = payloads.get(subject.target)
            facts = None if raw is None else unpack_site_facts(raw)
            visits = ledgers.get(subject.target)
            yield subject, judge_site(subject, facts, visits, opened.system, opened.row.as_of)
    for chunk in _chunks(accounts):
        payloads = _payloads(engine, opened.round_id, chunk)
        for subject in chunk:
            raw = payloads.get(subject.target)
            seen = None if raw is None else unpack_account_facts(raw)
            yield subject, judge_account(subject, seen, opened.system, opened.row.as_of)


def _chunks(subjects: list[Subject]) -> Iterator[list[Subject]]:
    for start in range(0, len(subjects), BATCH):
        yield subjects[start : start + BATCH]


def _payloads(engine: Engine, round_id: str, subjects: list[Subject]) -> dict[str, bytes]:
    query = select(FACTS.c.target, FACTS.c.payload).where(
        FACTS.c.round_id == round_id,
        FACTS.c.target.in_([one.target for one in subjects]),
    )
    with engine.connect() as connection:
        return {row.target: row.payload for row in connection.execute(query)}


def _ledgers(
    engine: Engine, round_id: str, subjects: list[Subject], days: tuple[date, ...]
) -> dict[str, VisitLedger]:
    columns = [VISITS.c[field.name] for field in fields(Visit)]
    query = (
        select(VISITS.c.target, *columns)
        .where(VISITS.c.round_id == round_id, VISITS.c.target.in_([one.target for one in subjects]))
        .order_by(VISITS.c.target, VISITS.c.slot, VISITS.c.attempt)
    )
    visits: dict[str, list[Visit]] = {}
    with engine.connect() as connection:
        for row in connection.execute(query):
            visits.setdefault(row[0], []).append(Visit(*row[1:]))
    urls = {one.target: one.url or "" for one in subjects}
    return {
        target: VisitLedger(url=urls[target], days=days, visits=tuple(rows))
        for target, rows in visits.items()
    }


def _write(engine: Engine, round_id: str, verdicts: list[Verdict], kinds: dict[str, str]) -> None:
    if not verdicts:
        return
    rows = [_verdict_row(round_id, verdict, kinds[verdict.target]) for verdict in verdicts]
    findings = [
        _finding_row(round_id, verdict, number, finding, candidate)
        for verdict in verdicts
        for number, (finding, candidate) in enumerate(
            [(one, False) for one in verdict.findings] + [(one, True) for one in verdict.candidates]
        )
    ]
    with engine.begin() as connection:
        connection.execute(insert(VERDICTS), rows)
        if findings:
            connection.execute(insert(FINDINGS), findings)


def _verdict_row(round_id: str, verdict: Verdict, kind: str) -> dict[str, object]:
    return {
        "round_id": round_id,
        "target": verdict.target,
        "indicator": verdict.indicator,
        "kind": kind,
        "answer": verdict.answer.value,
        "reason": verdict.reason,
        "deduction": str(verdict.deduction),
        "deduction_low": str(verdict.deduction_low),
        "deduction_high": str(verdict.deduction_high),
        "needs_person": verdict.needs_person,
        "unseen": encode(verdict.unseen).decode(),
    }


def _finding_row(
    round_id: str, verdict: Verdict, number: int, finding: Finding, candidate: bool
) -> dict[str, object]:
    return {
        "round_id": round_id,
        "target": verdict.target,
        "indicator": verdict.indicator,
        "number": number,
        "candidate": candidate,
        "key": finding.key,
        "says": finding.says,
        "evidence": encode(finding.evidence).decode(),
    }
