"""Addresses that a site can make up without end: calendars, parameters, session paths, loops of folders."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlsplit

_DIGITS = re.compile(r"\d+")
_HEX = re.compile(r"[0-9a-f]{12,}", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)((?:19|20|21)\d{2})(?!\d)")
_CALENDAR_NAMES = frozenset(
    {"year", "month", "day", "date", "y", "m", "d", "calendar", "week", "ym", "time", "timestamp"}
)
_CALENDAR_PATH = re.compile(r"calendar|rili|riqi", re.IGNORECASE)
_LONGEST = 600
_MOST_FOLDERS = 14
_MOST_PARAMETERS = 8
_REPEATS = 3
_MOST_CALENDAR = 12
_PLAIN_FACTOR = 14


@dataclass(slots=True)
class TrapGuard:
    """Counts addresses by shape and refuses those that only multiply.

    `same_shape` bounds addresses that differ in parameter values alone; addresses of one path shape without
    parameters (the articles of a column) may be many more.
    """

    today: date
    same_shape: int
    counts: dict[str, int] = field(default_factory=dict)
    refused: int = 0

    def admits(self, url: str) -> bool:
        """Whether the address may be walked; counts it where it may."""
        shape, most = self._shape(url)
        number = self.counts.get(shape, 0)
        if most == 0 or number >= most:
            self.refused += 1
            return False
        self.counts[shape] = number + 1
        return True

    def _shape(self, url: str) -> tuple[str, int]:
        if len(url) > _LONGEST:
            return "", 0
        try:
            parts = urlsplit(url)
        except ValueError:
            return "", 0
        folders = [one for one in parts.path.split("/") if one]
        if len(folders) > _MOST_FOLDERS or _loops(folders):
            return "", 0
        names = sorted({pair.partition("=")[0].lower() for pair in parts.query.split("&") if pair})
        if len(names) > _MOST_PARAMETERS:
            return "", 0
        shape = parts.netloc + _DIGITS.sub("#", _HEX.sub("*", parts.path)) + "?" + "&".join(names)
        calendar = _CALENDAR_NAMES.intersection(names) or _CALENDAR_PATH.search(parts.path)
        if calendar:
            years = [int(year) for year in _YEAR.findall(url)]
            if any(abs(year - self.today.year) > 1 for year in years):
                return "", 0
            return "calendar " + shape, _MOST_CALENDAR
        return shape, self.same_shape if names else self.same_shape * _PLAIN_FACTOR


def _loops(folders: list[str]) -> bool:
    """Whether one folder, or one run of folders, comes again and again."""
    if any(folders.count(one) > _REPEATS for one in set(folders)):
        return True
    for width in (1, 2, 3):
        for start in range(len(folders) - width * _REPEATS + 1):
            run = folders[start : start + width]
            if all(folders[start + width * n : start + width * (n + 1)] == run for n in range(_REPEATS)):
                return True
    return False
