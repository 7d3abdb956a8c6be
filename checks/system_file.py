"""Reading a system file: every key known, every type right, every threshold of every rule there.

Errors name file and line. The TOML parser of the standard library keeps no lines of what it read, so the
lines are found by walking over the headings and keys of the text.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import NoReturn, TypeVar

from checks.facts.base import TargetKind
from checks.indicators import (
    Clause,
    Confidence,
    Deciding,
    Indicator,
    Judged,
    Part,
    PartOfSystem,
    Scope,
    System,
    SystemFileError,
    Threshold,
)
from checks.limits import LimitError, Limits, build_limits
from checks.rulebook import rules
from checks.vocabulary import WORDS

_TOP = frozenset({"system", "scoring", "settings", "part", "indicator"})
_SETTINGS = frozenset({"notice_working_days", "quarterly_share"})
_CODE = re.compile(r"[A-Z]{1,2}-[A-Z]{0,2}\d*(?:\.\d+)?")

_HEADING = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"\s*([\w\-.]+|\"[^\"]*\"|'[^']*')\s*=(.*)$")
_STRING = re.compile(r'"(?:\\.|[^"\\])*"|\'[^\']*\'|#.*$')

Place = tuple[str | int, ...]
Word = TypeVar("Word", bound=StrEnum)


def read_system(name: str, content: bytes) -> System:
    """Read the bytes of a system file into a system; `name` stands in the errors."""
    try:
        text = content.decode("utf-8")
        data = tomllib.loads(text, parse_float=Decimal)
    except UnicodeDecodeError as error:
        raise SystemFileError(f"{name}: 文件应为 UTF-8 编码") from error
    except tomllib.TOMLDecodeError as error:
        raise SystemFileError(f"{name}: 不是合格的 TOML 文件: {error}") from error
    reader = _Reader(name, find_lines(text))
    return _system(_Table(reader, (), data), hashlib.sha256(content).hexdigest())


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
class _Reader:
    """Knows the file's name and lines, and raises the errors."""

    name: str
    lines: Mapping[Place, int]

    def refuse(self, place: Place, text: str, cause: Exception | None = None) -> NoReturn:
        known = place
        while known and known not in self.lines:
            known = known[:-1]
        line = f" 第 {self.lines[known]} 行" if known else ""
        raise SystemFileError(f"{self.name}{line}: {text}") from cause


class _Table:
    """One table of the file; every key that is read is ticked off, and `close` refuses the rest."""

    def __init__(self, reader: _Reader, place: Place, data: Mapping[str, object]) -> None:
        self.reader = reader
        self.place = place
        self.data = data
        self.read: set[str] = set()

    def refuse(self, text: str, key: str | None = None, cause: Exception | None = None) -> NoReturn:
        self.reader.refuse(self.place if key is None else (*self.place, key), text, cause)

    def _take(self, key: str, default: object) -> object:
        self.read.add(key)
        if key in self.data:
            return self.data[key]
        if default is _REQUIRED:
            self.refuse(f"缺少 {key}")
        return default

    def value(self, key: str) -> object:
        return self._take(key, _REQUIRED)

    def text(self, key: str, default: object = None) -> str:
        value = self._take(key, _REQUIRED if default is None else default)
        if not isinstance(value, str):
            self.refuse(f"{key} 应为文字, 现为 {value!r}", key)
        if default is None and not value.strip():
            self.refuse(f"{key} 不能为空", key)
        return value

    def number(self, key: str) -> Decimal:
        value = self._take(key, _REQUIRED)
        if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
            self.refuse(f"{key} 应为数, 现为 {value!r}", key)
        number = Decimal(value)
        if not number.is_finite() or number < 0:
            self.refuse(f"{key} 不能为负, 现为 {value}", key)
        return number

    def switch(self, key: str, default: object = None) -> bool:
        value = self._take(key, _REQUIRED if default is None else default)
        if not isinstance(value, bool):
            self.refuse(f"{key} 应为 true 或 false, 现为 {value!r}", key)
        return value

    def words(self, key: str, known: Sequence[str] = ()) -> tuple[str, ...]:
        value = self._take(key, [])
        if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
            self.refuse(f"{key} 应为文字的列表, 现为 {value!r}", key)
        for entry in value:
            if known and entry not in known:
                self.refuse(f"{key} 中的 {entry} 不在 {'、'.join(known)} 之中", key)
        return tuple(value)

    def word(self, key: str, kind: type[Word]) -> Word:
        value = self.text(key)
        try:
            return kind(value)
        except ValueError as error:
            known = "、".join(kind)
            self.refuse(f"{key} 为 {value}, 应为 {known} 之一", key, error)

    def confidence(self, key: str = "confidence") -> Confidence:
        try:
            return Confidence(self.text(key))
        except ValueError as error:
            self.refuse(str(error), key, error)

    def table(self, key: str, *, required: bool = True) -> _Table:
        value = self._take(key, _REQUIRED if required else {})
        if not isinstance(value, dict):
            self.refuse(f"{key} 应为表", key)
        return _Table(self.reader, (*self.place, key), value)

    def tables(self, key: str, *, required: bool = True) -> list[_Table]:
        value = self._take(key, _REQUIRED if required else [])
        if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
            self.refuse(f"{key} 应写成 [[{key}]]", key)
        return [_Table(self.reader, (*self.place, key, index), entry) for index, entry in enumerate(value)]

    def each(self, make: Callable[[str, _Table], Threshold]) -> Mapping[str, Threshold]:
        return MappingProxyType({key: make(key, self.table(key)) for key in self.data})

    def close(self, known: frozenset[str] | None = None) -> None:
        for key in self.data:
            if key not in (self.read if known is None else known):
                self.refuse(f"不认识的键 {key}, 请检查拼写", key)


_REQUIRED = object()


def _system(top: _Table, digest: str) -> System:
    top.close(_TOP)
    head, scoring = top.table("system"), top.table("scoring")
    settings = top.table("settings", required=False)
    settings.close(_SETTINGS)
    parts = {entry.part: entry for entry in map(_part, top.tables("part"))}
    indicators: list[Indicator] = []
    limits: dict[str, Limits] = {}
    for table in top.tables("indicator"):
        entry = _indicator(table, parts)
        if any(entry.code == other.code for other in indicators):
            table.refuse(f"指标 {entry.code} 出现了两次", "code")
        built = _limits(table, entry)
        if built is not None:
            limits[entry.code] = built
        indicators.append(entry)
    _check_parts(top, parts, indicators)
    system = System(
        system_id=head.text("id"),
        version=head.text("version"),
        title=head.text("title"),
        document=head.text("document"),
        note=head.text("note", ""),
        digest=digest,
        fail_below=_score(scoring.table("fail_below")),
        bonus_above=_score(scoring.table("bonus_above")),
        settings=settings.each(_threshold),
        parts=MappingProxyType(parts),
        indicators=tuple(indicators),
        limits=MappingProxyType(limits),
    )
    head.close()
    scoring.close()
    return system


def _score(table: _Table) -> Decimal:
    value = table.number("value")
    _threshold("", table)
    return value


def _part(table: _Table) -> PartOfSystem:
    part = PartOfSystem(
        part=table.word("part", Part),
        name=table.text("name"),
        points=table.number("points"),
        kinds=tuple(TargetKind(kind) for kind in table.words("kinds", tuple(TargetKind))),
        site_kinds=table.words("site_kinds", WORDS["site_kinds"]),
        has_rules=table.switch("has_rules"),
        document=table.text("document"),
        confidence=table.confidence(),
        note=table.text("note", ""),
    )
    table.close()
    return part


def _check_parts(top: _Table, parts: Mapping[Part, PartOfSystem], indicators: list[Indicator]) -> None:
    used = {entry.part for entry in indicators}
    for index, (part, entry) in enumerate(parts.items()):
        if entry.has_rules != (part in used):
            says = "has_rules 为 true, 却没有指标" if entry.has_rules else "has_rules 为 false, 却列有指标"
            top.reader.refuse(("part", index), f"{entry.name}: {says}")


def _indicator(table: _Table, parts: Mapping[Part, PartOfSystem]) -> Indicator:
    code = table.text("code")
    if not _CODE.fullmatch(code):
        table.refuse(f"指标代码 {code} 不合规范, 例如 W-V3、P-1.4、L-1", "code")
    part = table.word("part", Part)
    if part not in parts:
        table.refuse(f"指标 {code} 属于 {part}, 文件却没有这一部分", "part")
    names = table.words("names")
    if len(names) != 3 or not all(names):
        table.refuse(f"指标 {code} 的 names 应有一级、二级、三级三个名称", "names")
    points, cap = table.number("points"), table.number("cap")
    if cap > points:
        table.refuse(f"指标 {code} 的扣分上限 {cap} 超过分值 {points}", "cap")
    indicator = Indicator(
        code=code,
        first_level=names[0],
        second_level=names[1],
        third_level=names[2],
        part=part,
        points=points,
        cap=cap,
        scope=_scope(table.table("applies_to")),
        document=table.text("document"),
        clause=table.text("clause"),
        confidence=table.confidence(),
        judged=table.word("judged", Judged),
        deciding=table.word("deciding", Deciding),
        advice=table.text("advice"),
        clauses=tuple(map(_clause, table.tables("clauses", required=False))),
        thresholds=table.table("thresholds", required=False).each(_threshold),
    )
    table.close()
    return indicator


def _scope(table: _Table) -> Scope:
    scope = Scope(
        kind=table.word("kind", TargetKind),
        levels=table.words("levels", WORDS["levels"]),
        site_kinds=table.words("site_kinds", WORDS["site_kinds"]),
        platforms=table.words("platforms", WORDS["platforms"]),
        outward_service=table.switch("outward_service", False),
    )
    table.close()
    return scope


def _clause(table: _Table) -> Clause:
    clause = Clause(
        mark=table.text("mark"),
        says=table.text("says"),
        judged=table.word("judged", Judged),
        confidence=table.confidence(),
    )
    table.close()
    return clause


def _threshold(name: str, table: _Table) -> Threshold:
    threshold = Threshold(
        name=name,
        value=table.value("value"),
        unit=table.text("unit", ""),
        says=table.text("says"),
        confidence=table.confidence(),
        source=table.text("source"),
    )
    table.close()
    return threshold


def _limits(table: _Table, indicator: Indicator) -> Limits | None:
    """The limits of the indicator's rule, read from its thresholds; None where there is nothing to read."""
    found = rules().get(indicator.code)
    if found is None and indicator.judged is not Judged.PERSON:
        table.refuse(f"指标 {indicator.code} 判定方式为{indicator.judged}, 却没有规则", "judged")
    wanted = found.limits if found else None
    if wanted is None:
        if indicator.thresholds:
            name = next(iter(indicator.thresholds))
            table.table("thresholds").refuse(f"指标 {indicator.code} 的规则不用阈值", name)
        return None
    values = {name: entry.value for name, entry in indicator.thresholds.items()}
    try:
        return build_limits(wanted, values, indicator.provisional)
    except LimitError as error:
        place: Place = (*table.place, "thresholds")
        if error.threshold is not None:
            place = (*place, error.threshold, "value")
        table.reader.refuse(place, f"指标 {indicator.code} {error}", error)
