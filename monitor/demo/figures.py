"""What a run cost and covered, measured and counted for `run.json`."""

from __future__ import annotations

import resource
import time
from dataclasses import dataclass, field

from sqlalchemy import Engine, func, select

from monitor.ledger.tables import PAGES, PHASE, VISITS


@dataclass(slots=True)
class Meter:
    """Wall and CPU seconds since it was made, and the largest process so far (this one and its children)."""

    started: float = field(default_factory=time.monotonic)

    def wall_s(self) -> float:
        """Seconds of wall time."""
        return round(time.monotonic() - self.started, 2)

    def cpu_s(self) -> float:
        """User and system seconds of this process and all children that have ended."""
        own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
        return round(own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime, 2)

    def peak_rss_mb(self) -> float:
        """Megabytes of the largest single process."""
        own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
        return round(max(own.ru_maxrss, children.ru_maxrss) / 1024, 1)


def counted(engine: Engine, round_id: str) -> dict[str, int]:
    """Pages read, all requests of crawl and account looks, and visits of a round."""
    with engine.connect() as connection:
        pages = connection.execute(
            select(func.count()).where(
                PAGES.c.round_id == round_id,
                PAGES.c.want == "page",
                PAGES.c.failure.is_(None),
            )
        ).scalar_one()
        requests = connection.execute(
            select(func.coalesce(func.sum(PAGES.c.requests), 0)).where(PAGES.c.round_id == round_id)
        ).scalar_one()
        visits = connection.execute(
            select(func.count()).select_from(VISITS).where(VISITS.c.round_id == round_id)
        ).scalar_one()
    return {"pages": int(pages), "requests": int(requests), "visits": int(visits)}


def phase_seconds(engine: Engine, round_id: str) -> dict[str, float]:
    """Wall seconds of each finished phase."""
    query = select(PHASE.c.name, PHASE.c.started_at, PHASE.c.finished_at).where(PHASE.c.round_id == round_id)
    with engine.connect() as connection:
        return {
            name: round((finished - started).total_seconds(), 2)
            for name, started, finished in connection.execute(query)
            if started is not None and finished is not None
        }
