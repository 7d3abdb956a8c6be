"""What is true of every target under every veto, derived from the plan by the definitions alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from monitor.rehearsal.cases import FAIL, NOT_APPLICABLE, PASS, UNOBSERVABLE
from monitor.rehearsal.days import days_before, months_after, months_before
from monitor.rehearsal.plan import (
    LIST,
    MUST_UPDATE,
    SLOTS,
    AccountPlan,
    Column,
    EstatePlan,
    GuidePlan,
    Item,
    LetterPlan,
    SitePlan,
)  # fmt: skip
from monitor.rehearsal.slots import COUNTED_FAULTS, UNCOUNTED_FAULTS

SITE_INDICATORS = ("W-V1", "W-V2", "W-V3", "W-V4", "W-V5", "W-V6")
ACCOUNT_INDICATORS = ("N-V1", "N-V2", "N-V3")
DOWN = frozenset({"refused", "no_name", "always_404", "always_503", "redirect_loop"})
CLOSED_TO_US = frozenset({"blocked_403", "blocked_412", "blocked_521", "blocked_200", "redirect_off"})
Said = tuple[str, str]


@dataclass(frozen=True, slots=True)
class TruthRow:
    """The truth about one target under one indicator, with the cases that were dealt to it and why."""

    target: str
    kind: str
    indicator: str
    truth: str
    defect: tuple[str, ...]
    why: str

    def as_dict(self) -> dict[str, object]:
        return {"target": self.target, "kind": self.kind, "indicator": self.indicator, "truth": self.truth,
                "defect": list(self.defect), "why": self.why}  # fmt: skip


def counted(found: int, unseen: int, threshold: int, what: str) -> Said:
    """The answer of a counting rule: found >= t is fail, found + unseen < t is pass, else it cannot be known."""
    if found >= threshold:
        return FAIL, f"{what} {found} 个, 达到 {threshold} 个"
    if found + unseen < threshold:
        return PASS, f"{what} {found} 个, 未见 {unseen} 个, 不足 {threshold} 个"
    return UNOBSERVABLE, f"{what} {found} 个, 另有 {unseen} 个无人能看到"


def worst(parts: list[Said]) -> Said:
    """Any part that fails decides; then any that cannot be known; else all pass."""
    for answer in (FAIL, UNOBSERVABLE):
        for said in parts:
            if said[0] == answer:
                return said
    return parts[0]


def _visits(site: SitePlan) -> Said:
    behaviour = site.behaviour
    if behaviour.permanent in DOWN:
        return FAIL, "一周内每次访问都打不开"
    if behaviour.permanent in CLOSED_TO_US:
        return UNOBSERVABLE, "每次访问都被拦截或跳出备案域名"
    if behaviour.announced:
        return UNOBSERVABLE, "整周在公告的维护期内, 访问不计"
    failed = sum(fault in COUNTED_FAULTS for fault in behaviour.faults.values())
    uncounted = sum(fault in UNCOUNTED_FAULTS for fault in behaviour.faults.values())
    if uncounted * 10 > SLOTS:
        return UNOBSERVABLE, f"{SLOTS} 次访问中 {uncounted} 次不计"
    if failed * 20 >= SLOTS - uncounted:
        return FAIL, f"{SLOTS} 次访问中 {failed} 次打不开"
    return PASS, f"{SLOTS} 次访问中 {failed} 次打不开"


def _newest(items: tuple[Item, ...], today: date) -> date | None:
    return max((item.day for item in items if item.day <= today), default=None)


def _dates_seen(site: SitePlan) -> bool:
    return site.home_dated or site.articles_dated


def _home(site: SitePlan, today: date) -> Said:
    if site.home_kind == "shell":
        return UNOBSERVABLE, "首页内容全部由脚本生成"
    if not _dates_seen(site):
        return UNOBSERVABLE, "首页和所列稿件都没有日期"
    if site.home_kind == "navigation":
        shown = [item for column in site.columns if column.shape == LIST for item in column.items]
    else:
        shown = [item for column in site.columns
                 for item in column.items[column.skip_home : column.skip_home + column.on_home]]  # fmt: skip
    newest = _newest(tuple(shown), today)
    if newest is None:
        return UNOBSERVABLE, "首页没有带日期的信息"
    if newest < days_before(today, 14):
        return FAIL, f"最近一条为 {newest}, 超过两周"
    return PASS, f"最近一条为 {newest}"


def _column_unseen(site: SitePlan, column: Column) -> bool:
    return bool(column.unread)


def _must_update(column: Column) -> bool:
    if column.confirmed is not None:
        return column.confirmed.must_update
    return column.kind in MUST_UPDATE


def _columns(site: SitePlan, today: date) -> Said:
    if site.home_kind == "shell":
        return UNOBSERVABLE, "首页内容全部由脚本生成, 找不到栏目"
    if site.behaviour.robots == "all" and not site.robots_confirmed:
        return UNOBSERVABLE, "robots 禁止抓取, 又没有确认过的栏目"
    found = [0, 0, 0]
    unseen = [0, 0, 0]
    half_year, year, fortnight = months_before(today, 6), months_before(today, 12), days_before(today, 14)
    for column in site.columns:
        if column.shape != LIST:
            continue
        fortnightly = column.kind == "news"
        timely = _must_update(column) and (
            fortnightly or (column.kind in ("notice", "policy") and column.level == 1)
        )
        lasting = _must_update(column) or (column.kind == "" and column.confirmed is None)
        if _column_unseen(site, column):
            unseen[2] += 1
            unseen[1] += lasting
            unseen[0] += timely
            continue
        if not column.items:
            found[2] += 1
            continue
        newest = _newest(column.items, today) if _dates_seen(site) else None
        if newest is None:
            unseen[1] += lasting
            unseen[0] += timely
        elif lasting and newest < year:
            found[1] += 1
        elif timely and newest < (fortnight if fortnightly else half_year):
            found[0] += 1
    return worst([
        counted(found[0], unseen[0], 5, "动态通知政策类未更新栏目"),
        counted(found[1], unseen[1], 10, "长期未更新栏目"),
        counted(found[2], unseen[2], 5, "空白栏目"),
    ])  # fmt: skip


def unanswered(letter: LetterPlan, today: date) -> bool:
    """Asked within the year, waiting for more than three months, without any answer."""
    in_year = letter.asked >= months_before(today, 12)
    return in_year and today > months_after(letter.asked, 3) and letter.answered is None


def _letters(site: SitePlan, today: date) -> Said:
    if site.home_kind == "shell" or site.behaviour.robots == "all":
        return UNOBSERVABLE, "信箱页面无人能看到"
    consultation = [box for box in site.mailboxes if box.channel == "consultation"]
    if not consultation:
        return FAIL, "没有咨询建言渠道"
    if any(box.unread for box in consultation):
        return UNOBSERVABLE, "信件列表无人能看到"
    letters = [letter for box in consultation for letter in box.letters]
    late = sum(unanswered(letter, today) for letter in letters if letter.shows_asked)
    unseen = sum(not letter.shows_asked and letter.answered is None for letter in letters)
    return counted(late, unseen, 1, "超过三个月未回应的留言")


def _lacks(guide: GuidePlan) -> int:
    return 8 - len(guide.present)


def _service(site: SitePlan) -> Said:
    if not site.unit.outward:
        return NOT_APPLICABLE, "主办单位没有对外服务职能"
    if site.home_kind == "shell" or site.behaviour.robots == "all":
        return UNOBSERVABLE, "办事页面无人能看到"
    service = site.service
    if service.mode == "none":
        return FAIL, "没有提供办事服务"
    if service.mode == "login" or service.unread:
        return UNOBSERVABLE, "办事指南无人能看到"
    short = sum(_lacks(guide) >= 4 for guide in service.guides)
    if len(service.guides) < 5:
        if short == len(service.guides):
            return FAIL, f"仅 {short} 个事项, 每个都缺四类以上要素"
        return PASS, f"仅 {len(service.guides)} 个事项, 其中 {short} 个缺四类以上要素"
    return counted(short, 0, 5, "缺四类以上要素的事项")


def _site_rows(site: SitePlan, today: date) -> Iterator[tuple[str, Said]]:
    if site.status != "正常":
        yield from ((indicator, (NOT_APPLICABLE, f"网站{site.status}")) for indicator in SITE_INDICATORS)
        return
    permanent = site.behaviour.permanent
    yield "W-V2", _visits(site)
    if permanent in DOWN | CLOSED_TO_US:
        for indicator in ("W-V1", "W-V3", "W-V4", "W-V5"):
            yield indicator, (UNOBSERVABLE, "首页取不到")
        applies = (UNOBSERVABLE, "首页取不到") if site.unit.outward else _service(site)
        yield "W-V6", applies
        return
    yield "W-V1", (FAIL, "首页有隐藏的赌博链接") if site.spam else (PASS, "可见页面无异常")
    yield "W-V3", _home(site, today)
    yield "W-V4", _columns(site, today)
    yield "W-V5", _letters(site, today)
    yield "W-V6", _service(site)


def _account_updates(account: AccountPlan, today: date) -> Said:
    if account.source == "none":
        return UNOBSERVABLE, "没有信息源"
    if account.answer == "gone":
        return FAIL, "应用商店已查不到该应用"
    if account.answer == "undated":
        return UNOBSERVABLE, "信息源没有日期"
    if account.answer != "ok" or account.source == "store":
        return UNOBSERVABLE, "信息源看不出更新情况"
    newest = max(post.published.date() for post in account.posts if post.published.date() <= today)
    if newest < days_before(today, 14):
        return FAIL, f"最近一条为 {newest}, 超过两周"
    return PASS, f"最近一条为 {newest}"


def _account_rows(account: AccountPlan, today: date) -> Iterator[tuple[str, Said]]:
    if account.status != "正常":
        yield from (
            (indicator, (NOT_APPLICABLE, f"账号{account.status}")) for indicator in ACCOUNT_INDICATORS
        )
        return
    read = bool(account.posts) and account.answer in ("ok", "undated")
    yield (
        "N-V1",
        (FAIL, "发布赌博广告")
        if account.spam
        else (PASS, "可见内容无异常")
        if read
        else (UNOBSERVABLE, "看不到内容"),
    )
    yield "N-V2", _account_updates(account, today)
    said = {post.talk for post in account.posts}
    if True in said:
        yield "N-V3", (PASS, "信息源写明有互动功能")
    elif False in said:
        yield "N-V3", (FAIL, "信息源写明没有互动功能")
    else:
        yield "N-V3", (UNOBSERVABLE, "信息源看不出互动功能")


def _relevant(dealt: dict[str, str], indicator: str) -> tuple[str, ...]:
    keys = [dealt.get("access", ""), dealt.get(indicator, "")]
    return tuple(key for key in keys if key)


def truth_rows(plan: EstatePlan) -> Iterator[TruthRow]:
    """One row for every target under each of its vetoes, sites first, in the plan's order."""
    today = plan.as_of.date()
    for site in plan.sites:
        rows = dict(_site_rows(site, today))
        for indicator in SITE_INDICATORS:
            truth, why = rows[indicator]
            yield TruthRow(site.code, "site", indicator, truth, _relevant(dict(site.cases), indicator), why)
    for account in plan.accounts:
        for indicator, (truth, why) in _account_rows(account, today):
            defect = (account.case,) if account.case and indicator == "N-V2" else ()
            yield TruthRow(account.account_id, "account", indicator, truth, defect, why)
