"""The survey of one site, from its home page to the last link (sans I/O)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from checks.facts.base import Gap
from checks.facts.bundle import SiteFacts
from checks.facts.columns import Column, ColumnSet, ColumnType
from checks.facts.guides import Guides
from checks.facts.home import HomePage, SectionPages
from checks.facts.letters import ChannelKind, Letters
from checks.facts.links import LinkCheck
from checks.facts.scan import PageScan
from monitor.collect.failures import Failure
from monitor.collect.survey.ask import Survey
from monitor.collect.survey.columns import survey_columns, unread_columns
from monitor.collect.survey.crawl import crawl
from monitor.collect.survey.entrance import enter
from monitor.collect.survey.guides import survey_guides, unread_guides
from monitor.collect.survey.home import missing_home, survey_home
from monitor.collect.survey.identity import identity_of, unread_identity
from monitor.collect.survey.letters import survey_letters, unread_letters
from monitor.collect.survey.lockstep import together
from monitor.collect.survey.outcome import gap
from monitor.collect.survey.plan import SitePlan
from monitor.collect.survey.reading import Reading
from monitor.collect.survey.whole import Whole

_HOST_ANSWERS = frozenset(
    {
        Failure.PARSER_FAILED,
        Failure.TOO_LARGE,
        Failure.NOT_HTML,
        Failure.NEEDS_SCRIPT,
        Failure.NOT_FOUND,
        Failure.GONE,
        Failure.TOO_MANY_REDIRECTS,
        Failure.REDIRECT_LOOP,
        Failure.OFF_REGISTER,
        Failure.NOT_ARCHIVED,
    }
)
"""Home-page failures after which a confirmed column may still be asked without hammering anybody."""


@dataclass(slots=True)
class _Parts:
    """What the walks that go side by side bring home."""

    home: HomePage | None = None
    sections: SectionPages = field(default_factory=SectionPages)
    columns: ColumnSet = field(default_factory=ColumnSet)
    letters: Letters = field(default_factory=Letters)
    guides: Guides = field(default_factory=Guides)


def survey_site(plan: SitePlan) -> Survey[SiteFacts]:
    """Survey one site: yields waves of asks, is sent their answers, returns the facts.

    The same plan and the same answers give the same waves and the same facts. What could not be seen is a
    gap in its place; a site whose home page fails is not walked.
    """
    reading = Reading.of(plan)
    home = yield from enter(reading)
    if isinstance(home, Gap):
        return (yield from _without_home(reading, home))
    parts = _Parts()
    width = plan.limits.wave
    yield from together([_home(reading, home, parts), _columns(reading, home, parts)], width)
    yield from together([_letters(reading, home, parts), _guides(reading, home, parts)], width)
    forbidden = reading.unforced > 0 and reading.refused_by_robots == reading.unforced
    reading.forget()
    gaps: tuple[Gap, ...] = (gap("站内其余页面", Failure.ROBOTS, home.url),) if forbidden else ()
    if not forbidden:
        gaps = yield from crawl(reading)
        yield from _second_chance(reading, home, parts, gaps)
    return _facts(reading, home, parts, gaps, forbidden)


def _facts(reading: Reading, home: Whole, parts: _Parts, gaps: tuple[Gap, ...], forbidden: bool) -> SiteFacts:
    return SiteFacts(
        target=reading.plan.target,
        home=parts.home or missing_home(home.asked, gap("首页", Failure.INTERNAL, home.asked)),
        sections=parts.sections,
        columns=_with_unsaved(reading, parts.columns),
        letters=parts.letters,
        guides=parts.guides,
        identity=identity_of(home),
        links=reading.links.facts(gaps),
        scan=reading.scan.facts(),
        pages=reading.pages,
        robots_forbids=forbidden,
    )


def _with_unsaved(reading: Reading, columns: ColumnSet) -> ColumnSet:
    """In a replay any number of columns may stand on the pages that were not saved."""
    if reading.unarchived is None:
        return columns
    unsaved = gap("回放资料之外的页面", Failure.NOT_ARCHIVED, None)
    return replace(columns, gaps=(*columns.gaps, unsaved))


def _home(reading: Reading, home: Whole, parts: _Parts) -> Survey[None]:
    parts.home, parts.sections = yield from survey_home(reading, home)


def _columns(reading: Reading, home: Whole, parts: _Parts) -> Survey[None]:
    parts.columns = yield from survey_columns(reading, home)


def _letters(reading: Reading, home: Whole, parts: _Parts) -> Survey[None]:
    kinds = {None, ColumnType.INTERACTION, ColumnType.SURVEY, ColumnType.INTERVIEW}
    missed = _unread(reading, home, parts.columns, kinds)
    parts.letters = yield from survey_letters(reading, home, missed)


def _guides(reading: Reading, home: Whole, parts: _Parts) -> Survey[None]:
    missed = _unread(reading, home, parts.columns, {None, ColumnType.SERVICE})
    parts.guides = yield from survey_guides(reading, home, missed)


def _unread(
    reading: Reading, home: Whole, columns: ColumnSet, kinds: set[ColumnType | None]
) -> Sequence[Gap]:
    """Places that were not read and whose name does not rule out that the wanted thing stands there."""
    unread = [_gap(one) for one in columns.columns if one.gap is not None and one.column_type in kinds]
    saved = (
        [gap("回放资料之外的页面", Failure.NOT_ARCHIVED, reading.unarchived)] if reading.unarchived else []
    )
    return [*home.unread, *unread, *columns.gaps, *saved]


def _gap(column: Column) -> Gap:
    return column.gap or gap(f"栏目「{column.name}」", Failure.INTERNAL, column.url)


def _second_chance(reading: Reading, home: Whole, parts: _Parts, ended: Sequence[Gap]) -> Survey[None]:
    """Before a site is said to offer no channel or no service, what the crawl came across is looked at as well.

    A crawl that ended early, by the site's silence or by our own limits, has not seen everything, and then
    nothing is said to stand nowhere.
    """
    consults = any(one.kind is ChannelKind.CONSULTATION for one in parts.letters.channels)
    if not consults and not parts.letters.channel_gaps:
        again = _Parts(columns=parts.columns)
        yield from _letters(reading, home, again)
        gaps = again.letters.channel_gaps or tuple(ended)
        parts.letters = replace(again.letters, channel_gaps=gaps)
    if parts.guides.entry is None and not parts.guides.gaps:
        again = _Parts(columns=parts.columns)
        yield from _guides(reading, home, again)
        gaps = again.guides.gaps or (tuple(ended) if again.guides.entry is None else ())
        parts.guides = replace(again.guides, gaps=gaps)


def _without_home(reading: Reading, why: Gap) -> Survey[SiteFacts]:
    """A site whose home page was not read: confirmed columns where the host answers at all, else only gaps."""
    plan = reading.plan
    columns = unread_columns(plan.columns, why)
    if plan.columns and Failure(why.reason) in _HOST_ANSWERS:
        seen = yield from survey_columns(reading, None)
        columns = replace(seen, gaps=(*seen.gaps, why))
    return SiteFacts(
        target=plan.target,
        home=missing_home(plan.url, why),
        columns=columns,
        letters=unread_letters(why),
        guides=unread_guides(why),
        identity=unread_identity(why),
        links=LinkCheck(gaps=(why,)),
        scan=PageScan(scanned=reading.scan.scanned, suspects=reading.scan.facts().suspects, gaps=(why,)),
        pages=reading.pages,
    )
