"""The one way out: every connection of the service goes to an address that this guard has checked.

`check_url` looks at the spelling (scheme, port, user info); `AddressGuard.pin` resolves the host once and
answers with the exact address to connect to, so that a name which resolves differently a moment later
(rebinding) gains nothing.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from monitor.collect.addresses import is_public, literal_address, normal_host
from monitor.collect.errors import (
    AddressRefused,
    BadUrl,
    CollectError,
    HostsFileError,
    NoSuchName,
    NothingListens,
    ResolverFailed,
)
from monitor.collect.hostsfile import HostsFile

__all__ = [
    "AddressGuard",
    "AddressRefused",
    "BadUrl",
    "CheckedUrl",
    "CollectError",
    "HostsFile",
    "HostsFileError",
    "NoSuchName",
    "NothingListens",
    "Pinned",
    "ResolverFailed",
    "check_url",
    "system_resolve",
]

Resolve = Callable[[str, int], Sequence[str]]
DEFAULT_PORTS = {"http": 80, "https": 443}
_NO_NAME = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}


@dataclass(frozen=True, slots=True)
class Pinned:
    """The checked place to connect to: real host name (ASCII), IP address as text, port to connect to."""

    host: str
    ip: str
    port: int


@dataclass(frozen=True, slots=True)
class CheckedUrl:
    """A URL whose spelling is in order, with its parts; `port` is the URL's own or its scheme's."""

    url: str
    scheme: str
    host: str
    port: int


def system_resolve(host: str, port: int) -> Sequence[str]:
    """The system's answer for a name, IPv4 first; raises `NoSuchName` or `ResolverFailed`."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        if error.errno in _NO_NAME:
            raise NoSuchName(f"域名 {host} 不存在") from error
        raise ResolverFailed(f"解析 {host} 时本方域名服务出错: {error}") from error
    except (OSError, UnicodeError) as error:
        raise ResolverFailed(f"解析 {host} 时出错: {error}") from error
    found.sort(key=lambda item: item[0] != socket.AF_INET)
    return [str(item[4][0]) for item in found]


def check_url(url: str, filed_ports: Collection[int] = ()) -> CheckedUrl:
    """The URL's parts where its spelling may be visited: http or https, ports 80, 443 or filed, no user info.

    Raises `BadUrl` where it cannot be read and `AddressRefused` where it may not be visited.
    """
    try:
        parts = urlsplit(url)
        port, raw_host = parts.port, parts.hostname
    except ValueError as error:
        raise BadUrl(f"网址无法识别: {url[:120]!r}") from error
    if parts.scheme not in DEFAULT_PORTS:
        raise AddressRefused(f"只访问 http 与 https 网址: {url[:120]!r}")
    if "@" in parts.netloc or "\\" in parts.netloc:
        raise AddressRefused(f"网址中带有用户信息: {url[:120]!r}")
    if not raw_host:
        raise BadUrl(f"网址中没有主机名: {url[:120]!r}")
    host = normal_host(raw_host)
    port = port if port is not None else DEFAULT_PORTS[parts.scheme]
    if port not in (80, 443) and port not in filed_ports:
        raise AddressRefused(f"端口 {port} 不在允许之列 (80、443 与备案网址的端口): {url[:120]!r}")
    return CheckedUrl(url, parts.scheme, host, port)


class AddressGuard:
    """Decides for each host which address may be connected to.

    With a hosts file the resolver is never asked. `resolve(host, port)` returns IP addresses as text.
    """

    def __init__(self, hosts: HostsFile | None = None, resolve: Resolve = system_resolve) -> None:
        self._hosts = hosts
        self._resolve = resolve

    @property
    def closed(self) -> bool:
        """Whether a hosts file closes this network; look-ups then never block."""
        return self._hosts is not None

    def pin(self, scheme: str, host: str, port: int | None = None) -> Pinned:
        """The address to connect to for `host`; `port` is the URL's (default: its scheme's).

        Raises `AddressRefused`, `NoSuchName`, `NothingListens`, `ResolverFailed` or `BadUrl`.
        """
        if scheme not in DEFAULT_PORTS:
            raise AddressRefused(f"只访问 http 与 https 网址, 不访问 {scheme[:20]}")
        name = normal_host(host)
        wanted = port if port is not None else DEFAULT_PORTS[scheme]
        literal = literal_address(name)
        if self._hosts is not None:
            return self._pin_listed(self._hosts, name, wanted, literal is not None)
        if literal is not None:
            if not is_public(literal):
                raise AddressRefused(f"{host[:80]} 是非公网地址")
            return Pinned(name, str(literal), wanted)
        return self._pin_resolved(name, wanted)

    def _pin_listed(self, hosts: HostsFile, name: str, port: int, is_literal: bool) -> Pinned:
        # "*" stands for names only: neither a literal address nor "localhost" is ever meant by it.
        by_own_line = hosts.names_host(name)
        if not by_own_line and is_literal:
            address = literal_address(name)
            if address is None or not is_public(address):
                raise AddressRefused(f"{name[:80]} 是非公网地址")
            raise NoSuchName(f"主机清单中没有 {name[:80]}")
        if not by_own_line and (name == "localhost" or name.endswith(".localhost")):
            raise AddressRefused(f"{name[:80]} 是本机地址")
        if not hosts.has(name):
            raise NoSuchName(f"主机清单中没有 {name[:80]}")
        listed = hosts.find(name, port)
        if listed is None:
            raise NothingListens(f"主机清单中的 {name[:80]} 没有端口 {port}")
        if is_literal and not is_public(ipaddress.ip_address(listed.ip)):
            raise AddressRefused(f"网址直接写明的地址 {name[:80]} 不能转到非公网地址")
        return Pinned(name, listed.ip, listed.port)

    def _pin_resolved(self, name: str, port: int) -> Pinned:
        try:
            found = self._resolve(name, port)
        except CollectError:
            raise
        except OSError as error:
            raise ResolverFailed(f"解析 {name} 时出错: {error}") from error
        refused: list[str] = []
        for text in found:
            try:
                address = ipaddress.ip_address(text)
            except ValueError:  # scoped or otherwise odd: nothing that we would connect to
                refused.append(text)
                continue
            if is_public(address):
                return Pinned(name, str(address), port)
            refused.append(text)
        if refused:
            raise AddressRefused(f"{name} 解析到非公网地址 {refused[0][:60]}")
        raise NoSuchName(f"域名 {name} 没有地址")
