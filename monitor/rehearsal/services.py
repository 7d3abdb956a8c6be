"""The service guides of a site, lacking exactly as many element classes as its case says."""

from __future__ import annotations

from random import Random

from monitor.rehearsal.plan import GuidePlan, ServicePlan
from monitor.rehearsal.wordings import guides as words


def _guide(random: Random, number: int, title: str, lacking: int, hollow: int = 0) -> GuidePlan:
    """A guide that lacks exactly `lacking` classes; `hollow` of these stand as a label with an empty cell."""
    lacks = random.sample(words.CAN_LACK, lacking)
    return GuidePlan(number, title, frozenset(words.ELEMENTS) - set(lacks), frozenset(lacks[:hollow]))


def _lacking(random: Random, case: str, count: int) -> list[int]:
    """How many classes each guide lacks."""
    if case in ("five_lack_4", "offsite_five_lack_4"):
        return [4] * 5 + [random.randint(0, 2) for _ in range(count - 5)]
    if case == "four_lack_4":
        return [4, 5, 4, 6] + [random.randint(0, 3) for _ in range(count - 4)]
    if case == "five_lack_3":
        return [3] * 5 + [random.randint(0, 3) for _ in range(count - 5)]
    if case == "few_all_lack_4":
        return [random.choice((4, 4, 5)) for _ in range(random.randint(3, 4))]
    if case == "few_one_in_order":
        return [4, 4, 5, random.randint(0, 3)]
    return [random.choice((0, 0, 0, 1, 1, 2)) for _ in range(count)]


def make_service(random: Random, case: str, portal: bool, outward: bool) -> ServicePlan:
    """The services of a site; a unit without outward service has none, nor has one whose case says so."""
    if case == "no_service" or not outward:
        return ServicePlan()
    lacking = _lacking(random, case, random.randint(10, 13) if portal else random.randint(6, 7))
    random.shuffle(lacking)
    titles = random.sample(words.ITEMS, len(lacking))
    number = random.randint(1000, 8000)
    usual = case in ("", "offsite_in_order")
    guides = tuple(
        _guide(
            random, number + 3 * step, title, lacks, hollow=int(usual and lacks > 0 and random.random() < 0.2)
        )
        for step, (title, lacks) in enumerate(zip(titles, lacking, strict=True))
    )
    mode = "login" if case == "offsite_login" else "offsite" if case.startswith("offsite") else "local"
    unread = {"guides_by_script": "bare", "guides_blocked": "blocked"}.get(case, "")
    return ServicePlan(mode, random.choice(words.ENTRIES), guides, unread)
