"""How a survey and the one who fetches for it talk: waves of asks, answers in the same order.

A survey never fetches. It is a generator that yields a wave (a list of `Ask`), is sent the list of
`Answer` in the same order, and finally returns what it learned. Whoever drives it may fetch, replay an
archive, or hand over saved pages; because a wave is answered as a whole, in order, the result does not
depend on the order in which answers arrived.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from monitor.collect.extract.page import PageFacts
from monitor.collect.failures import Failure


class Want(StrEnum):
    """What is wanted of an address."""

    PAGE = "page"
    """The whole page, read into `PageFacts`."""
    BODY = "body"
    """The decoded body as bytes (a script, a JSON list, a feed)."""
    EXISTS = "exists"
    """Only whether it is there: HEAD, and a ranged GET where HEAD is refused."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One address to look at. `post` is a form body (a list's own data call, never a submission).

    `confirmed` is true for filed home pages and confirmed columns, which robots.txt does not hold back.
    """

    url: str
    want: Want = Want.PAGE
    post: str | None = None
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of an ask. `failure` is None where the wanted thing is there.

    `page` is set for `Want.PAGE`, `body` for `Want.BODY` (and for JSON or XML answers to `Want.PAGE`).
    `sha256` digests the decoded body; `at` is aware.
    """

    ask: Ask
    final_url: str
    at: datetime
    status: int | None = None
    failure: Failure | None = None
    sha256: str = ""
    page: PageFacts | None = None
    body: bytes | None = None
    content_type: str = ""
    last_modified: str | None = None


Result = TypeVar("Result")
Survey = Generator[list[Ask], list[Answer], Result]
