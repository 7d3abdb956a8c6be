"""Faults are functions of host and slot, exactly counted, and only while a slot is announced."""

from __future__ import annotations

import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from monitor.rehearsal.build import build_estate, load_plan
from monitor.rehearsal.driver import Estate
from monitor.rehearsal.errors import FolderError, ServerError
from monitor.rehearsal.families import family_of
from monitor.rehearsal.plan import EstatePlan, SitePlan
from monitor.rehearsal.slots import COUNTED_FAULTS, SLOW_FAULTS, UNCOUNTED_FAULTS
from tests.rehearsal.conftest import AS_OF
from tests.rehearsal.reader import Reader


@pytest.fixture
def estate(small_estate: Estate) -> Iterator[Estate]:
    yield small_estate
    small_estate.slot(None)
    small_estate.network(False)


@pytest.fixture
def reader(small_estate: Estate) -> Reader:
    return Reader(small_estate.folder)


def by_case(plan: EstatePlan, case: str) -> SitePlan:
    return next(site for site in plan.sites if case in site.cases.values())


def outcome(reader: Reader, site: SitePlan) -> str:
    """What one visit of a home page comes to."""
    try:
        answer = reader.get(site.home_url)
    except httpx.TransportError as error:
        return type(error).__name__
    return str(answer.status_code)


def test_a_week_of_visits_fails_as_often_as_planned(
    estate: Estate, reader: Reader, small_plan: EstatePlan
) -> None:
    expected = {
        "fails_7_of_140": (7, 0),
        "fails_6_of_140": (6, 0),
        "refuses_30_of_140": (0, 30),
        "announced_outage": (14, 0),
    }
    sites = [by_case(small_plan, case) for case in expected]
    results: list[list[str]] = []
    with ThreadPoolExecutor(len(sites)) as pool:
        for slot in range(140):
            estate.slot(slot)
            results.append(list(pool.map(lambda site: outcome(reader, site), sites)))
    for at, (site, (bad, refused)) in enumerate(zip(sites, expected.values(), strict=True)):
        column = [row[at] for row in results]
        turned_away = sum(result in ("403", "412", "429", "521") for result in column)
        assert turned_away == refused
        assert sum(result != "200" for result in column) - turned_away == bad
        assert {slot for slot, result in enumerate(column) if result != "200"} == set(site.behaviour.faults)


def test_faults_stay_away_while_no_slot_is_announced(
    estate: Estate, reader: Reader, small_plan: EstatePlan
) -> None:
    site = by_case(small_plan, "fails_often")
    estate.slot(next(iter(site.behaviour.faults)))
    assert outcome(reader, site) != "200"
    column = next(column for column in site.columns if column.shape == "list")
    assert reader.get(f"{site.scheme}://{site.host}{family_of(site).column_path(column)}").status_code == 200
    estate.slot(None)
    assert outcome(reader, site) == "200"


def test_slow_answers_lie_on_both_sides_of_fifteen_seconds(
    estate: Estate, reader: Reader, small_plan: EstatePlan
) -> None:
    slow, inside = by_case(small_plan, "fails_7_with_slow"), by_case(small_plan, "fails_6_with_14_seconds")
    slot = next(slot for slot, fault in slow.behaviour.faults.items() if fault in SLOW_FAULTS)
    assert inside.behaviour.faults[slot] == "slow14"
    estate.slot(slot)

    def timed(site: SitePlan) -> tuple[float, str]:
        started = time.monotonic()
        with reader.client.stream(
            "GET", f"http://{reader.ports[site.host]}/", headers={"Host": site.host}, timeout=15
        ) as answer:
            size = 0
            for piece in answer.iter_raw():
                size += len(piece)
                if time.monotonic() - started >= 15:
                    return time.monotonic() - started, "late"
        return time.monotonic() - started, str(answer.status_code)

    def tried(site: SitePlan) -> tuple[float, str]:
        try:
            return timed(site)
        except httpx.TimeoutException:
            return 15.0, "late"

    assert slow.scheme == inside.scheme == "http"
    with ThreadPoolExecutor(2) as pool:
        late, opened = pool.map(tried, (slow, inside))
    assert late[1] == "late"
    assert opened[1] == "200"


def test_our_own_network_fails_and_comes_back(estate: Estate, reader: Reader, small_plan: EstatePlan) -> None:
    healthy = [site for site in small_plan.sites if not site.cases and site.status == "正常"][:5]
    estate.network(True)
    assert {outcome(reader, site) for site in healthy} <= {
        "ReadError",
        "RemoteProtocolError",
        "ConnectError",
        "WriteError",
    }
    estate.network(False)
    assert {outcome(reader, site) for site in healthy} == {"200"}


def test_what_was_sent_before_a_slot_meets_the_old_slot(
    estate: Estate, reader: Reader, small_plan: EstatePlan
) -> None:
    """A request that lies in the socket when the driver switches is still judged by the old state."""
    site = next(site for site in small_plan.sites if site.cases.get("W-V2") == "fails_often" and site.scheme == "http"
                and "redirects_to_https" not in site.behaviour.oddities)  # fmt: skip
    bad = next(iter(site.behaviour.faults))
    address, port = reader.ports[site.host].split(":")
    for _ in range(20):
        estate.slot(None)
        with socket.create_connection((address, int(port)), timeout=10) as connection:
            connection.sendall(f"GET / HTTP/1.1\r\nHost: {site.host}\r\nConnection: close\r\n\r\n".encode())
            estate.slot(bad)
            assert b" 200" in connection.recv(64) or b" 30" in connection.recv(64)


def test_permanent_states_answer_as_named(reader: Reader, small_plan: EstatePlan, small_folder: Path) -> None:
    seen = {}
    for site in small_plan.sites:
        kind = site.behaviour.permanent
        if kind == "no_name":
            assert site.host not in reader.ports
        elif kind == "refused":
            assert outcome(reader, site) == "ConnectError"
        elif kind == "redirect_loop":
            with pytest.raises(AssertionError, match="too many redirects"):
                reader.get(site.home_url)
        elif kind == "redirect_off":
            answer = reader.get(site.home_url, follow=False)
            assert answer.status_code == 302
            assert httpx.URL(answer.headers["location"]).host not in reader.ports
        elif kind == "known_agents_only":
            assert outcome(reader, site) == "200"
            assert reader.get(site.home_url, headers={"User-Agent": "python-httpx/0.28"}).status_code == 403
        elif kind:
            expected = {"always_404": "404", "always_503": "503", "blocked_200": "200"}.get(
                kind, kind.removeprefix("blocked_")
            )
            assert outcome(reader, site) == expected
        seen[kind] = True
    assert set(seen) >= {
        "refused",
        "no_name",
        "always_404",
        "blocked_403",
        "blocked_412",
        "blocked_200",
        "redirect_off",
    }


def test_leaves_answer_head_range_and_get(reader: Reader, small_plan: EstatePlan) -> None:
    site = next(
        site for site in small_plan.sites if not site.behaviour.oddities and not site.behaviour.permanent
    )
    url = f"{site.scheme}://{site.host}/zwgk/202609/P020260901.pdf"
    head = reader.get(url, "HEAD")
    whole = reader.get(url)
    part = reader.get(url, headers={"Range": "bytes=0-99"})
    assert head.status_code == whole.status_code == 200
    assert int(head.headers["content-length"]) >= len(whole.content) - 16 > 2_000
    assert (part.status_code, len(part.content)) == (206, 100)
    assert reader.get(f"{site.scheme}://{site.host}/old_attachment/1.doc").status_code == 404
    assert reader.get(f"{site.scheme}://{site.host}/no/such/page.html").status_code == 404


def handshake(context: ssl.SSLContext, address: str, port: int, name: str) -> str:
    """What a strict client complains about (empty: nothing)."""
    with socket.create_connection((address, port), timeout=10) as plain:
        try:
            context.wrap_socket(plain, server_hostname=name).close()
        except ssl.SSLCertVerificationError as error:
            return error.verify_message
    return ""


def test_certificates_are_judged_apart_from_reading(
    small_folder: Path, small_estate: Estate, tmp_path: Path
) -> None:
    """A strict client trusts ca.pem, and refuses the expired and the wrong-name certificates."""
    folder = tmp_path / "tls"
    build_estate(folder, 250, 60, "tls", AS_OF)
    plan = load_plan(folder)
    strict = ssl.create_default_context(cafile=str(folder / "ca.pem"))
    seen = set()
    with Estate(folder):
        reader = Reader(folder)
        for site in plan.sites:
            if site.scheme != "https" or site.behaviour.permanent:
                continue
            fault = site.behaviour.oddities & {"expired_certificate", "wrong_name_certificate"}
            address, port = reader.ports[f"{site.host}:443"].split(":")
            said = handshake(strict, address, int(port), site.host)
            expected = {"expired_certificate": "expired", "wrong_name_certificate": "mismatch"}
            assert [word for word in ("expired", "mismatch") if word in said] == [
                expected[word] for word in fault
            ]
            assert outcome(reader, site) == "200"
            seen.add(next(iter(fault), "good"))
    assert seen == {"good", "expired_certificate", "wrong_name_certificate"}


def test_statistics_count_by_host_and_kind(estate: Estate, reader: Reader, small_plan: EstatePlan) -> None:
    site = next(site for site in small_plan.sites if not site.cases and site.status == "正常")
    before = estate.stats()["hosts"].get(site.host, {}).get("home", 0)
    reader.get(site.home_url)
    stats = estate.stats()
    assert stats["hosts"][site.host]["home"] == before + 1
    assert stats["peak"][site.address] >= 1


def test_all_planned_faults_are_known_words(full_plan: EstatePlan) -> None:
    words = {fault for site in full_plan.sites for fault in site.behaviour.faults.values()}
    assert words == COUNTED_FAULTS | {"slow14", "403", "429"}
    assert not COUNTED_FAULTS & UNCOUNTED_FAULTS


def test_no_window_looks_like_our_own_network(full_plan: EstatePlan) -> None:
    """Far fewer than four addresses in ten fail in the same slot."""
    for slot in range(140):
        failing = {site.address for site in full_plan.sites if slot in site.behaviour.faults}
        assert len(failing) < 0.1 * len({site.address for site in full_plan.sites})


def test_server_dies_with_its_parent(small_folder: Path, tmp_path: Path) -> None:
    build_estate(tmp_path, 5, 5, "orphan", AS_OF)
    code = (
        "import sys,time;from pathlib import Path;from monitor.rehearsal.driver import Estate\n"
        f"e=Estate(Path({str(tmp_path)!r}));e.start();print(e.pid,flush=True);time.sleep(60)"
    )
    root = Path(__file__).resolve().parents[2]
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=root)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    for _ in range(100):
        if not Path(f"/proc/{child}").exists() or "Z" in Path(f"/proc/{child}/stat").read_text().split()[2]:
            break
        time.sleep(0.1)
    else:
        os.kill(child, signal.SIGKILL)
        pytest.fail("the server outlived its parent")


def test_second_server_on_the_same_folder_says_why(small_estate: Estate) -> None:
    with pytest.raises(ServerError, match="不能监听"):
        Estate(small_estate.folder).start()


def test_folder_of_another_version_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FolderError, match="没有演练环境目录"):
        Estate(tmp_path / "none").start()
    with pytest.raises(FolderError, match="请先运行"):
        load_plan(tmp_path)
    build_estate(tmp_path, 5, 5, "x", AS_OF)
    estate = tmp_path / "estate.json"
    estate.write_text(estate.read_text("utf-8").replace('"seed": "x"', '"seed": "y"'), "utf-8")
    with pytest.raises(FolderError, match="另一个版本"):
        load_plan(tmp_path)
