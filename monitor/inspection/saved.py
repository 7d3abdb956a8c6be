"""A saved page, feed or platform page from a file: what stands on it, and what can be judged by it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from checks.facts import AccountFacts, AccountSource, SiteFacts
from monitor.collect.accounts.reading import Reading, Source
from monitor.collect.accounts.reasons import AccountGap, Unreadable, says
from monitor.collect.accounts.sniff import read_source
from monitor.collect.extract.read import read_page
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
    else:
        if reading.posts or reading.store is not None or reading.undated:
            return SavedPage(_remark(reading), account=_account(reading))
    page = read_page(body, address)
    facts = survey_page(page, at, hashlib.sha256(body).hexdigest(), as_of)
    return SavedPage("网站页面", site=facts)


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


def _account(reading: Reading) -> AccountFacts:
    posts = sorted(reading.posts, key=lambda post: (post.published, post.url, post.title), reverse=True)
    source = AccountSource(
        kinds=(reading.kind,),
        posts=tuple(posts),
        undated=reading.undated,
        store=reading.store,
        gaps=reading.gaps,
    )
    return AccountFacts(target="", source=source)
