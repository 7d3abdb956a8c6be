"""The accounts: platforms in real shares, where each can be seen, and what it published."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random
from urllib.parse import quote

from monitor.rehearsal import cases
from monitor.rehearsal.days import SHANGHAI, days_before
from monitor.rehearsal.places import Place, all_places, place_of
from monitor.rehearsal.plan import AccountPlan, PostPlan, UnitPlan
from monitor.rehearsal.wordings.prose import headline

SHARES = (
    ("微信公众号", 0.715), ("微博", 0.085), ("抖音", 0.075), ("视频号", 0.045), ("今日头条", 0.028), ("快手", 0.020),
    ("移动客户端", 0.010), ("小程序", 0.010), ("其他", 0.012),
)  # fmt: skip
STORE = "https://itunes.apple.com/cn/lookup"
FORMS = ("rss", "rss", "rss", "rss-gbk", "atom", "atom", "json", "rss-dc")
SUFFIXES = {
    "微信公众号": ("发布", "微讯", "政务", "之声", "服务号", "在线"), "微博": ("发布", "官方微博", "播报"), "抖音": ("抖音号", "视听"),
    "视频号": ("视频", "视界"), "今日头条": ("头条", "资讯"), "快手": ("快手号", "掠影"), "移动客户端": ("App", "掌上通"),
    "小程序": ("便民", "随手办"), "其他": ("人民号", "哔哩号"),
}  # fmt: skip
HEALTHY_FEED, HEALTHY_HANDED = 0.41, 0.20


def platform_numbers(accounts: int) -> dict[str, int]:
    """How many accounts each platform has; adds up exactly, and every platform occurs where there is room."""
    numbers = {platform: int(accounts * share) for platform, share in SHARES}
    for platform in numbers:
        numbers[platform] = max(numbers[platform], 1 if accounts >= 2 * len(SHARES) else 0)
    numbers["微信公众号"] += accounts - sum(numbers.values())
    return numbers


@dataclass(frozen=True, slots=True)
class AccountBrief:
    """What every account of an estate is made for."""

    as_of: datetime
    feed_hosts: Mapping[str, str]

    @property
    def today(self) -> date:
        return self.as_of.date()


def _source_of(case: str) -> tuple[str, str]:
    """The source of a dealt case and what it answers."""
    if case.startswith("feed_"):
        answer = case.removeprefix("feed_")
        return "feed", answer if answer in ("404", "503", "403", "reset", "undated", "broken") else "ok"
    if case.startswith("handed_in"):
        return "handed_in", "ok"
    if case.startswith("page_"):
        answer = case.removeprefix("page_")
        return "page", "ok" if answer == "fresh" else answer
    if case.startswith(("app_", "store_")):
        kind = "store" if case in ("app_gone", "store_only", "store_error") else "store+handed_in"
        return kind, {"app_gone": "gone", "store_error": "503"}.get(case, "ok")
    return "none", "ok"


def _newest(random: Random, case: str, as_of: datetime) -> datetime:
    """When the newest post of an account was published."""
    today = as_of.date()
    midnight = datetime(today.year, today.month, today.day, tzinfo=SHANGHAI)

    def on(days: int, minute: int) -> datetime:
        return midnight - timedelta(days=days) + timedelta(minutes=minute)

    minute = random.randint(480, 1320)
    if case in ("feed_15_days", "handed_in_15_days"):
        return on(15, minute)
    if case in ("feed_14_days", "handed_in_14_days", "feed_future_beside_14_days"):
        return on(14, minute)
    if case == "feed_14_days_after_midnight":
        return on(14, random.randint(5, 400))
    if case == "feed_15_days_before_midnight":
        return on(15, random.randint(1410, 1435))
    if case == "feed_future_hides_stale":
        return on(random.randint(20, 60), minute)
    if case in ("feed_stale", "handed_in_stale", "app_stale"):
        return on(random.randint(18, 500), minute)
    return min(on(random.randint(0, 9), minute), as_of - timedelta(hours=2))


def _posts(random: Random, account: AccountPlan, brief: AccountBrief, count: int) -> tuple[PostPlan, ...]:
    place = place_of(account.unit.division).short
    moment, posts = _newest(random, account.case, brief.as_of), []
    if "future" in account.case:
        ahead = brief.as_of + timedelta(days=random.randint(20, 300))
        posts.append(PostPlan(0, headline(random, "news", place), ahead.replace(second=0, microsecond=0)))
    for number in range(1, count + 1):
        posts.append(PostPlan(number, headline(random, "news", place), moment))
        moment -= timedelta(days=random.randint(0, 6), minutes=random.randint(10, 300))
    return tuple(posts)


def _source_url(account: AccountPlan, brief: AccountBrief) -> str:
    place = place_of(account.unit.division)
    league: Place = place if place.level != "旗县" else place_of(place.parent)
    host = brief.feed_hosts[league.code]
    if account.source == "feed":
        ending = {"atom": "atom", "json": "json"}.get(account.form, "xml")
        return f"http://{host}/feed/{account.account_id}.{ending}"
    if account.source.startswith("store"):
        return f"{STORE}?id={account.handle}"
    if account.source == "page":
        return f"https://mp.weixin.qq.com/s?__biz={quote(account.handle)}&mid={account.index + 265000}&idx=1"
    return ""


def _handle(random: Random, platform: str) -> str:
    if platform in ("微信公众号", "小程序"):
        return "gh_" + "".join(random.choices("0123456789abcdef", k=12))
    if platform == "移动客户端":
        return str(random.randint(1_000_000_000, 1_999_999_999))
    return str(random.randint(10**9, 10**11))


def _fits(case: cases.Case, platform: str) -> bool:
    if case.key.startswith(("app_", "store_")):
        return platform == "移动客户端"
    if case.key.startswith("page_"):
        return platform == "微信公众号"
    return platform not in ("移动客户端",)


def _deal(random: Random, platforms: list[str]) -> dict[int, str]:
    """Which account gets which case, by index."""
    order = list(range(len(platforms)))
    random.shuffle(order)
    dealt: dict[int, str] = {}
    for case in cases.scaled(cases.ACCOUNTS, len(platforms), cases.FULL_ACCOUNTS, share=0.6):
        place = next((at for at in order if at not in dealt and _fits(case, platforms[at])), None)
        if place is not None:
            dealt[place] = case.key
    return dealt


def _operation(random: Random, unit: UnitPlan, index: int) -> tuple[bool, str, tuple[str, str, str]]:
    """Whether the account is contracted out, to whom, and its chain of three reviews."""
    contracted = random.random() < 0.14
    operator = f"演练传媒{index % 9 + 1}号有限公司" if contracted else ""
    first = f"初审员甲@{operator or unit.name}"
    final = f"终审员丙@{operator}" if contracted and random.random() < 0.25 else f"终审员丙@{unit.name}"
    return contracted, operator, (first, f"复审员乙@{unit.name}", final)


def make_accounts(
    random: Random, accounts: int, units: tuple[UnitPlan, ...], brief: AccountBrief
) -> tuple[AccountPlan, ...]:
    """All accounts; 55 to 70 in a hundred can be observed."""
    platforms = [platform for platform, number in platform_numbers(accounts).items() for _ in range(number)]
    random.shuffle(platforms)
    dealt = _deal(random, platforms)
    owners = [unit for unit in units if unit.kind != "事业单位" or random.random() < 0.5] or list(units)
    result: list[AccountPlan] = []
    serial: dict[str, int] = {}
    for index, platform in enumerate(platforms):
        unit = owners[index % len(owners)] if index < len(owners) else random.choice(owners)
        serial[unit.division] = serial.get(unit.division, 0) + 1
        case = dealt.get(index, "")
        source, answer = _source_of(case)
        if not case and platform != "移动客户端":
            draw = random.random()
            source = (
                "feed"
                if draw < HEALTHY_FEED
                else "handed_in"
                if draw < HEALTHY_FEED + HEALTHY_HANDED
                else "none"
            )
        contracted, operator, reviewers = _operation(random, unit, index)
        place = place_of(unit.division)
        account = AccountPlan(
            index=index, account_id=f"A{unit.division}{serial[unit.division]:04d}", platform=platform,
            handle=_handle(random, platform),
            name=f"{place.short}{unit.short if unit.short != place.short else ''}{random.choice(SUFFIXES[platform])}",
            unit=unit, source=source, source_url="", form=random.choice(FORMS), answer=answer, posts=(), case=case,
            status="正常", contracted=contracted, operator=operator, reviewers=reviewers,
            filed_on=days_before(brief.today, random.randint(100, 2500)),
        )  # fmt: skip
        posts: tuple[PostPlan, ...] = ()
        if source != "none" and answer not in ("gone", "404", "503", "403", "reset", "broken"):
            count = (
                1
                if source == "page"
                else random.randint(4, 8)
                if "handed" in source
                else random.randint(6, 14)
            )
            posts = _posts(random, account, brief, 0 if source == "store" else count)
        result.append(replace(account, posts=posts, source_url=_source_url(account, brief)))
    return tuple(_with_talk(random, _with_words(random, _with_status(random, result))))


def _with_status(random: Random, accounts: list[AccountPlan]) -> list[AccountPlan]:
    """A few accounts are suspended; none of those to which a case was dealt."""
    healthy = [account.index for account in accounts if not account.case]
    gone = set(random.sample(healthy, min(len(healthy) // 4, round(len(accounts) * 0.012))))
    return [replace(account, status="暂停") if account.index in gone else account
            for account in accounts]  # fmt: skip


def _with_words(random: Random, accounts: list[AccountPlan]) -> list[AccountPlan]:
    """Some feeds carry an advertisement for gambling; some warn against it."""
    pool = [account.index for account in accounts
            if account.source == "feed" and account.answer == "ok" and account.status == "正常"]  # fmt: skip
    dealt = cases.scaled(cases.POSTS, len(accounts), cases.FULL_ACCOUNTS, share=0.1)
    chosen = dict(
        zip(random.sample(pool, min(len(pool), len(dealt))), (case.key for case in dealt), strict=False)
    )
    return [
        replace(account, spam=chosen.get(account.index) == "spam_post", campaign=chosen.get(account.index) == "post_against_fraud")
        for account in accounts
    ]  # fmt: skip


def _with_talk(random: Random, accounts: Iterable[AccountPlan]) -> list[AccountPlan]:
    """Handed-in lists may say whether people can talk back; a few say that they cannot."""
    listed = list(accounts)
    pool = [account.index for account in listed if "handed" in account.source and account.status == "正常"]
    random.shuffle(pool)
    size = len(listed)
    dealt = cases.scaled(cases.TALK, size, cases.FULL_ACCOUNTS, share=0.1)
    answers = {index: case.key == "can_talk" for index, case in zip(pool, dealt, strict=False)}
    return [
        replace(account, posts=tuple(replace(post, talk=answers[account.index]) for post in account.posts))
        if account.index in answers else account
        for account in listed
    ]  # fmt: skip


def feed_hosts() -> dict[str, str]:
    """The host of each league's feeds, and the region's own, by division code."""
    return {place.code: f"rss.{place.label}.gov.cn" for place in all_places() if place.level != "旗县"}
