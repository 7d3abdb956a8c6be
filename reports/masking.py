"""Text from outside before it may be printed: cleaned, shortened, people's numbers masked, bad links blunted.

Everything a website, an account, a spreadsheet or a reviewer wrote passes `outside` (or `outside_url` for an
address) before it reaches a template. Whole numbers stay only in the evidence files.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

EXCERPT_LIMIT: Final = 300
SENTENCE_LIMIT: Final = 600
ADDRESS_LIMIT: Final = 400

# Bidirectional overrides can turn a printed line round, zero-width characters can split a number in two, tag
# characters and private use are invisible or tofu. Mongolian selectors (180B-180F), NNBSP and ZWJ stay.
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ue000-\uf8ff\U000e0000-\U000e007f\U000f0000-\U0010ffff]"
)
_NO_CHARACTER = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_PLANE_ENDS = re.compile(
    "[" + "".join(chr(p << 16 | 0xFFFE) + chr(p << 16 | 0xFFFF) for p in range(1, 15)) + "]"
)
_SPACE = re.compile(r"[ \t\r\n\f\v\u2028\u2029\u0085]+")
_JOINER_IN_NUMBER = re.compile("(?<=\\d)[\u200c\u200d]+(?=\\d)")

_MONTH_DAY = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_ID_18 = re.compile(
    rf"(?<!\d)([1-9]\d[ -]?\d{{2}})(\d{{2}}[ -]?(?:18|19|20)\d{{2}}{_MONTH_DAY}[ -]?\d{{2}})(\d[\dXx])(?![\dA-Za-z])"
)
_ID_15 = re.compile(rf"(?<!\d)([1-9]\d{{3}})(\d{{4}}{_MONTH_DAY}\d)(\d{{2}})(?!\d)")
_MOBILE = re.compile(r"(?<!\d)((?:\+?86[ -]?)?1[3-9]\d)([ -]?\d{4}[ -]?)(\d{4})(?!\d)")
_LANDLINE = re.compile(r"(?<!\d)([((]?0\d{2,3}[))]?[ ]?[-—-]?[ ]?)(\d{4,5})(\d{3})(?!\d)")
_LABELLED = re.compile(r"((?:电话|手机|传真|热线|联系方式)[^\d\n]{0,6})(\d{4,5})(\d{3})(?!\d)")

_SCHEME = re.compile(r"(?i)(?<![a-z])(h)(tt)(ps?)(?=:)")
_HOST_LIKE = re.compile(r"(?i)(?<![a-z0-9.])(?:[a-z0-9_-]{1,63}\.){1,20}[a-z0-9_-]{1,63}(?![a-z0-9])")
_PASSWORD = re.compile(r"(?i)((?:token|password|passwd|pwd|sessionid|access_token)=)[^&#\s]+")

# Chinese breaks anywhere by itself; every other script may stand unbroken for as long as its writer likes.
_LONG_RUN = re.compile(r"[^\s\u200b\u2e80-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]{16,}")
_THREE = re.compile(r".{1,3}")
_OTHER_FORM = re.compile(r"(?![0-9])\d|[Ｘｘ－]")
_MAYBE_NUMBER = re.compile(r"\d(?:[^\d]{0,3}\d){6}")


def clean(text: str) -> str:
    """The text on one line without control, invisible or unprintable characters; runs of blanks become one."""
    if text.isprintable():  # nearly all text: nothing invisible, no line break, no control character
        return _SPACE.sub(" ", text).strip()
    text = _SPACE.sub(" ", text)
    text = _NO_CHARACTER.sub("", text)
    text = _PLANE_ENDS.sub("", text)
    text = _INVISIBLE.sub("", text)
    return _SPACE.sub(" ", text).strip()


def mask(text: str) -> str:
    """The text with identity-card, mobile and fixed-line numbers reduced to their ends.

    Numbers in full-width digits and numbers split by blanks or hyphens are found as well. Site codes (10
    digits), filing numbers (8, 14) and dates are left alone.
    """
    if not _MAYBE_NUMBER.search(text):
        return text
    text = _JOINER_IN_NUMBER.sub("", text)
    plain = _OTHER_FORM.sub(_plain_form, text)
    masked = plain
    for pattern in (_ID_18, _ID_15, _MOBILE, _LANDLINE, _LABELLED):
        masked = pattern.sub(_stars, masked)
    if plain == text:
        return masked
    # Only stars come from the plain form; what is shown keeps the writer's own characters.
    return "".join("*" if star == "*" else own for star, own in zip(masked, text, strict=True))


def _plain_form(match: re.Match[str]) -> str:
    return (
        unicodedata.normalize("NFKC", match[0])
        if match[0] in "Ｘｘ－"
        else str(unicodedata.decimal(match[0]))
    )


def _stars(match: re.Match[str]) -> str:
    head, middle, tail = match.groups()
    return head + re.sub(r"\d", "*", middle) + tail


def defang(text: str) -> str:
    """The text with every address made unclickable: `http://a.b/c` becomes `hxxp://a[.]b/c`."""
    text = _SCHEME.sub(lambda m: m[1] + ("XX" if m[2].isupper() else "xx") + m[3], text)
    return _HOST_LIKE.sub(_blunt, text)


def _blunt(match: re.Match[str]) -> str:
    name = match[0]
    figures = name.replace(".", "")
    if figures.isdigit() and name.count(".") != 3:  # 8.16 is a number, 10.0.0.1 an address
        return name
    return name.replace(".", "[.]")


def outside(text: str, limit: int = SENTENCE_LIMIT, *, harmful: bool = False) -> str:
    """Text from outside as documents may print it, at most `limit` characters and a mark where it was cut.

    `harmful` blunts every address in it. The result holds no line break; templates still escape it.
    """
    whole = len(text)
    # Masking looks at a little more than is shown, so a number at the cut is masked before it is cut.
    text = mask(clean(text[: limit * 4 + 64]))
    if harmful:
        text = defang(text)
    if len(text) > limit or whole > limit * 4 + 64:
        return f"{text[:limit].rstrip()}……（以下略，原文共{whole}字）"
    return text


def outside_url(url: str, limit: int = ADDRESS_LIMIT, *, harmful: bool = False) -> str:
    """An address as documents may print it: one line, secrets and people's numbers in its query masked.

    In the path only identity and mobile numbers are; other digits there are the page's own number.
    """
    whole = len(url)
    url = clean(url[: limit * 4 + 64]).replace(" ", "%20")
    path, mark, query = url.partition("?")
    url = _MOBILE.sub(_stars, _ID_18.sub(_stars, path)) + mark + _PASSWORD.sub(r"\1***", mask(query))
    if harmful:
        url = defang(url)
    return url if len(url) <= limit and whole <= limit * 4 + 64 else f"{url[:limit]}……（共{whole}字）"


def breakable(text: str) -> str:
    """The text with zero-width break points in long runs of letters, so that a typeset line never overflows."""
    return _LONG_RUN.sub(lambda run: "\u200b".join(_THREE.findall(run[0])), text)
