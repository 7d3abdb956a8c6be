"""Every number of a round, counted from its rows, each with the ids of the rows behind it.

The counting also refuses a report that contradicts itself: a unit is never printed as failing without a
confirmed finding, nothing is counted twice, nothing falls out of the sums.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from checks.facts.base import TargetKind
from checks.model import Answer
from registry.model import Level, Platform, SiteKind
from reports.consistency import check_consistency
from reports.model import (
    Figure,
    IndicatorLine,
    Part,
    RoundReport,
    ScoreSheet,
    Standing,
    State,
    TargetLine,
    VerdictLine,
)
from reports.wording import KIND_WORDS, percent, share

PREFIX = {TargetKind.SITE: "sites", TargetKind.ACCOUNT: "accounts"}
MOST_REASONS = 12
DRAWN = frozenset(Standing) - {Standing.NOT_DRAWN}
JUDGED = frozenset({Standing.PASSED, Standing.FAILED})

_COUNTED: tuple[tuple[str, str, frozenset[Standing]], ...] = (
    ("registered", "备案", frozenset(Standing)),
    ("not_drawn", "未抽取", frozenset({Standing.NOT_DRAWN})),
    ("drawn", "抽取", DRAWN),
    ("judged", "已判定", JUDGED),
    ("passed", "合格", frozenset({Standing.PASSED})),
    ("failed", "不合格", frozenset({Standing.FAILED})),
    ("undecided", "未能判定", frozenset({Standing.UNDECIDED})),
    ("exempt", "免检", frozenset({Standing.EXEMPT})),
    ("closed", "期间关停", frozenset({Standing.CLOSED})),
)


@dataclass(frozen=True, slots=True)
class Tally:
    """The figures of one group of targets (all sites, the accounts of one league, of one platform …)."""

    label: str
    registered: Figure
    not_drawn: Figure
    drawn: Figure
    judged: Figure
    passed: Figure
    failed: Figure
    undecided: Figure
    exempt: Figure
    closed: Figure
    drawn_share: Figure
    pass_rate: Figure

    def counts(self) -> tuple[Figure, ...]:
        """The nine counted figures in the order of the reconciliation sheet."""
        return (
            self.registered,
            self.not_drawn,
            self.drawn,
            self.judged,
            self.passed,
            self.failed,
            self.undecided,
            self.exempt,
            self.closed,
        )

    def adds_up(self) -> tuple[bool, bool, bool]:
        """The three sums: registered, drawn, judged; each over the rows of its parts, not only their number."""
        return (
            _same(self.registered, self.drawn, self.not_drawn),
            _same(self.drawn, self.judged, self.undecided, self.exempt, self.closed),
            _same(self.judged, self.passed, self.failed),
        )


@dataclass(frozen=True, slots=True)
class IndicatorTally:
    """What one indicator said over all drawn targets; rows are `target/indicator`, of `findings` finding ids."""

    indicator: IndicatorLine
    failed: Figure
    passed: Figure
    unobserved: Figure
    not_applicable: Figure
    open: Figure
    dismissed: Figure
    findings: Figure


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures of a round: by key, and arranged for the tables."""

    by_key: Mapping[str, Figure]
    totals: Mapping[TargetKind, Tally]
    groups: Mapping[tuple[TargetKind, str], tuple[Tally, ...]]
    indicators: tuple[IndicatorTally, ...]
    reasons: Mapping[TargetKind, tuple[Figure, ...]]

    def __getitem__(self, key: str) -> Figure:
        """The figure of that key; KeyError names the key."""
        return self.by_key[key]


def count(report: RoundReport) -> Figures:
    """All figures of the report; ReportError where its parts contradict each other."""
    check_consistency(report)
    book: dict[str, Figure] = {}
    totals = {kind: _tally(book, PREFIX[kind], KIND_WORDS[kind], _of(report, kind)) for kind in TargetKind}
    groups: dict[tuple[TargetKind, str], tuple[Tally, ...]] = {}
    for kind in TargetKind:
        for name, labels, of in _groupings(report, kind):
            groups[kind, name] = tuple(
                _tally(
                    book,
                    f"{PREFIX[kind]}.{name}.{value}",
                    label,
                    [t for t in _of(report, kind) if of(t) == value],
                )
                for value, label in labels
            )
    indicators = _indicator_tallies(book, report)
    reasons = {kind: _reasons(book, report, kind) for kind in TargetKind}
    _proposals(book, report)
    _office_figures(book, report)
    return Figures(book, totals, groups, indicators, reasons)


def undecided_reason(target: TargetLine, sheet: ScoreSheet | None, deciding: frozenset[str]) -> str:
    """The one label under which an undecided target is counted.

    Its own reason where the service gave one; else an open proposal; else the first deciding indicator that
    could not be observed.
    """
    if target.reason:
        return target.reason
    lines = sheet.lines if sheet else ()
    if any(line.open and line.answer is Answer.FAIL for line in lines):
        return "单项否决建议待人工复核"
    for line in lines:
        if line.indicator in deciding and line.answer is Answer.UNOBSERVED:
            return line.kind_of_gap or line.reason or "未说明原因"
    if any(line.open for line in lines):
        return "人工判断事项待复核"
    return "未说明原因"


def _same(whole: Figure, *parts: Figure) -> bool:
    together = [row for part in parts for row in part.rows]
    return len(together) == len(whole.rows) and set(together) == set(whole.rows)


def _of(report: RoundReport, kind: TargetKind) -> list[TargetLine]:
    return [target for target in report.targets if target.kind is kind]


def _put(book: dict[str, Figure], key: str, label: str, rows: Iterable[str]) -> Figure:
    ids = tuple(sorted(rows))
    book[key] = figure = Figure(key, label, len(ids), str(len(ids)), ids)
    return figure


def _ratio(book: dict[str, Figure], key: str, label: str, part: Figure, whole: Figure) -> Figure:
    value: Decimal | None = share(len(part.rows), len(whole.rows))
    book[key] = figure = Figure(key, label, value, percent(value), derived_from=(part.key, whole.key))
    return figure


def _tally(book: dict[str, Figure], prefix: str, label: str, targets: Iterable[TargetLine]) -> Tally:
    by_standing: dict[Standing, list[str]] = {standing: [] for standing in Standing}
    for target in targets:
        by_standing[target.standing].append(target.target)
    found = {
        name: _put(
            book, f"{prefix}.{name}", f"{label}·{word}", (row for s in standings for row in by_standing[s])
        )
        for name, word, standings in _COUNTED
    }
    return Tally(
        label=label,
        **found,
        drawn_share=_ratio(
            book, f"{prefix}.drawn_share", f"{label}·抽查比例", found["drawn"], found["registered"]
        ),
        pass_rate=_ratio(book, f"{prefix}.pass_rate", f"{label}·合格率", found["passed"], found["judged"]),
    )


_Grouping = tuple[str, list[tuple[str, str]], Callable[[TargetLine], str]]


def _groupings(report: RoundReport, kind: TargetKind) -> list[_Grouping]:
    """The ways in which targets of a kind are broken down: name, (value, label) in order, and the value of one."""
    leagues = [(league.code, league.name) for league in report.leagues]
    present = {target.level for target in _of(report, kind)}
    levels = [(str(level), str(level)) for level in Level if level in present]
    found: list[_Grouping] = [
        ("league", leagues, lambda target: target.league),
        ("level", levels, lambda target: str(target.level)),
    ]
    if kind is TargetKind.SITE:
        kinds = [(str(k), str(k)) for k in SiteKind]
        found.append(("site_kind", kinds, lambda target: target.site_kind or ""))
    else:
        there = {target.platform for target in _of(report, kind)}
        platforms = [(str(p), str(p)) for p in Platform if str(p) in there]
        found.append(("platform", platforms, lambda target: target.platform or ""))
    return found


def _bucket(line: VerdictLine) -> str:
    if line.state is State.PROPOSED:
        return "open"
    if line.state is State.DISMISSED:
        return "dismissed"
    if line.published:
        return "failed"
    return {Answer.PASS: "passed", Answer.UNOBSERVED: "unobserved"}.get(line.answer, "not_applicable")


_BUCKETS = {
    "failed": "不合格",
    "passed": "合格",
    "unobserved": "未能观测",
    "not_applicable": "不适用",
    "open": "待复核",
    "dismissed": "已驳回",
}


def _indicator_tallies(book: dict[str, Figure], report: RoundReport) -> tuple[IndicatorTally, ...]:
    rows: dict[tuple[str, str], list[str]] = {}
    findings: dict[str, list[str]] = {}
    for sheet in report.sheets:
        for line in sheet.lines:
            rows.setdefault((line.indicator, _bucket(line)), []).append(f"{sheet.target}/{line.indicator}")
            if line.published:
                findings.setdefault(line.indicator, []).extend(f.finding_id for f in line.faults)
    return tuple(
        IndicatorTally(
            indicator=indicator,
            **{
                bucket: _put(
                    book,
                    f"indicator.{indicator.code}.{bucket}",
                    f"{indicator.code} {indicator.name}·{word}",
                    rows.get((indicator.code, bucket), ()),
                )
                for bucket, word in _BUCKETS.items()
            },
            findings=_put(
                book,
                f"indicator.{indicator.code}.findings",
                f"{indicator.code} {indicator.name}·问题数",
                findings.get(indicator.code, ()),
            ),
        )
        for indicator in report.indicators
    )


def _reasons(book: dict[str, Figure], report: RoundReport, kind: TargetKind) -> tuple[Figure, ...]:
    deciding = frozenset(line.code for line in report.indicators if line.decides)
    sheets = {sheet.target: sheet for sheet in report.sheets}
    found: dict[str, list[str]] = {}
    for target in _of(report, kind):
        if target.standing is Standing.UNDECIDED:
            label = undecided_reason(target, sheets.get(target.target), deciding)
            found.setdefault(label, []).append(target.target)
    ordered = sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))
    if len(ordered) > MOST_REASONS:
        rest = [row for _, rows in ordered[MOST_REASONS - 1 :] for row in rows]
        ordered = [*ordered[: MOST_REASONS - 1], ("其他原因", rest)]
    return tuple(
        _put(book, f"{PREFIX[kind]}.undecided_reason.{number}", label, rows)
        for number, (label, rows) in enumerate(ordered, start=1)
    )


def _proposals(book: dict[str, Figure], report: RoundReport) -> None:
    """How many proposals are open, dismissed, confirmed: vetoes apart from what else a person was asked."""
    kinds = {line.code: (line.part is Part.VETO, line.kind) for line in report.indicators}
    found: dict[str, list[str]] = {}
    unseen: list[str] = []
    for sheet in report.sheets:
        for line in sheet.lines:
            row = f"{sheet.target}/{line.indicator}"
            veto, kind = kinds[line.indicator]
            if line.state is not State.NOT_NEEDED:
                found.setdefault(f"{'veto' if veto else 'other'}.{line.state}", []).append(row)
                found.setdefault(f"{PREFIX[kind]}.{line.state}", []).append(row)
            if line.answer is Answer.UNOBSERVED and line.state is State.NOT_NEEDED:
                unseen.append(row)
    groups = {
        "veto": "单项否决建议",
        "other": "其他复核事项",
        "sites": "政府网站复核事项",
        "accounts": "政务新媒体复核事项",
    }
    states = {State.PROPOSED: "待复核", State.DISMISSED: "已驳回", State.CONFIRMED: "已确认"}
    for group, word in groups.items():
        for state, said in states.items():
            _put(book, f"review.{group}.{state}", f"{word}·{said}", found.get(f"{group}.{state}", ()))
    _put(book, "verdicts.unobserved", "未能观测的判定", unseen)
    vetoed = [t.target for t in report.targets if t.standing is Standing.FAILED]
    _put(
        book,
        "units.failed",
        "有不合格对象的主办单位",
        {t.unit_id for t in report.targets if t.target in set(vetoed)},
    )


def _office_figures(book: dict[str, Figure], report: RoundReport) -> None:
    """What the office handed in: last round's rectification, messages of 找错."""
    prior, mistakes = report.round.prior, report.round.mistakes
    if prior is not None:
        whole = _put(book, "prior.rechecked", f"{prior.title}·复查", prior.rechecked)
        part = _put(book, "prior.mended", f"{prior.title}·已整改", prior.mended)
        _ratio(book, "prior.mended_share", f"{prior.title}·整改率", part, whole)
    if mistakes is not None:
        whole = _put(book, "mistakes.received", "找错留言·收到", mistakes.received)
        part = _put(book, "mistakes.in_time", "找错留言·按期办结", mistakes.in_time)
        _ratio(book, "mistakes.in_time_share", "找错留言·按期办结率", part, whole)
