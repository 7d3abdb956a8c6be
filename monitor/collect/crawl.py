"""Drive many surveys at once: an address is fetched once, robots.txt is obeyed, waves are answered whole.

Single-threaded but for name look-ups and fsync. What a survey is told never depends on the order in which
answers arrived, so a run that was killed and goes on from its rows ends with the same result.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterable
from datetime import datetime

import msgspec

from monitor.collect.answers import answer, archived_body, failure_for
from monitor.collect.booking import Booker, Emit, failed, for_other_target
from monitor.collect.errors import ArchiveError
from monitor.collect.exchange import Look
from monitor.collect.extract.page import PageFacts
from monitor.collect.failures import Failure
from monitor.collect.fetching import Fetcher
from monitor.collect.guard import AddressGuard
from monitor.collect.parsing import PageReader
from monitor.collect.politeness import Turns
from monitor.collect.robots import FORBIDDEN, Robots, read_robots, robots_url
from monitor.collect.rows import PageRow, SiteJob
from monitor.collect.settings import ROBOTS_BYTES, CollectSettings
from monitor.collect.sites import EXISTS, ROBOTS, Fetch, SiteUnderSurvey, SurveyFactory, key_of, wanted
from monitor.collect.survey.ask import Answer, Ask, Want
from monitor.collect.transport import SHANGHAI
from monitor.collect.urls import canonical

_log = logging.getLogger(__name__)
# Facts of unfinished waves: beyond so many links and rows they are kept folded, so that memory stays flat.
_WEIGHT_HELD = 120_000


def _weight(page: PageFacts) -> int:
    """How much memory the facts of a page take, in small objects."""
    return 20 + len(page.links) + len(page.dates) + 3 * sum(len(found.rows) for found in page.lists)


class Crawl:
    """One process's part of a run. `emit(rows, done)` is called after fsync, from a thread of its own."""

    def __init__(
        self,
        settings: CollectSettings,
        guard: AddressGuard,
        jobs: Iterable[SiteJob],
        factory: SurveyFactory,
        reader: PageReader,
        emit: Emit,
        turns: Turns | None = None,
    ) -> None:
        jobs = list(jobs)
        self._settings = settings
        self._booker = Booker(settings, jobs, reader, emit)
        self._fetcher = Fetcher(settings, guard, self._settled, turns)
        self._sites = [SiteUnderSurvey(job, factory, settings) for job in jobs]
        self._ready: deque[SiteUnderSurvey] = deque(self._sites)
        self._unfinished = len(self._sites)
        self._foreign: dict[str, PageRow | Fetch] = {}
        self._weight_held = 0
        self._pack = msgspec.msgpack.Encoder().encode

    def run(self) -> None:
        """Until every survey has ended and every row is out. `ArchiveError` where evidence cannot be kept."""
        try:
            self._prepare()
            while self._unfinished or not self._booker.idle:
                while self._ready:
                    self._step(self._ready.popleft())
                    self._booker.commit(at_once=False)
                over = not self._unfinished
                self._fetcher.turn(0.0 if self._ready or over else self._booker.due_in())
                self._booker.commit(at_once=over)
        finally:
            self._booker.close()
            self._fetcher.close()

    def _prepare(self) -> None:
        for site in self._sites:
            if site.job.expected:
                self._fetcher.expect(site.job.filed_url, site.filed_ports, site.job.expected)
            for row in site.job.replay:
                if row.want == EXISTS and row.failure != Failure.PAGE_LIMIT and not site.inside(row.url):
                    self._foreign[row.url] = row

    # ---- surveys

    def _step(self, site: SiteUnderSurvey) -> None:
        self._weight_held -= site.weight_held
        site.weight_held = 0
        asks = site.step()
        if site.done is not None:
            self._unfinished -= 1
            self._booker.site_done(site.done)
            return
        # Whole pages first: to know that an address exists costs nothing where its page is wanted too.
        for index, ask in sorted(asks, key=lambda item: item[1].want is Want.EXISTS):
            self._ask(site, index, ask)
        if not asks:
            self._ready.append(site)

    def _give(self, site: SiteUnderSurvey, index: int, given: Answer) -> None:
        weight = 0 if given.page is None else _weight(given.page)
        fold = weight > 0 and self._weight_held + weight > _WEIGHT_HELD
        if not fold:
            self._weight_held += weight
            site.weight_held += weight
        site.give(index, given, self._pack if fold else None)
        if site.ready:
            self._ready.append(site)

    def _ask(self, site: SiteUnderSurvey, index: int, ask: Ask) -> None:
        want = wanted(ask)
        url = canonical(ask.url)
        if url is None:
            row = PageRow(
                site.target, want, ask.url[:2000], ask.url[:2000], "", datetime.now(SHANGHAI), ask.post
            )
            row = failed(row, Failure.BAD_URL, "网址无法识别")
            self._booker.add(row)
            self._give(site, index, answer(ask, row, bytes, None))
            return
        keys = [key_of(want, url, ask.post)]
        if want == EXISTS:
            keys.append(key_of("page", url, ask.post))
        for key in keys:
            if key in site.known:
                self._answer_known(site, index, ask, site.known[key])
                return
        for key in keys:
            if key in site.pending:
                site.pending[key].waiters.append((site, index, ask))
                return
        self._new_fetch(site, index, ask, url)

    def _new_fetch(self, site: SiteUnderSurvey, index: int, ask: Ask, url: str) -> None:
        want = wanted(ask)
        inside = site.inside(url)
        fetch = Fetch(site, want, url, ask.post, ask.confirmed, site.trail(url, want, ask.post))
        fetch.waiters.append((site, index, ask))
        site.pending[fetch.key] = fetch
        if not site.may_ask(want):
            self._fetcher.fail(fetch, Failure.PAGE_LIMIT, "超出单个网站的采集上限")
            return
        if want == EXISTS and not inside:
            elsewhere = self._foreign.get(url)
            if isinstance(elsewhere, PageRow):
                self._book(fetch, for_other_target(elsewhere, site.target), b"", None)
                return
            if elsewhere is not None:
                elsewhere.waiters.append((site, index, ask))
                site.pending[fetch.key] = elsewhere
                return
            self._foreign[url] = fetch
        # An outside link is looked at as its reader would, once; robots.txt is about walking through a site.
        if self._settings.honour_robots and not ask.confirmed and (inside or want != EXISTS):
            self._obey_robots(fetch)
        else:
            self._fetcher.send(fetch)

    def _answer_known(self, site: SiteUnderSurvey, index: int, ask: Ask, row: PageRow) -> None:
        page: PageFacts | None = None
        body = b""
        if failure_for(ask.want, row) is None and ask.want is not Want.EXISTS:
            try:
                body = archived_body(self._settings.evidence, row, self._settings.limits.decoded_bytes)
            except ArchiveError as error:
                _log.exception("evidence of %s cannot be read back", row.target)
                row = failed(row, Failure.NOT_ARCHIVED, str(error))
            else:
                if ask.want is Want.PAGE:
                    page, row = self._booker.read(row, body)
        self._give(site, index, answer(ask, row, lambda: body, page))

    # ---- robots.txt

    def _obey_robots(self, fetch: Fetch) -> None:
        site = fetch.site
        url = robots_url(fetch.url)
        state = site.robots.get(url)
        if state is None:
            row = site.known.get(key_of(ROBOTS, url, None))
            if row is None:
                trail = site.trail(url, ROBOTS, None)
                rules = Fetch(site, ROBOTS, url, None, True, trail, held_by_robots=[fetch])
                site.robots[url] = rules
                self._fetcher.send(rules)
                return
            state = site.robots[url] = self._robots_from_row(row)
        if isinstance(state, Fetch):
            state.held_by_robots.append(fetch)
        else:
            self._robots_known(fetch, state)

    def _robots_from_row(self, row: PageRow) -> Robots:
        failure = Failure(row.failure) if row.failure is not None else None
        try:
            body = archived_body(self._settings.evidence, row, ROBOTS_BYTES)
        except ArchiveError:
            _log.exception("robots.txt of %s cannot be read back", row.target)
            return FORBIDDEN
        return read_robots(row.status, failure, body)

    def _robots_known(self, fetch: Fetch, rules: Robots) -> None:
        if rules.allows(fetch.url):
            self._fetcher.send(fetch)
        else:
            self._fetcher.fail(fetch, Failure.ROBOTS, "")

    # ---- settled

    def _settled(self, fetch: Fetch, look: Look) -> None:
        row = self._booker.row(fetch, look)
        page: PageFacts | None = None
        if look.failure is None and fetch.want == "page":
            page, row = self._booker.read(row, look.body)
        self._book(fetch, row, look.body, page)
        if fetch.want == ROBOTS:
            rules = read_robots(row.status, look.failure, look.body)
            fetch.site.robots[fetch.url] = rules
            fetch.site.known[fetch.key] = row
            for held in fetch.held_by_robots:
                self._robots_known(held, rules)

    def _book(self, fetch: Fetch, row: PageRow, body: bytes, page: PageFacts | None) -> None:
        """Write the row into the books of every target that asked, and answer them."""
        self._booker.add(row)
        if self._foreign.get(fetch.url) is fetch:
            self._foreign[fetch.url] = row
        rows = {fetch.site.target: row}
        for site, _, _ in fetch.waiters:
            if site.target not in rows:
                rows[site.target] = for_other_target(row, site.target)
                self._booker.add(rows[site.target])
            site.pending.pop(fetch.key, None)
            site.known[fetch.key] = rows[site.target]
        for site, index, ask in fetch.waiters:
            own = rows[site.target]
            if ask.want is Want.PAGE and page is None and fetch.want == "body" and own.failure is None:
                page, own = self._booker.read(own, body)
            self._give(site, index, answer(ask, own, lambda: body, page))
