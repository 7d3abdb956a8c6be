"""Title links and the row that belongs to each: the ground on which lists are found.

A row is the largest element around a title link that holds no other title link, but never more than a list
item or a table row.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass

from monitor.collect.extract import addresses, dates
from monitor.collect.extract.dates import Hit
from monitor.collect.extract.links import Anchor
from monitor.collect.extract.page import Link, ReadDate, Region
from monitor.collect.extract.titles import is_more, is_title, row_title, title_weight
from monitor.collect.extract.tree import Tree, clean

ROW_TAGS = frozenset(("li", "tr"))
_TOP_TAGS = frozenset(("body", "html", "form", "main"))
_HEADING_TAGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_MAX_CLIMB = 24
_SMALL_ROW = 500
_LONG_TITLE = 8
_LABEL_BEFORE = re.compile(
    r"(?:\A|[\s\x1f\n|｜])[^\s\x1f\n:：]{1,4}\s?[^\s\x1f\n:：]{0,4}\s?[^\s\x1f\n:：]{0,4}\s{0,2}[:：][\s\x1f]{0,3}\Z"
)
_TITLE_LABEL = re.compile(
    r"(?:标\s?题|名\s?称|题\s?目|主\s?题|文件|政策|通知|公告|解读|视频|图片|\d\s?[.、]?|最新)\s{0,2}[:：][\s\x1f]{0,3}\Z"
)
_VALUES = re.compile(
    r"(?:\A|[\s|｜])(?:[^\s:：]\s?){2,8}[:：][ \x1f]?(?=\n|\Z)|"
    r"(?:索\s?引\s?号|文\s?号|发文机[关构]|发布机构|主题分类|成文日期|来源|责任编辑)\s?[:：]"
)
_NEIGHBOUR = re.compile(r"[上下前后](?:一\s?[篇条页则]|篇|条)\s{0,2}[:：】\])]?")


@dataclass(slots=True)
class Unit:
    """A title link, the row element around it, and the outermost element that is still its own."""

    anchor: Anchor
    row: int
    outer: int
    title: str
    date: ReadDate | None = None
    month_day: tuple[int, int] | None = None


def units(
    tree: Tree, text: str, hits: list[Hit], regions: list[Region], anchors: list[Anchor], page: str
) -> list[Unit]:
    """The title links of a page with their rows, in page order."""
    titled = _titled(tree, text, anchors)
    found = _around(tree, titled)
    unlinked = _unlinked(tree, hits, regions, titled, found, page) if hits else []
    if unlinked:
        found = _around(tree, sorted([*titled, *unlinked], key=lambda anchor: anchor.index))
    return found


def _titled(tree: Tree, text: str, anchors: list[Anchor]) -> list[Anchor]:
    titled: list[Anchor] = []
    for anchor in anchors:
        region, words = anchor.link.region, anchor.link.text
        if region is Region.FOOTER or (region is Region.NAVIGATION and title_weight(words) < _LONG_TITLE):
            continue
        if not is_title(words) or _is_neighbour(tree, text, anchor) or _is_heading(tree, anchor):
            continue
        titled.append(anchor)
    return _without_categories(tree, _without_twins(titled))


def _around(tree: Tree, titled: list[Anchor]) -> list[Unit]:
    parent, end, tags = tree.parent, tree.end, tree.tags
    found: list[Unit] = []
    previous, last = -1, len(titled) - 1
    for place, anchor in enumerate(titled):
        following = titled[place + 1].index if place < last else len(tags)
        row = outer = anchor.index
        stopped = tags[row] in ROW_TAGS
        for _ in range(_MAX_CLIMB):
            around = parent[outer]
            if around < 0 or around <= previous or following < end[around]:
                break
            tag = tags[around]
            if tag in _TOP_TAGS:
                break
            outer = around
            if not stopped:
                row = around
                stopped = tag in ROW_TAGS
        if not stopped:
            row = outer
        found.append(Unit(anchor, row, outer, anchor.link.text))
        previous = anchor.index
    return found


def _is_neighbour(tree: Tree, text: str, anchor: Anchor) -> bool:
    """Whether the link leads to the article before or after this one, or is the value of a label."""
    start = tree.start[anchor.index]
    before = text[max(0, start - 16) : start]
    near = before[-8:] + text[start : start + 4]
    if ("篇" in near or "条" in near or "页" in near or "则" in near) and _NEIGHBOUR.search(near):
        return True
    if ":" not in before and "：" not in before:
        return False
    return _LABEL_BEFORE.search(before) is not None and _TITLE_LABEL.search(before) is None


def _is_heading(tree: Tree, anchor: Anchor) -> bool:
    """Whether the link is the name of a block, leading to its column."""
    index = anchor.index
    inner = tree.tags[index + 1] if index + 1 < tree.end[index] else ""
    if inner not in _HEADING_TAGS and tree.tags[tree.parent[index]] not in _HEADING_TAGS:
        return False
    return addresses.shape(anchor.link.url) in ("column", "root")


def _without_twins(titled: list[Anchor]) -> list[Anchor]:
    """A picture and a headline (and a "details" link) with one address are one item; the fuller words stay."""
    merged: list[Anchor] = []
    for anchor in titled:
        if merged and merged[-1].link.url == anchor.link.url and anchor.index - merged[-1].index < 40:
            if title_weight(anchor.link.text) > title_weight(merged[-1].link.text):
                merged[-1] = anchor
            continue
        if is_more(anchor.link.text):
            continue
        merged.append(anchor)
    return merged


def _without_categories(tree: Tree, titled: list[Anchor]) -> list[Anchor]:
    """A short link to a column directly before the title in one row is the item's category."""
    kept: list[Anchor] = []
    for place, anchor in enumerate(titled):
        if place + 1 < len(titled) and len(anchor.link.text) <= 8:
            following = titled[place + 1]
            near = tree.start[following.index] - tree.stop[anchor.index] <= 3
            one_row = near and _row_of(tree, anchor.index) == _row_of(tree, following.index) >= 0
            leads = one_row and title_weight(following.link.text) >= _LONG_TITLE
            if leads and addresses.shape(anchor.link.url) in ("column", "root"):
                continue
        kept.append(anchor)
    return kept


def _row_of(tree: Tree, index: int, climb: int = 5) -> int:
    """The list item or table row around an element, -1 where there is none near."""
    for _ in range(climb):
        if index < 0 or tree.tags[index] in ROW_TAGS:
            return index
        index = tree.parent[index]
    return index if index >= 0 and tree.tags[index] in ROW_TAGS else -1


def _unlinked(
    tree: Tree, hits: list[Hit], regions: list[Region], titled: list[Anchor], found: list[Unit], page: str
) -> list[Anchor]:
    """Rows with a date whose title is no link (a script opens them) are rows too; their address is the page's."""
    places = [anchor.index for anchor in titled]
    spans = [(tree.start[unit.row], tree.stop[unit.row]) for unit in found]
    starts = [start for start, _ in spans]
    rowed = [tree.tags[unit.row] in ROW_TAGS for unit in found]
    added: dict[int, Anchor] = {}
    last_stop = -1
    for hit in hits:
        if hit.start < last_stop:
            continue
        place = bisect_left(starts, hit.start + 1) - 1
        if place >= 0 and hit.start < spans[place][1] <= spans[place][0] + _SMALL_ROW and rowed[place]:
            continue
        index = _row_of(tree, tree.at(hit.start), 4)
        if index < 0 or index in added:
            continue
        last_stop = tree.stop[index]
        if bisect_left(places, index) < bisect_left(places, tree.end[index]):
            continue
        if regions[index] is not Region.MAIN or last_stop - tree.start[index] > 300:
            continue
        around = bisect_left(places, index) - 1
        if around >= 0 and index < tree.end[places[around]]:
            continue  # the link is around the item
        raw = tree.raw(index)
        if _VALUES.search(raw):
            continue  # labels and values of one document, not a row of a list
        title = row_title(raw, clean(raw))
        if title_weight(title) >= 6 and not dates.only_date(title):
            added[index] = Anchor(index, Link(page, title, Region.MAIN, tree.is_hidden(index)))
    return list(added.values())
