"""A document before it is set: blocks of text that HTML, DOCX and PDF render alike.

Text is a row of runs; a run that prints a figure carries the figure's key, so that every number on paper can be
followed to its rows. Words from outside enter as words of a run and are never parsed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from reports.figures import Figures
from reports.model import Figure


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text; `figure` is the key of the figure that it prints, `mark` a badge such as 暂定."""

    text: str
    figure: str = ""
    mark: bool = False


Text = tuple[Run, ...]
_SHORT_TABLE = 9


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 (一、), 2 ((一)) or 3 (1.)."""

    level: Literal[1, 2, 3]
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, indented by two characters unless `flush`."""

    text: Text
    flush: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A table column: heading, relative width, alignment."""

    heading: str
    width: float
    align: Literal["left", "center", "right"] = "center"


@dataclass(frozen=True, slots=True)
class Table:
    """A table with caption; a note stands below it.

    A form to be filled in by hand has no heading row and tall rows (`row_height` in millimetres).
    """

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Text, ...], ...]
    note: str = ""
    headed: bool = True
    row_height: float = 0

    @property
    def together(self) -> bool:
        """Whether the table is short enough to be kept on one page."""
        return len(self.rows) <= _SHORT_TABLE


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture made on the server; `describes` is read where pictures are not shown."""

    name: str
    svg: str
    caption: str
    describes: str


Block = Heading | Paragraph | Table | Chart


@dataclass(frozen=True, slots=True)
class Annex:
    """An annex with its title; starts on a new page."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A whole official document. `marks` print on every page (演练, 草稿); `files` are annexes apart.

    A bulletin has a red head and ends with the list of its annexes; a notice has a plain head, and what
    follows the signature (the receipt, the recheck) stands in `after`. A line break in the title is where a
    long title is broken by sense.
    """

    issuer: str
    number: str
    title: str
    addressees: str
    blocks: tuple[Block, ...]
    annexes: tuple[Annex, ...]
    signed: str
    dated: str
    marks: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    after: tuple[Block, ...] = ()
    red_head: bool = True

    @property
    def name(self) -> str:
        """The title on one line."""
        return self.title.replace("\n", "")

    def every_block(self) -> Iterator[Block]:
        """All blocks of the body, of what follows the signature, and of the annexes."""
        yield from self.blocks
        yield from self.after
        for annex in self.annexes:
            yield from annex.blocks


_SLOT = re.compile(r"\{([^{}]+)\}")


def words(text: str) -> Text:
    """A text without figures."""
    return (Run(text),)


def shown(figure: Figure) -> Text:
    """A figure in a table cell."""
    return (Run(figure.display, figure.key),)


def sentence(figures: Figures, template: str, **given: str) -> Text:
    """A sentence of ours with its slots filled in one pass: `{sites.drawn}` a figure, `{name}` a given word.

    A filled-in word is never looked at again, so braces in it stay what they are.
    """
    runs: list[Run] = []
    last = 0
    for slot in _SLOT.finditer(template):
        if slot.start() > last:
            runs.append(Run(template[last : slot.start()]))
        name = slot[1]
        runs.append(Run(given[name]) if name in given else Run(figures[name].display, name))
        last = slot.end()
    if last < len(template):
        runs.append(Run(template[last:]))
    return tuple(runs)


def keys_printed(document: Document) -> frozenset[str]:
    """The keys of all figures that a document prints."""
    found: set[str] = set()
    for block in document.every_block():
        if isinstance(block, Paragraph):
            found.update(run.figure for run in block.text if run.figure)
        elif isinstance(block, Table):
            found.update(run.figure for row in block.rows for cell in row for run in cell if run.figure)
    return frozenset(found)
