"""The saved platform pages, feeds and interface answers through the account line, as a round looks at accounts."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from saved_pages import SHANGHAI, root

from checks.facts import AccountFacts, TargetKind
from checks.model import Answer
from checks.runner import judge_account
from checks.system import load_system
from monitor.collect.accounts.look import look_at_account
from monitor.collect.accounts.titles import TITLE_TERMS
from monitor.collect.exchange import Exchange, Look
from monitor.inspection.tell import stranger
from registry.model import Account, Platform

AS_OF = datetime(2026, 1, 10, 9, tzinfo=SHANGHAI)
SYSTEM = load_system("national-2019")
WHOLE, PART = (), ("partial_list",)

# What stands in the way, by file: nothing, only a part of the list, or the notice that came instead.
GAPS: dict[str, tuple[str, ...]] = {
    "wechat/3.html": ("no_post_list",),
    "wechat/8.html": PART,
    "wechat/9.html": ("post_deleted",),
    "wechat/12.html": ("post_violation",),
    "wechat/18.html": PART,
    "wechat/25.html": PART,
    "wechat/30.html": PART,
    "wechat/37.html": PART,
    "wechat/39.html": ("post_unavailable",),
    "weibo/1.html": PART,
    "weibo/3.html": PART,
    "weibo/7.html": ("no_post_list",),
    "weibo/10.html": ("no_post_list",),
    "weibo/11.html": ("no_post_list",),
    "feeds-gb2312/4.html": ("not_a_feed",),
    "feeds-gb2312/5.xml": WHOLE,
    "feeds-gb2312/6.xml": ("no_dates",),
    "feeds-gb2312/7.xml": WHOLE,
    "feeds-gb2312/8.xml": ("no_dates",),
    "feeds-gb2312/10.xml": ("no_dates",),
    "feeds-gb2312/11.xml": ("no_dates",),
    "feeds-gb2312/12.xml": WHOLE,
    "feeds-gb2312/16.xml": ("no_dates",),
    "feeds-gb2312/18.xml": WHOLE,
    "feeds-gb2312/20.xml": ("no_dates",),
}


def seen_at(path: Path, as_of: datetime) -> AccountFacts:
    """One look at an account whose source answers with the saved bytes, status 200."""
    platform = Platform.WEIBO if path.parent.name == "weibo" else Platform.WECHAT
    url = f"https://source.invalid/{path.parent.name}/{path.name}"
    filed = Account("a1", platform, "", "回放账号", "U1", source_url=url)
    body = path.read_bytes()
    kind = "application/json" if path.suffix == ".json" else "text/html"
    exchange = Exchange(url, "GET", as_of, 200, (("Content-Type", kind),), body)

    async def fetch(asked: str) -> Look:
        assert asked == url
        return Look(url, url, (exchange,), None, "", body, sha256(body).hexdigest())

    facts, looks = asyncio.run(look_at_account(filed, (), as_of, fetch, TITLE_TERMS))
    assert len(looks) == 1
    return facts


def answers_of(facts: AccountFacts, as_of: datetime) -> dict[str, Answer]:
    subject = replace(stranger("a1", TargetKind.ACCOUNT), platform=Platform.WECHAT.value)
    return {one.indicator: one.answer for one in judge_account(subject, facts, SYSTEM, as_of)}


@pytest.mark.parametrize("name", GAPS)
def test_an_account_behind_a_saved_answer(name: str) -> None:
    path = root() / "pages" / name
    facts = seen_at(path, AS_OF)
    source = facts.source
    told = tuple(gap.reason for gap in source.gaps)
    newest = source.posts[0].published if source.posts else None
    print(f"\n{name}: {len(source.posts)} posts, {source.undated} undated, newest {newest}, gaps {told}")
    assert told == GAPS[name]
    assert all(gap.ours for gap in source.gaps)
    assert bool(source.posts) == (GAPS[name] in (WHOLE, PART))
    if newest is None:
        assert answers_of(facts, AS_OF)["N-V2"] is Answer.UNOBSERVED
        return
    next_day = newest + timedelta(days=1)
    assert answers_of(seen_at(path, next_day), next_day)["N-V2"] is Answer.PASS
    years_later = newest + timedelta(days=1500)
    expected = Answer.FAIL if GAPS[name] == WHOLE else Answer.UNOBSERVED
    assert answers_of(seen_at(path, years_later), years_later)["N-V2"] is expected


def test_a_notice_is_no_fault_of_the_account() -> None:
    """Deleted, violating or unavailable single pages answer 200 and prove nothing about the account."""
    for name in (name for name, gaps in GAPS.items() if gaps not in (WHOLE, PART)):
        answers = answers_of(seen_at(root() / "pages" / name, AS_OF), AS_OF)
        assert Answer.FAIL not in answers.values(), name


def test_interface_answers_teach_nothing() -> None:
    for path in sorted((root() / "payloads").rglob("*.json")):
        facts = seen_at(path, AS_OF)
        assert [gap.reason for gap in facts.source.gaps] == ["not_a_feed"], path.name
        assert answers_of(facts, AS_OF)["N-V2"] is Answer.UNOBSERVED, path.name
