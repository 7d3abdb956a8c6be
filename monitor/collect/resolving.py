"""Ask the guard without ever letting a slow resolver hold up the other transfers."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from monitor.collect.errors import CollectError, ResolverFailed
from monitor.collect.guard import AddressGuard, Pinned

Pin = Pinned | CollectError
_REMEMBERED = 300.0
_THREADS = 32


class Resolver:
    """Pins hosts in threads and remembers what came, good or bad, for five minutes.

    What is remembered is the checked address itself, so remembering weakens nothing. With a hosts file no
    thread is started. A name that takes longer than `patience` seconds is our resolver's failure.
    """

    def __init__(self, guard: AddressGuard, patience: float = 10.0) -> None:
        self._guard = guard
        self._patience = patience
        self._known: dict[tuple[str, str, int], tuple[float, Pin]] = {}
        self._waiting: dict[tuple[str, str, int], list[Callable[[Pin], None]]] = {}
        self._started: dict[tuple[str, str, int], float] = {}
        self._arrived: deque[tuple[tuple[str, str, int], Pin]] = deque()
        self._pool = None if guard.closed else ThreadPoolExecutor(_THREADS, thread_name_prefix="resolve")

    @property
    def waiting(self) -> int:
        """Names under way."""
        return len(self._waiting)

    def pin(self, scheme: str, host: str, port: int, then: Callable[[Pin], None]) -> None:
        """Call `then` with the pin or the error: at once where it is known, else from `poll`."""
        key = (scheme, host, port)
        known = self._known.get(key)
        now = time.monotonic()
        if known is not None and known[0] > now:
            then(known[1])
        elif self._pool is None:
            pin = self._ask(key)
            self._known[key] = (now + _REMEMBERED, pin)
            then(pin)
        elif key in self._waiting:
            self._waiting[key].append(then)
        else:
            self._waiting[key] = [then]
            self._started[key] = now
            self._pool.submit(self._work, key)

    def _ask(self, key: tuple[str, str, int]) -> Pin:
        try:
            return self._guard.pin(*key)
        except CollectError as error:
            return error

    def _work(self, key: tuple[str, str, int]) -> None:
        self._arrived.append((key, self._ask(key)))

    def poll(self) -> None:
        """Hand out what has arrived, and give up on names that take too long."""
        now = time.monotonic()
        while self._arrived:
            key, pin = self._arrived.popleft()
            # Our resolver's own trouble is not remembered for long.
            keep = 5.0 if isinstance(pin, ResolverFailed) else _REMEMBERED
            self._known[key] = (now + keep, pin)
            self._hand_out(key, pin)
        for key in [key for key, started in self._started.items() if now - started > self._patience]:
            self._hand_out(key, ResolverFailed(f"解析 {key[1]} 超过 {self._patience:g} 秒没有结果"))

    def _hand_out(self, key: tuple[str, str, int], pin: Pin) -> None:
        self._started.pop(key, None)
        for then in self._waiting.pop(key, []):
            then(pin)

    def close(self) -> None:
        """Wait for nobody."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
