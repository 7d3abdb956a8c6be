"""The frozen inputs of every document of a round.

The running service hands in *rows* (one line a filed target, one sheet a judged target with one line an
indicator); every number that a document prints is counted from these rows by `reports.figures`, so each
figure knows the rows behind it. Nothing here reads a clock, a database or the network.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from checks.facts.base import Gap, TargetKind
from checks.model import Answer, Evidence
from registry.model import Level
from reports.errors import ReportError

REGION_ITSELF = "150000"


class Standing(StrEnum):
    """Where a registered target ended in the round; exactly one for each target."""

    NOT_DRAWN = "未抽取"
    PASSED = "合格"
    FAILED = "不合格"
    UNDECIDED = "未能判定"
    EXEMPT = "免检"
    CLOSED = "期间关停"


class State(StrEnum):
    """What people have said of a verdict."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"
    NOT_NEEDED = "not_needed"


class Part(StrEnum):
    """The part of the indicator system that an indicator stands in."""

    VETO = "单项否决"
    DEDUCTION = "扣分"
    BONUS = "加分"
    ADVISORY = "提示"


@dataclass(frozen=True, slots=True)
class Figure:
    """One printed number with what stands behind it.

    `key` is stable (`sites.drawn`); `rows` are the ids of the rows that were counted (a target's id, or
    `target/indicator` for verdicts, or a finding's id); a ratio has no rows of its own and names the figures
    that it was computed from in `derived_from` (numerator first). `display` is what the documents print.
    """

    key: str
    label: str
    value: int | Decimal | None
    display: str
    rows: tuple[str, ...] = ()
    derived_from: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Window:
    """A span of observation: its name, first and last day (inclusive) and a remark."""

    name: str
    first: date
    last: date
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Setting:
    """A named setting of the round as people read it (`每地址并发连接`, `2`)."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class DrawShare:
    """The share of one stratum group that the plan asked for, between 0 and 1."""

    kind: TargetKind
    level: Level
    share: Decimal


@dataclass(frozen=True, slots=True)
class League:
    """One of the 12 leagues or the region itself (`150000`, 自治区本级), in the order of printing."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom a unit answers to; empty fields print as blanks to be filled in by hand."""

    office: str = ""
    person: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class PriorRecheck:
    """What became of the last round's rectification, handed in by the office where it is known."""

    title: str
    rechecked: tuple[str, ...]
    mended: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MistakeReports:
    """Messages of 我为政府网站找错 in the period and those answered in time (ids of the messages)."""

    received: tuple[str, ...]
    in_time: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RoundFacts:
    """What a round pinned when it was planned; all of it prints.

    `title` is the period (`2026年第三季度`), `number` the 文号 (None prints a blank one), `issued_on` the day
    printed at the end, `rehearsal` marks every document 演练, `hosts_file` says that names were resolved from
    a file. `deadline` is the last day for rectification (None: by each notice).
    """

    round_id: str
    title: str
    issuer: str
    as_of: datetime
    issued_on: date
    system_name: str
    system_version: str
    system_digest: str
    seed: str
    registry_day: date
    registry_digest: str
    number: str | None = None
    addressees: str = "各盟行政公署、市人民政府办公室，自治区各委、办、厅、局办公室"
    basis: tuple[str, ...] = ("《政府网站与政务新媒体检查指标》（国办秘函〔2019〕19号）",)
    shares: tuple[DrawShare, ...] = ()
    windows: tuple[Window, ...] = ()
    settings: tuple[Setting, ...] = ()
    contact: Contact = field(default_factory=Contact)
    rehearsal: bool = False
    hosts_file: bool = False
    draft: bool = False
    working_days: int = 10
    deadline: date | None = None
    prior: PriorRecheck | None = None
    mistakes: MistakeReports | None = None
    accountability: str = ""


@dataclass(frozen=True, slots=True)
class IndicatorLine:
    """An indicator of the adopted system as documents need it.

    `threshold` is the rule in plain words with its numbers; `provisional` prints 暂定 beside it; `decides` is
    true for a deciding indicator; `harmful_links` prints evidence addresses defanged.
    """

    code: str
    name: str
    part: Part
    kind: TargetKind
    threshold: str = ""
    source: str = ""
    clause: str = ""
    provisional: bool = False
    decides: bool = False
    harmful_links: bool = False
    points: Decimal | None = None


@dataclass(frozen=True, slots=True)
class TargetLine:
    """One registered target, drawn or not, as the frozen registry describes it, and where it ended.

    `league` is a code of `RoundReport.leagues`; `how` says how it was drawn (抽中, 必查 with the reason); `reason` is a short label for EXEMPT and CLOSED, and for
    UNDECIDED where the service wants to say it itself (else it is taken from the sheet).
    """

    target: str
    kind: TargetKind
    name: str
    unit_id: str
    unit_name: str
    level: Level
    league: str
    standing: Standing
    division: str = ""
    supervising_unit: str = ""
    site_kind: str | None = None
    platform: str | None = None
    handle: str | None = None
    url: str | None = None
    stratum: str = ""
    how: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class FindingLine:
    """One fault with its evidence; `finding_id` is unique in the round."""

    finding_id: str
    says: str
    evidence: tuple[Evidence, ...]
    key: str = ""


@dataclass(frozen=True, slots=True)
class VerdictLine:
    """What one indicator said of one target and what people said of that.

    `kind_of_gap` is a short label for answers that are unobserved (`没有可观测的信息源`, `连接超时`), by which
    the table of reasons is grouped; `reason` is the full sentence.
    """

    indicator: str
    answer: Answer
    state: State
    reason: str = ""
    confirmed_by: tuple[str, ...] = ()
    deduction: Decimal = Decimal(0)
    findings: tuple[FindingLine, ...] = ()
    candidates: tuple[FindingLine, ...] = ()
    unseen: tuple[Gap, ...] = ()
    kind_of_gap: str = ""

    @property
    def published(self) -> bool:
        """Whether this is printed as a fault: confirmed by a person, or a failure that needs none.

        A rule that only found candidates answers unobserved; once a person confirms them it is a fault too.
        That a veto always needs a person is checked by `reports.figures.count`.
        """
        return self.state is State.CONFIRMED or (
            self.answer is Answer.FAIL and self.state is State.NOT_NEEDED
        )

    @property
    def open(self) -> bool:
        """Whether a person still has to decide."""
        return self.state is State.PROPOSED

    @property
    def faults(self) -> tuple[FindingLine, ...]:
        """What is printed of a published fault, or shown of a proposal: the findings, else the candidates."""
        return self.findings or self.candidates


@dataclass(frozen=True, slots=True)
class ScoreSheet:
    """All lines of one target; scores are None where the part is out of scope or a veto stands."""

    target: str
    lines: tuple[VerdictLine, ...]
    score: Decimal | None = None
    score_low: Decimal | None = None
    score_high: Decimal | None = None
    part2: Decimal | None = None
    part3: Decimal | None = None
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NoticeItem:
    """One confirmed fault in a notice: about what, by which clause, with which evidence, what is asked."""

    target: str
    target_kind: TargetKind
    target_name: str
    indicator: str
    indicator_name: str
    clause: str
    says: str
    evidence: tuple[Evidence, ...]
    requirement: str
    state: State
    veto: bool
    provisional: bool = False
    platform: str | None = None
    harmful_links: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """A rectification notice to one unit; `deadline` is `working_days` after `issued_on` on the calendar.

    `calendar_remark` prints where the deadline rests on weekdays alone because the calendar is not known.
    """

    number: str
    unit_id: str
    unit_name: str
    supervising_unit: str
    issued_on: date
    deadline: date
    working_days: int
    items: tuple[NoticeItem, ...]
    contact: Contact = field(default_factory=Contact)
    calendar_remark: str = ""

    def __post_init__(self) -> None:
        if not self.items:
            raise ReportError(f"整改通知书 {self.number} 没有问题, 不应下达")
        if self.deadline < self.issued_on:
            raise ReportError(
                f"整改通知书 {self.number} 的期限 {self.deadline} 早于下达日期 {self.issued_on}"
            )
        for item in self.items:
            allowed = (State.CONFIRMED,) if item.veto else (State.CONFIRMED, State.NOT_NEEDED)
            if item.state not in allowed:
                raise ReportError(
                    f"整改通知书 {self.number} 列有未经确认的问题: {item.target} {item.indicator} ({item.state})"
                )
            if not item.evidence:
                raise ReportError(f"整改通知书 {self.number} 的问题没有证据: {item.target} {item.indicator}")


@dataclass(frozen=True, slots=True)
class RoundReport:
    """Everything that the bulletin, the workbook and the score sheets of one round are made from.

    `targets` holds every registered target once; `sheets` one sheet for each target that was judged or left
    undecided; their findings already carry Chinese sentences. `gap_words` names the collector's failure kinds
    (`connect_timeout`: 连接超时). `reports.figures.count` refuses a report whose parts contradict each other.
    """

    round: RoundFacts
    indicators: tuple[IndicatorLine, ...]
    leagues: tuple[League, ...]
    targets: tuple[TargetLine, ...]
    sheets: tuple[ScoreSheet, ...]
    gap_words: Mapping[str, str] = field(default_factory=dict)
