"""Measures an xlsx workbook before any reader sees it, in bounded memory and time.

A workbook is a zip of XML. Hostile ones unpack to gigabytes, name one cell at the far corner of the sheet (a dense
reader allocates everything between), repeat one huge text a million times, or declare entities. Each part is
unpacked under a limit and measured; the reader is then given a new archive with exactly the bytes that were
measured, and nothing else.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from registry.errors import FileRefused
from registry.sheets import Limits, read_bytes

OLE_MARK = b"\xd0\xcf\x11\xe0"
NEEDED = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|xl/[^/]+\.xml|xl/_rels/[^/]+|xl/worksheets/[^/]+\.xml"
)
CELL = re.compile(r"([A-Z]{1,4})([0-9]{1,9})")
CHUNK = 2**18


@dataclass(frozen=True, slots=True)
class GuardedWorkbook:
    """A measured workbook: the archive to read, and by sheet name its formula cells (row from 1, column from 0)."""

    archive: io.BytesIO
    formulas: dict[str, frozenset[tuple[int, int]]]


def guard_workbook(path: Path, limits: Limits) -> GuardedWorkbook:
    """Measure a workbook and repack it; FileRefused for anything that is no plain xlsx within the limits."""
    parts = unpack(path, read_bytes(path, limits), limits)
    lengths = shared_text_lengths(path, parts.get("xl/sharedStrings.xml", b""), limits)
    formulas: dict[str, frozenset[tuple[int, int]]] = {}
    names = sheet_names(path, parts)
    for part, content in parts.items():
        if part.startswith("xl/worksheets/"):
            meter = SheetMeter(path, limits, lengths, names.get(part, part))
            walk(path, content, meter.start, meter.end, meter.text)
            formulas[meter.name] = frozenset(meter.formulas)
        elif part.endswith((".xml", ".rels")) and part != "xl/sharedStrings.xml":
            walk(path, content)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as packed:
        for part, content in parts.items():
            packed.writestr(part, content)
    archive.seek(0)
    return GuardedWorkbook(archive, formulas)


def unpack(path: Path, data: bytes, limits: Limits) -> dict[str, bytes]:
    """The parts of a workbook that hold cells, unpacked under the limit of all together."""
    if data.startswith(OLE_MARK):
        raise FileRefused(path, "是加密的工作簿或旧版xls,请去掉密码并另存为 .xlsx")
    parts: dict[str, bytes] = {}
    left = limits.unpacked_bytes
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > limits.parts:
                raise FileRefused(path, f"工作簿内部文件超过 {limits.parts} 个")
            for entry in entries:
                if NEEDED.fullmatch(entry.filename) is None:
                    continue
                if entry.filename in parts:
                    raise FileRefused(path, "工作簿内部有同名文件，可能已损坏")
                parts[entry.filename] = unpack_part(path, archive, entry, left, limits)
                left -= len(parts[entry.filename])
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
        OSError,
        ValueError,
    ) as error:
        raise FileRefused(path, "不是完好的xlsx工作簿（文件损坏、加密或扩展名不符）") from error
    if "xl/workbook.xml" not in parts:
        raise FileRefused(path, "不是xlsx工作簿")
    return parts


def unpack_part(
    path: Path, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int, limits: Limits
) -> bytes:
    """One part, read in pieces; what the archive claims about its size is not believed."""
    pieces: list[bytes] = []
    with archive.open(entry) as part:
        while piece := part.read(CHUNK):
            left -= len(piece)
            if left < 0:
                raise FileRefused(path, f"解压后超过 {limits.unpacked_bytes // 2**20} MB,拒绝读取")
            pieces.append(piece)
    return b"".join(pieces)


def local(name: str) -> str:
    """An element's name without its prefix."""
    return name.rpartition(":")[2]


def walk(
    path: Path,
    content: bytes,
    start: Callable[[str, dict[str, str]], None] | None = None,
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Parse one part; a document type (the door of entity attacks) and broken XML are refused."""

    def refuse_doctype(*_: object) -> None:
        raise FileRefused(path, "工作簿内部含有文档类型声明，拒绝读取")

    # The charset is forced: the reader knows UTF-8 only, and both must see the same elements.
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = refuse_doctype
    if start is not None:
        parser.StartElementHandler = start
    if end is not None:
        parser.EndElementHandler = end
    if text is not None:
        parser.CharacterDataHandler = text
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, ValueError) as error:
        raise FileRefused(path, f"工作簿内部文件有误({error})") from error


def shared_text_lengths(path: Path, content: bytes, limits: Limits) -> list[int]:
    """How many characters each shared text has; one longer than a cell may be is refused."""
    lengths: list[int] = []
    if not content:
        return lengths

    def start(name: str, _attributes: dict[str, str]) -> None:
        if local(name) == "si":
            lengths.append(0)

    def text(piece: str) -> None:
        if lengths:
            lengths[-1] += len(piece)
            if lengths[-1] > limits.cell_characters:
                raise FileRefused(path, f"有单元格超过 {limits.cell_characters} 字")

    walk(path, content, start, None, text)
    return lengths


def sheet_names(path: Path, parts: dict[str, bytes]) -> dict[str, str]:
    """The name of the sheet that each part holds."""
    targets: dict[str, str] = {}
    names: dict[str, str] = {}

    def relation(name: str, attributes: dict[str, str]) -> None:
        if local(name) == "Relationship":
            target = posixpath.normpath(posixpath.join("/xl", attributes.get("Target", "")))
            targets[attributes.get("Id", "")] = target.lstrip("/")

    def sheet(name: str, attributes: dict[str, str]) -> None:
        if local(name) == "sheet":
            relation_id = next(
                (value for key, value in attributes.items() if local(key) == "id" and ":" in key), ""
            )
            names[targets.get(relation_id, "")] = attributes.get("name", "")

    walk(path, parts.get("xl/_rels/workbook.xml.rels", b"<Relationships/>"), relation)
    walk(path, parts["xl/workbook.xml"], sheet)
    return names


def column_number(letters: str) -> int:
    """A column's letters as a number from 0."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


@dataclass(slots=True)
class SheetMeter:
    """Measures one sheet while it is parsed: its filled area, its characters and its formula cells."""

    path: Path
    limits: Limits
    shared: list[int]
    name: str
    row: int = 0
    column: int = -1
    rows: int = 0
    last_row: int = 0
    last_column: int = 0
    characters: int = 0
    formulas: set[tuple[int, int]] = field(default_factory=set)
    refers: bool = False
    in_value: bool = False
    in_text: bool = False
    index: str = ""
    cell_length: int = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        tag = local(name)
        if tag == "c":
            self.begin_cell(attributes)
        elif tag == "v":
            self.in_value, self.index = True, ""
            self.filled()
        elif tag == "t":
            self.in_text = True
            self.filled()
        elif tag == "f":
            self.formulas.add((self.row, self.column))
            self.filled()
        elif tag == "row":
            self.begin_row(attributes)

    def begin_row(self, attributes: dict[str, str]) -> None:
        """A row begins: numbered, or the next one."""
        number = attributes.get("r", "")
        self.row = int(number) if number.isascii() and number.isdigit() and len(number) < 10 else self.row + 1
        self.column = -1
        self.rows += 1
        if self.rows > self.limits.all_rows:
            self.refuse(f"超过 {self.limits.all_rows} 行（含空行）")

    def begin_cell(self, attributes: dict[str, str]) -> None:
        """A cell begins: at its own address, or next to the one before."""
        at = CELL.fullmatch(attributes.get("r", ""))
        if at is None:
            self.column += 1
        else:
            self.column, self.row = column_number(at[1]), int(at[2])
        self.refers = attributes.get("t") == "s"
        self.cell_length = 0

    def filled(self) -> None:
        """The cell holds something, so the filled area reaches it."""
        self.last_row = max(self.last_row, self.row)
        self.last_column = max(self.last_column, self.column + 1)
        if self.last_column > self.limits.columns:
            self.refuse(f"第{self.row}行的数据超过第 {self.limits.columns} 列")
        if self.last_row > self.limits.all_rows or self.last_row * self.last_column > self.limits.positions:
            self.refuse("数据区域过大（可能在很远的位置误填了单元格），请删除多余的行和列")

    def text(self, piece: str) -> None:
        """Characters of a value."""
        if self.in_value and self.refers:
            self.index = (self.index + piece[:20])[:20]
        elif self.in_value or self.in_text:
            self.cell_length += len(piece)
            if self.cell_length > self.limits.cell_characters:
                self.refuse(f"第{self.row}行有单元格超过 {self.limits.cell_characters} 字")
            self.count(len(piece))

    def end(self, name: str) -> None:
        """An element ends."""
        if not (self.in_value or self.in_text):
            return
        tag = local(name)
        if tag == "v":
            self.in_value = False
            if self.refers and self.index.isdecimal() and int(self.index) < len(self.shared):
                self.count(self.shared[int(self.index)])
        elif tag == "t":
            self.in_text = False

    def count(self, characters: int) -> None:
        """Characters that the reader will hold for this sheet."""
        self.characters += characters
        if self.characters > self.limits.characters:
            self.refuse(f"文字总量超过 {self.limits.characters // 2**20} 百万字")

    def refuse(self, reason: str) -> None:
        """Give up on the whole file."""
        raise FileRefused(self.path, reason, sheet=self.name)
