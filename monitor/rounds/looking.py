"""Looking at the drawn accounts of a round: facts, rows and evidence, account by account.

An account counts as done when its facts are stored; a run that was killed goes on with the others. A look
that failed for a passing reason is made once more after all others, so that a fault of a few minutes (ours or
the platform's) decides nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import Engine, delete, insert, select

from checks.facts import AccountFacts
from monitor.collect.accounts.look import KEPT_POSTS
from monitor.collect.accounts.round_of_looks import AccountAsk, AccountSeen, round_of_looks
from monitor.collect.accounts.titles import TITLE_TERMS
from monitor.collect.archive import Archive
from monitor.collect.exchange import Look
from monitor.collect.failures import KINDS, Failure
from monitor.ledger.codec import encode, pack, unpack_account_facts
from monitor.ledger.committed import committed_ends
from monitor.ledger.tables import FACTS, PAGES
from monitor.rounds.environment import Environment
from monitor.rounds.progress import PhaseProgress
from monitor.rounds.store import OpenRound
from monitor.times import now

BATCH = 200
CONCURRENCY = 96


@dataclass(slots=True)
class _Batch:
    """What waits to be written; evidence goes to disk before the rows that name it."""

    engine: Engine
    round_id: str
    archive: Archive
    as_of: datetime
    seen_earlier: set[str]
    facts: list[dict[str, object]] = field(default_factory=list)
    pages: list[dict[str, object]] = field(default_factory=list)

    def add(self, seen: AccountSeen, at: datetime) -> None:
        payload, digest = pack(encode(self._joined(seen.facts)))
        self.facts.append(
            {
                "round_id": self.round_id,
                "target": seen.account_id,
                "kind": "account",
                "at": at,
                "sha256": digest,
                "payload": payload,
            }
        )
        self.pages += [self._page(seen.account_id, look) for look in seen.looks if look.hops]

    def _joined(self, facts: AccountFacts) -> AccountFacts:
        """With the posts that an earlier look of this round has seen; what that look missed is forgotten."""
        if facts.target not in self.seen_earlier:
            return facts
        query = select(FACTS.c.payload).where(
            FACTS.c.round_id == self.round_id, FACTS.c.target == facts.target
        )
        with self.engine.connect() as connection:
            earlier = connection.execute(query).scalar_one_or_none()
        return facts if earlier is None else joined(unpack_account_facts(earlier), facts, self.as_of)

    def _page(self, target: str, look: Look) -> dict[str, object]:
        places = [self.archive.append(target, hop) for hop in look.hops if hop.response_head or hop.body]
        place = places[-1] if places else None
        return {
            "round_id": self.round_id,
            "target": target,
            "want": "body",
            "url": look.url,
            "final_url": look.final_url,
            "method": look.last.method,
            "at": look.last.started,
            "status": look.status,
            "failure": None if look.failure is None else look.failure.value,
            "detail": look.detail,
            "sha256": look.sha256,
            "size": len(look.body),
            "received": sum(len(hop.body) for hop in look.hops),
            "warc": None if place is None else place.warc,
            "offset": None if place is None else place.offset,
            "length": None if place is None else place.length,
            "seconds": sum(hop.phases.total for hop in look.hops),
            "requests": len(look.hops),
            "address": look.last.address,
            "addresses": "[]",
            "certificate_fault": look.last.certificate_fault,
            "content_type": look.content_type,
        }

    def write(self) -> None:
        if not self.facts:
            return
        self.archive.commit()
        targets = [str(row["target"]) for row in self.facts]
        with self.engine.begin() as connection:
            connection.execute(
                delete(FACTS).where(
                    FACTS.c.round_id == self.round_id,
                    FACTS.c.target.in_(targets),
                )
            )
            connection.execute(insert(FACTS), self.facts)
            if self.pages:
                connection.execute(insert(PAGES), self.pages)
        self.facts, self.pages = [], []


def look_at_accounts(
    engine: Engine, opened: OpenRound, environment: Environment, *, since: datetime | None = None
) -> None:
    """Look at every drawn account that has no facts yet, or none from `since` on.

    Posts seen by earlier looks of the round are kept, so a look a day loses nothing that a feed drops.
    """
    wanted = opened.drawn("account")
    done = targets_with_facts(engine, opened.round_id, "account", since)
    asks = [
        AccountAsk(opened.register.accounts[one.target], opened.register.posts.get(one.target, ()))
        for one in wanted
        if one.target not in done
    ]
    earlier = done if since is None else targets_with_facts(engine, opened.round_id, "account")
    folder = environment.evidence(opened.round_id)
    archive = Archive(folder, committed_ends(engine, opened.round_id))
    batch = _Batch(engine, opened.round_id, archive, opened.row.as_of, earlier)
    phase = "accounts" if since is None or since >= opened.row.as_of else "daily_looks"
    with PhaseProgress(engine, opened.round_id, phase, len(wanted), environment.listener) as progress:
        progress.at(len(done))
        try:
            asyncio.run(_look_at_all(asks, opened.row.as_of, environment, batch, progress.more))
        finally:
            archive.close()


async def _look_at_all(
    asks: list[AccountAsk],
    as_of: datetime,
    environment: Environment,
    batch: _Batch,
    count: Callable[[int], None],
) -> None:
    passing: list[AccountAsk] = []
    async with environment.platform_client() as client:
        by_id = {ask.account.account_id: ask for ask in asks}
        async for seen in round_of_looks(asks, as_of, client.look, TITLE_TERMS, CONCURRENCY):
            if any(_passing(look.failure) for look in seen.looks):
                passing.append(by_id[seen.account_id])
                continue
            batch.add(seen, now())
            count(1)
            if len(batch.facts) >= BATCH:
                batch.write()
        batch.write()
        async for seen in round_of_looks(_in_order(passing), as_of, client.look, TITLE_TERMS, CONCURRENCY):
            batch.add(seen, now())
            count(1)
            if len(batch.facts) >= BATCH:
                batch.write()
    batch.write()


def _in_order(asks: Iterable[AccountAsk]) -> list[AccountAsk]:
    return sorted(asks, key=lambda ask: ask.account.account_id)


def _passing(failure: Failure | None) -> bool:
    return failure is not None and KINDS[failure].temporary


def joined(earlier: AccountFacts, latest: AccountFacts, as_of: datetime) -> AccountFacts:
    """The latest look, with the posts that an earlier one has seen."""
    old, new = earlier.source, latest.source
    posts = {(post.url, post.title): post for post in (*old.posts, *old.future, *new.posts, *new.future)}
    ordered = sorted(posts.values(), key=lambda post: (post.published, post.url, post.title), reverse=True)
    source = replace(
        new,
        kinds=tuple(dict.fromkeys((*new.kinds, *old.kinds))),
        posts=tuple(post for post in ordered if post.published <= as_of)[:KEPT_POSTS],
        future=tuple(post for post in ordered if post.published > as_of)[:KEPT_POSTS],
        store=new.store or old.store,
        interaction=new.interaction or old.interaction,
    )
    return replace(latest, source=source)


def targets_with_facts(engine: Engine, round_id: str, kind: str, since: datetime | None = None) -> set[str]:
    """The targets of a kind whose facts are stored, from `since` on where it is given."""
    query = select(FACTS.c.target).where(FACTS.c.round_id == round_id, FACTS.c.kind == kind)
    if since is not None:
        query = query.where(FACTS.c.at >= since)
    with engine.connect() as connection:
        return set(connection.execute(query).scalars())
