"""Crawling the drawn sites of a round: the collector brings rows and facts, the ledger keeps them.

A site counts as done when its facts are stored. Rows of unfinished sites are handed back to the collector,
which answers them from the archive, so a run that was killed asks nothing twice.
"""

from __future__ import annotations

import hashlib
import zlib
from collections import defaultdict

from sqlalchemy import Engine, delete, func, insert, select

from monitor.collect.rows import PageRow, Progress, SiteJob
from monitor.collect.settings import CollectSettings
from monitor.collect.shards import run_sharded
from monitor.collect.survey.plan import SitePlan, SurveyLimits
from monitor.ledger.tables import FACTS, PAGES, RoundTarget
from monitor.rounds.environment import Environment
from monitor.rounds.looking import targets_with_facts
from monitor.rounds.pages import page_values, stored_pages
from monitor.rounds.progress import PhaseProgress
from monitor.rounds.store import OpenRound
from monitor.times import now

FACTORY = "monitor.rounds.survey_job:survey_of"
READ_PAGE = "monitor.collect.extract.read:read_page"


class _LedgerSink:
    """Keeps what the collector brings; every call commits."""

    def __init__(self, engine: Engine, round_id: str, progress: PhaseProgress, done: int) -> None:
        self._engine, self._round_id = engine, round_id
        self._progress, self._done = progress, done

    def pages(self, rows: list[PageRow]) -> None:
        with self._engine.begin() as connection:
            connection.execute(insert(PAGES), [page_values(self._round_id, row) for row in rows])

    def site_done(self, target: str, payload: bytes, failure: str | None) -> None:
        self._done += 1
        if failure is not None:
            self._progress.figures["surveys_failed"] = self._progress.figures.get("surveys_failed", 0) + 1
            return
        values = {
            "round_id": self._round_id,
            "target": target,
            "kind": "site",
            "at": now(),
            "sha256": hashlib.sha256(payload).hexdigest(),
            "payload": zlib.compress(payload, 6),
        }
        with self._engine.begin() as connection:
            connection.execute(
                delete(FACTS).where(FACTS.c.round_id == self._round_id, FACTS.c.target == target)
            )
            connection.execute(insert(FACTS), [values])

    def progress(self, progress: Progress) -> None:
        self._progress.figures["looks"] = progress.looks
        self._progress.at(self._done)


def crawl_sites(engine: Engine, opened: OpenRound, environment: Environment) -> None:
    """Survey every drawn site that has no facts yet."""
    wanted = opened.drawn("site")
    done = targets_with_facts(engine, opened.round_id, "site")
    left = [one for one in wanted if one.target not in done]
    settings = environment.collect_settings(opened.round_id)
    with PhaseProgress(engine, opened.round_id, "crawl", len(wanted), environment.listener) as progress:
        progress.at(len(done))
        if left:
            jobs = _jobs(engine, opened, left, settings)
            sink = _LedgerSink(engine, opened.round_id, progress, len(done))
            run_sharded(settings, jobs, FACTORY, READ_PAGE, sink)
        progress.at(len(wanted))


def _jobs(
    engine: Engine, opened: OpenRound, targets: list[RoundTarget], settings: CollectSettings
) -> list[SiteJob]:
    replay = _replay(engine, opened.round_id, {one.target for one in targets})
    expected = _requests_last_time(engine, opened)
    jobs = []
    for one in targets:
        site = opened.register.sites[one.target]
        jobs.append(
            SiteJob(
                target=one.target,
                filed_url=site.url,
                survey_input=site_plan(opened, one, settings),
                replay=tuple(replay.get(one.target, ())),
                expected=expected.get(one.target, 0),
            )
        )
    return jobs


def site_plan(opened: OpenRound, target: RoundTarget, settings: CollectSettings) -> SitePlan:
    """What the survey of a site is told, from the frozen registry."""
    subject = opened.subject(target)
    return SitePlan(
        target=subject.target,
        url=subject.url or "",
        name=subject.name,
        unit_name=subject.unit_name,
        site_kind=subject.site_kind or "",
        outward_service=subject.outward_service,
        as_of=opened.row.as_of,
        columns=opened.register.columns.get(subject.target, ()),
        limits=SurveyLimits(max_pages=settings.pages_per_site),
        seed=opened.row.seed,
    )


def _replay(engine: Engine, round_id: str, targets: set[str]) -> dict[str, list[PageRow]]:
    found: dict[str, list[PageRow]] = defaultdict(list)
    for row in stored_pages(engine, round_id):
        if row.target in targets:
            found[row.target].append(row)
    return found


def _requests_last_time(engine: Engine, opened: OpenRound) -> dict[str, int]:
    """How many requests each site took in earlier rounds, so that the biggest go first."""
    query = (
        select(PAGES.c.target, func.sum(PAGES.c.requests))
        .where(PAGES.c.round_id != opened.round_id)
        .group_by(PAGES.c.round_id, PAGES.c.target)
    )
    sizes: dict[str, int] = {}
    with engine.connect() as connection:
        for target, requests in connection.execute(query):
            sizes[target] = max(sizes.get(target, 0), int(requests or 0))
    return sizes
