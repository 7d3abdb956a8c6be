"""The saved pages behind real servers: the real collector brings the same facts, and a real round blames nobody."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import pytest
from replaying import plan_of, replay
from saved_pages import SITES, SavedSite, pages_of, root
from server import NOT_SAVED, ReplayServer
from sqlalchemy import Engine, func, select

from checks.facts import SiteFacts
from monitor.collect.failures import KINDS, Failure, Whose
from monitor.collect.rows import PageRow, Progress, SiteJob
from monitor.collect.settings import CollectSettings
from monitor.collect.shards import run_sharded
from monitor.ledger.tables import PAGES, VERDICTS, VISITS
from monitor.rounds.crawling import READ_PAGE
from monitor.rounds.environment import environment_of
from monitor.rounds.rehearse import prepare, settings_for
from monitor.rounds.run import run_round
from monitor.settings import Settings

WITH_HOME = {"bm01000001", "1304000009", "1304000000"}
OLD_HOME_PAGES = {"1304000009", "1304000000"}
LATEST = max(site.as_of for site in SITES)


@dataclass
class Kept:
    """All that a run brings."""

    rows: list[PageRow] = field(default_factory=list)
    facts: dict[str, SiteFacts] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)

    def pages(self, rows: list[PageRow]) -> None:
        self.rows += rows

    def site_done(self, target: str, payload: bytes, failure: str | None) -> None:
        if failure is not None:
            self.failed.append(f"{target}: {failure}")
        else:
            self.facts[target] = msgspec.json.decode(payload, type=SiteFacts)

    def progress(self, progress: Progress) -> None:
        pass


def without_moments(fact: object) -> object:
    """Facts as plain values, without the moments at which they were seen."""
    plain = msgspec.to_builtins(fact)

    def strip(value: object) -> object:
        if isinstance(value, dict):
            return {key: strip(inner) for key, inner in value.items() if key != "at"}
        return [strip(inner) for inner in value] if isinstance(value, (list, tuple)) else value

    return strip(plain)


def test_the_collector_brings_what_the_archive_holds(tmp_path: Path) -> None:
    """One survey a site, a day after its newest page, over real sockets: the same facts as without any."""
    root()
    with ReplayServer(tmp_path, SITES) as server:
        settings = CollectSettings(
            evidence=tmp_path / "evidence",
            requests_per_second=0,
            retry_seconds=0,
            hosts_file=tmp_path / "hosts.txt",
            ca_file=tmp_path / "ca.pem",
            processes=1,
        )
        jobs = [SiteJob(site.code, site.home, plan_of(site)) for site in SITES]
        kept = Kept()
        run_sharded(settings, jobs, "replay_survey:survey_of", READ_PAGE, kept)
    assert kept.failed == []
    for site in SITES:
        expected, _ = replay(site)
        assert without_moments(kept.facts[site.code]) == without_moments(expected), site.name
    rows = Counter((row.status, row.failure) for row in kept.rows)
    print(f"\nrows {dict(rows)}; served {sum(server.served.values())}, not saved {len(server.unsaved)}")
    assert {row.certificate_fault for row in kept.rows} == {None}
    check_booked({(status, failure) for status, failure in rows})


def check_booked(outcomes: set[tuple[int | None, str | None]]) -> None:
    """A saved page was read; what was not saved is nowhere booked as the site's fault."""
    blamed = {
        (status, failure)
        for status, failure in outcomes
        if failure is not None and KINDS[Failure(failure)].whose is Whose.THEIRS
    }
    # robots.txt alone answers 404: it forbids nothing
    assert blamed <= {(404, Failure.NOT_FOUND.value)}
    assert (200, None) in outcomes
    assert (NOT_SAVED, Failure.CLIENT_ERROR.value) in outcomes


def write_register(folder: Path) -> None:
    """The spreadsheets of a register that files the replayed sites under one unit with outward service."""
    folder.mkdir()
    (folder / "units.csv").write_text(
        "单位编码,单位名称,层级,行政区划代码,上级单位编码,单位类型,对外服务职能\n"
        "U1,回放单位,自治区,150000,,部门,是\n",
        encoding="utf-8",
    )
    sites = "".join(f"{one.code},{one.name},{one.home},U1,{one.kind},正常\n" for one in SITES)
    (folder / "sites.csv").write_text(
        "网站标识码,网站名称,首页网址,主办单位编码,网站类型,状态\n" + sites, encoding="utf-8"
    )
    (folder / "accounts.csv").write_text(
        "账号编码,平台,平台账号,账号名称,主办单位编码,信息源地址,运维方式,状态\n"
        "a1,微信公众号,gh_000000000001,回放账号,U1,,自管,正常\n",
        encoding="utf-8",
    )
    columns = "".join(
        f"{site.code},{url},{name},{kind},1,是\n" for site in SITES for url, name, kind in site.columns
    )
    (folder / "columns.csv").write_text(
        "网站标识码,栏目网址,栏目名称,栏目类型,栏目级别,应更新\n" + columns, encoding="utf-8"
    )


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """A whole round, visits included, with the product's own survey: nothing tells it what a replay is."""
    root()
    folder = tmp_path_factory.mktemp("replayed")
    write_register(folder / "in")
    with ReplayServer(folder / "in", SITES):
        base = Settings(home=folder / "data", db=None, hosts_file=None, processes=1)
        settings = settings_for(folder / "in", base, {})
        prepared = prepare(folder / "in", settings, as_of=LATEST, seed="replay", share="1")
        run_round(prepared.engine, prepared.round_id, environment_of(settings))
    return prepared.engine


def verdicts_of(engine: Engine) -> dict[tuple[str, str], tuple[str, str]]:
    wanted = select(VERDICTS.c.target, VERDICTS.c.indicator, VERDICTS.c.answer, VERDICTS.c.reason)
    with engine.connect() as connection:
        found = connection.execute(wanted).all()
    return {(target, code): (answer, reason) for target, code, answer, reason in found}


def test_a_whole_round_over_the_replay_blames_only_old_home_pages(judged: Engine) -> None:
    found = verdicts_of(judged)
    for (target, code), (answer, reason) in sorted(found.items()):
        print(f"{target} {code} {answer}: {reason[:120]}")
    failed = {key for key, (answer, _) in found.items() if answer == "fail"}
    assert failed == {(code, "W-V3") for code in OLD_HOME_PAGES}
    for site in SITES:
        opened = "pass" if site.code in WITH_HOME else "unobserved"
        assert found[site.code, "W-V2"][0] == opened
        assert found[site.code, "W-V5"][0] == "unobserved"
        assert found[site.code, "W-V6"][0] == "unobserved"
    assert {answer for (target, _), (answer, _) in found.items() if target == "a1"} == {"unobserved"}


def test_what_a_whole_round_books(judged: Engine) -> None:
    with judged.connect() as connection:
        rows = connection.execute(select(PAGES.c.status, PAGES.c.failure).distinct()).all()
        visits = connection.execute(
            select(VISITS.c.target, VISITS.c.status, VISITS.c.failure, func.count()).group_by(
                VISITS.c.target, VISITS.c.status, VISITS.c.failure
            )
        ).all()
    check_booked({(status, failure) for status, failure in rows})
    booked = {(target, status, failure): number for target, status, failure, number in visits}
    refused = (NOT_SAVED, Failure.CLIENT_ERROR.value)
    assert booked == {
        (site.code, *((200, None) if site.code in WITH_HOME else refused)): 140 for site in SITES
    }


def test_saved_pages_are_served_byte_for_byte() -> None:
    """The server's own answers, without any network."""
    root()
    site: SavedSite = next(one for one in SITES if one.code == "1304000009")
    pages, server = pages_of(site), ReplayServer(Path(), [site])
    for page in pages.values():
        assert server.answer(page.url, pages) == (200, page.body)
        assert server.answer(page.url.replace("http://", "https://"), pages) == (200, page.body)
    assert server.answer("http://hdzfxxgk.hd.gov.cn/zfgb/", pages)[0] == NOT_SAVED
    assert server.answer("http://other.gov.cn/zfxxgkzn/", pages)[0] == NOT_SAVED
    assert server.answer("http://hdzfxxgk.hd.gov.cn/robots.txt", pages)[0] == 404
