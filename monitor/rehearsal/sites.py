"""One filed site, put together from its seat, its family and the cases that were dealt to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from random import Random

from monitor.rehearsal.columns import Brief, make_columns
from monitor.rehearsal.days import days_before
from monitor.rehearsal.dealing import DATELESS, SHARED
from monitor.rehearsal.letters import make_mailboxes
from monitor.rehearsal.places import place_of
from monitor.rehearsal.plan import LIST, Behaviour, Column, Item, MailboxPlan, ServicePlan, SitePlan
from monitor.rehearsal.register import SiteSeat
from monitor.rehearsal.services import make_service
from monitor.rehearsal.slots import SlotBook

PERMANENT = frozenset({
    "refused", "no_name", "always_404", "always_503", "redirect_loop", "blocked_403", "blocked_412", "blocked_521",
    "blocked_200", "redirect_off", "known_agents_only",
})  # fmt: skip
QUIRKS = (
    "gzip", "gzip", "gzip", "close", "close", "etag", "etag", "http10", "bare_lf", "no_reason", "chunked", "folded",
    "trap_calendar", "trap_session", "endless", "tarpit_page", "soft404", "soft404", "refresh_entrance",
    "index_redirect", "head_405", "dead_links", "dead_links", "reset_page", "forced_gzip", "popup", "wrong_charset",
    "quoted_weather", "deep_nesting", "no_type",
)  # fmt: skip
ONE_OF_A_KIND = frozenset(
    {"trap_calendar", "trap_session", "endless", "tarpit_page", "reset_page", "forced_gzip", "deep_nesting"}
)
"""Quirks that cost time; a small estate has each of them once, a large one a few times."""


@dataclass(frozen=True, slots=True)
class SiteBrief:
    """What a site is made for: its number of pages, and the address and answers of its host."""

    index: int
    seat: SiteSeat
    family: str
    cases: dict[str, str]
    host: str
    scheme: str
    address: str
    pages: int
    latency: float
    quirks: frozenset[str]
    status: str
    code: str


def _behaviour(random: Random, brief: SiteBrief, book: SlotBook) -> Behaviour:
    access = brief.cases.get("access", "")
    visits = brief.cases.get("W-V2", "")
    charset = "gb18030" if brief.family == "tables" else "utf-8"
    declared = "gb2312" if charset == "gb18030" else "utf-8"
    if "wrong_charset" in brief.quirks:
        declared = "utf-8" if charset == "gb18030" else "gb2312"
    permanent = access if access in PERMANENT else ""
    if brief.status == "临时下线":
        permanent = "always_503"
    return Behaviour(
        permanent=permanent, faults=book.faults(visits), announced=visits == "announced_outage",
        robots="all" if access.startswith("robots") else random.choice(("", "", "none", "some")),
        charset=charset, declared=declared, oddities=brief.quirks, latency=brief.latency,
    )  # fmt: skip


def _link_items(
    random: Random, columns: Sequence[Column], articles: int, always: int, others: tuple[str, ...]
) -> tuple[Column, ...]:
    """Give `articles` items pages of their own, the newest first; the others are files or stand elsewhere.

    `always` newest items of each column have a page whatever the number, because their date matters; `others` is what
    the rest is drawn from.
    """
    rounds = sorted(
        (place, at)
        for at, column in enumerate(columns)
        for place in range(len(column.items))
        if place >= always
    )
    left = articles - sum(min(always, len(column.items)) for column in columns)
    paged = set(rounds[: max(0, left)])
    result = []
    for at, column in enumerate(columns):
        items: list[Item] = []
        for place, item in enumerate(column.items):
            own = place < always or (place, at) in paged
            items.append(item if own else replace(item, link=random.choice(others)))
        result.append(replace(column, items=tuple(items)))
    return tuple(result)


def fixed_pages(
    columns: Sequence[Column], boxes: Sequence[MailboxPlan], hub: str, service: ServicePlan
) -> int:
    """How many pages a site has beside its articles."""
    lists = sum(
        max(1, -(-len(column.items) // column.per_page)) if column.shape == LIST else 1 for column in columns
    )
    letters = sum(1 + len(box.letters) for box in boxes if not box.elsewhere)
    guides = (1 + (len(service.guides) if service.mode == "local" else 0)) if service.mode != "none" else 0
    return 2 + lists + letters + bool(hub) + guides


def _quiet_since(today: date, home_case: str) -> date | None:
    return days_before(today, 20) if home_case in ("navigation_all_stale", "home_15_days") else None


def make_site(random: Random, brief: SiteBrief, today: date, book: SlotBook) -> SitePlan:
    """The plan of one site."""
    cases, unit, portal = brief.cases, brief.seat.unit, brief.seat.portal
    home_case, access = cases.get("W-V3", ""), cases.get("access", "")
    navigation = brief.family == "navigation"
    tag_mode = random.choice(("full", "full", "full", "none", "articles", "odd"))
    boxes, hub = make_mailboxes(random, today, cases.get("W-V5", ""), portal, _quiet_since(today, home_case))
    service = make_service(random, cases.get("W-V6", ""), portal, unit.outward)
    rows = max(5, min(8, brief.pages // 13)) if brief.pages < 300 else brief.pages // 22
    column_brief = Brief(today, portal, home_case, cases.get("W-V4", ""), access, tag_mode,
                         place_of(unit.division).short, rows, navigation,
                         random.choice((6, 8, 10, 15)))  # fmt: skip
    columns = make_columns(random, column_brief)
    articles = brief.pages - fixed_pages(columns, boxes, hub, service)
    undated = home_case.startswith("home_undated")
    columns = _link_items(random, columns, articles, 3 if undated else 1,
                          ("outside",) * 7 + ("file",) if brief.family == SHARED else ("file",) * 3 + ("outside",))  # fmt: skip
    if undated:
        columns = tuple(
            replace(column, items=column.items[:4], on_home=min(3, column.on_home)) for column in columns
        )
    name = unit.name if not portal else f"{unit.name}门户网站"
    behaviour = _behaviour(random, brief, book)
    return SitePlan(
        index=brief.index, code=brief.code, name=name if random.random() < 0.7 else f"{unit.name}网站" if not portal else name,
        host=brief.host, scheme=brief.scheme, address=brief.address, unit=unit, portal=portal, family=brief.family,
        platform="区域集约化平台（演练）" if brief.family == SHARED else "", status=brief.status,
        operator=random.choice(("", "", f"{unit.name}信息中心", "演练运维一号有限公司", "演练运维二号有限公司")),
        icp=f"蒙ICP备{random.randint(5_000_000, 21_999_999):08d}号" + random.choice(("", "-1", "-2")),
        police=f"{unit.division}02{random.randint(0, 999_999):06d}", filed_on=days_before(today, random.randint(400, 3600)),
        cases=cases, behaviour=behaviour, home_kind="navigation" if navigation else "shell" if access == "app_shell" else "lists",
        home_dated=not undated, articles_dated=home_case != "home_undated", columns=columns, mailboxes=boxes, hub=hub,
        service=service, spam=cases.get("W-V1") == "hidden_links", campaign=cases.get("W-V1") == "campaign_against_gambling",
        robots_confirmed=access in ("robots_confirmed", "robots_stale"), leaves=_leaves(brief), tag_mode=tag_mode,
        style=random.randrange(1 << 30),
    )  # fmt: skip


def _leaves(brief: SiteBrief) -> float:
    """Files and pictures for each article; the shared platform has few, so that pages make up its load."""
    if brief.family == SHARED:
        return 0.3
    return 1.5


def dateless(site: SitePlan) -> bool:
    """Whether the addresses of its articles carry no date."""
    return site.family in DATELESS
