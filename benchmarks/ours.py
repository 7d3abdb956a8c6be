"""The product's own line over a benchmark's folder: prepare (not measured), then crawl and judge (measured).

    python -m benchmarks.ours prepare FOLDER HOME
    python -m benchmarks.ours run FOLDER HOME PROCESSES [--without-evidence]
    python -m benchmarks.ours read FOLDER

`run` prints one JSON line: pages read, facts, verdicts and findings in the ledger, the crawl's wall time and
its politeness bound. `read` prints what the page reader alone costs on the folder's pages.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

# Each worker of the crawl imports the main module once more, so it stays light and the functions import.
if TYPE_CHECKING:
    from sqlalchemy import Engine

    from monitor.settings import Settings

ROUND = "R1"
CONNECTIONS = 4
EVERY = 3
"""`read` takes every third page, which is enough for a mean."""


def settings_of(folder: Path, home: Path, processes: int) -> Settings:
    """The settings of a run: the estate's hosts, 4 connections an address, no rate, a database in `home`."""
    from monitor.rounds.rehearse import settings_for
    from monitor.settings import Settings

    base = Settings(home=home, processes=processes)
    return settings_for(folder, base, {"connections_per_address": CONNECTIONS, "requests_per_second": 0.0})


def prepare_round(folder: Path, home: Path) -> None:
    """Import the folder and plan its round, every site drawn."""
    from benchmarks.estate import AS_OF
    from monitor.rounds.rehearse import prepare

    home.mkdir(parents=True, exist_ok=True)
    prepare(folder, settings_of(folder, home, 1), as_of=AS_OF, seed="1", share="1", round_id=ROUND)


def run(folder: Path, home: Path, processes: int, evidence: bool = True) -> dict[str, object]:
    """Crawl every site and judge; what came of it, counted in the ledger."""
    from monitor.collect.bound import politeness_bound
    from monitor.ledger.engine import open_engine
    from monitor.rounds import crawling
    from monitor.rounds.environment import environment_of
    from monitor.rounds.judging import judge_round
    from monitor.rounds.pages import stored_pages
    from monitor.rounds.store import open_round

    settings = settings_of(folder, home, processes)
    engine = open_engine(settings.database_url)
    opened = open_round(engine, ROUND)
    if not evidence:
        crawling.READ_PAGE = "benchmarks.unkept:read_page"
    started = time.monotonic()
    crawling.crawl_sites(engine, opened, environment_of(settings))
    crawled = time.monotonic()
    verdicts = judge_round(engine, opened)
    judged = time.monotonic()
    connections = settings.total_connections * settings.processes
    bound = politeness_bound(stored_pages(engine, ROUND), CONNECTIONS, 0.0, connections)
    return {
        **_counts(engine),
        "requests": bound.requests,
        "judged": verdicts,
        "evidence_bytes": sum(path.stat().st_size for path in settings.evidence.rglob("*.warc.gz")),
        "crawl_wall_s": round(crawled - started, 3),
        "judge_wall_s": round(judged - crawled, 3),
        "bound_s": round(bound.seconds, 3),
        "bound_address": bound.address,
        "mean_latency_s": round(bound.mean_latency, 4),
    }


def _counts(engine: Engine) -> dict[str, int]:
    from sqlalchemy import func, select

    from monitor.ledger.tables import FACTS, FINDINGS, PAGES, VERDICTS

    queries = {
        "pages": select(func.count()).where(PAGES.c.want == "page", PAGES.c.status == 200),
        "facts": select(func.count()).select_from(FACTS),
        "verdicts": select(func.count()).select_from(VERDICTS),
        "findings": select(func.count()).select_from(FINDINGS),
    }
    with engine.connect() as connection:
        return {name: int(connection.execute(query).scalar_one()) for name, query in queries.items()}


def read(folder: Path) -> dict[str, object]:
    """Milliseconds of CPU a page of the page reader alone, and of a C parser that only collects links."""
    from selectolax.lexbor import LexborHTMLParser

    from benchmarks.estate import rendered_pages
    from monitor.collect.extract.read import read_page

    pages = list(rendered_pages(folder, EVERY))
    for body, url in pages[:50]:  # patterns compile on first use
        read_page(body, url, "text/html")
    began = time.process_time()
    for body, url in pages:
        read_page(body, url, "text/html")
    ours = time.process_time()
    for body, _ in pages:
        [node.attributes.get("href") for node in LexborHTMLParser(body).css("a")]
    links = time.process_time()
    return {
        "read": len(pages),
        "mean_bytes": sum(len(body) for body, _ in pages) // len(pages),
        "read_page_ms": round((ours - began) / len(pages) * 1000, 3),
        "links_only_ms": round((links - ours) / len(pages) * 1000, 3),
    }


def main(arguments: list[str]) -> int:
    """The command line; 2 where it was called wrongly."""
    match arguments:
        case ["prepare", folder, home]:
            prepare_round(Path(folder), Path(home))
        case ["run", folder, home, processes]:
            print(json.dumps(run(Path(folder), Path(home), int(processes))))
        case ["run", folder, home, processes, "--without-evidence"]:
            print(json.dumps(run(Path(folder), Path(home), int(processes), evidence=False)))
        case ["read", folder]:
            print(json.dumps(read(Path(folder))))
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
