"""One look at one account: ask its source, read the answer, add what its unit handed in.

Whatever goes wrong here is a gap of ours; the unit is judged by what was seen and by nothing else.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from checks.facts import (
    AccountFacts,
    AccountSource,
    Gap,
    Interaction,
    PageScan,
    Post,
    SourceKind,
    Suspect,
    SuspectKind,
)
from monitor.collect.accounts.handedin import read_rows
from monitor.collect.accounts.reading import Reading, Source
from monitor.collect.accounts.reasons import AccountGap, Reason, Unreadable, gap
from monitor.collect.accounts.sniff import read_source
from monitor.collect.exchange import Look
from monitor.collect.failures import Failure
from registry.model import Account, HandedInPost, Platform

logger = logging.getLogger(__name__)
Fetch = Callable[[str], Awaitable[Look]]
KEPT_POSTS = 40
_KEPT_SUSPECTS = 50
_SOURCE = "信息源"


@dataclass(frozen=True, slots=True)
class SuspectTerm:
    """A wording that a person must look at when it stands in a title; `says` tells the reviewer why."""

    term: str
    says: str
    kind: SuspectKind = SuspectKind.WORDING


async def look_at_account(
    account: Account,
    posts: tuple[HandedInPost, ...],
    as_of: datetime,
    fetch: Fetch,
    lexicon: Sequence[SuspectTerm] = (),
) -> tuple[AccountFacts, list[Look]]:
    """What the account's source and its handed-in rows show at the reference time, and all looks to keep.

    Never raises for what a source does: a failure is a gap with its typed reason. Posts after `as_of` stand
    apart as `future`; the newest few dozen are kept.
    """
    readings: list[Reading] = []
    gaps: list[Gap] = []
    looks: list[Look] = []
    handed_in = read_rows(posts, as_of)
    if account.source_url and account.source_url.strip():
        reading, failed = await _ask(account.source_url.strip(), account, as_of, fetch, looks)
        readings += [reading] if reading is not None else []
        gaps += [failed] if failed is not None else []
    elif handed_in is None:
        gaps.append(gap(_SOURCE, AccountGap.NO_SOURCE))
    readings += [handed_in] if handed_in is not None else []
    return facts_of(account.account_id, readings, gaps, as_of, lexicon), looks


def facts_of(
    target: str,
    readings: list[Reading],
    gaps: list[Gap],
    as_of: datetime,
    lexicon: Sequence[SuspectTerm] = (),
) -> AccountFacts:
    """Readings of one account as its facts at the reference time."""
    source = _combine(readings, gaps, as_of)
    scan = _scan((*source.posts, *source.future), lexicon)
    return AccountFacts(target=target, source=source, scan=scan)


async def _ask(
    url: str, account: Account, as_of: datetime, fetch: Fetch, looks: list[Look]
) -> tuple[Reading | None, Gap | None]:
    """What one address teaches; a page that declares a feed on its own host is followed to it once."""
    for attempt in (1, 2):
        look = await fetch(url)
        looks.append(look)
        if look.failure is not None:
            return None, gap(_SOURCE, look.failure, look.final_url)
        reading, reason = _read(_source(look, account.handle, as_of), account.platform)
        if reading is None or reason is not None:
            return None, gap(_SOURCE, reason or Failure.PARSER_FAILED, look.final_url)
        link = reading.feed_link
        if link is None:
            return reading, None
        if attempt == 2 or urlsplit(link)[:2] != urlsplit(look.final_url)[:2]:
            break
        url = link
    return None, gap(_SOURCE, AccountGap.NOT_A_FEED, looks[-1].final_url)


def _read(source: Source, platform: Platform) -> tuple[Reading | None, Reason | None]:
    """The answer read, or the reason why not; a crash of our reader costs this source only."""
    try:
        reading = read_source(source)
    except Unreadable as error:
        return None, error.reason
    except Exception:
        logger.exception("a source's answer crashed its reader", extra={"url": source.url})
        return None, Failure.PARSER_FAILED
    if reading.kind is SourceKind.STORE and platform is not Platform.APP:
        return None, AccountGap.NOT_A_FEED  # a store knows apps only; it says nothing of other accounts
    return reading, None


def _source(look: Look, handle: str, as_of: datetime) -> Source:
    declared = look.last.header("content-type") or ""
    charset = declared.lower().partition("charset=")[2].split(";", 1)[0].strip(" \"'")
    return Source(
        url=look.final_url,
        at=look.last.started,
        body=look.body,
        sha256=look.sha256,
        as_of=as_of,
        content_type=look.content_type,
        charset=charset or None,
        handle=handle,
        trusted=all(hop.certificate_fault is None for hop in look.hops),
    )


def _combine(readings: list[Reading], gaps: list[Gap], as_of: datetime) -> AccountSource:
    """All readings as one: posts without doubles, newest first, those after the reference time apart."""
    unique: dict[tuple[str, str], Post] = {}
    for post in (post for reading in readings for post in reading.posts):
        known = unique.get((post.url, post.title))
        if known is None or post.published > known.published:
            unique[post.url, post.title] = post
    ordered = sorted(unique.values(), key=lambda post: (post.published, post.url, post.title), reverse=True)
    undated = sum(reading.undated for reading in readings)
    all_gaps = [*gaps, *(one for reading in readings for one in reading.gaps)]
    if undated and not ordered:
        all_gaps.append(gap("发布时间", AccountGap.NO_DATES))
    return AccountSource(
        kinds=tuple(dict.fromkeys(reading.kind for reading in readings)),
        posts=tuple(post for post in ordered if post.published <= as_of)[:KEPT_POSTS],
        future=tuple(post for post in ordered if post.published > as_of)[:KEPT_POSTS],
        undated=undated,
        store=next((reading.store for reading in readings if reading.store is not None), None),
        interaction=_interaction(readings),
        gaps=tuple(all_gaps),
    )


def _interaction(readings: list[Reading]) -> Interaction | None:
    """Whether people can talk back: a source that shows it goes before one that denies it."""
    if not readings:
        return None
    told = [reading for reading in readings if reading.offered is not None]
    shown = next((reading for reading in told if reading.offered), next(iter(told), None))
    return Interaction(offered=None) if shown is None else Interaction(shown.offered, shown.offered_seen)


def _scan(posts: Iterable[Post], lexicon: Sequence[SuspectTerm]) -> PageScan:
    """The titles that hold a term of the lexicon; every hit is a candidate for a person, never certain."""
    scanned = 0
    suspects: list[Suspect] = []
    for post in posts:
        scanned += 1
        for term in lexicon:
            if term.term and term.term in post.title and len(suspects) < _KEPT_SUSPECTS:
                suspects.append(Suspect(kind=term.kind, says=term.says, certain=False, seen=post.seen))
    return PageScan(scanned=scanned, suspects=tuple(suspects))


def failed_account(account: Account, failure: Failure) -> AccountFacts:
    """The facts of an account whose look came to nothing for a reason of our own."""
    source = AccountSource(gaps=(gap(_SOURCE, failure, account.source_url),))
    return AccountFacts(target=account.account_id, source=source)
