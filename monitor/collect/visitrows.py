"""The plain values of availability: a planned slot, a booked visit, and when a window of them is void."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from checks.facts.visits import Visit
from monitor.collect.exchange import Phases
from monitor.collect.failures import Failure
from monitor.collect.network import NETWORK_LIKE

NO_PHASES = Phases()


@dataclass(frozen=True, slots=True)
class Planned:
    """One planned visit of everybody: its number within the week, its day, its moment (aware)."""

    slot: int
    day: date
    scheduled: datetime


@dataclass(frozen=True, slots=True)
class VisitRow:
    """One visit as it is booked; the first fields are those of `checks.facts.visits.Visit`.

    `seconds` covers redirects and the look-up of the name. `phases` are those of the last request. `repeats`
    counts how often this visit was made again because it was void. `warc` (relative to the folder of the
    visits' evidence), `offset` and `length` are set where the body was kept: first time, change, failure.
    """

    target: str
    slot: int
    day: date
    scheduled: datetime
    started: datetime
    seconds: float
    status: int | None
    failure: str | None
    void: str | None = None
    off_register: bool = False
    address: str | None = None
    sha256: str | None = None
    url: str = ""
    final_url: str = ""
    phases: Phases = NO_PHASES
    detail: str = ""
    certificate_fault: str | None = None
    redirects: int = 0
    repeats: int = 0
    warc: str | None = None
    offset: int | None = None
    length: int | None = None

    def visit(self) -> Visit:
        """The fact that is judged."""
        return Visit(self.slot, self.day, self.scheduled, self.started, self.seconds, self.status, self.failure,
                     self.void, self.off_register, self.address, self.sha256)  # fmt: skip


def answered(row: VisitRow) -> bool:
    """Whether anybody answered at all; what the answer was does not matter here."""
    return row.failure is None or Failure(row.failure) not in NETWORK_LIKE


def void_reason(
    rows: Sequence[VisitRow],
    answered_before: Collection[str],
    share: float,
    least: int,
    controls: tuple[int, int],
) -> str | None:
    """Why a window of visits is void, None where it counts.

    `controls` is how many control addresses were asked and how many answered; where any were asked they
    alone decide. Else more than `share` of the addresses that answered in the last window must fail with
    the same kind in this one, out of `least` addresses at the least.
    """
    asked, said = controls
    if asked:
        return None if said * 2 > asked else f"本方网络故障: {asked} 个对照地址中只有 {said} 个有应答"
    before = set(answered_before)
    now: dict[str, set[str | None]] = {}
    for row in rows:
        if row.target in before:
            kind = None if answered(row) else row.failure
            now.setdefault((row.address or row.target).rpartition(":")[0] or row.target, set()).add(kind)
    if len(now) < least:
        return None
    # An address that many sites share fails where all of them fail alike.
    kinds = Counter(next(iter(said)) for said in now.values() if len(said) == 1 and None not in said)
    if not kinds:
        return None
    kind, number = kinds.most_common(1)[0]
    if number <= share * len(now):
        return None
    return f"本方网络故障: 上次有应答的 {len(now)} 个地址中 {number} 个同时为 {kind}"


def voided(rows: Sequence[VisitRow], reason: str) -> list[VisitRow]:
    """The same rows with those that nobody answered marked void; an answer stays an answer."""
    return [row if answered(row) else replace(row, void=reason) for row in rows]
