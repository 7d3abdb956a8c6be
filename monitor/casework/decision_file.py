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
_REQUIRED = ("target", "indicator", "decision", "reviewer")
