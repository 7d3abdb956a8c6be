"""Stores, handed-in rows, WeChat and weibo pages: what each answer teaches and what it must not."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from loopback import AS_OF

from checks.facts import SourceKind
from monitor.collect.accounts import wechat, weibo
from monitor.collect.accounts.handedin import canonical_row, read_rows
from monitor.collect.accounts.moments import SHANGHAI
from monitor.collect.accounts.reading import Reading, Source
from monitor.collect.accounts.reasons import SAYS, AccountGap, Unreadable, says
from monitor.collect.accounts.sniff import read_source
from monitor.collect.accounts.wechat import WeChatPage
from monitor.collect.failures import Failure
from registry.model import HandedInPost


def read(body: str, url: str = "https://source.example/", **more: Any) -> Reading:
    source = Source.of(url, body.encode(), AS_OF, AS_OF)
    return read_source(replace(source, **more))


def reason_of(body: str, **more: Any) -> object:
    with pytest.raises(Unreadable) as refused:
        read(body, **more)
    return refused.value.reason


def store(count: object, *results: object) -> str:
    return json.dumps({"resultCount": count, "results": list(results)})


APP = {
    "trackId": 1234,
    "bundleId": "cn.gov.example.app",
    "trackName": "某政务",
    "version": "2.1.0",
    "currentVersionReleaseDate": "2026-08-01T07:00:00Z",
    "sellerName": "某某市大数据中心",
}


def test_a_store_entry_is_read() -> None:
    entry = read(store(1, APP), handle="1234").store
    assert entry is not None
    assert (entry.found, entry.version, entry.seller) == (True, "2.1.0", "某某市大数据中心")
    assert entry.released == datetime(2026, 8, 1, 15, 0, tzinfo=SHANGHAI)


def test_only_the_stores_own_zero_means_not_found() -> None:
    entry = read(store(0)).store
    assert entry is not None
    assert (entry.found, entry.version, entry.released, entry.seen.excerpt) == (
        False,
        None,
        None,
        '"resultCount": 0',
    )


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (store(0, APP), AccountGap.STORE_UNREADABLE),
        (store(1), AccountGap.STORE_UNREADABLE),
        (store("0"), AccountGap.STORE_UNREADABLE),
        (store(None), AccountGap.STORE_UNREADABLE),
        (store(False), AccountGap.STORE_UNREADABLE),
        (store(-1), AccountGap.STORE_UNREADABLE),
        ('{"resultCount":0}', AccountGap.STORE_UNREADABLE),
        ('{"resultCount":0,"results":null}', AccountGap.STORE_UNREADABLE),
        ('{"resultCount":0,"results":[]', AccountGap.FEED_UNREADABLE),
        ('{"errorMessage":"Invalid value"}', AccountGap.NOT_A_FEED),
        (store(2, APP, {**APP, "trackId": 9, "bundleId": "b"}), AccountGap.STORE_AMBIGUOUS),
        (store(1, "junk"), AccountGap.STORE_AMBIGUOUS),
        ("<html><body>无法连接到 App Store</body></html>", AccountGap.NOT_A_FEED),
    ],
)
def test_whatever_else_a_store_says_never_means_not_found(body: str, reason: AccountGap) -> None:
    assert reason_of(body) == reason


def test_a_zero_over_a_bad_certificate_is_not_believed() -> None:
    assert reason_of(store(0), trusted=False) == AccountGap.STORE_UNTRUSTED
    assert read(store(1, APP), trusted=False).store is not None


def test_the_right_app_is_picked_by_its_own_id_and_odd_values_are_left_out() -> None:
    other = {**APP, "trackId": 9, "bundleId": "b", "version": "1"}
    for handle in ("1234", "cn.gov.example.app"):
        entry = read(store(2, other, APP), handle=handle).store
        assert entry is not None
        assert entry.version == "2.1.0"
    odd = {"trackId": True, "version": ["2"], "currentVersionReleaseDate": "soon", "sellerName": {"a": 1}}
    entry = read(store(1, odd)).store
    assert entry is not None
    assert (entry.found, entry.version, entry.released, entry.seller) == (True, None, None, None)


def row(**more: Any) -> HandedInPost:
    values: dict[str, Any] = {
        "account_id": "A-1",
        "url": None,
        "title": "某项通知",
        "published": datetime(2026, 9, 20, 8, 0, tzinfo=SHANGHAI),
    }
    return HandedInPost(**{**values, **more})


def test_a_handed_in_row_is_its_own_evidence() -> None:
    reading = read_rows((row(), row(url="https://mp.weixin.qq.com/s/x")), AS_OF)
    assert reading is not None
    first, second = reading.posts
    assert first.url == first.seen.url
    assert first.url.startswith("handed-in:A-1/")
    assert second.url == "https://mp.weixin.qq.com/s/x"
    assert first.seen.sha256 != second.seen.sha256
    assert reading.kind is SourceKind.HANDED_IN
    assert read_rows((), AS_OF) is None


def test_the_digest_of_a_row_depends_on_what_it_says_and_not_on_the_zone_it_is_held_in() -> None:
    utc = row(published=datetime.fromisoformat("2026-09-20T00:00:00+00:00"))
    assert canonical_row(utc) == canonical_row(row())
    naive = row(published=datetime.fromisoformat("2026-09-20T08:00:00"))
    assert canonical_row(naive) == canonical_row(row())
    assert canonical_row(row(interaction=True)) != canonical_row(row())


@pytest.mark.parametrize(
    ("said", "offered"),
    [
        ((None, None), None),
        ((None, True), True),
        ((False, True), True),
        ((False, None), False),
        ((False, False), False),
    ],
)
def test_rows_that_speak_of_interaction(said: tuple[bool | None, ...], offered: bool | None) -> None:
    reading = read_rows(tuple(row(interaction=value) for value in said), AS_OF)
    assert reading is not None
    assert reading.offered is offered
    assert (reading.offered_seen is None) == (offered is None)


def notice(title: str, advice: str = "") -> str:
    return (
        '<html><body class="zh_CN wx_wap_page"><script src="//res.wx.qq.com/a.js"></script><div class="weui-msg">'
        f'<div class="weui-msg__text-area"><h2 class="weui-msg__title warn">{title}</h2>'
        f'<div class="weui-msg__desc"><p>{advice}</p></div></div></div></body></html>'
    )


def article(words: str, data: str = "", show_type: str = "0") -> str:
    return (
        '<html><head><meta property="og:title" content="标题 &amp; 副题" />'
        '<meta property="og:url" content="https://mp.weixin.qq.com/s?__biz=A&amp;mid=1" /></head>'
        f'<body class="wx_wap_page"><div id="js_content" style="visibility: hidden">{words}</div>'
        f"<script>var svr_time = \"1790999999\" * 1; item_show_type = '{show_type}'; {data}</script></body></html>"
    )


CT = 'var ct = "1790235000"; '


@pytest.mark.parametrize(
    ("title", "page"),
    [
        ("该内容已被发布者删除", WeChatPage.DELETED),
        ("This content has been deleted by its author", WeChatPage.DELETED),
        ("此内容因违规无法查看", WeChatPage.VIOLATION),
        ("该内容暂时无法查看", WeChatPage.UNAVAILABLE),
        ("环境异常", WeChatPage.BLOCKED),
        ("该公众号已迁移", WeChatPage.MIGRATED),
        ("此帐号已自主注销，内容无法查看", WeChatPage.CLOSED),
        ("该账号已被冻结", WeChatPage.FROZEN),
        ("此帐号已被屏蔽, 内容无法查看", WeChatPage.FROZEN),
        ("系统升级中", WeChatPage.UNKNOWN_NOTICE),
    ],
)
def test_notices_are_told_by_their_block_and_never_condemn_the_account(title: str, page: WeChatPage) -> None:
    body = notice(title, "由用户投诉并经平台审核" if page is WeChatPage.VIOLATION else "")
    assert wechat.tell(body).page is page
    assert isinstance(reason_of(body), AccountGap | Failure)


@pytest.mark.parametrize(
    "words",
    [
        "<p>平台提示“该内容已被发布者删除”时怎么办</p>",
        "<p>此内容因违规无法查看</p><p>环境异常</p><p>该公众号已迁移</p>",
        "<p>&lt;div class=&quot;weui-msg&quot;&gt;该内容已被发布者删除</p>",
        '<section class="weui-msg-like">该内容已被发布者删除</section>',
        "<div class='mesg-block'><p>该内容暂时无法查看</p></div>" + "<p>正文</p>" * 2000,
    ],
)
def test_an_article_may_quote_every_notice(words: str) -> None:
    look = wechat.tell(article(words, CT))
    assert look.page is WeChatPage.ARTICLE
    assert look.title == "标题 & 副题"
    assert look.url == "https://mp.weixin.qq.com/s?__biz=A&mid=1"
    assert look.published == datetime(2026, 9, 24, 15, 30, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("data", "published"),
    [
        (CT, True),
        ("create_time: '1790235000' * 1,", True),
        ("window.ct = '1790235000' || '';", True),
        ("create_time: JsDecode('2026-09-24 15:30'),", True),
        ("var createTime = '2026-09-24 15:30';", True),
        ("", False),
        ('var ct = "";', False),
        ("svr_time: '1790235000' * 1", False),
        ("var ct = e.el.getBoundingClientRect()", False),
    ],
)
def test_the_time_stands_in_scripts_and_the_visit_is_not_it(data: str, published: bool) -> None:
    reading = read(article("正文", data))
    assert (len(reading.posts), reading.undated) == ((1, 0) if published else (0, 1))
    if published:
        assert reading.posts[0].published == datetime(2026, 9, 24, 15, 30, tzinfo=SHANGHAI)
    assert [gap.reason for gap in reading.gaps] == [AccountGap.PARTIAL_LIST.value]


def bare_article(day: str) -> str:
    """A post that carries none of the platform's own files, as a text-only one may."""
    return (
        '<html><head><meta property="og:title" content="标题"></head><body><h1 id="activity-name">标题</h1>'
        '<em id="publish_time"></em><div id="js_content" style="visibility: hidden;"><p>正文</p></div>'
        f'<script>var createTime = "{day}"; var svr_time = "1790999999";</script></body></html>'
    )


@pytest.mark.parametrize(
    "url", ["https://mp.weixin.qq.com/s?__biz=A&mid=1", "http://MP.weixin.qq.com:443/s/abc"]
)
def test_a_living_post_from_the_platform_itself_is_a_lower_bound(url: str) -> None:
    reading = read(bare_article("2026-09-24 15:30"), url=url)
    assert reading.kind is SourceKind.PAGE
    assert [post.published for post in reading.posts] == [datetime(2026, 9, 24, 15, 30, tzinfo=SHANGHAI)]
    # an old post is no silence, and a recent one is no whole output
    assert [gap.reason for gap in reading.gaps] == [AccountGap.PARTIAL_LIST.value]
    assert reason_of(notice("该内容已被发布者删除").replace("res.wx.qq.com", "x"), url=url) is (
        AccountGap.POST_DELETED
    )


@pytest.mark.parametrize(
    "url",
    [
        "https://source.example/s?from=mp.weixin.qq.com",
        "https://mp.weixin.qq.com.source.example/s",
        "https://mp.weixin.qq.com@source.example/s",
        "https://[mp.weixin.qq.com/s",
    ],
)
def test_a_copy_elsewhere_is_no_post_of_the_account(url: str) -> None:
    assert wechat.tell(bare_article("2026-09-24 15:30"), url).page is WeChatPage.NOT_WECHAT


def test_a_list_of_dated_titles_on_any_other_page_is_not_known_to_be_the_accounts() -> None:
    rows = "".join(
        f'<li><a href="/a{day}.html">某某工作消息</a><span>2026-09-{day}</span></li>' for day in range(10, 28)
    )
    assert reason_of(f"<html><body><ul>{rows}</ul></body></html>") is AccountGap.NOT_A_FEED


def test_kinds_of_posts() -> None:
    assert wechat.tell(article("x", CT, "8")).page is WeChatPage.PICTURE_SHARE
    assert wechat.tell(article("x", CT, "10")).page is WeChatPage.TEXT_SHARE
    assert wechat.tell(article("x", CT + 'source_username = "gh_0123456789ab";')).page is WeChatPage.REPOST
    assert (
        wechat.tell("<html><body>普通网页 weui-msg 该内容已被发布者删除</body></html>").page
        is WeChatPage.NOT_WECHAT
    )


def test_an_album_is_read_and_never_taken_for_the_whole_output() -> None:
    articles = [
        {"title": "甲", "url": "https://mp.weixin.qq.com/s/1", "create_time": "1790235000"},
        {"title": "乙", "url": "https://mp.weixin.qq.com/s/2", "create_time": 1790235000},
        {"title": "丙", "url": "https://mp.weixin.qq.com/s/3"},
    ]
    reading = read(json.dumps({"getalbum_resp": {"article_list": articles, "continue_flag": "0"}}))
    assert (len(reading.posts), reading.undated) == (2, 1)
    assert [gap.reason for gap in reading.gaps] == [AccountGap.PARTIAL_LIST.value]
    for odd in ({}, {"article_list": None}, {"article_list": "x"}, {"article_list": [1, None]}):
        assert read(json.dumps({"getalbum_resp": odd})).posts == ()


def profile(*times: str, head: str = '<div class="u"></div>', pager: str = "") -> str:
    posts = "".join(
        f'<div class="c" id="M_P{number}"><div><span class="ctt">第{number}条</span>'
        f'<a href="https://weibo.cn/comment/P{number}" class="cc">评论[3]</a>'
        f'<span class="ct">{time}&nbsp;来自微博</span></div></div><div class="s"></div>'
        for number, time in enumerate(times)
    )
    return f"<html><body>weibo.cn{head}{posts}<div>{pager}</div></body></html>"


def test_a_weibo_profile_is_read() -> None:
    reading = read(
        profile("2026-09-20 08:00", "09月21日 09:00", "今天 10:00", "12分钟前"), "https://weibo.cn/u/1"
    )
    assert [post.published for post in reading.posts] == [
        datetime(2026, 9, 20, 8, 0, tzinfo=SHANGHAI),
        datetime(2026, 9, 21, 9, 0, tzinfo=SHANGHAI),
        datetime(2026, 9, 30, 10, 0, tzinfo=SHANGHAI),
        AS_OF - timedelta(minutes=12),
    ]
    assert (reading.gaps, reading.offered) == ((), True)
    assert reading.posts[0].url == "https://weibo.cn/comment/P0"


@pytest.mark.parametrize(
    ("url", "more"),
    [
        ("https://weibo.cn/u/1?page=2", {}),
        ("https://weibo.cn/u/1?filter=1", {}),
        ("https://weibo.cn/u/1", {"pager": "2/116页"}),
        ("https://weibo.cn/comment/x", {"head": ""}),
    ],
)
def test_any_other_page_of_a_profile_is_partial(url: str, more: dict[str, str]) -> None:
    reading = read(profile("2020-01-01 08:00", **more), url)
    assert [gap.reason for gap in reading.gaps] == [AccountGap.PARTIAL_LIST.value]


@pytest.mark.parametrize(
    ("text", "as_of", "expected"),
    [
        ("09月30日 11:59", AS_OF, datetime(2026, 9, 30, 11, 59, tzinfo=SHANGHAI)),
        ("09-30 11:59", AS_OF, datetime(2026, 9, 30, 11, 59, tzinfo=SHANGHAI)),
        ("10月01日 08:00", AS_OF, None),
        ("12月30日 08:00", datetime(2027, 1, 2, tzinfo=SHANGHAI), None),
        ("01月01日 08:00", datetime(2026, 12, 31, tzinfo=SHANGHAI), None),
        (
            "11月20日 08:00",
            datetime(2026, 12, 31, tzinfo=SHANGHAI),
            datetime(2026, 11, 20, 8, tzinfo=SHANGHAI),
        ),
        ("02月30日 08:00", AS_OF, None),
        ("昨天 08:00", AS_OF, None),
        ("", AS_OF, None),
    ],
)
def test_a_date_without_a_year_is_never_made_older_than_it_may_be(
    text: str, as_of: datetime, expected: datetime | None
) -> None:
    assert weibo.read_time(text, as_of) == expected


@given(
    st.datetimes(datetime.fromisoformat("2000-03-01"), datetime.fromisoformat("2090-01-01")),
    st.integers(0, 40),
    st.integers(0, 60),
)
def test_a_post_read_without_its_year_is_right_or_undated(naive: datetime, age: int, late: int) -> None:
    """The page is saved up to 60 days after the reference time; what is read is never before the truth."""
    as_of = naive.replace(tzinfo=SHANGHAI, second=0, microsecond=0)
    visit = as_of + timedelta(days=late)
    truth = visit - timedelta(days=age)
    if truth.year != visit.year:
        return  # weibo then writes the year
    shown = weibo.read_time(f"{truth:%m}月{truth:%d}日 {truth:%H:%M}", as_of)
    assert shown is None or shown == truth


def test_the_gate_of_weibo_is_a_wall() -> None:
    assert reason_of("<html><title>Sina Visitor System</title></html>") == AccountGap.LOGIN_WALL


def test_every_reason_has_words_for_people() -> None:
    assert set(SAYS) == set(AccountGap)
    assert all(says(reason) for reason in (*AccountGap, *Failure))
    assert not {reason.value for reason in AccountGap} & {failure.value for failure in Failure}
