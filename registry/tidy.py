"""Tidying of cells: what Excel, input methods and copying from web pages leave behind, taken off with a note.

Names keep their full-width brackets, which are good Chinese; codes, addresses, dates and fixed words are
brought to half width. Mongolian script needs its narrow no-break space and vowel separator, so these stay
wherever Mongolian letters stand.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta

from registry.errors import CellRefused

Cell = str | int | float | bool | datetime | date | time | timedelta

EXACT_INTEGERS = 10**15  # Excel keeps 15 digits; beyond them the last ones are zeros or lies
FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u180e]")
SPACES = re.compile("[\t\r\n\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")
MONGOLIAN = re.compile("[\u1800-\u180d\u180f-\u18af]")
MONGOLIAN_INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
MONGOLIAN_SPACES = re.compile("[\t\r\n\u00a0\u1680\u2000-\u200a\u2028\u2029\u205f\u3000]+")
EXCEL_SCIENTIFIC = re.compile(r"[0-9](?:\.[0-9]+)?E\+[0-9]{2,}")
EXCEL_WHOLE = re.compile(r"(-?[0-9]+)\.0+")
ESCAPED = re.compile(r"'+[=+\-@\t\r]")
DANGEROUS = re.compile(r"'*[=+\-@\t\r]")


def tidy_text(text: str) -> tuple[str, str | None]:
    """Text without stray spaces and invisible characters, and a note of what was changed (None: nothing).

    Raises CellRefused for control characters and lone surrogates.
    """
    if text.isprintable():
        return text.strip(), None
    mongolian = MONGOLIAN.search(text) is not None
    bare = (MONGOLIAN_INVISIBLE if mongolian else INVISIBLE).sub("", text)
    clean = (MONGOLIAN_SPACES if mongolian else SPACES).sub(" ", bare).strip()
    for character in clean:
        if unicodedata.category(character) in {"Cc", "Cs"}:
            raise CellRefused(f"含有控制字符 U+{ord(character):04X}，请删除后重新填写")
    return clean, None if clean == text.strip(" \t\r\n") else "去掉了不可见字符或全角空格"


def tidy_code(text: str) -> tuple[str, str | None]:
    """As `tidy_text`, and full-width letters, digits and signs become half-width ones."""
    clean, note = tidy_text(text)
    if clean.isascii():
        return clean, note
    half = clean.translate(FULL_WIDTH)
    return half, note if half == clean else "全角字符已改为半角"


def cell_text(cell: Cell) -> tuple[str, str | None]:
    """A cell of any type as text, and a note where a number had to be read as a code.

    Raises CellRefused for numbers that Excel has already rounded, and for times without a day.
    """
    if isinstance(cell, str):
        return cell, None
    if isinstance(cell, bool):
        return ("TRUE" if cell else "FALSE"), None
    if isinstance(cell, int | float):
        return number_text(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="seconds"), None
    if isinstance(cell, date):
        return cell.isoformat(), None
    raise CellRefused("单元格是时间或时长，不是文本；请设为文本后重新填写")


def number_text(number: int | float) -> tuple[str, str | None]:
    """A number of a spreadsheet as the digits that were typed."""
    if number != number or abs(number) >= EXACT_INTEGERS:
        raise CellRefused("数字超过15位，Excel已丢失末尾数字；请把该列设为文本后重新填写原值")
    if number == int(number):
        return str(int(number)), "单元格是数字，已按文本读取"
    return repr(number), "单元格是数字，已按文本读取"


def mend_excel_code(text: str) -> tuple[str, str | None]:
    """A code as text after Excel turned it into a number: `1500000001.0` is mended, `1.5E+09` is refused."""
    if not (("0" <= text[-1:] <= "9" and "." in text) or "E+" in text):
        return text, None
    if EXCEL_SCIENTIFIC.fullmatch(text):
        raise CellRefused("Excel已把编码改成科学计数法，末尾数字已丢失；请把该列设为文本后重新填写原值")
    whole = EXCEL_WHOLE.fullmatch(text)
    return (text, None) if whole is None else (whole[1], "去掉了Excel加上的小数点")


def escape_formula(text: str) -> str:
    """Text that no spreadsheet program runs as a formula; `unescape_formula` gives it back unchanged."""
    return f"'{text}" if DANGEROUS.match(text) else text


def unescape_formula(text: str) -> str:
    """Take off the apostrophe that `escape_formula` put on; a bare formula is refused.

    Raises CellRefused for text that begins with `=`, which is a formula and not a value. A leading `+`, `-`
    or `@` is taken as text: telephone numbers and handles begin so.
    """
    if text.startswith("'") and ESCAPED.match(text):
        return text[1:]
    if text.startswith("="):
        raise CellRefused("以“=”开头，是公式而不是值；请粘贴为数值（确为文本时在前面加一个英文单引号）")
    return text
