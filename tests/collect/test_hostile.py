"""Hostile and merely clumsy servers: each costs bounded time and memory and becomes a typed failure, or is read."""

from __future__ import annotations

import asyncio
import gzip
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote_to_bytes

import pytest
from hostile import Connection, LoopbackServer, page
from surveying import crawl_here, learned, write_hosts

from monitor.collect.archive import read_record
from monitor.collect.failures import Failure
from monitor.collect.rows import PageRow, SiteJob
from monitor.collect.settings import CollectSettings
from monitor.collect.survey.ask import Ask, Want

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
WHOLE = page("whole", filler=50)
BOMB = gzip.compress(b"\0" * 30_000_000)


async def raw(connection: Connection, data: bytes, close: bool = True) -> None:
    connection.send(data)
    await connection.flush()
    connection.keep = not close


async def drip(connection: Connection, piece: bytes, seconds: float) -> None:
    for _ in range(100):
        connection.send(piece)
        await connection.flush()
        await asyncio.sleep(seconds)
    connection.keep = False


async def flood(connection: Connection, start: bytes, piece: bytes, times: int = 100_000) -> None:
    connection.send(start)
    for _ in range(times):
        connection.send(piece)
        await connection.flush()
        if connection.writer.is_closing():
            break
    connection.keep = False


async def hostile(connection: Connection) -> None:
    path = connection.asked.path
    packed = gzip.compress(WHOLE)
    if path == "/robots.txt":
        await connection.answer(status="404 Not Found")
    elif path == "/endless-body":
        await flood(connection, OK + b"\r\n", b"x" * 65536)
    elif path == "/endless-chunks":
        await flood(
            connection, OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1000\r\n" + b"y" * 4096 + b"\r\n"
        )
    elif path == "/slow-headers":
        connection.send(b"HTTP/1.1 200 OK\r\n")
        await drip(connection, b"X-A: b\r\n", 0.1)
    elif path == "/slow-status":
        await drip(connection, b"H", 0.2)
    elif path == "/slow-body":
        connection.send(OK + b"Content-Length: 1000\r\n\r\n")
        await drip(connection, b"z", 0.1)
    elif path == "/header-flood":
        await flood(connection, OK, b"X-Flood: " + b"f" * 1000 + b"\r\n")
    elif path == "/one-long-header":
        await flood(connection, OK + b"X-Long: ", b"f" * 10000)
    elif path == "/interim-flood":
        await flood(connection, b"", b"HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n")
    elif path == "/interim-once":
        await raw(connection, b"HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n", close=False)
        await connection.answer(WHOLE)
    elif path == "/gzip-bomb":
        await connection.answer(BOMB, headers={"Content-Encoding": "gzip"})
    elif path == "/gzip-in-gzip":
        await connection.answer(gzip.compress(packed), headers={"Content-Encoding": "gzip"})
    elif path == "/gzip-twice-declared":
        await connection.answer(gzip.compress(packed), headers={"Content-Encoding": "gzip, gzip"})
    elif path == "/gzip":
        await connection.answer(packed, headers={"Content-Encoding": "gzip"})
    elif path == "/gzip-cut":
        await connection.answer(packed[:-30], headers={"Content-Encoding": "gzip"})
    elif path == "/gzip-undeclared":
        await connection.answer(packed)
    elif path == "/gzip-declared-only":
        await connection.answer(WHOLE, headers={"Content-Encoding": "gzip"})
    elif path == "/gzip-garbage":
        await connection.answer(b"\x1f\x8b\x08" + b"garbage" * 50, headers={"Content-Encoding": "gzip"})
    elif path == "/deflate":
        await connection.answer(zlib.compress(WHOLE), headers={"Content-Encoding": "deflate"})
    elif path == "/deflate-raw":
        machine = zlib.compressobj(9, zlib.DEFLATED, -15)
        body = machine.compress(WHOLE) + machine.flush()
        await connection.answer(body, headers={"Content-Encoding": "deflate"})
    elif path == "/brotli":
        await connection.answer(b"\x0b\x02\x80hello\x03", headers={"Content-Encoding": "br"})
    elif path == "/huge":
        await connection.answer(b"<html>" + b"x" * 30_000_000)
    elif path == "/loop-a":
        await connection.answer(status="302 Found", headers={"Location": "/loop-b"})
    elif path == "/loop-b":
        await connection.answer(status="302 Found", headers={"Location": "/loop-a"})
    elif path == "/loop-self":
        await connection.answer(status="302 Found", headers={"Location": "/loop-self"})
    elif path == "/cookie-wall":
        if b"Cookie: seen=1" in connection.asked.head:
            await connection.answer(WHOLE)
        else:
            extra = {"Location": "/cookie-wall", "Set-Cookie": "seen=1; path=/"}
            await connection.answer(status="302 Found", headers=extra)
    elif path == "/cookie-loop":
        extra = {"Location": "/cookie-loop", "Set-Cookie": "never=1"}
        await connection.answer(status="302 Found", headers=extra)
    elif path.startswith("/step-"):
        number = int(path.removeprefix("/step-"))
        await connection.answer(status="302 Found", headers={"Location": f"/step-{number + 1}"})
    elif path.startswith("/to?"):
        await raw(
            connection,
            b"HTTP/1.1 302 Found\r\nLocation: "
            + unquote_to_bytes(path[4:].replace("%31%32%37", "%2531%2532%2537"))
            + b"\r\nContent-Length: 0\r\n\r\n",
        )
    elif path == "/nul-in-header":
        await raw(connection, b"HTTP/1.1 200 OK\r\nX-A: a\x00b\r\nContent-Length: 2\r\n\r\nok")
    elif path == "/nul-in-body":
        await connection.answer(WHOLE.replace(b"whole", b"who\x00le"))
    elif path == "/reset-before":
        connection.reset()
    elif path == "/reset-in-head":
        await raw(connection, b"HTTP/1.1 200 OK\r\nContent-", close=False)
        await asyncio.sleep(0.1)
        connection.reset()
    elif path == "/reset-in-body":
        await raw(connection, OK + b"Content-Length: 5000\r\n\r\n<html><title>part</title>", close=False)
        await asyncio.sleep(0.1)
        connection.reset()
    elif path == "/close-at-once":
        connection.keep = False
    elif path == "/too-short":
        await raw(connection, OK + b"Content-Length: 5000\r\n\r\n<html><title>part</title>")
    elif path == "/too-short-but-whole":
        await raw(connection, OK + b"Content-Length: 5000\r\n\r\n" + WHOLE)
    elif path == "/too-long":
        await raw(
            connection, OK + b"Content-Length: %d\r\n\r\n" % len(WHOLE) + WHOLE + b"trailing rubbish" * 10
        )
    elif path == "/two-lengths":
        await raw(connection, OK + b"Content-Length: %d\r\nContent-Length: 5\r\n\r\n" % len(WHOLE) + WHOLE)
    elif path == "/bad-chunks":
        await raw(
            connection,
            OK + b"Transfer-Encoding: chunked\r\n\r\n10\r\n<html><title>pa<\r\nZZZ\r\nnonsense\r\n",
        )
    elif path == "/bad-chunks-but-whole":
        size = b"%x\r\n" % len(WHOLE)
        await raw(connection, OK + b"Transfer-Encoding: chunked\r\n\r\n" + size + WHOLE + b"\r\nZZZ\r\n")
    elif path == "/no-last-chunk":
        size = b"%x\r\n" % len(WHOLE)
        await raw(connection, OK + b"Transfer-Encoding: chunked\r\n\r\n" + size + WHOLE + b"\r\n")
    elif path == "/bare-lf":
        await raw(
            connection,
            b"HTTP/1.1 200 OK\nContent-Type: text/html\nContent-Length: %d\n\n" % len(WHOLE) + WHOLE,
        )
    elif path == "/no-length":
        await raw(connection, OK + b"Connection: close\r\n\r\n" + WHOLE)
    elif path == "/http-0.9":
        await raw(connection, WHOLE)
    elif path == "/no-colon":
        await raw(connection, OK + b"nonsense line\r\nContent-Length: %d\r\n\r\n" % len(WHOLE) + WHOLE)
    elif path == "/odd-status":
        await raw(connection, b"HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n")
    elif path == "/garbage":
        await raw(connection, b"\x16\x03\x01garbage" * 20)
    elif path == "/lower-case":
        await raw(connection, b"http/1.1 200 ok\r\ncontent-length: %d\r\n\r\n" % len(WHOLE) + WHOLE)
    elif path == "/challenge-412":
        await connection.answer(
            b"<html><script>$_ts=window['$_ts'];$_ts.cd='x'</script></html>", "412 Precondition Failed"
        )
    elif path == "/challenge-521":
        await connection.answer(b"<script>x</script>", "521 ", {"Set-Cookie": "__jsluid_s=abc; path=/"})
    elif path == "/challenge-200":
        await connection.answer(b"<html><script>var arg1='AB';setCookie('acw_sc__v2',x)</script></html>")
    elif path == "/shield-200":
        await connection.answer("<html><title>创宇盾提示您</title>您的访问被拦截</html>".encode("gb18030"))
    elif path.startswith("/status-"):
        await connection.answer(b"<html>said no</html>", f"{path.removeprefix('/status-')} X")
    elif path == "/json":
        await connection.answer(b'{"a": 1}', headers={"Content-Type": "application/json"})
    elif path == "/picture":
        await connection.answer(b"\x89PNG\r\n\x1a\n" + b"\0" * 50, headers={"Content-Type": "image/png"})
    else:
        await connection.answer(WHOLE)


class Asker:
    """Asks the hostile server for paths and gives rows back."""

    def __init__(self, make: Callable[..., CollectSettings], tmp_path: Path, server: LoopbackServer) -> None:
        self.settings = make(
            hosts_file=write_hosts(tmp_path, {"www.a.gov.cn": server.at}), retries=0, breaker_timeouts=99
        )

    def rows(self, *paths: str, want: Want = Want.PAGE) -> dict[str, PageRow]:
        asks = [Ask(f"http://www.a.gov.cn{path}", want) for path in paths]
        self.sink = crawl_here(self.settings, [SiteJob("s", "http://www.a.gov.cn/", [asks])])
        self.learned = learned(self.sink, "s")
        return {
            row.url.removeprefix("http://www.a.gov.cn"): row for row in self.sink.rows if row.want != "robots"
        }


@pytest.fixture
def asker(settings: Callable[..., CollectSettings], tmp_path: Path) -> object:
    with LoopbackServer(hostile) as server:
        yield Asker(settings, tmp_path, server)


FAILURES = {
    "/endless-body": Failure.TOO_LARGE,
    "/endless-chunks": Failure.TOO_LARGE,
    "/slow-headers": Failure.FIRST_BYTE_TIMEOUT,
    "/slow-status": Failure.FIRST_BYTE_TIMEOUT,
    "/slow-body": Failure.BODY_TIMEOUT,
    "/header-flood": Failure.HEADERS_TOO_LARGE,
    "/one-long-header": Failure.HEADERS_TOO_LARGE,
    "/interim-flood": Failure.HEADERS_TOO_LARGE,
    "/gzip-bomb": Failure.TOO_LARGE,
    "/gzip-in-gzip": Failure.BAD_ENCODING,
    "/gzip-twice-declared": Failure.BAD_ENCODING,
    "/gzip-cut": Failure.TRUNCATED,
    "/gzip-garbage": Failure.BAD_ENCODING,
    "/brotli": Failure.BAD_ENCODING,
    "/huge": Failure.TOO_LARGE,
    "/loop-a": Failure.REDIRECT_LOOP,
    "/loop-self": Failure.REDIRECT_LOOP,
    "/cookie-loop": Failure.REDIRECT_LOOP,
    "/step-0": Failure.TOO_MANY_REDIRECTS,
    "/reset-before": Failure.RESET,
    "/reset-in-head": Failure.RESET,
    "/reset-in-body": Failure.RESET,
    "/close-at-once": Failure.EMPTY_REPLY,
    "/too-short": Failure.TRUNCATED,
    "/bad-chunks": Failure.PROTOCOL_ERROR,
    "/nul-in-header": Failure.PROTOCOL_ERROR,
    "/odd-status": Failure.SERVER_ERROR,
    "/challenge-412": Failure.SCRIPT_CHALLENGE,
    "/challenge-521": Failure.SCRIPT_CHALLENGE,
    "/challenge-200": Failure.SCRIPT_CHALLENGE,
    "/shield-200": Failure.BLOCKED,
    "/picture": Failure.NOT_HTML,
    "/status-401": Failure.BLOCKED,
    "/status-403": Failure.BLOCKED,
    "/status-404": Failure.NOT_FOUND,
    "/status-405": Failure.BLOCKED,
    "/status-410": Failure.GONE,
    "/status-412": Failure.BLOCKED,
    "/status-418": Failure.BLOCKED,
    "/status-429": Failure.RATE_LIMITED,
    "/status-400": Failure.CLIENT_ERROR,
    "/status-500": Failure.SERVER_ERROR,
    "/status-503": Failure.SERVER_ERROR,
    "/to?http://www.elsewhere.cn/": Failure.OFF_REGISTER,
    "/to?javascript:alert(1)": Failure.BAD_URL,
    "/to?http://nobody.www.a.gov.cn/": Failure.NO_SUCH_NAME,
    "/to?http://user@www.a.gov.cn/": Failure.ADDRESS_REFUSED,
    "/to?http://www.a.gov.cn:22/": Failure.ADDRESS_REFUSED,
}
READ = {
    "/gzip": "", "/deflate": "", "/deflate-raw": "", "/interim-once": "", "/cookie-wall": "", "/nul-in-body": "",
    "/no-length": "", "/too-long": "", "/gzip-undeclared": "protocol_error", "/gzip-declared-only": "protocol_error",
    "/too-short-but-whole": "protocol_error", "/bad-chunks-but-whole": "protocol_error",
    "/no-last-chunk": "protocol_error", "/bare-lf": "", "/http-0.9": "protocol_error", "/json": "",
}  # fmt: skip


def test_every_hostile_answer_is_a_typed_failure_within_bounded_time(asker: Asker) -> None:
    began = time.monotonic()
    rows = asker.rows(*FAILURES)
    found = {path: row.failure for path, row in rows.items()}
    assert found == {path: failure.value for path, failure in FAILURES.items()}
    assert time.monotonic() - began < 20
    assert all(row.received <= 1_000_000 + 131_072 for row in rows.values())
    assert all(row.size <= 1_000_000 for row in rows.values())


def test_what_is_answered_badly_and_can_be_read_is_read(asker: Asker) -> None:
    rows = asker.rows(*READ)
    assert {path: row.failure for path, row in rows.items()} == dict.fromkeys(READ)
    for path, says in READ.items():
        assert says in rows[path].detail, path
        assert rows[path].status == 200


def test_what_cannot_be_read_is_a_protocol_error_and_never_down(asker: Asker) -> None:
    for path, row in asker.rows("/no-colon", "/two-lengths", "/garbage", "/lower-case").items():
        assert row.failure in {None, Failure.PROTOCOL_ERROR.value}, (path, row)


@pytest.mark.parametrize(
    "place",
    ["http://127.0.0.1/", "http://127.1/", "http://0177.0.0.1/", "http://0x7f000001/", "http://2130706433/",
     "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://[64:ff9b::7f00:1]/", "http://10.0.0.1/", "//127.0.0.1/",
     "http:\\\\127.0.0.1\\", "http://localhost/", "http://169.254.169.254/latest/meta-data", "http://%31%32%37.0.0.1/",
     "https://192.168.0.1/", "http://100.64.0.1/", "http://[2002:7f00:1::]/", "http://0/"],
)  # fmt: skip
@pytest.mark.parametrize("want", [Want.PAGE, Want.EXISTS])
def test_no_redirect_reaches_a_private_address(asker: Asker, place: str, want: Want) -> None:
    (row,) = asker.rows(f"/to?{place}", want=want).values()
    if want is Want.EXISTS:  # links may lead anywhere public
        assert row.failure in {Failure.ADDRESS_REFUSED.value, Failure.NO_SUCH_NAME.value}
    else:
        assert row.failure == Failure.OFF_REGISTER.value
    assert row.status == 302


def test_evidence_holds_the_bytes_as_received_and_one_record_is_read_back(asker: Asker) -> None:
    rows = asker.rows(
        "/gzip", "/deflate", "/too-short", "/status-404", "/cookie-wall", "/http-0.9", "/bare-lf"
    )
    bodies = {path: _body(asker, row) for path, row in rows.items()}
    assert gzip.decompress(bodies["/gzip"]) == WHOLE
    assert zlib.decompress(bodies["/deflate"]) == WHOLE
    assert bodies["/too-short"] == b"<html><title>part</title>"
    assert bodies["/status-404"] == b"<html>said no</html>"
    assert bodies["/cookie-wall"] == bodies["/http-0.9"] == bodies["/bare-lf"] == WHOLE
    assert (asker.settings.evidence / "s.warc.gz").stat().st_mode & 0o777 == 0o600


def _body(asker: Asker, row: PageRow) -> bytes:
    assert row.warc is not None
    assert row.offset is not None
    assert row.length is not None
    return read_record(asker.settings.evidence / row.warc, row.offset, row.length)[1]
