"""Profile pages of weibo.cn, the plain edition on which the dates stand in the page.

Dates are written as `2020-06-03 00:00`, `06月03日 12:43`, `今天 10:20` or `12分钟前`. Those without a year are
resolved against the reference time, and left undated where that could make a post look older than it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice, pairwise
from urllib.parse import parse_qs, urlsplit

from selectolax.lexbor import LexborHTMLParser

from checks.facts import SourceKind
from monitor.collect.accounts.moments import SHANGHAI, read_moment
from monitor.collect.accounts.reading import Reading, Source, build_posts
from monitor.collect.accounts.reasons import AccountGap, Unreadable, gap

_AHEAD = timedelta(days=62)
_MONTH_DAY = re.compile(r"(\d{1,2})(?:月|-)(\d{1,2})日?\s+(\d{1,2}):(\d{2})(?::\d{2})?")
_TODAY = re.compile(r"今天\s*(\d{1,2}):(\d{2})(?::\d{2})?")
_AGO = re.compile(r"(\d{1,4})\s*(秒|分钟|小时)前")
_AGO_UNITS = {"秒": "seconds", "分钟": "minutes", "小时": "hours"}
_POST = re.compile(r"""<div class="c" id="M_""")
_MOST_POSTS = 200
_LONGEST_POST = 60_000
_COMMENTS = re.compile(r"""class="cc">((?:原文)?评论\[\d{1,12}\])<""")
_PROFILE_HEAD = '<div class="u">'
_PAGER = re.compile(r"(\d{1,5})/(\d{1,5})页")
_NARROWED = ("filter", "keyword", "starttime", "f")
_PLAIN_HEAD = ("weibo.cn/favicon.ico", "WeiboLogoCh.svg")
_VISITOR = ("Sina Visitor System", "passport.weibo.cn/signin", "passport.weibo.com/visitor")


def looks_like_weibo(text: str) -> bool:
    """Whether the text is a page of weibo, the plain edition or its gate."""
    if any(mark in text[:20_000] for mark in _VISITOR):
        return True
    return "weibo.cn" in text and 'class="c"' in text and 'id="M_' in text


def is_plain_edition(text: str) -> bool:
    """Whether the text is any page of the plain edition (an album, a picture), known by its frame."""
    head = text[:4_000]
    return (
        any(mark in head for mark in _PLAIN_HEAD) and 'name="MobileOptimized"' in head and 'class="c"' in text
    )


def read_profile(source: Source, text: str) -> Reading:
    """The posts of a profile page.

    Raises `Unreadable` (login_wall, no_post_list) where the page shows none. Any page but the first one of
    the whole list is partial: what it lacks proves nothing.
    """
    if any(mark in text[:20_000] for mark in _VISITOR):
        raise Unreadable(AccountGap.LOGIN_WALL)
    found = list(_found(text, source.as_of))
    if not found:
        raise Unreadable(AccountGap.NO_POST_LIST)
    posts, undated = build_posts(source, found)
    comments = _COMMENTS.search(text)
    whole = _is_first_page(source.url, text)
    return Reading(
        kind=SourceKind.PAGE,
        posts=posts,
        undated=undated,
        offered=True if comments is not None else None,
        offered_seen=source.seen(comments[1]) if comments is not None else None,
        gaps=() if whole else (gap("全部作品", AccountGap.PARTIAL_LIST, source.url),),
    )


def read_time(text: str, as_of: datetime) -> datetime | None:
    """The moment that weibo writes, aware; None where the year cannot be known for certain.

    A month and day without a year mean the year of the visit. Near the turn of the year, and where the day
    would lie after the reference time, the year of the visit cannot be told, so the post stays undated.
    """
    reference = as_of.astimezone(SHANGHAI)
    words = text.replace("\xa0", " ").split("来自")[0].strip()
    if ago := _AGO.fullmatch(words):
        return reference - timedelta(**{_AGO_UNITS[ago[2]]: int(ago[1])})
    if words == "刚刚":
        return reference
    if today := _TODAY.fullmatch(words):
        return _at(reference.year, reference.month, reference.day, int(today[1]), int(today[2]))
    if short := _MONTH_DAY.fullmatch(words):
        month, day, hour, minute = (int(part) for part in short.groups())
        this_year = _at(reference.year, month, day, hour, minute)
        next_year = _at(reference.year + 1, month, day, hour, minute)
        if next_year is not None and next_year - reference <= _AHEAD:
            return None
        return this_year if this_year is not None and this_year <= reference else None
    return read_moment(words)


def _at(year: int, month: int, day: int, hour: int, minute: int) -> datetime | None:
    try:
        return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)
    except ValueError:
        return None


def _found(text: str, as_of: datetime) -> Iterator[tuple[str, str, datetime | None, str]]:
    """The posts, each read from its own piece of the page, so that no nesting can make the work explode."""
    starts = [match.start() for match in islice(_POST.finditer(text), _MOST_POSTS + 1)]
    for start, end in pairwise([*starts, len(text)]):
        node = LexborHTMLParser(text[start : min(end, start + _LONGEST_POST)]).css_first("div.c")
        times = node.css("span.ct") if node is not None else []
        if node is None or not times:
            continue
        written = times[-1].text(strip=True)
        words = " ".join(part.text(strip=True) for part in node.css("span.ctt"))
        post = (node.attributes.get("id") or "").removeprefix("M_")
        url = f"https://weibo.cn/comment/{post}" if post else ""
        yield words, url, read_time(written, as_of), f"{words[:80]} {written}"


def _is_first_page(url: str, text: str) -> bool:
    """Whether this is the first page of the account's whole list."""
    if _PROFILE_HEAD not in text:  # a single post with its comments, not a profile
        return False
    query = parse_qs(urlsplit(url).query)
    if any(name in query for name in _NARROWED) or query.get("page", ["1"])[0] != "1":
        return False
    pager = _PAGER.search(text)
    return pager is None or pager[1] == "1"
