"""What a worker hands out: one row a look, one message a finished survey, and what a site's job is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class PageRow:
    """One ask and what came of it; enough to answer the same ask again without asking the network.

    `want` is `page`, `body`, `exists` or `robots`; `url` is canonical. `size` counts decoded bytes,
    `received` the bytes as received, redirects included. `warc` (relative to the evidence folder),
    `offset` and `length` tell where the final answer's record lies; None where nothing was archived.
    `seconds` is the time of all exchanges, `requests` their number (0 where another row of the run already
    counts them), `address` the `ip:port` of the final one. `addresses` lists each exchange's address and
    seconds. `content_type` is the header as received. `at` is aware.
    """

    target: str
    want: str
    url: str
    final_url: str
    method: str
    at: datetime
    post: str | None = None
    status: int | None = None
    failure: str | None = None
    detail: str = ""
    sha256: str = ""
    size: int = 0
    received: int = 0
    warc: str | None = None
    offset: int | None = None
    length: int | None = None
    seconds: float = 0.0
    requests: int = 0
    address: str | None = None
    addresses: tuple[tuple[str, float], ...] = ()
    certificate_fault: str | None = None
    content_type: str = ""
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class SiteDone:
    """A survey's end: `payload` is the msgspec JSON of what it returned; `failure` says why there is none."""

    target: str
    payload: bytes
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class SiteJob:
    """One target to be surveyed. `survey_input` is handed to the survey's factory.

    `replay` holds the rows that were committed earlier; they are answered without asking again.
    `expected` is the number of requests that an earlier round took (0: unknown); the biggest go first.
    """

    target: str
    filed_url: str
    survey_input: object = None
    replay: tuple[PageRow, ...] = ()
    expected: int = 0


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a run stands: targets done and all, looks made (replayed ones not counted), seconds since its start."""

    done: int
    targets: int
    looks: int
    seconds: float


class Sink(Protocol):
    """Whoever keeps what a run brings; called in the parent process only, rows before their site's end."""

    def pages(self, rows: list[PageRow]) -> None:
        """Rows whose evidence is on disk."""

    def site_done(self, target: str, payload: bytes, failure: str | None) -> None:
        """A survey has ended; `failure` is set (and the payload empty) where our own program failed."""

    def progress(self, progress: Progress) -> None:
        """Called about once a second."""
