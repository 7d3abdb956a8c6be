"""The two books that every page of a survey is entered in: links, and what a person should look at."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import date, timedelta

from checks.facts.base import DateSource, Gap, Seen
from checks.facts.links import DeadLink, LinkCheck
from checks.facts.scan import PageScan, Suspect, SuspectKind
from monitor.collect.extract.page import ItemList, PageFacts, ReadDate
from monitor.collect.failures import Failure
from monitor.collect.survey.ask import Answer
from monitor.collect.survey.outcome import MISSING, gap, seen
from monitor.collect.survey.places import Scope, canonical, identity
from monitor.collect.survey.words import promises

_FAR_LATER = timedelta(days=30)
_RECENT = timedelta(days=180)
_MOST_CANDIDATES = 20
_MOST_SUSPECTS = 200
_MOST_DATES = 5000
_OWN_EVIDENCE = (DateSource.LABEL, DateSource.TAG, DateSource.ADDRESS, DateSource.DATA)


@dataclass(frozen=True, slots=True)
class LinkNote:
    """Where an address was first linked, how far from the home page, and under what name."""

    url: str
    linked_from: str
    depth: int
    on_home: bool
    text: str


@dataclass(slots=True)
class LinkLedger:
    """Every address that the site links, in order of first sight, and what became of it.

    A link is dead only where its target answered 404, 410 or a soft 404; a block, a time-out, a refusal by
    robots.txt and everything else that we could not see leaves it undecided.
    """

    scope: Scope
    most: int
    notes: dict[str, LinkNote] = field(default_factory=dict)
    known: dict[str, None] = field(default_factory=dict)
    named: dict[str, LinkNote] = field(default_factory=dict)
    queue: deque[LinkNote] = field(default_factory=deque)
    alive: dict[str, None] = field(default_factory=dict)
    dead: dict[str, DeadLink] = field(default_factory=dict)
    undecided: dict[str, Failure] = field(default_factory=dict)
    overflow: int = 0

    def read(self, answer: Answer, page: PageFacts, on_home: bool) -> None:
        """Enter the links of a page that was read."""
        depth = self.depth_of(answer.ask.url) + 1
        for link in page.links:
            if link.url not in self.known and not link.hidden:
                self._enter(link.url, link.text, answer.final_url, 1 if on_home else depth, on_home)
        if page.lists:
            self.rows(answer, page.lists, on_home)

    def rows(self, answer: Answer, lists: tuple[ItemList, ...], on_home: bool) -> None:
        """Enter the rows of lists, which may have come from a script or a data address."""
        depth = 1 if on_home else self.depth_of(answer.ask.url) + 1
        for one in lists:
            for row in one.rows:
                if row.url not in self.known:
                    self._enter(row.url, row.title, answer.final_url, depth, on_home)

    def depth_of(self, url: str) -> int:
        """Clicks from the home page at first sight; 0 for the home page and for what nothing linked."""
        note = self.notes.get(identity(url))
        return note.depth if note is not None else 0

    def _enter(self, raw: str, text: str, linked_from: str, depth: int, on_home: bool) -> None:
        if len(self.known) >= self.most:
            self.overflow += 1
            return
        self.known[raw] = None
        url = canonical(raw)
        if url is None:
            return
        same = identity(url)
        if same in self.notes or self.scope.is_home(url):
            return
        note = LinkNote(url, linked_from, depth, on_home, text[:60])
        self.notes[same] = note
        self.queue.append(note)
        if promises(text):
            self.named[same] = note

    def reached(self, answer: Answer) -> None:
        """The address led somewhere."""
        self.alive[identity(answer.ask.url)] = None

    def failed(self, answer: Answer, failure: Failure) -> None:
        """The address failed; dead only where it is plainly not there and a page of the site links it."""
        same = identity(answer.ask.url)
        note = self.notes.get(same)
        if failure not in MISSING:
            self.undecided[same] = failure
        elif note is not None:
            self.dead[same] = DeadLink(
                note.url, failure.value, note.linked_from, note.on_home, seen(answer, note.text)
            )

    def facts(self, gaps: tuple[Gap, ...]) -> LinkCheck:
        """`checked` counts decided links (alive or dead), `undecided` those looked at without an answer."""
        dead = tuple(sorted(self.dead.values(), key=lambda link: link.url))
        undecided = sum(1 for same in self.undecided if same in self.notes)
        return LinkCheck(checked=len(self.alive) + len(dead), dead=dead, undecided=undecided, gaps=gaps)


@dataclass(slots=True)
class ScanBook:
    """Suspects of all pages read, and dates that do not fit together.

    A list that dates an article far later than the article's own page does is a candidate for a person
    (W-V1 ⑤), never proof. A date in the future is a slip far more often than a forgery: it is told where the
    page's items are (`future`), and raises no suspicion by itself.
    """

    today: date
    scanned: int = 0
    suspects: list[Suspect] = field(default_factory=list)
    forged: dict[str, Suspect] = field(default_factory=dict)
    gaps: list[Gap] = field(default_factory=list)
    claims: dict[str, tuple[ReadDate, str]] = field(default_factory=dict)

    def read(self, answer: Answer, page: PageFacts) -> None:
        """Enter the suspects of a page, what its lists claim, and whether its own date bears out a claim."""
        self.scanned += 1
        for suspect in page.suspects:
            if len(self.suspects) < _MOST_SUSPECTS:
                self.suspects.append(
                    Suspect(suspect.kind, suspect.says, suspect.certain, seen(answer, suspect.excerpt))
                )
        self.lists(answer, page.lists)
        self._compare(answer, page)

    def lists(self, answer: Answer, lists: tuple[ItemList, ...]) -> None:
        """Remember what lists say of their articles' dates."""
        latest = max(self.today, answer.at.date())
        for one in lists:
            for row in one.rows:
                found = row.date
                if found is None or not self.today - _RECENT <= found.day <= latest:
                    continue
                if len(self.claims) < _MOST_DATES:
                    self.claims.setdefault(identity(row.url), (found, answer.final_url))

    def _compare(self, answer: Answer, page: PageFacts) -> None:
        claim = self.claims.get(identity(answer.ask.url)) or self.claims.get(identity(answer.final_url))
        if claim is None or page.published is None:
            return
        shown, where = claim
        own = [found for found in (*page.dates, page.published) if found.source in _OWN_EVIDENCE]
        if not own:
            return
        latest = max(own, key=lambda found: found.day)
        if shown.day - latest.day > _FAR_LATER:
            says = f"列表({where})标为{shown.day}, 文章页最晚的日期为{latest.day}"
            self._candidate(answer.final_url, says, seen(answer, latest.excerpt))

    def _candidate(self, url: str, says: str, where: Seen) -> None:
        if len(self.forged) < _MOST_CANDIDATES:
            self.forged.setdefault(identity(url), Suspect(SuspectKind.FORGED_DATE, says, False, where))

    def unscanned(self, answer: Answer, failure: Failure) -> None:
        """A page that came and could not be read by us."""
        self.gaps.append(gap("页面未能扫描", failure, answer.final_url))

    def facts(self, extra: tuple[Gap, ...] = ()) -> PageScan:
        """All suspects, sorted by kind, address and words."""
        found = sorted(
            {*self.suspects, *self.forged.values()},
            key=lambda one: (one.kind.value, one.seen.url, one.says, one.seen.excerpt),
        )
        return PageScan(scanned=self.scanned, suspects=tuple(found), gaps=(*extra, *self.gaps))
