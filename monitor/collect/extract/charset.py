"""Bytes to text: what the bytes are beats what the page says they are.

Order: byte-order mark, the declared charset where the bytes fit it, strict UTF-8, strict gb18030, and only then
a statistical guess. gb2312 and gbk are read as gb18030, their superset. Source: libraries.md, charset.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

MAX_BYTES = 8_000_000
"""More than this of one body is not read; the longest honest page met has 3.3 MB."""

_GUESS_BYTES = 20_000
_HEAD_BYTES = 2_048
_DECLARED = re.compile(rb"charset\s{0,4}=\s{0,4}[\"']?\s{0,4}([A-Za-z0-9_:.\-]{2,40})", re.I)
_XML_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s{0,4}=\s{0,4}[\"']([A-Za-z0-9_:.\-]{2,40})", re.I)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAME = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "cp936": "gb18030",
    "ms936": "gb18030",
    "utf8": "utf-8",
    "utf-8-sig": "utf-8",
    "unicode": "utf-16",
}
_MULTIBYTE = frozenset({"big5", "cp950", "big5hkscs", "shift_jis", "euc_jp", "euc_kr", "gb18030", "utf-8"})


@dataclass(frozen=True, slots=True)
class Decoded:
    """A body as text: the charset that was used, the number of characters that could not be decoded.

    `utf8` is the body itself where the text is exactly what these bytes say in UTF-8.
    """

    text: str
    charset: str
    faults: int = 0
    utf8: bytes | None = None


def decode(body: bytes, content_type: str = "") -> Decoded:
    """Decode a body; never raises. `content_type` is the HTTP header, as received."""
    body = body[:MAX_BYTES]
    for mark, name in _BOMS:
        if body.startswith(mark):
            return _finish(body, body[len(mark) :].decode(name, "replace"), name)
    wide = _wide_without_mark(body)
    if wide:
        return _finish(body, body.decode(wide, "replace"), wide)
    try:
        return _finish(body, body.decode("utf-8"), "utf-8", as_it_is=True)
    except UnicodeDecodeError:
        pass
    declared = _declared(body, content_type)
    for name in [declared or "gb18030", "gb18030"]:
        if name == "utf-8" or name.startswith("utf-16"):
            continue
        fitting = _strict(body, name)
        if fitting is not None:
            return _finish(body, fitting, name)
    return _least_damage(body)


def _strict(body: bytes, name: str) -> str | None:
    # A single-byte charset decodes any bytes; it proves nothing, so it is left to the guess.
    try:
        known = codecs.lookup(name).name
        if known.replace("-", "_") not in _MULTIBYTE and known not in _MULTIBYTE:
            return None
        return body.decode(known)
    except (LookupError, UnicodeDecodeError):
        return None


def _least_damage(body: bytes) -> Decoded:
    # A page cut in the middle of a character, or with some rotten bytes, is still the charset that fits best.
    trials = [(body.decode(name, "replace"), name) for name in ("utf-8", "gb18030")]
    counted = sorted((text.count("\ufffd"), order, text, name) for order, (text, name) in enumerate(trials))
    faults, _, text, name = counted[0]
    if faults <= max(8, len(text) // 200):
        return _finish(body, text, name)
    from charset_normalizer import from_bytes

    guess = from_bytes(body[:_GUESS_BYTES]).best()
    if guess is not None:
        guessed = body.decode(guess.encoding, "replace")
        if guessed.count("\ufffd") < faults:
            return _finish(body, guessed, guess.encoding)
    return _finish(body, text, name)


def _declared(body: bytes, content_type: str) -> str | None:
    match = _DECLARED.search(content_type.encode("ascii", "ignore"))
    if match is None:
        head = body[:_HEAD_BYTES]
        match = _DECLARED.search(head) or _XML_DECLARED.search(head)
    if match is None:
        return None
    name = match.group(1).decode("ascii").lower()
    return _SAME.get(name, name)


def _wide_without_mark(body: bytes) -> str | None:
    head = body[:400]
    if len(head) < 16 or b"\x00" not in head:
        return None
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = len(head) // 2
    if odd > half * 0.6 and even < half * 0.1:
        return "utf-16-le"
    if even > half * 0.6 and odd < half * 0.1:
        return "utf-16-be"
    return None


def _finish(body: bytes, text: str, name: str, *, as_it_is: bool = False) -> Decoded:
    faults = text.count("\ufffd") if "\ufffd" in text else 0
    if b"\x00" in body:  # cheap to see in the bytes, dear to see in the text
        text, as_it_is = text.replace("\x00", ""), False
    if text.startswith("\ufeff"):
        text, as_it_is = text[1:], False
    return Decoded(text, name, faults, body if as_it_is else None)
