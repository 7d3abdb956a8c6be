"""Mongolian-script editions: labels and blanks as they are typed differ, as they are read they do not.

Free variation selectors (U+180B–180F) and the narrow blank (U+202F) are typed at will, and the label of the
publishing date ends in U+1804. Folding removes what no reader sees. Source: sites-as-they-are.md, section 7.
"""

from __future__ import annotations

import re

_LETTER = re.compile("[\u1820-\u18aa]")
_INVISIBLE = re.compile("[\u180b-\u180f\u200b-\u200f\u2060\ufeff]")
_BLANK = re.compile("[\u202f\u00a0\u3000 ]+")

PUBLISHED_LABELS = (
    "\u1828\u1821\u1836\u1822\u1832\u1821\u182f\u1821\u182d\u1830\u1821\u1828 \u1834\u1820\u182d",  # published, time
    "\u1828\u1821\u1836\u1822\u1832\u1821\u182f\u1821\u182d\u1830\u1821\u1828 \u1821\u1833\u1826\u1837",  # published, day
    "\u1834\u1820\u182d",  # time
    "\u1821\u1833\u1826\u1837",  # day
)
"""Words before the publishing date, folded."""


def is_mongolian(text: str) -> bool:
    """Whether there are letters of the Mongolian script."""
    return _LETTER.search(text) is not None


def fold(text: str) -> str:
    """The text as it is read: no invisible signs, one kind of blank."""
    return _BLANK.sub(" ", _INVISIBLE.sub("", text)).strip()


def is_published_label(before: str) -> bool:
    """Whether the words directly before a date are the label of a publishing date (colon U+1804 or any other)."""
    folded = fold(before).rstrip("\u1804\u1803:：. \x1f\n")
    return folded.endswith(PUBLISHED_LABELS)
