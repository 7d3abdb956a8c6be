"""Five sites and twenty accounts on loopback: the smallest estate on which the whole line can be walked.

Site 1 is in order in everything. Site 2 has not been updated for 15 days, site 3 for exactly 14. Site 4 answers
503 to 7 visits of the week (5 % of 140, no longer in order), site 3 to 6 (still in order); which visits is told
by the slot, so the estate must hear of slots (`before_slot`). Site 5 is never there. Only site 1 has a channel
for questions, so W-V5 fails for the others. Accounts a01 to a09 posted three days ago, a10 exactly 14 days ago,
a11 exactly 15, a12 to a15 twenty days ago; a16 to a20 have no source.

As a process of its own (`python small.py FOLDER`) it writes the spreadsheets and `hosts.txt`, says `ready` and
serves until its input ends; nobody tells it of slots then, and the home page of site 4 is never found.
"""

from __future__ import annotations

import sys
import threading
import time
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from monitor.times import SHANGHAI

AS_OF = datetime(2026, 9, 28, 9, tzinfo=SHANGHAI)
FEEDS = "feeds.example.cn"
CONTROL = "control.example.cn"
STALE_DAYS = {"1501000001": 1, "1501000002": 15, "1501000003": 14, "1501000004": 2, "1501000005": 1}
HOSTS = {code: f"www{number}.example.gov.cn" for number, code in enumerate(STALE_DAYS, start=1)}
IN_ORDER, STALE, JUST_FRESH, FAULTY, ABSENT = STALE_DAYS
FAULTS = {FAULTY: frozenset(range(3, 140, 20)), JUST_FRESH: frozenset(range(11, 130, 20))}
POST_DAYS = dict.fromkeys(range(1, 10), 3) | {10: 14, 11: 15} | dict.fromkeys(range(12, 16), 20)
ARRIVAL_PATIENCE_S = 10.0


def day(back: int) -> date:
    return AS_OF.date() - timedelta(days=back)


def page(title: str, body: str) -> bytes:
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}</title></head><body>{body}'
        '<div class="footer">主办单位：测试旗人民政府 网站标识码：1501000001 蒙ICP备05000001号</div></body></html>'
    ).encode()


def home(code: str) -> bytes:
    rows = "".join(
        f'<li><a href="/xw/{n}.html">测试旗召开第{n}次工作会议研究部署重点任务</a><span>{day(STALE_DAYS[code] + n)}</span></li>'
        for n in range(12)
    )
    ask = '<li><a href="/zx/">网上咨询</a></li>' if code == IN_ORDER else ""
    menu = f'<ul class="nav"><li><a href="/">首页</a></li><li><a href="/xw/">新闻动态</a></li>{ask}</ul>'
    return page(
        "测试旗人民政府",
        f'<div class="nav">{menu}</div><div class="main"><h2>新闻动态</h2><ul>{rows}</ul></div>',
    )


def channel() -> bytes:
    form = (
        '<form action="/zx/submit" method="post"><label>姓名<input name="name"></label>'
        '<label>咨询标题<input name="title"></label><label>咨询内容<textarea name="content"></textarea></label>'
        '<button type="submit">提交咨询</button></form>'
    )
    return page("网上咨询", f'<div class="main"><h1>网上咨询</h1><h2>我要咨询</h2>{form}</div>')


def feed(number: int) -> bytes:
    moment = AS_OF - timedelta(days=POST_DAYS[number])
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>发布</title>'
        f"<item><title>便民提示</title><link>http://{FEEDS}/p/{number}</link>"
        f"<pubDate>{moment:%a, %d %b %Y %H:%M:%S} +0800</pubDate></item></channel></rss>"
    ).encode()


@dataclass
class SmallEstate:
    """The servers, what was asked of them, and the slot of visits that they are in.

    `down` names the sites whose home page is always 404. `control` adds a host of no site that answers while
    `control_answers` is set and closes the connection without a word otherwise, as do then all sites: what
    it looks like when it is our own network that fails. Every answer waits for `delay_s`.
    """

    folder: Path
    down: Collection[str] = ()
    control: bool = False
    control_answers: bool = True
    delay_s: float = 0.0
    slot: int | None = None
    homes: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    servers: list[ThreadingHTTPServer] = field(default_factory=list)
    announced: int = 0

    def before_slot(self, slot: int | None) -> None:
        """Take in the next slot once the visits of the last one have arrived."""
        alive = [name for code, name in HOSTS.items() if code != ABSENT]
        deadline = time.monotonic() + ARRIVAL_PATIENCE_S
        while any(self.homes[name] < self.announced for name in alive):
            if time.monotonic() > deadline:
                raise AssertionError(f"visits of slot {self.slot} have not arrived: {self.homes}")
            time.sleep(0.001)
        self.slot = slot
        self.announced += slot is not None

    def answer(self, host: str, path: str) -> tuple[int, str, bytes]:
        self.asked[host] += 1
        if host == FEEDS:
            return 200, "application/rss+xml", feed(int(path.rsplit("/", 1)[1]))
        if host == CONTROL:
            return 200, "text/plain", b"ok"
        code = next(code for code, name in HOSTS.items() if name == host)
        if path == "/":
            self.homes[host] += 1
            if code in self.down:
                return 404, "text/html; charset=utf-8", page("404", "您访问的页面不存在")
            if self.slot in FAULTS.get(code, ()):
                return 503, "text/html; charset=utf-8", page("维护中", "服务暂不可用")
            return 200, "text/html; charset=utf-8", home(code)
        if path == "/xw/":
            return (
                200,
                "text/html; charset=utf-8",
                home(code).replace("测试旗人民政府".encode(), "新闻动态".encode()),
            )
        if path == "/zx/" and code == IN_ORDER:
            return 200, "text/html; charset=utf-8", channel()
        if path.startswith("/xw/") and path.endswith(".html"):
            body = f"<h1>测试旗召开工作会议</h1><p>发布时间：{day(STALE_DAYS[code])}</p><p>{'正文内容。' * 40}</p>"
            return 200, "text/html; charset=utf-8", page("工作会议", body)
        return 404, "text/html; charset=utf-8", page("404", "您访问的页面不存在")

    def start(self) -> None:
        lines = []
        hosts = [
            *(name for code, name in HOSTS.items() if code != ABSENT),
            FEEDS,
            *([CONTROL] * self.control),
        ]
        for number, host in enumerate(hosts, start=1):
            server = ThreadingHTTPServer((f"127.0.5.{number}", 0), self._handler())
            server.daemon_threads = True
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
            self.servers.append(server)
            lines.append(f"{host} 127.0.5.{number}:{server.server_address[1]}")
        (self.folder / "hosts.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        estate = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                if not estate.control_answers:
                    self.close_connection = True
                    return
                host = (self.headers.get("Host") or "").split(":")[0]
                time.sleep(estate.delay_s)
                status, media, body = estate.answer(host, self.path.split("?")[0])
                self.send_response(status)
                self.send_header("Content-Type", media)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body)

            do_HEAD = do_GET

            def log_message(self, *_: object) -> None:
                pass

        return Handler

    def stop(self) -> None:
        for server in self.servers:
            server.shutdown()
            server.server_close()


def write_folder(folder: Path) -> None:
    """The spreadsheets of the small estate: a region, a league, a banner, five sites, twenty accounts."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "units.csv").write_text(
        "单位编码,单位名称,层级,行政区划代码,上级单位编码,单位类型,对外服务职能\n"
        "U1,自治区测试厅,自治区,150000,,部门,否\n"
        "U2,测试市人民政府办公室,盟市,150100,U1,办公厅(室),否\n"
        "U3,测试旗人民政府,旗县,150121,U2,政府,否\n",
        encoding="utf-8",
    )
    sites = "".join(
        f"{code},测试网站{number},http://{HOSTS[code]}/,U{number % 3 + 1},部门网站,正常\n"
        for number, code in enumerate(HOSTS, start=1)
    )
    (folder / "sites.csv").write_text(
        "网站标识码,网站名称,首页网址,主办单位编码,网站类型,状态\n" + sites, encoding="gb18030"
    )
    accounts = "".join(
        f"a{number:02},微信公众号,gh_{number:012x},测试发布{number},U{number % 3 + 1},"
        f"{f'http://{FEEDS}/feed/{number}' if number <= 15 else ''},自管,正常\n"
        for number in range(1, 21)
    )
    (folder / "accounts.csv").write_text(
        "账号编码,平台,平台账号,账号名称,主办单位编码,信息源地址,运维方式,状态\n" + accounts, encoding="utf-8"
    )


def main() -> None:
    folder = Path(sys.argv[1])
    write_folder(folder)
    estate = SmallEstate(folder, down=(FAULTY,))
    estate.start()
    print("ready", flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
