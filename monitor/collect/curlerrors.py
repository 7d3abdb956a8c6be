"""libcurl's errors, mapped once to the project's own list; nobody else knows libcurl's codes."""

from __future__ import annotations

import errno
from dataclasses import dataclass

import pycurl

from monitor.collect.failures import Failure

_OS_CONNECT = {
    errno.ECONNREFUSED: Failure.CONNECT_REFUSED,
    errno.ECONNRESET: Failure.RESET,
    errno.ECONNABORTED: Failure.RESET,
    errno.ETIMEDOUT: Failure.CONNECT_TIMEOUT,
    errno.EHOSTUNREACH: Failure.UNREACHABLE,
    errno.ENETUNREACH: Failure.UNREACHABLE,
    errno.EHOSTDOWN: Failure.UNREACHABLE,
    errno.ENETDOWN: Failure.OUR_NETWORK,
    errno.EADDRNOTAVAIL: Failure.OUR_NETWORK,
    errno.EACCES: Failure.OUR_NETWORK,
    errno.EPERM: Failure.OUR_NETWORK,
    errno.EMFILE: Failure.INTERNAL,
    errno.ENFILE: Failure.INTERNAL,
    errno.ENOBUFS: Failure.INTERNAL,
    errno.ENOMEM: Failure.INTERNAL,
}
_RESETS = frozenset({errno.ECONNRESET, errno.EPIPE, errno.ECONNABORTED})
_SIMPLE = {
    pycurl.E_URL_MALFORMAT: Failure.BAD_URL,
    pycurl.E_PARTIAL_FILE: Failure.TRUNCATED,
    pycurl.E_GOT_NOTHING: Failure.EMPTY_REPLY,
    pycurl.E_PEER_FAILED_VERIFICATION: Failure.TLS_CERTIFICATE,
    pycurl.E_SSL_CIPHER: Failure.TLS_HANDSHAKE,
    pycurl.E_SSL_ISSUER_ERROR: Failure.TLS_HANDSHAKE,
    pycurl.E_SSL_INVALIDCERTSTATUS: Failure.TLS_HANDSHAKE,
    pycurl.E_UNSUPPORTED_PROTOCOL: Failure.PROTOCOL_ERROR,
    pycurl.E_BAD_CONTENT_ENCODING: Failure.PROTOCOL_ERROR,
    8: Failure.PROTOCOL_ERROR,  # CURLE_WEIRD_SERVER_REPLY, under its FTP name in pycurl
    100: Failure.HEADERS_TOO_LARGE,  # CURLE_TOO_LARGE
    pycurl.E_FILESIZE_EXCEEDED: Failure.TOO_LARGE,
    pycurl.E_OUT_OF_MEMORY: Failure.INTERNAL,
}


@dataclass(frozen=True, slots=True)
class Reached:
    """How far a transfer came: connected, handshake over, whole head received, bytes of body."""

    connected: bool
    secured: bool
    head_done: bool
    body_bytes: int


def _time_out(secure: bool, reached: Reached) -> Failure:
    if not reached.connected:
        return Failure.CONNECT_TIMEOUT
    if secure and not reached.secured:
        return Failure.TLS_TIMEOUT
    # A head that drips in without ever ending is no answer yet.
    return Failure.BODY_TIMEOUT if reached.head_done else Failure.FIRST_BYTE_TIMEOUT


def _received(text: str, os_errno: int, reached: Reached) -> Failure:
    lowered = text.lower()
    if os_errno in _RESETS or "reset" in lowered:
        return Failure.RESET
    if "too large" in lowered and ("header" in lowered or "line" in lowered):
        return Failure.HEADERS_TOO_LARGE
    if "chunk" in lowered or "header" in lowered or "http" in lowered:
        return Failure.PROTOCOL_ERROR
    if "ssl" in lowered or "eof" in lowered:
        return Failure.TRUNCATED if reached.head_done else Failure.EMPTY_REPLY
    if os_errno == errno.ETIMEDOUT:
        return _time_out(False, reached)
    return Failure.RESET if os_errno else Failure.PROTOCOL_ERROR


def map_error(code: int, text: str, os_errno: int, secure: bool, reached: Reached) -> Failure:
    """The failure that a libcurl error code means for a transfer that came as far as `reached`."""
    if code == pycurl.E_OPERATION_TIMEDOUT:
        return _time_out(secure, reached)
    if code == pycurl.E_COULDNT_CONNECT:
        return _OS_CONNECT.get(
            os_errno, Failure.CONNECT_REFUSED if "refused" in text.lower() else Failure.UNREACHABLE
        )
    if code == pycurl.E_SSL_CONNECT_ERROR:
        return Failure.RESET if os_errno in _RESETS or "reset by peer" in text else Failure.TLS_HANDSHAKE
    if code in (pycurl.E_RECV_ERROR, pycurl.E_CHUNK_FAILED):
        return _received(text, os_errno, reached)
    if code == pycurl.E_SEND_ERROR:
        return Failure.RESET
    return _SIMPLE.get(code, Failure.INTERNAL)
