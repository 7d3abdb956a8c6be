"""The spreadsheets of an estate, with English and Chinese headings, in UTF-8 and GB18030, as offices hand them in."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path

from monitor.rehearsal.days import SHANGHAI
from monitor.rehearsal.families import family_of
from monitor.rehearsal.plan import EstatePlan, SitePlan
from monitor.rehearsal.web.feeds import title_of

HEADINGS: dict[str, tuple[tuple[str, str], ...]] = {
    "units": (
        ("unit_id", "单位编码"), ("name", "单位名称"), ("level", "层级"), ("division_code", "行政区划代码"), ("parent_id", "上级单位编码"),
        ("kind", "单位类型"), ("outward_service", "对外服务职能"), ("aliases", "曾用名与简称"), ("contact_name", "联系人"),
        ("contact_phone", "联系电话"), ("contact_email", "电子邮箱"),
    ),
    "sites": (
        ("site_code", "网站标识码"), ("name", "网站名称"), ("url", "首页网址"), ("unit_id", "主办单位编码"), ("site_kind", "网站类型"),
        ("operator", "承办单位"), ("icp", "ICP备案号"), ("police_record", "公安备案号"), ("shared_platform", "集约化平台"),
        ("filed_on", "备案日期"), ("status", "状态"),
    ),
    "accounts": (
        ("account_id", "账号编码"), ("platform", "平台"), ("handle", "平台账号"), ("name", "账号名称"), ("unit_id", "主办单位编码"),
        ("certified_subject", "认证主体"), ("source_url", "信息源地址"), ("operation", "运维方式"), ("operator", "运维单位"),
        ("first_review", "初审"), ("second_review", "复审"), ("final_review", "终审"), ("filed_on", "备案日期"), ("status", "状态"),
    ),
    "columns": (
        ("site_code", "网站标识码"), ("url", "栏目网址"), ("name", "栏目名称"), ("column_type", "栏目类型"), ("level", "栏目级别"),
        ("must_update", "应更新"),
    ),
    "posts": (("account_id", "账号编码"), ("url", "链接"), ("title", "标题"), ("published", "发布时间"), ("interaction", "互动功能")),
    "inclusions": (("target", "对象"), ("reason", "理由")),
    "outages": (("target", "对象"), ("from", "起"), ("to", "止"), ("basis", "依据")),
}  # fmt: skip
STYLES = {
    "units": (1, "utf-8-sig"), "sites": (0, "utf-8"), "accounts": (1, "gb18030"), "columns": (1, "utf-8"), "posts": (0, "gb18030"),
    "inclusions": (1, "utf-8-sig"), "outages": (0, "utf-8"),
}  # fmt: skip


def _units(plan: EstatePlan) -> Iterator[Sequence[str]]:
    for step, unit in enumerate(plan.units):
        yield (unit.unit_id, unit.name, unit.level, unit.division, unit.parent_id, unit.kind, "是" if unit.outward else "否",
               ";".join(unit.aliases), f"联络员{step + 1}", f"0471-0000{step % 10000:04d}", f"lianluo{step + 1}@nmyl.gov.cn")  # fmt: skip


def _sites(plan: EstatePlan) -> Iterator[Sequence[str]]:
    for site in plan.sites:
        yield (site.code, site.name, site.home_url, site.unit.unit_id, "门户网站" if site.portal else "部门网站", site.operator, site.icp,
               site.police, site.platform, site.filed_on.isoformat(), site.status)  # fmt: skip


def _accounts(plan: EstatePlan) -> Iterator[Sequence[str]]:
    for account in plan.accounts:
        yield (account.account_id, account.platform, account.handle, account.name, account.unit.unit_id, account.unit.name,
               account.source_url, "委托" if account.contracted else "自管", account.operator, *account.reviewers,
               account.filed_on.isoformat(), account.status)  # fmt: skip


def _site_columns(site: SitePlan) -> Iterator[Sequence[str]]:
    family = family_of(site)
    for column in site.columns:
        if column.confirmed is not None:
            yield (site.code, f"{site.scheme}://{site.host}{family.column_path(column)}", column.name, column.confirmed.column_type,
                   str(column.level), "是" if column.confirmed.must_update else "否")  # fmt: skip


def _posts(plan: EstatePlan) -> Iterator[Sequence[str]]:
    for account in plan.accounts:
        if "handed" in account.source:
            for post in account.posts:
                talk = "" if post.talk is None else "是" if post.talk else "否"
                url = f"https://weibo.com/{account.handle}/{post.number}" if account.index % 3 else ""
                yield (
                    account.account_id,
                    url,
                    title_of(account, post),
                    f"{post.published.astimezone(SHANGHAI):%Y-%m-%d %H:%M}",
                    talk,
                )


def _inclusions(plan: EstatePlan) -> Iterator[Sequence[str]]:
    sites = [site for site in plan.sites if site.status == "正常"]
    accounts = [account for account in plan.accounts if account.status == "正常"]
    for site in sites[:: max(1, len(sites) // 6)][:6]:
        yield site.code, "上一轮次检查不合格，纳入本轮复查"
    for account in accounts[:: max(1, len(accounts) // 5)][:5]:
        yield account.account_id, "群众反映内容长期不更新"


def _outages(plan: EstatePlan) -> Iterator[Sequence[str]]:
    start, end = plan.as_of - timedelta(days=10), plan.as_of + timedelta(days=2)
    for site in plan.sites:
        if site.behaviour.announced:
            yield (
                site.code,
                f"{start:%Y-%m-%d} 00:00",
                f"{end:%Y-%m-%d} 00:00",
                "机房搬迁停机维护公告（演练）",
            )


def csv_bytes(name: str, rows: Iterable[Sequence[str]]) -> bytes:
    """One sheet in its own heading language and encoding."""
    language, encoding = STYLES[name]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([heading[language] for heading in HEADINGS[name]])
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def write_sheets(folder: Path, plan: EstatePlan) -> None:
    """All sheets of an estate; one that nobody is required to hand in is left out where it would be empty."""
    columns = (row for site in plan.sites for row in _site_columns(site))
    sheets = {"units": _units(plan), "sites": _sites(plan), "accounts": _accounts(plan), "columns": columns, "posts": _posts(plan),
              "inclusions": _inclusions(plan), "outages": _outages(plan)}  # fmt: skip
    for name, rows in sheets.items():
        listed = list(rows)
        if listed or name in ("units", "sites", "accounts"):
            (folder / f"{name}.csv").write_bytes(csv_bytes(name, listed))
        else:
            (folder / f"{name}.csv").unlink(missing_ok=True)
