"""Which IP addresses are public, and every spelling in which an address may hide inside a URL's host.

`ipaddress.is_global` alone is not enough on Python 3.11 (NAT64, 6to4, `::127.0.0.1`, multicast), and URL
hosts may spell an address in octal, hexadecimal, one number, full-width digits or percent escapes.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from functools import lru_cache
from urllib.parse import unquote

from monitor.collect.errors import AddressRefused, BadUrl

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

_REFUSED_V4 = tuple(
    ipaddress.IPv4Network(block)
    for block in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
_PUBLIC_V6 = ipaddress.IPv6Network("2000::/3")
_REFUSED_V6 = tuple(
    ipaddress.IPv6Network(block)
    for block in (
        "2001::/23",  # protocol assignments: Teredo, benchmarking, ORCHID
        "2001:db8::/32",
        "2002::/16",  # 6to4 carries any IPv4 address
        "2620:4f:8000::/48",
        "3fff::/20",
    )
)
_NUMBER = re.compile(r"(?:0x[0-9a-f]*|[0-9]+)\Z")
_NAME = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_-])?\Z")
_DOTS = str.maketrans({"。": ".", "．": ".", "｡": "."})


def is_public(address: IpAddress) -> bool:
    """Whether anybody on the open network may be meant by the address; scoped and embedding forms are not."""
    if isinstance(address, ipaddress.IPv4Address):
        return not any(address in block for block in _REFUSED_V4)
    # Only global unicast: this leaves out ::1, ::/96, mapped, NAT64, unique-local, link-local, multicast.
    if address.scope_id is not None or address not in _PUBLIC_V6:
        return False
    return not any(address in block for block in _REFUSED_V6)


def _ipv4_number(part: str) -> int:
    try:
        if part.startswith("0x"):
            return int(part[2:] or "0", 16)
        return int(part, 8) if len(part) > 1 and part.startswith("0") else int(part)
    except ValueError:  # 08 and 09 are no octal numbers
        raise AddressRefused(f"网址中的主机 {part} 不是可用的地址写法") from None


def _read_ipv4(host: str) -> ipaddress.IPv4Address | None:
    """An IPv4 address in any spelling that browsers accept, None where the host is a name."""
    parts = host.split(".")
    if not _NUMBER.match(parts[-1]):
        return None
    if len(parts) > 4 or not all(_NUMBER.match(part) for part in parts):
        raise AddressRefused(f"网址中的主机 {host[:80]} 不是可用的地址写法")
    numbers = [_ipv4_number(part) for part in parts]
    if any(number > 255 for number in numbers[:-1]) or numbers[-1] >= 256 ** (5 - len(numbers)):
        raise AddressRefused(f"网址中的主机 {host[:80]} 超出地址范围")
    value = numbers[-1]
    for place, number in enumerate(numbers[:-1]):
        value += number << (8 * (3 - place))
    return ipaddress.IPv4Address(value)


@lru_cache(maxsize=8192)
def normal_host(host: str) -> str:
    """The host as it goes over the wire: lower-case ASCII, without brackets, escapes, or a trailing dot.

    Raises `BadUrl` where no name and no address can be read.
    """
    if host.startswith("[") and host.endswith("]"):
        return host[1:-1].lower()
    text = unicodedata.normalize("NFKC", unquote(host)).translate(_DOTS).lower()
    text = text.replace("\u00ad", "").replace("\u200b", "").removesuffix(".")
    if ":" in text:
        return text
    if not text.isascii():
        try:
            text = text.encode("idna").decode("ascii")
        except UnicodeError as error:
            raise BadUrl(f"网址中的主机名无法识别: {host[:80]!r}") from error
    if not _NAME.match(text) or ".." in text or len(text) > 253:
        raise BadUrl(f"网址中的主机名无法识别: {host[:80]!r}")
    return text


def literal_address(host: str) -> IpAddress | None:
    """The address that a normal host spells, in any spelling; None where it is a name."""
    if ":" in host:
        try:
            return ipaddress.IPv6Address(host)
        except ValueError as error:
            raise BadUrl(f"网址中的 IPv6 地址无法识别: {host[:80]!r}") from error
    return _read_ipv4(host)
