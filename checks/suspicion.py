"""What W-V1 and N-V1 share: certain suspects are proposed, the others shown to a person.

A gap withholds the verdict only where something was fetched and then could not be scanned by a fault of
our own; what was never fetched is no observed page (definitions, "Answers and grades").
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from checks.facts.scan import PageScan, Suspect
from checks.limits import Limits
from checks.model import Evidence, Finding
from checks.ruling import Ruling, fails, passes, withholds
from checks.words import why


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspicionLimits(Limits):
    """`blocking_gaps` names the failure kinds of things that were fetched and then could not be scanned."""

    confirmed_cases: int
    blocking_gaps: tuple[str, ...]


def judge_scan(scan: PageScan, limits: SuspicionLimits, *, things: str, by_people: str) -> Ruling:
    """Judge what a scan found; `things` is what was scanned (页面), `by_people` the clauses left to people."""
    certain = _as_findings(suspect for suspect in scan.suspects if suspect.certain)
    uncertain = _as_findings(suspect for suspect in scan.suspects if not suspect.certain)
    blocking = tuple(gap for gap in dict.fromkeys(scan.gaps) if gap.reason in limits.blocking_gaps)
    if certain and len(certain) >= limits.confirmed_cases:
        kinds = Counter(suspect.kind.value for suspect in dict.fromkeys(scan.suspects) if suspect.certain)
        found = "、".join(f"{kind} {number} 处" for kind, number in sorted(kinds.items()))
        return fails(f"发现{found}, 待人工复核", certain, candidates=uncertain, unseen=blocking)
    if uncertain or certain:
        number = len(uncertain) + len(certain)
        reason = f"发现疑似问题 {number} 处, 由人工判断"
        return withholds(reason, blocking, candidates=(*certain, *uncertain))
    if scan.scanned == 0:
        return withholds(f"没有{things}可供扫描", scan.gaps)
    if blocking:
        return withholds(f"取到的{things}有 {len(blocking)} 处未能扫描: {why(blocking)}", blocking)
    return passes(f"扫描{things} {scan.scanned} 个, 未发现问题; {by_people}机器不判")


def _as_findings(suspects: Iterable[Suspect]) -> tuple[Finding, ...]:
    return tuple(
        Finding(
            says=f"{suspect.kind.value}: {suspect.says}",
            evidence=(Evidence.of(suspect.seen),),
            key=f"{suspect.kind.value} {suspect.seen.url}",
        )
        for suspect in dict.fromkeys(suspects)
    )
