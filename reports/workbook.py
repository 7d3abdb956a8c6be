"""The annex workbook: drawn, results, findings, per league, per platform, unobserved, reconciliation.

Texts are written as strings (never as formulas or links), counts as numbers; rows go to disk as they come.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from checks.facts.base import TargetKind
from checks.model import Answer
from reports.annexes import CHECKED, PROVISIONAL, reconciliation_rows
from reports.bulletin import marks_of
from reports.figures import Figures, Tally, undecided_reason
from reports.masking import outside, outside_url
from reports.model import Figure, IndicatorLine, RoundReport, Standing, State, TargetLine, VerdictLine
from reports.wording import ANSWER_WORDS, KIND_WORDS, STATE_WORDS, points, stamp

Cell = str | int | Decimal | None
Heads = Sequence[tuple[str, int]]
_LIMIT = 2000
_A3, _A4, _WIDE = 8, 9, 150

_TARGET_HEADS: Heads = (
    ("类别", 11),
    ("标识码/账号编码", 18),
    ("名称", 34),
    ("主办单位", 34),
    ("层级", 8),
    ("盟市", 14),
    ("类型/平台", 12),
)
_TALLY_HEADS: Heads = tuple(
    (word, 10)
    for word in (
        "备案",
        "未抽取",
        "抽取",
        "已判定",
        "合格",
        "不合格",
        "未能判定",
        "免检",
        "期间关停",
        "合格率",
    )
)


def workbook(report: RoundReport, figures: Figures) -> bytes:
    """The bytes of the workbook; the same report gives the same bytes."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    facts = report.round
    day = facts.issued_on
    book.set_properties(
        {
            "title": outside(f"{facts.title}抽查明细表", 200),
            "author": outside(facts.issuer, 200),
            "created": datetime(day.year, day.month, day.day, tzinfo=UTC).replace(tzinfo=None),
        }
    )
    pen = _Pen(book, report)
    pen.sheet("抽查名单", *_drawn(report))
    pen.sheet("检查结果", *_results(report))
    pen.sheet("问题清单", *_findings(report))
    pen.sheet("分盟市", *_tallies(figures, "league", "盟市"))
    pen.sheet("分平台", *_by_platform(figures))
    pen.sheet("未能观测", *_unobserved(report))
    pen.sheet("核对表", *_reconciliation(figures))
    if any(target.standing is Standing.NOT_DRAWN for target in report.targets):
        pen.sheet("未抽取名单", *_not_drawn(report))
    book.close()
    return out.getvalue()


class _Pen:
    """Writes one sheet after the other in one look: title, frozen heading, widths, filter, print set-up."""

    def __init__(self, book: xlsxwriter.Workbook, report: RoundReport) -> None:
        self._book = book
        marks = marks_of(report.round)
        self._mark = "　".join((*marks, "不作为正式文书")) if marks else ""
        self._round = outside(f"{report.round.title}（{report.round.round_id}）", 120)
        base = {
            "font_name": "宋体",
            "font_size": 10,
            "valign": "vcenter",
            "border": 1,
            "border_color": "#999999",
        }
        self._title = book.add_format({"font_name": "黑体", "font_size": 14, "font_color": "#000000"})
        self._head = book.add_format(
            {**base, "font_name": "黑体", "bg_color": "#E9EDF2", "align": "center", "text_wrap": True}
        )
        self._text = book.add_format({**base, "num_format": "@", "text_wrap": True})
        self._number = book.add_format({**base, "align": "center", "num_format": "0"})
        self._rate = book.add_format({**base, "align": "center", "num_format": "0.00%"})
        self._bad = book.add_format({**base, "align": "center", "bold": True, "font_color": "#B3161C"})

    def sheet(self, name: str, heads: Heads, rows: Iterable[Sequence[Cell]]) -> None:
        """One worksheet."""
        sheet = self._book.add_worksheet(name)
        for column, (_, width) in enumerate(heads):
            sheet.set_column(column, column, width)
        sheet.freeze_panes(2, 0)
        sheet.set_landscape()
        sheet.set_paper(_A3 if sum(width for _, width in heads) > _WIDE else _A4)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(1)
        sheet.set_footer("&C第 &P 页，共 &N 页")
        if self._mark:
            sheet.set_header(f"&C{self._mark}")
        title = "　".join(part for part in (name, self._round, self._mark) if part)
        sheet.set_row(0, 24)
        sheet.write_string(0, 0, title, self._title)
        for column, (head, _) in enumerate(heads):
            sheet.write_string(1, column, head, self._head)
        last = 1
        for last, row in enumerate(rows, start=2):
            for column, cell in enumerate(row):
                self._cell(sheet, last, column, cell)
        sheet.autofilter(1, 0, max(last, 1), len(heads) - 1)

    def _cell(self, sheet: Worksheet, row: int, column: int, cell: Cell) -> None:
        if cell is None:
            sheet.write_blank(row, column, None, self._text)
        elif isinstance(cell, str):
            form: Format = self._bad if cell == CHECKED[False] else self._text
            sheet.write_string(row, column, cell, form)
        elif isinstance(cell, Decimal):
            sheet.write_number(row, column, float(cell / 100), self._rate)
        else:
            sheet.write_number(row, column, cell, self._number)


def _of_target(target: TargetLine, leagues: dict[str, str]) -> tuple[Cell, ...]:
    return (
        KIND_WORDS[target.kind],
        outside(target.target, 80),
        outside(target.name, 120),
        outside(target.unit_name, 120),
        str(target.level),
        leagues[target.league],
        target.site_kind or target.platform or "",
    )


def _leagues(report: RoundReport) -> dict[str, str]:
    return {league.code: league.name for league in report.leagues}


def _drawn(report: RoundReport) -> tuple[Heads, Iterator[Sequence[Cell]]]:
    heads = (
        ("序号", 6),
        *_TARGET_HEADS,
        ("主管单位", 28),
        ("首页网址/信息源", 36),
        ("抽样层", 24),
        ("抽取方式", 20),
        ("检查结果", 10),
        ("说明", 30),
    )
    names = _leagues(report)
    drawn = (target for target in report.targets if target.standing is not Standing.NOT_DRAWN)
    return heads, (
        (
            number,
            *_of_target(target, names),
            outside(target.supervising_unit, 120),
            outside_url(target.url) if target.url else None,
            outside(target.stratum, 120),
            outside(target.how, 120),
            str(target.standing),
            outside(target.reason, 200),
        )
        for number, target in enumerate(drawn, start=1)
    )


def _not_drawn(report: RoundReport) -> tuple[Heads, Iterator[Sequence[Cell]]]:
    names = _leagues(report)
    left = (target for target in report.targets if target.standing is Standing.NOT_DRAWN)
    return (("序号", 6), *_TARGET_HEADS), (
        (number, *_of_target(target, names)) for number, target in enumerate(left, start=1)
    )


def _lines(report: RoundReport) -> Iterator[tuple[TargetLine, IndicatorLine, VerdictLine]]:
    targets = {target.target: target for target in report.targets}
    indicators = {line.code: line for line in report.indicators}
    for sheet in report.sheets:
        for line in sheet.lines:
            yield targets[sheet.target], indicators[line.indicator], line


def _results(report: RoundReport) -> tuple[Heads, Iterator[Sequence[Cell]]]:
    heads = (
        *_TARGET_HEADS,
        ("总体结果", 10),
        ("指标", 9),
        ("指标名称", 22),
        ("性质", 10),
        ("暂定", 6),
        ("判定", 10),
        ("复核状态", 10),
        ("扣分", 7),
        ("原因", 60),
    )
    names = _leagues(report)
    return heads, (
        (
            *_of_target(target, names),
            str(target.standing),
            indicator.code,
            indicator.name,
            str(indicator.part),
            PROVISIONAL if indicator.provisional else "",
            ANSWER_WORDS[line.answer],
            STATE_WORDS[line.state],
            points(line.deduction) if line.deduction else "",
            "经人工复核，不作为问题。"
            if line.state is State.DISMISSED
            else outside(line.reason, harmful=indicator.harmful_links),
        )
        for target, indicator, line in _lines(report)
    )


def _findings(report: RoundReport) -> tuple[Heads, Iterator[Sequence[Cell]]]:
    heads = (
        ("问题编号", 22),
        *_TARGET_HEADS,
        ("指标", 9),
        ("指标名称", 22),
        ("性质", 10),
        ("暂定", 6),
        ("依据", 30),
        ("问题", 60),
        ("证据网址", 44),
        ("取证时间", 20),
        ("SHA-256", 68),
        ("摘录", 60),
    )
    return heads, _finding_rows(report)


def _finding_rows(report: RoundReport) -> Iterator[Sequence[Cell]]:
    names = _leagues(report)
    for target, indicator, line in _lines(report):
        if not line.published:
            continue
        harmful = indicator.harmful_links
        for fault in line.faults:
            for evidence in fault.evidence:
                yield (
                    outside(fault.finding_id, 120),
                    *_of_target(target, names),
                    indicator.code,
                    indicator.name,
                    str(indicator.part),
                    PROVISIONAL if indicator.provisional else "",
                    " ".join(part for part in (indicator.source, indicator.clause) if part),
                    outside(fault.says, _LIMIT, harmful=harmful),
                    outside_url(evidence.url, _LIMIT, harmful=harmful),
                    stamp(evidence.at),
                    outside(evidence.sha256, 64),
                    outside(evidence.excerpt, harmful=harmful),
                )


def _tally_cells(tally: Tally) -> tuple[Cell, ...]:
    return (*(_number(figure) for figure in tally.counts()), _number(tally.pass_rate))


def _number(figure: Figure) -> Cell:
    return "—" if figure.value is None else figure.value


def _tallies(figures: Figures, name: str, head: str) -> tuple[Heads, Iterator[Sequence[Cell]]]:
    heads = (("类别", 12), (head, 18), *_TALLY_HEADS)
    return heads, (
        (KIND_WORDS[kind], label, *_tally_cells(tally))
        for kind in TargetKind
        for label, tally in (
            *((tally.label, tally) for tally in figures.groups[kind, name]),
            ("合计", figures.totals[kind]),
        )
    )


def _by_platform(figures: Figures) -> tuple[Heads, Iterator[Sequence[Cell]]]:
    heads = (("平台", 18), *_TALLY_HEADS)
    kind = TargetKind.ACCOUNT
    rows = (
        *((tally.label, tally) for tally in figures.groups[kind, "platform"]),
        ("合计", figures.totals[kind]),
    )
    return heads, ((label, *_tally_cells(tally)) for label, tally in rows)


def _unobserved(report: RoundReport) -> tuple[Heads, Iterator[Sequence[Cell]]]:
    heads = (
        *_TARGET_HEADS,
        ("总体结果", 10),
        ("指标", 9),
        ("指标名称", 22),
        ("原因类别", 24),
        ("说明", 60),
        ("未看到的项数", 12),
    )
    return heads, _unobserved_rows(report)


def _unobserved_rows(report: RoundReport) -> Iterator[Sequence[Cell]]:
    """First one row for each undecided target, then one for each unobserved answer."""
    names = _leagues(report)
    deciding = frozenset(line.code for line in report.indicators if line.decides)
    sheets = {sheet.target: sheet for sheet in report.sheets}
    for target in report.targets:
        if target.standing is Standing.UNDECIDED:
            reason = undecided_reason(target, sheets.get(target.target), deciding)
            yield (
                *_of_target(target, names),
                str(target.standing),
                "总体",
                "未能判定",
                outside(reason, 200),
                "",
                None,
            )
    for target, indicator, line in _lines(report):
        if line.answer is Answer.UNOBSERVED:
            yield (
                *_of_target(target, names),
                str(target.standing),
                indicator.code,
                indicator.name,
                outside(line.kind_of_gap, 200),
                outside(line.reason, harmful=indicator.harmful_links),
                len(line.unseen),
            )


def _reconciliation(figures: Figures) -> tuple[Heads, Iterator[Sequence[Cell]]]:
    heads = (
        ("类别", 12),
        ("口径", 12),
        ("范围", 18),
        *_TALLY_HEADS[:-1],
        ("备案=抽取+未抽取", 18),
        ("抽取=已判定+未能判定+免检+关停", 30),
        ("已判定=合格+不合格", 20),
    )
    return heads, (
        (
            word,
            f"按{how}" if how else "合计",
            tally.label if how else "合计",
            *(_number(figure) for figure in tally.counts()),
            *(CHECKED[right] for right in tally.adds_up()),
        )
        for word, how, tally in reconciliation_rows(figures)
    )
