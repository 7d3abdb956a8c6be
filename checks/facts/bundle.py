"""All facts of one target together, as collection stores them and judgement reads them."""

from __future__ import annotations

from dataclasses import dataclass, field

from checks.facts.accounts import AccountSource
from checks.facts.columns import ColumnSet
from checks.facts.guides import Guides
from checks.facts.home import HomePage, SectionPages
from checks.facts.identity import Identity
from checks.facts.letters import Letters
from checks.facts.links import LinkCheck
from checks.facts.scan import PageScan


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """What one survey of a site learned; availability is kept apart in its ledger of visits.

    `robots_forbids` is true where robots.txt forbade everything, so that only the filed home page and the
    confirmed columns were looked at. `pages` counts the pages that were read.
    """

    target: str
    home: HomePage
    sections: SectionPages = field(default_factory=SectionPages)
    columns: ColumnSet = field(default_factory=ColumnSet)
    letters: Letters = field(default_factory=Letters)
    guides: Guides = field(default_factory=Guides)
    identity: Identity = field(default_factory=Identity)
    links: LinkCheck = field(default_factory=LinkCheck)
    scan: PageScan = field(default_factory=PageScan)
    pages: int = 0
    robots_forbids: bool = False


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """What one look at an account learned."""

    target: str
    source: AccountSource
    scan: PageScan = field(default_factory=PageScan)
