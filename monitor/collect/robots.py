"""robots.txt, honoured for discovery: what a filed site forbids is not walked through.

4xx: everything is allowed. 5xx, 429 or no answer: only confirmed addresses (the filed home page, confirmed
columns) are visited. A site that forbids everything is still visited there, because it is filed.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from protego import Protego

from monitor.collect.failures import Failure

_NAME = "GovSiteMonitor"


@dataclass(frozen=True, slots=True)
class Robots:
    """What a host's robots.txt lets us do; `rules` is None where all or nothing is allowed."""

    everything: bool
    rules: Protego | None = None

    def allows(self, url: str) -> bool:
        """Whether an address may be walked to."""
        return self.everything if self.rules is None else bool(self.rules.can_fetch(url, _NAME))


ALLOWED = Robots(True)
FORBIDDEN = Robots(False)


def robots_url(url: str) -> str:
    """Where the rules for an address stand."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}/robots.txt"


def read_robots(status: int | None, failure: Failure | None, body: bytes) -> Robots:
    """The rules that an answer means; `body` is decoded. Unreadable text is no rule."""
    if status is None or status >= 500 or status == 429:
        return FORBIDDEN
    if 400 <= status < 500:
        return ALLOWED
    if failure is not None and failure not in {Failure.TOO_LARGE, Failure.TRUNCATED, Failure.BLOCKED}:
        # A redirect off the site, a loop, a broken transfer: nothing was forbidden in a readable way.
        return ALLOWED if status < 400 and failure not in {Failure.BODY_TIMEOUT, Failure.RESET} else FORBIDDEN
    text = body.decode("utf-8", "replace")
    if "<html" in text[:2000].lower():
        return ALLOWED
    return Robots(False, Protego.parse(text))
