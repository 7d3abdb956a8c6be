"""Looks at thousands of accounts at once and hands each result out as soon as it is there.

The caller passes only the accounts that are not done yet and stores each result before it takes the next;
so a run that was killed goes on where it stopped. What an account's facts are does not depend on the order.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from checks.facts import AccountFacts
from monitor.collect.accounts.look import Fetch, SuspectTerm, failed_account, look_at_account
from monitor.collect.exchange import Look
from monitor.collect.failures import Failure
from registry.model import Account, HandedInPost

logger = logging.getLogger(__name__)
DEFAULT_CONCURRENCY = 64


@dataclass(frozen=True, slots=True)
class AccountAsk:
    """One account to look at, with the posts that its unit handed in."""

    account: Account
    posts: tuple[HandedInPost, ...] = ()


@dataclass(frozen=True, slots=True)
class AccountSeen:
    """What one look came to: the facts, and every look with the bytes that the archive keeps."""

    account_id: str
    facts: AccountFacts
    looks: tuple[Look, ...] = field(default=())


async def round_of_looks(
    asks: Iterable[AccountAsk],
    as_of: datetime,
    fetch: Fetch,
    lexicon: Sequence[SuspectTerm] = (),
    concurrency: int = DEFAULT_CONCURRENCY,
) -> AsyncGenerator[AccountSeen, None]:
    """Yield one result for each ask, in the order in which they are done.

    At most `concurrency` looks are under way and as many wait to be taken, so memory is bounded by twice
    that many bodies. Closing the generator (`contextlib.aclosing`) cancels what is under way. What the caller's
    own `asks` raise is raised to the caller.
    """
    waiting = iter(asks)
    done: asyncio.Queue[AccountSeen | Exception | None] = asyncio.Queue(maxsize=concurrency)

    async def work() -> None:
        try:
            for ask in waiting:
                await done.put(await _look(ask, as_of, fetch, lexicon))
        except Exception as error:  # noqa: BLE001 - the caller's own iterator failed: the caller hears of it
            await done.put(error)
        else:
            await done.put(None)

    workers = [asyncio.create_task(work()) for _ in range(concurrency)]
    try:
        left = concurrency
        while left:
            seen = await done.get()
            if seen is None:
                left -= 1
            elif isinstance(seen, Exception):
                raise seen
            else:
                yield seen
    finally:
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)


async def _look(
    ask: AccountAsk, as_of: datetime, fetch: Fetch, lexicon: Sequence[SuspectTerm]
) -> AccountSeen:
    """One look; an error of our own program costs this account only, and is ours in its gap."""
    account = ask.account
    try:
        facts, looks = await look_at_account(account, ask.posts, as_of, fetch, lexicon)
    except Exception:
        logger.exception("account look failed", extra={"account_id": account.account_id})
        return AccountSeen(account.account_id, failed_account(account, Failure.INTERNAL))
    return AccountSeen(account.account_id, facts, tuple(looks))
