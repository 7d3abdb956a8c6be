"""The memory of one survey: what was asked, what came, how much may still be asked.

Every piece of a survey asks through `Reading.fetch`, so no address is asked twice, the limits hold for the
site as a whole, and each page that comes in is booked once (links, suspects, later the crawl's frontier).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from checks.facts.base import Seen
from monitor.collect.extract.page import Link, PageFacts
from monitor.collect.failures import Failure
from monitor.collect.survey.ask import Answer, Ask, Survey, Want
from monitor.collect.survey.correspondence import guide_of
from monitor.collect.survey.ledger import LinkLedger, ScanBook
from monitor.collect.survey.lockstep import AskKey, ask_all, key_of
from monitor.collect.survey.outcome import failure_of, page_of, seen
from monitor.collect.survey.places import Scope, canonical, identity
from monitor.collect.survey.plan import SitePlan
from monitor.collect.survey.softmissing import SoftMissing

_MOST_TALKS = 40
_MOST_LETTERS = 60


@dataclass(frozen=True, slots=True)
class Talk:
    """A page that takes letters or shows them, by the name it gives itself."""

    url: str
    name: str


@dataclass(slots=True)
class Reading:
    """All that one survey knows while it runs.

    `kept` holds answers with their pages for the pieces that look at a page more than once; `forget` lets
    the pages go before the wide crawl, so that a survey's memory does not grow with the site. `common_forms`
    are the forms of the home page (its search), which say nothing about any other page; `common_scripts` are its scripts. `talking` and `guides_seen` are pages known
    by what stands on them, `letters` the addresses of single public letters. `unarchived` is the first page that
    a replay does not hold: from then on nothing may be said to stand nowhere.
    """

    plan: SitePlan
    scope: Scope
    links: LinkLedger
    scan: ScanBook
    soft: SoftMissing = field(default_factory=SoftMissing)
    kept: dict[AskKey, Answer] = field(default_factory=dict)
    settled: dict[str, Failure | None] = field(default_factory=dict)
    counted: dict[AskKey, None] = field(default_factory=dict)
    pool: dict[Link, Link] = field(default_factory=dict)
    pages: int = 0
    page_asks: int = 0
    look_asks: int = 0
    unforced: int = 0
    refused_by_robots: int = 0
    last_at: datetime | None = None
    common_forms: frozenset[str] = frozenset()
    common_scripts: frozenset[str] = frozenset()
    unarchived: str | None = None
    talking: dict[str, Talk] = field(default_factory=dict)
    guides_seen: list[Seen] = field(default_factory=list)
    letters: dict[str, None] = field(default_factory=dict)

    @classmethod
    def of(cls, plan: SitePlan) -> Reading:
        """An empty memory for the plan."""
        scope = Scope.of(canonical(plan.url) or plan.url)
        return cls(plan, scope, LinkLedger(scope, plan.limits.links), ScanBook(plan.today))

    def page(self, url: str, confirmed: bool = False) -> Ask:
        """An ask for a whole page, in its one spelling."""
        return Ask(canonical(url) or url, confirmed=confirmed)

    def fetch(self, asks: Sequence[Ask]) -> Survey[list[Answer]]:
        """Answers in the order of the asks; what is known is not asked, what exceeds the limits is told so."""
        todo = [ask for ask in asks if key_of(ask) not in self.kept and self._may(ask)]
        answers = yield from ask_all(todo, self.plan.limits.wave)
        for ask in todo:
            self.take(answers[key_of(ask)])
        return [self.kept.get(key_of(ask)) or self._over_limit(ask) for ask in asks]

    def fetch_pages(self, urls: Iterable[str], confirmed: bool = False) -> Survey[list[Answer]]:
        """Whole pages, in the order of the addresses."""
        return self.fetch([self.page(url, confirmed) for url in urls])

    def forget(self) -> None:
        """Let all pages go; what was settled about each address stays."""
        self.kept.clear()
        self.pool.clear()

    def is_settled(self, url: str) -> bool:
        """Whether the address was already asked for as a page."""
        return identity(url) in self.settled

    def take(self, answer: Answer, keep: bool = True) -> None:
        """Book one answer; a second time the same answer changes nothing."""
        key = key_of(answer.ask)
        if key in self.kept:
            return
        self.last_at = answer.at
        if answer.ask.want is Want.PAGE:
            answer = self.soft.judge(answer, self.scope)
            self._count(answer)
        if keep:
            self.kept[key] = self._light(answer)

    def _count(self, answer: Answer) -> None:
        known = identity(answer.ask.url)
        if known in self.settled:
            return
        failure = failure_of(answer)
        self.settled[known] = failure
        if not answer.ask.confirmed and self.scope.same_site(answer.ask.url):
            self.unforced += 1
            self.refused_by_robots += failure is Failure.ROBOTS
        if failure is not None:
            self.links.failed(answer, failure)
            if failure is Failure.NOT_ARCHIVED and self.unarchived is None:
                self.unarchived = answer.ask.url
            if failure is Failure.PARSER_FAILED:
                self.scan.unscanned(answer, failure)
            return
        page = page_of(answer)
        if page is not None:
            self.settled.setdefault(identity(answer.final_url), None)
            self.pages += 1
            self.links.reached(answer)
            self.links.read(answer, page, self.scope.is_home(answer.ask.url))
            self.scan.read(answer, page)
            self._content(answer, page)

    def _content(self, answer: Answer, page: PageFacts) -> None:
        """Remember pages that take or show letters, or explain a service, whatever their links are called."""
        if self.scope.is_home(answer.ask.url):
            return
        forms = [url for url in page.forms if url not in self.common_forms]
        self.letters.update(dict.fromkeys(identity(row.url) for row in page.letters[:_MOST_LETTERS]))
        one_letter = page.letter_detail is not None and not page.letters
        if (forms or page.letters) and not one_letter and len(self.talking) < _MOST_TALKS:
            self.talking.setdefault(
                identity(answer.final_url), Talk(answer.final_url, page.heading or page.title)
            )
        guide = guide_of(page, self.is_listed_letter(answer))
        if guide is not None and len(self.guides_seen) < _MOST_TALKS:
            self.guides_seen.append(seen(answer, guide.title))

    def is_listed_letter(self, answer: Answer) -> bool:
        """Whether the address of an answer stands on a board of letters that was read."""
        return identity(answer.ask.url) in self.letters or identity(answer.final_url) in self.letters

    def _may(self, ask: Ask) -> bool:
        key = key_of(ask)
        if key in self.counted:
            return True
        if ask.want is Want.PAGE:
            if self.page_asks >= self.plan.limits.max_pages and not ask.confirmed:
                return False
            self.page_asks += 1
        else:
            if self.look_asks >= self.plan.limits.max_exists:
                return False
            self.look_asks += 1
        self.counted[key] = None
        return True

    def _over_limit(self, ask: Ask) -> Answer:
        at = self.last_at or self.plan.as_of
        return Answer(ask=ask, final_url=ask.url, at=at, failure=Failure.PAGE_LIMIT)

    def _light(self, answer: Answer) -> Answer:
        page = answer.page
        if page is None or not page.links:
            return answer
        # the navigation is the same on every page: one object for each distinct link of the site
        pool = self.pool
        shared: PageFacts = replace(page, links=tuple([pool.setdefault(link, link) for link in page.links]))
        return replace(answer, page=shared)
