"""The crawl over real sockets: what is asked how often, in what manner, and what a resumed run answers."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hostile import Connection, LoopbackServer, page
from surveying import (
    Learned,
    MemorySink,
    crawl_here,
    learned,
    read_page,
    survey_all,
    survey_given,
    write_hosts,
)
from warcio.archiveiterator import ArchiveIterator

from monitor.collect.archive import read_record
from monitor.collect.bound import politeness_bound
from monitor.collect.crawl import Crawl
from monitor.collect.extract.page import PageFacts
from monitor.collect.failures import Failure
from monitor.collect.parsing import PageReader
from monitor.collect.rows import PageRow, SiteDone, SiteJob
from monitor.collect.settings import CollectSettings, NetworkWatchSettings
from monitor.collect.survey.ask import Ask, Want
from monitor.collect.worker import build_guard

A, B, OUT = "www.a.gov.cn", "www.b.gov.cn", "www.out.cn"
Make = Callable[..., CollectSettings]


async def site(connection: Connection) -> None:
    """Twelve pages that link each other, a dead link, two outside links."""
    path = connection.asked.path
    if path == "/robots.txt":
        await connection.answer(
            b"User-agent: *\nDisallow: /secret/\n", headers={"Content-Type": "text/plain"}
        )
    elif path.startswith("/p"):
        number = int(path[2:-5])
        links = [f"/p{(number * 3 + step) % 12}.html" for step in range(4)]
        links += ["/gone.html", f"http://{OUT}/there", f"http://{OUT}/missing", "/secret/x.html"]
        await connection.answer(page(path, links))
    elif path in {"/", "/there"}:
        await connection.answer(page("home", ["/p0.html", "./p1.html#x"]))
    else:
        await connection.answer(b"gone", "404 Not Found")


def test_each_address_is_asked_once_and_outside_links_once_for_all_sites(
    settings: Make, tmp_path: Path
) -> None:
    with LoopbackServer(site) as server:
        hosts = write_hosts(tmp_path, {A: server.at, B: server.at, OUT: server.at})
        jobs = [SiteJob(name, f"http://{name}/") for name in (A, B)]
        sink = crawl_here(settings(hosts_file=hosts), jobs, survey_all)
        asked = Counter((one.method, one.host, one.path) for one in server.asked)
    retried = {key: number for key, number in asked.items() if number > 1}
    assert retried == {}
    assert asked["HEAD", OUT, "/there"] == 1
    assert (
        asked["HEAD", OUT, "/missing"] == asked["GET", OUT, "/missing"] == 1
    )  # never called broken by HEAD alone
    for name in (A, B):
        seen = {url: failure for url, _, failure, _, _ in learned(sink, name).seen}
        assert seen[f"http://{name}/gone.html"] == Failure.NOT_FOUND
        assert seen[f"http://{name}/secret/x.html"] == Failure.ROBOTS
        assert seen[f"http://{OUT}/there"] is None
        assert seen[f"http://{OUT}/missing"] == Failure.NOT_FOUND
        assert sum(failure is None for failure in seen.values()) == 14
        assert not any(path.startswith("/secret") for path in server.paths())
    assert sum(row.requests for row in sink.rows) == len(server.asked)
    bound = politeness_bound(sink.rows, 2, 0.0, 100)
    assert (bound.requests, bound.addresses, bound.address) == (len(server.asked), 1, "127.0.0.1")


def test_the_head_that_is_sent_is_the_head_that_is_archived(settings: Make, tmp_path: Path) -> None:
    with LoopbackServer(site) as server:
        chosen = settings(
            hosts_file=write_hosts(tmp_path, {A: server.at}), contact="mailto:office@example.cn"
        )
        asks = [[Ask(f"http://{A}/p1.html"), Ask(f"http://{A}/data?x=1", Want.BODY, post="a=1&b=2")]]
        crawl_here(chosen, [SiteJob("s", f"http://{A}/", asks)])
        sent = {one.path: one.head for one in server.asked}
    with (chosen.evidence / "s.warc.gz").open("rb") as file:
        kept = {
            record.rec_headers.get_header("WARC-Target-URI"): record.raw_stream.read()
            for record in ArchiveIterator(file, no_record_parse=True)
            if record.rec_type == "request"
        }
    for path in ("/robots.txt", "/p1.html"):
        assert kept[f"http://{A}{path}"] == sent[path]
    assert kept[f"http://{A}/data?x=1"] + b"a=1&b=2" == sent["/data?x=1"]
    assert b"mailto:office@example.cn" in sent["/p1.html"]
    assert b"Host: www.a.gov.cn\r\n" in sent["/p1.html"]


def test_the_archive_is_a_standard_warc_and_every_row_finds_its_record(
    settings: Make, tmp_path: Path
) -> None:
    with LoopbackServer(site) as server:
        chosen = settings(hosts_file=write_hosts(tmp_path, {A: server.at, OUT: server.at}))
        sink = crawl_here(chosen, [SiteJob("s", f"http://{A}/")], survey_all)
    with (chosen.evidence / "s.warc.gz").open("rb") as file:
        kinds = Counter(record.rec_type for record in ArchiveIterator(file, check_digests="raise"))
    rows = [row for row in sink.rows if row.warc is not None]
    assert kinds == {"warcinfo": 1, "request": len(rows), "response": len(rows)}
    for row in rows:
        assert row.offset is not None
        assert row.length is not None
        assert len(read_record(chosen.evidence / str(row.warc), row.offset, row.length)[1]) == row.size


@pytest.mark.parametrize(
    ("status", "asked"), [("403", 2), ("405", 2), ("501", 2), ("404", 2), ("200", 1), ("429", 1)]
)
def test_heads_that_are_refused_become_ranged_gets(
    settings: Make, tmp_path: Path, status: str, asked: int
) -> None:
    async def no_heads(connection: Connection) -> None:
        if connection.asked.method == "HEAD":
            await connection.answer(status=f"{status} X")
        else:
            assert b"Range: bytes=0-1023" in connection.asked.head
            await connection.answer(b"x" * 5_000_000)

    with LoopbackServer(no_heads) as server:
        chosen = settings(hosts_file=write_hosts(tmp_path, {A: server.at}), retries=0, honour_robots=False)
        job = SiteJob("s", f"http://{A}/", [[Ask(f"http://{A}/x.zip", Want.EXISTS)]])
        (row,) = crawl_here(chosen, [job]).rows
        assert len(server.asked) == asked
    assert row.failure == (Failure.RATE_LIMITED if status == "429" else None)
    assert row.received < 1_000_000


@pytest.mark.parametrize(
    ("answer", "walked", "confirmed"),
    [
        ("404", True, True),
        ("403", True, True),
        ("500", False, True),
        ("drop", False, True),
        ("all", False, True),
    ],
)
def test_robots(settings: Make, tmp_path: Path, answer: str, walked: bool, confirmed: bool) -> None:
    async def ruled(connection: Connection) -> None:
        if connection.asked.path != "/robots.txt":
            await connection.answer(page("x"))
        elif answer == "drop":
            connection.reset()
        elif answer == "all":
            await connection.answer(b"User-agent: *\nDisallow: /\n", headers={"Content-Type": "text/plain"})
        else:
            await connection.answer(status=f"{answer} X")

    with LoopbackServer(ruled) as server:
        chosen = settings(hosts_file=write_hosts(tmp_path, {A: server.at}))
        wave = [Ask(f"http://{A}/", confirmed=True), Ask(f"http://{A}/walk.html")]
        sink = crawl_here(chosen, [SiteJob("s", f"http://{A}/", [wave])])
    seen = {url: failure for url, _, failure, _, _ in learned(sink, "s").seen}
    assert (seen[f"http://{A}/"] is None) is confirmed
    assert seen[f"http://{A}/walk.html"] == (None if walked else Failure.ROBOTS)


def test_connections_and_rate_count_by_address_and_not_by_name(settings: Make, tmp_path: Path) -> None:
    async def slow(connection: Connection) -> None:
        await asyncio.sleep(0.03)
        await connection.answer(page("x"))

    names = [f"www.s{number}.gov.cn" for number in range(6)]
    with LoopbackServer(slow, ip="127.0.0.5") as server, LoopbackServer(slow, ip="127.0.0.6") as other:
        hosts = dict.fromkeys(names, server.at) | {B: other.at}
        chosen = settings(
            hosts_file=write_hosts(tmp_path, hosts), honour_robots=False, connections_per_address=3
        )
        jobs = [
            SiteJob(name, f"http://{name}/", [[Ask(f"http://{name}/{n}") for n in range(5)]])
            for name in hosts
        ]
        crawl_here(chosen, jobs)
        assert server.under_way_most == 3
        assert server.open_most <= 3
        assert server.accepted <= 3  # connections are kept, across the names of one address
        assert other.under_way_most == 3
        assert len(server.asked) == 30
    with LoopbackServer(slow) as server:
        hosts = dict.fromkeys(names, server.at)
        chosen = settings(
            hosts_file=write_hosts(tmp_path, hosts), honour_robots=False, requests_per_second=20.0
        )
        jobs = [SiteJob(name, f"http://{name}/", [[Ask(f"http://{name}/x")]]) for name in names]
        loop = asyncio.new_event_loop()
        began = loop.time()
        crawl_here(chosen, jobs)
        assert loop.time() - began >= 5 / 20.0  # six requests are five spaces apart
        loop.close()


def test_temporary_failures_are_asked_once_more(settings: Make, tmp_path: Path) -> None:
    counts: Counter[str] = Counter()

    async def moody(connection: Connection) -> None:
        path = connection.asked.path
        counts[path] += 1
        if path == "/busy" and counts[path] == 1:
            await connection.answer(status="503 Busy")
        elif path == "/always":
            connection.reset()
        elif path == "/no":
            await connection.answer(status="404 No")
        else:
            await connection.answer(page(path))

    with LoopbackServer(moody) as server:
        chosen = settings(hosts_file=write_hosts(tmp_path, {A: server.at}), honour_robots=False)
        wave = [Ask(f"http://{A}{path}") for path in ("/busy", "/always", "/no", "/fine")]
        sink = crawl_here(chosen, [SiteJob("s", f"http://{A}/", [wave])])
    failures = [failure for _, _, failure, _, _ in learned(sink, "s").seen]
    assert failures == [None, Failure.RESET, Failure.NOT_FOUND, None]
    assert (counts["/busy"], counts["/no"], counts["/fine"]) == (2, 1, 1)
    assert counts["/always"] in {2, 3, 4}  # libcurl itself asks again where a kept connection turns out dead


def test_the_breaker_spares_a_tarpit_and_closes_when_the_host_is_back(settings: Make, tmp_path: Path) -> None:
    async def tarpit(connection: Connection) -> None:
        if connection.asked.path == "/good":
            await connection.answer(page("x"))
        else:
            await asyncio.sleep(30)

    with LoopbackServer(tarpit) as server:
        chosen = settings(hosts_file=write_hosts(tmp_path, {A: server.at}), honour_robots=False)
        wave = [Ask(f"http://{A}/{number}") for number in range(40)]
        sink = crawl_here(chosen, [SiteJob("s", f"http://{A}/", [wave])])
        assert len(server.asked) <= 4
    failures = Counter(failure for _, _, failure, _, _ in learned(sink, "s").seen)
    assert set(failures) <= {Failure.FIRST_BYTE_TIMEOUT, Failure.BREAKER_OPEN}
    assert failures[Failure.BREAKER_OPEN] >= 36

    back = False

    async def recovering(connection: Connection) -> None:
        nonlocal back
        if not back and len(server.asked) >= 2:
            back = True
            await asyncio.sleep(30)
        elif not back:
            await asyncio.sleep(30)
        await connection.answer(page("x"))

    with LoopbackServer(recovering) as server:
        chosen = settings(hosts_file=write_hosts(tmp_path, {A: server.at}), honour_robots=False)
        sink = crawl_here(chosen, [SiteJob("t", f"http://{A}/", [wave])])
    assert Counter(failure for _, _, failure, _, _ in learned(sink, "t").seen) == {None: 40}


def test_limits_of_pages_and_asks(settings: Make, tmp_path: Path) -> None:
    with LoopbackServer(site) as server:
        hosts = write_hosts(tmp_path, {A: server.at})
        chosen = settings(hosts_file=hosts, pages_per_site=5, asks_per_site=8)
        waves = [[Ask(f"http://{A}/p{n}.html") for n in range(7)],
                 [Ask(f"http://{A}/p{n}.html", Want.EXISTS) for n in range(4, 12)], [Ask("nonsense://x")]]  # fmt: skip
        sink = crawl_here(chosen, [SiteJob("s", f"http://{A}/", waves)])
    failures = [failure for _, _, failure, _, _ in learned(sink, "s").seen]
    limit = Failure.PAGE_LIMIT
    assert failures == [None] * 5 + [limit] * 2 + [None, limit, limit, None, None, None, limit, limit] + [
        Failure.BAD_URL
    ]


def test_a_survey_that_fails_costs_itself_alone(settings: Make, tmp_path: Path) -> None:
    def failing(job: SiteJob) -> object:
        if job.target == "bad":
            raise ValueError("on purpose")
        return survey_all(job)

    with LoopbackServer(site) as server:
        chosen = settings(hosts_file=write_hosts(tmp_path, {A: server.at, OUT: server.at}))
        sink = crawl_here(chosen, [SiteJob("bad", f"http://{A}/"), SiteJob("good", f"http://{A}/")], failing)  # type: ignore[arg-type]
    assert sink.failures["bad"] is not None
    assert sink.failures["bad"].startswith("internal: ValueError")
    assert sink.failures["good"] is None


def test_a_parser_that_raises_is_ours(settings: Make, tmp_path: Path) -> None:
    async def poison(connection: Connection) -> None:
        await connection.answer(
            b"<html>EAT-ALL-MEMORY</html>" if connection.asked.path == "/bad" else page("x")
        )

    with LoopbackServer(poison) as server:
        chosen = settings(hosts_file=write_hosts(tmp_path, {A: server.at}), honour_robots=False)
        sink = crawl_here(chosen, [SiteJob("s", f"http://{A}/", [[Ask(f"http://{A}/bad"), Ask(f"http://{A}/good")],
                                                                 [Ask(f"http://{A}/bad", Want.BODY)]])])  # fmt: skip
        assert Counter(server.paths()) == {"/bad": 1, "/good": 1}
    failures = [failure for _, _, failure, _, _ in learned(sink, "s").seen]
    assert failures == [Failure.PARSER_FAILED, None, None]  # its bytes are there all the same


def test_our_own_slowness_is_never_booked_as_a_time_out(settings: Make, tmp_path: Path) -> None:
    async def slow(connection: Connection) -> None:
        if connection.asked.path != "/heavy":
            await asyncio.sleep(0.5)
        await connection.answer(page(connection.asked.path))

    def heavy(body: bytes, url: str, content_type: str) -> PageFacts:
        if url.endswith("/heavy"):
            time.sleep(2.5)  # twice the time that a request may take
        return read_page(body, url, content_type)

    sink = MemorySink()
    with LoopbackServer(slow) as server:
        chosen = settings(hosts_file=write_hosts(tmp_path, {A: server.at}), honour_robots=False, retries=1,
                          connections_per_address=8)  # fmt: skip
        wave = [Ask(f"http://{A}/heavy"), *(Ask(f"http://{A}/{number}") for number in range(6))]

        def emit(rows: list[PageRow], done: list[SiteDone]) -> None:
            sink.pages(rows)

        job = SiteJob("s", f"http://{A}/", [wave])
        Crawl(chosen, build_guard(chosen), [job], survey_given, PageReader(heavy), emit).run()
    assert Counter(row.failure for row in sink.rows) == {None: 7}


def test_existence_is_told_from_a_known_page_however_badly_it_came(settings: Make, tmp_path: Path) -> None:
    async def big(connection: Connection) -> None:
        if connection.asked.path == "/big":
            await connection.answer(b"<html>" + b"x" * 3_000_000)
        else:
            await connection.answer(b"no", "404 No")

    with LoopbackServer(big) as server:
        chosen = settings(hosts_file=write_hosts(tmp_path, {A: server.at}), honour_robots=False)
        urls = [f"http://{A}/big", f"http://{A}/none"]
        waves = [[Ask(url) for url in urls], [Ask(url, Want.EXISTS) for url in urls]]
        sink = crawl_here(chosen, [SiteJob("s", f"http://{A}/", waves)])
        assert Counter(server.paths()) == {"/big": 1, "/none": 1}
    failures = [failure for _, _, failure, _, _ in learned(sink, "s").seen]
    assert failures == [Failure.TOO_LARGE, Failure.NOT_FOUND, None, Failure.NOT_FOUND]


def test_resuming_from_any_committed_moment_gives_the_same_and_asks_nothing_twice(
    settings: Make, tmp_path: Path
) -> None:
    with LoopbackServer(site) as server:
        hosts = write_hosts(tmp_path, {A: server.at, OUT: server.at})
        whole = crawl_here(
            settings(hosts_file=hosts, evidence=tmp_path / "e0"), [SiteJob(A, f"http://{A}/")], survey_all
        )
        expected = learned(whole, A)
        assert len(whole.rows) == 18
        for cut in random.Random(7).sample(range(len(whole.rows) + 1), 6):
            evidence = tmp_path / f"e{cut}x"
            evidence.mkdir()
            (evidence / f"{A}.warc.gz").write_bytes(
                (tmp_path / "e0" / f"{A}.warc.gz").read_bytes() + b"half a rec"
            )
            chosen = settings(hosts_file=hosts, evidence=evidence)
            server.asked.clear()
            again = crawl_here(
                chosen, [SiteJob(A, f"http://{A}/", replay=tuple(whole.rows[:cut]))], survey_all
            )
            assert learned(again, A) == expected
            known = {row.url for row in whole.rows[:cut]}
            assert not known & {f"http://{one.host}{one.path}" for one in server.asked}
            assert {row.url for row in again.rows} | known == {row.url for row in whole.rows}
            for row in (*whole.rows[:cut], *again.rows):
                if row.warc is not None:
                    assert row.offset is not None
                    assert row.length is not None
                    read_record(evidence / row.warc, row.offset, row.length)


def test_a_resumed_site_keeps_to_its_limit(settings: Make, tmp_path: Path) -> None:
    with LoopbackServer(site) as server:
        chosen = settings(
            hosts_file=write_hosts(tmp_path, {A: server.at}), pages_per_site=5, honour_robots=False
        )
        job = SiteJob("s", f"http://{A}/", [[Ask(f"http://{A}/p{n}.html") for n in range(9)]])
        whole = crawl_here(chosen, [job])
        kept = [row for row in whole.rows if row.failure == Failure.PAGE_LIMIT]
        kept += [row for row in whole.rows if row.failure is None][:2]
        again = crawl_here(chosen, [SiteJob("s", job.filed_url, job.survey_input, tuple(kept))])
    assert learned(again, "s") == learned(whole, "s")


class Outage:
    """Many hosts, all of which fall silent between two counts of requests."""

    def __init__(self, start: int, seconds: float) -> None:
        self.start, self.seconds = start, seconds
        self.count = 0
        self.until: float | None = None

    async def __call__(self, connection: Connection) -> None:
        now = asyncio.get_running_loop().time()
        self.count += 1
        if self.until is None and self.count >= self.start:
            self.until = now + self.seconds
        if self.until is not None and now < self.until:
            connection.reset()
            return
        await asyncio.sleep(0.01)
        await connection.answer(page(connection.asked.path))


@pytest.mark.parametrize("with_control", [False, True])
def test_when_our_own_network_fails_nobody_is_blamed(
    settings: Make, tmp_path: Path, with_control: bool
) -> None:
    outage = Outage(60, 2.5)
    names = [f"www.n{number}.gov.cn" for number in range(8)]
    servers = [LoopbackServer(outage, ip=f"127.0.1.{number + 1}") for number in range(8)]
    control = LoopbackServer(outage, ip="127.0.1.99")
    for server in (*servers, control):
        server.__enter__()
    try:
        hosts = {name: server.at for name, server in zip(names, servers, strict=True)} | {
            "control.cn": control.at
        }
        urls = ("http://control.cn/",) if with_control else ()
        watch = NetworkWatchSettings(urls, window_seconds=1.0, probe_seconds=0.2, patience_seconds=20.0)
        chosen = settings(
            hosts_file=write_hosts(tmp_path, hosts), honour_robots=False, network=watch, retry_seconds=0.3
        )
        waves = {
            name: [[Ask(f"http://{name}/{wave}/{n}") for n in range(6)] for wave in range(4)]
            for name in names
        }
        sink = crawl_here(chosen, [SiteJob(name, f"http://{name}/", waves[name]) for name in names])
    finally:
        for server in (*servers, control):
            server.__exit__(None, None, None)
    assert outage.until is not None
    failures = Counter(failure for name in names for _, _, failure, _, _ in learned(sink, name).seen)
    assert failures == {None: 8 * 24}


def test_a_network_that_does_not_come_back_is_booked_as_ours(settings: Make, tmp_path: Path) -> None:
    outage = Outage(40, 1000)
    names = [f"www.n{number}.gov.cn" for number in range(6)]
    servers = [LoopbackServer(outage, ip=f"127.0.2.{number + 1}") for number in range(6)]
    for server in servers:
        server.__enter__()
    try:
        hosts = {name: server.at for name, server in zip(names, servers, strict=True)}
        watch = NetworkWatchSettings(window_seconds=1.0, probe_seconds=0.1, patience_seconds=1.0)
        chosen = settings(hosts_file=write_hosts(tmp_path, hosts), honour_robots=False, network=watch)
        waves = {
            name: [[Ask(f"http://{name}/{wave}/{n}") for n in range(6)] for wave in range(4)]
            for name in names
        }
        sink = crawl_here(chosen, [SiteJob(name, f"http://{name}/", waves[name]) for name in names])
    finally:
        for server in servers:
            server.__exit__(None, None, None)
    failures = Counter(failure for name in names for _, _, failure, _, _ in learned(sink, name).seen)
    assert set(failures) == {None, Failure.OUR_NETWORK.value}


def test_one_failing_site_is_not_our_network(settings: Make, tmp_path: Path) -> None:
    async def well(connection: Connection) -> None:
        await connection.answer(page("x"))

    async def ill(connection: Connection) -> None:
        if len(bad.asked) <= 2:
            await connection.answer(page("x"))
        else:
            connection.reset()

    good = [LoopbackServer(well, ip=f"127.0.3.{number + 1}") for number in range(6)]
    bad = LoopbackServer(ill, ip="127.0.3.99")
    for server in (*good, bad):
        server.__enter__()
    try:
        hosts = {f"www.g{number}.gov.cn": server.at for number, server in enumerate(good)} | {B: bad.at}
        chosen = settings(hosts_file=write_hosts(tmp_path, hosts), honour_robots=False)
        jobs = [
            SiteJob(name, f"http://{name}/", [[Ask(f"http://{name}/{n}") for n in range(6)]])
            for name in hosts
        ]
        sink = crawl_here(chosen, jobs)
    finally:
        for server in (*good, bad):
            server.__exit__(None, None, None)
    assert Counter(failure for _, _, failure, _, _ in learned(sink, B).seen) == {None: 2, Failure.RESET: 4}


def test_learned_is_what_the_sink_got(settings: Make, tmp_path: Path) -> None:
    with LoopbackServer(site) as server:
        chosen = settings(hosts_file=write_hosts(tmp_path, {A: server.at}))
        sink: MemorySink = crawl_here(chosen, [SiteJob("s", f"http://{A}/", [])])
    assert learned(sink, "s") == Learned("s", ())
