"""Notice that it is our own network that failed, so that nobody else is blamed for it.

Suspicion arises where too many addresses that answered lately fail with one kind inside a short window.
It is confirmed by asking again: the control addresses where there are any, else addresses that answered
last. Only when these are silent too is the network down; it is back as soon as most of them answer.
"""

from __future__ import annotations

from collections import Counter, deque
from enum import StrEnum

from monitor.collect.failures import Failure
from monitor.collect.settings import NetworkWatchSettings

NETWORK_LIKE = frozenset(
    {
        Failure.RESOLVER_FAILED,
        Failure.CONNECT_REFUSED,
        Failure.CONNECT_TIMEOUT,
        Failure.UNREACHABLE,
        Failure.TLS_TIMEOUT,
        Failure.RESET,
        Failure.EMPTY_REPLY,
        Failure.FIRST_BYTE_TIMEOUT,
        Failure.BODY_TIMEOUT,
        Failure.OUR_NETWORK,
    }
)
_CONTROLS = 3


class NetworkState(StrEnum):
    """What is thought of our network."""

    UP = "up"
    SUSPECT = "suspect"
    DOWN = "down"


class NetworkWatch:
    """Keeps who answered and who failed lately; moments are seconds of a monotonic clock."""

    def __init__(self, settings: NetworkWatchSettings) -> None:
        self._settings = settings
        self._answered: dict[str, tuple[float, str]] = {}
        self._failed: dict[str, tuple[float, Failure]] = {}
        self._seen: deque[tuple[float, str]] = deque()
        self.state = NetworkState.UP
        self.since = 0.0

    @property
    def watching(self) -> bool:
        """Whether enough is known to notice anything at all."""
        return bool(self._settings.control_urls) or len(self._answered) >= self._settings.least_addresses

    def record(self, address: str, url: str, failure: Failure | None, now: float) -> bool:
        """Note how a request ended (any answer counts as one); true where suspicion has just arisen."""
        if failure not in NETWORK_LIKE:
            self._answered[address] = (now, url)
            if self._failed:
                self._failed.pop(address, None)
            if failure is None or self.state is NetworkState.UP:
                self._seen.append((now, address))
                if len(self._seen) > 4096:
                    self._forget(now)
            return False
        answered = self._answered.get(address)
        if answered is None or now - answered[0] > self._settings.memory_seconds:
            return False
        self._failed[address] = (now, failure)
        self._seen.append((now, address))
        self._forget(now)
        if self.state is NetworkState.UP and self._too_many(now):
            self.state, self.since = NetworkState.SUSPECT, now
            return True
        return False

    def _forget(self, now: float) -> None:
        horizon = now - self._settings.window_seconds
        while self._seen and self._seen[0][0] < horizon:
            self._seen.popleft()
        while len(self._seen) > 50_000:
            self._seen.popleft()

    def _too_many(self, now: float) -> bool:
        horizon = now - self._settings.window_seconds
        asked = {address for moment, address in self._seen if moment >= horizon}
        least = 1 if self._settings.control_urls else self._settings.least_addresses
        if len(asked) < least:
            return False
        kinds = Counter(kind for moment, kind in self._failed.values() if moment >= horizon)
        return bool(kinds) and max(kinds.values()) > self._settings.share * len(asked)

    def controls(self) -> list[str]:
        """The addresses (URLs) to ask in order to know: the control URLs, else those that answered last."""
        if self._settings.control_urls:
            return list(self._settings.control_urls)
        good = [item for item in self._answered.items() if item[0] not in self._failed]
        bad = [item for item in self._answered.items() if item[0] in self._failed]
        ordered = sorted(good, key=lambda item: -item[1][0]) + sorted(bad, key=lambda item: -item[1][0])
        return [url for _, (_, url) in ordered[:_CONTROLS]]

    def controls_said(self, answered: int, asked: int, now: float) -> NetworkState:
        """Take in how many of the controls answered; the state that follows."""
        if asked and answered * 2 <= asked:
            if self.state is not NetworkState.DOWN:
                self.state, self.since = NetworkState.DOWN, now
        else:
            self.state = NetworkState.UP
            self._failed.clear()
            self._seen.clear()
        return self.state
