"""What the saved pages taught, each lesson as an invented example."""

from __future__ import annotations

import pytest
from small_site import ROOT, Site, block, column, days_ago, drive, html, plan, rows, titles

from checks.facts import Subject, TargetKind
from checks.model import Answer
from checks.runner import judge_site
from checks.system import load_system
from monitor.collect.failures import Failure
from monitor.collect.survey.ask import Answer as Told
from monitor.collect.survey.ask import Ask
from monitor.collect.survey.site import survey_site
from monitor.collect.survey.words import is_name
from registry.model import ConfirmedColumn


def verdicts(facts, site_plan) -> dict[str, Answer]:  # type: ignore[no-untyped-def]
    """Every rule's answer on the facts of an invented site."""
    subject = Subject(
        site_plan.target, TargetKind.SITE, "示例旗", "旗县", "150000", "", "", "部门", True, site_plan.url,
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


def saved_only(site: Site, site_plan):  # type: ignore[no-untyped-def]
    """Walk a survey over a dictionary of which everything else was not archived."""
    from small_site import answer

    survey = survey_site(site_plan)
    try:
        wave = next(survey)
        while True:
            wave = survey.send([
                answer(ask, site) if ask.url in site else _unsaved(ask, site_plan) for ask in wave
            ])  # fmt: skip
    except StopIteration as end:
        return end.value


def _unsaved(ask: Ask, site_plan) -> Told:  # type: ignore[no-untyped-def]
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
