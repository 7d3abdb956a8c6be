"""Channels, public letters and service guides, from HTML to facts."""

from __future__ import annotations

from datetime import date

import pytest
from small_site import ROOT, Log, Site, article, block, column, days_ago, drive, html, plan, rows, titles

from checks.facts.base import Gap
from checks.facts.guides import Element
from checks.facts.letters import ChannelKind, Letters
from monitor.collect.failures import Failure
from monitor.collect.survey.plan import SurveyLimits
from monitor.collect.survey.site import survey_site

NAV = {"工作动态": "/xwdt/", "互动交流": "/hdjl/", "办事服务": "/bsfw/"}
LetterSpec = tuple[str, date, date | None]


def _site(nav: dict[str, str] | None = None) -> Site:
    nav = NAV if nav is None else nav
    items = titles("动态", "/xwdt/", [days_ago(3 + 7 * number) for number in range(5)])
    site: Site = {
        ROOT + "/": html("示例旗人民政府", block("工作动态", "/xwdt/", rows(items)), nav),
        ROOT + "/xwdt/": column("工作动态", items, nav),
    }
    for title, url, day in items:
        site[ROOT + url] = article(title, day, nav)
    return site


def _letter_list(letters: list[LetterSpec], folder: str, pager: str = "", first: int = 0) -> str:
    lines = "".join(
        f'<tr><td>XJ{first + number:04d}</td><td><a href="{folder}xj_{first + number}.html">{title}</a></td><td>咨询</td>'
        f"<td>{asked}</td><td>{'已答复' if answered else '办理中'}</td></tr>"
        for number, (title, asked, answered) in enumerate(letters)
    )
    head = "<tr><th>信件编号</th><th>信件标题</th><th>类型</th><th>来信时间</th><th>办理状态</th></tr>"
    return html("旗长信箱-示例旗", f"<h2>旗长信箱</h2><table>{head}{lines}</table>{pager}", NAV)


def _letter_page(title: str, asked: date, answered: date | None) -> str:
    reply = (
        f"<tr><td>答复单位</td><td>旗教育局</td></tr><tr><td>答复时间</td><td>{answered}</td></tr>"
        "<tr><td>答复内容</td><td>您好，您反映的问题我们高度重视，现将有关情况答复如下，感谢您的关心支持。</td></tr>"
        if answered
        else ""
    )
    return html(
        title,
        f"<h2>{title}</h2><table><tr><td>来信标题</td><td>{title}</td></tr><tr><td>来信时间</td><td>{asked}</td></tr>"
        f"<tr><td>来信内容</td><td>您好，请问这项业务需要准备哪些材料，谢谢。</td></tr>{reply}</table>",
        NAV,
    )


def _with_letters(letters: list[LetterSpec], pager: str = "") -> Site:
    site = _site()
    site[ROOT + "/hdjl/"] = html(
        "互动交流", '<p><a href="/hdjl/qzxx/">旗长信箱</a></p><p><a href="/hdjl/xf/">网上信访</a></p>', NAV
    )
    site[ROOT + "/hdjl/qzxx/"] = _letter_list(letters, "/hdjl/qzxx/", pager)
    site[ROOT + "/hdjl/xf/"] = html("网上信访", "<p>请通过国家信访局网站反映问题。</p>", NAV)
    for number, (title, asked, answered) in enumerate(letters):
        site[ROOT + f"/hdjl/qzxx/xj_{number}.html"] = _letter_page(title, asked, answered)
    return site


def _letters(site: Site, limits: SurveyLimits | None = None) -> Letters:
    return drive(survey_site(plan(limits=limits)), site).letters


LETTERS: list[LetterSpec] = [
    ("关于办理生育登记所需材料的咨询", days_ago(20), None),
    ("关于小区供暖温度不达标问题的咨询", days_ago(150), days_ago(140)),
    ("关于农村低保申请条件问题的咨询", days_ago(200), None),
    ("关于草原生态补奖发放时间的咨询", days_ago(300), days_ago(290)),
    ("关于户口迁移办理流程问题的咨询", days_ago(420), None),
]


def test_letters_of_a_public_list() -> None:
    letters = _letters(_with_letters(LETTERS))
    found = {one.title: one for one in letters.letters}
    assert set(found) == {title for title, _, _ in LETTERS}
    for title, asked, answered in LETTERS:
        assert found[title].asked == asked
        assert found[title].has_answer is (answered is not None)
        assert found[title].channel is ChannelKind.CONSULTATION
    assert found[LETTERS[1][0]].answered == days_ago(140)
    assert letters.gaps == ()
    assert letters.channel_gaps == ()
    kinds = {one.name: (one.kind, one.usable) for one in letters.channels}
    assert kinds["旗长信箱"] == (ChannelKind.CONSULTATION, True)
    assert kinds["网上信访"][0] is ChannelKind.PETITION


def test_a_letter_whose_page_cannot_be_read_is_left_open() -> None:
    site = _with_letters(LETTERS)
    site[ROOT + "/hdjl/qzxx/xj_2.html"] = Failure.BODY_TIMEOUT
    found = {one.title: one for one in _letters(site).letters}
    assert found[LETTERS[2][0]].has_answer is None


def test_a_reply_on_the_letters_own_page_counts() -> None:
    site = _with_letters(LETTERS)
    site[ROOT + "/hdjl/qzxx/xj_2.html"] = _letter_page(LETTERS[2][0], days_ago(200), days_ago(199))
    found = {one.title: one for one in _letters(site).letters}
    assert found[LETTERS[2][0]].has_answer is True
    assert found[LETTERS[2][0]].answered == days_ago(199)


def _paged(pages: int, per_page: int, step: int) -> Site:
    site = _with_letters(LETTERS)
    for page in range(pages):
        letters = [
            (
                f"关于第{page * per_page + n}件事项办理问题的咨询",
                days_ago(step * (page * per_page + n) + 5),
                days_ago(step * (page * per_page + n) + 4),
            )
            for n in range(per_page)
        ]
        pager = (
            f'<div class="page"><a href="/hdjl/qzxx/index_{page + 1}.html">下一页</a></div>'
            if page + 1 < pages
            else ""
        )
        name = "/hdjl/qzxx/" if page == 0 else f"/hdjl/qzxx/index_{page}.html"
        site[ROOT + name] = _letter_list(letters, "/hdjl/qzxx/", pager, page * per_page)
    return site


def test_letters_are_read_back_for_a_year_and_no_further() -> None:
    log = Log([])
    facts = drive(survey_site(plan(limits=SurveyLimits(max_depth=1))), _paged(40, 10, 5), log)
    pages = sum("/hdjl/qzxx/index_" in ask.url and ask.want == "page" for ask in log.asks)
    assert 7 <= pages <= 10
    assert facts.letters.gaps == ()
    assert len([one for one in facts.letters.letters if one.asked and one.asked >= days_ago(365)]) == 73


def test_a_list_that_was_not_read_to_the_end_is_a_gap() -> None:
    letters = _letters(_paged(40, 10, 1), SurveyLimits(letter_pages=6))
    assert any(one.reason == "page_limit" for one in letters.gaps)
    site = _paged(10, 10, 1)
    site[ROOT + "/hdjl/qzxx/index_3.html"] = Failure.BREAKER_OPEN
    assert any(one.reason == "breaker_open" and one.ours for one in _letters(site).gaps)


# ---- channels


def test_no_channel_at_all_is_seen_without_gaps() -> None:
    letters = _letters(_site({"工作动态": "/xwdt/"}))
    assert letters.channels == ()
    assert letters.channel_gaps == ()
    assert letters.gaps == ()


@pytest.mark.parametrize(
    "failure", [Failure.BLOCKED, Failure.BODY_TIMEOUT, Failure.ROBOTS, Failure.NOT_ARCHIVED]
)
def test_an_unread_entrance_may_hide_a_channel(failure: Failure) -> None:
    site = _site()
    site[ROOT + "/hdjl/"] = failure
    assert any(isinstance(one, Gap) for one in _letters(site).channel_gaps)


def test_petitions_and_surveys_are_no_consultation() -> None:
    site = _site()
    site[ROOT + "/hdjl/"] = html(
        "互动交流",
        '<p><a href="/hdjl/xf.html">网上信访</a><a href="/hdjl/jb.html">纪检监察举报</a><a href="http://wsxf.example.cn/">旗长信箱</a></p>',
        NAV,
    )
    form = '<form action="/s"><input type="text" name="t"><textarea name="b"></textarea></form>'
    site[ROOT + "/hdjl/xf.html"] = html("网上信访", form, NAV)
    site[ROOT + "/hdjl/jb.html"] = html("纪检监察举报", form, NAV)
    letters = _letters(site)
    kinds = {one.url: (one.kind, one.usable) for one in letters.channels}
    assert kinds[ROOT + "/hdjl/xf.html"] == (ChannelKind.PETITION, True)
    assert kinds[ROOT + "/hdjl/jb.html"] == (ChannelKind.DISCIPLINE, True)
    assert kinds["http://wsxf.example.cn/"][0] is ChannelKind.PETITION
    assert not any(one.kind is ChannelKind.CONSULTATION for one in letters.channels)


def test_a_dead_mailbox_is_not_usable_and_an_unread_one_is_undecided() -> None:
    site = _site()
    site[ROOT + "/hdjl/"] = html("互动交流", '<p><a href="/hdjl/qzxx.html">旗长信箱</a></p>', NAV)
    (channel,) = [one for one in _letters(site).channels if one.kind is ChannelKind.CONSULTATION]
    assert channel.usable is False
    assert channel.seen is not None
    site[ROOT + "/hdjl/qzxx.html"] = Failure.SCRIPT_CHALLENGE
    (channel,) = [one for one in _letters(site).channels if one.kind is ChannelKind.CONSULTATION]
    assert channel.usable is None
    assert channel.gap is not None


def test_a_channel_deep_in_the_site_is_found_by_the_crawl() -> None:
    nav = {"工作动态": "/xwdt/"}
    site = _site(nav)
    site[ROOT + "/xwdt/content_1002.html"] = article("动态", str(days_ago(17)), nav).replace(
        "</h1>", '</h1><p><a href="/about/">关于本站情况的介绍</a></p>'
    )
    site[ROOT + "/about/"] = html("关于", '<p><a href="/about/xx.html">局长信箱</a></p>', nav)
    site[ROOT + "/about/xx.html"] = html(
        "局长信箱", '<form action="/s"><textarea name="b"></textarea></form>', nav
    )
    letters = _letters(site)
    assert [(one.name, one.usable) for one in letters.channels] == [("局长信箱", True)]


# ---- guides


def _guide(title: str, lacks: int = 0) -> str:
    parts = [
        ("设定依据", "《中华人民共和国人口与计划生育法》第十八条"),
        ("申请条件", "夫妻双方户籍在本旗的可以提出申请"),
        ("申请材料", "身份证、结婚证、户口簿原件及复印件"),
        ("办理地点", "示例旗政务服务中心二楼12号窗口"),
        ("办理时间", "周一至周五上午8:30至11:30，下午2:30至5:30"),
        ("联系电话", "0478-1234567"),
        ("办理流程", "申请、受理、审核、办结、送达"),
    ]
    lines = "".join(f"<tr><th>{name}</th><td>{text}</td></tr>" for name, text in parts[: len(parts) - lacks])
    return html(
        f"{title}办事指南",
        f"<h1>{title}办事指南</h1><table><tr><th>事项名称</th><td>{title}</td></tr>{lines}</table>",
        NAV,
    )


def _with_guides(number: int, lacks: int, pager: str = "") -> Site:
    site = _site()
    items = [(f"第{n}项行政许可事项办理", f"/bsfw/sx_{n}.html", "") for n in range(number)]
    site[ROOT + "/bsfw/"] = html("办事服务", f"<h2>办事指南</h2>{rows(items)}{pager}", NAV)
    for title, url, _ in items:
        site[ROOT + url] = _guide(title, lacks)
    return site


def test_guides_are_read_with_their_elements() -> None:
    guides = drive(survey_site(plan()), _with_guides(7, 4)).guides
    assert guides.entry is not None
    assert not guides.offsite
    assert guides.listed == 7
    assert [len(one.missing) for one in guides.guides] == [4] * 7
    assert guides.guides[0].missing == (Element.PLACE, Element.HOURS, Element.PHONE, Element.PROCESS)
    assert guides.gaps == ()


def test_a_sample_leaves_the_rest_listed() -> None:
    limits = SurveyLimits(guides=6)
    guides = drive(survey_site(plan(limits=limits)), _with_guides(20, 0)).guides
    assert len(guides.guides) == 6
    assert guides.listed == 20
    again = drive(survey_site(plan(limits=limits)), _with_guides(20, 0)).guides
    assert again == guides


def test_an_unread_guide_is_a_gap_and_a_dead_one_is_none() -> None:
    site = _with_guides(6, 0)
    site[ROOT + "/bsfw/sx_2.html"] = Failure.RESET
    del site[ROOT + "/bsfw/sx_3.html"]
    guides = drive(survey_site(plan()), site).guides
    assert guides.listed == 5
    assert [one.url for one in guides.guides if one.gap is not None] == [ROOT + "/bsfw/sx_2.html"]


def test_a_platform_elsewhere_is_not_walked() -> None:
    nav = {"工作动态": "/xwdt/", "政务服务": "https://zwfw.province.gov.cn/handle"}
    log = Log([])
    guides = drive(survey_site(plan()), _site(nav), log).guides
    assert guides.offsite
    assert guides.entry is not None
    assert any(one.ours for one in guides.gaps)
    walked = [ask.url for ask in log.asks if ask.want == "page" and "zwfw.province" in ask.url]
    assert walked == ["https://zwfw.province.gov.cn/handle"]


def test_guides_that_the_entry_lists_on_a_platform_are_read() -> None:
    platform = "https://zwfw.province.gov.cn"
    nav = {"工作动态": "/xwdt/", "政务服务": platform + "/unit/150783/index.html"}
    site = _site(nav)
    items = [(f"第{n}项行政许可事项办理", f"/unit/150783/bszn_{n}.html", "") for n in range(5)]
    site[platform + "/unit/150783/index.html"] = html("办事指南", f"<h2>办事指南</h2>{rows(items)}")
    for title, url, _ in items:
        site[platform + url] = _guide(title, 4)
    guides = drive(survey_site(plan()), site).guides
    assert guides.offsite
    assert guides.listed == 5
    assert [len(one.missing) for one in guides.guides] == [4] * 5
    site[platform + items[0][1]] = Failure.BLOCKED
    guides = drive(survey_site(plan()), site).guides
    assert guides.listed == 5
    assert sum(one.gap is not None for one in guides.guides) == 1


def test_what_an_unknown_script_may_write_is_unread_and_not_missing() -> None:
    site = _with_guides(6, 4)
    script = '<script src="/static/js/guide.9a1b.js"></script>'
    for n in range(6):
        site[ROOT + f"/bsfw/sx_{n}.html"] = str(site[ROOT + f"/bsfw/sx_{n}.html"]).replace(
            "</body>", script + "</body>"
        )
    site[ROOT + "/static/js/guide.9a1b.js"] = ("application/javascript", b"(function(){boot()})();")
    guides = drive(survey_site(plan()), site).guides
    assert [(len(one.missing), len(one.unread)) for one in guides.guides] == [(0, 4)] * 6
    site[ROOT + "/bsfw/sx_0.html"] = _guide("第0项", 0).replace("</body>", script + "</body>")
    guides = drive(survey_site(plan()), site).guides
    assert sum(len(one.missing) >= 4 for one in guides.guides) == 5, "a guide with the same script shows all"


def test_a_channel_is_known_by_what_stands_on_its_page() -> None:
    nav = {"工作动态": "/xwdt/", "心声": "/xs/"}
    site = _site(nav)
    site[ROOT + "/xs/"] = html(
        "心声", '<form action="/s"><input type="text" name="t"><textarea name="b"></textarea></form>', nav
    )
    channels = _letters(site).channels
    assert [(one.kind, one.usable) for one in channels] == [(ChannelKind.CONSULTATION, True)]


def test_the_petition_offices_own_site_has_a_channel() -> None:
    root = "http://xfj.example.gov.cn"
    form = '<form action="/s"><input type="text" name="t"><textarea name="b"></textarea></form>'
    site: Site = {
        root + "/": html(
            "示例市信访局", rows(titles("动态", "/xw/", [days_ago(3)] * 3)), {"网上咨询": "/zx/"}
        ),
        root + "/zx/": html("网上咨询", form),
    }
    channels = drive(survey_site(plan(root + "/")), site).letters.channels
    assert [(one.name, one.kind, one.usable) for one in channels] == [
        ("网上咨询", ChannelKind.CONSULTATION, True)
    ]


def test_no_services_at_all_is_seen_without_gaps() -> None:
    guides = drive(survey_site(plan()), _site({"工作动态": "/xwdt/"})).guides
    assert guides.entry is None
    assert guides.gaps == ()
    site = _site({"工作动态": "/xwdt/", "办事服务": "/bsfw/"})
    site[ROOT + "/bsfw/"] = Failure.BLOCKED
    guides = drive(survey_site(plan()), site).guides
    assert guides.entry is None
    assert guides.gaps


def _board(letters: list[LetterSpec]) -> str:
    return "".join(
        f"<div class='ly'><h4>{title}</h4><p><span>留言时间：{asked}</span></p><div><b>留言内容：</b>您好，请问这项业务怎么办理。</div>"
        + (
            f"<div><b>答复内容：</b>您好，请到窗口办理。<span>答复时间：{answered}</span></div>"
            if answered
            else ""
        )
        + "</div>"
        for title, asked, answered in letters
    )


FORM = '<form action="/s"><textarea name="b"></textarea></form>'


@pytest.mark.parametrize("frame", [False, True], ids=["on the page", "in a frame"])
@pytest.mark.parametrize("form", ["", FORM], ids=["no form", "with a form"])
def test_letters_of_a_board_without_pages_of_their_own(form: str, frame: bool) -> None:
    site = _with_letters([])
    board = html("旗长信箱", f"<h2>旗长信箱</h2>{form}{_board(LETTERS)}", NAV)
    site[ROOT + "/hdjl/qzxx/"] = board
    if frame:
        site[ROOT + "/hdjl/qzxx/"] = html("旗长信箱", '<iframe src="/hdjl/board.html"></iframe>', NAV)
        site[ROOT + "/hdjl/board.html"] = board
    letters = _letters(site)
    assert {one.title: (one.asked, one.answered, one.has_answer) for one in letters.letters} == {
        title: (asked, answered, answered is not None) for title, asked, answered in LETTERS
    }
    assert letters.gaps == ()
    assert {one.usable for one in letters.channels if one.kind is ChannelKind.CONSULTATION} == {True}


def test_two_letters_of_one_title_on_one_board_are_both_kept() -> None:
    site = _with_letters([])
    twice: list[LetterSpec] = [
        ("咨询户口迁移", days_ago(150), days_ago(140)),
        ("咨询户口迁移", days_ago(150), None),
    ]
    site[ROOT + "/hdjl/qzxx/"] = html("旗长信箱", f"<h2>旗长信箱</h2>{_board(twice)}", NAV)
    assert sorted(str(one.has_answer) for one in _letters(site).letters) == ["False", "True"]


@pytest.mark.parametrize("sidebar", [False, True])
@pytest.mark.parametrize("tag", [False, True])
def test_an_article_that_quotes_letters_is_no_channel(tag: bool, sidebar: bool) -> None:
    nav = {"工作动态": "/xwdt/"}
    site = _site(nav)
    text = article("督察组转办群众来信办理情况", str(days_ago(3)), nav).replace(
        "</h1>", "</h1>" + _board(LETTERS)
    )
    if sidebar:
        text = text.replace(
            '<div class="footer">', rows(titles("要闻", "/xwdt/", [days_ago(3)] * 3)) + '<div class="footer">'
        )
    site[ROOT + "/xwdt/content_1000.html"] = text if tag else text.replace("ArticleTitle", "other")
    letters = _letters(site)
    assert letters.letters == ()
    assert letters.channels == ()
