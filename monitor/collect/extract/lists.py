"""Lists of items: rows of one repeated structure, each with a linked title and, where it has one, a date.

Nothing here knows the names of a content system. A row is the largest element around a title link that holds
no other title link (but never more than a list item or a table row); rows that lie side by side are one list.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field

from checks.facts.base import DateSource
from monitor.collect.extract import addresses, dates, headings
from monitor.collect.extract.dates import Hit
from monitor.collect.extract.links import Anchor
from monitor.collect.extract.page import ItemList, Link, ReadDate, Region, Row
from monitor.collect.extract.regions import is_strong_navigation
from monitor.collect.extract.titles import is_more, is_title, row_title, title_weight
from monitor.collect.extract.tree import INLINE, Tree, clean, spaced

_ROW_TAGS = frozenset(("li", "tr"))
_TOP_TAGS = frozenset(("body", "html", "form", "main"))
_HEADING_TAGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_MAX_CLIMB = 24
_MAX_ROWS = 500
_MAX_LISTS = 80
_LABEL_BEFORE = re.compile(
    r"(?:\A|[\s\x1f\n|｜])[^\s\x1f\n:：]{1,4}\s?[^\s\x1f\n:：]{0,4}\s?[^\s\x1f\n:：]{0,4}\s{0,2}[:：][\s\x1f]{0,3}\Z"
)
_TITLE_LABEL = re.compile(
    r"(?:标\s?题|名\s?称|题\s?目|主\s?题|文件|政策|通知|公告|解读|视频|图片|\d\s?[.、]?|最新)\s{0,2}[:：][\s\x1f]{0,3}\Z"
)
_TIME_ONLY = re.compile(r"[\d:：\s\])）】}|]{0,14}")
_VALUES = re.compile(
    r"(?:\A|[\s|｜])(?:[^\s:：]\s?){2,8}[:：][ \x1f]?(?=\n|\Z)|(?:索\s?引\s?号|文\s?号|发文机[关构]|发布机构|主题分类|成文日期|来源|责任编辑)\s?[:：]"
)
_MAX_ROW = 900
_NEIGHBOUR = re.compile(r"[上下前后](?:一\s?[篇条页则]|篇|条)\s{0,2}[:：】\])]?")
_PERIOD = re.compile(r"\s{0,2}(?:[-—~～至到]|\x1f[-—~～至到]\x1f?)\s{0,2}\Z")
_BLOCKING_LABELS = ("other",)


@dataclass(slots=True)
class _Unit:
    """A title link, the row element around it, and the outermost element that is still its own."""

    anchor: Anchor
    row: int
    outer: int
    title: str
    date: ReadDate | None = None
    month_day: tuple[int, int] | None = None


@dataclass(slots=True)
class Found:
    """A list with the text spans of its rows."""

    items: ItemList
    container: int
    rows: list[int]
    units: list[_Unit] = field(default_factory=list)


class ListReader:
    """Reads the item lists of one page."""

    def __init__(
        self,
        tree: Tree,
        text: str,
        hits: list[Hit],
        regions: list[Region],
        anchors: list[Anchor],
        page: str = "",
    ) -> None:
        self.tree = tree
        self.page = page
        self.text = text
        self.hits = hits
        self.regions = regions
        self.anchors = anchors
        self._starts = [hit.start for hit in hits]

    def read(self, origin: str = "html") -> list[Found]:
        """All item lists in page order."""
        units = self._units()
        groups = self._groups(units)
        found: list[Found] = []
        for container, members in groups:
            self._dates(container, members)
            one = self._item_list(container, members, origin)
            if one is not None:
                found.append(one)
                if len(found) >= _MAX_LISTS:
                    break
        headings.name(self.tree, self.anchors, found)
        return found

    # rows -----------------------------------------------------------------------------------------------

    def _units(self) -> list[_Unit]:
        tree, parent, end, tags = self.tree, self.tree.parent, self.tree.end, self.tree.tags
        titled: list[Anchor] = []
        for anchor in self.anchors:
            if anchor.link.region in (Region.NAVIGATION, Region.FOOTER):
                continue
            if is_title(anchor.link.text) and not self._is_neighbour(anchor) and not self._is_heading(anchor):
                titled.append(anchor)
        merged = self._with_unlinked(self._without_categories(_merge_twins(titled, tree)))
        units: list[_Unit] = []
        previous = -1
        for place, anchor in enumerate(merged):
            following = merged[place + 1].index if place + 1 < len(merged) else len(tags)
            row = outer = anchor.index
            stopped = tags[row] in _ROW_TAGS
            for _ in range(_MAX_CLIMB):
                around = parent[outer]
                if around < 0 or around <= previous < end[around] or following < end[around]:
                    break
                if tags[around] in _TOP_TAGS:
                    break
                outer = around
                if not stopped:
                    row = around
                    stopped = tags[around] in _ROW_TAGS
            if not stopped:
                row = outer
            units.append(_Unit(anchor, row, outer, anchor.link.text))
            previous = anchor.index
        return units

    def _is_neighbour(self, anchor: Anchor) -> bool:
        """Whether the link leads to the article before or after this one, or is the value of a label."""
        start = self.tree.start[anchor.index]
        before = self.text[max(0, start - 16) : start + 4]
        if ("篇" in before or "条" in before or "页" in before or "则" in before) and _NEIGHBOUR.search(
            before[-12:]
        ):
            return True
        before = before[: min(16, start)]
        if ":" not in before and "：" not in before:
            return False
        return _LABEL_BEFORE.search(before) is not None and _TITLE_LABEL.search(before) is None

    def _is_heading(self, anchor: Anchor) -> bool:
        """Whether the link is the name of a block, leading to its column."""
        tree, index = self.tree, anchor.index
        inner = tree.tags[index + 1] if index + 1 < tree.end[index] else ""
        if inner not in _HEADING_TAGS and tree.tags[tree.parent[index]] not in _HEADING_TAGS:
            return False
        return addresses.shape(anchor.link.url) in ("column", "root")

    def _without_categories(self, titled: list[Anchor]) -> list[Anchor]:
        """A short link to a column directly before the title in one row is the item's category."""
        tree = self.tree
        kept: list[Anchor] = []
        for place, anchor in enumerate(titled):
            if place + 1 < len(titled) and len(anchor.link.text) <= 8:
                following = titled[place + 1]
                near = tree.start[following.index] - tree.stop[anchor.index] <= 3
                if (
                    near
                    and title_weight(following.link.text) >= 8
                    and self._row_of(anchor) == self._row_of(following) >= 0
                ) and addresses.shape(anchor.link.url) in ("column", "root"):
                    continue
            kept.append(anchor)
        return kept

    def _row_of(self, anchor: Anchor) -> int:
        index = anchor.index
        for _ in range(5):
            if index < 0 or self.tree.tags[index] in _ROW_TAGS:
                return index
            index = self.tree.parent[index]
        return -1

    def _with_unlinked(self, titled: list[Anchor]) -> list[Anchor]:
        """Rows with a date whose title is no link (a script opens them) are rows too; their address is the page's."""
        tree, places = self.tree, [anchor.index for anchor in titled]
        added: dict[int, Anchor] = {}
        last_stop = -1
        for hit in self.hits:
            if hit.start < last_stop:
                continue
            index = tree.at(hit.start)
            for _ in range(4):
                if index < 0 or tree.tags[index] in _ROW_TAGS:
                    break
                index = tree.parent[index]
            if index < 0 or tree.tags[index] not in _ROW_TAGS or index in added:
                continue
            last_stop = tree.stop[index]
            if bisect_left(places, index) < bisect_left(places, tree.end[index]):
                continue
            if self.regions[index] is not Region.MAIN or last_stop - tree.start[index] > 300:
                continue
            place = bisect_left(places, index) - 1
            if place >= 0 and index < tree.end[places[place]]:
                continue  # the link is around the item
            raw = tree.raw(index)
            if _VALUES.search(raw):
                continue  # labels and values of one document, not a row of a list
            title = row_title(raw, clean(raw))
            if title_weight(title) >= 6 and not dates.only_date(title):
                link = Link(self.page, title, Region.MAIN, tree.is_hidden(index))
                added[index] = Anchor(index, link)
        if not added:
            return titled
        return sorted([*titled, *added.values()], key=lambda anchor: anchor.index)

    def _groups(self, units: list[_Unit]) -> list[tuple[int, list[_Unit]]]:
        parent, tags = self.tree.parent, self.tree.tags
        grouped: dict[tuple[int, str], list[_Unit]] = {}
        for unit in units:
            around = parent[unit.outer]
            grouped.setdefault((around, tags[unit.outer]), []).append(unit)
        self._fold_inner(grouped)
        result: list[tuple[int, list[_Unit]]] = []
        for (around, _), gathered in grouped.items():
            members = [m for m in gathered if self.tree.stop[m.row] - self.tree.start[m.row] <= _MAX_ROW]
            if not members:
                continue
            if len(members) > 1 and all(m.row != m.outer and tags[m.row] == "li" for m in members):
                result.extend((parent[member.row], [member]) for member in members)
            elif len(members) == 1 and members[0].row != members[0].outer:
                result.append((parent[members[0].row], members))
            else:
                result.append((around, members[:_MAX_ROWS]))
        return result

    def _fold_inner(self, grouped: dict[tuple[int, str], list[_Unit]]) -> None:
        """Two titles inside one list item belong to the list around, not to a list of their own."""
        parent, tags = self.tree.parent, self.tree.tags
        for key in list(grouped):
            item = key[0]
            for _ in range(3):
                if item < 0 or tags[item] in ("li", "ul", "ol", "table", "dl"):
                    break
                item = parent[item]
            if item < 0 or tags[item] != "li":
                continue
            outer = grouped.get((parent[item], "li"))
            if outer is None:
                if len(grouped[key]) > 3 or len(self.tree.children(parent[item])) < 2:
                    continue
                outer = grouped.setdefault((parent[item], "li"), [])
            outer.extend(grouped.pop(key))
            outer.sort(key=lambda unit: unit.anchor.index)

    # dates of rows --------------------------------------------------------------------------------------

    def _dates(self, container: int, members: list[_Unit]) -> None:
        for unit in members:
            inner = self._date_in(unit, self.tree.start[unit.row], self.tree.stop[unit.row])
            if inner is None and unit.outer != unit.row and len(members) > 1:
                inner = self._date_in(unit, self.tree.start[unit.outer], self.tree.stop[unit.outer])
            unit.date = inner
        if not any(unit.date or unit.month_day for unit in members):
            self._dates_beside(container, members)
        for unit in members:
            self._complete(unit)

    def _date_in(self, unit: _Unit, start: int, stop: int) -> ReadDate | None:
        first, last = bisect_left(self._starts, start), bisect_left(self._starts, stop)
        link_start, link_stop = self.tree.start[unit.anchor.index], self.tree.stop[unit.anchor.index]
        chosen: Hit | None = None
        best = -1
        hits = self.hits[first:last]
        for number, hit in enumerate(hits):
            inside = link_start <= hit.start < link_stop
            rank = self._rank(hit, inside, start, stop)
            if (
                rank > 0
                and number + 1 < len(hits)
                and _PERIOD.match(self.text[hit.stop : hits[number + 1].start])
            ):
                rank = 0
            if rank > best and rank > 0:
                chosen, best = hit, rank
        if chosen is None:
            if first == last:
                self._loose_date(unit, start, stop)
                return unit.date
            return None
        return ReadDate(chosen.day, DateSource.LIST_ROW, self._excerpt(start, stop, chosen))

    def _rank(self, hit: Hit, inside: bool, start: int, stop: int) -> int:
        """0: no date of the row; the higher the better."""
        text = self.text
        piece_start = max(text.rfind("\n", start, hit.start), text.rfind(INLINE, start, hit.start)) + 1
        piece_start = max(piece_start, start)
        ends = [
            place
            for place in (text.find("\n", hit.stop, stop), text.find(INLINE, hit.stop, stop))
            if place >= 0
        ]
        piece_stop = min(ends, default=stop)
        before, after = text[piece_start : hit.start], text[hit.stop : piece_stop]
        rest = after.strip()
        if not before.strip(" [(（【{·:：\u3000\xa0") and (
            _TIME_ONLY.fullmatch(rest) if inside else len(rest) <= 14
        ):
            alone = True
        elif inside:
            return 2 if _at_edge(text, hit, piece_start, piece_stop) else 0
        else:
            alone = False
        label, noise = dates.label_at(text, hit)
        if label == "published":
            return 9
        if noise or label in _BLOCKING_LABELS:
            return 0
        if alone:
            return 6 if not inside else 5
        if label:
            return 5
        return 3 if len(before) <= 30 or len(after.strip()) <= 6 else 0

    def _loose_date(self, unit: _Unit, start: int, stop: int) -> None:
        words = self.text[start:stop]
        if len(words) > 1_500:
            return
        short = dates.short_year(words)
        if short is not None:
            unit.date = ReadDate(
                short[0], DateSource.LIST_ROW, spaced(words[max(0, short[1] - 60) : short[2]])[-120:]
            )
            return
        unit.month_day = dates.month_day(words)

    def _dates_beside(self, container: int, members: list[_Unit]) -> None:
        """Dates that stand between the rows: behind each title, or before it."""
        tree = self.tree
        bounds = [tree.start[container]]
        for unit in members:
            bounds.extend((tree.start[unit.row], tree.stop[unit.row]))
        bounds.append(tree.stop[container])
        behind = [
            self._only(bounds[2 * n + 2], min(bounds[2 * n + 3], bounds[2 * n + 2] + 160))
            for n in range(len(members))
        ]
        ahead = [
            self._only(max(bounds[2 * n], bounds[2 * n + 1] - 60), bounds[2 * n + 1])
            for n in range(len(members))
        ]
        count_behind, count_ahead = sum(map(bool, behind)), sum(map(bool, ahead))
        if behind[-1] is None and ahead[0] is not None and count_ahead >= count_behind:
            chosen = ahead
        else:
            chosen = behind
        for unit, hit in zip(members, chosen, strict=True):
            if hit is not None:
                excerpt = f"{unit.title[:80]} {spaced(self.text[hit.start : hit.stop])}"
                unit.date = ReadDate(hit.day, DateSource.LIST_ROW, excerpt)

    def _only(self, start: int, stop: int) -> Hit | None:
        for number in range(bisect_left(self._starts, start), bisect_right(self._starts, stop)):
            hit = self.hits[number]
            if hit.stop <= stop + 1:
                label, noise = dates.label_at(self.text, hit)
                if not noise and label not in _BLOCKING_LABELS:
                    return hit
        return None

    def _complete(self, unit: _Unit) -> None:
        """Where the row shows no whole date, the address may carry or complete it."""
        if unit.date is not None:
            return
        address = unit.anchor.link.url
        carried = addresses.day_in(address)
        if unit.month_day is not None:
            month, day = unit.month_day
            year = carried.year if carried else (addresses.month_in(address) or (0, 0))[0]
            base = carried.month if carried else (addresses.month_in(address) or (0, 0))[1]
            if year and abs(base - month) <= 1:
                whole = dates.possible(year, month, day)
                if whole:
                    unit.date = ReadDate(
                        whole, DateSource.LIST_ROW, f"{unit.title[:80]} {month:02d}-{day:02d}"
                    )
                    return
        if carried is not None:
            unit.date = ReadDate(carried, DateSource.ADDRESS, address[-120:])

    def _excerpt(self, start: int, stop: int, hit: Hit) -> str:
        words = spaced(self.text[max(start, hit.start - 90) : min(stop, hit.stop + 20)])
        return words[:120]

    # lists ----------------------------------------------------------------------------------------------

    def _item_list(self, container: int, members: list[_Unit], origin: str) -> Found | None:
        if not self._is_item_list(container, members):
            return None
        rows = tuple(self._row(unit) for unit in members)
        region = self.regions[container]
        if region in (Region.NAVIGATION, Region.FOOTER):
            region = members[0].anchor.link.region
        return Found(
            ItemList(rows, region, origin=origin), container, [unit.row for unit in members], members
        )

    def _row(self, unit: _Unit) -> Row:
        raw = self.tree.raw(unit.anchor.index)
        title = row_title(raw, unit.anchor.link.text)
        month_day = unit.month_day if unit.date is None or unit.date.source is DateSource.ADDRESS else None
        return Row(title, unit.anchor.link.url, unit.date, month_day)

    def _is_item_list(self, container: int, members: list[_Unit]) -> bool:
        tree = self.tree
        shown = sum(1 for u in members if (u.date and u.date.source is DateSource.LIST_ROW) or u.month_day)
        if shown and (
            len(members) > 1 or tree.tags[members[0].row] in _ROW_TAGS or self._stands_alone(members[0])
        ):
            return shown >= 1 if len(members) < 6 else shown * 5 >= len(members)
        if self._in_strong_navigation(container) or self._is_prose(members):
            return False
        shapes = [addresses.shape(unit.anchor.link.url) for unit in members]
        articles = shapes.count("article") + shapes.count("file")
        columns = shapes.count("column") + shapes.count("root")
        weight = sum(title_weight(unit.title) for unit in members) / len(members)
        if len(members) == 1:
            return articles == 1 and weight >= 10 and tree.tags[members[0].row] in _ROW_TAGS
        if shapes.count("root") * 2 >= len(members):
            return False
        if articles * 10 >= len(members) * 6:
            return weight >= 5 or (weight >= 2 and tree.tags[members[0].row] in _ROW_TAGS)
        if columns * 2 > len(members):
            return weight >= 14
        return weight >= 9 and len(members) >= 2

    def _stands_alone(self, unit: _Unit) -> bool:
        return self.tree.stop[unit.row] - self.tree.start[unit.row] <= 400

    def _in_strong_navigation(self, container: int) -> bool:
        index = container
        for _ in range(3):
            if index < 0:
                return False
            if is_strong_navigation(self.tree, index):
                return True
            index = self.tree.parent[index]
        return False

    def _is_prose(self, members: list[_Unit]) -> bool:
        """Links inside running text (an article's references, its attachments) are no list of items."""
        prose = 0
        for unit in members:
            size = self.tree.stop[unit.row] - self.tree.start[unit.row]
            own = max(len(unit.title), self.tree.stop[unit.anchor.index] - self.tree.start[unit.anchor.index])
            around = self.text[self.tree.start[unit.row] : self.tree.start[unit.anchor.index]]
            if (
                (size > own * 3 + 40 and self.tree.tags[unit.row] == "p")
                or "附件" in around[-12:]
                or unit.title.startswith("附件")
            ):
                prose += 1
        return prose * 2 >= len(members)


def _at_edge(text: str, hit: Hit, start: int, stop: int) -> bool:
    """A date at the end or the beginning of a link's own words, set off by a blank or brackets."""
    after = text[hit.stop : stop].strip()
    before = text[start : hit.start]
    opened = bool(before) and before[-1] in " [(（【\u3000\xa0\t/|"
    if opened and (
        not after or after in ("]", ")", "）", "】") or re.fullmatch(r"[\d:：\s\])）】]{1,12}", after)
    ):
        return True
    return not before.strip(" [(（【") and after[:1] in ("]", ")", "）", "】", " ", "\u3000", "|")


def _merge_twins(titled: list[Anchor], tree: Tree) -> list[Anchor]:
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
