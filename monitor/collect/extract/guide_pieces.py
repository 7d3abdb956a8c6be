"""A guide's page as pieces of text in reading order, and what stands behind each label.

Tables, definition lists, headings and paragraphs are one thing here; tab heads and header rows outside of
tables, whose labels stand before all contents, are resolved by the tree.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass

from checks.facts.guides import Element
from monitor.collect.extract.guide_words import BUTTON, label_of
from monitor.collect.extract.page import Region
from monitor.collect.extract.tree import INLINE, Tree, clean

MAX_PIECES = 6_000


@dataclass(slots=True)
class Piece:
    """Words between two borders: a label with the classes that it names, or a content.

    `settled` is true for a label whose content a table's grid has told, even if there is none; `waits` where its
    value is a list that has heads and no rows yet.
    """

    words: str
    start: int
    stop: int
    elements: tuple[Element, ...] = ()
    is_label: bool = False
    content: str = ""
    settled: bool = False
    waits: bool = False


def read_pieces(tree: Tree, text: str, regions: list[Region] | None) -> list[Piece]:
    """All pieces of a page outside of its navigation and footer."""
    pieces: list[Piece] = []
    skip = _skipped(tree, regions)
    cursor = 0
    for match in re.finditer(f"[^{INLINE}\n]+", text):
        while cursor < len(skip) and skip[cursor][1] <= match.start():
            cursor += 1
        if cursor < len(skip) and skip[cursor][0] <= match.start():
            continue
        words = match[0].strip()
        if not words:
            continue
        piece = Piece(words, match.start(), match.end())
        piece.is_label, piece.elements, piece.content = label_of(words)
        if (
            not piece.is_label
            and pieces
            and pieces[-1].is_label
            and words[:1] in (":", "：")
            and not pieces[-1].content
        ):
            words = words.lstrip(":： ")
            if not words:
                continue
            piece.words = words
        pieces.append(piece)
        if len(pieces) > MAX_PIECES:
            break
    return pieces


def _skipped(tree: Tree, regions: list[Region] | None) -> list[tuple[int, int]]:
    if regions is None:
        return []
    spans = []
    index = 0
    while index < len(regions):
        if regions[index] in (Region.FOOTER, Region.NAVIGATION):
            spans.append((tree.start[index], tree.stop[index]))
            index = tree.end[index]
        else:
            index += 1
    return spans


def contents(tree: Tree, text: str, pieces: list[Piece]) -> list[str]:
    """What stands behind each label, until the next one; labels that stand together are resolved by the tree."""
    behind: list[str] = []
    for number, piece in enumerate(pieces):
        if not piece.is_label:
            behind.append("")
            continue
        if piece.settled:
            behind.append(piece.content[:600])
            continue
        parts = [piece.content] if piece.content else []
        for follower in pieces[number + 1 : number + 40]:
            if follower.is_label:
                break
            if not BUTTON.match(follower.words):
                parts.append(follower.words)
        if not parts:
            parts.extend(_pictures(tree, pieces, number))
        behind.append(" ".join(parts)[:600])
    number = 0
    while number < len(pieces):
        last = number
        if _is_open(pieces[number], behind[number]):
            while (
                last + 1 < len(pieces)
                and pieces[last + 1].is_label
                and not pieces[last + 1].settled
                and not behind[last]
            ):
                last += 1
        if last - number >= 2:
            _resolve_run(tree, text, pieces, behind, number, last)
        number = last + 1
    return behind


def _is_open(piece: Piece, behind: str) -> bool:
    return piece.is_label and not piece.settled and not behind


def _pictures(tree: Tree, pieces: list[Piece], number: int) -> list[str]:
    """A flow chart as a picture, or a link to a file, is content too."""
    start = tree.at(pieces[number].start)
    stop = (
        tree.at(pieces[number + 1].start)
        if number + 1 < len(pieces)
        else min(tree.end[tree.parent[start]], start + 60)
    )
    for index in range(start + 1, min(stop, start + 60)):
        if tree.tags[index] == "img" and not re.search(
            r"icon|arrow|jt|dot|line|bg", tree.attr(index, "src"), re.I
        ):
            return [f"[图] {tree.attr(index, 'src')[-40:]}"]
    return []


def _resolve_run(
    tree: Tree, text: str, pieces: list[Piece], behind: list[str], first: int, last: int
) -> None:
    """Tab heads with panels behind them, or a header row with a row of contents."""
    start = tree.at(pieces[first].start)
    around = start
    while around >= 0 and tree.stop[around] < pieces[last].stop:
        around = tree.parent[around]
    if around < 0:
        return
    if tree.stop[around] > pieces[last].stop + 40 or tree.start[around] < pieces[first].start - 40:
        heads = [
            child
            for child in tree.children(around)
            if tree.stop[child] > pieces[first].start and tree.start[child] < pieces[last].stop
        ]
        if len(heads) < 2 or len(heads) != last - first + 1:
            return
        panels = [
            child
            for child in tree.children(around)
            if child > heads[-1] and tree.tags[child] == tree.tags[heads[-1]]
        ]
    else:
        heads = _shallow(tree, around, last - first + 1)
        panels = _panels(tree, around, last - first + 1)
    if len(panels) < last - first + 1:
        return
    if any(tree.stop[head] - tree.start[head] > 24 for head in heads):
        return  # rows with their contents, not heads
    if _are_sections(tree, pieces, panels):
        return
    offset = 0
    if len(heads) == len(panels) and len(heads) > last - first + 1:
        offset = next((order for order, head in enumerate(heads) if tree.stop[head] >= pieces[first].stop), 0)
    for order in range(last - first + 1):
        if offset + order < len(panels):
            panel = panels[offset + order]
            words = clean(text[tree.start[panel] : tree.stop[panel]])
            if not words and tree.within(panel, "img"):
                words = "[图]"
            behind[first + order] = words[:600]


def _are_sections(tree: Tree, pieces: list[Piece], panels: list[int]) -> bool:
    """Whether what follows empty labels are further labels with contents of their own, and no panels for them."""
    first = []
    for panel in panels:
        number = bisect_left(pieces, tree.start[panel], key=lambda piece: piece.start)
        if number < len(pieces) and pieces[number].start < tree.stop[panel]:
            first.append(pieces[number])
    return bool(first) and sum(piece.is_label for piece in first) * 2 >= len(first)


def _shallow(tree: Tree, around: int, count: int) -> list[int]:
    children = tree.children(around)
    while len(children) == 1:
        children = tree.children(children[0])
    return children if len(children) >= count else []


def _panels(tree: Tree, around: int, count: int) -> list[int]:
    for _ in range(3):
        follower, parent = tree.end[around], tree.parent[around]
        if parent < 0:
            return []
        siblings = []
        while follower < tree.end[parent]:
            siblings.append(follower)
            follower = tree.end[follower]
        if len(siblings) >= count and all(
            tree.tags[one] == tree.tags[siblings[0]] for one in siblings[:count]
        ):
            return siblings
        for sibling in siblings[:2]:
            inner = _shallow(tree, sibling, count)
            if inner:
                return inner
        around = parent
    return []
