"""The columns of one site: how many of which kind, how fresh each is, and what stands in them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from random import Random

from monitor.rehearsal.days import days_before, months_before
from monitor.rehearsal.plan import CHANNEL, LEADERS, LIST, TEXT, Column, Confirmed, Item
from monitor.rehearsal.wordings import columns as words
from monitor.rehearsal.wordings.prose import headline

PORTAL = {"news": 4, "notice": 2, "policy": 4, "interpretation": 2, "annual": 1, "data": 2, "other": 4, "overview": 1,
          "institution": 1, "leader": 1, "disclosure": 1, "topic": 2, "archive": 1}  # fmt: skip
RECIPES: dict[str, dict[str, int]] = {
    "stale_5": {"news": 5, "notice": 2, "policy": 3},
    "stale_4": {"news": 4, "notice": 2, "policy": 3},
    "sidebar_is_fresh": {"news": 5, "notice": 2, "policy": 3},
    "long_stale_10": {"news": 3, "notice": 2, "policy": 4, "interpretation": 3, "annual": 1, "data": 2},
    "long_stale_9": {"news": 3, "notice": 2, "policy": 4, "interpretation": 3, "annual": 1, "data": 2},
    "empty_5": {"news": 3, "notice": 2, "policy": 3, "interpretation": 2, "other": 2},
    "empty_4": {"news": 3, "notice": 2, "policy": 3, "interpretation": 2, "other": 2},
    "inside_all_three": {
        "news": 5,
        "notice": 3,
        "policy": 6,
        "interpretation": 3,
        "annual": 1,
        "data": 3,
        "other": 2,
    },
    "six_months_exactly": {"news": 2, "notice": 2, "policy": 5},
    "six_months_and_a_day": {"news": 2, "notice": 2, "policy": 5},
    "topics_stale": {"topic": 8, "archive": 4},
    "second_level_stale": {"news": 3, "notice": 2, "policy": 4},
    "untyped_stale": {"untyped": 8, "news": 2},
    "confirmed_stale_5": {"news": 1, "notice": 1, "policy": 1},
    "confirmed_need_not": {"news": 4, "notice": 2, "policy": 2},
    "columns_blocked": {"news": 4, "notice": 2, "policy": 3},
    "columns_reset": {"news": 4, "notice": 2, "policy": 3},
    "columns_by_script": {"news": 4, "notice": 2, "policy": 3},
    "robots_stale": {"news": 4, "notice": 2, "policy": 3},
}
FLOORS = {
    "home_15_days": 15, "home_14_days": 14, "home_only_weather_is_new": 40, "home_future_hides_stale": 16,
    "home_future_beside_13_days": 13, "navigation_all_stale": 15, "navigation_one_fresh": 15,
    "home_undated_articles_stale": 15, "home_undated_articles_fresh": 12,
}  # fmt: skip
SINGLE_PAGES = {"overview": TEXT, "institution": TEXT, "disclosure": TEXT, "leader": LEADERS}
STEPS = {
    "news": 4,
    "notice": 14,
    "policy": 30,
    "interpretation": 30,
    "annual": 365,
    "data": 31,
    "topic": 40,
    "archive": 60,
}
HOME_KINDS = ("news", "notice", "policy", "interpretation", "data", "other")


@dataclass(slots=True)
class Draft:
    """A column on its way: `newest` None is an empty list."""

    kind: str
    newest: date | None
    level: int = 1
    unread: str = ""
    confirmed: Confirmed | None = None
    name: str = ""
    group: str = ""
    channel: bool = False


@dataclass(frozen=True, slots=True)
class Brief:
    """What the columns of a site are made for. `rows` is the usual length of a list."""

    as_of: date
    portal: bool
    home_case: str
    column_case: str
    access_case: str
    tag_mode: str
    place: str
    rows: int
    navigation: bool
    per_page: int


def _fresh(random: Random, kind: str, today: date) -> date:
    if kind == "news":
        return days_before(today, random.choice((0, 0, 1, 1, 2, 3, 4, 6, 8, 10, 12)))
    if kind == "annual":
        year = today.year if (today.month, today.day) > (1, 31) else today.year - 1
        return date(year, 1, random.randint(8, 30))
    spans = {"notice": (3, 150), "policy": (5, 160), "interpretation": (10, 280), "data": (10, 280), "other": (3, 280),
             "untyped": (5, 200), "topic": (20, 900), "archive": (800, 3000)}  # fmt: skip
    return days_before(today, random.randint(*spans.get(kind, (5, 200))))


def _stale(random: Random, kind: str, today: date, edge: bool) -> date:
    if kind == "news":
        return days_before(today, 15 if edge else random.randint(16, 200))
    limit = days_before(months_before(today, 6), 1)
    return limit if edge else days_before(limit, random.randint(1, 120))


def _long_stale(random: Random, today: date) -> date:
    return days_before(months_before(today, 12), random.randint(20, 1400))


def _recipe(random: Random, brief: Brief) -> dict[str, int]:
    if brief.portal:
        recipe = dict(PORTAL)
    else:
        recipe = {"news": random.randint(2, 3), "notice": random.randint(1, 2), "policy": 2, "interpretation": 1,
                  "annual": 1, "data": random.randint(0, 1), "other": random.randint(1, 2), "overview": 1,
                  "institution": 1, "leader": 1, "disclosure": 1, "topic": random.randint(0, 1)}  # fmt: skip
    for case in (brief.column_case, brief.access_case):
        recipe |= RECIPES.get(case, {})
    if brief.home_case in FLOORS:
        recipe["news"] = min(recipe["news"], 3)
    return recipe


def _of(drafts: Iterable[Draft], *kinds: str) -> list[Draft]:
    return [draft for draft in drafts if draft.kind in kinds]


def _make_stale(random: Random, today: date, drafts: list[Draft], count: int) -> None:
    """Exactly `count` columns of ① stale, the first of each kind by one day; the first news column stays fresh."""
    pool = _of(drafts, "news")[1:4] + _of(drafts, "notice")[:1] + _of(drafts, "policy")[:1]
    seen: set[str] = set()
    for draft in pool[:2] + pool[-2:] if count == 4 else pool:
        draft.newest = _stale(random, draft.kind, today, draft.kind not in seen)
        seen.add(draft.kind)


def _make_long_stale(random: Random, today: date, drafts: list[Draft], count: int) -> None:
    pool = _of(drafts, "annual", "data", "interpretation", "policy", "notice", "news")[::-1]
    ordered = _of(pool, "annual") + _of(pool, "data") + _of(pool, "interpretation") + _of(pool, "policy")
    ordered += _of(pool, "notice") + _of(drafts, "news")[1:]
    for draft in ordered[:count]:
        draft.newest = _long_stale(random, today)


def _apply_column_case(random: Random, brief: Brief, drafts: list[Draft]) -> None:
    case, today = brief.column_case or brief.access_case, brief.as_of
    if case in ("stale_5", "sidebar_is_fresh", "robots_stale"):
        _make_stale(random, today, drafts, 5)
    elif case == "stale_4":
        _make_stale(random, today, drafts, 4)
    elif case in ("long_stale_10", "long_stale_9"):
        _make_long_stale(random, today, drafts, 10 if case.endswith("10") else 9)
    elif case in ("empty_5", "empty_4"):
        pool = _of(drafts, "interpretation")[:1] + _of(drafts, "policy")[1:] + _of(drafts, "notice")[1:]
        pool += _of(drafts, "news")[2:]
        for draft in pool[: 5 if case == "empty_5" else 4]:
            draft.newest = None
    elif case == "inside_all_three":
        _make_all_three(random, today, drafts)
    elif case in ("six_months_exactly", "six_months_and_a_day"):
        limit = days_before(months_before(today, 6), 0 if case.endswith("exactly") else 1)
        for draft in (_of(drafts, "policy") + _of(drafts, "notice"))[: 6 if case.endswith("exactly") else 5]:
            draft.newest = limit
    elif case == "topics_stale":
        for draft in _of(drafts, "topic", "archive"):
            draft.newest = _long_stale(random, today)
    elif case == "untyped_stale":
        for draft in _of(drafts, "untyped"):
            draft.newest = days_before(today, random.randint(200, 350))
    elif case == "second_level_stale":
        _add_second_level(random, today, drafts)
    elif case in ("confirmed_stale_5", "confirmed_need_not"):
        _add_confirmed(random, today, drafts, case)
    elif case.startswith("columns_"):
        kind = {"columns_blocked": "blocked", "columns_reset": "reset", "columns_by_script": "script"}[case]
        for draft in _of(drafts, "news")[1:] + _of(drafts, "notice", "policy"):
            draft.unread = kind
    elif not case and brief.home_case not in FLOORS and random.random() < 0.3:
        for draft in _of(drafts, "policy")[:1] + (_of(drafts, "news")[2:3] if random.random() < 0.5 else []):
            draft.newest = _stale(random, draft.kind, today, edge=False)


def _make_all_three(random: Random, today: date, drafts: list[Draft]) -> None:
    news, notice, policy = _of(drafts, "news"), _of(drafts, "notice"), _of(drafts, "policy")
    for draft in (*news[1:3], notice[0], policy[0]):
        draft.newest = _stale(random, draft.kind, today, edge=True)
    long = policy[1:4] + _of(drafts, "annual", "data", "interpretation")
    for draft in long[:9]:
        draft.newest = _long_stale(random, today)
    for draft in (news[4], notice[2], policy[4], policy[5]):
        draft.newest = None


def _add_second_level(random: Random, today: date, drafts: list[Draft]) -> None:
    """Four stale columns of the first level, and six of the second that do not count for ①."""
    for draft in (*_of(drafts, "news")[1:3], _of(drafts, "notice")[0], _of(drafts, "policy")[0]):
        draft.newest = _stale(random, draft.kind, today, edge=False)
    group = random.choice(words.CHANNELS)
    drafts.append(Draft("channel", None, name=group, channel=True))
    below = ("policy", "policy", "policy", "notice", "notice", "policy")
    drafts += [Draft(kind, _stale(random, kind, today, edge=False), level=2, group=group) for kind in below]


def _add_confirmed(random: Random, today: date, drafts: list[Draft], case: str) -> None:
    if case == "confirmed_stale_5":
        for position, name in enumerate(random.sample(words.ODD_NEWS, 5)):
            kind = "news" if position < 3 else "notice"
            said = Confirmed(words.CONFIRMED_TYPE[kind], must_update=True)
            drafts.append(
                Draft(kind, _stale(random, kind, today, edge=position == 0), confirmed=said, name=name)
            )
        return
    for draft in (*_of(drafts, "news")[1:], *_of(drafts, "notice")):
        draft.newest = _stale(random, draft.kind, today, edge=False)
        draft.confirmed = Confirmed("历史归档", must_update=False)


def _apply_home_case(brief: Brief, drafts: list[Draft]) -> None:
    """No column is newer than the floor; the first news column lies exactly on it."""
    floor = FLOORS.get(brief.home_case)
    if floor is None:
        return
    limit = days_before(brief.as_of, floor)
    for draft in drafts:
        if draft.newest is not None and draft.kind not in SINGLE_PAGES:
            draft.newest = min(draft.newest, limit)
    news = _of(drafts, "news")
    news[0].newest = days_before(limit, -1) if brief.home_case == "navigation_one_fresh" else limit


class _Builder:
    """Turns drafts into columns with names, addresses and items."""

    def __init__(self, random: Random, brief: Brief) -> None:
        self.random = random
        self.brief = brief
        self.number = random.randint(1000, 9000)
        self.item = random.randint(10_000, 90_000)
        self.names: set[str] = set()
        self.keys: set[str] = set()

    def name(self, draft: Draft) -> str:
        if draft.name:
            return draft.name
        pool = [name for name in words.NAMES[draft.kind] if name not in self.names]
        return self.random.choice(pool)

    def key(self, kind: str) -> str:
        base = self.random.choice(words.SLUGS.get(kind, ("zwgk",)))
        key, step = base, 2
        while key in self.keys:
            key, step = f"{base}{step}", step + 1
        self.keys.add(key)
        return key

    def items(self, draft: Draft, rows: int) -> tuple[Item, ...]:
        if draft.newest is None:
            return ()
        day, items = draft.newest, []
        for _ in range(rows):
            self.item += self.random.randint(1, 9)
            title = headline(self.random, draft.kind, self.brief.place)
            if draft.kind == "annual":
                title = f"{self.brief.place}{day.year - 1}年政府信息公开工作年度报告"
            items.append(Item(self.item, title, day, self.random.randint(480, 1080)))
            step = STEPS.get(draft.kind, 20)
            day = days_before(
                day, self.random.randint(350, 370) if draft.kind == "annual" else self.random.randint(0, step)
            )
        return tuple(items)

    def tag(self, kind: str) -> str:
        if self.brief.tag_mode not in ("full", "odd"):
            return ""
        return self.random.choice(words.TAGS.get(kind, ("",)))

    def column(self, draft: Draft) -> Column:
        name = self.name(draft)
        self.names.add(name)
        self.number += self.random.randint(1, 30)
        rows = self.random.randint(max(3, self.brief.rows - 2), self.brief.rows + 2)
        shape = CHANNEL if draft.channel else SINGLE_PAGES.get(draft.kind, LIST)
        plain = shape == LIST
        kind = {"other": "other", "untyped": "", "channel": "other"}.get(draft.kind, draft.kind)
        odd = draft.confirmed is not None and draft.name != ""
        return Column(
            key=self.key(draft.kind), number=self.number, name=name, kind=kind,
            tag="" if odd else self.tag(draft.kind), shape=shape, level=draft.level,
            items=self.items(draft, 3 if draft.kind == "annual" else rows) if plain else (),
            unread=draft.unread, confirmed=draft.confirmed, group=draft.group,
        )  # fmt: skip


def _confirmed_kind(column: Column) -> str:
    """The kind that a person's word gives to a column."""
    if column.confirmed is None:
        return column.kind
    back = {chinese: kind for kind, chinese in words.CONFIRMED_TYPE.items()}
    return back[column.confirmed.column_type]


def _with_home_rows(brief: Brief, columns: list[Column]) -> list[Column]:
    """Decide which columns the home page shows, and which of their rows."""
    blocks, result = 0, []
    for column in columns:
        shows = column.shape == LIST and column.level == 1 and not column.unread and column.items
        wanted = column.kind in HOME_KINDS and blocks < (8 if brief.portal else 6)
        if not (shows and wanted) or brief.navigation:
            result.append(column)
            continue
        skip = 0
        if brief.home_case == "home_static_columns_fresh":
            limit = days_before(brief.as_of, 20)
            skip = next(
                (place for place, item in enumerate(column.items) if item.day <= limit), len(column.items)
            )
        rows = min(6 if brief.portal else 5, len(column.items) - skip)
        blocks += rows > 0
        result.append(replace(column, on_home=rows, skip_home=skip))
    return result


def _with_future_item(brief: Brief, columns: list[Column]) -> list[Column]:
    if "future" not in brief.home_case:
        return columns
    first = columns[0]
    item = first.items[0]
    ahead = replace(
        item, number=item.number + 1, day=days_before(brief.as_of, -358), title=item.title + "（二）"
    )
    return [replace(first, items=(ahead, *first.items)), *columns[1:]]


def make_columns(random: Random, brief: Brief) -> tuple[Column, ...]:
    """All columns of a site, news first."""
    drafts = [Draft(kind, _fresh(random, kind, brief.as_of)) for kind, count in _recipe(random, brief).items()
              for _ in range(count)]  # fmt: skip
    news = _of(drafts, "news")
    news[0].newest = days_before(brief.as_of, random.choice((0, 1, 1, 2, 3, 5, 7, 9)))
    _apply_column_case(random, brief, drafts)
    _apply_home_case(brief, drafts)
    builder = _Builder(random, brief)
    columns = [builder.column(draft) for draft in drafts]
    columns = _with_future_item(brief, [replace(column, kind=_confirmed_kind(column)) for column in columns])
    quiet = not (brief.home_case or brief.column_case or brief.access_case)
    if brief.access_case in ("robots_confirmed", "robots_stale") or (quiet and random.random() < 0.06):
        columns = [_confirm(column) for column in columns]
    return tuple(_with_home_rows(brief, columns))


def _confirm(column: Column) -> Column:
    said = words.CONFIRMED_TYPE.get(column.kind, "其他")
    must = column.kind in ("news", "notice", "policy", "interpretation", "annual", "data")
    return replace(column, confirmed=Confirmed(said, must))
