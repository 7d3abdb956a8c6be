"""Web pages that come where something else was asked for: challenges, blocks, log-in walls, plain pages."""

from __future__ import annotations

import re
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser

from monitor.collect.accounts.reasons import AccountGap, Reason
from monitor.collect.failures import Failure

_LOOK_AT = 40_000
_CHALLENGES = (
    re.compile(r"\$_ts(?:\.nsd|\.cd|\s*=|\[)"),  # 瑞数
    re.compile(r"__jsl_clearance"),  # 加速乐
    re.compile(r"acw_sc__v2"),  # 阿里云
    re.compile(r"cf-browser-verification|challenge-platform|_cf_chl_opt"),
    re.compile(r"geetest|TencentCaptcha\("),
)
_BLOCKS = re.compile(
    r"创宇盾|网站防火墙|安全狗|玄武盾|云防护|访问被(?:阻断|拦截|拒绝)|请求(?:被|存在)(?:拦截|异常)|环境异常|访问过于频繁"
    r"|Access Denied|Request blocked",
    re.IGNORECASE,
)
_LOGINS = re.compile(r"""<input[^<>]{0,200}type=["']?password""", re.IGNORECASE)
_SHORT = 1_500


def tell_page(text: str) -> Reason:
    """What kind of page stands where a feed or a list was expected; an ordinary page is `not_a_feed`.

    Words count only on short pages, where they are the page's message and not somebody's article.
    """
    head = text[:_LOOK_AT]
    if any(pattern.search(head) for pattern in _CHALLENGES) and len(_visible(head)) < _SHORT:
        return Failure.SCRIPT_CHALLENGE
    if _BLOCKS.search(head) and len(_visible(head)) < _SHORT:
        return Failure.BLOCKED
    if _LOGINS.search(head) and len(_visible(head)) < _SHORT:
        return AccountGap.LOGIN_WALL
    return AccountGap.NOT_A_FEED


def declared_feed(text: str, base: str) -> str | None:
    """The address of the feed that a web page declares in its head, if it declares one."""
    head = text[:_LOOK_AT]
    if "alternate" not in head:
        return None
    for node in LexborHTMLParser(head).css("link[rel~='alternate'][href]"):
        kind = (node.attributes.get("type") or "").lower()
        if kind in {"application/rss+xml", "application/atom+xml", "application/feed+json"}:
            try:
                return urljoin(base, node.attributes.get("href") or "")
            except ValueError:
                return None
    return None


def _visible(markup: str) -> str:
    tree = LexborHTMLParser(markup)
    tree.strip_tags(["script", "style", "noscript"])
    return " ".join((tree.body.text(separator=" ") if tree.body is not None else "").split())
