"""Short ways to build facts for the tests of the ruler; every default is in order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta

from checks.facts import (
    AccountFacts,
    AccountSource,
    Channel,
    ChannelKind,
    Column,
    ColumnSet,
    ColumnType,
    DatedItem,
    DateSource,
    Element,
    Gap,
    Guide,
    Guides,
    HomePage,
    Interaction,
    Letter,
    Letters,
    PageItems,
    PageScan,
    Post,
    Seen,
    SiteFacts,
    SourceKind,
    Subject,
    TargetKind,
    TypedBy,
    Visit,
    VisitLedger,
)
from checks.model import Answer, Verdict
from checks.runner import judge_account, judge_site
from checks.spans import SHANGHAI
from checks.system import System, load_system

AS_OF = datetime(2026, 9, 24, 9, 0, tzinfo=SHANGHAI)
TODAY = AS_OF.date()
HOME = "http://www.example.gov.cn/"
SYSTEM: System = load_system("national-2019")
WEEK = tuple(TODAY - timedelta(days=back) for back in range(7, 0, -1))
PER_DAY = 20


def seen(url: str = HOME) -> Seen:
    return Seen(url=url, at=AS_OF - timedelta(hours=1), sha256="ab" * 32, excerpt="摘录")


def gap(reason: str = "connect_timeout", url: str | None = HOME + "gone") -> Gap:
    return Gap("页面", reason, ours=True, url=url)


def site(**changes: object) -> Subject:
    subject = Subject(
        target="1500000001",
        kind=TargetKind.SITE,
        name="某某部门网站",
        level="自治区",
        division_code="150000",
        unit_id="U1",
        unit_name="某某部门",
        unit_kind="部门",
        outward_service=True,
        url=HOME,
        site_kind="部门网站",
    )
    return replace(subject, **changes)


def account(**changes: object) -> Subject:
    subject = replace(
        site(), target="A1", kind=TargetKind.ACCOUNT, url=None, site_kind=None, platform="微信公众号"
    )
    return replace(subject, **changes)


def item(days: int, name: str = "消息") -> DatedItem:
    """An item dated `days` before the reference day (negative: after it)."""
    url = f"{HOME}art/{name}{days}.html"
    return DatedItem(name, url, TODAY - timedelta(days=days), DateSource.LIST_ROW, seen(url))


def item_on(day: date, name: str = "消息") -> DatedItem:
    return replace(item(0, name), day=day)


def page(*days: int, url: str = HOME, undated: int = 0, **changes: object) -> PageItems:
    items = tuple(sorted((item(day) for day in days), key=lambda entry: entry.day, reverse=True))
    return replace(PageItems(url=url, seen=seen(url), items=items, undated=undated), **changes)


def column(
    name: str,
    kind: ColumnType | None = ColumnType.NEWS,
    newest: int | date | None = 1,
    **changes: object,
) -> Column:
    dated = None
    if newest is not None:
        dated = item_on(newest, name) if isinstance(newest, date) else item(newest, name)
    made = Column(
        url=f"{HOME}{name}/",
        name=name,
        column_type=kind,
        typed_by=TypedBy.PERSON if kind else TypedBy.NOTHING,
        level=1,
        item_count=0 if dated is None else 20,
        newest=dated,
        seen=seen(f"{HOME}{name}/"),
    )
    return replace(made, **changes)


def channel(usable: bool | None = True, kind: ChannelKind = ChannelKind.CONSULTATION) -> Channel:
    url = f"{HOME}mail/{kind.name}"
    return Channel("领导信箱", url, kind, usable, seen(url), None if usable is not None else gap(url=url))


def letter(asked: date | None, number: int = 1, **changes: object) -> Letter:
    made = Letter(
        url=f"{HOME}mail/{number}.html",
        title=f"来信{number}",
        asked=asked,
        answered=None,
        has_answer=False,
        state="办理中",
        channel=ChannelKind.CONSULTATION,
        seen=seen(f"{HOME}mail/{number}.html"),
    )
    return replace(made, **changes)


def guide(number: int, missing: int = 0, unread: int = 0, **changes: object) -> Guide:
    elements = tuple(Element)
    made = Guide(
        url=f"{HOME}guide/{number}.html",
        title=f"事项{number}",
        present=elements[missing + unread :],
        missing=elements[:missing],
        unread=elements[missing : missing + unread],
        seen=seen(f"{HOME}guide/{number}.html"),
    )
    return replace(made, **changes)


def guides(*entries: Guide, listed: int | None = None, **changes: object) -> Guides:
    made = Guides(
        entry=seen(f"{HOME}bsfw/"), listed=len(entries) if listed is None else listed, guides=tuple(entries)
    )
    return replace(made, **changes)


def facts(**changes: object) -> SiteFacts:
    """A site on which everything is in order."""
    made = SiteFacts(
        target="1500000001",
        home=HomePage(page(1)),
        columns=ColumnSet((column("要闻"),)),
        letters=Letters(channels=(channel(),)),
        guides=guides(guide(1)),
        scan=PageScan(scanned=5),
        pages=5,
    )
    return replace(made, **changes)


def visit(day: date, slot: int, **changes: object) -> Visit:
    planned = datetime(day.year, day.month, day.day, tzinfo=SHANGHAI) + timedelta(minutes=60 * (slot % 24))
    made = Visit(
        slot=slot,
        day=day,
        scheduled=planned,
        started=planned,
        seconds=0.4,
        status=200,
        failure=None,
        address="192.0.2.1:80",
        sha256="cd" * 32,
    )
    return replace(made, **changes)


def failed(entry: Visit, failure: str = "connect_timeout", **changes: object) -> Visit:
    without = replace(entry, failure=failure, status=None, sha256=None, seconds=15.0)
    return replace(without, **changes)


def week(per_day: int = PER_DAY, days: Iterable[date] = WEEK) -> list[Visit]:
    """A week in which every visit opened, in slot order."""
    return [
        visit(day, index * per_day + number) for index, day in enumerate(days) for number in range(per_day)
    ]


def ledger(visits: Iterable[Visit], days: tuple[date, ...] = WEEK) -> VisitLedger:
    return VisitLedger(HOME, days, tuple(visits))


def post(days: int, number: int = 1) -> Post:
    moment = AS_OF - timedelta(days=days)
    return Post(f"https://feed.example/{number}", f"推文{number}", moment, seen("https://feed.example/"))


def source(*days: int, **changes: object) -> AccountSource:
    posts = tuple(post(day, number) for number, day in enumerate(sorted(days)))
    return replace(AccountSource(kinds=(SourceKind.FEED,), posts=posts), **changes)


def interaction(offered: bool | None) -> Interaction:
    return Interaction(offered, seen("https://feed.example/") if offered is not None else None)


def account_facts(made: AccountSource | None = None, **changes: object) -> AccountFacts:
    return replace(AccountFacts("A1", made or source(1), PageScan(scanned=3)), **changes)


def judged(
    code: str,
    made: SiteFacts | None = None,
    visits: VisitLedger | None = None,
    subject: Subject | None = None,
    as_of: datetime = AS_OF,
    system: System = SYSTEM,
) -> Verdict:
    """The verdict of one site indicator over these facts."""
    verdicts = judge_site(subject or site(), made, visits, system, as_of)
    return next(verdict for verdict in verdicts if verdict.indicator == code)


def judged_account(
    code: str,
    made: AccountFacts | None,
    subject: Subject | None = None,
    as_of: datetime = AS_OF,
    system: System = SYSTEM,
) -> Verdict:
    """The verdict of one account indicator over these facts."""
    verdicts = judge_account(subject or account(), made, system, as_of)
    return next(verdict for verdict in verdicts if verdict.indicator == code)


PASS, FAIL, UNOBSERVED = Answer.PASS, Answer.FAIL, Answer.UNOBSERVED
