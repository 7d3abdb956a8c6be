"""Who the site says it is: footer values and tags of the home page, its frames and scripts included."""

from __future__ import annotations

from checks.facts.base import Gap
from checks.facts.identity import FooterValue, Identity, PageTag
from monitor.collect.survey.outcome import seen
from monitor.collect.survey.whole import FRAME, SCRIPT, Whole

_STANDARD = frozenset(
    {
        "sitename",
        "sitedomain",
        "siteidcode",
        "columnname",
        "columndescription",
        "columnkeywords",
        "columntype",
        "articletitle",
        "pubdate",
        "contentsource",
        "keywords",
        "author",
        "description",
        "image",
        "url",
    }
)


def identity_of(home: Whole) -> Identity:
    """Footer values, each once and with where it was read, and the standard's tags as written.

    Frames and scripts that were not read are gaps: what is missing may stand there.
    """
    values: dict[tuple[str, str], FooterValue] = {}
    for value, answer in home.footers:
        values.setdefault(
            (value.field, value.value),
            FooterValue(value.field, value.value, value.malformed, seen(answer, value.excerpt)),
        )
    tags = tuple(PageTag(name, value) for name, value in home.page.tags if name.lower() in _STANDARD)
    gaps = tuple(one for one in home.unread if one.what in {SCRIPT, FRAME})
    return Identity(values=tuple(values.values()), tags=tags, gaps=gaps)


def unread_identity(why: Gap) -> Identity:
    """The facts where the home page was not read."""
    return Identity(gaps=(why,))
