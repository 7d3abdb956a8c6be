"""Where every host of an estate listens, and with which certificate."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from monitor.rehearsal.plan import EstatePlan, SitePlan
from monitor.rehearsal.wordings.noise import OUTSIDE_HOSTS

STORE_HOST = "itunes.apple.com"
ARTICLE_HOST = "mp.weixin.qq.com"
LOWEST_PORT, PORTS = 12_000, 9_000


def port_for(folder: Path) -> int:
    """The port of the estate in that folder: an even number that differs from folder to folder.

    Two estates of the same seed share their addresses, so that what is recorded of them is the same; the
    port keeps them apart on one machine.
    """
    digest = hashlib.sha256(str(folder.resolve()).encode()).digest()
    return LOWEST_PORT + 2 * (int.from_bytes(digest[:4], "big") % PORTS)


@dataclass(frozen=True, slots=True)
class Seat:
    """A host, its address, and whether it answers http and https; `certificate` "", expired or wrong_name."""

    host: str
    address: str
    http: bool
    https: bool
    certificate: str = ""


def _certificate(site: SitePlan) -> str:
    if "expired_certificate" in site.behaviour.oddities:
        return "expired"
    return "wrong_name" if "wrong_name_certificate" in site.behaviour.oddities else ""


def seats(plan: EstatePlan) -> list[Seat]:
    """Every host that has a name; a host that nobody listens behind is named as well."""
    result = []
    for site in plan.sites:
        if site.behaviour.permanent == "no_name":
            continue
        https = site.scheme == "https" or "redirects_to_https" in site.behaviour.oddities
        result.append(Seat(site.host, site.address, True, https, _certificate(site)))
    result += [Seat(host, address, True, False) for host, address in plan.feed_hosts.items()]
    result.append(Seat(plan.service_host, plan.service_address, True, False))
    result += [
        Seat(host, plan.outside_address, True, True) for host in (*OUTSIDE_HOSTS, STORE_HOST, ARTICLE_HOST)
    ]
    return result


def hosts_text(plan: EstatePlan, port: int) -> str:
    """The hosts file: `host address:port`, and `host:443 address:port` where the host answers https."""
    lines = []
    for seat in seats(plan):
        if seat.http:
            lines.append(f"{seat.host} {seat.address}:{port}")
        if seat.https:
            lines.append(f"{seat.host}:443 {seat.address}:{port + 1}")
    return "\n".join(lines) + "\n"
