"""Rounds of the small estate, planned but not run."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

sys.path.insert(0, str(Path(__file__).parents[1] / "line"))

from small import AS_OF, write_folder

from monitor.ledger.engine import open_engine, upgrade
from monitor.rounds.adopted import adopted
from monitor.rounds.draw import Shares
from monitor.rounds.plan import RoundPlan, plan_round
from registry.importer import import_folder

PlanRound = Callable[..., None]
PLANNED_ON = AS_OF.replace(day=1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The spreadsheets of the small estate."""
    write_folder(tmp_path / "in")
    return tmp_path / "in"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """A database that was made and knows nothing."""
    url = f"sqlite:///{tmp_path / 'data' / 'monitor.db'}"
    upgrade(url)
    opened = open_engine(url)
    yield opened
    opened.dispose()


@pytest.fixture
def plan(engine: Engine, folder: Path) -> PlanRound:
    """Import the folder and plan a round on it; a real week unless told otherwise."""

    def planned(
        round_id: str = "R1",
        *,
        starts_at: datetime | None = None,
        compressed: bool = False,
        hosts: bool = False,
    ) -> None:
        with Session(engine) as session:
            import_folder(session, folder, PLANNED_ON.date())
        with Session(engine) as session:
            plan_round(
                session,
                RoundPlan(
                    round_id=round_id,
                    as_of=AS_OF,
                    seed="s",
                    shares=Shares.parse("1"),
                    adopted=adopted("national-2019"),
                    starts_at=starts_at,
                    compressed=compressed,
                    hosts_file=hosts,
                ),
                PLANNED_ON,
            )

    return planned
