"""The parts of the collector by themselves: queues, breaker, decoding, defences, settings, archive."""

from __future__ import annotations

import gzip
import heapq
import random
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.collect.archive import Archive, read_record, warc_name
from monitor.collect.breaker import Breaker, Trial
from monitor.collect.decode import decode_body
from monitor.collect.defences import status_failure
from monitor.collect.errors import ArchiveError
from monitor.collect.exchange import Exchange
from monitor.collect.failures import Failure
from monitor.collect.politeness import AddressQueues
from monitor.collect.settings import CollectSettings, Limits, SettingsError


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def simulate(
    sizes: dict[str, int], latency: dict[str, float], connections: int, total: int, rate: float = 0.0
) -> float:
    """The time that the queues need for so many requests an address."""
    clock = Clock()
    queues: AddressQueues[int] = AddressQueues(connections, rate, total, clock=clock)
    for address, size in sizes.items():
        for number in range(size):
            queues.put(address, address, number)
    running: list[tuple[float, int, object, str]] = []
    number = 0
    while queues.waiting or running:
        while (taken := queues.take()) is not None:
            number += 1
            heapq.heappush(running, (clock.now + latency[taken.address], number, taken, taken.address))
            assert queues.under_way <= total
        wait = queues.next_in()
        if running and (wait is None or running[0][0] <= clock.now + wait or wait == 0.0):
            clock.now, _, ended, address = heapq.heappop(running)
            queues.done(ended, latency[address])  # type: ignore[arg-type]
        elif wait is not None:
            clock.now += wait + 1e-9
    return clock.now


@pytest.mark.parametrize("total", [128, 1200])
def test_a_simulated_round_of_558_sites_stays_near_its_bound(total: int) -> None:
    dice = random.Random(4)
    sizes = {f"a{number}": int(min(600, dice.paretovariate(0.9) * 8)) for number in range(558)}
    latency = {address: dice.uniform(0.02, 0.12) for address in sizes}
    work = {address: sizes[address] * latency[address] for address in sizes}
    bound = max(max(work.values()) / 2, sum(work.values()) / total)
    assert simulate(sizes, latency, 2, total) <= bound * 1.1


def test_the_rate_holds_whatever_the_latency() -> None:
    took = simulate({"a": 21, "b": 3}, {"a": 0.01, "b": 0.01}, 2, 10, rate=2.0)
    assert took == pytest.approx(10.0, abs=0.1)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz")), max_size=60))
def test_everything_that_waits_is_taken_once_in_order_of_its_host(puts: list[tuple[str, str]]) -> None:
    clock = Clock()
    queues: AddressQueues[tuple[str, int]] = AddressQueues(2, 0.0, 3, clock=clock)
    for number, (address, host) in enumerate(puts):
        queues.put(address, host, (host, number))
    seen: list[tuple[str, str, int]] = []
    running = []
    while True:
        while (taken := queues.take()) is not None:
            running.append(taken)
            seen.append((taken.address, taken.host, taken.item[1]))
            assert sum(one.address == taken.address for one in running) <= 2
            assert len(running) <= 3
        if not running:
            break
        queues.done(running.pop(0), 0.01)
    assert sorted(number for _, _, number in seen) == list(range(len(puts)))
    for address, host in set(puts):
        own = [number for place, name, number in seen if (place, name) == (address, host)]
        assert own == sorted(own)


def test_the_breaker_opens_at_its_limit_and_gives_one_trial() -> None:
    breaker = Breaker(2)
    assert not breaker.record("a", Failure.FIRST_BYTE_TIMEOUT)
    assert not breaker.record("a", None)
    assert not breaker.record("a", Failure.CONNECT_TIMEOUT)
    assert breaker.record("a", Failure.BODY_TIMEOUT)
    assert breaker.is_open("a")
    assert not breaker.is_open("b")
    assert [breaker.trial("a"), breaker.trial("a")] == [Trial.GO, Trial.WAIT]
    breaker.record("a", Failure.TLS_TIMEOUT)
    assert breaker.trial("a") is Trial.LEAVE
    breaker.record("a", Failure.NOT_FOUND)  # any answer closes it
    assert breaker.trial("a") is Trial.GO
    breaker.record("a", Failure.BODY_TIMEOUT)
    breaker.record("a", Failure.BODY_TIMEOUT)
    breaker.forgive()
    assert not breaker.is_open("a")


@given(st.binary(max_size=3000), st.sampled_from(["gzip", "deflate", "x-gzip", ""]))
def test_what_was_packed_comes_back(body: bytes, coding: str) -> None:
    packed = gzip.compress(body) if "gzip" in coding else zlib.compress(body) if coding else body
    if not coding and body.startswith(b"\x1f\x8b"):
        return
    decoded = decode_body(packed, coding, 10_000)
    if body.startswith(b"\x1f\x8b") and "gzip" in coding:
        assert decoded.failure is Failure.BAD_ENCODING
    else:
        assert (decoded.body, decoded.failure) == (body, None)


@given(
    st.binary(max_size=500), st.sampled_from(["gzip", "deflate", "br", "gzip, gzip", "zstd", "identity", ""])
)
def test_decoding_never_fails_and_never_exceeds_its_limit(raw: bytes, coding: str) -> None:
    assert len(decode_body(raw, coding, 400).body) <= 500


@pytest.mark.parametrize(("size", "failure"), [(1000, None), (1001, Failure.TOO_LARGE)])
def test_the_limit_of_decoded_bytes_is_exact(size: int, failure: Failure | None) -> None:
    for coding, packed in (
        ("gzip", gzip.compress(b"x" * size)),
        ("deflate", zlib.compress(b"x" * size)),
        ("", b"x" * size),
    ):
        decoded = decode_body(packed, coding, 1000)
        assert (len(decoded.body), decoded.failure) == (min(size, 1000), failure)


def test_real_pages_that_merely_quote_a_defence_are_pages() -> None:
    text = "关于网站防护的通知正文".encode() * 100
    quoting = b"<html><script>var $_ts={};</script><p>" + text + "创宇盾提示".encode() + b"</p></html>"
    assert status_failure(200, (), quoting) is None
    assert (
        status_failure(200, (), b"<html><script>$_ts={};$_ts.cd=1</script></html>")
        is Failure.SCRIPT_CHALLENGE
    )
    assert status_failure(412, (), quoting) is Failure.SCRIPT_CHALLENGE
    assert status_failure(521, (), b"") is Failure.SERVER_ERROR
    assert status_failure(406, (), b"#ENCODED#") is Failure.BLOCKED


@pytest.mark.parametrize(
    "values",
    [
        {"connections_per_address": 0},
        {"requests_per_second": -1.0},
        {"processes": 0},
        {"contact": "a\r\nX-Evil: 1"},
        {"limits": Limits(connect_seconds=20.0, total_seconds=15.0)},
    ],
)
def test_settings_that_cannot_be_are_refused(
    settings: Callable[..., CollectSettings], values: dict[str, object]
) -> None:
    with pytest.raises(SettingsError):
        settings(**values)


def exchange(body: bytes) -> Exchange:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: text/html\r\n\r\n"
    return Exchange("http://a.cn/", "GET", datetime(2026, 9, 1, tzinfo=UTC), 200, (("Content-Type", "text/html"),), body,
                    request_head=b"GET / HTTP/1.1\r\n\r\n", response_head=head, address="[::1]:80")  # fmt: skip


def test_an_archive_is_cut_back_to_what_was_committed(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    first, second = archive.append("t", exchange(b"one")), archive.append("t", exchange(b"two" * 999))
    archive.close()
    assert read_record(tmp_path / second.warc, second.offset, second.length)[1] == b"two" * 999
    again = Archive(tmp_path, {first.warc: first.offset + first.length})
    third = again.append("t", exchange(b"three"))
    again.close()
    assert third.offset + third.length < second.offset + second.length
    assert read_record(tmp_path / first.warc, first.offset, first.length)[1] == b"one"
    headers, body = read_record(tmp_path / third.warc, third.offset, third.length)
    assert body == b"three"
    assert ("X-Archive-Orig-Transfer-Encoding", "chunked") in headers
    for offset, length in ((third.offset + 1, third.length), (third.offset, third.length // 2), (10**9, 5)):
        with pytest.raises(ArchiveError):
            read_record(tmp_path / third.warc, offset, length)


def test_evidence_that_is_shorter_than_the_books_say_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="短于已登记的长度"):
        Archive(tmp_path, {"t.warc.gz": 1000}).append("t", exchange(b"x"))


@given(st.text(min_size=1, max_size=200))
def test_no_target_names_a_file_outside_its_folder(target: str) -> None:
    name = warc_name(target)
    assert "/" not in name
    assert not name.startswith(".")
    assert len(name.encode()) < 200
    assert warc_name(target + "x") != name
