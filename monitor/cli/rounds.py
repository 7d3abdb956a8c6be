"""`monitor round`: plan, run, follow and close a spot check."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from sqlmodel import Session

from monitor.cli.progress import ProgressLines
from monitor.cli.shared import engine_of, err, moment, out, print_json, settings, told
from monitor.ledger.tables import Round
from monitor.rounds.adopted import adopted
from monitor.rounds.close import close_round
from monitor.rounds.draw import Shares
from monitor.rounds.environment import environment_of, frozen_settings
from monitor.rounds.plan import RoundPlan, plan_round
from monitor.rounds.progress import Pace
from monitor.rounds.run import judge_again, run_round
from monitor.rounds.status import RoundStatus, list_rounds, round_status
from monitor.times import now
from registry.reading import read_inclusions

app = typer.Typer(no_args_is_help=True, help="抽查轮次: 计划、执行、查看进度、结束。")

RoundName = Annotated[str, typer.Argument(metavar="轮次", help="轮次名称, 如 2026Q3")]


@app.command("plan")
def plan(
    round_id: RoundName,
    as_of: Annotated[str, typer.Option("--as-of", help="监测时间点, 如 2026-09-28T09:00")],
    seed: Annotated[str | None, typer.Option(help="抽签种子; 不给则随机产生并公布")] = None,
    share: Annotated[str, typer.Option(help="抽查比例: 0.3, 或 自治区=0.3,盟市=1,旗县=1")] = "1",
    inclusions: Annotated[Path | None, typer.Option(help="必查名单 (对象, 理由)")] = None,
    title: Annotated[str, typer.Option(help="轮次标题; 不给则按季度生成")] = "",
    starts_at: Annotated[str | None, typer.Option(help="到什么时候由调度服务开始; 不给则为现在")] = None,
    compressed: Annotated[bool, typer.Option("--compressed", help="可用性一周压缩为连续访问 (演练)")] = False,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """抽取名单并冻结一轮: 指标体系版本、名录快照、种子、窗口、监测时间点。"""
    chosen = settings()
    with told():
        engine = engine_of(chosen)
        planned = RoundPlan(
            round_id=round_id,
            as_of=moment(as_of),
            seed=seed or secrets.token_hex(8),
            shares=Shares.parse(share),
            adopted=adopted(chosen.system),
            title=title,
            inclusions=read_inclusions(inclusions).records if inclusions else (),
            starts_at=moment(starts_at),
            compressed=compressed,
            hosts_file=chosen.hosts_file is not None,
            settings=frozen_settings(chosen),
        )
        with Session(engine) as session:
            lines = plan_round(session, planned, now())
    _warn_of_small_shares(planned)
    drawn = [line for line in lines if line.drawn]
    figures = {
        kind: {
            "registered": sum(1 for line in lines if line.candidate.kind == kind),
            "drawn": sum(1 for line in drawn if line.candidate.kind == kind),
        }
        for kind in ("site", "account")
    }
    if as_json:
        print_json({"round": round_id, "seed": planned.seed, **figures})
        return
    out.print(
        f"轮次 {round_id} 已计划, 种子 {planned.seed}, 监测时间点 {planned.as_of:%Y-%m-%d %H:%M}",
        highlight=False,
    )
    for kind, word in (("site", "网站"), ("account", "账号")):
        out.print(
            f"{word}: 备案 {figures[kind]['registered']}, 抽取 {figures[kind]['drawn']}", highlight=False
        )


def _warn_of_small_shares(planned: RoundPlan) -> None:
    floor = planned.adopted.system.settings["quarterly_share"]
    small = [level for level, share in planned.shares.by_level.items() if share < float(str(floor.value))]
    if small:
        err.print(
            f"提示: {'、'.join(small)}的抽查比例低于 {floor.value} ({floor.says}, {floor.confidence})",
            highlight=False,
        )


@app.command("run")
def run(
    round_id: RoundName,
    compressed: Annotated[bool, typer.Option("--compressed", help="可用性一周压缩为连续访问 (演练)")] = False,
) -> None:
    """执行一轮: 可用性访问、网站采集、账号查看、判定; 中断后再运行即接着做, 结果相同。"""
    chosen = settings()
    with told():
        engine = engine_of(chosen)
        with ProgressLines() as lines:
            run_round(engine, round_id, environment_of(chosen, listener=lines), compressed=compressed or None)
        _print_status(round_status(engine, round_id, now()))


@app.command("judge")
def judge(round_id: RoundName) -> None:
    """用存下的事实重新判定一轮; 同样的事实和体系得出同样的判定, 审核决定保留。"""
    chosen = settings()
    with told():
        engine = engine_of(chosen)
        with ProgressLines() as lines:
            count = judge_again(engine, round_id, environment_of(chosen, listener=lines))
    out.print(f"轮次 {round_id} 已重新判定: {count} 条", highlight=False)


@app.command("status")
def status(
    round_id: RoundName, as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False
) -> None:
    """看一轮做到哪里: 已完成、剩余、速度、预计结束时间。"""
    chosen = settings()
    with told():
        engine = engine_of(chosen)
        found = round_status(engine, round_id, now())
        if as_json:
            with Session(engine) as session:
                row = session.get(Round, round_id)
            print_json(_status_object(found, row))
        else:
            _print_status(found)


@app.command("list")
def list_command() -> None:
    """列出全部轮次。"""
    chosen = settings()
    with told():
        table = Table("轮次", "标题", "监测时间点", "状态", "备案", "抽取")
        for one in list_rounds(engine_of(chosen), now()):
            table.add_row(
                one.round_id,
                one.title,
                f"{one.as_of:%Y-%m-%d %H:%M}",
                one.state,
                str(one.registered),
                str(one.drawn),
            )
        out.print(table if table.row_count else "还没有轮次。用 monitor round plan 计划一轮。")


@app.command("close")
def close(
    round_id: RoundName,
    by: Annotated[str, typer.Option("--by", help="谁结束这一轮")],
    leave_open: Annotated[bool, typer.Option("--leave-open", help="仍有未审核的否决也结束")] = False,
) -> None:
    """结束一轮: 此后不再采集、判定和审核。"""
    chosen = settings()
    with told():
        open_left = close_round(engine_of(chosen), round_id, by, now(), leave_open=leave_open)
    out.print(f"轮次 {round_id} 已结束; 未审核的判定 {open_left} 条", highlight=False)


def _print_status(found: RoundStatus) -> None:
    out.print(f"{found.title} ({found.round_id}): {found.state}", highlight=False)
    out.print(
        f"备案 {found.registered}, 抽取 {found.drawn}, 监测时间点 {found.as_of:%Y-%m-%d %H:%M}",
        highlight=False,
    )
    table = Table("阶段", "完成", "剩余", "每秒", "预计结束")
    for phase in found.phases:
        table.add_row(
            phase.says, str(phase.done), str(phase.total - phase.done), f"{phase.per_second:.1f}", _end(phase)
        )
    if table.row_count:
        out.print(table)


def _end(phase: Pace) -> str:
    if phase.finished_at is not None:
        return f"已于 {phase.finished_at:%m-%d %H:%M:%S} 完成"
    if phase.quiet_for is not None and phase.quiet_for.total_seconds() > 60:
        return f"已 {int(phase.quiet_for.total_seconds())} 秒没有进展, 可能已中断"
    return "尚不能估计" if phase.expected_end is None else f"{phase.expected_end:%m-%d %H:%M:%S}"


def _status_object(found: RoundStatus, row: Round | None) -> dict[str, object]:
    frozen = (
        {}
        if row is None
        else {
            "seed": row.seed,
            "system": f"{row.system_name}@{row.system_version}",
            "system_digest": row.system_digest,
            "snapshot_day": row.snapshot_day,
            "snapshot_digest": row.snapshot_digest,
            "settings": row.settings,
        }
    )
    return {
        "round": found.round_id,
        "title": found.title,
        "as_of": found.as_of.isoformat(),
        "state": found.state,
        "registered": found.registered,
        "drawn": found.drawn,
        **frozen,
        "phases": [
            {
                "name": phase.name,
                "total": phase.total,
                "done": phase.done,
                "left": phase.total - phase.done,
                "per_second": round(phase.per_second, 2),
                "expected_end": phase.expected_end,
                "finished_at": phase.finished_at,
            }
            for phase in found.phases
        ],
    }
