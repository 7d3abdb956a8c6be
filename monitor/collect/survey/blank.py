"""Whether a column's page is really empty: the one claim about a column that silence could fake.

A page is called empty only where it came whole, shows no row, no document, no form, no letter, no guide, no
picture and hardly a word of its own, where nothing of it was left unread, and where it leads nowhere new.
Anything else without a readable list is a text page or a page that we could not read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from monitor.collect.extract.page import Region
from monitor.collect.survey.dating import content_lists
from monitor.collect.survey.places import Scope, identity
from monitor.collect.survey.whole import Whole

_MAIN_WORDS = 60
"""Characters that an empty column's main part may still carry: its name and 暂无信息."""
_FRAME_WORDS = 60
_FRAME_CEILING = 500
_ROW_WORDS = 10


def loose_words(whole: Whole) -> int:
    """Visible characters of a page that are neither link text nor dates of list rows."""
    linked = sum(len(link.text) for link in whole.page.links if not link.hidden)
    rows = sum(
        1 for one in whole.page.lists if one.origin == "html" for row in one.rows if row.date is not None
    )
    return max(0, whole.page.text_length - linked - _ROW_WORDS * rows)


def frame_words(pages: Iterable[Whole]) -> int | None:
    """What head and foot alone amount to: the least over pages that bring a list with them; None without one."""
    amounts = [
        loose_words(whole)
        for whole in pages
        if any(len(one.rows) >= 3 for one in content_lists(whole.page.lists))
    ]
    return min(amounts, default=None)


def plain_scripts(pages: Iterable[Whole]) -> frozenset[str]:
    """Scripts that stand on pages which bring their list with them; such a script fills no list."""
    return frozenset(
        url
        for whole in pages
        if any(one.origin == "html" and len(one.rows) >= 2 for one in content_lists(whole.page.lists))
        for url in whole.own_scripts
    )


def may_be_written(whole: Whole, plain: Collection[str]) -> bool:
    """Whether a script of this page, of which we know nothing, may write what seems to be missing."""
    return not whole.data_empty and any(url not in plain for url in whole.own_scripts)


def is_blank(whole: Whole, frame: int | None, known: Collection[str], scope: Scope, listed: bool) -> bool:
    """Whether the page is an empty column.

    `frame` is what `frame_words` found; `known` are the addresses that the home page links (identities);
    `listed` says that the column's type promises a list. Where pictures were not counted, a page that need
    not be a list may well consist of one, and is not called empty.
    """
    page = whole.page
    if whole.unread or page.script_built or page.challenge is not None:
        return False
    if content_lists(whole.lists) or whole.forms or whole.letters or page.guide is not None:
        return False
    if page.published is not None or page.letter_detail is not None or page.charset_faults > 20:
        return False
    if any(_leads_on(link.url, link.region, known, whole, scope) for link in whole.links if not link.hidden):
        return False
    if frame is None and not whole.data_empty:
        # where every list of the site comes from elsewhere, one that names no source was rather not understood
        return False
    if page.main_length is not None:
        return page.main_length <= _MAIN_WORDS and not page.main_images
    words = loose_words(whole)
    return listed and words <= _FRAME_CEILING and (frame is None or words <= frame + _FRAME_WORDS)


def _leads_on(url: str, region: Region, known: Collection[str], whole: Whole, scope: Scope) -> bool:
    """Whether a link of the main part leads to something that only this page offers."""
    if region is not Region.MAIN:
        return False
    same = identity(url)
    if same in known or same == identity(whole.url) or same == identity(whole.asked) or scope.is_home(url):
        return False
    return not _is_above(same, identity(whole.url))


def _is_above(other: str, here: str) -> bool:
    """Whether an address is the index of a folder above the page, as breadcrumbs link them."""
    folder, _, file = other.partition("?")[0].rpartition("/")
    above = here.partition("?")[0].rpartition("/")[0]
    index = not file or file.startswith(("index.", "list.", "default."))
    return index and (above == folder or above.startswith(folder + "/"))
