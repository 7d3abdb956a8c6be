"""The score sheet 评分表 of one target as a page of its own: every line, its evidence, what was not seen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from checks.facts.base import TargetKind
from checks.model import Answer, Evidence
from reports.bulletin import marks_of
from reports.masking import outside, outside_url
from reports.model import (
    FindingLine,
    IndicatorLine,
    Part,
    RoundReport,
    ScoreSheet,
    Standing,
    State,
    TargetLine,
    VerdictLine,
)
from reports.pages import template
from reports.wording import ANSWER_WORDS, KIND_WORDS, STATE_WORDS, chinese_moment, points, stamp

MOST_FINDINGS = 20
MOST_EVIDENCE = 3
MOST_GAPS = 10


@dataclass(frozen=True, slots=True)
class SheetContext:
    """What all score sheets of a round share."""

    report: RoundReport
    indicators: Mapping[str, IndicatorLine]
    leagues: Mapping[str, str]
    marks: tuple[str, ...]

    @classmethod
    def of(cls, report: RoundReport) -> SheetContext:
        """The context of a round's sheets."""
        return cls(
            report=report,
            indicators={line.code: line for line in report.indicators},
            leagues={league.code: league.name for league in report.leagues},
            marks=marks_of(report.round),
        )


def sheet_html(context: SheetContext, target: TargetLine, sheet: ScoreSheet) -> str:
    """One self-contained page; nothing in it is loaded from elsewhere or runs."""
    facts = context.report.round
    return template("sheet.html").render(
        title=f"{outside(target.name, 80)}　检查评分表",
        marks=context.marks,
        round=outside(f"{facts.title}（{facts.round_id}）", 120),
        as_of=chinese_moment(facts.as_of),
        system=outside(f"{facts.system_name} {facts.system_version}", 160),
        facts=tuple(_facts(context, target)),
        standing=target.standing,
        colour=_COLOURS.get(target.standing, "unobserved"),
        scores=tuple(_scores(context, target, sheet)),
        parts=_parts(context, sheet),
        remarks=[outside(remark, 300) for remark in sheet.remarks],
    )


def index_html(context: SheetContext, rows: Mapping[str, str]) -> str:
    """The list of all score sheets: `rows` maps a target to the file name of its page."""
    listed = [
        (
            outside(target.target, 80),
            outside(target.name, 80),
            outside(target.unit_name, 80),
            context.leagues[target.league],
            target.site_kind or target.platform or "",
            target.standing,
            rows[target.target],
        )
        for target in context.report.targets
        if target.target in rows
    ]
    title = f"{outside(context.report.round.title, 80)}　检查评分表目录"
    return template("sheet-index.html").render(title=title, marks=context.marks, rows=listed)


_COLOURS = {Standing.PASSED: "pass", Standing.FAILED: "fail"}


def _facts(context: SheetContext, target: TargetLine) -> Iterator[tuple[str, str]]:
    site = target.kind is TargetKind.SITE
    yield "对象", f"{KIND_WORDS[target.kind]}（{target.site_kind or target.platform}）"
    yield "网站标识码" if site else "账号编码", outside(target.target, 80)
    if target.handle:
        yield "平台账号", outside(target.handle, 80)
    if target.url:
        yield "首页网址" if site else "信息源地址", outside_url(target.url)
    yield "主办单位", outside(target.unit_name, 80)
    if target.supervising_unit:
        yield "主管单位", outside(target.supervising_unit, 80)
    yield "层级与地区", f"{target.level}　{context.leagues[target.league]}"


def _scores(context: SheetContext, target: TargetLine, sheet: ScoreSheet) -> Iterator[tuple[str, str]]:
    vetoes = [
        f"{line.indicator} {context.indicators[line.indicator].name}"
        for line in sheet.lines
        if line.published and context.indicators[line.indicator].part is Part.VETO
    ]
    if vetoes:
        yield "单项否决", "、".join(vetoes)
    if sheet.part2 is not None:
        yield "扣分部分得分", points(sheet.part2)
    if sheet.part3 is not None:
        yield "加分部分得分", points(sheet.part3)
    if sheet.score is not None:
        yield "总分", points(sheet.score)
    elif sheet.score_low is not None and sheet.score_high is not None:
        yield "得分区间", f"{points(sheet.score_low)}至{points(sheet.score_high)}（部分内容未能观测）"
    if target.standing is Standing.UNDECIDED:
        yield "未能判定原因", outside(target.reason, 200) or _undecided(context, sheet)


def _undecided(context: SheetContext, sheet: ScoreSheet) -> str:
    missing = [
        f"{line.indicator}（{'待人工复核' if line.open else outside(line.kind_of_gap or line.reason, 60)}）"
        for line in sheet.lines
        if (line.open or line.answer is Answer.UNOBSERVED) and context.indicators[line.indicator].decides
    ]
    return "、".join(missing) or "见下列各项"


def _parts(context: SheetContext, sheet: ScoreSheet) -> list[tuple[str, list[dict[str, object]]]]:
    lines = {line.indicator: line for line in sheet.lines}
    parts: dict[str, list[dict[str, object]]] = {}
    for code, indicator in context.indicators.items():
        if code in lines:
            parts.setdefault(str(indicator.part), []).append(_line(context, indicator, lines[code]))
    return list(parts.items())


def _line(context: SheetContext, indicator: IndicatorLine, line: VerdictLine) -> dict[str, object]:
    dismissed = line.state is State.DISMISSED
    shown = () if dismissed else line.faults[:MOST_FINDINGS]
    harmful = indicator.harmful_links
    reason = "经人工复核，不作为问题。" if dismissed else outside(line.reason, 400, harmful=harmful)
    reviewers = "、".join(outside(name, 30) for name in line.confirmed_by)
    return {
        "code": indicator.code,
        "name": indicator.name,
        "provisional": indicator.provisional,
        "answer": ANSWER_WORDS[line.answer],
        "colour": "not_applicable" if dismissed else str(line.answer),
        "state": STATE_WORDS[line.state] + (f"（{reviewers}）" if reviewers else ""),
        "open": line.open,
        "deduction": points(line.deduction) if line.deduction else "",
        "reason": reason,
        "findings": [_finding(finding, harmful=harmful) for finding in shown],
        "more": 0 if dismissed else len(line.faults) - len(shown),
        "gaps": [
            (
                outside(gap.what, 120, harmful=harmful),
                context.report.gap_words.get(gap.reason, outside(gap.reason, 60)),
                outside_url(gap.url, 200, harmful=harmful) if gap.url else "",
            )
            for gap in line.unseen[:MOST_GAPS]
        ],
        "more_gaps": max(len(line.unseen) - MOST_GAPS, 0),
    }


def _finding(finding: FindingLine, *, harmful: bool) -> dict[str, object]:
    return {
        "says": outside(finding.says, 400, harmful=harmful),
        "evidence": [_evidence(evidence, harmful=harmful) for evidence in finding.evidence[:MOST_EVIDENCE]],
        "more": max(len(finding.evidence) - MOST_EVIDENCE, 0),
    }


def _evidence(evidence: Evidence, *, harmful: bool) -> tuple[str, str, str, str]:
    return (
        outside_url(evidence.url, harmful=harmful),
        stamp(evidence.at),
        outside(evidence.sha256, 64),
        outside(evidence.excerpt, 300, harmful=harmful),
    )
