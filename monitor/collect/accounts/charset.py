"""From bytes to text: what the bytes are beats what anybody declares about them.

Saved feeds of Chinese sources declare gb2312 and hold GB18030, declare utf-8 and hold GBK, and the other way
round. So strict UTF-8 is tried first (GBK text is practically never valid UTF-8), then the declaration, then
gb18030, and only then a detector over the head of the body.
"""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(
    rb"""(?:<\?xml[^>]{0,200}?encoding\s*=\s*["']?|<meta[^>]{0,300}?charset\s*=\s*["']?)([A-Za-z0-9_\-]{2,24})""",
    re.IGNORECASE,
)
_TAKEN = {
    **dict.fromkeys(("gb2312", "gbk", "gb18030", "gb-2312-80", "x-gbk", "cp936", "ms936"), "gb18030"),
    **dict.fromkeys(("utf-8", "utf8"), "utf-8"),
    **dict.fromkeys(("big5", "big5-hkscs", "x-big5"), "big5hkscs"),
    **dict.fromkeys(("utf-16", "utf-16le"), "utf-16-le"),
    "utf-16be": "utf-16-be",
    "shift-jis": "shift_jis",
    "euc-jp": "euc_jp",
    "euc-kr": "euc_kr",
}
_SAMPLE = 32_768
_FEW_FAULTS = 0.02


def decode_text(body: bytes, declared: str | None = None) -> tuple[str, str]:
    """The text of `body` and the name of the charset that read it; undecodable bytes become U+FFFD.

    `declared` is what the transport said (the `charset` of Content-Type), if anything.
    """
    for bom, name in _BOMS:
        if body.startswith(bom):
            return body.decode(name, errors="replace"), name
    if b"\x00" in body[:64] and (wide := _wide_without_bom(body)):
        return body.decode(wide, errors="replace"), wide
    try:
        return body.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    names = [known for name in (_in_text(body), declared) if name and (known := canonical(name))]
    for name in (*names, "gb18030"):
        if name != "utf-8":
            try:
                return body.decode(name), name
            except UnicodeDecodeError:
                continue
    return _least_bad(body, names)


def canonical(name: str) -> str | None:
    """Python's name of a declared charset, with the GB family read as gb18030; None for one not taken.

    Single-byte western charsets read every byte, so their declaration proves nothing and is not taken.
    """
    lowered = name.strip().strip("\"'").lower().replace("_", "-")
    return _TAKEN.get(lowered)


def _in_text(body: bytes) -> str | None:
    found = _DECLARED.search(body, 0, 2048)
    return found[1].decode("ascii") if found else None


def _wide_without_bom(body: bytes) -> str | None:
    """UTF-16 told by its zeros: every other byte of the markup at the start is one."""
    head = body[:32]
    if head[1::2].count(0) >= 12 and not head[::2].count(0):
        return "utf-16-le"
    return "utf-16-be" if head[::2].count(0) >= 12 and not head[1::2].count(0) else None


def _least_bad(body: bytes, names: list[str]) -> tuple[str, str]:
    """No charset reads it whole: the one that loses least, a detector being asked last."""
    best_text, best_name, best_share = "", "", 2.0
    for name in dict.fromkeys(["utf-8", "gb18030", *names]):
        text = body.decode(name, errors="replace")
        foreign = sum(1 for character in text[:_SAMPLE] if not character.isascii()) or 1
        share = text[:_SAMPLE].count("\ufffd") / foreign
        if share < best_share:
            best_text, best_name, best_share = text, name, share
    if best_share <= _FEW_FAULTS:
        return best_text, best_name
    detected = from_bytes(body[:_SAMPLE]).best()
    if detected is None:
        return best_text, best_name
    return body.decode(detected.encoding, errors="replace"), detected.encoding
