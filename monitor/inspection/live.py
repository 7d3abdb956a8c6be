"""One site looked at now: a short survey through the same collector, with evidence kept beside it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import msgspec

from checks.facts import SiteFacts
from monitor.collect.errors import CollectError
from monitor.collect.rows import PageRow, Progress, SiteJob
from monitor.collect.settings import CollectSettings
from monitor.collect.shards import run_sharded
from monitor.collect.survey.plan import SitePlan, SurveyLimits
from monitor.rounds.crawling import FACTORY, READ_PAGE
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


def evidence_folder(base: Path, moment: datetime) -> Path:
    """Where the evidence of one inspection lies."""
    return base / "inspect" / f"{moment:%Y%m%d-%H%M%S}"
