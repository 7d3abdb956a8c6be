"""Defence pages, missing pages, shells, jumps: told by structure, and articles that quote them left alone."""

from __future__ import annotations

import pytest
from reading import URL, page

from monitor.collect.extract.page import Challenge
from monitor.collect.extract.read import read_page

SCRIPTS = {
    "rs": "<html><head><meta id='9DhefwqGPrzGxEp9hPaoag' content='abc' r='m'><script>$_ts=window['$_ts'];if(!$_ts)$_ts={};$_ts.nsd=12345;$_ts.cd='qxx';</script><script src='/Ab3/x.js' r='m'></script></head><body></body></html>",
    "jsl": "<script>document.cookie=('_')+('_')+'jsl_clearance_s=1;path=/';location.href=location.pathname+location.search</script>",
    "ali": "<html><script>var arg1='ABCDEF';setCookie('acw_sc__v2', x);document.location.reload();</script></html>",
    "cookie": "<html><body><script>document.cookie='a=1';window.location.reload();</script></body></html>",
}
BLOCKS = {
    "cyd": "<html><head><title>创宇盾提示您</title></head><body><h1>当前访问疑似黑客攻击，已被创宇盾拦截</h1><p>rule_id: 12</p></body></html>",
    "waf": "<html><head><title>访问被拦截</title></head><body>您的请求存在异常，已被网站防火墙拦截</body></html>",
    "dog": "<html><head><title>网站安全狗提示</title></head><body>您的请求带有不合法参数，已被网站管理员设置拦截！安全狗</body></html>",
    "slider": "<html><body><p>安全验证</p><p>请完成验证，拖动滑块</p></body></html>",
}


@pytest.mark.parametrize("kind", SCRIPTS)
def test_script_challenges(kind: str) -> None:
    assert read_page(SCRIPTS[kind].encode(), URL).challenge is Challenge.SCRIPT


@pytest.mark.parametrize("kind", BLOCKS)
def test_block_pages(kind: str) -> None:
    assert read_page(BLOCKS[kind].encode(), URL).challenge is Challenge.BLOCKED


def test_articles_may_quote() -> None:
    links = "".join(f"<a href='/a/{n}.html'>某某栏目{n}</a>" for n in range(20))
    got = page(
        f"{links}<h1>关于网络安全的提示</h1><p>{'网站防火墙拦截了攻击，页面不存在404，访问被拒绝。' * 40}</p>"
    )
    assert got.challenge is None
    assert not got.not_found_text


NAV = "<div class=nav>" + "".join(f"<a href='/c{n}/'>栏目名称{n}</a>" for n in range(12)) + "</div>"
FOOT = "<div class=footer>主办：甲旗人民政府 网站标识码：1500000001 蒙ICP备05000248号</div>"
GONE = [
    "<h1>404</h1>",
    "<p>抱歉，您访问的页面不存在或已被删除</p>",
    "<p>您要查看的内容已经被删除</p>",
    "<p>很抱歉，找不到您要的页面</p>",
    "<h2>Page Not Found</h2>",
    "<p>页面走丢了，3秒后返回首页</p>",
    "<p>该文章不存在或未发布</p>",
]


@pytest.mark.parametrize("words", GONE)
@pytest.mark.parametrize("frame", ["{}", NAV + "<div class=m>{}</div>" + FOOT])
def test_not_found_texts(words: str, frame: str) -> None:
    assert page(frame.format(words)).not_found_text


@pytest.mark.parametrize("target", ["../", "/", "../../", "http://www.example.gov.cn/zwgk/"])
def test_tiny_refresh_upwards(target: str) -> None:
    got = read_page(
        f"<html><head><meta http-equiv='refresh' content='0;url={target}'></head></html>".encode(),
        "http://www.example.gov.cn/zwgk/tzgg/202609/t20260924_1.html",
    )
    assert got.not_found_text
    assert got.refresh is not None


def test_an_entrance_is_a_refresh_and_not_missing() -> None:
    got = read_page(
        b"<html><head><meta http-equiv='Refresh' content='0; URL=./zwgk/index.html'></head><body></body></html>",
        "http://www.example.gov.cn/",
    )
    assert got.refresh == "http://www.example.gov.cn/zwgk/index.html"
    assert not got.not_found_text


@pytest.mark.parametrize(
    "script",
    [
        "location.href='/index/';",
        'window.location = "/index/"',
        "window.location.replace('/index/')",
        "top.location.href = './index/'",
    ],
)
def test_script_jumps(script: str) -> None:
    got = read_page(f"<html><script>{script}</script></html>".encode(), "http://www.example.gov.cn/")
    assert got.refresh == "http://www.example.gov.cn/index/"
    assert got.challenge is None


@pytest.mark.parametrize(
    "script",
    [
        "if(/mobile/i.test(navigator.userAgent)){location.href='/m/'}",
        "function go(){location.href='/x/'}",
        "// location.href='/x/';",
        "btn.onclick=function(){location.href='/x/'}",
    ],
)
def test_conditional_jumps_are_none(script: str) -> None:
    assert (
        read_page(
            f"<html><body><p>正文</p><script>{script}</script></body></html>".encode(),
            "http://www.example.gov.cn/",
        ).refresh
        is None
    )


@pytest.mark.parametrize(
    "body",
    [
        "<div id=app></div><script src=/js/app.1a2b.js></script>",
        "<noscript>We're sorry but x doesn't work properly without JavaScript enabled.</noscript><div id=root></div><script src=/static/js/main.js></script>",
        "<div class=l><p>加载中...</p></div><script src=/main.js></script>",
        "<ul><li v-for='a in b'>{{a.title}}</li><li>{{a.date}}</li><li>{{ a.x }}</li></ul>",
    ],
)
def test_shells(body: str) -> None:
    assert page(body).script_built


def test_ordinary_pages_are_no_shells() -> None:
    assert not page(
        f"{NAV}<h1>某文章</h1><p>{'正文' * 100}</p>{FOOT}<script src=/js/app.js></script>"
    ).script_built


def test_forms_frames_and_search() -> None:
    got = page(
        "<form action='/search' id=searchform><input type=text name=keyword></form>"
        "<form action='/mail/submit.do' method=post><input name=title><input name=name><textarea name=content></textarea></form>"
        "<iframe src='/inc/bottom.html'></iframe><iframe src='https://i.tianqi.com/x'></iframe><script>$('#foot').load('/inc/foot.html');</script>"
    )
    assert got.forms == ("http://www.example.gov.cn/mail/submit.do",)
    assert got.frames == (
        "http://www.example.gov.cn/inc/bottom.html",
        "http://www.example.gov.cn/inc/foot.html",
    )


PAGING = {
    "trs": (
        "<script>createPageHTML(4, 0, 'index', 'html');</script>",
        ["index_1.html", "index_2.html", "index_3.html"],
    ),
    "trs, second": (
        '<script>createPageHTML(4, 1, "index", "shtml");</script>',
        ["index_2.shtml", "index_3.shtml"],
    ),
    "variables": (
        "<script>var currentPage = 0;var countPage = 3; for(i=0;i<countPage;i++){document.write('<a href=index_'+i+'.html>')}</script>",
        ["index_1.html", "index_2.html"],
    ),
    "next": ("<a href='index_1.html'>下一页</a>", ["index_1.html"]),
    "numbers": (
        "<b>1</b><a href='page_2.html'>2</a><a href='page_3.html'>[3]</a><a href='page_9.html'>尾页</a>",
        ["page_2.html", "page_3.html"],
    ),
    "query": (
        "<a href='?pageNum=2'>下页</a><a href='?pageNum=3'>3</a>",
        ["index.html?pageNum=2", "index.html?pageNum=3"],
    ),
    "definition only": (
        "<script>function createPageHTML(_nPageCount, _nCurrIndex, _sPageName, _sPageExt){return;}</script>",
        [],
    ),
}


@pytest.mark.parametrize("form", PAGING)
def test_next_pages(form: str) -> None:
    body, wanted = PAGING[form]
    assert list(page(body).next_pages) == [f"http://www.example.gov.cn/zwgk/tzgg/{name}" for name in wanted]


def test_hidden_gambling_links_are_certain() -> None:
    block = "".join(f"<a href='http://bet{n}.example.com/'>澳门葡京娱乐城官网{n}</a>" for n in range(4))
    for wrapped in (
        f"<div style='display:none'>{block}</div>",
        f"<div style='position:absolute;left:-9999px'>{block}</div>",
        f"<div id=xx>{block}</div><script>document.getElementById('xx').style.display='none';</script>",
        f"<marquee height=1 width=1>{block}</marquee>",
    ):
        got = page(f"{NAV}<p>正文</p>{wrapped}").suspects
        assert [one.certain for one in got] == [True], wrapped


def test_visible_harmful_link_is_for_a_person() -> None:
    got = page(f"{NAV}<p>正文</p><a href='http://bet.example.com/'>百家乐注册送彩金</a>").suspects
    assert [one.certain for one in got] == [False]


def test_fighting_gambling_is_no_suspect() -> None:
    got = page(
        "<div style='display:none'><a href='http://www.people.com.cn/a.html'>公安机关打击网络赌博犯罪</a><a href='http://paper.example.com/1'>警惕博彩网站陷阱</a></div><h1>严厉打击博彩平台</h1><p>百家乐、老虎机、赌球等违法犯罪</p>"
    )
    assert got.suspects == ()


def test_set_phrases_are_for_a_person() -> None:
    got = page("<p>来自港澳台国家的客商参加了活动</p>").suspects
    assert [(one.certain, "港澳台国家" in one.says) for one in got] == [(False, True)]
