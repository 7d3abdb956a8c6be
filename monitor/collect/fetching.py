"""Bring fetches to their end: guard, queue, transfer, redirect, second try; and hold them when we are offline.

`settled(fetch, look)` is called once for each fetch, when nothing more will be tried.
"""

from __future__ import annotations

import heapq
import logging
import time
from collections.abc import Callable
from functools import partial
from itertools import count

from monitor.collect.breaker import Breaker, Trial
from monitor.collect.errors import CollectError
from monitor.collect.exchange import Exchange, Look
from monitor.collect.failures import KINDS, Failure
from monitor.collect.guard import AddressGuard, Pinned, check_url
from monitor.collect.network import NETWORK_LIKE, NetworkState, NetworkWatch
from monitor.collect.politeness import AddressQueues, Taken, Turns
from monitor.collect.probing import NetworkProbe
from monitor.collect.resolving import Pin, Resolver
from monitor.collect.settings import ROBOTS_BYTES, CollectSettings, Limits
from monitor.collect.sites import EXISTS, ROBOTS, Fetch
from monitor.collect.transport import Request, Transport

_log = logging.getLogger(__name__)

Settled = Callable[[Fetch, Look], None]
_RANGE_BYTES = 1024
_ENOUGH = 64 * 1024
_HEAD_UNSURE = frozenset({Failure.RESET, Failure.EMPTY_REPLY, Failure.PROTOCOL_ERROR, Failure.TRUNCATED})
_MAX_HOLDS = 3
_GIVEN_UP = "本方网络在限定时间内没有恢复"


class Fetcher:
    """All requests of one process on their way."""

    def __init__(
        self, settings: CollectSettings, guard: AddressGuard, settled: Settled, turns: Turns | None = None
    ) -> None:
        self._settings = settings
        self._settled = settled
        self._transport = Transport(settings)
        self._resolver = Resolver(guard)
        self._queues: AddressQueues[Fetch] = AddressQueues(
            settings.connections_per_address, settings.requests_per_second, settings.total_connections, turns
        )
        self._breaker = Breaker(settings.breaker_timeouts)
        self._watch = NetworkWatch(settings.network)
        self._probe = NetworkProbe(settings, self._watch, self._transport, self._resolver)
        self._state = NetworkState.UP
        self._numbers = count()
        self._later: list[tuple[float, int, Fetch]] = []
        self._unsure: list[tuple[float, int, Fetch, Look]] = []
        self._held: list[tuple[Fetch, Look]] = []
        limits = settings.limits
        self._robots_limits = Limits(limits.connect_seconds, limits.total_seconds, ROBOTS_BYTES, ROBOTS_BYTES)

    def expect(self, url: str, ports: frozenset[int], requests: int) -> None:
        """That many requests are known to come for the address of `url`."""
        try:
            checked = check_url(url, ports)
        except CollectError:
            return  # the first ask will say so
        then = partial(self._expected, requests)
        self._resolver.pin(checked.scheme, checked.host, checked.port, then)

    def _expected(self, requests: int, pin: Pin) -> None:
        if isinstance(pin, Pinned):
            self._queues.expect(pin.ip, requests)

    def close(self) -> None:
        """Break off everything."""
        self._transport.close()
        self._resolver.close()

    # ---- the loop's part

    def turn(self, patience: float) -> None:
        """Start what may start, wait at most `patience` seconds for something to happen, and see to it."""
        if self._state is NetworkState.UP:
            while (taken := self._queues.take()) is not None:
                self._start(taken)
        self._transport.poll(max(0.0, min(patience, self._due_in())))
        self._resolver.poll()
        now = time.monotonic()
        while self._later and self._later[0][0] <= now:
            self._again(heapq.heappop(self._later)[2])
        self._probe.tick(now)
        self._follow_network()
        while self._unsure and self._unsure[0][0] <= now and self._state is NetworkState.UP:
            _, _, fetch, look = heapq.heappop(self._unsure)
            self._settled(fetch, look)

    def _due_in(self) -> float:
        now = time.monotonic()
        waits = [1.0, self._probe.next_in(now)]
        if self._resolver.waiting:
            waits.append(0.02)
        if self._later:
            waits.append(self._later[0][0] - now)
        if self._state is NetworkState.UP:
            if self._unsure:
                waits.append(self._unsure[0][0] - now)
            queued = self._queues.next_in()
            if queued is not None:
                waits.append(queued)
        return min(waits)

    # ---- on the way out

    def send(self, fetch: Fetch) -> None:
        """Towards the line of the address that the next hop's host is pinned to."""
        if self._probe.given_up:
            self.fail(fetch, Failure.OUR_NETWORK, _GIVEN_UP)
            return
        if fetch.want == ROBOTS:
            fetch.trail.limits = self._robots_limits
        try:
            checked = check_url(fetch.trail.at, fetch.site.filed_ports)
        except CollectError as error:
            fetch.trail.refuse(error)
            self._ended(fetch)
            return
        fetch.host = checked.host
        self._resolver.pin(checked.scheme, checked.host, checked.port, partial(self._pinned, fetch))

    def _pinned(self, fetch: Fetch, pin: Pin) -> None:
        if isinstance(pin, CollectError):
            if fetch.on_trial:
                self._breaker.trial_lost(fetch.host)
            fetch.trail.refuse(pin)
            self._ended(fetch)
        elif self._breaker.is_open(fetch.host) and not fetch.on_trial:
            self._broken(fetch)
        else:
            fetch.pin = pin
            self._queues.put(pin.ip, fetch.host, fetch)

    def _start(self, taken: Taken[Fetch]) -> None:
        fetch, trail = taken.item, taken.item.trail
        if fetch.pin is None:
            raise RuntimeError(f"{fetch.url} was queued without a checked address")
        headers: tuple[str, ...] = ()
        cookie = trail.cookie()
        if cookie:
            headers += (f"Cookie: {cookie}",)
        if fetch.ranged:
            headers += (f"Range: bytes=0-{_RANGE_BYTES - 1}",)
        post = trail.post.encode() if trail.post is not None else None
        if post is not None and post[:1] in {b"{", b"["}:
            headers += ("Content-Type: application/json",)
        enough = _ENOUGH if fetch.ranged else 0
        request = Request(trail.at, fetch.pin, trail.limits, trail.method, headers, post, enough)
        request.keep = taken.keep or not request.secure
        self._transport.start(request, partial(self._answered, fetch, taken))

    # ---- on the way back

    def _answered(self, fetch: Fetch, taken: Taken[Fetch], exchange: Exchange) -> None:
        seconds = exchange.phases.total
        self._queues.done(taken, seconds)
        fetch.exchanges.append((exchange.address or "", round(seconds, 6)))
        fetch.received += len(exchange.body)
        fetch.on_trial = False
        if exchange.status == 429:
            self._queues.rest(taken.address, self._rest(exchange))
        self._watch.record(taken.address, exchange.url, exchange.failure, time.monotonic())
        self._follow_network()
        if self._state is NetworkState.UP and self._breaker.record(taken.host, exchange.failure):
            for waiting in self._queues.take_host(taken.host):
                self._broken(waiting)
        if fetch.trail.take(exchange) is not None:
            self.send(fetch)
        else:
            self._ended(fetch)

    def _rest(self, exchange: Exchange) -> float:
        asked = exchange.header("retry-after") or ""
        seconds = float(asked) if asked.isascii() and asked.isdigit() and len(asked) < 9 else 5.0
        return min(max(seconds, 1.0), self._settings.max_rest_seconds)

    def _broken(self, fetch: Fetch) -> None:
        fetch.trail.failure, fetch.trail.detail = Failure.BREAKER_OPEN, "该主机连续超时, 暂停访问"
        fetch.trail.hops.clear()
        self._ended(fetch)

    def fail(self, fetch: Fetch, failure: Failure, detail: str) -> None:
        """End a fetch without asking (any more)."""
        self._settled(fetch, Look(fetch.url, fetch.trail.at, tuple(fetch.trail.hops), failure, detail))

    def _ended(self, fetch: Fetch) -> None:
        look = fetch.trail.look()
        if fetch.want == EXISTS and not fetch.ranged and look.hops and _head_unsure(look):
            self._restart(fetch, ranged=True)
            self.send(fetch)
        elif look.failure is None or not KINDS[look.failure].temporary:
            self._settled(fetch, look)
        else:
            fetch.failure, fetch.failed_at = look.failure, time.monotonic()
            self._failed_for_now(fetch, look)

    def _failed_for_now(self, fetch: Fetch, look: Look) -> None:
        network_like = look.failure in NETWORK_LIKE
        if network_like and self._state is not NetworkState.UP and fetch.holds < _MAX_HOLDS:
            self._held.append((fetch, look))
        elif fetch.attempts < self._settings.retries:
            fetch.attempts += 1
            self._put_later(fetch, self._settings.retry_seconds)
        elif network_like and self._watch.watching and not self._probe.given_up:
            # Not believed yet: our own network may be about to be found out.
            due = fetch.failed_at + self._settings.network.window_seconds / 2
            heapq.heappush(self._unsure, (due, next(self._numbers), fetch, look))
        else:
            self._settled(fetch, look)

    def _restart(self, fetch: Fetch, ranged: bool) -> None:
        fetch.ranged = ranged
        fetch.trail = fetch.site.trail(fetch.url, fetch.want, fetch.post)
        if ranged:
            fetch.trail.method = "GET"

    def _put_later(self, fetch: Fetch, seconds: float) -> None:
        heapq.heappush(self._later, (time.monotonic() + seconds, next(self._numbers), fetch))

    def _again(self, fetch: Fetch) -> None:
        trial = self._breaker.trial(fetch.host)
        if trial is Trial.WAIT:
            self._put_later(fetch, 0.25)
        elif trial is Trial.LEAVE:
            self.fail(fetch, Failure.BREAKER_OPEN, "该主机连续超时, 本轮不再访问")
        else:
            fetch.on_trial = self._breaker.is_open(fetch.host)
            self._restart(fetch, ranged=fetch.ranged)
            self.send(fetch)

    # ---- our own network

    def _follow_network(self) -> None:
        """Act on what the watch thinks by now."""
        before, self._state = self._state, self._watch.state
        if self._state is NetworkState.DOWN and before is not NetworkState.DOWN:
            _log.warning("our own network failed: fetches are held")
            self._take_back()
        elif self._state is NetworkState.UP and before is not NetworkState.UP:
            held, self._held = self._held, []
            for fetch, look in held:
                if before is NetworkState.DOWN:
                    fetch.holds += 1
                    self._restart(fetch, ranged=fetch.ranged)
                    self.send(fetch)
                else:
                    self._failed_for_now(fetch, look)
        if self._probe.given_up and (self._held or self._queues.waiting):
            held, self._held = self._held, []
            for fetch in (*(fetch for fetch, _ in held), *self._queues.take_all()):
                self.fail(fetch, Failure.OUR_NETWORK, _GIVEN_UP)

    def _take_back(self) -> None:
        """Failures of the last moments were our own: hold them, and count no try."""
        self._breaker.forgive()
        horizon = (
            self._watch.since - self._settings.network.window_seconds - self._settings.limits.total_seconds
        )
        ours = NETWORK_LIKE | {Failure.BREAKER_OPEN}
        kept: list[tuple[float, int, Fetch]] = []
        for item in self._later:
            fetch = item[2]
            if fetch.failure in ours and fetch.failed_at >= horizon:
                fetch.attempts -= 1
                self._held.append((fetch, fetch.trail.look()))
            else:
                kept.append(item)
        heapq.heapify(kept)
        self._later = kept
        self._held.extend((fetch, look) for _, _, fetch, look in self._unsure if fetch.failed_at >= horizon)
        self._unsure = [item for item in self._unsure if item[2].failed_at < horizon]
        heapq.heapify(self._unsure)


def _head_unsure(look: Look) -> bool:
    """Whether an answer to HEAD leaves open what a reader would get."""
    if look.status is not None and look.status >= 400:
        return look.status != 429
    return look.failure in _HEAD_UNSURE
