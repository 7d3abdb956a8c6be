"""Other ways in which sites deliver the same things, single saved pages, and plain words."""

from __future__ import annotations

import os
import pickle
from hashlib import sha256
from pathlib import Path

import pytest
from small_site import (
    AS_OF,
    ROOT,
    VISIT,
    Site,
    article,
    block,
    column,
    days_ago,
    drive,
    html,
    plan,
    rows,
    titles,
)

from checks.facts.base import Subject, TargetKind
from checks.facts.columns import ColumnType
from checks.model import Answer
from checks.runner import judge_site
from checks.system import load_system
from monitor.collect.extract.read import read_page
from monitor.collect.failures import Failure
from monitor.collect.survey.describe import describe, say_gap
from monitor.collect.survey.outcome import gap
from monitor.collect.survey.single import survey_page
from monitor.collect.survey.site import survey_site

SUBJECT = Subject(
    target="",
    kind=TargetKind.SITE,
    name="",
    level="旗县",
    division_code="150783",
    unit_id="u1",
    unit_name="",
    unit_kind="部门",
    outward_service=True,
    site_kind="门户网站",
)
SYSTEM = load_system("national-2019")
DATA = Path(os.environ.get("MONITOR_REAL_DATA") or Path(__file__).parents[2].parent / "shared" / "data")


def test_script_embedded_records() -> None:
    nav = {"通知公告": "/col/col1/index.html", "工作动态": "/col/col2/index.html"}
    site: Site = {}
    for number, url in ((1, "/col/col1/index.html"), (2, "/col/col2/index.html")):
        records = "".join(
            f"<record><![CDATA[<li><a href='/art/2026/9/{n + 1}/art_{number}_{n}01.html' title='第{n}期工作通报的主要内容'>第{n}期工作通报的主要内容</a>"
            f"<span>{days_ago(number * 10 + n)}</span></li>]]></record>"
            for n in range(6)
        )
        script = f'<script type="text/xml"><datastore><totalrecord>6</totalrecord><recordset>{records}</recordset></datastore></script>'
        site[ROOT + url] = html("栏目", f'<div id="{number}">{script}</div>', nav)
    site[ROOT + "/"] = html(
        "示例旗",
        block("工作动态", "/col/col2/index.html", rows(titles("动态", "/xw/", [days_ago(20)] * 3))),
        nav,
    )
    columns = {one.name: one for one in drive(survey_site(plan()), site).columns.columns}
    assert columns["通知公告"].newest is not None
    assert columns["通知公告"].newest.day == days_ago(10)
    assert columns["工作动态"].newest is not None
    assert columns["工作动态"].newest.day == days_ago(20)


def test_old_tables_in_gbk() -> None:
    lines = "".join(
        f'<tr><td>·<a href="shownews.asp?id={n}">第{n}次全体会议召开情况通报</a></td><td width="80">[{days_ago(9 + n)}]</td></tr>'
        for n in range(6)
    )
    page = (
        '<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312"><title>示例旗水利局</title></head><body>'
        '<table><tr><td><a href="index.asp">网站首页</a> | <a href="list.asp?class=1">水利新闻</a> | <a href="list.asp?class=2">通知公告</a></td></tr></table>'
        f"<table><tr><td><b>水利新闻</b></td></tr>{lines}</table></body></html>"
    ).encode("gb18030")
    site: Site = {ROOT + "/": page, ROOT + "/list.asp?class=1": page, ROOT + "/list.asp?class=2": page}
    facts = drive(survey_site(plan()), site)
    assert facts.home.page.items[0].day == days_ago(9)
    assert any(one.name == "水利新闻" for one in facts.columns.columns)
    assert sum(one.newest is not None for one in facts.columns.columns) == 1, "the same rows count once"


def test_mongolian_names() -> None:
    nav = {"ᠮᠡᠳᠡᠭᠳᠡᠯ": "/am/tz/", "ᠴᠢᠬᠤᠯᠠ ᠮᠡᠳᠡᠭᠡ": "/am/xw/"}
    site: Site = {
        ROOT + "/": html(
            "ᠥᠪᠥᠷ", block("ᠮᠡᠳᠡᠭᠡ", "/am/xw/", rows(titles("ᠮᠡᠳᠡᠭᠡ ", "/am/xw/", [days_ago(5)] * 3))), nav
        )
    }
    for url in nav.values():
        site[ROOT + url] = column(
            "ᠮᠡᠳᠡᠭᠡ", titles(f"ᠰᠣᠨᠢᠨ {url} ", url, [days_ago(6), days_ago(9), days_ago(12)]), nav
        )
    columns = {one.url: one for one in drive(survey_site(plan()), site).columns.columns}
    assert columns[ROOT + "/am/tz/"].column_type is ColumnType.NOTICE
    assert columns[ROOT + "/am/xw/"].column_type is ColumnType.NEWS
    assert columns[ROOT + "/am/xw/"].newest is not None


def test_a_block_that_stands_on_every_page_keeps_no_column_fresh() -> None:
    nav = {f"第{n}科室动态": f"/k{n}/" for n in range(6)}
    latest = rows(titles("最近发布", "/zj/", [days_ago(1), days_ago(2), days_ago(3)]))
    site: Site = {ROOT + "/": html("示例旗", rows(titles("首页", "/x/", [days_ago(1)] * 3)), nav)}
    for number, url in enumerate(nav.values()):
        own = titles(f"科室{number}", url, [days_ago(100 + number), days_ago(200), days_ago(300)])
        site[ROOT + url] = column(f"第{number}科室动态", own, nav, f'<div class="box">{latest}</div>')
    columns = drive(survey_site(plan()), site).columns.columns
    assert [one.newest.day for one in columns if one.newest is not None] == [
        days_ago(100 + n) for n in range(6)
    ]


def test_every_row_with_todays_date_is_a_template_and_no_update() -> None:
    visit = VISIT.date()
    nav = {"工作动态": "/xwdt/"}
    items = titles("动态", "/xwdt/", [visit] * 6)
    site: Site = {
        ROOT + "/": html("示例旗", rows(items), nav),
        ROOT + "/xwdt/": column("工作动态", items, nav),
    }
    for title, url, _ in items:
        site[ROOT + url] = article(title, str(days_ago(90)), nav)
    facts = drive(survey_site(plan()), site)
    newest = [item.day for item in facts.home.page.items]
    assert visit not in newest
    assert days_ago(90) in newest


def test_plans_and_facts_can_be_pickled() -> None:
    one = plan()
    assert pickle.loads(pickle.dumps(one)) == one
    facts = drive(survey_site(one), {ROOT + "/": Failure.BLOCKED})
    assert pickle.loads(pickle.dumps(facts)) == facts


# ---- single pages


def test_a_saved_article_tells_of_itself_only() -> None:
    body = article("关于做好防汛工作的通知", "2026-09-20").encode()
    page = read_page(body, ROOT + "/tzgg/t20260920_1.html", "text/html")
    facts = survey_page(page, VISIT, sha256(body).hexdigest(), AS_OF)
    assert facts.home.page.gap is not None
    assert facts.home.page.gap.reason == "not_archived"
    assert facts.columns.gaps
    assert facts.letters.gaps
    assert facts.letters.channel_gaps
    assert facts.guides.gaps
    assert {value.field for value in facts.identity.values} >= {"site_code", "icp", "sponsor"}
    assert facts.scan.scanned == 1


def test_a_saved_home_page_is_a_home_page_of_which_the_rest_is_unseen() -> None:
    body = html(
        "示例旗人民政府", rows(titles("动态", "/xwdt/", [days_ago(5)] * 4)), {"工作动态": "/xwdt/"}
    ).encode()
    facts = survey_page(read_page(body, ROOT + "/", "text/html"), VISIT, "ab", AS_OF)
    assert facts.home.page.items[0].day == days_ago(5)
    assert all(one.gap is not None and one.gap.ours for one in facts.columns.columns)
    assert facts.letters.channel_gaps
    assert facts.guides.gaps
    assert facts.links.dead == ()
    lines = describe(facts)
    assert any("网站标识码: 1507830002" in line for line in lines)
    assert any("回放资料中没有保存" in line for line in lines)


def test_a_gap_in_words() -> None:
    assert "不计为对方问题" in say_gap(gap("首页", Failure.BLOCKED, ROOT))
    assert "对方原因" in say_gap(gap("首页", Failure.NOT_FOUND, ROOT))


@pytest.mark.skipif(not (DATA / "pages").is_dir(), reason="真实资料目录不存在(MONITOR_REAL_DATA)")
def test_real_saved_pages_bring_no_fault_from_what_was_not_saved() -> None:
    pages = sorted((DATA / "pages").glob("*/*.html"))
    checked = 0
    for path in pages:
        if path.parts[-2] in {"wechat", "weibo", "feeds-gb2312"}:
            continue
        body = path.read_bytes()
        for as_home in (True, None):
            facts = survey_page(
                read_page(body, f"http://{path.parts[-2]}.gov.cn/", ""),
                VISIT,
                sha256(body).hexdigest(),
                AS_OF,
                "",
                as_home,
            )
            assert facts.letters.channel_gaps, path
            assert facts.guides.gaps, path
            assert not any(one.empty for one in facts.columns.columns), path
            assert all(one.gap is not None or one.newest is not None for one in facts.columns.columns), path
            assert facts.links.dead == (), path
            assert describe(facts)
            answers = {one.indicator: one.answer for one in judge_site(SUBJECT, facts, None, SYSTEM, AS_OF)}
            assert Answer.FAIL not in {answers[code] for code in ("W-V4", "W-V5", "W-V6")}, path
        checked += 1
    print(f"real pages surveyed alone: {checked}")
    assert checked >= 50


def test_a_list_that_an_unknown_script_fills_is_not_empty() -> None:
    nav = {"工作动态": "/xwdt/", "通知公告": "/tzgg/", "政策文件": "/zcwj/"}
    items = titles("动态", "/xwdt/", [days_ago(3), days_ago(9), days_ago(15)])
    script = '<div id="app-list"></div><script>(function(){boot("1")})();</script><script src="/static/js/chunk-vendors.js"></script>'
    site: Site = {
        ROOT + "/": html("示例旗", block("工作动态", "/xwdt/", rows(items)), nav),
        ROOT + "/xwdt/": column("工作动态", items, nav),
        ROOT + "/tzgg/": column("通知公告", [], nav, script),
        ROOT + "/zcwj/": column("政策文件", [], nav),
        ROOT + "/static/js/chunk-vendors.js": ("application/javascript", b"!function(e){}([]);"),
    }
    columns = {one.name: one for one in drive(survey_site(plan()), site).columns.columns}
    assert not columns["通知公告"].empty
    assert columns["通知公告"].gap is not None
    assert columns["通知公告"].gap.reason == "needs_script"
    assert columns["政策文件"].empty


def test_an_undated_row_below_a_dated_one_is_bounded() -> None:
    nav = {"通知公告": "/tzgg/"}
    dated = titles("通知", "/tzgg/", [days_ago(30), days_ago(40), days_ago(50)])
    paper = ("关于印发实施方案的通知文本", "/files/8f3a.pdf", "")
    for place, undated in ((0, 1), (1, 0), (3, 0)):
        items = [*dated[:place], paper, *dated[place:]]
        site: Site = {
            ROOT + "/": html("示例旗", rows(items), nav),
            ROOT + "/tzgg/": column("通知公告", items, nav),
        }
        facts = drive(survey_site(plan()), site)
        assert facts.home.page.undated == undated, place
        assert facts.columns.columns[0].undated == undated, place
