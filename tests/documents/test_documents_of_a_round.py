"""The documents of a real ledger: figures with their rows, text as text, files whole."""

from __future__ import annotations

import json
from datetime import date
from hashlib import sha256
from html import escape
from pathlib import Path
from zipfile import ZipFile

import pytest
from docx import Document
from python_calamine import CalamineWorkbook
from small import AS_OF, FAULTY, STALE
from walking import CLOSING_ACCOUNT, HOSTILE_NAME, ROUND, Walked

from monitor.casework.decisions import Decided, Decision, record
from monitor.documents.fill import round_report
from monitor.documents.write import write_documents
from monitor.rounds.verdicts import verdict_lines
from registry.calendar import WorkingCalendar
from reports.wording import chinese_date

ISSUED = date(2026, 9, 29)


def confirm(walked: Walked, *pairs: tuple[str, str]) -> None:
    decided = [Decided(target, indicator, Decision.CONFIRM, "审核员甲", "") for target, indicator in pairs]
    record(walked.engine, ROUND, decided, AS_OF)


def write(walked: Walked, folder: Path) -> dict[str, int]:
    return write_documents(walked.engine, walked.opened, walked.settings, ISSUED, folder)


def words_of(path: Path) -> str:
    """All text of a DOCX, tables included."""
    document = Document(str(path))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def test_every_figure_stands_on_the_rows_that_it_counts(mine: Walked, tmp_path: Path) -> None:
    confirm(mine, (STALE, "W-V3"), ("a11", "N-V2"))
    write(mine, tmp_path)
    summary = json.loads((tmp_path / "summary.json").read_text(encoding="utf-8"))
    figures = summary["figures"]
    assert set(summary["printed"]) <= set(figures)
    for key in ("sites.registered", "sites.drawn", "sites.failed", "accounts.failed", "accounts.passed"):
        assert figures[key]["value"] == len(figures[key]["rows"]), key
    assert figures["sites.failed"]["rows"] == [STALE]
    assert figures["accounts.failed"]["rows"] == ["a11"]
    assert set(figures["accounts.passed"]["rows"]) == {f"a{number:02}" for number in range(1, 11)}


def test_a_notice_tells_what_whose_until_when_and_why(mine: Walked, tmp_path: Path) -> None:
    confirm(mine, (STALE, "W-V3"), (FAULTY, "W-V2"))
    write(mine, tmp_path)
    (line,) = (
        one
        for one in verdict_lines(mine.engine, ROUND)
        if (one["target"], one["indicator"]) == (STALE, "W-V3")
    )
    (path,) = (tmp_path / "notices").glob(f"{ROUND}-0002-*.docx")
    text = words_of(path)
    deadline = WorkingCalendar().add_working_days(ISSUED, 10)
    for word in (
        f"{ROUND}-0002",
        "测试旗人民政府",
        "测试网站2",
        "首页不更新",
        "国办秘函〔2019〕19号",
        chinese_date(deadline),
        str(line["evidence"][0]["sha256"]),  # type: ignore[index]
    ):
        assert word in text, word
    assert "测试网站4" not in text


def test_text_from_outside_is_text_in_every_document(mine: Walked, tmp_path: Path) -> None:
    write(mine, tmp_path)
    page = (tmp_path / "scores" / f"{CLOSING_ACCOUNT}.html").read_text(encoding="utf-8")
    assert escape(HOSTILE_NAME, quote=False) in page.replace("&#34;", '"').replace("&quot;", '"')
    for path in tmp_path.rglob("*.html"):
        assert "<script>alert" not in path.read_text(encoding="utf-8"), path
    workbook = CalamineWorkbook.from_path(str(tmp_path / "annex.xlsx"))
    cells = {
        cell
        for name in workbook.sheet_names
        for row in workbook.get_sheet_by_name(name).to_python()
        for cell in row
    }
    assert any(isinstance(cell, str) and cell.startswith(HOSTILE_NAME[:12]) for cell in cells)
    with ZipFile(tmp_path / "annex.xlsx") as parts:
        for name in parts.namelist():
            if name.startswith("xl/worksheets/sheet"):
                assert b"<f>1+1" not in parts.read(name)


def test_writing_twice_gives_the_same_bytes(mine: Walked, tmp_path: Path) -> None:
    confirm(mine, (STALE, "W-V3"))
    digests = []
    for name in ("first", "second"):
        write(mine, tmp_path / name)
        files = sorted(path for path in (tmp_path / name).rglob("*") if path.is_file())
        digests.append(
            {
                str(path.relative_to(tmp_path / name)): sha256(path.read_bytes()).hexdigest()
                for path in files
                if path.suffix in {".html", ".json"}
            }
        )
    assert digests[0] == digests[1]


def test_what_is_no_longer_true_does_not_lie_about(mine: Walked, tmp_path: Path) -> None:
    confirm(mine, (STALE, "W-V3"))
    write(mine, tmp_path)
    assert len(list((tmp_path / "notices").iterdir())) == 2
    undo = Decided(STALE, "W-V3", Decision.DISMISS, "审核员乙", "申诉成立")
    record(mine.engine, ROUND, [undo], AS_OF)
    write(mine, tmp_path)
    assert list((tmp_path / "notices").iterdir()) == []
    assert "测试网站2" not in (tmp_path / "bulletin.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("mark", ["演练", "草稿"])
def test_a_rehearsal_with_open_proposals_says_so_on_every_document(
    walked: Walked, tmp_path: Path, mark: str
) -> None:
    mine = walked.copy(tmp_path / "data")
    confirm(mine, (STALE, "W-V3"))
    write(mine, tmp_path / "out")
    pages = [tmp_path / "out" / "bulletin.html", *(tmp_path / "out" / "scores").glob("1*.html")]
    for path in pages:
        assert mark in path.read_text(encoding="utf-8"), path
    for path in (tmp_path / "out" / "notices").glob("*.docx"):
        assert "演练" in words_of(path) + headers_of(path)


def headers_of(path: Path) -> str:
    return "\n".join(
        paragraph.text
        for section in Document(str(path)).sections
        for part in (section.header, section.first_page_header, section.footer)
        for paragraph in part.paragraphs
    )


def test_the_report_is_a_draft_only_while_somebody_must_still_decide(mine: Walked) -> None:
    def draft() -> bool:
        return round_report(mine.engine, mine.opened, mine.settings, ISSUED).round.draft

    waiting = [
        (str(line["target"]), str(line["indicator"]))
        for line in verdict_lines(mine.engine, ROUND)
        if line["state"] == "proposed"
    ]
    confirm(mine, *waiting[:-1])
    assert draft()
    confirm(mine, waiting[-1])
    assert not draft()
