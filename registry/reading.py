"""Reads one file of a known kind into values: every bad row is named, none is repaired by guessing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from pathlib import Path
from typing import Any, Generic, TypeVar, cast

from registry.errors import BadRows, CellRefused, FileRefused, RowProblem, shown_value
from registry.headings import Headed, Heading
from registry.model import HandedInPost, Inclusion, Outage
from registry.schema import INCLUSIONS, OUTAGES, POSTS, Field, FileKind
from registry.sheets import LIMITS, Limits
from registry.spreadsheet import headed_sheets, refused_formula, surplus
from registry.tidy import Cell, cell_text, mend_excel_code, tidy_code, tidy_text, unescape_formula

R = TypeVar("R")

REMEMBERED_CELLS = 20_000  # a column of this many different values gains nothing from being remembered


@dataclass(frozen=True, slots=True)
class FiledRow:
    """One good row: where it stands, its key, and its values by attribute; absent columns have no value."""

    sheet: str | None
    row: int
    key: str
    values: dict[str, Any]


@dataclass(slots=True)
class KindRead:
    """One file as it was read: good rows, problems, and what the office should know about it.

    `bad_keys` are the keys of rows that were refused, where the key itself could be read.
    """

    path: Path
    kind: FileKind
    rows: list[FiledRow] = dataclass_field(default_factory=list)
    problems: list[RowProblem] = dataclass_field(default_factory=list)
    bad_keys: set[str] = dataclass_field(default_factory=set)
    notes: list[str] = dataclass_field(default_factory=list)
    unknown_columns: list[str] = dataclass_field(default_factory=list)
    rows_read: int = 0

    def refuse(self, row: FiledRow, attribute: str | None, reason: str) -> None:
        """Book a row as bad; the caller takes it out of `rows`."""
        column = None if attribute is None else self.kind.field(attribute).heading
        value = None if attribute is None else row.values.get(attribute)
        shown = "" if value is None else shown_value(value)
        self.problems.append(RowProblem(self.path.name, row.sheet, row.row, column, shown, reason))
        self.bad_keys.add(row.key)


@dataclass(frozen=True, slots=True)
class FileRead(Generic[R]):
    """What one file gave: plain records in their order, and what the office should know about it."""

    records: tuple[R, ...]
    problems: tuple[RowProblem, ...]
    notes: tuple[str, ...]
    unknown_columns: tuple[str, ...]


def read_kind(path: Path, kind: FileKind, limits: Limits = LIMITS) -> KindRead:
    """Read a file of one kind, all sheets that carry its headings; duplicates inside the file are problems.

    Raises FileRefused where the file as a whole cannot be read.
    """
    headings = [Heading(each.name, each.heading, each.demanded) for each in kind.fields]
    read = KindRead(path, kind)
    sheets, read.notes = headed_sheets(path, headings, limits)
    repairs: Counter[tuple[str, str]] = Counter()
    for headed in sheets:
        read.unknown_columns += [name for name in headed.unknown if name not in read.unknown_columns]
        read.rows.extend(good_rows(headed, read, repairs))
    if not read.rows_read:
        raise FileRefused(path, "只有表头，没有数据")
    read.notes += [f"{path.name} “{column}”：{count} 处{note}" for (column, note), count in repairs.items()]
    refuse_duplicates(read)
    return read


@dataclass(slots=True)
class ColumnReader:
    """Reads the cells of one column; words and days that come again and again are read once.

    What had to be mended is counted in `repairs` by (heading, note).
    """

    field: Field
    index: int
    repairs: Counter[tuple[str, str]]
    known: dict[str, tuple[Any, str | None]] = dataclass_field(default_factory=dict)

    def value(self, cell: Cell) -> Any:
        """The value of one cell; raises CellRefused."""
        text = isinstance(cell, str)
        found = self.known.get(cell) if isinstance(cell, str) else None
        if found is None:
            found = read_cell(cell, self.field)
            if text and len(self.known) < REMEMBERED_CELLS:
                self.known[str(cell)] = found
        value, note = found
        if note is not None:
            self.repairs[self.field.heading, note] += 1
        return value


def good_rows(headed: Headed, read: KindRead, repairs: Counter[tuple[str, str]]) -> Iterator[FiledRow]:
    """The rows of one sheet that can be taken; the others are booked as problems."""
    kind = read.kind
    sheet = headed.sheet.name
    columns = [
        (each.target, headed.places[each.name], ColumnReader(each, headed.places[each.name], repairs))
        for each in kind.fields
        if each.name in headed.places
    ]
    for number, cells in headed.rows:
        read.rows_read += 1
        values: dict[str, Any] = {}
        faults = len(read.problems)
        for target, index, column in columns:
            cell = cells[index] if index < len(cells) else ""
            try:
                values[target] = refused_formula() if headed.is_formula(number, index) else column.value(cell)
            except CellRefused as refused:
                heading = column.field.heading
                shown = shown_value(cell)
                read.problems.append(RowProblem(read.path.name, sheet, number, heading, shown, str(refused)))
        excess = surplus(cells, headed.width) if len(cells) > headed.width else None
        fault = excess or (kind.row_fault(values) if len(read.problems) == faults else None)
        if fault is not None:
            read.problems.append(RowProblem(read.path.name, sheet, number, None, "", fault))
        if len(read.problems) == faults:
            yield FiledRow(sheet, number, kind.key_of(values), values)
        elif not kind.digest and kind.key[0] in values:
            read.bad_keys.add(kind.key_of(values))


def read_cell(cell: Cell, column: Field) -> tuple[Any, str | None]:
    """The value of one cell and a note of what had to be mended; raises CellRefused."""
    kind = column.type
    text, number_note = cell_text(cell)
    if isinstance(cell, str):
        text = unescape_formula(text)
    clean, note = tidy_code(text) if kind.code else tidy_text(text)
    if kind.code and clean:
        clean, mended = mend_excel_code(clean)
        note = note or mended
    if len(clean) > kind.longest:
        raise CellRefused(f"超过 {kind.longest} 字")
    note = note or number_note
    if clean:
        return kind.read(clean), note
    if column.filled:
        raise CellRefused("不能为空")
    return column.empty, note


def refuse_duplicates(read: KindRead) -> None:
    """A key that stands twice in one file is taken at its first row only, and reported at the others."""
    first: dict[str, FiledRow] = {}
    kept: list[FiledRow] = []
    for row in read.rows:
        earlier = first.setdefault(row.key, row)
        if earlier is row:
            kept.append(row)
            continue
        where = f"第{earlier.row}行" if earlier.sheet is None else f"工作表“{earlier.sheet}”第{earlier.row}行"
        attribute = None if read.kind.digest else read.kind.key[0]
        read.refuse(row, attribute, f"与{where}重复")
    read.rows = kept


def read_records(path: Path, kind: FileKind, skip_bad_rows: bool) -> FileRead[Any]:
    """The records of a file of one kind; BadRows where a row is bad and bad rows are not to be skipped."""
    read = read_kind(path, kind)
    if read.problems and not skip_bad_rows:
        raise BadRows(tuple(read.problems))
    records = tuple(kind.record(**row.values) for row in read.rows)
    return FileRead(records, tuple(read.problems), tuple(read.notes), tuple(read.unknown_columns))


def read_posts(path: Path, *, skip_bad_rows: bool = False) -> FileRead[HandedInPost]:
    """What units handed in as published; whether the accounts are filed is for the caller to look up."""
    return cast(FileRead[HandedInPost], read_records(path, POSTS, skip_bad_rows))


def read_inclusions(path: Path, *, skip_bad_rows: bool = False) -> FileRead[Inclusion]:
    """Targets that must be drawn; whether they are filed is for the planner to look up."""
    return cast(FileRead[Inclusion], read_records(path, INCLUSIONS, skip_bad_rows))


def read_outages(path: Path, *, skip_bad_rows: bool = False) -> FileRead[Outage]:
    """Announced maintenance; whether the targets are filed is for the caller to look up."""
    return cast(FileRead[Outage], read_records(path, OUTAGES, skip_bad_rows))
