"""The politeness bound: the least time that a crawl of the requests really made could have taken."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from monitor.collect.rows import PageRow


@dataclass(frozen=True, slots=True)
class Bound:
    """`seconds` is the bound, `address` the IP address that sets it (None where all connections together do)."""

    seconds: float
    address: str | None
    addresses: int
    requests: int
    mean_latency: float


def politeness_bound(
    rows: Iterable[PageRow], connections: int, requests_per_second: float, total_connections: int
) -> Bound:
    """Max over addresses of max(requests ÷ rate, requests × mean latency ÷ connections), and all work ÷ all connections.

    Counts every request of the rows: redirects, robots.txt, second tries and HEADs that became GETs.
    """
    work: dict[str, float] = defaultdict(float)
    number: dict[str, int] = defaultdict(int)
    for row in rows:
        for address, seconds in row.addresses:
            ip = address.rpartition(":")[0]
            work[ip] += seconds
            number[ip] += 1
    requests, total = sum(number.values()), sum(work.values())
    best, where = total / total_connections, None
    for ip, seconds in work.items():
        least = max(
            seconds / connections, number[ip] / requests_per_second if requests_per_second > 0 else 0.0
        )
        if least > best:
            best, where = least, ip
    return Bound(best, where, len(work), requests, total / requests if requests else 0.0)
