"""The sizes that an estate must have."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest

from monitor.rehearsal.build import EstateReport
from monitor.rehearsal.cases import BY_KEY, SITE_DECKS
from monitor.rehearsal.dealing import SHARES
from monitor.rehearsal.errors import PlanError
from monitor.rehearsal.estate import plan_estate
from monitor.rehearsal.plan import EstatePlan, SitePlan
from monitor.rehearsal.truth import truth_rows
from monitor.rehearsal.web.site import SitePages
from tests.rehearsal.conftest import AS_OF


def test_full_numbers_are_exact(full_plan: EstatePlan) -> None:
    assert len(full_plan.sites) == 558
    assert len(full_plan.accounts) == 5411
    assert 1200 <= len(full_plan.units) <= 2500
    levels = Counter((site.unit.level, site.portal) for site in full_plan.sites)
    assert levels[("自治区", True)] == 1
    assert levels[("盟市", True)] == 12
    assert levels[("旗县", True)] == 103
    assert levels[("自治区", False)] > 30
    assert {account.unit.level for account in full_plan.accounts} == {"自治区", "盟市", "旗县", "乡镇"}


def test_identities_are_unique_and_tree_is_whole(full_plan: EstatePlan) -> None:
    units = {unit.unit_id: unit for unit in full_plan.units}
    assert len(units) == len(full_plan.units)
    assert all(len(unit_id) == 18 for unit_id in units)
    assert sum(not unit.parent_id for unit in units.values()) == 1
    assert all(unit.parent_id in units for unit in units.values() if unit.parent_id)
    assert len({site.code for site in full_plan.sites}) == 558
    assert len({site.host for site in full_plan.sites}) == 558
    assert all(len(site.code) == 10 and site.code.startswith(site.unit.division) for site in full_plan.sites)
    assert len({account.account_id for account in full_plan.accounts}) == 5411
    assert all(account.unit.unit_id in units for account in full_plan.accounts)


def test_platforms_and_observability(full_plan: EstatePlan) -> None:
    platforms = Counter(account.platform for account in full_plan.accounts)
    assert platforms["微信公众号"] / 5411 > 0.7
    assert set(platforms) == {
        "微信公众号",
        "微博",
        "抖音",
        "快手",
        "今日头条",
        "视频号",
        "移动客户端",
        "小程序",
        "其他",
    }
    seen = sum(row.truth in ("pass", "fail") for row in truth_rows(full_plan) if row.indicator == "N-V2")
    assert 0.55 <= seen / 5411 <= 0.70


def test_families_and_shared_platform(full_plan: EstatePlan) -> None:
    families = Counter(site.family for site in full_plan.sites)
    assert set(families) == {name for name, _ in SHARES} | {"shared"}
    assert len(families) >= 8
    addresses: dict[str, list[SitePlan]] = defaultdict(list)
    for site in full_plan.sites:
        addresses[site.address].append(site)
    crowded = [sites for sites in addresses.values() if len(sites) > 1]
    assert len(crowded) == 1
    assert len(crowded[0]) >= 30
    assert all(0.02 <= site.behaviour.latency <= 0.12 for site in full_plan.sites)


def test_full_size_and_bound(full_estate: EstateReport, full_plan: EstatePlan) -> None:
    assert full_estate.pages >= 25_000
    assert full_estate.requests >= 60_000
    assert 20_000 <= full_estate.bytes / full_estate.pages <= 60_000
    assert 70 <= full_estate.bound_s <= 100
    sizes = {}
    for site in full_plan.sites:
        sizes[site.code] = len(SitePages(site, AS_OF.date(), full_plan.service_host).index)
    assert all(sizes[site.code] >= 100 for site in full_plan.sites if site.portal)
    assert sum(size >= 600 for size in sizes.values()) == 3


def test_every_defect_is_dealt_as_often_as_the_catalogue_says(full_plan: EstatePlan) -> None:
    dealt = Counter(case for site in full_plan.sites for case in site.cases.values())
    dealt.update(account.case for account in full_plan.accounts if account.case)
    wanted = {case.key: case.count for deck in SITE_DECKS for case in deck}
    assert {key: dealt[key] for key in wanted} == wanted
    assert len({key for key in dealt if BY_KEY[key].expected == "fail"}) >= 30
    accounts = {key: count for key, count in dealt.items() if BY_KEY[key].indicator == "N-V2"}
    assert all(count == BY_KEY[key].count for key, count in accounts.items())


@pytest.mark.parametrize(("sites", "accounts"), [(4, 1), (5, 20), (13, 40), (60, 500), (200, 1000)])
def test_smaller_estates_keep_every_level(sites: int, accounts: int) -> None:
    plan = plan_estate(sites, accounts, "small", AS_OF)
    assert (len(plan.sites), len(plan.accounts)) == (sites, accounts)
    assert {site.unit.level for site in plan.sites} >= {"自治区", "盟市", "旗县"}
    if sites >= 60:
        assert {site.family for site in plan.sites} == {name for name, _ in SHARES} | {"shared"}
        assert {
            "fails_7_of_140",
            "home_15_days",
            "stale_5",
            "empty_5",
            "no_channel",
            "five_lack_4",
            "no_service",
        } <= {case for site in plan.sites for case in site.cases.values()}


@pytest.mark.parametrize(("sites", "accounts"), [(0, 5), (3, 5), (10_000, 5), (60, 0)])
def test_impossible_numbers_are_refused(sites: int, accounts: int) -> None:
    with pytest.raises(PlanError, match="数量"):
        plan_estate(sites, accounts, "x", AS_OF)


def test_moment_without_zone_is_refused() -> None:
    with pytest.raises(PlanError, match="时区"):
        plan_estate(5, 5, "x", AS_OF.replace(tzinfo=None))


def test_no_page_of_a_site_hides_another(small_plan: EstatePlan) -> None:
    for site in small_plan.sites:
        pages = SitePages(site, AS_OF.date(), small_plan.service_host)
        articles = [page.item for page in pages.index.values() if page.kind == "article"]
        planned = [item for column in site.columns for item in column.items if item.link == "page"]
        assert len(articles) == len(planned), site.family
        letters = sum(
            len(box.letters)
            for box in site.mailboxes
            if not box.elsewhere and box.layout != "board" and not box.unread
        )
        assert sum(page.kind == "letter" for page in pages.index.values()) == letters
