"""Who a site says it is: footer values and page tags, each with where it was read."""

from __future__ import annotations

from dataclasses import dataclass

from checks.facts.base import Gap, Seen


@dataclass(frozen=True, slots=True)
class FooterValue:
    """One value of the footer.

    `field` is one of `site_code`, `icp`, `police`, `sponsor`, `operator`, `phone`, `email`, `conac`,
    `jiucuo`; `malformed` is true where something stands there that does not have the item's form.
    """

    field: str
    value: str
    malformed: bool
    seen: Seen


@dataclass(frozen=True, slots=True)
class PageTag:
    """One `<meta name content>` of the site's tag standard, as written."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Footer values and tags of a site's home page."""

    values: tuple[FooterValue, ...] = ()
    tags: tuple[PageTag, ...] = ()
    gaps: tuple[Gap, ...] = ()
