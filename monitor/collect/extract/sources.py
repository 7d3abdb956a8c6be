"""How a page declares where its lists come from. Every parameter is taken from the page, none is known here.

Met: a script tag with address and query (jpaas), a `dataproxy` link among embedded records (Hanweb), addresses
in calls of scripts, `data-url` attributes, the openness platform's column interface, search back ends named by
32 hex digits. Source: sites-as-they-are.md, section 1.
"""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qsl, urlencode

from monitor.collect.extract import addresses
from monitor.collect.extract.addresses import Joiner
from monitor.collect.extract.javascript import HOLE, MAX_SCRIPT, pieces
from monitor.collect.extract.page import DataAddress
from monitor.collect.extract.tree import Script, Tree

MAX_SOURCES = 30
_CALLS = (
    "ajax",
    "fetch(",
    "getJSON",
    ".get(",
    ".post(",
    ".open(",
    ".load(",
    "axios",
    "request(",
    "Url",
    "URL",
)
_CALL = re.compile(
    r"(?:^|\.)(?:fetch|get|post|getJSON|load|open|axios|ajax|request|getData|loadData|getList|loadList|getScript|jsonp)\Z|"
    r"(?:^|[._])(?:url|api|action|dataUrl|ajaxUrl|listUrl|jsonUrl|apiUrl|dataSource|src)\Z|(?:Url|URL|Api|API|_url)\Z",
    re.I,
)
_DIRECT = re.compile(
    r"(?:^|\.)(?:fetch|get|post|getJSON|load|open|axios|ajax|request|jsonp)\Z|(?:^|\.)url\Z", re.I
)
_PATH = re.compile(
    r"(?:https?:)?//[\w.\-:]+/|/[\w\-]|\.{1,2}/[\w\-.]|[\w\-]+(?:/[\w\-]+)*\.(?:json|do|action|jsp|php|ashx|aspx|txt|xml|html?|jhtml)(?:\?|\Z)|api/"
)
_ENDING = re.compile(
    r"\.(?:css|png|jpe?g|gif|svg|ico|woff2?|ttf|mp4|mp3|swf|docx?|xlsx?|pdf|zip|rar)(?:\?|\Z)", re.I
)
_DATA_LIKE = re.compile(
    r"\.(?:json|do|action|ashx|jsp|php|aspx|xml|txt)(?:\?|\Z)|/api|api[/\-]|query|search|list|page|data|select|find|get|gateway|jpage|column|channel|article|news|content",
    re.I,
)
_NO_LIST = re.compile(
    r"click|hits?(?:\W|\Z)|visit|counter|statist|login|logout|captcha|verif|weather|tianqi|upload|save|submit|insert|delete|update(?!d)|comment|collect|"
    r"praise|share|vote|token|session|userinfo|userid|/user|auth(?!or)|suggest|hotword|hotsearch|qrcode|jssdk|beacon|track|(?:^|/)log(?:ger)?(?:\W|\Z)|pvcount|addpv|/pv|"
    r"getIp|cityjson|location\.|robot|wechat|weixin|sign|sso|validate|count(?:er)?\.|/count|nmg-statistics|related|font",
    re.I,
)
_STATIC = re.compile(r"\.s?html?(?:\?|\Z)", re.I)
_INCLUDE = re.compile(r"foot|bottom|copyright|head(?:er)?|nav|dibu|yejiao|friend|public|common|inc", re.I)
_PAGE_HOLE = re.compile(
    rf"([?&](?:page(?:no|num|index|number)?|p|curpage|current(?:page)?|start(?:record)?|_?pagenum)=){HOLE}",
    re.I,
)
_TIME_HOLE = re.compile(
    rf"[?&](?:_|t|ts|_t|time|timestamp|rand(?:om)?|r|v|callback|jsoncallback|nocache)={HOLE}", re.I
)
_HEX_SEARCH = re.compile(
    r"[\"'(=]\s{0,3}((?:https?:)?(?://[\w.:\-]{4,80})?(?:/[\w\-]{1,40}){0,3}/search(?:List)?/[0-9a-f]{32}(?:\?[^\"'\s<>]{0,400})?)"
)
_NEXT_GROUP = re.compile(r"<nextgroup>.{0,400}?href\s{0,3}=\s{0,3}[\"']([^\"']{10,1500})[\"']", re.S | re.I)
_PROXY = re.compile(r"[\"']([^\"'\s]{0,300}/\w{0,20}dataproxy\w{0,20}\.jsp[^\"'\s]{0,1200})[\"']", re.I)
_TOTALS = re.compile(r"<(totalrecord|totalpage|perpage)>\s{0,5}(\d{1,7})", re.I)
_PER_PAGE = re.compile(r"\bper[Pp]age\s{0,3}[:=]\s{0,3}[\"']?(\d{1,4})")
_GKMLPT_SID = re.compile(r"[\"']?\b(?:SID|sid|siteId|SITE_ID)\b[\"']?\s{0,3}[:=]\s{0,3}[\"']?(\w{1,40})")
_GKMLPT_COLUMN = re.compile(
    r"gkmlpt[^\"'\s<>]{0,80}#(\d{1,12})|[\"']?\b(?:column_?id|COLUMN_?ID|cid|tree_?id)\b[\"']?\s{0,3}[:=]\s{0,3}[\"']?(\d{1,12})"
)
_ATTRIBUTE = re.compile(
    r"\A(?:data-?)?(?:url|src|api|source|json|remote|list|ajax|href|load|link|path)(?:-?(?:url|src|api|list|data))?\Z"
)
_OTHER_ATTRIBUTES = frozenset(("src", "href", "url", "link", "path", "list"))
_ATTRIBUTE_WORDS = (
    "data-url", "data-src", "data-api", "data-source", "data-json", "data-list", "data-ajax", "data-href", "data-load", "data-remote",
    "data-path", "dataurl", "list-url", "ajax-url", "api-url", "json-url",
)  # fmt: skip
_DATA_OBJECT = re.compile(
    r"\bdata\s{0,3}:\s{0,3}(?:JSON\.stringify\s?\(\s?)?\{([^{}]{0,1500})\}|,\s{0,20}\{([^{}]{0,1500})\}"
)
_DATA_STRING = re.compile(r"\bdata\s{0,3}:\s{0,3}[\"']([^\"'{}]{3,800})[\"']")
_KEY_VALUE = re.compile(
    r"[\"']?([\w.\[\]]{1,60})[\"']?\s{0,4}:\s{0,4}(?:[\"']([^\"']{0,300})[\"']|(-?\d{1,18}|true|false)(?=\s{0,4}[,}\s]|\Z)|([A-Za-z_$][\w$.]{0,60}))"
)
_POSTS = re.compile(r"(?:type|method)\s{0,3}:\s{0,3}[\"']post[\"']", re.I)


class Sources:
    """Gathers the data addresses and same-site includes of one page or script."""

    def __init__(self, page: str, join: Joiner) -> None:
        self.page = page
        self.join = join
        self.host = addresses.host_of(page)
        self.found: dict[tuple[str, str | None], DataAddress] = {}
        self.includes: list[str] = []

    def add(self, raw: str, post: str | None = None, what: str = "list") -> None:
        """Keep an address of the same site."""
        url = self.join(raw)
        if not url or len(self.found) >= MAX_SOURCES:
            return
        host = addresses.host_of(url)
        if self.host and host != self.host and not addresses.same_site(host, self.host):
            return
        self.found.setdefault((url, post), DataAddress(url, post, what))

    def addresses(self) -> tuple[DataAddress, ...]:
        """What was found, in the order of the page."""
        return tuple(self.found.values())

    def script(self, text: str) -> None:
        """Addresses in the calls of one script."""
        text = text[:MAX_SCRIPT]
        if "dataproxy" in text:
            self._hanweb(text)
        if "search" in text:
            for match in _HEX_SEARCH.finditer(text):
                self._hex_search(match[1])
        if not any(call in text for call in _CALLS):
            return
        known = {}
        for piece in pieces(text):
            if piece.target and HOLE not in piece.text:
                known[piece.target] = piece.text
            self._piece(piece.text, piece.target, text, piece.place, known)

    def _piece(self, words: str, target: str, script: str, place: int, known: dict[str, str]) -> None:
        words = words.strip()
        if not 3 <= len(words) <= 1_500 or not _CALL.search(target) or not _PATH.match(words):
            return
        if HOLE in words:
            words = _TIME_HOLE.sub("", _PAGE_HOLE.sub(r"\g<1>1", words))
            if HOLE in words:
                return
            if "?" not in words and "&" in words:
                words = words.replace("&", "?", 1)
        if _ENDING.search(words) or "dataproxy.jsp" in words or _NO_LIST.search(words):
            return
        if target.lower().endswith(".load") or (_STATIC.search(words) and _INCLUDE.search(words)):
            self._include(words)
            return
        if not _DATA_LIKE.search(words) or (
            not _DIRECT.search(target) and not re.search(r"api|json|\.do|query|list", words, re.I)
        ):
            return
        post, query = _parameters(script, place, target, known)
        if query:
            words += ("&" if "?" in words else "?") + query
        self.add(words, post)

    def _include(self, raw: str) -> None:
        url = self.join(raw.split(" ")[0])
        if (
            url
            and (not self.host or addresses.same_site(addresses.host_of(url), self.host))
            and url not in self.includes
        ):
            self.includes.append(url)

    def _hex_search(self, raw: str) -> None:
        if "?" not in raw:
            raw += "?_isJson=true&_isAgg=true&_pageSize=20&_template=index&page=1"
        raw = raw.replace("&amp;", "&")
        self.add(raw + "1" if re.search(r"[?&]_?page=\Z", raw) else raw)

    def _hanweb(self, text: str) -> None:
        """A jpage proxy: the form is the link's own query, the range is asked for in the address."""
        numbers = {name.lower(): int(value) for name, value in _TOTALS.findall(text)}
        asked = _PER_PAGE.search(text)
        per_page = numbers.get("perpage") or (int(asked[1]) if asked else 0) or 15
        last = min(numbers.get("totalrecord", per_page * 3), per_page * 3)
        for match in [*_NEXT_GROUP.finditer(text), *_PROXY.finditer(text)]:
            path, _, query = match[1].replace("&amp;", "&").partition("?")
            form = [(key, value) for key, value in parse_qsl(query, keep_blank_values=True) if key != "page"]
            if not form:
                continue
            keys = {key for key, _ in form}
            form = [("col", "1"), *form] if "col" not in keys else form
            unique = list(dict(form).items())
            self.add(f"{path}?startrecord=1&endrecord={last}&perpage={per_page}", urlencode(unique))

    def jpaas(self, script: Script) -> None:
        """A script tag that carries the address and the query of a list."""
        attrs = script.attrs
        address = attrs.get("url", "")
        raw = attrs.get("querydata", "")
        if not address or not raw:
            return
        try:
            query = json.loads(raw.replace("'", '"'))
        except ValueError:
            query = {key: value for key, value, *_ in _KEY_VALUE.findall(raw)}
        if not isinstance(query, dict):
            return
        pairs = {
            str(key): value if isinstance(value, str) else json.dumps(value) for key, value in query.items()
        }
        if "unit" in address and "paramJson" not in pairs:
            pairs["paramJson"] = '{"pageNo":1,"pageSize":15}'
        self.add(address + ("&" if "?" in address else "?") + urlencode(pairs))


def _parameters(script: str, place: int, target: str, known: dict[str, str]) -> tuple[str | None, str]:
    """The form body, or the query, that goes with a call: literal values and variables with a known one."""
    around = script[max(0, place - 300) : place + 1_200]
    after = script[place : place + 1_200]
    stop = re.search(r"success|done\b|function|=>|then\s?\(", after)
    if stop:
        after = after[: stop.start()]
    opening = script.rfind("ajax", max(0, place - 300), place)
    before = script[opening:place] if opening >= 0 else ""
    posts = target.lower().endswith(".post") or bool(_POSTS.search(before + after))
    match = _DATA_OBJECT.search(before) or _DATA_OBJECT.search(after)
    pairs: list[tuple[str, str]] = []
    if match is not None and around:
        for key, quoted, plain, variable in _KEY_VALUE.findall(match[1] or match[2] or ""):
            if variable:
                value = known.get(variable) or (
                    "1" if re.search(r"page|cur|index", key + variable, re.I) else None
                )
                if value is None or variable in ("function", "this"):
                    continue
                pairs.append((key, value))
            else:
                pairs.append((key, quoted or plain))
    else:
        string = _DATA_STRING.search(before) or _DATA_STRING.search(after)
        if string is not None and "=" in string[1]:
            pairs = parse_qsl(string[1], keep_blank_values=True)
    if not pairs:
        return ("" if posts else None), ""
    encoded = urlencode(pairs)
    return (encoded, "") if posts else (None, encoded)


def page_sources(tree: Tree, body: str, page: str, join: Joiner) -> Sources:
    """The data addresses that a page declares in its scripts and attributes."""
    sources = Sources(page, join)
    for script in tree.scripts:
        if script.attrs:
            if "querydata" in script.attrs:
                sources.jpaas(script)
            source = script.attrs.get("data-url") or ""
            if source:
                sources.add(source)
        if script.text:
            sources.script(script.text)
    names = set[str]().union(*tree.attrs).difference(_OTHER_ATTRIBUTES)
    if any(map(_ATTRIBUTE.match, names)) and any(word in body for word in _ATTRIBUTE_WORDS):
        _attributes(tree, sources)
    if "gkmlpt" in body or "gkmlpt" in page:
        _gkmlpt(body, page, sources)
    return sources


def _attributes(tree: Tree, sources: Sources) -> None:
    for index, own in enumerate(tree.attrs):
        if not own or tree.tags[index] in (
            "img",
            "a",
            "link",
            "iframe",
            "video",
            "source",
            "audio",
            "embed",
            "image",
        ):
            continue
        for name, value in own.items():
            if not value or name in _OTHER_ATTRIBUTES or not _ATTRIBUTE.match(name):
                continue
            if (
                _PATH.match(value)
                and not _ENDING.search(value)
                and not _NO_LIST.search(value)
                and HOLE not in value
            ):
                sources.add(value)


def _gkmlpt(body: str, page: str, sources: Sources) -> None:
    sid = _GKMLPT_SID.search(body)
    if sid is None:
        return
    columns: list[str] = re.findall(r"#(\d{1,12})\Z", page)
    for match in _GKMLPT_COLUMN.finditer(body):
        column = match[1] or match[2]
        if column not in columns:
            columns.append(column)
        if len(columns) >= 5:
            break
    for column in columns:
        sources.add(f"/gkmlpt/api/all/{column}?page=1&sid={sid[1]}")
