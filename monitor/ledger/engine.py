"""Opening the database: SQLite in WAL by default, brought to the newest schema by alembic."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DatabaseError, InterfaceError, NoSuchModuleError
from sqlalchemy.pool import ConnectionPoolEntry

MIGRATIONS = Path(__file__).parent / "migrations"


class LedgerError(Exception):
    """The database cannot be used as it is; the text says what to do."""


def open_engine(url: str) -> Engine:
    """An engine for that address; nothing is made yet.

    LedgerError where the address is none, or its driver is not installed.
    """
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite" and not parsed.database:
            raise LedgerError("没有写明数据库文件 (MONITOR_DB 为空); 请写文件路径, 或取消这项设置")
        engine = create_engine(parsed)
    except (ArgumentError, NoSuchModuleError, ValueError) as error:
        shown = url.split("@")[-1]  # an address may hold a password
        raise LedgerError(
            f"数据库地址不能用 (MONITOR_DB): {shown!r}; 请写文件路径或 postgresql:// 地址"
        ) from error
    except ModuleNotFoundError as error:
        raise LedgerError(f"没有安装数据库驱动 {error.name}, 不能使用 MONITOR_DB 所指的数据库") from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _tune_sqlite)
    return engine


def _file_of(engine: Engine) -> Path | None:
    """The file of an SQLite database; None for a server or for memory."""
    if engine.dialect.name != "sqlite" or engine.url.database in (None, "", ":memory:"):
        return None
    return Path(str(engine.url.database))


def _tune_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA busy_timeout=60000")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def alembic_config(url: str) -> Config:
    """Alembic's configuration without an ini file."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


@contextmanager
def _usable(engine: Engine) -> Iterator[None]:
    """Say in one line what keeps a database from being opened: no file of ours, no right, no server."""
    try:
        yield
    except (DatabaseError, InterfaceError) as error:
        raise LedgerError(f"数据库打不开: {engine.url.render_as_string()} ({error.orig})") from error


def upgrade(url: str) -> None:
    """Make the database and its folder, or bring it to the newest schema; doing it again changes nothing."""
    engine = open_engine(url)
    if (path := _file_of(engine)) is not None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LedgerError(f"不能建立数据库所在的目录 {path.parent} ({error.strerror})") from error
    with _usable(engine):
        command.upgrade(alembic_config(url), "head")
    engine.dispose()


def require_current(engine: Engine) -> None:
    """Refuse a database that was never made or is of another version."""
    wanted = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    path, found = _file_of(engine), None
    if path is None or path.exists():  # asking would make the file
        with _usable(engine), engine.connect() as connection:
            found = MigrationContext.configure(connection).get_current_revision()
    if found is None:
        raise LedgerError("数据库尚未建立, 请先运行 monitor init")
    if found != wanted:
        raise LedgerError(f"数据库版本为 {found}, 程序需要 {wanted}; 请运行 monitor init 升级")
