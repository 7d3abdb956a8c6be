"""Guides laid out in tables: which cells are labels, and which cells hold what stands behind each.

What the grid settles replaces the reading by text order; where it settles nothing, the text order stands.
"""

from __future__ import annotations

from bisect import bisect_right

from monitor.collect.extract.guide_cells import is_filled, is_list_head, roles_of
from monitor.collect.extract.guide_pieces import Piece
from monitor.collect.extract.guide_words import label_of
from monitor.collect.extract.page import Region
from monitor.collect.extract.tables import Cell, Table, read_tables
from monitor.collect.extract.tree import Tree, clean


def with_tables(tree: Tree, pieces: list[Piece], regions: list[Region] | None) -> list[Piece]:
    """The pieces of a page with those inside its tables settled by the grids."""
    settled: list[Piece] = []
    dropped: list[tuple[int, int]] = []
    plain: list[tuple[int, int]] = []
    for table in read_tables(tree):
        if regions is None or regions[table.element] not in (Region.FOOTER, Region.NAVIGATION):
            _settle(tree, table, False, settled, dropped, plain)
    if not settled:
        return pieces
    dropped.sort()
    plain.sort()
    kept = [piece for piece in pieces if not _inside(piece, dropped)]
    for piece in kept:
        if piece.is_label and not piece.content and _inside(piece, plain):
            piece.is_label, piece.elements = False, ()  # the words of a value that only look like a label
    return sorted([*kept, *settled], key=lambda piece: piece.start)


def _inside(piece: Piece, spans: list[tuple[int, int]]) -> bool:
    """Whether a piece begins in one of the spans (sorted, side by side)."""
    number = bisect_right(spans, piece.start, key=lambda span: span[0]) - 1
    return number >= 0 and piece.start < spans[number][1]


def _settle(
    tree: Tree,
    table: Table,
    only_filled: bool,
    settled: list[Piece],
    dropped: list[tuple[int, int]],
    plain: list[tuple[int, int]],
) -> None:
    """Turn the labels of a table, and of the tables inside its cells, into settled pieces."""
    roles = roles_of(table)
    valued = {id(cell) for label in roles.labels if label.elements for cell in label.values}
    if any(label.elements for label in roles.labels):
        if table.caption_element >= 0:
            dropped.append(_span(tree, table.caption_element))
        dropped.extend(_span(tree, cell.element) for cell in roles.heads)
        for label in roles.labels:
            content = clean(" ".join(_value(cell) for cell in label.values))
            start, stop = _span(tree, label.cell.element)
            dropped.append((start, stop))
            for cell in label.values:
                is_label, _, own = label_of(cell.text)
                if is_label and not own:
                    plain.append(_span(tree, cell.element))
            if content or not only_filled:
                waits = not content and any(cell.inner and is_filled(cell) for cell in label.values)
                settled.append(
                    Piece(label.cell.text, start, stop, label.elements, True, content, True, waits)
                )
    for cell in table.cells:
        for inner in cell.inner:
            _settle(tree, inner, only_filled or id(cell) in valued, settled, dropped, plain)


def _span(tree: Tree, element: int) -> tuple[int, int]:
    return tree.start[element], max(tree.stop[element], tree.start[element] + 1)


def _value(cell: Cell) -> str:
    """What a cell holds: its words without the heads of tables inside it, or that it holds a picture."""
    text = cell.text
    for inner in cell.inner:
        first = inner.row(0) if inner.slots else []
        if is_list_head(inner, first) or (
            len(inner.slots) == 1 and first and all(one.is_head for one in first)
        ):
            for head in first:
                text = text.replace(head.text, "", 1)
    return clean(text) or ("[图]" if cell.pictures else "")
