"""Spreadsheets of any of our formats, opened within limits; and plain text rows for the other rooms."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from registry.errors import BadRows, CellRefused, FileRefused, RowProblem, shown_value
from registry.headings import Headed, Heading, find_headings
from registry.sheets import LIMITS, Limits, Sheet
from registry.sheets_csv import open_csv
from registry.sheets_xlsx import open_xlsx
from registry.tidy import Cell, cell_text, tidy_text, unescape_formula


@dataclass(frozen=True, slots=True)
class TextRow:
    """One row as tidied text: sheet (None for CSV), row number, and cells by English column name."""

    sheet: str | None
    row: int
    cells: Mapping[str, str]


def open_spreadsheet(path: Path, limits: Limits = LIMITS) -> tuple[list[Sheet], list[str]]:
    """The sheets of a `.csv` or `.xlsx` file and notes; FileRefused for anything else."""
    suffix = path.suffix.lower()
    if suffix == ".csv":
        return [open_csv(path, limits)], []
    if suffix == ".xlsx":
        return open_xlsx(path, limits)
    raise FileRefused(path, "只能读取 .csv 和 .xlsx 文件")


def headed_sheets(
    path: Path, headings: Collection[Heading], limits: Limits = LIMITS
) -> tuple[list[Headed], list[str]]:
    """The sheets of a file that carry the headings, and notes on those that do not.

    Raises FileRefused where no sheet carries them: the reason is that of the first sheet.
    """
    sheets, notes = open_spreadsheet(path, limits)
    headed: list[Headed] = []
    refusals: list[FileRefused] = []
    for sheet in sheets:
        try:
            headed.append(find_headings(sheet, headings))
        except FileRefused as refusal:
            if "表头重复" in refusal.reason:
                raise
            refusals.append(refusal)
    if not headed:
        raise refusals[0]
    notes += [f"{path.name}:{sheet.note}" for sheet in sheets if sheet.note is not None]
    return headed, notes + [f"未读取——{refusal}" for refusal in refusals]


def cell_at(cells: list[Cell], index: int) -> Cell:
    """A cell of a row; rows may end early."""
    return cells[index] if index < len(cells) else ""


def surplus(cells: list[Cell], width: int) -> str | None:
    """Why a row is longer than its headings, or None: a stray comma has shifted its values."""
    extra = [cell for cell in cells[width:] if cell != ""]
    return f"比表头多出 {len(extra)} 个单元格，可能有未加引号的逗号" if extra else None


def refused_formula() -> NoReturn:
    """A formula's shown value may be stale or never computed, so it is refused."""
    raise CellRefused("单元格是公式，请粘贴为数值")


def read_rows(
    path: Path, headings: Mapping[str, str], required: Collection[str] = (), *, limits: Limits = LIMITS
) -> tuple[TextRow, ...]:
    """Every row of a file as text, by English column name; `headings` maps these names to Chinese headings.

    Columns in `required` must exist and be filled; an optional column that is missing reads as "". Raises
    FileRefused for a file that cannot be read and BadRows for rows that cannot.
    """
    known = [Heading(name, chinese, name in required) for name, chinese in headings.items()]
    rows: list[TextRow] = []
    problems: list[RowProblem] = []
    for headed in headed_sheets(path, known, limits)[0]:
        rows.extend(text_rows(headed, known, limits, problems))
    if problems:
        raise BadRows(tuple(problems))
    return tuple(rows)


def text_rows(
    headed: Headed, known: Collection[Heading], limits: Limits, problems: list[RowProblem]
) -> Iterator[TextRow]:
    """The rows of one sheet as text; what cannot be read is added to `problems`."""
    name = headed.sheet.name
    file = headed.sheet.path.name
    for number, cells in headed.rows:
        found: dict[str, str] = {}
        for heading in known:
            index = headed.places.get(heading.name)
            cell = "" if index is None else cell_at(cells, index)
            try:
                if index is not None and headed.is_formula(number, index):
                    refused_formula()
                found[heading.name] = text_of(cell, heading.demanded, limits)
            except CellRefused as refused:
                problems.append(
                    RowProblem(file, name, number, heading.chinese, shown_value(cell), str(refused))
                )
        excess = surplus(cells, headed.width)
        if excess is not None:
            problems.append(RowProblem(file, name, number, None, "", excess))
        yield TextRow(name, number, found)


def text_of(cell: Cell, demanded: bool, limits: Limits) -> str:
    """One cell as tidied text; raises CellRefused."""
    text = cell_text(cell)[0]
    clean, _ = tidy_text(unescape_formula(text) if isinstance(cell, str) else text)
    if demanded and not clean:
        raise CellRefused("不能为空")
    if len(clean) > limits.cell_characters:
        raise CellRefused("内容过长")
    return clean
