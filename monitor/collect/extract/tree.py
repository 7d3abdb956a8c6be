"""One page as flat arrays: the only module that knows the HTML parser.

The parsed tree is walked once. Elements are numbered in document order; the text of the whole page becomes one
string in which every element owns a span, so that one pattern runs once over a page instead of once an
element. Inside that string `\\n` stands between blocks and `\\x1f` between inline elements; both are blanks to
`str.split` and to `\\s`. Comments, styles, scripts and server-side template marks never reach the text.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from typing import Any

from selectolax.lexbor import LexborHTMLParser

MAX_CHARS = 4_000_000
MAX_NODES = 150_000
MAX_DEPTH = 600
"""Limits on one page: what is beyond them is not read. Browsers stop nesting at 512."""

INLINE = "\x1f"
_TEXT, _COMMENT = 2, 4
_BLOCKS = frozenset((
    "html", "body", "div", "p", "ul", "ol", "li", "dl", "dt", "dd", "table", "tbody", "thead", "tfoot",
    "tr", "td", "th", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "header", "footer", "nav",
    "aside", "main", "form", "fieldset", "br", "hr", "pre", "blockquote", "center", "figure", "figcaption",
    "address", "select", "option", "iframe", "marquee", "ucapcontent", "caption", "title", "textarea",
    "details", "summary",
))  # fmt: skip
_SILENT = frozenset(
    ("script", "style", "noscript", "template", "head", "svg", "object", "textarea", "select", "meta")
)
_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|(?:left|top|text-indent|margin-left|margin-top)\s*:\s*-\d{3,}|"
    r"font-size\s*:\s*0(?![.\d])|opacity\s*:\s*0(?![.\d])|(?:height|width)\s*:\s*[01](?:px)?\s*(?:;|$)",
    re.I,
)
_FORMATTING = re.compile(r"<(/?)(?:b|i|u|s|em|tt|big|font|code|small|strong|strike|nobr)(?=[\s/>])", re.I)
_ANY_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]{0,30})[^<>]{0,4000}>?")
_NO_DEPTH = frozenset((
    "br", "hr", "img", "input", "meta", "link", "area", "base", "col", "embed", "source", "track", "wbr",
    "param", "li", "p", "td", "tr", "th", "dd", "dt", "option", "tbody", "thead", "script", "style", "html",
    "head", "body",
))  # fmt: skip


@dataclass(slots=True)
class Script:
    """One script element: its position among the elements, its attributes and its own text."""

    index: int
    attrs: dict[str, str]
    text: str


@dataclass(slots=True)
class Tree:
    """A page as parallel lists, one entry an element in document order.

    `parent[i]` is -1 for the root; `end[i]` is the first element behind element i; its text is
    `text[start[i]:stop[i]]`. `hiding` holds the elements that a style or attribute of their own hides.
    `textareas` are the elements after which a textarea stands. `cut` is true where a limit ended the walk.
    """

    tags: list[str] = field(default_factory=list)
    parent: list[int] = field(default_factory=list)
    end: list[int] = field(default_factory=list)
    attrs: list[dict[str, str | None]] = field(default_factory=list)
    start: list[int] = field(default_factory=list)
    stop: list[int] = field(default_factory=list)
    hiding: list[int] = field(default_factory=list)
    scripts: list[Script] = field(default_factory=list)
    metas: list[dict[str, str]] = field(default_factory=list)
    styles: list[str] = field(default_factory=list)
    textareas: list[int] = field(default_factory=list)
    base: str = ""
    text: str = ""
    title: str = ""
    cut: bool = False
    _by_tag: dict[str, list[int]] = field(default_factory=dict)
    _hidden: list[tuple[int, int]] | None = None

    def attr(self, index: int, name: str) -> str:
        """An attribute's value, empty where it is missing."""
        return self.attrs[index].get(name) or ""

    def is_hidden(self, index: int) -> bool:
        """Whether style hides the element or one around it."""
        if not self.hiding:
            return False
        spans = self.hidden_spans()
        place = bisect_left(spans, (index + 1, 0)) - 1
        return place >= 0 and index < spans[place][1]

    def hidden_spans(self) -> list[tuple[int, int]]:
        """The outermost hidden elements, as ranges of element numbers."""
        if self._hidden is None:
            spans: list[tuple[int, int]] = []
            for index in self.hiding:
                if not spans or index >= spans[-1][1]:
                    spans.append((index, self.end[index]))
            self._hidden = spans
        return self._hidden

    def own(self, index: int) -> str:
        """The text of an element, blanks folded to single ones, inline borders dropped."""
        return clean(self.text[self.start[index] : self.stop[index]])

    def raw(self, index: int) -> str:
        """The text of an element with its borders."""
        return self.text[self.start[index] : self.stop[index]]

    def find(self, tag: str) -> list[int]:
        """All elements of a tag, in document order."""
        if not self._by_tag:
            by_tag = self._by_tag
            for index, own in enumerate(self.tags):
                if own in by_tag:
                    by_tag[own].append(index)
                else:
                    by_tag[own] = [index]
        return self._by_tag.get(tag) or []

    def within(self, index: int, tag: str) -> list[int]:
        """The elements of a tag inside an element."""
        every = self.find(tag)
        return every[bisect_left(every, index + 1) : bisect_left(every, self.end[index])]

    def children(self, index: int) -> list[int]:
        """The direct child elements."""
        found = []
        child, last = index + 1, self.end[index]
        end = self.end
        while child < last:
            found.append(child)
            child = end[child]
        return found

    def at(self, offset: int) -> int:
        """The innermost element that owns the character at `offset`."""
        index = bisect_right(self.start, offset) - 1
        while index > 0 and self.stop[index] <= offset:
            index = self.parent[index]
        return max(index, 0)


def clean(text: str) -> str:
    """Inline borders dropped, blanks folded."""
    return " ".join(text.replace(INLINE, "").split())


def spaced(text: str) -> str:
    """All borders as single blanks."""
    return " ".join(text.split())


def parse(text: str, utf8: bytes | None = None) -> Tree:
    """Build the arrays of one page; cost is linear in its length, also for hostile nesting.

    `utf8` may give the same text as it was received, which saves encoding it.
    """
    tree = Tree()
    if len(text) > MAX_CHARS:
        text, utf8, tree.cut = text[:MAX_CHARS], None, True
    tamed = _tame(text)
    _walk(LexborHTMLParser(utf8 if utf8 is not None and tamed is text else tamed), tree)
    return tree


def _tame(text: str) -> str:
    # Three things cost a parser more than linear time or memory: server-side marks that hold half pages,
    # formatting elements left open (each later block clones all of them), and endless nesting.
    if "%" in text and "<%" in text:
        text = _without_server_marks(text)
    tags = text.count("<")
    if tags > 2_000:
        opened = 0
        for closing in _FORMATTING.findall(text):
            opened += -1 if closing else 1
        if opened > 120:
            text = _FORMATTING.sub(r"<\1span", text)
    if tags > 4_000:
        text = _flatten(text)
    return text


def _without_server_marks(text: str) -> str:
    """Drop `<% … %>`; one that never ends is left as text."""
    kept: list[str] = []
    position = 0
    opening = text.find("<%")
    while opening >= 0:
        closing = text.find("%>", opening + 2)
        if closing < 0:
            break
        kept.append(text[position:opening])
        position = closing + 2
        opening = text.find("<%", position)
    kept.append(text[position:])
    return " ".join(kept)


def _flatten(text: str) -> str:
    depth = deepest = 0
    for closing, tag in _ANY_TAG.findall(text):
        if tag.lower() in _NO_DEPTH:
            continue
        depth = max(depth - 1, 0) if closing else depth + 1
        deepest = max(deepest, depth)
    if deepest <= MAX_DEPTH:
        return text
    depth = 0

    def keep(match: re.Match[str]) -> str:
        nonlocal depth
        if match.group(2).lower() in _NO_DEPTH:
            return match.group(0)
        if match.group(1):
            depth -= 1
            return match.group(0) if depth < MAX_DEPTH else " "
        depth += 1
        return match.group(0) if depth <= MAX_DEPTH else " "

    return _ANY_TAG.sub(keep, text)


def _walk(parser: LexborHTMLParser, tree: Tree) -> None:
    """Fill the arrays in one pass without recursion."""
    tags, parent, end, start, stop = tree.tags, tree.parent, tree.end, tree.start, tree.stop
    add_tag, add_parent, add_end = tags.append, parent.append, end.append
    add_start, add_stop, add_attrs = start.append, stop.append, tree.attrs.append
    pieces: list[str] = []
    add_piece = pieces.append
    position, border, inside, index = 0, "\n", -1, len(tags)
    stack: list[tuple[Any, bool]] = []
    node: Any = parser.root
    known = _tag_names
    while node is not None:
        kind = node.tag_id
        if kind == _TEXT:
            piece = node.text_content
            if not piece.isspace():
                if "\n" in piece or "  " in piece or "\xa0" in piece or piece[0] == " " or piece[-1] == " ":
                    piece = " ".join(piece.split())
                if border:
                    add_piece(border)
                    position += 1
                    border = ""
                add_piece(piece)
                position += len(piece)
        elif kind != _COMMENT:
            tag, manner = known.get(kind) or _learn(node, kind)
            if manner == _AS_SILENT:
                _silent(tree, node, tag, index)
            elif manner != _AS_NOTHING:
                if index > MAX_NODES:
                    tree.cut = True
                    break
                own = node.attributes
                if own and ("style" in own or "hidden" in own) and _hides(own):
                    tree.hiding.append(index)
                add_tag(tag)
                add_parent(inside)
                add_attrs(own)
                block = manner == _AS_BLOCK
                if block:
                    border = "\n"
                elif not border:
                    border = INLINE
                add_start(position + 1)  # the border comes first
                add_stop(position + 1)
                child = node.first_child
                index += 1
                add_end(index)
                if child is not None:
                    stack.append((node, block))
                    inside = index - 1
                    node = child
                    continue
        follower = node.next
        while follower is None and stack:
            node, block = stack.pop()
            end[inside] = index
            if position > start[inside]:
                stop[inside] = position
            if block:
                border = "\n"
            elif not border:
                border = INLINE
            inside = parent[inside]
            follower = node.next
        node = follower
    while inside >= 0:  # a limit ended the walk: close what is open
        end[inside] = index
        stop[inside] = max(position, start[inside])
        inside = parent[inside]
    tree.text = "".join(pieces)
    found = parser.css_first("title")
    if found is not None:
        tree.title = spaced(found.text())


_STATIC_TAGS = 190
"""The parser's own tags have small fixed numbers; unknown tags are numbered anew in each document."""
_AS_INLINE, _AS_BLOCK, _AS_SILENT, _AS_NOTHING = range(4)
_tag_names: dict[int, tuple[str, int]] = {}
_hiding_seen: dict[str, bool] = {}


def _learn(node: Any, kind: int) -> tuple[str, int]:
    """A node's tag and how it is walked; remembered where the parser's number for it never changes."""
    tag = node.tag
    if tag is None or tag[0] == "-":
        return "", _AS_NOTHING
    manner = _AS_SILENT if tag in _SILENT else _AS_BLOCK if tag in _BLOCKS else _AS_INLINE
    if kind < _STATIC_TAGS:
        _tag_names[kind] = (tag, manner)
    return tag, manner


def _hides(own: dict[str, str | None]) -> bool:
    if "hidden" in own:
        return True
    style = (own["style"] or "")[:600]
    known = _hiding_seen.get(style)
    if known is None:
        if len(_hiding_seen) > 4_096:
            _hiding_seen.clear()
        known = _HIDING.search(style) is not None
        _hiding_seen[style] = known
    return known


def _attributes(node: Any) -> dict[str, str]:
    return {name: value or "" for name, value in node.attributes.items()}


def _silent(tree: Tree, node: Any, tag: str, index: int) -> None:
    if tag == "script":
        child = node.first_child
        tree.scripts.append(Script(index, _attributes(node), child.text_content if child is not None else ""))
    elif tag == "style":
        child = node.first_child
        if child is not None:
            tree.styles.append(child.text_content)
    elif tag == "meta":
        tree.metas.append(_attributes(node))
    elif tag == "head":
        _head(tree, node, index)
    elif tag == "textarea":
        tree.textareas.append(index)


def _head(tree: Tree, head: Any, index: int) -> None:
    child = head.first_child
    while child is not None:
        tag = child.tag
        if tag == "meta":
            tree.metas.append(_attributes(child))
        elif tag in ("script", "style"):
            _silent(tree, child, tag, index)
        elif tag == "noscript":
            inner = child.first_child
            while inner is not None:
                if inner.tag == "meta":
                    tree.metas.append(_attributes(inner))
                inner = inner.next
        elif tag == "base":
            tree.base = tree.base or _attributes(child).get("href", "")
        child = child.next
