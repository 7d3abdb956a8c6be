"""One libcurl multi handle: many requests at once, each to the address that the guard has pinned.

Nothing is followed, decoded or judged here. A transfer ends as an `Exchange`, with whatever came before
it broke. Certificates are judged strictly on a host's first connection; where they fail, the fault is kept
and the fetch goes on leniently, because a verdict on a certificate is not the ability to read a page.
"""

from __future__ import annotations

import re
import select
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

import pycurl

from monitor.collect.curlerrors import Reached, map_error
from monitor.collect.exchange import Exchange, Phases
from monitor.collect.failures import Failure
from monitor.collect.guard import Pinned
from monitor.collect.roots import trusted_roots
from monitor.collect.settings import CollectSettings, Limits

SHANGHAI = ZoneInfo("Asia/Shanghai")
_TARGET = re.compile(r"https?://[^/?#]*")
_IN = select.EPOLLIN | select.EPOLLHUP | select.EPOLLERR | select.EPOLLPRI
# How long answers are handed out before the sockets are looked at again.
_SLICE = 0.03
_ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@dataclass(slots=True)
class Request:
    """One request to be made. `port` is the URL's own; `host` is what the Host header says of it.

    `enough` bytes of body end the transfer well (0: the whole body is wanted). `fresh` forbids reuse of a
    connection both ways, `keep` false closes it afterwards.
    """

    url: str
    pinned: Pinned
    limits: Limits
    method: str = "GET"
    headers: tuple[str, ...] = ()
    post: bytes | None = None
    enough: int = 0
    fresh: bool = False
    keep: bool = True
    host: str = field(default="", init=False)
    secure: bool = field(default=False, init=False)
    lenient_again: bool = field(default=False, init=False)
    slot: _Slot | None = field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        scheme, _, rest = self.url.partition("://")
        self.secure = scheme == "https"
        self.host = re.split(r"[/?#]", rest, maxsplit=1)[0].rpartition("@")[2]

    @property
    def address(self) -> str:
        """`ip:port` connected to."""
        ip = f"[{self.pinned.ip}]" if ":" in self.pinned.ip else self.pinned.ip
        return f"{ip}:{self.pinned.port}"


Done = Callable[[Exchange], None]


class _Slot:
    """One reusable easy handle with what its present transfer has brought so far."""

    def __init__(self, roots: str) -> None:
        self.request: Request | None = None
        self.done: Done | None = None
        self.body: list[bytes] = []
        self.head: list[bytes] = []
        self.size = self.head_bytes = self.interim = 0
        self.stalled = 0.0
        self.head_done = False
        self.stopped: Failure | None = None
        self.headers_sent: list[str] = []
        self.started = datetime.now(SHANGHAI)
        curl = self.curl = pycurl.Curl()
        for option, value in (
            (pycurl.NOSIGNAL, 1),
            (pycurl.HTTP_VERSION, pycurl.CURL_HTTP_VERSION_1_1),
            (pycurl.HTTP09_ALLOWED, 1),
            (pycurl.HTTP_CONTENT_DECODING, 0),
            (pycurl.FOLLOWLOCATION, 0),
            (pycurl.PATH_AS_IS, 1),
            (pycurl.PROXY, ""),
            (pycurl.NOPROXY, "*"),
            (pycurl.PROTOCOLS, pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS),
            (pycurl.BUFFERSIZE, 131072),
            (pycurl.TCP_NODELAY, 1),
            (pycurl.SSLVERSION, pycurl.SSLVERSION_TLSv1),
            (pycurl.SSL_CIPHER_LIST, "DEFAULT:@SECLEVEL=0"),
            (pycurl.SSL_ENABLE_ALPN, 0),
            (pycurl.CAINFO, roots),
            (pycurl.EXPECT_100_TIMEOUT_MS, 0),
            (pycurl.WRITEFUNCTION, self.on_body),
            (pycurl.HEADERFUNCTION, self.on_header),
        ):
            curl.setopt(option, value)

    def begin(self, request: Request, done: Done) -> None:
        self.request, self.done = request, done
        self.body, self.head = [], []
        self.size = self.head_bytes = self.interim = 0
        self.head_done, self.stopped = False, None
        self.started = datetime.now(SHANGHAI)

    def on_header(self, line: bytes) -> int | None:
        self.head_bytes += len(line)
        request = self.request
        if request is None or self.head_bytes > request.limits.head_bytes:
            self.stopped = Failure.HEADERS_TOO_LARGE
            return -1
        if self.head_done:
            if not line.startswith(b"HTTP/"):  # a trailer after a chunked body
                return None
            self.head_done = False
            self.head.clear()
        self.head.append(line)
        if line in {b"\r\n", b"\n"}:
            self.head_done = True
            if self.head[0][9:10] == b"1":
                self.interim += 1
                if self.interim > request.limits.interim_answers:
                    self.stopped = Failure.HEADERS_TOO_LARGE
                    return -1
        return None

    def on_body(self, data: bytes) -> int | None:
        self.size += len(data)
        request = self.request
        if request is None:
            return -1
        self.body.append(data)
        if self.size > request.limits.body_bytes:
            self.stopped = Failure.TOO_LARGE
            return -1
        if request.enough and self.size >= request.enough:
            return -1
        return None


class Transport:
    """Drives transfers; `start` them, call `poll` in a loop, and each `done` is called once from there."""

    def __init__(self, settings: CollectSettings, connections: int | None = None) -> None:
        self._settings = settings
        self._roots = str(trusted_roots(settings.ca_file, settings.evidence))
        self._multi = pycurl.CurlMulti()
        self._epoll = select.epoll()
        self._due: float | None = None
        self._idle: list[_Slot] = []
        self._busy: dict[pycurl.Curl, _Slot] = {}
        self._certificates: dict[str, str | None] = {}
        self._finished: deque[tuple[Done, Exchange]] = deque()
        self._left_at = time.monotonic()
        self._stalled = 0.0
        self._common = (f"User-Agent: {settings.user_agent}", f"Accept: {_ACCEPT}",
                        "Accept-Language: zh-CN,zh;q=0.9,mn;q=0.5", "Accept-Encoding: gzip, deflate")  # fmt: skip
        self._multi.setopt(pycurl.M_MAXCONNECTS, connections or settings.total_connections)
        self._multi.setopt(pycurl.M_SOCKETFUNCTION, self._on_socket)
        self._multi.setopt(pycurl.M_TIMERFUNCTION, self._on_timer)

    @property
    def busy(self) -> int:
        """Transfers under way."""
        return len(self._busy)

    def close(self) -> None:
        """Break off everything and free the handles; nothing is reported any more."""
        for curl in list(self._busy):
            self._multi.remove_handle(curl)
            curl.close()
        for slot in self._idle:
            slot.curl.close()
        self._busy.clear()
        self._idle.clear()
        self._finished.clear()
        self._multi.close()
        self._epoll.close()

    def _on_socket(self, what: int, fd: int, multi: object, data: object) -> None:
        if what == pycurl.POLL_REMOVE:
            with suppress(OSError, ValueError):  # libcurl may have closed it already
                self._epoll.unregister(fd)
            return
        mask = (_IN if what & pycurl.POLL_IN else 0) | (select.EPOLLOUT if what & pycurl.POLL_OUT else 0)
        try:
            self._epoll.modify(fd, mask)
        except FileNotFoundError:
            self._epoll.register(fd, mask)

    def _on_timer(self, milliseconds: int) -> None:
        self._due = None if milliseconds < 0 else time.monotonic() + milliseconds / 1000

    def start(self, request: Request, done: Done) -> None:
        """Begin one transfer; `done(exchange)` is called from a later `poll`."""
        slot = self._idle.pop() if self._idle else _Slot(self._roots)
        slot.begin(request, done)
        slot.stalled = self._stalled
        self._prepare(slot, request)
        self._busy[slot.curl] = slot
        request.slot = slot
        self._multi.add_handle(slot.curl)

    @staticmethod
    def was_sent(request: Request) -> bool:
        """Whether a request that was started has gone out (true as well where it has ended)."""
        slot = request.slot
        if slot is None or slot.request is not request:
            return True
        return bool(slot.curl.getinfo(pycurl.REQUEST_SIZE) > 0)

    def _prepare(self, slot: _Slot, request: Request) -> None:
        curl, setopt = slot.curl, slot.curl.setopt
        if request.secure:
            # The real name stands in the URL (server name, certificate); the connection goes to the pin.
            setopt(pycurl.URL, request.url)
            setopt(pycurl.CONNECT_TO, [f"::{request.address}"])
            strict = self._certificates.get(request.host) is None
            setopt(pycurl.SSL_VERIFYPEER, int(strict))
            setopt(pycurl.SSL_VERIFYHOST, 2 if strict else 0)
        else:
            # The pin stands in the URL, so that all hosts of one address share its connections.
            setopt(pycurl.URL, f"http://{request.address}{_target_of(request.url)}")
            curl.unsetopt(pycurl.CONNECT_TO)
        headers = [f"Host: {request.host}", *self._common, *request.headers]
        if request.post is not None:
            setopt(pycurl.POSTFIELDS, request.post)
            if not any(header.lower().startswith("content-type:") for header in request.headers):
                headers.append("Content-Type: application/x-www-form-urlencoded")
            headers.append("Expect:")
        elif request.method == "HEAD":
            setopt(pycurl.NOBODY, 1)
        else:
            setopt(pycurl.HTTPGET, 1)
        slot.headers_sent = headers
        setopt(pycurl.HTTPHEADER, headers)
        limits = request.limits
        setopt(pycurl.CONNECTTIMEOUT_MS, int(limits.connect_seconds * 1000))
        setopt(pycurl.TIMEOUT_MS, int(limits.total_seconds * 1000))
        setopt(pycurl.FRESH_CONNECT, int(request.fresh))
        setopt(pycurl.FORBID_REUSE, int(request.fresh or not request.keep))

    def poll(self, timeout: float) -> int:
        """Let transfers go on for at most `timeout` seconds, then hand out what ended; the number handed out.

        What is done with an answer may take long (parsing). It is handed out in slices, so that the others'
        bytes are read in time, and what we were away for is never booked as somebody's time-out.
        """
        now = time.monotonic()
        self._stalled += max(0.0, now - self._left_at - _SLICE * 3)
        if self._finished:
            timeout = 0.0
        elif self._due is not None:
            timeout = min(timeout, max(0.0, self._due - now))
        events = self._epoll.poll(timeout, 512)
        action = self._multi.socket_action
        for fd, mask in events:
            flags = (pycurl.CSELECT_IN if mask & _IN else 0) | (
                pycurl.CSELECT_OUT if mask & select.EPOLLOUT else 0
            )
            if mask & (select.EPOLLERR | select.EPOLLHUP):
                flags |= pycurl.CSELECT_ERR
            action(fd, flags)
        if self._due is not None and time.monotonic() >= self._due:
            self._due = None
            action(pycurl.SOCKET_TIMEOUT, 0)
        self._collect()
        self._left_at = time.monotonic()
        return self._hand_out(self._left_at + _SLICE)

    def _hand_out(self, until: float) -> int:
        number = 0
        while self._finished:
            done, exchange = self._finished.popleft()
            done(exchange)
            number += 1
            if time.monotonic() > until:
                break
        return number

    def _collect(self) -> None:
        queued = 1
        while queued:
            queued, fine, broken = self._multi.info_read(256)
            for curl in fine:
                self._finish(curl, 0, "")
            for curl, code, text in broken:
                self._finish(curl, code, text)

    def _finish(self, curl: pycurl.Curl, code: int, text: str) -> None:
        slot = self._busy.pop(curl)
        request = slot.request
        self._multi.remove_handle(curl)
        done = slot.done
        if request is None or done is None:
            return
        if request.secure and self._certificates.get(request.host, "") == "" and code == 0:
            self._certificates[request.host] = None
        if code == pycurl.E_PEER_FAILED_VERIFICATION and not request.lenient_again:
            # Judged; now read the page all the same, with the whole time that any other request has.
            self._certificates[request.host] = text or "certificate not accepted"
            request.lenient_again = True
            self._recycle(slot)
            self.start(request, done)
            return
        exchange = self._exchange(slot, request, code, text)
        reused = curl.getinfo(pycurl.NUM_CONNECTS) == 0
        self._recycle(slot)
        if (
            exchange.failure is Failure.PROTOCOL_ERROR
            and not exchange.response_head
            and reused
            and not request.fresh
        ):
            # What the last answer left behind on the connection is not this one's fault.
            request.fresh = True
            self.start(request, done)
            return
        self._finished.append((done, exchange))

    def _recycle(self, slot: _Slot) -> None:
        slot.request = None
        slot.body, slot.head = [], []
        if len(self._idle) < 256:
            self._idle.append(slot)
        else:
            slot.curl.close()

    def _exchange(self, slot: _Slot, request: Request, code: int, text: str) -> Exchange:
        info = slot.curl.getinfo
        connected = info(pycurl.CONNECT_TIME)
        secured = info(pycurl.APPCONNECT_TIME) if request.secure else 0.0
        # Where a transfer breaks off early, libcurl sets the later moments to its end; the size tells.
        sent = info(pycurl.REQUEST_SIZE) > 0
        status = info(pycurl.RESPONSE_CODE) or None
        failure: Failure | None = None
        detail = ""
        if code == pycurl.E_WRITE_ERROR:
            failure = slot.stopped
            detail = "" if failure is None else f"收到 {slot.size or slot.head_bytes} 字节后停止"
        elif code:
            reached = Reached(connected > 0 or sent, secured > 0 or sent, slot.head_done, slot.size)
            failure = map_error(code, text, info(pycurl.OS_ERRNO), request.secure, reached)
            detail = text
            away = self._stalled - slot.stalled
            if code == pycurl.E_OPERATION_TIMEDOUT and away > max(0.5, 0.2 * request.limits.total_seconds):
                failure, detail = Failure.INTERNAL, f"本方处理停顿 {away:.1f} 秒, 不能算作对方超时"
        head = b"".join(slot.head)
        if failure is None and not head:
            status, detail = 200, "protocol_error: 应答没有状态行和应答头"
        return Exchange(
            url=request.url,
            method="POST" if request.post is not None else request.method,
            started=slot.started,
            status=status,
            headers=_read_headers(slot.head),
            body=slot.body[0] if len(slot.body) == 1 else b"".join(slot.body),
            failure=failure,
            detail=detail,
            address=request.address,
            phases=Phases(
                0.0,
                connected,
                secured,
                info(pycurl.STARTTRANSFER_TIME) if sent else 0.0,
                info(pycurl.TOTAL_TIME),
            ),
            certificate_fault=self._certificates.get(request.host) if request.secure else None,
            request_head=_request_head(request, slot.headers_sent),
            response_head=head,
        )


def _target_of(url: str) -> str:
    match = _TARGET.match(url)
    target = url[match.end() :].partition("#")[0] if match else ""
    return target if target[:1] == "/" else f"/{target}"


def _read_headers(lines: list[bytes]) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    for line in lines[1:]:
        name, colon, value = line.decode("latin-1").partition(":")
        if colon:
            found.append((name.strip(), value.strip()))
        elif found and line[:1] in {b" ", b"\t"} and line.strip():  # a folded line belongs to the one before
            found[-1] = (found[-1][0], f"{found[-1][1]} {name.strip()}")
    return tuple(found)


def _request_head(request: Request, headers: list[str]) -> bytes:
    """The head as libcurl sends it."""
    method = "POST" if request.post is not None else request.method
    lines = [
        f"{method} {_target_of(request.url)} HTTP/1.1",
        *(header for header in headers if header != "Expect:"),
    ]
    if request.post is not None:
        lines.append(f"Content-Length: {len(request.post)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8", "replace")
