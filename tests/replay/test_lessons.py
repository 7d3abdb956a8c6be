"""What the saved pages taught, each lesson as an invented example."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_site import (
    AS_OF,
    ROOT,
    TODAY,
    VISIT,
    Site,
    answer,
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

from checks.facts import ColumnType, SiteFacts, Subject, TargetKind
from checks.model import Answer
from checks.runner import judge_site
from checks.system import load_system
from monitor.collect.failures import Failure
from monitor.collect.survey.ask import Answer as Told
from monitor.collect.survey.ask import Ask
from monitor.collect.survey.plan import SitePlan
from monitor.collect.survey.site import survey_site
from monitor.collect.survey.words import is_name, type_by_name
from monitor.inspection.saved import SavedPage, look_at_file
from registry.model import ConfirmedColumn


def verdicts(facts: SiteFacts, site_plan: SitePlan) -> dict[str, Answer]:
    """Every rule's answer on the facts of an invented site."""
    subject = Subject(
        facts.target, TargetKind.SITE, "示例旗", "旗县", "150000", "", "", "部门", True, site_plan.url,
        "门户网站",
    )  # fmt: skip
    judged = judge_site(subject, facts, None, load_system("national-2019"), site_plan.as_of)
    return {one.indicator: one.answer for one in judged}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("通知公告", True),
        ("示例自治区人民政府办公厅文件汇编", True),
        ("一二三四五六七八九十一二三四五六七八九十", True),
        ("一二三四五六七八九十一二三四五六七八九十一", False),
        ("某某平台向社会公开征集优化营商环境问题线索和意见建议", False),
        ("Laws and Regulations", True),
        ("ᠮᠣᠩᠭᠣᠯ ᠤᠯᠤᠰ ᠤᠨ ᠵᠠᠰᠠᠭ ᠤᠨ ᠭᠠᠵᠠᠷ ᠤᠨ ᠮᠡᠳᠡᠭᠡ", True),
        ("09-12 会议", False),
    ],
)
def test_a_headline_is_no_name_of_a_column(text: str, name: bool) -> None:
    assert is_name(text) is name


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("双公示", ColumnType.OTHER),
        ("信用信息双公示专区", ColumnType.OTHER),
        ("行政处罚公示", ColumnType.OTHER),
        ("公示公告", ColumnType.NOTICE),
        ("任前公示", ColumnType.NOTICE),
        ("公示", ColumnType.NOTICE),
    ],
)
def test_permits_and_penalties_shown_in_public_are_no_notices(name: str, kind: ColumnType) -> None:
    assert type_by_name(name, TODAY) is kind


def test_headlines_with_addresses_like_columns_are_items_and_no_columns() -> None:
    """Special reports lie in folders of their own; a list of such headlines leads to no columns."""
    folders = {"/zt/2026yshj/index.html": Failure.BLOCKED, "/xwzx/2026cfh/03/index.html": Failure.BLOCKED}
    items = [
        ("示例旗优化营商环境三年行动计划实施情况专题报道系列之一", "/zt/2026yshj/index.html", ""),
        ("示例旗召开推进乡村振兴工作会议部署下半年重点任务", "/xwzx/content_1001.html", ""),
        ("政策吹风会解读助企纾困新举措", "/xwzx/2026cfh/03/index.html", ""),
    ]
    home = html("示例旗", block("要闻", "/xwzx/", rows(items)), {"新闻动态": "/xwzx/"})
    news = column("新闻动态", titles("旗里", "/xwzx/", [days_ago(1)]))
    site: Site = {ROOT + "/": home, ROOT + "/xwzx/": news}
    site |= {ROOT + path: failure for path, failure in folders.items()}
    names = {one.name for one in drive(survey_site(plan()), site).columns.columns}
    assert names == {"新闻动态"}


def saved_only(site: Site, site_plan: SitePlan) -> SiteFacts:
    """Walk a survey over a dictionary of which everything else was not archived."""
    survey = survey_site(site_plan)
    try:
        wave = next(survey)
        while True:
            wave = survey.send([
                answer(ask, site) if ask.url in site else _unsaved(ask, site_plan) for ask in wave
            ])  # fmt: skip
    except StopIteration as end:
        facts: SiteFacts = end.value
        return facts


def _unsaved(ask: Ask, site_plan: SitePlan) -> Told:
    return Told(ask, ask.url, site_plan.as_of, failure=Failure.NOT_ARCHIVED)


def test_a_home_page_that_was_not_saved_does_not_hide_a_saved_confirmed_column() -> None:
    site: Site = {ROOT + "/tzgg/": column("通知公告", titles("旗里", "/tzgg/", [days_ago(3), days_ago(9)]))}
    told = plan(columns=(ConfirmedColumn("1500000001", ROOT + "/tzgg/", "通知公告", "通知公告"),))
    facts = saved_only(site, told)
    (one,) = facts.columns.columns
    assert one.gap is None
    assert one.newest is not None
    assert one.newest.day == days_ago(3)
    answers = verdicts(facts, told)
    assert {answers[code] for code in ("W-V2", "W-V3", "W-V4", "W-V5", "W-V6")} == {Answer.UNOBSERVED}


def test_pages_that_were_not_saved_may_hold_any_number_of_columns() -> None:
    """Two columns, none of them saved: fewer than any threshold, and yet nothing is known."""
    nav = {"图片新闻": "/tpxw/", "通知公告": "/tzgg/"}
    items = rows(titles("旗里", "/tpxw/", [days_ago(1), days_ago(2), days_ago(3)]))
    site: Site = {ROOT + "/": html("示例旗", block("图片新闻", "/tpxw/", items), nav)}
    facts = saved_only(site, plan())
    assert [one.gap is not None for one in facts.columns.columns] == [True, True]
    answers = verdicts(facts, plan())
    assert answers["W-V3"] is Answer.PASS
    assert answers["W-V4"] is Answer.UNOBSERVED


# ---- one saved file at a time


def look(folder: Path, name: str, content: str, url: str | None = None) -> SavedPage:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return look_at_file(path, AS_OF, VISIT, url)


def test_a_saved_column_is_a_column_and_no_home_page_that_is_out_of_date(tmp_path: Path) -> None:
    """Every folder has its index.html; only the root of a host is a home page."""
    page = column("政策文件", titles("政策", "/zcwj/", [days_ago(100), days_ago(200), days_ago(300)]))
    seen = look(tmp_path, "index.html", page, ROOT + "/zcwj/index.html")
    assert seen.remark.startswith("网站页面: 栏目「政策文件」")
    assert seen.site is not None
    (one,) = seen.site.columns.columns
    assert one.newest is not None
    assert (one.name, one.newest.day, one.item_count) == ("政策文件", days_ago(100), 3)
    answers = verdicts(seen.site, plan())
    assert {answers[code] for code in ("W-V2", "W-V3", "W-V4", "W-V5", "W-V6")} == {Answer.UNOBSERVED}


def test_a_saved_home_page_is_told_by_its_address(tmp_path: Path) -> None:
    page = html("示例旗人民政府", rows(titles("动态", "/xwdt/", [days_ago(20)] * 4)), {"动态": "/xwdt/"})
    seen = look(tmp_path, "1.html", page, ROOT + "/index.html")
    assert seen.remark == "网站页面: 首页「示例旗人民政府」"
    assert seen.site is not None
    assert verdicts(seen.site, plan())["W-V3"] is Answer.FAIL


def test_a_saved_article_is_told_with_its_date_and_with_what_disagrees(tmp_path: Path) -> None:
    tag = f'<meta name="PubDate" content="{days_ago(2)} 10:00:43">'
    page = article("示例旗关于做好秋季防火工作的通知", str(days_ago(40)), tags=tag)
    seen = look(tmp_path, "a.html", page, ROOT + "/tzgg/content_1.html")
    told = f"发布日期 {days_ago(40)} (标题旁日期; 另有 PubDate标签 {days_ago(2)})"
    assert seen.remark == f"网站页面: 文章「示例旗关于做好秋季防火工作的通知」, {told}"


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.json", '{"errcode": 0, "errmsg": "ok"}', "不是网页"),
        ("b.json", "[1, 2, 3]", "不是网页"),
        ("c.xml", '<?xml version="1.0"?><config><item>1</item></config>', "不是网页"),
        ("d.html", "  \n", "不是网页"),
        ("e.html", "<div><p>只有正文的片段也是网页。</p></div>", "网站页面"),
        ("f.html", '<%@ page language="java" %><html><body>模板页</body></html>', "网站页面"),
    ],
)
def test_what_is_no_page_is_not_judged_as_one(tmp_path: Path, name: str, content: str, told: str) -> None:
    seen = look(tmp_path, name, content)
    assert seen.remark.startswith(told)
    assert (seen.site is not None) == (told == "网站页面")
    assert seen.account is None


def test_an_album_of_a_platform_is_no_page_of_a_site(tmp_path: Path) -> None:
    frame = (
        '<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "x">'
        '<html><head><link rel="icon" href="https://weibo.cn/favicon.ico"><meta name="MobileOptimized" '
        'content="240"/><title>专辑</title></head><body><div class="c"><a href="/a/1">图片</a></div></body></html>'
    )
    seen = look(tmp_path, "album.html", frame)
    assert seen.remark.startswith("平台页面: ")
    assert seen.site is None
    own = html("示例旗", '<div class="c"><a href="https://weibo.cn/u/1">微博</a></div>')
    assert look(tmp_path, "own.html", own).remark.startswith("网站页面: ")


def test_a_saved_feed_is_told_as_a_round_would_note_it(tmp_path: Path) -> None:
    """Posts after the reference time stand apart, and titles are looked through."""
    moments = {"今日通报": "Fri, 25 Sep 2026 08:00:00 +0800", "明日预告": "Sat, 26 Sep 2026 08:00:00 +0800"}
    items = "".join(
        f"<item><title>{title}</title><link>http://f.example.cn/{number}</link><pubDate>{moment}</pubDate></item>"
        for number, (title, moment) in enumerate(moments.items())
    )
    feed = f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>发布</title>{items}</channel></rss>'
    seen = look(tmp_path, "feed.xml", feed)
    assert seen.account is not None
    assert [post.title for post in seen.account.source.posts] == ["今日通报"]
    assert [post.title for post in seen.account.source.future] == ["明日预告"]
    assert seen.account.scan.scanned == 2
