"""Public pages of mp.weixin.qq.com: what each one is, judged by its structure and never by words in passing.

All notices come with status 200. An article may quote the words of any notice, so a notice is believed only
inside the notice block of a page that has no article body. The time of publication stands in scripts;
`svr_time` is the moment of the visit and is never taken.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from checks.facts import SourceKind
from monitor.collect.accounts.moments import from_unix, read_moment
from monitor.collect.accounts.reading import Reading, Source, build_posts
from monitor.collect.accounts.reasons import AccountGap, Reason, Unreadable, gap
from monitor.collect.failures import Failure


class WeChatPage(StrEnum):
    """What a page of the public platform is."""

    ARTICLE = "article"
    PICTURE_SHARE = "picture_share"
    TEXT_SHARE = "text_share"
    REPOST = "repost"
    PROFILE = "profile"
    DELETED = "deleted"
    VIOLATION = "violation"
    UNAVAILABLE = "unavailable"
    BLOCKED = "blocked"
    MIGRATED = "migrated"
    FROZEN = "frozen"
    CLOSED = "closed"
    UNKNOWN_NOTICE = "unknown_notice"
    NOT_WECHAT = "not_wechat"


LIVING = frozenset(
    {
        WeChatPage.ARTICLE,
        WeChatPage.PICTURE_SHARE,
        WeChatPage.TEXT_SHARE,
        WeChatPage.REPOST,
        WeChatPage.PROFILE,
    }
)
_REASONS: dict[WeChatPage, Reason] = {
    WeChatPage.PROFILE: AccountGap.NO_POST_LIST,
    WeChatPage.DELETED: AccountGap.POST_DELETED,
    WeChatPage.VIOLATION: AccountGap.POST_VIOLATION,
    WeChatPage.UNAVAILABLE: AccountGap.POST_UNAVAILABLE,
    WeChatPage.BLOCKED: Failure.BLOCKED,
    WeChatPage.MIGRATED: AccountGap.ACCOUNT_MIGRATED,
    WeChatPage.FROZEN: AccountGap.ACCOUNT_FROZEN,
    WeChatPage.CLOSED: AccountGap.ACCOUNT_CLOSED,
    WeChatPage.UNKNOWN_NOTICE: AccountGap.UNKNOWN_NOTICE,
}
# The first that fits is taken. Wordings of moved, frozen and closed accounts are second hand.
_NOTICES: tuple[tuple[WeChatPage, re.Pattern[str]], ...] = (
    (WeChatPage.BLOCKED, re.compile(r"环境异常|操作频繁|访问过于频繁|请完成验证|去验证", re.IGNORECASE)),
    (
        WeChatPage.DELETED,
        re.compile(r"已被发布者删除|deleted by (?:its|the) (?:author|publisher)", re.IGNORECASE),
    ),
    (WeChatPage.MIGRATED, re.compile(r"(?:帐号|账号|公众号)[^。]{0,12}(?:已)?(?:完成)?迁移|已迁移")),
    (WeChatPage.CLOSED, re.compile(r"(?:帐号|账号|公众号)?[^。]{0,8}已(?:自主)?注销")),
    (WeChatPage.FROZEN, re.compile(r"(?:帐号|账号|公众号)[^。]{0,12}(?:冻结|被封|停止使用|屏蔽)")),
    (WeChatPage.VIOLATION, re.compile(r"违规|违反|涉嫌|投诉|violat", re.IGNORECASE)),
    (WeChatPage.UNAVAILABLE, re.compile(r"暂时无法查看|无法查看|不可用|unavailable", re.IGNORECASE)),
)
_HOST = "mp.weixin.qq.com"
_OURS = ("mmbiz.qpic.cn", "res.wx.qq.com", "mp.weixin.qq.com", "wx_wap_page", "mmbizwap")
_ARTICLE_BODIES = (
    'id="js_content"', "id='js_content'", 'id="img-content"', "js_share_content_page_hd",
    "page_share_img", "page_share_text",
)  # fmt: skip
_NOTICE = re.compile(r"""<div\s[^<>]{0,200}class=["'](?:[^"'<>]{0,200}\s)?weui-msg[\s"']""")
_PROFILE = re.compile(r"""<div[^<>]{0,80}class=["']about-page["']""")
_BARE = re.compile(r"""<div class=["']mesg-block["']>""")
_BARE_LONGEST = 6_000
_CAPTCHAS = ("secitptpage", "wappoc_appmsgcaptcha", 'id="js_verify"')
_NOTICE_LENGTH = 3_000
_TITLE_BLOCK = re.compile(
    r"""class=["'][^"'<>]{0,80}weui-msg__title[^"'<>]{0,80}["'][^<>]{0,80}>([^<]{0,300})"""
)
_ADVICE_BLOCK = re.compile(
    r"""class=["'][^"'<>]{0,80}weui-msg__desc[^"'<>]{0,80}["'][^<>]{0,80}>(.{0,600})""", re.DOTALL
)
_SCRIPT = re.compile(r"<(script|style)\b[^<>]{0,500}>[^<]{0,3000}</\1\s*>")
_MARKUP = re.compile(r"<[^<>]{0,2000}>?")

_TIMES = ("var ct", "window.ct", "create_time", "oriCreateTime", "ori_send_time")
_TIME_TEXTS = ("create_time", "var createTime")
_SECONDS = re.compile(r"""\s{0,4}[:=]\s{0,4}["'](\d{10})["']""")
_WRITTEN = re.compile(r"""\s{0,4}[:=]\s{0,4}(?:JsDecode\()?["'](\d{4}-\d{2}-\d{2} \d{2}:\d{2})["']""")
_NUMBER = re.compile(r"""\s{0,4}[:=]\s{0,4}["'](\d{1,2})["']""")
_ACCOUNT = re.compile(r"""\s{0,4}=\s{0,4}["'](gh_[0-9a-f]{6,20})["']""")
_TITLE = re.compile(r"""\s+content=(?:"([^"]{0,400})"|'([^']{0,400})')""")


@dataclass(frozen=True, slots=True)
class WeChatLook:
    """What a page told: its kind, title, address and time where it is a post, the notice's words where not."""

    page: WeChatPage
    title: str = ""
    url: str = ""
    published: datetime | None = None
    notice: str = ""


def tell(text: str, url: str = "") -> WeChatLook:
    """Tell what a page is, by the blocks that it is made of; `url` is where it finally came from.

    Blocks with these names also stand on copies elsewhere, so the page must come from the platform's own host
    or use the platform's own files.
    """
    ours = _is_from_platform(url) or any(mark in text for mark in _OURS)
    notice = _notice_block(text)
    if any(mark in text for mark in _ARTICLE_BODIES) and (notice is None or _published(text)):
        return _post(text) if ours else WeChatLook(WeChatPage.NOT_WECHAT)
    if notice is not None and ours:
        return _told_notice(notice)
    if len(text) <= _BARE_LONGEST and (bare := _BARE.search(text)):
        return _told_notice(text[bare.start() : bare.start() + _NOTICE_LENGTH])
    if any(mark in text for mark in _CAPTCHAS) and ours:
        return WeChatLook(WeChatPage.BLOCKED)
    if "about-page" in text and _PROFILE.search(text) and ours:
        return WeChatLook(WeChatPage.PROFILE)
    return WeChatLook(WeChatPage.NOT_WECHAT)


def read_page(source: Source, look: WeChatLook) -> Reading:
    """What a told page teaches about the account that it was given as a source for.

    One post is not the account: a living post is a lower bound (`partial_list`), a deleted or violating one
    is no verdict on anybody.
    """
    reason = _REASONS.get(look.page)
    if reason is not None:
        raise Unreadable(reason, look.notice)
    posts, undated = build_posts(source, [(look.title, look.url, look.published, look.title)])
    partial = gap("全部作品", AccountGap.PARTIAL_LIST, source.url)
    return Reading(kind=SourceKind.PAGE, posts=posts, undated=undated, gaps=(partial,))


def is_album(document: object) -> bool:
    """Whether a decoded JSON document is an album's list."""
    return isinstance(document, dict) and isinstance(document.get("getalbum_resp"), dict)


def read_album(source: Source, document: dict[str, Any]) -> Reading:
    """The articles of an album; an album never is the whole output of an account."""
    listed = document["getalbum_resp"].get("article_list")
    articles = [listed] if isinstance(listed, dict) else listed if isinstance(listed, list) else []
    posts, undated = build_posts(source, _album_found(articles))
    partial = gap("全部作品", AccountGap.PARTIAL_LIST, source.url)
    return Reading(kind=SourceKind.PAGE, posts=posts, undated=undated, gaps=(partial,))


def _album_found(articles: list[Any]) -> Iterator[tuple[str, str, datetime | None, str]]:
    for article in articles:
        if isinstance(article, dict):
            title, written = str(article.get("title") or ""), str(article.get("create_time") or "")
            yield title, str(article.get("url") or ""), read_moment(written), f"{title} {written}"


def _is_from_platform(url: str) -> bool:
    try:
        return urlsplit(url).hostname == _HOST
    except ValueError:
        return False


def _notice_block(text: str) -> str | None:
    """The markup from the notice block on, None where the page has no such block."""
    for at in islice(_positions(text, "weui-msg"), 100):
        block = _NOTICE.search(text, max(0, at - 420), at + 12)
        if block is not None:
            return text[block.start() : block.start() + _NOTICE_LENGTH]
    return None


def _told_notice(block: str) -> WeChatLook:
    """The notice's kind by its own title, and only where that says nothing known, by its advice."""
    title, advice = _TITLE_BLOCK.search(block), _ADVICE_BLOCK.search(block)
    parts = [title[1] if title else "", advice[1] if advice else ""]
    if title is None:
        parts = [_SCRIPT.sub(" ", block)]
    words = [" ".join(html.unescape(_MARKUP.sub(" ", part)).split()) for part in parts]
    for part in words:
        for page, pattern in _NOTICES:
            if pattern.search(part):
                return WeChatLook(page, notice=" ".join(words)[:200].strip())
    return WeChatLook(WeChatPage.UNKNOWN_NOTICE, notice=" ".join(words)[:200].strip())


def _post(text: str) -> WeChatLook:
    return WeChatLook(
        page=_post_kind(text),
        title=_property(text, "og:title"),
        url=_property(text, "og:url"),
        published=_published(text),
    )


def _property(text: str, name: str) -> str:
    for at in _positions(text, f'property="{name}"'):
        found = _TITLE.match(text, at + len(name) + 11)
        if found:
            return html.unescape(found[1] or found[2] or "")
    return ""


def _post_kind(text: str) -> WeChatPage:
    shown = set(_values(text, ("item_show_type",), _NUMBER))
    if "8" in shown or "page_share_img" in text:
        return WeChatPage.PICTURE_SHARE
    if "10" in shown or "page_share_text" in text:
        return WeChatPage.TEXT_SHARE
    reposted = next(_values(text, ("source_username",), _ACCOUNT), None)
    return WeChatPage.REPOST if reposted else WeChatPage.ARTICLE


def _published(text: str) -> datetime | None:
    """The page's own publication time: the first that stands under the most telling name."""
    numbers = (from_unix(int(value)) for value in _values(text, _TIMES, _SECONDS))
    first = next((moment for moment in numbers if moment is not None), None)
    return first or next((read_moment(value) for value in _values(text, _TIME_TEXTS, _WRITTEN)), None)


def _values(text: str, names: tuple[str, ...], pattern: re.Pattern[str]) -> Iterator[str]:
    """What stands behind each occurrence of a name: pages are megabytes, so names are found first."""
    for name in names:
        for at in _positions(text, name):
            found = pattern.match(text, at + len(name))
            if found:
                yield found[1]


def _positions(text: str, word: str) -> Iterator[int]:
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + 1)
