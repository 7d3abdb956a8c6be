"""What is new on the home page, and on the pages behind one that is only an entrance (W-V3)."""

from __future__ import annotations

from collections.abc import Sequence

from checks.facts.base import Gap
from checks.facts.home import HomePage, PageItems, SectionPages
from monitor.collect.extract.page import ItemList, Region, Row
from monitor.collect.failures import Failure
from monitor.collect.survey.ask import Answer, Survey
from monitor.collect.survey.candidates import Candidate, article_rows, is_directory, second_level_pages
from monitor.collect.survey.dating import Dated, content_lists, date_rows, is_article, merge
from monitor.collect.survey.lockstep import together
from monitor.collect.survey.outcome import MISSING, failure_of, gap, page_of, seen
from monitor.collect.survey.places import identity, is_attachment, looks_like_article
from monitor.collect.survey.reading import Reading
from monitor.collect.survey.whole import SCRIPT, Whole, complete
from monitor.collect.survey.words import is_side_block, type_by_name

_SECTION_ROUNDS = (3, 8, 20)


def survey_home(reading: Reading, whole: Whole) -> Survey[tuple[HomePage, SectionPages]]:
    """Date what the home page lists; where it lists no articles of its own, look at all second-level pages.

    An old date is only worth something where nothing was left unread, so before a home page looks old the
    headlines outside its lists are asked as well.
    """
    lists = home_lists(reading, whole)
    limits = reading.plan.limits
    per_list = limits.articles_per_list
    rounds = (per_list * max(1, len(lists)), limits.articles_to_date)
    found = yield from date_rows(reading, whole.answer, lists, rounds, per_list)
    if not _fresh(reading, found):
        headlines = _headlines(reading, whole, lists)
        if headlines.rows:
            more = yield from date_rows(reading, whole.answer, [headlines], (10, limits.articles_to_date))
            found = merge([found, more])
    unread = unread_lists(whole, bool(lists))
    nothing = not (found.articles or found.items or found.future or found.undated)
    navigation = nothing and not unread
    page = page_items(whole, found)
    home = HomePage(page=page, is_navigation=navigation, needs_script=bool(unread))
    if not navigation:
        return home, SectionPages()
    sections = yield from _sections(reading, whole)
    return home, SectionPages(pages=sections)


def missing_home(url: str, why: Gap) -> HomePage:
    """A home page that could not be read."""
    return HomePage(page=PageItems(url=url, gap=why))


def page_items(whole: Whole, found: Dated) -> PageItems:
    """A page that was read, with its dated items."""
    return PageItems(
        url=whole.asked,
        title=whole.page.title,
        seen=seen(whole.answer, whole.page.title),
        items=found.items,
        future=found.future,
        undated=found.undated,
    )


def home_lists(reading: Reading, whole: Whole) -> list[ItemList]:
    """The home page's own lists: those of its main part, and side blocks that plainly show a column."""
    today = reading.plan.today
    lists = [one for one in content_lists(whole.lists) if not is_directory(one)]
    for one in whole.lists:
        titled = one.more is not None or type_by_name(one.heading, today) is not None
        if one.region is Region.SIDEBAR and one.rows and titled and not is_side_block(one.heading):
            lists.append(one)
    return lists


def unread_lists(whole: Whole, has_rows: bool) -> tuple[Gap, ...]:
    """The gaps that may hide lists; a script that was not read matters only where no list was seen at all."""
    return tuple(one for one in whole.unread if not has_rows or one.what != SCRIPT)


def _fresh(reading: Reading, found: Dated) -> bool:
    return found.newest is not None and found.newest.day >= reading.plan.surely_fresh


def _headlines(reading: Reading, whole: Whole, lists: Sequence[ItemList]) -> ItemList:
    """Links to articles that stand in the main part outside its lists: headlines, slides, pictures."""
    known = article_rows(lists)
    rows: dict[str, Row] = {}
    for link in whole.links:
        same = identity(link.url)
        if link.hidden or link.region is not Region.MAIN or same in known or is_attachment(link.url):
            continue
        if reading.scope.same_site(link.url) and looks_like_article(link.url):
            rows.setdefault(same, Row(link.text, link.url, None))
    return ItemList(tuple(rows.values()), Region.MAIN)


def _sections(reading: Reading, whole: Whole) -> Survey[tuple[PageItems, ...]]:
    wanted = second_level_pages(whole, reading.scope)
    asked, left = wanted[: reading.plan.limits.columns], wanted[reading.plan.limits.columns :]
    answers = yield from reading.fetch_pages([one.url for one in asked])
    pages = yield from together(
        [_section(reading, one, answer) for one, answer in zip(asked, answers, strict=True)],
        reading.plan.limits.wave,
    )
    unasked = [
        PageItems(url=one.url, title=one.name, gap=gap("二级页面", Failure.PAGE_LIMIT, one.url))
        for one in left
    ]
    return tuple(sorted([page for page in pages if page is not None] + unasked, key=lambda page: page.url))


def _section(reading: Reading, one: Candidate, answer: Answer) -> Survey[PageItems | None]:
    """One second-level page; None where it does not exist or is no page (a dead link is judged as such)."""
    if failure_of(answer) in MISSING or failure_of(answer) in {Failure.NOT_HTML, Failure.OFF_REGISTER}:
        return None
    whole = yield from complete(reading, answer, "二级页面")
    if isinstance(whole, Gap):
        return PageItems(url=one.url, title=one.name, gap=whole)
    page = page_of(whole.answer)
    lists = content_lists(whole.lists)
    if page is not None and page.published is not None and is_article(page):
        itself = ItemList((Row(page.heading or page.title, whole.url, page.published),), Region.MAIN)
        lists = [itself, *lists]
    found = yield from date_rows(reading, whole.answer, lists, _SECTION_ROUNDS)
    unread = unread_lists(whole, bool(lists))
    if unread and not _fresh(reading, found):
        return PageItems(url=one.url, title=page_items(whole, found).title, gap=unread[0])
    return page_items(whole, found)
