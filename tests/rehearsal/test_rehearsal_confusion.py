"""The arithmetic of the confusion table, and the scripted reviewer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.rehearsal.confusion import confusion, disagreements, recall
from monitor.rehearsal.errors import FolderError
from monitor.rehearsal.reviewer import REVIEWERS, review


def write_truth(path: Path, truths: list[str]) -> Path:
    rows = [{"target": f"t{number}", "kind": "site", "indicator": "W-V3", "truth": truth, "defect": [], "why": "x"}
            for number, truth in enumerate(truths)]  # fmt: skip
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def lines(answers: list[str]) -> list[dict[str, str]]:
    return [
        {"target": f"t{number}", "indicator": "W-V3", "verdict": answer, "reason": "r"}
        for number, answer in enumerate(answers)
    ]


def test_every_cell_once(tmp_path: Path) -> None:
    pairs = [
        ("fail", "fail"), ("fail", "pass"), ("fail", "unobserved"), ("pass", "fail"), ("pass", "pass"), ("pass", "unobserved"),
        ("unobservable", "fail"), ("unobservable", "pass"), ("unobservable", "unobserved"), ("not_applicable", "not_applicable"),
    ]  # fmt: skip
    path = write_truth(tmp_path / "truth.jsonl", [truth for truth, _ in pairs])
    table = confusion(path, lines([answer for _, answer in pairs]))
    assert table == {
        "W-V3": {
            "n": 9,
            "tp": 1,
            "fp": 1,
            "fn": 2,
            "tn": 1,
            "unobserved": 3,
            "decided": pytest.approx(4 / 6),
            "wrongly_blamed": 2,
        }
    }
    assert recall(table["W-V3"]) == pytest.approx(1 / 3)


def test_targets_that_were_not_drawn_do_not_count_but_missing_answers_do(tmp_path: Path) -> None:
    path = write_truth(tmp_path / "truth.jsonl", ["fail", "fail"])
    answered = [{"target": "t0", "indicator": "W-V4", "verdict": "pass"}]
    table = confusion(path, answered)
    assert table["W-V3"]["n"] == 1
    assert table["W-V3"]["fn"] == 1
    assert table["W-V3"]["decided"] == 0


def test_nothing_to_decide_is_decided(tmp_path: Path) -> None:
    path = write_truth(tmp_path / "truth.jsonl", ["unobservable"])
    table = confusion(path, lines(["unobserved"]))
    assert table["W-V3"]["decided"] == 1.0
    assert recall(table["W-V3"]) == 1.0


def test_disagreements_name_the_wrongly_blamed_first(tmp_path: Path) -> None:
    path = write_truth(tmp_path / "truth.jsonl", ["fail", "pass", "unobservable", "pass", "unobservable"])
    found = disagreements(path, lines(["pass", "fail", "unobserved", "pass", "pass"]))
    assert [(row["target"], row["blamed"]) for row in found] == [("t1", True), ("t0", False), ("t4", False)]
    assert found[0]["reason"] == "r"


def test_bad_truth_is_named(tmp_path: Path) -> None:
    path = tmp_path / "truth.jsonl"
    path.write_text('{"target": "t0"}\n', "utf-8")
    with pytest.raises(FolderError, match="第 1 行"):
        confusion(path, [])
    with pytest.raises(FolderError, match="读不到"):
        confusion(tmp_path / "none.jsonl", [])


@given(st.lists(st.tuples(st.sampled_from(["pass", "fail", "unobservable", "not_applicable"]),
                          st.sampled_from(["pass", "fail", "unobserved", "not_applicable"])), min_size=1, max_size=40))  # fmt: skip
def test_cells_add_up(tmp_path_factory: pytest.TempPathFactory, pairs: list[tuple[str, str]]) -> None:
    path = write_truth(tmp_path_factory.getbasetemp() / "truth-property.jsonl", [truth for truth, _ in pairs])
    counts = confusion(path, lines([answer for _, answer in pairs]))["W-V3"]
    assert counts["tp"] + counts["fn"] == sum(truth == "fail" for truth, _ in pairs)
    assert counts["n"] == sum(truth != "not_applicable" for truth, _ in pairs)
    assert counts["wrongly_blamed"] >= counts["fp"]
    assert 0 <= counts["decided"] <= 1


def proposal(number: int, indicator: str = "W-V4", **more: Any) -> dict[str, Any]:
    base = {"target": f"15010{number:05d}", "indicator": indicator, "verdict": "fail", "reason": "五个栏目未更新",
            "evidence": [{"url": "http://a/", "excerpt": "工作动态 2026-01-02"}, {"url": "http://b/", "excerpt": "通知公告"}]}  # fmt: skip
    return base | more


def test_reviewer_confirms_most_dismisses_some_and_leaves_some_open() -> None:
    many = [proposal(number) for number in range(400)]
    many += [proposal(number, evidence=[{"excerpt": "领导活动"}]) for number in range(400, 500)]
    decisions = review(many)
    counts = {word: sum(row["decision"] == word for row in decisions) for word in ("确认", "驳回", "再查")}
    assert counts["确认"] > 400
    assert counts["驳回"] > 0
    assert counts["再查"] > 0
    assert 0 < len(many) - len(decisions) < 50
    assert {row["reviewer"] for row in decisions} == set(REVIEWERS)
    assert all(row["reason"] for row in decisions)


def test_reviewer_always_decides_the_same_and_looks_at_nothing_else() -> None:
    many = [proposal(number) for number in range(60)]
    assert review(many) == review(many)
    assert review([row | {"truth": "pass", "defect": ["x"]} for row in many]) == review(many)
    assert review(reversed(many)) == list(reversed(review(many)))


def test_reviewer_dismisses_for_what_the_proposal_shows() -> None:
    def reasons(rows: list[dict[str, Any]]) -> set[str]:
        return {row["decision"] for row in review(rows)}

    bare = [proposal(number, evidence=[]) for number in range(30)]
    assert reasons(bare) == {"驳回"}
    campaign = [proposal(number, "W-V1", evidence=[{"excerpt": "打击整治网络赌博"}]) for number in range(30)]
    assert reasons(campaign) == {"驳回"}
    spam = [
        proposal(number, "W-V1", evidence=[{"excerpt": "真人娱乐城开户"}, {"excerpt": "彩金"}])
        for number in range(30)
    ]
    assert "驳回" not in reasons(spam)
    undecided = [proposal(number, "W-V1", verdict="unobserved") for number in range(30)]
    assert reasons(undecided) == {"再查"}
