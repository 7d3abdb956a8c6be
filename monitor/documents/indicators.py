"""The adopted system's indicators in the words of the documents."""

from __future__ import annotations

from checks.system import Deciding, Indicator, System, show
from checks.system import Part as SystemPart
from reports.model import IndicatorLine, Part

_PARTS = {
    SystemPart.VETO: Part.VETO,
    SystemPart.DEDUCTION: Part.DEDUCTION,
    SystemPart.BONUS: Part.BONUS,
}
HARMFUL = frozenset({"W-V1", "N-V1"})


def indicator_lines(system: System) -> tuple[IndicatorLine, ...]:
    """One line an indicator, in the order of the system's file."""
    return tuple(_line(one) for one in system.indicators)


def _line(one: Indicator) -> IndicatorLine:
    return IndicatorLine(
        code=one.code,
        name=one.name,
        part=_PARTS[one.part],
        kind=one.scope.kind,
        threshold=threshold_words(one),
        source=one.document,
        clause=one.clause,
        provisional=one.confidence.provisional or bool(one.provisional),
        decides=one.deciding is not Deciding.NEVER,
        harmful_links=one.code in HARMFUL,
        points=one.points if one.part is not SystemPart.VETO else None,
    )


def threshold_words(one: Indicator) -> str:
    """The clauses of an indicator in plain words, each provisional one marked 暂定."""
    if one.clauses:
        return "；".join(
            f"{clause.mark}{clause.says}{'（暂定）' if clause.confidence.provisional else ''}"
            for clause in one.clauses
        )
    numbers = (entry for entry in one.thresholds.values() if isinstance(entry.value, (int, str)))
    return "；".join(
        f"{entry.says}（{show(entry.value)}{entry.unit}{'，暂定' if entry.confidence.provisional else ''}）"
        for entry in numbers
    )
