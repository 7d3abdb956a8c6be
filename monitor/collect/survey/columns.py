"""The columns of a site: found or confirmed, typed, and how new the newest item of each is (W-V4).

In the unit's favour: a page that is no column (a text, a form, a search) is left out unless a person
confirmed it; a linked column that answers 404 is a dead link and no stale column, so it is left out too,
but a confirmed one stays with its gap; one list shown under two addresses counts once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from checks.facts.base import Gap
from checks.facts.columns import Column, ColumnSet, ColumnType, TypedBy
from monitor.collect.extract.page import ItemList, Link, Region, Row
from monitor.collect.failures import Failure
from monitor.collect.survey.ask import Answer, Survey
from monitor.collect.survey.blank import Frame, frame_of, is_blank, may_be_written
from monitor.collect.survey.candidates import Candidate, below, first_level, is_directory
from monitor.collect.survey.dating import Dated, content_lists, date_rows, is_article, merge
from monitor.collect.survey.lockstep import together
from monitor.collect.survey.outcome import MISSING, gap, seen
from monitor.collect.survey.places import canonical, identity, is_attachment, own_folder
from monitor.collect.survey.reading import Reading
from monitor.collect.survey.whole import SCRIPT, Whole, complete
from monitor.collect.survey.words import clean_name, type_by_name, type_by_tag
from registry.model import ConfirmedColumn

_ROUNDS = (3, 8, 20)
_NO_COLUMN = MISSING | {Failure.OFF_REGISTER, Failure.NOT_HTML, Failure.BAD_URL, Failure.ADDRESS_REFUSED}
_LIST_TYPES = frozenset(
    {
        ColumnType.NEWS,
        ColumnType.NOTICE,
        ColumnType.POLICY,
        ColumnType.INTERPRETATION,
        ColumnType.ANNUAL_REPORT,
        ColumnType.DATA,
    }
)


@dataclass(slots=True)
class _Draft:
    """One column on its way to becoming a fact."""

    wanted: Candidate
    level: int
    confirmed: ConfirmedColumn | None = None
    whole: Whole | None = None
    gap: Gap | None = None
    failure: Failure | None = None
    lists: list[ItemList] = field(default_factory=list)
    parent: _Draft | None = None
    children: list[_Draft] = field(default_factory=list)
    dated: Dated = field(default_factory=Dated)
    spent: bool = False
    kind: ColumnType | None = None
    typed_by: TypedBy = TypedBy.NOTHING
    written: bool = False

    @property
    def listed(self) -> bool:
        """Whether a list is to be expected: by its type, or because a person said that it must be updated."""
        if self.kind in _LIST_TYPES:
            return True
        return self.confirmed is not None and self.confirmed.must_update


def survey_columns(reading: Reading, home: Whole | None) -> Survey[ColumnSet]:
    """Read the confirmed columns and those that the home page leads to, then the columns below them."""
    limits, scope, today = reading.plan.limits, reading.scope, reading.plan.today
    found = first_level(home, scope, today) if home is not None else []
    drafts = _first_drafts(reading, found[: limits.columns])
    gaps = [gap("其余一级栏目", Failure.PAGE_LIMIT, home.url)] if home and len(found) > limits.columns else []
    yield from _read(reading, drafts)
    known = _linked(home)
    lower = _below(reading, drafts, known)
    yield from _read(reading, lower[: limits.subcolumns])
    lower = lower[: limits.subcolumns]
    every = drafts + lower
    _own_lists(every)
    trusted = _trusted_tags(every)
    for draft in every:
        draft.kind, draft.typed_by = _typed(reading, draft, trusted)
    yield from together([_date(reading, draft) for draft in every], limits.wave)
    _lift(drafts)
    pages = [draft.whole for draft in every if draft.whole is not None]
    frame = frame_of(pages, known)
    for draft in every:
        draft.written = draft.whole is not None and may_be_written(draft.whole, frame)
    columns = [_column(reading, draft, frame) for draft in _once(every)]
    kept = sorted((one for one in columns if one is not None), key=lambda one: (one.level, one.url))
    return ColumnSet(columns=tuple(kept), gaps=tuple(gaps))


def unread_columns(confirmed: Sequence[ConfirmedColumn], why: Gap) -> ColumnSet:
    """The facts where nothing was looked at: confirmed columns with the gap, and the gap itself."""
    columns = [
        Column(
            url=one.url,
            name=one.name,
            column_type=_confirmed_type(one, None),
            typed_by=TypedBy.PERSON,
            level=one.level,
            must_update=one.must_update,
            gap=why,
        )
        for one in sorted(confirmed, key=lambda one: one.url)
    ]
    return ColumnSet(columns=tuple(columns), gaps=(why,))


def _first_drafts(reading: Reading, found: Sequence[Candidate]) -> list[_Draft]:
    drafts: dict[str, _Draft] = {}
    for one in reading.plan.columns:
        url = canonical(one.url) or one.url
        drafts.setdefault(identity(url), _Draft(Candidate(url, one.name, True), one.level, one))
    for candidate in found:
        drafts.setdefault(identity(candidate.url), _Draft(candidate, 1))
    return list(drafts.values())


def _linked(home: Whole | None) -> set[str]:
    if home is None:
        return set()
    return {identity(link.url) for link in home.links} | {
        identity(row.url) for one in home.lists for row in one.rows
    }


def _read(reading: Reading, drafts: Sequence[_Draft]) -> Survey[None]:
    asks = [reading.page(draft.wanted.url, draft.confirmed is not None) for draft in drafts]
    answers = yield from reading.fetch(asks)
    yield from together(
        [_complete(reading, draft, answer) for draft, answer in zip(drafts, answers, strict=True)],
        reading.plan.limits.wave,
    )


def _complete(reading: Reading, draft: _Draft, answer: Answer) -> Survey[None]:
    what = f"栏目「{draft.wanted.name}」" if draft.wanted.name else "栏目"
    got = yield from complete(reading, answer, what)
    if isinstance(got, Gap):
        draft.gap, draft.failure = got, Failure(got.reason)
        return
    draft.whole = got
    draft.lists = [one for one in content_lists(got.lists) if not is_directory(one)]


def _below(reading: Reading, drafts: Sequence[_Draft], linked: set[str]) -> list[_Draft]:
    """The columns below the first level; those of a page without a list of its own are its children.

    A page that only opens a menu of columns which the home page links as well is spent: they stand for it.
    """
    known = {identity(draft.wanted.url) for draft in drafts} | linked
    by_address = {identity(draft.wanted.url): draft for draft in drafts}
    found: dict[str, _Draft] = {}
    for parent in drafts:
        if parent.whole is None:
            continue
        own: list[_Draft] = []
        for candidate in below(parent.whole, reading.scope, known, reading.plan.today):
            draft = found.setdefault(identity(candidate.url), _Draft(candidate, 2))
            own.append(draft)
        if not parent.lists:
            parent.children = own or _nested(parent, by_address)
            parent.spent = bool(parent.children) and not own and parent.confirmed is None
    return list(found.values())


def _nested(parent: _Draft, by_address: dict[str, _Draft]) -> list[_Draft]:
    """First-level columns whose address lies below the folder that the parent is the index of: a menu into them.

    Where a system puts all its columns side by side into one folder, none of them opens into the others.
    """
    folder = own_folder(identity(parent.wanted.url))
    if folder is None or folder.count("/") < 2:
        return []
    return [
        one
        for same, one in by_address.items()
        if one is not parent and same.startswith(folder) and own_folder(same) != folder
    ]


def _own_lists(drafts: Sequence[_Draft]) -> None:
    """Take away lists that stand on many pages: they belong to the template, not to the column."""
    read = [draft for draft in drafts if draft.whole is not None and draft.lists]
    often = Counter(mark for draft in read for mark in {_mark(one) for one in draft.lists})
    everywhere = max(4, len(read) // 2)
    for draft in read:
        own = [one for one in draft.lists if often[_mark(one)] < 3]
        if own or all(often[_mark(one)] >= everywhere for one in draft.lists):
            draft.lists = own


def _mark(one: ItemList) -> tuple[str, ...]:
    return tuple(identity(row.url) for row in one.rows)


def _date(reading: Reading, draft: _Draft) -> Survey[None]:
    whole = draft.whole
    if whole is None:
        return
    if not draft.lists and not draft.children and draft.listed:
        draft.lists = _single_items(whole, reading)
    draft.dated = yield from date_rows(reading, whole.answer, draft.lists, _ROUNDS)
    newest = draft.dated.newest
    if draft.lists and not draft.dated.in_order and not (newest and newest.day >= reading.plan.surely_fresh):
        yield from _further_pages(reading, draft, whole)


def _single_items(whole: Whole, reading: Reading) -> list[ItemList]:
    """Items of a page that shows no list: the page itself where it is an article, or lone links to articles."""
    page = whole.page
    if page.published is not None and is_article(page):
        return [ItemList((Row(page.heading or page.title, whole.url, page.published),), Region.MAIN)]
    lone: dict[str, Link] = {}
    for link in page.links:
        if (
            link.region is not Region.MAIN
            or link.hidden
            or not link.text
            or not reading.scope.same_site(link.url)
        ):
            continue
        note = reading.links.notes.get(identity(link.url))
        if (
            note is not None
            and identity(note.linked_from) == identity(whole.url)
            and not is_attachment(link.url)
        ):
            lone.setdefault(identity(link.url), link)
    rows = tuple(Row(link.text, link.url, None) for link in list(lone.values())[:3])
    return [ItemList(rows, Region.MAIN)] if rows and len(lone) <= 3 else []


def _further_pages(reading: Reading, draft: _Draft, whole: Whole) -> Survey[None]:
    """A list that is not in order of date may hide its newest item on a later page."""
    wanted = [url for url in whole.next_pages if reading.scope.in_domain(url)]
    asked = _ends(wanted, reading.plan.limits.list_pages)
    answers = yield from reading.fetch_pages(asked)
    parts = [draft.dated]
    for answer in answers:
        got = yield from complete(reading, answer, "栏目后页")
        if isinstance(got, Gap):
            draft.gap = draft.gap or got
            continue
        lists = [one for one in content_lists(got.lists) if not is_directory(one)]
        parts.append((yield from date_rows(reading, got.answer, lists, (3,))))
    draft.dated = merge(parts)
    if len(asked) < len(wanted):
        draft.gap = draft.gap or gap("列表未按日期排列, 未看完", Failure.PAGE_LIMIT, whole.url)


def _ends(urls: Sequence[str], most: int) -> list[str]:
    """The last pages first: a list that is not newest-first is mostly oldest-first."""
    return list(dict.fromkeys([*reversed(urls[-(most - 1) :]), *urls]))[:most] if urls else []


def _lift(drafts: Sequence[_Draft]) -> None:
    """Give a column that only leads to others the dates of those, and count each list once.

    The child whose item became the parent's newest is spent: it does not appear a second time by itself.
    """
    for parent in drafts:
        children = [child for child in parent.children if child.whole is not None or child.gap is not None]
        if parent.whole is None or not children or parent.dated.rows:
            continue
        read = [child for child in children if child.whole is not None]
        unread = [
            child.gap for child in children if child.gap is not None and child.failure not in _NO_COLUMN
        ]
        parent.dated = merge(child.dated for child in read)
        if unread:
            parent.gap = parent.gap or unread[0]
        newest = parent.dated.newest
        for child in read:
            if newest is not None and newest in child.dated.items and child.level > parent.level:
                child.spent = True
                break


def _once(drafts: Sequence[_Draft]) -> list[_Draft]:
    """Each list once: not under two addresses that lead to the same page or show the same rows."""
    kept: list[_Draft] = []
    pages: set[str] = set()
    marks: set[tuple[tuple[str, ...], ...]] = set()
    for draft in sorted(drafts, key=lambda one: one.confirmed is None):
        if draft.spent:
            continue
        if draft.whole is not None and draft.confirmed is None:
            mark = tuple(_mark(one) for one in draft.lists)
            if identity(draft.whole.url) in pages or (mark and mark in marks):
                continue
        if draft.whole is not None:
            pages.add(identity(draft.whole.url))
            marks.add(tuple(_mark(one) for one in draft.lists))
        kept.append(draft)
    return kept


def _trusted_tags(drafts: Sequence[_Draft]) -> bool:
    """Whether ColumnType tags tell columns apart; one value on every page is a template's, not a column's."""
    values = [
        value for draft in drafts if draft.whole is not None and (value := _tag(draft.whole, "columntype"))
    ]
    return len(values) < 4 or len(set(values)) > 1


def _tag(whole: Whole, name: str) -> str:
    return next(
        (value.strip() for key, value in whole.page.tags if key.lower() == name and value.strip()), ""
    )


def _confirmed_type(confirmed: ConfirmedColumn, fallback: ColumnType | None) -> ColumnType | None:
    try:
        return ColumnType(confirmed.column_type.strip())
    except ValueError:
        return type_by_tag(confirmed.column_type) or fallback


def _typed(reading: Reading, draft: _Draft, trusted: bool) -> tuple[ColumnType | None, TypedBy]:
    by_name = type_by_name(draft.wanted.name, reading.plan.today)
    if draft.confirmed is not None:
        kind = _confirmed_type(draft.confirmed, by_name)
        if kind is not None:
            return kind, TypedBy.PERSON
    if draft.whole is not None and trusted:
        kind = type_by_tag(_tag(draft.whole, "columntype"))
        if kind is not None:
            return kind, TypedBy.TAG
    if by_name is None and draft.whole is not None:
        by_name = type_by_name(
            clean_name(_tag(draft.whole, "columnname") or draft.whole.page.heading), reading.plan.today
        )
    return (by_name, TypedBy.NAME) if by_name is not None else (None, TypedBy.NOTHING)


def _column(reading: Reading, draft: _Draft, frame: Frame) -> Column | None:
    """The fact about one column; None where the page turned out to be no column."""
    name = draft.wanted.name or (clean_name(_tag(draft.whole, "columnname")) if draft.whole else "")
    bare = Column(
        url=draft.wanted.url,
        name=name or "未命名栏目",
        column_type=draft.kind,
        typed_by=draft.typed_by,
        level=draft.level,
        must_update=draft.confirmed.must_update if draft.confirmed is not None else None,
    )
    if draft.whole is None:
        no_column = draft.failure in _NO_COLUMN or (not draft.wanted.strong and draft.kind is None)
        return None if no_column and draft.confirmed is None else replace(bare, gap=draft.gap)
    blank = is_blank(draft.whole, frame, reading.scope, draft.listed)
    return _read_column(reading, draft, draft.whole, bare, blank)


def _read_column(reading: Reading, draft: _Draft, whole: Whole, bare: Column, blank: bool) -> Column | None:
    dated = draft.dated
    newest = dated.newest
    fresh = newest is not None and newest.day >= reading.plan.surely_fresh
    column = replace(
        bare,
        item_count=dated.rows,
        newest=newest,
        undated=dated.undated,
        future=len(dated.future),
        seen=seen(whole.answer, bare.name),
        gap=None if fresh else draft.gap,
    )
    if dated.rows or column.gap is not None:
        return column
    if blank and not draft.children and not draft.written:
        return replace(column, empty=True)
    unread = next((one for one in whole.unread if draft.listed or one.what != SCRIPT), None)
    if unread is not None and (draft.listed or bare.column_type is None):
        return replace(column, gap=unread) if draft.listed or draft.wanted.strong else None
    if draft.children:
        return column
    why = Failure.NEEDS_SCRIPT if draft.written else Failure.PARSER_FAILED
    if not draft.listed:
        return column if bare.column_type is not None or draft.confirmed is not None else None
    return replace(column, gap=gap(f"栏目「{bare.name}」的列表没有读出", why, whole.url))
