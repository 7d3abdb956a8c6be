"""Stop waiting for a host that does not answer. Governs crawling only; no visit is ever skipped by it."""

from __future__ import annotations

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


class Breaker:
    """Opens for a host after so many time-outs in a row; a single trial later may close it again."""

    def __init__(self, timeouts: int) -> None:
        self._limit = timeouts
        self._counts: dict[str, int] = {}
        self._trials: set[str] = set()

    def record(self, host: str, failure: Failure | None) -> bool:
        """Note how a request ended; true where this opened the breaker just now."""
        if failure not in TIME_OUTS:
            if self._counts:
                self._counts.pop(host, None)
            self._trials.discard(host)
            return False
        count = self._counts[host] = self._counts.get(host, 0) + 1
        self._trials.discard(host)
        return count == self._limit

    def is_open(self, host: str) -> bool:
        """Whether the host is left alone at present."""
        return self._counts.get(host, 0) >= self._limit

    def try_again(self, host: str) -> bool:
        """Let one request of an open host through; false where one is on trial already."""
        if host in self._trials:
            return False
        self._trials.add(host)
        return True

    def forgive(self) -> None:
        """Forget everything: it was our own network that failed."""
        self._counts.clear()
        self._trials.clear()
