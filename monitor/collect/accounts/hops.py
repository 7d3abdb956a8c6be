"""From one exchange to the next, and from a chain of exchanges to a look."""

from __future__ import annotations

import hashlib

from monitor.collect.exchange import Exchange, Look
from monitor.collect.failures import Failure
from monitor.collect.urls import join

_REDIRECTS = frozenset({301, 302, 303, 307, 308})


def target_of(exchange: Exchange) -> str | None:
    """Where the exchange redirects to, None where it does not."""
    location = exchange.header("location")
    if exchange.failure is not None or exchange.status not in _REDIRECTS or not location:
        return None
    # Header bytes are latin-1 on the wire; addresses outside ASCII are UTF-8 in practice.
    readable = location.encode("latin-1", "replace").decode("utf-8", "replace")
    return join(exchange.url, readable) or readable[:2000]


def cookie_of(exchange: Exchange) -> str:
    """What the exchange wants to be remembered by, as a Cookie header; empty where nothing."""
    pairs = [value.split(";", 1)[0] for name, value in exchange.headers if name.lower() == "set-cookie"]
    return "; ".join(pair for pair in pairs[:8] if "=" in pair and pair.isascii() and pair.isprintable())[
        :2048
    ]


def look_of(
    url: str, hops: list[Exchange], body: bytes, failure: Failure | None = None, detail: str = ""
) -> Look:
    """The look that a chain of exchanges came to; `body` is the decoded body of the last one."""
    last = hops[-1]
    return Look(
        url=url,
        final_url=last.url,
        hops=tuple(hops),
        failure=failure or last.failure,
        detail=detail or last.detail,
        body=body,
        sha256=hashlib.sha256(body).hexdigest(),
    )
