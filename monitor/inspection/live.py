"""One site looked at now: a short survey through the same collector, with evidence kept beside it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import msgspec

from checks.facts import AccountFacts, SiteFacts
from monitor.collect.accounts.reading import Source
from monitor.collect.accounts.reasons import Unreadable
from monitor.collect.accounts.sniff import read_source
from monitor.collect.errors import CollectError
from monitor.collect.exchange import Look
from monitor.collect.rows import PageRow, Progress, SiteJob
from monitor.collect.settings import CollectSettings
from monitor.collect.shards import run_sharded
from monitor.collect.survey.plan import SitePlan, SurveyLimits
from monitor.inspection.saved import account_facts
from monitor.rounds.crawling import FACTORY, READ_PAGE
from monitor.rounds.environment import Environment
from registry.model import ConfirmedColumn

PAGES = 60


@dataclass(slots=True)
class _Kept:
    rows: list[PageRow] = field(default_factory=list)
    payload: bytes = b""
    failure: str | None = None

    def pages(self, rows: list[PageRow]) -> None:
        self.rows += rows

    def site_done(self, target: str, payload: bytes, failure: str | None) -> None:
        self.payload, self.failure = payload, failure

    def progress(self, progress: Progress) -> None:
        """Nobody waits long enough to be told."""


@dataclass(frozen=True, slots=True)
class LiveLook:
    """The facts of one site and every ask that led to them."""

    facts: SiteFacts
    rows: tuple[PageRow, ...]


def look_at_site(
    url: str,
    as_of: datetime,
    settings: CollectSettings,
    *,
    target: str = "",
    name: str = "",
    unit_name: str = "",
    site_kind: str = "",
    outward_service: bool = True,
    columns: tuple[ConfirmedColumn, ...] = (),
    pages: int = PAGES,
) -> LiveLook:
    """Survey one site with a small page limit. Raises `CollectError` where our own program failed."""
    plan = SitePlan(
        target=target or url,
        url=url,
        name=name,
        unit_name=unit_name,
        site_kind=site_kind,
        outward_service=outward_service,
        as_of=as_of,
        columns=columns,
        limits=SurveyLimits(max_pages=pages, max_exists=pages),
        seed="inspect",
    )
    kept = _Kept()
    job = SiteJob(target=plan.target, filed_url=url, survey_input=plan)
    run_sharded(replace(settings, processes=1), [job], FACTORY, READ_PAGE, kept)
    if kept.failure is not None or not kept.payload:
        raise CollectError(f"没有看成 {url}: {kept.failure or '采集程序没有给出结果'}")
    return LiveLook(msgspec.json.decode(kept.payload, type=SiteFacts), tuple(kept.rows))


def look_at_source(url: str, as_of: datetime, environment: Environment) -> AccountFacts | None:
    """What an address teaches of an account, where it is a feed, a store entry or a platform's page; else None."""
    look = asyncio.run(_ask(url, environment))
    if look.failure is not None:
        return None
    source = Source.of(look.final_url, look.body, look.last.started, as_of, content_type=look.content_type)
    try:
        reading = read_source(source)
    except Unreadable:
        return None
    if not (reading.posts or reading.undated or reading.store is not None):
        return None
    return account_facts(reading, as_of)


async def _ask(url: str, environment: Environment) -> Look:
    async with environment.platform_client() as client:
        return await client.look(url)


def evidence_folder(base: Path, moment: datetime) -> Path:
    """Where the evidence of one inspection lies."""
    return base / "inspect" / f"{moment:%Y%m%d-%H%M%S}"
