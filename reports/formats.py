"""A composed document as HTML, PDF and DOCX: three hands, one text."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, date, datetime

from docx.document import Document as WordDocument
from docx.shared import Mm

from reports import typesetting, word
from reports.blocks import Block, Chart, Document, Heading, Paragraph, Table, Text, words
from reports.masking import breakable
from reports.pages import template

BLANK_NUMBER = "〔　　　　〕　　号"


def as_html(document: Document) -> bytes:
    """One self-contained page; every number carries the key of its figure."""
    blocks = template("document.html").render(
        d=document, number=document.number or BLANK_NUMBER, kind_of=_kind_of, list=annex_list(document)
    )
    return blocks.encode()


def as_pdf(document: Document, day: date) -> bytes:
    """The PDF, dated `day`."""
    data = {
        "issuer": document.issuer,
        "number": document.number or (BLANK_NUMBER if document.red_head else ""),
        "title": document.title,
        "name": document.name,
        "marks": list(document.marks),
        "blocks": [_plain(block) for block in document.blocks],
        "annexes": [
            {"title": annex.title, "blocks": [_plain(block) for block in annex.blocks]}
            for annex in document.annexes
        ],
        "list": annex_list(document),
        "signed": document.signed,
        "dated": document.dated,
        "after": [_plain(block) for block in document.after],
        "red_head": document.red_head,
    }
    return typesetting.pdf("document.typ", data, day)


def as_docx(document: Document, day: date) -> bytes:
    """The DOCX, dated `day`; charts as pictures."""
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
    parts = list(_word_parts(document))
    elements = [part for part in parts if not isinstance(part, Chart)]
    if len(elements) == len(parts):
        return word.assemble(elements, document.marks, document.name, document.issuer, moment)
    made = word.skeleton(document.marks)
    end = made.element.body.find(word.SECTION)
    for part in parts:
        if isinstance(part, Chart):
            _picture(made, part, day)
        else:
            end.addprevious(part)
    return word.finish(made, document.name, document.issuer, moment)


def annex_list(document: Document) -> list[str]:
    """The titles of the annexes and of the files apart, in order."""
    return [*(annex.title for annex in document.annexes), *document.files]


def _word_parts(document: Document) -> Iterator[word.Element | Chart]:
    """Head, body, list of annexes, signature, what follows it, annexes."""
    if document.red_head:
        size = min(36, 420 // (len(document.issuer) + 2))
        yield word.paragraph(document.issuer + "文件", "GovRedHead", size=size)
        yield word.paragraph(document.number or BLANK_NUMBER, "GovNumber")
        yield word.paragraph("", "GovFlush")
        yield word.paragraph(document.title, "GovTitle")
    else:
        yield word.paragraph(document.title, "GovTitle")
        yield word.paragraph(document.number, "GovFlush", align="center")
    for block in document.blocks:
        yield from _word_block(block)
    listed = annex_list(document)
    for place, title in enumerate(listed, start=1):
        yield word.paragraph(f"{'附件：' if place == 1 else '　　　'}{place}.{title}", "GovText", keep=True)
    yield word.paragraph("", "GovText", keep=True)
    yield word.paragraph(document.signed, "GovSigned", right=2, keep=True)
    yield word.paragraph(document.dated, "GovSigned", right=4)
    if document.after:
        yield word.paragraph("", "GovNote", new_page=True)
    for block in document.after:
        yield from _word_block(block)
    for place, annex in enumerate(document.annexes, start=1):
        yield word.paragraph(f"附件{place}", "GovAnnex", new_page=True)
        yield word.paragraph(annex.title, "GovTitle")
        for block in annex.blocks:
            yield from _word_block(block)


def _word_block(block: Block) -> Iterator[word.Element | Chart]:
    if isinstance(block, Heading):
        yield word.paragraph(block.text, f"Heading{block.level}")
    elif isinstance(block, Paragraph):
        yield word.paragraph(block.text, "GovFlush" if block.flush else "GovText")
    elif isinstance(block, Table):
        if block.caption:
            yield word.paragraph(block.caption, "GovCaption")
        yield word.table(
            block.columns,
            block.rows,
            headed=block.headed,
            row_height=block.row_height,
            together=block.together,
        )
        yield word.paragraph(block.note, "GovNote")
    else:
        yield block
        yield word.paragraph(f"图　{block.caption}", "GovCaption")


def _picture(document: WordDocument, chart: Chart, day: date) -> None:
    document.add_picture(io.BytesIO(typesetting.png(chart.svg, day)), width=Mm(156))
    document.paragraphs[-1].style = document.styles["图"]
    properties = document.inline_shapes[-1]._inline.docPr
    properties.set("descr", chart.describes)
    properties.set("name", chart.name)


def _kind_of(block: Block) -> str:
    return type(block).__name__.lower()


def _plain(block: Block) -> dict[str, object]:
    """A block as JSON values for typesetting, long runs of letters made breakable."""
    found: dict[str, object] = {"type": _kind_of(block)}
    if isinstance(block, Heading):
        found |= {"level": block.level, "text": breakable(block.text)}
    elif isinstance(block, Paragraph):
        found |= {"flush": block.flush, "text": list(_runs(block.text))}
    elif isinstance(block, Table):
        found |= {
            "caption": block.caption,
            "note": block.note,
            "headed": block.headed,
            "together": block.together,
            "row_height": block.row_height,
            "columns": [asdict(column) for column in block.columns],
            "rows": [[list(_runs(cell)) for cell in row] for row in block.rows],
        }
    else:
        found |= {"svg": block.svg, "caption": block.caption, "describes": block.describes}
    return found


def _runs(text: Text) -> Iterator[dict[str, object]]:
    for run in text or words(""):
        if run.text:
            yield {"text": breakable(run.text), "mark": run.mark}
