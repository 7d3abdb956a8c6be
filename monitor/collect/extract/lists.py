"""Lists of items: rows of one repeated structure, each with a linked title and, where it has one, a date.

Nothing here knows the names of a content system. Rows that lie side by side are one list; what reads like a
menu, a trail of friend links or links in running text is none.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from checks.facts.base import DateSource
from monitor.collect.extract import addresses, headings, rows
from monitor.collect.extract.dates import Hit
from monitor.collect.extract.links import Anchor
from monitor.collect.extract.page import ItemList, Region, Row
from monitor.collect.extract.regions import is_strong_navigation
from monitor.collect.extract.row_dates import RowDates
from monitor.collect.extract.rows import ROW_TAGS, Unit
from monitor.collect.extract.titles import row_title, title_weight
from monitor.collect.extract.tree import Tree

_MAX_ROWS = 500
_MAX_LISTS = 80
_MAX_ROW = 900


@dataclass(slots=True)
class Found:
    """A list with the elements of its rows."""

    items: ItemList
    container: int
    rows: list[int]
    units: list[Unit] = field(default_factory=list)


def read_lists(
    tree: Tree,
    text: str,
    hits: list[Hit],
    regions: list[Region],
    anchors: list[Anchor],
    page: str = "",
    origin: str = "html",
) -> list[Found]:
    """All item lists of a page, in page order."""
    dates = RowDates(tree, text, hits, regions)
    found: list[Found] = []
    for container, members in _groups(tree, rows.units(tree, text, hits, regions, anchors, page)):
        dates.read(container, members)
        if _is_item_list(tree, text, regions, container, members):
            found.append(_item_list(tree, regions, container, members, origin))
            if len(found) >= _MAX_LISTS:
                break
    headings.name(tree, anchors, found)
    return found


def _groups(tree: Tree, units: list[Unit]) -> list[tuple[int, list[Unit]]]:
    """Rows by the element in which they lie side by side."""
    parent, tags = tree.parent, tree.tags
    grouped: dict[tuple[int, str], list[Unit]] = {}
    for unit in units:
        grouped.setdefault((parent[unit.outer], tags[unit.outer]), []).append(unit)
    _fold_inner(tree, grouped)
    result: list[tuple[int, list[Unit]]] = []
    for (around, _), gathered in grouped.items():
        members = [m for m in gathered if tree.stop[m.row] - tree.start[m.row] <= _MAX_ROW]
        if not members:
            continue
        if _are_lists_of_cells(tree, members):
            for member in members:
                member.row = member.outer
            result.append((around, members[:_MAX_ROWS]))
        elif len(members) > 1 and all(m.row != m.outer and tags[m.row] == "li" for m in members):
            result.extend((parent[member.row], [member]) for member in members)
        elif len(members) == 1 and members[0].row != members[0].outer:
            result.append((parent[members[0].row], members))
        else:
            result.append((around, members[:_MAX_ROWS]))
    return result


def _are_lists_of_cells(tree: Tree, members: list[Unit]) -> bool:
    """Rows that are lists themselves, each item a cell (`<ul><li>number</li><li>title</li><li>date</li></ul>`)."""
    if len(members) < 2 or tree.tags[members[0].outer] not in ("ul", "ol"):
        return False
    cells = {len(tree.children(member.outer)) for member in members}
    return len(cells) == 1 and cells.pop() >= 2 and all(member.row != member.outer for member in members)


def _fold_inner(tree: Tree, grouped: dict[tuple[int, str], list[Unit]]) -> None:
    """Two titles inside one list item belong to the list around, not to a list of their own."""
    parent, tags = tree.parent, tree.tags
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
            if len(grouped[key]) > 3 or len(tree.children(parent[item])) < 2:
                continue
            outer = grouped.setdefault((parent[item], "li"), [])
        outer.extend(grouped.pop(key))
        outer.sort(key=lambda unit: unit.anchor.index)


def _item_list(tree: Tree, regions: list[Region], container: int, members: list[Unit], origin: str) -> Found:
    region = regions[container]
    if region in (Region.NAVIGATION, Region.FOOTER):
        region = Region.MAIN  # dated rows under a name that promised a menu
    items = ItemList(tuple([_row(tree, unit) for unit in members]), region, origin=origin)
    return Found(items, container, [unit.row for unit in members], members)


def _row(tree: Tree, unit: Unit) -> Row:
    index = unit.anchor.index
    raw = tree.raw(index)
    if "\n" in raw:  # a link around the whole item: its headline is the title, not its summary
        for tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            inner = tree.within(index, tag)
            if inner and tree.own(inner[0]):
                raw = tree.raw(inner[0])
                return _titled(unit, row_title(raw, tree.own(inner[0])))
    return _titled(unit, row_title(raw, unit.anchor.link.text))


def _titled(unit: Unit, title: str) -> Row:
    month_day = unit.month_day if unit.date is None or unit.date.source is DateSource.ADDRESS else None
    return Row(title, unit.anchor.link.url, unit.date, month_day)


def _is_item_list(tree: Tree, text: str, regions: list[Region], container: int, members: list[Unit]) -> bool:
    shown = sum(1 for u in members if (u.date and u.date.source is DateSource.LIST_ROW) or u.month_day)
    in_row = tree.tags[members[0].row] in ROW_TAGS
    if shown and (len(members) > 1 or in_row or _stands_alone(tree, members[0])):
        return len(members) < 6 or shown * 5 >= len(members)
    if members[0].anchor.link.region is Region.NAVIGATION or regions[container] is Region.NAVIGATION:
        return False
    if _in_strong_navigation(tree, container) or _is_prose(tree, text, members):
        return False
    shapes = [addresses.shape(unit.anchor.link.url) for unit in members]
    articles = shapes.count("article") + shapes.count("file")
    columns = shapes.count("column") + shapes.count("root")
    weight = sum(title_weight(unit.title) for unit in members) / len(members)
    if len(members) == 1:
        return articles == 1 and weight >= 10 and in_row
    if shapes.count("root") * 2 >= len(members):
        return False
    if articles * 10 >= len(members) * 6:
        return weight >= 5 or (weight >= 2 and in_row)
    if columns * 2 > len(members):
        return weight >= 14
    return weight >= 9


def _stands_alone(tree: Tree, unit: Unit) -> bool:
    """A single row that is no list item: hardly more than its title and its date, and not inside a sentence."""
    start = tree.start[unit.anchor.index]
    before = tree.text[tree.text.rfind("\n", 0, start) + 1 : start]
    if title_weight(before) >= 2 and not any(sign.isdigit() for sign in before):
        return False
    return tree.stop[unit.row] - tree.start[unit.row] - len(unit.title) <= 60


def _in_strong_navigation(tree: Tree, container: int) -> bool:
    index = container
    for _ in range(3):
        if index < 0:
            return False
        if is_strong_navigation(tree, index):
            return True
        index = tree.parent[index]
    return False


def _is_prose(tree: Tree, text: str, members: list[Unit]) -> bool:
    """Links inside running text (an article's references, its attachments) are no list of items."""
    prose = 0
    for unit in members:
        start, index = tree.start[unit.row], unit.anchor.index
        size = tree.stop[unit.row] - start
        own = max(len(unit.title), tree.stop[index] - tree.start[index])
        in_text = size > own * 3 + 40 and tree.tags[unit.row] == "p"
        before = text[max(start, tree.start[index] - 12) : tree.start[index]]
        prose += in_text or "附件" in before or unit.title.startswith("附件")
    return prose * 2 >= len(members)
