"""The words of judgement: evidence, findings, verdicts and the two ways for a rule to step aside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from checks.facts.base import Gap, Seen


class Answer(StrEnum):
    """What a rule says of a target."""

    PASS = "pass"  # noqa: S105 - an answer, not a password
    FAIL = "fail"
    UNOBSERVED = "unobserved"
    NOT_APPLICABLE = "not_applicable"


class CheckError(Exception):
    """The ruler itself is at fault: a bad system file, a rule without an indicator, facts of a wrong type."""


class Unobserved(Exception):
    """Raised by a rule that cannot judge; the text is the reason that people read."""


class NotApplicable(Exception):
    """Raised by a rule whose indicator does not concern the target; the text is the reason."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What can be opened after the page is gone: address, moment, sha256 of the decoded body, excerpt."""

    url: str
    at: datetime
    sha256: str
    excerpt: str

    @classmethod
    def of(cls, seen: Seen) -> Evidence:
        """The evidence behind a fact."""
        return cls(url=seen.url, at=seen.at, sha256=seen.sha256, excerpt=seen.excerpt)


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault, in plain words, with the evidence; a finding without evidence cannot be built.

    `key` tells this finding from others of the same verdict and is stable between rounds (an address, a
    column's address, a letter's number). `deduction` is what this fault alone costs; `cause` names what lies
    behind it where several indicators may see the same thing (an address), so that it is not deducted twice.
    """

    says: str
    evidence: tuple[Evidence, ...]
    key: str = ""
    deduction: Decimal = Decimal(0)
    cause: str = ""

    def __post_init__(self) -> None:
        if not self.evidence:
            raise CheckError(f"问题没有证据: {self.says}")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one indicator says of one target.

    `deduction` is what the findings cost; `deduction_low` and `deduction_high` bound it when every unseen
    item is counted as in order or as a fault. `needs_person` is true where a person must decide before
    anything is published (a veto, or candidates that only a person can judge); `candidates` are then shown.
    """

    target: str
    indicator: str
    answer: Answer
    reason: str
    findings: tuple[Finding, ...] = ()
    candidates: tuple[Finding, ...] = ()
    unseen: tuple[Gap, ...] = ()
    deduction: Decimal = Decimal(0)
    deduction_low: Decimal = Decimal(0)
    deduction_high: Decimal = Decimal(0)
    needs_person: bool = False
