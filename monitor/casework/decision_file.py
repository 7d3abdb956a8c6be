"""Decisions from a spreadsheet: every bad row is named, and nothing of a file with bad rows is taken."""

from __future__ import annotations

from pathlib import Path

from monitor.casework.decisions import Decided, Decision, DecisionError
from registry.spreadsheet import read_rows

HEADINGS = {
    "target": "对象",
    "indicator": "指标编号",
    "decision": "决定",
    "reviewer": "审核人",
    "reason": "理由",
}
REQUIRED = ("target", "indicator", "decision", "reviewer")


def read_decisions(path: Path) -> list[Decided]:
    """The decisions of a file in its order; DecisionError names every row whose decision is none."""
    taken: list[Decided] = []
    faults: list[str] = []
    for row in read_rows(path, HEADINGS, REQUIRED):
        cells = row.cells
        try:
            decision = Decision(cells["decision"])
        except ValueError:
            where = f"{path.name} {row.sheet or ''} 第 {row.row} 行"
            faults.append(f"{where}: 决定写作 {cells['decision']!r}, 应为 确认、驳回 或 再查")
            continue
        taken.append(
            Decided(cells["target"], cells["indicator"], decision, cells["reviewer"], cells.get("reason", ""))
        )
    if faults:
        raise DecisionError("\n".join(faults[:20]))
    return taken
