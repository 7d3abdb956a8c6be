"""A small page reader and small surveys, importable by worker processes."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from monitor.collect.crawl import Crawl
from monitor.collect.extract.page import Link, PageFacts, Region
from monitor.collect.guard import AddressGuard
from monitor.collect.parsing import PageReader
from monitor.collect.rows import PageRow, Progress, SiteDone, SiteJob
from monitor.collect.settings import CollectSettings
from monitor.collect.survey.ask import Answer, Ask, Survey, Want
from monitor.collect.urls import join, same_site
from monitor.collect.worker import build_guard

_HREF = re.compile(rb'href="([^"]*)"')
_TITLE = re.compile(rb"<title>([^<]*)</title>")


def read_page(body: bytes, url: str, content_type: str) -> PageFacts:
    """Title and links by regular expression; some pages hang, crash or raise on purpose."""
    if b"HANG-THE-PARSER" in body:
        time.sleep(60)
    if b"CRASH-THE-PARSER" in body:
        os.kill(os.getpid(), signal.SIGSEGV)
    if b"EAT-ALL-MEMORY" in body:
        raise MemoryError("on purpose")
    title = _TITLE.search(body)
    links = tuple(
        Link(joined, "", Region.MAIN)
        for href in _HREF.findall(body)
        if (joined := join(url, href.decode("utf-8", "replace"))) is not None
    )
    return PageFacts(url=url, charset="utf-8", title=title.group(1).decode() if title else "", links=links)


@dataclass(frozen=True, slots=True)
class Learned:
    """What the test survey learned: (address asked, status, failure, digest, title) of every ask, in order."""

    target: str
    seen: tuple[tuple[str, int | None, str | None, str, str], ...]


def survey_all(job: SiteJob) -> Generator[list[Ask], list[Answer], Learned]:
    """Walk through the whole site in waves, and ask of every outside link whether it is there."""
    seen: list[tuple[str, int | None, str | None, str, str]] = []
    known = {job.filed_url}
    wave = [Ask(job.filed_url, confirmed=True)]
    while wave:
        answers = yield wave
        assert [answer.ask for answer in answers] == wave
        wave = []
        for answer in answers:
            title = answer.page.title if answer.page else ""
            seen.append((answer.ask.url, answer.status, answer.failure, answer.sha256, title))
            for link in answer.page.links if answer.page else ():
                if link.url not in known:
                    known.add(link.url)
                    inside = same_site(link.url, job.filed_url)
                    wave.append(Ask(link.url, Want.PAGE if inside else Want.EXISTS))
    return Learned(job.target, tuple(seen))


def survey_given(job: SiteJob) -> Generator[list[Ask], list[Answer], Learned]:
    """Ask exactly the waves that stand in the job's input."""
    waves: list[list[Ask]] = job.survey_input  # type: ignore[assignment]
    seen: list[tuple[str, int | None, str | None, str, str]] = []
    for wave in waves:
        answers = yield wave
        for answer in answers:
            what = answer.page.title if answer.page else (answer.body or b"")[:60].decode("utf-8", "replace")
            seen.append((answer.ask.url, answer.status, answer.failure, answer.sha256, what))
    return Learned(job.target, tuple(seen))


@dataclass
class MemorySink:
    """Keeps everything, and can be told to stop after so many rows."""

    rows: list[PageRow] = field(default_factory=list)
    payloads: dict[str, bytes] = field(default_factory=dict)
    failures: dict[str, str | None] = field(default_factory=dict)
    stop_after: int | None = None
    told: list[Progress] = field(default_factory=list)

    def pages(self, rows: list[PageRow]) -> None:
        self.rows.extend(rows)
        if self.stop_after is not None and len(self.rows) >= self.stop_after:
            raise KeyboardInterrupt

    def site_done(self, target: str, payload: bytes, failure: str | None) -> None:
        self.payloads[target] = payload
        self.failures[target] = failure

    def progress(self, progress: Progress) -> None:
        self.told.append(progress)

    def of(self, target: str) -> tuple[PageRow, ...]:
        return tuple(row for row in self.rows if row.target == target)


def write_hosts(folder: Path, lines: dict[str, str]) -> Path:
    path = folder / "hosts.txt"
    path.write_text("".join(f"{host} {at}\n" for host, at in lines.items()), encoding="utf-8")
    return path


def crawl_here(
    settings: CollectSettings,
    jobs: list[SiteJob],
    factory: Callable[[SiteJob], Survey[Learned]] = survey_given,
    guard: AddressGuard | None = None,
) -> MemorySink:
    """Run a crawl inside this process."""
    sink = MemorySink()

    def emit(rows: list[PageRow], done: list[SiteDone]) -> None:
        sink.pages(rows)
        for one in done:
            sink.site_done(one.target, one.payload, one.failure)

    Crawl(settings, guard or build_guard(settings), jobs, factory, PageReader(read_page), emit).run()
    return sink


def learned(sink: MemorySink, target: str) -> Learned:
    """What a target's survey learned."""
    return msgspec.json.decode(sink.payloads[target], type=Learned)
