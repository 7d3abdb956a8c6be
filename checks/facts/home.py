"""The home page and, where it is only an entrance, the second-level pages behind it."""

from __future__ import annotations

from dataclasses import dataclass

from checks.facts.base import DatedItem, Gap, Seen


@dataclass(frozen=True, slots=True)
class PageItems:
    """A page and the dated items that stand on it or on the articles that it lists.

    `items` is sorted newest first and cut to a few dozen; `undated` counts listed articles whose date
    could not be read anywhere; `future` holds items dated after the reference time. `gap` says why the page
    could not be read, in which case the rest is empty.
    """

    url: str
    title: str = ""
    seen: Seen | None = None
    items: tuple[DatedItem, ...] = ()
    future: tuple[DatedItem, ...] = ()
    undated: int = 0
    gap: Gap | None = None


@dataclass(frozen=True, slots=True)
class HomePage:
    """The filed home page.

    `is_navigation` is true where the page lists no articles of its own and only leads to sections.
    `needs_script` is true where its lists are filled by a script that was not executed.
    """

    page: PageItems
    is_navigation: bool = False
    needs_script: bool = False


@dataclass(frozen=True, slots=True)
class SectionPages:
    """All second-level pages that a navigation-only home page leads to (empty otherwise)."""

    pages: tuple[PageItems, ...] = ()
