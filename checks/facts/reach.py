"""How far a survey of a site could look at all."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reach:
    """Pages that were read, and whether robots.txt kept all but the filed addresses from being looked at."""

    pages: int
    robots_forbids: bool
