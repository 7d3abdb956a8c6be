"""The typed view that a rule has of its thresholds in the system file.

A rule's module derives one frozen class from `Limits`; its fields name the thresholds, its annotations
their types. Building one from the file's values is where a missing or misspelt threshold shows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from types import MappingProxyType
from typing import TypeVar, cast, get_type_hints

from checks.model import CheckError


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Thresholds of one indicator; `provisional` names those that no official copy confirms."""

    provisional: frozenset[str] = field(default=frozenset())

    def mark(self, *names: str) -> str:
        """`(暂定)` where any of the named thresholds is provisional, for the words of a reason."""
        known = {entry.name for entry in fields(self)}
        if unknown := set(names) - known:
            raise CheckError(f"{type(self).__name__} 没有阈值 {sorted(unknown)}")
        return "(暂定)" if self.provisional.intersection(names) else ""


class LimitError(CheckError):
    """A threshold is missing, unknown or of the wrong type; `threshold` names it where there is one."""

    def __init__(self, text: str, threshold: str | None = None) -> None:
        super().__init__(text)
        self.threshold = threshold


AnyLimits = TypeVar("AnyLimits", bound=Limits)


def _whole(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    raise TypeError("应为不小于 0 的整数")


def _decimal(value: object) -> Decimal:
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        number = Decimal(value)
        if number.is_finite() and number >= 0:
            return number
    raise TypeError("应为不小于 0 的数")


def _switch(value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise TypeError("应为 true 或 false")


def _words(value: object) -> tuple[str, ...]:
    if isinstance(value, (list, tuple)) and all(isinstance(entry, str) for entry in value):
        return tuple(cast("list[str]", value))
    raise TypeError("应为文字的列表")


def _word_table(value: object) -> Mapping[str, str]:
    if isinstance(value, Mapping) and all(isinstance(entry, str) for entry in value.values()):
        return MappingProxyType(dict(value))
    raise TypeError("应为文字对文字的表")


def _number_table(value: object) -> Mapping[str, int]:
    if isinstance(value, Mapping):
        return MappingProxyType({key: _whole(entry) for key, entry in value.items()})
    raise TypeError("应为文字对整数的表")


_READERS: Mapping[object, Callable[[object], object]] = {
    int: _whole,
    Decimal: _decimal,
    bool: _switch,
    tuple[str, ...]: _words,
    Mapping[str, str]: _word_table,
    Mapping[str, int]: _number_table,
}


def threshold_types(limits: type[Limits]) -> Mapping[str, object]:
    """The names and types of the thresholds that a limits class declares."""
    hints = get_type_hints(limits)
    hints.pop("provisional")
    if unknown := [name for name, hint in hints.items() if hint not in _READERS]:
        raise CheckError(f"{limits.__name__} 的阈值 {', '.join(unknown)} 类型不受支持")
    return MappingProxyType(hints)


def build_limits(
    limits: type[AnyLimits], values: Mapping[str, object], provisional: frozenset[str]
) -> AnyLimits:
    """Read the file's values into the limits of a rule; raises `LimitError` where they do not fit."""
    declared = threshold_types(limits)
    for name in declared:
        if name not in values:
            raise LimitError(f"缺少阈值 {name}")
    for name in values:
        if name not in declared:
            raise LimitError(f"阈值 {name} 没有规则使用, 请检查拼写", name)
    read: dict[str, object] = {}
    for name, hint in declared.items():
        try:
            read[name] = _READERS[hint](values[name])
        except TypeError as error:
            raise LimitError(f"阈值 {name} {error}, 现为 {values[name]!r}", name) from error
    try:
        return limits(provisional=provisional, **read)
    except ValueError as error:
        raise LimitError(str(error)) from error
