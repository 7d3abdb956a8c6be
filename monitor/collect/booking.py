"""Book what was fetched: evidence first, then the row, then (in a thread) fsync and out with both."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime

from monitor.collect.answers import kind_of, media_type
from monitor.collect.archive import Archive
from monitor.collect.exchange import Look
from monitor.collect.extract.page import PageFacts
from monitor.collect.failures import Failure
from monitor.collect.parsing import PageReader
from monitor.collect.rows import PageRow, SiteDone, SiteJob
from monitor.collect.settings import CollectSettings
from monitor.collect.sites import EXISTS, Fetch
from monitor.collect.transport import SHANGHAI

Emit = Callable[[list[PageRow], list[SiteDone]], None]


def committed_ends(jobs: Iterable[SiteJob]) -> dict[str, int]:
    """The last committed end of each evidence file that the jobs' rows name."""
    ends: dict[str, int] = {}
    for job in jobs:
        for row in job.replay:
            if row.warc is not None and row.offset is not None and row.length is not None:
                ends[row.warc] = max(ends.get(row.warc, 0), row.offset + row.length)
    return ends


def failed(row: PageRow, failure: Failure, detail: str) -> PageRow:
    """The same row with a failure."""
    return replace(row, failure=failure.value, detail=detail[:500])


def for_other_target(row: PageRow, target: str) -> PageRow:
    """The same look in another target's books; its requests are counted once, with the first."""
    return replace(row, target=target, requests=0, addresses=(), seconds=0.0, received=0)


class Booker:
    """Evidence and rows of one process. `emit(rows, done)` runs in the committing thread, after fsync."""

    def __init__(
        self, settings: CollectSettings, jobs: Iterable[SiteJob], reader: PageReader, emit: Emit
    ) -> None:
        self._settings = settings
        self._reader = reader
        self._emit = emit
        self._software = f"software: {settings.user_agent}"
        self._archive = Archive(settings.evidence, committed_ends(jobs))
        self._rows: list[PageRow] = []
        self._done: list[SiteDone] = []
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="commit")
        self._running: Future[None] | None = None
        self._last = time.monotonic()

    def row(self, fetch: Fetch, look: Look) -> PageRow:
        """Archive a look and make its row. Raises `ArchiveError` where evidence cannot be kept."""
        last = look.hops[-1] if look.hops else None
        place = None
        if fetch.want != EXISTS:
            for hop in look.hops:
                if hop.response_head or hop.body:
                    digest = look.sha256 if look.body is hop.body else ""
                    place = self._archive.append(fetch.site.target, hop, self._software, digest)
        return PageRow(
            target=fetch.site.target,
            want=fetch.want,
            url=fetch.url,
            final_url=look.final_url,
            method=last.method if last is not None else fetch.trail.method,
            at=last.started if last is not None else datetime.now(SHANGHAI),
            post=fetch.post,
            status=look.status,
            failure=look.failure.value if look.failure is not None else None,
            detail=look.detail[:500],
            sha256=look.sha256,
            size=len(look.body),
            received=fetch.received,
            warc=place.warc if place else None,
            offset=place.offset if place else None,
            length=place.length if place else None,
            seconds=round(sum(seconds for _, seconds in fetch.exchanges), 6),
            requests=len(fetch.exchanges),
            address=last.address if last is not None else None,
            addresses=tuple(fetch.exchanges),
            certificate_fault=last.certificate_fault if last is not None else None,
            content_type=((last.header("content-type") or "") if last is not None else "")[:200],
            last_modified=last.header("last-modified") if last is not None else None,
        )

    def read(self, row: PageRow, body: bytes) -> tuple[PageFacts | None, PageRow]:
        """The facts of a page (None for data), and the row, with a failure where it cannot be read as a page."""
        kind = kind_of(media_type(row.content_type), body)
        if kind == "data":
            return None, row
        if kind == "other":
            return None, failed(row, Failure.NOT_HTML, f"类型为 {row.content_type[:80]}")
        page, failure, detail = self._reader.read(row, body)
        return page, row if failure is None else failed(row, failure, detail)

    def add(self, row: PageRow) -> None:
        """A row to go out with the next commit."""
        self._rows.append(row)

    def site_done(self, done: SiteDone) -> None:
        """A survey's end, to go out after its rows."""
        self._done.append(done)

    @property
    def idle(self) -> bool:
        """Whether everything is out."""
        return not self._rows and not self._done and self._running is None

    def due_in(self) -> float:
        """Seconds until `commit` has something to do."""
        if self._running is not None:
            return 0.05
        if not self._rows and not self._done:
            return 1.0
        return max(0.0, self._last + self._settings.commit_seconds - time.monotonic())

    def commit(self, at_once: bool) -> None:
        """Start a commit where one is due, and learn of the last one's failure."""
        if self._running is not None:
            if not self._running.done():
                return
            self._running.result()
            self._running = None
        if not self._rows and not self._done:
            return
        now = time.monotonic()
        late = now - self._last >= self._settings.commit_seconds
        if late or at_once or len(self._rows) >= self._settings.commit_rows:
            rows, done = self._rows, self._done
            self._rows, self._done = [], []
            self._last = now
            self._running = self._thread.submit(self._write, rows, done)

    def _write(self, rows: list[PageRow], done: list[SiteDone]) -> None:
        self._archive.commit()
        self._emit(rows, done)

    def close(self) -> None:
        """Wait for the committing thread and close the files."""
        self._thread.shutdown(wait=True)
        self._archive.close()
