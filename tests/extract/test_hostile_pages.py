"""Hostile pages cost bounded work and end in facts; facts do not depend on how a page is wrapped or encoded."""

from __future__ import annotations

import random
import re
import tracemalloc

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reading import URL, page, rows

from monitor.collect.extract.charset import decode
from monitor.collect.extract.data import read_data
from monitor.collect.extract.page import PageFacts
from monitor.collect.extract.read import read_page
from monitor.collect.extract.scripts import read_script
from monitor.collect.extract.tree import MAX_DEPTH, MAX_NODES, parse

FOOT = "<div class=footer>主办：甲旗人民政府 网站标识码：1500000001 蒙ICP备05000248号</div>"
LIST = (
    "<ul>"
    + "".join(
        f"<li><a href='./t2026090{n}_{n}.html'>关于第{n}项工作安排的通知</a><span>2026-09-0{n}</span></li>"
        for n in range(1, 6)
    )
    + "</ul>"
)

HOSTILE = {
    "nested divs": b"<div>" * 100_000,
    "nested tables": b"<table><tr><td>" * 50_000,
    "nested lists": b"<ul><li>" * 100_000,
    "nested links": b"<a href=x>" * 100_000,
    "formatting left open": b"<p>" + b"".join(b"<b id=%d>" % n for n in range(5_000)) + b"</p><p>x" * 5_000,
    "fonts left open": b"<p>" + b"".join(b"<font id=%d>" % n for n in range(1_900)) + b"</p><p>x" * 90,
    "100,000 links": b"".join(
        b"<li><a href='/a/%d.html'>\xe5\x85\xb3\xe4\xba\x8e\xe6\x9f\x90\xe4\xba\x8b%d</a>2026-09-0%d</li>"
        % (n, n, n % 9 + 1)
        for n in range(100_000)
    ),
    "30 MB of text": "字".encode() * 10_000_000,
    "30 MB of one tag": b"<p " + b"a" * 30_000_000,
    "NUL bytes": b"<h1>a\x00b</h1>\x00" * 1_000,
    "an open comment": b"<!--" + b"x" * 1_000_000,
    "digits": b"2026-09-" * 200_000,
    "almost dates": b"\n2026\x1f09\x1f" * 50_000,
    "spaces after a label": "主办单位：".encode() + b" " * 500_000,
    "labels": "标识码：".encode() * 100_000 + FOOT.encode(),
    "ICP": "蒙ICP备 ".encode() * 100_000,
    "brackets": b"[" * 500_000 + b"(" * 500_000,
    "quotes in a script": b"<script>var a='" + b"\\'" * 200_000 + b"</script>",
    "comment openers in a script": b"<script>" + b"/*" * 200_000 + b"</script>",
    "objects in a script": b"<script>var title=[" + b"{title:'a',url:" * 60_000 + b"</script>",
    "records without end": b"<script type='text/xml'>" + b"<record><![CDATA[" * 60_000 + b"</script>",
    "server marks": b"<%" * 300_000,
    "metas": b"<meta name=a content=b>" * 60_000,
    "frames": b"<iframe src=/a></iframe>" * 30_000,
    "header cells": "<tr><td>标题</td><td>状态</td></tr>".encode() * 30_000,
    "guide labels": "<p>申请条件</p>".encode() * 60_000,
    "percent escapes": b"<script>document.write(unescape('" + b"%u4E3B%3C" * 60_000 + b"'))</script>",
    "at signs": b"a@" * 200_000 + FOOT.encode(),
    "hidden blocks": b"<div style='display:none'><a href=http://x.example.com/>a</a></div>" * 20_000,
    "quotes in a live script": b"<script>fetch('/a/list.json');document.write('ICP"
    + b"\\'\"" * 200_000
    + b"</script>",
    "comments in a live script": b"<script>fetch('/a/list.json');document.write('ICP');"
    + b"/*" * 200_000
    + b"</script>",
    "templates in a live script": b"<script>fetch('/a/list.json');document.write('ICP');"
    + b"`${" * 200_000
    + b"</script>",
    "slashes in a live script": b"<script>location;fetch('/a/list.json');document.write('ICP');"
    + b"//*" * 200_000
    + b"</script>",
    "joined strings": b"<script>fetch('/a/list.json');var s='';"
    + b"s+='<p>ICP';s=s+s;" * 20_000
    + b"document.write(s);</script>",
    "short jumps": b"<script>location.x;/*/*/*/*/*/*/*/*/*/*/*</script>" * 30_000,
    "xml items": b"<item><title>" * 100_000,
    "proxy links": b"<script>dataproxy<nextgroup>" + b"<nextgroup>" * 100_000 + b"</script>",
    "random": random.Random(7).randbytes(300_000),
}


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.timeout(60)
def test_hostile_pages_end_in_facts(kind: str) -> None:
    assert isinstance(read_page(HOSTILE[kind], URL), PageFacts)


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.timeout(60)
def test_hostile_data_and_scripts(kind: str) -> None:
    read_data(HOSTILE[kind], URL)
    read_script(HOSTILE[kind], URL)


def test_depth_and_nodes_are_bounded_and_the_rest_is_read() -> None:
    deep = parse("<div>" * 100_000 + "<p>底</p>")
    assert len(deep.tags) <= MAX_DEPTH + 10
    assert "底" in deep.text
    wide = parse("<p>字</p>" * (MAX_NODES + 50_000))
    assert wide.cut
    assert len(wide.tags) <= MAX_NODES + 2


def test_facts_in_front_of_hostile_nesting_are_read() -> None:
    got = page(f"<div class=m>{LIST}</div>{FOOT}" + "<div>" * 50_000)
    assert len(rows(got.lists)) == 5
    assert ("site_code", "1500000001") in {(one.field, one.value) for one in got.footer}


def test_memory_of_a_large_page_is_bounded() -> None:
    body = HOSTILE["100,000 links"][:1_000_000]
    tracemalloc.start()
    read_page(body, URL)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 50 * len(body)


@settings(max_examples=120, deadline=None)
@given(st.binary(max_size=4_000))
def test_never_raises_on_bytes(body: bytes) -> None:
    read_page(body, URL)
    read_data(body, URL)
    read_script(body, URL)


WORDS = ["<ul>", "<li>", "</li>", "<a href='", "/t20260904_1.html", "'>", "关于某项工作的通知", "</a>", "2026-09-04", "<span>", "<table>", "<tr>", "<td>", "</td>", "<script>", "</script>", "<!--", "-->", "主办：", "网站标识码：", "1500000001", "蒙ICP备05000248号", "<div class=footer>", "</div>", "发布时间：", "<meta name=PubDate content=", ">", "document.write('", "')", "unescape(\"%3C", "标题", "状态", "来信内容", "答复内容", "申请条件", "办理地点", "[{", "title:'", "url:", "}]", "<record>", "<![CDATA[", "createPageHTML(3,0,'index','html')", "\x00", "&#x0;", "\ud7ff", "ᠴᠠᠭ"]  # fmt: skip


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(WORDS), max_size=60))
def test_never_raises_on_broken_markup(parts: list[str]) -> None:
    read_page("".join(parts).encode("utf-8", "surrogatepass"), URL, "text/html; charset=x-unknown")


def comparable(facts: PageFacts) -> tuple[object, ...]:
    return (
        [(one.heading, [(r.title, r.url, r.date) for r in one.rows]) for one in facts.lists],
        [(one.field, one.value, one.malformed) for one in facts.footer],
        facts.published and (facts.published.day, facts.published.source),
        facts.title,
        facts.heading,
        [one.url for one in facts.links],
    )


PAGE = f"<html><head><title>关于防火的通知</title><meta name='PubDate' content='2026-09-04 10:00'></head><body><div class='main' id='m'><h1>关于防火的通知</h1><p class='i'>发布时间：2026-09-04</p>{LIST}</div>{FOOT}</body></html>"


@pytest.mark.parametrize("charset", ["utf-8", "gb18030", "utf-8-sig", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("declared", ["utf-8", "gb2312", "gbk", "iso-8859-1", "x-nonsense", ""])
def test_charset_does_not_change_facts(charset: str, declared: str) -> None:
    head = f"<meta charset='{declared}'>" if declared else ""
    body = PAGE.replace("<head>", "<head>" + head).encode(charset)
    got = read_page(body, URL, f"text/html; charset={declared}" if declared else "")
    assert got.charset_faults == 0
    assert comparable(got) == comparable(read_page(PAGE.encode(), URL))


def test_attribute_order_quotes_and_wrappers_do_not_change_facts() -> None:
    plain = comparable(read_page(PAGE.encode(), URL))
    swapped = PAGE.replace(
        "<meta name='PubDate' content='2026-09-04 10:00'>",
        '<META content="2026-09-04 10:00"   NAME=PubDate />',
    ).replace("class='main' id='m'", "id=m class=main")
    wrapped = re.sub(
        r"<body>(.*)</body>",
        r"<body><div><div class=wrap><section>\1</section></div></div></body>",
        PAGE,
        flags=re.S,
    )
    upper = (
        PAGE.replace("<ul>", "<UL>").replace("</ul>", "</UL>").replace("<li>", "<LI>").replace("</li>", "")
    )
    for other in (
        swapped,
        wrapped,
        upper,
        PAGE.replace("><", ">\r\n\t<"),
        PAGE.replace("<body>", "<body><!-- <p>发布时间：2020-01-01</p> -->"),
    ):
        assert comparable(read_page(other.encode(), URL)) == plain


@pytest.mark.parametrize(("body", "content_type", "charset"), [
    (b"\xef\xbb\xbf<p>a</p>", "text/html; charset=gbk", "utf-8"),
    ("<meta charset=utf-8><p>中文内容在这里</p>".encode("gb18030"), "", "gb18030"),
    ("<meta charset=gb2312><p>中文内容在这里</p>".encode(), "", "utf-8"),
    ("<p>中文内容在这里</p>".encode("gb18030"), "text/html; charset=gb2312", "gb18030"),
    ("<p>中文內容在這裡，機關團體</p>".encode("big5"), "text/html; charset=big5", "big5"),
    ("<meta http-equiv='Content-Type' content='text/html; charset=gbk' name='viewport'><p>中文</p>".encode("gb18030"), "", "gb18030"),
    ("<p>中文</p>".encode("utf-16"), "", "utf-16-le"),
    (b"<p>plain</p>", "", "utf-8"),
])  # fmt: skip
def test_bytes_beat_declarations(body: bytes, content_type: str, charset: str) -> None:
    assert decode(body, content_type).charset == charset


def test_damage_is_counted_and_the_rest_is_read() -> None:
    body = ("<h1>关于防火的通知</h1>" + "正文" * 50).encode() + b"\xff\xfe" + ("后文" * 50).encode()
    got = decode(body)
    assert (got.charset, got.faults) == ("utf-8", 2)
    assert "后文" in got.text
    cut = ("<h1>关于防火的通知</h1>" + "正文" * 50).encode()[:-1]
    assert decode(cut).charset == "utf-8"
    assert decode(cut).faults == 1


def test_malformed_metas_are_kept_as_written() -> None:
    got = page(
        "",
        head='<meta charset="utf-8" name="viewport" content="width=device-width"><meta name="SiteIDCode" content=""><meta name="ColumnKeywods" content="x"><meta NAME="Description" content="a <div>raw</div> b"><meta name="Url" content=\'http://x/\'>',
    )
    assert dict(got.tags) == {
        "viewport": "width=device-width",
        "SiteIDCode": "",
        "ColumnKeywods": "x",
        "Description": "a <div>raw</div> b",
        "Url": "http://x/",
    }
