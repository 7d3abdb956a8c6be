"""Which columns are called empty, and which must never be: whole surveys of small sites, from HTML to facts."""

from __future__ import annotations

import pytest
from small_site import ROOT, Site, article, block, column, days_ago, drive, html, plan, rows, titles

from checks.facts.columns import Column
from monitor.collect.extract.read import read_page
from monitor.collect.failures import Failure
from monitor.collect.survey.places import own_folder
from monitor.collect.survey.site import survey_site

LISTS = {"工作动态": "/xwdt/", "通知公告": "/tzgg/", "政策文件": "/zcwj/", "图片新闻": "/tpxw/"}
NAV = {**LISTS, "统计数据": "/tjsj/", "政府信息公开年度报告": "/gknb/", "扶贫资金": "/fpzj/"}
CRUMBS = '<div class="position">当前位置：<a href="/">首页</a> &gt; <a href="/tjsj/">统计数据</a></div>'
NOTE = '<p class="tip">{}</p>'
HEADS = "<tr><th>序号</th><th>标题</th><th>发布日期</th></tr>"
HOT = (
    '<div class="side hot"><h3>热门信息</h3><ul>'
    + "".join(
        f'<li><a href="/xwdt/content_{1000 + n}.html">旗里召开第{n}次专题工作会议</a><span>{days_ago(3 + n)}</span></li>'
        for n in range(5)
    )
    + "</ul></div>"
)


def _site(nav: dict[str, str] = NAV, lists: dict[str, str] = LISTS) -> Site:
    site: Site = {}
    blocks = []
    for name, url in lists.items():
        folder = url if url.endswith("/") else url.rpartition(".")[0] + "/"
        items = titles(name, folder, [days_ago(3 + 7 * n) for n in range(8)])
        site[ROOT + url] = column(name, items, nav, HOT)
        blocks.append(block(name, url, rows(items[:6])))
        for number, (title, there, _) in enumerate(items):
            site[ROOT + there] = article(title, str(days_ago(3 + 7 * number)), nav)
    site[ROOT + "/"] = html("示例旗人民政府", "".join(blocks), nav)
    items = titles("年报", "/gknb/", [days_ago(200 + n) for n in range(3)])
    site[ROOT + "/gknb/"] = column("政府信息公开年度报告", items, nav)
    return site


def _look(site: Site, main: str, url: str = "/tjsj/", nav: dict[str, str] = NAV) -> Column | None:
    site[ROOT + url] = html("栏目-示例旗人民政府", main, nav)
    facts = drive(survey_site(plan()), site)
    return next((one for one in facts.columns.columns if one.url == ROOT + url), None)


EMPTY = {
    "an empty list": '<div class="con"><h2>统计数据</h2><ul class="list"></ul></div>',
    "a table with its head row only": f"<h2>统计数据</h2><table>{HEADS}</table>",
    "a commented sample row": '<ul><!-- <li><a href="/x.html">示例文章标题文字</a><span>2019-01-01</span></li> --></ul>',
    "pages of none": '<h2>统计数据</h2><ul></ul><div class="page">共0条 首页 上一页 下一页 尾页</div>',
    **{
        words: f'<h2>统计数据</h2><ul class="list"></ul>{NOTE.format(words)}'
        for words in (
            "暂无信息",
            "该栏目暂无内容",
            "没有记录",
            "没有找到相关信息",
            "未找到符合条件的记录",
            "没有查询到相关文件",
            "栏目建设中，敬请期待",
            "内容建设中……",
        )
    },
}


@pytest.mark.parametrize("side", ["", HOT], ids=["bare", "with a hot list"])
@pytest.mark.parametrize("shape", EMPTY)
def test_an_empty_column_is_called_empty(shape: str, side: str) -> None:
    found = _look(_site(), CRUMBS + EMPTY[shape] + side)
    assert found is not None
    assert found.empty
    assert found.gap is None
    assert found.item_count == 0
    assert found.newest is None


UNREADABLE = {
    "an unknown inline script": '<h2>统计数据</h2><ul id="list"></ul><script>loadRows("list", 12);</script>',
    "a script of its own": '<ul id="list"></ul><script src="/tjsj/rows.js"></script>',
    "a data address that fails": '<ul id="l"></ul><script>$.get("/tjsj/data.json",function(d){fill(d)});</script>',
    "a frame that fails": '<iframe src="/tjsj/inner.html" width="100%"></iframe>',
    "unfilled templates": "<ul><li>{{a.title}}</li><li>{{b.title}}</li><li>{{c.title}}</li></ul>",
    "a picture": '<h2>统计数据</h2><img src="/upload/2026.jpg">',
    "a player": '<h2>统计数据</h2><video src="/upload/2026.mp4"></video>',
    "a document": '<h2>统计数据</h2><p><a href="/upload/2026.pdf">全文</a></p>',
    "a link of its own": '<h2>统计数据</h2><p><a href="/tjsj/sub/">点击进入</a></p>',
    "a menu of known columns": '<a href="/xwdt/">工作动态</a><a href="/tzgg/">通知公告</a><a href="/zcwj/">政策文件</a>',
    "a text": "<h2>统计数据</h2><p>" + "全年粮食播种面积稳步增加，牲畜存栏持续增长。" * 8 + "</p>",
}


@pytest.mark.parametrize("shape", UNREADABLE)
def test_what_may_hold_something_is_never_called_empty(shape: str) -> None:
    site = _site()
    site[ROOT + "/tjsj/data.json"] = Failure.SERVER_ERROR
    site[ROOT + "/tjsj/inner.html"] = Failure.BODY_TIMEOUT
    site[ROOT + "/tjsj/rows.js"] = Failure.BLOCKED
    found = _look(site, CRUMBS + UNREADABLE[shape])
    assert found is None or not found.empty


def test_a_script_that_stands_beside_full_lists_writes_none() -> None:
    counter = "<script>var hits = hits || []; hits.push({});</script>"
    site = _site()
    for url in LISTS.values():
        site[ROOT + url] = str(site[ROOT + url]).replace(
            '<div class="footer">', counter.format(7) + '<div class="footer">'
        )
    found = _look(site, CRUMBS + EMPTY["暂无信息"] + counter.format(12))
    assert found is not None
    assert found.empty


def test_an_untyped_column_is_empty_only_where_it_says_so() -> None:
    bare, said = CRUMBS + EMPTY["an empty list"], CRUMBS + EMPTY["该栏目暂无内容"]
    found = _look(_site(), bare, "/fpzj/")
    assert found is None or not found.empty
    found = _look(_site(), said, "/fpzj/")
    assert found is not None
    assert found.column_type is None
    assert found.empty
    found = _look(
        _site(),
        said.replace("该栏目暂无内容", "电话：0471-0000000，传真暂无信息" + "，地址另行公布" * 12),
        "/fpzj/",
    )
    assert found is None or not found.empty


def test_columns_side_by_side_in_one_folder_do_not_open_into_each_other() -> None:
    lists = {name: f"/channels/{11 + n}.html" for n, name in enumerate(LISTS)}
    nav = {
        **lists,
        "统计数据": "/channels/31.html",
        "政策解读": "/channels/32.html",
        "走进示例": "/channels/33.html",
    }
    site = _site(nav, lists)
    site[ROOT + "/channels/32.html"] = html("政策解读", "<h2>政策解读</h2><ul></ul>", nav)
    site[ROOT + "/channels/33.html"] = html(
        "走进示例", "<h1>走进示例</h1>" + "<p>草原深处，历史悠久。</p>" * 30, nav
    )
    found = _look(site, EMPTY["an empty list"], "/channels/31.html", nav)
    assert found is not None
    assert found.empty
    facts = drive(survey_site(plan()), site)
    by_url = {one.url.rpartition("/")[2]: one for one in facts.columns.columns}
    assert by_url["32.html"].empty
    assert not by_url["33.html"].empty
    assert by_url["33.html"].item_count == 0
    assert [by_url[f"{n}.html"].item_count for n in (11, 12, 13, 14)] == [8, 8, 8, 8]


@pytest.mark.parametrize(
    ("known", "folder"),
    [
        ("a.gov.cn/zwgk/", "a.gov.cn/zwgk/"),
        ("a.gov.cn/zwgk/index.html", "a.gov.cn/zwgk/"),
        ("a.gov.cn/1504/c1032/list.shtml", "a.gov.cn/1504/c1032/"),
        ("a.gov.cn/zwgk/zwgk.html", "a.gov.cn/zwgk/"),
        ("a.gov.cn/channels/82.html", None),
        ("a.gov.cn/News/showList/5/page_1.html", None),
        ("a.gov.cn/class?id=3", None),
        ("a.gov.cn", None),
    ],
)
def test_which_folder_an_address_opens(known: str, folder: str | None) -> None:
    assert own_folder(known) == folder


def test_the_last_entry_of_a_menu_takes_no_date_from_what_follows() -> None:
    page = read_page(
        html("统计数据", CRUMBS + "<h2>统计数据</h2><ul></ul>" + HOT, NAV).encode(), ROOT + "/tjsj/"
    )
    assert all(one.region.value == "sidebar" for one in page.lists)


FRAMED = "".join(f'<li><a href="/c{n}/">栏目{n}</a></li>' for n in range(8))


@pytest.mark.parametrize(
    ("words", "links", "gone"),
    [
        ("没有找到相关信息", FRAMED, False),
        ("未找到符合条件的记录", FRAMED, False),
        ("没有查询到任何内容", FRAMED, False),
        ("没有找到您要访问的页面", FRAMED, True),
        ("抱歉，您访问的页面不存在或已被删除", FRAMED, True),
        ("没有找到相关信息，您访问的页面不存在", FRAMED, True),
        ("没有找到相关信息", "", True),
    ],
)
def test_an_empty_list_is_no_dead_address(words: str, links: str, gone: bool) -> None:
    body = f"<html><body><div class='nav'><ul>{links}</ul></div><h2>通知</h2><p>{words}</p></body></html>"
    assert read_page(body.encode(), ROOT + "/tzgg/", "text/html; charset=utf-8").not_found_text is gone
