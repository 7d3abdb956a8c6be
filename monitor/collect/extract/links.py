"""The links of a page, each with its words, its region, and whether people can see it."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, replace

from monitor.collect.extract.addresses import Joiner
from monitor.collect.extract.page import Link, Region
from monitor.collect.extract.tree import INLINE, Tree, clean

MAX_LINKS = 10_000
_MAX_TEXT = 300
_MAX_SEEN = 16_384
_LASTING = ("/", "http://", "https://")
_seen: dict[tuple[str, str, str, str, Region], Link] = {}
_OPENS = re.compile(
    r"(?:window\.open|location\.(?:replace|assign)|openUrl|goUrl|toUrl|jump|go|open)\s{0,3}\(\s{0,3}[\"']([^\"'\s]{1,500})[\"']|"
    r"(?:location(?:\.href)?)\s{0,3}=\s{0,3}[\"']([^\"'\s]{1,500})[\"']",
    re.I,
)
_CUT = ("...", "…", "..", "．．．", "……")


@dataclass(slots=True)
class Anchor:
    """A link with its place in the tree."""

    index: int
    link: Link


def anchors(tree: Tree, join: Joiner, regions: list[Region]) -> list[Anchor]:
    """All links that lead to a page address, in document order; at most `MAX_LINKS`."""
    found: list[Anchor] = []
    attrs, start, stop, text = tree.attrs, tree.start, tree.stop, tree.text
    hiding, root = bool(tree.hiding), join.root
    if len(_seen) > _MAX_SEEN:
        _seen.clear()
    for index in _carriers(tree):
        own = attrs[index]
        raw, title = own.get("href") or "", own.get("title") or ""
        words = text[start[index] : stop[index]]
        region = regions[index]
        # What stands on every page of a site is read once, where neither the page nor what is inside matters.
        lasting = (
            raw.startswith(_LASTING) and (words or title.strip()) and len(words) + len(title) < _MAX_TEXT
        )
        key = (root, raw, words, title, region)
        link = _seen.get(key) if lasting else None
        if link is None:
            address = join(raw) if raw else ""
            link = _link(tree, index, address or _by_click(own, raw, join), words, title, region)
            if link is None:
                continue
            if lasting and address:
                _seen[key] = link
        if hiding and tree.is_hidden(index):
            link = replace(link, hidden=True)
        found.append(Anchor(index, link))
        if len(found) >= MAX_LINKS:
            break
    return found


def _link(tree: Tree, index: int, address: str, words: str, title: str, region: Region) -> Link | None:
    if not address:
        return None
    if INLINE in words or "\n" in words or "  " in words:
        words = " ".join(words.replace(INLINE, "").split())
    if title or not words:
        words = _words(tree, index, words, title)
    return Link(address, words[:_MAX_TEXT], region)


def _carriers(tree: Tree) -> list[int]:
    areas = tree.find("area")
    if not areas:
        return tree.find("a")
    return sorted([*tree.find("a"), *areas])


def _by_click(own: dict[str, str | None], raw: str, join: Joiner) -> str:
    handler = own.get("onclick") or (raw if raw[:11].lower() == "javascript:" else "")
    if not handler:
        return ""
    match = _OPENS.search(handler[:800])
    if match is None:
        return ""
    target = match[1] or match[2]
    if "/" not in target and "." not in target:
        return ""
    return join(target)


def _words(tree: Tree, index: int, words: str, title: str) -> str:
    title = clean(title)
    if not words:
        words = title
        if not words:
            for image in tree.within(index, "img"):
                words = clean(tree.attr(image, "alt") or tree.attr(image, "title"))
                if words:
                    break
        return words or clean(tree.attr(index, "alt") or tree.attr(index, "aria-label"))
    if len(title) > len(words):
        return title
    if words.endswith(_CUT) and title and title.startswith(words[:6]):
        return title
    return words


def between(found: list[Anchor], first: int, last: int) -> list[Anchor]:
    """The anchors whose elements lie in a range of element numbers."""
    places = [anchor.index for anchor in found]
    return found[bisect_left(places, first) : bisect_left(places, last)]
