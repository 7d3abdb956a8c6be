"""What programs read: every JSON output parses and has exactly the promised keys."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from commandline import Office, Said
from forked import forked
from small import ABSENT, AS_OF, FAULTY, IN_ORDER, JUST_FRESH, STALE, SmallEstate

from checks.system import load_system

VERDICT = [
    "target",
    "kind",
    "indicator",
    "verdict",
    "state",
    "confirmed_by",
    "deduction",
    "reason",
    "evidence",
]
EVIDENCE = ["url", "at", "sha256", "excerpt"]
SCORE = ["target", "kind", "grade", "veto", "score", "score_low", "score_high", "unobserved"]
INDICATORS = {
    "site": {"W-V1", "W-V2", "W-V3", "W-V4", "W-V5", "W-V6"},
    "account": {"N-V1", "N-V2", "N-V3"},
}


def lines(said: Said) -> list[dict[str, object]]:
    assert (said.code, said.err) == (0, "")
    return [json.loads(line) for line in said.out.splitlines()]


def document(said: Said) -> object:
    assert (said.code, said.err) == (0, "")
    return json.loads(said.out)


# ---- verdicts and scores


def test_verdicts_have_exactly_the_promised_keys(judged: Office) -> None:
    found = lines(forked(judged, "verdicts", "R1", "--format", "jsonl"))
    for line in found:
        assert sorted(line) == sorted(VERDICT)
        assert line["kind"] in INDICATORS
        assert line["verdict"] in {"pass", "fail", "unobserved", "not_applicable"}
        assert line["state"] in {"proposed", "confirmed", "dismissed", "not_needed"}
        assert isinstance(line["confirmed_by"], list)
        assert isinstance(line["deduction"], (int, float))
        assert isinstance(line["reason"], str)
        assert isinstance(line["evidence"], list)
        for evidence in line["evidence"]:
            assert sorted(evidence) == sorted(EVIDENCE)


def test_there_is_one_line_for_every_indicator_of_the_adopted_system(judged: Office) -> None:
    adopted = {one.code for one in load_system("national-2019").indicators}
    assert adopted == INDICATORS["site"] | INDICATORS["account"]
    by_target: dict[tuple[object, str], set[object]] = {}
    for line in lines(forked(judged, "verdicts", "R1", "--format", "jsonl")):
        by_target.setdefault((line["target"], str(line["kind"])), set()).add(line["indicator"])
    assert len(by_target) == 6 + 21
    for (_, kind), codes in by_target.items():
        assert codes == INDICATORS[kind]


def test_canonical_verdicts_are_sorted_and_without_moments(judged: Office) -> None:
    said = forked(judged, "verdicts", "R1", "--format", "jsonl", "--canonical")
    found = lines(said)
    assert [(one["target"], one["indicator"]) for one in found] == sorted(
        (one["target"], one["indicator"]) for one in found
    )
    for line in found:
        assert list(line) == sorted(VERDICT)
        for evidence in line["evidence"]:  # type: ignore[attr-defined]
            assert sorted(evidence) == ["excerpt", "sha256", "url"]
    assert forked(judged, "verdicts", "R1", "--format", "jsonl", "--canonical").out == said.out


def test_verdicts_are_filtered_by_target_indicator_and_answer(judged: Office) -> None:
    found = lines(
        forked(judged, "verdicts", "R1", "--format", "jsonl", "--indicator", "W-V2", "--answer", "fail")
    )
    assert {FAULTY, ABSENT} <= {one["target"] for one in found}
    assert {one["indicator"] for one in found} == {"W-V2"}
    assert len(lines(forked(judged, "verdicts", "R1", "--format", "jsonl", "--target", STALE))) == 6


def test_scores_have_exactly_the_promised_keys(judged: Office) -> None:
    for words in (["--proposed"], []):
        found = lines(forked(judged, "scores", "R1", "--format", "jsonl", *words))
        assert len(found) == 6 + 21
        for line in found:
            assert sorted(line) == sorted(SCORE)
            assert line["grade"] in {"合格", "不合格", "未能判定"}
            for name in ("score", "score_low", "score_high"):
                assert line[name] is None or isinstance(line[name], (int, float))


def test_proposed_scores_grade_as_if_all_were_confirmed(judged: Office) -> None:
    proposed = {
        str(one["target"]): one
        for one in lines(forked(judged, "scores", "R1", "--proposed", "--format", "jsonl"))
    }
    assert proposed[STALE]["grade"] == "不合格"
    assert proposed[STALE]["veto"] == ["W-V3", "W-V5"]
    assert proposed[IN_ORDER]["grade"] == "合格"
    assert proposed["a16"]["grade"] == "未能判定"
    plain = {str(one["target"]): one for one in lines(forked(judged, "scores", "R1", "--format", "jsonl"))}
    assert plain[STALE]["grade"] == "未能判定"
    assert plain[STALE]["veto"] == []


def test_tables_for_people_say_it_in_chinese(judged: Office) -> None:
    said = forked(judged, "verdicts", "R1", "--target", STALE, "--indicator", "W-V3")
    assert "不合格" in said.out
    assert "待审核" in said.out
    assert "未能判定" in forked(judged, "scores", "R1").out


# ---- other JSON


@pytest.mark.parametrize(
    "words",
    [
        ["registry", "show", "--json"],
        ["registry", "show", STALE, "--json"],
        ["round", "status", "R1", "--json"],
        ["indicators", "list", "--json"],
    ],
    ids=" ".join,
)
def test_json_is_json(judged: Office, words: list[str]) -> None:
    assert document(forked(judged, *words))


def test_status_tells_what_the_round_froze_and_how_far_it_is(judged: Office) -> None:
    status = document(forked(judged, "round", "status", "R1", "--json"))
    assert isinstance(status, dict)
    assert (status["round"], status["registered"], status["drawn"], status["seed"]) == ("R1", 29, 29, "s")
    assert status["system"] == "national-2019@2019.1"
    assert [phase["name"] for phase in status["phases"]] == ["visits", "crawl", "accounts", "judge"]
    for phase in status["phases"]:
        assert phase["done"] == phase["total"]
        assert phase["left"] == 0
        assert phase["finished_at"] is not None


def test_proposals_carry_what_a_reviewer_needs(judged: Office) -> None:
    found = lines(forked(judged, "review", "list", "R1", "--json"))
    assert len(found) == 12
    for one in found:
        assert one["findings"], one
        assert one["unit"]
        assert one["name"]


def test_a_decision_is_seen_by_the_next_command(mine: Office, tmp_path: Path) -> None:
    path = tmp_path / "decisions.csv"
    path.write_text(
        f"对象,指标编号,决定,审核人,理由\n{STALE},W-V3,确认,审核员甲,\n{JUST_FRESH},W-V5,驳回,审核员乙,有热线\n",
        encoding="utf-8",
    )
    assert forked(mine, "review", "import", "R1", str(path)).code == 0
    assert forked(mine, "review", "decide", "R1", STALE, "W-V3", "确认", "--by", "审核员乙").code == 0
    (line,) = lines(
        forked(mine, "verdicts", "R1", "--format", "jsonl", "--target", STALE, "--indicator", "W-V3")
    )
    assert (line["state"], line["confirmed_by"]) == ("confirmed", ["审核员甲", "审核员乙"])
    found = {str(one["target"]): one for one in lines(forked(mine, "scores", "R1", "--format", "jsonl"))}
    assert (found[STALE]["grade"], found[STALE]["veto"]) == ("不合格", ["W-V3"])
    assert found[JUST_FRESH]["grade"] == "合格"
    assert len(lines(forked(mine, "review", "list", "R1", "--json"))) == 10
    assert len(lines(forked(mine, "review", "list", "R1", "--json", "--all"))) == 12


def test_closing_says_what_was_left_open_and_ends_review(mine: Office) -> None:
    said = forked(mine, "round", "close", "R1", "--by", "审核员甲")
    assert said.code == 1
    assert "12 条" in said.err
    assert forked(mine, "round", "close", "R1", "--by", "审核员甲", "--leave-open").code == 0
    said = forked(mine, "review", "decide", "R1", STALE, "W-V3", "确认", "--by", "审核员甲")
    assert (said.code, said.out) == (1, "")
    assert "结束" in said.err
    assert forked(mine, "round", "run", "R1").code == 1


# ---- the whole folder


def test_a_folder_that_somebody_else_made_is_rehearsed(fresh: Office, folder: Path, tmp_path: Path) -> None:
    canonical = ["verdicts", "R1", "--format", "jsonl", "--canonical"]
    frozen = ["--as-of", AS_OF.isoformat(), "--seed", "s"]
    office = Office(fresh.home, {"MONITOR_PROCESSES": "1"})
    estate = SmallEstate(folder, down=(FAULTY,))
    estate.start()
    try:
        said = office.must("rehearse", str(folder), *frozen)
        assert "R1" in said.out
        first = forked(office, *canonical).out
        asked = estate.asked.total()
        assert asked > 5 * 14
        again = forked(office, "rehearse", str(folder), *frozen)  # as after a kill; this one had ended
        assert again.code == 0
        assert estate.asked.total() == asked
        assert forked(office, *canonical).out == first

        pace = {"MONITOR_REQUESTS_PER_SECOND": "0", "MONITOR_CONNECTIONS_PER_ADDRESS": "4"}
        steps = Office(tmp_path / "steps", pace | {"MONITOR_HOSTS_FILE": str(folder / "hosts.txt")})
        assert forked(steps, "init").code == 0
        assert forked(steps, "registry", "import", str(folder)).code == 0
        assert forked(steps, "round", "plan", "R1", *frozen, "--share", "1").code == 0
        steps.must("round", "run", "R1", "--compressed")
    finally:
        estate.stop()
    assert forked(steps, *canonical).out == first

    found = lines(forked(office, "scores", "R1", "--proposed", "--format", "jsonl"))
    grades = {str(one["target"]): one["grade"] for one in found}
    assert grades[IN_ORDER] == grades["a10"] == "合格"
    assert grades[FAULTY] == grades[STALE] == grades["a11"] == "不合格"
    other = forked(office, "rehearse", str(folder), "--as-of", AS_OF.isoformat(), "--seed", "another")
    assert other.code == 1
    assert "已有轮次 R1" in other.err
