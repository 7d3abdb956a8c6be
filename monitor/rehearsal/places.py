"""The region, its 12 leagues and 103 banners (GB/T 2260), as facts for made-up units."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources

REGION_CODE = "150000"
REGION_NAME = "内蒙古自治区"


@dataclass(frozen=True, slots=True)
class Place:
    """One division; `level` is 自治区, 盟市 or 旗县; `parent` is empty for the region."""

    code: str
    name: str
    level: str
    parent: str

    @property
    def label(self) -> str:
        """The middle of its made-up host names; no real government host is spelled this way."""
        if self.level == "自治区":
            return "nmyl"
        return f"m{self.code[:4]}yl" if self.level == "盟市" else f"q{self.code}yl"

    @property
    def short(self) -> str:
        """The name without its last word, as accounts and titles use it."""
        for ending in ("自治旗", "左翼", "市", "盟", "区", "县", "旗"):
            if self.name.endswith(ending) and len(self.name) - len(ending) >= 2:
                return self.name.removesuffix(ending)
        return self.name


@cache
def all_places() -> tuple[Place, ...]:
    """The region first, then the leagues, then the banners, each in the order of its code."""
    text = resources.files("monitor.rehearsal").joinpath("divisions.csv").read_text(encoding="utf-8")
    rows = [
        Place(row["code"], row["name"], row["level"], row["parent"])
        for row in csv.DictReader(text.splitlines())
    ]
    return (Place(REGION_CODE, REGION_NAME, "自治区", ""), *rows)


def leagues() -> tuple[Place, ...]:
    """The 12 leagues and cities."""
    return tuple(place for place in all_places() if place.level == "盟市")


def banners() -> tuple[Place, ...]:
    """The 103 banners, counties and districts."""
    return tuple(place for place in all_places() if place.level == "旗县")


@cache
def place_of(code: str) -> Place:
    """The place with that code."""
    return next(place for place in all_places() if place.code == code)
