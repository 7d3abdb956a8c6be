"""Requests and replies at the level of bytes, with the readable peculiarities of old servers."""

from __future__ import annotations

import gzip
from dataclasses import dataclass, field

REASONS = {
    200: "OK", 206: "Partial Content", 301: "Moved Permanently", 302: "Found", 304: "Not Modified", 403: "Forbidden",
    404: "Not Found", 405: "Method Not Allowed", 412: "Precondition Failed", 429: "Too Many Requests",
    500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable", 521: "Web Server Is Down",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it came in; header names in lower case."""

    method: str
    target: str
    host: str
    headers: dict[str, str]
    body: str = ""
    secure: bool = False


@dataclass(slots=True)
class Reply:
    """What a host wants to be done.

    `action`: send, reset, close (without a word), half (then reset), tarpit, drip or endless. `delay` is in
    seconds and comes on top of the host's latency; `kind` is for the statistics.
    """

    status: int = 200
    body: bytes = b""
    content_type: str = "text/html"
    headers: dict[str, str] = field(default_factory=dict)
    action: str = "send"
    delay: float = 0.0
    kind: str = "page"
    length: int | None = None


def html(status: int, text: str, kind: str = "page") -> Reply:
    return Reply(status, text.encode(), "text/html; charset=utf-8", kind=kind)


def redirect(status: int, location: str) -> Reply:
    return Reply(status, b"<html><body>moved</body></html>", headers={"Location": location}, kind="redirect")


def encode(reply: Reply, request: Request, oddities: frozenset[str]) -> tuple[bytes, bool]:
    """The bytes of a reply, and whether the connection ends after them."""
    body, headers = reply.body, dict(reply.headers)
    wants_gzip = "gzip" in request.headers.get("accept-encoding", "")
    if len(body) > 600 and ("forced_gzip" in oddities or ("gzip" in oddities and wants_gzip)):
        body = gzip.compress(body, 1, mtime=0)
        headers["Content-Encoding"] = "gzip"
    closes = bool(oddities & {"close", "http10"}) or request.headers.get("connection", "").lower() == "close"
    if "no_type" not in oddities:
        headers["Content-Type"] = reply.content_type
    chunked = "chunked" in oddities and request.method != "HEAD" and reply.status == 200
    if chunked:
        headers["Transfer-Encoding"] = "chunked"
        body = _chunked(body)
    elif "http10" not in oddities or request.method == "HEAD":
        headers["Content-Length"] = str(len(body) if reply.length is None else reply.length)
    if closes:
        headers["Connection"] = "close"
    version = "HTTP/1.0" if "http10" in oddities else "HTTP/1.1"
    reason = "" if "no_reason" in oddities else f" {REASONS.get(reply.status, 'Unknown')}"
    newline = "\n" if "bare_lf" in oddities else "\r\n"
    lines = [f"{version} {reply.status}{reason}", *(f"{name}: {value}" for name, value in headers.items())]
    if "folded" in oddities:
        lines.append(f"X-Via: cache-01,{newline} cache-02")
    head = (newline.join(lines) + newline * 2).encode("latin-1", "replace")
    return (head if request.method == "HEAD" or reply.status == 304 else head + body), closes


def _chunked(body: bytes) -> bytes:
    parts = []
    for start in range(0, len(body), 16_384):
        piece = body[start : start + 16_384]
        parts += [f"{len(piece):X};ext=1\r\n".encode(), piece, b"\r\n"]
    return b"".join((*parts, b"0\r\n\r\n"))
