"""The plain types of an indicator system (检查指标体系): indicators, clauses, thresholds, parts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from checks.facts.base import Subject, TargetKind
from checks.limits import Limits
from checks.model import CheckError

_CONFIDENCE = re.compile(r"official|C-[1-9]\d*|S|D|R")
_PROVISIONAL = frozenset({"D", "R"})


class SystemFileError(CheckError):
    """A system file cannot be used; the text names file, line, what is wrong and how to mend it."""


class Part(StrEnum):
    """The three parts of the ruler."""

    VETO = "veto"
    DEDUCTION = "deduction"
    BONUS = "bonus"


class Judged(StrEnum):
    """Who judges: a program, a program that shows a person its candidates, or a person alone."""

    MACHINE = "机器"
    ASSISTED = "机器加人工"
    PERSON = "人工"


class Deciding(StrEnum):
    """Whether an indicator must be answered before a target can be called 合格."""

    ALWAYS = "always"
    WHEN_OBSERVED = "when_observed"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Confidence:
    """How sure a value is: `official`, `C-n` (n copies), `S` (one), `D` (derived), `R` (recalled)."""

    code: str

    def __post_init__(self) -> None:
        if not _CONFIDENCE.fullmatch(self.code):
            raise ValueError(f"可信度 {self.code!r} 应为 official、C-n、S、D 或 R")

    @property
    def provisional(self) -> bool:
        """True where the value must be shown as 暂定."""
        return self.code in _PROVISIONAL

    def __str__(self) -> str:
        return f"{self.code} 暂定" if self.provisional else self.code


@dataclass(frozen=True, slots=True)
class Threshold:
    """One number, switch or list of a rule: value, unit, what it means, how sure it is, where it is from."""

    name: str
    value: object
    unit: str
    says: str
    confidence: Confidence
    source: str


@dataclass(frozen=True, slots=True)
class Clause:
    """One numbered clause of an indicator (①, ②, …) and who judges it."""

    mark: str
    says: str
    judged: Judged
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class Scope:
    """Whom an indicator concerns; an empty list means everybody of the kind."""

    kind: TargetKind
    levels: tuple[str, ...] = ()
    site_kinds: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    outward_service: bool = False

    def outside(self, subject: Subject) -> str | None:
        """Why the indicator does not concern the subject, or None where it does."""
        if self.levels and subject.level not in self.levels:
            return f"本指标不适用于{subject.level}级"
        if self.site_kinds and subject.site_kind not in self.site_kinds:
            return f"本指标只适用于{'、'.join(self.site_kinds)}"
        if self.platforms and subject.platform not in self.platforms:
            return f"本指标只适用于{'、'.join(self.platforms)}"
        if self.outward_service and not subject.outward_service:
            return "主办单位没有对外服务职能, 不适用本指标"
        return None


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator with its three levels of name, its points, whom it concerns and where it stands."""

    code: str
    first_level: str
    second_level: str
    third_level: str
    part: Part
    points: Decimal
    cap: Decimal
    scope: Scope
    document: str
    clause: str
    confidence: Confidence
    judged: Judged
    deciding: Deciding
    advice: str
    clauses: tuple[Clause, ...]
    thresholds: Mapping[str, Threshold]

    @property
    def name(self) -> str:
        """The name under which people know the indicator."""
        return self.second_level

    @property
    def provisional(self) -> frozenset[str]:
        """The names of its thresholds that no official copy confirms."""
        return frozenset(name for name, entry in self.thresholds.items() if entry.confidence.provisional)


@dataclass(frozen=True, slots=True)
class PartOfSystem:
    """One part: its points, whom it concerns, and whether the adopted system has rules for it yet."""

    part: Part
    name: str
    points: Decimal
    kinds: tuple[TargetKind, ...]
    site_kinds: tuple[str, ...]
    has_rules: bool
    document: str
    confidence: Confidence
    note: str

    def concerns(self, subject: Subject) -> bool:
        """Whether the part is scored for the subject at all (G1, G7, G10)."""
        return subject.kind in self.kinds and (not self.site_kinds or subject.site_kind in self.site_kinds)


@dataclass(frozen=True, slots=True)
class System:
    """An adopted indicator system; `digest` is the sha256 of its file, `limits` what its rules read."""

    system_id: str
    version: str
    title: str
    document: str
    note: str
    digest: str
    fail_below: Decimal
    bonus_above: Decimal
    settings: Mapping[str, Threshold]
    parts: Mapping[Part, PartOfSystem]
    indicators: tuple[Indicator, ...]
    limits: Mapping[str, Limits]

    def indicator(self, code: str) -> Indicator:
        """The indicator of that code; raises `CheckError` where the system has none."""
        found = next((entry for entry in self.indicators if entry.code == code), None)
        if found is None:
            raise CheckError(f"体系 {self.system_id} 没有指标 {code}")
        return found

    def concerning(self, kind: TargetKind) -> Iterator[Indicator]:
        """The indicators about sites, or about accounts, in the order of the file."""
        return (entry for entry in self.indicators if entry.scope.kind is kind)
