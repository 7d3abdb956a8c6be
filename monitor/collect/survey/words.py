"""The words by which columns, channels and services are known, read once from the data files beside this module."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from importlib import resources
from typing import Any

from checks.facts.columns import ColumnType
from checks.facts.letters import ChannelKind

_VARIATION = re.compile("[\u180b-\u180f\u200b-\u200d\ufeff]")
_NOISE = re.compile(r"[\s\u00a0\u202f\[\]【】()（）<>《》「」“”\"'·•|｜»/、,，。.::：；;!！?？*#_—–-]+")
_MORE = re.compile(r"(?:查看)?更多|more", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)")
_TAG_BORDER = re.compile(r"[,，;；、/\s|]+")
_MONGOLIAN = re.compile("[\u1800-\u18af]")
_LONGEST_NAME = 20
_LONGEST_MONGOLIAN = 60
"""Mongolian script writes a name with many letters."""
_DATE_LIKE = re.compile(r"\d{1,4}[-./年月]\d{1,2}")


def fold(name: str) -> str:
    """A name as it is compared: no blanks, no punctuation, no Mongolian variation selectors."""
    return _NOISE.sub("", _VARIATION.sub("", name)).lower()


def has_any(folded: str, words: Iterable[str]) -> bool:
    """Whether one of the (already folded) words stands in the name."""
    return any(word in folded for word in words)


@lru_cache(maxsize=8)
def _data(name: str) -> dict[str, Any]:
    text = resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
    return tomllib.loads(text)


@lru_cache(maxsize=32)
def words_of(file: str, section: str, entry: str = "words") -> tuple[str, ...]:
    """The folded words of one entry of a data file."""
    return tuple(fold(word) for word in _data(file)[section].get(entry, ()))


@lru_cache(maxsize=1)
def _column_words() -> tuple[tuple[str, ColumnType], ...]:
    found = [
        (fold(word), ColumnType(name))
        for name, words in _data("column_names.toml")["types"].items()
        for word in words
    ]
    # sorted() is stable: of equally long words the type that the file lists first stays first
    return tuple(sorted(found, key=lambda pair: -len(pair[0])))


def type_by_name(name: str, today: date) -> ColumnType | None:
    """What a column's name says it is; None where it says nothing. A past year in the name is an archive."""
    folded = fold(_MORE.sub("", name))
    if not folded or len(folded) > 40:
        return None
    years = [int(year) for year in _YEAR.findall(name)]
    if years and max(years) < today.year:
        return ColumnType.ARCHIVE
    for word, kind in _column_words():
        if word in folded:
            return kind
    return None


def type_by_tag(value: str) -> ColumnType | None:
    """What a ColumnType tag says; of several values the first that is known."""
    tags = _data("column_names.toml")["tags"]
    for part in _TAG_BORDER.split(value):
        kind = tags.get(part.strip())
        if kind is not None:
            return ColumnType(kind)
        try:
            return ColumnType(part.strip())
        except ValueError:
            continue
    return None


def is_side_block(heading: str) -> bool:
    """Whether a list's heading says that it is a hot list, a ranking or a set of links."""
    folded = fold(heading)
    return bool(folded) and has_any(folded, words_of("column_names.toml", "side_blocks"))


def is_name(text: str) -> bool:
    """Whether a link's text is short enough for the name of a column and no headline with a date."""
    folded = fold(text)
    longest = _LONGEST_MONGOLIAN if _MONGOLIAN.match(folded) else _LONGEST_NAME
    return 0 < len(folded) <= longest and not _DATE_LIKE.search(text)


def clean_name(text: str) -> str:
    """A column's name as people read it: without blanks around, "more" and arrows; cut to 60 characters."""
    shown = _MORE.sub("", text).strip(" \t\r\n\u00a0\u3000\u202f[]【】<>«»|｜·•:：+…")
    return " ".join(shown.split())[:60]


def channel_kind(name: str) -> ChannelKind | None:
    """What a link's name says of a way to write in; None where it is none."""
    folded = fold(name)
    if not folded or len(folded) > 24:
        return None
    if has_any(folded, words_of("channel_names.toml", "consultation", "never")):
        return None
    consults = has_any(folded, words_of("channel_names.toml", "consultation"))
    for special in _data("channel_names.toml")["special"]:
        if has_any(folded, words_of("channel_names.toml", "special", special)):
            # 投诉举报, 咨询投诉举报: one mailbox for everything is a consultation channel as well
            mixed = special == ChannelKind.DISCIPLINE.value and has_any(
                folded, ("咨询", "留言", "信箱", "建议", "投诉")
            )
            return (
                ChannelKind.CONSULTATION
                if mixed and not has_any(folded, ("纪", "监察", "监委"))
                else ChannelKind(special)
            )
    return ChannelKind.CONSULTATION if consults else None


def leads_to_channels(name: str) -> bool:
    """Whether a link's name promises a page that leads to ways to write in."""
    folded = fold(name)
    return 0 < len(folded) <= 16 and has_any(folded, words_of("channel_names.toml", "entrance"))


def is_service_entry(name: str) -> bool:
    """Whether a link's name promises services."""
    folded = fold(name)
    if not folded or len(folded) > 16 or has_any(folded, words_of("service_names.toml", "entry", "never")):
        return False
    return has_any(folded, words_of("service_names.toml", "entry"))


def promises(text: str) -> bool:
    """Whether a link's text may name a channel, a page of channels or services; cheap, for every link there is."""
    if not 0 < len(text) <= 40:
        return False
    folded = fold(text)
    return len(folded) <= 24 and has_any(folded, _promising())


@lru_cache(maxsize=1)
def _promising() -> tuple[str, ...]:
    special = [word for entry in _data("channel_names.toml")["special"].values() for word in entry]
    words = [
        *words_of("channel_names.toml", "consultation"),
        *words_of("channel_names.toml", "entrance"),
        *words_of("service_names.toml", "entry"),
        *(fold(word) for word in special),
    ]
    # a word that holds a shorter one adds nothing
    unique = sorted(set(words), key=lambda word: (len(word), word))
    kept: list[str] = []
    for word in unique:
        if not any(short in word for short in kept):
            kept.append(word)
    return tuple(kept)
