"""`monitor registry`: hand in spreadsheets, hand out spreadsheets, see what is filed."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from sqlmodel import Session

from monitor.cli.shared import day_of, engine_of, out, print_json, settings, told
from monitor.rounds.store import open_round
from registry.exporter import Charset, Format, Headings, export_register
from registry.history import register_as_of
from registry.importer import import_file, import_folder
from registry.importreport import ImportReport
from registry.summary import RegistrySummary, TargetCard, summarise, target_card

app = typer.Typer(no_args_is_help=True, help="备案名录: 导入、导出、查看 (任何一天的名录都可以查)。")


@app.command("import")
def import_command(
    path: Annotated[
        Path, typer.Argument(metavar="目录或文件", help="含 units、sites、accounts 的目录, 或单个 CSV / XLSX")
    ],
    kind: Annotated[
        str | None,
        typer.Option(help="单个文件是哪一类: units sites accounts columns posts outages divisions"),
    ] = None,
    day: Annotated[str | None, typer.Option(help="登记日期, 默认今天")] = None,
    skip_bad_rows: Annotated[bool, typer.Option("--skip-bad-rows", help="跳过有误的行, 其余照收")] = False,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """导入名录; 有一行不对就整体不收 (除非 --skip-bad-rows), 重复导入只更新、不重复。"""
    chosen = settings()
    with told():
        with Session(engine_of(chosen)) as session:
            if path.is_dir():
                report = import_folder(session, path, day_of(day), skip_bad_rows=skip_bad_rows)
            else:
                report = import_file(session, path, kind, day_of(day), skip_bad_rows=skip_bad_rows)
        if as_json:
            print_json(_import_object(report))
            return
        for line in report.lines():
            out.print(line, highlight=False, markup=False)


def _import_object(report: ImportReport) -> dict[str, object]:
    return {
        "day": report.day,
        "files": [
            {
                "kind": one.kind,
                "file": one.file,
                "rows": one.rows,
                "added": len(one.added),
                "changed": [str(change) for change in one.changed],
                "unchanged": one.unchanged,
                "missing": list(one.missing),
                "skipped": [str(problem) for problem in one.skipped],
                "unknown_columns": list(one.unknown_columns),
            }
            for one in report.files
        ],
        "warnings": [str(warning) for warning in report.warnings],
    }


@app.command("export")
def export_command(
    folder: Annotated[Path, typer.Argument(metavar="目录", help="写到哪个目录")],
    day: Annotated[str | None, typer.Option(help="哪一天的名录, 默认今天")] = None,
    round_id: Annotated[str | None, typer.Option("--round", help="某一轮冻结的名录快照")] = None,
    form: Annotated[Format, typer.Option("--format", help="csv 或 xlsx")] = "csv",
    headings: Annotated[Headings, typer.Option(help="表头语言: zh 中文, en 英文")] = "zh",
    charset: Annotated[Charset, typer.Option(help="CSV 的编码")] = "utf-8-sig",
) -> None:
    """导出任何一天的名录, 或某一轮的快照; 导出的文件可以原样再导入。"""
    chosen = settings()
    with told():
        engine = engine_of(chosen)
        if round_id is not None:
            register = open_round(engine, round_id).register
        else:
            with Session(engine) as session:
                register = register_as_of(session, day_of(day))
        written = export_register(register, folder, form=form, charset=charset, headings=headings)
    for path in written:
        out.print(f"已写出 {path}", highlight=False)


@app.command("show")
def show(
    target: Annotated[
        str | None, typer.Argument(metavar="[对象]", help="网站标识码、账号编码或单位编码; 不给则看总数")
    ] = None,
    day: Annotated[str | None, typer.Option(help="哪一天, 默认今天")] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """看名录总数, 或一个对象的登记内容与历次变更。"""
    chosen = settings()
    with told(), Session(engine_of(chosen)) as session:
        if target is None:
            _show_counts(summarise(register_as_of(session, day_of(day))), as_json=as_json)
        else:
            _show_card(target_card(session, target, day_of(day)), as_json=as_json)


GROUPS = {
    "sites_by_level": "网站按层级",
    "sites_by_kind": "网站按类型",
    "sites_by_status": "网站按状态",
    "sites_by_league": "网站按盟市",
    "accounts_by_level": "账号按层级",
    "accounts_by_platform": "账号按平台",
    "accounts_by_status": "账号按状态",
    "accounts_by_league": "账号按盟市",
}


def _show_counts(found: RegistrySummary, *, as_json: bool) -> None:
    if as_json:
        print_json(asdict(found))
        return
    out.print(
        f"{found.day} 的备案名录: 单位 {found.units}, 网站 {found.sites}, 账号 {found.accounts} "
        f"(有信息源 {found.accounts_with_source}), 已确认栏目 {found.columns}, 报送的发文 {found.posts}, "
        f"维护公告 {found.outages}; 核对提示 {found.warnings}",
        highlight=False,
    )
    for name, title in GROUPS.items():
        counts = ", ".join(f"{word} {count}" for word, count in getattr(found, name).items())
        out.print(f"{title}: {counts or '无'}", highlight=False)


def _show_card(found: TargetCard, *, as_json: bool) -> None:
    if as_json:
        print_json(asdict(found))
        return
    out.print(
        f"{found.title} {found.target} (主办单位 {found.sponsor}, {found.league})",
        highlight=False,
        markup=False,
    )
    for heading, value in found.values.items():
        out.print(f"  {heading}: {value or '(空)'}", highlight=False, markup=False)
    for warning in found.warnings:
        out.print(f"  提示: {warning}", highlight=False, markup=False)
    for version in found.versions:
        until = "至今" if version.valid_to is None else f"至 {version.valid_to}"
        changes = "; ".join(f"{one.heading} “{one.old}”→“{one.new}”" for one in version.changes) or "首次登记"
        out.print(
            f"  {version.valid_from} {until} ({version.source}): {changes}", highlight=False, markup=False
        )
