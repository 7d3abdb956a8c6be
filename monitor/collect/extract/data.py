"""Lists that come as data: JSON of any nesting, JSONP, script text around an array, XML records, HTML pieces."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from checks.facts.base import DateSource
from monitor.collect.extract import addresses, dates
from monitor.collect.extract.addresses import Joiner
from monitor.collect.extract.charset import decode
from monitor.collect.extract.links import anchors
from monitor.collect.extract.lists import read_lists
from monitor.collect.extract.page import ItemList, ReadDate, Region, Row
from monitor.collect.extract.titles import is_placeholder
from monitor.collect.extract.tree import clean, parse

MAX_ROWS = 1_000
_MAX_NODES = 200_000
_TITLE_KEYS = (
    "title", "doctitle", "articletitle", "infotitle", "newstitle", "showtitle", "listtitle", "maintitle",
    "doctitlename", "headline", "subject", "bt", "biaoti", "wjbt", "xxbt", "wzbt", "itemname", "mailtitle",
    "lettertitle", "topic", "contenttitle", "name", "mc",
)  # fmt: skip
_URL_KEYS = (
    "url", "linkurl", "link", "href", "docpuburl", "puburl", "pageurl", "detailurl", "articleurl",
    "posturl", "weburl", "htmlurl", "visiturl", "staticurl", "jumpurl", "contenturl", "infourl", "newsurl",
    "docurl", "murl", "path", "dz", "ljdz", "subfolder",
)  # fmt: skip
_DATE_KEYS = (
    "pubdate", "publishdate", "publishtime", "publishedtimestr", "publishedtime", "pubtime",
    "displaypublishtime", "firstpublishtime", "releasetime", "releasedate", "fbrq", "fbsj", "docrelpubtime",
    "docpubtime", "docreltime", "docpubtimestr", "issuetime", "issuedate", "deploytime", "showdate",
    "showtime", "newsdate", "infodate", "date", "time", "rq", "sj", "inputtime", "addtime", "savedate",
    "createtime", "createdate", "crtime", "operatetime", "updatetime", "lasttime",
)  # fmt: skip
_EMPTY_KEYS = frozenset((
    "results", "list", "rows", "data", "records", "articles", "items", "datas", "content", "datalist",
    "resultlist", "pagelist", "html",
))  # fmt: skip
_TOTAL_KEYS = frozenset((
    "total", "totalcount", "count", "totalnum", "totalrecord", "recordcount", "totalelements",
))  # fmt: skip
_WRAPPED = re.compile(r"\A\s{0,50}(?:/\*.{0,200}?\*/)?\s{0,20}[\w$.\[\]\"']{1,120}\s{0,5}\(", re.S)
_GUARD = re.compile(r"\A\s{0,20}(?:while\s?\(1\);|for\s?\(;;\);|\)\]\}',?|throw [^;]{1,40};)")
_FLAT_OBJECT = re.compile(r"\{[^{}]{12,4000}\}")
_PAIR = re.compile(
    r"[\"']?([A-Za-z_][\w\-]{0,40})[\"']?\s{0,4}:\s{0,4}(?:\"((?:[^\"\\]|\\.){0,3000})\"|'((?:[^'\\]|\\.){0,3000})'|(-?\d{1,16}(?:\.\d+)?))",
    re.S,
)
_MARKUP = re.compile(r"<[a-zA-Z/!][^>]{0,500}>")
_RECORD = re.compile(r"<record(?:\s[^>]{0,200})?>", re.I)
_ITEM = re.compile(r"<(item|row|doc|entry|news|article|info)(?:\s[^>]{0,300})?>", re.I)
_CHILD = re.compile(r"<([A-Za-z_][\w:\-]{0,40})(?:\s[^>]{0,300})?>")
_HTML = re.compile(r"<(?:a|li|html|div|tr)\b", re.I)
_MAX_PIECE = 40_000


def read_data(body: bytes, url: str, content_type: str = "") -> ItemList | None:
    """The item list in a data answer; None where it is no list, an empty list where it is one without rows."""
    text = decode(body, content_type).text.strip()
    if not text:
        return None
    if text[0] == "<":
        return _from_markup(text, url)
    value = _load(text)
    if value is None:
        rows = _flat_rows(text, Joiner(url))
        return _as_list(rows) if rows else None
    arrays, pieces, empty = _search(value, Joiner(url))
    best: list[Row] = max(arrays, key=len, default=[])
    from_html = [_from_markup(piece, url) for piece in pieces[:20]]
    htmls = [one for one in from_html if one is not None and one.rows]
    largest = max(htmls, key=lambda one: len(one.rows), default=None)
    if largest is not None and len(largest.rows) > len(best):
        return largest
    if best:
        return _as_list(best)
    return _as_list([]) if empty else None


def embedded(script: str, url: str) -> ItemList | None:
    """The list inside a script element: XML records (their CDATA holds list items) or an array of objects."""
    if "<record" in script or "<RECORD" in script:
        return _records(script, url)
    rows = _flat_rows(script, Joiner(url))
    return replace(_as_list(rows), origin="embedded") if len(rows) >= 2 else None


def lists_of_html(piece: str, url: str, origin: str = "data") -> list[ItemList]:
    """The item lists of a piece of HTML."""
    lowered = piece[:2_000].lower()
    if "<table" not in lowered and "<tr" in lowered:
        piece = f"<table>{piece}</table>"
    elif "<ul" not in lowered and "<ol" not in lowered and "<li" in lowered:
        piece = f"<ul>{piece}</ul>"
    tree = parse(f"<body><div>{piece}</div></body>")
    text = dates.narrow(tree.text)
    regions = [Region.MAIN] * len(tree.tags)
    found = anchors(tree, Joiner(url), regions)
    return [one.items for one in read_lists(tree, text, dates.scan(text), regions, found, url, origin)]


def _as_list(rows: list[Row]) -> ItemList:
    return ItemList(tuple(rows[:MAX_ROWS]), Region.MAIN, origin="data")


def _load(text: str) -> Any:
    text = _GUARD.sub("", text)
    for attempt in _attempts(text):
        try:
            value = json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
        if isinstance(value, str) and value[:1] in "[{":
            try:
                return json.loads(value, strict=False)
            except (ValueError, RecursionError):
                return value
        if isinstance(value, dict | list | str):
            return value
    return None


def _attempts(text: str) -> Iterator[str]:
    if text[0] in '[{"':
        yield text
    if _WRAPPED.match(text):
        yield text[text.find("(") + 1 : text.rfind(")")].strip()
    starts = [place for place in (text.find("{"), text.find("[")) if place >= 0]
    stop = max(text.rfind("}"), text.rfind("]"))
    if starts and stop > 0:
        yield text[min(starts) : stop + 1]
        if len(starts) == 2:
            yield text[max(starts) : stop + 1]


def _search(value: Any, join: Joiner) -> tuple[list[list[Row]], list[str], bool]:
    """All arrays that read as rows, all pieces of HTML, and whether an empty list was met."""
    arrays: list[list[Row]] = []
    pieces: list[str] = []
    empty = False
    stack: list[Any] = [value]
    visited = 0
    while stack and visited < _MAX_NODES:
        one = stack.pop()
        visited += 1
        if isinstance(one, dict):
            for key, inner in one.items():
                if isinstance(inner, dict | list):
                    stack.append(inner)
                    if not inner and str(key).lower() in _EMPTY_KEYS:
                        empty = True
                elif isinstance(inner, str):
                    if "<" in inner and "href" in inner:
                        pieces.append(inner)
                    elif inner[:2] in ("[{", '{"') and len(inner) > 20:
                        loaded = _load(inner)
                        if isinstance(loaded, dict | list):
                            stack.append(loaded)
                    elif not inner.strip() and str(key).lower() == "html":
                        empty = True
                elif inner == 0 and str(key).lower() in _TOTAL_KEYS:
                    empty = True
        elif isinstance(one, list):
            rows = _rows(one, join)
            if rows:
                arrays.append(rows)
            stack.extend(inner for inner in one[:MAX_ROWS] if isinstance(inner, dict | list))
            pieces.extend(
                inner
                for inner in one[:MAX_ROWS]
                if isinstance(inner, str) and "href" in inner and "<" in inner
            )
        elif isinstance(one, str) and "<" in one and "href" in one:
            pieces.append(one)
    if isinstance(value, list) and not value:
        empty = True
    return arrays, pieces, empty


def _rows(array: list[Any], join: Joiner) -> list[Row]:
    rows: list[Row] = []
    for one in array[:MAX_ROWS]:
        if isinstance(one, dict):
            row = _row(one, join)
        elif isinstance(one, list):
            row = _row_of_cells(one, join)
        else:
            return []
        if row is not None:
            rows.append(row)
    return rows if len(rows) * 2 >= len(array[:MAX_ROWS]) else []


def _row(record: dict[str, Any], join: Joiner) -> Row | None:
    flat: dict[str, Any] = {}
    for key, value in record.items():
        if isinstance(value, dict):
            for inner, deep in value.items():
                flat.setdefault(_key(inner), deep)
        else:
            flat[_key(key)] = value
    title = _first(flat, _TITLE_KEYS)
    address = _first(flat, _URL_KEYS)
    title = _words(title)
    if not title or is_placeholder(title):
        return None
    day = None
    for key in _DATE_KEYS:
        day = dates.read_day(flat.get(key))
        if day is not None:
            excerpt = f"{title[:60]} {key}={flat.get(key)}"
            break
    url = join(html.unescape(address)) if address else ""
    if day is None and not url:
        return None
    return _finished(title, url, ReadDate(day, DateSource.DATA, excerpt[:120]) if day else None)


def _finished(title: str, url: str, found: ReadDate | None) -> Row:
    if found is None and url:
        carried = addresses.day_in(url)
        if carried:
            found = ReadDate(carried, DateSource.ADDRESS, url[-120:])
    return Row(title[:300], url, found)


def _row_of_cells(cells: list[Any], join: Joiner) -> Row | None:
    title, url, day = "", "", None
    for cell in cells[:40]:
        if not isinstance(cell, str | int):
            continue
        words = str(cell).strip()
        found = dates.read_day(cell) if len(words) <= 30 else None
        if found is not None:
            day = day or found
        elif words.startswith(("http://", "https://", "/", "./", "../")) and " " not in words:
            url = url or join(words)
        elif isinstance(cell, str) and len(_words(words)) > len(title):
            title = _words(words)
    if len(title) < 4 or (day is None and not url):
        return None
    return _finished(title, url, ReadDate(day, DateSource.DATA, f"{title[:80]} {day}") if day else None)


def _key(key: object) -> str:
    return str(key).lower().replace("_", "").replace("-", "").replace(" ", "")


def _first(flat: dict[str, Any], keys: Iterable[str]) -> str:
    for key in keys:
        value = flat.get(key)
        if isinstance(value, str) and value.strip():
            return value.strip()
    return ""


def _words(value: str) -> str:
    if "<" in value:
        value = _MARKUP.sub("", value)
    if "&" in value:
        value = html.unescape(value)
    return clean(value)


def _flat_rows(text: str, join: Joiner) -> list[Row]:
    """Rows of objects in script notation (keys unquoted, single quotes), each object flat."""
    rows: list[Row] = []
    for match in _FLAT_OBJECT.finditer(text):
        record: dict[str, Any] = {}
        for name, double, single, number in _PAIR.findall(match[0]):
            value = double or single
            record[name] = (_unslash(value) if value else "") if not number else float(number)
        row = _row(record, join) if record else None
        if (
            row is not None
            and (row.date or row.url)
            and _first({_key(k): v for k, v in record.items()}, _TITLE_KEYS[:-2])
        ):
            rows.append(row)
            if len(rows) >= MAX_ROWS:
                break
    return rows


def _unslash(value: str) -> str:
    if "\\" not in value:
        return value
    value = value.replace("\\/", "/").replace('\\"', '"').replace("\\'", "'")
    return re.sub(r"\\u([0-9a-fA-F]{4})", lambda match: chr(int(match[1], 16)), value)


def _from_markup(text: str, url: str) -> ItemList | None:
    if _RECORD.search(text):
        found = _records(text, url)
        return replace(found, origin="data") if found is not None else None
    if "<recordset" in text[:4_000] or "<datastore" in text[:4_000]:
        return _as_list([])
    if not _HTML.search(text):
        rows = _xml_rows(text, url)
        return _as_list(rows) if rows else None
    found_lists = lists_of_html(text, url)
    if found_lists:
        return replace(max(found_lists, key=lambda one: len(one.rows)), origin="data")
    return None


def _enclosed(text: str, opening: re.Pattern[str], limit: int = MAX_ROWS) -> Iterator[tuple[str, str]]:
    """Name and inside of each element that `opening` finds and that is closed; linear in the text."""
    lowered = text.lower()
    ends: dict[str, int] = {}
    position = 0
    for _ in range(limit):
        match = opening.search(text, position)
        if match is None:
            return
        name = (match[1] if match.groups() else "record").lower()
        if ends.get(name) == -1:
            position = match.end()
            continue
        closing = lowered.find(f"</{name}>", match.end())
        ends[name] = closing
        if closing < 0:
            position = match.end()
            continue
        yield name, text[match.end() : min(closing, match.end() + _MAX_PIECE)]
        position = closing


def _plain(piece: str) -> str:
    opening = piece.find("<![CDATA[")
    if opening < 0:
        return piece
    closing = piece.find("]]>", opening)
    return piece[opening + 9 : closing if closing >= 0 else len(piece)]


def _records(text: str, url: str) -> ItemList | None:
    inner = [_plain(piece) for _, piece in _enclosed(text, _RECORD)]
    if inner and "<title" in inner[0].lower() and "<a" not in inner[0].lower():
        rows = [row for row in (_row_of_children(piece, Joiner(url)) for piece in inner) if row is not None]
        return replace(_as_list(rows), origin="embedded") if rows else None
    found = lists_of_html("".join(inner), url, "embedded") if inner else []
    return max(found, key=lambda one: len(one.rows), default=None)


def _xml_rows(text: str, url: str) -> list[Row]:
    join = Joiner(url)
    rows = (_row_of_children(piece, join) for _, piece in _enclosed(text, _ITEM))
    return [row for row in rows if row is not None]


def _row_of_children(piece: str, join: Joiner) -> Row | None:
    record = {name: html.unescape(_plain(value).strip()) for name, value in _enclosed(piece, _CHILD, 80)}
    return _row(record, join)
