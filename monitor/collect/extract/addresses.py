"""Addresses as they stand in pages: made absolute cheaply, told apart by shape, read for a date.

`urljoin` on every link costs more than the parse of the page, so each raw reference is joined once a page and
the common shapes are joined by hand.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from urllib.parse import quote, urljoin, urlsplit

MAX_ADDRESS = 2_000
_NO_PAGE = (
    "javascript:",
    "mailto:",
    "tel:",
    "data:",
    "about:",
    "file:",
    "sms:",
    "weixin:",
    "blob:",
    "#",
    "vbscript:",
)
_PLAIN = re.compile(r"[!#-;=?-\[\]_a-z~|]*\Z", re.A)
_SIMPLE = re.compile(r"(?:/|\./)?[A-Za-z0-9_][A-Za-z0-9_\-/.?=&%~+,]*\Z")
"""References that need nothing but the site or the folder in front, if no dots stand for a folder in them."""
_DOTS = re.compile(r"/\.{1,2}(?:/|\Z)")
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.\-]{0,20}:")

_DAY_IN_ADDRESS = re.compile(
    r"/t((?:19|20)\d{2})(\d{2})(\d{2})_\d|"
    r"/((?:19|20)\d{2})[-/](\d{1,2})[-/](\d{1,2})(?=[/_.\-?]|\Z)|"
    r"/((?:19|20)\d{2})(\d{2})(\d{2})(?=[/_.\-?]|\Z)|"
    r"/((?:19|20)\d{2})(\d{2})/(\d{1,2})/|"
    r"(?:article|content|art|news|info)_?((?:19|20)\d{2})(\d{2})(\d{2})\d{4,14}(?=[_.]|\Z)|"
    r"/((?:19|20)\d{2})(\d{2})(\d{2})\d{6,13}(?=[_.]|\Z)"
)
_MONTH_IN_ADDRESS = re.compile(
    r"/((?:19|20)\d{2})(0[1-9]|1[0-2])(?=/|_)|/((?:19|20)\d{2})[-/](0?[1-9]|1[0-2])(?=/|_)"
)
_COLUMN = re.compile(
    r"/\Z|/(?:index|list|default|main|home|more|node|column|channel|lanmu|lm)(?:[_\-]?\d{0,4})?\.\w{2,6}\Z|"
    r"/col/col\d+|/(?:channels?|class|columns?|list|lists|showlist|category|cat)/[^/]{1,40}\Z|[_/]list[_.]|/gk_\d+/?\Z|"
    r"(?:list|more|class|channel|column|index)\w{0,12}\.(?:do|jsp|asp|aspx|php|action)|/(?:showList|list)/|"
    r"redirect_first|/\w{1,30}\Z",
    re.I,
)
_ARTICLE = re.compile(
    r"/t\d{8}_\d+|/art/\d{4}/|/art_\w{6,}|content_\d{3,}|article_\d{6,}|/c\d+/content|/info/\d+/\d+|/content/\w+/|"
    r"[0-9a-f]{32}|\d{5,}\.\w{2,6}\Z|/\d{3,}\.(?:html?|shtml|jhtml)\Z|/(?:show|detail|view|article|content|xxgk_content|info)\w{0,10}"
    r"(?:[/?.]|\Z)|U(?:IE)?_\d+_\d+|/p/\d+|/s/\w{15,}|"
    r"(?:article|content|info|news|doc|item)_?(?:id|key)=|/post_\d+",
    re.I,
)
_FILE = re.compile(
    r"\.(?:docx?|xlsx?|pptx?|pdf|zip|rar|7z|wps|et|ofd|txt|jpe?g|png|gif|bmp|mp4|mp3|avi|flv|apk|exe)\Z", re.I
)
_SECOND_LEVEL = frozenset(["com", "net", "org", "gov", "edu", "ac", "mil", "co"])


class Joiner:
    """Makes the references of one page absolute, each raw one once."""

    def __init__(self, page: str, base: str = "") -> None:
        if base:
            page = _safe_join(page, base.strip()) or page
        parts = _split(page)
        self.scheme = parts[0] or "http"
        self.host = parts[1]
        self.root = f"{self.scheme}://{self.host}"
        self._page = page.partition("#")[0]
        path = parts[2] or "/"
        self._folder = path[: path.rfind("/") + 1] or "/"
        self._simple = bool(self.host) and "/." not in self._folder
        self._known: dict[str, str] = {}

    def __call__(self, raw: str) -> str:
        """The absolute address without fragment; empty where the reference is no page address."""
        known = self._known.get(raw)
        if known is None:
            known = self._join(raw)
            self._known[raw] = known
        return known

    def _join(self, raw: str) -> str:
        if self._simple and _SIMPLE.match(raw) and len(raw) <= MAX_ADDRESS:
            bare = raw[2:] if raw.startswith("./") else raw
            if "/." not in bare:
                return self.root + (bare if bare.startswith("/") else self._folder + bare)
        reference = raw.strip()
        if not reference or len(reference) > MAX_ADDRESS:
            return ""
        lowered = reference[:12].lower()
        if lowered.startswith(_NO_PAGE):
            return ""
        if "\\" in reference:
            reference = reference.replace("\\", "/")
        if "\n" in reference or "\t" in reference or "\r" in reference:
            reference = reference.replace("\n", "").replace("\t", "").replace("\r", "")
        if "{{" in reference or "<?" in reference or "${" in reference or "<%" in reference:
            return ""
        reference = reference.partition("#")[0]
        if not reference:
            return ""
        if not _PLAIN.match(reference):
            try:
                reference = quote(reference, safe="!#$%&'()*+,/:;=?@[]~-_.|")
            except UnicodeEncodeError:
                return ""
        if lowered.startswith(("http://", "https://")):
            return _tidy(reference)
        if reference.startswith("//"):
            return _tidy(f"{self.scheme}:{reference}")
        if not self.host:
            return ""
        if reference.startswith("/"):
            return self.root + _undot(reference)
        if reference.startswith("?"):
            return self._page.partition("?")[0] + reference
        if _SCHEME.match(reference):
            return ""
        return self.root + _undot(self._folder + reference)


def _undot(path: str) -> str:
    if "/." not in path:
        return path
    head, mark, query = path.partition("?")
    if not _DOTS.search(head):
        return path
    kept: list[str] = []
    pieces = head.split("/")
    for number, piece in enumerate(pieces):
        if piece == "..":
            if len(kept) > 1:
                kept.pop()
            if number == len(pieces) - 1:
                kept.append("")
        elif piece == ".":
            if number == len(pieces) - 1:
                kept.append("")
        else:
            kept.append(piece)
    return ("/".join(kept) or "/") + mark + query


@lru_cache(maxsize=8_192)
def _tidy(address: str) -> str:
    scheme, _, rest = address.partition("://")
    host, slash, path = rest.partition("/")
    if not slash:
        host, mark, query = rest.partition("?")
        path = mark + query
    host = host.lower()
    if not host or host.startswith(":") or "%" in host:
        return ""
    scheme = scheme.lower()
    if (scheme == "http" and host.endswith(":80")) or (scheme == "https" and host.endswith(":443")):
        host = host.rpartition(":")[0]
    return f"{scheme}://{host}" + _undot("/" + path)


def _split(address: str) -> tuple[str, str, str]:
    try:
        parts = urlsplit(address)
    except ValueError:
        return "", "", ""
    return parts.scheme.lower(), parts.netloc.lower().rpartition("@")[2], parts.path


def _safe_join(page: str, reference: str) -> str:
    try:
        return urljoin(page, reference)
    except ValueError:
        return ""


def host_of(address: str) -> str:
    """The lower-case host of an absolute address, without port."""
    rest = address.partition("://")[2]
    return rest.partition("/")[0].partition("?")[0].partition(":")[0]


def site_of(host: str) -> str:
    """The registered domain of a host: three labels under gov.cn and its like, else two."""
    labels = host.split(".")
    if len(labels) >= 3 and labels[-2] in _SECOND_LEVEL:
        return ".".join(labels[-3:])
    return ".".join(labels[-2:])


def same_site(one: str, other: str) -> bool:
    """Whether two hosts are of one registered domain (or one is an address in digits and equal)."""
    return one == other or (not one.replace(".", "").isdigit() and site_of(one) == site_of(other))


@lru_cache(maxsize=16_384)
def day_in(address: str) -> date | None:
    """The day that an address carries in its path, if it is a whole and possible one."""
    path = address.partition("://")[2]
    path = path[path.find("/") :].partition("?")[0] if "/" in path else ""
    if "19" not in path and "20" not in path:
        return None
    match = _DAY_IN_ADDRESS.search(path)
    while match is not None:
        year, month, day = (int(part) for part in match.groups() if part is not None)
        try:
            return date(year, month, day) if year >= 1990 else None
        except ValueError:
            match = _DAY_IN_ADDRESS.search(path, match.start() + 1)
    return None


def month_in(address: str) -> tuple[int, int] | None:
    """The year and month that an address carries, where it carries no day."""
    match = _MONTH_IN_ADDRESS.search(address.partition("://")[2])
    if match is None:
        return None
    year, month = (int(part) for part in match.groups() if part is not None)
    return (year, month) if year >= 1990 else None


def is_file(address: str) -> bool:
    """Whether the address is a document or picture, not a page."""
    return _FILE.search(address.partition("?")[0]) is not None


@lru_cache(maxsize=16_384)
def shape(address: str) -> str:
    """`article`, `column`, `file`, `root` or `unknown`, by the form of the address alone."""
    rest = address.partition("://")[2]
    cut = rest.find("/")
    path = rest[cut:] if cut >= 0 else "/"
    bare, _, query = path.partition("?")
    if bare == "/" and not query:
        return "root"
    if _FILE.search(bare):
        return "file"
    if day_in(address) or _ARTICLE.search(path):
        return "article"
    if _COLUMN.search(bare) and not query:
        return "column"
    if query and re.search(r"(?:^|&)(?:id|articleid|newsid|docid|contentid|infoid)=", query, re.I):
        return "column" if re.search(r"list|more|class", bare, re.I) else "article"
    return "column" if _COLUMN.search(bare) else "unknown"
