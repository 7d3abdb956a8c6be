"""Which row of a sheet holds the headings, and which column each of them names."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from registry.errors import CellRefused, FileRefused, shown_value
from registry.sheets import Sheet
from registry.tidy import Cell, cell_text, tidy_code

SEARCHED_ROWS = 10
ENOUGH_HEADINGS = 2
REQUIRED_MARK = re.compile(r"\*|\((?:必填|选填|可空|必填项)\)")


@dataclass(frozen=True, slots=True)
class Heading:
    """One column that a reader knows: English name and Chinese heading."""

    name: str
    chinese: str
    demanded: bool


@dataclass(frozen=True, slots=True)
class Headed:
    """A sheet whose heading row was found: `places` maps English names to column indexes from 0.

    `rows` gives what follows the heading row. `unknown` are headings that nobody reads.
    """

    sheet: Sheet
    row: int
    places: Mapping[str, int]
    unknown: tuple[str, ...]
    rows: Iterator[tuple[int, list[Cell]]]
    width: int

    def is_formula(self, row: int, index: int) -> bool:
        """Whether a cell (row from 1, column from 0) is a formula."""
        return bool(self.sheet.formulas) and (row, index) in self.sheet.formulas


def heading_key(cell: Cell) -> str:
    """A heading as it is compared: half width, without blanks and marks, lower case."""
    try:
        text, _ = tidy_code(cell_text(cell)[0])
    except CellRefused:
        return ""
    return REQUIRED_MARK.sub("", "".join(text.split())).casefold()


def known_names(headings: Collection[Heading]) -> dict[str, str]:
    """English names and Chinese headings, as they are compared, to English names."""
    names = {heading_key(heading.name): heading.name for heading in headings}
    return names | {heading_key(heading.chinese): heading.name for heading in headings}


def recognised(cells: list[Cell], names: Mapping[str, str]) -> list[str]:
    """The English names that a row of cells gives."""
    return [names[key] for key in map(heading_key, cells) if key in names]


def find_headings(sheet: Sheet, headings: Collection[Heading]) -> Headed:
    """The sheet with its heading row, which may stand below a title.

    Raises FileRefused where columns are missing or named twice.
    """
    names = known_names(headings)
    rows = iter(sheet.rows)
    first = list(itertools.islice(rows, SEARCHED_ROWS))
    if not first:
        raise FileRefused(sheet.path, "文件是空的", sheet=sheet.name)
    enough = min(ENOUGH_HEADINGS, len(headings))
    at = next((i for i, (_, cells) in enumerate(first) if len(set(recognised(cells, names))) >= enough), 0)
    number, cells = first[at]
    places, unknown = place_headings(sheet, cells, names)
    missing = [heading for heading in headings if heading.demanded and heading.name not in places]
    if missing:
        wanted = "、".join(f"{heading.chinese}({heading.name})" for heading in missing)
        seen = "、".join(shown_value(cell) for cell in cells[:SEARCHED_ROWS] if cell != "")
        hint = ";列之间应以英文逗号分隔" if len(cells) == 1 and re.search(r"[\t;,|]", str(cells[0])) else ""
        raise FileRefused(
            sheet.path, f"第{number}行表头缺少必需的列：{wanted}（现有：{seen}）{hint}", sheet=sheet.name
        )
    following = itertools.chain(first[at + 1 :], rows)
    return Headed(sheet, number, places, tuple(unknown), following, len(cells))


def place_headings(
    sheet: Sheet, cells: list[Cell], names: Mapping[str, str]
) -> tuple[dict[str, int], list[str]]:
    """Where each known column stands, and the headings that are not known."""
    places: dict[str, int] = {}
    unknown: list[str] = []
    for index, cell in enumerate(cells):
        key = heading_key(cell)
        name = names.get(key)
        if name is None:
            if key:
                unknown.append(shown_value(cell))
        elif name in places:
            raise FileRefused(
                sheet.path,
                f"表头重复：第{places[name] + 1}列与第{index + 1}列都是“{shown_value(cell)}”（{name}）",
                sheet=sheet.name,
            )
        else:
            places[name] = index
    return places, unknown
