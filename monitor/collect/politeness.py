"""Who is asked next: queues by the IP address connected to, longest remaining first.

The key is the address (without port), because many sites share one platform: connections and rate count
there. Among the addresses that may be asked, the one with the most work left (requests × latency) goes
first, which is what keeps the last minutes of a run short.
"""

from __future__ import annotations

import heapq
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

Item = TypeVar("Item")
_FIRST_GUESS = 0.1
_CONTENDED = 0.02
# So much more work moves an address up while it stands in line.
_GROWN = 1.5


class Turns(Protocol):
    """What several processes share, so that an address sees one politeness and not one a process."""

    def acquire(self, address: str, now: float) -> tuple[int, float]:
        """A slot and 0, or -1 and the seconds after which to try again."""

    def release(self, address: str, slot: int) -> None:
        """Give a slot back."""


@dataclass(slots=True)
class _Place(Generic[Item]):
    """One address: waiting items by host, transfers under way, and when the next may start."""

    queues: dict[str, deque[Item]] = field(default_factory=dict)
    waiting: int = 0
    expected: int = 0
    under_way: int = 0
    latency: float = _FIRST_GUESS
    next_at: float = 0.0
    entry: int = 0
    weight: float = 0.0
    warm: str = ""


@dataclass(frozen=True, slots=True)
class Taken(Generic[Item]):
    """An item whose turn it is. `keep` says whether its connection is worth keeping open afterwards."""

    item: Item
    address: str
    host: str
    slot: int
    keep: bool


class AddressQueues(Generic[Item]):
    """Waiting requests. `rate` is requests a second an address (0: none); `total` caps all connections."""

    def __init__(
        self,
        connections: int,
        rate: float,
        total: int,
        turns: Turns | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._connections = connections
        self._spacing = 1.0 / rate if rate > 0 else 0.0
        self._total = total
        self._turns = turns
        self._clock = clock
        self._places: dict[str, _Place[Item]] = {}
        self._ready: list[tuple[float, int, str]] = []
        self._later: list[tuple[float, int, str]] = []
        self._number = 0
        self.waiting = 0
        self.under_way = 0

    def expect(self, address: str, requests: int) -> None:
        """That many requests are known to come for the address (from an earlier round)."""
        self._place(address).expected += requests

    def put(self, address: str, host: str, item: Item) -> None:
        """Let an item wait for its turn at an address."""
        place = self._place(address)
        queue = place.queues.get(host)
        if queue is None:
            queue = place.queues[host] = deque()
        queue.append(item)
        place.waiting += 1
        self.waiting += 1
        self._list(address, place)

    def _place(self, address: str) -> _Place[Item]:
        place = self._places.get(address)
        if place is None:
            place = self._places[address] = _Place()
        return place

    def _list(self, address: str, place: _Place[Item], now: float | None = None) -> None:
        """Put an address into the heap that it belongs to; older entries of it become void.

        An address whose work has grown while it stood in line is moved up. Whoever compares with a moment of
        his own passes it as `now`: with a later one an address could be ready here and too early there, for ever.
        """
        if not place.waiting or place.under_way >= self._connections:
            return
        work = max(place.waiting, place.expected) * max(place.latency, self._spacing)
        if place.entry and work <= place.weight * _GROWN:
            return
        self._number += 1
        place.entry, place.weight = self._number, work
        if place.next_at > (self._clock() if now is None else now):
            heapq.heappush(self._later, (place.next_at, place.entry, address))
        else:
            heapq.heappush(self._ready, (-work, place.entry, address))

    def _pop(self, heap: list[tuple[float, int, str]]) -> tuple[str, _Place[Item]] | None:
        _, number, address = heapq.heappop(heap)
        place = self._places[address]
        if place.entry != number:
            return None
        place.entry = 0
        return address, place

    def take(self) -> Taken[Item] | None:
        """The next item that may be asked now, None where all must wait."""
        now = self._clock()
        while self._later and self._later[0][0] <= now:
            if (due := self._pop(self._later)) is not None:
                self._list(*due, now)
        while self._ready and self.under_way < self._total:
            if (first := self._pop(self._ready)) is None:
                continue
            address, place = first
            if not place.waiting or place.under_way >= self._connections:
                continue
            if place.next_at > now:
                self._list(address, place, now)
                continue
            slot = 0
            if self._turns is not None:
                slot, pause = self._turns.acquire(address, now)
                if slot < 0:
                    place.next_at = now + max(pause, _CONTENDED)
                    self._list(address, place, now)
                    continue
            return self._begin(address, place, slot, now)
        return None

    def _begin(self, address: str, place: _Place[Item], slot: int, now: float) -> Taken[Item]:
        # Stay with one host of a shared address as long as it has work: its connection is open already.
        host = place.warm if place.warm in place.queues else next(iter(place.queues))
        queue = place.queues[host]
        item = queue.popleft()
        if queue:
            if len(place.queues) > 1 and host != place.warm:
                place.queues[host] = place.queues.pop(host)  # to the end of the line
            place.warm = host
        else:
            del place.queues[host]
            place.warm = ""
        place.waiting -= 1
        place.expected = max(0, place.expected - 1)
        place.under_way += 1
        self.waiting -= 1
        self.under_way += 1
        place.next_at = now + self._spacing
        self._list(address, place, now)
        return Taken(item, address, host, slot, bool(queue) or not place.queues)

    def done(self, taken: Taken[Item], seconds: float) -> None:
        """A transfer has ended after `seconds`; its address may be asked again."""
        place = self._places[taken.address]
        place.under_way -= 1
        self.under_way -= 1
        place.latency += 0.2 * (seconds - place.latency)
        if self._turns is not None:
            self._turns.release(taken.address, taken.slot)
        self._list(taken.address, place)

    def rest(self, address: str, seconds: float) -> None:
        """Leave an address alone for a while (it asked for that)."""
        place = self._place(address)
        place.next_at = max(place.next_at, self._clock() + seconds)

    def take_host(self, host: str) -> list[Item]:
        """Take all waiting items of a host out of the line."""
        found: list[Item] = []
        for place in self._places.values():
            queue = place.queues.pop(host, None)
            if queue:
                found.extend(queue)
                place.waiting -= len(queue)
                self.waiting -= len(queue)
        return found

    def take_all(self) -> list[Item]:
        """Take everything that waits out of the line."""
        found = [item for place in self._places.values() for queue in place.queues.values() for item in queue]
        for place in self._places.values():
            place.queues.clear()
            place.waiting = 0
        self.waiting = 0
        return found

    def next_in(self) -> float | None:
        """Seconds until an address may be asked again, None where nothing waits for time."""
        if self._ready and self.under_way < self._total:
            return 0.0
        return max(0.0, self._later[0][0] - self._clock()) if self._later else None
