"""The pages say what the program does: nothing undocumented, no dead link, no stale table, no wrong example."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from docs_tables import DOCS, MARKED, ROOT, TABLES, renewed
from sqlmodel import SQLModel

import monitor.ledger.tables
import registry.tables  # noqa: F401  its tables belong to the schema
from checks import reference
from monitor.cli import app
from monitor.collect.failures import Failure
from monitor.settings import Settings

assert monitor.ledger.tables

USAGE = (DOCS / "usage.md").read_text(encoding="utf-8")
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
LINK = re.compile(r"\]\(([^()\s]+)\)")
FENCE = re.compile(r"^```[a-z]*\n(.*?)^```$", re.DOTALL | re.MULTILINE)
PLACES = re.compile(r"(?:^|[\s`'\"(=])/(?:work|tmp|root|home|mnt|opt)/|shared/(?:data|design|domain)")
MAKE = re.compile(r"^(?:# or: )?make ([a-z][a-z-]*)", re.MULTILINE)


def leaves(command: Any = None, path: tuple[str, ...] = ("monitor",)) -> Iterator[tuple[str, Any]]:
    """Every command that does something, by its full name."""
    command = typer.main.get_command(app) if command is None else command
    below = getattr(command, "commands", None)
    if below is None:
        yield " ".join(path), command
        return
    for name, one in below.items():
        yield from leaves(one, (*path, name))


LEAVES = dict(leaves())


def section(title: str) -> str:
    """The text under a heading of the usage page, up to the next heading of its rank or above."""
    found = re.search(rf"^### {re.escape(title)}\n(.*?)(?=^###? |\Z)", USAGE, re.DOTALL | re.MULTILINE)
    return found[1] if found else ""


def read(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("name", sorted(LEAVES))
def test_every_command_has_a_section_with_an_example_and_all_its_options(name: str) -> None:
    text = section(name)
    assert re.search(rf"^```\n{re.escape(name)}\b", text, re.MULTILINE), f"docs/usage.md 没有 {name} 的例子"
    for parameter in LEAVES[name].params:
        for option in parameter.opts:
            if option.startswith("--") and option != "--help":
                assert f"`{option}`" in text, f"docs/usage.md 的 {name} 没有说明 {option}"


@pytest.mark.parametrize("name", sorted(LEAVES))
def test_no_section_tells_of_an_option_that_the_command_does_not_have(name: str) -> None:
    known = {option for parameter in LEAVES[name].params for option in parameter.opts}
    told = set(re.findall(r"^\| `(--[a-z-]+)` \|", section(name), re.MULTILINE))
    assert told <= known


def test_no_section_tells_of_a_command_that_there_is_not() -> None:
    told = set(re.findall(r"^### (monitor .+)$", USAGE, re.MULTILINE))
    assert told == set(LEAVES)


@pytest.mark.parametrize("field", sorted(Settings.model_fields))
def test_every_setting_is_told(field: str) -> None:
    assert f"`MONITOR_{field.upper()}`" in USAGE


def test_every_failure_is_told() -> None:
    text = read(DOCS / "collection.md")
    assert [one.value for one in Failure if f"`{one.value}`" not in text] == []


def test_every_table_of_the_ledger_is_told() -> None:
    text = read(DOCS / "architecture.md")
    ledger = [name for name in SQLModel.metadata.tables if name.startswith("ledger_")]
    assert len(ledger) > 5
    assert [name for name in ledger if f"`{name}`" not in text] == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_tables_made_from_the_code_are_current(page: Path) -> None:
    assert read(page) == renewed(read(page)), "请运行 python tests/docs/docs_tables.py"


def test_every_table_stands_on_some_page() -> None:
    assert {found["name"] for page in PAGES for found in MARKED.finditer(read(page))} == set(TABLES)


def test_the_pages_of_the_indicators_are_current(capsys: pytest.CaptureFixture[str]) -> None:
    assert reference.main([str(DOCS / "indicators"), "--check"]) == 0, capsys.readouterr().err


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_resolve(page: Path) -> None:
    targets = [target.partition("#")[0] for target in LINK.findall(FENCE.sub("", read(page)))]
    local = [target for target in targets if target and not re.match(r"[a-z]+:", target)]
    assert [target for target in local if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_no_page_names_a_place_of_one_machine(page: Path) -> None:
    assert PLACES.findall(read(page)) == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_make_targets_that_are_named_exist(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", read(ROOT / "Makefile"), re.MULTILINE))
    told = set(MAKE.findall("\n".join([*FENCE.findall(read(page)), *re.findall(r"`([^`\n]+)`", read(page))])))
    assert told <= targets


def examples() -> Iterator[tuple[str, str]]:
    """Every line of a code block that calls the program, with its page."""
    for page in PAGES:
        for block in FENCE.findall(read(page)):
            for line in block.splitlines():
                call = re.match(r"(?:[A-Z_]+=\S+ )*(?:\.venv/bin/)?(monitor .+)", line)
                if call is not None:
                    yield name_of(page), call[1]


EXAMPLES = sorted(set(examples()))


def test_there_are_examples() -> None:
    assert len(EXAMPLES) > 30


@pytest.mark.parametrize(("page", "line"), EXAMPLES, ids=lambda text: text[:60])
def test_examples_parse(page: str, line: str) -> None:
    words = shlex.split(line, comments=True)[1:]
    command: Any = typer.main.get_command(app)
    while (below := getattr(command, "commands", None)) is not None:
        assert words, f"{page}: {line} 不完整"
        assert words[0] in below, f"{page}: 没有命令 {words[0]}"
        command = below[words.pop(0)]
    command.make_context("monitor", words)  # raises where the line would be refused
