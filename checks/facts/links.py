"""Links of a site that were looked at, and those that lead nowhere."""

from __future__ import annotations

from dataclasses import dataclass

from checks.facts.base import Gap, Seen


@dataclass(frozen=True, slots=True)
class DeadLink:
    """A link whose target answered 404, 410 or a soft 404; `linked_from` is the first page that links it."""

    url: str
    reason: str
    linked_from: str
    on_home: bool
    seen: Seen


@dataclass(frozen=True, slots=True)
class LinkCheck:
    """How many links were looked at, the dead ones, and how many could not be decided."""

    checked: int = 0
    dead: tuple[DeadLink, ...] = ()
    undecided: int = 0
    gaps: tuple[Gap, ...] = ()
