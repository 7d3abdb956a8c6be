"""Tell a defence's page from the site's own, and say what a final status means.

Never solve a challenge: a page behind one is unobserved. Markers are those of `sites as they are`; bodies
above a few kilobytes are real pages that may merely quote them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from monitor.collect.failures import Failure

_LARGEST_CHALLENGE = 16 * 1024
_SCRIPT_MARKERS = (
    b"$_ts=",
    b"$_ts =",
    b"$_ts.nsd",
    b"$_ts.cd",
    b"$_ts[",
    b"__jsl_clearance",
    b"acw_sc__v2",
    b"_waf_bd8ce2ce37",
    b"cf-browser-verification",
    b"/cdn-cgi/challenge-platform/",
)
_BLOCK_MARKERS = tuple(
    word.encode(charset)
    for word in (
        "创宇盾提示",
        "创宇盾",
        "玄武盾",
        "安全狗",
        "网站防火墙",
        "您的请求带有不合法参数",
        "访问被拦截",
        "请求被拦截",
        "访问行为存在异常",
        "电信云防护",
        "奇安信网站卫士",
        "您的访问被阻断",
        "Request blocked by",
        "errors.aliyun.com",
    )
    for charset in ("utf-8", "gb18030")
)
_CHALLENGE_COOKIES = ("__jsl_clearance", "__jsluid")
_BLOCKED_STATUS = frozenset({401, 403, 405, 418, 567})
_OWN_STATUS = {404: Failure.NOT_FOUND, 410: Failure.GONE, 429: Failure.RATE_LIMITED}


def _cookie_names(headers: Iterable[tuple[str, str]]) -> Iterable[str]:
    return (value.split("=", 1)[0].strip() for name, value in headers if name.lower() == "set-cookie")


def challenge_in(status: int, headers: tuple[tuple[str, str], ...], body: bytes) -> Failure | None:
    """`SCRIPT_CHALLENGE` or `BLOCKED` where the answer is a defence's, whatever its status; else None."""
    if status == 412:
        scripted = any(marker in body for marker in _SCRIPT_MARKERS)
        return Failure.SCRIPT_CHALLENGE if scripted else Failure.BLOCKED
    if status == 521 and any(name.startswith(_CHALLENGE_COOKIES) for name in _cookie_names(headers)):
        return Failure.SCRIPT_CHALLENGE
    if len(body) <= _LARGEST_CHALLENGE:
        if any(marker in body for marker in _SCRIPT_MARKERS):
            # Behind a passed defence real pages carry its script as well; they have text of their own.
            return Failure.SCRIPT_CHALLENGE if status != 200 or not _has_text(body) else None
        if any(marker in body for marker in _BLOCK_MARKERS) and (status != 200 or not _has_text(body)):
            return Failure.BLOCKED
    if status == 406 and b"#ENCODED#" in body:
        return Failure.BLOCKED
    return Failure.BLOCKED if status in _BLOCKED_STATUS else None


_SCRIPTS = re.compile(
    rb"<script\b.*?(?:</script\s*>|\Z)|<style\b.*?(?:</style\s*>|\Z)|<!--.*?-->|<[^>]*>", re.S | re.I
)


def _has_text(body: bytes) -> bool:
    """Whether more than a notice's worth of text stands outside scripts."""
    return len(b"".join(_SCRIPTS.sub(b"", body).split())) > 1200


def status_failure(status: int, headers: tuple[tuple[str, str], ...], body: bytes) -> Failure | None:
    """What a final (not redirecting) status and its body mean; None for a whole 2xx of the site's own."""
    defence = challenge_in(status, headers, body)
    if defence is not None:
        return defence
    if 200 <= status < 300:
        return None
    if status in _OWN_STATUS:
        return _OWN_STATUS[status]
    if status >= 500:
        return Failure.SERVER_ERROR
    return Failure.CLIENT_ERROR if status >= 400 else Failure.PROTOCOL_ERROR
