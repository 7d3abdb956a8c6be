"""Reading a system file: every key known, every type right, every threshold of every rule there.

Errors name file and line.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

from checks.facts.base import TargetKind
from checks.indicators import (
    Clause,
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
from checks.toml_table import Place, Reader, Table, find_lines
from checks.vocabulary import WORDS

_TOP = frozenset({"system", "scoring", "settings", "part", "indicator"})
_SETTINGS = frozenset({"notice_working_days", "quarterly_share"})
_CODE = re.compile(r"[A-Z]{1,2}-[A-Z]{0,2}\d*(?:\.\d+)?")


def read_system(name: str, content: bytes) -> System:
    """Read the bytes of a system file into a system; `name` stands in the errors."""
    try:
        text = content.decode("utf-8")
        data = tomllib.loads(text, parse_float=Decimal)
    except UnicodeDecodeError as error:
        raise SystemFileError(f"{name}: 文件应为 UTF-8 编码") from error
    except tomllib.TOMLDecodeError as error:
        raise SystemFileError(f"{name}: 不是合格的 TOML 文件: {error}") from error
    reader = Reader(name, find_lines(text))
    return _system(Table(reader, (), data), hashlib.sha256(content).hexdigest())


def _system(top: Table, digest: str) -> System:
    top.close(_TOP)
    head, scoring = top.table("system"), top.table("scoring")
    settings = top.table("settings", required=False)
    settings.close(_SETTINGS)
    parts: dict[Part, PartOfSystem] = {}
    for table in top.tables("part"):
        part = _part(table)
        if part.part in parts:
            table.refuse(f"{part.part} 部分出现了两次", "part")
        parts[part.part] = part
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


def _score(table: Table) -> Decimal:
    value = table.number("value")
    _threshold("", table)
    return value


def _part(table: Table) -> PartOfSystem:
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


def _check_parts(top: Table, parts: Mapping[Part, PartOfSystem], indicators: list[Indicator]) -> None:
    used = {entry.part for entry in indicators}
    for index, (part, entry) in enumerate(parts.items()):
        if entry.has_rules != (part in used):
            says = "has_rules 为 true, 却没有指标" if entry.has_rules else "has_rules 为 false, 却列有指标"
            top.reader.refuse(("part", index), f"{entry.name}: {says}")


def _indicator(table: Table, parts: Mapping[Part, PartOfSystem]) -> Indicator:
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


def _scope(table: Table) -> Scope:
    scope = Scope(
        kind=table.word("kind", TargetKind),
        levels=table.words("levels", WORDS["levels"]),
        site_kinds=table.words("site_kinds", WORDS["site_kinds"]),
        platforms=table.words("platforms", WORDS["platforms"]),
        outward_service=table.switch("outward_service", False),
    )
    table.close()
    return scope


def _clause(table: Table) -> Clause:
    clause = Clause(
        mark=table.text("mark"),
        says=table.text("says"),
        judged=table.word("judged", Judged),
        confidence=table.confidence(),
    )
    table.close()
    return clause


def _threshold(name: str, table: Table) -> Threshold:
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


def _limits(table: Table, indicator: Indicator) -> Limits | None:
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
