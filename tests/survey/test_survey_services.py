"""What counts as offering services: boards of letters do not, and what cannot be told stays unobserved."""

from __future__ import annotations

from dataclasses import replace

import pytest
from small_site import AS_OF, ROOT, Content, Site, column, days_ago, drive, html, plan, rows, titles

from checks.facts.base import Subject, TargetKind
from checks.facts.bundle import SiteFacts
from checks.facts.guides import Element
from checks.model import Answer
from checks.runner import judge_site
from checks.system import load_system
from monitor.collect.extract.page import GuideFields, PageFacts
from monitor.collect.extract.read import read_page
from monitor.collect.failures import Failure
from monitor.collect.survey.correspondence import guide_of, is_correspondence
from monitor.collect.survey.site import survey_site

NAV = {"工作动态": "/xwdt/", "旗长信箱": "/hdjl/qzxx/"}
SUBJECT = Subject(
    target="1500000001",
    kind=TargetKind.SITE,
    name="示例旗商务局",
    level="旗县",
    division_code="150783",
    unit_id="u1",
    unit_name="示例旗商务局",
    unit_kind="部门",
    outward_service=True,
    url=ROOT + "/",
    site_kind="部门网站",
)
QUESTIONS = (
    ("咨询春耕补贴办理条件", 20),
    ("请问换证需要哪些申请材料", 60),
    ("反映西门外路灯不亮", 90),
    ("办事大厅联系电话打不通", 120),
)


def board(name: str = "旗长信箱", nav: dict[str, str] | None = None, extra: str = "") -> str:
    """A board whose questions use a guide's words in the cells of its table."""
    head = "<tr><th>受理编号</th><th>留言标题</th><th>转办单位</th><th>来信时间</th><th>办理状态</th></tr>"
    lines = "".join(
        f'<tr><td>S{2026000 + ago}</td><td><a href="/hdjl/qzxx/{ago}.html">{title}</a></td>'
        f"<td>商务局</td><td>{days_ago(ago)}</td><td>已答复</td></tr>"
        for title, ago in QUESTIONS
    )
    form = '<form action="/mail/submit" method="post"><input name="title"><textarea name="content"></textarea></form>'
    return html(
        f"{name}-示例旗商务局", f"<h2>{name}</h2>{form}{extra}<table>{head}{lines}</table>", nav or NAV
    )


def letter(title: str, ago: int) -> str:
    lines = "".join(
        f"<tr><th>{label}</th><td>{words}</td></tr>"
        for label, words in (
            ("诉求类型", "咨询"),
            ("来信时间", str(days_ago(ago))),
            ("来信内容", "家住城西，想问一问这件事怎样才算符合要求。"),
            ("回复单位", "示例旗商务局"),
            ("答复时间", str(days_ago(ago - 5))),
            ("答复内容", "您好，请带齐证件到综合窗口，工作人员会当面说明。"),
        )
    )
    return html(title, f"<h2>{title}</h2><table>{lines}</table>", NAV)


def guide(title: str, *labels: str, extra: str = "") -> str:
    lines = "".join(f"<tr><th>{label}</th><td>示例内容若干字</td></tr>" for label in labels)
    return html(
        f"{title}办事指南", f'<h1>{title}办事指南</h1><table class="bszn">{lines}</table>{extra}', NAV
    )


def without_services(**more: Content) -> Site:
    """A site with news and letters and nothing else."""
    news = titles("工作", "/xwdt/", [days_ago(2 + 9 * number) for number in range(8)])
    site: Site = {
        ROOT + "/": html("示例旗商务局", f"<h3>工作动态</h3>{rows(news)}", NAV),
        ROOT + "/xwdt/": column("工作动态", news, NAV),
        ROOT + "/hdjl/qzxx/": board(),
    }
    for name, url, day in news:
        site[ROOT + url] = html(
            name, f"<h1>{name}</h1><p>发布时间：{day}</p><p>{'推进各项工作。' * 30}</p>", NAV
        )
    for title, ago in QUESTIONS:
        site[ROOT + f"/hdjl/qzxx/{ago}.html"] = letter(title, ago)
    return {**site, **{ROOT + path: content for path, content in more.items()}}


def verdict(facts: SiteFacts) -> Answer:
    system = load_system("national-2019")
    return next(
        one.answer for one in judge_site(SUBJECT, facts, None, system, AS_OF) if one.indicator == "W-V6"
    )


def survey(site: Site) -> SiteFacts:
    return drive(survey_site(plan()), site)


def page(body: str, url: str = ROOT + "/x.html") -> PageFacts:
    return read_page(body.encode(), url, "text/html")


def few(*present: Element) -> GuideFields:
    """What the reader of guides makes of a page."""
    rest = tuple(element for element in Element if element not in present)
    return GuideFields("标题", present, rest, (), "")


WEAK = few(Element.NAME, Element.CONDITIONS, Element.PHONE)


# ---- a site without services


def test_letters_about_services_are_no_services() -> None:
    facts = survey(without_services())
    assert facts.letters.letters
    assert (facts.guides.entry, facts.guides.guides, facts.guides.gaps) == (None, (), ())
    assert verdict(facts) is Answer.FAIL


@pytest.mark.parametrize("name", ["便民服务", "网上办事"])
def test_a_link_called_services_that_leads_to_the_mailbox_only_is_no_entry(name: str) -> None:
    nav = {**NAV, name: "/wsbs/"}
    site = without_services(**{"/wsbs/": board("局长信箱")})
    site[ROOT + "/"] = html("示例旗商务局", rows(titles("工作", "/xwdt/", [days_ago(3)])), nav)
    facts = survey(site)
    assert facts.guides.entry is None
    assert verdict(facts) is Answer.FAIL


@pytest.mark.parametrize(
    "failure",
    [Failure.BLOCKED, Failure.RESET, Failure.PARSER_FAILED, Failure.CONNECT_TIMEOUT, Failure.ROBOTS],
)
def test_a_mailbox_or_an_entry_that_was_not_read_never_proves_that_there_are_no_services(
    failure: Failure,
) -> None:
    site = without_services(**{"/wsbs/": failure})
    site[ROOT + "/"] = html("示例旗商务局", "<p>欢迎</p>", {**NAV, "网上办事": "/wsbs/"})
    facts = survey(site)
    assert facts.guides.gaps
    assert verdict(facts) is Answer.UNOBSERVED


# ---- what may still be services


def test_a_page_named_after_services_whose_items_cannot_be_told_stays_unobserved() -> None:
    site = without_services(**{"/wsbs/": html("网上办事", "<h2>网上办事</h2><p>请选择办理方式</p>", NAV)})
    site[ROOT + "/"] = html("示例旗商务局", "<p>欢迎</p>", {**NAV, "网上办事": "/wsbs/"})
    facts = survey(site)
    assert facts.guides.entry is not None
    assert verdict(facts) is Answer.UNOBSERVED


def test_a_mailbox_page_with_links_of_its_own_to_services_is_an_entry() -> None:
    link = '<div class="fast"><a href="/wsbs/sx/">办事指南</a></div>'
    items = [(f"第{number}类许可", f"/wsbs/sx/{number}.html", "") for number in range(5)]
    pages: dict[str, Content] = {
        "/wsbs/": board("局长信箱", extra=link),
        "/wsbs/sx/": html("办事指南", f"<h2>办事指南</h2>{rows(items)}", NAV),
    }
    for title, url, _ in items:
        pages[url] = guide(title, "事项名称", "设定依据", "申请条件", "申请材料", "办理流程")
    site = without_services(**pages)
    site[ROOT + "/"] = html("示例旗商务局", "<p>欢迎</p>", {**NAV, "网上办事": "/wsbs/"})
    facts = survey(site)
    assert facts.guides.entry is not None
    assert len(facts.guides.guides) == 5
    assert verdict(facts) is Answer.PASS


def test_a_single_guide_that_no_link_calls_a_service_still_is_one() -> None:
    body = guide("畜禽养殖备案", "事项名称", "设定依据", "申请条件", "申请材料", "办理流程", "办理地点")
    site = without_services(**{"/yz/1.html": body})
    site[ROOT + "/"] = html("示例旗商务局", '<p><a href="/yz/1.html">畜禽养殖场（户）须知</a></p>', NAV)
    facts = survey(site)
    assert facts.guides.entry is not None
    assert verdict(facts) is not Answer.FAIL


# ---- one page


def test_few_labels_on_a_board_or_a_letter_make_no_guide() -> None:
    for body in (board(), board("互动交流"), letter("请问补贴的领取条件", 30)):
        read = replace(page(body), guide=WEAK)
        assert is_correspondence(read)
        assert guide_of(read) is None


def test_a_letter_that_a_board_lists_is_one_whatever_it_is_called() -> None:
    read = replace(page(letter("网上办事大厅打不开", 30)), guide=WEAK)
    assert guide_of(read) is WEAK
    assert guide_of(read, listed=True) is None
    # being listed alone makes no letter of a guide
    known = replace(page(guide("备案", "事项名称", "申请条件", "联系电话")), guide=WEAK)
    assert guide_of(known, listed=True) is WEAK


def test_a_guide_stays_a_guide_beside_letters() -> None:
    dense = few(Element.NAME, Element.BASIS, Element.CONDITIONS, Element.PHONE, Element.PLACE)
    waiting = replace(WEAK, unread=(Element.PLACE, Element.HOURS))
    for known in (dense, waiting):
        assert guide_of(replace(page(board()), guide=known)) is known
    # the same board under a name of services: it cannot be told, so it stays
    assert guide_of(replace(page(board("办事指南")), guide=WEAK)) is WEAK
    # a name that promises neither
    assert guide_of(replace(page(board("残疾人证")), guide=WEAK)) is WEAK


def test_a_page_without_letters_is_never_correspondence() -> None:
    read = page(html("局长信箱", "<h2>局长信箱</h2><p>暂无来信</p>"))
    assert not is_correspondence(read)
    assert guide_of(replace(read, guide=WEAK)) is WEAK
