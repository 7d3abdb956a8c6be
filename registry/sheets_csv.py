"""CSV files as offices save them: UTF-8 with or without BOM, or GB18030, decoded strictly."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from registry.errors import FileRefused
from registry.sheets import Limits, Sheet, read_bytes
from registry.tidy import Cell

UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def charset_of(path: Path, data: bytes) -> str:
    """The charset of a CSV file: UTF-8 where the bytes are UTF-8, else GB18030; FileRefused for neither."""
    if data.startswith(b"PK\x03\x04"):
        raise FileRefused(path, "内容是xlsx工作簿，请把扩展名改为 .xlsx")
    if data.startswith(UTF16_MARKS):
        raise FileRefused(path, "编码是UTF-16，请另存为“CSV UTF-8（逗号分隔）”")
    if b"\x00" in data:
        raise FileRefused(path, "含有空字节，不是文本文件")
    try:
        data.decode("utf-8")
        return "utf-8-sig"
    except UnicodeDecodeError as not_utf8:
        try:
            data.decode("gb18030")
            return "gb18030"
        except UnicodeDecodeError as error:
            raise FileRefused(
                path,
                f"既不是UTF-8（第{not_utf8.start}字节处有误）也不是GB18030（第{error.start}字节处有误），"
                "请另存为“CSV UTF-8（逗号分隔）”",
            ) from error


def open_csv(path: Path, limits: Limits) -> Sheet:
    """The one sheet of a CSV file; FileRefused for what is no CSV, also later, while its rows are read."""
    data = read_bytes(path, limits)
    charset = charset_of(path, data)
    shown = "UTF-8" if charset == "utf-8-sig" else "GB18030"
    return Sheet(path, None, rows_of(path, data, charset, limits), note=f"字符编码 {shown}")


def rows_of(path: Path, data: bytes, charset: str, limits: Limits) -> Iterator[tuple[int, list[Cell]]]:
    """Rows with their numbers, blank ones counted and left out."""
    text = io.TextIOWrapper(io.BytesIO(data), encoding=charset, newline="")
    reader = csv.reader(text, strict=True)
    filled = 0
    number = 0
    try:
        for number, row in enumerate(reader, start=1):
            if number > limits.all_rows:
                raise FileRefused(path, f"超过 {limits.all_rows} 行（含空行）")
            if not any(cell and not cell.isspace() for cell in row):
                continue
            filled += 1
            if filled > limits.rows:
                raise FileRefused(path, f"数据超过 {limits.rows} 行，请分成几个文件")
            if len(row) > limits.columns:
                raise FileRefused(path, f"第{number}行有 {len(row)} 列，超过 {limits.columns} 列")
            yield number, list(row)
    except csv.Error as error:
        reason = "单元格过长" if "field larger" in str(error) else "引号不成对或引号后有多余字符"
        raise FileRefused(path, f"第{number + 1}行起无法按CSV读取：{reason}") from error
