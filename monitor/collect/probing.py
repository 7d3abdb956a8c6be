"""Ask the controls when our own network is in doubt, and tell the crawl what came of it."""

from __future__ import annotations

from functools import partial

from monitor.collect.errors import CollectError
from monitor.collect.exchange import Exchange
from monitor.collect.guard import CheckedUrl, Pinned, check_url
from monitor.collect.network import NETWORK_LIKE, NetworkState, NetworkWatch
from monitor.collect.resolving import Pin, Resolver
from monitor.collect.settings import CollectSettings, Limits
from monitor.collect.transport import Request, Transport
from monitor.collect.urls import port_of

_LIMITS = Limits(connect_seconds=4.0, total_seconds=6.0, body_bytes=4096)
_NEVER = 3600.0


class NetworkProbe:
    """Runs rounds of control requests while the network is suspect or down; `tick` it from the loop."""

    def __init__(
        self, settings: CollectSettings, watch: NetworkWatch, transport: Transport, resolver: Resolver
    ) -> None:
        self._settings = settings.network
        self._watch = watch
        self._transport = transport
        self._resolver = resolver
        limit = min(_LIMITS.total_seconds, settings.limits.total_seconds)
        self._limits = Limits(min(_LIMITS.connect_seconds, limit), limit, _LIMITS.body_bytes)
        self._running = 0
        self._asked = 0
        self._answered = 0
        self._next_at = 0.0
        self._down_since: float | None = None
        self.given_up = False

    def next_in(self, now: float) -> float:
        """Seconds until `tick` has something to do."""
        if self._watch.state is NetworkState.UP:
            return _NEVER
        return 0.05 if self._running else max(0.0, self._next_at - now)

    def tick(self, now: float) -> None:
        """Start a round of controls where one is due, and conclude one that has ended."""
        if self._watch.state is NetworkState.UP or self._running:
            return
        if self._asked:
            asked, self._asked = self._asked, 0
            state = self._watch.controls_said(self._answered, asked, now)
            self._next_at = now + self._settings.probe_seconds
            if state is NetworkState.UP:
                self._down_since, self.given_up = None, False
            else:
                self._down_since = self._down_since if self._down_since is not None else now
                self.given_up = now - self._down_since > self._settings.patience_seconds
        elif now >= self._next_at or self._watch.state is NetworkState.SUSPECT:
            self._start(self._watch.controls())

    def _start(self, urls: list[str]) -> None:
        self._asked, self._answered = len(urls), 0
        self._running = len(urls)
        for url in urls:
            port = port_of(url)
            try:
                checked = check_url(url, () if port is None else (port,))
            except CollectError:
                self._running -= 1
                continue
            self._resolver.pin(checked.scheme, checked.host, checked.port, partial(self._pinned, checked))

    def _pinned(self, checked: CheckedUrl, pin: Pin) -> None:
        if not isinstance(pin, Pinned):
            self._running -= 1
            return
        request = Request(checked.url, pin, self._limits, "HEAD", fresh=True)
        self._transport.start(request, self._done)

    def _done(self, exchange: Exchange) -> None:
        self._running -= 1
        self._answered += exchange.failure not in NETWORK_LIKE
