"""The hosts file: which names exist in a closed network, and at which address and port each is served.

One line `host address:port`; `*` stands for any name that no other line names; `host:443 address:port`
is for that port of the name alone. Empty lines and what follows `#` are left out.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from monitor.collect.addresses import normal_host
from monitor.collect.errors import BadUrl, HostsFileError

_ANY = "*"


@dataclass(frozen=True, slots=True)
class Listed:
    """Where a listed name is served."""

    ip: str
    port: int


def _read_port(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and 0 < int(text) < 65536 else None


def _read_address(text: str) -> Listed | None:
    host, colon, port_text = text.rpartition(":")
    port = _read_port(port_text)
    if not colon or port is None:
        return None
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    try:
        return Listed(str(ipaddress.ip_address(host)), port)
    except ValueError:
        return None


def _read_name(text: str) -> tuple[str, int | None] | None:
    name, colon, port_text = text.rpartition(":")
    if not colon or text.endswith("]"):
        name, port = text, None
    else:
        port = _read_port(port_text)
        if port is None:
            return None
    if name == _ANY:
        return _ANY, port
    try:
        return normal_host(name), port
    except BadUrl:
        return None


@dataclass(frozen=True, slots=True)
class HostsFile:
    """The names of a closed network; look-ups never leave it."""

    entries: dict[tuple[str, int | None], Listed]
    names: frozenset[str] = field(default=frozenset())

    @classmethod
    def read(cls, path: str | Path) -> HostsFile:
        """Read and check a hosts file; `HostsFileError` names the file and the first bad line."""
        try:
            text = Path(path).read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise HostsFileError(f"读不到主机清单 {path}: {error}") from error
        return cls.parse(text, name=str(path))

    @classmethod
    def parse(cls, text: str, name: str = "hosts") -> HostsFile:
        """The same from a text; `name` stands in the messages."""
        entries: dict[tuple[str, int | None], Listed] = {}
        first_seen: dict[tuple[str, int | None], int] = {}
        for number, line in enumerate(text.splitlines(), start=1):
            fields = line.split("#", 1)[0].split()
            if not fields:
                continue
            where = f"主机清单 {name} 第 {number} 行"
            if len(fields) != 2:
                raise HostsFileError(
                    f"{where}: 应为“主机 地址:端口”两项, 实为 {len(fields)} 项: {line.strip()[:80]}"
                )
            key, listed = _read_name(fields[0]), _read_address(fields[1])
            if key is None:
                raise HostsFileError(f"{where}: 主机名无法识别: {fields[0][:80]}")
            if listed is None:
                raise HostsFileError(f"{where}: 应写“IP地址:端口”(IPv6 加方括号), 实为 {fields[1][:80]}")
            if key in entries and entries[key] != listed:
                raise HostsFileError(f"{where}: {fields[0]} 与第 {first_seen[key]} 行重复而地址不同")
            entries[key] = listed
            first_seen.setdefault(key, number)
        return cls(entries, frozenset(host for host, _ in entries if host != _ANY))

    def __iter__(self) -> Iterator[tuple[str, int | None, Listed]]:
        return ((host, port, listed) for (host, port), listed in self.entries.items())

    def names_host(self, host: str) -> bool:
        """Whether a line names exactly this host."""
        return host in self.names

    def find(self, host: str, port: int) -> Listed | None:
        """Where `host` is served when a URL asks for `port`; the line for that port goes first."""
        name = host if host in self.names else _ANY
        return self.entries.get((name, port)) or self.entries.get((name, None))

    def has(self, host: str) -> bool:
        """Whether the name exists at all, under its own line or under `*`."""
        return host in self.names or any(name == _ANY for name, _ in self.entries)
