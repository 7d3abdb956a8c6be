"""Every command explains itself in Chinese, with every argument and option."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from commandline import Office
from forked import forked
from typer import main as typer_main

from monitor.cli import app

CHINESE = re.compile(r"[\u4e00-\u9fff]")
AT_LEAST = {
    "init",
    "registry import",
    "registry export",
    "registry show",
    "round plan",
    "round run",
    "round status",
    "round close",
    "review list",
    "review decide",
    "review import",
    "verdicts",
    "scores",
    "report",
    "inspect",
    "serve",
    "rehearse",
    "indicators list",
    "demo",
}


def commands(group: object = None, words: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], object]]:
    """Every command and group with the words that lead to it."""
    found = typer_main.get_command(app) if group is None else group
    yield words, found
    for name, command in getattr(found, "commands", {}).items():
        yield from commands(command, (*words, name))


ALL = dict(commands())


def test_every_promised_command_is_there() -> None:
    assert {" ".join(words) for words in ALL} >= AT_LEAST


@pytest.mark.parametrize("words", list(ALL), ids=" ".join)
def test_a_command_explains_itself_in_chinese(fresh: Office, words: tuple[str, ...]) -> None:
    said = forked(fresh, *words, "--help")
    assert (said.code, said.err) == (0, "")
    shown = said.out.split("Options")[0].split("Arguments")[0]
    assert CHINESE.search(shown), said.out
    assert not fresh.db.exists()


@pytest.mark.parametrize("words", [w for w in ALL if not hasattr(ALL[w], "commands")], ids=" ".join)
def test_every_option_is_explained_or_says_it_by_its_name(words: tuple[str, ...]) -> None:
    for parameter in ALL[words].params:  # type: ignore[attr-defined]
        told = getattr(parameter, "help", None) or getattr(parameter, "metavar", None) or ""
        plain = parameter.name in {"help", "as_json"}
        assert plain or CHINESE.search(str(told)), (words, parameter.name)


def test_the_exit_codes_are_told_where_one_looks_first(fresh: Office) -> None:
    said = forked(fresh, "--help")
    assert "退出码: 0 完成; 1 输入有误或不能照办; 2 命令写法有误; 3 另一进程正在执行" in said.out


@pytest.mark.parametrize("words", [(), ("registry",), ("round",), ("review",), ("indicators",)], ids=" ".join)
def test_a_command_without_its_word_shows_the_help_and_is_wrong_usage(
    fresh: Office, words: tuple[str, ...]
) -> None:
    said = forked(fresh, *words)
    assert said.code == 2
    assert CHINESE.search(said.out + said.err)
