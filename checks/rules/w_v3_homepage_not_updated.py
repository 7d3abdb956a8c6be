"""首页不更新

检查什么: 首页上, 或首页所列稿件上, 最近一条带日期的信息是哪一天; 首页只是导航的, 看全部二级页面。
依据: 国办秘函〔2019〕19号 附件1 单项否决 3。
判定: 监测时间点前两周内没有更新为不合格; 按日历天计算, 恰好两周算按时。
    任何一处有两周内的日期即为合格; 晚于监测时间点的日期不算更新。
不能判定时: 首页没有取到或靠脚本生成而没有渲染, 看到的日期都已过期而仍有稿件没有日期,
    或首页只是导航而二级页面没有全部取到。
整改建议: 及时在首页更新信息并标明发布时间, 建立值班和更新提醒, 确保两周内至少更新一次。
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from checks.dated import newest
from checks.facts import DatedItem, Gap, HomePage, PageItems, Reach, SectionPages
from checks.limits import Limits
from checks.model import Evidence, Finding
from checks.rulebook import rule
from checks.ruling import Ruling, fails, passes, withholds
from checks.spans import days_before, local_day
from checks.words import quote, why


@dataclass(frozen=True, slots=True, kw_only=True)
class HomepageLimits(Limits):
    """Days without an update, and whether an item without a date counts as no update."""

    stale_days: int
    undated_is_stale: bool


@rule("W-V3")
def homepage_not_updated(
    home: HomePage, sections: SectionPages, reach: Reach, limits: HomepageLimits, as_of: datetime
) -> Ruling:
    """Look for one date that is in time; blame only where everything was read and nothing is."""
    today = local_day(as_of)
    pages = (home.page, *_sorted(sections)) if home.is_navigation else (home.page,)
    latest = newest((item for page in pages for item in page.items), not_after=today)
    if latest is not None and latest.day >= days_before(today, limits.stale_days):
        return passes(f"最近更新 {_told(latest)}, 在 {limits.stale_days} 天之内{_future(pages, today)}")
    unread = tuple(gap for page in pages if (gap := _gap(page)) is not None)
    if unread:
        return withholds(f"没有取到可以判断的页面: {why(unread)}", unread)
    if obstacle := _obstacle(home, sections, reach):
        gap = Gap("首页", obstacle[0], ours=True, url=home.page.url)
        return withholds(obstacle[1], (gap,))
    undated = sum(page.undated for page in pages)
    if undated and not limits.undated_is_stale:
        seen = f"看到的最近日期为 {_told(latest)}" if latest else "首页及其列出的稿件都没有日期"
        return withholds(f"{seen}, 另有 {undated} 条没有日期, 不能断定未更新")
    if latest is None and not undated:
        return withholds(f"首页及其列出的稿件都没有可用的日期{_future(pages, today)}")
    return _fail(pages, latest, limits, as_of)


def _fail(
    pages: tuple[PageItems, ...], latest: DatedItem | None, limits: HomepageLimits, as_of: datetime
) -> Ruling:
    today = local_day(as_of)
    where = "首页及全部二级页面" if len(pages) > 1 else "首页"
    age = f"最近更新 {_told(latest)}, 距监测时间点 {(today - latest.day).days} 天" if latest else "没有日期"
    mark = limits.mark("stale_days")
    reason = f"{where}{age}, 超过 {limits.stale_days} 天{mark}{_future(pages, today)}"
    seen = [page.seen for page in pages if page.seen is not None]
    evidence = [Evidence.of(entry) for entry in ([latest.seen] if latest else []) + seen]
    finding = Finding(says=reason, evidence=tuple(dict.fromkeys(evidence)), key=pages[0].url)
    return fails(reason, (finding,))


def _sorted(sections: SectionPages) -> list[PageItems]:
    return sorted(sections.pages, key=lambda page: (page.url, page.title, page.gap is None))


def _gap(page: PageItems) -> Gap | None:
    if page.gap is not None:
        return page.gap
    return Gap("页面", "no_evidence", ours=True, url=page.url) if page.seen is None else None


def _obstacle(home: HomePage, sections: SectionPages, reach: Reach) -> tuple[str, str] | None:
    """What keeps the old dates that were seen from being the whole truth: failure kind and words."""
    if home.needs_script:
        return "needs_script", "首页列表由脚本生成, 没有渲染, 不能断定未更新"
    if home.is_navigation and reach.robots_forbids:
        return "robots", "首页只是导航, robots.txt 不允许查看二级页面"
    if home.is_navigation and not sections.pages:
        return "page_limit", "首页只是导航, 没有取到二级页面"
    return None


def _told(item: DatedItem | None) -> str:
    return f"{item.day:%Y-%m-%d} {quote(item.title)}" if item else ""


def _future(pages: tuple[PageItems, ...], today: date) -> str:
    number = sum(len(page.future) for page in pages)
    number += sum(item.day > today for page in pages for item in page.items)
    return f"; 另有 {number} 条日期晚于监测时间点, 不计为更新" if number else ""
