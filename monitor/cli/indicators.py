"""`monitor indicators`: the adopted ruler, word by word."""

from __future__ import annotations

from typing import Annotated

import typer

from checks.system import Indicator, Part, compare_systems, list_systems, load_system, show, unconfirmed
from monitor.cli.shared import folded, out, print_json, settings, told

app = typer.Typer(
    no_args_is_help=True, help="检查指标体系: 列出、比较两个版本、检查文件、列出待确认的暂定值。"
)

PARTS = {Part.VETO: "单项否决", Part.DEDUCTION: "扣分", Part.BONUS: "加分"}

SystemName = Annotated[str | None, typer.Option("--system", help="体系名称或文件; 不给则为采用的体系")]


@app.command("list")
def list_command(system: SystemName = None, as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """列出全部指标: 编号、名称、依据、判定方式、阈值。"""
    with told():
        loaded = load_system(system or settings().system)
        if as_json:
            print_json([_indicator_object(one) for one in loaded.indicators])
            return
        table = folded(
            "编号", "指标", "部分", "判定方式", "依据", "可信度", title=f"{loaded.title} {loaded.version}"
        )
        for one in loaded.indicators:
            table.add_row(
                one.code,
                one.name,
                PARTS[one.part],
                one.judged.value,
                f"{one.document} {one.clause}",
                str(one.confidence),
            )
        out.print(table)
        out.print(f"自带体系: {'、'.join(list_systems())}", highlight=False)


def _indicator_object(one: Indicator) -> dict[str, object]:
    return {
        "code": one.code,
        "levels": [one.first_level, one.second_level, one.third_level],
        "part": one.part.value,
        "points": str(one.points),
        "kind": one.scope.kind.value,
        "document": one.document,
        "clause": one.clause,
        "confidence": one.confidence.code,
        "provisional": one.confidence.provisional,
        "judged": one.judged.value,
        "deciding": one.deciding.value,
        "advice": one.advice,
        "thresholds": {
            name: {
                "value": show(threshold.value),
                "unit": threshold.unit,
                "says": threshold.says,
                "confidence": threshold.confidence.code,
                "provisional": threshold.confidence.provisional,
            }
            for name, threshold in one.thresholds.items()
        },
    }


@app.command("show")
def show_command(
    code: Annotated[str, typer.Argument(metavar="指标编号", help="如 W-V2")], system: SystemName = None
) -> None:
    """看一个指标的全部阈值、条款和整改建议。"""
    with told():
        one = load_system(system or settings().system).indicator(code)
        out.print(
            f"{one.code} {'/'.join((one.first_level, one.second_level, one.third_level))}", highlight=False
        )
        out.print(f"依据: {one.document} {one.clause} ({one.confidence})", highlight=False, markup=False)
        for clause in one.clauses:
            out.print(
                f"{clause.mark} {clause.says} ({clause.judged.value}, {clause.confidence})",
                highlight=False,
                markup=False,
            )
        table = folded("阈值", "值", "说明", "可信度")
        for threshold in one.thresholds.values():
            table.add_row(
                threshold.name,
                f"{show(threshold.value)}{threshold.unit}",
                threshold.says,
                str(threshold.confidence),
            )
        out.print(table)
        out.print(f"整改建议: {one.advice}", highlight=False, markup=False)


@app.command("check")
def check(path: Annotated[str, typer.Argument(metavar="文件", help="要检查的体系文件 (.toml)")]) -> None:
    """检查一个体系文件, 有错时指出行号和改法。"""
    with told():
        loaded = load_system(path)
    out.print(
        f"没有错误: {loaded.title} {loaded.version}, {len(loaded.indicators)} 个指标, 摘要 {loaded.digest[:16]}",
        highlight=False,
    )


@app.command("compare")
def compare(
    before: Annotated[str, typer.Argument(metavar="旧版本")],
    after: Annotated[str, typer.Argument(metavar="新版本")],
) -> None:
    """比较两个体系 (名称或文件) 的每一处不同。"""
    with told():
        differences = compare_systems(load_system(before), load_system(after))
    table = folded("指标", "内容", "旧", "新")
    for one in differences:
        table.add_row(one.where, one.what, one.before or "(无)", one.after or "(无)")
    out.print(table if table.row_count else "两个体系没有不同。")


@app.command("unconfirmed")
def unconfirmed_command(system: SystemName = None) -> None:
    """列出仍属暂定、需由办公室对照正式文本确认的值。"""
    with told():
        found = unconfirmed(load_system(system or settings().system))
    table = folded("指标", "名称", "内容", "值", "可信度", "来源")
    for one in found:
        table.add_row(one.indicator, one.name, one.what, one.value, str(one.confidence), one.source)
    out.print(table if table.row_count else "没有暂定值。")
