"""Small helpers of the extractor's tests: invented pages and where the real ones lie."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from monitor.collect.extract.page import ItemList, PageFacts
from monitor.collect.extract.read import read_page

URL = "http://www.example.gov.cn/zwgk/tzgg/index.html"


def page(body: str, *, head: str = "", url: str = URL, charset: str = "utf-8") -> PageFacts:
    """Read an invented page."""
    text = f"<!DOCTYPE html><html><head><meta charset='{charset}'>{head}</head><body>{body}</body></html>"
    return read_page(text.encode(charset if charset != "gb2312" else "gb18030"), url)


def rows(lists: tuple[ItemList, ...]) -> list[tuple[str, str | None]]:
    """Titles and days of all rows."""
    return [(row.title, str(row.date.day) if row.date else None) for one in lists for row in one.rows]


def real_data() -> Path:
    """The folder of real material; the test is skipped where it is absent."""
    given = os.environ.get("MONITOR_REAL_DATA")
    folder = Path(given) if given else Path(__file__).parents[3] / "shared" / "data"
    if not (folder / "footers_gold.csv").is_file():
        pytest.skip(f"real material is not here ({folder}); set MONITOR_REAL_DATA")
    return folder
