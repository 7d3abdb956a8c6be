"""The arithmetic of a row, the format of results.json, and when a row is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.errors import BenchmarkError, PeerAbsent
from benchmarks.estate import ROOT
from benchmarks.latency import AgainstBound, why_void
from benchmarks.peers.install import install
from benchmarks.results import Row, Yield, absent, compare, read_rows, same_work, table, write_rows

NAMES = ["work", "ours", "unit", "peer", "peer_version", "peer_value", "ratio", "spread", "target", "met"]
PAIRS = [
    (Yield(1000, 2.0), Yield(1000, 20.0)),
    (Yield(1000, 2.5), Yield(1000, 20.0)),
    (Yield(1000, 1.0), Yield(1000, 5.0)),
]


def row(work: str = "crawl", ratio: float | None = 2.0, peer: str = "other") -> Row:
    return Row(work, 10.0, "pages/CPU-s", peer, "1.0", 5.0, ratio, 0.1, 8.0, False)


def test_a_row_takes_medians_and_the_ratio_of_neighbouring_runs() -> None:
    made = compare("crawl", PAIRS, "other", "1.0", 8.0)
    assert (made.ours, made.peer_value) == (500.0, 50.0)  # of 500, 400, 1000 and of 50, 50, 200
    assert made.ratio == 8.0  # of 10, 8, 5, not of the medians
    assert made.spread == 5.0
    assert made.met


def test_a_target_is_met_from_the_target_on_and_not_by_rounding() -> None:
    just_under = [(Yield(1000, 1.0), Yield(1000, 7.999))]
    assert compare("crawl", just_under, "other", "1.0", 8.0).ratio == 8.0
    assert not compare("crawl", just_under, "other", "1.0", 8.0).met
    assert compare("crawl", [(Yield(1000, 1.0), Yield(1000, 8.0))], "other", "1.0", 8.0).met


def test_a_row_without_a_target_is_never_met() -> None:
    assert not compare("crawl", PAIRS, "other", "1.0", None).met


@pytest.mark.parametrize(("ours", "theirs"), [(1000, 980), (980, 1000), (1, 1)])
def test_two_per_cent_apart_is_the_same_work(ours: int, theirs: int) -> None:
    same_work("crawl", ours, theirs)


@pytest.mark.parametrize(("ours", "theirs"), [(1000, 979), (979, 1000), (0, 0), (0, 5)])
def test_further_apart_is_refused_and_says_both_numbers(ours: int, theirs: int) -> None:
    with pytest.raises(BenchmarkError, match=f"{ours} .*{theirs} "):
        same_work("crawl", ours, theirs)


def test_one_unequal_pair_refuses_the_whole_row() -> None:
    with pytest.raises(BenchmarkError, match="refused"):
        compare("crawl", [*PAIRS, (Yield(1000, 1.0), Yield(900, 1.0))], "other", "1.0", 8.0)


def test_nothing_measured_is_no_row() -> None:
    with pytest.raises(BenchmarkError, match="nothing"):
        compare("crawl", [], "other", "1.0", 8.0)


@given(st.lists(st.tuples(st.floats(0.01, 1e4), st.floats(0.01, 1e4)), min_size=1, max_size=9))
def test_the_ratio_lies_among_those_of_the_pairs(seconds: list[tuple[float, float]]) -> None:
    made = compare("crawl", [(Yield(100, a), Yield(100, b)) for a, b in seconds], "other", "1.0", 8.0)
    ratios = [b / a for a, b in seconds]
    assert made.ratio is not None
    assert min(ratios) - 0.01 <= made.ratio <= max(ratios) + 0.01
    assert made.spread is not None
    assert made.spread >= 0


def test_an_absent_peer_has_no_value_and_meets_nothing() -> None:
    made = absent("crawl", [Yield(100, 1.0)], "other", 8.0)
    assert (made.ours, made.peer_value, made.ratio, made.met) == (100.0, None, None, False)


def test_a_peer_that_no_registry_has_is_absent(tmp_path: Path) -> None:
    with pytest.raises(PeerAbsent, match="nothing-of-that-name"):
        install("nothing-of-that-name", (str(tmp_path / "missing.whl"),), tmp_path)


def test_rows_are_replaced_in_their_place_and_others_stay(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    write_rows(path, [row("crawl"), row("links"), row("crawl", peer="third")])
    write_rows(path, [row("crawl", ratio=9.0), row("feeds")])
    rows = json.loads(path.read_text(encoding="utf-8"))
    assert [(one["work"], one["peer"], one["ratio"]) for one in rows] == [
        ("crawl", "other", 9.0), ("links", "other", 2.0), ("crawl", "third", 2.0), ("feeds", "other", 2.0),
    ]  # fmt: skip
    assert all(list(one) == NAMES for one in rows)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("text", ["{", "{}", "[1]", '[{"ours": 1}]'])
def test_a_file_of_something_else_is_not_overwritten(tmp_path: Path, text: str) -> None:
    path = tmp_path / "results.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BenchmarkError, match=r"results\.json"):
        write_rows(path, [row()])
    assert path.read_text(encoding="utf-8") == text


def test_the_committed_rows_are_of_the_published_format() -> None:
    rows = read_rows(ROOT / "benchmarks" / "results.json")
    assert rows
    for one in rows:
        assert list(one) == NAMES
        if one["peer_value"] is None:
            assert one["met"] is False
        elif one["target"] is not None:
            assert one["met"] is (float(str(one["ratio"])) >= float(str(one["target"])))


def test_the_table_shows_every_row_and_a_dash_for_what_is_absent() -> None:
    shown = table([row("crawl"), absent("links", [Yield(100, 1.0)], "third", 12.0)])
    assert [line.split()[0] for line in shown.splitlines()] == ["work", "crawl", "links"]
    assert "absent" in shown.splitlines()[2]
    assert " - " in shown.splitlines()[2]


def test_a_wall_time_against_its_bound_is_void_where_the_processor_or_the_size_decided() -> None:
    assert why_void(60.0, 120.0, 2) == ""
    assert "processor" in why_void(60.0, 120.1, 2)
    assert "small" in why_void(59.9, 10.0, 2)
    assert "not met" in AgainstBound(126.0, 100.0, 1.0, 10, "").says()
    assert "met" in AgainstBound(125.0, 100.0, 1.0, 10, "").says()
    assert "not met" not in AgainstBound(125.0, 100.0, 1.0, 10, "").says()
