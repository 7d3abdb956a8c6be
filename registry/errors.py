"""The one family of errors of the registry: a class for each decision that a caller makes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

SHOWN_PROBLEMS = 20
SHOWN_CHARACTERS = 60


class RegistryError(Exception):
    """Anything that the registry refuses."""


class CellRefused(RegistryError):
    """One cell cannot be taken; the message is the reason, in the office's words."""


class FileRefused(RegistryError):
    """A file cannot be read at all; nothing of it was taken."""

    def __init__(self, path: Path, reason: str, *, sheet: str | None = None) -> None:
        place = path.name if sheet is None else f"{path.name} 工作表“{sheet}”"
        super().__init__(f"{place}：{reason}")
        self.path = path
        self.sheet = sheet
        self.reason = reason


class HistoryFixed(RegistryError):
    """An import would rewrite what the registry already said on a past day."""


class FilingConflict(RegistryError):
    """Somebody else filed the same target at the same moment; nothing was written."""


class UnknownTarget(RegistryError):
    """No filed target has this identifier."""


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Why one row of a file cannot be taken: file, sheet, row as a spreadsheet numbers it, column, value, reason."""

    file: str
    sheet: str | None
    row: int
    column: str | None
    value: str
    reason: str

    def __str__(self) -> str:
        sheet = "" if self.sheet is None else f" 工作表“{self.sheet}”"
        column = "" if self.column is None else f" “{self.column}”"
        value = "" if self.value == "" else f"（值：{self.value}）"
        return f"{self.file}{sheet} 第{self.row}行{column}：{self.reason}{value}"


class BadRows(RegistryError):
    """A file holds rows that cannot be taken, so nothing of it was taken; `problems` names each of them."""

    def __init__(self, problems: tuple[RowProblem, ...]) -> None:
        shown = [str(problem) for problem in problems[:SHOWN_PROBLEMS]]
        if len(problems) > SHOWN_PROBLEMS:
            shown.append(f"……另有 {len(problems) - SHOWN_PROBLEMS} 处")
        super().__init__(f"共 {len(problems)} 处不能导入，未写入任何数据：\n" + "\n".join(shown))
        self.problems = problems


def shown_value(value: object) -> str:
    """A cell's value as it may be printed: short, on one line, control characters made visible."""
    text = value if isinstance(value, str) else str(value)
    cut = text[:SHOWN_CHARACTERS]
    visible = "".join(
        character if character.isprintable() else f"\\u{ord(character):04x}" for character in cut
    )
    return visible if len(text) <= SHOWN_CHARACTERS else f"{visible}……（共{len(text)}字）"
