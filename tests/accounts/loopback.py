"""Real servers on loopback that answer exactly the bytes a test wants, well-formed or not."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from monitor.collect.accounts.moments import SHANGHAI
from monitor.collect.guard import AddressGuard, HostsFile
from monitor.collect.httpclient import ClientSettings, PlatformClient
from registry.model import Account, Platform

AS_OF = datetime(2026, 9, 30, 12, 0, tzinfo=SHANGHAI)
Result = TypeVar("Result")
Answer = Callable[["Request", asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True)
class Request:
    target: str
    head: bytes
    headers: dict[str, str]


@dataclass
class Server:
    port: int = 0
    requests: list[Request] = field(default_factory=list)
    open_now: int = 0
    most_open: int = 0
    connections: int = 0
    server_names: list[str] = field(default_factory=list)
    starts: list[float] = field(default_factory=list)

    @property
    def targets(self) -> list[str]:
        return [request.target for request in self.requests]


@contextlib.asynccontextmanager
async def serving(
    answer: Answer, ip: str = "127.0.0.1", context: ssl.SSLContext | None = None
) -> AsyncIterator[Server]:
    """A server that reads one request after another and lets `answer` write whatever it likes."""
    server = Server()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server.connections += 1
        server.open_now += 1
        server.most_open = max(server.most_open, server.open_now)
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                lines = head.decode("latin-1").split("\r\n")
                pairs = (line.partition(":") for line in lines[1:] if line)
                headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
                request = Request(lines[0].split(" ")[1], head, headers)
                server.requests.append(request)
                server.starts.append(asyncio.get_running_loop().time())
                await answer(request, writer)
                await writer.drain()
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError, ssl.SSLError):
            pass
        finally:
            server.open_now -= 1
            writer.close()

    listener = await asyncio.start_server(talk, ip, 0, ssl=context)
    server.port = listener.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listener.close()
        for task in asyncio.all_tasks():
            if "serving.<locals>.talk" in repr(task.get_coro()):
                task.cancel()
        await asyncio.sleep(0)


def run_alone(work: Coroutine[Any, Any, Result]) -> Result:
    """Run to the end in a loop of its own, within a minute."""
    return asyncio.run(asyncio.wait_for(work, 60))


def plain(
    body: bytes = b"", status: str = "200 OK", content_type: str = "text/xml", **headers: str
) -> Answer:
    """An answer that is in order."""

    async def answer(request: Request, writer: asyncio.StreamWriter) -> None:
        more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
        writer.write(
            f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n{more}\r\n".encode()
            + body
        )

    return answer


def by_path(table: dict[str, Answer]) -> Answer:
    """Different answers for different targets; an unknown one is 404."""

    async def answer(request: Request, writer: asyncio.StreamWriter) -> None:
        path = request.target.split("?", 1)[0]
        await table.get(path, plain(b"nothing", "404 Not Found"))(request, writer)

    return answer


def raw(data: bytes, *, close: bool = True) -> Answer:
    """These very bytes, and then the end."""

    async def answer(request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        await writer.drain()
        if close:
            writer.close()
            raise ConnectionError("done")

    return answer


def client(hosts: str, ca_file: Path | None = None, **settings: float) -> PlatformClient:
    """A client in a closed network of these hosts, quick enough for tests."""
    values: dict[str, float] = {
        "requests_per_second": 0,
        "retry_pause_seconds": 0.01,
        "longest_pause_seconds": 0.05,
        **settings,
    }
    whole = {"connections_per_address", "redirects", "body_limit", "give_up_after"}
    options = {name: int(value) if name in whole else value for name, value in values.items()}
    return PlatformClient(
        AddressGuard(HostsFile.parse(hosts)),
        ClientSettings("test-monitor/1.0 (+mailto:office@example.invalid)", ca_file=ca_file, **options),  # type: ignore[arg-type]
    )


@contextlib.asynccontextmanager
async def asking(
    answer: Answer, host: str = "a.example", **settings: float
) -> AsyncIterator[tuple[Server, PlatformClient]]:
    """One server on loopback and a client that knows it under one name."""
    async with serving(answer) as server, client(f"{host} 127.0.0.1:{server.port}", **settings) as looking:
        yield server, looking


def account(
    url: str | None, platform: Platform = Platform.WECHAT, handle: str = "gh_0123456789ab"
) -> Account:
    return Account("A-1", platform, handle, "某账号", "U-1", source_url=url)


def rss(*dates: str, extra: str = "", title: str = "关于做好某项工作的通知") -> bytes:
    items = "".join(
        f"<item><title>{title}{number}</title><link>https://posts.example/{number}</link>"
        f"<pubDate>{date}</pubDate>{extra}</item>"
        for number, date in enumerate(dates)
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" '
        'xmlns:slash="http://purl.org/rss/1.0/modules/slash/">'
        f"<channel><title>某账号</title>{items}</channel></rss>"
    ).encode()
