"""Lists of items in the many ways in which sites write them."""

from __future__ import annotations

import pytest
from reading import URL, page, rows

from checks.facts.base import DateSource
from monitor.collect.extract.page import Region

TITLES = (
    "关于开展春季防火检查工作的通知",
    "关于公布二〇二六年度预算安排的公告",
    "全旗安全生产工作会议顺利召开",
)
DAYS = ("2026-09-24", "2026-09-18", "2026-08-30")
WANTED = list(zip(TITLES, DAYS, strict=True))


def each(row: str) -> str:
    made = []
    for number, (title, day) in enumerate(WANTED, 1):
        year, month, date = day.split("-")
        made.append(
            row.format(
                n=number,
                t=title,
                d=day,
                y=year,
                m=month,
                dd=date,
                md=f"{month}-{date}",
                y2=year[2:],
                dot=day.replace("-", "."),
                han=f"{year}年{int(month)}月{int(date)}日",
                slash=f"{year}/{int(month)}/{int(date)}",
            )
        )
    return "".join(made)


FORMS = {
    "li with span": "<ul>"
    + each('<li><a href="./a{n}.html" title="{t}">{t}</a><span>{d}</span></li>')
    + "</ul>",
    "date in front": "<ul>" + each('<li><span>{d}</span><a href="./a{n}.html">{t}</a></li>') + "</ul>",
    "brackets": "<ul>" + each('<li>·<a href="./a{n}.html">{t}</a> [{d}]</li>') + "</ul>",
    "dots": "<ul>" + each('<li><a href="./a{n}.html">{t}</a><em>{dot}</em></li>') + "</ul>",
    "slashes": "<ul>" + each('<li><a href="./a{n}.html">{t}</a><i>{slash}</i></li>') + "</ul>",
    "chinese": "<ul>" + each('<li><a href="./a{n}.html">{t}</a><b>{han}</b></li>') + "</ul>",
    "inside the link": "<ul>"
    + each('<li><a href="./a{n}.html"><span class=fl>{t}</span><span class=fr>{d}</span></a></li>')
    + "</ul>",
    "end of the link's words": "<ul>" + each('<li><a href="./a{n}.html">{t} ({d})</a></li>') + "</ul>",
    "table": "<table><tbody>"
    + each('<tr><td>{n}</td><td><a href="./a{n}.html">{t}</a></td><td>某某局</td><td>{d}</td></tr>')
    + "</tbody></table>",
    "old table a row": each(
        '<table width=100%><tr><td><img src=dot.gif></td><td><a href="./a{n}.html">{t}</a></td><td>{d}</td></tr></table>'
    ),
    "dl pairs": "<dl>" + each('<dt><a href="./a{n}.html">{t}</a></dt><dd>{d}</dd>') + "</dl>",
    "dl each": each('<dl><dt><a href="./a{n}.html">{t}</a></dt><dd>{d}</dd></dl>'),
    "divs": "<div class=x>"
    + each('<div class=r><div class=t><a href="./a{n}.html">{t}</a></div><div class=d>{d}</div></div>')
    + "</div>",
    "paragraphs": "<div>" + each('<p><a href="./a{n}.html">{t}</a><span>{d}</span></p>') + "</div>",
    "flat with breaks": "<div>" + each('<a href="./a{n}.html">{t}</a> <span>{d}</span><br>') + "</div>",
    "flat in a cell": "<table><tr><td>"
    + each('<a href="./a{n}.html">{t}</a>[{d}]<br/>')
    + "</td></tr></table>",
    "date block": "<ul>"
    + each(
        '<li><div class=date><em>{dd}</em><span>{y}-{m}</span></div><div><a href="./a{n}.html">{t}</a><p>摘要的文字写在这里，很短。</p></div></li>'
    )
    + "</ul>",
    "date block, month and year below": "<ul>"
    + each('<li><p class=d><b>{md}</b><i>{y}</i></p><h3><a href="./a{n}.html">{t}</a></h3></li>')
    + "</ul>",
    "year over month and day": "<ul>"
    + each('<li><p class=d><b>{y}</b><i>{md}</i></p><h3><a href="./a{n}.html">{t}</a></h3></li>')
    + "</ul>",
    "label": "<ul>"
    + each('<li><h4><a href="./a{n}.html">{t}</a></h4><p>来源：本站　发布时间：{d} 10:30　浏览：12</p></li>')
    + "</ul>",
    "link around the item": "<div>"
    + each('<a href="./a{n}.html"><li><p>{t}</p><span>{d}</span></li></a>')
    + "</div>",
    "picture and headline": "<ul>"
    + each(
        '<li><a href="./a{n}.html"><img src=p{n}.jpg></a><a href="./a{n}.html">{t}</a><span>{d}</span><a href="./a{n}.html">查看详情</a></li>'
    )
    + "</ul>",
    "category in front": "<ul>"
    + each('<li><a href="../zcwj/">[政策]</a><a href="./a{n}.html">{t}</a><span>{d}</span></li>')
    + "</ul>",
    "unclosed": "<ul>" + each("<li><a href=./a{n}.html>{t}</a><span>{d}</span>"),
    "opened by a script": "<ul>"
    + each(
        '<li><a href="javascript:void(0)" onclick="window.open(\'./a{n}.html\')">{t}</a><span>{d}</span></li>'
    )
    + "</ul>",
    "title only a text": "<ul>" + each('<li onclick="go({n})"><p>{t}</p><span>{d}</span></li>') + "</ul>",
    "a list a row": "<div><ul class=h><li>索引号</li><li>标题</li><li>发布时间</li></ul>"
    + each("<ul class=r><li>0114{n}</li><li><a href='./a{n}.html'>{t}</a></li><li>{d}</li></ul>")
    + "</div>",
    "year as a heading": "<h4>2026年</h4><ul>"
    + each("<li><span>{md}</span><a href='./a{n}.html'>{t}</a></li>")
    + "</ul>",
    "time in front": "<ul>" + each("<li>[{d} 10:2{n}] <a href='./a{n}.html'>{t}</a> (点击12)</li>") + "</ul>",
    "two-digit year": "<ul>" + each("<li><a href='./a{n}.html'>{t}</a><i>{y2}-{md}</i></li>") + "</ul>",
    "label cells": "<ul>"
    + each(
        '<li><a href="./a{n}.html">{t}</a><span>成文日期：2020-01-01</span><span>发布日期：{d}</span></li>'
    )
    + "</ul>",
}


@pytest.mark.parametrize("form", FORMS)
def test_form(form: str) -> None:
    assert rows(page(f"<div class=wrap>{FORMS[form]}</div>").lists) == WANTED


@pytest.mark.parametrize("form", FORMS)
def test_form_in_gbk_bytes_declared_utf8(form: str) -> None:
    from monitor.collect.extract.read import read_page

    html = f"<meta charset=utf-8><div class=wrap>{FORMS[form]}</div>"
    assert rows(read_page(html.encode("gb18030"), URL).lists) == WANTED


def test_addresses_are_absolute() -> None:
    assert (
        next(r.url for r in page(FORMS["li with span"]).lists[0].rows)
        == "http://www.example.gov.cn/zwgk/tzgg/a1.html"
    )


def test_one_item_is_a_list_too() -> None:
    got = page(
        '<div class=b><h3>通知公告</h3><ul><li><a href="./a.html">关于开展春季防火检查工作的通知</a><span>2026-09-24</span></li></ul></div>'
    )
    assert rows(got.lists) == WANTED[:1]
    assert got.lists[0].heading == "通知公告"


def test_heading_and_more() -> None:
    got = page(
        f"<div class=box><div class=hd><h2>工作动态</h2><a href='/gzdt/'>更多&gt;&gt;</a></div><div class=bd>{FORMS['li with span']}</div></div>"
        f"<div class=box><div class=hd><h2><a href='/tzgg/'>通知公告</a></h2></div><div class=bd>{FORMS['li with span'].replace('./a', './b')}</div></div>"
    )
    assert [(one.heading, one.more) for one in got.lists] == [
        ("工作动态", "http://www.example.gov.cn/gzdt/"),
        ("通知公告", "http://www.example.gov.cn/tzgg/"),
    ]


def test_tabs_take_their_heads_in_order() -> None:
    first, second = FORMS["li with span"], FORMS["li with span"].replace("./a", "./b")
    got = page(
        f"<div class=tab><div class=hd><span>要闻动态</span><span>部门动态</span></div><div class=bd><div>{first}</div><div style='display:none'>{second}</div></div></div>"
    )
    assert [one.heading for one in got.lists] == ["要闻动态", "部门动态"]


def test_menu_and_friend_links_are_no_lists() -> None:
    menu = (
        "<ul>"
        + "".join(
            f'<li><a href="/c{n}/">{w}</a></li>'
            for n, w in enumerate(("首页", "政务公开", "办事服务", "互动交流", "走进本旗"))
        )
        + "</ul>"
    )
    friends = (
        "<div><h4>友情链接</h4><ul>"
        + "".join(f'<li><a href="http://www.x{n}.gov.cn/">某某市人民政府网站{n}</a></li>' for n in range(6))
        + "</ul></div>"
    )
    got = page(f"{menu}<div>{FORMS['li with span']}</div>{friends}")
    assert rows(got.lists) == WANTED


def test_left_menu_without_a_name_is_no_list() -> None:
    left = (
        "<div class=l><ul>"
        + "".join(
            f'<li><a href="../c{n}/index.html">{w}</a></li>'
            for n, w in enumerate(("通知公告", "政策文件", "财政预决算", "应急管理"))
        )
        + "</ul></div>"
    )
    got = page(f"{left}<div class=r>{FORMS['li with span']}</div>")
    assert rows(got.lists) == WANTED


def test_article_neighbours_are_no_list() -> None:
    got = page(
        "<h1>某文章的标题</h1><p>正文。</p><div><p>上一篇：<a href='a.html'>关于前一个事项的通知公告</a></p><p>下一篇：<a href='b.html'>关于后一个事项的通知公告</a></p></div>"
    )
    assert got.lists == ()


def test_hot_list_is_a_sidebar() -> None:
    got = page(
        f"<div class=m>{FORMS['li with span']}</div><div class=r><h3>热门排行</h3>{FORMS['li with span'].replace('./a', './z')}</div>"
    )
    assert [one.region for one in got.lists] == [Region.MAIN, Region.SIDEBAR]


def test_dates_in_titles_are_not_row_dates() -> None:
    got = page(
        "<ul><li><a href='/show/1234.html'>截至2022年4月25日全市经济运行情况</a></li><li><a href='/show/1235.html'>2021年3月1日起施行的若干规定解读</a></li></ul>"
    )
    assert [row.date for one in got.lists for row in one.rows] == [None, None]


def test_year_less_dates_need_help() -> None:
    got = page(
        "<ul><li><a href='/c/202609/t20260924_11.html'>关于开展春季防火检查工作的通知</a><span>09-24</span></li><li><a href='/show/1235.html'>关于公布年度预算安排的公告</a><span>05-18</span></li></ul>"
    )
    first, second = got.lists[0].rows
    assert first.date is not None
    assert str(first.date.day) == "2026-09-24"
    assert second.date is None
    assert second.month_day == (5, 18)


def test_address_dates_where_nothing_else_is() -> None:
    got = page(
        "<ul><li><a href='/art/2026/9/4/art_1_22.html'>关于开展春季防火检查工作的通知</a></li><li><a href='/art/2026/8/14/art_1_21.html'>关于公布年度预算安排的公告</a></li></ul>"
    )
    assert [(str(r.date.day), r.date.source) for r in got.lists[0].rows if r.date] == [
        ("2026-09-04", DateSource.ADDRESS),
        ("2026-08-14", DateSource.ADDRESS),
    ]


def test_unfilled_template_is_no_item() -> None:
    got = page(
        "<ul><li><a href='<?=el.link?>'><?=el.title?></a><span><?=el.date?></span></li><li v-for='x in l'><a :href='x.u'>{{ x.title }}</a><span>{{x.date}}</span></li></ul>"
        * 2
    )
    assert got.lists == ()


def test_list_in_comments_does_not_exist() -> None:
    assert page(f"<div><!-- {FORMS['li with span']} --></div><p>正文</p>").lists == ()


def test_embedded_records() -> None:
    records = "".join(
        f'<record><![CDATA[<li><a href="/art/2026/9/4/art_1_{n}.html">{t}</a><span>{d}</span></li>]]></record>'
        for n, (t, d) in enumerate(WANTED)
    )
    got = page(
        f'<div id=123><script type="text/xml"><datastore><nextgroup><![CDATA[<a href="/module/web/jpage/dataproxy.jsp?page=1&appid=1&webid=7&path=/&columnid=33&unitid=44&webname=a&permissiontype=0"></a>]]></nextgroup><recordset>{records}</recordset></datastore></script></div>'
    )
    assert [(one.origin, rows((one,))) for one in got.lists] == [("embedded", WANTED)]
    assert got.data_addresses[0].url.startswith(
        "http://www.example.gov.cn/module/web/jpage/dataproxy.jsp?startrecord=1&endrecord="
    )
    assert "columnid=33" in (got.data_addresses[0].post or "")


def test_embedded_table_records() -> None:
    records = "".join(
        f'<record><![CDATA[<tr><td><a href="/art/2026/9/4/art_1_{n}.html">{t}</a></td><td>{d}</td></tr>]]></record>'
        for n, (t, d) in enumerate(WANTED)
    )
    assert (
        rows(
            page(
                f'<script type="text/xml"><datastore><recordset>{records}</recordset></datastore></script>'
            ).lists
        )
        == WANTED
    )


def test_array_in_a_script() -> None:
    objects = ",".join(
        f"{{title:'{t}',url:'/x/{n}.html',pubDate:'{d} 10:00:00'}}" for n, (t, d) in enumerate(WANTED)
    )
    assert (
        rows(page(f"<div id=list></div><script>var list=[{objects}];render(list);</script>").lists) == WANTED
    )


def test_mongolian_list() -> None:
    got = page(
        "<ul><li><a href='/am/2023/12/26/U_65905_899321.html?pid=1'>ᠰᠣᠨᠢᠨ ᠮᠡᠳᠡᠭᠡ ᠨᠡᠶᠢᠲᠡᠯᠡᠬᠦ ᠬᠤᠷᠠᠯ</a><span>2023/12/26</span></li><li><a href='/am/2022/4/8/U_74094_612142.html?pid=2'>ᠠᠪᠤ ᠡᠵᠢ ᠶᠢᠨ ᠡᠨᠡᠷᠢᠯ ᠬᠠᠶᠢᠷᠠ</a><span>2022.4.8</span></li></ul>"
    )
    assert [day for _, day in rows(got.lists)] == ["2023-12-26", "2022-04-08"]


def test_the_head_of_a_table_says_which_date_counts() -> None:
    body = "<table><tr><th>序号</th><th>名称</th><th>文号</th><th>成文日期</th><th>发布日期</th></tr>" + each(
        '<tr><td>{n}</td><td><a href="/show/10{n}.html">{t}</a></td><td>某政发〔2026〕{n}号</td><td>2026-01-0{n}</td><td>{d}</td></tr>'
    )
    assert rows(page(body + "</table>").lists) == WANTED


def test_the_title_of_a_card_is_its_headline() -> None:
    body = "<div>" + each(
        '<div class=card><a href="./a{n}.html"><img src=1.jpg><h3>{t}</h3><p>会议强调，要全面落实各项任务，确保完成全年目标任务，推动发展取得新的更大成效。</p><span>{dot}</span></a></div>'
    )
    assert rows(page(body + "</div>").lists) == WANTED


def test_a_title_that_ends_like_a_label_is_none() -> None:
    body = (
        "<table>" + each('<tr><td><a href="show.asp?id={n}">{t}会议</a></td><td>({d})</td></tr>') + "</table>"
    )
    assert [day for _, day in rows(page(body).lists)] == list(DAYS)


def test_dated_rows_in_a_block_called_nav_are_a_list() -> None:
    assert rows(page(f"<div class='news-nav-box'>{FORMS['li with span']}</div>").lists) == WANTED


def test_links_in_running_text_are_no_list() -> None:
    body = "<h1>关于某事的通知</h1><p>发布时间：2026-09-04</p><div><p>按照<a href='/c/content_123456.htm'>某某办公厅关于某事项的意见</a>要求，定于2026年12月1日召开会议，请各单位按时参加。</p><p>附件：<a href='./P0.doc'>1.报名表格的样式.doc</a></p></div>"
    got = page(body)
    assert got.lists == ()
    assert str(got.published.day if got.published else None) == "2026-09-04"


def test_two_headlines_in_one_item_belong_to_one_list() -> None:
    body = "<ul><li><a href='/a/10001.html'>关于开展检查工作的通知</a><a href='/a/10002.html'>关于公布预算安排的公告</a></li><li><a href='/a/10003.html'>全旗安全工作会议召开</a></li></ul>"
    got = page(body).lists
    assert [len(one.rows) for one in got] == [3]
