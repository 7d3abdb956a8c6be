"""Writes a register of any day back into spreadsheets that the importer takes unchanged.

Cells are strings. Text that a spreadsheet program would run as a formula carries an apostrophe in front, which the
importer takes off again.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal

import xlsxwriter
from xlsxwriter.exceptions import XlsxWriterException

from registry.divisions import DIVISIONS as BUILT_IN
from registry.errors import FileRefused
from registry.model import Register
from registry.schema import (
    ACCOUNTS,
    COLUMNS,
    DIVISIONS,
    OUTAGES,
    POSTS,
    SITES,
    UNITS,
    FileKind,
    Record,
)
from registry.tidy import escape_formula

Format = Literal["csv", "xlsx"]
Charset = Literal["utf-8-sig", "gb18030"]
Headings = Literal["zh", "en"]

ALWAYS = (UNITS, SITES, ACCOUNTS)


def records_of(register: Register) -> Iterator[tuple[FileKind, list[Record]]]:
    """The records of each kind of file, in the order in which they can be imported; built-in divisions left out."""
    yield DIVISIONS, [one for one in register.divisions.values() if BUILT_IN.get(one.code) != one]
    yield UNITS, list(register.units.values())
    yield SITES, list(register.sites.values())
    yield ACCOUNTS, list(register.accounts.values())
    yield COLUMNS, [column for columns in register.columns.values() for column in columns]
    yield POSTS, [post for posts in register.posts.values() for post in posts]
    yield OUTAGES, list(register.outages)


def export_register(
    register: Register,
    folder: Path,
    *,
    form: Format = "csv",
    charset: Charset = "utf-8-sig",
    headings: Headings = "zh",
) -> list[Path]:
    """Write one file a kind into a folder (made where missing) and return their paths.

    Kinds without records get no file; the units, sites and accounts of an empty register are refused by the
    importer anyway. `charset` is for CSV. Raises FileRefused where a file cannot be written.
    """
    written: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileRefused(folder, f"无法建立文件夹({error.strerror})") from error
    for kind, records in records_of(register):
        if records or kind in ALWAYS:
            path = folder / f"{kind.name}.{form}"
            write_records(path, kind, records, charset=charset, headings=headings)
            written.append(path)
    return written


def write_records(
    path: Path,
    kind: FileKind,
    records: Iterable[Record],
    *,
    charset: Charset = "utf-8-sig",
    headings: Headings = "zh",
) -> None:
    """Write records of one kind to a `.csv` or `.xlsx` file, with Chinese or English headings."""
    heading = [field.heading if headings == "zh" else field.name for field in kind.fields]
    rows = (cells_of(kind, record) for record in records)
    try:
        if path.suffix.lower() == ".xlsx":
            write_xlsx(path, kind.title, heading, rows)
        else:
            with path.open("w", encoding=charset, newline="") as file:
                writer = csv.writer(file)
                writer.writerow(heading)
                writer.writerows(rows)
    except (OSError, XlsxWriterException) as error:
        raise FileRefused(path, f"无法写入文件({error})") from error


def cells_of(kind: FileKind, record: Record) -> list[str]:
    """A record as the cells of one row."""
    return [escape_formula(field.type.write(getattr(record, field.target))) for field in kind.fields]


def write_xlsx(path: Path, title: str, heading: list[str], rows: Iterable[list[str]]) -> None:
    """One sheet of strings, headings frozen; rows are flushed as they come."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as workbook:
        sheet = workbook.add_worksheet(title)
        bold = workbook.add_format({"bold": True})
        text = workbook.add_format({"num_format": "@"})
        sheet.set_column(0, len(heading) - 1, 20, text)
        sheet.freeze_panes(1, 0)
        for column, cell in enumerate(heading):
            sheet.write_string(0, column, cell, bold)
        for number, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                if cell:
                    sheet.write_string(number, column, cell, text)
