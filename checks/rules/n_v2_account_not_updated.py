"""内容不更新

检查什么: 账号最近一条发布内容是哪一天; 移动客户端另看应用商店还有没有。
依据: 国办秘函〔2019〕19号 附件1 政务新媒体单项否决 2。
判定: ①监测时间点前两周内没有更新为不合格, 按日历天计算, 恰好两周算按时, 晚于监测时间点的日期不算更新;
    ②移动客户端在应用商店中已查不到(无法下载)为不合格。
    移动客户端的版本发布日期不是内容更新日期, 不据以判①; 查得到且没有发布内容可看的, 判为合格。
不能判定时: 没有信息源, 信息源没有取到, 没有看到发布内容, 或看到的日期都已过期而仍有内容没有日期。
整改建议: 及时更新, 确保两周内至少发布一次; 无力维护的账号按程序注销并公告。
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from checks.counting import any_of
from checks.facts import AccountSource, Post, Subject
from checks.limits import Limits
from checks.model import Answer, Evidence, Finding
from checks.rulebook import rule
from checks.ruling import Ruling, fails, passes, withholds
from checks.spans import days_before, local_day
from checks.words import quote, why


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingLimits(Limits):
    """Days without a post, the platforms that live in an app store, and what undated posts count as."""

    stale_days: int
    app_platforms: tuple[str, ...]
    undated_is_stale: bool


@dataclass(frozen=True, slots=True)
class _Clause:
    answer: Answer
    says: str
    findings: tuple[Finding, ...] = ()


@rule("N-V2")
def account_not_updated(
    source: AccountSource, subject: Subject, limits: PostingLimits, as_of: datetime
) -> Ruling:
    """Look for one post that is in time; an app must also still be in its store."""
    is_app = subject.platform in limits.app_platforms
    clauses = [_store(source)] if is_app and (source.store is not None or source.gaps) else []
    has_posts = bool(source.posts or source.future or source.undated)
    if not is_app or has_posts or source.store is None:
        clauses.append(_posts(source, limits, as_of))
    answer = any_of(clause.answer for clause in clauses)
    reason = "; ".join(clause.says for clause in clauses)
    if answer is Answer.FAIL:
        findings = [found for clause in clauses for found in clause.findings]
        return fails(reason, findings, unseen=source.gaps)
    return passes(reason, source.gaps) if answer is Answer.PASS else withholds(reason, source.gaps)


def _store(source: AccountSource) -> _Clause:
    store = source.store
    if store is None:
        return _Clause(Answer.UNOBSERVED, f"应用商店没有查到结果: {why(source.gaps)}")
    if store.found:
        return _Clause(Answer.PASS, "应用商店可以查到")
    says = "应用商店已查不到该应用, 无法下载"
    return _Clause(Answer.FAIL, says, (Finding(says, (Evidence.of(store.seen),), key="store"),))


def _posts(source: AccountSource, limits: PostingLimits, as_of: datetime) -> _Clause:
    today = local_day(as_of)
    known = [post for post in source.posts if post.published <= as_of]
    latest = min(known, key=_order) if known else None
    late = len(source.future) + len(source.posts) - len(known)
    future = f", 另有 {late} 条日期晚于监测时间点, 不计为更新" if late else ""
    if latest is not None and local_day(latest.published) >= days_before(today, limits.stale_days):
        return _Clause(Answer.PASS, f"最近发布 {_told(latest)}, 在 {limits.stale_days} 天之内{future}")
    if obstacle := _obstacle(source, latest, limits):
        return _Clause(Answer.UNOBSERVED, obstacle + future)
    if latest is None:
        return _Clause(Answer.UNOBSERVED, f"没有看到带日期的发布内容{future}")
    age = (today - local_day(latest.published)).days
    span = f"{limits.stale_days} 天{limits.mark('stale_days')}"
    says = f"最近发布 {_told(latest)}, 距监测时间点 {age} 天, 超过 {span}{future}"
    return _Clause(Answer.FAIL, says, (Finding(says, (Evidence.of(latest.seen),), key="posts"),))


def _obstacle(source: AccountSource, latest: Post | None, limits: PostingLimits) -> str | None:
    """What keeps the old posts that were seen from being the whole truth."""
    seen = f"看到的最近发布为 {_told(latest)}" if latest else "没有看到发布内容"
    if source.gaps:
        return f"{seen}, 信息源未能观测: {why(source.gaps)}"
    if not source.kinds:
        return "没有可供查看的信息源"
    if source.undated and not limits.undated_is_stale:
        return f"{seen}, 另有 {source.undated} 条没有日期, 不能断定未更新"
    return None


def _order(post: Post) -> tuple[float, str, str]:
    return -post.published.timestamp(), post.url, post.title


def _told(post: Post | None) -> str:
    return f"{local_day(post.published):%Y-%m-%d} {quote(post.title)}" if post else ""
