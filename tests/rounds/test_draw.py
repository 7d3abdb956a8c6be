"""The draw: recomputable, stratified, covering the year."""

from __future__ import annotations

import hashlib
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.rounds.draw import Candidate, Shares, draw, draw_key, league_of
from monitor.rounds.errors import RoundError
from registry.model import Inclusion


def pool(size: int, strata: int = 3) -> list[Candidate]:
    return [Candidate(f"T{n:04}", "site", f"S{n % strata}", "旗县") for n in range(size)]


def test_key_is_what_the_handbook_says() -> None:
    assert draw_key("2026Q3", "1500000001") == hashlib.sha256(b"2026Q3|1500000001").hexdigest()


def test_league_of_a_banner_and_of_the_region() -> None:
    assert league_of("150121") == "150100"
    assert league_of("150000") == "150000"


@pytest.mark.parametrize(
    ("size", "share", "wanted"), [(10, 0.3, 3), (11, 0.3, 4), (1, 0.3, 1), (10, 1.0, 10)]
)
def test_a_stratum_is_rounded_up(size: int, share: float, wanted: int) -> None:
    lines = draw(pool(size, 1), seed="s", shares=Shares({"旗县": share}))
    assert sum(line.drawn for line in lines) == wanted


def test_shares_are_exact_in_decimal() -> None:
    # 0.07 × 100 is 7.000000000000001 in floating point; nobody may be drawn for that
    lines = draw(
        pool(100, 1), seed="s", shares=Shares({"旗县": 0.07}), drawn_earlier=[f"T{n:04}" for n in range(99)]
    )
    assert sum(line.drawn for line in lines) == 7


@given(
    size=st.integers(1, 200),
    share=st.sampled_from([0.25, 0.3, 0.5, 0.8, 1.0]),
    seed=st.text(min_size=1, max_size=8),
)
def test_the_draw_does_not_depend_on_the_order_of_the_register(size: int, share: float, seed: str) -> None:
    shares = Shares({"旗县": share})
    forward = draw(pool(size), seed=seed, shares=shares)
    backward = draw(list(reversed(pool(size))), seed=seed, shares=shares)
    assert forward == backward
    assert len(forward) == size


@given(
    size=st.integers(1, 150), share=st.sampled_from([0.25, 0.3, 0.4]), seed=st.text(min_size=1, max_size=5)
)
def test_four_rounds_cover_the_year(size: int, share: float, seed: str) -> None:
    shares = Shares({"旗县": share})
    seen: set[str] = set()
    for quarter in (1, 2, 3, 4):
        lines = draw(pool(size), seed=f"{seed}{quarter}", shares=shares, drawn_earlier=seen, quarter=quarter)
        seen |= {line.candidate.target for line in lines if line.drawn}
    assert seen == {candidate.target for candidate in pool(size)}


def test_a_share_that_cannot_cover_the_year_says_what_is_needed() -> None:
    with pytest.raises(RoundError, match=r"旗县 1\.0000"):
        draw(pool(30, 1), seed="s", shares=Shares({"旗县": 0.3}), quarter=4)


def test_a_late_round_is_fine_when_enough_was_drawn_before() -> None:
    earlier = [f"T{n:04}" for n in range(21)]
    lines = draw(pool(30, 1), seed="s", shares=Shares({"旗县": 0.3}), drawn_earlier=earlier, quarter=4)
    drawn = {line.candidate.target for line in lines if line.drawn}
    assert drawn == {f"T{n:04}" for n in range(21, 30)}


def test_an_inclusion_is_always_drawn_with_its_reason() -> None:
    inclusions = [Inclusion("T0007", "上轮不合格"), Inclusion("T0009", "群众举报")]
    lines = draw(pool(12, 1), seed="x", shares=Shares({"旗县": 0.25}), inclusions=inclusions)
    how = {line.candidate.target: line for line in lines}
    assert how["T0007"].drawn
    assert how["T0007"].how == "必查: 上轮不合格"
    assert Counter(line.drawn for line in lines)[True] == 3


def test_more_inclusions_than_the_share_are_all_drawn() -> None:
    inclusions = [Inclusion(f"T{n:04}", "必查") for n in range(5)]
    lines = draw(pool(8, 1), seed="x", shares=Shares({"旗县": 0.25}), inclusions=inclusions)
    assert sum(line.drawn for line in lines) == 5


def test_an_unregistered_inclusion_is_refused() -> None:
    with pytest.raises(RoundError, match="NOPE"):
        draw(pool(3), seed="x", shares=Shares.parse("1"), inclusions=[Inclusion("NOPE", "x")])


@pytest.mark.parametrize("text", ["0", "1.2", "-0.3", "abc", "自治区=", "省级=0.3", "0.3,盟市=2"])
def test_a_bad_share_is_refused(text: str) -> None:
    with pytest.raises(RoundError, match="抽查比例"):
        Shares.parse(text)


def test_shares_by_level() -> None:
    shares = Shares.parse("0.5,自治区=0.3").by_level
    assert shares["自治区"] == 0.3
    assert shares["旗县"] == 0.5
