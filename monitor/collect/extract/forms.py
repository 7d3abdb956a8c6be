"""Forms that take text, and frames of the same site."""

from __future__ import annotations

import re

from monitor.collect.extract import addresses
from monitor.collect.extract.addresses import Joiner
from monitor.collect.extract.tree import Tree

_SEARCH = re.compile(
    r"search|sousuo|query|keyword|searchword|jiansuo|igs/front|was5|jrobot|\bso\b|检索|搜索|关键[字词]", re.I
)
_TEXT_TYPES = frozenset(("", "text", "tel", "email", "number", "date"))
_LOGIN = re.compile(r"login|logon|signin|sso|passw", re.I)
MAX_FRAMES = 12


def forms(tree: Tree, join: Joiner, page: str) -> tuple[str, ...]:
    """Action addresses of forms in which a visitor can write something; search and login forms are none.

    A text area outside every form (sent by a script) counts with the page's own address.
    """
    inputs, selects = tree.find("input"), tree.textareas
    if not inputs and not selects:
        return ()
    found: list[str] = []
    taken = 0
    for form in tree.find("form"):
        areas = [index for index in selects if form < index <= tree.end[form]]
        texts = [
            index for index in tree.within(form, "input") if tree.attr(index, "type").lower() in _TEXT_TYPES
        ]
        taken += len(areas)
        secret = any(tree.attr(index, "type").lower() == "password" for index in tree.within(form, "input"))
        if not areas and len(texts) < 2:
            continue
        words = " ".join(
            filter(
                None,
                (
                    tree.attr(form, "action"),
                    tree.attr(form, "id"),
                    tree.attr(form, "name"),
                    tree.attr(form, "class"),
                ),
            )
        )
        if not areas and (secret or _SEARCH.search(words) or _LOGIN.search(words)):
            continue
        names = " ".join(tree.attr(index, "placeholder") + tree.attr(index, "name") for index in texts)
        if not areas and _SEARCH.search(names):
            continue
        found.append(join(tree.attr(form, "action")) or page)
    if len(selects) > taken:
        found.append(page)
    return tuple(dict.fromkeys(found))


def frames(tree: Tree, join: Joiner, page: str) -> tuple[str, ...]:
    """Addresses of frames of the same site, in page order."""
    host = addresses.host_of(page)
    found: list[str] = []
    for tag in ("iframe", "frame"):
        for index in tree.find(tag):
            url = join(tree.attr(index, "src") or tree.attr(index, "data-src"))
            if url and (not host or addresses.same_site(addresses.host_of(url), host)) and not _weather(url):
                found.append(url)
    return tuple(dict.fromkeys(found))[:MAX_FRAMES]


def _weather(url: str) -> bool:
    return re.search(r"weather|tianqi|tq\b", url, re.I) is not None
