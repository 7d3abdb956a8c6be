"""Every saved file by itself, as somebody would hand it to `monitor inspect FILE`: what it is, and what it proves."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from replaying import judge
from saved_pages import SHANGHAI, SITES, SavedSite, manifest, pages_of, root

from checks.facts import AccountFacts, TargetKind
from checks.model import Answer
from checks.runner import judge_account
from checks.system import load_system
from monitor.collect.accounts.look import KEPT_POSTS
from monitor.collect.extract.addresses import day_in
from monitor.inspection.saved import SavedPage, look_at_file
from monitor.inspection.tell import stranger, tell_account, tell_site

AS_OF = datetime(2026, 1, 10, 9, tzinfo=SHANGHAI)
SYSTEM = load_system("national-2019")

# ---- pages of sites

HOME, COLUMN, PAGE, ARTICLE, DEFENCE = "首页", "栏目", "页面", "文章", "防护"
POLICY = "gov-cn-policy"
KINDS = {
    "cwced/3.html": (ARTICLE, date(2022, 2, 11)),
    "cwced/4.html": (ARTICLE, date(2022, 1, 28)),
    "gne/1.html": (ARTICLE, date(2016, 11, 22)),
    "gov-cn-home/1.html": (HOME, None),
    "handan/1.html": (ARTICLE, date(2020, 8, 2)),
    "handan/2.html": (PAGE, None),
    "handan/3.html": (HOME, None),
    "handan/4.html": (COLUMN, date(2020, 8, 5)),
    "stats-gov-cn/1.html": (PAGE, None),
    "stats-gov-cn/4.html": (PAGE, None),
    "stats-gov-cn/6.html": (PAGE, None),
    "stats-gov-cn/13.html": (PAGE, None),
    "stats-gov-cn/17.html": (DEFENCE, None),
    "jiangxi/1.html": (ARTICLE, date(2017, 5, 15)),
    "jiangxi/2.html": (ARTICLE, date(2023, 5, 11)),
    "wsjkw-sh/1.html": (COLUMN, date(2022, 4, 27)),
    "wsjkw-sh/2.html": (ARTICLE, date(2022, 4, 26)),
    "tpl-wuan/1.html": (HOME, None),
    "tpl-wuan/2.html": (COLUMN, date(2019, 1, 2)),
    "tpl-wuan/3.html": (ARTICLE, date(2019, 1, 3)),
    "tpl-wuan/4.html": (COLUMN, date(2019, 1, 2)),
    "tpl-wuan/5.html": (PAGE, None),
    "tpl-wuan/6.html": (ARTICLE, date(2019, 1, 3)),
    "tpl-wuan/7.html": (PAGE, None),
    "tpl-wuan/8.html": (COLUMN, date(2019, 1, 2)),
}
"""What each saved page is, and the day that an article or the newest row of a column carries."""


def told_as(seen: SavedPage) -> str:
    words = seen.remark.removeprefix("网站页面: ")
    return next((kind for kind in (HOME, COLUMN, PAGE, ARTICLE, DEFENCE) if words.startswith(kind)), words)


@pytest.mark.parametrize("site", SITES, ids=[site.code for site in SITES])
def test_a_saved_page_by_itself(site: SavedSite) -> None:
    for page in pages_of(site).values():
        seen = look_at_file(root() / page.file, site.as_of, site.as_of, page.url)
        print(f"\n{page.file}: {seen.remark}")
        assert seen.account is None
        assert seen.site is not None
        name = page.file.removeprefix("pages/")
        if name.startswith(POLICY):
            kind, published = ARTICLE, day_in(page.url)
        else:
            kind, published = KINDS[name]
        assert told_as(seen) == kind
        if kind == ARTICLE:
            assert f"发布日期 {published} " in seen.remark
        elif kind == COLUMN:
            (column,) = seen.site.columns.columns
            assert column.newest is not None
            assert column.newest.day == published
        check_alone(site, seen)


def check_alone(site: SavedSite, seen: SavedPage) -> None:
    """One page proves nothing about its site but that its home page is old, and that only long after."""
    facts = seen.site
    assert facts is not None
    for later in (timedelta(), timedelta(days=400)):
        at = replace(site, as_of=site.as_of + later)
        answers = {one.indicator: one.answer for one in judge(at, replace(facts, target=site.code))}
        failed = {code for code, answer in answers.items() if answer is Answer.FAIL}
        dated_home = facts.home.page.gap is None and bool(facts.home.page.items)
        assert failed == ({"W-V3"} if later and dated_home else set())
        assert {answers[code] for code in ("W-V2", "W-V4", "W-V5", "W-V6")} == {Answer.UNOBSERVED}
    told = list(tell_site(stranger(site.home, TargetKind.SITE), facts, SYSTEM, site.as_of))
    assert "判定" in told


# ---- what belongs to no site

FEED, NOTICE, SITE_PAGE = "账号信息源", "平台页面", "网站页面"
LOOSE: dict[str, tuple[str, int, int, str]] = {
    "wechat/3.html": (NOTICE, 0, 0, "不列作品"),
    "wechat/8.html": (FEED, 1, 0, "page"),
    "wechat/9.html": (NOTICE, 0, 0, "已被发布者删除"),
    "wechat/12.html": (NOTICE, 0, 0, "因违规无法查看"),
    "wechat/18.html": (FEED, 1, 0, "page"),
    "wechat/25.html": (FEED, 1, 0, "page"),
    "wechat/30.html": (FEED, 1, 0, "page"),
    "wechat/37.html": (FEED, 1, 0, "page"),
    "wechat/39.html": (NOTICE, 0, 0, "暂时无法查看"),
    "weibo/1.html": (FEED, 10, 0, "page"),
    "weibo/3.html": (FEED, 1, 0, "page"),
    "weibo/7.html": (NOTICE, 0, 0, "不列作品"),
    "weibo/10.html": (NOTICE, 0, 0, "不列作品"),
    "weibo/11.html": (NOTICE, 0, 0, "不列作品"),
    "feeds-gb2312/4.html": (SITE_PAGE, 0, 0, ""),
    "feeds-gb2312/5.xml": (FEED, 8, 0, "feed"),
    "feeds-gb2312/6.xml": (FEED, 0, 10, "feed"),
    "feeds-gb2312/7.xml": (FEED, 10, 0, "feed"),
    "feeds-gb2312/8.xml": (FEED, 0, 15, "feed"),
    "feeds-gb2312/10.xml": (FEED, 0, 16, "feed"),
    "feeds-gb2312/11.xml": (FEED, 0, 15, "feed"),
    "feeds-gb2312/12.xml": (FEED, 7, 0, "feed"),
    "feeds-gb2312/16.xml": (FEED, 0, 20, "feed"),
    "feeds-gb2312/18.xml": (FEED, 100, 0, "feed"),
    "feeds-gb2312/20.xml": (FEED, 0, 20, "feed"),
}
"""What each file is taken for, its posts with a date and without one, and a word of the remark."""


def newest_of(facts: AccountFacts) -> datetime | None:
    return max((post.published for post in facts.source.posts), default=None)


def answers_of(facts: AccountFacts, as_of: datetime) -> dict[str, Answer]:
    subject = stranger("saved", TargetKind.ACCOUNT)
    judged = judge_account(subject, replace(facts, target=subject.target), SYSTEM, as_of)
    return {one.indicator: one.answer for one in judged}


def test_every_loose_file_is_expected() -> None:
    rows = {row["file"].removeprefix("pages/") for row in manifest(root())}
    in_sites = {page.file.removeprefix("pages/") for site in SITES for page in pages_of(site).values()}
    assert rows - in_sites == set(LOOSE)


@pytest.mark.parametrize("name", LOOSE)
def test_a_file_that_belongs_to_no_site(name: str) -> None:
    path = root() / "pages" / name
    seen = look_at_file(path, AS_OF, AS_OF)
    print(f"\n{name}: {seen.remark}")
    kind, posts, undated, word = LOOSE[name]
    assert seen.remark.startswith(kind)
    assert word in seen.remark
    assert (seen.site is not None) == (kind == SITE_PAGE)
    assert (seen.account is not None) == (kind == FEED)
    if seen.account is None:
        return
    source = seen.account.source
    assert f"{posts} 条带日期, {undated} 条无日期" in seen.remark
    assert (len(source.posts), source.undated) == (min(posts, KEPT_POSTS), undated)
    assert all(gap.ours for gap in source.gaps)
    subject = stranger("saved", TargetKind.ACCOUNT)
    print("\n".join(tell_account(subject, seen.account, SYSTEM, AS_OF)))
    check_account(seen.account, whole=word == "feed")


def check_account(facts: AccountFacts, *, whole: bool) -> None:
    """In time the day after its newest post; years later out of date only where the whole list was seen."""
    newest = newest_of(facts)
    if newest is None:
        assert answers_of(facts, AS_OF)["N-V2"] is Answer.UNOBSERVED
        return
    assert answers_of(facts, newest + timedelta(days=1))["N-V2"] is Answer.PASS
    later = answers_of(facts, newest + timedelta(days=900))["N-V2"]
    assert later is (Answer.FAIL if whole else Answer.UNOBSERVED)


def test_interface_answers_are_told_from_pages() -> None:
    paths = sorted((root() / "payloads").rglob("*.json"))
    assert len(paths) > 20
    for path in paths:
        seen = look_at_file(path, AS_OF, AS_OF)
        assert seen.remark.startswith("不是网页"), path.name
        assert seen == SavedPage(seen.remark)


def test_text_that_is_no_page_is_not_taken_for_an_account() -> None:
    """Reports and lists of names hold neither posts nor a platform's notice."""
    tried = 0
    for path in sorted(Path(root() / "annual_reports").iterdir()):
        seen = look_at_file(path, AS_OF, AS_OF)
        assert seen.account is None, path.name
        assert not seen.remark.startswith(NOTICE), path.name
        tried += 1
    assert tried
