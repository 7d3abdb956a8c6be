"""Looks across the register for what does not fit together; every find is a warning for a person.

Each check is one generator over the whole register, listed in `CHECKS`; its codes are stable. Codes of the
official documents stand where one exists (D-02, D-04, M-02, F-01, F-02, F-03, M-12).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from registry import codes
from registry.concerns import Concern
from registry.divisions import DIVISIONS as BUILT_IN
from registry.divisions import line_of
from registry.model import Account, AccountStatus, Level, Register, Site, SiteStatus, UnitKind
from registry.people import final_review_by_contractor

__all__ = ["CHECKS", "crosscheck", "final_review_by_contractor"]

DIVISION_LEVEL = {Level.TOWNSHIP: Level.BANNER}


def living_sites(register: Register) -> Iterator[Site]:
    """Sites that are not closed."""
    return (site for site in register.sites.values() if site.status is not SiteStatus.CLOSED)


def living_accounts(register: Register) -> Iterator[Account]:
    """Accounts that are not closed."""
    return (one for one in register.accounts.values() if one.status is not AccountStatus.CLOSED)


def division_name(register: Register, code: str) -> str:
    """A division's code with its name where it is known."""
    division = register.divisions.get(code)
    return code if division is None else f"{code} {division.name}"


def filed_divisions(register: Register) -> Iterator[Concern]:
    """Filed divisions that contradict GB/T 2260 or stand at the wrong height."""
    for code, division in register.divisions.items():
        official = BUILT_IN.get(code)
        if official is not None and official != division:
            text = f"与国标行政区划代码表不同（国标：{official.name}、{official.level}）"
            yield Concern("division-differs", "division", code, text)
        if division.parent is None and division.level is not Level.REGION:
            yield Concern("division-parent", "division", code, f"{division.name}没有上级代码")


def unit_divisions(register: Register) -> Iterator[Concern]:
    """Units of unknown divisions, and units whose level is not their division's."""
    for unit in register.units.values():
        division = register.divisions.get(unit.division_code)
        if division is None:
            text = f"行政区划代码 {unit.division_code} 不在区划表中"
            yield Concern("division-unknown", "unit", unit.unit_id, text)
        elif DIVISION_LEVEL.get(unit.level, unit.level) is not division.level:
            text = f"层级“{unit.level}”与行政区划 {division.code} {division.name}({division.level})不一致"
            yield Concern("unit-level", "unit", unit.unit_id, text)


def site_codes(register: Register) -> Iterator[Concern]:
    """Malformed site codes, and codes whose division is not the sponsor's."""
    for site in register.sites.values():
        if not codes.is_site_code(site.site_code):
            text = "标识码应为10位数字，或 bm 加8位数字（此规则由实际样本归纳，暂定）"
            yield Concern("F-01/form", "site", site.site_code, text)
            continue
        area = codes.site_code_division(site.site_code)
        unit = register.units.get(site.unit_id)
        if area is None or unit is None or area == unit.division_code:
            continue
        above = any(one.code == area for one in line_of(unit.division_code, register.divisions))
        relation = ",前者是后者的上级" if above else ""
        text = (
            f"标识码前6位 {division_name(register, area)} 与主办单位的行政区划 "
            f"{division_name(register, unit.division_code)} 不一致{relation}（暂定）"
        )
        yield Concern("F-01/division", "site", site.site_code, text)


def site_filings(register: Register) -> Iterator[Concern]:
    """ICP filings and police records of the wrong form, and police records of another division."""
    for site in register.sites.values():
        if site.icp is not None and not codes.is_icp_filing(site.icp):
            yield Concern("F-02/form", "site", site.site_code, f"ICP备案号写法不规范：{site.icp}")
        if site.police_record is None:
            continue
        if not codes.is_police_record(site.police_record):
            yield Concern("F-03/form", "site", site.site_code, f"公安备案号写法不规范：{site.police_record}")
        area = codes.police_record_division(site.police_record)
        unit = register.units.get(site.unit_id)
        if area is not None and unit is not None and not akin(register, area, unit.division_code):
            text = f"公安备案号前6位 {division_name(register, area)} 与主办单位的行政区划 {unit.division_code} 不一致"
            yield Concern("F-03/division", "site", site.site_code, text)


def akin(register: Register, one: str, other: str) -> bool:
    """Whether two divisions are the same or one lies above the other: a league's site is filed where it stands."""
    above_one = {division.code for division in line_of(one, register.divisions)} | {one}
    above_other = {division.code for division in line_of(other, register.divisions)} | {other}
    return one in above_other or other in above_one


def site_domains(register: Register) -> Iterator[Concern]:
    """Sites outside .gov.cn and .政务, bare addresses, and .gov.cn in the hands of public institutions."""
    for site in living_sites(register):
        host = (urlsplit(site.url).hostname or "").rstrip(".")
        official = host.endswith((".gov.cn", ".政务", ".xn--zfr164b"))
        if host.replace(".", "").isdigit() or ":" in host:
            yield Concern("D-04/address", "site", site.site_code, "首页网址是IP地址，不是域名")
        elif not official:
            yield Concern("D-04/domain", "site", site.site_code, f"域名 {host} 不以 .gov.cn 或 .政务 结尾")
        unit = register.units.get(site.unit_id)
        if official and unit is not None and unit.kind is UnitKind.INSTITUTION:
            text = "主办单位是事业单位，不承担行政职能的不应使用 .gov.cn"
            yield Concern("D-04/institution", "site", site.site_code, text)


def shared_urls(register: Register) -> Iterator[Concern]:
    """Sites that are filed with one and the same home page."""
    by_url: defaultdict[str, list[str]] = defaultdict(list)
    for site in living_sites(register):
        parts = urlsplit(site.url)
        by_url[
            f"{(parts.hostname or '').rstrip('.')}|{parts.port}|{parts.path.rstrip('/')}|{parts.query}"
        ].append(site.site_code)
    for same in by_url.values():
        for code in same if len(same) > 1 else ():
            others = "、".join(other for other in same if other != code)
            yield Concern("site-url-shared", "site", code, f"首页网址与 {others} 相同")


def one_site_each(register: Register) -> Iterator[Concern]:
    """Units with more than one site."""
    counts = Counter(site.unit_id for site in living_sites(register))
    for unit_id, count in sorted(counts.items()):
        if count > 1:
            text = f"{unit_name(register, unit_id)}有 {count} 个网站；一个单位最多开设一个网站"
            yield Concern("D-02", "unit", unit_id, text)


def one_account_each(register: Register) -> Iterator[Concern]:
    """Units with more than one account on one platform."""
    counts = Counter((account.unit_id, account.platform) for account in living_accounts(register))
    for (unit_id, platform), count in sorted(counts.items()):
        if count > 1:
            text = (
                f"{unit_name(register, unit_id)}在{platform}有 {count} 个账号；"
                "一个单位原则上在同一平台只开设一个账号"
            )
            yield Concern("M-02", "unit", unit_id, text)


def unit_name(register: Register, unit_id: str) -> str:
    """A unit's name, or its code where it is not filed."""
    unit = register.units.get(unit_id)
    return unit_id if unit is None else unit.name


def account_handles(register: Register) -> Iterator[Concern]:
    """Accounts without a handle, and living accounts that share platform and handle."""
    holders: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for account in living_accounts(register):
        if account.handle:
            holders[account.platform, account.handle.casefold()].append(account.account_id)
        else:
            yield Concern("handle-missing", "account", account.account_id, "没有填写平台账号")
    for same in holders.values():
        for one in same if len(same) > 1 else ():
            others = "、".join(other for other in same if other != one)
            yield Concern("handle-shared", "account", one, f"平台账号与 {others} 相同")


def final_reviews(register: Register) -> Iterator[Concern]:
    """Accounts whose final review lies with a contractor."""
    for account in living_accounts(register):
        if account.final_review is not None and final_review_by_contractor(account, register):
            text = f"终审人所在单位“{account.final_review.organisation}”不是主办单位或其上级"
            yield Concern("M-12", "account", account.account_id, text)


CHECKS: tuple[Callable[[Register], Iterator[Concern]], ...] = (
    filed_divisions,
    unit_divisions,
    site_codes,
    site_filings,
    site_domains,
    shared_urls,
    one_site_each,
    one_account_each,
    account_handles,
    final_reviews,
)


def crosscheck(register: Register) -> tuple[Concern, ...]:
    """Every warning about a register, in the order of the checks and then of the targets."""
    return tuple(concern for check in CHECKS for concern in check(register))
