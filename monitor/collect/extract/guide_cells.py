"""The cells of a guide's table by what they do: labels, their values, heads that only group labels.

Three layouts, row by row, also mixed in one table: label beside value (once or several times a row, one label
over several rows), a row of labels over rows of values, a label over the whole width with its content below.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

from checks.facts.guides import Element
from monitor.collect.extract.guide_words import label_of
from monitor.collect.extract.tables import Cell, Table

_HEAD = 16
"""Characters of a cell that can group the labels right of it."""
_COUNTERS = frozenset(("序号", "编号", "序 号", "No", "NO", "No.", "#"))


@dataclass(slots=True)
class Label:
    """A label cell with the cells of its value; `outer` is the label that stands over it, if any."""

    cell: Cell
    elements: tuple[Element, ...]
    values: list[Cell] = field(default_factory=list)
    outer: Label | None = None

    def add(self, cell: Cell) -> None:
        if all(known is not cell for known in self.values):
            self.values.append(cell)
        if self.outer is not None:
            self.outer.add(cell)


@dataclass(slots=True)
class Roles:
    """The cells of one table by what they do; `heads` group labels beside them and say nothing themselves."""

    labels: list[Label] = field(default_factory=list)
    heads: list[Cell] = field(default_factory=list)


def _named(cell: Cell) -> tuple[bool, tuple[Element, ...]]:
    """Whether a cell's words are a label and nothing more, and the classes that it names."""
    is_label, elements, content = label_of(cell.text) if 0 < len(cell.text) <= 40 else (False, (), "")
    return is_label and not content, elements


def roles_of(table: Table) -> Roles:
    """Go through the rows and tell labels from values."""
    roles = Roles()
    names = {id(cell): _named(cell) for cell in table.cells}
    if not any(is_label for is_label, _ in names.values()):
        return roles
    walk = _Walk(table, {key: elements for key, (is_label, elements) in names.items() if is_label}, roles)
    walk.columns = walk.label_columns()
    walk.whole = frozenset(cell.column for cell in table.cells if walk.is_whole(cell))
    for number in range(len(table.slots)):
        walk.step(number)
    return roles


@dataclass(slots=True)
class _Walk:
    """The state between the rows of one table."""

    table: Table
    names: dict[int, tuple[Element, ...]]
    roles: Roles
    columns: frozenset[int] = frozenset()
    whole: frozenset[int] = frozenset()
    band: dict[int, Label] = field(default_factory=dict)
    section: Label | None = None
    loose: bool = False
    known: dict[int, Label] = field(default_factory=dict)

    def is_name(self, cell: Cell) -> bool:
        return id(cell) in self.names

    def label_columns(self) -> frozenset[int]:
        """Columns in which labels stand with a value right of them; rows under a row of labels say nothing."""
        found: set[int] = set()
        for number in range(len(self.table.slots)):
            line = self.table.row(number)
            above = self.table.row(number - 1) if number else []
            ends = all(self.is_name(cell) and cell.row + cell.rows == number for cell in above)
            if len(above) >= 2 and ends:
                continue
            for cell, right in pairwise(line):
                told = self.is_name(cell) and is_filled(right) and not self.is_name(right)
                if told and not (cell.is_head and right.is_head):
                    found.add(cell.column)
        return frozenset(found)

    def step(self, number: int) -> None:
        line = self.table.row(number)
        fresh = [cell for cell in line if cell.row == number]
        filled = [cell for cell in fresh if is_filled(cell)]
        if not filled and not self.band:
            return
        if self._is_band(number, line, filled):
            self.section = None
            self.band = {}
            for cell in filled:
                if self.is_name(cell):
                    label = self._new(cell)
                    self.band.update(dict.fromkeys(range(cell.column, cell.column + cell.columns), label))
            return
        alone = len(filled) == 1 and len([cell for cell in line if is_filled(cell)]) == 1
        beside = any(cell.column in self.columns and self._leaves_band(cell) for cell in fresh)
        if self.band and not beside and not (len(line) == 1 and alone and self.is_name(filled[0])):
            for cell in fresh:
                if is_filled(cell) and cell.column in self.band:
                    self.band[cell.column].add(cell)
            return
        self.band = {}
        if alone and self.is_name(filled[0]) and not self._repeats(filled[0]):
            self.section, self.loose = self._new(filled[0]), len(line) == 1
            return
        below = self.loose or (alone and len(line) == 1)
        if self.section is not None and below and not any(self._starts(cell) for cell in filled):
            for cell in filled:
                self.section.add(cell)
            return
        self.section = None
        self._pairs(line, number)

    def _repeats(self, cell: Cell) -> bool:
        """Whether a cell below a label names the same class again, and is its value (办理流程, below it 流程图)."""
        label = self.section
        return label is not None and not label.values and self.names.get(id(cell)) == label.elements

    def _leaves_band(self, cell: Cell) -> bool:
        """Whether a label is one of its own, and no value that names the class of the column it stands in."""
        over = self.band.get(cell.column)
        return self.is_name(cell) and (over is None or over.elements != self.names[id(cell)])

    def _starts(self, cell: Cell) -> bool:
        return self.is_name(cell) and not self._repeats(cell)

    def _is_band(self, number: int, line: list[Cell], filled: list[Cell]) -> bool:
        """Whether a row names the columns below it."""
        names = [cell for cell in filled if self.is_name(cell)]
        if len(filled) < 2 or not names or len(filled) < len(line):
            return False
        if is_list_head(self.table, filled):
            return True
        if len(names) < len(filled) or number + 1 >= len(self.table.slots):
            return False
        below = self.table.row(number + 1)
        if len(below) != len(filled) or any(cell.row <= number for cell in below):
            return False
        if all(cell.is_head for cell in filled) and not any(cell.is_head for cell in below):
            return True
        # beside its value a label stands under a label; below a row of labels stands a value
        # (or words of the same class: 流程图 below 办理流程)
        other = [
            self.is_name(cell) and self.names[id(cell)] != self.names[id(head)]
            for cell, head in zip(below, filled, strict=True)
        ]
        return not other[0] and sum(other) * 2 <= len(other)

    def _pairs(self, line: list[Cell], number: int) -> None:
        """A row of labels with their values right of them."""
        current: Label | None = None
        told = False
        for order, cell in enumerate(line):
            right = line[order + 1] if order + 1 < len(line) else None
            if id(cell) in self.known:
                current, told = self.known[id(cell)], False
            elif self.is_name(cell) and cell.row == number and self._opens(cell, right, current, told):
                inner = self._new(cell)
                inner.outer = current if current is not None and not told else None
                current, told = inner, False
            elif current is not None and self.is_whole(cell) and current.cell.column in self.whole:
                current = None  # cells that hold label and value stand side by side here
            elif current is not None:
                told = True
                if is_filled(cell):
                    current.add(cell)
            elif cell.row == number and right is not None and self.is_name(right) and _groups(cell):
                self.roles.heads.append(cell)

    def _opens(self, cell: Cell, right: Cell | None, current: Label | None, told: bool) -> bool:
        """Whether a cell that reads like a label is one here, and not the value of the one left of it."""
        if current is None or told or cell.column in self.columns:
            return True
        if not current.elements and current.cell.rows > 1:
            return True  # 基本信息 beside several lines groups them
        return right is not None and is_filled(right) and not self.is_name(right)

    @staticmethod
    def is_whole(cell: Cell) -> bool:
        """Whether a cell holds a label and its value (办理地点：某街)."""
        is_label, _, content = label_of(cell.text)
        return is_label and bool(content)

    def _new(self, cell: Cell) -> Label:
        label = Label(cell, self.names[id(cell)])
        self.known[id(cell)] = label
        self.roles.labels.append(label)
        return label


def _groups(cell: Cell) -> bool:
    """Whether the words of a cell beside a label can be the name of a group of labels."""
    return len(cell.text) <= _HEAD and not label_of(cell.text)[0]


def is_filled(cell: Cell) -> bool:
    return bool(cell.text) or cell.pictures > 0


def is_list_head(table: Table, line: list[Cell]) -> bool:
    """Whether a row heads a list (序号, 材料名称, 份数): it counts, or it is the only one of head cells."""
    if len(line) < 2 or any(len(cell.text) > 12 for cell in line):
        return False
    if line[0].text in _COUNTERS:
        return True
    heads = sum(cell.is_head for cell in table.cells)
    return all(cell.is_head for cell in line) and heads == len(line) and len(table.slots) > 1
