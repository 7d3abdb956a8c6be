"""Unpack content codings within bounds: bombs, nested and broken streams become typed failures.

Only gzip and deflate are ever asked for. Some servers pack without saying so, or say so without packing;
what can be read is read, and `detail` tells.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from monitor.collect.failures import Failure

_GZIP = b"\x1f\x8b"
_STEP = 256 * 1024


@dataclass(frozen=True, slots=True)
class Decoded:
    """The decoded body (partial where `failure` is set), what went wrong, and a remark for the evidence."""

    body: bytes
    failure: Failure | None = None
    detail: str = ""


def _inflate(raw: bytes, wbits: int, limit: int) -> tuple[bytes, bool, bool]:
    """At most `limit` + 1 bytes unpacked, whether the stream ended properly, whether bytes were no stream."""
    parts: list[bytes] = []
    size, data = 0, raw
    while True:
        machine = zlib.decompressobj(wbits)
        while data and not machine.eof:
            try:
                piece = machine.decompress(data, min(_STEP, limit + 1 - size))
            except zlib.error:
                return b"".join(parts), False, True
            parts.append(piece)
            size += len(piece)
            data = machine.unconsumed_tail
            if size > limit:
                return b"".join(parts), False, False
            if not piece and not data:
                break
        if not machine.eof:
            return b"".join(parts), False, False
        data = machine.unused_data
        if not data.startswith(_GZIP) or wbits < 0:  # a further gzip member, else padding
            return b"".join(parts), True, False


def _ungzip(raw: bytes, limit: int, declared: bool) -> Decoded:
    body, ended, broken = _inflate(raw, 31, limit)
    if len(body) > limit:
        return Decoded(body[:limit], Failure.TOO_LARGE, f"解压后超过 {limit} 字节")
    if broken and not body:
        return Decoded(raw, Failure.BAD_ENCODING, "gzip 数据无法还原")
    if broken:
        return Decoded(body, Failure.BAD_ENCODING, "gzip 数据中途损坏")
    if not ended:
        return Decoded(body, Failure.TRUNCATED, "gzip 数据不完整")
    if body.startswith(_GZIP):
        return Decoded(body, Failure.BAD_ENCODING, "gzip 之内又是 gzip")
    return Decoded(body, None, "" if declared else "protocol_error: 未声明的 gzip 压缩")


def _undeflate(raw: bytes, limit: int) -> Decoded:
    # "deflate" is zlib by the standard and a raw stream on many servers.
    wbits = (
        15 if raw[:1] and raw[0] & 0x0F == 8 and len(raw) > 1 and (raw[0] * 256 + raw[1]) % 31 == 0 else -15
    )
    body, ended, broken = _inflate(raw, wbits, limit)
    if len(body) > limit:
        return Decoded(body[:limit], Failure.TOO_LARGE, f"解压后超过 {limit} 字节")
    if broken:
        return Decoded(body or raw, Failure.BAD_ENCODING, "deflate 数据无法还原")
    if not ended:
        return Decoded(body, Failure.TRUNCATED, "deflate 数据不完整")
    return Decoded(body)


def _looks_plain(raw: bytes) -> bool:
    start = raw[:512].lstrip(b"\xef\xbb\xbf \t\r\n")
    return start[:1] in {b"<", b"{", b"["} and b"\x00" not in start


def decode_body(raw: bytes, coding: str, limit: int, *, packed_file: bool = False) -> Decoded:
    """The body behind a Content-Encoding, never more than `limit` bytes of it.

    `packed_file` is true where the media type itself is an archive, so that gzip inside is no fault.
    """
    codings = [
        word for word in (part.strip().lower() for part in coding.split(",")) if word not in {"", "identity"}
    ]
    if not raw:
        return Decoded(raw)
    if len(raw) > limit and not codings:
        return Decoded(raw[:limit], Failure.TOO_LARGE, f"正文超过 {limit} 字节")
    if not codings:
        return (
            _ungzip(raw, limit, declared=False) if raw.startswith(_GZIP) and not packed_file else Decoded(raw)
        )
    if _looks_plain(raw):
        return Decoded(raw, None, f"protocol_error: 声明为 {coding[:40]} 而正文并未压缩")
    if len(codings) > 1:
        return Decoded(raw, Failure.BAD_ENCODING, f"多重压缩 {coding[:40]}")
    if codings[0] in {"gzip", "x-gzip"}:
        return _ungzip(raw, limit, declared=True)
    if codings[0] == "deflate":
        return _undeflate(raw, limit)
    return Decoded(raw, Failure.BAD_ENCODING, f"未请求的压缩方式 {coding[:40]}")
