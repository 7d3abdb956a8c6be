"""Data answers and how pages declare them."""

from __future__ import annotations

import json
from datetime import date, datetime

import pytest
from reading import URL, page

from monitor.collect.extract.data import read_data
from monitor.collect.extract.scripts import read_script

ITEMS = [
    ("关于开展检查工作的通知", "/a/t20260924_1.html", "2026-09-24"),
    ("关于公布预算安排的公告", "/a/t20260918_2.html", "2026-09-18"),
]
WANTED = [(t, "http://www.example.gov.cn" + u, date.fromisoformat(d)) for t, u, d in ITEMS]


def records(title: str, url: str, day: str, value=lambda d: d) -> list[dict[str, object]]:
    return [{"id": n, title: t, url: u, day: value(d)} for n, (t, u, d) in enumerate(ITEMS)]


# the first and the last second of the day at +08:00: the day shifts where UTC is used
FIRST = {d: int(datetime.fromisoformat(f"{d}T00:00:00+08:00").timestamp()) for _, _, d in ITEMS}
LAST = {d: int(datetime.fromisoformat(f"{d}T23:59:59+08:00").timestamp()) for _, _, d in ITEMS}
HTML = "".join(f"<li><a href='{u}'>{t}</a><span>{d}</span></li>" for t, u, d in ITEMS)
BODIES = {
    "results": json.dumps(
        {
            "data": {
                "total": 2,
                "results": records("title", "url", "publishedTimeStr", lambda d: d + " 10:00:00"),
            }
        }
    ),
    "articles unix": json.dumps(
        {"total": 2, "articles": records("title", "post_url", "first_publish_time", lambda d: FIRST[d])}
    ),
    "milliseconds": json.dumps({"rows": records("bt", "link", "fbrq", lambda d: LAST[d] * 1000)}),
    "capitals": json.dumps([{"DOCTITLE": t, "DOCPUBURL": u, "PUBDATE": d} for t, u, d in ITEMS]),
    "source wrapper": json.dumps(
        {"hits": {"hits": [{"_source": r} for r in records("title", "url", "pubDate")]}}
    ),
    "html inside": json.dumps({"code": 0, "data": {"html": HTML}}),
    "jsonp": f"callback_1({json.dumps({'list': records('title', 'linkUrl', 'publishTime')})});",
    "variable": f"var newsList = {json.dumps(records('title', 'url', 'date'))};",
    "single quotes": "[" + ",".join(f"{{title:'{t}',url:'{u}',time:'{d}'}}" for t, u, d in ITEMS) + "]",
    "string in a string": json.dumps({"data": json.dumps(records("title", "url", "date"))}),
    "html piece": HTML,
    "xml records": "<datastore><recordset>"
    + "".join(f"<record><![CDATA[<li><a href='{u}'>{t}</a><b>{d}</b></li>]]></record>" for t, u, d in ITEMS)
    + "</recordset></datastore>",
    "xml fields": "<?xml version='1.0'?><list>"
    + "".join(
        f"<item><title><![CDATA[{t}]]></title><link>{u}</link><pubDate>{d}</pubDate></item>"
        for t, u, d in ITEMS
    )
    + "</list>",
    "arrays of cells": "var a=new Array();" + json.dumps([[t, u, d] for t, u, d in ITEMS]),
    "marked hits": json.dumps(
        {"data": [{"title": f"<em>{t[:2]}</em>{t[2:]}", "url": u, "date": d} for t, u, d in ITEMS]}
    ),
}


@pytest.mark.parametrize("form", BODIES)
@pytest.mark.parametrize("charset", ["utf-8", "gb18030"])
def test_data_forms(form: str, charset: str) -> None:
    got = read_data(BODIES[form].encode(charset), URL, "application/json")
    assert got is not None
    assert got.origin == "data"
    assert [(r.title, r.url, r.date and r.date.day) for r in got.rows] == WANTED


@pytest.mark.parametrize(
    "body",
    [
        '{"data":{"total":0,"results":[]}}',
        '{"code":200,"rows":[]}',
        "[]",
        '{"data":{"html":""}}',
        "<datastore><totalrecord>0</totalrecord><recordset></recordset></datastore>",
    ],
)
def test_empty_answers_are_empty_lists(body: str) -> None:
    got = read_data(body.encode(), URL)
    assert got is not None
    assert got.rows == ()


@pytest.mark.parametrize(
    "body",
    [
        '{"code":500,"msg":"error"}',
        "",
        "ok",
        "12",
        "null",
        "{",
        "[" * 100_000,
        '{"a":' * 100_000,
        "<p>正文</p>",
    ],
)
def test_other_answers_are_no_lists(body: str) -> None:
    assert read_data(body.encode(), URL) is None


def test_zero_and_impossible_dates_are_missing() -> None:
    got = read_data(
        json.dumps(
            [
                {"title": "某某事项甲", "url": "/x/1.html", "time": 0},
                {"title": "某某事项乙", "url": "/x/2.html", "time": "2026-02-30"},
                {"title": "某某事项丙", "url": "/x/3.html", "time": "1970-01-01"},
            ]
        ).encode(),
        URL,
    )
    assert got is not None
    assert [r.date for r in got.rows] == [None, None, None]


HOST = "http://www.example.gov.cn"
DECLARED = {
    "fetch": (
        "<script>fetch('/data/list.json').then(r=>r.json())</script>",
        [(f"{HOST}/data/list.json", None)],
    ),
    "get": ("<script>$.get('./list.json',function(d){})</script>", [(f"{HOST}/zwgk/tzgg/list.json", None)]),
    "getJSON with data": (
        "<script>$.getJSON('/api/list',{channel:'12',page:1},function(d){})</script>",
        [(f"{HOST}/api/list?channel=12&page=1", None)],
    ),
    "ajax post": (
        "<script>$.ajax({url:'/front/list.do',type:'POST',data:{channelId:'33',pageNo:1,size:15},success:function(){}})</script>",
        [(f"{HOST}/front/list.do", "channelId=33&pageNo=1&size=15")],
    ),
    "axios": (
        "<script>axios.get('/api/news/page?cid=9&size=10')</script>",
        [(f"{HOST}/api/news/page?cid=9&size=10", None)],
    ),
    "xhr": (
        "<script>var x=new XMLHttpRequest();x.open('GET','/col/list.json',true);x.send();</script>",
        [(f"{HOST}/col/list.json", None)],
    ),
    "variable": (
        "<script>var cid='77';var listUrl='/api/list?cid='+cid;$.get(listUrl,f);</script>",
        [(f"{HOST}/api/list?cid=77", None)],
    ),
    "page variable": (
        "<script>$.get('/api/list?cid=5&page='+pageNo,f)</script>",
        [(f"{HOST}/api/list?cid=5&page=1", None)],
    ),
    "attribute": ("<div class=list data-url='/api/list?cid=4'></div>", [(f"{HOST}/api/list?cid=4", None)]),
    "jpaas": (
        "<script url='/api-gateway/jpaas-publish-server/front/page/build/unit' queryData=\"{'webId':'w1','pageId':'p1','parseType':'bulidstatic','pageType':'column','tagId':'列表','tplSetId':'t1'}\"></script>",
        None,
    ),
    "hex search": (
        "<script>$.ajax({url:'/common/search/0123456789abcdef0123456789abcdef?_isJson=true&_pageSize=15&page='+n})</script>",
        [(f"{HOST}/common/search/0123456789abcdef0123456789abcdef?_isJson=true&_pageSize=15&page=1", None)],
    ),
    "gkmlpt": (
        "<script>window._CONFIG={SID:'755001'}</script><a href='/gkmlpt/index#1234'>目录</a>",
        [(f"{HOST}/gkmlpt/api/all/1234?page=1&sid=755001", None)],
    ),
    "counter": ("<script>$.post('/front/hits.do',{id:1});$.get('/click/count.jsp?id=2')</script>", []),
    "other site": ("<script>fetch('https://api.other.com/list.json')</script>", []),
    "in a comment": (
        "<!-- <script>fetch('/data/list.json')</script> --><script>// fetch('/data/list2.json')\n</script>",
        [],
    ),
}


@pytest.mark.parametrize("form", DECLARED)
def test_declared_sources(form: str) -> None:
    body, wanted = DECLARED[form]
    got = [(one.url, one.post) for one in page(body).data_addresses]
    if wanted is None:
        assert len(got) == 1
        assert "webId=w1" in got[0][0]
        assert "tagId=%E5%88%97%E8%A1%A8" in got[0][0]
    else:
        assert got == wanted


def test_external_script_declares_too() -> None:
    got = read_script(b"function load(){ $.getJSON('/data/tzgg.json', render); }", HOST + "/index.html")
    assert [one.url for one in got.data_addresses] == [f"{HOST}/data/tzgg.json"]
