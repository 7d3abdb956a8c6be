"""What the rules judge: plain frozen facts, each with where it was seen, and the gaps where nothing was.

Collection builds these types and stores them; rules declare the ones they need as typed parameters.
"""

from checks.facts.accounts import AccountSource, Interaction, Post, SourceKind, StoreEntry
from checks.facts.base import DatedItem, DateSource, Gap, Seen, Subject, TargetKind
from checks.facts.bundle import AccountFacts, SiteFacts
from checks.facts.columns import Column, ColumnSet, ColumnType, TypedBy
from checks.facts.guides import Element, Guide, Guides
from checks.facts.home import HomePage, PageItems, SectionPages
from checks.facts.identity import FooterValue, Identity, PageTag
from checks.facts.letters import Channel, ChannelKind, Letter, Letters
from checks.facts.links import DeadLink, LinkCheck
from checks.facts.reach import Reach
from checks.facts.scan import PageScan, Suspect, SuspectKind
from checks.facts.visits import Visit, VisitLedger

__all__ = [
    "AccountFacts",
    "AccountSource",
    "Channel",
    "ChannelKind",
    "Column",
    "ColumnSet",
    "ColumnType",
    "DateSource",
    "DatedItem",
    "DeadLink",
    "Element",
    "FooterValue",
    "Gap",
    "Guide",
    "Guides",
    "HomePage",
    "Identity",
    "Interaction",
    "Letter",
    "Letters",
    "LinkCheck",
    "PageItems",
    "PageScan",
    "PageTag",
    "Post",
    "Reach",
    "SectionPages",
    "Seen",
    "SiteFacts",
    "SourceKind",
    "StoreEntry",
    "Subject",
    "Suspect",
    "SuspectKind",
    "TargetKind",
    "TypedBy",
    "Visit",
    "VisitLedger",
]
