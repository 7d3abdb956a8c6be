"""Availability: what counts as opened, a real limit, overlapping slots, void windows and visits made again."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hostile import Connection, LoopbackServer, page
from surveying import write_hosts

from monitor.collect.archive import read_record
from monitor.collect.failures import Failure
from monitor.collect.settings import CollectSettings, NetworkWatchSettings
from monitor.collect.visitrows import Planned, VisitRow, void_reason
from monitor.collect.visits import visit_compressed, visit_slot, visits_folder

SHANGHAI = ZoneInfo("Asia/Shanghai")
Make = Callable[..., CollectSettings]


def planned(slot: int, per_day: int = 4) -> Planned:
    moment = datetime(2026, 9, 1, 8, tzinfo=SHANGHAI) + timedelta(
        days=slot // per_day, minutes=30 * (slot % per_day)
    )
    return Planned(slot, moment.date(), moment)


class Estate:
    """Hosts whose behaviour is a function of host and slot; the slot is told over `slot`."""

    def __init__(self, faults: dict[tuple[str, int], str], names: list[str]) -> None:
        self.faults = faults
        self.slot = 0
        self.names = names
        self.served: list[tuple[str, int]] = []
        self.servers = [
            LoopbackServer(self.serve, ip=f"127.0.5.{number + 1}") for number in range(len(names))
        ]

    def __enter__(self) -> Estate:
        for server in self.servers:
            server.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        for server in self.servers:
            server.__exit__(None, None, None)

    def hosts(self) -> dict[str, str]:
        return {name: server.at for name, server in zip(self.names, self.servers, strict=True)}

    def targets(self) -> list[tuple[str, str]]:
        return [(name, f"http://{name}/") for name in self.names]

    async def serve(self, connection: Connection) -> None:
        host, path = connection.asked.host, connection.asked.path
        fault = self.faults.get((host, self.slot)) or self.faults.get((host, -1)) or ""
        self.served.append((host, self.slot))
        if fault == "tarpit":
            await asyncio.sleep(30)
        elif fault in {"reset", "our-network"}:
            connection.reset()
        elif fault.startswith("status"):
            await connection.answer(b"no", f"{fault[6:]} X")
        elif fault == "away":
            await connection.answer(status="302 Found", headers={"Location": "http://www.elsewhere.cn/"})
        elif fault == "private":
            await connection.answer(status="302 Found", headers={"Location": "http://127.0.0.1/"})
        elif fault == "inside" and path == "/":
            await connection.answer(status="302 Found", headers={"Location": f"http://{host}/index.html"})
        elif fault == "loop":
            await connection.answer(status="302 Found", headers={"Location": path})
        elif fault == "bad-chunks":
            connection.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<html\r\nZZ\r\n")
            connection.keep = False
        elif fault == "change":
            await connection.answer(page(f"slot {self.slot}"))
        elif fault == "challenge":
            await connection.answer(b"<script>$_ts={};$_ts.cd=1</script>", "412 X")
        elif fault == "slow":
            await asyncio.sleep(0.4)
            await connection.answer(page(host))
        else:
            await connection.answer(page(host))


NAMES = ["opened", "inside", "tarpit", "reset", "status404", "status503", "status403", "away", "private", "loop",
         "bad-chunks", "challenge", "nobody"]  # fmt: skip


def test_what_a_single_slot_books(settings: Make, tmp_path: Path) -> None:
    names = [f"{name}.gov.cn" for name in NAMES]
    with Estate({(f"{name}.gov.cn", -1): name for name in NAMES}, names) as estate:
        hosts = estate.hosts()
        del hosts["nobody.gov.cn"]
        chosen = settings(hosts_file=write_hosts(tmp_path, hosts))
        began = time.monotonic()
        rows = {
            row.target.removesuffix(".gov.cn"): row
            for row in visit_slot(estate.targets(), planned(0), chosen)
        }
    assert time.monotonic() - began < 8
    assert {name: row.failure for name, row in rows.items()} == {
        "opened": None,
        "inside": None,
        "tarpit": Failure.FIRST_BYTE_TIMEOUT,
        "reset": Failure.RESET,
        "status404": Failure.NOT_FOUND,
        "status503": Failure.SERVER_ERROR,
        "status403": Failure.BLOCKED,
        "away": Failure.OFF_REGISTER,
        "private": Failure.OFF_REGISTER,
        "loop": Failure.REDIRECT_LOOP,
        "bad-chunks": None,
        "challenge": Failure.SCRIPT_CHALLENGE,
        "nobody": Failure.NO_SUCH_NAME,
    }
    assert {name for name, row in rows.items() if row.off_register} == {"away", "private"}
    assert "protocol_error" in rows["bad-chunks"].detail
    assert rows["inside"].redirects == 1
    assert rows["inside"].final_url == "http://inside.gov.cn/index.html"
    assert rows["tarpit"].seconds == pytest.approx(1.2, abs=0.15)
    assert rows["tarpit"].phases.connect > 0
    assert rows["opened"].address == hosts["opened.gov.cn"]
    assert not any(row.void for row in rows.values())
    for name, row in rows.items():  # first seen and failures are kept
        if name not in {"tarpit", "reset", "nobody"}:
            assert row.offset is not None
            assert row.length is not None
            read_record(visits_folder(chosen) / str(row.warc), row.offset, row.length)
    assert rows["opened"].visit().failure is None
    assert rows["opened"].started.utcoffset() == timedelta(hours=8)


def test_bodies_are_kept_the_first_time_and_on_change(settings: Make, tmp_path: Path) -> None:
    with Estate({("b.gov.cn", -1): "change"}, ["a.gov.cn", "b.gov.cn"]) as estate:
        chosen = settings(hosts_file=write_hosts(tmp_path, estate.hosts()))
        known: dict[str, str] = {}
        kept = Counter()
        for slot in range(3):
            estate.slot = slot
            for row in visit_slot(estate.targets(), planned(slot), chosen, known=known):
                kept[row.target] += row.warc is not None
                known[row.target] = row.sha256 or ""
                if row.warc is not None:
                    read_record(visits_folder(chosen) / row.warc, row.offset or 0, row.length or 0)
    assert kept == {"a.gov.cn": 1, "b.gov.cn": 3}


def compressed(
    chosen: CollectSettings, estate: Estate, slots: int, **more: object
) -> tuple[list[VisitRow], list[int]]:
    told: list[int] = []

    def before(slot: int) -> None:
        estate.slot = slot
        if slot in told:  # a visit made again: what kept us from seeing it the first time is over
            for name in estate.names:
                if estate.faults.get((name, slot)) == "our-network":
                    del estate.faults[name, slot]
        told.append(slot)

    plans = [planned(number) for number in range(slots)]
    return list(visit_compressed(estate.targets(), plans, chosen, before_slot=before, **more)), told  # type: ignore[arg-type]


def test_a_compressed_week_sees_each_slot_as_it_was_announced_and_tarpits_overlap(
    settings: Make, tmp_path: Path
) -> None:
    names = [f"h{number}.gov.cn" for number in range(6)]
    faults = {("h0.gov.cn", slot): "tarpit" for slot in range(0, 12, 2)}
    faults |= {("h1.gov.cn", slot): "reset" for slot in (3, 4)} | {
        ("h2.gov.cn", slot): "slow" for slot in range(12)
    }
    with Estate(faults, names) as estate:
        chosen = settings(hosts_file=write_hosts(tmp_path, estate.hosts()))
        began = time.monotonic()
        rows, told = compressed(chosen, estate, 12)
        took = time.monotonic() - began
    assert told == list(range(12))
    assert took < 6 * 1.2 + 2  # six tarpits one after the other would alone take longer
    found = {(row.target, row.slot): row.failure for row in rows}
    assert len(found) == len(rows) == 72
    for key, failure in found.items():
        wanted = {"tarpit": Failure.FIRST_BYTE_TIMEOUT, "reset": Failure.RESET}.get(faults.get(key, ""))
        assert failure == wanted, key
    assert {row.day for row in rows} == {date(2026, 9, 1), date(2026, 9, 2), date(2026, 9, 3)}
    assert all(row.scheduled == planned(row.slot).scheduled for row in rows)


def test_a_void_window_is_visited_again_within_its_day(settings: Make, tmp_path: Path) -> None:
    names = [f"h{number}.gov.cn" for number in range(8)]
    faults = {(name, 2): "our-network" for name in names[:6]} | {(name, 5): "reset" for name in names[:3]}
    faults |= {("h7.gov.cn", slot): "status500" for slot in range(8)}
    with Estate(faults, names) as estate:
        chosen = settings(hosts_file=write_hosts(tmp_path, estate.hosts()))
        rows, told = compressed(chosen, estate, 8)
    assert told == [0, 1, 2, 3, 2, 4, 5, 6, 7]  # once more at the end of its day
    void = [row for row in rows if row.void]
    again = [row for row in rows if row.repeats]
    assert {(row.target, row.slot) for row in void} == {(name, 2) for name in names[:6]}
    assert all("本方网络故障" in str(row.void) for row in void)
    assert {(row.target, row.slot) for row in again} == {(row.target, row.slot) for row in void}
    assert all(row.failure is None and row.void is None and row.day == planned(2).day for row in again)
    assert (
        sum(row.failure == Failure.RESET and not row.void for row in rows) == 3
    )  # three of eight are their own fault
    assert sum(row.failure == Failure.SERVER_ERROR for row in rows) == 8  # an answer is never void


def test_control_addresses_decide_where_there_are_any(settings: Make, tmp_path: Path) -> None:
    names = [f"h{number}.gov.cn" for number in range(6)]
    faults = (
        {(name, 1): "our-network" for name in names}
        | {("control.cn", 1): "reset"}
        | {(name, 3): "reset" for name in names}
    )
    with Estate(faults, [*names, "control.cn"]) as estate:
        watch = NetworkWatchSettings(("http://control.cn/",), window_seconds=1.0)
        chosen = settings(hosts_file=write_hosts(tmp_path, estate.hosts()), network=watch)
        estate.names = names
        rows, _ = compressed(chosen, estate, 5)
    assert {row.slot for row in rows if row.void} == {1}
    assert (
        sum(row.repeats == 1 and row.failure is None for row in rows) == 6
    )  # slot 1, once our network was back
    assert {row.slot for row in rows if row.failure and not row.void} == {3}


def test_skipped_visits_are_not_made_again(settings: Make, tmp_path: Path) -> None:
    with Estate({}, ["a.gov.cn", "b.gov.cn"]) as estate:
        chosen = settings(hosts_file=write_hosts(tmp_path, estate.hosts()))
        skip = {(0, "a.gov.cn"), (0, "b.gov.cn"), (1, "a.gov.cn")}
        rows, told = compressed(chosen, estate, 3, skip=skip)
    assert {(row.slot, row.target) for row in rows} == {(1, "b.gov.cn"), (2, "a.gov.cn"), (2, "b.gov.cn")}
    assert told == [1, 2]
    assert ("a.gov.cn", 0) not in estate.served


@pytest.fixture
def window() -> Callable[[int, int, str | None], list[VisitRow]]:
    def make(total: int, failing: int, kind: str | None) -> list[VisitRow]:
        moment = planned(0)
        return [
            VisitRow(f"t{number}", 0, moment.day, moment.scheduled, moment.scheduled, 1.0, None,
                     kind if number < failing else None, address=f"10.0.0.{number}:80")
            for number in range(total)
        ]  # fmt: skip

    return make


@pytest.mark.parametrize(("failing", "void"), [(4, False), (5, True), (10, True), (0, False)])
def test_forty_percent_is_the_border(
    window: Callable[[int, int, str | None], list[VisitRow]], failing: int, void: bool
) -> None:
    rows = window(10, failing, Failure.RESET.value)
    before = {row.target for row in rows}
    assert (void_reason(rows, before, 0.4, 5, (0, 0)) is not None) is void
    assert void_reason(rows, set(), 0.4, 5, (0, 0)) is None  # who was silent before proves nothing
    assert void_reason(window(10, failing, Failure.SERVER_ERROR.value), before, 0.4, 5, (0, 0)) is None
    assert void_reason(rows, before, 0.4, 11, (0, 0)) is None
    assert void_reason(rows, before, 0.4, 5, (3, 2)) is None
    assert void_reason(rows, before, 0.4, 5, (3, 1)) is not None
