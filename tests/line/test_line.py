"""From spreadsheets to documents: five sites and twenty accounts, every figure known beforehand."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
from small import AS_OF, FAULTS, FAULTY, IN_ORDER, JUST_FRESH, STALE, STALE_DAYS
from sqlalchemy import select
from sqlmodel import Session
from walking import (
    CLOSING_ACCOUNT,
    CLOSING_SITE,
    ROUND,
    SUSPENDED_ACCOUNT,
    SUSPENDED_SITE,
    Walked,
    walk,
)

from checks.rules.w_v2_site_unreachable import NOTHING
from monitor.casework.decisions import Decided, Decision, DecisionError, record
from monitor.casework.review import proposals
from monitor.collect.archive import read_record
from monitor.documents.write import write_documents
from monitor.ledger.codec import encode
from monitor.ledger.tables import FACTS, NOTICES, PAGES, VISITS
from monitor.rounds.close import close_round
from monitor.rounds.errors import RoundError
from monitor.rounds.judging import judge_round
from monitor.rounds.run import run_round
from monitor.rounds.standing import ended, tally
from monitor.rounds.stored import score_cards
from monitor.rounds.verdicts import verdict_lines
from registry.calendar import WorkingCalendar
from registry.importer import import_folder
from reports.model import Standing

ISSUED = date(2026, 9, 29)
ABSENT = "1501000005"


def answers(walked: Walked, indicator: str) -> dict[str, str]:
    return {
        str(line["target"]): str(line["verdict"])
        for line in verdict_lines(walked.engine, ROUND)
        if line["indicator"] == indicator
    }


def decide(
    walked: Walked, target: str, indicator: str, decision: Decision = Decision.CONFIRM, reason: str = "已核对"
) -> None:
    record(walked.engine, ROUND, [Decided(target, indicator, decision, "审核员甲", reason)], AS_OF)


def grades(walked: Walked, *, proposed: bool = False) -> dict[str, str]:
    return {
        card.target: card.grade.value for card in score_cards(walked.engine, walked.opened, proposed=proposed)
    }


def write(walked: Walked, folder: Path, issued_on: date = ISSUED) -> dict[str, int]:
    return write_documents(walked.engine, walked.opened, walked.settings, issued_on, folder)


def printed(path: Path) -> str:
    return re.sub(r"<[^>]*>", " ", path.read_text(encoding="utf-8"))


# ---- verdicts


def test_reachability_of_every_site_to_the_one_visit(walked: Walked) -> None:
    assert len(FAULTS[FAULTY]) == 7
    assert len(FAULTS[JUST_FRESH]) == 6
    assert answers(walked, "W-V2") == {
        IN_ORDER: "pass",
        STALE: "pass",
        JUST_FRESH: "pass",
        FAULTY: "fail",
        ABSENT: "fail",
        CLOSING_SITE: "fail",
    }


def test_every_visit_of_the_week_is_booked_once(walked: Walked) -> None:
    query = select(VISITS.c.target, VISITS.c.slot, VISITS.c.failure, VISITS.c.status, VISITS.c.void)
    with walked.engine.connect() as connection:
        rows = connection.execute(query).all()
    assert len(rows) == len({(row.target, row.slot) for row in rows}) == 6 * 140
    assert all(row.void is None for row in rows)
    refused = {(row.target, row.slot) for row in rows if row.status == 503}
    assert refused == {(code, slot) for code, slots in FAULTS.items() for slot in slots}


def test_staleness_of_every_home_page_to_the_one_day(walked: Walked) -> None:
    assert STALE_DAYS[STALE] == 15
    assert STALE_DAYS[JUST_FRESH] == 14
    assert answers(walked, "W-V3") == {
        IN_ORDER: "pass",
        STALE: "fail",
        JUST_FRESH: "pass",
        FAULTY: "pass",
        ABSENT: "unobserved",
        CLOSING_SITE: "unobserved",
    }


def test_silence_of_every_account_to_the_one_day(walked: Walked) -> None:
    expected = {f"a{number:02}": "pass" for number in range(1, 11)}
    expected |= {f"a{number:02}": "fail" for number in range(11, 16)}
    expected |= {f"a{number:02}": "unobserved" for number in (*range(16, 21), 22)}
    assert answers(walked, "N-V2") == expected


def test_what_no_address_answers_fails_on_nothing_that_lies_behind_it(walked: Walked) -> None:
    verdicts = {
        line["indicator"]: line["verdict"]
        for line in verdict_lines(walked.engine, ROUND)
        if line["target"] == ABSENT
    }
    assert verdicts == {
        "W-V1": "unobserved",
        "W-V2": "fail",
        "W-V3": "unobserved",
        "W-V4": "unobserved",
        "W-V5": "unobserved",
        "W-V6": "not_applicable",
    }


def test_one_verdict_for_every_looked_at_target_and_indicator(walked: Walked) -> None:
    lines = list(verdict_lines(walked.engine, ROUND))
    pairs = [(line["target"], line["indicator"]) for line in lines]
    assert len(pairs) == len(set(pairs)) == 6 * 6 + 21 * 3
    assert pairs == sorted(pairs)
    assert {SUSPENDED_SITE, SUSPENDED_ACCOUNT}.isdisjoint(target for target, _ in pairs)


def test_every_fail_waits_for_a_person_and_carries_evidence(walked: Walked) -> None:
    failed = [line for line in verdict_lines(walked.engine, ROUND) if line["verdict"] == "fail"]
    assert len(failed) == 3 + 1 + 3 + 5
    for line in failed:
        assert line["state"] == "proposed"
        assert line["evidence"], line


# ---- evidence


def archived(walked: Walked, target: str, digest: str) -> Iterable[bytes]:
    """The bodies that the archive holds for a target under a digest."""
    for table in (PAGES, VISITS):
        query = select(table.c.warc, table.c.offset, table.c.length).where(
            table.c.target == target, table.c.sha256 == digest, table.c.warc.is_not(None)
        )
        with walked.engine.connect() as connection:
            for warc, offset, length in connection.execute(query):
                yield read_record(walked.evidence / warc, offset, length)[1]


def test_evidence_of_every_finding_opens_from_the_archive_under_its_digest(walked: Walked) -> None:
    opened = 0
    for line in verdict_lines(walked.engine, ROUND):
        for evidence in line["evidence"]:  # type: ignore[attr-defined]
            digest = evidence["sha256"]
            if digest == NOTHING:
                assert line["indicator"] == "W-V2"
                assert line["target"] in (ABSENT, CLOSING_SITE)
                continue
            bodies = list(archived(walked, str(line["target"]), digest))
            assert bodies, line
            assert {sha256(body).hexdigest() for body in bodies} == {digest}
            opened += 1
    assert opened >= 7 + 2 + 3 + 5


def test_evidence_of_a_refused_visit_is_the_page_that_refused(walked: Walked) -> None:
    (line,) = (
        one
        for one in verdict_lines(walked.engine, ROUND)
        if (one["target"], one["indicator"]) == (FAULTY, "W-V2")
    )
    digests = {evidence["sha256"] for evidence in line["evidence"]}  # type: ignore[attr-defined]
    bodies = [body.decode() for digest in digests for body in archived(walked, FAULTY, digest)]
    assert all("服务暂不可用" in body for body in bodies)


def test_evidence_is_readable_by_its_owner_alone(walked: Walked) -> None:
    files = list(walked.evidence.rglob("*.warc.gz"))
    assert len(files) >= 4 + 4 + 15
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}


# ---- the same again


def test_the_same_seed_twice_gives_the_same_verdicts(walked: Walked, tmp_path: Path) -> None:
    again = walk(tmp_path, processes=2)
    first = [encode(line) for line in verdict_lines(walked.engine, ROUND, canonical=True)]
    second = [encode(line) for line in verdict_lines(again.engine, ROUND, canonical=True)]
    assert first == second


def test_judging_stored_facts_again_gives_the_same_bytes(mine: Walked) -> None:
    before = [encode(line) for line in verdict_lines(mine.engine, ROUND)]
    assert judge_round(mine.engine, mine.opened) == len(before)
    assert [encode(line) for line in verdict_lines(mine.engine, ROUND)] == before


def test_decisions_survive_judging_again(mine: Walked) -> None:
    decide(mine, STALE, "W-V3")
    judge_round(mine.engine, mine.opened)
    (line,) = (
        one
        for one in verdict_lines(mine.engine, ROUND)
        if (one["target"], one["indicator"]) == (STALE, "W-V3")
    )
    assert (line["state"], line["confirmed_by"]) == ("confirmed", ["审核员甲"])


def test_running_a_judged_round_again_changes_nothing(mine: Walked) -> None:
    before = [encode(line) for line in verdict_lines(mine.engine, ROUND)]
    run_round(mine.engine, ROUND, mine.environment)  # the servers are gone: a look would be noticed
    assert [encode(line) for line in verdict_lines(mine.engine, ROUND)] == before


# ---- people


def test_no_grade_falls_without_a_person(walked: Walked) -> None:
    found = grades(walked)
    assert {target for target, grade in found.items() if grade == "不合格"} == set()
    assert {target for target, grade in found.items() if grade == "合格"} == {
        IN_ORDER,
        *(f"a{number:02}" for number in range(1, 11)),
    }


def test_proposed_grades_count_every_proposal(walked: Walked) -> None:
    failed = {target for target, grade in grades(walked, proposed=True).items() if grade == "不合格"}
    assert failed == {STALE, JUST_FRESH, FAULTY, ABSENT, CLOSING_SITE, *(f"a{n}" for n in range(11, 16))}


def test_decisions_change_grades(mine: Walked) -> None:
    decide(mine, STALE, "W-V3")
    decide(mine, JUST_FRESH, "W-V5", Decision.DISMISS, "有热线")
    decide(mine, "a11", "N-V2")
    decide(mine, "a12", "N-V2", Decision.DISMISS, "已在别的平台发布")
    decide(mine, "a13", "N-V2", Decision.LOOK_AGAIN, "换一个网络再看")
    found = grades(mine)
    assert found[STALE] == "不合格"
    assert found[JUST_FRESH] == "合格"
    assert found["a11"] == "不合格"
    assert found["a12"] == "合格"
    assert found["a13"] == found["a14"] == found[FAULTY] == "未能判定"
    decide(mine, STALE, "W-V3", Decision.DISMISS, "首页另有更新")
    assert grades(mine)[STALE] == "未能判定"  # W-V5 still waits


# ---- documents


FAULTY_NAMES = ("测试网站2", "测试网站3", "测试网站4", "测试网站5", "测试发布11", "测试发布15")


def test_nothing_is_printed_of_what_nobody_confirmed(walked: Walked, tmp_path: Path) -> None:
    written = write(walked, tmp_path)
    assert written["整改通知书"] == 0
    assert list((tmp_path / "notices").iterdir()) == []
    bulletin = printed(tmp_path / "bulletin.html")
    for name in FAULTY_NAMES:
        assert name not in bulletin
    assert "不合格 0 家" in bulletin
    assert "不合格 0 个" in bulletin


def test_the_bulletin_tells_what_was_confirmed_and_nothing_else(mine: Walked, tmp_path: Path) -> None:
    decide(mine, STALE, "W-V3")
    decide(mine, FAULTY, "W-V2", Decision.DISMISS, "机房检修, 有公告")
    decide(mine, "a11", "N-V2")
    write(mine, tmp_path)
    bulletin = printed(tmp_path / "bulletin.html")
    assert "测试网站2" in bulletin
    assert "测试发布11" in bulletin
    for name in ("测试网站3", "测试网站4", "测试网站5", "测试发布12"):
        assert name not in bulletin


def test_every_line_of_the_reconciliation_adds_up(mine: Walked, tmp_path: Path) -> None:
    decide(mine, STALE, "W-V3")
    close_two(mine, tmp_path / "later")
    lines = ended(mine.engine, mine.opened)
    assert tally(lines, "site") == {
        "registered": 7,
        "drawn": 7,
        "not_drawn": 0,
        "judged": 2,
        "unobserved": 3,
        "exempt": 1,
        "closed": 1,
    }
    assert tally(lines, "account") == {
        "registered": 22,
        "drawn": 22,
        "not_drawn": 0,
        "judged": 10,
        "unobserved": 10,
        "exempt": 1,
        "closed": 1,
    }
    standing = {one.line.target: one.standing for one in lines}
    assert standing[SUSPENDED_SITE] is standing[SUSPENDED_ACCOUNT] is Standing.EXEMPT
    assert standing[CLOSING_SITE] is standing[CLOSING_ACCOUNT] is Standing.CLOSED
    write(mine, tmp_path / "out")
    figures = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))["figures"]
    for kind, counts in (("sites", tally(lines, "site")), ("accounts", tally(lines, "account"))):
        value = {name: figures[f"{kind}.{name}"]["value"] for name in ("registered", "drawn", "judged")}
        assert value == {name: counts[name] for name in value}
        assert figures[f"{kind}.exempt"]["value"] == figures[f"{kind}.closed"]["value"] == 1
        assert figures[f"{kind}.undecided"]["value"] == counts["unobserved"]


def close_two(walked: Walked, folder: Path) -> None:
    """Hand in the spreadsheets once more, with one site and one account closed."""
    folder.mkdir()
    for name, charset in (("units", "utf-8"), ("sites", "gb18030"), ("accounts", "utf-8")):
        text = (walked.folder / f"{name}.csv").read_text(encoding=charset)
        text = re.sub(rf"^({CLOSING_SITE},.*),正常$", r"\1,已关停", text, flags=re.MULTILINE)
        text = re.sub(rf"^({CLOSING_ACCOUNT},.*),正常$", r"\1,已注销", text, flags=re.MULTILINE)
        (folder / f"{name}.csv").write_text(text, encoding=charset)
    with Session(walked.engine) as session:
        report = import_folder(session, folder, walked.opened.row.snapshot_day)
    assert sum(len(one.changed) for one in report.files) == 2


def test_what_closed_during_the_round_is_not_told_to_mend(mine: Walked, tmp_path: Path) -> None:
    decide(mine, CLOSING_SITE, "W-V2")
    close_two(mine, tmp_path / "later")
    assert write(mine, tmp_path / "out")["整改通知书"] == 0


def test_notices_go_to_units_with_confirmed_findings_only(mine: Walked, tmp_path: Path) -> None:
    decide(mine, STALE, "W-V3")  # U3
    decide(mine, "a11", "N-V2")  # U3
    decide(mine, FAULTY, "W-V2")  # U2
    decide(mine, "a12", "N-V2", Decision.DISMISS, "已在别的平台发布")  # U1
    decide(mine, "a15", "N-V2", Decision.LOOK_AGAIN, "再看一次")  # U1
    assert write(mine, tmp_path)["整改通知书"] == 2
    assert notice_rows(mine) == {
        "U2": ("R1-0001", ISSUED, [[FAULTY, "W-V2"]]),
        "U3": ("R1-0002", ISSUED, [[STALE, "W-V3"], ["a11", "N-V2"]]),
    }
    names = sorted(path.name for path in (tmp_path / "notices").iterdir())
    assert [name.split("-")[1] for name in names] == ["0001", "0001", "0002", "0002"]
    assert {path.rsplit(".", 1)[1] for path in names} == {"docx", "pdf"}


def notice_rows(walked: Walked) -> dict[str, tuple[str, date, list[list[str]]]]:
    query = select(NOTICES.c.unit_id, NOTICES.c.number, NOTICES.c.issued_on, NOTICES.c.findings)
    with walked.engine.connect() as connection:
        return {unit: (number, day, findings) for unit, number, day, findings in connection.execute(query)}


def test_number_and_deadline_of_a_notice_stay_on_the_second_writing(mine: Walked, tmp_path: Path) -> None:
    decide(mine, STALE, "W-V3")
    write(mine, tmp_path)
    before = deadlines(mine)
    expected = WorkingCalendar().add_working_days(ISSUED, 10)
    assert before == {"U3": ("R1-0001", ISSUED, expected)}
    decide(mine, FAULTY, "W-V2")
    write(mine, tmp_path, date(2026, 10, 9))
    after = deadlines(mine)
    assert after["U3"] == before["U3"]
    assert after["U2"][:2] == ("R1-0002", date(2026, 10, 9))


def test_a_withdrawn_notice_is_neither_written_nor_ever_overdue(mine: Walked, tmp_path: Path) -> None:
    from monitor.scheduler.deadlines import overdue_notices

    decide(mine, STALE, "W-V3")
    write(mine, tmp_path)
    assert [one.number for one in overdue_notices(mine.engine, date(2027, 1, 1))] == ["R1-0001"]
    decide(mine, STALE, "W-V3", Decision.DISMISS, "申诉成立")
    assert write(mine, tmp_path)["整改通知书"] == 0
    assert list((tmp_path / "notices").iterdir()) == []
    assert overdue_notices(mine.engine, date(2027, 1, 1)) == []
    decide(mine, STALE, "W-V3", Decision.CONFIRM, "复核后仍成立")
    write(mine, tmp_path, date(2026, 10, 9))
    assert deadlines(mine)["U3"][0] == "R1-0001"


def deadlines(walked: Walked) -> dict[str, tuple[str, date, date]]:
    query = select(NOTICES.c.unit_id, NOTICES.c.number, NOTICES.c.issued_on, NOTICES.c.deadline)
    with walked.engine.connect() as connection:
        return {
            unit: (number, issued, deadline) for unit, number, issued, deadline in connection.execute(query)
        }


# ---- the end of a round


def test_a_closed_round_refuses_everything_but_being_told(mine: Walked, tmp_path: Path) -> None:
    with pytest.raises(RoundError, match="没有审核"):
        close_round(mine.engine, ROUND, "审核员甲", AS_OF)
    waiting = len(list(proposals(mine.engine, mine.opened)))
    assert close_round(mine.engine, ROUND, "审核员甲", AS_OF, leave_open=True) == waiting == 12
    with pytest.raises(RoundError, match="已经结束"):
        run_round(mine.engine, ROUND, mine.environment)
    with pytest.raises(RoundError, match="已于"):
        close_round(mine.engine, ROUND, "审核员乙", AS_OF)
    with pytest.raises(DecisionError, match="结束"):
        decide(mine, STALE, "W-V3")
    assert write(mine, tmp_path)["评分表"] == 6 + 21


def test_a_half_judged_round_is_told_to_nobody(mine: Walked, tmp_path: Path) -> None:
    from monitor.ledger.tables import PHASE

    with mine.engine.begin() as connection:
        connection.execute(PHASE.update().where(PHASE.c.name == "judge").values(finished_at=None))
    with pytest.raises(RoundError, match="尚未判定"):
        write(mine, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    with pytest.raises(RoundError, match="尚未判定"):
        list(score_cards(mine.engine, mine.opened))
    with pytest.raises(RoundError, match="尚未判定"):
        close_round(mine.engine, ROUND, "审核员甲", AS_OF, leave_open=True)


def test_facts_are_stored_for_everything_that_was_looked_at(walked: Walked) -> None:
    with walked.engine.connect() as connection:
        targets = set(connection.execute(select(FACTS.c.target)).scalars())
    assert targets == {*STALE_DAYS, CLOSING_SITE, *(f"a{n:02}" for n in range(1, 21)), CLOSING_ACCOUNT}
