"""How well the ruler did: its answers before any review against the truth of the estate."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from monitor.rehearsal.errors import FolderError

OBSERVABLE = frozenset({"pass", "fail"})
DECIDED = frozenset({"pass", "fail"})
COUNTS = ("n", "tp", "fp", "fn", "tn", "unobserved")


def read_truth(path: Path) -> list[dict[str, Any]]:
    """The rows of `truth.jsonl`; FolderError names the bad line."""
    rows = []
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except OSError as error:
        raise FolderError(f"读不到 {path}: {error}") from error
    for number, line in enumerate(lines, 1):
        if not line:
            continue
        try:
            row = json.loads(line)
            rows.append(
                {name: row[name] for name in ("target", "kind", "indicator", "truth", "defect", "why")}
            )
        except (ValueError, KeyError, TypeError) as error:
            raise FolderError(f"{path} 第 {number} 行不是一条真值: {error}") from error
    return rows


def _pairs(
    truth: Iterable[Mapping[str, Any]], verdicts: Iterable[Mapping[str, Any]]
) -> Iterator[tuple[Mapping[str, Any], str, Mapping[str, Any]]]:
    """Each row of truth about a drawn target, with the answer (unobserved where there is none) and its line."""
    lines = {(line["target"], line["indicator"]): line for line in verdicts}
    drawn = {target for target, _ in lines}
    for row in truth:
        if row["target"] in drawn:
            line = lines.get((row["target"], row["indicator"]), {})
            yield row, str(line.get("verdict", "unobserved")), line


def confusion(truth_path: Path, verdicts: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, float]]:
    """The table of `confusion.json`, by indicator.

    `verdicts` are lines as `monitor verdicts` prints them; targets without any line were not drawn and do not
    count. Positive means fail. `n` are the drawn targets that the indicator concerns; `fn` are all true fails
    not answered fail, so recall is tp / (tp + fn); `decided` is the share of observable targets answered pass
    or fail (1 where there are none); `wrongly_blamed` are answers fail where the truth is pass or unobservable.
    """
    table: dict[str, dict[str, float]] = {}
    observable: dict[str, int] = {}
    decided: dict[str, int] = {}
    for row, answer, _ in _pairs(read_truth(truth_path), verdicts):
        indicator, truth = row["indicator"], row["truth"]
        counts = table.setdefault(indicator, dict.fromkeys((*COUNTS, "decided", "wrongly_blamed"), 0))
        if truth == "not_applicable":
            continue
        counts["n"] += 1
        counts["tp"] += truth == "fail" and answer == "fail"
        counts["fn"] += truth == "fail" and answer != "fail"
        counts["fp"] += truth == "pass" and answer == "fail"
        counts["tn"] += truth == "pass" and answer == "pass"
        counts["unobserved"] += answer == "unobserved"
        counts["wrongly_blamed"] += truth in ("pass", "unobservable") and answer == "fail"
        observable[indicator] = observable.get(indicator, 0) + (truth in OBSERVABLE)
        decided[indicator] = decided.get(indicator, 0) + (truth in OBSERVABLE and answer in DECIDED)
    for indicator, counts in table.items():
        total = observable.get(indicator, 0)
        counts["decided"] = decided[indicator] / total if total else 1.0
    return dict(sorted(table.items()))


def recall(counts: Mapping[str, float]) -> float:
    """The share of true, observable fails that were found (1 where there are none)."""
    fails = counts["tp"] + counts["fn"]
    return counts["tp"] / fails if fails else 1.0


def disagreements(truth_path: Path, verdicts: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Every answer that is not the truth, the wrongly blamed first; unobservable and unobserved agree."""
    found = []
    for row, answer, line in _pairs(read_truth(truth_path), verdicts):
        expected = {"unobservable": "unobserved"}.get(row["truth"], row["truth"])
        if answer != expected:
            found.append({
                "target": row["target"], "indicator": row["indicator"], "truth": row["truth"], "verdict": answer,
                "blamed": answer == "fail" and row["truth"] != "fail", "reason": line.get("reason", ""),
                "defect": row["defect"], "why": row["why"],
            })  # fmt: skip
    return sorted(found, key=lambda row: (not row["blamed"], row["indicator"], row["target"]))
