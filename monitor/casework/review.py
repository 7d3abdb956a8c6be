"""What waits for a reviewer: proposals with everything that he needs to see, and nothing of the truth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Engine

from checks.model import Finding, Verdict
from checks.scoring import State
from monitor.rounds.store import OpenRound
from monitor.rounds.stored import judged_verdicts


@dataclass(frozen=True, slots=True)
class Proposal:
    """One verdict that a person must decide, with its findings or candidates."""

    target: str
    kind: str
    name: str
    unit_name: str
    indicator: str
    verdict: Verdict
    state: str

    @property
    def shown(self) -> tuple[Finding, ...]:
        """What the reviewer looks at."""
        return self.verdict.findings + self.verdict.candidates


def proposals(engine: Engine, opened: OpenRound, *, only_open: bool = True) -> Iterator[Proposal]:
    """Verdicts of the round that need a person, sorted by kind, target and indicator."""
    verdicts = judged_verdicts(engine, opened.round_id)
    for kind in ("site", "account"):
        for subject in opened.subjects(kind):
            for line in verdicts.get(subject.target, ()):
                if not line.verdict.needs_person:
                    continue
                if only_open and line.state is not State.PROPOSED:
                    continue
                yield Proposal(
                    target=subject.target,
                    kind=kind,
                    name=subject.name,
                    unit_name=subject.unit_name,
                    indicator=line.verdict.indicator,
                    verdict=line.verdict,
                    state=line.state.value,
                )


def proposal_line(proposal: Proposal) -> dict[str, object]:
    """A proposal as a line for programs."""
    return {
        "target": proposal.target,
        "kind": proposal.kind,
        "name": proposal.name,
        "unit": proposal.unit_name,
        "indicator": proposal.indicator,
        "verdict": proposal.verdict.answer.value,
        "state": proposal.state,
        "reason": proposal.verdict.reason,
        "findings": [finding.says for finding in proposal.shown],
        "evidence": [
            {"url": one.url, "at": one.at.isoformat(), "sha256": one.sha256, "excerpt": one.excerpt}
            for finding in proposal.shown
            for one in finding.evidence
        ],
    }
