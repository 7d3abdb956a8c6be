"""When an article was published: all dates that may say so, in the order in which they are trusted.

Labelled visible date by the title, then (the list row is the survey's), tag, data, address, text. A tag that
equals the time at which the page was generated comes last but for the text. Source: sites-as-they-are.md, 2.
"""

from __future__ import annotations

import re

from checks.facts.base import DateSource
from monitor.collect.extract import addresses, dates
from monitor.collect.extract.dates import Hit
from monitor.collect.extract.lists import Found
from monitor.collect.extract.page import ReadDate, Region
from monitor.collect.extract.tags import PUBLISHED, generated_at, lookup
from monitor.collect.extract.titles import BUTTONS
from monitor.collect.extract.tree import INLINE, Tree, spaced

_MAX_DATES = 40
_NEAR = 320
_META_LINE = re.compile(
    r"来\s?源|浏览|点击|阅读|访问量|作\s?者|字\s?[号体]|打\s?印|分\s?享|编\s?辑|责编|信息来源|文章来源|供稿|审核|\[大\]|大\s?中\s?小|收藏|\d{1,2}:\d{2}"
)
_JSON_LD = re.compile(
    r'"(?:datePublished|pubDate|dateCreated|publishTime|publishDate)"\s{0,3}:\s{0,3}"([^"]{8,40})"'
)
_SITE_TAIL = re.compile(r"[\s]*[_|｜\-—–]+[\s]*[^_|｜\-—–]{2,40}\Z")
_TITLE_CLASS = re.compile(
    r"(?:^|[\s_\-])(?:\w*title\w*|bt|tit|headline|xl_?bt|wzbt|con_?tit)(?=$|[\s_\-\d])", re.I
)
_RANK = {"published": 4, "generic": 3, "line": 2, "lesser": 1}


def heading_of(tree: Tree, tags: tuple[tuple[str, str], ...]) -> tuple[str, int]:
    """The article's own title and where it ends in the text (0 where it stands nowhere visible)."""
    wanted = lookup(tags, "ArticleTitle", "og:title").strip("_|- ")
    document = tree.title
    for _ in range(2):
        shorter = _SITE_TAIL.sub("", document)
        if shorter and shorter != document and len(shorter) >= 4:
            document = shorter
    first = ""
    first_end = 0
    wanted_bare = _bare(wanted or document)
    for tag in ("ucaptitle", "h1", "h2", "h3"):
        for index in tree.find(tag)[:12]:
            words = tree.own(index)
            if not 4 <= len(words) <= 200:
                continue
            if _same(_bare(words), wanted_bare) or (wanted and _same(_bare(words), _bare(document))):
                return words, tree.stop[index]
            if tag in ("ucaptitle", "h1") and not first and words not in BUTTONS:
                first, first_end = words, tree.stop[index]
    place = _standing(tree, wanted or document)
    if place:
        return wanted or document, place
    for index, own in enumerate(tree.attrs):
        named = own.get("class") if own else None
        if named and _TITLE_CLASS.search(named) and tree.tags[index] not in ("a", "ul", "li", "span"):
            text = tree.own(index) if tree.stop[index] - tree.start[index] < 200 else ""
            if _same(_bare(text), wanted_bare):
                return text, tree.stop[index]
    return first or wanted, first_end


def _standing(tree: Tree, title: str) -> int:
    """Where the title stands as a line of its own, outside links and trails."""
    if len(title) < 6:
        return 0
    key = title[:12]
    place = tree.text.find(key)
    while place >= 0:
        index = tree.at(place)
        around = index
        linked = False
        for _ in range(3):
            if around < 0:
                break
            linked = linked or tree.tags[around] in ("a", "li", "option")
            around = tree.parent[around]
        if not linked and tree.text[place - 1 : place] in ("\n", INLINE, " ", ""):
            return tree.stop[index]
        place = tree.text.find(key, place + 1)
    return 0


def _bare(words: str) -> str:
    return re.sub(r"[\s\W_]+", "", words)


def _same(one: str, other: str) -> bool:
    return bool(one) and bool(other) and (one == other or (len(one) >= 6 and (one in other or other in one)))


def published(
    tree: Tree,
    text: str,
    hits: list[Hit],
    found: list[Found],
    regions: list[Region],
    tags: tuple[tuple[str, str], ...],
    url: str,
    heading_end: int,
) -> tuple[ReadDate | None, tuple[ReadDate, ...]]:
    """The article's date by the order of trust, and all candidates, the most trusted first."""
    labelled, loose = _visible(tree, text, hits, found, regions, heading_end)
    tagged, doubted = _tagged(tags)
    data = _data(tree)
    carried = addresses.day_in(url)
    by_address = [ReadDate(carried, DateSource.ADDRESS, url[-120:])] if carried else []
    ordered = [*labelled, *tagged, *data, *by_address, *doubted, *loose]
    unique: list[ReadDate] = []
    seen: set[tuple[object, DateSource]] = set()
    for one in ordered:
        key = (one.day, one.source)
        if key not in seen:
            seen.add(key)
            unique.append(one)
    return (unique[0] if unique else None), tuple(unique[:_MAX_DATES])


def _visible(
    tree: Tree, text: str, hits: list[Hit], found: list[Found], regions: list[Region], heading_end: int
) -> tuple[list[ReadDate], list[ReadDate]]:
    rows = sorted((tree.start[row], tree.stop[row]) for one in found for row in one.rows if len(one.rows) > 1)
    ranked: list[tuple[int, int, ReadDate]] = []
    loose: list[ReadDate] = []
    cursor = 0
    for hit in hits[:400]:
        while cursor < len(rows) and rows[cursor][1] <= hit.start:
            cursor += 1
        if cursor < len(rows) and rows[cursor][0] <= hit.start:
            continue
        index = tree.at(hit.start)
        if regions[index] is not Region.MAIN if regions else False:
            continue
        label, noise = dates.label_at(text, hit)
        excerpt = spaced(text[max(0, hit.start - 50) : hit.stop + 30])[:120]
        if noise or label in ("other", "letter"):
            continue
        distance = hit.start - heading_end
        if not label and heading_end and -200 <= distance <= _NEAR and _is_meta_line(text, hit, heading_end):
            label = "line"
        if label == "generic" and heading_end and not -200 <= distance <= 3 * _NEAR:
            label = ""
        if label:
            order = abs(distance) if distance >= 0 else 2 * abs(distance) + 50
            ranked.append((-_RANK[label], order, ReadDate(hit.day, DateSource.LABEL, excerpt)))
        elif len(loose) < 10 and _stands_alone(text, hit):
            loose.append(ReadDate(hit.day, DateSource.TEXT, excerpt))
    ranked.sort(key=lambda one: one[:2])
    return [one[2] for one in ranked], loose


def _is_meta_line(text: str, hit: Hit, heading_end: int) -> bool:
    """Whether the date stands in the line of source, views and date that goes with the title."""
    if any(len(line) > 40 for line in text[heading_end : hit.start].split("\n")):
        return False  # the text of the article lies between
    start = text.rfind("\n", max(0, hit.start - 120), hit.start) + 1
    stop = text.find("\n", hit.stop, hit.stop + 120)
    line = text[start if start else max(0, hit.start - 120) : stop if stop >= 0 else hit.stop + 120]
    if _META_LINE.search(line) is not None and len(line) <= 240:
        return True
    return hit.start - heading_end <= 120 and dates.only_date(line)


def _stands_alone(text: str, hit: Hit) -> bool:
    before, after = text[hit.start - 1 : hit.start], text[hit.stop : hit.stop + 1]
    return before in ("", "\n", INLINE, "[", "(", "（", "【", " ", ":", "：") and after in (
        "",
        "\n",
        INLINE,
        "]",
        ")",
        "）",
        "】",
        " ",
    )


def _tagged(tags: tuple[tuple[str, str], ...]) -> tuple[list[ReadDate], list[ReadDate]]:
    made = generated_at(tags)
    made_day = dates.read_day(made.replace("页面生成时间", "").strip()) if made else None
    sure: list[ReadDate] = []
    doubted: list[ReadDate] = []
    for name, value in tags:
        if value and name.lower() in PUBLISHED:
            day = dates.read_day(value)
            if day is not None:
                one = ReadDate(day, DateSource.TAG, f"{name}={value}"[:120])
                (doubted if made_day == day and value[:16] in made else sure).append(one)
    return sure, doubted


def _data(tree: Tree) -> list[ReadDate]:
    for script in tree.scripts:
        if script.attrs.get("type", "").lower() == "application/ld+json":
            match = _JSON_LD.search(script.text[:20_000])
            day = dates.read_day(match[1]) if match else None
            if day is not None and match is not None:
                return [ReadDate(day, DateSource.DATA, match[0][:120])]
    return []
