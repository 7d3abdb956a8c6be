"""Facts and verdicts in plain words, for a reviewer or a unit."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from checks.facts import AccountFacts, SiteFacts, Subject, TargetKind
from checks.model import Verdict
from checks.runner import judge_account, judge_site
from checks.system import System
from checks.words import failure_name
from monitor.collect.survey.describe import describe

WORDS = {"pass": "合格", "fail": "不合格 (须人工确认)", "unobserved": "未能观测", "not_applicable": "不适用"}
SHOWN_POSTS = 10
NO_VISITS = "W-V2"


def stranger(url: str, kind: TargetKind) -> Subject:
    """A subject that is not in the register: everything that only the register knows is left open."""
    return Subject(
        target=url,
        kind=kind,
        name=url,
        level="旗县",
        division_code="150000",
        unit_id="",
        unit_name="",
        unit_kind="部门",
        outward_service=True,
        url=url,
        site_kind="部门网站" if kind is TargetKind.SITE else None,
        platform="其他" if kind is TargetKind.ACCOUNT else None,
    )


def tell_site(subject: Subject, facts: SiteFacts, system: System, as_of: datetime) -> Iterator[str]:
    """What was seen of a site, then what each rule says of it."""
    yield from describe(facts)
    yield ""
    yield "判定"
    for verdict in judge_site(subject, _named(facts, subject), None, system, as_of):
        yield from tell_verdict(verdict)


def _named(facts: SiteFacts, subject: Subject) -> SiteFacts:
    return SiteFacts(**{**{name: getattr(facts, name) for name in facts.__slots__}, "target": subject.target})


def tell_account(subject: Subject, facts: AccountFacts, system: System, as_of: datetime) -> Iterator[str]:
    """What was seen of an account's source, then what each rule says of it."""
    source = facts.source
    yield f"发布内容 {len(source.posts)} 条, 无日期 {source.undated} 条"
    for post in source.posts[:SHOWN_POSTS]:
        yield f"  {post.published:%Y-%m-%d %H:%M} {post.title[:60]}"
    if source.store is not None:
        yield f"应用商店: {'有此应用' if source.store.found else '没有此应用'} {source.store.version or ''}".rstrip()
    for gap in source.gaps:
        yield f"  未能观测: {gap.what} ({failure_name(gap.reason)})"
    yield ""
    yield "判定"
    named = AccountFacts(target=subject.target, source=source, scan=facts.scan)
    for verdict in judge_account(subject, named, system, as_of):
        yield from tell_verdict(verdict)


def tell_verdict(verdict: Verdict) -> Iterator[str]:
    """One verdict with its findings and candidates."""
    if verdict.indicator == NO_VISITS:
        yield f"  {verdict.indicator} 未能观测: 可用性须连续一周访问, 单次查看不判"
        return
    yield f"  {verdict.indicator} {WORDS[verdict.answer.value]}: {verdict.reason}"
    for finding in (*verdict.findings, *verdict.candidates):
        yield f"    · {finding.says} ({finding.evidence[0].url})"
