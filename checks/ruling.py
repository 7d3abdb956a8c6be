"""What a rule hands back: an answer, the reason that people read, and what stands behind both."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from checks.facts.base import Gap
from checks.model import Answer, Finding


@dataclass(frozen=True, slots=True)
class Ruling:
    """The answer of one rule about one target.

    `candidates` are for a person to judge; `unseen` is what should have been looked at and could not.
    The deductions concern deduction indicators only; `deduction_high` counts unseen items as faults.
    """

    answer: Answer
    reason: str
    findings: tuple[Finding, ...] = ()
    candidates: tuple[Finding, ...] = ()
    unseen: tuple[Gap, ...] = ()
    deduction: Decimal = Decimal(0)
    deduction_low: Decimal = Decimal(0)
    deduction_high: Decimal = Decimal(0)


def passes(reason: str, unseen: Iterable[Gap] = ()) -> Ruling:
    """Everything that decides was seen and is in order."""
    return Ruling(Answer.PASS, reason, unseen=tuple(unseen))


def fails(
    reason: str,
    findings: Iterable[Finding],
    *,
    candidates: Iterable[Finding] = (),
    unseen: Iterable[Gap] = (),
) -> Ruling:
    """The fault was seen; `findings` carry the evidence."""
    return Ruling(Answer.FAIL, reason, tuple(findings), tuple(candidates), tuple(unseen))


def withholds(reason: str, unseen: Iterable[Gap] = (), candidates: Iterable[Finding] = ()) -> Ruling:
    """Too little was seen to say either."""
    return Ruling(Answer.UNOBSERVED, reason, candidates=tuple(candidates), unseen=tuple(unseen))
