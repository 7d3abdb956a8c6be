"""`monitor review`: what waits for a person, and taking decisions one by one or from a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from monitor.casework.decision_file import read_decisions
from monitor.casework.decisions import Decided, Decision, record
from monitor.casework.review import proposal_line, proposals
from monitor.cli.results import STATES, WORDS
from monitor.cli.shared import engine_of, folded, out, print_lines, settings, told
from monitor.rounds.store import open_round
from monitor.times import now

app = typer.Typer(no_args_is_help=True, help="审核: 列出待审核的判定, 逐条或成批作出决定。")

RoundName = Annotated[str, typer.Argument(metavar="轮次")]


@app.command("list")
def list_command(
    round_id: RoundName,
    everything: Annotated[bool, typer.Option("--all", help="已经决定的也列出")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="每行一个 JSON, 含证据")] = False,
) -> None:
    """列出待审核的判定。"""
    chosen = settings()
    with told():
        engine = engine_of(chosen)
        found = proposals(engine, open_round(engine, round_id), only_open=not everything)
        if as_json:
            print_lines((proposal_line(one) for one in found), msgspec.json.encode)
            return
        table = folded("对象", "名称", "主办单位", "指标", "判定", "状态", "理由与问题")
        for one in found:
            says = "\n".join([one.verdict.reason, *(f"· {finding.says}" for finding in one.shown[:5])])
            table.add_row(
                one.target,
                one.name,
                one.unit_name,
                one.indicator,
                WORDS[one.verdict.answer.value],
                STATES[one.state],
                says,
            )
        out.print(table if table.row_count else "没有待审核的判定。")


@app.command("decide")
def decide(
    round_id: RoundName,
    target: Annotated[str, typer.Argument(metavar="对象", help="网站标识码或账号编码")],
    indicator: Annotated[str, typer.Argument(metavar="指标编号")],
    decision: Annotated[Decision, typer.Argument(metavar="决定", help="确认 / 驳回 / 再查")],
    reviewer: Annotated[str, typer.Option("--by", help="审核人")],
    reason: Annotated[str, typer.Option("--reason", help="理由; 驳回与再查必填")] = "",
) -> None:
    """对一条判定作出决定; 每次决定都留痕, 以最后一次为准。"""
    chosen = settings()
    with told():
        engine = engine_of(chosen)
        open_round(engine, round_id)
        record(engine, round_id, [Decided(target, indicator, decision, reviewer, reason)], now())
    out.print(f"已记录: {target} {indicator} {decision.value} ({reviewer})", highlight=False)


@app.command("import")
def import_command(
    round_id: RoundName,
    path: Annotated[
        Path, typer.Argument(metavar="文件", help="CSV 或 XLSX: 对象、指标编号、决定、审核人、理由")
    ],
) -> None:
    """从表格成批作出决定; 有一行不对, 整个文件都不采纳。"""
    chosen = settings()
    with told():
        engine = engine_of(chosen)
        open_round(engine, round_id)
        count = record(engine, round_id, read_decisions(path), now())
    out.print(f"已记录 {count} 条决定", highlight=False)
