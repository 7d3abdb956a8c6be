"""The adopted indicator system: load it, list what there is, compare two, say what is still unconfirmed.

A system is data that an office edits; `load_system` reads one and refuses it, with line and reason, where it
would judge differently from what it says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

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
from checks.system_file import read_system

__all__ = [
    "Clause",
    "Confidence",
    "Deciding",
    "Difference",
    "Indicator",
    "Judged",
    "Part",
    "PartOfSystem",
    "Scope",
    "System",
    "SystemFileError",
    "Threshold",
    "Unconfirmed",
    "compare_systems",
    "list_systems",
    "load_system",
    "show",
    "unconfirmed",
]

SYSTEMS = Path(__file__).parent / "systems"
"""The folder of the systems that come with the product."""


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """A value that the office must still confirm against an official copy."""

    indicator: str
    name: str
    what: str
    value: str
    confidence: Confidence
    source: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference between two systems; `before` or `after` is None where one side has nothing."""

    where: str
    what: str
    before: str | None
    after: str | None


def load_system(name_or_path: str | Path) -> System:
    """Load a system by its name (`national-2019`) or from a file; raises `SystemFileError`."""
    given = Path(name_or_path)
    path = given if given.suffix == ".toml" else SYSTEMS / f"{name_or_path}.toml"
    try:
        content = path.read_bytes()
    except OSError as error:
        known = "、".join(list_systems())
        raise SystemFileError(f"找不到指标体系 {name_or_path}; 自带的体系有: {known}") from error
    return read_system(path.name, content)


def list_systems() -> tuple[str, ...]:
    """The names of the systems that come with the product."""
    return tuple(sorted(path.stem for path in SYSTEMS.glob("*.toml")))


def unconfirmed(system: System) -> tuple[Unconfirmed, ...]:
    """Everything in a system that is 暂定 and that the office must still confirm, in the file's order."""
    found = [
        Unconfirmed("", part.name, "分值", str(part.points), part.confidence, part.document)
        for part in system.parts.values()
        if part.confidence.provisional
    ]
    found.extend(
        Unconfirmed("", "总则", setting.says, show(setting.value), setting.confidence, setting.source)
        for setting in system.settings.values()
        if setting.confidence.provisional
    )
    for entry in system.indicators:
        if entry.confidence.provisional:
            found.append(
                Unconfirmed(
                    entry.code,
                    entry.name,
                    "指标",
                    str(entry.points),
                    entry.confidence,
                    f"{entry.document} {entry.clause}",
                )
            )
        found.extend(
            Unconfirmed(entry.code, entry.name, clause.mark, clause.says, clause.confidence, entry.document)
            for clause in entry.clauses
            if clause.confidence.provisional
        )
        found.extend(
            Unconfirmed(
                entry.code,
                entry.name,
                threshold.says,
                show(threshold.value),
                threshold.confidence,
                threshold.source,
            )
            for threshold in entry.thresholds.values()
            if threshold.confidence.provisional
        )
    return tuple(found)


def compare_systems(before: System, after: System) -> tuple[Difference, ...]:
    """What changes when one system follows another: indicators, points, thresholds, word by word."""
    old, new = _flat(before), _flat(after)
    places = dict.fromkeys([*old, *new])
    return tuple(
        Difference(where, what, old.get((where, what)), new.get((where, what)))
        for where, what in places
        if old.get((where, what)) != new.get((where, what))
    )


def show(value: object) -> str:
    """A threshold's value as people read it."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, (list, tuple)):
        return "、".join(str(entry) for entry in value) or "(空)"
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {entry}" for key, entry in value.items()) or "(空)"
    return str(value)


def _flat(system: System) -> dict[tuple[str, str], str]:
    flat = {
        ("体系", "版本"): system.version,
        ("体系", "名称"): system.title,
        ("体系", "依据"): system.document,
        ("体系", "不合格分数线"): str(system.fail_below),
        ("体系", "加分起点"): str(system.bonus_above),
    }
    for part in system.parts.values():
        shown = f"{part.points} 分, {'有' if part.has_rules else '暂无'}规则, {part.confidence}"
        flat["体系", part.name] = shown
    for setting in system.settings.values():
        flat["体系", setting.name] = f"{show(setting.value)}{setting.unit} ({setting.confidence})"
    for entry in system.indicators:
        flat[entry.code, "名称"] = "/".join((entry.first_level, entry.second_level, entry.third_level))
        flat[entry.code, "分值"] = f"{entry.points}, 上限 {entry.cap}"
        flat[entry.code, "适用"] = show(
            (
                entry.scope.kind,
                *entry.scope.levels,
                *entry.scope.site_kinds,
                *entry.scope.platforms,
                *(("对外服务",) if entry.scope.outward_service else ()),
            )
        )
        flat[entry.code, "依据"] = f"{entry.document} {entry.clause} ({entry.confidence})"
        flat[entry.code, "判定方式"] = f"{entry.part}, {entry.judged}, {entry.deciding}"
        flat[entry.code, "整改建议"] = entry.advice
        for clause in entry.clauses:
            flat[entry.code, clause.mark] = f"{clause.says} ({clause.judged}, {clause.confidence})"
        for threshold in entry.thresholds.values():
            value = f"{show(threshold.value)}{threshold.unit}"
            flat[entry.code, threshold.name] = f"{value} ({threshold.confidence})"
    return flat
