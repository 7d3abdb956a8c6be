"""Every figure adds up and names its rows; a report that contradicts itself is refused."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_sample import LEAGUES, evidence, report

from checks.facts.base import TargetKind
from checks.model import Answer
from registry.model import Level
from reports.consistency import check_consistency
from reports.errors import ReportError
from reports.figures import PREFIX, count, undecided_reason
from reports.model import (
    FindingLine,
    Notice,
    RoundReport,
    ScoreSheet,
    Standing,
    State,
    TargetLine,
    VerdictLine,
)
from reports.wording import percent, points, share


def test_the_figures_of_the_sample_are_counted_from_its_rows() -> None:
    made = report(60, 300)
    figures = count(made)
    for kind in TargetKind:
        mine = Counter(target.standing for target in made.targets if target.kind is kind)
        total = figures.totals[kind]
        assert total.registered.value == sum(mine.values())
        assert total.drawn.value == sum(mine.values()) - mine[Standing.NOT_DRAWN]
        assert total.judged.value == mine[Standing.PASSED] + mine[Standing.FAILED]
        assert total.undecided.value == mine[Standing.UNDECIDED]
        assert set(total.failed.rows) == {
            t.target for t in made.targets if t.kind is kind and t.standing is Standing.FAILED
        }
    assert figures["sites.registered"].value == 60
    assert figures["accounts.registered"].value == 300


@pytest.mark.parametrize(("sites", "accounts"), [(60, 300), (0, 40), (13, 0), (1, 1), (558, 900)])
def test_every_line_of_the_reconciliation_adds_up(sites: int, accounts: int) -> None:
    figures = count(report(sites, accounts))
    tallies = [*figures.totals.values(), *(tally for group in figures.groups.values() for tally in group)]
    assert all(all(tally.adds_up()) for tally in tallies)
    for (kind, _), group in figures.groups.items():
        whole = figures.totals[kind]
        for place, figure in enumerate(whole.counts()):
            rows = [row for tally in group for row in tally.counts()[place].rows]
            assert sorted(rows) == list(figure.rows)


def test_a_line_that_does_not_add_up_is_seen() -> None:
    total = count(report(60, 0)).totals[TargetKind.SITE]
    assert total.adds_up() == (True, True, True)
    lost = dataclasses.replace(total, passed=dataclasses.replace(total.passed, rows=total.passed.rows[1:]))
    assert lost.adds_up() == (True, True, False)
    twin = (*total.drawn.rows[1:], total.drawn.rows[1])
    doubled = dataclasses.replace(total, drawn=dataclasses.replace(total.drawn, rows=twin))
    assert doubled.adds_up() == (False, False, True)


def test_ratios_name_numerator_and_denominator() -> None:
    figures = count(report(60, 300))
    for figure in figures.by_key.values():
        if figure.derived_from:
            part, whole = (figures[key] for key in figure.derived_from)
            assert set(part.rows) <= set(whole.rows)
            assert figure.value == share(len(part.rows), len(whole.rows))
        else:
            assert figure.value == len(figure.rows) == len(set(figure.rows))
    assert figures["sites.pass_rate"].derived_from == ("sites.passed", "sites.judged")


def test_each_verdict_is_counted_once_under_its_indicator() -> None:
    made = report(60, 300)
    figures = count(made)
    lines = Counter(line.indicator for sheet in made.sheets for line in sheet.lines)
    for tally in figures.indicators:
        buckets = (
            tally.failed,
            tally.passed,
            tally.unobserved,
            tally.not_applicable,
            tally.open,
            tally.dismissed,
        )
        assert sum(len(bucket.rows) for bucket in buckets) == lines[tally.indicator.code]
    assert figures["review.veto.proposed"].rows
    assert figures["review.veto.dismissed"].rows
    proposed = [
        f"{sheet.target}/{line.indicator}"
        for sheet in made.sheets
        for line in sheet.lines
        if line.state is State.PROPOSED
    ]
    assert sorted(proposed) == list(figures["review.veto.proposed"].rows)


def test_the_reasons_of_undecided_targets_add_up() -> None:
    figures = count(report(60, 300))
    for kind in TargetKind:
        rows = [row for reason in figures.reasons[kind] for row in reason.rows]
        assert sorted(rows) == list(figures[f"{PREFIX[kind]}.undecided"].rows)


def test_many_reasons_are_gathered_without_losing_one() -> None:
    made = report(300, 0)
    undecided = [t for t in made.targets if t.standing is Standing.UNDECIDED]
    assert len(undecided) > 20
    renamed = {t.target: dataclasses.replace(t, reason=f"原因{n}") for n, t in enumerate(undecided)}
    made = dataclasses.replace(made, targets=tuple(renamed.get(t.target, t) for t in made.targets))
    reasons = count(made).reasons[TargetKind.SITE]
    assert len(reasons) == 12
    assert reasons[-1].label == "其他原因"
    assert sum(len(reason.rows) for reason in reasons) == len(undecided)


def test_the_reason_of_an_undecided_target_is_the_nearest_one() -> None:
    target = dataclasses.replace(report(1, 0).targets[0], standing=Standing.UNDECIDED)
    gap = VerdictLine("W-V2", Answer.UNOBSERVED, State.NOT_NEEDED, "一句话", kind_of_gap="连接超时")
    fault = FindingLine("f", "问题", (evidence(),))
    proposal = VerdictLine("W-V3", Answer.FAIL, State.PROPOSED, findings=(fault,))
    deciding = frozenset({"W-V2", "W-V3"})

    def reason(*lines: VerdictLine) -> str:
        return undecided_reason(target, ScoreSheet(target.target, lines), deciding)

    assert reason(gap, proposal) == "单项否决建议待人工复核"
    assert reason(gap) == "连接超时"
    assert reason(dataclasses.replace(gap, kind_of_gap="")) == "一句话"
    assert reason(dataclasses.replace(gap, indicator="X-01")) == "未说明原因"
    task = VerdictLine("W-V1", Answer.UNOBSERVED, State.PROPOSED, candidates=(fault,))
    assert reason(task) == "人工判断事项待复核"
    assert undecided_reason(dataclasses.replace(target, reason="停电"), None, deciding) == "停电"


def _with_target(made: RoundReport, number: int, **changes: object) -> RoundReport:
    targets = list(made.targets)
    targets[number] = dataclasses.replace(targets[number], **changes)  # type: ignore[arg-type]
    return dataclasses.replace(made, targets=tuple(targets))


def _with_line(made: RoundReport, standing: Standing, line: VerdictLine) -> RoundReport:
    """The first site of that standing gets one line alone."""
    target = next(t for t in made.targets if t.standing is standing and t.kind is TargetKind.SITE)
    sheets = tuple(
        dataclasses.replace(sheet, lines=(line,)) if sheet.target == target.target else sheet
        for sheet in made.sheets
    )
    return dataclasses.replace(made, sheets=sheets)


_FAULT = FindingLine("only", "问题", (evidence(),))
_OPEN = VerdictLine("W-V3", Answer.FAIL, State.PROPOSED, findings=(_FAULT,))


@pytest.mark.parametrize(
    ("breaks", "says"),
    [
        (lambda r: dataclasses.replace(r, targets=(*r.targets, r.targets[0])), "对象编号重复"),
        (lambda r: dataclasses.replace(r, sheets=(*r.sheets, r.sheets[0])), "评分表编号重复"),
        (lambda r: dataclasses.replace(r, indicators=(*r.indicators, r.indicators[0])), "指标编号重复"),
        (lambda r: dataclasses.replace(r, sheets=r.sheets[1:]), "与是否有评分表不符"),
        (lambda r: dataclasses.replace(r, leagues=LEAGUES[1:]), "不在报告的盟市名单中"),
        (lambda r: dataclasses.replace(r, indicators=r.indicators[1:]), "不在采用的指标体系中"),
        (lambda r: _with_target(r, 0, target="elsewhere"), "不在登记名单中"),
        (lambda r: _with_target(r, 0, site_kind=None), "没有网站类型"),
        (lambda r: _with_target(r, 30, platform="论坛"), "没有平台"),
        (lambda r: _with_target(r, 0, standing=Standing.FAILED), "被列为不合格"),
        (
            lambda r: _with_line(r, Standing.FAILED, dataclasses.replace(_OPEN, state=State.DISMISSED)),
            "被列为不合格",
        ),
        (lambda r: _with_line(r, Standing.FAILED, _OPEN), "被列为不合格"),
        (lambda r: _with_line(r, Standing.PASSED, _OPEN), "还没有复核"),
        (
            lambda r: _with_line(r, Standing.PASSED, dataclasses.replace(_OPEN, state=State.CONFIRMED)),
            "有已确认的单项否决",
        ),
        (
            lambda r: _with_line(r, Standing.FAILED, dataclasses.replace(_OPEN, state=State.NOT_NEEDED)),
            "须经人工确认",
        ),
        (
            lambda r: _with_line(r, Standing.FAILED, VerdictLine("W-V3", Answer.FAIL, State.CONFIRMED)),
            "没有问题和证据",
        ),
        (
            lambda r: _with_line(
                r,
                Standing.FAILED,
                VerdictLine("W-V3", Answer.FAIL, State.CONFIRMED, findings=(FindingLine("x", "问题", ()),)),
            ),
            "有问题没有证据",
        ),
        (
            lambda r: _with_line(r, Standing.FAILED, VerdictLine("N-V2", Answer.PASS, State.NOT_NEEDED)),
            "不适用于",
        ),
        (
            lambda r: dataclasses.replace(
                r, round=dataclasses.replace(r.round, as_of=r.round.as_of.replace(tzinfo=None))
            ),
            "没有时区",
        ),
    ],
)
def test_contradictions_are_refused(breaks: Callable[[RoundReport], RoundReport], says: str) -> None:
    made = report(30, 30)
    check_consistency(made)
    with pytest.raises(ReportError, match=says):
        count(breaks(made))


def test_candidates_that_a_person_confirmed_are_a_fault() -> None:
    line = VerdictLine(
        "W-V1", Answer.UNOBSERVED, State.CONFIRMED, confirmed_by=("审核员甲",), candidates=(_FAULT,)
    )
    figures = count(_with_line(report(30, 0), Standing.FAILED, line))
    tally = next(t for t in figures.indicators if t.indicator.code == "W-V1")
    assert len(tally.failed.rows) == 1
    assert tally.findings.rows == ("only",)


@pytest.mark.parametrize(("high", "refused"), [("59.9", False), ("60", True), (None, True)])
def test_a_portal_fails_on_points_only_under_sixty(high: str | None, refused: bool) -> None:
    made = report(30, 0)
    target = next(t for t in made.targets if t.standing is Standing.FAILED)
    sheet = ScoreSheet(target.target, (), score_high=Decimal(high) if high else None)
    made = dataclasses.replace(
        made, sheets=tuple(sheet if s.target == target.target else s for s in made.sheets)
    )
    if refused:
        with pytest.raises(ReportError, match="得分也不低于60分"):
            count(made)
    else:
        assert count(made)["sites.failed"].value


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [
        (0, 0, "—"),
        (0, 7, "0.00%"),
        (7, 7, "100.00%"),
        (129, 140, "92.14%"),
        (1, 3, "33.33%"),
        (2, 3, "66.67%"),
        (1, 800, "0.13%"),
        (29999, 30000, "99.99%"),
        (1, 30000, "0.01%"),
    ],
)
def test_percentages(part: int, whole: int, shown: str) -> None:
    assert percent(share(part, whole)) == shown


@given(st.integers(0, 6000), st.integers(1, 6000))
def test_only_all_is_a_hundred_and_only_none_is_nought(part: int, more: int) -> None:
    whole = max(part, more)
    value = share(part, whole)
    assert value is not None
    assert (value == 100) == (part == whole)
    assert (value == 0) == (part == 0)


@pytest.mark.parametrize(
    ("value", "shown"), [("89", "89"), ("80.10", "80.1"), ("0", "0"), ("100", "100"), ("0.5", "0.5")]
)
def test_points_without_needless_noughts(value: str, shown: str) -> None:
    assert points(Decimal(value)) == shown


def test_levels_print_in_their_order() -> None:
    figures = count(report(200, 200))
    assert [t.label for t in figures.groups[TargetKind.ACCOUNT, "level"]] == [str(level) for level in Level]


def test_a_notice_refuses_what_nobody_confirmed() -> None:
    from report_sample import notices

    good = notices(report(30, 0))[0]
    for state, veto, refused in (
        (State.PROPOSED, False, True),
        (State.DISMISSED, False, True),
        (State.NOT_NEEDED, True, True),
        (State.NOT_NEEDED, False, False),
        (State.CONFIRMED, True, False),
    ):
        item = dataclasses.replace(good.items[0], state=state, veto=veto)
        if refused:
            with pytest.raises(ReportError, match="未经确认"):
                dataclasses.replace(good, items=(item,))
        else:
            assert isinstance(dataclasses.replace(good, items=(item,)), Notice)
    with pytest.raises(ReportError, match="没有问题"):
        dataclasses.replace(good, items=())
    with pytest.raises(ReportError, match="没有证据"):
        dataclasses.replace(good, items=(dataclasses.replace(good.items[0], evidence=()),))
    with pytest.raises(ReportError, match="早于"):
        dataclasses.replace(good, deadline=good.issued_on.replace(year=2025))


def test_a_target_of_the_region_stands_under_the_region() -> None:
    figures = count(report(60, 60))
    assert figures["sites.league.150000.registered"].rows
    assert figures.groups[TargetKind.SITE, "league"][0].label == "自治区本级"
    assert isinstance(report(1, 0).targets[0], TargetLine)
