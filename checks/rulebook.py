"""The book of rules: every rule of `checks/rules`, found by itself, with the facts that it needs.

A rule is a pure function. Its typed parameters are its needed facts; the docstring of its module, in five
fixed sections, is what people read about it.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from types import MappingProxyType
from typing import TypeVar, get_type_hints

from checks.facts import (
    AccountSource,
    ColumnSet,
    Guides,
    HomePage,
    Identity,
    Letters,
    LinkCheck,
    PageScan,
    Reach,
    SectionPages,
    Subject,
    VisitLedger,
)
from checks.limits import Limits, threshold_types
from checks.model import CheckError
from checks.ruling import Ruling

SECTIONS = ("检查什么", "依据", "判定", "不能判定时", "整改建议")
"""The sections of a rule's docstring, in their order."""

NEEDS: frozenset[type] = frozenset(
    {
        AccountSource,
        ColumnSet,
        Guides,
        HomePage,
        Identity,
        Letters,
        LinkCheck,
        PageScan,
        Reach,
        SectionPages,
        Subject,
        VisitLedger,
        datetime,
    }
)
"""What a rule may ask for, beside its own limits; `datetime` is the reference time (监测时间点)."""

_CODE = re.compile(r"[A-Z]{1,2}-[A-Z]{0,2}\d*(?:\.\d+)?(?:/\d+)?")


@dataclass(frozen=True, slots=True)
class RuleText:
    """What a rule says of itself: its title and the five sections, each one paragraph."""

    title: str
    sections: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its indicator's code, its function, its parameters by name, its limits class, its text."""

    code: str
    function: Callable[..., Ruling]
    needs: Mapping[str, type]
    limits: type[Limits] | None
    text: RuleText


RuleFunction = TypeVar("RuleFunction", bound=Callable[..., Ruling])

_registered: dict[str, Rule] = {}


def rule(code: str) -> Callable[[RuleFunction], RuleFunction]:
    """Register a function as the rule of the indicator `code`."""

    def register(function: RuleFunction) -> RuleFunction:
        if code in _registered:
            raise CheckError(f"指标 {code} 已有规则 {_registered[code].function.__module__}")
        _registered[code] = describe(code, function, sys.modules[function.__module__].__doc__)
        return function

    return register


@cache
def rules() -> Mapping[str, Rule]:
    """All rules by their indicator's code; the modules of `checks/rules` are imported once."""
    package = importlib.import_module("checks.rules")
    for module in sorted(pkgutil.iter_modules(package.__path__), key=lambda found: found.name):
        importlib.import_module(f"{package.__name__}.{module.name}")
    return MappingProxyType(dict(sorted(_registered.items())))


def describe(code: str, function: Callable[..., Ruling], docstring: str | None) -> Rule:
    """Read a rule's needs from its signature and its text from its module's docstring.

    Raises `CheckError` where a parameter asks for something that is no fact, or a section is missing.
    """
    if not _CODE.fullmatch(code):
        raise CheckError(f"指标代码 {code!r} 不合规范")
    hints = get_type_hints(function)
    needs = {name: hints.get(name) for name in inspect.signature(function).parameters}
    typed: dict[str, type] = {}
    limits: type[Limits] | None = None
    for name, wanted in needs.items():
        if isinstance(wanted, type) and issubclass(wanted, Limits):
            threshold_types(wanted)
            limits = wanted
        elif wanted not in NEEDS:
            raise CheckError(f"规则 {code} 的参数 {name} 不是可以提供的事实: {wanted}")
        if isinstance(wanted, type):
            typed[name] = wanted
    return Rule(code, function, MappingProxyType(typed), limits, read_text(code, docstring))


def read_text(code: str, docstring: str | None) -> RuleText:
    """Split a rule's docstring into its title and the five sections; raises `CheckError` where one lacks."""
    title, _, rest = (docstring or "").strip().partition("\n")
    if not title:
        raise CheckError(f"规则 {code} 没有说明")
    sections: dict[str, str] = {}
    current: str | None = None
    for line in rest.splitlines():
        head, colon, tail = line.strip().partition(":")
        if colon and head in SECTIONS:
            current = head
            sections[current] = tail.strip()
        elif current is not None:
            # Chinese text is joined without a blank, but after western punctuation.
            blank = " " if sections[current].endswith((",", ";")) else ""
            sections[current] = (sections[current] + blank + line.strip()).strip()
    if tuple(sections) != SECTIONS or not all(sections.values()):
        raise CheckError(f"规则 {code} 的说明应依次含有: {'、'.join(SECTIONS)}")
    return RuleText(title, MappingProxyType(sections))
