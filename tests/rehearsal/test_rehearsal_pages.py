"""The served pages say what the plan says: read by a stranger, compared with plan and truth."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import httpx
import pytest
from bs4 import BeautifulSoup

from monitor.rehearsal.driver import Estate
from monitor.rehearsal.families import family_of
from monitor.rehearsal.plan import Column, EstatePlan, SitePlan
from monitor.rehearsal.truth import truth_rows
from monitor.rehearsal.wordings import guides as guide_words
from monitor.rehearsal.wordings import letters as letter_words
from tests.rehearsal.conftest import AS_OF
from tests.rehearsal.reader import Reader, days_in, main_of, piece_of, records_of, soup_of

TODAY = AS_OF.date()


@pytest.fixture(scope="module")
def reader(small_estate: Estate) -> Reader:
    return Reader(small_estate.folder)


def readable(plan: EstatePlan) -> Iterator[SitePlan]:
    for site in plan.sites:
        if site.behaviour.permanent in ("", "known_agents_only") and site.home_kind != "shell":
            yield site


def each(sites: Iterable[SitePlan], check: Callable[[SitePlan], int]) -> int:
    """Run a check of every site side by side (hosts are slow on purpose); the sum of what they counted."""
    with ThreadPoolExecutor(24) as pool:
        return sum(pool.map(check, list(sites)))


def newest(days: list[date]) -> date | None:
    return max((day for day in days if day <= TODAY), default=None)


def list_days(reader: Reader, site: SitePlan, column: Column) -> tuple[int, list[date]]:
    """How many entries a column shows, and their dates, through whatever delivers them."""
    soup = reader.page(site, family_of(site).column_path(column))
    text = records_of(soup) or piece_of(reader, site, soup) or str(main_of(soup))
    block = BeautifulSoup(text, "lxml")
    for crumb in block.find_all(class_=("position", "page")):
        crumb.decompose()
    return len(block.find_all("a")), days_in(block.get_text(" "))


def plainly_dated(plan: EstatePlan) -> list[SitePlan]:
    return [site for site in readable(plan) if site.home_dated and family_of(site).look.date_form != "short"]


def test_home_pages_show_the_newest_day_of_the_plan(reader: Reader, small_plan: EstatePlan) -> None:
    def check(site: SitePlan) -> int:
        soup = reader.page(site, "/index.html")
        block = str(main_of(soup)) + records_of(soup)
        shown = [item.day for column in site.columns
                 for item in column.items[column.skip_home : column.skip_home + column.on_home]]  # fmt: skip
        assert newest(days_in(BeautifulSoup(block, "lxml").get_text(" "))) == newest(shown), site.host
        return 1

    assert each((site for site in plainly_dated(small_plan) if site.home_kind == "lists"), check) > 40


def test_columns_deliver_their_newest_day(reader: Reader, small_plan: EstatePlan) -> None:
    """At least one site of each family, all columns; and every site with a dealt W-V4 case."""
    first = {site.family: site.code for site in plainly_dated(small_plan)}
    assert len(first) == 12

    def check(site: SitePlan) -> int:
        for column in site.columns:
            if column.shape == "list" and not column.unread:
                entries, days = list_days(reader, site, column)
                assert newest(days) == newest([item.day for item in column.items]), (site.family, column.name)
                assert bool(entries) == bool(column.items), (site.family, column.name)
        return 1

    chosen = [
        site for site in plainly_dated(small_plan) if site.code in first.values() or "W-V4" in site.cases
    ]
    assert each(chosen, check) >= 25


def test_unreadable_columns_cannot_be_read(reader: Reader, small_plan: EstatePlan) -> None:
    kinds = set()
    for site in small_plan.sites:
        for column in site.columns:
            if column.unread:
                kinds.add(column.unread)
                url = f"{site.scheme}://{site.host}{family_of(site).column_path(column)}"
                if column.unread == "reset":
                    with pytest.raises(httpx.TransportError):
                        reader.get(url)
                elif column.unread == "blocked":
                    assert reader.get(url).status_code == 403
                else:
                    soup = reader.page(site, family_of(site).column_path(column))
                    assert not days_in(main_of(soup).get_text(" "))
                    assert not piece_of(reader, site, soup)
                    assert not records_of(soup)
    assert kinds == {"reset", "blocked", "script"}


def test_undated_sites_show_no_date_anywhere(reader: Reader, small_plan: EstatePlan) -> None:
    sites = [site for site in readable(small_plan) if not site.home_dated]
    assert {site.articles_dated for site in sites} == {True, False}
    for site in sites:
        column = next(column for column in site.columns if column.on_home)
        assert not days_in(main_of(reader.page(site, "/index.html")).get_text(" "))
        item = column.items[0]
        answer = reader.get(f"{site.scheme}://{site.host}{family_of(site).item_path(column, item)}")
        article = BeautifulSoup(answer.content.decode(site.behaviour.charset), "lxml")
        found = days_in(main_of(article).get_text(" ")) + days_in(str(article.find_all("meta")))
        assert bool(found) == site.articles_dated
        assert "last-modified" not in answer.headers
        if site.articles_dated:
            assert set(found) == {item.day}


def late_by_the_page(text: str) -> bool:
    """Whether a letter's page has neither reply nor time of a reply."""
    return not any(word in text for word in (*letter_words.ANSWER, *letter_words.ANSWERED_AT))


def test_letters_on_the_pages_are_those_of_the_plan(reader: Reader, small_plan: EstatePlan) -> None:
    def check(site: SitePlan) -> int:
        family, waiting = family_of(site), 0
        for box in site.mailboxes:
            if box.elsewhere or box.unread or box.layout == "board" or box.channel != "consultation":
                continue
            listed = main_of(reader.page(site, family.box_path(box)))
            assert all(letter.title in listed.get_text() for letter in box.letters)
            for letter in box.letters:
                if letter.answered is None or letter.number % 4 == 0:
                    text = main_of(reader.page(site, family.letter_path(box, letter))).get_text(" ")
                    assert late_by_the_page(text) == (letter.answered is None)
                    assert (letter.asked in days_in(text)) == letter.shows_asked
                    waiting += letter.answered is None
        return waiting

    assert each(readable(small_plan), check) > 10


def present_by_the_page(soup: BeautifulSoup) -> set[str]:
    """Element classes whose label stands on a guide page."""
    text = soup.get_text("\n")
    return {
        element for element, labels in guide_words.LABELS.items() if any(label in text for label in labels)
    }


def test_guides_lack_what_the_plan_says(reader: Reader, small_plan: EstatePlan) -> None:
    def check(site: SitePlan) -> int:
        family, service = family_of(site), site.service
        if service.mode not in ("local", "offsite") or service.unread:
            return 0
        for guide in service.guides:
            url = f"{site.scheme}://{site.host}{family.guide_path(guide.number)}"
            if service.mode == "offsite":
                url = f"http://{small_plan.service_host}/site/{site.code}/{guide.number}.html"
            charset = site.behaviour.charset if service.mode == "local" else "utf-8"
            soup = soup_of(reader.get(url).content.decode(charset))
            seen = present_by_the_page(main_of(soup) if service.mode == "local" else soup)
            assert guide.present <= seen <= guide.present | guide.hollow, (site.host, guide.title)
        return len(service.guides)

    chosen = [site for site in readable(small_plan) if "W-V6" in site.cases or site.index % 4 == 0]
    assert each(chosen, check) > 100


def test_everything_planned_is_reachable_by_links(reader: Reader, small_plan: EstatePlan) -> None:
    """Home page to columns, letters, services: a crawler that only follows links finds each first-level page."""

    def check(site: SitePlan) -> int:
        links = {anchor["href"] for anchor in reader.page(site, "/index.html").find_all("a", href=True)}
        family = family_of(site)
        assert {family.column_path(column) for column in site.columns if column.level == 1} <= links
        if site.hub:
            links |= {
                anchor["href"] for anchor in reader.page(site, family.hub_path()).find_all("a", href=True)
            }
        for box in site.mailboxes:
            assert (box.elsewhere or family.box_path(box)) in links
        return 1

    assert each(readable(small_plan), check) > 60


def test_wordings_of_no_channel_and_no_service_sites_offer_none(
    reader: Reader, small_plan: EstatePlan
) -> None:
    by_truth = {(row.target, row.indicator): row for row in truth_rows(small_plan)}
    checked = set()
    for site in readable(small_plan):
        missing = [case for case in ("no_channel", "no_service") if case in site.cases.values()]
        if missing:
            menu = reader.page(site, "/index.html").find(class_="nav")
            assert menu is not None
            names = {anchor.get_text() for anchor in menu.find_all("a")}
        if "no_channel" in missing:
            assert not names & {*letter_words.MAILBOXES, *letter_words.HUBS}
            assert by_truth[site.code, "W-V5"].truth == "fail"
        if "no_service" in missing:
            assert not names & set(guide_words.ENTRIES)
            assert by_truth[site.code, "W-V6"].truth == "fail"
        checked.update(missing)
    assert checked == {"no_channel", "no_service"}


def test_hidden_links_and_the_campaign_against_them(reader: Reader, small_plan: EstatePlan) -> None:
    def check(site: SitePlan) -> int:
        text = str(reader.page(site, "/index.html"))
        assert ("真人百家乐娱乐城" in text) == site.spam
        assert ("打击整治跨境赌博" in text) == site.campaign
        return site.spam + site.campaign

    assert each(readable(small_plan), check) >= 4


def test_pages_have_their_size_and_charset(reader: Reader, small_plan: EstatePlan) -> None:
    charsets = set()

    def check(site: SitePlan) -> int:
        answer = reader.get(f"{site.scheme}://{site.host}/sitemap.html")
        assert 20_000 <= len(answer.content) <= 61_440
        answer.content.decode(site.behaviour.charset)
        charsets.add((site.behaviour.charset, site.behaviour.declared))
        return 1

    assert each(readable(small_plan), check) > 60
    assert charsets >= {("gb18030", "gb2312"), ("utf-8", "utf-8"), ("utf-8", "gb2312")}
