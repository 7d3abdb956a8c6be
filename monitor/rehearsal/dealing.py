"""Which site gets which cases, and which family it belongs to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

from monitor.rehearsal import cases
from monitor.rehearsal.register import SiteSeat

SHARES = (
    ("dated", 26), ("records", 14), ("json_units", 8), ("tables", 9), ("navigation", 8), ("script_footer", 8),
    ("openness", 7), ("hex", 7), ("mongolian", 4), ("query", 5), ("nineteen", 4),
)  # fmt: skip
SHARED = "shared"
DATELESS = frozenset({"openness", "query", "tables", SHARED})
"""Families whose addresses carry no date."""

Hands = list[dict[str, str]]


def deal_families(random: Random, seats: Sequence[SiteSeat]) -> list[str]:
    """The family of each seat: the shared platform among departments, every other one at least once if there is room."""
    size = len(seats)
    departments = [at for at, seat in enumerate(seats) if not seat.portal and seat.unit.level != "自治区"]
    shared_wanted = max(2, round(size * 60 / cases.FULL_SITES)) if size >= 5 else 0
    shared = set(departments[-shared_wanted:]) if shared_wanted else set()
    rest = [at for at in range(size) if at not in shared]
    names = [name for name, _ in SHARES][: len(rest)]
    total = sum(share for _, share in SHARES)
    for name, share in SHARES:
        names += [name] * max(0, int(len(rest) * share / total) - 1)
    names += ["dated"] * (len(rest) - len(names))
    head, tail = names[:3], names[3 : len(rest)]
    random.shuffle(tail)
    families = [SHARED] * size
    for at, name in zip(rest, head + tail, strict=True):
        families[at] = name
    return families


def _room(seat_family: str, case: cases.Case) -> bool:
    if case.key.startswith("navigation_"):
        return seat_family == "navigation"
    if case.key.startswith("home_undated"):
        return seat_family in DATELESS
    if case.key.startswith("home_"):
        return seat_family != "navigation"
    if case.key == "refused":
        return seat_family != SHARED
    return True


def deal_cases(random: Random, seats: Sequence[SiteSeat], families: Sequence[str]) -> Hands:
    """For each seat the case of each indicator.

    A site that nobody can look into gets nothing else; W-V3 and W-V4 are kept apart because both speak of
    the dates of the same columns; the other indicators are dealt independently.
    """
    hands: Hands = [{} for _ in seats]

    def deal(deck: tuple[cases.Case, ...], share: float, free: Callable[[int], bool]) -> None:
        order = list(range(len(seats)))
        random.shuffle(order)
        chosen: set[int] = set()
        for case in cases.scaled(deck, len(seats), cases.FULL_SITES, share):
            at = next(
                (at for at in order if at not in chosen and free(at) and _room(families[at], case)), None
            )
            if at is not None:
                chosen.add(at)
                hands[at][case.indicator] = case.key

    def open_site(at: int) -> bool:
        return "access" not in hands[at]

    deal(cases.ACCESS, 0.12, lambda at: not seats[at].portal)
    deal(cases.VISITS, 0.4, open_site)
    deal(cases.HOME, 0.4, open_site)
    deal(
        cases.COLUMNS,
        0.4,
        lambda at: open_site(at) and "W-V3" not in hands[at] and families[at] != "navigation",
    )
    deal(cases.LETTERS, 0.4, open_site)
    deal(cases.SERVICE, 0.4, lambda at: open_site(at) and seats[at].unit.outward)
    deal(cases.INTEGRITY, 0.2, open_site)
    return hands
