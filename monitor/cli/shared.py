"""What all commands share: settings, the database, errors in plain words, exit codes that mean something."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from enum import IntEnum
from typing import Any, TypeVar

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine

from checks.model import CheckError
from monitor.casework.decisions import DecisionError
from monitor.collect.errors import CollectError, RunBusy
from monitor.ledger.engine import LedgerError, open_engine, require_current
from monitor.rounds.errors import RoundBusy, RoundError
from monitor.scheduler.leader import NotLeader
from monitor.settings import Settings
from monitor.times import now, parse_moment
from registry.errors import RegistryError
from reports.errors import ReportError

T = TypeVar("T")

out = Console(soft_wrap=True)
err = Console(stderr=True)


class Exit(IntEnum):
    """Exit codes: done, refused because of the input or the state of things, wrong usage, busy."""

    DONE = 0
    REFUSED = 1
    USAGE = 2
    BUSY = 3


@contextmanager
def told() -> Iterator[None]:
    """Turn the project's own errors into one plain line and an exit code."""
    try:
        yield
    except (RoundBusy, RunBusy, NotLeader) as error:
        fail(str(error), Exit.BUSY)
    except (
        RoundError,
        RegistryError,
        LedgerError,
        DecisionError,
        CheckError,
        CollectError,
        ReportError,
    ) as error:
        fail(str(error), Exit.REFUSED)
    except FileNotFoundError as error:
        fail(f"找不到文件: {error.filename}", Exit.REFUSED)
    except OSError as error:
        fail(f"{error.filename or '系统'}: {error.strerror or error}", Exit.REFUSED)


def fail(text: str, code: Exit = Exit.REFUSED) -> None:
    """Say what is wrong on the error stream and leave with that code."""
    err.print(f"[red]错误[/red] {_plain(text)}", highlight=False, soft_wrap=True, emoji=False)
    raise typer.Exit(int(code))


def _plain(text: str) -> str:
    return text.replace("[", r"\[")


def settings() -> Settings:
    """The settings from the environment; a bad one is named with its variable."""
    try:
        return Settings()
    except ValidationError as error:
        for fault in error.errors():
            name = "MONITOR_" + "_".join(str(part) for part in fault["loc"]).upper()
            err.print(f"[red]设置有误[/red] {name}: {_plain(_in_chinese(fault))}", highlight=False)
        raise typer.Exit(int(Exit.USAGE)) from error


_FAULTS = {
    "int_parsing": "应为整数",
    "int_from_float": "应为整数",
    "float_parsing": "应为数字",
    "bool_parsing": "应为 true 或 false",
    "greater_than_equal": "不能小于 {ge}",
    "less_than_equal": "不能大于 {le}",
    "finite_number": "应为有限的数",
}


def _in_chinese(fault: Mapping[str, Any]) -> str:
    """A fault that pydantic found, in the office's words; our own validators speak Chinese already."""
    words = _FAULTS.get(fault["type"])
    if words is None:
        return str(fault["msg"]).removeprefix("Value error, ")
    return f"{words.format(**fault.get('ctx', {}))}, 现为 {fault['input']!r}"


def engine_of(chosen: Settings) -> Engine:
    """The database of these settings, refused where it was never made."""
    engine = open_engine(chosen.database_url)
    require_current(engine)
    return engine


def moment(text: str | None) -> Any:
    """Parse a moment given on the command line."""
    if text is None:
        return None
    try:
        return parse_moment(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def day_of(text: str | None) -> date:
    """A day given on the command line; today where none was given."""
    if text is None:
        return now().date()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"日期写法不对: {text!r}, 应写作 2026-09-28") from error


def folded(*headings: str, title: str | None = None) -> Table:
    """A table whose cells wrap instead of being cut."""
    table = Table(title=title)
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table


def print_json(value: object) -> None:
    """One JSON document on standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n")


def print_lines(rows: Iterable[object], encode: Callable[[object], bytes]) -> int:
    """JSON lines on standard output; returns how many."""
    count = 0
    for row in rows:
        sys.stdout.buffer.write(encode(row) + b"\n")
        count += 1
    sys.stdout.buffer.flush()
    return count
