"""Writes an estate's folder: sheets, hosts file, certificates, truth, and its sizes."""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from monitor.rehearsal.certificates import write_certificates
from monitor.rehearsal.errors import FolderError
from monitor.rehearsal.estate import plan_estate
from monitor.rehearsal.files import write_sheets
from monitor.rehearsal.layout import hosts_text, port_for, seats
from monitor.rehearsal.plan import EstatePlan, SitePlan
from monitor.rehearsal.truth import truth_rows
from monitor.rehearsal.web.site import LEAF_ENDINGS, SitePages

CONNECTIONS = 4
_LEAF = re.compile(rb'(?:href|src)="(/[^"?#]*\.(?:' + "|".join(sorted(LEAF_ENDINGS)).encode() + rb'))"')


@dataclass(frozen=True, slots=True)
class EstateReport:
    """The sizes of an estate. `bound_s` is the politeness bound of its crawl at four connections an address."""

    folder: str
    sites: int
    accounts: int
    units: int
    hosts: int
    addresses: int
    pages: int
    requests: int
    bytes: int
    links: int
    posts: int
    defects: int
    bound_s: float


@dataclass(slots=True)
class _Sizes:
    pages: int = 0
    requests: int = 0
    bytes: int = 0
    links: int = 0


def _reachable(site: SitePlan) -> bool:
    return site.behaviour.permanent in ("", "known_agents_only")


def measure(site: SitePlan, plan: EstatePlan) -> _Sizes:
    """Render every page of a site once and count what a polite crawler asks for: pages, files, data."""
    pages = SitePages(site, plan.as_of.date(), plan.service_host)
    frame = pages.top + pages.foot
    sizes, leaves = _Sizes(), set(_LEAF.findall(frame))
    framed = frame.count(b"href=")
    for target, page in pages.index.items():
        main = pages.main_part(target, page)
        sizes.pages += 1
        sizes.bytes += len(pages.render(target, page))
        sizes.links += main.count(b"href=") + framed
        leaves.update(_LEAF.findall(main))
    if _reachable(site):
        calls = sum(column.shape == "list" for column in site.columns) if pages.data else 0
        sizes.requests = sizes.pages + len(leaves) + calls + 1
    return sizes


def fingerprint(plan: EstatePlan) -> str:
    """A digest of the truth: tells whether a folder and a plan belong together."""
    digest = hashlib.sha256()
    for row in truth_rows(plan):
        digest.update(f"{row.target}|{row.indicator}|{row.truth}|{row.why}\n".encode())
    for site in plan.sites:
        digest.update(f"{site.host}|{site.style}|{len(site.columns)}\n".encode())
    return digest.hexdigest()


def _report(plan: EstatePlan, folder: Path) -> EstateReport:
    total = _Sizes()
    seconds: dict[str, float] = defaultdict(float)
    for site in plan.sites:
        sizes = measure(site, plan)
        total.pages += sizes.pages
        total.requests += sizes.requests
        total.bytes += sizes.bytes
        total.links += sizes.links
        seconds[site.address] += sizes.requests * site.behaviour.latency
    listening = seats(plan)
    dealt = sum(len(site.cases) for site in plan.sites) + sum(bool(account.case) for account in plan.accounts)
    return EstateReport(
        folder=str(folder), sites=len(plan.sites), accounts=len(plan.accounts), units=len(plan.units), hosts=len(listening),
        addresses=len({seat.address for seat in listening}), pages=total.pages, requests=total.requests, bytes=total.bytes,
        links=total.links, posts=sum(len(account.posts) for account in plan.accounts), defects=dealt,
        bound_s=round(max(seconds.values()) / CONNECTIONS, 1),
    )  # fmt: skip


def build_estate(
    folder: Path, sites: int, accounts: int, seed: str | int, as_of: datetime, port: int | None = None
) -> EstateReport:
    """Write an estate into `folder` (made if missing) and say how large it is.

    `as_of` must be aware. `port` is where its hosts listen (https one above), by default a number that
    depends on the folder. Raises PlanError for numbers that make no estate, FolderError for a folder that
    cannot be written.
    """
    plan = plan_estate(sites, accounts, str(seed), as_of)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_sheets(folder, plan)
        (folder / "hosts.txt").write_text(hosts_text(plan, port or port_for(folder)), encoding="utf-8")
        secure = {seat.host: seat.certificate for seat in seats(plan) if seat.https}
        write_certificates(folder, str(seed), secure)
        rows = (json.dumps(row.as_dict(), ensure_ascii=False) for row in truth_rows(plan))
        (folder / "truth.jsonl").write_text("\n".join(rows) + "\n", encoding="utf-8")
        report = _report(plan, folder)
        (folder / "estate.json").write_text(_estate_json(plan, report, sites, accounts), encoding="utf-8")
    except OSError as error:
        raise FolderError(f"演练环境写不进 {folder}: {error}") from error
    return report


def _estate_json(plan: EstatePlan, report: EstateReport, sites: int, accounts: int) -> str:
    sizes = {name: value for name, value in asdict(report).items() if name != "folder"}
    wanted = {"sites": sites, "accounts": accounts, "seed": plan.seed, "as_of": plan.as_of.isoformat()}
    return (
        json.dumps(sizes | {"wanted": wanted, "fingerprint": fingerprint(plan)}, ensure_ascii=False, indent=1)
        + "\n"
    )


def load_plan(folder: Path) -> EstatePlan:
    """The plan of the estate in a folder, computed again; FolderError where it is not the same one."""
    source = folder / "estate.json"
    try:
        said = json.loads(source.read_text(encoding="utf-8"))
        wanted = said["wanted"]
        as_of = datetime.fromisoformat(wanted["as_of"])
        plan = plan_estate(int(wanted["sites"]), int(wanted["accounts"]), str(wanted["seed"]), as_of)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise FolderError(
            f"读不懂 {source}: {error}; 请先运行 python -m monitor.rehearsal build {folder}"
        ) from error
    if fingerprint(plan) != said.get("fingerprint"):
        raise FolderError(f"{folder} 由另一个版本生成, 请重新运行 python -m monitor.rehearsal build")
    return plan
