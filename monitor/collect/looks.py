"""From exchanges to one look: follow redirects ourselves, then say once what the answer came to.

A `Trail` is fed exchange by exchange and says which address to ask next; whoever drives it sends every hop
through the guard and the queues again, so a redirect gains neither an address nor a place in the line.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from monitor.collect.decode import decode_body
from monitor.collect.defences import status_failure
from monitor.collect.errors import CollectError
from monitor.collect.exchange import Exchange, Look
from monitor.collect.failures import Failure
from monitor.collect.settings import Limits
from monitor.collect.urls import host_of, in_filed_domain, join

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_READABLE = frozenset({Failure.TRUNCATED, Failure.PROTOCOL_ERROR})
_PACKED = ("zip", "gzip", "compressed", "octet-stream", "msword", "x-tar", "pdf")


@dataclass(slots=True)
class Trail:
    """One look under way. `filed_url` keeps redirects inside the filed domain; None lets them go anywhere public.

    `cookies` is the site's jar (host to Cookie value); it is filled only where a page redirects to itself
    to set one. With `exists` only the status matters, and no body is looked at.
    """

    url: str
    limits: Limits
    filed_url: str | None
    max_redirects: int
    method: str = "GET"
    post: str | None = None
    exists: bool = False
    cookies: dict[str, str] = field(default_factory=dict)
    hops: list[Exchange] = field(default_factory=list)
    at: str = ""
    failure: Failure | None = None
    detail: str = ""
    _seen: set[str] = field(default_factory=set)
    _cookie_tried: bool = False

    def __post_init__(self) -> None:
        self.at = self.url
        self._seen.add(self.url)

    def cookie(self) -> str | None:
        """The Cookie header for the address that is asked next."""
        return self.cookies.get(host_of(self.at)) if self.cookies else None

    def refuse(self, error: CollectError) -> None:
        """The guard did not let the next hop through."""
        self.failure, self.detail = error.failure, str(error)

    def take(self, exchange: Exchange) -> str | None:
        """Note an exchange; the next address where it redirects, None where the trail ends."""
        self.hops.append(exchange)
        if exchange.failure is not None or exchange.status not in _REDIRECTS:
            return None
        location = exchange.header("location")
        if location is None:
            return None
        target = join(self.at, _header_text(location))
        if target is None:
            self.failure, self.detail = Failure.BAD_URL, f"跳转目标无法识别: {location[:120]!r}"
            return None
        if not self._may_follow(exchange, target):
            return None
        if exchange.status == 303 or (exchange.status in {301, 302} and self.post is not None):
            self.post = None
            self.method = "HEAD" if self.method == "HEAD" else "GET"
        self._seen.add(target)
        self.at = target
        return target

    def _may_follow(self, exchange: Exchange, target: str) -> bool:
        if target == self.at and not self._cookie_tried and self._keep_cookies(exchange):
            self._cookie_tried = True
        elif target in self._seen:
            self.failure, self.detail = Failure.REDIRECT_LOOP, f"跳转回到 {target[:200]}"
            return False
        if len(self.hops) > self.max_redirects:
            self.failure, self.detail = Failure.TOO_MANY_REDIRECTS, f"跳转超过 {self.max_redirects} 次"
            return False
        if self.filed_url is not None and not in_filed_domain(target, self.filed_url):
            self.failure, self.detail = Failure.OFF_REGISTER, f"跳转到 {target[:200]}"
            self.at = target
            return False
        return True

    def _keep_cookies(self, exchange: Exchange) -> bool:
        pairs = [
            value.split(";", 1)[0].strip() for name, value in exchange.headers if name.lower() == "set-cookie"
        ]
        pairs = [pair for pair in pairs if "=" in pair and pair.isprintable()][:20]
        if not pairs or any(
            pair.startswith("__jsl") for pair in pairs
        ):  # a defence's token is never played along with
            return False
        self.cookies[host_of(self.at)] = "; ".join(pairs)[:4096]
        return True

    def look(self) -> Look:
        """What asking for the address came to, once the trail has ended."""
        if not self.hops:
            return Look(self.url, self.at, (), self.failure or Failure.INTERNAL, self.detail)
        return _judge(self)


def _header_text(value: str) -> str:
    """A header value as the server's author wrote it: raw UTF-8 or GBK instead of escapes is common."""
    raw = value.encode("latin-1", "replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")


def _judge_existence(trail: Trail) -> Look:
    last = trail.hops[-1]
    failure, detail = trail.failure, trail.detail or last.detail
    if failure is None:
        failure = last.failure
        if last.status is not None and (last.response_head or failure is None):
            failure = None if last.status == 416 else status_failure(last.status, last.headers, last.body)
    return Look(trail.url, trail.at, tuple(trail.hops), failure, detail)


def _judge(trail: Trail) -> Look:
    if trail.exists:
        return _judge_existence(trail)
    last = trail.hops[-1]
    coding = last.header("content-encoding") or ""
    packed = any(word in (last.header("content-type") or "") for word in _PACKED)
    decoded = decode_body(last.body, coding, trail.limits.decoded_bytes, packed_file=packed)
    detail = "; ".join(dict.fromkeys(text for text in (trail.detail, last.detail, decoded.detail) if text))
    failure = trail.failure
    if failure is None:
        failure = _answer_failure(last, decoded.body, decoded.failure)
        if failure is None and last.failure is not None:
            detail = f"protocol_error: {detail}"
    return Look(
        trail.url,
        trail.at,
        tuple(trail.hops),
        failure,
        detail,
        decoded.body,
        hashlib.sha256(decoded.body).hexdigest(),
    )


def _answer_failure(last: Exchange, body: bytes, unpacking: Failure | None) -> Failure | None:
    status = last.status
    if status is None:
        return last.failure or Failure.PROTOCOL_ERROR
    by_status = status_failure(status, last.headers, body)
    if by_status is not None and (last.failure is None or status >= 400):
        return by_status  # a page that says "not found" has said so, even if it broke off afterwards
    broken = last.failure or unpacking
    if broken in _READABLE and looks_whole(body):
        return None  # answered, but badly: the page can be read to its end
    return broken


def looks_whole(body: bytes) -> bool:
    """Whether a page's end is there."""
    return b"</html" in body[-2048:].lower()
