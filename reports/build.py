"""What the service calls: documents of a round into a folder, each file whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from reports.annexes import reconciliation_blocks
from reports.blocks import Document, keys_printed
from reports.bulletin import compose, marks_of
from reports.errors import ReportError
from reports.figures import Figures, count
from reports.files import Names, replaced_folder, write_atomically
from reports.formats import as_docx, as_html, as_pdf
from reports.masking import outside
from reports.model import Notice, RoundFacts, RoundReport
from reports.notices import compose_notice
from reports.sheets import SheetContext, index_html, sheet_html
from reports.summary import summary_json
from reports.wording import chinese_date
from reports.workbook import workbook

Progress = Callable[[int], None]


def write_bulletin(report: RoundReport, folder: Path, figures: Figures | None = None) -> tuple[Path, ...]:
    """`bulletin.html`, `.docx`, `.pdf`, `reconciliation.html` and `summary.json` in `folder`.

    `figures` saves counting twice. ReportError where the report contradicts itself or the disk refuses; a
    file that was there before then stays as it was.
    """
    figures = figures or count(report)
    document = compose(report, figures)
    day = report.round.issued_on
    made = {
        "bulletin.html": as_html(document),
        "bulletin.docx": as_docx(document, day),
        "bulletin.pdf": as_pdf(document, day),
        "reconciliation.html": as_html(_reconciliation(report, figures)),
        "summary.json": summary_json(report, figures, keys_printed(document)),
    }
    return tuple(_put(folder / name, content) for name, content in made.items())


def write_workbook(report: RoundReport, folder: Path, figures: Figures | None = None) -> Path:
    """`annex.xlsx` in `folder`."""
    return _put(folder / "annex.xlsx", workbook(report, figures or count(report)))


def write_score_sheets(report: RoundReport, folder: Path, progress: Progress | None = None) -> Path:
    """One page for each target with a sheet, and `index.html`, in `folder/scores`, which is replaced whole.

    `progress` is told the number of pages written so far. Returns the folder of the pages.
    """
    context = SheetContext.of(report)
    targets = {target.target: target for target in report.targets}
    names = Names()
    names.name("index")
    place = folder / "scores"
    files: dict[str, str] = {}
    with replaced_folder(place) as new:
        for done, sheet in enumerate(report.sheets, start=1):
            if sheet.target not in targets:
                raise ReportError(f"评分表的对象不在登记名单中: {sheet.target}")
            file = f"{names.name(sheet.target)}.html"
            files[sheet.target] = file
            (new / file).write_text(sheet_html(context, targets[sheet.target], sheet), encoding="utf-8")
            if progress:
                progress(done)
        (new / "index.html").write_text(index_html(context, files), encoding="utf-8")
    return place


def write_notices(
    facts: RoundFacts, notices: Iterable[Notice], folder: Path, progress: Progress | None = None
) -> dict[str, tuple[Path, Path]]:
    """A DOCX and a PDF for each notice in `folder/notices`, which is replaced whole; number to both paths."""
    names = Names()
    place = folder / "notices"
    found: dict[str, tuple[Path, Path]] = {}
    with replaced_folder(place) as new:
        for done, notice in enumerate(notices, start=1):
            if notice.number in found:
                raise ReportError(f"整改通知书编号重复: {notice.number}")
            document = compose_notice(facts, notice)
            name = names.name(f"{notice.number}-{notice.unit_name}")
            (new / f"{name}.docx").write_bytes(as_docx(document, notice.issued_on))
            (new / f"{name}.pdf").write_bytes(as_pdf(document, notice.issued_on))
            found[notice.number] = (place / f"{name}.docx", place / f"{name}.pdf")
            if progress:
                progress(done)
    return found


def _reconciliation(report: RoundReport, figures: Figures) -> Document:
    facts = report.round
    return Document(
        issuer=outside(facts.issuer),
        number=outside(f"{facts.title}（{facts.round_id}）", 120),
        title="抽查核对表",
        addressees="",
        blocks=tuple(reconciliation_blocks(figures)),
        annexes=(),
        signed=outside(facts.issuer),
        dated=chinese_date(facts.issued_on),
        marks=marks_of(facts),
        red_head=False,
    )


def _put(path: Path, content: bytes) -> Path:
    write_atomically(path, content)
    return path
