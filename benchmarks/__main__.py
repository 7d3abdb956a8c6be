"""`python -m benchmarks`: measure, print a table, and write the rows into `results.json`."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

from benchmarks.crawling import CrawlBenchmark
from benchmarks.errors import BenchmarkError
from benchmarks.estate import ROOT, BenchEstate, StillEstate, make_estate
from benchmarks.latency import against_bound
from benchmarks.measure import run_measured
from benchmarks.results import table, write_rows

RESULTS = Path(__file__).parent / "results.json"


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--sites", type=int, default=60, help="sites of the still estate (default 60)")
    parser.add_argument("--turns", type=int, default=3, help="interleaved turns, 0 for none (default 3)")
    parser.add_argument("--processes", type=int, default=1, help="worker processes of our crawl (default 1)")
    parser.add_argument("--seed", default="1", help="seed of the estate")
    parser.add_argument("--no-latency", action="store_true", help="leave out the crawl under latency")
    parser.add_argument(
        "--out", type=Path, default=RESULTS, help="where the rows go (default benchmarks/results.json)"
    )
    parser.add_argument(
        "--work", type=Path, help="folder for estates and databases (default: a temporary one)"
    )
    return parser


def _say(text: str) -> None:
    print(text, flush=True)


def _measure(given: argparse.Namespace, work: Path) -> None:
    estate = make_estate(work / "estate", given.sites, given.seed)
    cores = os.cpu_count() or 1
    _say(f"{len(estate.homes)} sites of an estate of {given.sites} can be walked; {cores} cores")
    if given.turns:
        with StillEstate(estate.folder) as still:
            rows = CrawlBenchmark(estate, still, work, given.processes, _say).rows(given.turns)
        _say(_reader_alone(estate))
        write_rows(given.out, rows)
        _say(table(rows))
        _say(f"written to {given.out}")
    if not given.no_latency:
        _say(against_bound(estate, work, given.processes, cores).says())


def _reader_alone(estate: BenchEstate) -> str:
    ran = run_measured([sys.executable, "-m", "benchmarks.ours", "read", estate.folder], ROOT)
    alone = json.loads(ran.printed)
    return (
        f"the page reader alone: {alone['read_page_ms']} ms a page of {alone['mean_bytes']} bytes; "
        f"a C parser that only collects links: {alone['links_only_ms']} ms"
    )


def main(arguments: list[str] | None = None) -> int:
    """0 when measured (whether or not a target was met), 1 where a row was refused or a step failed."""
    given = _arguments().parse_args(arguments)
    try:
        if given.work is not None:
            given.work.mkdir(parents=True, exist_ok=True)
            _measure(given, given.work.resolve())
        else:
            with tempfile.TemporaryDirectory(prefix="benchmarks-") as folder:
                _measure(given, Path(folder))
    except BenchmarkError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
