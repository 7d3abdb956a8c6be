"""The annexes of a bulletin: who failed, the leagues, the sums that must hold, the round and its ruler."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from checks.facts.base import TargetKind
from reports.blocks import Annex, Block, Column, Paragraph, Run, Table, Text, shown, words
from reports.figures import Figures, Tally
from reports.masking import outside
from reports.model import IndicatorLine, Part, RoundReport, ScoreSheet, Standing, TargetLine
from reports.wording import KIND_WORDS, MEASURE_WORDS, chinese_date, chinese_moment, percent, points

CHECKED = {True: "相符", False: "不符"}
PROVISIONAL = "暂定"


def annexes(report: RoundReport, figures: Figures) -> tuple[Annex, ...]:
    """All annexes in order; the workbook is a file apart."""
    return (
        *(Annex(f"不合格{KIND_WORDS[kind]}名单", (_failed(report, kind),)) for kind in TargetKind),
        Annex("分盟市检查结果", tuple(_leagues(figures, kind) for kind in TargetKind)),
        Annex("抽查核对表", tuple(reconciliation_blocks(figures))),
        Annex("检查口径与轮次参数", tuple(_parameters(report))),
    )


def failing_reason(sheet: ScoreSheet, indicators: dict[str, IndicatorLine], *, with_findings: int = 1) -> str:
    """Why a target failed: each confirmed veto with its first findings, or the score under 60."""
    parts = []
    for line in sheet.lines:
        indicator = indicators[line.indicator]
        if indicator.part is Part.VETO and line.published:
            mark = f"（{PROVISIONAL}）" if indicator.provisional else ""
            says = "；".join(
                outside(f.says, 120, harmful=indicator.harmful_links) for f in line.faults[:with_findings]
            )
            more = f"等{len(line.faults)}处" if len(line.faults) > with_findings else ""
            parts.append(f"{indicator.code} {indicator.name}{mark}：{says}{more}")
    if not parts and sheet.score_high is not None:
        parts.append(f"扣分指标得分{points(sheet.score_high)}分，低于60分")
    return "；".join(parts)


def _failed(report: RoundReport, kind: TargetKind) -> Block:
    sheets = {sheet.target: sheet for sheet in report.sheets}
    indicators = {line.code: line for line in report.indicators}
    order = {league.code: place for place, league in enumerate(report.leagues)}
    names = {league.code: league.name for league in report.leagues}
    failed = [t for t in report.targets if t.kind is kind and t.standing is Standing.FAILED]
    if not failed:
        return Paragraph(words(f"本轮没有不合格的{KIND_WORDS[kind]}。"))
    failed.sort(key=lambda t: (order[t.league], t.target))
    rows = tuple(
        (
            words(str(number)),
            words(names[target.league]),
            words(outside(target.unit_name, 60)),
            words(_called(target)),
            words(failing_reason(sheets[target.target], indicators)),
        )
        for number, target in enumerate(failed, start=1)
    )
    columns = (
        Column("序号", 0.75),
        Column("盟市", 1.5),
        Column("主办单位", 2.1, "left"),
        Column("网站（标识码）" if kind is TargetKind.SITE else "账号（平台）", 2.2, "left"),
        Column("不合格原因", 4.2, "left"),
    )
    return Table("", columns, rows)


def _called(target: TargetLine) -> str:
    which = target.target if target.kind is TargetKind.SITE else target.platform or target.target
    return f"{outside(target.name, 60)}（{outside(which, 40)}）"


def tally_table(
    caption: str, head: str, groups: Sequence[tuple[str, Sequence[Tally]]], total: Tally
) -> Table:
    """A table of tallies, one a row, by one or more breakdowns (named in a column of their own where several)."""
    several = len(groups) > 1
    columns = (
        *((Column("口径", 0.95),) if several else ()),
        Column(head, 1.75, "left"),
        *(Column(word, 1.12) for word in ("备案", "抽取", "已判定", "合格", "不合格")),
        Column("未能判定", 1.45),
        Column("免检", 0.85),
        Column("关停", 0.85),
        Column("合格率", 1.5),
    )
    rows = [(name, row.label, row) for name, tallies in groups for row in tallies]
    body = tuple(
        (
            *((words(name),) if several else ()),
            words(label),
            *(shown(f) for f in (row.registered, row.drawn, row.judged, row.passed, row.failed)),
            *(shown(f) for f in (row.undecided, row.exempt, row.closed, row.pass_rate)),
        )
        for name, label, row in (*rows, ("", "合计", total))
    )
    return Table(caption, columns, body, "合格率=合格÷已判定；“—”表示没有已判定的对象。")


def _leagues(figures: Figures, kind: TargetKind) -> Table:
    caption = f"{KIND_WORDS[kind]}分盟市检查结果（单位：{MEASURE_WORDS[kind]}）"
    return tally_table(caption, "盟市", (("盟市", figures.groups[kind, "league"]),), figures.totals[kind])


def reconciliation_rows(figures: Figures) -> Iterator[tuple[str, str, Tally]]:
    """Every line of the reconciliation sheet: kind, breakdown, tally."""
    names = {"level": "层级", "league": "盟市", "site_kind": "类型", "platform": "平台"}
    for kind in TargetKind:
        yield KIND_WORDS[kind], "", figures.totals[kind]
        for (of, name), tallies in figures.groups.items():
            if of is kind:
                yield from ((KIND_WORDS[kind], names[name], tally) for tally in tallies)


def reconciliation_blocks(figures: Figures) -> Iterator[Block]:
    """The sums that must hold, as tables; each line is counted from its own rows and says whether it holds."""
    yield Paragraph(
        words(
            "核对关系：备案数=抽取数+未抽取数；抽取数=已判定数+未能判定数+免检数+期间关停数；已判定数=合格数+不合格数。"
        )
    )
    head = (("备案", 0.9), ("未抽取", 1.15), ("抽取", 0.9), ("已判定", 1.15), ("合格", 0.9), ("不合格", 1.15))
    columns = (
        Column("口径", 0.95),
        Column("范围", 1.75, "left"),
        *(Column(word, width) for word, width in (*head, ("未能判定", 1.45), ("免检", 0.85), ("关停", 0.85))),
        Column("核对", 0.85),
    )
    for kind in TargetKind:
        rows = tuple(
            (words(how), words(tally.label if how else "合计"), *map(shown, tally.counts()), _verdict(tally))
            for word, how, tally in reconciliation_rows(figures)
            if word == KIND_WORDS[kind]
        )
        yield Table(f"{KIND_WORDS[kind]}核对表", columns, rows)


def _verdict(tally: Tally) -> Text:
    return words(CHECKED[all(tally.adds_up())])


def _parameters(report: RoundReport) -> Iterator[Block]:
    facts = report.round
    pairs: list[tuple[str, str]] = [
        ("轮次", f"{facts.title}（{facts.round_id}）"),
        ("监测时间点", chinese_moment(facts.as_of)),
        ("检查指标体系", f"{facts.system_name} {facts.system_version}"),
        ("指标体系摘要", facts.system_digest),
        ("备案名单日期", chinese_date(facts.registry_day)),
        ("备案名单摘要", facts.registry_digest),
        ("抽取种子", facts.seed),
    ]
    pairs += [
        (f"抽查比例（{KIND_WORDS[share.kind]}，{share.level}）", percent(share.share * 100))
        for share in facts.shares
    ]
    for window in facts.windows:
        remark = f"（{window.remark}）" if window.remark else ""
        pairs.append((window.name, f"{chinese_date(window.first)}至{chinese_date(window.last)}{remark}"))
    pairs += [(setting.name, setting.value) for setting in facts.settings]
    pairs.append(("主机名解析", "使用指定的主机名对照文件" if facts.hosts_file else "公共域名解析"))
    pairs.append(("文书性质", "演练，不作为正式文书" if facts.rehearsal else "正式轮次"))
    columns = (Column("项目", 2.6, "left"), Column("内容", 5, "left"))
    rows = tuple((words(outside(name, 60)), words(outside(value, 300))) for name, value in pairs)
    yield Table("轮次参数", columns, rows)
    yield _ruler(report.indicators)
    if any(line.part is Part.VETO and not line.decides for line in report.indicators):
        yield Paragraph(words("注：标“（参考）”的单项否决在能够观测时才参与判定。"))
    yield Paragraph(
        words("注：标“暂定”的指标，其数值口径尚未与正式文本核对一致，可由主管单位调整，不作为国家统一口径。")
    )


def _ruler(indicators: Iterable[IndicatorLine]) -> Table:
    columns = (
        Column("指标", 2.4, "left"),
        Column("性质", 1.3),
        Column("判定口径", 4.4, "left"),
        Column("依据", 2.4, "left"),
    )
    rows = []
    for line in indicators:
        name: Text = words(f"{line.code} {line.name}")
        if line.provisional:
            name = (*name, Run(PROVISIONAL, mark=True))
        part = str(line.part) if line.decides or line.part is not Part.VETO else "单项否决（参考）"
        source = " ".join(part for part in (line.source, line.clause) if part)
        rows.append((name, words(part), words(outside(line.threshold, 300) or "—"), words(source or "—")))
    return Table("检查指标", columns, tuple(rows))
