"""Alembic's entry: the registry's and the ledger's tables share one schema."""

from __future__ import annotations

from alembic import context
from sqlmodel import SQLModel

import monitor.ledger.tables
import registry.tables  # noqa: F401  the import files the tables in the metadata
from monitor.ledger.engine import open_engine

_ = monitor.ledger.tables

engine = open_engine(context.config.get_main_option("sqlalchemy.url") or "")
with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_as_batch=True,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
