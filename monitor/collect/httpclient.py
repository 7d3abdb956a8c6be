"""The client towards platforms and people, and the second opinion before a site is called unreachable.

The only module that imports httpx. One small client an address, one shared TLS context, HTTP/1.1, redirects
followed here (each hop asked of the address guard), bounded bytes and time, library errors mapped once to
`Failure`. Every look keeps what the archive needs: raw heads, the body as received, phases and address.
"""

from __future__ import annotations

import asyncio
import ssl
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path
from types import TracebackType
from typing import Self

import httpcore
import httpx

from monitor.collect.accounts.answers import failure_of_error, failure_of_status, retry_after
from monitor.collect.accounts.hops import cookie_of, look_of, target_of
from monitor.collect.accounts.moments import SHANGHAI
from monitor.collect.accounts.pinned import METER, Meter, pool
from monitor.collect.accounts.politeness import Politeness
from monitor.collect.accounts.unpack import BadBody, unpack
from monitor.collect.exchange import Exchange, Look, Phases
from monitor.collect.failures import KINDS, Failure
from monitor.collect.guard import AddressGuard, CheckedUrl, CollectError, Pinned, check_url
from monitor.collect.urls import port_of

_SITE_REDIRECTS = 10
_IDLE_CLIENTS = 256
_KEEP_SECONDS = 15.0
_WIRE_HEADERS = "wire_headers"


@dataclass(frozen=True, slots=True)
class ClientSettings:
    """How the client behaves; seconds are real time. `requests_per_second` 0 means no pace.

    `body_limit` bounds the decoded body, `ca_file` adds roots to those that are trusted anyway.
    """

    user_agent: str
    connections_per_address: int = 2
    requests_per_second: float = 2.0
    connect_seconds: float = 10.0
    first_byte_seconds: float = 15.0
    body_seconds: float = 30.0
    body_limit: int = 8 * 1024 * 1024
    redirects: int = 5
    retry_pause_seconds: float = 1.0
    longest_pause_seconds: float = 10.0
    give_up_after: int = 6
    rest_seconds: float = 60.0
    site_seconds: float = 15.0
    ca_file: Path | None = None


class _Transport(httpx.AsyncBaseTransport):
    """httpx on top of a pool that can reach one pinned address only."""

    def __init__(self, connections: httpcore.AsyncConnectionPool) -> None:
        self._connections = connections

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        url = httpcore.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        answer = await self._connections.handle_async_request(
            httpcore.Request(
                request.method,
                url,
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        # httpx parses every Location, even one that it is told not to follow, and fails on hostile ones;
        # so it never sees it, and the headers travel beside the response as they came.
        shown = [(name, value) for name, value in answer.headers if name.lower() != b"location"]
        return httpx.Response(
            answer.status,
            headers=shown,
            stream=_Stream(answer),
            extensions={**answer.extensions, _WIRE_HEADERS: answer.headers},
        )

    async def aclose(self) -> None:
        await self._connections.aclose()


class _Stream(httpx.AsyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._answer.aiter_stream():
            yield chunk

    async def aclose(self) -> None:
        await self._answer.aclose()


@dataclass(slots=True)
class _Client:
    client: httpx.AsyncClient
    users: int = 0


@dataclass(frozen=True, slots=True)
class _Errand:
    """The limits of one look; `total` is the time that all its hops may take on the wire together."""

    filed_ports: tuple[int, ...]
    redirects: int
    connect: float
    first_byte: float
    body: float
    total: float
    heed_breaker: bool = True


_Key = tuple[str, str, int, str, int, bool]


class PlatformClient:
    """Looks at addresses politely and safely; use it as an async context manager inside one event loop."""

    def __init__(self, guard: AddressGuard, settings: ClientSettings) -> None:
        self._guard = guard
        self._settings = settings
        self._contexts: dict[bool, ssl.SSLContext] = {}
        self._faulty: dict[tuple[str, int], str] = {}
        self._clients: OrderedDict[_Key, _Client] = OrderedDict()
        self._politeness = Politeness(
            connections=settings.connections_per_address,
            requests_per_second=settings.requests_per_second,
            give_up_after=settings.give_up_after,
            rest_seconds=settings.rest_seconds,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close all connections."""
        while self._clients:
            await self._clients.popitem()[1].client.aclose()

    async def look(self, url: str) -> Look:
        """Ask for one address, redirects followed, once more where the failure is a passing one."""
        settings = self._settings
        errand = _Errand(
            filed_ports=_own_port(url),
            redirects=settings.redirects,
            connect=settings.connect_seconds,
            first_byte=settings.first_byte_seconds,
            body=settings.body_seconds,
            total=settings.connect_seconds + settings.first_byte_seconds + settings.body_seconds,
        )
        look = await self._follow(url, errand)
        if look.failure is None or not KINDS[look.failure].temporary or self._hopeless(look):
            return look
        pause = retry_after(look.last) if look.failure is Failure.RATE_LIMITED else None
        await asyncio.sleep(min(pause or settings.retry_pause_seconds, settings.longest_pause_seconds))
        return await self._follow(url, errand)

    async def second_opinion(self, url: str) -> Look:
        """Ask for a site's address once with another client, before the site is called unreachable.

        The site's own limits hold (15 s for everything, 10 redirects), and a passing failure is not tried
        again: the next visit of the week will.
        """
        seconds = self._settings.site_seconds
        errand = _Errand(
            _own_port(url), _SITE_REDIRECTS, seconds, seconds, seconds, seconds, heed_breaker=False
        )
        return await self._follow(url, errand)

    def _hopeless(self, look: Look) -> bool:
        address = look.last.address
        return self._politeness.tired(address.rpartition(":")[0] if address else None)

    async def _follow(self, url: str, errand: _Errand) -> Look:
        """The chain of redirects; a hop that leads back to itself is followed once with the cookie it set."""
        hops: list[Exchange] = []
        visited = {url}
        current, cookie = url, ""
        while True:
            left = errand.total - sum(hop.phases.total for hop in hops)
            exchange, body = await self._ask(current, replace(errand, total=max(left, 0.01)), cookie)
            hops.append(exchange)
            target = target_of(exchange)
            if target is None:
                return look_of(url, hops, body)
            set_cookie = cookie_of(exchange) if target == current and not cookie else ""
            if target in visited and not set_cookie:
                return look_of(url, hops, body, Failure.REDIRECT_LOOP, f"跳转回到 {target[:200]}")
            if len(hops) > errand.redirects:
                return look_of(url, hops, body, Failure.TOO_MANY_REDIRECTS, f"跳转超过 {errand.redirects} 次")
            visited.add(target)
            current, cookie = target, set_cookie

    async def _ask(self, url: str, errand: _Errand, cookie: str) -> tuple[Exchange, bytes]:
        """One request, and its decoded body; errors of every kind become the exchange's failure."""
        started = _now()
        meter = Meter(budget=self._settings.body_limit + 65_536)
        try:
            checked = check_url(url, errand.filed_ports)
            pinned = await self._pin(checked)
        except CollectError as error:
            refused = Exchange(url, "GET", started, failure=error.failure, detail=str(error))
            return refused, b""
        meter.resolve = meter.elapsed()
        async with self._politeness.slot(pinned.ip, heed_breaker=errand.heed_breaker) as closed:
            if closed is not None:
                detail = "同一地址连续超时, 本次不再询问"
                place = f"{pinned.ip}:{pinned.port}"
                return Exchange(url, "GET", started, failure=closed, detail=detail, address=place), b""
            exchange, body = await self._ask_either(checked, pinned, errand, cookie, meter)
            self._politeness.book(pinned.ip, exchange.failure)
        return exchange, body

    async def _pin(self, checked: CheckedUrl) -> Pinned:
        if self._guard.closed:
            return self._guard.pin(checked.scheme, checked.host, checked.port)
        return await asyncio.to_thread(self._guard.pin, checked.scheme, checked.host, checked.port)

    async def _ask_either(
        self, checked: CheckedUrl, pinned: Pinned, errand: _Errand, cookie: str, meter: Meter
    ) -> tuple[Exchange, bytes]:
        """Strict TLS first; where that alone is at fault, again with the lenient context and the fault noted."""
        origin = (pinned.host, pinned.port)
        fault = self._faulty.get(origin)
        if checked.scheme == "https" and fault is None:
            exchange, body = await self._ask_once(checked, pinned, errand, cookie, meter, None)
            if exchange.failure not in (Failure.TLS_CERTIFICATE, Failure.TLS_HANDSHAKE):
                return exchange, body
            fault = f"{exchange.failure.value}: {exchange.detail}"[:200]
            meter = Meter(budget=meter.budget, resolve=meter.resolve)
            exchange, body = await self._ask_once(checked, pinned, errand, cookie, meter, fault)
            if exchange.failure is not Failure.TLS_HANDSHAKE:
                self._faulty[origin] = fault
            return exchange, body
        return await self._ask_once(checked, pinned, errand, cookie, meter, fault)

    async def _ask_once(
        self,
        checked: CheckedUrl,
        pinned: Pinned,
        errand: _Errand,
        cookie: str,
        meter: Meter,
        certificate_fault: str | None,
    ) -> tuple[Exchange, bytes]:
        started = _now()
        METER.set(meter)
        status: int | None = None
        headers: tuple[tuple[str, str], ...] = ()
        raw = bytearray()
        failure: Failure | None = None
        detail = ""
        limits = httpx.Timeout(errand.first_byte, connect=errand.connect)
        try:
            async with (
                asyncio.timeout(errand.total),
                self._client(checked, pinned, certificate_fault is not None) as client,
            ):
                request = client.build_request(
                    "GET", checked.url, headers={"Cookie": cookie} if cookie else {}
                )
                request.extensions["timeout"] = limits.as_dict()
                async with asyncio.timeout(errand.connect + errand.first_byte):
                    response = await client.send(request, stream=True)
                meter.phase = "body"
                status, headers = response.status_code, _headers(response)
                try:
                    async with asyncio.timeout(errand.body):
                        async for chunk in response.aiter_raw():
                            raw += chunk
                finally:
                    await response.aclose()
        except Exception as error:  # noqa: BLE001 - the one edge where library errors become ours
            failure, detail = failure_of_error(error, meter.phase)
        body, failure, detail = self._decode(bytes(raw), headers, failure, detail)
        if failure is None and status is not None:
            failure, detail = failure_of_status(status, headers, body)
        exchange = Exchange(
            url=checked.url,
            method="GET",
            started=started,
            status=status,
            headers=headers,
            body=bytes(raw),
            failure=failure,
            detail=detail,
            address=f"{pinned.ip}:{pinned.port}",
            phases=Phases(meter.resolve, meter.connect, meter.tls, meter.first_byte, meter.elapsed()),
            certificate_fault=certificate_fault,
            request_head=meter.request_head(),
            response_head=meter.response_head(),
        )
        return exchange, body

    def _decode(
        self, raw: bytes, headers: tuple[tuple[str, str], ...], failure: Failure | None, detail: str
    ) -> tuple[bytes, Failure | None, str]:
        """The decoded body; a failure of the transfer goes before one of the decoding."""
        encoding = ",".join(value for name, value in headers if name.lower() == "content-encoding")
        try:
            return unpack(raw, encoding, self._settings.body_limit), failure, detail
        except BadBody as error:
            return error.partial, failure or error.failure, detail or error.detail

    @asynccontextmanager
    async def _client(
        self, checked: CheckedUrl, pinned: Pinned, lenient: bool
    ) -> AsyncIterator[httpx.AsyncClient]:
        """The client of this origin at this address; idle ones beyond a few hundred are closed."""
        key = (checked.scheme, checked.host, checked.port, pinned.ip, pinned.port, lenient)
        held = self._clients.get(key)
        if held is None:
            held = self._clients[key] = _Client(self._new_client(pinned, lenient))
            await self._close_idle()
        self._clients.move_to_end(key)
        held.users += 1
        try:
            yield held.client
        finally:
            held.users -= 1

    def _new_client(self, pinned: Pinned, lenient: bool) -> httpx.AsyncClient:
        settings = self._settings
        if lenient not in self._contexts:  # made once, when first needed: loading the roots is costly
            self._contexts[lenient] = _context(settings.ca_file, strict=not lenient)
        return httpx.AsyncClient(
            transport=_Transport(
                pool(pinned, self._contexts[lenient], settings.connections_per_address, _KEEP_SECONDS)
            ),
            headers={
                "User-Agent": settings.user_agent,
                "Accept": "*/*",
                "Accept-Encoding": "gzip, deflate",
                "Accept-Language": "zh-CN,zh;q=0.9",
            },
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            trust_env=False,
            follow_redirects=False,
        )

    async def _close_idle(self) -> None:
        idle = [key for key, held in self._clients.items() if not held.users]
        for key in idle[: max(0, len(self._clients) - _IDLE_CLIENTS)]:
            if (held := self._clients.get(key)) is not None and not held.users:
                del self._clients[key]
                await held.client.aclose()


def _context(ca_file: Path | None, *, strict: bool) -> ssl.SSLContext:
    """The shared TLS context: strict to judge, lenient to read what an old server still sends."""
    context = httpx.create_ssl_context(trust_env=False)
    if ca_file is not None:
        context.load_verify_locations(cafile=ca_file)
    if not strict:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.options |= getattr(ssl, "OP_LEGACY_SERVER_CONNECT", 0x4)
    return context


def _now() -> datetime:
    return datetime.now(SHANGHAI)


def _own_port(url: str) -> tuple[int, ...]:
    port = port_of(url)
    return (port,) if port is not None else ()


def _headers(response: httpx.Response) -> tuple[tuple[str, str], ...]:
    wire: list[tuple[bytes, bytes]] = response.extensions[_WIRE_HEADERS]
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in wire)
