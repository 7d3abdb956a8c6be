"""The date of each row of a list: in the row, inside its link, or beside it; completed by the address."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right

from checks.facts.base import DateSource
from monitor.collect.extract import addresses, dates
from monitor.collect.extract.dates import Hit
from monitor.collect.extract.page import ReadDate, Region
from monitor.collect.extract.rows import Unit
from monitor.collect.extract.tree import INLINE, Tree, spaced

_TIME_ONLY = re.compile(r"[\d:：\s\])）】}|]{0,14}")
_EDGE_AFTER = re.compile(r"[\d:：\s\])）】]{1,12}")
_PERIOD = re.compile(r"\s{0,2}(?:[-—~～至到]|\x1f[-—~～至到]\x1f?)\s{0,2}\Z")
_YEAR_OVER = re.compile(r"(?<!\d)(20\d{2})年?\s{0,3}\Z")
_BLOCKING_LABELS = ("other",)


class RowDates:
    """Gives the rows of one page their dates."""

    def __init__(self, tree: Tree, text: str, hits: list[Hit], regions: list[Region]) -> None:
        self.tree = tree
        self.text = text
        self.hits = hits
        self.regions = regions
        self._starts = [hit.start for hit in hits]

    def read(self, container: int, members: list[Unit]) -> None:
        """Set `date` or `month_day` of each row of one list."""
        tree = self.tree
        if tree.tags[members[0].row] == "tr":
            self._columns(container, members)
        dated = False
        for unit in members:
            if unit.date is not None:
                dated = True
                continue
            found = self._inside(unit, tree.start[unit.row], tree.stop[unit.row])
            if found is None and unit.outer != unit.row and len(members) > 1:
                found = self._inside(unit, tree.start[unit.outer], tree.stop[unit.outer])
            unit.date = found
            dated = dated or found is not None or unit.month_day is not None
        if not dated and self._starts:
            self._beside(container, members)
        year = self._year_over(container) if any(unit.month_day for unit in members) else 0
        for unit in members:
            if unit.date is None:
                _complete(unit, year)

    def _columns(self, container: int, members: list[Unit]) -> None:
        """Where rows of a table carry several dates, the table's head says which is the publishing one."""
        tree, first = self.tree, members[0]
        start, stop = tree.start[first.row], tree.stop[first.row]
        if bisect_left(self._starts, stop) - bisect_left(self._starts, start) < 2:
            return
        head = _head_of(tree, container, first.row)
        if head < 0:
            return
        words = [tree.own(cell) for cell in tree.children(head)]
        labels = [
            dates.label_of(word) or dates.label_of(word + "时间") * (word in ("发布", "公开"))
            for word in words
        ]
        wanted = next(
            (labels.index(label) for label in ("published", "lesser", "generic") if label in labels), -1
        )
        if wanted < 0:
            return
        for unit in members:
            cells = tree.children(unit.row)
            if len(cells) != len(words):
                continue
            left, right = tree.start[cells[wanted]], tree.stop[cells[wanted]]
            place = bisect_left(self._starts, left)
            if place < len(self.hits) and self.hits[place].start < right:
                hit = self.hits[place]
                excerpt = f"{unit.title[:60]} {words[wanted]} {spaced(self.text[hit.start : hit.stop])}"
                unit.date = ReadDate(hit.day, DateSource.LIST_ROW, excerpt[:120])

    def _inside(self, unit: Unit, start: int, stop: int) -> ReadDate | None:
        first, last = bisect_left(self._starts, start), bisect_left(self._starts, stop)
        if first == last:
            return self._without_year(unit, start, stop)
        index = unit.anchor.index
        link_start, link_stop = self.tree.start[index], self.tree.stop[index]
        chosen, best = None, 0
        hits = self.hits[first:last]
        for number, hit in enumerate(hits):
            rank = self._rank(hit, link_start <= hit.start < link_stop, start, stop)
            if rank > best or (chosen is not None and rank == best and hit.day > chosen.day):
                if number + 1 < len(hits) and _PERIOD.match(self.text[hit.stop : hits[number + 1].start]):
                    continue
                chosen, best = hit, rank
        if chosen is None:
            return None
        words = self.text[max(start, chosen.start - 90) : min(stop, chosen.stop + 20)]
        return ReadDate(chosen.day, DateSource.LIST_ROW, spaced(words)[:120])

    def _rank(self, hit: Hit, inside: bool, start: int, stop: int) -> int:
        """0: no date of the row; the higher the better."""
        text = self.text
        left = max(text.rfind("\n", start, hit.start), text.rfind(INLINE, start, hit.start)) + 1
        left = max(left, start)
        block, inline = text.find("\n", hit.stop, stop), text.find(INLINE, hit.stop, stop)
        right = min(block if block >= 0 else stop, inline if inline >= 0 else stop)
        before, after = text[left : hit.start], text[hit.stop : right]
        rest = after.strip()
        alone = not before.strip(" [(（【{·:：\u3000\xa0") and (
            _TIME_ONLY.fullmatch(rest) is not None if inside else len(rest) <= 14
        )
        if alone and not before and len(rest) <= 6 and left > start + 1:
            label, noise = dates.label_at(text, hit) if text[left - 2] in ":：期间" else ("", False)
        elif inside and not alone:
            return 2 if _at_edge(before, after) else 0
        else:
            label, noise = dates.label_at(text, hit)
        if label == "published":
            return 9
        if noise or label in _BLOCKING_LABELS:
            return 0
        if alone:
            return 5 if inside else 6
        if label:
            return 5
        return 3 if len(before) <= 30 or len(rest) <= 6 else 0

    def _without_year(self, unit: Unit, start: int, stop: int) -> ReadDate | None:
        words = self.text[start:stop]
        if len(words) > 1_500 or not ("-" in words or "/" in words or "月" in words or "." in words):
            return None
        short = dates.short_year(words)
        if short is not None:
            excerpt = spaced(words[max(0, short[1] - 60) : short[2]])[-120:]
            return ReadDate(short[0], DateSource.LIST_ROW, excerpt)
        unit.month_day = dates.month_day(words)
        return None

    def _year_over(self, container: int) -> int:
        """The year that stands as a heading directly over a list."""
        start = self.tree.start[container]
        match = _YEAR_OVER.search(self.text, max(0, start - 12), start)
        return int(match[1]) if match else 0

    def _beside(self, container: int, members: list[Unit]) -> None:
        """Dates that stand between the rows: behind each title, or before it."""
        tree = self.tree
        if bisect_left(self._starts, tree.start[container]) == bisect_right(
            self._starts, tree.stop[container]
        ):
            return
        stops = [tree.start[container], *(tree.stop[unit.row] for unit in members)]
        starts = [*(tree.start[unit.row] for unit in members), tree.stop[container]]
        behind = [
            self._only(stops[n + 1], min(starts[n + 1], stops[n + 1] + 160)) for n in range(len(members))
        ]
        ahead = [self._only(max(stops[n], starts[n] - 60), starts[n]) for n in range(len(members))]
        count_behind, count_ahead = sum(map(bool, behind)), sum(map(bool, ahead))
        before_titles = behind[-1] is None and ahead[0] is not None and count_ahead >= count_behind
        for unit, hit in zip(members, ahead if before_titles else behind, strict=True):
            if hit is not None and self._belongs(hit, unit):
                excerpt = f"{unit.title[:80]} {spaced(self.text[hit.start : hit.stop])}"
                unit.date = ReadDate(hit.day, DateSource.LIST_ROW, excerpt)

    def _belongs(self, hit: Hit, unit: Unit) -> bool:
        """The last entry of a menu takes no date out of what follows the menu."""
        if unit.anchor.link.region is not Region.NAVIGATION:
            return True
        return self.regions[self.tree.at(hit.start)] is Region.NAVIGATION

    def _only(self, start: int, stop: int) -> Hit | None:
        for number in range(bisect_left(self._starts, start), bisect_right(self._starts, stop)):
            hit = self.hits[number]
            if hit.stop <= stop + 1:
                label, noise = dates.label_at(self.text, hit)
                if not noise and label not in _BLOCKING_LABELS:
                    return hit
        return None


def _head_of(tree: Tree, container: int, row: int) -> int:
    """The row of a table that names its columns: the first one before `row`."""
    table = container
    for _ in range(3):
        if table < 0 or tree.tags[table] == "table":
            break
        table = tree.parent[table]
    if table < 0 or tree.tags[table] != "table":
        return -1
    heads = tree.within(table, "tr")
    return heads[0] if heads and heads[0] < row else -1


def _complete(unit: Unit, year: int = 0) -> None:
    """Where the row shows no whole date, the address may carry or complete it."""
    address = unit.anchor.link.url
    carried = addresses.day_in(address)
    if unit.month_day is not None:
        month, day = unit.month_day
        known = (carried.year, carried.month) if carried else addresses.month_in(address)
        known = known or ((year, month) if year else None)
        if known is not None and abs(known[1] - month) <= 1:
            whole = dates.possible(known[0], month, day)
            if whole:
                excerpt = f"{unit.title[:80]} {month:02d}-{day:02d}"
                unit.date = ReadDate(whole, DateSource.LIST_ROW, excerpt)
                return
    if carried is not None:
        unit.date = ReadDate(carried, DateSource.ADDRESS, address[-120:])


def _at_edge(before: str, after: str) -> bool:
    """A date at the end or the beginning of a link's own words, set off by a blank or brackets."""
    after = after.strip()
    opened = bool(before) and before[-1] in " [(（【\u3000\xa0\t/|"
    if opened and (not after or _EDGE_AFTER.fullmatch(after)):
        return True
    return not before.strip(" [(（【") and after[:1] in ("]", ")", "）", "】", " ", "\u3000", "|")
