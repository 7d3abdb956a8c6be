"""What the estate consists of, before anything is rendered: the concrete facts from which pages and truth follow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

LIST = "list"
TEXT = "text"
LEADERS = "leaders"
CHANNEL = "channel"

MUST_UPDATE = frozenset({"news", "notice", "policy", "interpretation", "annual", "data"})

SLOTS_A_DAY = 20
SLOTS = 7 * SLOTS_A_DAY


@dataclass(frozen=True, slots=True)
class UnitPlan:
    """A unit as it is filed."""

    unit_id: str
    name: str
    short: str
    level: str
    division: str
    parent_id: str
    kind: str
    outward: bool
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a list: a page of the site, a file of it, or an address elsewhere (`link`)."""

    number: int
    title: str
    day: date
    minute: int
    link: str = "page"


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What a person has said of a column in the registry."""

    column_type: str
    must_update: bool


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `kind` is its type as the definitions find it (empty: none can be found).

    `unread` says why its list cannot be read by anybody: blocked, reset, or script (filled by an unknown script).
    `on_home` counts the rows that the home page shows of it; `skip_home` passes over that many newest ones.
    """

    key: str
    number: int
    name: str
    kind: str
    tag: str
    shape: str = LIST
    level: int = 1
    items: tuple[Item, ...] = ()
    unread: str = ""
    confirmed: Confirmed | None = None
    on_home: int = 0
    skip_home: int = 0
    per_page: int = 15
    group: str = ""


@dataclass(frozen=True, slots=True)
class LetterPlan:
    """One public letter. `shows_asked` is false where its date stands nowhere; `answered` None: no answer."""

    number: int
    title: str
    kind: str
    asked: date
    shows_asked: bool
    answered: date | None
    shows_answered: bool
    state: str


@dataclass(frozen=True, slots=True)
class MailboxPlan:
    """A channel with its public letters; `channel` is consultation, petition, discipline, survey or interview.

    `elsewhere` is the address of a channel that stands outside the site.
    """

    key: str
    number: int
    name: str
    channel: str
    letters: tuple[LetterPlan, ...] = ()
    unread: str = ""
    elsewhere: str = ""
    layout: str = "table"


@dataclass(frozen=True, slots=True)
class GuidePlan:
    """One service guide: which element classes carry content, which stand with an empty cell."""

    number: int
    title: str
    present: frozenset[str]
    hollow: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ServicePlan:
    """The services of a site. `mode`: none, local, offsite (readable elsewhere) or login (elsewhere, closed).

    `unread`: blocked (the guides answer 403) or bare (headings that an unknown script fills).
    """

    mode: str = "none"
    name: str = ""
    guides: tuple[GuidePlan, ...] = ()
    unread: str = ""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How the host answers. `permanent` is what its home page always does (empty: it answers well).

    `robots` is what robots.txt says: "" (there is none), none, some or all is forbidden. `faults` maps slots to what the home page does while that slot is announced; `announced` tells that the
    week was announced as maintenance. `oddities` are readable peculiarities of the answers.
    """

    permanent: str = ""
    faults: Mapping[int, str] = field(default_factory=dict)
    announced: bool = False
    robots: str = ""
    charset: str = "utf-8"
    declared: str = "utf-8"
    oddities: frozenset[str] = frozenset()
    latency: float = 0.05


@dataclass(frozen=True, slots=True)
class SitePlan:
    """One filed site. `cases` maps an indicator to the case that was dealt to it ("" where none was)."""

    index: int
    code: str
    name: str
    host: str
    scheme: str
    address: str
    unit: UnitPlan
    portal: bool
    family: str
    platform: str
    status: str
    operator: str
    icp: str
    police: str
    filed_on: date
    cases: Mapping[str, str]
    behaviour: Behaviour
    home_kind: str
    home_dated: bool
    articles_dated: bool
    columns: tuple[Column, ...]
    mailboxes: tuple[MailboxPlan, ...]
    hub: str
    service: ServicePlan
    spam: bool
    campaign: bool
    robots_confirmed: bool
    leaves: float
    tag_mode: str
    style: int

    @property
    def home_url(self) -> str:
        """The filed address."""
        return f"{self.scheme}://{self.host}/"


@dataclass(frozen=True, slots=True)
class PostPlan:
    """One post of an account. `talk`: whether a handed-in row says that people can talk back."""

    number: int
    title: str
    published: datetime
    talk: bool | None = None


@dataclass(frozen=True, slots=True)
class AccountPlan:
    """One filed account. `source`: none, feed, handed_in, store, page, or store+handed_in.

    `answer` is what the source does when it is asked: ok, 404, 503, 403, reset, broken, undated, gone, deleted,
    violation or unavailable. `form` names the feed's format.
    """

    index: int
    account_id: str
    platform: str
    handle: str
    name: str
    unit: UnitPlan
    source: str
    source_url: str
    form: str
    answer: str
    posts: tuple[PostPlan, ...]
    case: str
    status: str
    contracted: bool
    operator: str
    reviewers: tuple[str, str, str]
    filed_on: date
    spam: bool = False
    campaign: bool = False


@dataclass(frozen=True, slots=True)
class EstatePlan:
    """The whole estate."""

    seed: str
    as_of: datetime
    units: tuple[UnitPlan, ...]
    sites: tuple[SitePlan, ...]
    accounts: tuple[AccountPlan, ...]
    base: tuple[int, int]
    feed_hosts: Mapping[str, str]
    outside_address: str
    service_host: str
    service_address: str
