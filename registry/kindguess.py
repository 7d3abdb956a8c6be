"""Tells what kind of file an office handed in, from its headings first and its name where these leave a choice."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from pathlib import Path

from registry.errors import FileRefused
from registry.headings import SEARCHED_ROWS, Heading, find_headings
from registry.schema import FILE_WORDS, KINDS, FileKind
from registry.sheets import Sheet
from registry.spreadsheet import open_spreadsheet
from registry.tidy import Cell


def guess_kind(path: Path) -> str:
    """The name of the kind whose demanded columns the file has; FileRefused where none or several fit."""
    tops = [(sheet, list(islice(sheet.rows, SEARCHED_ROWS))) for sheet in open_spreadsheet(path)[0]]
    fitting = [kind for kind in KINDS.values() if any(fits(sheet, top, kind) for sheet, top in tops)]
    if not fitting:
        raise FileRefused(path, "从表头看不出是哪类文件，请说明种类：" + "、".join(KINDS))
    most = max(len(kind.demanded()) for kind in fitting)
    best = [kind for kind in fitting if len(kind.demanded()) == most]
    named = [kind for kind in best if named_as(path, kind)]
    if len(named) == 1:
        return named[0].name
    if len(best) == 1:
        return best[0].name
    raise FileRefused(path, "表头同时符合几类文件，请说明种类：" + "、".join(kind.name for kind in best))


def named_as(path: Path, kind: FileKind) -> bool:
    """Whether the file's name speaks of the kind."""
    return kind.name in path.stem.lower() or FILE_WORDS[kind.name] in path.stem


def fits(sheet: Sheet, top: list[tuple[int, list[Cell]]], kind: FileKind) -> bool:
    """Whether the first rows of a sheet have every demanded column of a kind."""
    headings = [Heading(field.name, field.heading, field.demanded) for field in kind.fields]
    try:
        find_headings(replace(sheet, rows=iter(top)), headings)
    except FileRefused:
        return False
    return True
