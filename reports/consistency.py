"""What must hold before anything is printed; a report that breaks it is refused with the row and the reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal

from checks.facts.base import TargetKind
from checks.model import Answer
from registry.model import Platform, SiteKind
from reports.errors import ReportError
from reports.model import IndicatorLine, Part, RoundReport, ScoreSheet, Standing, State, TargetLine

_WITH_SHEET = frozenset({Standing.PASSED, Standing.FAILED, Standing.UNDECIDED})
_FAIL_UNDER = Decimal(60)


def check_consistency(report: RoundReport) -> None:
    """Refuse (ReportError) doubled ids, unknown leagues and indicators, missing sheets, blame without proof."""
    if report.round.as_of.tzinfo is None:
        raise ReportError(f"轮次 {report.round.round_id} 的监测时间点没有时区")
    _once("对象", (target.target for target in report.targets))
    _once("指标", (line.code for line in report.indicators))
    _once("评分表", (sheet.target for sheet in report.sheets))
    _once(
        "问题",
        (f.finding_id for s in report.sheets for line in s.lines for f in (*line.findings, *line.candidates)),
    )
    targets = {target.target: target for target in report.targets}
    indicators = {line.code: line for line in report.indicators}
    leagues = {league.code for league in report.leagues}
    for target in report.targets:
        _check_target(target, leagues)
    with_sheet = set()
    for sheet in report.sheets:
        if sheet.target not in targets:
            raise ReportError(f"评分表的对象不在登记名单中: {sheet.target}")
        with_sheet.add(sheet.target)
        _check_sheet(sheet, targets[sheet.target], indicators)
    for target in report.targets:
        if (target.standing in _WITH_SHEET) != (target.target in with_sheet):
            raise ReportError(f"{target.target} 为“{target.standing}”, 与是否有评分表不符")


def _once(what: str, ids: Iterable[str]) -> None:
    doubled = [name for name, times in Counter(ids).items() if times > 1]
    if doubled:
        raise ReportError(f"{what}编号重复: {'、'.join(sorted(doubled)[:5])}")


def _check_target(target: TargetLine, leagues: set[str]) -> None:
    if target.league not in leagues:
        raise ReportError(f"{target.target} 的盟市代码 {target.league} 不在报告的盟市名单中")
    if target.kind is TargetKind.SITE and target.site_kind not in set(SiteKind):
        raise ReportError(f"{target.target} 没有网站类型, 无法按类型统计")
    if target.kind is TargetKind.ACCOUNT and target.platform not in set(Platform):
        raise ReportError(f"{target.target} 没有平台, 无法按平台统计")


def _check_sheet(sheet: ScoreSheet, target: TargetLine, indicators: dict[str, IndicatorLine]) -> None:
    _once(f"{sheet.target} 评分表的指标", (line.indicator for line in sheet.lines))
    vetoed = proposed = False
    for line in sheet.lines:
        indicator = indicators.get(line.indicator)
        if indicator is None or indicator.kind is not target.kind:
            raise ReportError(
                f"{sheet.target} 的指标 {line.indicator} 不在采用的指标体系中, 或不适用于该类对象"
            )
        if indicator.part is Part.VETO and line.answer is Answer.FAIL and line.state is State.NOT_NEEDED:
            raise ReportError(f"{sheet.target} {line.indicator}: 单项否决须经人工确认, 不能自动生效")
        if line.published and not line.faults:
            raise ReportError(f"{sheet.target} {line.indicator}: 判为不合格而没有问题和证据")
        if line.published and not all(fault.evidence for fault in line.faults):
            raise ReportError(f"{sheet.target} {line.indicator}: 有问题没有证据")
        if indicator.part is Part.VETO:
            vetoed = vetoed or line.published
            proposed = proposed or (line.open and line.answer is Answer.FAIL)
    under = sheet.score_high is not None and sheet.score_high < _FAIL_UNDER
    if target.standing is Standing.FAILED and not (vetoed or under):
        raise ReportError(f"{sheet.target} 被列为不合格, 但没有已确认的单项否决, 得分也不低于60分")
    if target.standing is Standing.PASSED and vetoed:
        raise ReportError(f"{sheet.target} 被列为合格, 但有已确认的单项否决")
    if target.standing is Standing.PASSED and proposed:
        raise ReportError(f"{sheet.target} 被列为合格, 但有单项否决建议还没有复核")
