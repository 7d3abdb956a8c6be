"""The rules' answers held against the truth, before anybody has reviewed them, and the figures of the run."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from monitor.collect.bound import politeness_bound
from monitor.collect.rows import PageRow
from monitor.demo.figures import Meter, counted, phase_seconds
from monitor.rehearsal.confusion import confusion, disagreements
from monitor.rounds.pages import stored_pages
from monitor.rounds.standing import ended, tally
from monitor.rounds.store import OpenRound
from monitor.rounds.verdicts import verdict_lines
from monitor.settings import Settings
from reports.files import write_atomically


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where the answers agree with the truth, and where not."""

    folder: Path
    table: dict[str, dict[str, float]]

    @property
    def wrongly_blamed(self) -> int:
        """Verdicts *fail* where the truth is pass or cannot be observed, over all indicators."""
        return sum(int(row["wrongly_blamed"]) for row in self.table.values())

    def run_json(
        self,
        engine: Engine,
        opened: OpenRound,
        settings: Settings,
        estate: dict[str, object],
        meter: Meter,
        seed: int,
    ) -> dict[str, object]:
        """Write `run.json` (formats.md) and return it."""
        lines = ended(engine, opened)
        seconds = phase_seconds(engine, opened.round_id)
        bound = politeness_bound(
            site_rows(engine, opened),
            settings.connections_per_address,
            settings.requests_per_second,
            settings.total_connections * settings.processes,
        )
        figures: dict[str, object] = {
            "sites": tally(lines, "site"),
            "accounts": tally(lines, "account"),
            "wall_s": meter.wall_s(),
            "cpu_s": meter.cpu_s(),
            "peak_rss_mb": meter.peak_rss_mb(),
            "bound_s": round(bound.seconds, 2),
            "bound_address": bound.address,
            "crawl_wall_s": seconds.get("crawl"),
            "phases_s": seconds,
            **counted(engine, opened.round_id),
            "wrongly_blamed": self.wrongly_blamed,
            "seed": seed,
            "as_of": opened.row.as_of.isoformat(),
            "system": f"{opened.row.system_name}@{opened.row.system_version}",
            "connections_per_address": settings.connections_per_address,
            "requests_per_second": settings.requests_per_second,
            "hosts_file": opened.row.hosts_file,
            "rehearsal": opened.row.rehearsal,
            "estate": estate,
        }
        write_json(self.folder / "run.json", figures)
        return figures


def site_rows(engine: Engine, opened: OpenRound) -> Iterator[PageRow]:
    """The rows of the crawl, account looks left out."""
    sites = {one.target for one in opened.drawn("site")}
    return (row for row in stored_pages(engine, opened.round_id) if row.target in sites)


def write_outcome(engine: Engine, round_id: str, estate: Path, folder: Path) -> Outcome:
    """Compare all verdicts with the estate's truth; writes `confusion.json` and `disagreements.jsonl`."""
    folder.mkdir(parents=True, exist_ok=True)
    truth = estate / "truth.jsonl"
    verdicts = list(verdict_lines(engine, round_id))
    table = confusion(truth, verdicts)
    write_json(folder / "confusion.json", table)
    lines = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in disagreements(truth, verdicts))
    write_atomically(folder / "disagreements.jsonl", lines.encode())
    return Outcome(folder, table)


def write_json(path: Path, value: object) -> None:
    """One JSON file, whole or not at all."""
    write_atomically(path, (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode())
