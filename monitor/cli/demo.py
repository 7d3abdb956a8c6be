"""`monitor demo`: rehearse a whole round on loopback."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.progress import ProgressLines
from monitor.cli.shared import fail, moment, out, told
from monitor.demo.run import DemoFailed, DemoPlan, run_demo
from monitor.rehearsal.errors import RehearsalError

AS_OF = "2026-09-28T09:00"


def demo(
    sites: Annotated[int, typer.Option(min=5, max=558, help="网站数")] = 558,
    accounts: Annotated[int, typer.Option(min=20, max=5411, help="账号数")] = 5411,
    seed: Annotated[int, typer.Option(help="演练环境的种子")] = 2026,
    as_of: Annotated[str, typer.Option("--as-of", help="监测时间点")] = AS_OF,
    folder: Annotated[Path, typer.Option("--out", help="演练目录; 文书写到其下的 out/")] = Path("demo"),
    processes: Annotated[int, typer.Option(help="采集进程数")] = 2,
) -> None:
    """在本机回环地址上演练一整轮: 生成网站与账号、导入、到点启动、采集、判定、审核、写出文书。"""

    def say(text: str) -> None:
        out.print(text, highlight=False, markup=False)

    with told(), ProgressLines() as lines:
        plan = DemoPlan(folder.absolute(), sites, accounts, seed, moment(as_of), processes, say, lines)
        try:
            figures = run_demo(plan)
        except (DemoFailed, RehearsalError) as error:
            fail(str(error))
            return
    _print(figures, folder)


def _print(figures: dict[str, object], folder: Path) -> None:
    for kind, word in (("sites", "网站"), ("accounts", "账号")):
        row = figures[kind]
        if isinstance(row, dict):
            out.print(
                f"{word}: 备案 {row['registered']} = 抽取 {row['drawn']} + 未抽取 {row['not_drawn']}; "
                f"抽取 {row['drawn']} = 已判定 {row['judged']} + 未能判定 {row['unobserved']} "
                f"+ 免检 {row['exempt']} + 期间关停 {row['closed']}",
                highlight=False,
            )
    out.print(
        f"页面 {figures['pages']}, 请求 {figures['requests']}, 访问 {figures['visits']}, 用时 {figures['wall_s']} 秒, "
        f"CPU {figures['cpu_s']} 秒, 内存峰值 {figures['peak_rss_mb']} MB; "
        f"采集用时 {figures['crawl_wall_s']} 秒, 礼貌访问下限 {figures['bound_s']} 秒",
        highlight=False,
    )
    out.print(f"错判 (本应合格或无法观测而判为不合格): {figures['wrongly_blamed']}", highlight=False)
    out.print(f"文书与数据在 {folder}/out", highlight=False)
