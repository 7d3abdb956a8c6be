"""Five sites and twenty accounts on loopback: the smallest estate on which the whole line can be walked.

Site 1 is in order, site 2 has not been updated for 15 days, site 3 for exactly 14, site 4 refuses one visit in
ten, site 5 is never there. Accounts a01 to a10 posted in time, a11 to a15 did not, a16 to a20 have no source.
"""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from monitor.times import SHANGHAI

AS_OF = datetime(2026, 9, 28, 9, tzinfo=SHANGHAI)
FEEDS = "feeds.example.cn"
STALE_DAYS = {"1501000001": 1, "1501000002": 15, "1501000003": 14, "1501000004": 2, "1501000005": 1}
HOSTS = {code: f"www{number}.example.gov.cn" for number, code in enumerate(STALE_DAYS, start=1)}


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
    menu = '<ul class="nav"><li><a href="/">首页</a></li><li><a href="/xw/">新闻动态</a></li></ul>'
    return page("测试旗人民政府", f'<div class="nav">{menu}</div><div class="main"><h2>新闻动态</h2><ul>{rows}</ul></div>')


def feed(number: int) -> bytes:
    back = 3 if number <= 10 else 20
    moment = AS_OF - timedelta(days=back)
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>发布</title>'
        f"<item><title>便民提示</title><link>http://{FEEDS}/p/{number}</link>"
        f"<pubDate>{moment:%a, %d %b %Y %H:%M:%S} +0800</pubDate></item></channel></rss>"
    ).encode()


@dataclass
class SmallEstate:
    """The servers and what was asked of them."""

    folder: Path
    asked: Counter[str] = field(default_factory=Counter)
    servers: list[ThreadingHTTPServer] = field(default_factory=list)

    def answer(self, host: str, path: str) -> tuple[int, str, bytes]:
        self.asked[host] += 1
        if host == FEEDS:
            return 200, "application/rss+xml", feed(int(path.rsplit("/", 1)[1]))
        code = next(code for code, name in HOSTS.items() if name == host)
        if code == "1501000004" and path == "/" and self.asked[host] % 10 == 0:
            return 503, "text/html", page("维护中", "服务暂不可用")
        if path == "/":
            return 200, "text/html; charset=utf-8", home(code)
        if path == "/xw/":
            return 200, "text/html; charset=utf-8", home(code).replace("测试旗人民政府".encode(), "新闻动态".encode())
        if path.startswith("/xw/") and path.endswith(".html"):
            body = f"<h1>测试旗召开工作会议</h1><p>发布时间：{day(STALE_DAYS[code])}</p><p>{'正文内容。' * 40}</p>"
            return 200, "text/html; charset=utf-8", page("工作会议", body)
        return 404, "text/html; charset=utf-8", page("404", "您访问的页面不存在")

    def start(self) -> None:
        lines = []
        for number, host in enumerate([*(h for c, h in HOSTS.items() if c != "1501000005"), FEEDS], start=1):
            server = ThreadingHTTPServer((f"127.0.5.{number}", 0), self._handler())
            server.daemon_threads = True
            threading.Thread(target=server.serve_forever, daemon=True).start()
            self.servers.append(server)
            lines.append(f"{host} 127.0.5.{number}:{server.server_address[1]}")
        (self.folder / "hosts.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        estate = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                host = (self.headers.get("Host") or "").split(":")[0]
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
