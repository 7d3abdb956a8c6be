"""The estate of a benchmark: a rehearsal folder of sites that can be walked, and its server."""

from __future__ import annotations

import csv
import http.client
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType

from benchmarks.errors import BenchmarkError
from monitor.rehearsal.build import build_estate, load_plan
from monitor.rehearsal.plan import SitePlan
from monitor.rehearsal.web.site import SitePages
from registry.model import SiteStatus

ROOT = Path(__file__).resolve().parents[1]
AS_OF = datetime.fromisoformat("2026-09-28T09:00:00+08:00")
ACCOUNTS = 20
PATIENCE_S = 60.0
Pages = frozenset[tuple[str, str]]
"""Pages as (host, target)."""


@dataclass(frozen=True, slots=True)
class BenchEstate:
    """A folder that both tools start from: its sites' home pages, and where each host is.

    `bound_s` is the generator's estimate of the politeness bound with the estate's own latencies.
    """

    folder: Path
    homes: tuple[str, ...]
    hosts_file: Path
    bound_s: float

    @property
    def site_hosts(self) -> frozenset[str]:
        """The host names of the filed sites."""
        return frozenset(home.split("/")[2] for home in self.homes)


def walkable(site: SitePlan) -> bool:
    """Whether a site can be walked from its home page by anybody: in service, open to all, not an empty shell."""
    return (
        not site.behaviour.permanent
        and site.behaviour.robots != "all"
        and site.home_kind != "shell"
        and site.status == SiteStatus.RUNNING.value
    )


def make_estate(folder: Path, sites: int, seed: str) -> BenchEstate:
    """Build an estate of `sites` sites and file those of them that can be walked."""
    report = build_estate(folder, sites, ACCOUNTS, seed, AS_OF)
    chosen = [site for site in load_plan(folder).sites if walkable(site)]
    codes = {site.code for site in chosen}
    for name in ("sites.csv", "columns.csv"):
        _keep_rows(folder / name, codes)
    for name in ("inclusions.csv", "outages.csv"):
        (folder / name).unlink(missing_ok=True)
    homes = tuple(f"{site.scheme}://{site.host}/" for site in chosen)
    return BenchEstate(folder, homes, folder / "hosts.txt", report.bound_s)


def rendered_pages(folder: Path, every: int) -> Iterator[tuple[bytes, str]]:
    """Every n-th page of the folder's walkable sites as (body, address), without a server."""
    plan = load_plan(folder)
    for site in filter(walkable, plan.sites):
        pages = SitePages(site, plan.as_of.date(), plan.service_host)
        for target, page in list(pages.index.items())[::every]:
            yield pages.render(target, page), f"{site.scheme}://{site.host}{target}"


def _keep_rows(path: Path, codes: set[str]) -> None:
    """Keep the rows of a spreadsheet that name one of the sites; headings and charset as they were."""
    if not path.is_file():
        return
    raw = path.read_bytes()
    charset = "utf-8-sig" if _is_utf8(raw) else "gb18030"
    head, *rows = csv.reader(raw.decode(charset).splitlines())
    kept = [row for row in rows if codes.intersection(row)]
    with path.open("w", encoding=charset, newline="") as file:
        csv.writer(file).writerows([head, *kept])


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True


class StillEstate:
    """The running server of `benchmarks.server`; a context manager."""

    def __init__(self, folder: Path, latency_factor: float = 0.0) -> None:
        self._folder, self._factor = folder, latency_factor
        self._process: subprocess.Popen[str] | None = None
        self._port = 0

    def __enter__(self) -> StillEstate:
        command = [sys.executable, "-m", "benchmarks.server", str(self._folder), str(self._factor)]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, cwd=ROOT)
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            said = self._process.stderr.read() if self._process.stderr else ""
            self._process.wait()
            raise BenchmarkError(f"the estate's server did not start: {said.strip()[-2000:]}")
        self._port = int(json.loads(line)["control_port"])
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.terminate()
            process.communicate()

    def _ask(self, path: str) -> Mapping[str, list[str]]:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE_S)
        try:
            connection.request("GET", path)
            answer: Mapping[str, list[str]] = json.loads(connection.getresponse().read())
        finally:
            connection.close()
        return answer

    def mark(self) -> None:
        """Begin a new count."""
        self._ask("/mark")

    def pages(self, hosts: frozenset[str]) -> Pages:
        """The pages of these hosts that were answered with 200 and HTML since the last mark."""
        return frozenset(
            (host, target)
            for host, targets in self._ask("/pages").items()
            if host in hosts
            for target in targets
        )
