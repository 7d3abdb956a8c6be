"""Helpers of the rules about updating: the newest item up to a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from checks.facts.base import DatedItem


def newest(items: Iterable[DatedItem], *, not_after: date) -> DatedItem | None:
    """The newest item up to a day; of several of one day always the same one, whatever their order."""
    known = [item for item in items if item.day <= not_after]
    return min(known, key=lambda item: (-item.day.toordinal(), item.url, item.title)) if known else None
