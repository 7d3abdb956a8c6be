"""What a script says without being run: its strings, put together as it would put them together.

Comments go first, so dead code does not speak. Strings that are joined by `+`, by templates with known
variables, by `+=` or by several writes are read as one piece; `unescape` and `decodeURIComponent` are undone.
Nothing is executed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

MAX_SCRIPT = 600_000
_MAX_VALUE = 100_000
_MAX_WRITTEN = 3_000_000
"""A script may double a string in each line: what one string and all together may grow to."""
# Each alternative ends at the latest with its line or the script, so that nothing is scanned twice.
_TOKEN = re.compile(
    r"/\*(?:[^*]|\*(?!/))*+(?:\*/|\Z)|//[^\n]*+|"
    r"\"(?:[^\"\\\n]|\\.|\\\n)*+(?:\"|(?=\n)|\\?\Z)|'(?:[^'\\\n]|\\.|\\\n)*+(?:'|(?=\n)|\\?\Z)|`(?:[^`\\]|\\.)*+(?:`|\\?\Z)|"
    r"[A-Za-z_$][\w$]*+(?:\.[A-Za-z_$][\w$]*+)*+|\d++(?:\.\d++)?|\+=|[=+;,(){}\[\]:?]|\n",
    re.S,
)
_ESCAPE = re.compile(r"\\(u\{[0-9a-fA-F]{1,6}\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|\n|.)", re.S)
_PERCENT = re.compile(r"(?:%u[0-9a-fA-F]{4})+|(?:%[0-9a-fA-F]{2})+")
_PLAIN = {"n": "\n", "t": "\t", "r": "\r", "b": "", "f": "", "v": "", "0": "", "\n": ""}
_TEMPLATE = re.compile(r"\$\{\s{0,8}([A-Za-z_$][\w$.]{0,80})\s{0,8}\}")
HOLE = "\x1a"
"""Stands where a variable was joined in whose value is not known."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One joined string: its text, the name or call it goes to (`document.write`, `html`, `url`), its place."""

    text: str
    target: str
    place: int


def literal(source: str) -> str:
    """The value of a quoted string."""
    body = source[1:-1] if len(source) > 1 and source[-1] == source[0] else source[1:]
    if "\\" not in body:
        return body

    def plain(match: re.Match[str]) -> str:
        sign = match[1]
        if sign[0] in "ux" and len(sign) > 1:
            number = int(sign[1:].strip("{}"), 16)
            return chr(number) if number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF else ""
        return _PLAIN.get(sign, sign)

    return _ESCAPE.sub(plain, body)


def unescape(text: str) -> str:
    """Undo `escape` (%u4E3B) and `encodeURIComponent` (%E4%B8%BB); what is neither stays."""

    def plain(match: re.Match[str]) -> str:
        run = match[0]
        if run[1] in "uU":
            units = [int(part, 16) for part in run.split("%u")[1:]]
            return b"".join(unit.to_bytes(2, "big") for unit in units).decode("utf-16-be", "replace")
        raw = bytes(int(part, 16) for part in run.split("%")[1:])
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError:
            return raw.decode("latin-1")

    return _PERCENT.sub(plain, text)


@lru_cache(maxsize=16)
def pieces(script: str) -> list[Piece]:
    """Every joined string of a script, in order."""
    script = script[:MAX_SCRIPT]
    known: dict[str, str] = {}
    found: list[Piece] = []
    reader = _Reader(known, found)
    for match in _TOKEN.finditer(script):
        reader.take(match[0], match.start())
    reader.flush()
    return found


def markup(script: str) -> str:
    """All strings of a script that are or belong to markup, in the order in which they would be written."""
    written: list[str] = []
    for piece in pieces(script):
        text = piece.text.replace(HOLE, " ")
        if "%" in text and ("%3C" in text or "%3c" in text or "%u" in text):
            text = unescape(text)
        if "<" in text or _speaks(text, piece.target):
            written.append(text)
    return "\n".join(written)


def _speaks(text: str, target: str) -> bool:
    if target.rpartition(".")[2] in (
        "write",
        "writeln",
        "html",
        "append",
        "innerHTML",
        "innerText",
        "text",
        "prepend",
    ):
        return True
    return any("\u4e00" <= sign <= "\u9fff" for sign in text[:60])


class _Reader:
    """Joins string tokens; one statement's worth of state."""

    def __init__(self, known: dict[str, str], found: list[Piece]) -> None:
        self.known = known
        self.found = found
        self.parts: list[str] = []
        self.place = 0
        self.target = ""
        self.name = ""
        self.joined = False  # a `+` stands between the last part and what comes
        self.undo = False
        self.adding = False
        self.written = 0

    def take(self, piece: str, place: int) -> None:
        first = piece[0]
        if first in "\"'`":
            self._string(piece, place)
        elif piece.startswith(("//", "/*")) or first == "\n":
            return
        elif piece == "+":
            self.joined = bool(self.parts) or self.name != ""
            if not self.parts and self.name and not self.name.isdigit():
                self.parts.append(self.known.get(self.name, HOLE))
                self.place = place
        elif piece in ("=", "+="):
            self.flush()
            self.target, self.adding = self.name, piece == "+="
            self.name = ""
        elif piece in (":",):
            self.flush()
            self.target, self.name = self.name, ""
        elif piece == "(":
            if self.name in ("unescape", "decodeURIComponent", "decodeURI", "window.unescape"):
                self.undo = True
            elif not self.parts:
                self.target = self.name or self.target
            self.name = ""
        elif piece == ")":
            return
        elif piece in (";", ",", "{", "}", "[", "]", "?"):
            self.flush()
            if piece in (";", "{", "}"):
                self.target = ""
            self.name = ""
        else:
            self._word(piece, place)

    def _string(self, token: str, place: int) -> None:
        if self.parts and not self.joined:
            self.flush()
        text = literal(token)
        if token[0] == "`" and "${" in text:
            text = _TEMPLATE.sub(lambda match: self.known.get(match[1], HOLE), text)
            text = re.sub(r"\$\{[^}]{0,300}\}", HOLE, text)
        if self.undo:
            text, self.undo = unescape(text), False
        if not self.parts:
            self.place = place
        self.parts.append(text)
        self.joined = False

    def _word(self, token: str, place: int) -> None:
        if self.parts and self.joined:
            if token.isdigit():
                self.parts.append(token)
            elif token in ("unescape", "decodeURIComponent", "decodeURI"):
                self.name = token
                return
            else:
                self.parts.append(self.known.get(token, HOLE))
            self.joined = False
            return
        if self.parts:
            self.flush()
        self.name = token
        if token[0].isdigit() and self.target:
            self.known.setdefault(self.target, token)

    def flush(self) -> None:
        """End the string that is being joined."""
        if self.parts:
            text = "".join(self.parts)[:_MAX_VALUE]
            self.written += len(text)
            if self.written > _MAX_WRITTEN:
                self.known.clear()
                text = text[:200]
            if self.target:
                if self.adding:
                    text_before = self.known.get(self.target, "")
                    if len(text_before) < _MAX_VALUE:
                        self.known[self.target] = text_before + text
                else:
                    self.known[self.target] = text
            self.found.append(Piece(text, self.target, self.place))
            self.parts = []
        elif self.name in self.known and self.target and self.target != self.name:
            self.known[self.target] = self.known[self.name]
        self.joined = False
        self.undo = False
