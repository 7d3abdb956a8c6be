"""Certificates are judged strictly and pages are read all the same; names, roots and pins stay apart."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import trustme
from hostile import Connection, LoopbackServer, page
from surveying import crawl_here, write_hosts

from monitor.collect.failures import Failure
from monitor.collect.rows import PageRow, SiteJob
from monitor.collect.settings import CollectSettings, SettingsError
from monitor.collect.survey.ask import Ask
from monitor.collect.transport import Transport

NAME = "www.a.gov.cn"


async def fine(connection: Connection) -> None:
    if connection.asked.path == "/robots.txt":
        await connection.answer(status="404 Not Found")
    else:
        await connection.answer(page(connection.asked.path))


def context(authority: trustme.CA, *names: str, expired: bool = False) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    until = datetime(2020, 1, 1, tzinfo=UTC) if expired else None
    authority.issue_cert(*names, not_after=until).configure_cert(made)
    return made


def fetch(
    make: Callable[..., CollectSettings], tmp_path: Path, tls: ssl.SSLContext, ca: Path | None
) -> list[PageRow]:
    with LoopbackServer(fine, tls=tls) as server:
        chosen = make(hosts_file=write_hosts(tmp_path, {NAME: server.at}), ca_file=ca, honour_robots=False)
        asks = [[Ask(f"https://{NAME}/{number}") for number in range(3)]]
        return crawl_here(chosen, [SiteJob("s", f"https://{NAME}/", asks)]).rows


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def roots(authority: trustme.CA, tmp_path: Path) -> Path:
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(path)
    return path


def test_a_good_certificate_has_no_fault(
    settings: Callable[..., CollectSettings], tmp_path: Path, authority: trustme.CA, roots: Path
) -> None:
    rows = fetch(settings, tmp_path, context(authority, NAME), roots)
    assert [(row.failure, row.certificate_fault, row.status) for row in rows] == [(None, None, 200)] * 3


@pytest.mark.parametrize(
    ("names", "expired", "known_root", "says"),
    [
        ((NAME,), True, True, "expired"),
        (("www.other.gov.cn",), False, True, "name"),
        ((NAME,), False, False, "issuer"),
    ],
)
def test_a_bad_certificate_is_a_fault_and_the_page_is_read(
    settings: Callable[..., CollectSettings],
    tmp_path: Path,
    authority: trustme.CA,
    roots: Path,
    names: tuple[str, ...],
    expired: bool,
    known_root: bool,
    says: str,
) -> None:
    rows = fetch(
        settings, tmp_path, context(authority, *names, expired=expired), roots if known_root else None
    )
    assert [(row.failure, row.status) for row in rows] == [(None, 200)] * 3
    assert all(row.certificate_fault and says in row.certificate_fault for row in rows), rows[
        0
    ].certificate_fault


def test_plain_text_behind_https_is_a_failed_handshake(
    settings: Callable[..., CollectSettings], tmp_path: Path
) -> None:
    async def plain(connection: Connection) -> None:
        await connection.answer(page("x"))

    with LoopbackServer(plain) as server:
        chosen = settings(hosts_file=write_hosts(tmp_path, {NAME: server.at}), honour_robots=False)
        (row,) = crawl_here(chosen, [SiteJob("s", f"https://{NAME}/", [[Ask(f"https://{NAME}/")]])]).rows
    assert row.failure in {Failure.TLS_HANDSHAKE.value, Failure.RESET.value, Failure.TLS_TIMEOUT.value}


def test_every_phase_has_its_own_time_out(settings: Callable[..., CollectSettings], tmp_path: Path) -> None:
    async def stuck(connection: Connection) -> None:
        await asyncio.sleep(10)

    full = socket.socket()
    full.bind(("127.0.0.1", 0))
    full.listen(0)
    crowd = [socket.socket() for _ in range(4)]
    for one in crowd:
        one.setblocking(False)
        one.connect_ex(full.getsockname())
    names = {"connect.cn": f"127.0.0.1:{full.getsockname()[1]}"}
    with LoopbackServer(stuck) as server:
        names |= {"tls.cn": server.at, "first.cn": server.at}
        chosen = settings(hosts_file=write_hosts(tmp_path, names), honour_robots=False, retries=0)
        asks = [
            Ask("http://connect.cn/"),
            Ask("https://connect.cn/"),
            Ask("https://tls.cn/"),
            Ask("http://first.cn/"),
        ]
        rows = crawl_here(chosen, [SiteJob("s", "http://connect.cn/", [asks])]).rows
    assert {row.url: row.failure for row in rows} == {
        "http://connect.cn/": Failure.CONNECT_TIMEOUT,
        "https://connect.cn/": Failure.CONNECT_TIMEOUT,
        "https://tls.cn/": Failure.TLS_TIMEOUT,
        "http://first.cn/": Failure.FIRST_BYTE_TIMEOUT,
    }
    for one in (full, *crowd):
        one.close()


def test_nobody_listens_is_refused(settings: Callable[..., CollectSettings], tmp_path: Path) -> None:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        hosts = write_hosts(tmp_path, {NAME: f"127.0.0.1:{one.getsockname()[1]}"})
        chosen = settings(hosts_file=hosts, honour_robots=False, retries=0)
        (row,) = crawl_here(chosen, [SiteJob("s", f"http://{NAME}/", [[Ask(f"http://{NAME}/")]])]).rows
    assert row.failure == Failure.CONNECT_REFUSED


def test_a_ca_file_that_is_none_is_a_clear_error(
    settings: Callable[..., CollectSettings], tmp_path: Path
) -> None:
    broken = tmp_path / "broken.pem"
    broken.write_text("not a certificate")
    with pytest.raises(SettingsError, match="附加根证书文件"):
        Transport(settings(ca_file=broken))
