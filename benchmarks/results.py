"""Rows of `results.json`: what was measured of both sides, and whether the target was met."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from benchmarks.errors import BenchmarkError

MOST_DIFFERENCE = 0.02
"""Two runs that fetched numbers of pages further apart than this did not do the same work."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row, in the names of the published format.

    `ours` and `peer_value` are medians in `unit`, `ratio` the median of the ratios of runs made one after the
    other, `spread` the largest of those ratios less the smallest. A peer that is absent has no value.
    """

    work: str
    ours: float
    unit: str
    peer: str
    peer_version: str | None
    peer_value: float | None
    ratio: float | None
    spread: float | None
    target: float | None
    met: bool


@dataclass(frozen=True, slots=True)
class Yield:
    """What one run brought: pages, and the CPU seconds of its whole process tree."""

    pages: int
    cpu_s: float

    @property
    def per_cpu_s(self) -> float:
        """Pages for each CPU-second."""
        return self.pages / self.cpu_s


def compare(
    work: str,
    pairs: Sequence[tuple[Yield, Yield]],
    peer: str,
    peer_version: str,
    target: float | None,
    unit: str = "pages/CPU-s",
) -> Row:
    """A row from interleaved pairs (ours, the peer's); BenchmarkError where a pair did not do the same work."""
    if not pairs:
        raise BenchmarkError(f"{work}: nothing was measured")
    for ours, theirs in pairs:
        same_work(work, ours.pages, theirs.pages)
    ratios = [ours.per_cpu_s / theirs.per_cpu_s for ours, theirs in pairs]
    ratio = median(ratios)
    return Row(
        work=work,
        ours=round(median(ours.per_cpu_s for ours, _ in pairs), 1),
        unit=unit,
        peer=peer,
        peer_version=peer_version,
        peer_value=round(median(theirs.per_cpu_s for _, theirs in pairs), 1),
        ratio=round(ratio, 2),
        spread=round(max(ratios) - min(ratios), 2),
        target=target,
        met=target is not None and ratio >= target,
    )


def same_work(work: str, ours: int, theirs: int) -> None:
    """Refuse two runs whose numbers of pages differ by more than 2 %."""
    most = max(ours, theirs)
    if not most or abs(ours - theirs) / most > MOST_DIFFERENCE:
        raise BenchmarkError(
            f"{work}: the row is refused, the runs fetched {ours} (ours) and {theirs} (peer) pages, "
            f"more than {MOST_DIFFERENCE:.0%} apart"
        )


def absent(
    work: str, ours: Sequence[Yield], peer: str, target: float | None, unit: str = "pages/CPU-s"
) -> Row:
    """The row of a peer that could not be installed here."""
    value = round(median(one.per_cpu_s for one in ours), 1)
    return Row(work, value, unit, peer, None, None, None, None, target, False)


def read_rows(path: Path) -> list[dict[str, object]]:
    """The rows of an earlier run; none where there is no file. BenchmarkError where it is no such file."""
    if not path.is_file():
        return []
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise BenchmarkError(f"{path} is not JSON: {error}") from error
    if not isinstance(rows, list) or not all(isinstance(row, dict) and "work" in row for row in rows):
        raise BenchmarkError(f"{path} is not a list of rows")
    return rows


def write_rows(path: Path, rows: Sequence[Row]) -> None:
    """Write rows into the file; a row of the same work and peer is replaced where it stands, others stay."""
    fresh = {(row.work, row.peer): asdict(row) for row in rows}
    kept = [fresh.pop((str(old["work"]), str(old.get("peer"))), old) for old in read_rows(path)]
    text = json.dumps([*kept, *fresh.values()], ensure_ascii=False, indent=2) + "\n"
    partial = path.with_suffix(".partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)


def table(rows: Sequence[Row]) -> str:
    """The rows for a reader."""
    lines = [f"{'work':<54} {'ours':>8} {'peer':>8} {'ratio':>6} {'spread':>6} {'target':>6}  met"]
    lines += [
        f"{row.work:<54} {row.ours:>8.1f} {_shown(row.peer_value, 8, 1)} {_shown(row.ratio, 6, 2)} "
        f"{_shown(row.spread, 6, 2)} {_shown(row.target, 6, 1)}  {'yes' if row.met else 'no'}"
        f"   {row.unit}, peer: {row.peer} {row.peer_version or 'absent'}"
        for row in rows
    ]
    return "\n".join(lines)


def _shown(value: float | None, width: int, digits: int) -> str:
    return f"{'-':>{width}}" if value is None else f"{value:>{width}.{digits}f}"
