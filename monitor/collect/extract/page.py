"""What one pass over one page yields: the plain values that surveys put together.

Everything here was read off a single page; deciding what it means for the site is the survey's work.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from checks.facts.base import DateSource
from checks.facts.guides import Element
from checks.facts.scan import SuspectKind


class Region(StrEnum):
    """Where on the page something stands."""

    NAVIGATION = "navigation"
    MAIN = "main"
    SIDEBAR = "sidebar"
    FOOTER = "footer"


@dataclass(frozen=True, slots=True)
class Link:
    """One link: absolute address without fragment, anchor text (title attribute where longer), region.

    `hidden` is true where style or position keeps people from seeing it.
    """

    url: str
    text: str
    region: Region
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class ReadDate:
    """A date read on a page, with where it came from and the words around it (at most 120 characters)."""

    day: date
    source: DateSource
    excerpt: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a list: a linked title and the date of the row, where it has one.

    `month_day` is set where the row shows a date without a year (`05-18`) that nothing on the page completes.
    """

    title: str
    url: str
    date: ReadDate | None
    month_day: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class ItemList:
    """One list of items on the page (the rows of one repeated structure, in page order).

    `heading` is the block's own title, `more` its "more" link; `region` is where it stands. `origin` says
    how it was delivered: `html`, `embedded` (records inside a script element) or `data` (JSON).
    """

    rows: tuple[Row, ...]
    region: Region
    heading: str = ""
    more: str | None = None
    origin: str = "html"


@dataclass(frozen=True, slots=True)
class DataAddress:
    """A first-party address from which a script fills a list of the page; `post` is the form body, if any."""

    url: str
    post: str | None = None
    what: str = "list"


@dataclass(frozen=True, slots=True)
class FooterField:
    """One footer value; `field` as in `checks.facts.identity.FooterValue`."""

    field: str
    value: str
    malformed: bool
    excerpt: str


@dataclass(frozen=True, slots=True)
class LetterRow:
    """One row of a public letter list, or a letter's own page.

    `has_answer` is None where the row does not tell and the letter's page must be read.
    """

    title: str
    url: str
    asked: date | None
    answered: date | None
    has_answer: bool | None
    state: str
    excerpt: str
    category: str = ""


@dataclass(frozen=True, slots=True)
class GuideFields:
    """The element classes that stand on a service-guide page; see `checks.facts.guides.Guide`."""

    title: str
    present: tuple[Element, ...]
    missing: tuple[Element, ...]
    unread: tuple[Element, ...]
    excerpt: str


@dataclass(frozen=True, slots=True)
class PageSuspect:
    """A candidate for a serious error on this page."""

    kind: SuspectKind
    says: str
    certain: bool
    excerpt: str


class Challenge(StrEnum):
    """Defence pages and notices that answer 200 and are not the page that was asked for."""

    SCRIPT = "script_challenge"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class PageFacts:
    """Everything that one page shows.

    `url` is the final address. `title` is the document's title, `heading` the article's own. `tags` holds all
    `<meta name>` pairs as written. `published` is the article's date by the order of trust, `dates` all
    candidates. `lists` are the item lists, `data_addresses` where further lists come from. `letters` and
    `guide` are set where the page shows such. `forms` are the action addresses of input forms that take
    text. `footer_scripts` are same-site scripts that may write the footer or a list. `frames` are same-site
    frames. `refresh` is the target of a meta refresh or a plain script jump. `next_pages` are further
    pages of the page's main list, in order. `script_built` is true for an application shell whose content a
    script writes. `text_length` counts visible characters; `text_sha256` digests the main text.
    `charset_faults` counts undecodable characters. `main_length` counts visible characters of the main part
    that are not link text (breadcrumb, navigation, sidebar and footer left out) and `main_images` its
    pictures, players and embedded objects; None where this was not counted. Only with both near nothing may a
    column be called empty. `says_empty` is true where a short main part says itself that nothing is there
    (暂无信息, 栏目建设中, 共0条). `inline_scripts` are digests of the inline programs without their literals.
    """

    url: str
    charset: str
    title: str
    heading: str = ""
    tags: tuple[tuple[str, str], ...] = ()
    links: tuple[Link, ...] = ()
    lists: tuple[ItemList, ...] = ()
    data_addresses: tuple[DataAddress, ...] = ()
    published: ReadDate | None = None
    dates: tuple[ReadDate, ...] = ()
    footer: tuple[FooterField, ...] = ()
    footer_scripts: tuple[str, ...] = ()
    frames: tuple[str, ...] = ()
    refresh: str | None = None
    next_pages: tuple[str, ...] = ()
    letters: tuple[LetterRow, ...] = ()
    letter_detail: LetterRow | None = None
    guide: GuideFields | None = None
    forms: tuple[str, ...] = ()
    suspects: tuple[PageSuspect, ...] = ()
    challenge: Challenge | None = None
    not_found_text: bool = False
    script_built: bool = False
    text_length: int = 0
    text_sha256: str = ""
    charset_faults: int = 0
    main_length: int | None = None
    main_images: int | None = None
    says_empty: bool = False
    inline_scripts: tuple[str, ...] = ()
