"""Which connector reads an answer: told by what came, not by the address that was asked."""

from __future__ import annotations

import json
from typing import Any

from checks.facts import SourceKind
from monitor.collect.accounts import appstore, feeds, jsonfeed, notices, wechat, weibo
from monitor.collect.accounts.charset import decode_text
from monitor.collect.accounts.reading import Reading, Source
from monitor.collect.accounts.reasons import AccountGap, Unreadable
from monitor.collect.accounts.xmltext import MAX_BYTES
from monitor.collect.failures import Failure


def read_source(source: Source) -> Reading:
    """What the answer teaches; raises `Unreadable` with the reason where it teaches nothing.

    A web page that declares a feed of its own yields a reading with `feed_link` set and nothing else.
    """
    if len(source.body) > MAX_BYTES:
        raise Unreadable(Failure.TOO_LARGE, f"{len(source.body)} 字节, 上限 {MAX_BYTES}")
    text, _ = decode_text(source.body, source.charset)
    text = text.replace("\x00", "").lstrip("\ufeff \t\r\n")
    start = text[:1]
    if not start:
        raise Unreadable(Failure.EMPTY_REPLY, "正文为空")
    if start in "{[":
        return _read_json(source, text)
    if feeds.looks_like_feed(text):
        return feeds.read_feed(source, text)
    return _read_page(source, text)


def _read_json(source: Source, text: str) -> Reading:
    try:
        document: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable(AccountGap.FEED_UNREADABLE, f"JSON 无法解析: {str(error)[:120]}") from error
    if appstore.is_store_answer(document):
        return appstore.read_store_answer(source, document)
    if wechat.is_album(document):
        return wechat.read_album(source, document)
    if jsonfeed.is_json_feed(document):
        return jsonfeed.read_json_feed(source, document)
    raise Unreadable(AccountGap.NOT_A_FEED, "JSON 中没有条目列表")


def _read_page(source: Source, text: str) -> Reading:
    told = wechat.tell(text, source.url)
    if told.page is not wechat.WeChatPage.NOT_WECHAT:
        return wechat.read_page(source, told)
    if weibo.looks_like_weibo(text):
        return weibo.read_profile(source, text)
    if weibo.is_plain_edition(text):
        raise Unreadable(AccountGap.NO_POST_LIST)
    link = notices.declared_feed(text, source.url)
    if link is not None:
        return Reading(kind=SourceKind.PAGE, feed_link=link)
    raise Unreadable(notices.tell_page(text))
