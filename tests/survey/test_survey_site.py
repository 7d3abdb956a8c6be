"""Whole surveys of small sites, from HTML to facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from small_site import (
    ROOT,
    TODAY,
    Log,
    Moved,
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

from checks.facts.base import DateSource
from checks.facts.bundle import SiteFacts
from checks.facts.columns import Column, ColumnType, TypedBy
from monitor.collect.failures import Failure
from monitor.collect.survey.ask import Want
from monitor.collect.survey.describe import describe
from monitor.collect.survey.plan import SurveyLimits
from monitor.collect.survey.site import survey_site
from registry.model import ConfirmedColumn

NAV = {
    "工作动态": "/xwdt/",
    "通知公告": "/tzgg/",
    "政策文件": "/zcwj/",
    "走进示例": "/zjsl/",
    "互动交流": "/hdjl/",
    "办事服务": "/bsfw/",
}


def _ordinary(newest: int = 3, dated: bool = True) -> Site:
    """A county site in good order; its newest item is so many days old."""
    site: Site = {}
    blocks = []
    for name in ("工作动态", "通知公告", "政策文件"):
        folder = NAV[name]
        items = titles(name, folder, [days_ago(newest + 7 * number) for number in range(12)], dated)
        site[ROOT + folder] = column(name, items, NAV)
        blocks.append(block(name, folder, rows(items[:6])))
        for number, (title, url, _) in enumerate(items):
            site[ROOT + url] = article(title, str(days_ago(newest + 7 * number)), NAV)
    site[ROOT + "/"] = html("示例旗人民政府", "".join(blocks), NAV)
    site[ROOT + "/zjsl/"] = html(
        "走进示例", "<h1>走进示例</h1><p>" + "示例旗位于草原深处，历史悠久。" * 40 + "</p>", NAV
    )
    site[ROOT + "/hdjl/"] = html(
        "互动交流",
        '<h2>互动交流</h2><ul><li><a href="/hdjl/qzxx.html">旗长信箱</a></li><li><a href="/hdjl/myzj/">民意征集</a></li></ul>',
        NAV,
    )
    site[ROOT + "/hdjl/qzxx.html"] = html(
        "旗长信箱",
        '<h2>旗长信箱</h2><form action="/hdjl/submit.do" method="post"><input type="text" name="title"><textarea name="body"></textarea>'
        '<input type="submit"></form>',
        NAV,
    )
    site[ROOT + "/hdjl/myzj/"] = column("民意征集", titles("征集", "/hdjl/myzj/", [days_ago(40)]), NAV)
    site[ROOT + "/hdjl/myzj/content_1000.html"] = article("征集", str(days_ago(40)), NAV)
    site[ROOT + "/bsfw/"] = html(
        "办事服务", '<h2>办事服务</h2><p><a href="/bsfw/sx1.html">生育登记办理指南</a></p>', NAV
    )
    site[ROOT + "/bsfw/sx1.html"] = html("生育登记", "<h1>生育登记</h1>" + "<p>说明。</p>" * 20, NAV)
    return site


def _by_name(facts: SiteFacts) -> dict[str, Column]:
    return {one.name: one for one in facts.columns.columns}


def test_an_ordinary_site() -> None:
    log = Log([])
    facts = drive(survey_site(plan()), _ordinary(), log)
    assert facts.home.page.gap is None
    assert not facts.home.is_navigation
    assert not facts.home.needs_script
    assert facts.home.page.items[0].day == days_ago(3)
    assert facts.home.page.items[0].source is DateSource.LIST_ROW
    columns = _by_name(facts)
    for name, kind in (
        ("工作动态", ColumnType.NEWS),
        ("通知公告", ColumnType.NOTICE),
        ("政策文件", ColumnType.POLICY),
    ):
        assert columns[name].column_type is kind
        assert columns[name].typed_by is TypedBy.NAME
        assert columns[name].level == 1
        assert columns[name].newest is not None
        assert columns[name].newest.day == days_ago(3)
        assert columns[name].item_count == 12
        assert not columns[name].empty
        assert columns[name].gap is None
    assert not any(one.empty or one.gap for one in facts.columns.columns)
    assert [one.usable for one in facts.letters.channels if one.kind.value == "咨询建言"] == [True]
    assert facts.guides.entry is not None
    assert facts.links.dead == ()
    assert facts.links.undecided == 0
    assert (
        facts.scan.scanned == facts.pages == len({ask.url for ask in log.asks if ask.want is Want.PAGE}) - 1
    )
    assert not facts.robots_forbids
    assert max(len(wave) for wave in log.waves) <= 64
    assert len(log.urls) == len(set(log.urls)), "an address was asked twice"
    assert describe(facts)


def test_the_same_answers_give_the_same_waves_and_facts() -> None:
    one, two = Log([]), Log([])
    assert drive(survey_site(plan()), _ordinary(), one) == drive(survey_site(plan()), _ordinary(), two)
    assert one.waves == two.waves


# ---- the home page


@pytest.mark.parametrize("newest", [13, 14, 15, 200])
def test_an_old_home_page_shows_its_newest_day(newest: int) -> None:
    facts = drive(survey_site(plan()), _ordinary(newest))
    assert facts.home.page.items[0].day == days_ago(newest)
    assert facts.home.page.undated == 0
    assert not facts.home.needs_script


def test_rows_without_dates_are_dated_by_their_articles() -> None:
    facts = drive(survey_site(plan()), _ordinary(newest=20, dated=False))
    assert facts.home.page.items[0].day == days_ago(20)
    assert facts.home.page.items[0].source is DateSource.LABEL
    assert facts.home.page.undated == 0
    assert not facts.home.is_navigation


def test_articles_that_cannot_be_read_leave_the_home_page_undated() -> None:
    site = _ordinary(newest=20, dated=False)
    for url in list(site):
        if "content_1" in url:
            site[url] = Failure.BODY_TIMEOUT
    facts = drive(survey_site(plan()), site)
    assert facts.home.page.items == ()
    assert facts.home.page.undated > 0
    assert not facts.home.is_navigation
    for name in ("工作动态", "通知公告", "政策文件"):
        one = _by_name(facts)[name]
        assert one.newest is None
        assert one.undated > 0
        assert not one.empty


def test_future_dates_do_not_count() -> None:
    site = _ordinary(newest=30)
    items = titles("工作动态", "/xwdt/", [date(2027, 1, 5), days_ago(30), days_ago(40)])
    site[ROOT + "/"] = html("示例旗人民政府", block("工作动态", "/xwdt/", rows(items)), NAV)
    facts = drive(survey_site(plan()), site)
    assert facts.home.page.items[0].day == days_ago(30)
    assert [item.day for item in facts.home.page.future] == [date(2027, 1, 5)]
    assert facts.scan.suspects == ()


def test_a_navigation_page_is_judged_by_its_second_level() -> None:
    site = _ordinary(newest=5)
    tiles = "".join(f'<li><a href="{url}">{name}</a></li>' for name, url in NAV.items())
    site[ROOT + "/"] = html("示例旗人民政府", f'<div class="entry"><ul>{tiles}</ul></div>')
    facts = drive(survey_site(plan()), site)
    assert facts.home.is_navigation
    assert facts.home.page.items == ()
    pages = {page.url: page for page in facts.sections.pages}
    assert set(pages) == {ROOT + url for url in NAV.values()}
    assert pages[ROOT + "/xwdt/"].items[0].day == days_ago(5)
    assert all(page.gap is None for page in pages.values())


def test_clock_weather_and_hot_list_are_no_content() -> None:
    site = _ordinary(newest=40)
    old = titles("工作动态", "/xwdt/", [days_ago(40), days_ago(50), days_ago(60)])
    noise = (
        f'<div class="date">今天是 {TODAY} 星期五 天气晴</div>'
        + block("工作动态", "/xwdt/", rows(old))
        + f'<div class="sidebar"><h3>点击排行</h3>{rows(titles("热点", "/rd/", [days_ago(1), days_ago(2), days_ago(3)]))}</div>'
    )
    site[ROOT + "/"] = html("示例旗人民政府", noise, NAV, foot=f"<p>最后更新：{days_ago(1)}</p>")
    facts = drive(survey_site(plan()), site)
    assert facts.home.page.items[0].day == days_ago(40)


def test_json_lists_of_the_home_page() -> None:
    site = _ordinary(newest=40)
    script = "<script>$.ajax({url:'/api/list.json',dataType:'json',success:function(d){}});</script>"
    site[ROOT + "/"] = html("示例旗人民政府", f'<div id="list"></div>{script}', NAV)
    rows_json = ",".join(
        f'{{"title":"工作动态第{n}条重要信息","url":"/xwdt/content_{1000 + n}.html","pubDate":"{days_ago(2 + n)}"}}'
        for n in range(5)
    )
    site[ROOT + "/api/list.json"] = ("application/json", f'{{"total":5,"rows":[{rows_json}]}}'.encode())
    facts = drive(survey_site(plan()), site)
    assert facts.home.page.items[0].day == days_ago(2)
    assert not facts.home.needs_script

    site[ROOT + "/api/list.json"] = Failure.BLOCKED
    facts = drive(survey_site(plan()), site)
    assert facts.home.needs_script
    assert facts.home.page.items == ()
    assert not facts.home.is_navigation


def test_a_home_page_in_a_frame_behind_a_jump() -> None:
    site = _ordinary(newest=4)
    site[ROOT + "/main.html"] = site[ROOT + "/"]
    site[ROOT + "/"] = (
        '<html><head><meta http-equiv="refresh" content="0;url=/enter.html"></head><body></body></html>'
    )
    site[ROOT + "/enter.html"] = '<html><body><iframe src="/main.html" width="100%"></iframe></body></html>'
    facts = drive(survey_site(plan()), site)
    assert facts.home.page.gap is None
    assert facts.home.page.items[0].day == days_ago(4)
    assert any(value.field == "site_code" for value in facts.identity.values)
    assert {"工作动态", "通知公告", "政策文件"} <= set(_by_name(facts))


# ---- columns


def test_empty_columns_are_called_empty_and_text_pages_are_not() -> None:
    nav = {**NAV, "统计数据": "/czzj/", "人事信息": "/rsxx/", "应急管理": "/yjgl/"}
    site = _ordinary()
    site[ROOT + "/"] = str(site[ROOT + "/"]).replace(
        '<li><a href="/bsfw/">办事服务</a></li>',
        "".join(
            f'<li><a href="{nav[name]}">{name}</a></li>'
            for name in ("办事服务", "统计数据", "人事信息", "应急管理")
        ),
    )
    site[ROOT + "/czzj/"] = column("统计数据", [], NAV)
    site[ROOT + "/rsxx/"] = html(
        "人事信息", "<h1>人事信息</h1><p>" + "我旗公务员管理工作由组织部负责。" * 30 + "</p>", NAV
    )
    site[ROOT + "/yjgl/"] = column(
        "应急管理", [], NAV, "<script>$.get('/yjgl/data.json',function(d){});</script>"
    )
    site[ROOT + "/yjgl/data.json"] = Failure.SERVER_ERROR
    columns = _by_name(drive(survey_site(plan()), site))
    assert columns["统计数据"].empty
    assert "人事信息" not in columns or not columns["人事信息"].empty
    assert "应急管理" not in columns or not columns["应急管理"].empty
    site[ROOT + "/czzj/"] = Failure.BODY_TIMEOUT
    columns = _by_name(drive(survey_site(plan()), site))
    assert not columns["统计数据"].empty
    assert columns["统计数据"].gap is not None


def test_a_column_that_leads_to_columns_takes_their_newest() -> None:
    site = _ordinary()
    subs = {"本级政策文件": "/zcwj/bj/", "上级政策文件": "/zcwj/sj/"}
    site[ROOT + "/zcwj/"] = html(
        "政策文件",
        "<ul>" + "".join(f'<li><a href="{url}">{name}</a></li>' for name, url in subs.items()) + "</ul>",
        NAV,
    )
    site[ROOT + "/zcwj/bj/"] = column(
        "本级政策文件", titles("本级", "/zcwj/bj/", [days_ago(100), days_ago(120)]), NAV
    )
    site[ROOT + "/zcwj/sj/"] = column(
        "上级政策文件", titles("上级", "/zcwj/sj/", [days_ago(300), days_ago(320)]), NAV
    )
    columns = _by_name(drive(survey_site(plan()), site))
    assert columns["政策文件"].newest is not None
    assert columns["政策文件"].newest.day == days_ago(100)
    assert not columns["政策文件"].empty
    assert columns["上级政策文件"].level == 2
    assert "本级政策文件" not in columns, "one list counts once"
    site[ROOT + "/zcwj/bj/"] = Failure.BLOCKED
    columns = _by_name(drive(survey_site(plan()), site))
    assert columns["政策文件"].gap is not None


def test_pinned_items_and_lists_out_of_order() -> None:
    site = _ordinary()
    pinned = [days_ago(900), days_ago(800), days_ago(2), days_ago(9), days_ago(16)]
    site[ROOT + "/tzgg/"] = column("通知公告", titles("通知", "/tzgg/", pinned), NAV)
    assert _by_name(drive(survey_site(plan()), site))["通知公告"].newest.day == days_ago(2)  # type: ignore[union-attr]
    rising = [days_ago(900 - number) for number in range(8)]
    pager = (
        '<div class="page"><a href="/tzgg/index_1.html">2</a><a href="/tzgg/index_1.html">下一页</a></div>'
    )
    site[ROOT + "/tzgg/"] = column("通知公告", titles("通知", "/tzgg/", rising), NAV, pager)
    site[ROOT + "/tzgg/index_1.html"] = column(
        "通知公告", titles("后", "/tzgg/", [days_ago(20), days_ago(4)]), NAV
    )
    assert _by_name(drive(survey_site(plan()), site))["通知公告"].newest.day == days_ago(4)  # type: ignore[union-attr]
    site[ROOT + "/tzgg/index_1.html"] = Failure.RESET
    assert _by_name(drive(survey_site(plan()), site))["通知公告"].gap is not None


def test_confirmed_columns_are_typed_by_the_person_and_asked_as_confirmed() -> None:
    confirmed = (
        ConfirmedColumn("1500000001", ROOT + "/tzgg/", "公告", "政策文件", 1, False),
        ConfirmedColumn("1500000001", ROOT + "/gone/", "要闻", "动态要闻", 1, True),
    )
    log = Log([])
    facts = drive(survey_site(plan(columns=confirmed)), _ordinary(), log)
    columns = {one.url: one for one in facts.columns.columns}
    assert columns[ROOT + "/tzgg/"].column_type is ColumnType.POLICY
    assert columns[ROOT + "/tzgg/"].typed_by is TypedBy.PERSON
    assert columns[ROOT + "/tzgg/"].must_update is False
    gone = columns[ROOT + "/gone/"]
    assert gone.gap is not None
    assert gone.gap.reason == "not_found"
    assert not gone.gap.ours
    assert {ask.url for ask in log.asks if ask.confirmed} == {ROOT + "/", ROOT + "/tzgg/", ROOT + "/gone/"}


def test_column_type_tags_beat_names_unless_every_page_has_the_same() -> None:
    site = _ordinary()
    tag = '<meta name="ColumnType" content="{}">'
    for url, kind in (
        (ROOT + "/xwdt/", "工作动态"),
        (ROOT + "/tzgg/", "政策解读"),
        (ROOT + "/zcwj/", "政策文件"),
    ):
        site[url] = str(site[url]).replace("</head>", tag.format(kind) + "</head>")
    columns = _by_name(drive(survey_site(plan()), site))
    assert columns["通知公告"].column_type is ColumnType.INTERPRETATION
    assert columns["通知公告"].typed_by is TypedBy.TAG
    site = {
        url: str(body).replace("</head>", tag.format("政策解读") + "</head>")
        for url, body in _ordinary().items()
    }
    columns = _by_name(drive(survey_site(plan()), site))
    assert columns["通知公告"].column_type is ColumnType.NOTICE


def test_a_dead_column_is_a_dead_link_and_no_column() -> None:
    site = _ordinary()
    del site[ROOT + "/zcwj/"]
    facts = drive(survey_site(plan()), site)
    assert "政策文件" not in _by_name(facts)
    dead = {link.url: link for link in facts.links.dead}
    assert dead[ROOT + "/zcwj/"].on_home
    assert dead[ROOT + "/zcwj/"].linked_from == ROOT + "/"


# ---- failures


@pytest.mark.parametrize(
    "failure",
    [
        Failure.BLOCKED,
        Failure.SCRIPT_CHALLENGE,
        Failure.CONNECT_TIMEOUT,
        Failure.NO_SUCH_NAME,
        Failure.OUR_NETWORK,
    ],
)
def test_a_site_that_cannot_be_entered_is_not_walked(failure: Failure) -> None:
    log = Log([])
    confirmed = (ConfirmedColumn("1500000001", ROOT + "/tzgg/", "公告", "通知公告"),)
    facts = drive(survey_site(plan(columns=confirmed)), {ROOT + "/": failure}, log)
    assert len(log.asks) <= 2
    assert facts.home.page.gap is not None
    assert facts.home.page.gap.reason == failure.value
    assert facts.columns.columns[0].gap is not None
    for gaps in (
        facts.letters.gaps,
        facts.letters.channel_gaps,
        facts.guides.gaps,
        facts.identity.gaps,
        facts.links.gaps,
    ):
        assert gaps
    assert describe(facts)


def test_the_other_scheme_is_tried() -> None:
    site = _ordinary()
    site["https://www.example.gov.cn/"] = Failure.TLS_HANDSHAKE
    facts = drive(survey_site(plan("https://www.example.gov.cn/")), site)
    assert facts.home.page.gap is None
    assert facts.home.page.items[0].day == days_ago(3)


def test_robots_that_forbid_everything() -> None:
    site: Site = {ROOT + "/": _ordinary()[ROOT + "/"], ROOT + "/tzgg/": _ordinary()[ROOT + "/tzgg/"]}
    confirmed = (ConfirmedColumn("1500000001", ROOT + "/tzgg/", "公告", "通知公告"),)
    survey = survey_site(plan(columns=confirmed))
    from small_site import answer

    wave = next(survey)
    asked = 0
    try:
        while True:
            asked += len(wave)
            answers = [answer(ask, site) for ask in wave]
            wave = survey.send(
                [
                    one if one.ask.confirmed else replace(one, failure=Failure.ROBOTS, page=None, status=None)
                    for one in answers
                ]
            )
    except StopIteration as end:
        facts = end.value
    assert facts.robots_forbids
    assert facts.home.page.items[0].day == days_ago(3)
    columns = {one.url: one for one in facts.columns.columns}
    assert columns[ROOT + "/tzgg/"].newest.day == days_ago(3)
    assert columns[ROOT + "/xwdt/"].gap.reason == "robots"
    assert columns[ROOT + "/xwdt/"].gap.ours
    assert facts.letters.channel_gaps
    assert facts.guides.entry is None
    assert facts.guides.gaps
    assert facts.links.dead == ()
    assert asked < 60


def test_silence_in_the_middle_ends_the_walk() -> None:
    site = _ordinary()
    site[ROOT + "/xwdt/"] = column(
        "工作动态", titles("动态", "/deep/", [days_ago(3 + n) for n in range(200)]), NAV
    )
    for number in range(200):
        site[ROOT + f"/deep/content_{1000 + number}.html"] = Failure.BREAKER_OPEN
    log = Log([])
    facts = drive(survey_site(plan()), site, log)
    assert sum("/deep/" in url for url in log.urls) < 120
    assert any(gap.reason == "breaker_open" for gap in facts.links.gaps)
    assert facts.links.dead == ()


# ---- the crawl


def test_dead_links_and_soft_404s_and_undecided_ones() -> None:
    site = _ordinary()
    missing = html("页面不存在", "<h1>404</h1><p>抱歉，您访问的页面不存在或已被删除。</p>")
    extra = (
        '<p><a href="/dead.html">关于旧页面的说明</a><a href="/soft.html">关于软页面的说明</a><a href="/slow.html">关于慢页面的说明</a>'
        '<a href="/f/a.pdf">附件下载一</a><a href="/f/b.pdf">附件下载二</a><a href="http://other.example.com/">外部网站</a></p>'
    )
    site[ROOT + "/zjsl/"] = str(site[ROOT + "/zjsl/"]).replace(
        "<h1>走进示例</h1>", "<h1>走进示例</h1>" + extra
    )
    site[ROOT + "/slow.html"] = Failure.FIRST_BYTE_TIMEOUT
    site[ROOT + "/f/a.pdf"] = ("application/pdf", b"%PDF")
    site[ROOT + "/soft.html"] = missing

    class Soft(dict[str, object]):
        def get(self, url: str, default: object = None) -> object:
            return super().get(url, missing if "nonexistent" in url else default)

    log = Log([])
    facts = drive(survey_site(plan()), Soft(site), log)  # type: ignore[arg-type]
    dead = {link.url: link.reason for link in facts.links.dead}
    assert dead == {
        ROOT + "/dead.html": "not_found",
        ROOT + "/soft.html": "soft_404",
        ROOT + "/f/b.pdf": "not_found",
        "http://other.example.com/": "not_found",
    }
    assert facts.links.undecided == 1
    assert [ask.want for ask in log.asks if ask.url.endswith((".pdf", "example.com/"))] == [Want.EXISTS] * 3


def test_traps_and_limits_are_bounded() -> None:
    site = _ordinary()

    class Endless(dict[str, object]):
        def get(self, url: str, default: object = None) -> object:
            if "/trap/" in url:
                step = url.count("/a")
                return html(
                    "陷阱",
                    "".join(
                        f'<p><a href="{url}a{number}/">目录{number}更多内容介绍</a></p>'
                        for number in range(30 + step)
                    ),
                )
            return super().get(url, default)

    site[ROOT + "/zjsl/"] = html("走进示例", '<p><a href="/trap/">进入更多内容的目录</a></p>', NAV)
    log = Log([])
    limits = SurveyLimits(max_pages=150, max_exists=100)
    facts = drive(survey_site(plan(limits=limits)), Endless(site), log)  # type: ignore[arg-type]
    assert sum(ask.want is Want.PAGE for ask in log.asks) <= 152
    assert len(log.asks) <= 260
    assert any(gap.reason == "page_limit" and gap.ours for gap in facts.links.gaps)


def test_a_list_date_that_its_article_contradicts_is_a_candidate() -> None:
    site = _ordinary()
    old = "/tzgg/202401/t20240105_77.html"
    items = [
        ("关于开展专项检查工作的通知内容", old, str(days_ago(2))),
        *titles("通知", "/tzgg/", [days_ago(8), days_ago(9)]),
    ]
    site[ROOT + "/tzgg/"] = column("通知公告", items, NAV)
    site[ROOT + old] = article("关于开展专项检查工作的通知内容", "2024-01-05", NAV)
    facts = drive(survey_site(plan()), site)
    found = [one for one in facts.scan.suspects if one.kind.value == "伪造发稿日期"]
    assert [one.seen.url for one in found] == [ROOT + old]
    assert not found[0].certain


def test_redirected_home_keeps_the_site() -> None:
    site = _ordinary()
    site[ROOT + "/index.html"] = site.pop(ROOT + "/")
    site[ROOT + "/"] = Moved(ROOT + "/index.html")
    facts = drive(survey_site(plan()), site)
    assert facts.home.page.items[0].day == days_ago(3)
    assert {"工作动态", "通知公告", "政策文件"} <= set(_by_name(facts))
