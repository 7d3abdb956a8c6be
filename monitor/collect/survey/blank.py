"""Whether a column's page is really empty: the one claim about a column that silence could fake.

A page is called empty only where it came whole, shows no row, no document, no form, no letter, no guide, no
picture and hardly a word of its own, where nothing of it was left unread, and where it leads nowhere new.
What belongs to head, foot and menus is learnt from the site's other column pages. Anything else without a
readable list is a text page or a page that we could not read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from monitor.collect.extract.page import PageFacts, Region
from monitor.collect.survey.dating import content_lists
from monitor.collect.survey.places import Scope, identity
from monitor.collect.survey.whole import Whole

_MAIN_WORDS = 60
"""Characters that an empty column's main part may carry beyond the frame: its name and 暂无信息."""
_FRAME_WORDS = 60
_FRAME_CEILING = 500
_ROW_WORDS = 10
_LEAST_PAGES = 3
"""Column pages from which on a link that stands on half of them belongs to the template."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What the column pages of one site have in common.

    `words`, `main_words` and `pictures` are the least over pages that bring a list with them, None without such
    a page. `known` are the addresses that the home page links and `template` those that half of the column
    pages link, with the region where they do (identities). `plain` are scripts of pages that bring their list with them, by address or
    digest: such a script fills no list.
    """

    words: int | None
    main_words: int
    pictures: int
    known: frozenset[str]
    template: frozenset[tuple[str, Region]]
    plain: frozenset[str]


def frame_of(pages: Sequence[Whole], known: Collection[str]) -> Frame:
    """Learn the common frame from the column pages that were read."""
    listed = [one for one in pages if any(len(own.rows) >= 3 for own in content_lists(one.page.lists))]
    often = Counter(
        same for one in pages for same in {(identity(link.url), link.region) for link in one.page.links}
    )
    least = max(_LEAST_PAGES, (len(pages) + 1) // 2)
    return Frame(
        words=min(map(loose_words, listed), default=None),
        main_words=min((_main_words(one) for one in listed), default=0),
        pictures=min((one.page.main_images or 0 for one in listed), default=0),
        known=frozenset(known),
        template=frozenset(same for same, count in often.items() if count >= least),
        plain=_plain_scripts(pages),
    )


def loose_words(whole: Whole) -> int:
    """Visible characters of a page that are neither link text nor dates of list rows."""
    linked = sum(len(link.text) for link in whole.page.links if not link.hidden)
    return max(0, whole.page.text_length - linked - _row_words(whole.page))


def _main_words(whole: Whole) -> int:
    return max(0, (whole.page.main_length or 0) - _row_words(whole.page))


def _row_words(page: PageFacts) -> int:
    rows = sum(1 for one in page.lists if one.origin == "html" for row in one.rows if row.date is not None)
    return _ROW_WORDS * rows


def _plain_scripts(pages: Iterable[Whole]) -> frozenset[str]:
    return frozenset(
        name
        for whole in pages
        if any(one.origin == "html" and len(one.rows) >= 2 for one in content_lists(whole.page.lists))
        for name in (*whole.own_scripts, *whole.page.inline_scripts)
    )


def may_be_written(whole: Whole, frame: Frame) -> bool:
    """Whether a script of this page, of which we know nothing, may write what seems to be missing."""
    written = (*whole.own_scripts, *whole.page.inline_scripts)
    return not whole.data_empty and any(name not in frame.plain for name in written)


def is_blank(whole: Whole, frame: Frame, scope: Scope, listed: bool) -> bool:
    """Whether the page is an empty column.

    `listed` says that the column's type promises a list. A page that need not be a list is called empty only
    where it says itself that nothing is there, and opens no menu of its own.
    """
    page = whole.page
    if whole.unread or page.script_built or page.challenge is not None:
        return False
    if content_lists(whole.lists) or whole.forms or whole.letters or page.guide is not None:
        return False
    if page.published is not None or page.letter_detail is not None or page.charset_faults > 20:
        return False
    if not listed and not page.says_empty:
        return False
    if any(
        _leads_on(link.url, link.region, frame, whole, scope, listed)
        for link in whole.links
        if not link.hidden
    ):
        return False
    if frame.words is None and not whole.data_empty:
        # where every list of the site comes from elsewhere, one that names no source was rather not understood
        return False
    return _hardly_a_word(whole, frame)


def _hardly_a_word(whole: Whole, frame: Frame) -> bool:
    page = whole.page
    if (page.main_images or 0) > frame.pictures:
        return False
    if page.main_length is not None and page.main_length <= frame.main_words + _MAIN_WORDS:
        return True
    words = loose_words(whole)
    return words <= _FRAME_CEILING and (frame.words is None or words <= frame.words + _FRAME_WORDS)


def _leads_on(url: str, region: Region, frame: Frame, whole: Whole, scope: Scope, listed: bool) -> bool:
    """Whether a link leads to something that only this page offers.

    What the home page links as well counts as such unless half of the column pages link it too: a page may be
    a menu of columns that are known. A menu beside the main part is none of a list's business.
    """
    if region is not Region.MAIN and (listed or region is not Region.NAVIGATION):
        return False
    same = identity(url)
    if same == identity(whole.url) or same == identity(whole.asked) or scope.is_home(url):
        return False
    if same in frame.known and ((same, region) in frame.template or not scope.same_site(url)):
        return False
    return not _is_above(same, identity(whole.url))


def _is_above(other: str, here: str) -> bool:
    """Whether an address is the index of a folder above the page, as breadcrumbs link them."""
    folder, _, file = other.partition("?")[0].rpartition("/")
    above = here.partition("?")[0].rpartition("/")[0]
    index = not file or file.startswith(("index.", "list.", "default."))
    return index and (above == folder or above.startswith(folder + "/"))
