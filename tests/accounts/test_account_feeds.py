from __future__ import annotations

import json
import time
import tracemalloc
from datetime import datetime
from pathlib import Path

import pytest
from loopback import AS_OF, rss

from checks.facts import SourceKind
from monitor.collect.accounts.moments import SHANGHAI
from monitor.collect.accounts.reading import Reading, Source
from monitor.collect.accounts.reasons import AccountGap, Unreadable
from monitor.collect.accounts.sniff import read_source
from monitor.collect.failures import Failure


def read(body: bytes, **more: str) -> Reading:
    return read_source(Source.of("https://feeds.example/one.xml", body, AS_OF, AS_OF, **more))


def reason_of(body: bytes) -> object:
    with pytest.raises(Unreadable) as refused:
        read(body)
    return refused.value.reason


ATOM = """<?xml version="1.0" encoding="{charset}"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>政务发布</title><updated>2026-09-29T01:00:00Z</updated>
<entry><title>第一条 &amp; 说明</title><link rel="alternate" href="https://a.example/1?x=1&amp;y=2"/><id>urn:1</id>
<published>2026-09-20T08:00:00+08:00</published><updated>2026-09-29T09:00:00+08:00</updated></entry>
<entry><title>第二条</title><link href="https://a.example/2"/><id>urn:2</id><updated>2026-09-21</updated></entry>
<entry><title>无日期</title><link href="https://a.example/3"/><id>urn:3</id></entry></feed>"""


def test_atom_published_goes_before_updated_and_undated_entries_are_counted() -> None:
    reading = read(ATOM.format(charset="utf-8").encode())
    assert [(post.title, post.url, post.published.isoformat()) for post in reading.posts] == [
        ("第一条 & 说明", "https://a.example/1?x=1&y=2", "2026-09-20T08:00:00+08:00"),
        ("第二条", "https://a.example/2", "2026-09-21T00:00:00+08:00"),
    ]
    assert (reading.undated, reading.gaps, reading.kind) == (1, (), SourceKind.FEED)


@pytest.mark.parametrize(
    ("declared", "real"),
    [
        ("gb2312", "gb18030"), ("gbk", "gb18030"), ("utf-8", "gb18030"), ("gb2312", "utf-8"), ("utf-8", "utf-8-sig"),
        ("iso-8859-1", "gb18030"), ("nonsense", "utf-8"), ("utf-16", "utf-16"), ("utf-8", "utf-16-le"),
        ("utf-16", "utf-8"), ("gb2312", "gb2312"),
    ],
)  # fmt: skip
def test_bytes_beat_what_is_declared(declared: str, real: str) -> None:
    reading = read(ATOM.format(charset=declared).encode(real))
    assert [post.title for post in reading.posts] == ["第一条 & 说明", "第二条"]


def test_one_broken_byte_does_not_turn_utf8_into_gibberish() -> None:
    body = rss("2026-09-20 10:00").replace("通知".encode(), "通".encode() + b"\xe7\x9f")
    assert read(body).posts[0].title.startswith("关于做好某项工作的通")


def test_naive_chinese_times_are_shanghai_and_cst_is_china() -> None:
    reading = read(rss("2026年09月16日 00:05", "Wed, 16 Sep 2026 00:05:00 CST", "2026-09-16 00:05:00"))
    assert {post.published for post in reading.posts} == {datetime(2026, 9, 16, 0, 5, tzinfo=SHANGHAI)}


def test_a_date_without_a_year_is_never_guessed() -> None:
    written = ("05-18", "Sep 24", "now", "2026-02-31 10:00", "05-18<!-- x -->", "05<b/>-18", "x" * 300)
    reading = read(rss(*written))
    assert (reading.posts, reading.undated) == ((), len(written))


def test_rdf_with_dublin_core_dates_inside_cdata() -> None:
    body = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
    xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"><title>t</title></channel>
    <item rdf:about="https://a.example/1"><title><![CDATA[甲 <b>乙</b>]]></title>
    <link><![CDATA[https://a.example/1?a=1&b=2]]></link>
    <dc:date><![CDATA[ 2026/9/20 8:05 ]]></dc:date></item></rdf:RDF>"""
    (post,) = read(body.encode()).posts
    assert (post.url, post.published.hour) == ("https://a.example/1?a=1&b=2", 8)


def test_broken_markup_is_read_as_far_as_it_goes() -> None:
    body = rss("2026-09-20 10:00", "2026-09-21 10:00").replace(
        "关于".encode(), "A&B &nbsp;&hellip; &x; <br> 关于".encode()
    )
    reading = read(body[: body.index(b"</channel>")])
    assert [post.published.day for post in reading.posts] == [20, 21]


def test_json_feed_with_every_kind_of_date() -> None:
    items = [
        {"id": "1", "url": "https://a.example/1", "title": "甲", "date_published": "2026-09-20T00:00:00Z"},
        {
            "id": "2",
            "external_url": "https://a.example/2",
            "content_text": "乙",
            "date_published": 1790235000,
        },
        {"id": "3", "title": "丙", "date_modified": "2026-09-22 10:00"},
        {"id": "4", "title": "丁"},
        "junk",
        {"id": "5", "title": "戊", "date_published": True},
        {"id": "6", "title": "己", "date_published": 10**400},
    ]
    reading = read(json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items}).encode())
    assert [post.title for post in reading.posts] == ["甲", "乙", "丙"]
    assert reading.undated == 3


@pytest.mark.parametrize(
    "body",
    [
        b"<rss version='2.0'><channel><title>t</title></channel></rss>",
        b'<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title></feed>',
        b'{"version":"https://jsonfeed.org/version/1","items":[]}',
    ],
)
def test_an_empty_feed_is_no_proof_of_silence(body: bytes) -> None:
    reading = read(body)
    assert (reading.posts, [gap.reason for gap in reading.gaps]) == ((), [AccountGap.EMPTY_FEED.value])
    assert all(gap.ours for gap in reading.gaps)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("<html><head><title>x</title></head><body>an ordinary page</body></html>", AccountGap.NOT_A_FEED),
        ("<!DOCTYPE html><html><body><p>讨论 <rss> 的文章</p></body></html>", AccountGap.NOT_A_FEED),
        (
            "<html><script>$_ts=window['$_ts'];$_ts.nsd=1</script><body></body></html>",
            Failure.SCRIPT_CHALLENGE,
        ),
        ("<script>document.cookie='__jsl_clearance=1'</script>", Failure.SCRIPT_CHALLENGE),
        ("<html><body>创宇盾提示您: 当前请求被拦截</body></html>", Failure.BLOCKED),
        (
            "<html><body>创宇盾</body>" + "<p>某地召开网络安全工作会议部署任务</p>" * 200,
            AccountGap.NOT_A_FEED,
        ),
        ("<html><body><form><input name=p type='password'></form></body></html>", AccountGap.LOGIN_WALL),
        ("<html><title>Sina Visitor System</title></html>", AccountGap.LOGIN_WALL),
        ("", Failure.EMPTY_REPLY),
        ("   \x00 ", Failure.EMPTY_REPLY),
        ("just words", AccountGap.NOT_A_FEED),
        ("{}", AccountGap.NOT_A_FEED),
        ("[1, 2]", AccountGap.NOT_A_FEED),
        ('{"items": [', AccountGap.FEED_UNREADABLE),
        ("[" * 100_000, AccountGap.FEED_UNREADABLE),
        ('{"a":' * 100_000, AccountGap.FEED_UNREADABLE),
    ],
)
def test_what_is_no_feed_is_told_apart(body: str, reason: object) -> None:
    assert reason_of(body.encode()) == reason


def bomb() -> str:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "lol">{levels}]>'


def test_entity_expansion_expands_nothing() -> None:
    body = rss("2026-09-20 10:00").replace(b'<?xml version="1.0" encoding="utf-8"?>', bomb().encode())
    body = body.replace("关于".encode(), b"&l9;").replace(b"<item>", b'<item about="&l9;">')
    (post,) = read(body).posts
    assert "lollol" not in post.title


def test_external_entities_are_never_opened() -> None:
    secret = "/etc/hostname"
    doctype = (
        f'<!DOCTYPE r [<!ENTITY x SYSTEM "file://{secret}"><!ENTITY % p SYSTEM "http://127.0.0.1:1/d"> %p;]>'
    )
    body = (
        rss("2026-09-20 10:00")
        .replace(b"<rss", doctype.encode() + b"<rss")
        .replace("关于".encode(), b"[&x;]")
    )
    (post,) = read(body).posts
    assert Path(secret).read_text(encoding="utf-8").strip() not in post.title


def test_an_old_document_type_and_one_with_comments_are_just_left_out() -> None:
    for doctype in (
        '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.example/rss.dtd">',
        "<!DOCTYPE rss [<!-- it's > ] only a comment --><!ENTITY nbsp '&#160;'>]>",
    ):
        body = rss("2026-09-20 10:00").replace(b"<rss", doctype.encode() + b"<rss")
        assert len(read(body).posts) == 1


HOSTILE = {
    "100,000 nested tags": rss("2026-09-20 10:00").replace("关于".encode(), b"<a>" * 100_000),
    "100,000 nested and closed": rss("2026-09-20 10:00").replace(
        "关于".encode(), b"<a>" * 100_000 + b"</a>" * 100_000
    ),
    "100,000 nested items": b"<rss><channel>" + b"<item>" * 19_999,
    "open CDATA": b"<rss><channel><item>" + b"<![CDATA[" * 100_000,
    "open comments": b"<rss><channel><item>" + b"<!--" * 200_000,
    "open dates": b"<rss><channel><item>" + b"<pubDate> " * 100_000,
    "blank dates": b"<rss><channel><item><pubDate>" + b" " * 3_000_000 + b"</pubDate></item></channel></rss>",
    "one endless attribute": b"<rss><channel><item a='" + b"x" * 3_000_000,
    "ampersands": b"<rss><channel><item><title>" + b"&" * 1_000_000 + b"</title></item></channel></rss>",
    "half entities": b"<rss><channel><item><title>" + b"&aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" * 50_000,
    "endless declaration": b"<?xml " + b"a" * 1_000_000 + b"<rss><channel></channel></rss>",
    "endless document type": b"<!DOCTYPE " + b"[" * 1_000_000 + b"<rss><channel></channel></rss>",
    "document type of quotes": b"<!DOCTYPE x [" + b"<!-- ' -->" * 20_000 + b"]><rss><channel/></rss>",
    "NUL bytes": rss("2026-09-20 10:00").replace(b"<", b"\x00<\x00"),
    "control characters": rss("2026-09-20 10:00").replace(b">", b">\x01\x0b\x1f"),
    "links without end": b"<feed><entry>" + b"<link" * 200_000,
    "weibo-like": b'<html>weibo.cn class="c" id="M_' + b'<div class="c" id="M_x">' * 50_000,
    "WeChat-like": b"<html>res.wx.qq.com" + b'<div class="weui-msg' * 50_000,
    "JSON items": b'{"items":[' + b'{"title":"a"},' * 15_000 + b'{"title":"b"}]}',
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_bodies_cost_little_and_end_typed(name: str) -> None:
    body = HOSTILE[name]
    tracemalloc.start()
    before = time.process_time()
    try:
        outcome = f"{len(read(body).posts)} posts"
    except Unreadable as refused:
        outcome = str(refused.reason)
    cpu, peak = time.process_time() - before, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    print(f"{name:28s} {len(body):>9,d} bytes -> {outcome:24s} {cpu:6.2f} s CPU, {peak / 1e6:6.1f} MB")
    assert peak < 40 * len(body) + 60_000_000


def test_nul_bytes_and_control_characters_do_not_lose_the_post() -> None:
    for name in ("NUL bytes", "control characters"):
        assert [post.published.day for post in read(HOSTILE[name]).posts] == [20], name


def test_items_that_no_parser_reads_make_the_list_partial() -> None:
    """An old post that was read must not stand for newer ones behind the break."""
    body = rss("2026-01-01 10:00") + b"<item><title>" + b"<a>" * 300 + b"<item>" * 3
    gaps = [gap.reason for gap in read(body).gaps]
    assert gaps == [AccountGap.PARTIAL_LIST.value]


def test_too_much_is_refused_and_not_cut_because_the_newest_could_be_cut_off() -> None:
    item = b"<item><title>x</title><pubDate>2020-01-01</pubDate></item>"
    assert reason_of(b"<rss><channel>" + item * 20_001 + b"</channel></rss>") == AccountGap.TOO_MANY_ITEMS
    assert len(read(b"<rss><channel>" + item * 20_000 + b"</channel></rss>").posts) == 20_000
    assert reason_of(b"<rss><channel>" + b" " * 50_000_000 + b"</channel></rss>") == Failure.TOO_LARGE
    assert reason_of(b'{"items":[' + b"1," * 20_001 + b"1]}") == AccountGap.TOO_MANY_ITEMS


@pytest.mark.parametrize(
    ("extra", "offered"),
    [
        ("", None),
        ("<slash:comments>0</slash:comments>", True),
        ("<comments>https://a.example/1#comments</comments>", True),
        ("<comments>closed</comments>", None),
    ],
)
def test_comments_show_a_way_to_talk_back_and_silence_says_nothing(extra: str, offered: bool | None) -> None:
    reading = read(rss("2026-09-20 10:00", extra=extra))
    assert reading.offered is offered
    assert (reading.offered_seen is None) == (offered is None)


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("https://a.example/1", "https://a.example/1"),
        ("/news/1.html", "https://feeds.example/news/1.html"),
        ("", "https://feeds.example/one.xml"),
        ("javascript:alert(1)", "https://feeds.example/one.xml"),
        ("https://a.example/" + "x" * 9_000, "https://feeds.example/one.xml"),
    ],
)
def test_a_post_has_an_address_that_can_be_opened(link: str, address: str) -> None:
    body = rss("2026-09-20 10:00").replace(b"https://posts.example/0", link.encode())
    assert read(body).posts[0].url == address


def test_evidence_points_into_the_feed() -> None:
    reading = read(rss("2026-09-20 10:00"))
    seen = reading.posts[0].seen
    assert seen.url == "https://feeds.example/one.xml"
    assert len(seen.sha256) == 64
    assert "2026-09-20" in seen.excerpt
