"""Which visits of the week fail, and how: exact counts at the threshold of five in a hundred."""

from __future__ import annotations

from collections import Counter
from random import Random

from monitor.rehearsal.plan import SLOTS, SLOTS_A_DAY

FAST_FAULTS = ("503", "reset", "500", "404", "close", "502", "half")
SLOW_FAULTS = ("slow", "drip", "tarpit")
INSIDE_FAULT = "slow14"
"""Answers that take almost fourteen seconds are opened, and are therefore no fault."""

COUNTED_FAULTS = frozenset((*FAST_FAULTS, *SLOW_FAULTS))
UNCOUNTED_FAULTS = frozenset(("403", "412", "429", "521"))


class SlotBook:
    """Deals slots so that few hosts fail in the same window (which would look like our own network)."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.used: Counter[int] = Counter()
        self.slow = tuple(sorted(random.sample(range(10, SLOTS - 10), 2)))

    def _take(self, count: int) -> list[int]:
        order = [slot for slot in range(SLOTS) if slot not in self.slow]
        self.random.shuffle(order)
        taken = sorted(order, key=lambda slot: self.used[slot])[:count]
        self.used.update(taken)
        return taken

    def _fast(self, count: int) -> dict[int, str]:
        offset = self.random.randrange(len(FAST_FAULTS))
        return {
            slot: FAST_FAULTS[(offset + step) % len(FAST_FAULTS)]
            for step, slot in enumerate(self._take(count))
        }

    def faults(self, case: str) -> dict[int, str]:
        """Slot -> fault for one site to which that case was dealt (empty for a case without faults)."""
        if case == "fails_7_of_140":
            return self._fast(7)
        if case == "fails_6_of_140":
            return self._fast(6)
        if case == "fails_7_with_slow":
            return self._fast(5) | {slot: self.random.choice(SLOW_FAULTS) for slot in self.slow}
        if case == "fails_6_with_14_seconds":
            return self._fast(6) | dict.fromkeys(self.slow, INSIDE_FAULT)
        if case == "fails_often":
            hours = self.random.sample(range(SLOTS_A_DAY), 3)
            kind = self.random.choice(FAST_FAULTS)
            return {day * SLOTS_A_DAY + hour: kind for day in range(7) for hour in hours
                    if day * SLOTS_A_DAY + hour not in self.slow}  # fmt: skip
        if case == "refuses_30_of_140":
            return dict.fromkeys(self._take(30), "403")
        if case == "busy_429":
            return dict.fromkeys(self._take(24), "429")
        if case == "announced_outage":
            return dict.fromkeys(self._take(14), "503")
        return {}
