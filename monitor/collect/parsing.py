"""Parse a page so that a page which kills the parser is known by name afterwards.

Before each page the worker writes its row into a small shared file, and clears it afterwards. Whoever
watches the worker can tell which page it was parsing, and since when.
"""

from __future__ import annotations

import logging
import mmap
import os
import struct
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from monitor.collect.extract.page import Challenge, PageFacts
from monitor.collect.failures import Failure
from monitor.collect.rows import PageRow

ReadPage = Callable[[bytes, str, str], PageFacts]
_log = logging.getLogger(__name__)
_HEAD = struct.Struct("dI")
_SIZE = 64 * 1024
_CHALLENGES = {Challenge.SCRIPT: Failure.SCRIPT_CHALLENGE, Challenge.BLOCKED: Failure.BLOCKED}


class ParserMark:
    """The shared file that names the page under the parser."""

    def __init__(self, path: Path) -> None:
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        os.ftruncate(fd, _SIZE)
        self._map = mmap.mmap(fd, _SIZE)
        os.close(fd)
        self._encode = msgspec.msgpack.Encoder().encode

    def begin(self, row: PageRow) -> None:
        """This page goes under the parser now."""
        data = self._encode(row)
        if len(data) > _SIZE - _HEAD.size:  # an address of tens of kilobytes: name the target at least
            data = self._encode(PageRow(row.target, row.want, row.url[:4000], "", row.method, row.at))
        self._map[_HEAD.size : _HEAD.size + len(data)] = data
        _HEAD.pack_into(self._map, 0, time.monotonic(), len(data))

    def end(self) -> None:
        """The page is done."""
        _HEAD.pack_into(self._map, 0, 0.0, 0)

    def read(self) -> tuple[float, PageRow] | None:
        """Since when (monotonic clock) which page is being parsed; None where none is."""
        started, length = _HEAD.unpack_from(self._map, 0)
        if not length or length > _SIZE - _HEAD.size:
            return None
        try:
            row = msgspec.msgpack.decode(self._map[_HEAD.size : _HEAD.size + length], type=PageRow)
        except msgspec.MsgspecError:  # read in the middle of a change
            return None
        return started, row

    def close(self) -> None:
        """Let go of the file."""
        self._map.close()


class PageReader:
    """Turns a body into `PageFacts`, or into the failure that stands for it."""

    def __init__(self, read_page: ReadPage, mark: ParserMark | None = None) -> None:
        self._read_page = read_page
        self._mark = mark

    def read(self, row: PageRow, body: bytes) -> tuple[PageFacts | None, Failure | None, str]:
        """Facts, or the failure and its detail. The parser's own errors are ours, never the page's."""
        if self._mark is not None:
            self._mark.begin(row)
        try:
            page = self._read_page(body, row.final_url, row.content_type)
        except Exception as error:  # noqa: BLE001 - whatever a parser raises is our fault, not the page's
            _log.exception("parser failed on %s of %s", row.final_url, row.target)
            return None, Failure.PARSER_FAILED, f"{type(error).__name__}: {str(error)[:200]}"
        finally:
            if self._mark is not None:
                self._mark.end()
        if page.challenge is not None:
            return None, _CHALLENGES[page.challenge], ""
        return page, None, ""
