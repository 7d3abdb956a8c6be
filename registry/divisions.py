"""Administrative divisions: the region, its 12 leagues and 103 banners (GB/T 2260), and walks over the tree.

Development zones have no GB/T 2260 code; the office files them as extra rows, which `Register.divisions` holds
beside the built-in ones. Functions therefore take the mapping that they should walk.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType

from registry.model import Division, Level


def built_in_divisions() -> Mapping[str, Division]:
    """The divisions of GB/T 2260 that ship with the product, keyed by code."""
    text = files("registry").joinpath("divisions.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    divisions = (
        Division(row["code"], row["name"], Level(row["level"]), row["parent"] or None) for row in rows
    )
    return MappingProxyType({division.code: division for division in divisions})


DIVISIONS: Mapping[str, Division] = built_in_divisions()


def level_of_code(code: str) -> Level:
    """The tier that a six-digit code names by its zeros: xx0000 region, xxyy00 league, else banner."""
    if code.endswith("0000"):
        return Level.REGION
    return Level.LEAGUE if code.endswith("00") else Level.BANNER


def line_of(code: str, divisions: Mapping[str, Division]) -> tuple[Division, ...]:
    """The division and everything above it, lowest first; empty where the code is unknown."""
    line: list[Division] = []
    seen: set[str] = set()
    at: str | None = code
    while at is not None and at in divisions and at not in seen:
        seen.add(at)
        line.append(divisions[at])
        at = divisions[at].parent
    return tuple(line)


def league_of(code: str, divisions: Mapping[str, Division] = DIVISIONS) -> Division | None:
    """The league that a division belongs to (itself included); None for the region and unknown codes."""
    return next((above for above in line_of(code, divisions) if above.level is Level.LEAGUE), None)


def lies_within(code: str, area: str, divisions: Mapping[str, Division] = DIVISIONS) -> bool:
    """Whether a division is the area itself or lies below it."""
    return any(above.code == area for above in line_of(code, divisions))
