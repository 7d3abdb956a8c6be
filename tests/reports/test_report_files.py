"""Files are whole or not there, names are safe everywhere, the workbook reads back as what went in."""

from __future__ import annotations

import io
import threading
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from report_sample import report
from test_report_documents import HOSTILE, hostile_report

from reports import build
from reports.errors import ReportError
from reports.figures import count
from reports.files import Names, fixed_zip, replaced_folder, write_atomically
from reports.model import Standing
from reports.workbook import workbook


def listed(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def sheets_of(content: bytes) -> dict[str, list[list[object]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def test_the_workbook_has_all_sheets_and_every_row() -> None:
    made = report(60, 300)
    figures = count(made)
    sheets = sheets_of(workbook(made, figures))
    assert list(sheets) == [
        "抽查名单",
        "检查结果",
        "问题清单",
        "分盟市",
        "分平台",
        "未能观测",
        "核对表",
        "未抽取名单",
    ]
    drawn = len(figures["sites.drawn"].rows) + len(figures["accounts.drawn"].rows)
    assert len(sheets["抽查名单"]) == 2 + drawn
    assert len(sheets["检查结果"]) == 2 + sum(len(sheet.lines) for sheet in made.sheets)
    published = sum(
        len(fault.evidence)
        for sheet in made.sheets
        for line in sheet.lines
        if line.published
        for fault in line.faults
    )
    assert len(sheets["问题清单"]) == 2 + published
    not_drawn = sum(t.standing is Standing.NOT_DRAWN for t in made.targets)
    assert len(sheets["未抽取名单"]) == 2 + not_drawn
    assert sheets["抽查名单"][0][0] == "抽查名单　2026年第三季度（2026Q3）　演练　不作为正式文书"


def test_the_reconciliation_sheet_holds_in_every_row() -> None:
    rows = sheets_of(workbook(report(60, 300), count(report(60, 300))))["核对表"]
    assert len(rows) > 40
    for row in rows[2:]:
        registered, not_drawn, drawn, judged, passed, failed, undecided, exempt, closed = row[3:12]
        assert registered == drawn + not_drawn
        assert drawn == judged + undecided + exempt + closed
        assert judged == passed + failed
        assert row[12:15] == ["相符"] * 3


def test_words_from_outside_are_strings_in_cells() -> None:
    for words in HOSTILE:
        made = hostile_report(words)
        content = workbook(made, count(made))
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = {
                name: archive.read(name).decode() for name in archive.namelist() if name.endswith(".xml")
            }
        cells = "".join(xml for name, xml in parts.items() if "worksheets/" in name)
        assert "<f>" not in cells
        assert "hyperlink" not in cells
        assert "13812345678" not in cells
        read = sheets_of(content)["抽查名单"]
        assert len({row[3] for row in read[2:]}) == 1
    formula = hostile_report("=cmd|' /C calc'!A0")
    assert sheets_of(workbook(formula, count(formula)))["抽查名单"][2][3] == "=cmd|' /C calc'!A0"


def test_the_workbook_has_fixed_times_frozen_heads_and_filters() -> None:
    made = report(13, 13)
    with zipfile.ZipFile(io.BytesIO(workbook(made, count(made)))) as archive:
        assert len({info.date_time for info in archive.infolist()}) == 1
        first = archive.read("xl/worksheets/sheet1.xml").decode()
        core = archive.read("docProps/core.xml").decode()
    assert 'ySplit="2"' in first
    assert "<autoFilter" in first
    assert "2026-10-12T00:00:00Z" in core


def test_a_file_is_the_old_one_or_the_new_one(tmp_path: Path) -> None:
    path = tmp_path / "a" / "file.bin"
    write_atomically(path, b"old")
    assert path.read_bytes() == b"old"
    assert oct(path.stat().st_mode & 0o777) == "0o644"
    seen: set[bytes] = set()
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            seen.add(path.read_bytes())

    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(30):
        write_atomically(path, b"x" * 100_000)
        write_atomically(path, b"y" * 100_000)
    stop.set()
    reader.join()
    assert seen <= {b"old", b"x" * 100_000, b"y" * 100_000}
    assert listed(path.parent) == ["file.bin"]


def test_a_disk_that_refuses_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ReportError, match="无法写入"):
        write_atomically(tmp_path / "file" / "bulletin.pdf", b"")
    with pytest.raises(ReportError, match="无法准备文件夹"), replaced_folder(tmp_path / "file" / "scores"):
        pass


def test_a_folder_is_replaced_whole_or_stays(tmp_path: Path) -> None:
    folder = tmp_path / "scores"
    with replaced_folder(folder) as new:
        (new / "a").write_text("1")
    with pytest.raises(RuntimeError), replaced_folder(folder) as new:
        (new / "b").write_text("2")
        raise RuntimeError
    assert listed(folder) == ["a"]
    with replaced_folder(folder) as new:
        (new / "c").write_text("3")
    assert listed(folder) == ["c"]
    assert listed(tmp_path) == ["scores"]


def test_a_run_killed_between_the_two_renames_is_mended(tmp_path: Path) -> None:
    (tmp_path / ".scores.old").mkdir()
    (tmp_path / ".scores.old" / "a").write_text("1")
    (tmp_path / ".scores.new-killed").mkdir()
    with pytest.raises(RuntimeError), replaced_folder(tmp_path / "scores"):
        raise RuntimeError
    assert listed(tmp_path) == ["scores"]
    assert listed(tmp_path / "scores") == ["a"]


@given(st.lists(st.text(max_size=300), max_size=20))
def test_names_are_safe_and_differ(wanted: list[str]) -> None:
    names = Names()
    given_out = [names.name(text) for text in wanted]
    assert len({name.casefold() for name in given_out}) == len(wanted)
    for name in given_out:
        assert name not in ("", ".", "..")
        assert "/" not in name
        assert "\\" not in name
        assert not name.startswith(".")
        assert len(name.encode()) < 200


@pytest.mark.parametrize(
    "wanted", ["../../etc/passwd", "CON", "a/b", "", "   ", ".hidden", "甲\x00乙", "NUL.txt"]
)
def test_dangerous_names_are_changed(wanted: str) -> None:
    name = Names().name(wanted)
    assert name != wanted
    assert Path(name).name == name


def test_plain_names_stay_and_case_is_told_apart() -> None:
    names = Names()
    assert names.name("1507830002") == "1507830002"
    assert names.name("整改〔2026〕3-0001号") == "整改〔2026〕3-0001号"
    assert names.name("abc") == "abc"
    assert names.name("ABC").startswith("ABC-")


def test_a_zip_is_fixed_and_parts_replaced() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a", "1")
        archive.writestr("b", "2")
    made = fixed_zip(out.getvalue(), {"b": b"two", "c": b"three"})
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert [(i.filename, archive.read(i)) for i in archive.infolist()] == [
            ("a", b"1"),
            ("b", b"two"),
            ("c", b"three"),
        ]
        assert {i.date_time for i in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_sheets_are_listed_and_reachable(tmp_path: Path) -> None:
    made = report(26, 26)
    told: list[int] = []
    place = build.write_score_sheets(made, tmp_path, told.append)
    assert told == list(range(1, len(made.sheets) + 1))
    index = (place / "index.html").read_text(encoding="utf-8")
    for sheet in made.sheets:
        assert f'href="{sheet.target}.html"' in index
        assert (place / f"{sheet.target}.html").is_file()
