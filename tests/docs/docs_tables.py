"""The tables in `docs/` that are made from the code, so that they cannot say anything else.

A table stands between `<!-- begin: NAME -->` and `<!-- end: NAME -->`. `python tests/docs/docs_tables.py` writes
all of them anew; the test only compares.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from sqlmodel import SQLModel

import monitor.ledger.tables as ledger
from checks.rules.w_v2_site_unreachable import AvailabilityLimits
from checks.system import load_system
from monitor.collect.accounts.reasons import SAYS
from monitor.collect.failures import KINDS, Whose
from monitor.settings import Settings
from registry.schema import INCLUSIONS, STORED, FileKind

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
MARKED = re.compile(r"(<!-- begin: (?P<name>[a-z-]+) -->\n).*?(<!-- end: (?P=name) -->)", re.DOTALL)

_WHOSE = {Whose.OURS: "本方", Whose.THEIRS: "对方", Whose.UNCLEAR: "不明 (按本方处理)"}
_COUNTS = {"opened": "已打开", "failed": "失败", "not_counted": "不计入", "reviewer": "交人工"}


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(map(_cell, line))} |\n" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def failures() -> str:
    """Every failure kind: words, whether it is temporary, whose it is, and what a visit that ends so counts as."""
    limits = load_system("national-2019").limits["W-V2"]
    assert isinstance(limits, AvailabilityLimits)
    rows = [
        (
            f"`{failure.value}`",
            kind.says,
            "是" if kind.temporary else "否",
            _WHOSE[kind.whose],
            _COUNTS[limits.failure_categories[failure.value]],
        )
        for failure, kind in KINDS.items()
    ]
    return table(("种类", "含义", "暂时 (会再试)", "归谁", "可用性访问计为 (暂定)"), rows)


def account_gaps() -> str:
    """Why nothing was learned from an account's source, beside the failures."""
    return table(("原因", "含义"), ((f"`{gap.value}`", says) for gap, says in SAYS.items()))


def settings() -> str:
    """Every setting with its default."""
    rows = []
    for name, field in Settings.model_fields.items():
        default = "(未设)" if field.default in (None, "") else f"`{field.default}`"
        rows.append((f"`MONITOR_{name.upper()}`", default, field.description or ""))
    return table(("设置", "默认值", "含义"), rows)


def files_read() -> str:
    """The columns of every spreadsheet that is read into the registry, and the inclusions."""
    return "\n".join(_columns(kind) for kind in (*STORED, INCLUSIONS))


def _columns(kind: FileKind) -> str:
    rows = [
        (f"`{one.name}`", one.heading, "必填" if one.filled else ("列必有" if one.demanded else ""))
        for one in kind.fields
    ]
    return f"#### {kind.name} ({kind.title})\n\n{table(('列名', '表头', ''), rows)}"


def ledger_tables() -> str:
    """Every table of the ledger with the first sentence about it."""
    rows = []
    for model in vars(ledger).values():
        if isinstance(model, type) and issubclass(model, SQLModel) and hasattr(model, "__table__"):
            says = (model.__doc__ or "").split("\n\n")[0].replace("\n", " ").strip()
            rows.append((f"`{model.__tablename__}`", says))
    return table(("table", "one row is"), rows)


TABLES: Mapping[str, Callable[[], str]] = {
    "failures": failures,
    "account-gaps": account_gaps,
    "settings": settings,
    "files-read": files_read,
    "ledger-tables": ledger_tables,
}


def renewed(text: str) -> str:
    """A page with its tables made anew."""
    return MARKED.sub(lambda found: f"{found[1]}\n{TABLES[found['name']]()}\n{found[3]}", text)


if __name__ == "__main__":
    for page in sorted(DOCS.rglob("*.md")):
        before = page.read_text(encoding="utf-8")
        after = renewed(before)
        if after != before:
            page.write_text(after, encoding="utf-8")
