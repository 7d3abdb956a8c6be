"""Letters are no services: a board of letters, or a single letter, may use every word of a guide.

People ask for conditions, papers and telephone numbers, and a board carries their questions in the cells of a
table. A page counts as correspondence only where letters were read on it and its own name says nothing of
services; where that is not plain the page stays what it was taken for, so that nobody is said to offer nothing.
"""

from __future__ import annotations

from monitor.collect.extract.page import GuideFields, PageFacts
from monitor.collect.survey.words import channel_kind, is_service_entry, leads_to_channels

_DENSE = 5
"""Element classes that no board shows by chance; a page with so many is a guide whatever else stands on it."""


def is_correspondence(page: PageFacts, listed: bool = False) -> bool:
    """Whether a page is a letter, or a board of letters by its own name too, and is not named after services.

    A letter that a board lists (`listed`) is one whatever it is called: people write about services.
    """
    if page.letter_detail is not None and listed:
        return True
    name = page.heading or page.title
    if is_service_entry(name):
        return False
    if page.letter_detail is not None:
        return True
    return bool(page.letters) and (channel_kind(name) is not None or leads_to_channels(name))


def guide_of(page: PageFacts, listed: bool = False) -> GuideFields | None:
    """The guide on a page; None where it has none, or where its few labels are words of letters."""
    guide = page.guide
    if guide is None or len(guide.present) + len(guide.unread) >= _DENSE:
        return guide
    return None if is_correspondence(page, listed) else guide
