"""What looking at many feeds costs: fetched over loopback from another process, parsed, put together."""

from __future__ import annotations

import multiprocessing
import resource
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.queues import Queue

from loopback import AS_OF, client, run_alone

from monitor.collect.accounts.round_of_looks import AccountAsk, round_of_looks
from registry.model import Account, Platform

FEEDS = 300
_ITEM = (
    "<item><title>关于举办第{0}届活动的公告</title><link>http://posts.example/{0}</link>"
    "<pubDate>2026-09-{1:02d} 10:00:00</pubDate><description>{2}</description></item>"
)
_WORDS = "某地召开会议研究部署近期重点工作。" * 12
FEED = (
    '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>某账号</title>'
    + "".join(_ITEM.format(number, number % 28 + 1, _WORDS) for number in range(20))
    + "</channel></rss>"
).encode()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/xml")
        self.send_header("Content-Length", str(len(FEED)))
        self.end_headers()
        self.wfile.write(FEED)

    def log_message(self, *words: object) -> None:
        """Say nothing."""


def _serve(ports: Queue[int]) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    ports.put(server.server_address[1])
    server.serve_forever()


def test_the_cost_of_a_feed_is_told() -> None:
    context = multiprocessing.get_context("spawn")
    ports: Queue[int] = context.Queue()
    process = context.Process(target=_serve, args=(ports,), daemon=True)
    process.start()
    try:
        port = ports.get(timeout=30)

        async def work() -> tuple[int, float]:
            asks = [
                AccountAsk(
                    Account(
                        f"A-{number}",
                        Platform.WECHAT,
                        "gh_x",
                        "账号",
                        "U",
                        source_url=f"http://h{number}.example/f",
                    )
                )
                for number in range(FEEDS)
            ]
            read = 0
            async with client(f"* 127.0.0.1:{port}", connections_per_address=8) as looking:
                before = time.process_time()
                async for seen in round_of_looks(asks, AS_OF, looking.look):
                    read += len(seen.facts.source.posts) == 20
                return read, time.process_time() - before

        read, cpu = run_alone(work())
    finally:
        process.kill()
        process.join()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"\n{FEEDS} feeds of {len(FEED):,d} bytes on {FEEDS} hosts: {1000 * cpu / FEEDS:.2f} ms CPU a feed, "
        f"so {3500 * cpu / FEEDS:.1f} s for 3,500; peak {peak:.0f} MB"
    )
    assert read == FEEDS
