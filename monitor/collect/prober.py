"""The inside of the availability prober: starts a slot's visits together and books each when it ends."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from types import TracebackType

from monitor.collect.archive import Archive
from monitor.collect.errors import CollectError
from monitor.collect.exchange import Exchange, Look, Phases
from monitor.collect.failures import Failure
from monitor.collect.guard import AddressGuard, Pinned, check_url
from monitor.collect.looks import Trail
from monitor.collect.network import NETWORK_LIKE
from monitor.collect.resolving import Pin, Resolver
from monitor.collect.settings import CollectSettings, Limits
from monitor.collect.transport import SHANGHAI, Request, Transport
from monitor.collect.urls import canonical, port_of
from monitor.collect.visitrows import Planned, VisitRow, answered, void_reason, voided

# A request that was sent this long ago has been read by its server, as far as anybody outside can tell.
_SETTLED = 0.25
# A connection that is not even made by then does not hold up the next slot of a compressed week.
_LAUNCH_PATIENCE = 2.0
_REPEATS = 2
_LEAST_HOP = 0.2
_OFF_REGISTER = frozenset({Failure.OFF_REGISTER, Failure.ADDRESS_REFUSED})


@dataclass(slots=True, eq=False)
class _Visit:
    target: str
    url: str
    planned: Planned
    trail: Trail
    ports: tuple[int, ...]
    started: datetime
    began: float
    repeats: int = 0
    seconds: float = 0.0
    hop_began: float = 0.0
    sent_at: float | None = None
    request: Request | None = None
    ended: bool = False

    def launched(self, now: float) -> bool:
        """Whether the slot's successor need not wait for this visit any more."""
        if self.ended or now - self.began > _LAUNCH_PATIENCE:
            return True
        return self.sent_at is not None and now - self.sent_at >= _SETTLED


@dataclass(slots=True, eq=False)
class _Slot:
    planned: Planned
    visits: list[_Visit] = field(default_factory=list)
    rows: list[VisitRow] = field(default_factory=list)
    controls: int = 0
    controls_open: int = 0
    controls_said: int = 0

    @property
    def over(self) -> bool:
        return len(self.rows) == len(self.visits) and not self.controls_open


class Prober:
    """Visits in one process. `known` maps targets to the digest of their last body; it is kept up to date."""

    def __init__(
        self,
        settings: CollectSettings,
        guard: AddressGuard,
        archive: Archive,
        known: dict[str, str],
        answered_before: Collection[str] = (),
    ) -> None:
        self._settings = settings
        self._transport = Transport(settings, connections=8)
        self._resolver = Resolver(guard, patience=settings.visit_limits.total_seconds)
        self._archive = archive
        self._known = known
        self._answered = set(answered_before)
        self._open: list[_Slot] = []
        self._again: list[tuple[str, str, Planned, int]] = []

    def __enter__(self) -> Prober:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._transport.close()
        self._resolver.close()
        self._archive.close()

    def run(
        self,
        targets: Sequence[tuple[str, str]],
        slots: Sequence[Planned],
        announce: Callable[[int], None] | None,
        skip: Collection[tuple[int, str]],
        repeat: bool,
    ) -> Iterator[list[VisitRow]]:
        """The rows of each slot once its last visit has ended; with `repeat`, void visits are made again."""
        for index, planned in enumerate(slots):
            missing = [(name, url, planned, 0) for name, url in targets if (planned.slot, name) not in skip]
            if missing:
                if announce is not None:
                    announce(planned.slot)
                yield from self._launch(self._start(planned, missing))
            if repeat and (index + 1 == len(slots) or slots[index + 1].day != planned.day):
                yield from self._end_of_day(announce)
        while self._open:
            self._turn(None)
            yield from self._finished()

    def _launch(self, slot: _Slot) -> Iterator[list[VisitRow]]:
        """Until every request of a slot is with its server, or has ended."""
        while not all(visit.launched(time.monotonic()) for visit in slot.visits):
            self._turn(slot)
            yield from self._finished()

    def _end_of_day(self, announce: Callable[[int], None] | None) -> Iterator[list[VisitRow]]:
        """Wait for slots that may turn out void, and make void visits again, slot by slot, while their day lasts."""
        for _ in range(_REPEATS):
            while any(self._may_be_void(slot) for slot in self._open):
                self._turn(None)
                yield from self._finished()
            again, self._again = self._again, []
            if not again:
                return
            for planned in dict.fromkeys(visit[2] for visit in again):
                if announce is not None:
                    announce(planned.slot)
                missing = [visit for visit in again if visit[2] == planned]
                yield from self._launch(self._start(planned, missing))
        while any(self._may_be_void(slot) for slot in self._open):
            self._turn(None)
            yield from self._finished()
        self._again.clear()

    def _may_be_void(self, slot: _Slot) -> bool:
        if slot.controls:
            return slot.controls_open > 0 or slot.controls_said * 2 <= slot.controls
        silent = len(slot.visits) - sum(answered(row) for row in slot.rows)
        return silent > self._settings.network.share * min(len(slot.visits), max(1, len(self._answered)))

    # ---- one visit

    def _start(self, planned: Planned, wanted: Sequence[tuple[str, str, Planned, int]]) -> _Slot:
        slot = _Slot(planned)
        self._open.append(slot)
        for target, url, own, repeats in wanted:
            asked = canonical(url) or url
            port = port_of(asked)
            trail = Trail(asked, self._limits(), asked, self._settings.max_redirects)
            ports = () if port is None else (port,)
            slot.visits.append(
                _Visit(target, asked, own, trail, ports, datetime.now(SHANGHAI), time.monotonic(), repeats)
            )
        for url in self._settings.network.control_urls:
            self._control(slot, url)
        for visit in slot.visits:
            self._send(slot, visit)
        return slot

    def _limits(self, spent: float = 0.0) -> Limits:
        limits = self._settings.visit_limits
        left = max(_LEAST_HOP, limits.total_seconds - spent)
        size = self._settings.visit_bytes
        return Limits(
            min(limits.connect_seconds, left), left, size, size, limits.head_bytes, limits.interim_answers
        )

    def _send(self, slot: _Slot, visit: _Visit) -> None:
        visit.sent_at, visit.request, visit.hop_began = None, None, time.monotonic()
        try:
            checked = check_url(visit.trail.at, visit.ports)
        except CollectError as error:
            visit.trail.refuse(error)
            self._book(slot, visit)
            return
        self._resolver.pin(checked.scheme, checked.host, checked.port, partial(self._pinned, slot, visit))

    def _pinned(self, slot: _Slot, visit: _Visit, pin: Pin) -> None:
        resolving = time.monotonic() - visit.hop_began
        visit.seconds += resolving if resolving > 0.001 else 0.0
        if not isinstance(pin, Pinned):
            visit.trail.refuse(pin)
            self._book(slot, visit)
            return
        visit.trail.limits = self._limits(visit.seconds)
        cookie = visit.trail.cookie()
        headers = (f"Cookie: {cookie}",) if cookie else ()
        request = visit.request = Request(visit.trail.at, pin, visit.trail.limits, "GET", headers, fresh=True)
        self._transport.start(request, partial(self._answered_by, slot, visit))

    def _answered_by(self, slot: _Slot, visit: _Visit, exchange: Exchange) -> None:
        visit.seconds += exchange.phases.total
        late = visit.seconds >= self._settings.visit_limits.total_seconds
        if visit.trail.take(exchange) is not None and not late:
            self._send(slot, visit)
            return
        if late and visit.trail.failure is None and exchange.failure is None:
            visit.trail.failure, visit.trail.detail = Failure.BODY_TIMEOUT, "跳转用尽了时限"
        self._book(slot, visit)

    def _book(self, slot: _Slot, visit: _Visit) -> None:
        visit.ended = True
        look = visit.trail.look()
        failure, detail = look.failure, look.detail
        last = look.hops[-1] if look.hops else None
        if (
            failure is Failure.PROTOCOL_ERROR
            and look.status is not None
            and 200 <= look.status < 300
            and look.body
        ):
            failure, detail = None, f"protocol_error: {detail}"  # answered, but badly: never "down"
        redirected = len(look.hops) > 0 and failure in _OFF_REGISTER
        row = VisitRow(
            target=visit.target,
            slot=visit.planned.slot,
            day=visit.planned.day,
            scheduled=visit.planned.scheduled,
            started=visit.started,
            seconds=round(visit.seconds, 6),
            status=look.status,
            failure=failure.value if failure is not None else None,
            off_register=redirected,
            address=last.address if last is not None else None,
            sha256=look.sha256 or None,
            url=visit.url,
            final_url=look.final_url,
            phases=last.phases if last is not None else Phases(),
            detail=detail[:500],
            certificate_fault=last.certificate_fault if last is not None else None,
            redirects=max(0, len(look.hops) - 1),
            repeats=visit.repeats,
        )
        slot.rows.append(self._keep(row, look))
        visit.trail.hops.clear()  # a slot may stay open for a tarpit while a hundred others go by
        visit.request = None

    def _keep(self, row: VisitRow, look: Look) -> VisitRow:
        """Keep the body the first time, on change and on failure."""
        last = look.hops[-1] if look.hops else None
        if last is None or not (last.response_head or last.body):
            return row
        if row.failure is None:
            if self._known.get(row.target) == row.sha256:
                return row
            self._known[row.target] = row.sha256 or ""
        place = self._archive.append(row.target, last, f"software: {self._settings.user_agent}")
        return replace(row, warc=place.warc, offset=place.offset, length=place.length)

    # ---- the loop, the controls, the window

    def _turn(self, launching: _Slot | None) -> None:
        self._transport.poll(0.02 if launching is not None or self._resolver.waiting else 0.2)
        self._resolver.poll()
        if launching is not None:
            now = time.monotonic()
            for visit in launching.visits:
                if (
                    visit.sent_at is None
                    and visit.request is not None
                    and self._transport.was_sent(visit.request)
                ):
                    visit.sent_at = now

    def _control(self, slot: _Slot, url: str) -> None:
        slot.controls += 1
        slot.controls_open += 1
        port = port_of(url)
        try:
            checked = check_url(url, () if port is None else (port,))
        except CollectError:
            slot.controls_open -= 1
            return
        then = partial(self._control_pinned, slot, checked.url)
        self._resolver.pin(checked.scheme, checked.host, checked.port, then)

    def _control_pinned(self, slot: _Slot, url: str, pin: Pin) -> None:
        if isinstance(pin, Pinned):
            request = Request(url, pin, self._limits(), "HEAD", fresh=True)
            self._transport.start(request, partial(self._control_said, slot))
        else:
            slot.controls_open -= 1

    def _control_said(self, slot: _Slot, exchange: Exchange) -> None:
        slot.controls_open -= 1
        slot.controls_said += exchange.failure not in NETWORK_LIKE

    def _finished(self) -> Iterator[list[VisitRow]]:
        """The rows of slots that are over, judged as a window, in the order of slots."""
        while self._open and self._open[0].over:
            slot = self._open.pop(0)
            network = self._settings.network
            controls = (slot.controls, slot.controls_said)
            reason = void_reason(slot.rows, self._answered, network.share, network.least_addresses, controls)
            rows = slot.rows
            if reason is None:
                self._answered.difference_update(row.target for row in rows if not answered(row))
                self._answered.update(row.target for row in rows if answered(row))
            else:
                rows = voided(rows, reason)
                urls = {visit.target: visit for visit in slot.visits}
                self._again.extend(
                    (row.target, row.url, urls[row.target].planned, row.repeats + 1)
                    for row in rows
                    if row.void is not None
                )
            if rows:
                yield rows
