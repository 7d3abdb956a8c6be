"""`monitor rehearse DIR`: a whole round on a folder and servers that somebody else made."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.progress import ProgressLines
from monitor.cli.shared import moment, out, settings, told
from monitor.rounds.environment import environment_of
from monitor.rounds.rehearse import prepare, settings_for
from monitor.rounds.run import run_round
from monitor.rounds.status import round_status
from monitor.settings import Settings
from monitor.times import now

PACE = ("connections_per_address", "requests_per_second")


def rehearse(
    folder: Annotated[
        Path, typer.Argument(metavar="目录", help="含 units、sites、accounts、hosts.txt 的目录")
    ],
    as_of: Annotated[str | None, typer.Option("--as-of", help="监测时间点, 默认现在")] = None,
    seed: Annotated[str, typer.Option(help="抽签种子")] = "rehearsal",
    share: Annotated[str, typer.Option(help="抽查比例")] = "1",
    db: Annotated[Path | None, typer.Option(help="数据库文件, 默认按 MONITOR_DB")] = None,
) -> None:
    """在别人准备的目录和服务器上演练一整轮: 导入、计划 R1、压缩的可用性一周、采集、判定; 不作审核。"""
    base = settings()
    if db is not None:
        base = base.model_copy(update={"db": str(db)})
    with told():
        chosen = settings_for(folder, base, _explicit(base))
        prepared = prepare(
            folder,
            chosen,
            as_of=moment(as_of) or now().replace(second=0, microsecond=0),
            seed=seed,
            share=share,
        )
        for line in prepared.imported.lines():
            out.print(line, highlight=False, markup=False)
        with ProgressLines() as lines:
            run_round(prepared.engine, prepared.round_id, environment_of(chosen, listener=lines))
        found = round_status(prepared.engine, prepared.round_id, now())
    out.print(
        f"轮次 {found.round_id}: {found.state}; 备案 {found.registered}, 抽取 {found.drawn}", highlight=False
    )


def _explicit(base: Settings) -> dict[str, object]:
    """The pace where somebody set it in the environment."""
    return {name: getattr(base, name) for name in PACE if f"MONITOR_{name.upper()}" in os.environ}
