"""XLSX workbooks, read through calamine after the guard has measured them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from registry.errors import FileRefused
from registry.sheets import Limits, Sheet
from registry.tidy import Cell
from registry.xlsx_guard import guard_workbook


def open_xlsx(path: Path, limits: Limits) -> tuple[list[Sheet], list[str]]:
    """The visible sheets that hold something, and notes on those that were left out."""
    guarded = guard_workbook(path, limits)
    sheets: list[Sheet] = []
    notes: list[str] = []
    try:
        workbook = CalamineWorkbook.from_filelike(guarded.archive)
        for described in workbook.sheets_metadata:
            if described.typ != SheetTypeEnum.WorkSheet:
                continue
            if described.visible != SheetVisibleEnum.Visible:
                notes.append(f"{path.name}：隐藏的工作表“{described.name}”未读取")
                continue
            sheet = workbook.get_sheet_by_name(described.name)
            if sheet.start is None:
                continue
            formulas = guarded.formulas.get(described.name, frozenset())
            sheets.append(Sheet(path, described.name, rows_of(path, sheet, limits), formulas))
    except (CalamineError, ValueError, OSError) as error:
        raise FileRefused(path, f"无法读取工作簿({error})") from error
    except BaseException as error:  # a panic inside the reader's native code is no Exception
        if type(error).__name__ != "PanicException":
            raise
        raise FileRefused(path, "无法读取工作簿（内部结构有误）") from error
    if not sheets:
        raise FileRefused(path, "工作簿里没有可见且有内容的工作表")
    return sheets, notes


def rows_of(path: Path, sheet: CalamineSheet, limits: Limits) -> Iterator[tuple[int, list[Cell]]]:
    """Rows with their numbers as Excel shows them and cells from column A on; empty rows left out."""
    filled = 0
    for number, row in enumerate(sheet.to_python(skip_empty_area=False), start=1):
        if all(cell == "" for cell in row):
            continue
        filled += 1
        if filled > limits.rows:
            raise FileRefused(path, f"数据超过 {limits.rows} 行，请分成几个文件", sheet=sheet.name)
        yield number, list(row)
