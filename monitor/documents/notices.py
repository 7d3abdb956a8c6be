"""Issuing rectification notices: one for each unit with confirmed findings, numbered once and for ever."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlalchemy import Engine, select
from sqlmodel import Session

from checks.facts import TargetKind
from checks.model import Answer
from checks.scoring import ConfirmedVerdict
from checks.scoring import State as Reviewed
from checks.system import Part, System
from monitor.documents.fill import notice_days, supervisor_of
from monitor.ledger.tables import NOTICES, NoticeRow
from monitor.rounds.standing import closed_during
from monitor.rounds.store import OpenRound
from monitor.rounds.stored import judged_verdicts
from monitor.settings import Settings
from registry.calendar import WorkingCalendar
from reports.model import Notice, NoticeItem, State


def notices(
    engine: Engine, opened: OpenRound, settings: Settings, calendar: WorkingCalendar, issued_on: date
) -> list[Notice]:
    """The notices of a round, sorted by number; those of earlier calls keep number, day and deadline.

    A unit with confirmed findings gets exactly one. A unit whose findings changed since keeps its number; one
    that has none left keeps its number too, but its notice is withdrawn. What closed during the round is told
    to nobody.
    """
    items = _items_by_unit(engine, opened)
    stored = _stored(engine, opened, items, settings, calendar, issued_on)
    made = []
    for unit_id, row in stored.items():
        unit = opened.register.units[unit_id]
        made.append(
            Notice(
                number=row.number,
                unit_id=unit_id,
                unit_name=unit.name,
                supervising_unit=supervisor_of(opened.register, unit),
                issued_on=row.issued_on,
                deadline=row.deadline,
                working_days=notice_days(opened, settings),
                items=tuple(items[unit_id]),
                calendar_remark=calendar.warning(row.issued_on, row.deadline) or "",
            )
        )
    return sorted(made, key=lambda notice: notice.number)


def _items_by_unit(engine: Engine, opened: OpenRound) -> dict[str, list[NoticeItem]]:
    verdicts = judged_verdicts(engine, opened.round_id)
    closed = closed_during(engine, opened)
    items: dict[str, list[NoticeItem]] = {}
    for kind in ("site", "account"):
        for subject in opened.subjects(kind):
            if subject.target in closed:
                continue
            for line in verdicts.get(subject.target, ()):
                made = list(_items(opened.system, line, subject.name, subject.kind, subject.platform))
                if made:
                    items.setdefault(subject.unit_id, []).extend(made)
    return items


def _items(
    system: System, line: ConfirmedVerdict, name: str, kind: TargetKind, platform: str | None
) -> Iterator[NoticeItem]:
    indicator = system.indicator(line.verdict.indicator)
    veto = indicator.part is Part.VETO
    confirmed = line.state is Reviewed.CONFIRMED
    counts = (
        confirmed if veto else line.verdict.answer is Answer.FAIL and line.state is not Reviewed.DISMISSED
    )
    if not counts:
        return
    shown = line.verdict.findings or (line.verdict.candidates if confirmed else ())
    for finding in shown:
        yield NoticeItem(
            target=line.verdict.target,
            target_kind=kind,
            target_name=name,
            indicator=indicator.code,
            indicator_name=indicator.name,
            clause=f"{indicator.document} {indicator.clause}".strip(),
            says=finding.says,
            evidence=finding.evidence,
            requirement=indicator.advice,
            state=State(line.state.value),
            veto=veto,
            provisional=bool(indicator.provisional),
            platform=platform,
            harmful_links=indicator.code in {"W-V1", "N-V1"},
        )


def _stored(
    engine: Engine,
    opened: OpenRound,
    items: dict[str, list[NoticeItem]],
    settings: Settings,
    calendar: WorkingCalendar,
    issued_on: date,
) -> dict[str, NoticeRow]:
    """The rows of these units' notices; those not issued yet are numbered after the last one."""
    with Session(engine, expire_on_commit=False) as session:
        query = select(NoticeRow).where(NOTICES.c.round_id == opened.round_id)
        rows = {row.unit_id: row for row in session.execute(query).scalars()}
        last = max((int(row.number.rsplit("-", 1)[1]) for row in rows.values()), default=0)
        for offset, unit_id in enumerate(sorted(set(items) - set(rows)), start=1):
            row = NoticeRow(
                number=f"{opened.round_id}-{last + offset:04}",
                round_id=opened.round_id,
                unit_id=unit_id,
                issued_on=issued_on,
                deadline=calendar.add_working_days(issued_on, notice_days(opened, settings)),
                findings=[],
            )
            rows[unit_id] = row
        for unit_id, row in rows.items():
            found = {(one.target, one.indicator) for one in items.get(unit_id, ())}
            row.findings = [list(pair) for pair in sorted(found)]
            session.add(row)
        session.commit()
        return {unit_id: row for unit_id, row in rows.items() if unit_id in items}
