"""What each kind of host answers: filed sites, feeds and stores, the service platform, the rest of the world."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Protocol
from urllib.parse import parse_qsl

from monitor.rehearsal.plan import AccountPlan, SitePlan
from monitor.rehearsal.web import feeds, guides, walls
from monitor.rehearsal.web.look import look_of
from monitor.rehearsal.web.reply import Reply, Request, html, redirect
from monitor.rehearsal.web.site import DEAD_FOLDER, LEAF_ENDINGS, SitePages
from monitor.rehearsal.web.stock import style_stock

SLOW_SECONDS, INSIDE_SECONDS = 15.6, 13.7
LEAF_TYPES = {
    "css": "text/css",
    "js": "application/javascript",
    "jpg": "image/jpeg",
    "png": "image/png",
    "pdf": "application/pdf",
}
LAST_MODIFIED = "Wed, 01 Jul 2026 08:00:00 GMT"


class Host(Protocol):
    """One host name and how it answers."""

    oddities: frozenset[str]
    latency: float
    served: Counter[str]

    def answer(self, request: Request, slot: int | None) -> Reply: ...


def _leaf(request: Request, number: int, ending: str) -> Reply:
    """A file: its length always, its bytes only when asked."""
    length = 3_000 + number % 50_000
    reply = Reply(200, b"", LEAF_TYPES.get(ending, "application/octet-stream"), kind="leaf", length=length)
    if request.method == "HEAD":
        return reply
    stock = style_stock()
    body = (b"%PDF-1.4\n" if ending == "pdf" else b"") + stock[:length]
    wanted = request.headers.get("range", "")
    if wanted.startswith("bytes=0-") and wanted[8:].isdigit():
        reply.status, body = 206, body[: int(wanted[8:]) + 1]
        reply.headers["Content-Range"] = f"bytes 0-{len(body) - 1}/{length}"
    reply.body, reply.length = body, None
    return reply


class SiteHost:
    """A filed site."""

    def __init__(self, site: SitePlan, today: date, service_host: str) -> None:
        self.site = site
        self.today = today
        self.service_host = service_host
        self.oddities = site.behaviour.oddities
        self.latency = site.behaviour.latency
        self.served: Counter[str] = Counter()
        self._pages: SitePages | None = None
        self._home: bytes | None = None

    @property
    def pages(self) -> SitePages:
        """The pages, put together when the first visitor comes."""
        if self._pages is None:
            self._pages = SitePages(self.site, self.today, self.service_host)
        return self._pages

    def answer(self, request: Request, slot: int | None) -> Reply:
        permanent = self.site.behaviour.permanent
        if permanent and (reply := self._permanent(permanent, request)) is not None:
            return reply
        if self.site.scheme == "https" and not request.secure:
            return redirect(301, f"https://{self.site.host}{request.target}")
        if request.target == "/":
            fault = self.site.behaviour.faults.get(slot, "") if slot is not None else ""
            if fault and fault != "slow14" and (reply := self._fault(fault)) is not None:
                return reply
            reply = self._entrance(request)
            if fault:
                reply.delay = INSIDE_SECONDS
            return reply
        if "redirects_to_https" in self.oddities and not request.secure:
            return redirect(301, f"https://{self.site.host}{request.target}")
        return self._inner(request)

    def _permanent(self, permanent: str, request: Request) -> Reply | None:
        at_home = request.target in ("/", "/index.html")
        if permanent == "always_404":
            return html(404, "<html><body><h1>404 Not Found</h1></body></html>", "fault") if at_home else None
        if permanent == "always_503":
            return html(503, "<html><body><h1>503 Service Unavailable</h1></body></html>", "fault")
        if permanent == "redirect_loop":
            return redirect(302, "/index.html" if request.target == "/" else "/")
        if permanent == "redirect_off":
            away = (
                "http://www.guoqi-yuming.example/",
                "http://10.20.30.40/",
                "http://192.168.1.10:8080/index.html",
            )
            return redirect(302, away[self.site.index % 3])
        if permanent == "known_agents_only":
            agent = request.headers.get("user-agent", "")
            return None if walls.identified(agent) else walls.challenge("blocked_403", self.site.code)
        return walls.challenge(permanent, self.site.code)

    def _fault(self, fault: str) -> Reply | None:
        if fault in ("reset", "close", "tarpit"):
            return Reply(action=fault, kind="fault")
        if fault in ("half", "drip"):
            return Reply(200, self._home_bytes(), self._type(), action=fault, kind="fault")
        if fault == "slow":
            return Reply(200, self._home_bytes(), self._type(), delay=SLOW_SECONDS, kind="fault")
        return walls.refuses(fault, self.site.code)

    def _entrance(self, request: Request) -> Reply:
        if "redirects_to_https" in self.oddities and not request.secure:
            return redirect(301, f"https://{self.site.host}/")
        if "index_redirect" in self.oddities:
            return redirect(302, "/index.html")
        if "refresh_entrance" in self.oddities:
            text = '<html><head><meta http-equiv="refresh" content="0; url=/index.html"></head></html>'
            return Reply(200, text.encode(), "text/html", kind="home")
        return Reply(200, self._home_bytes(), self._type(), kind="home")

    def _home_bytes(self) -> bytes:
        if self._home is None:
            self._home = self.pages.render("/", self.pages.index["/"])
        return self._home

    def _type(self) -> str:
        return "text/html" if self.site.style % 3 else f"text/html; charset={self.site.behaviour.declared}"

    def _inner(self, request: Request) -> Reply:
        target = request.target
        if target == "/robots.txt":
            return self._robots()
        page = self.pages.find(target)
        if page is not None:
            if page.fault == "blocked":
                return walls.challenge("blocked_403", self.site.code)
            if page.fault == "reset":
                return Reply(action="reset", kind="fault")
            if request.method == "HEAD" and "head_405" in self.oddities:
                return html(405, "", "page")
            body = self._home_bytes() if page.kind == "home" else self.pages.render(target, page)
            return self._cached(
                request, Reply(200, body, self._type(), kind=page.kind if page.kind == "home" else "page")
            )
        return self._other(request)

    def _cached(self, request: Request, reply: Reply) -> Reply:
        """Validators, on hosts that have them and whose dates do not matter."""
        if "etag" in self.oddities and self.site.articles_dated:
            tag = f'"{len(reply.body):x}-{self.site.style:x}"'
            reply.headers["ETag"] = tag
            reply.headers["Last-Modified"] = LAST_MODIFIED
            if request.headers.get("if-none-match") == tag:
                return Reply(304, headers=reply.headers, kind="page")
        return reply

    def _robots(self) -> Reply:
        rules = {"none": "User-agent: *\nDisallow:\n", "some": "User-agent: *\nDisallow: /admin/\nDisallow: /search\n",
                 "all": "User-agent: *\nDisallow: /\n"}.get(self.site.behaviour.robots)  # fmt: skip
        return self._missing() if rules is None else Reply(200, rules.encode(), "text/plain", kind="robots")

    def _missing(self) -> Reply:
        status = 200 if "soft404" in self.oddities else 404
        text = f"<html><head><meta charset='utf-8'><title>{self.site.name}</title></head><body><h2>您访问的页面不存在或已被删除</h2></body></html>"
        return html(status, text, "missing")

    def _other(self, request: Request) -> Reply:
        target = request.target
        found = self.pages.find_data(target)
        if found is not None:
            answer, query = found
            if request.body:
                query |= dict(parse_qsl(request.body, keep_blank_values=True))
            return Reply(200, answer.answer(query), answer.content_type, kind="data")
        path, _, text = target.partition("?")
        if path in self.pages.scripts:
            return Reply(200, self.pages.scripts[path], "application/javascript", kind="leaf")
        ending = path.rpartition(".")[2].lower()
        if ending in LEAF_ENDINGS and not path.startswith(DEAD_FOLDER):
            if request.method == "HEAD" and "head_405" in self.oddities:
                return Reply(405, kind="leaf")
            return _leaf(request, len(path) * 7919, ending)
        return self._trap(path, dict(parse_qsl(text)), target)

    def _trap(self, path: str, query: dict[str, str], target: str) -> Reply:
        odd = self.oddities
        if path == "/rili/index.html" and "trap_calendar" in odd:
            return walls.calendar(query)
        if path.startswith("/portal/nav.jsp") and "trap_session" in odd:
            return walls.session_trap(target)
        if path == "/zhibo/live.html" and "endless" in odd:
            return Reply(action="endless", kind="trap")
        if path == "/video/play.html" and "tarpit_page" in odd:
            return Reply(action="tarpit", kind="trap")
        if path == "/video/broken.html" and "reset_page" in odd:
            return Reply(action="reset", kind="trap")
        if path == "/tu/map.html" and "deep_nesting" in odd:
            return walls.nested()
        if path in ("/search", "/mail/submit"):
            return html(
                200, "<html><head><title>检索结果</title></head><body><p>请使用浏览器访问</p></body></html>"
            )
        return self._missing()


class FeedHost:
    """Feeds of one league's accounts."""

    oddities: frozenset[str] = frozenset()
    latency = 0.03

    def __init__(self, accounts: Mapping[str, AccountPlan]) -> None:
        self.accounts = accounts
        self.served: Counter[str] = Counter()

    def answer(self, request: Request, slot: int | None) -> Reply:
        name = request.target.rpartition("/")[2].partition(".")[0]
        account = self.accounts.get(name)
        if account is None or not request.target.startswith("/feed/"):
            return html(200 if request.target.startswith("/p/") else 404, "<html><body></body></html>")
        if account.answer == "reset":
            return Reply(action="reset", kind="fault")
        status, content_type, body = feeds.feed_answer(account)
        return Reply(status, body, content_type, kind="feed")


class StoreHost:
    """The public look-up of an app store."""

    oddities: frozenset[str] = frozenset()
    latency = 0.05

    def __init__(self, accounts: Mapping[str, AccountPlan]) -> None:
        self.accounts = accounts
        self.served: Counter[str] = Counter()

    def answer(self, request: Request, slot: int | None) -> Reply:
        query = dict(parse_qsl(request.target.partition("?")[2]))
        status, content_type, body = feeds.store_answer(self.accounts.get(query.get("id", "")))
        return Reply(status, body, content_type, kind="store")


class ArticleHost:
    """Article pages of the biggest platform; anything that is nobody's source is a living page of no interest."""

    oddities: frozenset[str] = frozenset()
    latency = 0.04

    def __init__(self, accounts: Mapping[str, AccountPlan]) -> None:
        self.accounts = accounts
        self.served: Counter[str] = Counter()

    def answer(self, request: Request, slot: int | None) -> Reply:
        query = dict(parse_qsl(request.target.partition("?")[2]))
        account = self.accounts.get(query.get("mid", ""))
        if account is None:
            return html(404, "<html><body></body></html>")
        status, content_type, body = feeds.page_answer(account)
        return Reply(status, body, content_type, kind="article")


class ServiceHost:
    """The region's service platform: items and guides of sites whose services stand there; logins are closed."""

    oddities: frozenset[str] = frozenset()
    latency = 0.06

    def __init__(self, sites: Mapping[str, SitePlan]) -> None:
        self.sites = sites
        self.served: Counter[str] = Counter()

    def answer(self, request: Request, slot: int | None) -> Reply:
        parts = request.target.partition("?")[0].strip("/").split("/")
        site = self.sites.get(parts[1]) if len(parts) == 3 and parts[0] == "site" else None
        if site is None:
            text = '<html><head><title>统一身份认证</title></head><body><form action="/sso/login" method="post"><input name="user"><input type="password" name="pass"><button>登录</button></form></body></html>'
            return html(200 if parts[0] in ("sso", "") else 404, text)
        name = parts[2].removesuffix(".html")
        head = '<!DOCTYPE html><html><head><meta charset="utf-8"><title>{}</title></head><body><div class="top">内蒙古政务服务网（演练）</div>'
        if name == "index":
            rows = "".join(
                f'<li><a href="/site/{site.code}/{guide.number}.html">{guide.title}</a></li>'
                for guide in site.service.guides
            )
            return html(
                200,
                f"{head.format('办事指南')}<h2>{site.unit.name} 办事指南</h2><ul class='sx_list'>{rows}</ul></body></html>",
            )
        guide = next((guide for guide in site.service.guides if str(guide.number) == name), None)
        if guide is None:
            return html(404, "<html><body>404</body></html>")
        return html(
            200,
            head.format(guide.title)
            + guides.guide_body(look_of(site), guide, site.style, bare=False)
            + "</body></html>",
        )


class OutsideHost:
    """The rest of the world that sites link to: everything is there, and nothing of interest."""

    oddities: frozenset[str] = frozenset()
    latency = 0.03

    def __init__(self) -> None:
        self.served: Counter[str] = Counter()

    def answer(self, request: Request, slot: int | None) -> Reply:
        return html(
            200, "<html><head><title>outside</title></head><body><p>outside</p></body></html>", "outside"
        )
