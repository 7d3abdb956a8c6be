"""The small pieces of a survey: addresses, words, traps, waves in step, soft 404s."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.facts.columns import ColumnType
from checks.facts.letters import ChannelKind
from monitor.collect.extract.page import Challenge, PageFacts
from monitor.collect.failures import KINDS, Failure, Whose
from monitor.collect.survey.ask import Answer, Ask, Survey, Want
from monitor.collect.survey.dating import _in_order
from monitor.collect.survey.lockstep import ask_all, together
from monitor.collect.survey.outcome import failure_of, gap
from monitor.collect.survey.places import (
    Scope,
    canonical,
    is_attachment,
    looks_like_article,
    looks_like_column,
)
from monitor.collect.survey.plan import SitePlan
from monitor.collect.survey.softmissing import SoftMissing, random_ask
from monitor.collect.survey.traps import TrapGuard
from monitor.collect.survey.words import (
    channel_kind,
    clean_name,
    is_service_entry,
    is_side_block,
    leads_to_channels,
    type_by_name,
    type_by_tag,
)

TODAY = date(2026, 9, 25)
AT = datetime(2026, 9, 25, 9, tzinfo=timezone(timedelta(hours=8)))
HOME = "http://www.example.gov.cn/"


# ---- addresses


@pytest.mark.parametrize(
    ("raw", "one"),
    [
        ("HTTP://WWW.Example.gov.cn:80", "http://www.example.gov.cn/"),
        ("https://a.gov.cn:443/x?b=1#top", "https://a.gov.cn/x?b=1"),
        ("http://a.gov.cn/list;jsessionid=AB12?p=2", "http://a.gov.cn/list?p=2"),
        ("http://a.gov.cn/x?PHPSESSID=9&id=3", "http://a.gov.cn/x?id=3"),
        ("http://[2001:db8::1]:8080/x", "http://[2001:db8::1]:8080/x"),
    ],
)
def test_canonical_spelling(raw: str, one: str) -> None:
    assert canonical(raw) == one


@pytest.mark.parametrize(
    "raw",
    [
        "javascript:void(0)",
        "mailto:a@b.cn",
        "http://u:p@a.gov.cn/",
        "http://[::1",
        "http://a.gov.cn:x/",
        "http:///x",
        "x" * 3000,
    ],
)
def test_what_is_no_address(raw: str) -> None:
    assert canonical(raw) is None


@given(st.text(max_size=80))
def test_canonical_never_raises_and_is_stable(raw: str) -> None:
    once = canonical("http://a.gov.cn/" + raw)
    assert once is None or canonical(once) == once


def test_scope_of_the_filed_host() -> None:
    scope = Scope.of(HOME)
    assert scope.same_site("https://example.gov.cn/a")
    assert not scope.same_site("http://fgw.example.gov.cn/")
    assert scope.in_domain("http://fgw.example.gov.cn/")
    assert not scope.in_domain("http://example.gov.cn.evil.com/")
    assert not scope.in_domain("http://notexample.gov.cn/")
    assert scope.is_home("https://example.gov.cn/index.html")
    assert not scope.is_home("http://www.example.gov.cn/index.html?id=1")
    assert not scope.is_home("http://www.example.gov.cn/zwgk/index.html")


def test_scope_of_a_home_page_in_a_folder() -> None:
    scope = Scope.of("http://wsb.example.gov.cn/wsb/index.html")
    assert scope.is_home("http://wsb.example.gov.cn/wsb/")
    assert scope.is_home("http://wsb.example.gov.cn/")
    assert not scope.is_home("http://wsb.example.gov.cn/wsb/tzgg/")


def test_shapes_of_addresses() -> None:
    assert looks_like_article("http://a.gov.cn/zwgk/tzgg/202609/t20260924_123456.html")
    assert looks_like_article("http://a.gov.cn/art/2022/4/8/art_12_34567.html")
    assert looks_like_column("http://a.gov.cn/col/col123/index.html")
    assert looks_like_column("http://a.gov.cn/zwgk/tzgg/")
    assert not looks_like_column("http://a.gov.cn/zwgk/tzgg/t20260924_123456.html")
    assert is_attachment("http://a.gov.cn/f/P020260924.pdf")
    assert is_attachment("http://a.gov.cn/x/a.css?v=1")
    assert not is_attachment("http://a.gov.cn/pdf/")


# ---- words


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("通知公告", ColumnType.NOTICE),
        ("政策解读", ColumnType.INTERPRETATION),
        ("部门动态", ColumnType.NEWS),
        ("行政规范性文件", ColumnType.POLICY),
        ("政府信息公开年报", ColumnType.ANNUAL_REPORT),
        ("政府信息公开指南", ColumnType.DISCLOSURE_GUIDE),
        ("历史文件", ColumnType.ARCHIVE),
        ("2019年通知公告", ColumnType.ARCHIVE),
        ("2026年工作要点专题", ColumnType.TOPIC),
        ("领导之窗", ColumnType.LEADER),
        ("ᠮᠡᠳᠡᠭᠳᠡᠯ", ColumnType.NOTICE),
        ("ᠴᠢᠬᠤᠯᠠ ᠮᠡᠳᠡᠭᠡ", ColumnType.NEWS),
        ("ᠲᠥᠷᠥ\u202fᠶ᠋ᠢᠨ ᠪᠣᠳᠤᠯᠭ\u180eᠠ", ColumnType.POLICY),
        ("友情提醒", None),
        ("", None),
    ],
)
def test_type_by_name(name: str, kind: ColumnType | None) -> None:
    assert type_by_name(name, TODAY) is kind


def test_type_by_tag() -> None:
    assert type_by_tag("首页;政策文件") is ColumnType.POLICY
    assert type_by_tag("工作动态、通知公告") is ColumnType.NEWS
    assert type_by_tag("首页") is None


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("旗长信箱", ChannelKind.CONSULTATION),
        ("我要咨询", ChannelKind.CONSULTATION),
        ("网上信访", ChannelKind.PETITION),
        ("纪检监察举报", ChannelKind.DISCIPLINE),
        ("咨询投诉举报", ChannelKind.CONSULTATION),
        ("民意征集", ChannelKind.SURVEY),
        ("在线访谈", ChannelKind.INTERVIEW),
        ("关于做好群众来信办理工作的通知", None),
        ("政协提案办理", None),
        ("要闻", None),
    ],
)
def test_channel_kinds(name: str, kind: ChannelKind | None) -> None:
    assert channel_kind(name) is kind


def test_entrances_and_services() -> None:
    assert leads_to_channels("互动交流")
    assert not leads_to_channels("政务公开")
    assert is_service_entry("网上办事大厅")
    assert not is_service_entry("服务业发展动态")
    assert is_side_block("点击排行")
    assert not is_side_block("通知公告")
    assert clean_name(" [更多>>] 通知公告 ") == "通知公告"


# ---- waves in step


def _asker(waves: list[list[str]], got: list[list[str]]) -> Survey[int]:
    for wave in waves:
        answers = yield [Ask(url) for url in wave]
        got.append([answer.final_url for answer in answers])
    return len(waves)


def _drive(survey: Survey[object], waves: list[list[Ask]]) -> object:
    try:
        wave = next(survey)
        while True:
            waves.append(wave)
            wave = survey.send([Answer(ask, ask.url, AT, 200) for ask in wave])
    except StopIteration as end:
        return end.value


@given(
    st.lists(st.lists(st.lists(st.sampled_from("abcdefgh"), max_size=6), max_size=4), min_size=1, max_size=4),
    st.integers(1, 5),
)
def test_together_answers_each_in_its_own_order(plan: list[list[list[str]]], width: int) -> None:
    got: list[list[list[str]]] = [[] for _ in plan]
    waves: list[list[Ask]] = []
    result = _drive(together([_asker(one, mine) for one, mine in zip(plan, got, strict=True)], width), waves)
    assert result == [len(one) for one in plan]
    assert got == plan
    assert all(0 < len(wave) <= width for wave in waves)
    for wave in waves:
        assert len({(ask.url, ask.want) for ask in wave}) == len(wave)


def test_a_confirmed_ask_wins_over_a_free_one() -> None:
    waves: list[list[Ask]] = []
    _drive(ask_all([Ask("a"), Ask("a", confirmed=True), Ask("a", Want.EXISTS)], 10), waves)
    assert waves == [[Ask("a", confirmed=True), Ask("a", Want.EXISTS)]]


def test_a_short_answer_is_an_error() -> None:
    survey = ask_all([Ask("a"), Ask("b")], 10)
    next(survey)
    with pytest.raises(ValueError, match="2 asks"):
        survey.send([Answer(Ask("a"), "a", AT)])


# ---- failures


def test_gaps_are_ours_unless_plainly_theirs() -> None:
    for failure in Failure:
        assert gap("x", failure, None).ours is (KINDS[failure].whose is not Whose.THEIRS)


def test_a_defence_page_is_blocked_though_it_answered_200() -> None:
    page = PageFacts(url=HOME, charset="utf-8", title="", challenge=Challenge.SCRIPT)
    assert failure_of(Answer(Ask(HOME), HOME, AT, 200, page=page)) is Failure.SCRIPT_CHALLENGE
    assert failure_of(Answer(Ask(HOME), HOME, AT, 200)) is Failure.NOT_HTML


# ---- soft 404


def _page(url: str, **values: object) -> PageFacts:
    return replace(PageFacts(url=url, charset="utf-8", title="示例旗人民政府"), **values)  # type: ignore[arg-type]


def _learnt(probe: PageFacts, home: PageFacts, final: str | None = None) -> SoftMissing:
    soft = SoftMissing()
    ask = random_ask(HOME, "s", "t")
    soft.learn(Answer(ask, final or ask.url, AT, 200, page=probe), home, Scope.of(HOME))
    return soft


def _judged(soft: SoftMissing, page: PageFacts, final: str | None = None) -> Failure | None:
    answer = Answer(Ask(page.url), final or page.url, AT, 200, page=page)
    return soft.judge(answer, Scope.of(HOME)).failure


def test_the_same_text_as_for_the_random_address_is_missing() -> None:
    probe = _page("x", title="出错了", text_sha256="aa", text_length=90)
    soft = _learnt(probe, _page(HOME, text_sha256="bb", text_length=900))
    assert (
        _judged(soft, _page(HOME + "a.html", title="出错了", text_sha256="aa", text_length=90))
        is Failure.SOFT_404
    )
    assert _judged(soft, _page(HOME + "a.html", title="通知", text_sha256="cc", text_length=90)) is None


def test_an_empty_text_proves_nothing() -> None:
    soft = _learnt(_page("x", text_sha256="ee", text_length=0), _page(HOME, text_sha256="bb"))
    assert _judged(soft, _page(HOME + "a.html", text_sha256="ee", text_length=0)) is None


def test_an_application_shell_is_unread_and_not_missing() -> None:
    shell = _page(HOME, text_sha256="ss", text_length=30, script_built=True)
    soft = _learnt(shell, shell)
    assert _judged(soft, _page(HOME + "a", text_sha256="ss", text_length=30)) is Failure.NEEDS_SCRIPT


def test_a_redirect_to_where_dead_addresses_go_is_missing_but_the_home_page_is_not() -> None:
    home = _page(HOME, text_sha256="hh", text_length=900)
    soft = _learnt(home, home, final=HOME)
    assert (
        _judged(soft, _page(HOME + "old/1.html", text_sha256="xx", text_length=800), final=HOME)
        is Failure.SOFT_404
    )
    assert _judged(soft, _page(HOME + "index.html", text_sha256="hh", text_length=900), final=HOME) is None


def test_a_removed_article_that_jumps_to_its_column_is_missing() -> None:
    soft = SoftMissing()
    gone = _page(HOME + "zwgk/tzgg/t20260101_12345.html", refresh=HOME + "zwgk/tzgg/", text_length=10)
    assert _judged(soft, gone) is Failure.SOFT_404
    moved = _page(
        HOME + "zwgk/tzgg/t20260101_12345.html", refresh=HOME + "new/t20260101_9.html", text_length=10
    )
    assert _judged(soft, moved) is None


def test_the_random_address_depends_on_seed_and_target_only() -> None:
    assert random_ask(HOME, "s", "t") == random_ask(HOME, "s", "t")
    assert random_ask(HOME, "s", "t") != random_ask(HOME, "s", "u")


# ---- traps


def _urls(pattern: str, number: int) -> Iterator[str]:
    return (pattern.format(number=one) for one in range(number))


def test_parameters_are_bounded_and_articles_are_not() -> None:
    guard = TrapGuard(TODAY, 60)
    assert sum(guard.admits(url) for url in _urls("http://a.gov.cn/list?sort={number}", 500)) == 60
    assert sum(guard.admits(url) for url in _urls("http://a.gov.cn/tzgg/content_{number}.html", 500)) == 500


def test_calendars_and_loops_are_bounded() -> None:
    guard = TrapGuard(TODAY, 60)
    assert sum(guard.admits(url) for url in _urls("http://a.gov.cn/cal?year=2026&month={number}", 100)) <= 12
    assert not guard.admits("http://a.gov.cn/calendar/2031/05/")
    assert not guard.admits("http://a.gov.cn" + "/a/b" * 6)
    assert not guard.admits("http://a.gov.cn/" + "x" * 700)
    assert guard.admits("http://a.gov.cn/zwgk/zfxxgk/fdzdgknr/gfxwj/202609/t20260924_1.html")


# ---- order of dates


def _days(*numbers: int) -> list[date]:
    return [TODAY - timedelta(days=number) for number in numbers]


def test_order_with_and_without_pinned_items() -> None:
    assert _in_order(_days(1, 2, 2, 9))
    assert _in_order(_days(400, 300, 1, 2, 3, 4))
    assert not _in_order(_days(9, 8, 7, 6, 5, 4, 3))
    assert not _in_order(_days(5, 1, 7, 2, 9, 3, 11, 4))
    assert _in_order(_days())


def test_a_plan_needs_an_aware_moment() -> None:
    with pytest.raises(ValueError, match="时区"):
        SitePlan("1", HOME, "", "", "", True, datetime(2026, 9, 25))  # noqa: DTZ001
