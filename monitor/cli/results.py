"""`monitor verdicts` and `monitor scores`: what a round says, for people and for programs."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import msgspec
import typer

from monitor.cli.shared import engine_of, folded, out, print_lines, settings, told
from monitor.rounds.store import open_round
from monitor.rounds.stored import score_cards, score_line
from monitor.rounds.verdicts import verdict_lines

WORDS = {"pass": "合格", "fail": "不合格", "unobserved": "未能观测", "not_applicable": "不适用"}
STATES = {"proposed": "待审核", "confirmed": "已确认", "dismissed": "已驳回", "not_needed": "无需审核"}


class AnswerWord(StrEnum):
    """The answers that a verdict can have."""

    PASS = "pass"  # noqa: S105  an answer, not a password
    FAIL = "fail"
    UNOBSERVED = "unobserved"
    NOT_APPLICABLE = "not_applicable"


class Format(StrEnum):
    """How to print."""

    TABLE = "table"
    JSONL = "jsonl"


RoundName = Annotated[str, typer.Argument(metavar="轮次", help="轮次名称, 如 2026Q3")]
FormatOption = Annotated[Format, typer.Option("--format", help="table 给人看, jsonl 给程序用")]


def verdicts(
    round_id: RoundName,
    form: FormatOption = Format.TABLE,
    canonical: Annotated[bool, typer.Option("--canonical", help="不含时间, 供比对两次结果是否相同")] = False,
    target: Annotated[str | None, typer.Option(help="只看一个网站标识码或账号编码")] = None,
    indicator: Annotated[str | None, typer.Option(help="只看一个指标")] = None,
    answer: Annotated[
        AnswerWord | None, typer.Option(help="只看一种判定: pass fail unobserved not_applicable")
    ] = None,
) -> None:
    """列出一轮的全部判定: 每个对象每个指标一行。"""
    chosen = settings()
    with told():
        engine = engine_of(chosen)
        open_round(engine, round_id)
        lines = (
            line
            for line in verdict_lines(engine, round_id, canonical=canonical)
            if target in (None, line["target"])
            and indicator in (None, line["indicator"])
            and answer in (None, line["verdict"])
        )
        if form is Format.JSONL:
            print_lines(lines, msgspec.json.Encoder(order="deterministic" if canonical else None).encode)
            return
        table = folded("对象", "指标", "判定", "状态", "理由")
        for line in lines:
            table.add_row(
                str(line["target"]),
                str(line["indicator"]),
                WORDS[str(line["verdict"])],
                STATES[str(line["state"])],
                str(line["reason"]),
            )
        out.print(table if table.row_count else "没有判定。轮次尚未判定, 或没有符合条件的行。")


def scores(
    round_id: RoundName,
    form: FormatOption = Format.TABLE,
    proposed: Annotated[bool, typer.Option("--proposed", help="把全部待审核的否决当作已确认来定级")] = False,
) -> None:
    """列出一轮中每个对象的等级与得分; 只计入经人确认的否决。"""
    chosen = settings()
    with told():
        engine = engine_of(chosen)
        opened = open_round(engine, round_id)
        kinds = {one.target: one.kind for one in opened.targets}
        cards = score_cards(engine, opened, proposed=proposed)
        if form is Format.JSONL:
            print_lines((score_line(card, kinds[card.target]) for card in cards), msgspec.json.encode)
            return
        table = folded("对象", "类别", "等级", "否决", "得分", "未能观测")
        for card in cards:
            table.add_row(
                card.target,
                "网站" if kinds[card.target] == "site" else "账号",
                card.grade.value,
                " ".join(card.veto),
                "" if card.score is None else str(card.score),
                " ".join(card.unobserved),
            )
        out.print(table if table.row_count else "没有得分。轮次尚未判定。")
