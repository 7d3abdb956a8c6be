"""Stop waiting for a host that does not answer. Governs crawling only; no visit is ever skipped by it."""

from __future__ import annotations

from enum import StrEnum

from monitor.collect.failures import Failure

TIME_OUTS = frozenset(
    {
        Failure.CONNECT_TIMEOUT,
        Failure.TLS_TIMEOUT,
        Failure.FIRST_BYTE_TIMEOUT,
        Failure.BODY_TIMEOUT,
        Failure.UNREACHABLE,
    }
)


class Trial(StrEnum):
    """Whether a request to a host may go out."""

    GO = "go"
    WAIT = "wait"
    LEAVE = "leave"


class Breaker:
    """Opens for a host after so many time-outs in a row; one single trial later may close it again."""

    def __init__(self, timeouts: int) -> None:
        self._limit = timeouts
        self._counts: dict[str, int] = {}
        self._running: set[str] = set()
        self._tried: set[str] = set()

    def record(self, host: str, failure: Failure | None) -> bool:
        """Note how a request ended; true where this opened the breaker just now."""
        self._running.discard(host)
        if failure not in TIME_OUTS:
            if self._counts:
                self._counts.pop(host, None)
                self._tried.discard(host)
            return False
        count = self._counts[host] = self._counts.get(host, 0) + 1
        return count == self._limit

    def is_open(self, host: str) -> bool:
        """Whether the host is left alone at present."""
        return self._counts.get(host, 0) >= self._limit

    def trial(self, host: str) -> Trial:
        """For a request that is made again: go (closed, or the one trial), wait for the trial, or leave it."""
        if not self.is_open(host):
            return Trial.GO
        if host in self._running:
            return Trial.WAIT
        if host in self._tried:
            return Trial.LEAVE
        self._tried.add(host)
        self._running.add(host)
        return Trial.GO

    def trial_lost(self, host: str) -> None:
        """The trial never became a request; whoever waits need not."""
        self._running.discard(host)

    def forgive(self) -> None:
        """Forget everything: it was our own network that failed."""
        self._counts.clear()
        self._running.clear()
        self._tried.clear()
