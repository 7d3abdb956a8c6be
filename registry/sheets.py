"""What any spreadsheet looks like once it is open, and how much of it we are willing to read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from registry.errors import FileRefused
from registry.tidy import Cell


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on memory and time: a file beyond them is refused, never read in part.

    `file_bytes` as it lies on disk; `unpacked_bytes` of all parts of a workbook; `rows` that hold something;
    `positions` is rows times columns of the filled area; `characters` of all cells of one sheet.
    """

    file_bytes: int = 64 * 2**20
    unpacked_bytes: int = 192 * 2**20
    parts: int = 2000
    rows: int = 200_000
    all_rows: int = 1_100_000
    columns: int = 200
    positions: int = 4_000_000
    characters: int = 64 * 2**20
    cell_characters: int = 32_767


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Sheet:
    """One open sheet: `rows` gives (row number as the spreadsheet program shows it, cells), empty rows left out.

    `formulas` holds (row, column from 0) of formula cells. `name` is None for CSV. `note` tells how it was
    read, for example in which charset.
    """

    path: Path
    name: str | None
    rows: Iterator[tuple[int, list[Cell]]]
    formulas: frozenset[tuple[int, int]] = frozenset()
    note: str | None = None


def read_bytes(path: Path, limits: Limits) -> bytes:
    """The whole file, or FileRefused where it is missing, unreadable, empty or too large."""
    try:
        with path.open("rb") as file:
            data = file.read(limits.file_bytes + 1)
    except OSError as error:
        raise FileRefused(path, f"无法打开文件({error.strerror or type(error).__name__})") from error
    if len(data) > limits.file_bytes:
        raise FileRefused(path, f"文件超过 {limits.file_bytes // 2**20} MB,请分成几个文件")
    if not data.strip(b"\xef\xbb\xbf \t\r\n"):
        raise FileRefused(path, "文件是空的")
    return data
