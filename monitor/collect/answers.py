"""From rows and bodies to the answers that a survey is sent; the same for what was just fetched and for replays."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from monitor.collect.archive import read_record
from monitor.collect.decode import decode_body
from monitor.collect.extract.page import PageFacts
from monitor.collect.failures import Failure
from monitor.collect.rows import PageRow
from monitor.collect.survey.ask import Answer, Ask, Want
from monitor.collect.transport import SHANGHAI

_HTML = frozenset({"text/html", "application/xhtml+xml"})
_UNSURE = frozenset(
    {"", "text/plain", "application/octet-stream", "application/x-httpd-php", "text/xml", "*/*"}
)
_DATA = ("json", "xml", "javascript", "ecmascript", "text/")
_BODY_ONLY = frozenset(
    {Failure.TOO_LARGE, Failure.BAD_ENCODING, Failure.TRUNCATED, Failure.PROTOCOL_ERROR, Failure.BODY_TIMEOUT}
)
_PAGE_ONLY = frozenset({Failure.NOT_HTML.value, Failure.PARSER_FAILED.value})


def media_type(content_type: str) -> str:
    """A Content-Type header without its parameters, in lower case."""
    return content_type.split(";", 1)[0].strip().lower()


def kind_of(content_type: str, body: bytes) -> str:
    """`html`, `data` (JSON, XML, script, text) or `other`, by the declared type and, in doubt, the bytes."""
    start = body[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if content_type in _HTML:
        return "data" if start[:1] in {b"{", b"["} else "html"
    if content_type in _UNSURE:
        if b"<html" in start or start.startswith(b"<!doctype html"):
            return "html"
        if b"\x00" in start:
            return "other"
        if content_type == "" and start.startswith(b"<") and not start.startswith(b"<?xml"):
            return "html"
        return "data"
    return "data" if any(word in content_type for word in _DATA) else "other"


def failure_for(want: Want, row: PageRow) -> Failure | None:
    """What a row's failure means to an ask: that a page cannot be read does not keep its bytes from being there.

    An address that answered 2xx exists, however badly its body came.
    """
    failure = row.failure
    if failure is None or (want is not Want.PAGE and failure in _PAGE_ONLY):
        return None
    if want is Want.EXISTS and failure in _BODY_ONLY and row.status is not None and 200 <= row.status < 300:
        return None
    return Failure(failure)


def archived_body(evidence: Path, row: PageRow, limit: int) -> bytes:
    """The decoded body of a committed row; raises `ArchiveError` where it cannot be read back."""
    if row.warc is None or row.offset is None or row.length is None:
        return b""
    headers, raw = read_record(evidence / row.warc, row.offset, row.length)
    declared = {name.lower(): value for name, value in reversed(headers)}
    packed = any(word in media_type(row.content_type) for word in ("zip", "octet-stream", "pdf", "gzip"))
    return decode_body(raw, declared.get("content-encoding", ""), limit, packed_file=packed).body


def answer(ask: Ask, row: PageRow, body: Callable[[], bytes], page: PageFacts | None) -> Answer:
    """The answer to one ask; `page` is given where the row's page was read."""
    failure = failure_for(ask.want, row)
    whole: bytes | None = None
    if failure is None and ask.want is not Want.EXISTS and (ask.want is Want.BODY or page is None):
        whole = body()
    return Answer(
        ask=ask,
        final_url=row.final_url,
        at=row.at.astimezone(SHANGHAI),
        status=row.status,
        failure=failure,
        sha256=row.sha256,
        page=page if failure is None and ask.want is Want.PAGE else None,
        body=whole,
        content_type=media_type(row.content_type),
        last_modified=row.last_modified,
    )
