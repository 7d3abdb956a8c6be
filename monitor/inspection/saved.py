"""A saved page, feed or platform page from a file: what stands on it, and what can be judged by it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from checks.facts import AccountFacts, DateSource, SiteFacts
from monitor.collect.accounts.look import facts_of
from monitor.collect.accounts.reading import Reading, Source
from monitor.collect.accounts.reasons import AccountGap, Unreadable, says
from monitor.collect.accounts.sniff import read_source
from monitor.collect.accounts.titles import TITLE_TERMS
from monitor.collect.answers import kind_of
from monitor.collect.extract.page import PageFacts
from monitor.collect.extract.read import read_page
from monitor.collect.survey.dating import SOURCE_NAMES, is_article
from monitor.collect.survey.single import survey_page

SAVED_URL = "http://saved.invalid/"


@dataclass(frozen=True, slots=True)
class SavedPage:
    """What a file holds: a page of a site, or something an account published (then `account` is set).

    `remark` says in words what kind of file it was taken for.
    """

    remark: str
    site: SiteFacts | None = None
    account: AccountFacts | None = None


def look_at_file(path: Path, as_of: datetime, at: datetime, url: str | None = None) -> SavedPage:
    """Read one file; platform pages and feeds are told apart from pages of sites by what they hold."""
    body = path.read_bytes()
    address = url or SAVED_URL + path.name
    try:
        reading = read_source(Source.of(address, body, at, as_of))
    except Unreadable as error:
        if isinstance(error.reason, AccountGap) and error.reason in _PLATFORM_REASONS:
            return SavedPage(f"平台页面: {says(error.reason)}")
        if _is_data(body):
            return SavedPage(f"不是网页, 也不是能识别的信息源: {error.detail or says(error.reason)}")
    else:
        if reading.posts or reading.store is not None or reading.undated:
            return SavedPage(_remark(reading), account=account_facts(reading, as_of))
    page = read_page(body, address)
    facts = survey_page(page, at, hashlib.sha256(body).hexdigest(), as_of)
    return SavedPage(_page_remark(page, facts), site=facts)


def _is_data(body: bytes) -> bool:
    """Whether a file plainly holds something else than a page: nothing, JSON, XML, or binary data."""
    start = body[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start:
        return True
    return kind_of("", body) != "html" and (start.startswith((b"{", b"[", b"<?xml")) or b"\x00" in start)


def _page_remark(page: PageFacts, facts: SiteFacts) -> str:
    """What kind of page of a site it was taken for, under which title and date."""
    title = (page.heading or page.title)[:60] or "没有标题"
    if page.challenge is not None:
        return "网站页面: 防护设备的验证或拦截页, 不是网站内容"
    if page.guide is not None:
        return f"网站页面: 办事指南「{page.guide.title[:60] or title}」"
    if page.letter_detail is not None:
        return f"网站页面: 留言「{page.letter_detail.title[:60] or title}」"
    if is_article(page):
        return f"网站页面: 文章「{title}」, {_dates(page)}"
    if facts.home.page.gap is None:
        return f"网站页面: 首页「{page.title[:60] or title}」"
    kind = "栏目" if facts.columns.columns else "页面"
    named = next((value for name, value in page.tags if name.lower() == "columnname" and value.strip()), "")
    return f"网站页面: {kind}「{named.strip()[:60] or title}」; 如是首页, 请用 --url 给出首页网址再看"


def _dates(page: PageFacts) -> str:
    """The day of an article, where it was read, and the days elsewhere that differ from it."""
    found = page.published
    if found is None:
        return "没有读到发布日期"
    others = dict.fromkeys(
        f"{SOURCE_NAMES[other.source]} {other.day}"
        for other in page.dates
        if other.day != found.day and other.source in _TRUSTED
    )
    differ = f"; 另有 {'、'.join(others)}" if others else ""
    return f"发布日期 {found.day} ({SOURCE_NAMES[found.source]}{differ})"


_TRUSTED = frozenset({DateSource.LABEL, DateSource.TAG, DateSource.ADDRESS, DateSource.DATA})


_PLATFORM_REASONS = frozenset(
    {
        "post_deleted",
        "post_violation",
        "post_unavailable",
        "account_migrated",
        "account_frozen",
        "account_closed",
        "login_wall",
        "unknown_notice",
        "no_post_list",
    }
)


def _remark(reading: Reading) -> str:
    return f"账号信息源 ({reading.kind.value}): {len(reading.posts)} 条带日期, {reading.undated} 条无日期"


def account_facts(reading: Reading, as_of: datetime) -> AccountFacts:
    """A reading as the facts of an account that nobody has filed, as a round would note them."""
    return facts_of("", [reading], [], as_of, TITLE_TERMS)
