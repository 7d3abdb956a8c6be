"""Word documents in the look of official ones: a skeleton made once with python-docx, bodies built on it.

The body is built as WordprocessingML elements directly; text enters as element text, never as markup. A notice
then costs a few milliseconds, which matters where hundreds go out.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Literal

import docx
from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Cm, Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from lxml import etree

from reports.blocks import Column, Text, words
from reports.files import fixed_zip

Element = etree._Element
Align = Literal["left", "center", "right", "both"]

BODY, BLACK, KAI, TITLE = "仿宋_GB2312", "黑体", "楷体_GB2312", "方正小标宋简体"
_FALLBACKS = {BODY: "FangSong", BLACK: "SimHei", KAI: "KaiTi", TITLE: "SimSun"}
SECTION = qn("w:sectPr")
_TEXT_WIDTH = 8844  # twentieths of a point: 156 mm between the margins
_LINE = 28.95
_UNUSED = ("/stylesWithEffects", "/thumbnail")


def skeleton(marks: tuple[str, ...]) -> WordDocument:
    """An empty document with page, styles, page numbers and, where there are marks, a header on every page."""
    document = docx.Document()
    _trim(document)
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.header_distance, section.footer_distance = Mm(20), Mm(25)
    document.settings.odd_and_even_pages_header_footer = True
    _styles(document)
    _footers(section)
    if marks:
        text = "　".join(marks) + "　不作为正式文书"
        for header in (section.header, section.even_page_header):
            header.is_linked_to_previous = False
            header.paragraphs[0].style = document.styles["文书标记"]
            header.paragraphs[0].text = text
    for existing in list(document.paragraphs):
        document.element.body.remove(existing._p)
    return document


def finish(document: WordDocument, title: str, author: str, moment: datetime) -> bytes:
    """The bytes of a document with its properties and all times fixed."""
    properties = document.core_properties
    properties.title, properties.author, properties.last_modified_by = title[:200], author[:200], author[:200]
    properties.comments = properties.keywords = properties.subject = ""
    properties.created = properties.modified = moment.replace(tzinfo=None)
    properties.revision, properties.language = 1, "zh-CN"
    out = io.BytesIO()
    document.save(out)
    return fixed_zip(out.getvalue(), {"word/fontTable.xml": _font_table()})


@lru_cache(maxsize=16)
def _empty(marks: tuple[str, ...], title: str, author: str, moment: datetime) -> bytes:
    return finish(skeleton(marks), title, author, moment)


def assemble(
    body: Iterable[Element], marks: tuple[str, ...], title: str, author: str, moment: datetime
) -> bytes:
    """A document without pictures: the skeleton of those marks with that body put in."""
    empty = _empty(marks, title, author, moment)
    with zipfile.ZipFile(io.BytesIO(empty)) as archive:
        root = etree.fromstring(archive.read("word/document.xml"))
    place = root.find(qn("w:body"))
    if place is None:  # pragma: no cover - python-docx always writes a body
        raise ValueError("no body in the skeleton")
    for position, element in enumerate(body):
        place.insert(position, element)
    xml = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return fixed_zip(empty, {"word/document.xml": xml})


def paragraph(
    text: Text | str,
    style: str,
    *,
    align: Align | None = None,
    new_page: bool = False,
    size: float | None = None,
    right: int = 0,
    keep: bool = False,
) -> Element:
    """A paragraph in one of the styles of the skeleton; badges print as 〔暂定〕.

    `size` in points overrides the style's, `right` indents by that many characters, `keep` holds it to the
    next one. A line break in the text stays one.
    """
    element = etree.Element(qn("w:p"))
    properties = _child(element, "w:pPr")
    _child(properties, "w:pStyle", val=style)
    if keep:
        _child(properties, "w:keepNext")
    if new_page:
        _child(properties, "w:pageBreakBefore")
    if right:
        _child(properties, "w:ind", rightChars=str(right * 100), right=str(right * 320))
    if align:
        _child(properties, "w:jc", val=align)
    for run in words(text) if isinstance(text, str) else text:
        if run.text:
            piece = _child(element, "w:r")
            if size is not None:
                _child(_child(piece, "w:rPr"), "w:sz", val=str(round(size * 2)))
            for number, line in enumerate(run.text.split("\n")):
                if number:
                    _child(piece, "w:br")
                place = _child(piece, "w:t")
                place.text = f"〔{line}〕" if run.mark else line
                place.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return element


def table(
    columns: Sequence[Column],
    rows: Iterable[Sequence[Text | str]],
    *,
    headed: bool = True,
    row_height: float = 0,
    together: bool = False,
) -> Element:
    """A table over the whole text width; the heading row repeats on every page, a row is never torn apart.

    `row_height` is the least height of a row in millimetres, 0 for what its text needs; `together` keeps the
    rows on one page.
    """
    total = sum(column.width for column in columns)
    widths = [round(_TEXT_WIDTH * column.width / total) for column in columns]
    element = etree.Element(qn("w:tbl"))
    _table_properties(element, widths)
    if headed:
        row = _row(element, heading=True, height=0)
        for column, width in zip(columns, widths, strict=True):
            _cell(row, column.heading, width, "center", heading=True, keep=True)
    listed = list(rows)
    for number, cells in enumerate(listed, start=1):
        keep = together and number < len(listed)
        row = _row(element, heading=False, height=row_height)
        for cell, column, width in zip(cells, columns, widths, strict=True):
            _cell(row, cell, width, column.align, heading=False, keep=keep)
    return element


def _table_properties(element: Element, widths: Sequence[int]) -> None:
    properties = _child(element, "w:tblPr")
    _child(properties, "w:tblW", w=str(sum(widths)), type="dxa")
    _child(properties, "w:jc", val="center")
    borders = _child(properties, "w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        _child(borders, f"w:{side}", val="single", sz="4", space="0", color="444444")
    _child(properties, "w:tblLayout", type="fixed")
    margins = _child(properties, "w:tblCellMar")
    for side in ("left", "right"):
        _child(margins, f"w:{side}", w="60", type="dxa")
    grid = _child(element, "w:tblGrid")
    for width in widths:
        _child(grid, "w:gridCol", w=str(width))


def _row(table_element: Element, *, heading: bool, height: float) -> Element:
    row = _child(table_element, "w:tr")
    properties = _child(row, "w:trPr")
    _child(properties, "w:cantSplit")
    if height:
        _child(properties, "w:trHeight", val=str(round(height * 56.7)), hRule="atLeast")
    if heading:
        _child(properties, "w:tblHeader")
    return row


def _cell(row: Element, text: Text | str, width: int, align: Align, *, heading: bool, keep: bool) -> None:
    cell = _child(row, "w:tc")
    properties = _child(cell, "w:tcPr")
    _child(properties, "w:tcW", w=str(width), type="dxa")
    if heading:
        _child(properties, "w:shd", val="clear", color="auto", fill="F0F0F0")
    _child(properties, "w:vAlign", val="center")
    style = "GovTableHead" if heading else "GovTable"
    cell.append(paragraph(text, style, align=align, keep=keep))


def _child(parent: Element, tag: str, **attributes: str) -> Element:
    return etree.SubElement(parent, qn(tag), {qn(f"w:{name}"): value for name, value in attributes.items()})


def _trim(document: WordDocument) -> None:
    """Take out what the default template carries and we never use: a hundred table styles, a thumbnail."""
    for style in list(document.styles.element.iterchildren(qn("w:style"))):
        if style.get(qn("w:type")) == "table" and style.get(qn("w:default")) != "1":
            document.styles.element.remove(style)
    for part in (document.part, document.part.package):
        for name in [n for n, rel in part.rels.items() if rel.reltype.endswith(_UNUSED)]:
            part.rels.pop(name)


def _styles(document: WordDocument) -> None:
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")
    normal = document.styles["Normal"]
    _shape(normal, BODY, 16, line=_LINE)
    _add(document, "GovText", "正文段落", BODY, 16, indent=True, align=WD_ALIGN_PARAGRAPH.JUSTIFY)
    _add(document, "GovFlush", "顶格段落", BODY, 16)
    _add(
        document, "GovRedHead", "发文机关标志", TITLE, 36, align=WD_ALIGN_PARAGRAPH.CENTER, line=52, red=True
    )
    _add(document, "GovNumber", "发文字号", BODY, 16, align=WD_ALIGN_PARAGRAPH.CENTER, rule=True)
    _add(document, "GovTitle", "公文标题", TITLE, 22, align=WD_ALIGN_PARAGRAPH.CENTER, line=35, around=12)
    _add(document, "GovAnnex", "附件序号", BLACK, 16)
    _add(document, "GovCaption", "表题", BLACK, 12, align=WD_ALIGN_PARAGRAPH.CENTER, line=20, keep=True)
    _add(document, "GovTable", "表格文字", BODY, 10.5, line=15)
    _add(document, "GovTableHead", "表头文字", BLACK, 10.5, line=15)
    _add(document, "GovNote", "表注", KAI, 9.5, line=14)
    _add(document, "GovSigned", "落款", BODY, 16, align=WD_ALIGN_PARAGRAPH.RIGHT)
    _add(document, "GovPicture", "图", BODY, 16, align=WD_ALIGN_PARAGRAPH.CENTER, line=0, keep=True)
    _add(document, "GovMark", "文书标记", BLACK, 10.5, align=WD_ALIGN_PARAGRAPH.CENTER, line=15, red=True)
    for level, font in ((1, BLACK), (2, KAI), (3, BODY)):
        style = document.styles[f"Heading {level}"]
        _shape(style, font, 16, line=_LINE, indent=True)
        style.font.bold, style.font.italic = False, False
        style.font.color.rgb = RGBColor(0, 0, 0)
        style.paragraph_format.keep_with_next = True


def _add(
    document: WordDocument,
    name: str,
    shown_name: str,
    font: str,
    size: float,
    *,
    align: WD_ALIGN_PARAGRAPH | None = None,
    line: float = _LINE,
    indent: bool = False,
    keep: bool = False,
    red: bool = False,
    rule: bool = False,
    around: float = 0,
) -> None:
    style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = document.styles["Normal"]
    _shape(style, font, size, line=line, indent=indent)
    style.paragraph_format.alignment = align
    style.paragraph_format.keep_with_next = keep
    style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(around)
    if red:
        style.font.color.rgb = RGBColor(0xC8, 0x16, 0x1D)
    if rule:
        # The schema wants the border before the spacing.
        borders = etree.Element(qn("w:pBdr"))
        _child(borders, "w:bottom", val="single", sz="12", space="6", color="C8161D")
        style.element.get_or_add_pPr().find(qn("w:spacing")).addprevious(borders)
    style.name = shown_name


def _shape(style: ParagraphStyle, font: str, size: float, *, line: float, indent: bool = False) -> None:
    style.font.name, style.font.size = "Times New Roman", Pt(size)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:eastAsia"), font)
    shape = style.paragraph_format
    shape.space_before = shape.space_after = Pt(0)
    if line:
        shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(line)
    else:
        shape.line_spacing_rule = WD_LINE_SPACING.SINGLE
    if indent:
        properties = style.element.get_or_add_pPr()
        properties.get_or_add_ind().set(qn("w:firstLineChars"), "200")
        properties.get_or_add_ind().set(qn("w:firstLine"), str(round(size * 40)))


def _footers(section: Section) -> None:
    for footer, align in (
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT),
        (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT),
    ):
        footer.is_linked_to_previous = False
        place = footer.paragraphs[0]
        place.alignment = align
        place.paragraph_format.left_indent = place.paragraph_format.right_indent = Cm(0.5)
        element = place._p
        for kind, text in (("t", "— "), ("field", ""), ("t", " —")):
            parent = element if kind == "t" else _child(element, "w:fldSimple", instr="PAGE")
            run = _child(parent, "w:r")
            _child(_child(run, "w:rPr"), "w:sz", val="28")
            leaf = _child(run, "w:t")
            leaf.text = text or "1"
            leaf.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


def _font_table() -> bytes:
    """Official fonts with what a machine without them should take instead."""
    root = etree.Element(qn("w:fonts"), nsmap={"w": qn("w:p")[1:].split("}")[0]})
    for name, other in _FALLBACKS.items():
        font = _child(root, "w:font", name=name)
        _child(font, "w:altName", val=other)
        _child(font, "w:charset", val="86")
        _child(font, "w:family", val="auto")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
