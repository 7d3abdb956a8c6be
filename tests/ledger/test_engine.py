"""The database: made by migrations alone, the same as the tables say, refused where it is not current."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlmodel import Session, SQLModel

import monitor.ledger.tables
import registry.tables  # noqa: F401  its tables belong to the schema
from monitor.ledger.engine import LedgerError, open_engine, require_current, upgrade
from monitor.ledger.tables import DecisionRow
from monitor.times import SHANGHAI

assert monitor.ledger.tables


def test_migrations_make_exactly_the_tables_of_the_program(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'deep' / 'folder' / 'm.db'}"
    upgrade(url)
    with open_engine(url).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_upgrading_twice_loses_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'm.db'}"
    upgrade(url)
    at = datetime(2026, 9, 28, 9, 30, 0, 5, tzinfo=SHANGHAI)
    row = DecisionRow(
        round_id="R", target="T", indicator="W-V2", decision="确认", reviewer="审核员甲", reason="", at=at
    )
    with Session(open_engine(url)) as session:
        session.add(row)
        session.commit()
    upgrade(url)
    engine = open_engine(url)
    require_current(engine)
    with Session(engine) as session:
        assert session.get(DecisionRow, 1).at == at  # type: ignore[union-attr]


def test_a_database_that_was_never_made_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="monitor init"):
        require_current(open_engine(f"sqlite:///{tmp_path / 'none.db'}"))


def test_a_database_of_another_version_is_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'm.db'}"
    upgrade(url)
    engine = open_engine(url)
    with engine.begin() as connection:
        connection.execute(text("update alembic_version set version_num = 'future'"))
    with pytest.raises(LedgerError, match="future"):
        require_current(engine)


def test_a_moment_without_a_zone_is_never_stored(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'm.db'}"
    upgrade(url)
    naive = datetime(2026, 9, 28)  # noqa: DTZ001  the fault under test
    with Session(open_engine(url)) as session:
        session.add(
            DecisionRow(
                round_id="R", target="T", indicator="I", decision="确认", reviewer="x", reason="", at=naive
            )
        )
        with pytest.raises(Exception, match="时区"):
            session.commit()


def test_sqlite_waits_for_other_writers_and_keeps_what_is_committed(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'm.db'}"
    upgrade(url)
    with open_engine(url).connect() as connection:
        assert connection.execute(text("pragma journal_mode")).scalar_one() == "wal"
        assert connection.execute(text("pragma synchronous")).scalar_one() == 2
        assert connection.execute(text("pragma busy_timeout")).scalar_one() >= 30000
