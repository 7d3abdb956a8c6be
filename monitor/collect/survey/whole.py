"""A page together with all that belongs to it: jumps followed, frames, scripts and data lists read.

Nothing of a page is called missing before its same-site frames, its first-party scripts and its declared
data addresses were read; what of them could not be read stands in `unread`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from checks.facts.base import Gap
from monitor.collect.extract.page import (
    DataAddress,
    FooterField,
    ItemList,
    LetterRow,
    Link,
    PageFacts,
    Region,
)
from monitor.collect.failures import Failure
from monitor.collect.survey.ask import Answer, Ask, Survey, Want
from monitor.collect.survey.fillers import list_in, script_in
from monitor.collect.survey.outcome import failure_of, gap, page_of
from monitor.collect.survey.places import canonical, identity
from monitor.collect.survey.reading import Reading

SCRIPT, FRAME, DATA = "本站脚本", "同站框架", "列表数据"
"""What an unread part of a page was; pieces tell by this which gaps concern them."""

_HOPS = 3
_STUB = 600
"""Visible characters up to which a page with a jump is an entrance stub and not a page that reloads itself."""
_MOST_FRAMES = 8
_MOST_SCRIPTS = 12
_MOST_LISTS = 12
_EMPTY_SEARCH = re.compile(r"[?&](?:searchword|keywords?|kw|q|wd|query|key)=(?:&|\Z)", re.IGNORECASE)
"""A search that waits for a word is no source of a list."""
_SEARCH = re.compile(r"search|sousuo|jiansuo|/igs/|guestweb|irs-c|/query|login|/sso", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Whole:
    """A page as a reader sees it.

    `footers` keep the answer that each footer value was read in. `data_empty` says that a declared source
    answered with an empty list. `own_scripts` are scripts of the site that the home page does not carry: what
    seems to be missing on this page may be written by them.
    """

    answer: Answer
    page: PageFacts
    lists: tuple[ItemList, ...]
    links: tuple[Link, ...]
    forms: tuple[str, ...]
    letters: tuple[LetterRow, ...]
    next_pages: tuple[str, ...]
    footers: tuple[tuple[FooterField, Answer], ...]
    unread: tuple[Gap, ...]
    asked: str
    data_empty: bool = False
    own_scripts: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        """The final address."""
        return self.answer.final_url


@dataclass(slots=True)
class _Parts:
    """What is gathered around one page."""

    lists: list[ItemList]
    links: list[Link]
    forms: list[str]
    letters: list[LetterRow]
    next_pages: list[str]
    footers: list[tuple[FooterField, Answer]]
    unread: list[Gap]
    data: dict[tuple[str, str | None], DataAddress]
    data_empty: bool = False

    def add(self, page: PageFacts, answer: Answer) -> None:
        self.lists.extend(page.lists)
        self.links.extend(page.links)
        self.forms.extend(page.forms)
        self.letters.extend(page.letters)
        self.next_pages.extend(page.next_pages)
        self.footers.extend((value, answer) for value in page.footer)
        self.need(page.data_addresses)

    def need(self, addresses: Iterable[DataAddress]) -> None:
        for address in addresses:
            if (
                len(self.data) < _MOST_LISTS
                and address.what == "list"
                and not _EMPTY_SEARCH.search(address.url)
            ):
                self.data.setdefault((address.url, address.post), address)


def own_scripts(reading: Reading, page: PageFacts) -> tuple[str, ...]:
    """The site's own scripts on a page that its home page does not carry."""
    return tuple(url for url in page.footer_scripts if url not in reading.common_scripts)


def follow(reading: Reading, answer: Answer) -> Survey[Answer]:
    """Follow meta refreshes and plain script jumps, at most three and only on the same site."""
    visited = {identity(answer.ask.url), identity(answer.final_url)}
    for _ in range(_HOPS):
        page = page_of(answer)
        if page is None or page.refresh is None or page.text_length > _STUB or page.lists:
            return answer
        target = canonical(page.refresh)
        if target is None or identity(target) in visited:
            return answer
        if not reading.scope.same_site(target):
            return _failed(answer, Failure.OFF_REGISTER)
        visited.add(identity(target))
        (answer,) = yield from reading.fetch([Ask(target, confirmed=answer.ask.confirmed)])
    page = page_of(answer)
    if page is not None and page.refresh is not None and page.text_length <= _STUB and not page.lists:
        return _failed(answer, Failure.TOO_MANY_REDIRECTS)
    return answer


def complete(reading: Reading, first: Answer, what: str, scripts: bool = False) -> Survey[Whole | Gap]:
    """The whole page behind an answer, or the gap that stands in its place.

    `scripts` asks for the page's first-party scripts as well; without it they are asked only where the page
    shows no list of its own.
    """
    answer = yield from follow(reading, first)
    page = page_of(answer)
    if page is None:
        return gap(what, failure_of(answer) or Failure.INTERNAL, first.ask.url)
    parts = _Parts([], [], [], [], [], [], [], {})
    parts.add(page, answer)
    listless = not any(one.region is Region.MAIN and one.rows for one in page.lists)
    yield from _read_around(reading, page, answer, parts, scripts or listless)
    yield from _read_data(reading, answer, parts)
    if page.script_built and not parts.lists:
        parts.unread.append(gap(f"{what}的内容", Failure.NEEDS_SCRIPT, answer.final_url))
    return Whole(
        answer=answer,
        page=page,
        lists=tuple(parts.lists),
        links=tuple(parts.links),
        forms=tuple(url for url in dict.fromkeys(parts.forms) if not _is_search(reading, url)),
        letters=tuple(parts.letters),
        next_pages=tuple(dict.fromkeys(parts.next_pages)),
        footers=tuple(parts.footers),
        unread=tuple(parts.unread),
        asked=first.ask.url,
        data_empty=parts.data_empty,
        own_scripts=own_scripts(reading, page),
    )


def _read_around(
    reading: Reading, page: PageFacts, answer: Answer, parts: _Parts, scripts: bool
) -> Survey[None]:
    """Frames and scripts of a page, then the pieces that those scripts pull in."""
    frames = [url for url in page.frames[:_MOST_FRAMES] if reading.scope.same_site(url)]
    written = page.footer_scripts[:_MOST_SCRIPTS] if scripts else ()
    asks = [reading.page(url) for url in frames]
    asks += [Ask(canonical(url) or url, Want.BODY) for url in written if reading.scope.in_domain(url)]
    if not asks:
        return
    answers = yield from reading.fetch(asks)
    _add_frames(parts, answers[: len(frames)])
    pulled: dict[str, None] = {}
    for got in answers[len(frames) :]:
        script = script_in(got, answer.final_url)
        if script is None:
            parts.unread.append(gap(SCRIPT, failure_of(got) or Failure.PARSER_FAILED, got.ask.url))
            continue
        parts.footers.extend((value, got) for value in script.footer)
        parts.links.extend(script.links)
        parts.lists.extend(script.lists)
        parts.need(script.data_addresses)
        pulled.update(dict.fromkeys(url for url in script.includes if reading.scope.same_site(url)))
    if pulled:
        _add_frames(parts, (yield from reading.fetch_pages(list(pulled)[:_MOST_FRAMES])))


def _add_frames(parts: _Parts, answers: Iterable[Answer]) -> None:
    for got in answers:
        inner = page_of(got)
        if inner is None:
            parts.unread.append(gap(FRAME, failure_of(got) or Failure.INTERNAL, got.ask.url))
        else:
            parts.add(inner, got)


def _read_data(reading: Reading, answer: Answer, parts: _Parts) -> Survey[None]:
    asks = [
        Ask(canonical(one.url) or one.url, Want.BODY, one.post)
        for one in parts.data.values()
        if reading.scope.in_domain(one.url)
    ]
    if not asks:
        return
    answers = yield from reading.fetch(asks)
    brought: list[ItemList] = []
    for got in answers:
        one = list_in(got)
        if one is None:
            parts.unread.append(gap(DATA, failure_of(got) or Failure.PARSER_FAILED, got.ask.url))
        elif one.rows:
            brought.append(one)
        else:
            parts.data_empty = True
    parts.lists.extend(brought)
    reading.links.rows(answer, tuple(brought), reading.scope.is_home(answer.ask.url))
    reading.scan.lists(answer, tuple(brought))


def _is_search(reading: Reading, action: str) -> bool:
    """Whether a form is the site's search, which stands on every page and takes no letters."""
    return action in reading.common_forms or _SEARCH.search(action) is not None


def _failed(answer: Answer, failure: Failure) -> Answer:
    return replace(answer, failure=failure)
