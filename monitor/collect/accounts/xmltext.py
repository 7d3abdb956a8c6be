"""A feed's text made safe and plain before any parser sees it.

Declarations of document types go (and with them every entity, internal or external), characters that XML
forbids go, named HTML entities become the characters that they mean, and each date element is rewritten to
the one form that no parser misreads. Nothing here opens a file or an address.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC

from monitor.collect.accounts.moments import read_moment
from monitor.collect.accounts.reasons import AccountGap, Unreadable
from monitor.collect.failures import Failure

MAX_BYTES = 16 * 1024 * 1024
MAX_ITEMS = 20_000
_PROLOG = 65_536

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_NAMED = re.compile(r"&([A-Za-z][A-Za-z0-9]{0,31});")
_BARE_AMPERSAND = re.compile(r"&(?!#\d{1,7};|#[xX][0-9A-Fa-f]{1,6};|[A-Za-z][A-Za-z0-9]{0,31};)")
_XML_OWN = frozenset({"amp", "lt", "gt", "quot", "apos"})
_DECLARATION = re.compile(r"^\s*<\?xml[^<>]{0,400}\?>")
_ITEM = re.compile(r"<(?:[A-Za-z][\w.-]{0,30}:)?(?:item|entry)(?=[\s>])", re.IGNORECASE)
_DATE = re.compile(
    r"<((?:[A-Za-z][\w.-]{0,30}:)?(?:pubDate|date|published|updated|issued|modified|created))"
    r"(\s[^<>]{0,200})?>"
    r"\s{0,40}(?:<!\[CDATA\[)?([^<>\]]{0,200})(?:\]\]>\s{0,40})?</\1\s{0,8}>",
    re.IGNORECASE,
)


def _item_count(text: str) -> int:
    """How many items or entries the text holds, judged by their start tags."""
    return sum(1 for _ in _ITEM.finditer(text))


@dataclass(frozen=True, slots=True)
class PlainXml:
    """A feed's text made plain, the dates that now stand in it (as written there), and its count of items."""

    text: str
    dates: frozenset[str]
    items: int


def plain_xml(text: str) -> PlainXml:
    """The feed's text without document type, forbidden characters, odd entities and odd dates.

    Raises `Unreadable` (too_large, too_many_items, feed_unreadable) where the text cannot be taken.
    """
    if len(text) > MAX_BYTES:
        raise Unreadable(Failure.TOO_LARGE, f"{len(text)} 字符, 上限 {MAX_BYTES}")
    text = _FORBIDDEN.sub("", text).lstrip("\ufeff \t\r\n")
    text = _without_doctype(text)
    if (items := _item_count(text)) > MAX_ITEMS:
        # Cutting the list could lose the newest post, so a list that is too long is not read at all.
        raise Unreadable(AccountGap.TOO_MANY_ITEMS, f"{items} 条, 上限 {MAX_ITEMS}")
    if "&" in text:
        text = _outside_cdata(text, lambda piece: _BARE_AMPERSAND.sub("&amp;", _NAMED.sub(_entity, piece)))
    dates: set[str] = set()
    text = _DATE.sub(lambda match: _canonical_date(match, dates), text)
    whole = '<?xml version="1.0" encoding="utf-8"?>' + _DECLARATION.sub("", text, count=1)
    return PlainXml(whole, frozenset(dates), items)


def _without_doctype(text: str) -> str:
    """The text without its document type declaration; refuses one that does not end within the prolog."""
    start = text[:_PROLOG].upper().find("<!DOCTYPE")
    if start < 0:
        return text
    first_element = re.search(r"<[A-Za-z]", text[:_PROLOG])
    if first_element is not None and first_element.start() < start:
        return text  # the words stand inside an element, which is somebody's text and no declaration
    end = _doctype_end(text, start)
    if end is None:
        raise Unreadable(AccountGap.FEED_UNREADABLE, "文档类型声明没有结束或过长")
    return text[:start] + text[end:]


def _outside_cdata(text: str, change: Callable[[str], str]) -> str:
    """The text with `change` applied to all that stands outside CDATA sections, in one pass."""
    pieces: list[str] = []
    position = 0
    while (start := text.find("<![CDATA[", position)) >= 0:
        end = text.find("]]>", start)
        if end < 0:
            break
        pieces += (change(text[position:start]), text[start : end + 3])
        position = end + 3
    pieces.append(change(text[position:]))
    return "".join(pieces)


def _doctype_end(text: str, start: int) -> int | None:
    """Where the declaration that begins at `start` is over, quotes and the internal subset minded."""
    depth, quote, skip_to = 0, "", start + 2
    for position in range(start + 2, min(len(text), start + _PROLOG)):
        character = text[position]
        if position < skip_to:
            continue
        if depth and not quote and text.startswith("<!--", position):
            skip_to = text.find("-->", position) + 3
            if skip_to < 3:
                return None
            continue
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        elif character == "[":
            depth += 1
        elif character == "]":
            depth -= 1
        elif character == ">" and depth <= 0:
            return position + 1
    return None


def _entity(match: re.Match[str]) -> str:
    name = match[1]
    if name in _XML_OWN:
        return match[0]
    meant = html.unescape(match[0])
    return meant if meant != match[0] and meant not in "<>&" else f"&amp;{name};"


def _canonical_date(match: re.Match[str], dates: set[str]) -> str:
    tag, attributes = match[1], match[2] or ""
    moment = read_moment(html.unescape(match[3]))
    text = "" if moment is None else moment.astimezone(UTC).isoformat(timespec="seconds")
    dates.add(text)
    return f"<{tag}{attributes}>{text}</{tag}>"
