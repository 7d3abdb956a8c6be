"""The ledger's tables: what a round froze, what was seen, what was judged, what people decided.

Rows are written in bulk and never changed, but for the few columns that say how far something has come
(`state`, `done_at`, `claimed_*`). Targets are named by site code or account id and refer to the round's frozen
registry snapshot, not to the living registry.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, Column, Index, LargeBinary, Table, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from monitor.ledger.types import Moment


class Round(SQLModel, table=True):
    """One spot check with everything that it froze."""

    __tablename__ = "ledger_round"

    round_id: str = Field(primary_key=True, max_length=40)
    title: str
    as_of: datetime = Field(sa_type=Moment)
    seed: str
    shares: dict[str, float] = Field(sa_column=Column(JSON, nullable=False))
    system_name: str
    system_version: str
    system_digest: str
    system_text: str = Field(sa_column=Column(Text, nullable=False))
    snapshot_day: date
    snapshot_digest: str
    snapshot: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    inclusions: list[dict[str, str]] = Field(sa_column=Column(JSON, nullable=False))
    drawn_earlier: list[str] = Field(sa_column=Column(JSON, nullable=False))
    settings: dict[str, object] = Field(sa_column=Column(JSON, nullable=False))
    starts_at: datetime = Field(sa_type=Moment)
    planned_at: datetime = Field(sa_type=Moment)
    closed_at: datetime | None = Field(default=None, sa_type=Moment)
    closed_by: str | None = None
    compressed: bool = False
    rehearsal: bool = False
    hosts_file: bool = False


class RoundTarget(SQLModel, table=True):
    """One registered target of a round: drawn or not, and why."""

    __tablename__ = "ledger_round_target"

    round_id: str = Field(primary_key=True, max_length=40)
    target: str = Field(primary_key=True, max_length=80)
    kind: str = Field(max_length=8)
    stratum: str
    rank: int
    drawn: bool
    how: str
    exempt: str | None = None


class Phase(SQLModel, table=True):
    """How far a phase of a round has come; the counters are for people who wait."""

    __tablename__ = "ledger_phase"

    round_id: str = Field(primary_key=True, max_length=40)
    name: str = Field(primary_key=True, max_length=20)
    started_at: datetime | None = Field(default=None, sa_type=Moment)
    finished_at: datetime | None = Field(default=None, sa_type=Moment)
    total: int = 0
    done: int = 0
    updated_at: datetime | None = Field(default=None, sa_type=Moment)
    figures: dict[str, float] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


class LedgerVisit(SQLModel, table=True):
    """One visit of a home page; a repeated visit carries the slot that it repeats."""

    __tablename__ = "ledger_visit"

    round_id: str = Field(primary_key=True, max_length=40)
    target: str = Field(primary_key=True, max_length=80)
    slot: int = Field(primary_key=True)
    attempt: int = Field(primary_key=True)
    day: date
    scheduled: datetime = Field(sa_type=Moment)
    started: datetime = Field(sa_type=Moment)
    seconds: float
    resolve_s: float = 0.0
    connect_s: float = 0.0
    tls_s: float = 0.0
    first_byte_s: float = 0.0
    status: int | None = None
    failure: str | None = None
    detail: str = ""
    void: str | None = None
    off_register: bool = False
    address: str | None = None
    sha256: str | None = None
    warc: str | None = None
    offset: int | None = None
    length: int | None = None


class LedgerPage(SQLModel, table=True):
    """One ask of the collector and what came of it, with the place of the answer in the archive.

    The columns are the fields of `monitor.collect.rows.PageRow`; `addresses` is kept as JSON.
    """

    __tablename__ = "ledger_page"
    __table_args__ = (Index("ix_ledger_page_target", "round_id", "target"),)

    id: int | None = Field(default=None, primary_key=True)
    round_id: str = Field(max_length=40)
    target: str = Field(max_length=80)
    want: str = Field(max_length=8)
    url: str
    final_url: str
    method: str = Field(max_length=8)
    at: datetime = Field(sa_type=Moment)
    post: str | None = None
    status: int | None = None
    failure: str | None = None
    detail: str = ""
    sha256: str = ""
    size: int = 0
    received: int = 0
    warc: str | None = None
    offset: int | None = None
    length: int | None = None
    seconds: float = 0.0
    requests: int = 0
    address: str | None = None
    addresses: str = "[]"
    certificate_fault: str | None = None
    content_type: str = ""
    last_modified: str | None = None


class FactsRow(SQLModel, table=True):
    """The parsed facts of one target, as zlib-compressed JSON, with the digest of the JSON."""

    __tablename__ = "ledger_facts"

    round_id: str = Field(primary_key=True, max_length=40)
    target: str = Field(primary_key=True, max_length=80)
    kind: str = Field(max_length=8)
    at: datetime = Field(sa_type=Moment)
    sha256: str
    payload: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class VerdictRow(SQLModel, table=True):
    """What one indicator says of one target; what people made of it stands in the decisions."""

    __tablename__ = "ledger_verdict"

    round_id: str = Field(primary_key=True, max_length=40)
    target: str = Field(primary_key=True, max_length=80)
    indicator: str = Field(primary_key=True, max_length=20)
    kind: str = Field(max_length=8)
    answer: str = Field(max_length=16)
    reason: str
    deduction: str = "0"
    deduction_low: str = "0"
    deduction_high: str = "0"
    needs_person: bool = False
    unseen: str = "[]"


class FindingRow(SQLModel, table=True):
    """One fault (or, with `candidate`, one place that a person must judge) behind a verdict."""

    __tablename__ = "ledger_finding"

    round_id: str = Field(primary_key=True, max_length=40)
    target: str = Field(primary_key=True, max_length=80)
    indicator: str = Field(primary_key=True, max_length=20)
    number: int = Field(primary_key=True)
    candidate: bool
    key: str
    says: str
    evidence: str


class DecisionRow(SQLModel, table=True):
    """One decision of a reviewer on one verdict; the latest one counts, all of them are kept."""

    __tablename__ = "ledger_decision"
    __table_args__ = (Index("ix_ledger_decision_verdict", "round_id", "target", "indicator"),)

    id: int | None = Field(default=None, primary_key=True)
    round_id: str = Field(max_length=40)
    target: str = Field(max_length=80)
    indicator: str = Field(max_length=20)
    decision: str = Field(max_length=8)
    reviewer: str
    reason: str
    at: datetime = Field(sa_type=Moment)


class NoticeRow(SQLModel, table=True):
    """One rectification notice to one unit: its number, day of issue and deadline."""

    __tablename__ = "ledger_notice"
    __table_args__ = (UniqueConstraint("round_id", "unit_id", name="uq_ledger_notice_unit"),)

    number: str = Field(primary_key=True, max_length=60)
    round_id: str = Field(max_length=40)
    unit_id: str = Field(max_length=80)
    issued_on: date
    deadline: date
    findings: list[list[str]] = Field(sa_column=Column(JSON, nullable=False))


class Work(SQLModel, table=True):
    """One piece of idempotent work: inserted once under its key, claimed by a conditional update."""

    __tablename__ = "ledger_work"

    key: str = Field(primary_key=True, max_length=120)
    kind: str = Field(max_length=20)
    round_id: str | None = Field(default=None, max_length=40)
    due_at: datetime = Field(sa_type=Moment)
    inserted_at: datetime = Field(sa_type=Moment)
    claimed_by: str | None = None
    claimed_at: datetime | None = Field(default=None, sa_type=Moment)
    finished_at: datetime | None = Field(default=None, sa_type=Moment)
    tries: int = 0
    error: str | None = None


def _core(model: type[SQLModel]) -> Table:
    table: Table = model.__table__  # type: ignore[attr-defined]
    return table


# The same tables for SQLAlchemy core, in which everything that is more than a few rows is read and written.
ROUNDS = _core(Round)
TARGETS = _core(RoundTarget)
PHASE = _core(Phase)
VISITS = _core(LedgerVisit)
PAGES = _core(LedgerPage)
FACTS = _core(FactsRow)
VERDICTS = _core(VerdictRow)
FINDINGS = _core(FindingRow)
DECISIONS = _core(DecisionRow)
NOTICES = _core(NoticeRow)
WORK = _core(Work)
