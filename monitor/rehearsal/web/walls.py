"""Pages of those who do not let us in, and pages that lead a crawler astray."""

from __future__ import annotations

from monitor.rehearsal.families.base import hex32
from monitor.rehearsal.web.reply import Reply, html

KNOWN_LIBRARIES = (
    "curl/",
    "python",
    "scrapy",
    "wget",
    "go-http",
    "java/",
    "okhttp",
    "lychee",
    "libwww",
    "httpx",
)


def identified(agent: str) -> bool:
    """Whether a client says who it is: an address or a mailbox to turn to."""
    return "http://" in agent or "https://" in agent or "@" in agent or "联系" in agent


def challenge(kind: str, code: str) -> Reply:
    """A page instead of the page that was asked for."""
    token = hex32(code, kind)
    if kind == "blocked_412":
        text = (
            f'<!DOCTYPE html><html><head><meta charset="utf-8"><meta id="{token[:12]}" content="{token}" r=\'m\'>'
            f"<script r='m'>$_ts=window['$_ts'];if(!$_ts)$_ts={{}};$_ts.nsd={int(token[:4], 16)};$_ts.cd=\"{token * 40}\";</script>"
            f"<script src=\"/{token[:10]}/{token[10:20]}.js\" r='m'></script></head><body></body></html>"
        )
        return html(412, text, "wall")
    if kind == "blocked_521":
        reply = html(
            521,
            f"<script>document.cookie=('_')+('_jsl_clearance_s={token}');location.href=location.pathname</script>",
            "wall",
        )
        reply.headers["Set-Cookie"] = f"__jsluid_h={token}; max-age=31536000; path=/; HttpOnly"
        return reply
    if kind == "blocked_200":
        text = (
            "<html><head><meta charset='utf-8'><title>创宇盾提示您</title></head><body><h1>当前访问疑似黑客攻击，已被创宇盾拦截</h1>"
            f"<p>rule_id: {token[:8]} 如有疑问请联系网站管理员</p></body></html>"
        )
        return html(200, text, "wall")
    return html(
        403,
        "<html><head><title>403 Forbidden</title></head><body><center><h1>403 Forbidden</h1></center></body></html>",
        "wall",
    )


def refuses(fault: str, code: str) -> Reply:
    """An answer that says: not now, or not you."""
    if fault in ("412", "521"):
        return challenge(f"blocked_{fault}", code)
    return html(int(fault), f"<html><body><h1>{fault}</h1></body></html>", "fault")


def calendar(query: dict[str, str]) -> Reply:
    """A calendar that always has another month."""
    year, month = (
        int(query[name]) if query.get(name, "").isdigit() and len(query[name]) < 5 else 1
        for name in ("y", "m")
    )
    index = year * 12 + min(12, max(1, month)) - 1
    links = "".join(
        f'<a href="/rili/index.html?y={at // 12}&m={at % 12 + 1}">{at // 12}年{at % 12 + 1}月</a> '
        for at in (index - 1, index + 1, index + 12)
    )
    return html(
        200,
        f"<html><head><title>日历</title></head><body><h1>{year}年{month}月</h1>{links}<p>本月无安排</p></body></html>",
        "trap",
    )


def session_trap(target: str) -> Reply:
    """A page whose links carry another session each time."""
    links = "".join(
        f'<a href="/portal/nav.jsp;jsessionid={hex32(target, step).upper()}">导航{step}</a> '
        for step in range(3)
    )
    return html(200, f"<html><head><title>导航</title></head><body>{links}</body></html>", "trap")


def nested() -> Reply:
    """Tags inside tags inside tags."""
    depth = 20_000
    return html(
        200,
        "<html><head><title>导览</title></head><body>"
        + "<div>" * depth
        + "图"
        + "</div>" * depth
        + "</body></html>",
        "trap",
    )
