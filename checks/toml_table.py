"""A TOML file read key by key, so that every complaint names its line.

The TOML parser of the standard library keeps no lines of what it read; they are found by walking over the
headings and keys of the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import NoReturn, TypeVar

from checks.indicators import Confidence, SystemFileError, Threshold

_HEADING = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"\s*([\w\-.]+|\"[^\"]*\"|'[^']*')\s*=(.*)$")
_STRING = re.compile(r'"(?:\\.|[^"\\])*"|\'[^\']*\'|#.*$')


Place = tuple[str | int, ...]
Word = TypeVar("Word", bound=StrEnum)


def find_lines(text: str) -> Mapping[Place, int]:
    """The line (from 1) on which each table and each key of a TOML text begins."""
    lines: dict[Place, int] = {}
    counts: dict[Place, int] = {}
    table: Place = ()
    depth, quotes = 0, ""
    for number, line in enumerate(text.splitlines(), start=1):
        if quotes:
            if quotes in line:
                quotes = ""
            continue
        if depth == 0 and (heading := _HEADING.match(line)):
            table = _opened(heading.group(2), heading.group(1) == "[[", counts)
            lines.setdefault(table, number)
            continue
        rest = line
        if depth == 0 and (key := _KEY.match(line)):
            lines.setdefault((*table, key.group(1).strip("\"'")), number)
            rest = key.group(2)
        for mark in ('"""', "'''"):
            if rest.count(mark) % 2:
                quotes = mark
        if not quotes:
            bare = _STRING.sub("", rest)
            depth += bare.count("[") - bare.count("]")
    return lines


def _opened(heading: str, repeated: bool, counts: dict[Place, int]) -> Place:
    """The place of a table heading; `[a.b]` below the second `[[a]]` is ("a", 1, "b")."""
    names = [part.strip().strip("\"'") for part in heading.split(".")]
    place: Place = ()
    for index, part in enumerate(names):
        place = (*place, part)
        if repeated and index == len(names) - 1:
            counts[place] = counts.get(place, -1) + 1
        if place in counts:
            place = (*place, counts[place])
    return place


@dataclass(frozen=True, slots=True)
class Reader:
    """Knows the file's name and lines, and raises the errors."""

    name: str
    lines: Mapping[Place, int]

    def refuse(self, place: Place, text: str, cause: Exception | None = None) -> NoReturn:
        """Raise the error about a place, with its line or that of the nearest table around it."""
        known = place
        while known and known not in self.lines:
            known = known[:-1]
        line = f" 第 {self.lines[known]} 行" if known else ""
        raise SystemFileError(f"{self.name}{line}: {text}") from cause


class Table:
    """One table of the file; every key that is read is ticked off, and `close` refuses the rest."""

    def __init__(self, reader: Reader, place: Place, data: Mapping[str, object]) -> None:
        self.reader = reader
        self.place = place
        self.data = data
        self.read: set[str] = set()

    def refuse(self, text: str, key: str | None = None, cause: Exception | None = None) -> NoReturn:
        """Raise the error about this table, or about one key of it."""
        self.reader.refuse(self.place if key is None else (*self.place, key), text, cause)

    def _take(self, key: str, default: object) -> object:
        self.read.add(key)
        if key in self.data:
            return self.data[key]
        if default is _REQUIRED:
            self.refuse(f"缺少 {key}")
        return default

    def value(self, key: str) -> object:
        """Whatever stands under a required key."""
        return self._take(key, _REQUIRED)

    def text(self, key: str, default: object = None) -> str:
        """A text; without a default it is required and not empty."""
        value = self._take(key, _REQUIRED if default is None else default)
        if not isinstance(value, str):
            self.refuse(f"{key} 应为文字, 现为 {value!r}", key)
        if default is None and not value.strip():
            self.refuse(f"{key} 不能为空", key)
        return value

    def number(self, key: str) -> Decimal:
        """A required number that is not negative."""
        value = self._take(key, _REQUIRED)
        if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
            self.refuse(f"{key} 应为数, 现为 {value!r}", key)
        number = Decimal(value)
        if not number.is_finite() or number < 0:
            self.refuse(f"{key} 不能为负, 现为 {value}", key)
        return number

    def switch(self, key: str, default: object = None) -> bool:
        """A truth value; without a default it is required."""
        value = self._take(key, _REQUIRED if default is None else default)
        if not isinstance(value, bool):
            self.refuse(f"{key} 应为 true 或 false, 现为 {value!r}", key)
        return value

    def words(self, key: str, known: Sequence[str] = ()) -> tuple[str, ...]:
        """A list of texts, each of them one of `known` where that is given; empty where the key is absent."""
        value = self._take(key, [])
        if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
            self.refuse(f"{key} 应为文字的列表, 现为 {value!r}", key)
        for entry in value:
            if known and entry not in known:
                self.refuse(f"{key} 中的 {entry} 不在 {'、'.join(known)} 之中", key)
        return tuple(value)

    def word(self, key: str, kind: type[Word]) -> Word:
        """One word of an enumeration."""
        value = self.text(key)
        try:
            return kind(value)
        except ValueError as error:
            known = "、".join(kind)
            self.refuse(f"{key} 为 {value}, 应为 {known} 之一", key, error)

    def confidence(self, key: str = "confidence") -> Confidence:
        """A required mark of confidence."""
        try:
            return Confidence(self.text(key))
        except ValueError as error:
            self.refuse(str(error), key, error)

    def table(self, key: str, *, required: bool = True) -> Table:
        """A table below this one; empty where it is absent and not required."""
        value = self._take(key, _REQUIRED if required else {})
        if not isinstance(value, dict):
            self.refuse(f"{key} 应为表", key)
        return Table(self.reader, (*self.place, key), value)

    def tables(self, key: str, *, required: bool = True) -> list[Table]:
        """The repeated tables below this one, in order."""
        value = self._take(key, _REQUIRED if required else [])
        if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
            self.refuse(f"{key} 应写成 [[{key}]]", key)
        return [Table(self.reader, (*self.place, key, index), entry) for index, entry in enumerate(value)]

    def each(self, make: Callable[[str, Table], Threshold]) -> Mapping[str, Threshold]:
        """Every table below this one, read as a threshold under its key."""
        return MappingProxyType({key: make(key, self.table(key)) for key in self.data})

    def close(self, known: frozenset[str] | None = None) -> None:
        """Refuse keys that nobody read (or that are not among `known`)."""
        for key in self.data:
            if key not in (self.read if known is None else known):
                self.refuse(f"不认识的键 {key}, 请检查拼写", key)


_REQUIRED = object()
