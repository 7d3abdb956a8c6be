"""Manners towards one address: how many connections, how many requests a second, and when to leave it alone.

The key is the IP address that is connected to, because hundreds of accounts share one platform's address.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from monitor.collect.failures import Failure

_TIMEOUTS = frozenset(
    {
        Failure.CONNECT_TIMEOUT,
        Failure.TLS_TIMEOUT,
        Failure.FIRST_BYTE_TIMEOUT,
        Failure.BODY_TIMEOUT,
        Failure.UNREACHABLE,
    }
)


@dataclass(slots=True)
class _Address:
    slots: asyncio.Semaphore
    next_start: float = 0.0
    timeouts: int = 0
    last_timeout: Failure = Failure.CONNECT_TIMEOUT
    closed_until: float = 0.0


@dataclass(slots=True)
class Politeness:
    """Slots, pace and breaker of every address; `requests_per_second` 0 means no pace.

    After `give_up_after` time-outs in a row an address is left alone for `rest_seconds`.
    """

    connections: int = 2
    requests_per_second: float = 2.0
    give_up_after: int = 6
    rest_seconds: float = 60.0
    _addresses: dict[str, _Address] = field(default_factory=dict)

    def _of(self, ip: str) -> _Address:
        address = self._addresses.get(ip)
        if address is None:
            address = self._addresses[ip] = _Address(asyncio.Semaphore(self.connections))
        return address

    @asynccontextmanager
    async def slot(self, ip: str, *, heed_breaker: bool = True) -> AsyncIterator[Failure | None]:
        """A turn at the address, as soon as manners allow; yields the failure that closed it, if it is closed.

        A visit that decides about a site does not heed the breaker: it must really be made.
        """
        address = self._of(ip)
        async with address.slots:
            loop = asyncio.get_running_loop()
            if heed_breaker and address.closed_until > loop.time():
                yield address.last_timeout
                return
            if self.requests_per_second > 0:
                start = max(loop.time(), address.next_start)
                address.next_start = start + 1 / self.requests_per_second
                if (wait := start - loop.time()) > 0:
                    await asyncio.sleep(wait)
            yield None

    def book(self, ip: str, failure: Failure | None) -> None:
        """Note how a request at the address ended."""
        address = self._of(ip)
        if failure not in _TIMEOUTS:
            address.timeouts = 0
            return
        address.timeouts += 1
        address.last_timeout = failure
        if address.timeouts >= self.give_up_after:
            address.closed_until = asyncio.get_running_loop().time() + self.rest_seconds

    def tired(self, ip: str | None) -> bool:
        """Whether the address has just let us down, so that asking it a second time is no use."""
        return ip is not None and ip in self._addresses and self._addresses[ip].timeouts >= 2
