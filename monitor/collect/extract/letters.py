"""Public letters: lists with a header, rows that carry their own labels, boards, a letter's own page."""

from __future__ import annotations

from monitor.collect.extract.dates import Hit
from monitor.collect.extract.letter_boards import by_boards
from monitor.collect.extract.letter_detail import read_detail
from monitor.collect.extract.letter_lists import by_header
from monitor.collect.extract.letter_rows import by_labels
from monitor.collect.extract.letter_words import MAX_LETTERS, WORDS
from monitor.collect.extract.links import Anchor
from monitor.collect.extract.lists import Found
from monitor.collect.extract.page import LetterRow
from monitor.collect.extract.tree import Tree


def read(
    tree: Tree, text: str, hits: list[Hit], anchors: list[Anchor], listed: list[Found], url: str, heading: str
) -> tuple[tuple[LetterRow, ...], LetterRow | None]:
    """The letter rows of a page, and the letter that the page itself shows."""
    if not any(word in text for word in WORDS):
        return (), None
    rows = by_header(tree, text, anchors, url)
    if not rows:
        rows = by_labels(tree, text, hits, listed)
    if not rows:
        rows = by_boards(tree, text, hits, anchors, url)
    detail = None if len(rows) >= 2 else read_detail(tree, text, hits, url, heading)
    return tuple(rows[:MAX_LETTERS]), detail
