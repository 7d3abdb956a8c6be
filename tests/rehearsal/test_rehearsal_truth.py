"""The truth, computed a second time from the plan in another way, and counted on both sides of each threshold."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.rehearsal.cases import BY_KEY
from monitor.rehearsal.days import months_after, months_before
from monitor.rehearsal.estate import plan_estate
from monitor.rehearsal.letters import last_asked_in_time
from monitor.rehearsal.plan import AccountPlan, Column, EstatePlan, SitePlan
from monitor.rehearsal.truth import TruthRow, counted, truth_rows
from tests.rehearsal.conftest import AS_OF


def shifted(day: date, months: int) -> date:
    """Calendar months by trial: the same day of that month, or the nearest one before it."""
    year, month = day.year + (day.month - 1 + months) // 12, (day.month - 1 + months) % 12 + 1
    for number in range(day.day, 27, -1):
        try:
            return date(year, month, number)
        except ValueError:
            continue
    return date(year, month, min(day.day, 28))


TODAY = AS_OF.date()
HALF_YEAR = shifted(TODAY, -6)
YEAR = shifted(TODAY, -12)
BAD = {"503", "reset", "500", "404", "close", "502", "half", "slow", "drip", "tarpit"}
DEAD = {"refused", "no_name", "always_404", "always_503", "redirect_loop"}
WALL = {"blocked_403", "blocked_412", "blocked_521", "blocked_200", "redirect_off"}


def newest(days: list[date]) -> date | None:
    past = sorted(day for day in days if day <= TODAY)
    return past[-1] if past else None


def visits(site: SitePlan) -> str:
    outcomes = [site.behaviour.faults.get(slot, "ok") for slot in range(140)]
    refused = sum(outcome in {"403", "412", "429", "521"} for outcome in outcomes)
    if site.behaviour.announced or refused > 14:
        return "unobservable"
    return "fail" if sum(outcome in BAD for outcome in outcomes) / (140 - refused) >= 0.05 else "pass"


def home(site: SitePlan) -> str:
    if site.home_kind == "shell" or not (site.home_dated or site.articles_dated):
        return "unobservable"
    days = [
        item.day
        for column in site.columns
        for place, item in enumerate(column.items)
        if column.shape == "list"
        and (site.home_kind == "navigation" or column.skip_home <= place < column.skip_home + column.on_home)
    ]
    last = newest(days)
    assert last is not None
    return "fail" if (TODAY - last).days > 14 else "pass"


def verdict_of_column(site: SitePlan, column: Column) -> set[str]:
    """What a column counts for: 1, 2, 3; "u1" and so on where it cannot be seen."""
    must = column.confirmed.must_update if column.confirmed else column.kind in {
        "news", "notice", "policy", "interpretation", "annual", "data"
    }  # fmt: skip
    first = must and (column.kind == "news" or (column.level == 1 and column.kind in ("notice", "policy")))
    second = must or (not column.kind and not column.confirmed)
    if column.unread:
        return {"u3"} | ({"u2"} if second else set()) | ({"u1"} if first else set())
    if not column.items:
        return {"3"}
    last = newest([item.day for item in column.items]) if site.home_dated or site.articles_dated else None
    if last is None:
        return ({"u2"} if second else set()) | ({"u1"} if first else set())
    if second and last < YEAR:
        return {"2"}
    limit = TODAY - timedelta(days=14) if column.kind == "news" else HALF_YEAR
    return {"1"} if first and last < limit else set()


def columns(site: SitePlan) -> str:
    if site.home_kind == "shell" or (site.behaviour.robots == "all" and not site.robots_confirmed):
        return "unobservable"
    counts = Counter(
        word for column in site.columns if column.shape == "list" for word in verdict_of_column(site, column)
    )
    limits = {"1": 5, "2": 10, "3": 5}
    if any(counts[part] >= limit for part, limit in limits.items()):
        return "fail"
    if any(counts[part] + counts[f"u{part}"] >= limit for part, limit in limits.items()):
        return "unobservable"
    return "pass"


def letters(site: SitePlan) -> str:
    if site.home_kind == "shell" or site.behaviour.robots == "all":
        return "unobservable"
    boxes = [box for box in site.mailboxes if box.channel == "consultation"]
    if not boxes:
        return "fail"
    if boxes[0].unread:
        return "unobservable"
    waiting = [letter for letter in boxes[0].letters if letter.answered is None]
    late = [letter for letter in waiting if letter.shows_asked and letter.asked >= YEAR
            and shifted(letter.asked, 3) < TODAY]  # fmt: skip
    if late:
        return "fail"
    return "unobservable" if any(not letter.shows_asked for letter in waiting) else "pass"


def service(site: SitePlan) -> str:
    if not site.unit.outward:
        return "not_applicable"
    if site.home_kind == "shell" or site.behaviour.robots == "all":
        return "unobservable"
    if site.service.mode == "none":
        return "fail"
    if site.service.mode == "login" or site.service.unread:
        return "unobservable"
    poor = [guide for guide in site.service.guides if len(guide.present) <= 4]
    few = len(site.service.guides) < 5
    return "fail" if len(poor) >= 5 or (few and len(poor) == len(site.service.guides)) else "pass"


def site_truth(site: SitePlan) -> dict[str, str]:
    if site.status != "正常":
        return dict.fromkeys(("W-V1", "W-V2", "W-V3", "W-V4", "W-V5", "W-V6"), "not_applicable")
    if site.behaviour.permanent in DEAD | WALL:
        said = dict.fromkeys(("W-V1", "W-V3", "W-V4", "W-V5", "W-V6"), "unobservable")
        said["W-V2"] = "fail" if site.behaviour.permanent in DEAD else "unobservable"
        return said if site.unit.outward else said | {"W-V6": "not_applicable"}
    return {"W-V1": "fail" if site.spam else "pass", "W-V2": visits(site), "W-V3": home(site), "W-V4": columns(site),
            "W-V5": letters(site), "W-V6": service(site)}  # fmt: skip


def account_truth(account: AccountPlan) -> dict[str, str]:
    if account.status != "正常":
        return dict.fromkeys(("N-V1", "N-V2", "N-V3"), "not_applicable")
    last = newest([post.published.date() for post in account.posts])
    silent = account.answer not in ("ok", "gone") or account.source in ("none", "store")
    update = "unobservable" if silent else "fail" if last is None or (TODAY - last).days > 14 else "pass"
    if account.answer == "gone":
        update = "fail"
    talks = {post.talk for post in account.posts} - {None}
    talk = "unobservable" if not talks else "pass" if True in talks else "fail"
    gone = account.answer in ("deleted", "violation", "unavailable")
    words = "unobservable" if gone or not account.posts else "fail" if account.spam else "pass"
    return {"N-V1": words, "N-V2": update, "N-V3": talk}


@pytest.mark.parametrize(
    ("sites", "accounts", "seed"),
    [(558, 5411, "1"), (558, 5411, "2"), (60, 500, "3"), (5, 20, "4"), (13, 40, "5")],
)
def test_truth_agrees_with_a_second_computation(sites: int, accounts: int, seed: str) -> None:
    plan = plan_estate(sites, accounts, seed, AS_OF)
    said = {(row.target, row.indicator): row for row in truth_rows(plan)}
    expected: dict[tuple[str, str], str] = {}
    for site in plan.sites:
        expected |= {(site.code, indicator): truth for indicator, truth in site_truth(site).items()}
    for account in plan.accounts:
        expected |= {
            (account.account_id, indicator): truth for indicator, truth in account_truth(account).items()
        }
    assert {key: row.truth for key, row in said.items()} == expected
    assert len(said) == sites * 6 + accounts * 3


@pytest.mark.parametrize("seed", [str(number) for number in range(4)])
def test_dealt_cases_are_true(seed: str) -> None:
    plan = plan_estate(558, 300, seed, AS_OF)
    for row in truth_rows(plan):
        for key in row.defect:
            case = BY_KEY[key]
            if case.indicator == row.indicator or (
                case.indicator == "access" and row.indicator == "W-V2" and key != "app_shell"
            ):
                assert row.truth == case.expected, (row, key)


def rows_of(plan: EstatePlan, indicator: str) -> list[TruthRow]:
    return [row for row in truth_rows(plan) if row.indicator == indicator]


@pytest.mark.parametrize("indicator", ["W-V2", "W-V3", "W-V4", "W-V5", "W-V6", "N-V2"])
def test_both_sides_of_each_threshold_are_there(full_plan: EstatePlan, indicator: str) -> None:
    rows = rows_of(full_plan, indicator)
    assert sum(row.truth == "fail" for row in rows) >= 20
    inside = [row for row in rows if row.truth == "pass" and any(BY_KEY[key].edge for key in row.defect)]
    assert len(inside) >= 20
    at_the_edge = [row for row in rows if row.truth == "fail" and any(BY_KEY[key].edge for key in row.defect)]
    assert len(at_the_edge) >= 14


def test_suspicious_words_have_positives_and_negatives(full_plan: EstatePlan) -> None:
    rows = rows_of(full_plan, "W-V1")
    assert sum(row.truth == "fail" for row in rows) == 20
    assert sum("campaign_against_gambling" in row.defect and row.truth == "pass" for row in rows) == 20


def test_exact_edges(full_plan: EstatePlan) -> None:
    """The edges lie exactly where the official numbers are."""
    for site in full_plan.sites:
        faults = Counter("bad" if fault in BAD else fault for fault in site.behaviour.faults.values())
        case = site.cases.get("W-V2", "")
        if case in ("fails_7_of_140", "fails_7_with_slow"):
            assert faults["bad"] == 7
        if case in ("fails_6_of_140", "fails_6_with_14_seconds"):
            assert faults["bad"] == 6
        shown = [item.day for column in site.columns
                 for item in column.items[column.skip_home : column.skip_home + column.on_home]]  # fmt: skip
        if site.cases.get("W-V3") == "home_15_days":
            assert newest(shown) == date(2026, 9, 13)
        if site.cases.get("W-V3") == "home_14_days":
            assert newest(shown) == date(2026, 9, 14)
        waiting = {letter.asked for box in site.mailboxes for letter in box.letters
                   if letter.answered is None and box.channel == "consultation"}  # fmt: skip
        exact = {"unanswered_3_months": date(2026, 6, 28), "unanswered_3_months_1_day": date(2026, 6, 27),
                 "unanswered_for_a_year": date(2025, 9, 28), "older_than_a_year": date(2025, 9, 27)}  # fmt: skip
        if site.cases.get("W-V5") in exact:
            assert waiting == {exact[site.cases["W-V5"]]}


def test_posts_around_midnight_count_by_their_day_in_shanghai(full_plan: EstatePlan) -> None:
    for account in full_plan.accounts:
        last = max((post.published for post in account.posts if post.published <= AS_OF), default=None)
        if account.case == "feed_14_days_after_midnight":
            assert last is not None
            assert (last.date(), last.utctimetuple().tm_mday) == (date(2026, 9, 14), 13)
        if account.case == "feed_15_days_before_midnight":
            assert last is not None
            assert last.date() == date(2026, 9, 13)


@given(st.dates(date(2001, 1, 1), date(2090, 12, 31)), st.integers(0, 40))
def test_months_agree_with_another_reckoning(day: date, months: int) -> None:
    assert months_before(day, months) == shifted(day, -months)
    assert months_after(day, months) == shifted(day, months)


@given(st.dates(date(2001, 1, 1), date(2090, 12, 31)))
def test_last_asked_in_time_is_the_edge(today: date) -> None:
    edge = last_asked_in_time(today)
    assert today <= months_after(edge, 3)
    assert today > months_after(edge - timedelta(days=1), 3)


@given(st.integers(0, 20), st.integers(0, 20), st.integers(1, 12))
def test_counting_is_monotonous_and_never_blames_for_the_unseen(
    found: int, unseen: int, threshold: int
) -> None:
    answer = counted(found, unseen, threshold, "x")[0]
    assert (answer == "fail") == (found >= threshold)
    assert (answer == "pass") == (found + unseen < threshold)


@pytest.mark.parametrize(
    "moment", ["2026-02-28T09:00:00+08:00", "2027-05-31T00:10:00+08:00", "2026-12-01T23:50:00+08:00"]
)
def test_other_moments_keep_their_cases(moment: str) -> None:
    """Month ends, and a moment in UTC that is another day in Shanghai."""
    plan = plan_estate(120, 300, "m", AS_OF.fromisoformat(moment))
    for row in truth_rows(plan):
        for key in row.defect:
            if BY_KEY[key].indicator == row.indicator:
                assert row.truth == BY_KEY[key].expected, (row, key)
