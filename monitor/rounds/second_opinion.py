"""Before a site is called unreachable, another client asks: a fault of our visitor must not be the site's.

Only sites of which every counted visit failed are asked again. Where the other client opens the page, the
visits are marked void with that reason, so the rule answers unobserved and a person looks.
"""

from __future__ import annotations

import asyncio

from sqlalchemy import Engine, func, select, update

from monitor.collect.exchange import Look
from monitor.ledger.tables import VISITS
from monitor.rounds.environment import Environment
from monitor.rounds.progress import PhaseProgress
from monitor.rounds.store import OpenRound

REASON = "本方访问程序存疑: 换一种客户端可以打开"
AT_ONCE = 32


def ask_second_opinions(engine: Engine, opened: OpenRound, environment: Environment) -> int:
    """Ask once for every site that never opened; returns how many of them another client could open."""
    silent = never_opened(engine, opened.round_id)
    if not silent:
        return 0
    urls = {target: opened.register.sites[target].url for target in silent}
    looks = asyncio.run(_ask(urls, environment))
    opened_after_all = sorted(target for target, look in looks.items() if look.failure is None)
    with engine.begin() as connection:
        for target in opened_after_all:
            connection.execute(
                update(VISITS)
                .where(
                    VISITS.c.round_id == opened.round_id,
                    VISITS.c.target == target,
                    VISITS.c.void.is_(None),
                )
                .values(void=REASON)
            )
    return len(opened_after_all)


def confirm_silence(engine: Engine, opened: OpenRound, environment: Environment) -> None:
    """Ask second opinions at the end of a week that was visited slot by slot, once, as a phase of its own."""
    silent = len(never_opened(engine, opened.round_id))
    with PhaseProgress(engine, opened.round_id, "second_opinions", silent, environment.listener) as progress:
        progress.figures["opened_after_all"] = ask_second_opinions(engine, opened, environment)
        progress.at(silent)


def never_opened(engine: Engine, round_id: str) -> list[str]:
    """The targets of which every visit that is not void failed without any answer."""
    query = (
        select(VISITS.c.target)
        .where(VISITS.c.round_id == round_id, VISITS.c.void.is_(None))
        .group_by(VISITS.c.target)
        .having(func.count(VISITS.c.failure) == func.count(), func.count(VISITS.c.status) == 0)
    )
    with engine.connect() as connection:
        return sorted(connection.execute(query).scalars())


async def _ask(urls: dict[str, str], environment: Environment) -> dict[str, Look]:
    turn = asyncio.Semaphore(AT_ONCE)
    async with environment.platform_client() as client:

        async def one(url: str) -> Look:
            async with turn:
                return await client.second_opinion(url)

        looks = await asyncio.gather(*(one(url) for url in urls.values()))
    return dict(zip(urls, looks, strict=True))
