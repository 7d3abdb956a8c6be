"""Where each letter of a board begins and ends.

The label of the question (where none stands, that of its day) recurs once a letter. The highest element around
each that holds only one of them is the letter itself, or a line of it where all letters share one container.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import pairwise

from monitor.collect.extract.dates import Hit
from monitor.collect.extract.letter_words import ANSWER, ANSWERED_LABEL, ASKED_LABEL, STATE_LABEL, TITLE_LABEL
from monitor.collect.extract.links import Anchor
from monitor.collect.extract.tree import Tree

_SUBJECT = r"(?:信件|来信|留言|咨询|投诉|诉求|提问|建议|问题|写信|反映|办件|网友|网民|市民|群众)"
ASKS = re.compile(
    rf"[\n\x1f【\[]\s?(?:{_SUBJECT}(?:的)?(?:内容|正文|详情|描述|问题|留言|提问|咨询))\s{{0,2}}(?=[:：】\]\n\x1f])|"
    rf"[\n\x1f]\s?(?:{_SUBJECT}|内\s{{0,4}}容|正文|问|Q)\s{{0,2}}(?=[:：])"
)
REPLIES = re.compile(
    r"[\n\x1f【\[]\s?(?:答|A|[^\n\x1f:：。，？！]{0,20}(?:局|委|办|厅|院|部|站|所|府|中心|单位|部门|小编|管理员|网站)(?:的)?(?:答复|回复|回信|解答))\s{0,2}(?=[:：])[:：]"
)
HEADS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6", "dt", "strong", "caption"))
TITLE_CLASS = re.compile(r"tit|(?:\A|[-_ ])bt|subject|zhuti|theme|biaoti", re.I)


@dataclass(slots=True)
class Board:
    """A page with the places of its letter labels, in order."""

    tree: Tree
    text: str
    hits: list[Hit]
    anchors: list[Anchor]
    url: str
    marks: list[int]
    others: list[tuple[int, str]]


@dataclass(slots=True)
class Entry:
    """One letter of a board: its span, the place of its label."""

    start: int
    stop: int
    mark: int


def labels_around(text: str, hits: list[Hit]) -> list[tuple[int, str]]:
    """The labels around a question, with their kinds."""
    found = [(match.start() + 1, "answer") for match in ANSWER.finditer(text)]
    found += [(match.start() + 1, "answer") for match in REPLIES.finditer(text)]
    found += [(match.start(), "state") for match in STATE_LABEL.finditer(text)]
    found += [(match.start(), "title") for match in TITLE_LABEL.finditer(text)]
    for hit in hits:
        before = text[max(0, hit.start - 18) : hit.start]
        if ANSWERED_LABEL.search(before):
            found.append((hit.start, "answered"))
        elif ASKED_LABEL.search(before):
            found.append((hit.start, "asked"))
    return sorted(found)


def groups(page: Board) -> dict[int, list[tuple[int, int]]]:
    """Marks by the parent of the highest element that holds no second one: (that element, the mark)."""
    tree, marks = page.tree, page.marks
    found: dict[int, list[tuple[int, int]]] = {}
    for mark in marks:
        top = tree.at(mark)
        while (parent := tree.parent[top]) >= 0:
            inside = bisect_left(marks, tree.stop[parent]) - bisect_left(marks, tree.start[parent])
            if inside > 1:
                break
            top = parent
        if parent >= 0:
            found.setdefault(parent, []).append((top, mark))
    return {parent: tops for parent, tops in found.items() if len(tops) >= 2}


def _between(page: Board, start: int, stop: int) -> list[tuple[int, str]]:
    return page.others[bisect_left(page.others, (start, "")) : bisect_left(page.others, (stop, ""))]


def entries(page: Board, parent: int, tops: list[tuple[int, int]]) -> list[Entry]:
    """The span of every letter: its own element, or the lines from its first label to the next letter's."""
    tree = page.tree
    if len({top for top, _ in tops}) < len(tops):
        return []
    gaps = pairwise(tops)
    if not any(_between(page, tree.stop[one], tree.start[two]) for (one, _), (two, _) in gaps):
        return [Entry(tree.start[top], tree.stop[top], mark) for top, mark in tops]
    before = [kind for _, kind in _between(page, tree.start[parent], tops[0][1])]
    behind = {kind for _, kind in _between(page, tops[-1][1], tree.stop[parent])}
    leading = {kind for kind in before if before.count(kind) == 1 and kind not in behind}
    children = tree.children(parent)
    starts: list[int] = []
    least = tree.start[parent]
    for top, mark in tops:
        first = mark
        for place, kind in reversed(_between(page, least, mark)):
            if kind not in leading:
                break
            first = place
        child = min(top, _child_at(tree, children, first))
        starts.append(_with_heading(page, children, child, least))
        least = mark + 1
    stops = [*starts[1:], tree.stop[parent]]
    return [Entry(start, stop, mark) for start, stop, (_, mark) in zip(starts, stops, tops, strict=True)]


def _child_at(tree: Tree, children: list[int], place: int) -> int:
    return children[max(bisect_right(children, place, key=lambda child: tree.start[child]) - 1, 0)]


def _with_heading(page: Board, children: list[int], child: int, least: int) -> int:
    """Where an entry begins, the heading directly before its first label included."""
    tree = page.tree
    number = bisect_left(children, child)
    if number > 0:
        head = children[number - 1]
        marked = _between(page, tree.start[head], tree.stop[head])
        if tree.start[head] >= least and not marked and _is_heading(tree, head):
            return tree.start[head]
    return tree.start[child]


def _is_heading(tree: Tree, index: int) -> bool:
    if tree.stop[index] - tree.start[index] > 120:
        return False
    inner = [index, *tree.children(index)]
    return any(tree.tags[one] in HEADS or TITLE_CLASS.search(tree.attr(one, "class")) for one in inner)
