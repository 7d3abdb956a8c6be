"""站点无法访问

检查什么: 连续一周, 每天间隔访问备案首页, 记录每次是否打开。
依据: 国办秘函〔2019〕19号 附件1 单项否决 2。
判定: 一次访问超过(含)15秒未打开计为失败; 一周内失败次数占计入访问次数的5%以上(含)为不合格。
    域名不存在、连接被拒绝、重置、各阶段超时、首页404、410或5xx、循环跳转计为失败;
    401、403、412、429、脚本验证、本方解析失败、作废时段、公告维护不计入, 保留原因。
    同一计划时刻有多次访问的只计一次: 作废后补做的以补做为准, 其余取对单位有利的一次。
不能判定时: 不足七天, 某天计入的访问不足20次, 不计入的超过10%,
    或跳转到备案域名之外而未跟随的访问可能改变结论。
整改建议: 查明服务器、域名解析、证书或防护设备的故障并修复, 对监测访问放行, 修复后连续自查一周。
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256

from checks.facts import Gap, Visit, VisitLedger
from checks.limits import Limits
from checks.model import Evidence, Finding
from checks.rulebook import rule
from checks.ruling import Ruling, fails, passes, withholds
from checks.words import failure_name

NOTHING = sha256(b"").hexdigest()
"""The digest that stands in the evidence of a visit that brought no body."""

_SHOWN_VISITS = 20
_SUCCESS = range(200, 300)
_SLOW = "未在时限内打开"


class Outcome(StrEnum):
    """What a visit counts as; the order is the order in which a slot's visits are preferred."""

    OPENED = "opened"
    FAILED = "failed"
    REVIEWER = "reviewer"
    NOT_COUNTED = "not_counted"


_PREFERENCE = {outcome: rank for rank, outcome in enumerate(Outcome)}


@dataclass(frozen=True, slots=True, kw_only=True)
class AvailabilityLimits(Limits):
    """Numbers of the week of visits.

    `failure_categories` tells for each failure kind what such a visit counts as. `redirects` and
    `void_window_share` bind whoever makes the visits and marks void windows; the rule only prints them.
    """

    watch_days: int
    visits_per_day: int
    slow_seconds: Decimal
    failed_share: Decimal
    uncounted_share: Decimal
    failed_statuses: tuple[str, ...]
    not_counted_statuses: tuple[str, ...]
    failure_categories: Mapping[str, str]
    redirects: int
    void_window_share: Decimal

    def __post_init__(self) -> None:
        for kind, category in self.failure_categories.items():
            if category not in set(Outcome):
                raise ValueError(f"failure_categories 中 {kind} 的 {category} 应为 {'、'.join(Outcome)} 之一")
        if not self.watch_days or not self.visits_per_day:
            raise ValueError("watch_days 与 visits_per_day 至少为 1")


@dataclass(frozen=True, slots=True)
class _Counted:
    """A visit, what it counts as, and in which words."""

    visit: Visit
    outcome: Outcome
    says: str


@rule("W-V2")
def site_unreachable(ledger: VisitLedger, limits: AvailabilityLimits) -> Ruling:
    """Count the failures of the week against the visits that count."""
    days = sorted(set(ledger.days))
    visits = _one_a_slot(ledger, limits)
    failed = [entry for entry in visits if entry.outcome is Outcome.FAILED]
    counted = [entry for entry in visits if entry.outcome in (Outcome.OPENED, Outcome.FAILED)]
    review = [entry for entry in visits if entry.outcome is Outcome.REVIEWER]
    unseen = _unseen(visits, ledger.url)
    candidates = _findings(review, ledger.url)
    if obstacle := _obstacle(days, visits, counted, limits):
        return withholds(obstacle, unseen, candidates)
    numbers = f"{len(days)} 天内计入访问 {len(counted)} 次, 失败 {len(failed)} 次"
    share = f"{limits.failed_share:%}"
    known = len(counted) + len(review)
    if Decimal(len(failed)) >= limits.failed_share * known:
        whole = "; 全部访问均未打开, 复核时请换一个网络再看" if len(failed) == len(counted) else ""
        reason = f"{numbers}, 达到 {share}{limits.mark('failed_share')}{whole}"
        return fails(reason, _findings(failed, ledger.url), candidates=candidates, unseen=unseen)
    if Decimal(len(failed) + len(review)) < limits.failed_share * known:
        return passes(f"{numbers}, 未达到 {share}{limits.mark('failed_share')}", unseen)
    reason = f"{numbers}; 另有 {len(review)} 次跳转到备案域名之外, 未跟随, 由人工判断"
    return withholds(reason, unseen, candidates)


def categorise(visit: Visit, limits: AvailabilityLimits) -> tuple[Outcome, str]:
    """What a visit counts as, and in which words (definitions, "Opened or not")."""
    if visit.void is not None:
        return Outcome.NOT_COUNTED, visit.void
    answered = "没有应答" if visit.status is None else f"状态码 {visit.status}"
    named = failure_name(visit.failure) if visit.failure else answered
    if visit.off_register:
        return Outcome.REVIEWER, failure_name(visit.failure or "off_register")
    if _matches(visit.status, limits.not_counted_statuses):
        return Outcome.NOT_COUNTED, named
    # A failure kind that the file does not know is no proof of anything.
    category = Outcome.OPENED
    if visit.failure is not None:
        category = Outcome(limits.failure_categories.get(visit.failure, Outcome.NOT_COUNTED))
    if category is not Outcome.OPENED:
        return category, named
    if visit.status is not None and visit.status in _SUCCESS:
        if visit.failure is not None and visit.sha256 is None:
            return Outcome.NOT_COUNTED, named
        slow = visit.seconds >= float(limits.slow_seconds)
        return (Outcome.FAILED, _SLOW) if slow else (Outcome.OPENED, "已打开")
    if _matches(visit.status, limits.failed_statuses):
        return Outcome.FAILED, f"状态码 {visit.status}"
    return Outcome.NOT_COUNTED, named


def _matches(status: int | None, patterns: tuple[str, ...]) -> bool:
    if status is None:
        return False
    return str(status) in patterns or f"{status // 100}xx" in patterns


def _one_a_slot(ledger: VisitLedger, limits: AvailabilityLimits) -> list[_Counted]:
    """One visit for each planned slot of the week: a repeated one replaces the void one."""
    days = set(ledger.days)
    chosen: dict[tuple[date, int], _Counted] = {}
    for visit in sorted(ledger.visits, key=_order):
        if visit.day not in days:
            continue
        entry = _Counted(visit, *categorise(visit, limits))
        place = (visit.day, visit.slot)
        if place not in chosen or _rank(entry) < _rank(chosen[place]):
            chosen[place] = entry
    return [chosen[place] for place in sorted(chosen)]


def _rank(entry: _Counted) -> tuple[bool, int]:
    return entry.visit.void is not None, _PREFERENCE[entry.outcome]


def _order(visit: Visit) -> tuple[object, ...]:
    return (
        visit.day,
        visit.slot,
        visit.started,
        visit.seconds,
        visit.status or 0,
        visit.failure or "",
        visit.void or "",
        visit.sha256 or "",
    )


def _obstacle(
    days: list[date], visits: list[_Counted], counted: list[_Counted], limits: AvailabilityLimits
) -> str | None:
    """Why the week cannot be judged, or None."""
    if len(days) < limits.watch_days:
        return f"只观测了 {len(days)} 天, 不足 {limits.watch_days} 天"
    by_day = Counter(entry.visit.day for entry in counted)
    reasons = Counter(
        entry.says for entry in visits if entry.outcome in (Outcome.NOT_COUNTED, Outcome.REVIEWER)
    )
    told = ", ".join(f"{says} {number} 次" for says, number in sorted(reasons.items()))
    because = f"; 未计入: {told}" if told else ""
    thin = [day for day in days if by_day[day] < limits.visits_per_day]
    if thin:
        shown = f"{thin[0]:%Y-%m-%d} 等 {len(thin)} 天" if len(thin) > 1 else f"{thin[0]:%Y-%m-%d}"
        return f"{shown}计入的访问不足 {limits.visits_per_day} 次{because}"
    uncounted = len(visits) - len(counted)
    if uncounted > limits.uncounted_share * len(visits):
        return f"{len(visits)} 次访问中有 {uncounted} 次未计入, 超过可用范围{because}"
    return None


def _unseen(visits: list[_Counted], url: str) -> tuple[Gap, ...]:
    """One gap for each reason for which visits do not count."""
    reasons = sorted(
        {
            (entry.visit.void or entry.visit.failure or f"status_{entry.visit.status}", entry.outcome)
            for entry in visits
            if entry.outcome in (Outcome.NOT_COUNTED, Outcome.REVIEWER)
        }
    )
    return tuple(Gap("首页访问", reason, ours=True, url=url) for reason, _ in reasons)


def _findings(visits: Iterable[_Counted], url: str) -> tuple[Finding, ...]:
    """One finding for each kind of failure, with the first visits of that kind as evidence."""
    kinds: dict[str, list[_Counted]] = {}
    for entry in visits:
        kinds.setdefault(entry.says, []).append(entry)
    return tuple(
        Finding(
            says=f"{says} {len(entries)} 次",
            evidence=tuple(_evidence(entry, url) for entry in entries[:_SHOWN_VISITS]),
            key=says,
        )
        for says, entries in sorted(kinds.items())
    )


def _evidence(entry: _Counted, url: str) -> Evidence:
    visit = entry.visit
    return Evidence(
        url=url,
        at=visit.started,
        sha256=visit.sha256 or NOTHING,
        excerpt=f"{visit.day:%Y-%m-%d} 计划访问 {visit.slot}: {entry.says}",
    )
