"""One saved page looked at by itself: what it shows is a fact, everything else was not archived."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TypeVar
from urllib.parse import urlsplit

from checks.facts.bundle import SiteFacts
from checks.facts.columns import Column, ColumnSet, TypedBy
from checks.facts.guides import Guide, Guides
from checks.facts.letters import Channel, ChannelKind, Letter, Letters
from checks.facts.links import LinkCheck
from monitor.collect.extract.page import PageFacts
from monitor.collect.failures import Failure
from monitor.collect.survey.ask import Answer, Ask, Survey, Want
from monitor.collect.survey.candidates import is_directory
from monitor.collect.survey.dating import content_lists, date_rows, is_article
from monitor.collect.survey.home import missing_home
from monitor.collect.survey.identity import identity_of
from monitor.collect.survey.ledger import ScanBook
from monitor.collect.survey.outcome import failure_of, gap, seen
from monitor.collect.survey.places import Scope
from monitor.collect.survey.plan import SitePlan
from monitor.collect.survey.reading import Reading
from monitor.collect.survey.site import survey_site
from monitor.collect.survey.whole import FRAME, SCRIPT, Whole
from monitor.collect.survey.words import clean_name, type_by_name, type_by_tag

Result = TypeVar("Result")


def survey_page(
    page: PageFacts, at: datetime, sha256: str, as_of: datetime, target: str = "", as_home: bool | None = None
) -> SiteFacts:
    """Facts from a single page; all that it does not hold stands as a gap `not_archived` (ours).

    `at` and `as_of` are aware. `as_home` tells whether the page is a home page; None decides by its address
    and whether it is an article, a guide or a letter.
    """
    answer = Answer(Ask(page.url, confirmed=True), page.url, at, 200, sha256=sha256, page=page)
    challenge = failure_of(answer)
    if as_home is None:
        as_home = _is_home(page)
    if as_home or challenge is not None:
        return _as_site(answer, as_of, target)
    return _as_part(answer, page, as_of, target)


def looks_like_column(page: PageFacts) -> bool:
    """Whether a page looked at by itself shows lists of its own and is no article, guide or letter."""
    if page.guide is not None or page.letter_detail is not None or is_article(page):
        return False
    return bool(content_lists(page.lists))


def _is_home(page: PageFacts) -> bool:
    """Only the root of a host is a home page for certain: any column may be called index.html as well."""
    if page.guide is not None or page.letter_detail is not None or is_article(page):
        return False
    parts = urlsplit(page.url)
    return Scope.of(f"{parts.scheme}://{parts.netloc}/").is_home(page.url)


def _as_site(answer: Answer, as_of: datetime, target: str) -> SiteFacts:
    """The survey itself, driven by an archive that holds this one page."""
    plan = SitePlan(target, answer.ask.url, "", "", "", True, as_of)
    facts = _drive(survey_site(plan), answer)
    unseen = gap("网站其余部分", Failure.NOT_ARCHIVED, None)
    return replace(
        facts,
        columns=replace(facts.columns, gaps=(*facts.columns.gaps, unseen)),
        letters=replace(
            facts.letters,
            gaps=(*facts.letters.gaps, unseen),
            channel_gaps=(*facts.letters.channel_gaps, unseen),
        ),
        guides=replace(facts.guides, gaps=(*facts.guides.gaps, unseen)),
    )


def _drive(survey: Survey[Result], answer: Answer) -> Result:
    try:
        wave = next(survey)
        while True:
            wave = survey.send([_saved(ask, answer) for ask in wave])
    except StopIteration as end:
        result: Result = end.value
        return result


def _saved(ask: Ask, answer: Answer) -> Answer:
    if ask.want is Want.PAGE and ask.confirmed:
        return Answer(ask, answer.final_url, answer.at, 200, sha256=answer.sha256, page=answer.page)
    return Answer(ask, ask.url, answer.at, failure=Failure.NOT_ARCHIVED)


def _as_part(answer: Answer, page: PageFacts, as_of: datetime, target: str) -> SiteFacts:
    """A page from inside a site: its own values, suspects, guide and letters; the site around it is unseen."""
    unseen = gap("网站其余部分", Failure.NOT_ARCHIVED, None)
    home = gap("首页", Failure.NOT_ARCHIVED, None)
    scan = ScanBook(as_of.date())
    scan.read(answer, page)
    whole = Whole(
        answer=answer,
        page=page,
        lists=page.lists,
        links=page.links,
        forms=page.forms,
        letters=page.letters,
        next_pages=page.next_pages,
        footers=tuple((value, answer) for value in page.footer),
        unread=tuple(gap(SCRIPT, Failure.NOT_ARCHIVED, url) for url in page.footer_scripts)
        + tuple(gap(FRAME, Failure.NOT_ARCHIVED, url) for url in page.frames),
        asked=page.url,
    )
    return SiteFacts(
        target=target,
        home=missing_home(page.url, home),
        columns=ColumnSet(columns=_column(answer, page, as_of), gaps=(unseen,)),
        letters=_letters(answer, page, whole),
        guides=_guides(answer, page),
        identity=identity_of(whole),
        links=LinkCheck(gaps=(unseen,)),
        scan=scan.facts(),
        pages=1,
    )


def _column(answer: Answer, page: PageFacts, as_of: datetime) -> tuple[Column, ...]:
    """The page as the column that it is; whether the home page links it is unknown, so it is not first-level."""
    lists = [one for one in content_lists(page.lists) if not is_directory(one)]
    if not lists or not looks_like_column(page):
        return ()
    reading = Reading.of(SitePlan("", page.url, "", "", "", True, as_of))
    dated = _drive(date_rows(reading, answer, lists, ()), answer)
    if not dated.articles:
        return ()
    tags = {name.lower(): value for name, value in page.tags if value.strip()}
    name = clean_name(tags.get("columnname") or page.heading)
    kind, typed_by = type_by_tag(tags.get("columntype", "")), TypedBy.TAG
    if kind is None:
        kind = type_by_name(name, as_of.date())
        typed_by = TypedBy.NOTHING if kind is None else TypedBy.NAME
    found = Column(
        url=page.url,
        name=name or "未命名栏目",
        column_type=kind,
        typed_by=typed_by,
        level=2,
        item_count=dated.rows,
        newest=dated.newest,
        undated=dated.undated,
        future=len(dated.future),
        seen=seen(answer, name),
    )
    return (found,)


def _letters(answer: Answer, page: PageFacts, whole: Whole) -> Letters:
    unseen = gap("其余留言与渠道", Failure.NOT_ARCHIVED, None)
    rows = [*page.letters, *([page.letter_detail] if page.letter_detail is not None else [])]
    letters = tuple(
        Letter(
            row.url or page.url,
            row.title,
            row.asked,
            row.answered,
            row.has_answer,
            row.state,
            ChannelKind.CONSULTATION,
            seen(answer, row.excerpt),
        )
        for row in rows
    )
    channels: tuple[Channel, ...] = ()
    if rows and (page.forms or content_lists(whole.lists) or page.letters):
        channels = (Channel(page.title, page.url, ChannelKind.CONSULTATION, True, seen(answer, page.title)),)
    return Letters(channels=channels, letters=letters, gaps=(unseen,), channel_gaps=(unseen,))


def _guides(answer: Answer, page: PageFacts) -> Guides:
    unseen = gap("其余办事事项", Failure.NOT_ARCHIVED, None)
    if page.guide is None:
        return Guides(gaps=(unseen,))
    guide = page.guide
    one = Guide(
        page.url, guide.title, guide.present, guide.missing, guide.unread, seen(answer, guide.excerpt)
    )
    return Guides(entry=seen(answer, guide.title), listed=1, guides=(one,), gaps=(unseen,))
