"""The wire below the platforms' client: connections go to the pinned address and to nothing else.

The HTTP layer above keeps speaking of the real host (Host header, TLS server name); only here, where the
socket is opened, the host is replaced by the address that the guard has checked. Every exchange carries a
`Meter` that times the phases, keeps the raw heads for the archive, and ends floods.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import httpcore

from monitor.collect.failures import Failure
from monitor.collect.guard import Pinned

_HEAD_LIMIT = 262_144


class WireLimit(Exception):
    """The other side sent more than one exchange may cost; `failure` tells of what."""

    def __init__(self, failure: Failure, detail: str) -> None:
        super().__init__(detail)
        self.failure = failure


@dataclass(slots=True)
class Meter:
    """What passed over the wire for one exchange; the phases are seconds since `started`."""

    budget: int
    started: float = field(default_factory=time.perf_counter)
    phase: str = "connect"
    resolve: float = 0.0
    connect: float = 0.0
    tls: float = 0.0
    first_byte: float = 0.0
    received: int = 0
    sent: bytearray = field(default_factory=bytearray)
    head: bytearray = field(default_factory=bytearray)

    def elapsed(self) -> float:
        """Seconds since the exchange began."""
        return time.perf_counter() - self.started

    def take(self, data: bytes) -> None:
        """Count what was received; ends the exchange where head or body is past all bounds."""
        self.received += len(data)
        if self.phase == "body":
            if self.received > self.budget:
                raise WireLimit(Failure.TOO_LARGE, f"已接收 {self.received} 字节")
            return
        self.first_byte = self.first_byte or self.elapsed()
        self.head += data
        if len(self.head) > _HEAD_LIMIT:
            raise WireLimit(Failure.HEADERS_TOO_LARGE, f"应答头超过 {_HEAD_LIMIT} 字节")

    def request_head(self) -> bytes:
        """The raw head of the request."""
        return bytes(self.sent.partition(b"\r\n\r\n")[0]) + b"\r\n\r\n" if self.sent else b""

    def response_head(self) -> bytes:
        """The raw head of the final response, interim (1xx) ones left out."""
        rest = bytes(self.head)
        while rest.startswith((b"HTTP/1.1 1", b"HTTP/1.0 1")):
            rest = rest.partition(b"\r\n\r\n")[2]
        head, mark, _ = rest.partition(b"\r\n\r\n")
        return head + mark if mark else b""


METER: ContextVar[Meter] = ContextVar("meter")


class _MeteredStream(httpcore.AsyncNetworkStream):
    def __init__(self, inner: httpcore.AsyncNetworkStream) -> None:
        self._inner = inner

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 - httpcore's interface
        data = await self._inner.read(max_bytes, timeout)
        METER.get().take(data)
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109 - httpcore's interface
        meter = METER.get()
        if meter.phase != "body":
            meter.phase = "head"
            meter.sent += buffer
        await self._inner.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._inner.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's interface
    ) -> httpcore.AsyncNetworkStream:
        meter = METER.get()
        meter.phase = "tls"
        secured = await self._inner.start_tls(ssl_context, server_hostname, timeout)
        meter.tls = meter.elapsed()
        return _MeteredStream(secured)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class PinnedBackend(httpcore.AsyncNetworkBackend):
    """Opens connections to one checked address, whatever host the layers above ask for."""

    def __init__(self, pinned: Pinned) -> None:
        self._pinned = pinned
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's interface
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """A connection to the pinned address; `host` and `port` stay what the request says."""
        stream = await self._inner.connect_tcp(
            self._pinned.ip, self._pinned.port, timeout, local_address, socket_options
        )
        meter = METER.get()
        meter.connect = meter.elapsed()
        return _MeteredStream(stream)

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's interface
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Always refused: no platform lives behind a file."""
        raise httpcore.ConnectError("unix sockets are not used")

    async def sleep(self, seconds: float) -> None:
        """Wait, as httpcore's retries would."""
        await self._inner.sleep(seconds)


def pool(
    pinned: Pinned, context: ssl.SSLContext, connections: int, keep_seconds: float
) -> httpcore.AsyncConnectionPool:
    """A small pool of HTTP/1.1 connections to one pinned address."""
    return httpcore.AsyncConnectionPool(
        ssl_context=context,
        max_connections=connections,
        max_keepalive_connections=connections,
        keepalive_expiry=keep_seconds,
        http1=True,
        http2=False,
        network_backend=PinnedBackend(pinned),
    )
