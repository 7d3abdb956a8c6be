"""One target under survey: its waves of asks, what is known of its addresses, and who waits for what.

A site knows nothing of the network. It turns asks into fetches (an address is fetched once, whoever asks
how often), takes settled rows, and steps its survey when a wave is answered as a whole.
"""

from __future__ import annotations

import logging
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from monitor.collect.extract.page import PageFacts
from monitor.collect.failures import Failure
from monitor.collect.guard import Pinned
from monitor.collect.looks import Trail
from monitor.collect.robots import Robots
from monitor.collect.rows import PageRow, SiteDone, SiteJob
from monitor.collect.settings import CollectSettings
from monitor.collect.survey.ask import Answer, Ask, Survey, Want
from monitor.collect.urls import in_filed_domain, port_of

_log = logging.getLogger(__name__)

EXISTS, GET, ROBOTS = "exists", "get", "robots"
Key = tuple[str, str, str | None]
SurveyFactory = Callable[[SiteJob], Survey[Any]]


def key_of(want: str, url: str, post: str | None) -> Key:
    """What makes two asks the same look: pages and bodies share a GET, existence is its own."""
    return (want if want in {EXISTS, ROBOTS} else GET, url, post)


@dataclass(slots=True, eq=False)
class Fetch:
    """One address on its way to being answered, and every ask that waits for it."""

    site: SiteUnderSurvey
    want: str
    url: str
    post: str | None
    confirmed: bool
    trail: Trail
    waiters: list[tuple[SiteUnderSurvey, int, Ask]] = field(default_factory=list)
    held_by_robots: list[Fetch] = field(default_factory=list)
    ranged: bool = False
    on_trial: bool = False
    attempts: int = 0
    holds: int = 0
    host: str = ""
    pin: Pinned | None = None
    failed_at: float = 0.0
    failure: Failure | None = None
    exchanges: list[tuple[str, float]] = field(default_factory=list)
    received: int = 0

    @property
    def key(self) -> Key:
        """See `key_of`."""
        return key_of(self.want, self.url, self.post)


class SiteUnderSurvey:
    """The state of one job."""

    def __init__(self, job: SiteJob, factory: SurveyFactory, settings: CollectSettings) -> None:
        self.job = job
        self.target = job.target
        self.settings = settings
        self.filed_ports = frozenset(port for port in (port_of(job.filed_url),) if port is not None)
        self.known: dict[Key, PageRow] = {key_of(row.want, row.url, row.post): row for row in job.replay}
        self.pending: dict[Key, Fetch] = {}
        self.robots: dict[str, Robots | Fetch] = {}
        self.cookies: dict[str, str] = {}
        # A resumed site has spent what its rows have spent; those that hit the limit spent nothing.
        spent = [
            key for key, row in self.known.items() if key[0] != ROBOTS and row.failure != Failure.PAGE_LIMIT
        ]
        self._asks = len(spent)
        self._pages = sum(1 for key in spent if key[0] == GET)
        self._waves = 0
        self._factory = factory
        self._survey: Survey[Any] | None = None
        self._wave: list[Ask] = []
        self._answers: list[Answer | None] = []
        self._missing = 0
        self._packed: dict[int, bytes] = {}
        self.weight_held = 0
        self.done: SiteDone | None = None

    def inside(self, url: str) -> bool:
        """Whether an address lies inside the filed domain."""
        return in_filed_domain(url, self.job.filed_url)

    def trail(self, url: str, want: str, post: str | None) -> Trail:
        """A trail for one address: pages stay inside the filed domain, links and foreign addresses may leave."""
        bound = None if want == EXISTS or not self.inside(url) else self.job.filed_url
        method = "HEAD" if want == EXISTS else "GET"
        return Trail(url, self.settings.limits, bound, self.settings.max_redirects, method, post, want == EXISTS,
                     self.cookies)  # fmt: skip

    def may_ask(self, want: str) -> bool:
        """Whether the limits of a site allow one more look; where they do, it is counted."""
        page = want != EXISTS
        if self._asks >= self.settings.asks_per_site or (
            page and self._pages >= self.settings.pages_per_site
        ):
            return False
        self._asks += 1
        self._pages += page
        return True

    @property
    def ready(self) -> bool:
        """Whether the survey can be stepped."""
        return self._missing == 0 and self.done is None

    def step(self) -> list[tuple[int, Ask]]:
        """Send the answered wave to the survey; the asks of the next, or none where it has ended."""
        try:
            if self._survey is None:
                self._survey = self._factory(self.job)
                wave = next(self._survey)
            else:
                wave = self._survey.send(self._unpack())
        except StopIteration as end:
            self._end(msgspec.json.encode(end.value), None)
            return []
        except Exception as error:  # noqa: BLE001 - one survey's fault must not end the others
            _log.exception("survey of %s failed", self.target)
            self._end(b"", f"{Failure.INTERNAL}: {type(error).__name__}: {str(error)[:300]}")
            return []
        self._waves += 1
        if self._waves > self.settings.waves_per_site:
            _log.error("survey of %s asked for more than %d waves", self.target, self.settings.waves_per_site)
            self._survey.close()
            self._end(b"", f"{Failure.INTERNAL}: more than {self.settings.waves_per_site} waves")
            return []
        self._wave = wave
        self._answers = [None] * len(wave)
        self._missing = len(wave)
        return list(enumerate(wave))

    def _end(self, payload: bytes, failure: str | None) -> None:
        self.done = SiteDone(self.target, payload, failure)
        self._survey = None
        self.known.clear()
        self._answers = []

    def give(self, index: int, given: Answer, pack: Callable[[PageFacts], bytes] | None = None) -> None:
        """Take one answer of the wave; with `pack`, its facts are kept folded until the wave is whole."""
        if self._answers[index] is not None:
            raise RuntimeError(f"ask {index} of {self.target} was answered twice")
        if pack is not None and given.page is not None:
            self._packed[index] = zlib.compress(pack(given.page), 1)
            given = replace(given, page=None)
        self._answers[index] = given
        self._missing -= 1

    def _unpack(self) -> list[Answer]:
        whole = [given for given in self._answers if given is not None]
        for index, folded in self._packed.items():
            whole[index] = replace(
                whole[index], page=msgspec.msgpack.decode(zlib.decompress(folded), type=PageFacts)
            )
        self._packed.clear()
        self._answers = []
        return whole


def wanted(ask: Ask) -> str:
    """The row's word for an ask."""
    return {Want.PAGE: "page", Want.BODY: "body", Want.EXISTS: EXISTS}[ask.want]
