"""The rehearsal estate standing still: the same pages, no faults, and a count of who fetched what.

Its replies are made once and kept, so that it is never what a run waits for. It is the referee as well: the
pages of a run are those that this server answered with 200 and HTML, whatever a tool says of itself.

`python -m benchmarks.server FOLDER [FACTOR]` answers after FACTOR times the host's latency (0: at once), prints one JSON line with its control port and serves until it is ended.
On the control port `POST /mark` begins a new count and `GET /pages` tells the pages since then.
"""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import json
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

from monitor.rehearsal.web.hosts import Host
from monitor.rehearsal.web.reply import Reply, Request
from monitor.rehearsal.web.server import EstateServer

TRANSPORT_FAULTS = frozenset({"reset", "close", "half", "tarpit", "drip", "endless"})
GZIP_FROM = 600


class StillHost:
    """A host of the estate that answers the same every time, after `factor` times its latency.

    Where the host would reset, hang or never end, the page is simply not there (404). Its readable
    peculiarities (gzip, chunks, closing connections, old heads) stay.
    """

    def __init__(self, host: Host, factor: float) -> None:
        self.latency = host.latency * factor
        self.served: Counter[str] = Counter()
        self.oddities = host.oddities - {"gzip", "forced_gzip"}
        self.fetched: set[str] = set()
        self._host = host
        self._made: dict[tuple[str, str, str, bool, bool], Reply] = {}

    def answer(self, request: Request, slot: int | None) -> Reply:
        """The reply, made the first time and kept."""
        packed = "gzip" in request.headers.get("accept-encoding", "")
        key = (request.method, request.target, request.body, packed, request.secure)
        reply = self._made.get(key)
        if reply is None:
            reply = self._made[key] = self._make(request, packed)
        if request.method == "GET" and reply.status == 200 and reply.content_type.startswith("text/html"):
            self.fetched.add(request.target)
        return reply

    def _make(self, request: Request, packed: bool) -> Reply:
        reply = self._host.answer(request, None)
        if reply.action in TRANSPORT_FAULTS:
            return Reply(404, b"<html><body>404</body></html>", kind="missing")
        wanted = "forced_gzip" in self._host.oddities or (packed and "gzip" in self._host.oddities)
        if wanted and len(reply.body) > GZIP_FROM:
            headers = reply.headers | {"Content-Encoding": "gzip"}
            reply = replace(reply, body=gzip.compress(reply.body, 6, mtime=0), headers=headers)
        return replace(reply, delay=0.0)


class StillServer(EstateServer):
    """Serves a folder's estate without its faults."""

    def __init__(self, folder: Path, factor: float) -> None:
        super().__init__(folder)
        self.still = {name: StillHost(host, factor) for name, host in self.world.hosts.items()}
        self.world.hosts = dict(self.still)

    async def command(self, path: str, body: dict[str, object]) -> dict[str, object]:
        """`/mark` and `/pages` beside what the estate's own server understands."""
        if path == "/mark":
            for host in self.still.values():
                host.fetched.clear()
                host.served.clear()
            return {"marked": True}
        if path == "/pages":
            return {name: sorted(host.fetched) for name, host in self.still.items() if host.fetched}
        return await super().command(path, body)


async def _control(server: StillServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    answer = json.dumps(await server.command(head.split(" ")[1], {})).encode()
    writer.write(
        f"HTTP/1.1 200 OK\r\nContent-Length: {len(answer)}\r\nConnection: close\r\n\r\n".encode() + answer
    )
    await writer.drain()
    writer.close()


async def serve_still(folder: Path, factor: float) -> None:
    """Serve until the standard input ends, which it does when the benchmark ends in whatever way."""
    server = StillServer(folder, factor)
    await server.start()
    control = await asyncio.start_server(lambda r, w: _control(server, r, w), "127.0.0.1", 0)
    print(json.dumps({"control_port": control.sockets[0].getsockname()[1]}), flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve_still(Path(sys.argv[1]), float(sys.argv[2]) if len(sys.argv) > 2 else 0.0))
