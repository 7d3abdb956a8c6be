"""Real servers on loopback for the collector's tests: scripted answers, hostile ones, and a log of what was asked."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from types import TracebackType


@dataclass(slots=True)
class Asked:
    """One request as it arrived."""

    method: str
    path: str
    host: str
    head: bytes
    peer: tuple[str, int]
    address: str


@dataclass(slots=True)
class Connection:
    """What a handler answers through."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    asked: Asked
    server: LoopbackServer
    keep: bool = True

    def send(self, data: bytes) -> None:
        self.writer.write(data)

    async def flush(self) -> None:
        with contextlib.suppress(ConnectionError):
            await self.writer.drain()

    async def answer(
        self,
        body: bytes = b"",
        status: str = "200 OK",
        headers: dict[str, str] | None = None,
        length: bool = True,
    ) -> None:
        lines = [f"HTTP/1.1 {status}"]
        given = {"Content-Type": "text/html; charset=utf-8", **(headers or {})}
        if length:
            given["Content-Length"] = str(len(body))
        lines += [f"{name}: {value}" for name, value in given.items()]
        self.send(("\r\n".join(lines) + "\r\n\r\n").encode())
        if self.asked.method != "HEAD":
            self.send(body)
        await self.flush()

    def reset(self) -> None:
        sock = self.writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()
        self.keep = False


Handler = Callable[[Connection], Awaitable[None]]


@dataclass
class LoopbackServer:
    """An HTTP server in a thread of its own; `handler` is called for each request."""

    handler: Handler
    ip: str = "127.0.0.1"
    tls: ssl.SSLContext | None = None
    port: int = 0
    asked: list[Asked] = field(default_factory=list)
    open_now: int = 0
    open_most: int = 0
    accepted: int = 0
    under_way: int = 0
    under_way_most: int = 0

    def __post_init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> LoopbackServer:
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(5)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def _listen(self) -> asyncio.Server:
        return await asyncio.start_server(self._serve, self.ip, self.port, ssl=self.tls, backlog=500)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        async def stop() -> None:
            self._server.close()
            for task in asyncio.all_tasks(self._loop):
                if task is not asyncio.current_task():
                    task.cancel()

        with contextlib.suppress(Exception):
            asyncio.run_coroutine_threadsafe(stop(), self._loop).result(5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    @property
    def at(self) -> str:
        """`ip:port`."""
        return f"{self.ip}:{self.port}"

    def paths(self) -> list[str]:
        return [asked.path for asked in self.asked]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open_now += 1
        self.accepted += 1
        self.open_most = max(self.open_most, self.open_now)
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                lines = head.decode("latin-1").split("\r\n")
                method, path, _ = lines[0].split(" ", 2)
                fields = {
                    line.split(":", 1)[0].lower(): line.split(":", 1)[1].strip()
                    for line in lines[1:]
                    if ":" in line
                }
                if fields.get("content-length"):
                    head += await reader.readexactly(int(fields["content-length"]))
                asked = Asked(
                    method, path, fields.get("host", ""), head, writer.get_extra_info("peername"), self.ip
                )
                self.asked.append(asked)
                connection = Connection(reader, writer, asked, self)
                self.under_way += 1
                self.under_way_most = max(self.under_way_most, self.under_way)
                try:
                    await self.handler(connection)
                finally:
                    self.under_way -= 1
                if not connection.keep:
                    break
        except (
            asyncio.IncompleteReadError,
            asyncio.LimitOverrunError,
            ConnectionError,
            asyncio.CancelledError,
        ):
            pass
        finally:
            self.open_now -= 1
            with contextlib.suppress(Exception):
                writer.close()


def page(title: str, links: list[str] | None = None, filler: int = 0) -> bytes:
    """A small page."""
    items = "".join(f'<li><a href="{link}">{link}</a></li>' for link in links or [])
    return (
        f"<html><head><title>{title}</title></head><body><ul>{items}</ul><p>{'正文' * filler}</p></body></html>"
    ).encode()
