"""Rows of the ledger into the frozen inputs of the documents; every figure is counted there, none here."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import Engine

from checks.facts import TargetKind
from checks.model import Answer, Finding, Verdict
from checks.scoring import ConfirmedVerdict, ScoreCard
from checks.scoring import State as Reviewed
from checks.words import FAILURE_NAMES, failure_name
from monitor.documents.indicators import indicator_lines
from monitor.rounds.draw import league_of
from monitor.rounds.standing import Ended, ended
from monitor.rounds.store import OpenRound
from monitor.rounds.stored import judged_verdicts
from monitor.rounds.windows import availability_days
from monitor.settings import Settings
from registry.model import Level, Register, Unit
from reports.model import (
    REGION_ITSELF,
    DrawShare,
    FindingLine,
    League,
    RoundFacts,
    RoundReport,
    ScoreSheet,
    Setting,
    State,
    TargetLine,
    VerdictLine,
    Window,
)


def round_report(engine: Engine, opened: OpenRound, settings: Settings, issued_on: date) -> RoundReport:
    """Everything that the documents of one round are made from, as the ledger stands now."""
    verdicts = judged_verdicts(engine, opened.round_id)
    lines = ended(engine, opened)
    return RoundReport(
        round=_round_facts(opened, settings, issued_on, open_left=_any_open(verdicts)),
        indicators=indicator_lines(opened.system),
        leagues=_leagues(opened.register),
        targets=tuple(_target_line(opened, one) for one in sorted(lines, key=_sites_first)),
        sheets=tuple(
            _sheet(one.card, verdicts.get(one.card.target, ())) for one in lines if one.card is not None
        ),
        gap_words=dict(FAILURE_NAMES),
    )


def _sites_first(one: Ended) -> tuple[bool, str]:
    return one.line.kind != "site", one.line.target


def _any_open(verdicts: dict[str, tuple[ConfirmedVerdict, ...]]) -> bool:
    return any(
        line.verdict.needs_person and line.state is Reviewed.PROPOSED
        for lines in verdicts.values()
        for line in lines
    )


def _round_facts(opened: OpenRound, settings: Settings, issued_on: date, *, open_left: bool) -> RoundFacts:
    row = opened.row
    days = availability_days(row.as_of, opened.system)
    return RoundFacts(
        round_id=row.round_id,
        title=row.title,
        issuer=settings.issuer,
        as_of=row.as_of,
        issued_on=issued_on,
        system_name=opened.system.title,
        system_version=row.system_version,
        system_digest=row.system_digest,
        seed=row.seed,
        registry_day=row.snapshot_day,
        registry_digest=row.snapshot_digest,
        shares=tuple(
            DrawShare(kind, Level(level), Decimal(str(share)))
            for kind in TargetKind
            for level, share in row.shares.items()
        ),
        windows=(Window("可用性访问", days[0], days[-1], "每天间隔性访问"),),
        settings=tuple(Setting(name, str(value)) for name, value in row.settings.items()),
        rehearsal=row.rehearsal,
        hosts_file=row.hosts_file,
        draft=open_left and row.closed_at is None,
        working_days=notice_days(opened, settings),
    )


def notice_days(opened: OpenRound, settings: Settings) -> int:
    """The time limit of a notice in working days: the office's setting, else the adopted system's."""
    adopted = opened.system.settings["notice_working_days"].value
    return settings.notice_days if settings.notice_days is not None else int(str(adopted))


def _leagues(register: Register) -> tuple[League, ...]:
    leagues = [one for one in register.divisions.values() if one.level is Level.LEAGUE]
    return (
        League(REGION_ITSELF, "自治区本级"),
        *(League(one.code, one.name) for one in sorted(leagues, key=lambda league: league.code)),
    )


def _target_line(opened: OpenRound, one: Ended) -> TargetLine:
    subject = opened.subject(one.line)
    register = opened.register
    unit = register.units[subject.unit_id]
    division = register.divisions.get(unit.division_code)
    handle = register.accounts[one.line.target].handle if one.line.kind == "account" else None
    return TargetLine(
        target=one.line.target,
        kind=subject.kind,
        name=subject.name,
        unit_id=unit.unit_id,
        unit_name=unit.name,
        level=unit.level,
        league=league_of(unit.division_code),
        standing=one.standing,
        division=division.name if division is not None else unit.division_code,
        supervising_unit=supervisor_of(register, unit),
        site_kind=subject.site_kind,
        platform=subject.platform,
        handle=handle,
        url=subject.url,
        stratum=one.line.stratum.split("|", 1)[1].replace("|", " · "),
        how=one.line.how,
        reason=one.reason,
    )


def supervisor_of(register: Register, unit: Unit) -> str:
    """The name of the unit above, empty at the top."""
    parent = register.units.get(unit.parent_id) if unit.parent_id else None
    return "" if parent is None else parent.name


def _sheet(card: ScoreCard, verdicts: tuple[ConfirmedVerdict, ...]) -> ScoreSheet:
    shared = next((failure_name(gap.reason) for one in verdicts for gap in one.verdict.unseen), "")
    return ScoreSheet(
        target=card.target,
        lines=tuple(_verdict_line(one, shared) for one in verdicts),
        score=card.score,
        score_low=card.score_low,
        score_high=card.score_high,
        remarks=tuple(card.missing),
    )


def _verdict_line(one: ConfirmedVerdict, shared: str) -> VerdictLine:
    verdict = one.verdict
    return VerdictLine(
        indicator=verdict.indicator,
        answer=verdict.answer,
        state=State(one.state.value),
        reason=verdict.reason,
        confirmed_by=one.confirmed_by,
        deduction=verdict.deduction,
        findings=_finding_lines(verdict.target, verdict.indicator, verdict.findings, 0),
        candidates=_finding_lines(
            verdict.target, verdict.indicator, verdict.candidates, len(verdict.findings)
        ),
        unseen=verdict.unseen,
        kind_of_gap=_kind_of_gap(verdict, shared),
    )


def _finding_lines(
    target: str, indicator: str, findings: tuple[Finding, ...], first: int
) -> tuple[FindingLine, ...]:
    return tuple(
        FindingLine(f"{target}/{indicator}/{number}", finding.says, finding.evidence, finding.key)
        for number, finding in enumerate(findings, start=first)
    )


def _kind_of_gap(verdict: Verdict, shared: str) -> str:
    """The label under which an unobserved answer is counted; `shared` is what kept the target from being seen."""
    if verdict.answer is not Answer.UNOBSERVED:
        return ""
    if verdict.unseen:
        return failure_name(verdict.unseen[0].reason)
    if verdict.candidates:
        return "发现疑似问题, 待人工研判"
    return shared or f"所见不足以下结论 ({verdict.indicator})"
