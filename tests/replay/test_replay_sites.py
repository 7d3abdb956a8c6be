"""One round over the saved pages of each site: what was not saved blames nobody.

Every fact and verdict is printed (`pytest -s`), to be read as a reviewer would.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import timedelta

import pytest
from replaying import Replay, judge, replay
from saved_pages import SITES, SavedSite, manifest, pages_of, root

from checks.facts import Gap, SiteFacts
from checks.model import Answer
from monitor.collect.failures import Failure
from monitor.collect.survey.ask import Want
from monitor.collect.survey.describe import describe
from monitor.collect.survey.places import identity, looks_like_article
from monitor.inspection.tell import tell_verdict

MISSING_BLAMES_NOBODY = ("W-V2", "W-V4", "W-V5", "W-V6")

# Saved pages, pages that the survey reached, columns, and the rules that can be answered (all others: unobserved).
EXPECTED: dict[str, tuple[int, int, int, dict[str, Answer]]] = {
    "1500000001": (1, 0, 0, {}),
    "2200000019": (1, 0, 0, {}),
    "3300000020": (1, 0, 0, {}),
    "bm01000001": (32, 1, 15, {"W-V1": Answer.PASS}),
    "1304000009": (4, 2, 8, {"W-V1": Answer.PASS, "W-V3": Answer.PASS}),
    "bm36000001": (5, 1, 1, {"W-V1": Answer.PASS}),
    "3609220011": (2, 0, 0, {}),
    "3100000010": (2, 1, 2, {"W-V1": Answer.PASS}),
    "1304000000": (8, 1, 2, {"W-V1": Answer.PASS, "W-V3": Answer.PASS}),
}
OLD_HOME_PAGES = {"1304000009", "1304000000"}
"""Saved home pages that show dates; long after them they are out of date, and nothing else is."""

by_code = pytest.mark.parametrize("site", SITES, ids=[site.code for site in SITES])


def gaps_in(fact: object) -> Iterator[Gap]:
    """Every gap that stands anywhere in the facts."""
    if isinstance(fact, Gap):
        yield fact
    elif isinstance(fact, tuple):
        for one in fact:
            yield from gaps_in(one)
    elif is_dataclass(fact) and not isinstance(fact, type):
        for one in fields(fact):
            yield from gaps_in(getattr(fact, one.name))


def answers_of(site: SavedSite, facts: SiteFacts) -> dict[str, Answer]:
    return {one.indicator: one.answer for one in judge(site, facts)}


def test_every_saved_page_of_a_site_has_its_place() -> None:
    saved = [page for site in SITES for page in pages_of(site).values()]
    files = {page.file for page in saved}
    assert len(files) == len(saved)
    elsewhere = ("pages/wechat/", "pages/weibo/", "pages/feeds-gb2312/")
    assert files == {row["file"] for row in manifest(root()) if not row["file"].startswith(elsewhere)}
    for site in SITES:
        hosts = {identity(page.url).partition("/")[0] for page in pages_of(site).values()}
        assert hosts == {identity(site.home).partition("/")[0]}


@by_code
def test_one_round_a_site(site: SavedSite) -> None:
    facts, archive = replay(site)
    print(f"\n{site.name} {site.home} 监测时间点 {site.as_of:%Y-%m-%d} ({site.newest})")
    print("\n".join(describe(facts)))
    for verdict in judge(site, facts):
        print("\n".join(tell_verdict(verdict)))
    saved, reached, columns, expected = EXPECTED[site.code]
    assert len(pages_of(site)) == saved
    assert facts.pages == reached
    assert len(facts.columns.columns) == columns
    answers = answers_of(site, facts)
    assert {code: answer for code, answer in answers.items() if answer is not Answer.UNOBSERVED} == expected
    check_gaps(facts, archive)
    check_columns(site, facts)
    check_dates(site, facts)
    assert facts.letters.letters == ()
    assert facts.guides.guides == ()
    assert facts.links.dead == ()
    assert not any(one.certain for one in facts.scan.suspects)
    assert not any(one.usable is False for one in facts.letters.channels)


def check_gaps(facts: SiteFacts, archive: Replay) -> None:
    """Everything that could not be seen is ours, and what was asked in vain was not archived."""
    found = list(gaps_in(facts))
    assert found
    assert all(one.ours for one in found)
    asked = {identity(ask.url) for ask in archive.asked if identity(ask.url) not in archive.pages}
    for one in found:
        if one.url is not None and identity(one.url) in asked and one.reason != Failure.OFF_REGISTER.value:
            assert one.reason == Failure.NOT_ARCHIVED.value


def check_columns(site: SavedSite, facts: SiteFacts) -> None:
    """A column was read from a saved page or is a link whose page was not saved; none is empty."""
    pages = pages_of(site)
    for column in facts.columns.columns:
        assert not column.empty
        assert not looks_like_article(column.url)
        if column.gap is None:
            assert identity(column.url) in pages
            assert column.newest is not None
        elif identity(column.url) not in pages:
            assert column.gap.reason == Failure.NOT_ARCHIVED.value


def check_dates(site: SavedSite, facts: SiteFacts) -> None:
    """Every date that was read stands on a saved page as it was read."""
    pages = {page.sha256: page.body for page in pages_of(site).values()}
    columns = [one.newest for one in facts.columns.columns if one.newest is not None]
    for item in (*facts.home.page.items, *columns):
        assert item.day <= site.as_of.date()
        assert f"{item.day:%Y-%m-%d}".encode() in pages[item.seen.sha256]
    assert facts.home.page.future == ()


@by_code
def test_the_same_pages_long_after_they_were_saved(site: SavedSite) -> None:
    """A month and two years later only a saved home page that shows old dates may be called out of date."""
    for days in (30, 730):
        later = replace(site, as_of=site.as_of + timedelta(days=days))
        facts, _ = replay(later)
        answers = answers_of(later, facts)
        assert not {code for code in MISSING_BLAMES_NOBODY if answers[code] is Answer.FAIL}
        assert (answers["W-V3"] is Answer.FAIL) == (site.code in OLD_HOME_PAGES)


@by_code
def test_the_same_archive_gives_the_same_facts_and_is_asked_within_limits(site: SavedSite) -> None:
    first, one = replay(site)
    second, other = replay(site)
    assert first == second
    assert [ask.url for ask in one.asked] == [ask.url for ask in other.asked]
    assert len(one.asked) < 200
    assert not any(ask.post is not None and ask.want is not Want.BODY for ask in one.asked)
