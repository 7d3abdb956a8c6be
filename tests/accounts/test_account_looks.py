"""One account and a round of them, against real servers on loopback."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from loopback import (
    AS_OF,
    Answer,
    Request,
    account,
    asking,
    by_path,
    client,
    plain,
    raw,
    rss,
    run_alone,
    serving,
)

from checks.facts import AccountFacts, SourceKind, SuspectKind
from monitor.collect.accounts.look import KEPT_POSTS, SuspectTerm, look_at_account
from monitor.collect.accounts.moments import SHANGHAI
from monitor.collect.accounts.reasons import AccountGap
from monitor.collect.accounts.round_of_looks import AccountAsk, AccountSeen, round_of_looks
from monitor.collect.exchange import Look
from monitor.collect.failures import Failure
from registry.model import Account, HandedInPost, Platform


def row(day: int, title: str = "报送", interaction: bool | None = None) -> HandedInPost:
    return HandedInPost(
        "A-1", None, title, datetime(2026, 9, day, 9, tzinfo=SHANGHAI), interaction=interaction
    )


def seen(
    answer: Answer,
    platform: Platform = Platform.WECHAT,
    posts: tuple[HandedInPost, ...] = (),
    lexicon: tuple[SuspectTerm, ...] = (),
    path: str = "/feed",
) -> tuple[AccountFacts, list[Look]]:
    async def work() -> tuple[AccountFacts, list[Look]]:
        async with asking(answer) as (_, looking):
            filed = account(f"http://a.example{path}", platform)
            return await look_at_account(filed, posts, AS_OF, looking.look, lexicon)

    result: tuple[AccountFacts, list[Look]] = run_alone(work())
    return result


def reasons(facts: AccountFacts) -> list[str]:
    assert all(gap.ours for gap in facts.source.gaps), "an account's gap is never the unit's fault"
    return [gap.reason for gap in facts.source.gaps]


def test_a_feed_becomes_posts_newest_first_with_the_future_apart() -> None:
    facts, looks = seen(
        plain(rss("2026-09-10 08:00", "2026-09-29 08:00", "2026-10-05 08:00", "someday", "2026-09-30 12:00"))
    )
    source = facts.source
    assert source.kinds == (SourceKind.FEED,)
    assert [post.published.day for post in source.posts] == [30, 29, 10]
    assert [post.published.month for post in source.future] == [10]
    assert (source.undated, source.gaps) == (1, ())
    assert source.interaction is not None
    assert source.interaction.offered is None
    assert source.posts[0].seen.sha256 == looks[0].sha256
    assert facts.scan.scanned == 4


def test_no_source_at_all_is_a_gap_and_rows_alone_are_a_source() -> None:
    async def never(url: str) -> Look:
        raise AssertionError("nothing to ask for")

    nothing, _ = run_alone(look_at_account(account(None), (), AS_OF, never))
    assert reasons(nothing) == [AccountGap.NO_SOURCE.value]
    blank, _ = run_alone(look_at_account(account("  "), (), AS_OF, never))
    assert reasons(blank) == [AccountGap.NO_SOURCE.value]
    rows, looks = run_alone(
        look_at_account(account(None), (row(20), row(25, interaction=False)), AS_OF, never)
    )
    assert (reasons(rows), looks) == ([], [])
    assert [post.published.day for post in rows.source.posts] == [25, 20]
    assert rows.source.kinds == (SourceKind.HANDED_IN,)
    assert rows.source.interaction is not None
    assert rows.source.interaction.offered is False
    assert rows.source.interaction.seen is not None


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (plain(b"x", "404 Not Found"), Failure.NOT_FOUND),
        (plain(b"x", "410 Gone"), Failure.GONE),
        (plain(b"x", "403 Forbidden"), Failure.BLOCKED),
        (plain(b"x", "412 Precondition"), Failure.SCRIPT_CHALLENGE),
        (plain(b"x", "500 Oops"), Failure.SERVER_ERROR),
        (plain(b"", "302 Found", Location="http://127.0.0.1/"), Failure.ADDRESS_REFUSED),
        (plain(b"", "302 Found", Location="http://elsewhere.example/"), Failure.NO_SUCH_NAME),
        (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n" + rss("2020-01-01")), Failure.TRUNCATED),
        (plain(b""), Failure.EMPTY_REPLY),
        (plain(b"<html><body>welcome</body></html>"), AccountGap.NOT_A_FEED),
        (plain(b"<html><script>$_ts={};$_ts.nsd=1</script></html>"), Failure.SCRIPT_CHALLENGE),
        (plain(b"<rss version='2.0'><channel><title>t</title></channel></rss>"), AccountGap.EMPTY_FEED),
        (plain(rss("soon", "later")), AccountGap.NO_DATES),
    ],
)
def test_every_failing_source_is_a_typed_gap_and_blames_nobody(
    answer: Answer, reason: Failure | AccountGap
) -> None:
    facts, looks = seen(answer)
    assert reasons(facts) == [reason.value]
    assert (facts.source.posts, facts.source.store) == ((), None)
    assert looks


def test_a_failing_source_does_not_lose_what_was_handed_in() -> None:
    facts, _ = seen(plain(b"x", "503 Busy"), posts=(row(28),))
    assert reasons(facts) == [Failure.SERVER_ERROR.value]
    assert [post.published.day for post in facts.source.posts] == [28]


def test_a_feed_and_rows_are_put_together_without_doubles() -> None:
    twin = HandedInPost(
        "A-1", "https://posts.example/0", "关于做好某项工作的通知0", AS_OF - timedelta(days=3), True
    )
    facts, _ = seen(plain(rss("2026-09-10 08:00", "2026-09-12 08:00")), posts=(twin, row(5)))
    assert facts.source.kinds == (SourceKind.FEED, SourceKind.HANDED_IN)
    assert [post.published.day for post in facts.source.posts] == [27, 12, 5]
    assert facts.source.interaction is not None
    assert facts.source.interaction.offered is True


NOTICE = (
    '<html><body class="wx_wap_page"><script src="//res.wx.qq.com/x.js"></script><div class="weui-msg">'
    '<h2 class="weui-msg__title">{}</h2></div></body></html>'
)


@pytest.mark.parametrize("title", ["该内容已被发布者删除", "此内容因违规无法查看", "该内容暂时无法查看"])
def test_a_deleted_or_violating_post_condemns_no_account(title: str) -> None:
    facts, _ = seen(plain(NOTICE.format(title).encode(), content_type="text/html"))
    assert len(reasons(facts)) == 1
    assert reasons(facts)[0].startswith("post_")
    assert facts.scan.suspects == ()


STORE = b'{"resultCount":1,"results":[{"version":"1.2","currentVersionReleaseDate":"2026-09-01T00:00:00Z"}]}'
NO_APP = b'{"resultCount":0,"results":[]}'


def test_stores_speak_of_apps_and_of_nothing_else() -> None:
    found, _ = seen(plain(STORE, content_type="text/javascript"), Platform.APP)
    assert found.source.store is not None
    assert (found.source.store.found, found.source.store.version, reasons(found)) == (True, "1.2", [])
    missing, _ = seen(plain(NO_APP), Platform.APP)
    assert missing.source.store is not None
    assert (missing.source.store.found, missing.source.kinds) == (False, (SourceKind.STORE,))
    other, _ = seen(plain(NO_APP), Platform.WEIBO)
    assert (other.source.store, reasons(other)) == (None, [AccountGap.NOT_A_FEED.value])


@pytest.mark.parametrize("status", ["404 Not Found", "500 Error", "403 Forbidden", "429 Slow"])
def test_a_store_that_fails_never_says_that_the_app_is_gone(status: str) -> None:
    facts, _ = seen(plain(NO_APP, status), Platform.APP)
    assert facts.source.store is None
    assert len(reasons(facts)) == 1


def page(feed: str) -> Answer:
    head = f'<html><head><link rel="alternate" type="application/rss+xml" href="{feed}"></head><body>x</body></html>'
    return plain(head.encode(), content_type="text/html")


def test_a_page_that_declares_its_feed_is_followed_once_and_on_its_own_host_only() -> None:
    table = {
        "/home": page("/feed"),
        "/feed": plain(rss("2026-09-29 08:00")),
        "/ring": page("/ring2"),
        "/ring2": page("/ring"),
    }
    facts, looks = seen(by_path(table), path="/home")
    assert (len(facts.source.posts), len(looks)) == (1, 2)
    ring, looks = seen(by_path(table), path="/ring")
    assert (reasons(ring), len(looks)) == ([AccountGap.NOT_A_FEED.value], 2)
    away, looks = seen(page("http://127.0.0.1/feed"))
    assert (reasons(away), len(looks)) == ([AccountGap.NOT_A_FEED.value], 1)


def test_titles_are_scanned_for_a_person_to_judge() -> None:
    lexicon = (SuspectTerm("某禁词", "疑似表述错误"), SuspectTerm("", "空词"))
    facts, _ = seen(
        plain(rss("2026-09-29 08:00", "2026-10-09 08:00", title="含某禁词的标题")), lexicon=lexicon
    )
    assert [(hit.kind, hit.says, hit.certain) for hit in facts.scan.suspects] == [
        (SuspectKind.WORDING, "疑似表述错误", False)
    ] * 2


def test_long_lists_keep_the_newest() -> None:
    days = [AS_OF - timedelta(hours=hours) for hours in range(200)]
    random.Random(7).shuffle(days)
    facts, _ = seen(plain(rss(*(day.isoformat() for day in days))))
    assert len(facts.source.posts) == KEPT_POSTS
    assert facts.source.posts[0].published == AS_OF


def test_a_reader_that_crashes_costs_one_source_only(monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(source: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("monitor.collect.accounts.look.read_source", crash)
    facts, looks = seen(plain(rss("2026-09-29 08:00")), posts=(row(29),))
    assert reasons(facts) == [Failure.PARSER_FAILED.value]
    assert (len(facts.source.posts), len(looks)) == (1, 1)


def many(count: int) -> list[AccountAsk]:
    asks = []
    for number in range(count):
        url = f"http://h{number % 7}.example/{number}" if number % 10 else None
        filed = Account(f"A-{number}", Platform.WECHAT, "gh_x", f"账号{number}", "U", source_url=url)
        asks.append(AccountAsk(filed))
    return asks


async def some(request: Request, writer: asyncio.StreamWriter) -> None:
    number = int(request.target[1:])
    await asyncio.sleep((number * 7919 % 13) / 1000)
    if number % 5 == 3:
        await plain(b"gone", "404 Not Found")(request, writer)
    else:
        await plain(rss(f"2026-09-{number % 28 + 1:02d} 08:00"))(request, writer)


async def collect(
    asks: list[AccountAsk], stop_after: int | None = None, workers: int = 16
) -> list[AccountSeen]:
    results: list[AccountSeen] = []
    async with (
        serving(some) as server,
        client(f"* 127.0.0.1:{server.port}", connections_per_address=8) as looking,
    ):
        round_ = round_of_looks(asks, AS_OF, looking.look, concurrency=workers)
        async for result in round_:
            results.append(result)
            if len(results) == stop_after:
                break
        await round_.aclose()
    return results


def timeless(results: list[AccountSeen]) -> dict[str, object]:
    """What an account's facts say, without the moments of the visits and the server's port."""
    return {
        result.account_id: (
            [(post.url, post.title, post.published, post.seen.sha256) for post in result.facts.source.posts],
            [(gap.what, gap.reason) for gap in result.facts.source.gaps],
            result.facts.source.kinds,
            result.facts.scan,
        )
        for result in results
    }


def test_a_round_looks_at_everything_once_and_the_order_does_not_matter() -> None:
    asks = many(150)
    forward = run_alone(collect(asks))
    backward = run_alone(collect(asks[::-1], workers=3))
    assert len(forward) == len({result.account_id for result in forward}) == 150
    assert timeless(forward) == timeless(backward)
    with_source = [result for result in forward if result.looks]
    assert len(with_source) == 135
    assert all(result.looks[0].last.response_head for result in with_source)
    assert [result.account_id for result in forward] != [ask.account.account_id for ask in asks]


@pytest.mark.parametrize("stop", [1, 20, 77])
def test_a_round_that_was_stopped_goes_on_with_what_is_left(stop: int) -> None:
    asks = many(100)
    before = run_alone(collect(asks, stop_after=stop))
    done = {result.account_id for result in before}
    assert len(done) == stop
    after = run_alone(collect([ask for ask in asks if ask.account.account_id not in done]))
    assert timeless(before + after) == timeless(run_alone(collect(asks)))


def test_a_look_that_breaks_is_ours_and_the_round_goes_on() -> None:
    async def work() -> list[AccountSeen]:
        async def fetch(url: str) -> Look:
            raise RuntimeError("no memory left")

        return [result async for result in round_of_looks(many(20), AS_OF, fetch)]

    results = run_alone(work())
    assert len(results) == 20
    found = {gap.reason for result in results for gap in result.facts.source.gaps}
    assert found == {Failure.INTERNAL.value, AccountGap.NO_SOURCE.value}


def test_nothing_under_way_survives_an_early_end_and_an_empty_round_ends() -> None:
    async def work() -> int:
        async with serving(some) as server, client(f"* 127.0.0.1:{server.port}") as looking:
            async for _ in round_of_looks(many(50), AS_OF, looking.look):
                break
            assert [result async for result in round_of_looks([], AS_OF, looking.look)] == []
        await asyncio.sleep(0.05)
        return sum("round_of_looks" in repr(task.get_coro()) for task in asyncio.all_tasks())

    assert run_alone(work()) == 0


def test_an_iterator_of_the_caller_that_fails_is_heard_of() -> None:
    def broken() -> Iterator[AccountAsk]:
        yield from many(3)
        raise LookupError("row 4")

    async def work() -> None:
        async with serving(some) as server, client(f"* 127.0.0.1:{server.port}") as looking:
            async for _ in round_of_looks(broken(), AS_OF, looking.look):
                pass

    with pytest.raises(LookupError, match="row 4"):
        run_alone(work())
