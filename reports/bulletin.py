"""The quarterly bulletin 通报, composed once as blocks for all three formats, in the customary outline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from checks.facts.base import TargetKind
from reports.annexes import PROVISIONAL, annexes, tally_table
from reports.blocks import (
    Block,
    Column,
    Document,
    Heading,
    Paragraph,
    Run,
    Table,
    Text,
    sentence,
    shown,
    words,
)
from reports.charts import failures_by_indicator, pass_rate_by_league
from reports.figures import PREFIX, Figures, IndicatorTally
from reports.masking import outside
from reports.model import FindingLine, Part, RoundFacts, RoundReport, TargetLine
from reports.wording import KIND_WORDS, MEASURE_WORDS, NUMERALS, chinese_date, chinese_moment

EXAMPLES = 3
WORKBOOK_TITLE = "抽查明细表（电子表格，另附）"


def marks_of(facts: RoundFacts) -> tuple[str, ...]:
    """What prints on every page of every document of a round that is not a real, finished one."""
    found = []
    if facts.rehearsal:
        found.append("演练")
    if facts.draft:
        found.append("草稿")
    if facts.hosts_file and not facts.rehearsal:
        found.append("经主机名对照文件访问")
    return tuple(found)


def compose(report: RoundReport, figures: Figures) -> Document:
    """The bulletin of a round as blocks; every number in it comes from `figures`."""
    facts = report.round
    body: list[Block] = [Paragraph(words(f"{_plain(facts.addressees)}："), flush=True), _opening(facts)]
    sections: list[tuple[str, Iterable[Block]]] = [
        ("总体情况", _overall(report, figures)),
        ("主要问题", _problems(report, figures)),
        ("人工复核与未能判定情况", _review(figures)),
    ]
    if facts.accountability:
        sections.append(("问责情况", [Paragraph(words(_plain(facts.accountability)))]))
    sections.append(("工作要求", _demands(facts, figures)))
    for number, (title, blocks) in enumerate(sections):
        body.append(Heading(1, f"{NUMERALS[number]}、{title}"))
        body.extend(blocks)
    return Document(
        issuer=_plain(facts.issuer),
        number=_plain(facts.number or ""),
        title=f"关于{_plain(facts.title)}全区\n政府网站与政务新媒体检查情况的通报",
        addressees=_plain(facts.addressees),
        blocks=tuple(body),
        annexes=annexes(report, figures),
        signed=_plain(facts.issuer),
        dated=chinese_date(facts.issued_on),
        marks=marks_of(facts),
        files=(WORKBOOK_TITLE,),
    )


def _plain(text: str) -> str:
    return outside(text, 2000)


def _opening(facts: RoundFacts) -> Paragraph:
    basis = "、".join(_plain(basis) for basis in facts.basis)
    rehearsal = (
        "本通报为演练文书，所列单位、网站、账号和问题均为演练数据，不作为正式文书。"
        if facts.rehearsal
        else ""
    )
    return Paragraph(
        words(
            f"依据{basis}，{_plain(facts.issuer)}组织开展了{_plain(facts.title)}全区政府网站与政务新媒体检查，"
            f"监测时间点为{chinese_moment(facts.as_of)}。现将有关情况通报如下。{rehearsal}"
        )
    )


def _overall(report: RoundReport, figures: Figures) -> Iterator[Block]:
    day = chinese_date(report.round.registry_day)
    for number, kind in enumerate(TargetKind):
        yield Heading(2, f"（{NUMERALS[number]}）{KIND_WORDS[kind]}。")
        yield Paragraph(_overall_sentence(figures, kind, day))
        yield _breakdown(figures, kind)
    yield pass_rate_by_league(figures)
    yield Heading(2, "（三）整改复查与网民留言。")
    yield Paragraph(_office_sentence(report.round, figures))


def _overall_sentence(figures: Figures, kind: TargetKind, day: str) -> Text:
    word, unit, p = KIND_WORDS[kind], MEASURE_WORDS[kind], PREFIX[kind]
    total = figures.totals[kind]
    head = f"截至{day}，全区备案{word}{{{p}.registered}}{unit}，本轮抽查{{{p}.drawn}}{unit}"
    if not total.drawn.rows:
        return sentence(figures, f"{head}，没有抽查结果。")
    text = (
        f"{head}，抽查比例{{{p}.drawn_share}}；未抽取{{{p}.not_drawn}}{unit}。抽查的{word}中，合格{{{p}.passed}}{unit}，"
        f"不合格{{{p}.failed}}{unit}，未能判定{{{p}.undecided}}{unit}，免检{{{p}.exempt}}{unit}，"
        f"检查期间关停{{{p}.closed}}{unit}。"
    )
    if total.judged.rows:
        text += (
            f"合格率为{{{p}.pass_rate}}（合格率=合格数÷已判定数，已判定{{{p}.judged}}{unit}，"
            "即合格与不合格之和；未能判定、免检和检查期间关停的不计入分母）。"
        )
    else:
        text += "本轮没有作出合格或不合格判定，不计算合格率。"
    return sentence(figures, text)


def _breakdown(figures: Figures, kind: TargetKind) -> Table:
    other, word = ("site_kind", "类型") if kind is TargetKind.SITE else ("platform", "平台")
    groups = (("层级", figures.groups[kind, "level"]), (word, figures.groups[kind, other]))
    return tally_table(f"{KIND_WORDS[kind]}检查结果（按层级与{word}）", "范围", groups, figures.totals[kind])


def _office_sentence(facts: RoundFacts, figures: Figures) -> Text:
    parts: list[Run] = []
    if facts.prior is not None:
        parts += sentence(
            figures,
            "对{title}检查发现的不合格对象进行复查，共复查{prior.rechecked}个，已完成整改{prior.mended}个，"
            "整改率{prior.mended_share}。",
            title=_plain(facts.prior.title),
        )
    else:
        parts += words("上一轮次整改复查结果未纳入本轮统计。")
    if facts.mistakes is not None:
        parts += sentence(
            figures,
            "本期收到“我为政府网站找错”网民留言{mistakes.received}条，按期办结{mistakes.in_time}条，"
            "按期办结率{mistakes.in_time_share}。",
        )
    else:
        parts += words("“我为政府网站找错”网民留言办理情况未纳入本轮统计。")
    return tuple(parts)


def _problems(report: RoundReport, figures: Figures) -> Iterator[Block]:
    examples = _examples(report)
    for number, kind in enumerate(TargetKind):
        yield Heading(2, f"（{NUMERALS[number]}）{KIND_WORDS[kind]}。")
        failed = [t for t in figures.indicators if t.indicator.kind is kind and t.failed.rows]
        vetoes = [t for t in failed if t.indicator.part is Part.VETO]
        others = [t for t in failed if t.indicator.part is not Part.VETO]
        if not failed:
            yield Paragraph(words(f"本轮没有经确认的{KIND_WORDS[kind]}问题。"))
        for place, tally in enumerate(vetoes, start=1):
            yield from _one_problem(figures, tally, place, examples)
        if others:
            yield _lesser_problems(others, kind, examples)
    yield failures_by_indicator(figures)
    if any(tally.indicator.provisional and tally.failed.rows for tally in figures.indicators):
        yield Paragraph(
            words(
                "注：标“暂定”的指标，其数值口径尚未与正式文本核对一致，可由主管单位调整，不作为国家统一口径。"
            )
        )


def _one_problem(
    figures: Figures,
    tally: IndicatorTally,
    place: int,
    examples: dict[str, list[tuple[TargetLine, FindingLine]]],
) -> Iterator[Block]:
    indicator = tally.indicator
    unit = MEASURE_WORDS[indicator.kind]
    yield Heading(3, f"{place}.{indicator.name}（{indicator.code}）。")
    text = sentence(
        figures,
        f"判定口径：{{threshold}}{{mark}}。本轮有{{{tally.failed.key}}}{unit}{KIND_WORDS[indicator.kind]}存在该问题，"
        f"问题共{{{tally.findings.key}}}处。",
        threshold=_plain(indicator.threshold or "见检查指标").rstrip("。"),
        mark="",
    )
    if indicator.provisional:
        text = (*text[:2], Run(PROVISIONAL, mark=True), *text[3:])
    yield Paragraph(text)
    named = [
        _example(target, finding, harmful=indicator.harmful_links)
        for target, finding in examples.get(indicator.code, [])[:EXAMPLES]
    ]
    yield Paragraph(words(f"例如：{'；'.join(named)}。"))


def _example(target: TargetLine, finding: FindingLine, *, harmful: bool) -> str:
    name = outside(target.name, 60)
    where = f"（{target.platform}）" if target.platform else ""
    says = outside(finding.says, 160, harmful=harmful).rstrip("。")
    return f"{outside(target.unit_name, 60)}“{name}”{where}，{says}"


def _lesser_problems(
    tallies: list[IndicatorTally], kind: TargetKind, examples: dict[str, list[tuple[TargetLine, FindingLine]]]
) -> Table:
    rows = []
    for tally in tallies:
        indicator = tally.indicator
        first = examples.get(indicator.code, [])[:1]
        name: Text = words(f"{indicator.code} {indicator.name}")
        if indicator.provisional:
            name = (*name, Run(PROVISIONAL, mark=True))
        shown_example = "".join(
            f"{outside(t.name, 30)}：{outside(f.says, 60, harmful=indicator.harmful_links)}" for t, f in first
        )
        rows.append((name, shown(tally.failed), shown(tally.findings), words(shown_example)))
    columns = (
        Column("指标", 2.4, "left"),
        Column("涉及对象", 1),
        Column("问题数", 0.9),
        Column("举例", 4.2, "left"),
    )
    return Table(f"{KIND_WORDS[kind]}扣分与提示指标问题", columns, tuple(rows))


def _examples(report: RoundReport) -> dict[str, list[tuple[TargetLine, FindingLine]]]:
    """For each indicator the first published finding of each target, one league after the other."""
    targets = {target.target: target for target in report.targets}
    order = {league.code: place for place, league in enumerate(report.leagues)}
    found: dict[str, list[tuple[int, str, TargetLine, FindingLine]]] = {}
    for sheet in report.sheets:
        target = targets[sheet.target]
        for line in sheet.lines:
            if line.published:
                entry = (order[target.league], target.target, target, line.faults[0])
                found.setdefault(line.indicator, []).append(entry)
    return {code: _spread(sorted(entries, key=lambda e: e[:2])) for code, entries in found.items()}


def _spread(
    entries: list[tuple[int, str, TargetLine, FindingLine]],
) -> list[tuple[TargetLine, FindingLine]]:
    """The first of every league first, so that examples do not all name one league."""
    seen: dict[int, int] = {}
    ranked = []
    for league, name, target, finding in entries:
        seen[league] = seen.get(league, 0) + 1
        ranked.append((seen[league], league, name, target, finding))
    return [(target, finding) for *_, target, finding in sorted(ranked, key=lambda e: e[:3])]


def _review(figures: Figures) -> Iterator[Block]:
    yield Paragraph(
        sentence(
            figures,
            "单项否决一律经人工确认后列入本通报。截至印发时，单项否决建议已确认{review.veto.confirmed}项，"
            "已驳回{review.veto.dismissed}项，尚待复核{review.veto.proposed}项；其他需人工判断的事项已确认"
            "{review.other.confirmed}项，已驳回{review.other.dismissed}项，尚待复核{review.other.proposed}项。"
            "已驳回和尚待复核的均不作为问题公布。",
        )
    )
    undecided = [figures.totals[kind].undecided for kind in TargetKind]
    if not any(figure.rows for figure in undecided):
        yield Paragraph(words("本轮没有未能判定的对象。"))
        return
    yield Paragraph(
        sentence(
            figures,
            "另有{sites.undecided}家政府网站、{accounts.undecided}个政务新媒体未能判定，原因见下表。未能判定是因本方"
            "未能取得足够证据或复核尚未结束，不是对有关单位的否定评价，不计为不合格。",
        )
    )
    rows = [
        (words(KIND_WORDS[kind]), words(outside(reason.label, 80)), shown(reason))
        for kind in TargetKind
        for reason in figures.reasons[kind]
    ]
    columns = (Column("对象", 1.3), Column("原因", 5, "left"), Column("数量", 1))
    yield Table("未能判定的原因", columns, tuple(rows))


def _demands(facts: RoundFacts, figures: Figures) -> Iterator[Block]:
    limit = f"，于{chinese_date(facts.deadline)}前" if facts.deadline else ""
    demands = [
        sentence(
            figures,
            "（一）限期整改。本轮共有{units.failed}个主办单位的网站或账号不合格。有关单位收到整改通知书后，应当在"
            f"{facts.working_days}个工作日内{limit}完成整改，并书面反馈整改结果。",
        ),
        words("（二）举一反三。各主管单位要对照通报的问题，组织本地区、本系统自查，防止同类问题反复发生。"),
        words(
            "（三）配合观测。因访问受限或没有信息源而未能判定的，请主办单位协助核查访问限制、补充可供核验的信息源或报送发布记录。"
        ),
        words("（四）申诉核减。对检查结果有异议的，可在整改期限内提出并附证据；经核实属误判的，予以核减。"),
    ]
    return (Paragraph(demand) for demand in demands)
