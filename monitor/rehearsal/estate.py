"""The plan of a whole estate, a function of (sites, accounts, seed, as_of) alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from random import Random

from monitor.rehearsal.accounts import AccountBrief, feed_hosts, make_accounts
from monitor.rehearsal.cases import FULL_SITES
from monitor.rehearsal.days import SHANGHAI
from monitor.rehearsal.dealing import SHARED, deal_cases, deal_families
from monitor.rehearsal.errors import PlanError
from monitor.rehearsal.places import place_of
from monitor.rehearsal.plan import EstatePlan, SitePlan
from monitor.rehearsal.register import SiteSeat, choose_seats, choose_units
from monitor.rehearsal.sites import ONE_OF_A_KIND, QUIRKS, SiteBrief, make_site
from monitor.rehearsal.slots import SlotBook

SERVICE_HOST = "zwfw.nmyl.gov.cn"
BIG_SITES = (900, 700, 640)
SHARED_LATENCY = 0.105
BIG_LATENCY = 0.115


class _Addresses:
    """Loopback addresses of one estate, one after another below 127.x.y."""

    def __init__(self, base: tuple[int, int]) -> None:
        self.first, self.second = base
        self.number = 0

    def next(self) -> str:
        self.number += 1
        high, low = divmod(self.number, 250)
        return f"127.{self.first}.{self.second + high}.{low + 1}"


def _sizes(random: Random, seats: Sequence[SiteSeat], families: Sequence[str]) -> list[int]:
    """How many pages each site has; smaller estates have smaller portals."""
    scale = min(1.0, (len(seats) / FULL_SITES) ** 0.5)
    big = [at for at, seat in enumerate(seats) if seat.portal][:3]
    sizes = []
    for at, seat in enumerate(seats):
        if at in big:
            sizes.append(max(60, int(BIG_SITES[big.index(at)] * scale)))
        elif seat.portal:
            sizes.append(max(45, int(random.randint(114, 126) * scale)))
        else:
            sizes.append(36 if families[at] == SHARED else random.randint(26, 34))
    return sizes


def _quirks(random: Random, size: int) -> list[set[str]]:
    """Peculiarities of each host; costly ones on a few hosts only, and never two of those on one."""
    result: list[set[str]] = [set() for _ in range(size)]
    for quirk in QUIRKS:
        share = 0.006 if quirk in ONE_OF_A_KIND else 0.05
        for at in random.sample(range(size), min(size, max(1 if size >= 20 else 0, round(size * share)))):
            if not (quirk in ONE_OF_A_KIND and result[at] & ONE_OF_A_KIND):
                result[at].add(quirk)
    for quirks in result:
        if quirks & {"http10", "bare_lf", "folded", "no_reason"}:
            quirks -= {"gzip", "forced_gzip", "chunked", "etag", "no_type"}
    return result


def _scheme(random: Random, family: str, quirks: set[str], portal: bool) -> str:
    """Some sites are filed with https; a few of these have a certificate that a strict reader refuses."""
    if family == SHARED or random.random() > (0.12 if portal else 0.07):
        return "http"
    quirks.discard("index_redirect")
    fault = random.random()
    if fault < 0.2:
        quirks.add("expired_certificate")
    elif fault < 0.35:
        quirks.add("wrong_name_certificate")
    elif fault < 0.6:
        quirks.add("redirects_to_https")
        return "http"
    return "https"


def _host(seat: SiteSeat, taken: set[str]) -> str:
    host, step = f"{seat.label}.{place_of(seat.unit.division).label}.gov.cn", 2
    while host in taken:
        host, step = f"{seat.label}{step}.{place_of(seat.unit.division).label}.gov.cn", step + 1
    taken.add(host)
    return host


def _statuses(random: Random, hands: Sequence[dict[str, str]], seats: Sequence[SiteSeat]) -> list[str]:
    """A few department sites without any case are suspended; closed ones are not filed any more."""
    statuses = ["正常"] * len(seats)
    healthy = [at for at, hand in enumerate(hands) if not hand and not seats[at].portal]
    for at in random.sample(healthy, min(len(healthy) // 8, round(len(seats) * 5 / FULL_SITES))):
        statuses[at] = "临时下线"
    return statuses


def _make_sites(
    random: Random, seats: Sequence[SiteSeat], today: datetime, base: tuple[int, int]
) -> tuple[SitePlan, ...]:
    families = deal_families(random, seats)
    hands = deal_cases(random, seats, families)
    sizes = _sizes(random, seats, families)
    statuses = _statuses(random, hands, seats)
    quirks = _quirks(random, len(seats))
    book = SlotBook(random)
    addresses, taken, serials = _Addresses(base), set[str](), dict[str, int]()
    shared_address = addresses.next()
    sites = []
    for at, seat in enumerate(seats):
        own = Random(f"{base}/{at}/{random.random()}")
        serials[seat.unit.division] = serials.get(seat.unit.division, 0) + 1
        shared = families[at] == SHARED
        latency = (
            SHARED_LATENCY if shared else BIG_LATENCY if sizes[at] >= 300 else own.randint(20, 120) / 1000
        )
        scheme = _scheme(own, families[at], quirks[at], seat.portal)
        brief = SiteBrief(
            index=at, seat=seat, family=families[at], cases=hands[at], host=_host(seat, taken), scheme=scheme,
            address=shared_address if shared else addresses.next(), pages=sizes[at], latency=latency,
            quirks=_allowed(quirks[at], hands[at], shared), status=statuses[at],
            code=f"{seat.unit.division}{serials[seat.unit.division]:04d}",
        )  # fmt: skip
        sites.append(make_site(own, brief, today.date(), book))
    return tuple(sites)


def _allowed(quirks: set[str], hand: dict[str, str], shared: bool) -> frozenset[str]:
    """Quirks that would blur what was dealt are taken away."""
    removed = set(ONE_OF_A_KIND) | {"refresh_entrance", "index_redirect"} if hand or shared else set()
    if "W-V3" in hand:
        removed |= {"etag", "dead_links", "redirects_to_https"}
    if "access" in hand:
        removed = set(quirks)
    return frozenset(quirks - removed)


def plan_estate(sites: int, accounts: int, seed: str, as_of: datetime) -> EstatePlan:
    """Plan an estate; the same arguments always give the same plan.

    `as_of` must be aware. Raises PlanError for numbers that make no estate.
    """
    if as_of.tzinfo is None:
        raise PlanError("监测时间点须带时区, 例如 2026-09-28T09:00:00+08:00")
    if accounts < 1:
        raise PlanError(f"账号数量须为正数, 现在是 {accounts}")
    as_of = as_of.astimezone(SHANGHAI)
    random = Random(f"{seed}|{sites}|{accounts}|{as_of.isoformat()}")
    base = (random.randint(10, 240), random.randint(1, 200))
    seats, all_units = choose_seats(sites, random)
    wanted = max(len(seats) + 4, min(len(all_units), round((sites + accounts) * 0.39)))
    units = choose_units(seats, all_units, wanted, random)
    planned = _make_sites(random, seats, as_of, base)
    hosts = feed_hosts()
    book = _Addresses((base[0], base[1] + 40))
    brief = AccountBrief(as_of, hosts)
    return EstatePlan(
        seed=seed, as_of=as_of, units=units, sites=planned, accounts=make_accounts(random, accounts, units, brief),
        base=base, feed_hosts={host: book.next() for host in hosts.values()}, outside_address=book.next(),
        service_host=SERVICE_HOST, service_address=book.next(),
    )  # fmt: skip
