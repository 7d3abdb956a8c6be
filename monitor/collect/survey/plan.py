"""What a survey is told before it starts: which site, what is already confirmed, how far it may go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from registry.model import ConfirmedColumn


@dataclass(frozen=True, slots=True)
class SurveyLimits:
    """How far one survey may go; every number bounds asks, so that a hostile site costs a known amount.

    `max_pages` bounds whole pages, `max_exists` mere looks, `max_depth` clicks from the home page, `wave`
    asks in one wave. `columns` and `subcolumns` bound column pages, `articles_per_list` the articles that a
    list without dates is first dated by, `articles_to_date` those asked before such a list is called old.
    `letter_pages` and `letter_details` bound public letters, `guide_listings` and `guides` service items.
    `outside_links` bounds looks at other sites, `links` the addresses remembered, `same_shape` the addresses
    of one shape that a query or a calendar can make up without end.
    """

    max_pages: int = 1000
    max_exists: int = 2000
    max_depth: int = 6
    wave: int = 64
    columns: int = 120
    subcolumns: int = 120
    articles_per_list: int = 3
    articles_to_date: int = 60
    list_pages: int = 5
    letter_pages: int = 40
    letter_details: int = 150
    guide_listings: int = 40
    guides: int = 200
    outside_links: int = 40
    links: int = 20_000
    same_shape: int = 60


@dataclass(frozen=True, slots=True)
class SitePlan:
    """One site to survey, as the frozen registry describes it; `as_of` is aware (Asia/Shanghai).

    `seed` makes the address that cannot exist and the sample of guides; the same plan and the same answers
    give the same facts.
    """

    target: str
    url: str
    name: str
    unit_name: str
    site_kind: str
    outward_service: bool
    as_of: datetime
    columns: tuple[ConfirmedColumn, ...] = ()
    limits: SurveyLimits = SurveyLimits()
    seed: str = ""

    def __post_init__(self) -> None:
        if self.as_of.tzinfo is None:
            raise ValueError(f"{self.target}: 监测时间点缺少时区")

    @property
    def today(self) -> date:
        """The calendar day of the reference time."""
        return self.as_of.date()

    @property
    def surely_fresh(self) -> date:
        """A day from which no ruler calls anything stale: once such a date is seen, looking on is waste.

        This is a matter of economy and decides nothing; the thresholds live in the ruler.
        """
        return self.today - timedelta(days=7)
