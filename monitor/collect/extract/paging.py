"""Further pages of a list: how the content systems number them."""

from __future__ import annotations

import re
from functools import lru_cache

from monitor.collect.extract import addresses
from monitor.collect.extract.addresses import Joiner
from monitor.collect.extract.links import Anchor
from monitor.collect.extract.tree import Tree

MAX_PAGES = 20
_CREATE = re.compile(
    r"(?<!function )createPage(?:HTML|Html|Nav|s)?\w{0,12}\s{0,3}\(\s{0,3}[\"']?(?P<count>\d{1,5})[\"']?\s{0,3},\s{0,3}[\"']?(?P<now>\d{1,5})[\"']?\s{0,3},"
    r"\s{0,3}[\"'](?P<name>[\w\-./]{1,120})[\"']\s{0,3},\s{0,3}[\"']\.?(?P<ext>\w{2,8})[\"']"
)
_COUNT = re.compile(
    r"\b(?:var\s+)?(?:countPage|pageCount|totalPage|totalPages|page_count)\s{0,3}=\s{0,3}[\"']?(\d{1,5})"
)
_CURRENT = re.compile(
    r"\b(?:var\s+)?(?:currentPage|curPage|pageIndex|current_page)\s{0,3}=\s{0,3}[\"']?(\d{1,5})"
)
_NEXT_WORDS = re.compile(
    r"[\[<«\s]{0,3}(?:下\s?一?\s?页|后一页|次页|next(?:\s?page)?|›|»|>|&gt;)[\]>»\s]{0,3}\Z", re.I
)
_NUMBER = re.compile(r"[\[\s]{0,2}(\d{1,4})[\]\s]{0,2}\Z")
_PAGED = re.compile(
    r"(?:[_\-](\d{1,4})(?=\.\w{2,6}(?:\?|\Z))|/page[_\-/]?(\d{1,4})|/p(\d{1,4})(?=[./]|\Z)|[?&](?:page(?:no|num|index|number|id)?|p|cur(?:rent)?page|pn|pg|start)=(\d{1,4})|/(\d{1,4})\.s?html?(?:\?|\Z))",
    re.I,
)


def next_pages(tree: Tree, anchors: list[Anchor], url: str, join: Joiner) -> tuple[str, ...]:
    """The addresses of the list's further pages, in order, at most `MAX_PAGES`."""
    found: list[str] = []
    for script in tree.scripts:
        text = script.text
        if "createPage" in text:
            found.extend(_created(text, join))
        elif "countPage" in text or "totalPage" in text or "pageCount" in text:
            found.extend(_counted(text, url, join))
    found.extend(_linked(anchors, url))
    here = url.partition("#")[0]
    unique = [address for address in dict.fromkeys(found) if address and address != here]
    return tuple(unique[:MAX_PAGES])


def _created(text: str, join: Joiner) -> list[str]:
    pages: list[str] = []
    for match in _CREATE.finditer(text):
        count, now = int(match["count"]), int(match["now"])
        if _in_function(text, match.start()):
            continue
        numbers = range(now + 1, min(count, now + 1 + MAX_PAGES))
        pages.extend(join(f"{match['name']}_{number}.{match['ext']}") for number in numbers)
    return pages


def _in_function(text: str, place: int) -> bool:
    line = text[text.rfind("\n", 0, place) + 1 : place]
    return "function" in line or line.lstrip().startswith("//")


def _counted(text: str, url: str, join: Joiner) -> list[str]:
    count = _COUNT.search(text)
    if count is None:
        return []
    current = _CURRENT.search(text)
    now = int(current[1]) if current else 0
    path = url.partition("?")[0].rpartition("/")[2]
    name, _, ext = (path or "index.html").rpartition(".")
    name = re.sub(r"_\d{1,4}\Z", "", name)
    if not name or (f"{name}_" not in text and "_" not in text):
        return []
    return [
        join(f"{name}_{number}.{ext or 'html'}")
        for number in range(now + 1, min(int(count[1]), now + 1 + MAX_PAGES))
    ]


def _linked(anchors: list[Anchor], url: str) -> list[str]:
    following: list[str] = []
    numbered: list[tuple[int, str]] = []
    host, now = addresses.host_of(url), _page_number(url) or 1
    for anchor in anchors:
        words = anchor.link.text
        if len(words) > 14:
            continue
        leads_on, number = _said(words)
        target = anchor.link.url
        if leads_on:
            if (addresses.host_of(target) == host and addresses.shape(target) != "article") or _page_number(
                target
            ) is not None:
                following.append(target)
            continue
        if number is not None and addresses.host_of(target) == host:
            page = _page_number(target)
            if page is not None and abs(page - number) <= 1 and number > now:
                numbered.append((number, target))
    numbered.sort()
    return [*following[:1], *[target for _, target in numbered]]


@lru_cache(maxsize=4_096)
def _said(words: str) -> tuple[bool, int | None]:
    """Whether a link's words lead to the next page, and the page number that they are."""
    number = _NUMBER.match(words)
    return _NEXT_WORDS.match(words) is not None, int(number[1]) if number else None


def _page_number(address: str) -> int | None:
    match = _PAGED.search(address.partition("://")[2])
    if match is None:
        return None
    return next(int(part) for part in match.groups() if part is not None)
