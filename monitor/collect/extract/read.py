"""One page into facts: the pieces of this package in one pass."""

from __future__ import annotations

import hashlib

from monitor.collect.extract import dates, emptiness, forms, guides, letters, paging, scan, scripts
from monitor.collect.extract.addresses import Joiner
from monitor.collect.extract.challenge import challenge, main_text, not_found, refresh_target, script_built
from monitor.collect.extract.charset import decode
from monitor.collect.extract.data import embedded
from monitor.collect.extract.footer import footer_fields
from monitor.collect.extract.links import anchors
from monitor.collect.extract.lists import Found, read_lists
from monitor.collect.extract.page import FooterField, ItemList, PageFacts
from monitor.collect.extract.published import heading_of, published
from monitor.collect.extract.regions import regions
from monitor.collect.extract.sources import page_sources
from monitor.collect.extract.tags import tags
from monitor.collect.extract.titles import is_placeholder
from monitor.collect.extract.tree import Tree, parse

_MAX_EMBEDDED = 40


def read_page(body: bytes, url: str, content_type: str = "") -> PageFacts:
    """Everything that one page shows; never raises, costs linear time and bounded memory.

    `body` is the decoded (unzipped) body, `url` the final address, `content_type` the header as received.
    """
    decoded = decode(body, content_type)
    tree = parse(decoded.text, decoded.utf8)
    text = dates.narrow(tree.text)
    join = Joiner(url, tree.base)
    where = regions(tree)
    found = anchors(tree, join, where)
    hits = dates.scan(text)
    listed = read_lists(tree, text, hits, where, found, url)
    inner = _embedded(tree, url)
    page_tags = tags(tree)
    heading, heading_end = heading_of(tree, page_tags)
    when, candidates = published(tree, text, hits, listed, where, page_tags, url, heading_end)
    sources = page_sources(tree, decoded.text, url, join)
    refresh = refresh_target(tree)
    target = join(refresh) if refresh else ""
    rows = sum(len(one.items.rows) for one in listed) + sum(len(one.rows) for one in inner)
    main = main_text(tree, where)
    footer = _merged(footer_fields(tree, text, found, where), scripts.inline_footer(tree, join))
    letter_rows, letter = letters.read(tree, text, hits, found, listed, url, heading)
    return PageFacts(
        url=url,
        charset=decoded.charset,
        title="" if is_placeholder(tree.title) else tree.title[:300],
        heading="" if is_placeholder(heading) else heading[:300],
        tags=page_tags,
        links=tuple([anchor.link for anchor in found]),
        lists=tuple([one.items for one in listed] + inner),
        data_addresses=sources.addresses(),
        published=when,
        dates=candidates,
        footer=footer,
        footer_scripts=scripts.footer_scripts(tree, join, url),
        frames=tuple(dict.fromkeys([*forms.frames(tree, join, url), *sources.includes])),
        refresh=target or None,
        next_pages=paging.next_pages(tree, found, url, join),
        letters=letter_rows,
        letter_detail=letter,
        guide=guides.read(tree, text, heading or tree.title, bool(sources.found), url, where),
        forms=forms.forms(tree, join, url),
        suspects=scan.suspects(tree, text, found, url),
        challenge=challenge(tree, decoded.text, len(found)),
        not_found_text=not_found(tree, main, _has_rows(listed, inner), url, refresh),
        script_built=script_built(tree, len(found), rows),
        text_length=_visible_length(tree),
        text_sha256=hashlib.sha256(main.encode("utf-8", "replace")).hexdigest(),
        charset_faults=decoded.faults,
        main_length=emptiness.main_words(main, found),
        main_images=emptiness.main_pictures(tree, where),
        says_empty=emptiness.says_nothing_there(main),
        inline_scripts=emptiness.script_shapes(tree),
    )


def _has_rows(listed: list[Found], inner: list[ItemList]) -> bool:
    return any(row.date for one in listed for row in one.items.rows) or bool(inner)


def _embedded(tree: Tree, url: str) -> list[ItemList]:
    """Lists that stand inside script elements: records of XML, arrays of objects."""
    found: list[ItemList] = []
    for script in tree.scripts:
        text = script.text
        if len(text) < 60 or len(found) >= _MAX_EMBEDDED:
            continue
        records = "<record" in text or "<RECORD" in text
        objects = (
            not records
            and "[" in text
            and ("title" in text or "Title" in text or "TITLE" in text)
            and "{" in text
            and ("url" in text or "href" in text or "link" in text or "URL" in text)
        )
        if records or objects:
            one = embedded(text, url)
            if one is not None and one.rows:
                found.append(one)
    return found


def _merged(shown: tuple[FooterField, ...], written: tuple[FooterField, ...]) -> tuple[FooterField, ...]:
    if not written:
        return shown
    unique = {(one.field, one.value): one for one in shown}
    marks = {one.field for one in shown if one.field in ("conac", "jiucuo")}
    for one in written:
        if one.field not in marks:
            unique.setdefault((one.field, one.value), one)
    return tuple(unique.values())


def _visible_length(tree: Tree) -> int:
    length = len(tree.text) - tree.text.count("\n") - tree.text.count("\x1f")
    for first, _ in tree.hidden_spans():
        length -= tree.stop[first] - tree.start[first]
    return max(length, 0)


__all__ = ["read_page"]
