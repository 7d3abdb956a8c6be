"""Where a site offers services, which items it lists, and what their guides contain (W-V6).

An entry is a page that is there and is neither an article nor a board of letters. Items are looked for at most
three clicks behind it. All guides are read where they are few; of more than the plan allows a sample drawn by
the plan's seed is read and the rest is counted in `listed`, unseen. A platform on a host outside the filed
domain is not walked: of it only the page that the site's entry leads to and single guides that are listed there
or on the site itself are read. An element that seems to be missing on a page with a script of its own may be
written by that script: it is unread, unless guides with the same script show theirs without it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256

from checks.facts.base import Gap, Seen
from checks.facts.guides import Guide, Guides
from monitor.collect.extract.page import PageFacts, Region
from monitor.collect.failures import Failure
from monitor.collect.survey.ask import Answer, Survey
from monitor.collect.survey.correspondence import guide_of, is_correspondence
from monitor.collect.survey.dating import content_lists, is_article
from monitor.collect.survey.ledger import LinkNote
from monitor.collect.survey.lockstep import together
from monitor.collect.survey.outcome import MISSING, failure_of, gap, page_of, seen
from monitor.collect.survey.places import Scope, host_of, identity, is_attachment, looks_like_article, path_of
from monitor.collect.survey.reading import Reading
from monitor.collect.survey.whole import DATA, Whole, complete, own_scripts
from monitor.collect.survey.words import clean_name, fold, has_any, is_service_entry, words_of

_CLICKS = 3
_MOST_ENTRIES = 8
_MOST_PLATFORMS = 2
_LOGIN = re.compile(r"/sso|login|passport|/cas/", re.IGNORECASE)
_FULL = 6
"""Elements that a guide shows where its page is surely complete without its scripts."""


@dataclass(slots=True)
class _Found:
    """What is gathered about services."""

    scope: Scope
    entry: Seen | None = None
    offsite: list[Gap] = field(default_factory=list)
    outside: Seen | None = None
    guides: dict[str, Guide] = field(default_factory=dict)
    unsampled: int = 0
    listings: int = 0
    gaps: list[Gap] = field(default_factory=list)
    missing: list[Gap] = field(default_factory=list)
    visited: set[str] = field(default_factory=set)
    scripts: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def own_site(self, url: str) -> bool:
        return self.scope.in_domain(url)


@dataclass(frozen=True, slots=True)
class _Target:
    """A link that may lead to an item or to a further listing."""

    url: str
    name: str
    listing: str


def survey_guides(reading: Reading, home: Whole | None, missed: Sequence[Gap]) -> Survey[Guides]:
    """Find the entry, walk to the items, read their guides; `missed` are places that could not be read."""
    found = _Found(reading.scope)
    notes = _entries(reading, home)
    inside = [note for note in notes if reading.scope.in_domain(note.url)][:_MOST_ENTRIES]
    for note in notes:
        if not reading.scope.in_domain(note.url):
            found.offsite.append(gap("站外办事服务平台", Failure.OFF_REGISTER, note.url))
            if found.outside is None and home is not None:
                found.outside = seen(home.answer, f"{clean_name(note.text)} {note.url}")
    entries = yield from together([_entry(reading, note, found) for note in inside], reading.plan.limits.wave)
    level = [whole for whole in entries if whole is not None]
    if found.entry is None and reading.guides_seen:
        # no link is called a service, and yet guides stand on the site
        found.entry = reading.guides_seen[0]
    for _ in range(_CLICKS):
        targets = [target for whole in level for target in _targets(reading, whole, found)]
        if not targets:
            break
        level = yield from _walk(reading, targets, found)
    if not found.guides:
        yield from _platform(reading, notes, found)
    _distrust(found)
    return _facts(found, missed)


def unread_guides(why: Gap) -> Guides:
    """The facts where nothing was looked at."""
    return Guides(gaps=(why,))


def _platform(reading: Reading, notes: Sequence[LinkNote], found: _Found) -> Survey[None]:
    """Where services stand on a platform elsewhere: the page that the site's entry leads to and the guides listed
    there, one click and no further. The platform's own home page lists what is not this unit's."""
    away = [
        note
        for note in notes
        if not reading.scope.in_domain(note.url)
        and path_of(note.url).strip("/")
        and not _LOGIN.search(note.url)
    ]
    for note in away[:_MOST_PLATFORMS]:
        (answer,) = yield from reading.fetch_pages([note.url])
        page = page_of(answer)
        if page is None or page.published is not None or host_of(answer.final_url) != host_of(note.url):
            continue
        found.outside = seen(answer, clean_name(note.text))
        if guide_of(page, reading.is_listed_letter(answer)) is not None:
            _take_guide(reading, found, answer, page)
        here = host_of(note.url)
        targets: dict[str, _Target] = {}
        for row in (row for one in content_lists(page.lists) for row in one.rows if host_of(row.url) == here):
            _want(reading, targets, found, _Target(row.url, row.title, answer.final_url), outside=True)
        yield from _walk(reading, list(targets.values()), found)
        if found.guides and page.next_pages:
            found.gaps.append(gap("站外平台的办事事项未看完", Failure.OFF_REGISTER, page.next_pages[0]))


def _distrust(found: _Found) -> None:
    """Turn missing elements into unread ones where an unexplained script may write them."""
    plain = {
        url
        for same, urls in found.scripts.items()
        for url in urls
        if len(found.guides[same].present) >= _FULL
    }
    for same, urls in found.scripts.items():
        guide = found.guides[same]
        if guide.missing and any(url not in plain for url in urls):
            found.guides[same] = replace(guide, missing=(), unread=(*guide.unread, *guide.missing))


def _facts(found: _Found, missed: Sequence[Gap]) -> Guides:
    guides = tuple(sorted(found.guides.values(), key=lambda guide: (guide.url, guide.title)))
    gaps = list(found.gaps)
    offsite = bool(found.offsite) and not any(found.own_site(guide.url) for guide in guides)
    if offsite and not guides:
        gaps.extend(found.offsite[:3])
    if found.entry is None and not offsite:
        gaps.extend([*found.missing, *missed])
    return Guides(
        entry=(found.outside if offsite and guides else None)
        or found.entry
        or (found.outside if offsite else None),
        offsite=offsite,
        listed=len(guides) + found.unsampled,
        guides=guides,
        gaps=tuple(dict.fromkeys(gaps)),
    )


def _entries(reading: Reading, home: Whole | None) -> list[LinkNote]:
    """Links whose name or host promises services: the home page's own first."""
    platforms = words_of("service_names.toml", "hosts")
    notes: dict[str, LinkNote] = {}
    if home is not None:
        for link in home.links:
            away = not reading.scope.in_domain(link.url) and has_any(host_of(link.url), platforms)
            if not link.hidden and (is_service_entry(link.text) or away):
                notes.setdefault(identity(link.url), LinkNote(link.url, home.url, 1, True, link.text))
    for note in sorted(reading.links.named.values(), key=lambda note: note.depth):
        if is_service_entry(note.text):
            notes.setdefault(identity(note.url), note)
    good = [
        note
        for note in notes.values()
        if not is_attachment(note.url)
        and (reading.scope.in_domain(note.url) or not looks_like_article(note.url))
    ]
    # what a page of services links is found by walking it; only without any entry on the home page look further
    near = [note for note in good if note.on_home] or good
    return sorted(near, key=lambda note: (not note.on_home, note.depth, _rank(note.text)))


def _rank(name: str) -> int:
    """How plainly a name promises services: the place of its first word in the list of words."""
    folded = fold(name)
    words = words_of("service_names.toml", "entry")
    return next((number for number, word in enumerate(words) if word in folded), len(words))


def _entry(reading: Reading, note: LinkNote, found: _Found) -> Survey[Whole | None]:
    (answer,) = yield from reading.fetch_pages([note.url])
    got = yield from complete(reading, answer, f"办事入口「{clean_name(note.text)}」")
    if isinstance(got, Gap):
        if Failure(got.reason) is Failure.OFF_REGISTER:
            found.offsite.append(got)
            found.outside = found.outside or seen(answer, clean_name(note.text))
        else:
            found.missing.append(got)
        return None
    found.visited.add(identity(note.url))
    found.visited.add(identity(got.url))
    letters = is_correspondence(got.page, reading.is_listed_letter(answer))
    if guide_of(got.page, reading.is_listed_letter(answer)) is not None:
        _take_guide(reading, found, got.answer, got.page)
    elif is_article(got.page) or (letters and not _leads_to_services(got)):
        return None
    if found.entry is None:
        found.entry = seen(got.answer, clean_name(note.text))
    found.gaps.extend(
        one for one in got.unread if one.what == DATA or one.reason == Failure.NEEDS_SCRIPT.value
    )
    return got


def _leads_to_services(whole: Whole) -> bool:
    """Whether a page of letters has a link of its own to services, or may have one in what was not read of it."""
    letters = {identity(row.url) for row in whole.page.letters}
    return bool(whole.unread) or any(
        link.region is Region.MAIN
        and not link.hidden
        and is_service_entry(link.text)
        and identity(link.url) not in letters
        for link in whole.links
    )


def _targets(reading: Reading, whole: Whole, found: _Found) -> list[_Target]:
    """What a page of services leads on to, each address once and none twice over the whole walk."""
    words = words_of("service_names.toml", "inside")
    wanted: dict[str, _Target] = {}
    for one in content_lists(whole.lists):
        for row in one.rows:
            # an item that the site itself lists may have its guide on the platform; that page is read, no further
            _want(reading, wanted, found, _Target(row.url, row.title, whole.url), outside=True)
    for link in whole.links:
        named = link.region is Region.MAIN and has_any(fold(link.text), words)
        if named and not link.hidden and len(fold(link.text)) <= 40:
            _want(reading, wanted, found, _Target(link.url, link.text, whole.url))
    for url in whole.next_pages:
        _want(reading, wanted, found, _Target(url, "", whole.url))
    return list(wanted.values())


def _want(
    reading: Reading, wanted: dict[str, _Target], found: _Found, target: _Target, outside: bool = False
) -> None:
    same = identity(target.url)
    scope = reading.scope
    if same in found.visited or scope.is_home(target.url):
        return
    if not scope.in_domain(target.url) and not outside:
        return
    if is_attachment(target.url):
        return
    found.visited.add(same)
    wanted[same] = target


def _walk(reading: Reading, targets: list[_Target], found: _Found) -> Survey[list[Whole]]:
    """Read one level of targets: guides are taken, pages that lead on are returned."""
    room = max(0, reading.plan.limits.guides - len(found.guides))
    asked = _sample(reading, targets, room)
    chosen = {identity(target.url) for target in asked}
    answers = yield from reading.fetch_pages([target.url for target in asked])
    counted: dict[str, int] = {}
    failed: list[tuple[_Target, Failure]] = []
    further: list[tuple[_Target, Answer]] = []
    for target, answer in zip(asked, answers, strict=True):
        page = page_of(answer)
        if page is not None and guide_of(page, reading.is_listed_letter(answer)) is not None:
            counted[target.listing] = counted.get(target.listing, 0) + 1
            _take_guide(reading, found, answer, page, target)
        elif page is not None and not is_article(page):
            if not content_lists(page.lists) and target.name:
                # it may be a guide whose elements we do not recognise
                failed.append((target, Failure.PARSER_FAILED))
            if reading.scope.in_domain(target.url):
                further.append((target, answer))
        elif page is None and failure_of(answer) not in MISSING:
            failed.append((target, failure_of(answer) or Failure.INTERNAL))
    for target, failure in failed:
        # only where its neighbours are items is an unread page taken for an item
        if target.listing in counted:
            found.guides[identity(target.url)] = Guide(
                target.url, target.name, gap=gap("办事指南", failure, target.url)
            )
    found.unsampled += sum(
        1 for target in targets if identity(target.url) not in chosen and target.listing in counted
    )
    left = max(0, reading.plan.limits.guide_listings - found.listings)
    if len(further) > left and counted:
        found.gaps.append(gap("办事事项列表未看完", Failure.PAGE_LIMIT, further[left][0].url))
    further = further[:left]
    found.listings += len(further)
    pages = yield from together(
        [complete(reading, answer, "办事事项列表") for _, answer in further], reading.plan.limits.wave
    )
    return [page for page in pages if not isinstance(page, Gap)]


def _sample(reading: Reading, targets: list[_Target], room: int) -> list[_Target]:
    """All targets where there is room; else those that the seed draws, in page order."""
    if len(targets) <= room:
        return targets
    seed = f"{reading.plan.seed}|{reading.plan.target}|guides"
    drawn = sorted(targets, key=lambda target: sha256(f"{seed}|{identity(target.url)}".encode()).digest())[
        :room
    ]
    chosen = {identity(target.url) for target in drawn}
    return [target for target in targets if identity(target.url) in chosen]


def _take_guide(
    reading: Reading, found: _Found, answer: Answer, page: PageFacts, target: _Target | None = None
) -> None:
    guide = guide_of(page, reading.is_listed_letter(answer))
    if guide is None:
        return
    url = target.url if target is not None else answer.final_url
    same = identity(url)
    title = guide.title or (target.name if target is not None else "")
    found.guides.setdefault(
        same, Guide(url, title, guide.present, guide.missing, guide.unread, seen(answer, guide.excerpt))
    )
    found.scripts.setdefault(same, own_scripts(reading, page))
