"""The two pictures of a bulletin as SVG, the same on the page, in the PDF and (as PNG) in the DOCX."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from checks.facts.base import TargetKind
from reports.blocks import Chart
from reports.figures import Figures, IndicatorTally, Tally
from reports.model import Part
from reports.pages import template
from reports.wording import KIND_WORDS

MOST_BARS = 15
_FULL = Decimal(100)


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its share of the full width (0 to 1), the words at its end, the figure behind it, its series."""

    share: float
    says: str
    figure: str
    series: str


@dataclass(frozen=True, slots=True)
class BarRow:
    """A row of the picture: a label and one or more bars."""

    label: str
    bars: tuple[Bar, ...]


def pass_rate_by_league(figures: Figures) -> Chart:
    """合格率 of sites and accounts for the 12 leagues and the region itself, on an axis from 0 to 100 %."""
    sites = figures.groups[TargetKind.SITE, "league"]
    accounts = figures.groups[TargetKind.ACCOUNT, "league"]
    rows = tuple(
        BarRow(
            site.label,
            (_rate(site, KIND_WORDS[TargetKind.SITE]), _rate(account, KIND_WORDS[TargetKind.ACCOUNT])),
        )
        for site, account in zip(sites, accounts, strict=True)
    )
    caption = "各盟市及自治区本级合格率（合格数÷已判定数）"
    says = "；".join(
        f"{row.label}：" + "，".join(f"{bar.series}{bar.says}" for bar in row.bars) for row in rows
    )
    return Chart(
        "pass-rate-by-league",
        _draw(caption, rows, ("0", "20%", "40%", "60%", "80%", "100%")),
        caption,
        says,
    )


def failures_by_indicator(figures: Figures) -> Chart:
    """How many targets each indicator failed: the deciding ones always, others where there were any."""
    shown = [
        tally
        for tally in figures.indicators
        if tally.failed.rows or (tally.indicator.decides and tally.indicator.part is Part.VETO)
    ]
    shown.sort(key=lambda tally: (tally.indicator.part is not Part.VETO, -len(tally.failed.rows)))
    shown = shown[:MOST_BARS]
    most = max((len(tally.failed.rows) for tally in shown), default=0)
    top, ticks = _axis(most)
    rows = tuple(BarRow(f"{t.indicator.code} {t.indicator.name}", (_failures(t, top),)) for t in shown)
    caption = "各指标不合格对象数（已确认）"
    says = "；".join(f"{row.label}：{row.bars[0].says}" for row in rows) or "没有已确认的不合格判定"
    return Chart("failures-by-indicator", _draw(caption, rows, ticks), caption, says)


def _rate(tally: Tally, series: str) -> Bar:
    value = tally.pass_rate.value
    if value is None:
        says = "未抽取" if not tally.drawn.rows else "无已判定对象"
        return Bar(0.0, says, tally.pass_rate.key, series)
    says = f"{tally.pass_rate.display}（{tally.passed.display}/{tally.judged.display}）"
    return Bar(float(Decimal(value) / _FULL), says, tally.pass_rate.key, series)


def _failures(tally: IndicatorTally, top: int) -> Bar:
    series = KIND_WORDS[tally.indicator.kind]
    number = len(tally.failed.rows)
    return Bar(number / top, str(number), tally.failed.key, series)


def _axis(most: int) -> tuple[int, tuple[str, ...]]:
    """A round end of the axis and its five or fewer tick labels, for a largest count."""
    for step in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000):
        if most <= step * 5:
            top = max(step * -(-most // step), step)
            return top, tuple(str(n) for n in range(0, top + 1, step))
    return most, ("0", str(most))


def _draw(title: str, rows: tuple[BarRow, ...], ticks: tuple[str, ...]) -> str:
    there = {bar.series for row in rows for bar in row.bars}
    series = tuple(name for name in KIND_WORDS.values() if name in there)
    return template("bars.svg").render(title=title, rows=rows, ticks=ticks, series=series)
