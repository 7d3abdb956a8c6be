"""Availability: the ledger of visits of one site over its week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit of the home page.

    `slot` numbers the planned visit within the week from 0; a repeated visit carries the slot it repeats.
    `scheduled` and `started` are aware; in a compressed week `started` may lie elsewhere. `seconds` is the
    time until the whole body was there, or until the failure. `status` is the final HTTP status, None where
    no answer came. `failure` is the collector's failure kind, None where a whole answer came. `void` is
    the reason why the visit does not count (our network, announced maintenance), else None. `off_register`
    is true where the visit was redirected outside the filed domain or to a non-public address.
    """

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


@dataclass(frozen=True, slots=True)
class VisitLedger:
    """All visits of one site in the round's week; `days` are the days that must each be covered."""

    url: str
    days: tuple[date, ...]
    visits: tuple[Visit, ...]
