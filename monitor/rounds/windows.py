"""The windows of a round: the days and slots of the availability week."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from checks.rules.w_v2_site_unreachable import AvailabilityLimits
from checks.system import System
from monitor.times import days_before, start_of

SPARE_A_DAY = 4


@dataclass(frozen=True, slots=True)
class Slot:
    """One planned visit: its number within the week, its day and its moment."""

    number: int
    day: date
    scheduled: datetime


def availability_days(as_of: datetime, system: System) -> tuple[date, ...]:
    """The whole days before the reference time on which every site is visited, oldest first."""
    return days_before(as_of, availability_limits(system).watch_days)


def visit_slots(as_of: datetime, system: System, spare: int = SPARE_A_DAY) -> Iterator[Slot]:
    """The visits of the week, evenly spaced over each day.

    The rule wants so many visits a day that count; `spare` more are planned, so that a missed slot or an answer
    that does not count costs nobody his week. A compressed week, in which none is missed, has none to spare.
    """
    a_day = availability_limits(system).visits_per_day + spare
    spacing = timedelta(days=1) / a_day
    number = 0
    for day in availability_days(as_of, system):
        for turn in range(a_day):
            yield Slot(number, day, start_of(day) + spacing * turn + spacing / 2)
            number += 1


def current_slot(as_of: datetime, system: System, at: datetime) -> Slot | None:
    """The slot whose turn it is at a moment: it has come, its successor has not; None outside the week.

    A slot whose successor has come was missed. It is not made up for: visits made in a heap would not be spaced.
    """
    spacing = timedelta(days=1) / (availability_limits(system).visits_per_day + SPARE_A_DAY)
    for slot in visit_slots(as_of, system):
        if slot.scheduled <= at < slot.scheduled + spacing:
            return slot
    return None


def availability_limits(system: System) -> AvailabilityLimits:
    """The thresholds of W-V2 in the adopted system."""
    limits = system.limits["W-V2"]
    if not isinstance(limits, AvailabilityLimits):
        raise TypeError("指标 W-V2 的阈值类型不符")
    return limits
