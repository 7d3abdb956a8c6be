"""The client against real servers on loopback: safe addresses, bounded answers, typed failures, manners."""

from __future__ import annotations

import asyncio
import gzip
import ssl
import zlib
from pathlib import Path

import pytest
import trustme
from loopback import Answer, Request, asking, by_path, client, plain, raw, rss, run_alone, serving

from monitor.collect.exchange import Look
from monitor.collect.failures import Failure
from monitor.collect.guard import AddressGuard, AddressRefused, Pinned
from monitor.collect.httpclient import ClientSettings, PlatformClient

BODY = rss("2026-09-20 10:00")


def look_at(answer: Answer, path: str = "/", **settings: float) -> Look:
    """One look at a server that answers so."""

    async def work() -> Look:
        async with (
            serving(answer) as server,
            client(f"a.example 127.0.0.1:{server.port}", **settings) as asking,
        ):
            return await asking.look(f"http://a.example{path}")

    look: Look = run_alone(work())
    return look


def test_a_look_keeps_what_the_archive_needs() -> None:
    packed = gzip.compress(BODY)

    async def work() -> None:
        async with (
            serving(plain(packed, content_type="text/xml; charset=gbk", Content_Encoding="gzip")) as server,
            client(f"a.example 127.0.0.1:{server.port}") as asking,
        ):
            look = await asking.look("http://a.example/feed?x=1")
        assert look.failure is None
        assert (look.status, look.content_type, look.body) == (200, "text/xml", BODY)
        assert look.last.body == packed
        assert look.last.request_head.startswith(b"GET /feed?x=1 HTTP/1.1\r\n")
        assert look.last.response_head.startswith(b"HTTP/1.1 200 OK\r\n")
        assert look.last.response_head.endswith(b"\r\n\r\n")
        assert look.last.address == f"127.0.0.1:{server.port}"
        phases = look.last.phases
        assert 0 <= phases.resolve <= phases.connect <= phases.first_byte <= phases.total
        assert look.last.started.utcoffset() is not None
        (request,) = server.requests
        assert request.headers["host"] == "a.example"
        assert "test-monitor/1.0 (+mailto:" in request.headers["user-agent"]
        assert "cookie" not in request.headers

    run_alone(work())


def test_tls_keeps_the_real_server_name_and_added_roots_are_trusted(tmp_path: Path) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("secure.example").configure_cert(context)
    names: list[str | None] = []
    context.sni_callback = lambda connection, name, _: names.append(name)
    roots = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(roots)

    async def work() -> None:
        async with serving(plain(BODY), context=context) as server:
            hosts = f"secure.example:443 127.0.0.1:{server.port}\nwrong.example:443 127.0.0.1:{server.port}"
            async with client(hosts, ca_file=roots) as asking:
                good = await asking.look("https://secure.example/")
                wrong = await asking.look("https://wrong.example/")
                again = await asking.look("https://wrong.example/2")
            async with client(hosts) as strange:
                unknown = await strange.second_opinion("https://secure.example/")
        assert (good.failure, good.last.certificate_fault) == (None, None)
        assert good.last.phases.tls > 0
        assert names[0] == "secure.example"
        for look in (wrong, again, unknown):
            assert look.failure is None, look.detail
            assert look.body == BODY
            assert look.last.certificate_fault is not None
            assert look.last.certificate_fault.startswith("tls_certificate")

    run_alone(work())


def test_tls_that_is_no_tls_is_a_handshake_failure() -> None:
    async def work() -> Look:
        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            await writer.drain()
            writer.close()

        listener = await asyncio.start_server(talk, "127.0.0.1", 0)
        port = listener.sockets[0].getsockname()[1]
        async with listener, client(f"a.example:443 127.0.0.1:{port}") as asking:
            return await asking.look("https://a.example/")

    assert run_alone(work()).failure is Failure.TLS_HANDSHAKE


def test_redirects_are_followed_to_five_and_no_further() -> None:
    def chain(length: int) -> Answer:
        steps: dict[str, Answer] = {
            f"/{n}": plain(b"", "302 Found", Location=f"/{n + 1}") for n in range(length)
        }
        return by_path({**steps, f"/{length}": plain(BODY)})

    five = look_at(chain(5), "/0")
    assert (five.failure, len(five.hops), five.final_url) == (None, 6, "http://a.example/5")
    six = look_at(chain(6), "/0")
    assert (six.failure, len(six.hops)) == (Failure.TOO_MANY_REDIRECTS, 6)


def test_loops_and_redirects_to_nowhere() -> None:
    loop = by_path(
        {
            "/a": plain(b"", "301 Moved", Location="/b"),
            "/b": plain(b"", "301 Moved", Location="http://A.example/a"),
        }
    )
    assert look_at(loop, "/a").failure is Failure.REDIRECT_LOOP
    assert look_at(plain(b"", "302 Found", Location="/")).failure is Failure.REDIRECT_LOOP
    assert look_at(plain(b"", "302 Found")).failure is Failure.PROTOCOL_ERROR


def test_a_redirect_to_itself_with_a_cookie_is_followed_once() -> None:
    async def gate(request: Request, writer: asyncio.StreamWriter) -> None:
        if request.headers.get("cookie") == "pass=1":
            await plain(BODY)(request, writer)
        else:
            await plain(b"", "302 Found", Location="/", Set_Cookie="pass=1; path=/")(request, writer)

    assert look_at(gate).failure is None
    assert look_at(plain(b"", "302 Found", Location="/", Set_Cookie="a=1")).failure is Failure.REDIRECT_LOOP


PRIVATE = [
    "http://127.0.0.1/", "http://127.1/", "http://2130706433/", "http://0x7f000001/", "http://0177.0.0.1/",
    "http://0/", "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://[::127.0.0.1]/", "http://[64:ff9b::7f00:1]/",
    "http://[2002:7f00:1::]/", "http://[fe80::1]/", "http://[fd00::1]/", "http://localhost/", "http://a.localhost/",
    "http://10.0.0.1/", "http://172.16.5.5/", "http://192.168.1.1/", "http://169.254.169.254/latest/meta-data/",
    "http://100.64.0.1/", "http://224.0.0.1/", "http://255.255.255.255/", "http://①②⑦.⓪.⓪.①/", "http://127。0。0。1/",
    "http://%31%32%37.0.0.1/", "http://user@a.example/", "http://a.example@127.0.0.1/", "ftp://a.example/",
    "file:///etc/passwd", "gopher://a.example/", "http://a.example:22/", "http://a.example:6379/", "//127.0.0.1/",
    "http:\\\\127.0.0.1\\", "javascript:alert(1)", "data:text/html,x", "http://[::]/", "http://0x7f.1/",
]  # fmt: skip


@pytest.mark.parametrize("location", PRIVATE)
def test_redirects_to_places_that_are_not_public_are_never_followed(location: str) -> None:
    look = look_at(plain(b"", "302 Found", Location=location))
    assert look.failure in (Failure.ADDRESS_REFUSED, Failure.BAD_URL), look.detail
    assert len(look.hops) == 2
    assert look.last.address is None
    assert look.detail


@pytest.mark.parametrize("url", PRIVATE)
def test_places_that_are_not_public_are_not_asked_in_an_open_network_either(url: str) -> None:
    """Here the resolver would say 127.0.0.1 of every name."""

    async def work() -> Look:
        guard = AddressGuard(resolve=lambda host, port: ["127.0.0.1"])
        async with PlatformClient(guard, ClientSettings("test")) as asking:
            return await asking.look(url)

    look = run_alone(work())
    assert look.failure in (Failure.ADDRESS_REFUSED, Failure.BAD_URL)
    assert look.last.address is None


class _Rebinding(AddressGuard):
    """A guard whose second look-up of the same name meets a private address."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self.port = port
        self.asked: list[tuple[str, str, int | None]] = []

    def pin(self, scheme: str, host: str, port: int | None = None) -> Pinned:
        self.asked.append((scheme, host, port))
        if len(self.asked) > 1:
            raise AddressRefused(f"{host} 解析到非公网地址")
        return Pinned(host, "127.0.0.2", self.port)


def test_a_name_that_resolves_differently_a_moment_later_gains_nothing() -> None:
    """Rebinding: the address that was checked is the address connected to, and every request is checked anew."""

    async def work() -> None:
        async with serving(plain(b"", "302 Found", Location="/again"), ip="127.0.0.2") as server:
            guard = _Rebinding(server.port)
            async with PlatformClient(guard, ClientSettings("test", requests_per_second=0)) as asking:
                look = await asking.look("http://no-such-name.invalid/")
        assert look.hops[0].address == f"127.0.0.2:{server.port}"
        assert server.requests[0].headers["host"] == "no-such-name.invalid"
        assert (look.failure, look.last.address) == (Failure.ADDRESS_REFUSED, None)
        assert guard.asked == [("http", "no-such-name.invalid", 80)] * 2
        assert len(server.requests) == 1

    run_alone(work())


def test_names_that_do_not_exist_and_ports_that_nobody_listens_on() -> None:
    async def work() -> tuple[Look, Look]:
        async with serving(plain(BODY)) as server:
            dead = server.port
        async with client(f"a.example 127.0.0.1:{dead}") as asking:
            return await asking.look("http://a.example/"), await asking.look("http://b.example/")

    refused, unknown = run_alone(work())
    assert (refused.failure, unknown.failure) == (Failure.CONNECT_REFUSED, Failure.NO_SUCH_NAME)


LATE = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart"


def drip(piece: bytes, pause: float, head: bytes = b"", most: int = 10_000) -> Answer:
    async def answer(request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        for _ in range(most):
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause)

    return answer


FLOOD = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n"
MALFORMED: dict[str, tuple[Answer, set[Failure]]] = {
    "reset before the answer": (raw(b""), {Failure.EMPTY_REPLY, Failure.RESET}),
    "half a head": (raw(b"HTTP/1.1 200 OK\r\nContent-"), {Failure.EMPTY_REPLY, Failure.PROTOCOL_ERROR}),
    "body cut off": (raw(LATE), {Failure.TRUNCATED}),
    "chunks cut off": (
        raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n"),
        {Failure.TRUNCATED},
    ),
    "bad chunks": (
        raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"),
        {Failure.PROTOCOL_ERROR},
    ),
    "no HTTP at all": (raw(b"220 smtp ready\r\n\r\n"), {Failure.PROTOCOL_ERROR}),
    "silence": (drip(b"", 0.05), {Failure.FIRST_BYTE_TIMEOUT}),
    "slow head": (drip(b"X-A: b\r\n", 0.05, b"HTTP/1.1 200 OK\r\n"), {Failure.FIRST_BYTE_TIMEOUT}),
    "slow body": (drip(b"x", 0.05, FLOOD), {Failure.BODY_TIMEOUT}),
    "endless body": (drip(b"x" * 65_536, 0, FLOOD), {Failure.TOO_LARGE}),
    "head flood": (
        drip(b"X-A: " + b"b" * 1000 + b"\r\n", 0, b"HTTP/1.1 200 OK\r\n"),
        {Failure.HEADERS_TOO_LARGE},
    ),
    "1xx flood": (drip(b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" * 50, 0), {Failure.HEADERS_TOO_LARGE}),
    "gzip bomb": (
        plain(gzip.compress(b"\0" * 50_000_000), Content_Encoding="gzip"),
        {Failure.TOO_LARGE},
    ),
    "gzip bomb in gzip": (
        plain(gzip.compress(gzip.compress(b"\0" * 50_000_000)), Content_Encoding="gzip"),
        {Failure.TOO_LARGE},
    ),
    "three layers": (
        plain(gzip.compress(gzip.compress(gzip.compress(BODY))), Content_Encoding="gzip"),
        {Failure.BAD_ENCODING},
    ),
    "many layers declared": (plain(BODY, Content_Encoding="gzip, gzip, gzip"), {Failure.BAD_ENCODING}),
    "broken gzip": (
        plain(gzip.compress(BODY)[:12] + b"junk", Content_Encoding="gzip"),
        {Failure.BAD_ENCODING},
    ),
    "half a gzip": (plain(gzip.compress(BODY)[:-9], Content_Encoding="gzip"), {Failure.TRUNCATED}),
    "an encoding not asked for": (plain(BODY, Content_Encoding="br"), {Failure.BAD_ENCODING}),
    "30 MB": (plain(b"x" * 30_000_000), {Failure.TOO_LARGE}),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_answers_are_bounded_and_typed(name: str) -> None:
    answer, expected = MALFORMED[name]
    look = look_at(
        answer,
        first_byte_seconds=0.4,
        connect_seconds=0.4,
        body_seconds=0.4,
        body_limit=1_000_000,
        give_up_after=99,
    )
    assert look.failure in expected, look.detail
    assert len(look.body) <= 1_000_000
    assert len(look.last.body) <= 1_200_000


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", gzip.compress(BODY)),
        ("x-gzip", gzip.compress(BODY)),
        ("gzip", gzip.compress(gzip.compress(BODY))),
        ("gzip, gzip", gzip.compress(gzip.compress(BODY))),
        ("deflate", zlib.compress(BODY)),
        ("deflate", zlib.compress(BODY)[2:-4]),
        ("gzip", BODY),
        ("identity", BODY),
        ("", BODY),
    ],
)
def test_encodings_as_servers_really_send_them(encoding: str, body: bytes) -> None:
    look = look_at(plain(body, Content_Encoding=encoding))
    assert (look.failure, look.body) == (None, BODY)


@pytest.mark.parametrize(
    ("status", "failure"),
    [
        ("200 OK", None), ("203 Non-Authoritative", None), ("401 Unauthorized", Failure.BLOCKED),
        ("403 Forbidden", Failure.BLOCKED), ("404 Not Found", Failure.NOT_FOUND), ("410 Gone", Failure.GONE),
        ("412 Precondition Failed", Failure.SCRIPT_CHALLENGE), ("418 Teapot", Failure.CLIENT_ERROR),
        ("429 Too Many", Failure.RATE_LIMITED), ("500 Error", Failure.SERVER_ERROR), ("503 Busy", Failure.SERVER_ERROR),
        ("521 Down", Failure.SCRIPT_CHALLENGE), ("304 Not Modified", Failure.PROTOCOL_ERROR),
        ("999 Odd", Failure.PROTOCOL_ERROR),
    ],
)  # fmt: skip
def test_statuses(status: str, failure: Failure | None) -> None:
    body = b"" if status.startswith("304") else BODY
    assert look_at(plain(body, status)).failure is failure


def test_a_defence_page_is_told_from_other_refusals() -> None:
    assert look_at(plain("创宇盾提示您".encode(), "405 Not Allowed")).failure is Failure.BLOCKED


@pytest.mark.parametrize(
    ("status", "asked"), [("503 Busy", 2), ("429 Too Many", 2), ("404 Not Found", 1), ("403 Forbidden", 1)]
)
def test_only_passing_failures_are_tried_once_more(status: str, asked: int) -> None:
    async def work() -> int:
        async with asking(plain(b"x", status, Retry_After="9999")) as (server, looking):
            await looking.look("http://a.example/")
        return len(server.requests)

    assert run_alone(work()) == asked


def test_a_second_try_that_works_is_the_look() -> None:
    calls: list[str] = []

    async def moody(request: Request, writer: asyncio.StreamWriter) -> None:
        calls.append(request.target)
        await plain(BODY, "200 OK" if len(calls) > 1 else "502 Bad Gateway")(request, writer)

    look = look_at(moody)
    assert (look.failure, look.body, len(look.hops)) == (None, BODY, 1)


def test_the_second_opinion_asks_once_and_follows_further() -> None:
    async def work() -> tuple[int, Look]:
        steps: dict[str, Answer] = {f"/{n}": plain(b"", "302 Found", Location=f"/{n + 1}") for n in range(9)}
        async with asking(by_path({**steps, "/9": plain(BODY), "/x": plain(b"", "503 Busy")})) as (
            server,
            looking,
        ):
            far = await looking.second_opinion("http://a.example/0")
            busy = await looking.second_opinion("http://a.example/x")
        assert busy.failure is Failure.SERVER_ERROR
        return server.targets.count("/x"), far

    asked, far = run_alone(work())
    assert (asked, far.failure, len(far.hops)) == (1, None, 10)


def test_the_time_of_a_second_opinion_is_shared_by_all_its_hops() -> None:
    async def slow(request: Request, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.25)
        await plain(b"", "302 Found", Location=f"/{len(request.target)}{request.target[1:]}")(request, writer)

    async def work() -> Look:
        async with asking(slow, site_seconds=0.6) as (_server, looking):
            return await looking.second_opinion("http://a.example/x")

    look = run_alone(work())
    assert look.failure is Failure.FIRST_BYTE_TIMEOUT
    assert len(look.hops) == 3


def test_connections_and_pace_are_kept_by_address_and_not_by_name() -> None:
    async def slow(request: Request, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.02)
        await plain(BODY)(request, writer)

    async def work() -> None:
        async with serving(slow) as server, serving(slow, ip="127.0.0.2") as other:
            hosts = f"* 127.0.0.1:{server.port}\nother.example 127.0.0.2:{other.port}"
            async with client(hosts, connections_per_address=2, requests_per_second=40) as asking:
                urls = [f"http://h{n}.example/" for n in range(12)] + ["http://other.example/"]
                looks = await asyncio.gather(*(asking.look(url) for url in urls))
        assert all(look.failure is None for look in looks)
        gaps = [later - earlier for earlier, later in zip(server.starts, server.starts[1:], strict=False)]
        assert sum(gaps) >= 11 / 40 * 0.9
        assert len(other.requests) == 1

    run_alone(work())


def test_at_most_so_many_requests_are_under_way_at_one_address() -> None:
    under_way: list[int] = [0, 0]

    async def counting(request: Request, writer: asyncio.StreamWriter) -> None:
        under_way[0] += 1
        under_way[1] = max(under_way)
        await asyncio.sleep(0.02)
        under_way[0] -= 1
        await plain(BODY)(request, writer)

    async def work() -> None:
        async with asking(counting, "*", connections_per_address=2) as (_server, looking):
            await asyncio.gather(*(looking.look(f"http://h{n}.example/") for n in range(10)))

    run_alone(work())
    assert under_way[1] == 2


def test_an_address_that_only_times_out_is_left_alone() -> None:
    async def work() -> None:
        async with serving(drip(b"", 1.0)) as server, serving(plain(BODY), ip="127.0.0.2") as good:
            hosts = f"* 127.0.0.1:{server.port}\ngood.example 127.0.0.2:{good.port}"
            settings = {
                "first_byte_seconds": 0.1,
                "connect_seconds": 0.1,
                "give_up_after": 3,
                "site_seconds": 0.1,
            }
            async with client(hosts, **settings) as asking:
                looks = [await asking.look(f"http://h{n}.example/") for n in range(8)]
                fine = await asking.look("http://good.example/")
                before = len(server.requests)
                await asking.second_opinion("http://h9.example/")
        assert {look.failure for look in looks} == {Failure.FIRST_BYTE_TIMEOUT}
        assert (before, len(server.requests)) == (3, 4), "a second opinion is really asked for"
        assert "不再询问" in looks[-1].detail
        assert fine.failure is None

    run_alone(work())


def test_connections_are_kept_and_cookies_are_not() -> None:
    async def work() -> None:
        async with asking(plain(BODY, Set_Cookie="id=1; path=/")) as (server, looking):
            for number in range(5):
                assert (await looking.look(f"http://a.example/{number}")).failure is None
        assert server.connections == 1
        assert all("cookie" not in request.headers for request in server.requests)

    run_alone(work())


def test_hundreds_of_hosts_leave_few_clients_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.collect.httpclient._IDLE_CLIENTS", 10)

    async def work() -> int:
        async with serving(plain(BODY)) as server, client(f"* 127.0.0.1:{server.port}") as asking:
            for number in range(40):
                assert (await asking.look(f"http://h{number}.example/")).failure is None
            return len(asking._clients)

    assert run_alone(work()) <= 11
