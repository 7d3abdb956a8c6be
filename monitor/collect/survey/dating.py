"""When the items of a list were published: from the row, else from the article that it links.

Order of trust: the date shown by the article's title, the list row, the PubDate tag, the address. A date read
out of running text dates nothing; a date before 1990 is a missing one. A date that equals the day of our own
visit is believed only with a second source, because clocks and regenerated pages print that day.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from checks.facts.base import DatedItem, DateSource, Seen
from monitor.collect.extract.addresses import day_in
from monitor.collect.extract.page import ItemList, PageFacts, ReadDate, Region, Row
from monitor.collect.survey.ask import Answer, Survey
from monitor.collect.survey.outcome import MISSING, failure_of, page_of, seen
from monitor.collect.survey.places import identity, is_attachment, looks_like_column
from monitor.collect.survey.reading import Reading
from monitor.collect.survey.words import is_side_block

EARLIEST = date(1990, 1, 1)
MOST_ITEMS = 40
_UPLOAD = re.compile(r"/[PW]0(20\d{2})(\d{2})(\d{2})\d{6,}\.\w+\Z")
SOURCE_NAMES = {
    DateSource.LABEL: "标题旁日期",
    DateSource.LIST_ROW: "列表日期",
    DateSource.TAG: "PubDate标签",
    DateSource.DATA: "数据接口日期",
    DateSource.ADDRESS: "网址日期",
    DateSource.TEXT: "正文日期",
}


@dataclass(frozen=True, slots=True)
class Dated:
    """The dates of some lists. `rows` counts their items; `undated` those whose date stands nowhere or was
    not read; `articles` whether the rows lead to articles at all; `in_order` whether newest came first."""

    items: tuple[DatedItem, ...] = ()
    future: tuple[DatedItem, ...] = ()
    undated: int = 0
    rows: int = 0
    articles: bool = False
    in_order: bool = True

    @property
    def newest(self) -> DatedItem | None:
        """The newest item that is not dated after the reference time."""
        return self.items[0] if self.items else None


def content_lists(lists: Iterable[ItemList]) -> list[ItemList]:
    """The lists that are content: not navigation, sidebar, footer, hot lists or sets of links."""
    return [one for one in lists if one.region is Region.MAIN and one.rows and not is_side_block(one.heading)]


def article_date(page: PageFacts, visits: frozenset[date]) -> ReadDate | None:
    """The day an article was published, None where nothing trustworthy says so."""
    found = page.published
    if found is None or found.day < EARLIEST or found.source is DateSource.TEXT:
        return None
    if found.day in visits and found.source is not DateSource.LABEL and not _borne_out(found, page.dates):
        return None
    return found


def _borne_out(found: ReadDate, others: Iterable[ReadDate]) -> bool:
    return any(
        other.day == found.day and other.source is not found.source and other.source is not DateSource.TEXT
        for other in others
    )


def is_article(page: PageFacts) -> bool:
    """Whether a page is a single article and no column: it has a date of its own, and no dated list."""
    if page.published is None or page.published.source in {DateSource.TEXT, DateSource.LIST_ROW}:
        return False
    names = {name.lower() for name, value in page.tags if value.strip()}
    if "articletitle" in names or "pubdate" in names:
        return True
    dated = sum(1 for one in content_lists(page.lists) for row in one.rows if row.date is not None)
    return dated < 3


@dataclass(slots=True)
class _Work:
    """Rows on their way to being dated."""

    reading: Reading
    where: Answer
    items: list[DatedItem]
    future: list[DatedItem]
    doubtful: list[tuple[Row, ReadDate]]
    waiting: list[Row]
    unknown: dict[str, Row] = field(default_factory=dict)
    known: dict[str, date] = field(default_factory=dict)
    articles: bool = False

    @property
    def visits(self) -> frozenset[date]:
        return frozenset({self.reading.plan.today, self.where.at.date()})

    def enter(self, title: str, url: str, found: ReadDate, where: Seen) -> None:
        item = DatedItem(title=title[:120], url=url, day=found.day, source=found.source, seen=where)
        self.articles = True
        self.known[identity(url)] = found.day
        (self.future if found.day > self.reading.plan.today else self.items).append(item)

    def undated(self, row: Row) -> None:
        self.unknown[identity(row.url)] = row

    def fresh(self) -> bool:
        return any(item.day >= self.reading.plan.surely_fresh for item in self.items)


def date_rows(
    reading: Reading,
    where: Answer,
    lists: Sequence[ItemList],
    rounds: Sequence[int],
    per_list: int | None = None,
) -> Survey[Dated]:
    """Date the rows of the lists on one page.

    `rounds` are how many articles may have been asked after each round; a round is only walked while nothing
    surely fresh was found. `per_list` bounds the first round to that many rows of each list.
    """
    rows = _distinct(lists)
    work = _Work(reading, where, [], [], [], [])
    for row in rows:
        _sort_in(work, row)
    in_order = _in_order([row.date.day for row in rows if row.date is not None])
    if work.doubtful and not work.fresh():
        yield from _doubts(work, len(rows))
    else:
        for row, found in work.doubtful:
            work.enter(row.title, row.url, found, seen(where, _row_excerpt(row, found)))
    if any(_fresh_address(work, row) for row in work.waiting):
        work.waiting = [row for row in work.waiting if not _by_address(work, row)]
    if work.waiting and not work.fresh():
        order = _first_rows_first(lists, work.waiting, per_list) if per_list else work.waiting
        in_order = (yield from _ask_articles(work, order, rounds)) and in_order
    elif work.waiting:
        for row in work.waiting:
            if not looks_like_column(row.url):
                work.undated(row)
    return Dated(
        items=_sorted(work.items),
        future=_sorted(work.future),
        undated=_open_rows(work, lists),
        rows=len(rows),
        articles=work.articles,
        in_order=in_order,
    )


def _open_rows(work: _Work, lists: Sequence[ItemList]) -> int:
    """How many rows are without a date, but for those that their place in a list in order of date bounds.

    A row without a date below a dated one cannot be newer than that, where all dates of the list fall.
    """
    bounded: set[str] = set()
    for one in lists:
        days = [day for row in one.rows if (day := work.known.get(identity(row.url))) is not None]
        if len(days) < 2 or any(later > earlier for earlier, later in itertools.pairwise(days)):
            continue
        first = next(number for number, row in enumerate(one.rows) if identity(row.url) in work.known)
        bounded.update(identity(row.url) for row in one.rows[first + 1 :])
    return sum(1 for same in work.unknown if same not in bounded)


def _distinct(lists: Sequence[ItemList]) -> list[Row]:
    found: dict[str, Row] = {}
    for one in lists:
        for row in one.rows:
            known = found.get(identity(row.url))
            if known is None or (known.date is None and row.date is not None):
                found[identity(row.url)] = row
    return list(found.values())


def _sort_in(work: _Work, row: Row) -> None:
    found = row.date
    if found is not None and found.day >= EARLIEST and found.source is not DateSource.TEXT:
        if found.day in work.visits:
            work.doubtful.append((row, found))
        else:
            work.enter(row.title, row.url, found, seen(work.where, _row_excerpt(row, found)))
        return
    work.waiting.append(row)


def _upload_day(url: str) -> date | None:
    """The day in the file names that content systems give to uploads (`P020260914785430.docx`)."""
    found = _UPLOAD.search(url)
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found is not None else None
    except ValueError:
        return None


def _fresh_address(work: _Work, row: Row) -> bool:
    address = day_in(row.url)
    plan = work.reading.plan
    return address is not None and plan.surely_fresh <= address <= plan.today


def _by_address(work: _Work, row: Row) -> bool:
    """Date a row by its address, the last resort; whether that was possible."""
    address = day_in(row.url) or _upload_day(row.url)
    if address is None or address < EARLIEST:
        return False
    dated = ReadDate(address, DateSource.ADDRESS, row.url[-80:])
    work.enter(row.title, row.url, dated, seen(work.where, f"{row.title[:80]} {row.url[-80:]}"))
    return True


def _row_excerpt(row: Row, found: ReadDate) -> str:
    text = found.excerpt or f"{row.title[:80]} {found.day}"
    address = day_in(row.url)
    return f"{text} (网址日期{address})" if address is not None and address != found.day else text


def _doubts(work: _Work, rows: int) -> Survey[None]:
    """Items dated on the very day of our visit: the articles are asked for a second source."""
    asked = [pair for pair in work.doubtful if _readable(work, pair[0])][:3]
    answers = yield from work.reading.fetch_pages([row.url for row, _ in asked])
    own: dict[str, tuple[ReadDate, Answer]] = {}
    for (row, _), answer in zip(asked, answers, strict=True):
        page = page_of(answer)
        published = article_date(page, frozenset()) if page is not None else None
        if published is not None:
            own[identity(row.url)] = (published, answer)
    contradicted = any(found.day < claim.day for (row, claim) in asked for found in _of(own, row))
    # a whole list that claims the day of the visit is a template printing today's date
    template = rows >= 3 and len(work.doubtful) == rows and not own
    for row, found in work.doubtful:
        better = own.get(identity(row.url))
        if better is not None and better[0].day != found.day:
            note = f"{better[0].excerpt} (列表标为{found.day})"
            work.enter(row.title, row.url, better[0], seen(better[1], note))
        elif template or (contradicted and better is None):
            work.undated(row)
            work.articles = True
        else:
            work.enter(row.title, row.url, found, seen(work.where, _row_excerpt(row, found)))


def _of(own: dict[str, tuple[ReadDate, Answer]], row: Row) -> list[ReadDate]:
    known = own.get(identity(row.url))
    return [known[0]] if known is not None else []


def _readable(work: _Work, row: Row) -> bool:
    return work.reading.scope.in_domain(row.url) and not is_attachment(row.url)


def _first_rows_first(lists: Sequence[ItemList], waiting: list[Row], per_list: int) -> list[Row]:
    wanted = {identity(row.url): row for row in waiting}
    heads = [identity(row.url) for one in lists for row in one.rows[:per_list]]
    order = dict.fromkeys([*heads, *wanted])
    return [wanted[known] for known in order if known in wanted]


def _ask_articles(work: _Work, waiting: list[Row], rounds: Sequence[int]) -> Survey[bool]:
    """Ask the articles of rows without dates, first few, then more; whether their dates came in order."""
    scope = work.reading.scope
    askable = [row for row in waiting if _readable(work, row) and not scope.is_home(row.url)]
    for row in waiting:
        # a document of the site itself cannot be asked for its date; other sites' pages are no items of this one
        hidden = not _readable(work, row) and not _by_address(work, row)
        if hidden and is_attachment(row.url) and scope.in_domain(row.url):
            work.undated(row)
    days: list[date] = []
    done = 0
    for most in rounds:
        part = askable[done:most]
        if not part:
            break
        answers = yield from work.reading.fetch_pages([row.url for row in part])
        for row, answer in zip(part, answers, strict=True):
            _enter_article(work, row, answer, days)
        done += len(part)
        if work.fresh():
            break
    in_order = _in_order(days)
    rest = askable[done:]
    if rest and not (in_order and len(days) >= 6):
        for row in rest:
            if not _by_address(work, row) and not looks_like_column(row.url):
                work.undated(row)
    return in_order


def _enter_article(work: _Work, row: Row, answer: Answer, days: list[date]) -> None:
    page = page_of(answer)
    if page is None:
        if failure_of(answer) not in MISSING and not _by_address(work, row):
            work.undated(row)
        return
    if page.guide is not None or page.letter_detail is not None:
        return
    found = article_date(page, work.visits)
    if found is not None and is_article(page):
        days.append(found.day)
        work.enter(
            row.title or page.heading or page.title,
            row.url,
            found,
            seen(answer, _article_excerpt(page, found)),
        )
    elif not content_lists(page.lists) and not looks_like_column(row.url):
        # neither a date nor a list: an article whose day nobody can read
        work.articles = True
        if not _by_address(work, row):
            work.undated(row)


def _article_excerpt(page: PageFacts, found: ReadDate) -> str:
    others = dict.fromkeys(
        f"{SOURCE_NAMES[other.source]}{other.day}"
        for other in page.dates
        if other.day != found.day and other.source in {DateSource.LABEL, DateSource.TAG, DateSource.ADDRESS}
    )
    return found.excerpt + (f" (另有{'、'.join(list(others)[:3])})" if others else "")


def _in_order(days: Sequence[date]) -> bool:
    """Whether the days fall from top to bottom, a few pinned items at the head left out."""
    for pinned in range(min(5, len(days)) + 1):
        rest = days[pinned:]
        if len(rest) < max(3, len(days) // 2) and pinned:
            break
        if all(later <= earlier for earlier, later in itertools.pairwise(rest)):
            return True
    return len(days) < 2


def _sorted(items: Iterable[DatedItem]) -> tuple[DatedItem, ...]:
    unique = {(item.url, item.day, item.source): item for item in items}
    ordered = sorted(unique.values(), key=lambda item: (-item.day.toordinal(), item.url, item.title))
    return tuple(ordered[:MOST_ITEMS])


def merge(parts: Iterable[Dated]) -> Dated:
    """Several pages' dates as one."""
    found = Dated()
    for part in parts:
        found = replace(
            found,
            items=_sorted((*found.items, *part.items)),
            future=_sorted((*found.future, *part.future)),
            undated=found.undated + part.undated,
            rows=found.rows + part.rows,
            articles=found.articles or part.articles,
            in_order=found.in_order and part.in_order,
        )
    return found
