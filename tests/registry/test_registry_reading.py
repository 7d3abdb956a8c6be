"""Spreadsheets as offices and attackers hand them in."""

from __future__ import annotations

import csv
import random
import tracemalloc
import zipfile
from collections import Counter
from contextlib import suppress
from datetime import date, datetime, time
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from registry_builders import ACCOUNTS, SITES, UNITS, write_csv

from registry.errors import BadRows, CellRefused, FileRefused, RegistryError
from registry.kindguess import guess_kind
from registry.model import SiteStatus
from registry.reading import KindRead, read_cell, read_inclusions, read_kind, read_outages, read_posts
from registry.schema import ACCOUNTS as ACCOUNT_FILE
from registry.schema import COLUMNS, KINDS, FileKind
from registry.schema import SITES as SITE_FILE
from registry.schema import UNITS as UNIT_FILE
from registry.sheets import Limits
from registry.spreadsheet import read_rows
from registry.tidy import escape_formula
from registry.times import SHANGHAI


def refusal(path: Path, kind: FileKind = SITE_FILE, limits: Limits | None = None) -> str:
    """Why a file is refused as a whole."""
    with pytest.raises(FileRefused) as refused:
        read_kind(path, kind, limits or Limits())
    assert path.name in str(refused.value)
    return str(refused.value)


def one_row(tmp_path: Path, kind: FileKind, **cells: str) -> KindRead:
    """A file of one row, good but for the given cells."""
    good = {"sites": SITES[0], "units": UNITS[1], "accounts": ACCOUNTS[0]}[kind.name]
    return read_kind(write_csv(tmp_path / f"{kind.name}.csv", [dict(good) | cells]), kind)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_chinese_headings_in_any_order_and_charset(tmp_path: Path, encoding: str) -> None:
    headings = {field.name: field.heading for field in SITE_FILE.fields}
    row = {headings[name]: value for name, value in reversed(list(SITES[0].items()))} | {"备注": "略"}
    read = read_kind(write_csv(tmp_path / "网站.csv", [row], encoding=encoding), SITE_FILE)
    assert read.problems == []
    assert read.rows[0].values["url"] == "https://jyj.baotou.gov.cn/"
    assert read.unknown_columns == ["备注"]
    assert any(("GB18030" if encoding == "gb18030" else "UTF-8") in note for note in read.notes)


def test_headings_below_a_title_with_marks(tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_text(
        "附件1 网站台账,,,,\n\n*网站标识码,网站名称(必填), 首页网址 ,主办单位编码,网站类型\n"
        "1502000011,甲,http://a.gov.cn,U2,部门网站\n",
        encoding="utf-8",
    )
    read = read_kind(path, SITE_FILE)
    assert [row.row for row in read.rows] == [4]


def test_every_bad_cell_is_reported_where_it_stands(tmp_path: Path) -> None:
    rows = [
        dict(SITES[0]),
        dict(SITES[0]) | {"site_code": "1502000012", "url": "ftp://a.gov.cn", "site_kind": "网页"},
        dict(SITES[0]) | {"site_code": "", "name": ""},
    ]
    path = write_csv(tmp_path / "sites.csv", rows)
    read = read_kind(path, SITE_FILE)
    found = [(one.file, one.sheet, one.row, one.column, one.value) for one in read.problems]
    assert found == [
        ("sites.csv", None, 3, "首页网址", "ftp://a.gov.cn"),
        ("sites.csv", None, 3, "网站类型", "网页"),
        ("sites.csv", None, 4, "网站标识码", ""),
        ("sites.csv", None, 4, "网站名称", ""),
    ]
    assert "门户网站 / 部门网站" in read.problems[1].reason
    assert [row.row for row in read.rows] == [2]


def test_duplicates_inside_a_file(tmp_path: Path) -> None:
    read = read_kind(write_csv(tmp_path / "sites.csv", [*SITES, *SITES]), SITE_FILE)
    assert len(read.rows) == 1
    assert (read.problems[0].row, read.problems[0].reason) == (3, "与第2行重复")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "空的"),
        (b"\xef\xbb\xbf\r\n\r\n", "空的"),
        (b"site_code,name,url,unit_id,site_kind\n", "只有表头"),
        (b"a,b\n1,2\n", "缺少必需的列"),
        ("网站标识码;网站名称;首页网址\n".encode(), "英文逗号"),
        ("网站标识码,网站标识码\n".encode(), "表头重复"),
        ("网站标识码,site_code,name\n".encode(), "表头重复"),
        (b"site_code,name\n\x00,1\n", "空字节"),
        (b"\xff\xfes\x00i\x00", "UTF-16"),
        (b"\xff\xff\xff,a\n", "GB18030"),
        (b'site_code,name,url,unit_id,site_kind\n"1,2,3', "CSV"),
        (b"PK\x03\x04rest", "xlsx"),
    ],
)
def test_files_that_are_refused(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "sites.csv"
    path.write_bytes(content)
    assert words in refusal(path)


def test_missing_file_and_other_formats(tmp_path: Path) -> None:
    assert "无法打开" in refusal(tmp_path / "none.csv")
    (tmp_path / "a.xls").write_bytes(b"x")
    assert ".xlsx" in refusal(tmp_path / "a.xls")
    (tmp_path / "d.csv").mkdir()
    assert "无法打开" in refusal(tmp_path / "d.csv")


def test_codes_that_excel_turned_into_numbers(tmp_path: Path) -> None:
    mended = one_row(tmp_path, SITE_FILE, site_code="1502000011.0")
    assert mended.rows[0].key == "1502000011"
    assert any("小数点" in note for note in mended.notes)
    refused = one_row(tmp_path, SITE_FILE, site_code="1.5E+09")
    assert "科学计数法" in refused.problems[0].reason
    assert one_row(tmp_path, ACCOUNT_FILE, handle="12e5").rows[0].values["handle"] == "12e5"


def test_full_width_and_invisible_characters(tmp_path: Path) -> None:
    read = one_row(tmp_path, SITE_FILE, site_code=" 1502000011\u3000", name="包头市\u200b教育局(本级)")
    assert read.rows[0].key == "1502000011"
    assert read.rows[0].values["name"] == "包头市教育局(本级)"
    assert any("全角" in note for note in read.notes)


def test_mongolian_names_keep_their_joiners(tmp_path: Path) -> None:
    name = "ᠥᠪᠥᠷ ᠮᠣᠩᠭᠣᠯ\u202fᠤᠨ ᠵᠠᠰᠠᠭ\u180eᠠ"
    assert one_row(tmp_path, SITE_FILE, name=name).rows[0].values["name"] == name


@pytest.mark.parametrize("name", ["甲\x07乙", "甲\x1b[31m乙"])
def test_control_characters_are_refused_and_printed_visibly(tmp_path: Path, name: str) -> None:
    problem = one_row(tmp_path, SITE_FILE, name=name).problems[0]
    assert "控制字符" in problem.reason
    assert problem.value.isprintable()


@pytest.mark.parametrize(
    ("cell", "value"),
    [("'=1+1", "=1+1"), ("'+86 472", "+86 472"), ("+86 472", "+86 472"), ("@baotou", "@baotou"), ("-", "-")],
)
def test_cells_that_begin_like_formulas(tmp_path: Path, cell: str, value: str) -> None:
    assert one_row(tmp_path, UNIT_FILE, contact_phone=cell).rows[0].values["contact_phone"] == value


def test_a_bare_formula_is_refused(tmp_path: Path) -> None:
    cell = '=HYPERLINK("http://x","点我")'
    assert "公式" in one_row(tmp_path, UNIT_FILE, contact_name=cell).problems[0].reason


@pytest.mark.parametrize(
    "url",
    [
        "www.a.gov.cn",
        "javascript:alert(1)",
        "http://",
        "http://u:p@a.gov.cn/",
        "http://a.gov.cn:99999/",
        "http://[::1",
        "http://a gov.cn/",
        "https:///x",
    ],
)
def test_addresses_that_are_refused(tmp_path: Path, url: str) -> None:
    assert len(one_row(tmp_path, SITE_FILE, url=url).problems) == 1


@pytest.mark.parametrize("code", ["../etc/passwd", "a/b", "a b", "-rf", "a;b", 'a"b', "a..b", "x" * 65])
def test_identifiers_that_are_refused(tmp_path: Path, code: str) -> None:
    assert len(one_row(tmp_path, ACCOUNT_FILE, account_id=code).problems) == 1


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2026-03-01", date(2026, 3, 1)),
        ("2026/3/1", date(2026, 3, 1)),
        ("2026.3.1", date(2026, 3, 1)),
        ("2026年3月1日", date(2026, 3, 1)),
        ("20260301", date(2026, 3, 1)),
        ("2026-03-01 00:00:00", date(2026, 3, 1)),
        ("", None),
    ],
)
def test_days(tmp_path: Path, cell: str, day: date | None) -> None:
    assert one_row(tmp_path, SITE_FILE, filed_on=cell).rows[0].values["filed_on"] == day


@pytest.mark.parametrize("cell", ["2026-02-29", "46082", "1/3/26", "1066-01-01", "2026-03-01 08:30", "昨天"])
def test_days_that_are_refused(tmp_path: Path, cell: str) -> None:
    assert one_row(tmp_path, SITE_FILE, filed_on=cell).problems[0].column == "备案日期"


def test_missing_optional_column_is_not_an_empty_cell(tmp_path: Path) -> None:
    assert "status" not in one_row(tmp_path, SITE_FILE).rows[0].values
    assert one_row(tmp_path, SITE_FILE, status="").rows[0].values["status"] is SiteStatus.RUNNING


def test_a_stray_comma_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "sites.csv"
    path.write_text(
        "site_code,name,url,unit_id,site_kind\n1502000011,甲,乙,http://a.gov.cn,U2,部门网站\n", "utf-8"
    )
    assert any("多出 1 个单元格" in one.reason for one in read_kind(path, SITE_FILE).problems)


def test_posts(tmp_path: Path) -> None:
    path = write_csv(
        tmp_path / "posts.csv",
        [
            {
                "账号编码": "A1",
                "链接": "https://a.cn/1",
                "标题": "甲",
                "发布时间": "2026-03-01 08:30",
                "互动功能": "是",
            },
            {"账号编码": "A1", "链接": "", "标题": "乙", "发布时间": "2026/3/1", "互动功能": ""},
            {
                "账号编码": "A1",
                "链接": "",
                "标题": "丙",
                "发布时间": "2026-03-01T00:30:00Z",
                "互动功能": "否",
            },
        ],
    )
    posts = read_posts(path).records
    assert [post.published for post in posts] == [
        datetime(2026, 3, 1, 8, 30, tzinfo=SHANGHAI),
        datetime(2026, 3, 1, tzinfo=SHANGHAI),
        datetime(2026, 3, 1, 8, 30, tzinfo=SHANGHAI),
    ]
    assert [post.interaction for post in posts] == [True, None, False]


def test_bad_posts_are_refused_or_skipped(tmp_path: Path) -> None:
    rows = [
        {"account_id": "A1", "url": "", "title": "", "published": "2026-03-01"},
        {"account_id": "A1", "url": "", "title": "甲", "published": "2026-03-01 24:30"},
        {"account_id": "A1", "url": "", "title": "甲", "published": "2026-03-01 24:00"},
    ]
    path = write_csv(tmp_path / "posts.csv", rows)
    with pytest.raises(BadRows) as bad:
        read_posts(path)
    assert [one.row for one in bad.value.problems] == [2, 3]
    read = read_posts(path, skip_bad_rows=True)
    assert [post.published for post in read.records] == [datetime(2026, 3, 2, tzinfo=SHANGHAI)]
    assert len(read.problems) == 2


def test_outages(tmp_path: Path) -> None:
    rows = [
        {"对象": "全部", "起": "2026-03-01", "止": "2026-03-02", "依据": "公告"},
        {"对象": "1502000011", "起": "2026-03-01 08:00", "止": "2026-03-01 09:00", "依据": "公告"},
    ]
    whole, hour = read_outages(write_csv(tmp_path / "outages.csv", rows)).records
    assert whole.target is None
    assert whole.end == datetime(2026, 3, 3, tzinfo=SHANGHAI)  # a day alone counts whole
    assert (hour.end - hour.start).total_seconds() == 3600
    backwards = [rows[1] | {"止": "2026-03-01 08:00"}]
    with pytest.raises(BadRows, match="晚于"):
        read_outages(write_csv(tmp_path / "outages.csv", backwards))


def test_inclusions(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "inclusions.csv", [{"对象": "A1", "理由": "上季度不合格"}])
    assert [(one.target, one.reason) for one in read_inclusions(path).records] == [("A1", "上季度不合格")]


def test_columns_take_words_and_numbers(tmp_path: Path) -> None:
    rows = [
        {
            "site_code": "1502000011",
            "url": "https://a.gov.cn/1",
            "name": "甲",
            "column_type": "工作动态",
            "level": "一级",
            "must_update": "否",
        },
        {
            "site_code": "1502000011",
            "url": "https://a.gov.cn/2",
            "name": "乙",
            "column_type": "工作动态",
            "level": "2.0",
            "must_update": "",
        },
    ]
    read = read_kind(write_csv(tmp_path / "columns.csv", rows), COLUMNS)
    assert [(row.values["level"], row.values["must_update"]) for row in read.rows] == [(1, False), (2, True)]


@pytest.mark.parametrize("name", list(KINDS))
@pytest.mark.parametrize("chinese", [True, False])
def test_the_kind_is_told_from_the_headings(tmp_path: Path, name: str, chinese: bool) -> None:
    kind = KINDS[name]
    path = tmp_path / "台账.csv"
    headings = [field.heading if chinese else field.name for field in kind.fields]
    with path.open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows([headings, ["x"] * len(headings)])
    assert guess_kind(path) == name


def test_a_file_of_no_kind(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("甲,乙\n1,2\n", "utf-8")
    with pytest.raises(FileRefused, match="看不出"):
        guess_kind(path)


def test_text_rows_for_other_rooms(tmp_path: Path) -> None:
    path = tmp_path / "decisions.csv"
    path.write_text("对象,决定,理由\nA1,确认,\n,驳回,误报\n", "utf-8")
    headings = {"target": "对象", "decision": "决定", "reason": "理由"}
    with pytest.raises(BadRows) as bad:
        read_rows(path, headings, required=("target", "decision"))
    assert [(one.row, one.column) for one in bad.value.problems] == [(3, "对象")]
    rows = read_rows(path, headings, required=("decision",))
    assert [row.cells["target"] for row in rows] == ["A1", ""]
    assert [row.row for row in rows] == [2, 3]


# --- workbooks ---------------------------------------------------------------------------------------------


def workbook(
    path: Path,
    rows: list[list[object]],
    *,
    sheet: str = "网站",
    first: int = 0,
    formats: dict[int, str] | None = None,
) -> Path:
    """A workbook of one sheet with cells of the types given; `formats` by row for dates and times."""
    with xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"}) as book:
        page = book.add_worksheet(sheet)
        for number, row in enumerate(rows, start=first):
            form = (formats or {}).get(number - first + 1)
            style = None if form is None else book.add_format({"num_format": form})
            for column, cell in enumerate(row):
                page.write(number, column, cell, style if isinstance(cell, date | time) else None)
    return path


SITE_HEADINGS: list[object] = ["网站标识码", "网站名称", "首页网址", "主办单位编码", "网站类型", "备案日期"]


def test_a_workbook_with_numbers_dates_and_a_gap(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        SITE_HEADINGS,
        [1502000011, "甲", "http://a.gov.cn", "U2", "部门网站", date(2020, 5, 1)],
        [],
        [1502000012.0, 2024, "http://b.gov.cn", "U2", "部门网站", ""],
    ]
    read = read_kind(workbook(tmp_path / "s.xlsx", rows, first=2), SITE_FILE)
    assert read.problems == []
    assert [(row.sheet, row.row, row.key) for row in read.rows] == [
        ("网站", 4, "1502000011"),
        ("网站", 6, "1502000012"),
    ]
    assert read.rows[0].values["filed_on"] == date(2020, 5, 1)
    assert read.rows[1].values["name"] == "2024"
    assert any("单元格是数字" in note for note in read.notes)


def test_a_number_that_excel_has_rounded_is_refused(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        SITE_HEADINGS,
        ["1502000011", "甲", "http://a.gov.cn", 911500001141234567, "部门网站"],
    ]
    problem = read_kind(workbook(tmp_path / "s.xlsx", rows), SITE_FILE).problems[0]
    assert (problem.sheet, problem.row, problem.column) == ("网站", 2, "主办单位编码")
    assert "15位" in problem.reason


def test_formula_cells_are_refused_even_with_a_cached_value(tmp_path: Path) -> None:
    path = tmp_path / "s.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet("网站")
        page.write_row(0, 0, SITE_HEADINGS)
        page.write_row(1, 1, ["甲", "http://a.gov.cn", "U2", "部门网站"])
        page.write_formula(1, 0, "=1502000000+11", value=1502000011)
    problem = read_kind(path, SITE_FILE).problems[0]
    assert (problem.row, problem.column) == (2, "网站标识码")
    assert "公式" in problem.reason


def test_hidden_and_foreign_sheets_are_named_and_left_out(tmp_path: Path) -> None:
    path = tmp_path / "s.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        for name in ("说明", "网站", "旧表"):
            page = book.add_worksheet(name)
            page.write_row(0, 0, ["填表说明"] if name == "说明" else SITE_HEADINGS)
            page.write_row(
                1, 0, ["15020000" + str(10 + len(name)), name, "http://a.gov.cn", "U2", "部门网站"]
            )
            if name == "旧表":
                page.hide()
    read = read_kind(path, SITE_FILE)
    assert [row.sheet for row in read.rows] == ["网站"]
    assert any("旧表" in note for note in read.notes)
    assert any("说明" in note for note in read.notes)


@pytest.mark.parametrize(
    "content", [b"plain text", b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0rest", b"<html></html>"]
)
def test_what_only_claims_to_be_a_workbook(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "s.xlsx"
    path.write_bytes(content)
    refusal(path)


def hand_made(
    path: Path, sheet: bytes, *, strings: bytes = b"", extra: dict[str, bytes] | None = None
) -> Path:
    """A workbook built part by part, as an attacker would."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    rels = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>'.encode(),
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" Type="{rels}/officeDocument" Target="xl/workbook.xml"/></Relationships>'.encode(),
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{rels}"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>'.encode(),
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" Type="{rels}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="{rels}/sharedStrings" Target="sharedStrings.xml"/></Relationships>'.encode(),
        "xl/worksheets/sheet1.xml": b'<worksheet xmlns="%s"><sheetData>' % main.encode()
        + sheet
        + b"</sheetData></worksheet>",
    }
    if strings:
        parts["xl/sharedStrings.xml"] = b'<sst xmlns="%s">' % main.encode() + strings + b"</sst>"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (parts | (extra or {})).items():
            archive.writestr(name, content)
    return path


def cheap_refusal(path: Path, limits: Limits | None = None) -> str:
    """The reason of a refusal that must not have cost more than 100 MB."""
    tracemalloc.start()
    try:
        words = refusal(path, SITE_FILE, limits)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 100 * 2**20
    return words


HEAD = (
    b'<row r="1">'
    + b"".join(
        b'<c t="inlineStr"><is><t>%s</t></is></c>' % name.encode()
        for name in ("site_code", "name", "url", "unit_id", "site_kind")
    )
    + b"</row>"
)


def test_the_hand_made_workbook_itself_is_good(tmp_path: Path) -> None:
    cells = b"".join(
        b'<c t="inlineStr"><is><t>%s</t></is></c>' % text.encode()
        for text in ("1502000011", "甲", "http://a.gov.cn", "U2", "部门网站")
    )
    read = read_kind(hand_made(tmp_path / "s.xlsx", HEAD + b'<row r="2">' + cells + b"</row>"), SITE_FILE)
    assert [row.key for row in read.rows] == ["1502000011"]


def test_a_zip_bomb(tmp_path: Path) -> None:
    path = hand_made(tmp_path / "s.xlsx", b" " * (30 * 2**20))
    assert path.stat().st_size < 2**20
    assert "解压后" in cheap_refusal(path, Limits(unpacked_bytes=20 * 2**20))


def test_a_cell_in_the_far_corner(tmp_path: Path) -> None:
    corner = HEAD + b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    assert "200" in cheap_refusal(hand_made(tmp_path / "a.xlsx", corner))
    deep = HEAD + b'<row r="1048576"><c r="E1048576"><v>1</v></c></row>'
    assert "数据区域过大" in cheap_refusal(hand_made(tmp_path / "b.xlsx", deep))


def test_more_empty_rows_than_a_sheet_can_have(tmp_path: Path) -> None:
    few = Limits(all_rows=100_000)  # the real bound is that of a sheet; counting to it would only take longer
    path = hand_made(tmp_path / "s.xlsx", HEAD + b"<row/>" * 120_000)
    assert "含空行" in cheap_refusal(path, few)
    lines = tmp_path / "s.csv"
    lines.write_bytes(b"site_code,name,url,unit_id,site_kind\n" + b"\n" * 120_000)
    assert "含空行" in cheap_refusal(lines, few)


def test_empty_rows_within_reason_cost_nothing(tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_bytes(
        b"site_code,name,url,unit_id,site_kind\n"
        + b",,,,\n" * 50_000
        + "1502000011,甲,http://a.gov.cn,U2,部门网站\n".encode()
    )
    assert [row.row for row in read_kind(path, SITE_FILE).rows] == [50_002]


def test_one_huge_cell(tmp_path: Path) -> None:
    huge = b"x" * (10 * 2**20)
    inline = HEAD + b'<row r="2"><c t="inlineStr"><is><t>' + huge + b"</t></is></c></row>"
    assert "32767 字" in cheap_refusal(hand_made(tmp_path / "a.xlsx", inline))
    shared = hand_made(tmp_path / "b.xlsx", HEAD, strings=b"<si><t>" + huge + b"</t></si>")
    assert "32767 字" in cheap_refusal(shared)
    lines = tmp_path / "s.csv"
    lines.write_bytes(b"site_code,name,url,unit_id,site_kind\n1," + huge + b",3,4,5\n")
    assert "过长" in cheap_refusal(lines)


def test_one_long_text_repeated(tmp_path: Path) -> None:
    cells = b'<row><c t="s"><v>0</v></c></row>' * 3000
    path = hand_made(tmp_path / "s.xlsx", HEAD + cells, strings=b"<si><t>" + b"x" * 30_000 + b"</t></si>")
    assert "文字总量" in cheap_refusal(path)


def test_entities_and_broken_xml(tmp_path: Path) -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><sst><si><t>&b;</t></si></sst>'
    path = hand_made(tmp_path / "a.xlsx", HEAD, extra={"xl/sharedStrings.xml": bomb})
    assert "文档类型" in cheap_refusal(path)
    assert "有误" in cheap_refusal(hand_made(tmp_path / "b.xlsx", b"<row><c>"))


def test_an_archive_that_lies_about_its_sizes(tmp_path: Path) -> None:
    path = hand_made(tmp_path / "s.xlsx", HEAD)
    data = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo("xl/worksheets/sheet1.xml")
    size = info.file_size.to_bytes(4, "little")
    path.write_bytes(
        data.replace(
            info.CRC.to_bytes(4, "little") + info.compress_size.to_bytes(4, "little") + size,
            info.CRC.to_bytes(4, "little")
            + info.compress_size.to_bytes(4, "little")
            + (10).to_bytes(4, "little"),
        )
    )
    assert "不是完好" in refusal(path)


def test_too_many_rows_and_too_large_a_file(tmp_path: Path) -> None:
    path = write_csv(
        tmp_path / "s.csv", [dict(SITES[0]) | {"site_code": str(1502000000 + n)} for n in range(20)]
    )
    assert "10 行" in refusal(path, limits=Limits(rows=10))
    assert "MB" in refusal(path, limits=Limits(file_bytes=100))
    assert len(read_kind(path, SITE_FILE, Limits(rows=21)).rows) == 20  # the heading is a row, too


def test_damaged_workbooks_are_read_or_refused_and_nothing_else(tmp_path: Path) -> None:
    """Bytes of the parts and of the archive are changed at random; no other exception may come out."""
    dice = random.Random(20260301)
    good = workbook(
        tmp_path / "good.xlsx", [SITE_HEADINGS, ["1502000011", "甲", "http://a.gov.cn", "U2", "部门网站"]]
    )
    with zipfile.ZipFile(good) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    outcomes = Counter[str]()
    for _ in range(300):
        path = tmp_path / "bad.xlsx"
        name = dice.choice([part for part in parts if part.startswith("xl/")])
        damaged = bytearray(parts[name])
        for _ in range(dice.randint(1, 4)):
            at = dice.randrange(len(damaged))
            damaged[at : at + dice.randint(0, 3)] = dice.randbytes(dice.randint(0, 3))
        with zipfile.ZipFile(path, "w") as archive:
            for part, content in parts.items():
                archive.writestr(part, bytes(damaged) if part == name else content)
        if dice.random() < 0.3:
            whole = bytearray(path.read_bytes())
            whole[dice.randrange(len(whole))] ^= 1 << dice.randrange(8)
            path.write_bytes(whole)
        try:
            read_kind(path, SITE_FILE)
            outcomes["read"] += 1
        except RegistryError:
            outcomes["refused"] += 1
    print(dict(outcomes))
    assert outcomes["read"] >= 10
    assert outcomes["refused"] >= 100


CELLS = st.one_of(
    st.text(max_size=20),
    st.text(st.sampled_from("0123456789-/.年月日: TZ+E\u0665\u00b2\uff11"), max_size=20),
    st.text(st.sampled_from("htps:/.@[]a1\u3002?#%"), max_size=20),
    st.sampled_from(
        [
            "'=1",
            "=1",
            "是",
            "1",
            "一级",
            "2026-03-01 24:00",
            "9999-12-31",
            "http://a.gov.cn/",
            "甲@乙",
            "全部",
        ]
    ),
)


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.sampled_from(sorted(KINDS)), st.data())
def test_any_cell_is_refused_or_survives_being_written_and_read_again(name: str, data: st.DataObject) -> None:
    for field in KINDS[name].fields:
        try:
            value, _ = read_cell(data.draw(CELLS), field)
        except CellRefused:
            continue
        again, _ = read_cell(escape_formula(field.type.write(value)), field)
        assert again == value
        assert field.type.load(field.type.store(value)) == value


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.binary(max_size=80), st.booleans())
def test_any_bytes_are_read_or_refused(content: bytes, headed: bool) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "sites.csv"
        path.write_bytes((b"site_code,name,url,unit_id,site_kind\n" if headed else b"") + content)
        with suppress(RegistryError):
            read_kind(path, SITE_FILE)


def test_one_family_of_errors(tmp_path: Path) -> None:
    with pytest.raises(RegistryError):
        read_posts(tmp_path / "none.csv")


def test_cells_of_other_types(tmp_path: Path) -> None:
    noon = datetime(2026, 3, 1, 12, 0)  # noqa: DTZ001  a spreadsheet knows no time zone
    headings: list[object] = ["账号编码", "标题", "发布时间", "互动功能"]
    rows: list[list[object]] = [headings, ["A1", 1.5, noon, True], ["A1", "乙", time(8, 30), False]]
    read = read_kind(
        workbook(tmp_path / "p.xlsx", rows, formats={2: "yyyy-mm-dd hh:mm", 3: "hh:mm"}), KINDS["posts"]
    )
    assert read.rows[0].values["published"] == datetime(2026, 3, 1, 12, 0, tzinfo=SHANGHAI)
    assert (read.rows[0].values["title"], read.rows[0].values["interaction"]) == ("1.5", True)
    assert [(one.row, one.column) for one in read.problems] == [(3, "发布时间")]


def test_a_workbook_without_content(tmp_path: Path) -> None:
    assert "没有可见" in refusal(workbook(tmp_path / "s.xlsx", []))


def test_too_long_a_text_is_named_with_its_length(tmp_path: Path) -> None:
    problem = one_row(tmp_path, SITE_FILE, name="长" * 201).problems[0]
    assert problem.reason == "超过 200 字"
    assert problem.value.endswith("（共201字）")
    assert one_row(tmp_path, SITE_FILE, name="长" * 200).problems == []


class PanicException(BaseException):
    """What the reader's native code raises when it gives up: no subclass of Exception."""


def test_a_panic_inside_the_reader_is_a_refused_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def panic(_archive: object) -> None:
        raise PanicException("index out of bounds")

    monkeypatch.setattr("registry.sheets_xlsx.CalamineWorkbook", SimpleNamespace(from_filelike=panic))
    path = workbook(tmp_path / "s.xlsx", [SITE_HEADINGS])
    assert "内部结构有误" in refusal(path)
