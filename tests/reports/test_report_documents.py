"""The bulletin in three formats, score sheets and notices: what they say, what they must never do."""

from __future__ import annotations

import dataclasses
import io
import json
import re
import shutil
import subprocess
import zipfile
from datetime import date
from pathlib import Path

import docx
import pytest
from bs4 import BeautifulSoup
from lxml import etree
from report_sample import evidence, notices, report

from checks.facts.base import Gap, TargetKind
from checks.model import Answer
from reports import build
from reports.blocks import Document, Paragraph, Table, keys_printed, sentence
from reports.bulletin import compose, marks_of
from reports.errors import ReportError
from reports.figures import count
from reports.formats import as_docx, as_html, as_pdf
from reports.model import (
    Contact,
    FindingLine,
    Part,
    RoundReport,
    ScoreSheet,
    Standing,
    State,
    VerdictLine,
)
from reports.notices import compose_notice
from reports.sheets import SheetContext, sheet_html
from reports.wording import chinese_date, chinese_moment

HOSTILE = (
    '#eval("1+1") #panic("boom") #sys.inputs.data',
    "= 标题\n- 列表\n$x^2$ `raw` *粗* _斜_ @ref <label> //注释 \\",
    "]} )) [[ {{ {% raise %} }} ${x} %s {sites.drawn}",
    "<script>alert(1)</script><img src=x onerror=alert(2)>&amp;</td></table>",
    "]]><!--</style></title></svg>",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "@SUM(1)",
    "\u202e倒转\u202c \u200b零宽 \x00\x07控制\ufffe",
    "ᠮᠣᠩᠭᠣᠯ ᠬᠡᠯᠡ 𠮷 ﷽ e\u0301",
    "a" * 5000,
    "长" * 100_000,
    "联系人13812345678，身份证15010219900307123X",
)


def plain(document: Document) -> str:
    """All words of a document, one block a line."""
    lines = [document.name]
    for block in document.every_block():
        if isinstance(block, Paragraph):
            lines.append("".join(run.text for run in block.text))
        elif isinstance(block, Table):
            lines.append(block.caption)
            lines += ["|".join("".join(run.text for run in cell) for cell in row) for row in block.rows]
        else:
            lines.append(block.text if hasattr(block, "text") else f"[{block.caption}：{block.describes}]")
    return "\n".join(lines) + "\n"


def hostile_report(words: str) -> RoundReport:
    """A small round in which every text from outside is those words."""
    made = report(26, 26)
    targets = tuple(
        dataclasses.replace(
            t, name=words, unit_name=words, supervising_unit=words, url=words, stratum=words, handle=words
        )
        for t in made.targets
    )
    fault = FindingLine("", words, (evidence(words, words),))
    sheets = tuple(
        dataclasses.replace(
            sheet,
            remarks=(words,),
            lines=tuple(
                dataclasses.replace(
                    line,
                    reason=words,
                    kind_of_gap=words if line.kind_of_gap else "",
                    confirmed_by=(words,) if line.confirmed_by else (),
                    findings=tuple(
                        dataclasses.replace(fault, finding_id=old.finding_id) for old in line.findings
                    ),
                    unseen=tuple(Gap(words, words, True, words) for _ in line.unseen),
                )
                for line in sheet.lines
            ),
        )
        for sheet in made.sheets
    )
    return dataclasses.replace(made, targets=targets, sheets=sheets)


def docx_words(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "".join(etree.fromstring(archive.read("word/document.xml")).itertext())


@pytest.fixture(scope="module")
def made() -> RoundReport:
    return report(60, 300)


@pytest.fixture(scope="module")
def bulletin(made: RoundReport) -> Document:
    return compose(made, count(made))


def test_the_outline_is_the_customary_one(bulletin: Document) -> None:
    text = plain(bulletin)
    heads = ["一、总体情况", "二、主要问题", "三、人工复核与未能判定情况", "四、工作要求"]
    assert [text.index(head) for head in heads] == sorted(text.index(head) for head in heads)
    assert [annex.title for annex in bulletin.annexes] == [
        "不合格政府网站名单",
        "不合格政务新媒体名单",
        "分盟市检查结果",
        "抽查核对表",
        "检查口径与轮次参数",
    ]
    assert "合格率=合格数÷已判定数" in text
    assert "国办秘函〔2019〕19号" in text
    assert bulletin.dated == "2026年10月12日"


def test_accountability_stands_before_the_demands_where_the_office_gave_it(made: RoundReport) -> None:
    told = dataclasses.replace(made, round=dataclasses.replace(made.round, accountability="约谈2人次。"))
    text = plain(compose(told, count(told)))
    assert text.index("四、问责情况\n约谈2人次。") < text.index("五、工作要求")


def test_the_golden_bulletin() -> None:
    small = report(26, 52)
    golden = Path(__file__).parent / "golden" / "bulletin.txt"
    assert plain(compose(small, count(small))) == golden.read_text(encoding="utf-8")


def test_every_printed_figure_is_in_the_summary_with_its_rows(made: RoundReport, tmp_path: Path) -> None:
    build.write_bulletin(made, tmp_path)
    summary = json.loads((tmp_path / "summary.json").read_text(encoding="utf-8"))
    page = BeautifulSoup((tmp_path / "bulletin.html").read_text(encoding="utf-8"), "lxml")
    shown = page.select("span[data-figure]")
    assert len(shown) > 200
    known = {t.target for t in made.targets}
    for span in shown:
        figure = summary["figures"][span["data-figure"]]
        assert span.get_text() == figure["display"]
        if "rows" in figure:
            assert figure["value"] == len(figure["rows"])
        else:
            part, whole = (summary["figures"][key] for key in figure["derived_from"])
            assert part["value"] <= whole["value"]
    assert {span["data-figure"] for span in shown} == set(summary["printed"])
    assert set(summary["figures"]["sites.registered"]["rows"]) <= known
    assert summary["round"]["rehearsal"] is True


def test_no_number_of_a_count_is_written_without_its_figure(bulletin: Document) -> None:
    """In our own sentences a number followed by a measure word of the count must come from a figure."""
    loose = re.compile(r"\d+(?:家|条|项|个政|个主办|个，|个。)")
    for block in bulletin.blocks:
        if isinstance(block, Paragraph):
            for run in block.text:
                assert run.figure or not loose.search(run.text), run.text


def test_open_dismissed_and_unobserved_are_said_plainly(made: RoundReport, bulletin: Document) -> None:
    text, figures = plain(bulletin), count(made)
    assert f"已驳回{figures['review.veto.dismissed'].display}项" in text
    assert f"尚待复核{figures['review.veto.proposed'].display}项" in text
    assert "不计为不合格" in text
    for kind in TargetKind:
        for reason in figures.reasons[kind]:
            assert f"{reason.label}|{reason.display}" in text


def test_what_is_provisional_says_so_wherever_its_threshold_is_shown(
    made: RoundReport, bulletin: Document
) -> None:
    html = as_html(bulletin).decode()
    words = docx_words(as_docx(bulletin, made.round.issued_on))
    for indicator in made.indicators:
        if not indicator.provisional:
            assert f"{indicator.code} {indicator.name}〔暂定〕" not in words
            continue
        assert f'{indicator.code} {indicator.name}<span class="badge">暂定</span>' in html
        assert f"{indicator.code} {indicator.name}〔暂定〕" in words
        threshold = indicator.threshold.rstrip("。")
        if f"判定口径：{threshold}" in words:
            assert f"判定口径：{threshold}〔暂定〕" in words


@pytest.mark.parametrize(
    ("rehearsal", "hosts", "draft", "marks"),
    [
        (True, True, False, ("演练",)),
        (False, True, False, ("经主机名对照文件访问",)),
        (False, False, True, ("草稿",)),
        (True, False, True, ("演练", "草稿")),
        (False, False, False, ()),
    ],
)
def test_marks_print_on_every_document(
    rehearsal: bool, hosts: bool, draft: bool, marks: tuple[str, ...]
) -> None:
    made = report(30, 30, rehearsal=rehearsal, hosts_file=hosts, draft=draft)
    assert marks_of(made.round) == marks
    document = compose(made, count(made))
    notice = compose_notice(made.round, notices(made)[0])
    context = SheetContext.of(made)
    target = next(t for t in made.targets if t.target == made.sheets[0].target)
    pages = [
        as_html(document).decode(),
        as_html(notice).decode(),
        sheet_html(context, target, made.sheets[0]),
    ]
    for page in pages:
        assert ('class="marks"' in page) == bool(marks)
        assert all(mark in page for mark in marks)
    for content in (as_docx(document, date(2026, 1, 1)), as_docx(notice, date(2026, 1, 1))):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            headers = [archive.read(n).decode() for n in archive.namelist() if "/header" in n]
        assert len([h for h in headers if "不作为正式文书" in h]) == (2 if marks else 0)
    parameters = plain(document)
    assert ("使用指定的主机名对照文件" in parameters) == hosts


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_words_from_outside_print_as_text_everywhere(words: str, tmp_path: Path) -> None:
    made = hostile_report(words)
    build.write_bulletin(made, tmp_path)
    build.write_score_sheets(made, tmp_path)
    build.write_notices(made.round, notices(made)[:2], tmp_path)
    pages = [tmp_path / "bulletin.html", *sorted((tmp_path / "scores").glob("*.html"))[:6]]
    for page in pages:
        html = page.read_text(encoding="utf-8")
        soup = BeautifulSoup(html, "lxml")
        assert not soup.select("script, iframe, object, img, link, form, base")
        assert not [tag for tag in soup.find_all(True) for name in tag.attrs if name.startswith("on")]
        assert all(a["href"].endswith(".html") for a in soup.select("a[href]"))
        assert not re.search("[\x00-\x08\u202e\u200b\ufffe]", html)
        assert "13812345678" not in html
        assert "15010219900307123X" not in html
    document = docx.Document(str(tmp_path / "bulletin.docx"))
    cells = "".join(cell.text for table in document.tables for row in table.rows for cell in row.cells)
    assert "13812345678" not in cells
    assert (tmp_path / "bulletin.pdf").read_bytes().startswith(b"%PDF-")
    assert (tmp_path / "bulletin.html").stat().st_size < 1_000_000


def test_hostile_markup_is_readable_as_it_was_written(tmp_path: Path) -> None:
    words = '#eval("1+1") = 标题 <b>粗</b> {sites.drawn} *x*'
    made = hostile_report(words)
    document = compose(made, count(made))
    assert words in BeautifulSoup(as_html(document), "lxml").get_text()
    assert words in docx_words(as_docx(document, date(2026, 1, 1)))
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed: the PDF's words are not read")
    path = tmp_path / "x.pdf"
    path.write_bytes(as_pdf(document, date(2026, 1, 1)))
    read = subprocess.run(["pdftotext", path, "-"], capture_output=True, check=True).stdout.decode()
    assert '#eval("1+1")' in read.replace("\n", "").replace(" ", "")


def test_the_same_report_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        made = report(40, 80)
        build.write_bulletin(made, tmp_path / name)
        build.write_workbook(made, tmp_path / name)
        build.write_score_sheets(made, tmp_path / name)
        build.write_notices(made.round, notices(made)[:3], tmp_path / name)
    one = {p.relative_to(tmp_path / "one"): p for p in (tmp_path / "one").rglob("*") if p.is_file()}
    two = {p.relative_to(tmp_path / "two"): p for p in (tmp_path / "two").rglob("*") if p.is_file()}
    assert one.keys() == two.keys()
    assert [name for name in one if one[name].read_bytes() != two[name].read_bytes()] == []
    assert len(one) > 80


@pytest.mark.parametrize(
    ("standing", "says"),
    [
        (Standing.NOT_DRAWN, "没有抽查结果"),
        (Standing.UNDECIDED, "不计算合格率"),
        (Standing.EXEMPT, "不计算合格率"),
        (Standing.PASSED, "本轮没有未能判定的对象"),
    ],
)
def test_empty_states_are_said_in_words(standing: Standing, says: str, tmp_path: Path) -> None:
    made = report(13, 13)
    targets = tuple(dataclasses.replace(t, standing=standing) for t in made.targets)
    clean = VerdictLine("W-V2", Answer.PASS, State.NOT_NEEDED)
    sheets = tuple(ScoreSheet(t.target, (clean,) if t.kind is TargetKind.SITE else ()) for t in targets)
    has_sheets = standing in (Standing.PASSED, Standing.UNDECIDED)
    empty = dataclasses.replace(made, targets=targets, sheets=sheets if has_sheets else ())
    text = plain(compose(empty, count(empty)))
    assert says in text
    assert "本轮没有不合格的政府网站" in text
    assert "本轮没有经确认的政务新媒体问题" in text
    build.write_bulletin(empty, tmp_path)
    build.write_workbook(empty, tmp_path)
    build.write_score_sheets(empty, tmp_path)
    assert build.write_notices(empty.round, [], tmp_path) == {}
    assert sorted(p.name for p in (tmp_path / "notices").iterdir()) == []


def test_an_empty_registry_still_makes_a_bulletin(tmp_path: Path) -> None:
    empty = report(0, 0)
    build.write_bulletin(empty, tmp_path)
    build.write_workbook(empty, tmp_path)
    assert "全区备案政府网站0家" in plain(compose(empty, count(empty)))


def test_harmful_links_are_blunted_in_every_document(made: RoundReport, tmp_path: Path) -> None:
    bad = FindingLine(
        "bad",
        "首页链接到 http://bad.example.com/x",
        (evidence("http://bad.example.com/x", "见bad.example.com"),),
    )
    target = next(t for t in made.targets if t.standing is Standing.FAILED and t.kind is TargetKind.SITE)
    line = VerdictLine(
        "W-V1", Answer.FAIL, State.CONFIRMED, "链接到bad.example.com", ("审核员甲",), findings=(bad,)
    )
    sheets = tuple(
        dataclasses.replace(sheet, lines=(line,)) if sheet.target == target.target else sheet
        for sheet in made.sheets
    )
    made = dataclasses.replace(made, sheets=sheets)
    mine = [n for n in notices(made) if any(i.indicator == "W-V1" for i in n.items)]
    document = compose(made, count(made))
    sheet = next(s for s in sheets if s.target == target.target)
    for text in (
        plain(document),
        plain(compose_notice(made.round, mine[0])),
        sheet_html(SheetContext.of(made), target, sheet),
    ):
        assert "bad[.]example[.]com" in text
        assert "bad.example.com" not in text


def test_a_sheet_tells_proposals_dismissals_and_gaps(made: RoundReport) -> None:
    context = SheetContext.of(made)
    targets = {t.target: t for t in made.targets}

    def page_of(state: State) -> str:
        sheet = next(
            s
            for s in made.sheets
            if any(line.state is state for line in s.lines) and s.target.startswith("15")
        )
        return sheet_html(context, targets[sheet.target], sheet)

    assert "待复核的建议，尚不作为结论" in page_of(State.PROPOSED)
    assert "经人工复核，不作为问题" in page_of(State.DISMISSED)
    assert "通知公告" not in page_of(State.DISMISSED)  # the dismissed W-V4 says nothing of its suspicion
    confirmed = page_of(State.CONFIRMED)
    assert "已确认（审核员甲）" in confirmed
    assert re.search(r"SHA-256 [0-9a-f]{64}", confirmed)
    assert "2026-09-28 06:00:00" in confirmed
    unseen = next(s for s in made.sheets if any(len(line.unseen) > 10 for line in s.lines))
    page = sheet_html(context, targets[unseen.target], unseen)
    assert "首页：连接超时" in page
    assert "另有" in page


def test_a_sheet_needs_nothing_from_elsewhere(made: RoundReport) -> None:
    context = SheetContext.of(made)
    page = sheet_html(context, made.targets[0], made.sheets[0])
    assert "default-src 'none'" in page
    assert not re.search(r"(?:src|href)=", page)
    assert len(page) < 20_000


def test_notices_say_number_clause_evidence_requirement_and_deadline(made: RoundReport) -> None:
    notice = next(n for n in notices(made) if any(item.veto for item in n.items))
    text = plain(compose_notice(made.round, notice))
    for words in (
        notice.number,
        notice.unit_name,
        notice.supervising_unit,
        "请于2026年10月26日前（自下达之日起10个工作日）",
        notice.items[0].clause,
        notice.items[0].requirement,
        notice.items[0].evidence[0].url,
        notice.items[0].evidence[0].sha256,
        "联系电话：0471-0000000",  # the office's own number is there to be called
        "签收人",
        "复核结论",
        "□ 核减（误判）",
        "申诉",
    ):
        assert words in text


def test_a_notice_claims_no_more_review_than_there_was(made: RoundReport) -> None:
    notice = notices(made)[0]
    item = notice.items[0]
    confirmed = dataclasses.replace(item, state=State.CONFIRMED, veto=True)
    machine = dataclasses.replace(item, state=State.NOT_NEEDED, veto=False)

    def text(*items: object) -> str:
        return plain(compose_notice(made.round, dataclasses.replace(notice, items=items)))

    assert "均已经人工复核确认" in text(confirmed)
    assert "其中单项否决问题均已经人工复核确认" in text(confirmed, machine)
    assert "复核确认" not in text(machine)


def test_a_notice_without_contact_leaves_blanks(made: RoundReport) -> None:
    notice = dataclasses.replace(
        notices(made)[0], contact=Contact(), calendar_remark="2028年日历未公布，按周一至周五推算。"
    )
    text = plain(compose_notice(made.round, notice))
    assert "联系电话：＿＿＿＿" in text
    assert "2028年日历未公布" in text


def test_notices_are_filed_by_number_and_never_twice(made: RoundReport, tmp_path: Path) -> None:
    some = notices(made)[:3]
    paths = build.write_notices(made.round, some, tmp_path)
    assert list(paths) == [notice.number for notice in some]
    assert all(path.is_file() for both in paths.values() for path in both)
    assert build.write_notices(made.round, some[:1], tmp_path).keys() == {some[0].number}
    assert len(list((tmp_path / "notices").iterdir())) == 2  # withdrawn notices do not stay behind
    with pytest.raises(ReportError, match="编号重复"):
        build.write_notices(made.round, [some[0], some[0]], tmp_path)
    assert len(list((tmp_path / "notices").iterdir())) == 2  # and the old ones stay where the new fail


def test_word_documents_are_valid_and_dated(bulletin: Document, made: RoundReport) -> None:
    content = as_docx(bulletin, made.round.issued_on)
    document = docx.Document(io.BytesIO(content))
    assert document.core_properties.title == bulletin.name
    assert document.core_properties.created is not None
    assert document.core_properties.created.date() == made.round.issued_on
    assert len(document.inline_shapes) == 2
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        body = archive.read("word/document.xml").decode()
        fonts = archive.read("word/fontTable.xml").decode()
        styles = archive.read("word/styles.xml").decode()
    assert "w:tblHeader" in body
    assert 'w:eastAsia="仿宋_GB2312"' in styles
    assert 'w:eastAsia="方正小标宋简体"' in styles
    assert 'w:altName w:val="FangSong"' in fonts
    used = set(re.findall(r'<w:pStyle w:val="([^"]+)"', body))
    assert used <= set(re.findall(r'w:styleId="([^"]+)"', styles))


def test_sentences_fill_their_slots_once() -> None:
    figures = count(report(5, 0))
    runs = sentence(figures, "共{sites.registered}家，{who}。", who="{sites.drawn}{{x}}")
    assert "".join(run.text for run in runs) == "共5家，{sites.drawn}{{x}}。"
    assert [run.figure for run in runs if run.figure] == ["sites.registered"]
    with pytest.raises(KeyError, match=r"sites\.nothing"):
        sentence(figures, "{sites.nothing}")


def test_days_and_moments_are_chinese_and_local() -> None:
    made = report(1, 0)
    assert chinese_date(date(2026, 9, 8)) == "2026年9月8日"
    assert chinese_moment(made.round.as_of) == "2026年9月28日 09:00"
    from datetime import UTC, datetime

    assert chinese_moment(datetime(2026, 9, 27, 16, 30, tzinfo=UTC)) == "2026年9月28日 00:30"
    with pytest.raises(ValueError, match="没有时区"):
        chinese_moment(datetime(2026, 9, 27, 16, 30))  # noqa: DTZ001 - the naive moment is the point


def test_lesser_indicators_are_told_apart_from_vetoes(made: RoundReport, bulletin: Document) -> None:
    captions = [b.caption for b in bulletin.blocks if isinstance(b, Table)]
    assert "政府网站扣分与提示指标问题" in captions
    deductions = {i.code for i in made.indicators if i.part is Part.DEDUCTION}
    heads = [b.text for b in bulletin.blocks if hasattr(b, "level") and b.level == 3]
    assert not [head for head in heads if any(code in head for code in deductions)]


def test_printed_keys_are_known(bulletin: Document, made: RoundReport) -> None:
    assert keys_printed(bulletin) <= set(count(made).by_key)
