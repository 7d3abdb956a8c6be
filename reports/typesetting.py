"""Typst behind one small door: data in as JSON, PDF or PNG out, the same bytes for the same data.

One compiler is kept for the process: reading the fonts costs far more than setting a page.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from typing import Literal

import typst
from pylopdf_fonts_zh_cn import sans_path

from reports.errors import ReportError
from reports.pages import TEMPLATES

_LOCK = threading.Lock()


@cache
def _compiler() -> typst.Compiler:
    # Official fonts are looked for on the machine by name; the shipped ones stand behind them.
    fonts = typst.Fonts(include_system_fonts=True, font_paths=[str(sans_path().parent)])
    return typst.Compiler(root=str(TEMPLATES), font_paths=fonts)


def pdf(template: str, data: Mapping[str, object], day: date) -> bytes:
    """The PDF of a template file with that data (strings stay text), dated `day`; ReportError says what failed."""
    return _compile(template, {"data": json.dumps(data, ensure_ascii=False)}, "pdf", day)


def png(svg: str, day: date) -> bytes:
    """A chart as PNG, for formats that show no SVG."""
    return _compile("chart.typ", {"svg": svg}, "png", day)


def _compile(template: str, inputs: dict[str, str], form: Literal["pdf", "png"], day: date) -> bytes:
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
    try:
        with _LOCK:
            made = _compiler().compile(
                input=TEMPLATES / template, format=form, sys_inputs=inputs, timestamp=moment, ppi=200
            )
    except typst.TypstError as problem:
        raise ReportError(f"排版失败（{template}）: {problem.message}") from problem
    if not isinstance(made, bytes):
        raise ReportError(f"排版失败（{template}）: 应得到一个文件, 却得到 {type(made).__name__}")
    return made
