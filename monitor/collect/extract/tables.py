"""The tables of a page as grids: merged cells resolved, tables inside cells kept with their cell.

BeautifulSoup reads the few tables that matter. It is many times slower than the crawl's own parser, so it never
sees a page: it gets the markup of single tables, written anew from the tree (elements, spans and words, without
scripts, comments and styles), and a table that the tree already knows to be huge, deep or full of further tables
is refused before. Every bound below is one of a real service guide many times over.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from bs4 import BeautifulSoup, SoupStrainer
from bs4.element import NavigableString, Tag

from monitor.collect.extract.tree import INLINE, Tree, clean

MAX_TABLES = 30
"""Outermost tables of one page that are read."""
MAX_NODES = 6_000
MAX_PAGE_NODES = 8_000
MAX_TEXT = 120_000
MAX_DEPTH = 120
MAX_NESTED = 60
"""Elements, of one outermost table and of all of a page; characters, levels and inner tables of one."""
MAX_ROWS = 600
MAX_COLUMNS = 40
MAX_SLOTS = 8_000
"""Size of a grid: spans are clipped to it, cells beyond it are dropped."""

_PLACE = "i"
_KEPT = frozenset(
    ("table", "tbody", "thead", "tfoot", "tr", "td", "th", "caption", "img", "p", "div", "li", "br")
)


@dataclass(slots=True)
class Cell:
    """One cell: its words, where it stands in the grid, what it spans, and the element of the tree that it is.

    `inner` are the tables inside it; their words are part of `text`.
    """

    text: str
    row: int
    column: int
    rows: int
    columns: int
    is_head: bool
    element: int
    inner: tuple[Table, ...] = ()
    pictures: int = 0


@dataclass(slots=True)
class Table:
    """A grid of cells: `slots[row][column]` is the cell that covers the place, None where none does."""

    element: int
    caption: str
    cells: tuple[Cell, ...]
    slots: tuple[tuple[Cell | None, ...], ...]
    caption_element: int = -1

    def row(self, number: int) -> list[Cell]:
        """The cells that cover a row, each once, from left to right."""
        found: list[Cell] = []
        for cell in self.slots[number]:
            if cell is not None and (not found or found[-1] is not cell):
                found.append(cell)
        return found


def read_tables(tree: Tree) -> tuple[Table, ...]:
    """The outermost tables of a page that are small enough to be read, in document order."""
    found: list[Table] = []
    reached = nodes = 0
    for index in tree.find("table"):
        if index < reached:
            continue
        reached = tree.end[index]
        if len(found) >= MAX_TABLES or nodes > MAX_PAGE_NODES:
            break
        if nodes + reached - index <= MAX_PAGE_NODES and _is_small(tree, index):
            nodes += reached - index
            table = _parsed(markup(tree, index))
            if table is not None:
                found.append(table)
    return tuple(found)


def _is_small(tree: Tree, index: int) -> bool:
    """Whether a table is worth a slow parser; reads the tree's arrays only."""
    last = tree.end[index]
    if last - index > MAX_NODES or tree.stop[index] - tree.start[index] > MAX_TEXT:
        return False
    if len(tree.within(index, "table")) > MAX_NESTED or not tree.within(index, "tr"):
        return False
    depth = {index: 0}
    for inside in range(index + 1, last):
        depth[inside] = depth[tree.parent[inside]] + 1
        if depth[inside] > MAX_DEPTH:
            return False
    return True


def markup(tree: Tree, index: int) -> str:
    """The markup of one element, written anew: every kept element carries its number in the tree."""
    parts: list[str] = []
    open_: list[tuple[int, str]] = []
    position = tree.start[index]

    def words(until: int) -> None:
        nonlocal position
        if until > position:
            parts.append(escape(tree.text[position:until].replace(INLINE, ""), quote=False))
            position = until

    for inside in range(index, tree.end[index]):
        while open_ and tree.end[open_[-1][0]] <= inside:
            number, tag = open_.pop()
            words(tree.stop[number])
            parts.append(f"</{tag}>")
        words(tree.start[inside])
        tag = tree.tags[inside]
        if tag not in _KEPT:
            continue
        spans = [
            f' {name}="{escape(value)}"'
            for name in ("rowspan", "colspan")
            if (value := tree.attr(inside, name)[:8])
        ]
        parts.append(f'<{tag} {_PLACE}="{inside}"{"".join(spans)}>')
        if tag not in ("img", "br"):
            open_.append((inside, tag))
    while open_:
        number, tag = open_.pop()
        words(tree.stop[number])
        parts.append(f"</{tag}>")
    return "".join(parts)


def _parsed(text: str) -> Table | None:
    soup = BeautifulSoup(text, "lxml", parse_only=SoupStrainer("table"))
    outer = soup.find("table")
    return _grid(outer) if isinstance(outer, Tag) else None


def _grid(table: Tag) -> Table:
    """Cells in their places; a span that reaches over the end is clipped to it."""
    lines = _rows(table)[:MAX_ROWS]
    slots: list[list[Cell | None]] = [[] for _ in lines]
    cells: list[Cell] = []
    taken = 0
    for number, line in enumerate(lines):
        column = 0
        for tag in _cells(line):
            while column < len(slots[number]) and slots[number][column] is not None:
                column += 1
            columns = min(_span(tag, "colspan"), MAX_COLUMNS - column)
            rows = min(_span(tag, "rowspan"), len(lines) - number)
            rows = max(1, min(rows, (MAX_SLOTS - taken) // max(columns, 1)))
            if columns < 1 or taken + columns > MAX_SLOTS:
                break
            taken += rows * columns
            cell = _cell(tag, number, column, rows, columns)
            cells.append(cell)
            for down in slots[number : number + rows]:
                down.extend([None] * (column + columns - len(down)))
                for across in range(column, column + columns):
                    down[across] = down[across] or cell
            column += columns
    width = max((len(one) for one in slots), default=0)
    title = table.find("caption", recursive=False)
    return Table(
        _place(table),
        clean(title.get_text(" ")) if isinstance(title, Tag) else "",
        tuple(cells),
        tuple(tuple(one + [None] * (width - len(one))) for one in slots),
        _place(title) if isinstance(title, Tag) else -1,
    )


def _rows(table: Tag) -> list[Tag]:
    """The table's own rows, in order; those of tables inside its cells are none of its own."""
    found: list[Tag] = []
    for child in table.find_all(("tr", "tbody", "thead", "tfoot"), recursive=False):
        if child.name == "tr":
            found.append(child)
        else:
            found.extend(child.find_all("tr", recursive=False))
    return found


def _cells(line: Tag) -> list[Tag]:
    return list(line.find_all(("td", "th"), recursive=False))


def _cell(tag: Tag, row: int, column: int, rows: int, columns: int) -> Cell:
    inner = tuple(_grid(one) for one in tag.find_all("table") if one.find_parent(("td", "th")) is tag)
    pictures = len(tag.find_all("img"))
    return Cell(_words(tag), row, column, rows, columns, tag.name == "th", _place(tag), inner, pictures)


def _words(tag: Tag) -> str:
    """The words of a cell: inline pieces joined, lines of their own kept apart by blanks."""
    parts: list[str] = []
    for piece in tag.descendants:
        if isinstance(piece, NavigableString):
            parts.append(str(piece))
        elif isinstance(piece, Tag):
            parts.append(" ")
    return clean("".join(parts))


def _span(tag: Tag, name: str) -> int:
    """A span as written; nonsense and zero are one."""
    value = str(tag.get(name) or "").strip()
    return min(int(value), MAX_ROWS) or 1 if value.isascii() and value.isdigit() else 1


def _place(tag: Tag) -> int:
    value = str(tag.get(_PLACE) or "")
    return int(value) if value.isdigit() else -1
