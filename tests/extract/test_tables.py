"""Tables as grids: spans resolved, nested tables kept with their cell, hostile markup refused unread."""

from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.collect.extract import tables
from monitor.collect.extract.tables import MAX_COLUMNS, MAX_SLOTS, MAX_TABLES, Table, read_tables
from monitor.collect.extract.tree import parse


def grid(markup: str) -> list[list[str | None]]:
    (table,) = read_tables(parse(markup))
    return [[cell.text if cell is not None else None for cell in line] for line in table.slots]


def test_merged_cells_cover_their_places() -> None:
    assert grid(
        "<table><tr><td rowspan=2>甲</td><td colspan=2>乙</td></tr><tr><td>丙</td><td>丁</td></tr><tr><td>戊</td></tr></table>"
    ) == [["甲", "乙", "乙"], ["甲", "丙", "丁"], ["戊", None, None]]


def test_heads_bodies_and_feet_are_rows_and_a_caption_is_none() -> None:
    markup = "<table><caption>办理流程</caption><thead><tr><th>甲</th></tr></thead><tbody><tr><td>乙</td></tr></tbody><tfoot><tr><td>丙</td></tr></tfoot></table>"
    (table,) = read_tables(parse(markup))
    assert [[cell.text for cell in table.row(number)] for number in range(3)] == [["甲"], ["乙"], ["丙"]]
    assert [cell.is_head for cell in table.cells] == [True, False, False]
    assert table.caption == "办理流程"


def test_words_of_a_cell_are_joined_inside_a_line_and_parted_between_lines() -> None:
    assert grid(
        "<table><tr><td><p><span>办理</span><b>地</b>点</p><p>一楼<br>二楼</p></td><td>甲&lt;b&gt;&amp;乙<!-- 丙 --></td></tr></table>"
    ) == [["办理地点 一楼 二楼", "甲<b>&乙"]]


def test_scripts_styles_and_attributes_never_reach_the_grid() -> None:
    assert grid(
        "<table onclick='x()'><tr><td>甲<script>document.write('<td>乙</td>')</script><style>td{}</style></td></tr></table>"
    ) == [["甲"]]


def test_inner_tables_stay_with_their_cell() -> None:
    (table,) = read_tables(
        parse(
            "<table><tr><td>材料<table><tr><td>甲<table><tr><td>乙</td></tr></table></td></tr></table></td><td>丙</td></tr></table>"
        )
    )
    outer = table.row(0)
    assert [cell.text for cell in outer] == ["材料 甲 乙", "丙"]
    assert [cell.text for cell in outer[0].inner[0].cells] == ["甲 乙"]
    assert [cell.text for cell in outer[0].inner[0].cells[0].inner[0].cells] == ["乙"]


@pytest.mark.parametrize("span", ["0", "-3", "x", "", "２", "100000", "9" * 400])
def test_nonsense_spans(span: str) -> None:
    (table,) = read_tables(
        parse(f"<table><tr><td rowspan='{span}' colspan='{span}'>甲</td></tr><tr><td>乙</td></tr></table>")
    )
    assert table.cells[0].text == "甲"
    _holds(table)


def _holds(table: Table) -> None:
    """What is true of every grid."""
    assert sum(cell is not None for line in table.slots for cell in line) <= MAX_SLOTS
    assert len({len(line) for line in table.slots}) <= 1
    assert all(len(line) <= MAX_COLUMNS for line in table.slots)
    for cell in table.cells:
        assert table.slots[cell.row][cell.column] is cell
        assert 1 <= cell.rows <= len(table.slots) - cell.row
        for inner in cell.inner:
            _holds(inner)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    st.lists(
        st.sampled_from(
            ["<table>", "</table>", "<tr>", "</tr>", "<td>", "<th rowspan=3>", "<td colspan=70>", "<td rowspan=9 colspan=2>",
             "</td>", "<caption>", "<tbody>", "甲", "<p>", "<img src=a>", "&lt;td&gt;", "<div>"]
        ),
        max_size=80,
    )
)  # fmt: skip
def test_any_markup_makes_a_sound_grid(parts: list[str]) -> None:
    for table in read_tables(parse("".join(parts))):
        _holds(table)


ROW = "<tr><td>办理地点</td><td>" + "某街" * 10 + "</td></tr>"
HOSTILE = {
    "a span of 100,000 lines": "<table><tr><td rowspan=100000 colspan=100000>甲</td></tr>"
    + ROW * 500
    + "</table>",
    "spans over spans": "<table>" + ("<tr>" + "<td rowspan=600>甲</td>" * 9 + "</tr>") * 500 + "</table>",
    "a line of 5,000 cells": "<table><tr>" + "<td colspan=9>甲</td>" * 5_000 + "</tr></table>",
    "10,000 nested tables": "<table><tr><td>" * 10_000 + "甲",
    "100,000 nested elements": "<table><tr><td>" + "<div>" * 100_000 + "甲",
    "5 MB": "<table>" + ROW * (5_000_000 // len(ROW.encode())) + "</table>",
    "10,000 tables": f"<table>{ROW}</table>" * 10_000,
    "one cell of 3 MB": "<table><tr><td>" + "甲" * 1_000_000 + "</td></tr></table>",
}


@pytest.mark.parametrize("shape", HOSTILE)
def test_hostile_tables_are_bounded_before_the_slow_parser_sees_them(
    shape: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    given_: list[int] = []
    slow = tables.BeautifulSoup

    def watched(text: str, *rest: object, **more: object) -> object:
        given_.append(len(text))
        return slow(text, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(tables, "BeautifulSoup", watched)
    tree = parse(HOSTILE[shape])
    tracemalloc.start()
    found = read_tables(tree)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    for table in found:
        _holds(table)
    assert len(found) <= MAX_TABLES
    assert sum(given_) < 600_000
    assert peak < 60_000_000


def test_tables_beside_a_hostile_one_are_still_read() -> None:
    found = read_tables(parse(HOSTILE["spans over spans"] + "<table><tr><td>甲</td></tr></table>"))
    assert [cell.text for cell in found[-1].cells] == ["甲"]
