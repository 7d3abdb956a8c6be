"""One HTTP exchange and one whole look (redirects followed), as plain values.

`Exchange` is what a single request brought; `Look` is the chain from the address that was asked to the
one that answered. Nothing here knows libcurl; transports map their own errors to `Failure` once, at the edge.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.collect.failures import Failure


@dataclass(frozen=True, slots=True)
class Phases:
    """Seconds from the start of the request until each phase was over; 0 where it was not reached."""

    resolve: float = 0.0
    connect: float = 0.0
    tls: float = 0.0
    first_byte: float = 0.0
    total: float = 0.0


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and what came back.

    `body` holds the bytes as received (still content-encoded); it may be partial where `failure` is set.
    `headers` keeps order and spelling. `address` is `ip:port` connected to. `request_head` and
    `response_head` are the raw head bytes for the archive. `started` is aware.
    """

    url: str
    method: str
    started: datetime
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    failure: Failure | None = None
    detail: str = ""
    address: str | None = None
    phases: Phases = Phases()
    certificate_fault: str | None = None
    request_head: bytes = b""
    response_head: bytes = b""

    def header(self, name: str) -> str | None:
        """The first header of that name, whatever its case."""
        wanted, size = name.lower(), len(name)
        for key, value in self.headers:
            if len(key) == size and key.lower() == wanted:
                return value
        return None


@dataclass(frozen=True, slots=True)
class Look:
    """What asking for one address came to.

    `hops` holds every exchange in order, the last one being the answer. `failure` is None only where a final
    2xx came with its whole body; `body` is the decoded (no longer content-encoded) body of the last exchange,
    bounded; `sha256` is its digest in hex.
    """

    url: str
    final_url: str
    hops: tuple[Exchange, ...]
    failure: Failure | None
    detail: str = ""
    body: bytes = b""
    sha256: str = ""

    @property
    def last(self) -> Exchange:
        """The exchange that answered."""
        return self.hops[-1]

    @property
    def status(self) -> int | None:
        """The final HTTP status, None where no answer came."""
        return self.hops[-1].status if self.hops else None

    @property
    def content_type(self) -> str:
        """The declared media type without parameters, lower-case; empty where none was declared."""
        declared = self.hops[-1].header("content-type") if self.hops else None
        return (declared or "").split(";", 1)[0].strip().lower()
