"""The forms of site codes, ICP filings and police records, in one place.

The form of the site code and what its digits mean are derived from real codes (no official text is known),
so a code that breaks the form is a warning, never a reason to refuse a filing.
"""

from __future__ import annotations

import re

PROVINCES = "京津沪渝冀晋辽吉黑苏浙皖闽赣鲁豫鄂湘粤琼川贵云陕甘青蒙桂宁新藏"

SITE_CODE = re.compile(r"[0-9]{10}|bm[0-9]{8}")
ICP_FILING = re.compile(rf"[{PROVINCES}]ICP备[0-9]{{8}}号(?:-[0-9]{{1,4}})?")
POLICE_RECORD = re.compile(rf"[{PROVINCES}]公网安备 ?(?P<number>[0-9]{{14}})号")
POLICE_DIGITS = re.compile(r"[0-9]{14}")
SHORT_POLICE_RECORD = re.compile(r"(?:[0-9]{11}-[0-9]{5})|(?:[" + PROVINCES + r"]备[0-9]{14})")
DIVISION_CODE = re.compile(r"[0-9]{6}")


def is_site_code(text: str) -> bool:
    """Whether the text has the form of a site code: ten digits, or `bm` and eight."""
    return SITE_CODE.fullmatch(text) is not None


def site_code_division(text: str) -> str | None:
    """The six division digits at the head of a site code; None for ministries and malformed codes."""
    return text[:6] if is_site_code(text) and not text.startswith("bm") else None


def is_icp_filing(text: str) -> bool:
    """Whether the text is a whole ICP filing such as 蒙ICP备05000248号-1."""
    return ICP_FILING.fullmatch(text) is not None


def is_police_record(text: str) -> bool:
    """Whether the text is a police record in its full or one of its old short forms."""
    return any(form.fullmatch(text) for form in (POLICE_RECORD, POLICE_DIGITS, SHORT_POLICE_RECORD))


def police_record_division(text: str) -> str | None:
    """The six division digits of a police record, or None where its form does not carry them."""
    whole = POLICE_RECORD.fullmatch(text)
    if whole is not None:
        return whole["number"][:6]
    if POLICE_DIGITS.fullmatch(text) or re.fullmatch(r"[0-9]{11}-[0-9]{5}", text):
        return text[:6]
    return None


def is_division_code(text: str) -> bool:
    """Whether the text is six digits."""
    return DIVISION_CODE.fullmatch(text) is not None
