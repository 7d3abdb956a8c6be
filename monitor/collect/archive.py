"""Evidence: one WARC file a target, bodies as received, each record read back by (file, offset, length).

Order of writing: append, fsync, and only then the row that names the place. On start a file is cut back to
the last committed end, so a record is either named by a row or not there. Files are readable by us alone.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import threading
import uuid
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from itertools import count
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeadersParserException

from monitor.collect.errors import ArchiveError
from monitor.collect.exchange import Exchange
from monitor.collect.failures import Failure

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]")
_TRANSFER = re.compile(rb"^transfer-encoding:", re.IGNORECASE | re.MULTILINE)
_TRUNCATED = {
    Failure.TOO_LARGE: "length",
    Failure.HEADERS_TOO_LARGE: "length",
    Failure.BODY_TIMEOUT: "time",
    Failure.FIRST_BYTE_TIMEOUT: "time",
    Failure.TRUNCATED: "disconnect",
    Failure.RESET: "disconnect",
}
_PACKED_TYPES = ("image/", "video/", "audio/", "zip", "pdf", "font")
_OPEN_FILES = 128


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record lies: file name relative to the evidence folder, offset and length in bytes."""

    warc: str
    offset: int
    length: int


def warc_name(target: str) -> str:
    """The file name for a target; what a file name cannot hold is replaced and told apart by a digest."""
    safe = _UNSAFE.sub("_", target)[:100]
    if safe != target or safe.startswith("."):
        safe = f"{safe.lstrip('.')}-{hashlib.sha256(target.encode()).hexdigest()[:10]}"
    return f"{safe}.warc.gz"


class _Writer:
    __slots__ = ("dirty", "end", "fd", "name")

    def __init__(self, folder: Path, name: str, committed: int, cut: bool) -> None:
        self.name = name
        try:
            self.fd = os.open(folder / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            size = os.fstat(self.fd).st_size
            if size < committed:
                os.close(self.fd)
                raise ArchiveError(f"证据文件 {name} 短于已登记的长度 ({size} < {committed})")
            if not cut:
                committed = size
            elif size > committed:
                os.ftruncate(self.fd, committed)
        except OSError as error:
            raise ArchiveError(f"证据文件 {name} 无法写入: {error}") from error
        self.end = committed
        self.dirty = False

    def append(self, data: bytes) -> int:
        offset = self.end
        view = memoryview(data)
        try:
            while view:
                written = os.pwrite(self.fd, view, self.end)
                self.end += written
                view = view[written:]
        except OSError as error:
            self.end = offset  # what was half written lies beyond the end and is written over
            raise ArchiveError(f"证据文件 {self.name} 写入失败: {error}") from error
        self.dirty = True
        return offset


class Archive:
    """The WARC files of one worker. `append` is for one thread, `commit` may run in another."""

    def __init__(self, folder: Path, committed: Mapping[str, int] | None = None, *, cut: bool = True) -> None:
        """`committed` gives each file's last committed end, by file name; files not named begin anew.

        Without `cut` files are written on behind whatever they hold.
        """
        self._cut = cut
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._ends = dict(committed or {})
        self._open: dict[str, _Writer] = {}
        self._lock = threading.Lock()
        self._numbers = count()
        self._run = str(uuid.uuid4())[:18]

    def append(self, target: str, exchange: Exchange, info: str = "", sha256: str = "") -> Place:
        """Write the request and what was answered; the place of the response record, which is the file's last.

        `info` says in the warcinfo record who collected, where the file is new. `sha256` is the digest of the
        body as received, where it is known already.
        """
        with self._lock:
            writer = self._writer(warc_name(target))
            parts: list[bytes] = []
            if writer.end == 0:
                parts.append(
                    self._record("warcinfo", None, "application/warc-fields", info.encode() + b"\r\n", 1, "")
                )
            if exchange.request_head:
                kind = "application/http; msgtype=request"
                parts.append(self._record("request", exchange, kind, exchange.request_head, 1, ""))
            response = self._response(exchange, sha256 or hashlib.sha256(exchange.body).hexdigest())
            parts.append(response)
            offset = writer.append(b"".join(parts))
            return Place(writer.name, offset + sum(map(len, parts)) - len(response), len(response))

    def _writer(self, name: str) -> _Writer:
        writer = self._open.get(name)
        if writer is None:
            writer = self._open[name] = _Writer(self._folder, name, self._ends.get(name, 0), self._cut)
        return writer

    def _response(self, exchange: Exchange, sha256: str) -> bytes:
        head = _TRANSFER.sub(b"X-Archive-Orig-Transfer-Encoding:", exchange.response_head)
        if not head:  # an answer without a head: keep what there was, in a form that can be read back
            head = b"HTTP/1.0 200 OK\r\nX-Archive-Head: none\r\n\r\n"
        elif not head.endswith(b"\r\n\r\n"):
            head = head.rstrip(b"\r\n") + b"\r\n\r\n"
        media = (exchange.header("content-type") or "").lower()
        packed = exchange.header("content-encoding") is not None or any(
            part in media for part in _PACKED_TYPES
        )
        media_type = "application/http; msgtype=response"
        return self._record(
            "response", exchange, media_type, head + exchange.body, 0 if packed else 1, sha256
        )

    def _record(
        self, kind: str, exchange: Exchange | None, media: str, block: bytes, level: int, sha256: str
    ) -> bytes:
        number = next(self._numbers)
        moment = exchange.started.astimezone(UTC) if exchange else datetime.now(UTC)
        lines = [
            "WARC/1.1",
            f"WARC-Type: {kind}",
            f"WARC-Record-ID: <urn:uuid:{self._run}-8{number >> 48 & 0xFFF:03x}-{number & 0xFFFFFFFFFFFF:012x}>",
            f"WARC-Date: {moment.isoformat(timespec='microseconds')[:26]}Z",
        ]
        if exchange is not None:
            lines.append(f"WARC-Target-URI: {exchange.url}")
            if kind == "response":
                lines.append(f"WARC-Payload-Digest: sha256:{sha256}")
                if exchange.address:
                    lines.append(f"WARC-IP-Address: {exchange.address.rpartition(':')[0].strip('[]')}")
                if exchange.failure in _TRUNCATED:
                    lines.append(f"WARC-Truncated: {_TRUNCATED[exchange.failure]}")
        lines += [f"Content-Type: {media}", f"Content-Length: {len(block)}", "", ""]
        machine = zlib.compressobj(level, zlib.DEFLATED, 31)
        return b"".join((machine.compress("\r\n".join(lines).encode()), machine.compress(block),
                         machine.compress(b"\r\n\r\n"), machine.flush()))  # fmt: skip

    def commit(self) -> None:
        """Bring everything appended so far to disk; afterwards rows may name it."""
        with self._lock:
            dirty = [writer for writer in self._open.values() if writer.dirty]
            for writer in dirty:
                writer.dirty = False
        for writer in dirty:
            try:
                os.fsync(writer.fd)
            except OSError as error:
                raise ArchiveError(f"证据文件 {writer.name} 无法落盘: {error}") from error
        with self._lock:
            for name in [name for name, writer in self._open.items() if not writer.dirty][
                : -_OPEN_FILES or None
            ]:
                self._close(name)

    def _close(self, name: str) -> None:
        writer = self._open.pop(name)
        self._ends[name] = writer.end
        with contextlib.suppress(OSError):
            os.close(writer.fd)

    def close(self) -> None:
        """Commit and close all files."""
        self.commit()
        with self._lock:
            for name in list(self._open):
                self._close(name)


Headers = tuple[tuple[str, str], ...]
_UNREADABLE = (OSError, ArchiveLoadFailed, StatusAndHeadersParserException, zlib.error, EOFError, ValueError)


def read_record(path: Path, offset: int, length: int) -> tuple[Headers, bytes]:
    """One archived answer: its HTTP headers and the body as received (still content-encoded).

    Raises `ArchiveError` where the place holds no whole response record.
    """
    try:
        with path.open("rb") as file:
            file.seek(offset)
            data = file.read(length)
        for record in ArchiveIterator(BytesIO(data)):
            if record.rec_type != "response" or record.http_headers is None:
                break
            headers = tuple((str(name), str(value)) for name, value in record.http_headers.headers)
            return headers, bytes(record.raw_stream.read())
    except _UNREADABLE as error:
        raise ArchiveError(f"证据 {path.name} 位置 {offset} 读取失败: {error}") from error
    raise ArchiveError(f"证据 {path.name} 位置 {offset} 没有应答记录")
