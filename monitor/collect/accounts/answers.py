"""What an answer or a library's error means, mapped once to the collector's list of failures."""

from __future__ import annotations

import errno
import ssl
from collections.abc import Iterator

import httpcore

from monitor.collect.accounts.pinned import WireLimit
from monitor.collect.exchange import Exchange
from monitor.collect.failures import Failure
from monitor.collect.guard import CollectError

_LATE = {
    "connect": Failure.CONNECT_TIMEOUT,
    "tls": Failure.TLS_TIMEOUT,
    "head": Failure.FIRST_BYTE_TIMEOUT,
    "body": Failure.BODY_TIMEOUT,
}
_ERRNOS = {
    errno.ECONNREFUSED: Failure.CONNECT_REFUSED,
    errno.ECONNRESET: Failure.RESET,
    errno.ECONNABORTED: Failure.RESET,
    errno.EPIPE: Failure.RESET,
    errno.ETIMEDOUT: Failure.CONNECT_TIMEOUT,
    errno.ENETUNREACH: Failure.UNREACHABLE,
    errno.EHOSTUNREACH: Failure.UNREACHABLE,
    errno.ENETDOWN: Failure.OUR_NETWORK,
    errno.EMFILE: Failure.INTERNAL,
    errno.ENFILE: Failure.INTERNAL,
}
_PROTOCOL = (
    ("without sending a response", Failure.EMPTY_REPLY),
    ("without sending complete message body", Failure.TRUNCATED),
    ("incomplete chunked read", Failure.TRUNCATED),
    ("Receive buffer too long", Failure.HEADERS_TOO_LARGE),
)
_STATUSES = {
    401: Failure.BLOCKED,
    403: Failure.BLOCKED,
    404: Failure.NOT_FOUND,
    410: Failure.GONE,
    412: Failure.SCRIPT_CHALLENGE,
    429: Failure.RATE_LIMITED,
    521: Failure.SCRIPT_CHALLENGE,
}
_DEFENCES = ("创宇盾", "acw_sc__v2", "网站防火墙", "安全狗", "玄武盾", "奇安信", "网防G01", "云防护")


def failure_of_error(error: Exception, phase: str) -> tuple[Failure, str]:
    """The failure behind an error, given the phase (connect, tls, head, body) in which it came up."""
    detail = f"{type(error).__name__}: {error}"[:300]
    chain = list(_causes(error))
    for cause in chain:
        if isinstance(cause, WireLimit | CollectError):
            return cause.failure, str(cause)[:300]
    if isinstance(error, TimeoutError | httpcore.TimeoutException):
        return _LATE[phase], detail
    for cause in chain:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return Failure.TLS_CERTIFICATE, cause.verify_message or str(cause)[:300]
    if isinstance(error, httpcore.RemoteProtocolError):
        known = next((kind for words, kind in _PROTOCOL if words in str(error)), Failure.PROTOCOL_ERROR)
        return known, detail
    if any(isinstance(cause, ssl.SSLError) for cause in chain):
        return (Failure.TLS_HANDSHAKE if phase == "tls" else Failure.RESET), detail
    numbers = (cause.errno for cause in chain if isinstance(cause, OSError))
    known_number = next((_ERRNOS[number] for number in numbers if number in _ERRNOS), None)
    if known_number is not None:
        return known_number, detail
    if isinstance(error, httpcore.NetworkError):
        return (Failure.UNREACHABLE if phase == "connect" else Failure.RESET), detail
    if isinstance(error, httpcore.ProtocolError):
        return Failure.PROTOCOL_ERROR, detail
    return Failure.INTERNAL, detail


def failure_of_status(
    status: int, headers: tuple[tuple[str, str], ...], body: bytes
) -> tuple[Failure | None, str]:
    """What a status says once the whole answer is there; a redirect is no failure by itself."""
    if 200 <= status < 300:
        return None, ""
    if status in {301, 302, 303, 307, 308}:
        has_target = any(name.lower() == "location" and value for name, value in headers)
        return (None, "") if has_target else (Failure.PROTOCOL_ERROR, f"HTTP {status} 没有给出跳转地址")
    detail = f"HTTP {status}"
    if status in _STATUSES:
        return _STATUSES[status], detail
    if 400 <= status < 500:
        text = body[:20_000].decode("utf-8", "replace")
        return (Failure.BLOCKED if any(name in text for name in _DEFENCES) else Failure.CLIENT_ERROR), detail
    if 500 <= status < 600:
        return Failure.SERVER_ERROR, detail
    return Failure.PROTOCOL_ERROR, detail


def retry_after(exchange: Exchange) -> float | None:
    """Seconds that a server asks us to wait, where it says so in seconds."""
    value = exchange.header("retry-after") or ""
    return float(value) if value.isascii() and value.isdigit() and len(value) < 6 else None


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and everything it was raised from, groups taken apart."""
    waiting: list[BaseException | None] = [error]
    known: set[int] = set()
    while waiting:
        current = waiting.pop(0)
        if current is None or id(current) in known or len(known) > 50:
            continue
        known.add(id(current))
        yield current
        if isinstance(current, BaseExceptionGroup):
            waiting += current.exceptions
        waiting += (current.__cause__, current.__context__)
