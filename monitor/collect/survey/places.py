"""Addresses: their one spelling, whose site they belong to, and what their shape says.

The shape of an address is only ever a hint: it decides what is asked first, never a verdict.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit, urlunsplit

from monitor.collect.extract.addresses import is_file, shape

_SESSION_IN_PATH = re.compile(r";jsessionid=[^/?#]*", re.IGNORECASE)
_SESSION_PARAMETER = re.compile(
    r"(?:^|&)(?:jsessionid|phpsessid|aspsessionid\w*|sessionid)=[^&]*", re.IGNORECASE
)
_HOME_FILE = re.compile(
    r"(?:index|default|home|main)(?:_pc)?\.(?:s?html?|jspx?|php|aspx?|do|action|jhtml)\Z", re.IGNORECASE
)
_INDEX_FILE = re.compile(r"(?:index|default|home|main|list|xxgk_list|common_list)\.\w{2,5}\Z", re.IGNORECASE)
_NO_PAGE = re.compile(
    r"\.(?:rtf|csv|gz|tar|dps|ceb|webp|svg|ico|wmv|mov|m3u8|wav|swf|ipa|msi|css|js|json|xml|rss|woff2?)\Z",
    re.IGNORECASE,
)


def canonical(url: str) -> str | None:
    """One spelling of a http(s) address: lower-case host, no default port, no session, no fragment.

    None where it is no such address, carries a user, or is longer than any honest one.
    """
    if len(url) > 2000:
        return None
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return None
    scheme = parts.scheme.lower()
    host = (parts.hostname or "").rstrip(".").lower()
    if scheme not in {"http", "https"} or not host or "@" in parts.netloc:
        return None
    shown = f"[{host}]" if ":" in host else host
    if port is not None and port != (443 if scheme == "https" else 80):
        shown = f"{shown}:{port}"
    path = _SESSION_IN_PATH.sub("", parts.path) if ";" in parts.path else parts.path
    query = (
        _SESSION_PARAMETER.sub("", parts.query).lstrip("&") if "sess" in parts.query.lower() else parts.query
    )
    return urlunsplit((scheme, shown, path or "/", query, ""))


def identity(url: str) -> str:
    """What makes two addresses the same page: all but the scheme and a leading www."""
    rest = url.split("://", 1)[-1]
    return rest.removeprefix("www.")


def _split(url: str) -> SplitResult | None:
    try:
        return urlsplit(url)
    except ValueError:
        return None


def host_of(url: str) -> str:
    """Host and unusual port without a leading www., lower-case; empty where there is none."""
    parts = _split(url)
    if parts is None:
        return ""
    netloc = parts.netloc.rpartition("@")[2].lower()
    if netloc.endswith((":80", ":443")):
        netloc = netloc.rpartition(":")[0]
    return netloc.removeprefix("www.")


def path_of(url: str) -> str:
    """The path of an address, `/` where it has none."""
    parts = _split(url)
    return (parts.path or "/") if parts is not None else "/"


def is_attachment(url: str) -> bool:
    """Whether the address ends like a file that is no web page."""
    return is_file(url) or _NO_PAGE.search(path_of(url)) is not None


def looks_like_article(url: str) -> bool:
    """Whether the address has the shape that content systems give to single articles."""
    return shape(url) == "article"


def looks_like_column(url: str) -> bool:
    """Whether the address has the shape that content systems give to columns."""
    return shape(url) in {"column", "root"} and not is_attachment(url)


def own_folder(known: str) -> str | None:
    """The folder that an address (as `identity` gives it) is the index of; None where it is a page among others."""
    folder, _, file = known.partition("?")[0].rpartition("/")
    if not folder:
        return None
    stem = file.partition(".")[0]
    index = not file or _INDEX_FILE.match(file) is not None or stem == folder.rpartition("/")[2]
    return f"{folder}/" if index else None


@dataclass(slots=True)
class Scope:
    """Which addresses belong to the site: the filed host (www. or not) and those its home page moved to."""

    filed: str
    hosts: tuple[str, ...] = ()
    homes: tuple[str, ...] = ()

    @classmethod
    def of(cls, url: str) -> Scope:
        """The scope of a filed home page."""
        return cls(url, (host_of(url),), (identity(url),))

    def widen(self, url: str) -> None:
        """Take in where the filed address led to; its host belongs to the site from now on."""
        host = host_of(url)
        if host and host not in self.hosts:
            self.hosts = (*self.hosts, host)
        if identity(url) not in self.homes:
            self.homes = (*self.homes, identity(url))

    def same_site(self, url: str) -> bool:
        """Whether the address lies on the site itself."""
        return host_of(url) in self.hosts

    def in_domain(self, url: str) -> bool:
        """Whether the address lies on the site or on a host below the filed domain."""
        host = host_of(url)
        return any(host == own or host.endswith("." + own) for own in self.hosts)

    def is_home(self, url: str) -> bool:
        """Whether the address is the home page in one of its spellings."""
        known = identity(url)
        if known in self.homes:
            return True
        if not self.same_site(url):
            return False
        parts = _split(url)
        if parts is None or parts.query:
            return False
        folder, _, file = (parts.path or "/").rpartition("/")
        if file and not _HOME_FILE.match(file):
            return False
        if not folder:
            return True
        return any(_folder(home) == f"{host_of(url)}{folder}/" for home in self.homes)


def _folder(known: str) -> str:
    """The folder of an identity, with its host."""
    path = known.split("?", 1)[0]
    return path.rpartition("/")[0] + "/" if "/" in path else path + "/"
