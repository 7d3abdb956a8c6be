"""Decisions: each kept, the latest counts, a bad file is taken not at all."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert

from checks.scoring import State
from monitor.casework.decision_file import read_decisions
from monitor.casework.decisions import Decided, Decision, DecisionError, record, standing_of, standings
from monitor.ledger.engine import open_engine, upgrade
from monitor.ledger.tables import VerdictRow
from monitor.times import SHANGHAI
from registry.errors import RegistryError

AT = datetime(2026, 9, 28, 9, tzinfo=SHANGHAI)


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    url = f"sqlite:///{tmp_path / 'm.db'}"
    upgrade(url)
    opened = open_engine(url)
    base = {"round_id": "R1", "kind": "site", "answer": "fail", "reason": "x"}
    rows = [
        {**base, "target": "1500000001", "indicator": "W-V2", "needs_person": True},
        {**base, "target": "1500000001", "indicator": "W-V3", "needs_person": True},
        {**base, "target": "1500000002", "indicator": "W-V3", "needs_person": False, "answer": "pass"},
    ]
    with opened.begin() as connection:
        connection.execute(insert(VerdictRow), rows)
    return opened


def decide(
    indicator: str, decision: Decision, reviewer: str = "审核员甲", reason: str = "证据充分"
) -> Decided:
    return Decided("1500000001", indicator, decision, reviewer, reason)


def state(engine: Engine, indicator: str) -> tuple[State, tuple[str, ...]]:
    standing = standing_of(standings(engine, "R1"), "1500000001", indicator, needs_person=True)
    return standing.state, standing.confirmed_by


def test_nobody_has_looked_yet(engine: Engine) -> None:
    assert state(engine, "W-V2") == (State.PROPOSED, ())


def test_the_latest_decision_counts_and_all_are_kept(engine: Engine) -> None:
    record(engine, "R1", [decide("W-V2", Decision.CONFIRM)], AT)
    assert state(engine, "W-V2") == (State.CONFIRMED, ("审核员甲",))
    record(
        engine,
        "R1",
        [decide("W-V2", Decision.DISMISS, "审核员乙", "已提供维护公告")],
        AT + timedelta(hours=1),
    )
    assert state(engine, "W-V2") == (State.DISMISSED, ("审核员乙",))
    record(engine, "R1", [decide("W-V2", Decision.LOOK_AGAIN, "审核员乙", "换一个网络再看")], AT)
    assert state(engine, "W-V2") == (State.PROPOSED, ())


def test_two_reviewers_confirm_together(engine: Engine) -> None:
    record(
        engine,
        "R1",
        [decide("W-V2", Decision.CONFIRM, "审核员甲"), decide("W-V2", Decision.CONFIRM, "审核员乙")],
        AT,
    )
    record(engine, "R1", [decide("W-V2", Decision.CONFIRM, "审核员甲")], AT)
    assert state(engine, "W-V2") == (State.CONFIRMED, ("审核员甲", "审核员乙"))


def test_decisions_on_different_indicators_do_not_mix(engine: Engine) -> None:
    record(engine, "R1", [decide("W-V2", Decision.CONFIRM)], AT)
    assert state(engine, "W-V3") == (State.PROPOSED, ())


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (Decided("1500000009", "W-V2", Decision.CONFIRM, "审核员甲", ""), "没有这条判定"),
        (Decided("1500000002", "W-V3", Decision.CONFIRM, "审核员甲", ""), "不需要人工审核"),
        (Decided("1500000001", "W-V2", Decision.CONFIRM, "  ", ""), "没有写明审核人"),
        (Decided("1500000001", "W-V2", Decision.DISMISS, "审核员甲", " "), "须写明理由"),
    ],
)
def test_one_bad_decision_keeps_all_out(engine: Engine, bad: Decided, says: str) -> None:
    with pytest.raises(DecisionError, match=says):
        record(engine, "R1", [decide("W-V3", Decision.CONFIRM), bad], AT)
    assert state(engine, "W-V3") == (State.PROPOSED, ())


def test_a_file_of_decisions_in_gb18030(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "审核.csv"
    text = "指标编号,对象,决定,审核人,理由\nW-V2,1500000001,确认,审核员甲,\nW-V3,1500000001,驳回,审核员乙,首页有更新\n"
    path.write_bytes(text.encode("gb18030"))
    assert record(engine, "R1", read_decisions(path), AT) == 2
    assert state(engine, "W-V2")[0] is State.CONFIRMED
    assert state(engine, "W-V3")[0] is State.DISMISSED


def test_a_wrong_word_is_named_with_its_row(tmp_path: Path) -> None:
    path = tmp_path / "d.csv"
    path.write_text(
        "target,indicator,decision,reviewer,reason\nA,W-V2,确认,甲,\nB,W-V2,同意,甲,\n", encoding="utf-8"
    )
    with pytest.raises(DecisionError, match=r"第 3 行.*同意"):
        read_decisions(path)


def test_a_file_without_the_columns_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "d.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(RegistryError):
        read_decisions(path)
