"""Dates: every written form, every noise line, the order of trust."""

from __future__ import annotations

from datetime import date

import pytest
from reading import page

from checks.facts.base import DateSource
from monitor.collect.extract.addresses import day_in
from monitor.collect.extract.dates import narrow, read_day, scan

DAY = date(2026, 9, 4)
WRITTEN = [
    "2026-09-04", "2026-9-4", "2026.09.04", "2026/9/4", "2026年09月04日", "2026年9月4日", "2026年9月4", "２０２６－０９－０４", "2026 - 09 - 04",
    "[2026-09-04]", "2026-09-04 15:30", "2026-09-04 15:30:00", "2026-09-04-21:50:00", "2026-09-04T15:30:00", "二〇二六年九月四日", "二○二六年九月四日",
    "\n04\x1f2026-09\n", "\n4\x1f2026/9\n", "\n09-04\x1f2026\n", "\n2026\x1f09-04\n", "\n2026-09\x1f04\n", "\n2026年\x1f9月4日\n",
]  # fmt: skip


@pytest.mark.parametrize("text", WRITTEN)
def test_written_forms(text: str) -> None:
    assert [hit.day for hit in scan(narrow(text))] == [DAY]


@pytest.mark.parametrize(
    "text",
    [
        "1970-01-01",
        "2026-02-30",
        "2026-13-01",
        "2026-00-10",
        "12026-09-04",
        "2026-09-045",
        "2026.09.04.1",
        "150102001000",
        "电话2026-090412",
        "1/2/3",
        "2026",
    ],
)
def test_no_dates(text: str) -> None:
    assert scan(narrow(text)) == []


ADDRESSES = {
    "/a/202609/t20260904_1234.html": DAY, "/art/2026/9/4/art_1_2.html": DAY, "/xam/2026-09/04/article_2026090412345678901.html": DAY, "/site/c1/20260904/abc.html": DAY,
    "/2026/09-04/77.html": DAY, "/n/202609/04/c1.html": DAY, "/x/article_2026090401234567890.html": DAY, "/am/2026/9/4/U_1_2.html?pid=3": DAY,
    "/site/c100186/202609/0123456789abcdef0123456789abcdef.shtml": None, "/x.html?timestamp=2026-09-04": None, "/a/20269999/x.html": None, "/show/20260904": DAY, "/p/12345678.html": None,
}  # fmt: skip


@pytest.mark.parametrize("path", ADDRESSES)
def test_days_in_addresses(path: str) -> None:
    assert day_in("http://www.example.gov.cn" + path) == ADDRESSES[path]


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2022-02-11 08:52", date(2022, 2, 11)),
        ("2020年08月02日", date(2020, 8, 2)),
        ("2026-09-28-21:50:00", date(2026, 9, 28)),
        ("20260904", DAY),
        (0, None),
        ("0", None),
        (True, None),
        ("1970-01-01 08:00", None),
        (None, None),
        ("昨天", None),
    ],
)
def test_values(value: object, day: date | None) -> None:
    assert read_day(value) == day


ARTICLE = "<h1>关于开展防火检查工作的通知</h1>{}<div class=content><p>{}</p></div>"


def when(
    under: str, body: str = "正文" * 30, head: str = "", url: str = "http://www.example.gov.cn/a/b.html"
):
    return page(ARTICLE.format(under, body), head=head, url=url).published


@pytest.mark.parametrize(
    "line",
    [
        "发布时间：2026-09-04 10:00",
        "发布日期：2026年9月4日　来源：本站",
        "<span>时间：</span><span>2026-09-04</span>",
        "<td>发布日期</td><td>2026-09-04</td>",
        "信息来源：某局　2026-09-04　浏览次数：12",
        "<p>[2026-09-04 09:12]</p>",
        "日期：2026/9/4 字号：[大 中 小]",
        "发文日期：2026-09-04",
        "更新时间：2026-09-04",
        "<table><tr><td>索引号</td><td>1234</td><td>成文日期</td><td>2026-01-01</td><td>发布日期</td><td>2026-09-04</td></tr></table>",
        "ᠨᠡᠶ᠋ᠢᠲᠡᠯᠡᠭᠰᠡᠨ ᠴᠠᠭ᠄ 2026-09-04",
    ],
)
def test_labelled_date_by_the_title(line: str) -> None:
    got = when(f"<div class=info>{line}</div>")
    assert got is not None
    assert (got.day, got.source) == (DAY, DateSource.LABEL)


@pytest.mark.parametrize(
    "line",
    [
        "今天是2026年9月4日 星期五",
        "2026年9月4日 星期五",
        "成文日期：2026-09-04",
        "统计期限：2026-09-04",
        "截止日期：2026-09-04",
        "施行日期：2026-09-04",
        "北京时间：2026-09-04 12:00:00",
        "天气 2026-09-04 晴",
        "开通时间：2026-09-04",
    ],
)
def test_noise_is_no_publishing_date(line: str) -> None:
    got = when(f"<div class=x>{line}</div>")
    assert got is None or got.source is not DateSource.LABEL


def test_order_of_trust() -> None:
    tag = "<meta name=PubDate content='2026-09-02 10:00'>"
    url = "http://www.example.gov.cn/a/t20260903_1.html"
    label = "<p>发布时间：2026-09-04</p>"
    assert when(label, head=tag, url=url).source is DateSource.LABEL
    assert when("", head=tag, url=url).source is DateSource.TAG
    assert when("", url=url).source is DateSource.ADDRESS
    got = page(ARTICLE.format(label, "正文"), head=tag, url=url)
    assert [one.day.day for one in got.dates] == [4, 2, 3]


def test_a_tag_of_regeneration_is_distrusted() -> None:
    head = "<meta name=PubDate content='2026-09-20 10:00:43'><meta name=others content='页面生成时间 2026-09-20 10:00:43'>"
    got = when("", head=head, url="http://www.example.gov.cn/a/t20170515_1.html")
    assert got is not None
    assert (got.source, got.day) == (DateSource.ADDRESS, date(2017, 5, 15))


def test_sidebar_dates_are_not_the_articles() -> None:
    side = "<div class='sidebar'><h3>热点排行</h3><ul><li><a href='/x/1.html'>某某会议顺利召开的消息</a><span>2026-12-01</span></li></ul></div>"
    got = page(side + ARTICLE.format("<p>发布时间：2026-09-04</p>", "正文"))
    assert got.published is not None
    assert got.published.day == DAY


def test_signature_and_sentence_dates_are_last_resort() -> None:
    got = when(
        "",
        "定于2026年8月1日召开。" * 3 + "</p><p>2026年7月30日",
        url="http://www.example.gov.cn/a/t20260903_1.html",
    )
    assert got is not None
    assert got.source is DateSource.ADDRESS


def test_future_dates_are_returned() -> None:
    assert when("<p>发布时间：2099-01-01</p>").day == date(2099, 1, 1)
