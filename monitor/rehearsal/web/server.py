"""The estate's server: one listening socket for each address, and a control port for the rehearsal's driver."""

from __future__ import annotations

import asyncio
import json
import resource
import socket
import ssl
from collections.abc import Callable
from pathlib import Path

from monitor.rehearsal.build import load_plan
from monitor.rehearsal.errors import FolderError, ServerError
from monitor.rehearsal.layout import ARTICLE_HOST, STORE_HOST, seats
from monitor.rehearsal.plan import AccountPlan, EstatePlan
from monitor.rehearsal.web.connection import Connection, World
from monitor.rehearsal.web.hosts import (
    ArticleHost,
    FeedHost,
    Host,
    OutsideHost,
    ServiceHost,
    SiteHost,
    StoreHost,
)
from monitor.rehearsal.wordings.noise import OUTSIDE_HOSTS

BACKLOG = 1024
QUIET_TURNS = 3
MOST_TURNS = 2_000


def hosts_of(plan: EstatePlan) -> dict[str, Host]:
    """Every host of the estate by name."""
    today = plan.as_of.date()
    hosts: dict[str, Host] = {site.host: SiteHost(site, today, plan.service_host) for site in plan.sites}
    by_host: dict[str, dict[str, AccountPlan]] = {host: {} for host in plan.feed_hosts}
    apps: dict[str, AccountPlan] = {}
    articles: dict[str, AccountPlan] = {}
    for account in plan.accounts:
        if account.source == "feed":
            by_host[account.source_url.split("/")[2]][account.account_id] = account
        elif account.source.startswith("store"):
            apps[account.handle] = account
        elif account.source == "page":
            articles[str(account.index + 265000)] = account
    hosts |= {host: FeedHost(accounts) for host, accounts in by_host.items()}
    offsite = {site.code: site for site in plan.sites if site.service.mode == "offsite"}
    hosts[plan.service_host] = ServiceHost(offsite)
    hosts |= {host: OutsideHost() for host in OUTSIDE_HOSTS}
    hosts[STORE_HOST] = StoreHost(apps)
    hosts[ARTICLE_HOST] = ArticleHost(articles)
    return hosts


def _read_ports(folder: Path) -> dict[tuple[str, bool], int]:
    """(address, secure) -> port, as the hosts file says."""
    ports: dict[tuple[str, bool], int] = {}
    source = folder / "hosts.txt"
    try:
        lines = source.read_text(encoding="utf-8").split("\n")
    except OSError as error:
        raise FolderError(f"读不到 {source}: {error}; 请先生成演练环境") from error
    for line in filter(None, lines):
        name, _, where = line.partition(" ")
        address, _, port = where.partition(":")
        ports[address, name.endswith(":443")] = int(port)
    return ports


def _listening_socket(address: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((address, port))
    except OSError as error:
        listener.close()
        raise ServerError(f"{address}:{port} 不能监听: {error}; 是否有另一个演练环境正在运行?") from error
    listener.listen(BACKLOG)
    listener.setblocking(False)
    return listener


class _Certificates:
    """TLS contexts by host, picked by the name that the client asks for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.contexts: dict[str, ssl.SSLContext] = {}

    def load(self, host: str) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / "tls" / f"{host}.pem")
        context.sni_callback = self._choose
        self.contexts[host] = context
        return context

    def _choose(self, connection: ssl.SSLObject | ssl.SSLSocket, name: str | None, _: ssl.SSLContext) -> None:
        chosen = self.contexts.get((name or "").lower())
        if chosen is not None:
            connection.context = chosen


class EstateServer:
    """Serves a folder until it is stopped."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.plan = load_plan(folder)
        self.world = World(hosts_of(self.plan))
        self.servers: list[asyncio.Server] = []

    async def start(self) -> None:
        """Open every socket; ServerError where one is taken."""
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        ports, certificates = _read_ports(self.folder), _Certificates(self.folder)
        closed = {site.host for site in self.plan.sites if site.behaviour.permanent == "refused"}
        plain, secure = set[str](), dict[str, ssl.SSLContext]()
        for seat in seats(self.plan):
            if seat.host in closed:
                continue
            if seat.http:
                plain.add(seat.address)
            if seat.https:
                secure[seat.address] = certificates.load(seat.host)
        for address in sorted(plain):
            await self._listen(address, ports[address, False], None)
        for address, context in sorted(secure.items(), key=lambda pair: pair[0]):
            await self._listen(address, ports[address, True], context)

    async def _listen(self, address: str, port: int, context: ssl.SSLContext | None) -> None:
        loop = asyncio.get_running_loop()
        listener = _listening_socket(address, port)

        def factory() -> Connection:
            return Connection(self.world, address, context is not None, loop)

        self.servers.append(await loop.create_server(factory, sock=listener, ssl=context, backlog=BACKLOG))

    async def settle(self) -> None:
        """Take in everything that clients have already sent, so that it still meets the old state."""
        quiet, before = 0, -1
        for _ in range(MOST_TURNS):
            await asyncio.sleep(0)
            quiet = quiet + 1 if self.world.activity == before else 0
            before = self.world.activity
            if quiet >= QUIET_TURNS:
                return

    def stats(self) -> dict[str, object]:
        """Requests by host and kind, peak connections by address."""
        world = self.world
        served = {name: dict(host.served) for name, host in world.hosts.items() if host.served}
        return {
            "requests": sum(sum(kinds.values()) for kinds in served.values()), "hosts": served, "peak": dict(world.peak),
            "peak_of_any": max(world.peak.values(), default=0), "open": sum(world.open.values()), "accepted": world.accepted,
            "unknown": world.unknown, "slot": world.slot, "down": world.down,
        }  # fmt: skip

    async def command(self, path: str, body: dict[str, object]) -> dict[str, object]:
        """Carry out one command of the driver."""
        if path == "/stats":
            return self.stats()
        if path == "/slot":
            slot = body.get("slot")
            await self.settle()
            self.world.slot = slot if isinstance(slot, int) else None
            return {"slot": self.world.slot}
        if path == "/network":
            await self.settle()
            self.world.down = bool(body.get("down"))
            return {"down": self.world.down}
        return {"ready": True, "hosts": len(self.world.hosts)}


async def _control(server: EstateServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One request on the control port."""
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        path = head.split(" ")[1]
        length = next(
            (int(line[15:]) for line in head.split("\r\n") if line.lower().startswith("content-length:")), 0
        )
        said = json.loads(await reader.readexactly(length)) if length else {}
        answer = json.dumps(await server.command(path, said if isinstance(said, dict) else {})).encode()
        status = "200 OK"
    except (ValueError, IndexError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
        answer, status = json.dumps({"error": str(error)}).encode(), "400 Bad Request"
    writer.write(
        f"HTTP/1.1 {status}\r\nContent-Length: {len(answer)}\r\nConnection: close\r\n\r\n".encode() + answer
    )
    await writer.drain()
    writer.close()


async def serve(folder: Path, control_port: int, ready: Callable[[int], None]) -> None:
    """Serve a folder for ever; `ready` is told the control port once every socket is open."""
    server = EstateServer(folder)
    await server.start()
    control = await asyncio.start_server(lambda r, w: _control(server, r, w), "127.0.0.1", control_port)
    ready(control.sockets[0].getsockname()[1])
    await asyncio.Event().wait()
