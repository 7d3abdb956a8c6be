"""The survey of a site driven by the archive: what is not in it is *not archived*, whatever the survey asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from saved_pages import SavedPage, SavedSite, all_pages

from checks.facts import SiteFacts, Subject, TargetKind
from checks.model import Verdict
from checks.runner import judge_site
from checks.system import load_system
from monitor.collect.extract.read import read_page
from monitor.collect.failures import Failure
from monitor.collect.survey.ask import Answer, Ask, Want
from monitor.collect.survey.places import identity
from monitor.collect.survey.plan import SitePlan
from monitor.collect.survey.site import survey_site
from registry.model import ConfirmedColumn


@dataclass(slots=True)
class Replay:
    """The archive, and what was asked of it."""

    pages: Mapping[str, SavedPage]
    at: datetime
    asked: list[Ask] = field(default_factory=list)

    def answer(self, ask: Ask) -> Answer:
        """The saved page, or that it was not saved; a saved page that is only looked for is there."""
        self.asked.append(ask)
        saved = self.pages.get(identity(ask.url)) if ask.post is None else None
        if saved is None:
            return Answer(ask, ask.url, self.at, failure=Failure.NOT_ARCHIVED)
        if ask.want is Want.EXISTS:
            return Answer(ask, saved.url, self.at, 200, content_type="text/html")
        if ask.want is Want.BODY:
            return Answer(
                ask,
                saved.url,
                self.at,
                200,
                sha256=saved.sha256,
                body=saved.body,
                content_type="text/html",
            )
        page = read_page(saved.body, saved.url)
        return Answer(ask, saved.url, self.at, 200, sha256=saved.sha256, page=page, content_type="text/html")


def plan_of(site: SavedSite) -> SitePlan:
    """What the survey is told; what the register would know and nobody told us is left open."""
    return SitePlan(
        target=site.code,
        url=site.home,
        name=site.name,
        unit_name="",
        site_kind=site.kind,
        outward_service=True,
        as_of=site.as_of,
        columns=tuple(ConfirmedColumn(site.code, url, name, kind) for url, name, kind in site.columns),
        seed="replay",
    )


def replay(site: SavedSite) -> tuple[SiteFacts, Replay]:
    """One survey of the site, an hour before its reference time."""
    archive = Replay(all_pages(), site.as_of - timedelta(hours=1))
    survey = survey_site(plan_of(site))
    try:
        wave = next(survey)
        while True:
            wave = survey.send([archive.answer(ask) for ask in wave])
    except StopIteration as end:
        facts: SiteFacts = end.value
        return facts, archive


def judge(site: SavedSite, facts: SiteFacts) -> tuple[Verdict, ...]:
    """All verdicts on the facts; nobody visited a saved page, so there is no ledger of visits."""
    subject = Subject(
        target=site.code,
        kind=TargetKind.SITE,
        name=site.name,
        level="旗县",
        division_code="150000",
        unit_id="",
        unit_name="",
        unit_kind="部门",
        outward_service=True,
        url=site.home,
        site_kind=site.kind,
    )
    return judge_site(subject, facts, None, load_system("national-2019"), site.as_of)
