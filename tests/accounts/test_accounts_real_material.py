"""Real feeds, WeChat and weibo pages and interface answers, where the folder of real material is at hand."""

from __future__ import annotations

import csv
import os
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from loopback import AS_OF, account, asking, by_path, plain, run_alone

from checks.facts import AccountFacts
from monitor.collect.accounts import wechat, weibo
from monitor.collect.accounts.charset import decode_text
from monitor.collect.accounts.look import look_at_account
from monitor.collect.accounts.moments import SHANGHAI
from monitor.collect.accounts.reading import Source
from monitor.collect.accounts.reasons import AccountGap, Unreadable
from monitor.collect.accounts.sniff import read_source
from monitor.collect.accounts.wechat import LIVING, WeChatPage
from registry.model import Platform

ROOT = Path(
    os.environ.get("MONITOR_REAL_DATA") or Path(__file__).resolve().parents[2] / "../shared/data"
).resolve()
pytestmark = pytest.mark.skipif(
    not (ROOT / "pages" / "wechat").is_dir(),
    reason=f"没有真实材料 {ROOT}: 用环境变量 MONITOR_REAL_DATA 指明其位置",
)

WECHAT_KINDS = {
    "account profile page": WeChatPage.PROFILE,
    "article": WeChatPage.ARTICLE,
    "ordinary article": WeChatPage.ARTICLE,
    "deleted by author notice": WeChatPage.DELETED,
    "violation notice": WeChatPage.VIOLATION,
    "temporarily unavailable notice": WeChatPage.UNAVAILABLE,
    "picture share": WeChatPage.PICTURE_SHARE,
    "text share": WeChatPage.TEXT_SHARE,
    "repost": WeChatPage.REPOST,
}


def manifest() -> list[dict[str, str]]:
    with (ROOT / "manifest.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def source(path: Path, as_of: datetime = AS_OF) -> Source:
    return Source.of(f"https://saved.example/{path.name}", path.read_bytes(), as_of, as_of)


def test_every_wechat_page_is_what_the_manifest_says() -> None:
    rows = [row for row in manifest() if row["kind"].startswith("wechat (")]
    assert len(rows) >= 9
    wrong = []
    print(f"\n{'page':24s} {'expected':16s} {'told':16s} {'published':26s} title")
    for row in rows:
        text, _ = decode_text((ROOT / row["file"]).read_bytes())
        look = wechat.tell(text)
        expected = WECHAT_KINDS[row["kind"].removeprefix("wechat (").removesuffix(")")]
        print(
            f"{row['file']:24s} {expected:16s} {look.page:16s} {look.published!s:26s} {len(look.title)} chars"
        )
        # The manifest gives what its collector read off the page by other means.
        title = re.search(r"og:title=(.*?) \| ct=(\d*)", row["notes"])
        assert title is not None
        if look.page is not expected or look.title != title[1]:
            wrong.append(row["file"])
        if title[2]:
            assert look.published == datetime.fromtimestamp(int(title[2]), UTC)
        assert (look.published is not None) == (expected in LIVING - {WeChatPage.PROFILE})
    print(f"n = {len(rows)}, wrong = {len(wrong)}")
    assert not wrong


def test_no_other_real_page_is_taken_for_wechat_or_for_a_feed() -> None:
    rows = [row for row in manifest() if row["file"].endswith(".html") and "/wechat/" not in row["file"]]
    taken = []
    for row in rows:
        text, _ = decode_text((ROOT / row["file"]).read_bytes())
        if wechat.tell(text).page is not WeChatPage.NOT_WECHAT:
            taken.append(row["file"])
        if "/weibo/" not in row["file"]:
            with pytest.raises(Unreadable) as refused:
                read_source(source(ROOT / row["file"]))
            if refused.value.reason is not AccountGap.NOT_A_FEED:
                taken.append(f"{row['file']} {refused.value.reason}")
    print(f"\nn = {len(rows)} other pages, taken for something else = {len(taken)}")
    assert not taken


def test_a_real_article_that_quotes_the_notices_stays_an_article() -> None:
    """Living pages with every notice's words put into their body text."""
    quoted = "".join(
        f"<p>{words}</p>"
        for words in ("该内容已被发布者删除", "此内容因违规无法查看", "环境异常", "该账号已被冻结")
    )
    tried = 0
    for path in sorted((ROOT / "pages" / "wechat").iterdir()):
        text, _ = decode_text(path.read_bytes())
        before = wechat.tell(text)
        if before.page in LIVING:
            assert wechat.tell(text.replace("</body>", f"{quoted}</body>")) == before, path.name
            tried += 1
    assert tried == 6


def test_real_feeds_in_legacy_charsets() -> None:
    rows = [row for row in manifest() if row["kind"] == "rss/atom feed"]
    assert len(rows) >= 10
    print(f"\n{'feed':28s} {'items':>5s} {'posts':>5s} {'undated':>7s} {'newest':26s}")
    for row in rows:
        path = ROOT / row["file"]
        raw = path.read_bytes()
        items = len(re.findall(rb"<(?:item|entry)[\s>]", raw))
        dates = len(
            re.findall(
                rb"<(?:item|entry)[\s>](?:(?!</(?:item|entry)>)[\s\S])*?<(?:pubDate|issued|modified)>", raw
            )
        )
        reading = read_source(source(path))
        newest = max((post.published for post in reading.posts), default=None)
        print(f"{path.name:28s} {items:5d} {len(reading.posts):5d} {reading.undated:7d} {newest!s:26s}")
        assert len(reading.posts) + reading.undated == items
        assert len(reading.posts) == dates
        assert not any("\ufffd" in post.title for post in reading.posts)
        assert all(2000 <= post.published.year <= 2006 for post in reading.posts)


def test_real_weibo_pages() -> None:
    as_of = datetime(2020, 6, 19, 12, tzinfo=SHANGHAI)
    outcomes = {}
    for path in sorted((ROOT / "pages" / "weibo").iterdir()):
        text, _ = decode_text(path.read_bytes())
        one = Source.of("https://weibo.cn/1669879400/profile?page=2", path.read_bytes(), as_of, as_of)
        assert weibo.looks_like_weibo(text) == (path.name in {"1.html", "3.html"})
        try:
            reading = read_source(one)
            outcomes[path.name] = (len(reading.posts), [gap.reason for gap in reading.gaps], reading.offered)
            print(path.name, outcomes[path.name], reading.posts[0].published)
        except Unreadable as refused:
            outcomes[path.name] = (0, [refused.reason.value], None)
    assert outcomes["1.html"] == (10, [AccountGap.PARTIAL_LIST.value], True)
    assert outcomes["3.html"][:2] == (1, [AccountGap.PARTIAL_LIST.value])
    assert {name for name, outcome in outcomes.items() if not outcome[0]} == {"7.html", "10.html", "11.html"}


def test_interface_answers_that_are_no_post_list_teach_nothing() -> None:
    paths = sorted((ROOT / "payloads").rglob("*.json"))
    assert len(paths) > 20
    for path in paths:
        with pytest.raises(Unreadable) as refused:
            read_source(source(path))
        assert refused.value.reason in (AccountGap.NOT_A_FEED, AccountGap.FEED_UNREADABLE), path.name


def test_real_pages_through_the_whole_account_line() -> None:
    """Served on loopback as they are: whatever comes, no gap is the unit's and no dead page has posts."""
    paths = [
        *sorted((ROOT / "pages" / "wechat").iterdir()),
        *sorted((ROOT / "pages" / "feeds-gb2312").iterdir()),
    ]
    table = {
        f"/{path.parent.name}/{path.name}": plain(path.read_bytes(), content_type="text/html")
        for path in paths
    }

    async def work() -> list[tuple[str, AccountFacts]]:
        results = []
        async with asking(by_path(table)) as (_, looking):
            for target in table:
                facts, looks = await look_at_account(
                    account(f"http://a.example{target}", Platform.WECHAT), (), AS_OF, looking.look
                )
                assert looks[0].failure is None
                results.append((target, facts))
        return results

    for target, facts in run_alone(work()):
        found = facts.source
        print(
            f"{target:28s} posts {len(found.posts):3d} undated {found.undated:2d} {[gap.reason for gap in found.gaps]}"
        )
        assert all(gap.ours for gap in found.gaps)
        if "wechat" in target:
            assert found.gaps, "one page of WeChat never is the whole output of an account"
