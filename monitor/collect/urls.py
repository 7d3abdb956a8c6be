"""Addresses as sites really write them: tolerant joining, one canonical form, and what belongs to a site.

Joining follows what browsers do (WHATWG): backslashes are slashes, blanks and line breaks inside an href
do not count, `//host` takes the page's scheme, and `javascript:` leads nowhere. The canonical form is the
key of every cache: two spellings of one address are asked once.
"""

from __future__ import annotations

import re
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from monitor.collect.addresses import literal_address, normal_host
from monitor.collect.errors import CollectError

_DEFAULT_PORTS = {"http": 80, "https": 443}
_EDGES = "".join(map(chr, range(0x21))) + "\u3000\u00a0\ufeff\u200b"
_INSIDE = str.maketrans("", "", "\t\r\n")
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):")
_PLAIN = re.compile(
    r"https?://[a-z0-9.-]*[a-z][a-z0-9-]*(?::[0-9]+)?/[A-Za-z0-9/_~!$&'()*+,;=:@-][A-Za-z0-9/_.~!$&'()*+,;=:@-]*\Z"
)
_PLAIN_HOST = re.compile(r"https?://((?:[a-z0-9-]+\.)*[a-z][a-z0-9-]*)(?::[0-9]+)?(?:/|\Z)")
_HEX = re.compile(r"%[0-9a-fA-F]{2}")
_LONE_PERCENT = re.compile(r"%(?![0-9a-fA-F]{2})")
_SESSION = re.compile(r";(?:jsessionid|phpsessid)=[^/?;]*", re.IGNORECASE)
_PATH_SAFE = "/~!$&'()*+,;=:@%-._"
_QUERY_SAFE = _PATH_SAFE + "?[]|^`{}"
_UNRESERVED = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")
_LONGEST = 8_000

# Below these nobody owns the next label alone, so "everything under it" would not be one site.
_PROVINCES = ("ah", "bj", "cq", "fj", "gd", "gs", "gx", "gz", "ha", "hb", "he", "hi", "hk", "hl", "hn", "jl", "js", "jx",
              "ln", "mo", "nm", "nx", "qh", "sc", "sd", "sh", "sn", "sx", "tj", "tw", "xj", "xz", "yn", "zj")  # fmt: skip
_KINDS = ("ac", "com", "edu", "gov", "mil", "net", "org")
# 政务, 公益, 中国, 公司, 网络
_CHINESE = ("xn--zfr164b", "xn--55qw42g", "xn--fiqs8s", "xn--55qx5d", "xn--io0a7i")
_SHARED_SUFFIXES = frozenset({"cn", *_KINDS, *(f"{part}.cn" for part in _KINDS + _PROVINCES), *_CHINESE})


def _escape_case(match: re.Match[str]) -> str:
    character = chr(int(match.group()[1:], 16))
    return character if character in _UNRESERVED else match.group().upper()


def _clean_path(path: str) -> str:
    path = _SESSION.sub("", path) if ";" in path else path
    path = quote(_LONE_PERCENT.sub("%25", path), safe=_PATH_SAFE)
    path = _HEX.sub(_escape_case, path)
    if "/." not in path:
        return path or "/"
    kept: list[str] = []
    pieces = path.split("/")[1:]
    for piece in pieces:
        if piece == "..":
            if kept:
                kept.pop()
        elif piece != ".":
            kept.append(piece)
    if pieces[-1] in {".", ".."}:
        kept.append("")
    return "/" + "/".join(kept)


def _clean_query(query: str, charset: str) -> str:
    if not query.isascii():
        try:
            encoded = query.encode(charset)
        except (UnicodeEncodeError, LookupError):
            encoded = query.encode("utf-8", "surrogatepass")
        query = quote(encoded, safe=_QUERY_SAFE)
    else:
        query = quote(query, safe=_QUERY_SAFE)
    return _HEX.sub(lambda match: match.group().upper(), query)


def canonical(url: str, charset: str = "utf-8") -> str | None:
    """The one form of an absolute http(s) address, without fragment; None where it is none.

    Scheme and host in lower case, default port and session ids left out, dot segments resolved, escapes
    unified. The query is kept as it is (it is the identity on many old systems); characters outside ASCII
    are encoded in `charset` there and in UTF-8 in the path, as browsers do.
    """
    if _PLAIN.match(url) and "/." not in url and "/;" not in url and ";" not in url and ":80/" not in url:
        return url if ":443/" not in url else _canonical_slow(url, charset)
    return _canonical_slow(url, charset)


def _canonical_slow(url: str, charset: str) -> str | None:
    if len(url) > _LONGEST:
        return None
    try:
        parts = urlsplit(url)
        port, raw_host = parts.port, parts.hostname
        if parts.scheme not in _DEFAULT_PORTS or not raw_host:
            return None
        host = normal_host(raw_host)
    except (ValueError, CollectError):
        return None
    shown = f"[{host}]" if ":" in host else host
    if "@" in parts.netloc:  # kept visible, for the guard to refuse
        shown = f"{quote(parts.netloc.rpartition('@')[0], safe=':%')}@{shown}"
    if port is not None and port != _DEFAULT_PORTS[parts.scheme]:
        shown = f"{shown}:{port}"
    path = _clean_path(parts.path.encode("utf-8", "surrogatepass").decode("utf-8", "replace"))
    return urlunsplit((parts.scheme, shown, path, _clean_query(parts.query, charset), ""))


def join(base: str, href: str, charset: str = "utf-8") -> str | None:
    """The canonical address that `href` means on the page `base`; None where it leads to no http(s) page.

    An empty href and a bare fragment are None as well: they lead nowhere new.
    """
    text = href.strip(_EDGES).translate(_INSIDE)
    if not text or text[0] == "#" or len(text) > _LONGEST:
        return None
    base_scheme = base.split(":", 1)[0].lower()
    scheme = _SCHEME.match(text)
    if scheme:
        name = scheme.group(1).lower()
        if name not in _DEFAULT_PORTS:
            return None
        rest = text[scheme.end() :]
        head, mark, tail = _split_query(rest)
        head = head.replace("\\", "/")
        if not head.startswith("/") and name == base_scheme:  # "http:list.html" is relative, as in browsers
            text = head + mark + tail
        else:
            return canonical(f"{name}://{head.lstrip('/')}{mark}{tail}", charset)
    head, mark, tail = _split_query(text)
    if "\\" in head:
        head = head.replace("\\", "/")
    if head.startswith("//"):
        return canonical(f"{base_scheme}://{head.lstrip('/')}{mark}{tail}", charset)
    try:
        return canonical(urljoin(base, head + mark + tail), charset)
    except ValueError:
        return None


def _split_query(text: str) -> tuple[str, str, str]:
    """What stands before the query or fragment, the mark, and the rest."""
    cut = min((at for at in (text.find("?"), text.find("#")) if at >= 0), default=-1)
    return (text, "", "") if cut < 0 else (text[:cut], text[cut], text[cut + 1 :])


def host_of(url: str) -> str:
    """The normal host of an address, empty where there is none."""
    plain = _PLAIN_HOST.match(url)
    if plain is not None:
        return plain.group(1)
    try:
        raw = urlsplit(url).hostname
        return normal_host(raw) if raw else ""
    except (ValueError, CollectError):
        return ""


def port_of(url: str) -> int | None:
    """The port that an address asks for, its scheme's where it names none."""
    try:
        parts = urlsplit(url)
        return parts.port if parts.port is not None else _DEFAULT_PORTS.get(parts.scheme)
    except ValueError:
        return None


def _is_address(host: str) -> bool:
    try:
        return literal_address(host) is not None
    except CollectError:
        return True


def in_filed_domain(url: str, filed_url: str) -> bool:
    """Whether an address lies inside the domain that was filed.

    The filed host, with or without `www.`, and every name below it: `www.a.gov.cn` covers `a.gov.cn`,
    `mgl.a.gov.cn` and `jyj.a.gov.cn`; `jyj.a.gov.cn` covers neither `a.gov.cn` nor its neighbours. A
    redirect to a neighbour is shown to a reviewer and never counts against the unit. Scheme and port do
    not matter; an IP address covers itself alone.
    """
    host, filed = host_of(url), host_of(filed_url)
    if not host or not filed:
        return False
    if host == filed:
        return True
    if _is_address(filed) or _is_address(host):
        return False
    base = filed.removeprefix("www.")
    if base in _SHARED_SUFFIXES:
        return host == base
    return host == base or host.endswith("." + base)


def same_site(url: str, filed_url: str) -> bool:
    """Whether an address lies on the filed host itself, `www.` or not: what a crawl walks through."""
    host, filed = host_of(url), host_of(filed_url)
    return bool(host) and host.removeprefix("www.") == filed.removeprefix("www.")


class HrefCache:
    """Joins each raw href of a site once: the same menus stand on all its pages.

    Root-relative and absolute hrefs are kept per origin, others per folder of the page. Bounded.
    """

    def __init__(self, limit: int = 50_000) -> None:
        self._known: dict[tuple[str, str, str], str | None] = {}
        self._limit = limit

    def resolve(self, base: str, href: str, charset: str = "utf-8") -> str | None:
        """What `join(base, href, charset)` says."""
        if href[:1] in {"?", "#", ""}:  # these depend on the whole base
            return join(base, href, charset)
        if (href[0] == "/" and href[:2] != "//") or href.startswith(("http://", "https://")):
            third = base.find("/", 8)
            place = base if third < 0 else base[:third]
        else:
            place = base.split("?", 1)[0].rpartition("/")[0]
        key = (place, href, charset)
        try:
            return self._known[key]
        except KeyError:
            pass
        if len(self._known) >= self._limit:
            self._known.clear()
        joined = self._known[key] = join(base, href, charset)
        return joined
