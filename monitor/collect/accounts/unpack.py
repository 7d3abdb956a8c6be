"""Undoing a content encoding without trusting it: bounded output, at most two layers, typed failures."""

from __future__ import annotations

import zlib

from monitor.collect.failures import Failure

_GZIP = b"\x1f\x8b\x08"
_LAYERS = 2


class BadBody(Exception):
    """The body cannot be decoded within its bounds; `failure` tells how, `partial` is what came out."""

    def __init__(self, failure: Failure, detail: str, partial: bytes = b"") -> None:
        super().__init__(detail)
        self.failure = failure
        self.detail = detail
        self.partial = partial


def unpack(raw: bytes, content_encoding: str, limit: int) -> bytes:
    """The decoded body, at most `limit` bytes.

    Servers that compress twice exist, so a decoded body that is gzip again is undone once more; a third
    layer is refused. Raises `BadBody` (too_large, bad_encoding, truncated).
    """
    names = [name for name in content_encoding.lower().replace(" ", "").split(",") if name]
    names = [name.removeprefix("x-") for name in names if name != "identity"]
    if unknown := [name for name in names if name not in {"gzip", "deflate"}]:
        raise BadBody(Failure.BAD_ENCODING, f"未请求的压缩编码 {unknown[0][:20]}", raw[:limit])
    if len(names) > _LAYERS:
        raise BadBody(Failure.BAD_ENCODING, f"压缩了 {len(names)} 层")
    body = raw
    for name in reversed(names):
        body = _inflate(body, name, limit)
    layers = len(names)
    while names and body.startswith(_GZIP):
        if layers >= _LAYERS:
            raise BadBody(Failure.BAD_ENCODING, "压缩层数过多")
        body = _inflate(body, "gzip", limit)
        layers += 1
    if len(body) > limit:
        raise BadBody(Failure.TOO_LARGE, f"正文超过 {limit} 字节", body[:limit])
    return body


def _inflate(body: bytes, name: str, limit: int) -> bytes:
    if not body or (name == "gzip" and not body.startswith(_GZIP)):
        return body  # declared and not done: seen on real servers, and readable as it is
    if name == "gzip":
        return _run(body, zlib.MAX_WBITS | 16, limit)
    try:
        return _run(body, zlib.MAX_WBITS, limit)
    except BadBody as error:
        if error.failure is not Failure.BAD_ENCODING:
            raise
        return _run(body, -zlib.MAX_WBITS, limit)  # raw deflate, as old servers send it


def _run(body: bytes, window_bits: int, limit: int) -> bytes:
    engine = zlib.decompressobj(window_bits)
    try:
        out = engine.decompress(body, limit + 1)
    except zlib.error as error:
        raise BadBody(Failure.BAD_ENCODING, f"压缩数据损坏: {error}") from error
    if len(out) > limit:
        raise BadBody(Failure.TOO_LARGE, f"解压后超过 {limit} 字节", out[:limit])
    if not engine.eof:
        raise BadBody(Failure.TRUNCATED, "压缩数据不完整", out)
    return out
