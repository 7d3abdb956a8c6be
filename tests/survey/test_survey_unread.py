"""What was merely not read never becomes a fault: surveys of sites of which any part may fail.

Every site is surveyed whole once. Then some of its pages fail, and each claim against the unit must either
have stood before or be covered by a gap.
"""

from __future__ import annotations

from functools import lru_cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_site import AS_OF, ROOT, Site, article, block, column, days_ago, drive, html, plan, rows, titles

from checks.facts.base import Subject, TargetKind
from checks.facts.bundle import SiteFacts
from checks.facts.columns import Column
from checks.facts.home import PageItems
from checks.facts.letters import ChannelKind
from checks.model import Answer
from checks.runner import judge_site
from checks.system import load_system
from monitor.collect.failures import Failure
from monitor.collect.survey.site import survey_site

NAV = {
    "工作动态": "/xwdt/",
    "通知公告": "/tzgg/",
    "政策文件": "/zcwj/",
    "统计数据": "/tjsj/",
    "互动交流": "/hdjl/",
    "办事服务": "/bsfw/",
}
UNREAD = [
    Failure.BLOCKED,
    Failure.SCRIPT_CHALLENGE,
    Failure.CONNECT_TIMEOUT,
    Failure.BODY_TIMEOUT,
    Failure.RESET,
    Failure.SERVER_ERROR,
    Failure.TOO_LARGE,
    Failure.ROBOTS,
    Failure.BREAKER_OPEN,
    Failure.PAGE_LIMIT,
    Failure.PARSER_FAILED,
    Failure.OUR_NETWORK,
    Failure.NOT_ARCHIVED,
]


def _interaction(site: Site) -> None:
    site[ROOT + "/hdjl/"] = html("互动交流", '<p><a href="/hdjl/qzxx/">旗长信箱</a></p>', NAV)
    head = "<tr><th>信件标题</th><th>来信时间</th><th>办理状态</th></tr>"
    letters = [("关于低保申请条件问题的咨询", 200, None), ("关于供暖温度问题的咨询内容", 150, 140)]
    lines = "".join(
        f'<tr><td><a href="/hdjl/qzxx/xj_{asked}.html">{title}</a></td><td>{days_ago(asked)}</td><td>{"已答复" if done else "办理中"}</td></tr>'
        for title, asked, done in letters
    )
    form = '<form action="/s"><input type="text" name="t"><textarea name="b"></textarea></form>'
    site[ROOT + "/hdjl/qzxx/"] = html("旗长信箱", f"<h2>旗长信箱</h2>{form}<table>{head}{lines}</table>", NAV)
    for title, asked, done in letters:
        reply = (
            f"<tr><td>答复时间</td><td>{days_ago(done)}</td></tr><tr><td>答复内容</td><td>现将办理情况答复如下。</td></tr>"
            if done
            else ""
        )
        site[ROOT + f"/hdjl/qzxx/xj_{asked}.html"] = html(
            title,
            f"<h2>{title}</h2><table><tr><td>来信时间</td><td>{days_ago(asked)}</td></tr>"
            f"<tr><td>来信内容</td><td>请问如何办理这项业务。</td></tr>{reply}</table>",
            NAV,
        )


def _services(site: Site) -> None:
    items = [(f"第{number}项行政许可", f"/bsfw/sx_{number}.html", "") for number in range(6)]
    site[ROOT + "/bsfw/"] = html("办事服务", f"<h2>办事指南</h2>{rows(items)}", NAV)
    lines = "".join(
        f"<tr><th>{name}</th><td>示例内容若干字</td></tr>"
        for name in ("事项名称", "设定依据", "申请条件", "申请材料")
    )
    for title, url, _ in items:
        site[ROOT + url] = html(f"{title}办事指南", f"<h1>{title}办事指南</h1><table>{lines}</table>", NAV)


def _base(dated: bool, newest: int, navigation: bool, data: bool) -> Site:
    site: Site = {}
    blocks = []
    for offset, name in enumerate(("工作动态", "通知公告", "政策文件")):
        folder = NAV[name]
        days = [days_ago(newest + offset + 30 * number) for number in range(8)]
        items = titles(name, folder, days, dated)
        if data and name == "通知公告":
            text = ",".join(
                f'{{"title":"{title}","url":"{url}","pubDate":"{day}"}}'
                for (title, url, _), day in zip(items, days, strict=True)
            )
            site[ROOT + folder + "data.json"] = (
                "application/json",
                f'{{"total":8,"rows":[{text}]}}'.encode(),
            )
            script = f"<script>$.ajax({{url:'{folder}data.json',dataType:'json'}});</script>"
            site[ROOT + folder] = html(
                name, f'<div class="listbox"><h2>{name}</h2><div id="rows"></div>{script}</div>', NAV
            )
        else:
            site[ROOT + folder] = column(name, items, NAV)
        blocks.append(block(name, folder, rows(items[:5])))
        for (title, url, _), day in zip(items, days, strict=True):
            site[ROOT + url] = article(title, str(day), NAV)
    tiles = "".join(f'<li><a href="{url}">{name}</a></li>' for name, url in NAV.items())
    main = f'<div class="entry"><ul>{tiles}</ul></div>' if navigation else "".join(blocks)
    site[ROOT + "/"] = html("示例旗人民政府", main, {} if navigation else NAV)
    site[ROOT + "/tjsj/"] = column("统计数据", [], NAV)
    _interaction(site)
    _services(site)
    return site


@lru_cache(maxsize=16)
def _whole(dated: bool, newest: int, navigation: bool, data: bool) -> tuple[tuple[str, ...], SiteFacts]:
    site = _base(dated, newest, navigation, data)
    return tuple(site), drive(survey_site(plan()), site)


def _newest(page: PageItems) -> int:
    return page.items[0].day.toordinal() if page.items else 0


def _home_is_covered(before: SiteFacts, after: SiteFacts) -> bool:
    """An older newest day than before must come with a gap that withholds a verdict."""
    if before.home.page.gap is not None:
        return True
    pages = [after.home.page, *(after.sections.pages if after.home.is_navigation else ())]
    old = max(_newest(page) for page in (before.home.page, *before.sections.pages))
    if max(_newest(page) for page in pages) >= old:
        return True
    if after.home.needs_script or (
        after.home.is_navigation and (after.robots_forbids or not after.sections.pages)
    ):
        return True
    return any(page.gap is not None or page.undated for page in pages)


def _column_is_covered(before: Column | None, after: Column) -> bool:
    if after.gap is not None:
        return True
    if after.empty:
        return before is not None and before.empty
    if before is None or before.newest is None or after.newest is None:
        return True
    return after.newest.day >= before.newest.day or after.undated > 0


def _interaction_is_covered(before: SiteFacts, after: SiteFacts) -> bool:
    usable = any(one.usable for one in after.letters.channels if one.kind is ChannelKind.CONSULTATION)
    had = any(one.usable for one in before.letters.channels if one.kind is ChannelKind.CONSULTATION)
    undecided = any(one.usable is None for one in after.letters.channels)
    unread_home = after.home.page.gap is not None or after.home.needs_script or after.robots_forbids
    return (
        usable
        or not had
        or undecided
        or unread_home
        or bool(after.letters.channel_gaps or after.letters.gaps)
    )


def _check(before: SiteFacts, after: SiteFacts) -> None:
    assert _home_is_covered(before, after)
    columns = {one.url: one for one in before.columns.columns}
    for one in after.columns.columns:
        assert _column_is_covered(columns.get(one.url), one), one
    assert _interaction_is_covered(before, after)
    unanswered = {one.url for one in before.letters.letters if one.has_answer is False}
    assert {one.url for one in after.letters.letters if one.has_answer is False} <= unanswered
    if before.guides.entry is not None and after.guides.entry is None:
        assert after.guides.gaps or after.home.page.gap is not None
    missing = {one.url: one.missing for one in before.guides.guides}
    assert all(one.missing == missing.get(one.url, ()) for one in after.guides.guides if one.gap is None)
    assert len([one for one in after.guides.guides if one.gap is None]) <= after.guides.listed
    assert {one.url for one in after.links.dead} <= {one.url for one in before.links.dead}
    assert {one.says for one in after.scan.suspects} <= {one.says for one in before.scan.suspects}


SHAPES = st.tuples(st.booleans(), st.sampled_from([2, 60, 400]), st.booleans(), st.booleans())


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(SHAPES, st.data())
def test_pages_that_fail_never_become_faults(
    shape: tuple[bool, int, bool, bool], data: st.DataObject
) -> None:
    urls, before = _whole(*shape)
    site = _base(*shape)
    broken = data.draw(st.sets(st.sampled_from([url for url in urls if url != ROOT + "/"]), max_size=25))
    failure = data.draw(st.sampled_from(UNREAD))
    for url in broken:
        site[url] = failure
    _check(before, drive(survey_site(plan()), site))


@pytest.mark.parametrize("failure", UNREAD)
def test_everything_behind_the_home_page_fails(failure: Failure) -> None:
    urls, before = _whole(True, 60, False, True)
    site = _base(True, 60, False, True)
    for url in urls:
        if url != ROOT + "/":
            site[url] = failure
    after = drive(survey_site(plan()), site)
    _check(before, after)
    assert after.letters.channel_gaps
    assert after.guides.gaps
    assert all(one.gap is not None for one in after.columns.columns)


def test_the_whole_site_is_read_as_it_is() -> None:
    _, facts = _whole(True, 2, False, True)
    columns = {one.name: one for one in facts.columns.columns}
    assert columns["统计数据"].empty
    assert columns["通知公告"].newest is not None
    assert columns["通知公告"].newest.day == days_ago(3)
    assert [one.has_answer for one in facts.letters.letters] == [True, False]
    assert [len(one.missing) for one in facts.guides.guides] == [4] * 6


# ---- the same, through the ruler


SUBJECT = Subject(
    target="1500000001",
    kind=TargetKind.SITE,
    name="示例旗人民政府",
    level="旗县",
    division_code="150783",
    unit_id="u1",
    unit_name="示例旗人民政府办公室",
    unit_kind="办公厅(室)",
    outward_service=True,
    url=ROOT + "/",
    site_kind="门户网站",
)
VETOES = ("W-V1", "W-V3", "W-V4", "W-V5", "W-V6")


def _verdicts(facts: SiteFacts) -> dict[str, Answer]:
    system = load_system("national-2019")
    return {
        one.indicator: one.answer
        for one in judge_site(SUBJECT, facts, None, system, AS_OF)
        if one.indicator in VETOES
    }


def test_a_site_in_order_passes_and_a_neglected_one_fails() -> None:
    _, facts = _whole(True, 2, False, True)
    verdicts = _verdicts(facts)
    assert {code: verdicts[code] for code in ("W-V1", "W-V3", "W-V4")} == dict.fromkeys(
        ("W-V1", "W-V3", "W-V4"), Answer.PASS
    )
    # one letter is overdue and six guides lack four classes each
    assert verdicts["W-V5"] is verdicts["W-V6"] is Answer.FAIL
    _, old = _whole(False, 60, False, False)
    assert _verdicts(old)["W-V3"] is Answer.FAIL


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(SHAPES, st.data())
def test_no_verdict_turns_to_fail_because_pages_were_not_read(
    shape: tuple[bool, int, bool, bool], data: st.DataObject
) -> None:
    urls, before = _whole(*shape)
    site = _base(*shape)
    broken = data.draw(st.sets(st.sampled_from(urls), max_size=30))
    failures = {url: data.draw(st.sampled_from(UNREAD)) for url in sorted(broken)}
    old, new = _verdicts(before), _verdicts(drive(survey_site(plan()), {**site, **failures}))
    for code in VETOES:
        assert new[code] is not Answer.FAIL or old[code] is Answer.FAIL, (code, failures)
