"""Warnings across the register, each on both sides of its border; and who gave the final review."""

from __future__ import annotations

from dataclasses import replace

import pytest
from registry_builders import a_register, a_site, a_unit, an_account

from registry.crosschecks import crosscheck, final_review_by_contractor
from registry.model import (
    AccountStatus,
    Division,
    Level,
    Operation,
    Platform,
    Register,
    Reviewer,
    Site,
    SiteStatus,
    Unit,
    UnitKind,
)

OFFICE = a_unit(
    "U1",
    name="内蒙古自治区人民政府办公厅",
    level=Level.REGION,
    division_code="150000",
    aliases=("自治区政府办",),
)
BUREAU = a_unit("U2", parent_id="U1", aliases=("市教育局",))


def found(register: Register) -> set[tuple[str, str]]:
    """Codes and targets of all warnings."""
    return {(one.code, one.target) for one in crosscheck(register)}


def with_site(unit: Unit = BUREAU, **changes: object) -> set[str]:
    """Codes of the warnings that a site raises."""
    site = a_site(**changes)
    return {code for code, target in found(a_register([OFFICE, unit], [site])) if target == site.site_code}


def test_an_estate_in_good_order_raises_nothing() -> None:
    site = a_site(icp="蒙ICP备05000248号-1", police_record="蒙公网安备15020202000173号")
    assert found(a_register([OFFICE, BUREAU], [site], [an_account()])) == set()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"site_code": "150200001"}, "F-01/form"),
        ({"site_code": "1501000011"}, "F-01/division"),
        ({"site_code": "1500000011"}, "F-01/division"),
        ({"icp": "蒙ICP备 05006530"}, "F-02/form"),
        ({"police_record": "蒙公网安备1502号"}, "F-03/form"),
        ({"police_record": "蒙公网安备15010202000173号"}, "F-03/division"),
        ({"url": "https://jyj.baotou.com/"}, "D-04/domain"),
        ({"url": "https://baotou.gov.cn.evil.com/"}, "D-04/domain"),
        ({"url": "http://10.1.2.3/"}, "D-04/address"),
    ],
)
def test_each_fault_of_a_site_is_named(changes: dict[str, object], code: str) -> None:
    assert with_site(**changes) == {code}


@pytest.mark.parametrize(
    "changes",
    [
        {"site_code": "bm01000001"},
        {"url": "https://教育.政务/"},
        {"url": "https://JYJ.BAOTOU.GOV.CN:8080/x"},
        {"police_record": "蒙公网安备15000002000173号"},
        {"url": "https://jyj.baotou.com/", "status": SiteStatus.CLOSED},
    ],
)
def test_what_is_no_fault(changes: dict[str, object]) -> None:
    assert with_site(**changes) == set()


def test_a_public_institution_on_gov_cn() -> None:
    assert with_site(a_unit(kind=UnitKind.INSTITUTION)) == {"D-04/institution"}


def test_a_wider_division_is_told_apart_from_a_foreign_one() -> None:
    texts = [
        one.text
        for code in ("1500000011", "1501000011")
        for one in crosscheck(a_register([OFFICE, BUREAU], [a_site(code)]))
        if one.code == "F-01/division"
    ]
    assert "上级" in texts[0]
    assert "上级" not in texts[1]
    assert all("暂定" in text for text in texts)


@pytest.mark.parametrize(
    ("level", "code", "expected"),
    [
        (Level.REGION, "150000", set()),
        (Level.BANNER, "150202", set()),
        (Level.TOWNSHIP, "150202", set()),
        (Level.TOWNSHIP, "150200", {("unit-level", "U2")}),
        (Level.LEAGUE, "150202", {("unit-level", "U2")}),
        (Level.BANNER, "150299", {("division-unknown", "U2")}),
    ],
)
def test_levels_against_divisions(level: Level, code: str, expected: set[tuple[str, str]]) -> None:
    assert found(a_register([a_unit(level=level, division_code=code)])) == expected


def two_sites(**changes: object) -> set[tuple[str, str]]:
    """Warnings of two sites, the second with changes."""
    second: Site = a_site(**({"site_code": "1502000012", "url": "https://wjw.baotou.gov.cn/"} | changes))
    return found(a_register([OFFICE, BUREAU, a_unit("U3")], [a_site(), second]))


def test_two_sites_of_one_unit() -> None:
    assert two_sites() == {("D-02", "U2")}
    assert two_sites(unit_id="U3") == set()
    assert two_sites(status=SiteStatus.CLOSED) == set()


@pytest.mark.parametrize(
    "url", ["https://jyj.baotou.gov.cn", "http://JYJ.baotou.gov.cn/", "https://jyj.baotou.gov.cn./"]
)
def test_sites_that_share_a_home_page(url: str) -> None:
    assert two_sites(unit_id="U3", url=url) == {
        ("site-url-shared", "1502000011"),
        ("site-url-shared", "1502000012"),
    }


def test_two_accounts_of_one_unit_on_one_platform() -> None:
    first = an_account()
    second = an_account("A2", handle="2")
    assert found(a_register([BUREAU], [], [first, second])) == {("M-02", "U2")}
    elsewhere = an_account("A2", handle="2", platform=Platform.DOUYIN)
    assert found(a_register([BUREAU], [], [first, elsewhere])) == set()
    closed = an_account("A2", handle="2", status=AccountStatus.CLOSED)
    assert found(a_register([BUREAU], [], [first, closed])) == set()


def test_handles_missing_and_shared() -> None:
    assert found(a_register([BUREAU], [], [an_account(handle="")])) == {("handle-missing", "A1")}
    other = a_unit("U3")
    pair = [an_account(), an_account("A2", unit_id="U3", final_review=None)]
    assert found(a_register([BUREAU, other], [], pair)) == {("handle-shared", "A1"), ("handle-shared", "A2")}


@pytest.mark.parametrize(
    ("organisation", "operator", "expected"),
    [
        ("包头市教育局", None, False),
        ("包头市 教育局", None, False),
        ("市教育局", None, False),
        ("内蒙古自治区人民政府办公厅", None, False),
        ("自治区政府办", None, False),
        ("某某传媒有限公司", None, True),
        ("某某传媒有限公司", "某某传媒有限公司", True),
        ("包头市教育局", "包头市教育局", False),
        ("包头市卫生健康委员会", None, True),
        ("包头市教育局办公室", None, None),
        ("包头市教育局传媒公司", "包头市教育局传媒公司", True),
        (None, "某某传媒有限公司", None),
    ],
)
def test_final_review_by_a_contractor(
    organisation: str | None, operator: str | None, expected: bool | None
) -> None:
    account = an_account(
        operation=Operation.CONTRACTED, operator=operator, final_review=Reviewer("审核员甲", organisation)
    )
    register = a_register([OFFICE, BUREAU, a_unit("U3", name="包头市卫生健康委员会")], [], [account])
    assert final_review_by_contractor(account, register) is expected
    assert (("M-12", "A1") in found(register)) is (expected is True)


def test_final_review_without_a_reviewer_or_a_sponsor() -> None:
    assert final_review_by_contractor(an_account(final_review=None), a_register([BUREAU])) is None
    assert final_review_by_contractor(an_account(unit_id="U9"), a_register([BUREAU])) is None


def test_a_circle_of_units_does_not_hang_the_review() -> None:
    ring = [a_unit("U2", name="甲", parent_id="U3"), a_unit("U3", name="乙", parent_id="U2")]
    account = an_account(final_review=Reviewer("审核员甲", "丙"))
    assert final_review_by_contractor(account, a_register(ring)) is True


def test_filed_divisions_that_contradict_the_standard() -> None:
    register = a_register()
    filed = {
        "150202": Division("150202", "东河新区", Level.BANNER, "150200"),
        "150271": Division("150271", "某开发区", Level.BANNER, None),
        "150272": Division("150272", "某管理区", Level.BANNER, "150200"),
    }
    register = replace(register, divisions=dict(register.divisions) | filed)
    assert found(register) == {("division-differs", "150202"), ("division-parent", "150271")}
