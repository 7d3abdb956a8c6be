"""What an import did, as plain data and as lines that an office user reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from registry.concerns import Concern
from registry.errors import RowProblem

SHOWN = 20


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One value of a record before and after, as the files write it."""

    field: str
    heading: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class RecordChange:
    """A record that was filed before and is different now."""

    key: str
    name: str
    fields: tuple[FieldChange, ...]

    def __str__(self) -> str:
        words = ";".join(f"{one.heading} “{one.old}”→“{one.new}”" for one in self.fields)
        return f"{self.key} {self.name}:{words}"


@dataclass(frozen=True, slots=True)
class FileReport:
    """What one file brought: keys added, records changed, keys filed before that the file does not name.

    `missing` stay filed as they are; they are listed so that a person can decide. `skipped` are bad rows.
    """

    kind: str
    title: str
    file: str
    rows: int
    added: tuple[str, ...]
    changed: tuple[RecordChange, ...]
    unchanged: int
    missing: tuple[str, ...]
    skipped: tuple[RowProblem, ...]
    notes: tuple[str, ...]
    unknown_columns: tuple[str, ...]

    def lines(self) -> Iterator[str]:
        """The report of this file, most important first."""
        yield (
            f"{self.title}（{self.file}）：读取 {self.rows} 行，新增 {len(self.added)}，变更 {len(self.changed)}，"
            f"未变 {self.unchanged}，跳过 {len(self.skipped)}，库中有而文件中没有 {len(self.missing)}"
        )
        yield from listed("  跳过", [str(problem) for problem in self.skipped])
        yield from listed("  变更", [str(change) for change in self.changed])
        yield from listed("  文件中没有（保持原登记，如已关停请在“状态”列注明）", list(self.missing))
        yield from listed("  不认识的列（未读取）", list(self.unknown_columns))
        yield from listed("  说明", list(self.notes))


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, file by file, and what a person should look at afterwards."""

    day: date
    files: tuple[FileReport, ...]
    warnings: tuple[Concern, ...]

    def file(self, kind: str) -> FileReport:
        """The report of one kind of file; KeyError where none was imported."""
        for one in self.files:
            if one.kind == kind:
                return one
        raise KeyError(kind)

    def lines(self) -> tuple[str, ...]:
        """The whole report in the office's words."""
        lines = [line for one in self.files for line in one.lines()]
        lines += listed(f"提醒 {len(self.warnings)} 条", [str(warning) for warning in self.warnings])
        return tuple(lines)

    def to_dict(self) -> dict[str, Any]:
        """The whole report as JSON can hold it."""
        return {
            "day": self.day.isoformat(),
            "files": [file_dict(one) for one in self.files],
            "warnings": [
                {"code": one.code, "kind": one.kind, "target": one.target, "text": one.text}
                for one in self.warnings
            ],
        }


def listed(title: str, items: list[str]) -> list[str]:
    """A title and its first items, and how many were left out; nothing for no items."""
    if not items:
        return []
    more = [f"    ……另有 {len(items) - SHOWN} 条"] if len(items) > SHOWN else []
    return [f"{title}:", *(f"    {item}" for item in items[:SHOWN]), *more]


def file_dict(one: FileReport) -> dict[str, Any]:
    """One file's report as JSON can hold it."""
    return {
        "kind": one.kind,
        "file": one.file,
        "rows": one.rows,
        "added": list(one.added),
        "changed": [
            {
                "key": change.key,
                "name": change.name,
                "fields": [{"field": each.field, "old": each.old, "new": each.new} for each in change.fields],
            }
            for change in one.changed
        ],
        "unchanged": one.unchanged,
        "missing": list(one.missing),
        "skipped": [
            {
                "file": each.file,
                "sheet": each.sheet,
                "row": each.row,
                "column": each.column,
                "value": each.value,
                "reason": each.reason,
            }
            for each in one.skipped
        ],
        "notes": list(one.notes),
        "unknown_columns": list(one.unknown_columns),
    }
