"""Judging one target: every indicator that concerns its kind is answered, each with its reason.

Pure and deterministic: the same facts, in whatever order they were collected, give the same verdicts. A rule
whose needed facts are missing is not called; the answer is then unobserved.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from checks.facts import (
    AccountFacts,
    AccountSource,
    ColumnSet,
    Gap,
    Guides,
    HomePage,
    Identity,
    Letters,
    LinkCheck,
    PageScan,
    Reach,
    SectionPages,
    SiteFacts,
    Subject,
    TargetKind,
    VisitLedger,
)
from checks.indicators import Indicator, Part, System
from checks.model import Answer, CheckError, Finding, NotApplicable, Unobserved, Verdict
from checks.rulebook import Rule, rules
from checks.ruling import Ruling, withholds
from checks.spans import local_day

Facts = Mapping[type, object]

_MISSING: Mapping[type, str] = {VisitLedger: "没有可用性访问记录"}


def judge_site(
    subject: Subject,
    facts: SiteFacts | None,
    visits: VisitLedger | None,
    system: System,
    as_of: datetime,
) -> tuple[Verdict, ...]:
    """One verdict for every site indicator of the system, in its order.

    `facts` or `visits` is None where nothing was collected. `as_of` is the aware 监测时间点. Raises
    `CheckError` where the facts belong to another target or a rule itself breaks.
    """
    provided: dict[type, object] = {Subject: subject, datetime: as_of}
    if facts is not None:
        _same_target(subject, facts.target)
        provided |= {
            HomePage: facts.home,
            SectionPages: facts.sections,
            ColumnSet: facts.columns,
            Letters: facts.letters,
            Guides: facts.guides,
            Identity: facts.identity,
            LinkCheck: facts.links,
            PageScan: facts.scan,
            Reach: Reach(facts.pages, facts.robots_forbids),
        }
    if visits is not None:
        provided[VisitLedger] = visits
    return _judge(subject, TargetKind.SITE, provided, system, as_of)


def judge_account(
    subject: Subject, facts: AccountFacts | None, system: System, as_of: datetime
) -> tuple[Verdict, ...]:
    """One verdict for every account indicator of the system, in its order; otherwise as `judge_site`."""
    provided: dict[type, object] = {Subject: subject, datetime: as_of}
    if facts is not None:
        _same_target(subject, facts.target)
        provided |= {AccountSource: facts.source, PageScan: facts.scan}
    return _judge(subject, TargetKind.ACCOUNT, provided, system, as_of)


def _same_target(subject: Subject, target: str) -> None:
    if target != subject.target:
        raise CheckError(f"对象 {subject.target} 得到的是 {target} 的事实")


def _judge(
    subject: Subject, kind: TargetKind, provided: Facts, system: System, as_of: datetime
) -> tuple[Verdict, ...]:
    if subject.kind is not kind:
        raise CheckError(f"对象 {subject.target} 是 {subject.kind}, 不能按 {kind} 判定")
    local_day(as_of)  # refuses a naive moment before any rule runs
    book = rules()
    return tuple(
        _verdict(subject, indicator, book.get(indicator.code), provided, system)
        for indicator in system.concerning(kind)
    )


def _verdict(
    subject: Subject, indicator: Indicator, found: Rule | None, provided: Facts, system: System
) -> Verdict:
    if outside := indicator.scope.outside(subject):
        ruling = Ruling(Answer.NOT_APPLICABLE, outside)
    elif found is None:
        ruling = withholds("本指标由人工判断, 机器不判")
    else:
        ruling = _ruling(subject, found, indicator, provided, system)
    if ruling.answer is Answer.FAIL and not ruling.findings:
        raise CheckError(f"规则 {indicator.code} 判 {subject.target} 不合格, 却没有问题和证据")
    veto = indicator.part is Part.VETO and ruling.answer is Answer.FAIL
    return Verdict(
        target=subject.target,
        indicator=indicator.code,
        answer=ruling.answer,
        reason=ruling.reason,
        findings=_sorted_findings(ruling.findings),
        candidates=_sorted_findings(ruling.candidates),
        unseen=_sorted_gaps(ruling.unseen),
        deduction=ruling.deduction,
        deduction_low=ruling.deduction_low,
        deduction_high=ruling.deduction_high,
        needs_person=veto or bool(ruling.candidates),
    )


def _ruling(subject: Subject, found: Rule, indicator: Indicator, provided: Facts, system: System) -> Ruling:
    """Call a rule with the facts that it needs, or say which of them is missing."""
    arguments: dict[str, object] = {}
    for name, wanted in found.needs.items():
        if wanted is found.limits:
            arguments[name] = system.limits[indicator.code]
        elif wanted in provided:
            arguments[name] = provided[wanted]
        else:
            return withholds(_MISSING.get(wanted, _not_collected(subject)))
    try:
        return found.function(**arguments)
    except NotApplicable as aside:
        return Ruling(Answer.NOT_APPLICABLE, str(aside))
    except Unobserved as aside:
        return withholds(str(aside))
    except Exception as error:
        raise CheckError(f"规则 {indicator.code} 在对象 {subject.target} 上出错: {error}") from error


def _not_collected(subject: Subject) -> str:
    return "没有采集到该网站" if subject.kind is TargetKind.SITE else "没有采集到该账号"


def _sorted_findings(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda entry: (entry.key, entry.says, entry.evidence[0].url)))


def _sorted_gaps(gaps: tuple[Gap, ...]) -> tuple[Gap, ...]:
    return tuple(sorted(dict.fromkeys(gaps), key=lambda gap: (gap.url or "", gap.what, gap.reason, gap.ours)))
