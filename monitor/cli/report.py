"""`monitor report`: write a round's documents."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.shared import day_of, engine_of, out, settings, told
from monitor.documents.write import write_documents
from monitor.rounds.store import open_round


def report(
    round_id: Annotated[str, typer.Argument(metavar="轮次")],
    folder: Annotated[Path, typer.Option("--out", help="写到哪个目录")] = Path("out"),
    issued_on: Annotated[str | None, typer.Option(help="文书日期, 默认今天")] = None,
) -> None:
    """写出一轮的全部文书: 通报、附件工作簿、评分表、整改通知书、核对表、summary.json。"""
    chosen = settings()
    with told():
        engine = engine_of(chosen)
        day = day_of(issued_on)
        written = write_documents(engine, open_round(engine, round_id), chosen, day, folder)
    for name, count in written.items():
        out.print(f"{name}: {count}", highlight=False)
    out.print(f"已写到 {folder}", highlight=False)
