"""One connection of the estate's server: reads requests, waits as long as its host does, answers or misbehaves."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from monitor.rehearsal.web.hosts import SLOW_SECONDS, Host
from monitor.rehearsal.web.reply import Reply, Request, encode

LONGEST_HEAD = 32_768
LONGEST_BODY = 65_536
ENDLESS_PIECE = b"<p>" + b"\xe7\x9b\xb4\xe6\x92\xad" * 5_000 + b"</p>\n"
ENDLESS_SECONDS = 60.0
DRIP_STEPS = 30
_LINGER = struct.pack("ii", 1, 0)


@dataclass(slots=True)
class World:
    """What all connections share: hosts by name, the announced slot, whether our own network is down."""

    hosts: Mapping[str, Host]
    slot: int | None = None
    down: bool = False
    activity: int = 0
    peak: Counter[str] = field(default_factory=Counter)
    open: Counter[str] = field(default_factory=Counter)
    accepted: int = 0
    unknown: int = 0


class Connection(asyncio.Protocol):
    """The protocol of one accepted connection; answers one request after the other."""

    __slots__ = ("address", "buffer", "loop", "paused", "secure", "timer", "transport", "world")

    def __init__(self, world: World, address: str, secure: bool, loop: asyncio.AbstractEventLoop) -> None:
        self.world = world
        self.address = address
        self.secure = secure
        self.loop = loop
        self.buffer = b""
        self.timer: asyncio.TimerHandle | None = None
        self.transport: asyncio.Transport | None = None
        self.paused = False

    # -- life ------------------------------------------------------------------------------------------------
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        world = self.world
        world.activity += 1
        world.accepted += 1
        world.open[self.address] += 1
        if world.open[self.address] > world.peak[self.address]:
            world.peak[self.address] = world.open[self.address]
        self.transport = transport
        if world.down:
            self._reset()

    def connection_lost(self, exc: Exception | None) -> None:
        self.world.open[self.address] -= 1
        self.transport = None
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None

    def pause_writing(self) -> None:
        self.paused = True

    def resume_writing(self) -> None:
        self.paused = False

    # -- reading ---------------------------------------------------------------------------------------------
    def data_received(self, data: bytes) -> None:
        self.world.activity += 1
        self.buffer += data
        if self.world.down:
            self._reset()
        elif self.timer is None:
            self._next()
        elif len(self.buffer) > LONGEST_HEAD + LONGEST_BODY:
            self._close()

    def _next(self) -> None:
        """Take one whole request from the buffer, if there is one, and let its host answer."""
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            if len(self.buffer) > LONGEST_HEAD:
                self._close()
            return
        lines = self.buffer[:end].decode("latin-1").split("\r\n")
        parts = lines[0].split(" ")
        headers = {
            name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])
        }
        length = headers.get("content-length", "0")
        size = int(length) if length.isdigit() else 0
        if len(parts) != 3 or size > LONGEST_BODY:
            self._close()
            return
        if len(self.buffer) < end + 4 + size:
            return
        body = self.buffer[end + 4 : end + 4 + size].decode("utf-8", "replace")
        self.buffer = self.buffer[end + 4 + size :]
        host = headers.get("host", "").partition(":")[0].lower()
        self._serve(Request(parts[0], parts[1], host, headers, body, self.secure))

    def _serve(self, request: Request) -> None:
        world = self.world
        host = world.hosts.get(request.host)
        if host is None:
            world.unknown += 1
            self._write(
                b"HTTP/1.1 421 Misdirected Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", True
            )
            return
        reply = host.answer(request, world.slot)
        host.served[reply.kind] += 1
        self.timer = self.loop.call_later(host.latency + reply.delay, self._act, host, request, reply)

    # -- answering -------------------------------------------------------------------------------------------
    def _act(self, host: Host, request: Request, reply: Reply) -> None:
        self.timer = None
        if reply.action == "send":
            raw, closes = encode(reply, request, host.oddities)
            self._write(raw, closes)
        elif reply.action == "reset":
            self._reset()
        elif reply.action == "close":
            self._close()
        elif reply.action == "half":
            raw, _ = encode(reply, request, frozenset())
            self._write(raw[: len(raw) // 2], False)
            self.timer = self.loop.call_later(0.05, self._reset)
        elif reply.action == "drip":
            raw, _ = encode(reply, request, frozenset())
            self._drip(raw, 0)
        elif reply.action == "endless":
            self._write(
                b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nConnection: close\r\n\r\n<html><body>",
                False,
            )
            self._endless(self.loop.time() + ENDLESS_SECONDS)
        else:
            self.timer = self.loop.call_later(2 * SLOW_SECONDS, self._reset)

    def _drip(self, raw: bytes, step: int) -> None:
        """The head at once, the body piece by piece until the limit has passed."""
        piece = max(1, len(raw) // DRIP_STEPS)
        last = step == DRIP_STEPS - 1
        self._write(raw[step * piece :] if last else raw[step * piece : (step + 1) * piece], last)
        if not last and self.transport is not None:
            self.timer = self.loop.call_later(SLOW_SECONDS / (DRIP_STEPS - 1), self._drip, raw, step + 1)

    def _endless(self, until: float) -> None:
        if self.transport is None or self.loop.time() > until:
            self._close()
            return
        if not self.paused:
            self.transport.write(ENDLESS_PIECE)
        self.timer = self.loop.call_later(0.05, self._endless, until)

    def _write(self, raw: bytes, closes: bool) -> None:
        if self.transport is None:
            return
        self.transport.write(raw)
        if closes:
            self._close()
        elif self.buffer:
            self._next()

    def _close(self) -> None:
        if self.transport is not None:
            self.transport.close()

    def _reset(self) -> None:
        """A reset on the wire: linger of zero, then abort."""
        if self.transport is None:
            return
        plain = self.transport.get_extra_info("socket")
        if plain is not None:
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER)
        self.transport.abort()
