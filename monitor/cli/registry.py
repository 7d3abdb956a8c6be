"""`monitor registry`: hand in spreadsheets, hand out spreadsheets, see what is filed."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from sqlmodel import Session

from monitor.cli.shared import engine_of, out, print_json, settings, told
from monitor.rounds.store import open_round
from monitor.times import now
from registry.exporter import export_register
from registry.history import register_as_of
from registry.importer import import_file, import_folder
from registry.importreport import ImportReport
from registry.summary import summarise, target_card

app = typer.Typer(no_args_is_help=True, help="备案名录: 导入、导出、查看 (任何一天的名录都可以查)。")


class Form(StrEnum):
    """File formats for export."""

    CSV = "csv"
    XLSX = "xlsx"


class Headings(StrEnum):
    """The language of the headings."""

    CHINESE = "zh"
    ENGLISH = "en"


class Encoding(StrEnum):
    """How exported CSV files are encoded."""

    UTF8 = "utf-8-sig"
    GB18030 = "gb18030"


def _day(text: str | None) -> date:
    if text is None:
        return now().date()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"日期写法不对: {text!r}, 应写作 2026-09-28") from error


@app.command("import")
def import_command(
    path: Annotated[Path, typer.Argument(metavar="目录或文件", help="含 units、sites、accounts 的目录, 或单个 CSV / XLSX")],
    kind: Annotated[str | None, typer.Option(help="单个文件是哪一类: units sites accounts columns posts outages divisions")] = None,
    day: Annotated[str | None, typer.Option(help="登记日期, 默认今天")] = None,
    skip_bad_rows: Annotated[bool, typer.Option("--skip-bad-rows", help="跳过有误的行, 其余照收")] = False,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """导入名录; 有一行不对就整体不收 (除非 --skip-bad-rows), 重复导入只更新、不重复。"""
    chosen = settings()
    with told():
        with Session(engine_of(chosen)) as session:
            if path.is_dir():
                report = import_folder(session, path, _day(day), skip_bad_rows=skip_bad_rows)
            else:
                report = import_file(session, path, kind, _day(day), skip_bad_rows=skip_bad_rows)
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
    form: Annotated[Form, typer.Option("--format")] = Form.CSV,
    headings: Annotated[Headings, typer.Option(help="表头语言: zh 中文, en 英文")] = Headings.CHINESE,
    encoding: Annotated[Encoding, typer.Option(help="CSV 的编码")] = Encoding.UTF8,
) -> None:
    """导出任何一天的名录, 或某一轮的快照; 导出的文件可以原样再导入。"""
    chosen = settings()
    with told():
        engine = engine_of(chosen)
        if round_id is not None:
            register = open_round(engine, round_id).register
        else:
            with Session(engine) as session:
                register = register_as_of(session, _day(day))
        written = export_register(
            register, folder, form=form.value, headings=headings.value, encoding=encoding.value
        )
    for path in written:
        out.print(f"已写出 {path}", highlight=False)


@app.command("show")
def show(
    target: Annotated[str | None, typer.Argument(metavar="[对象]", help="网站标识码、账号编码或单位编码; 不给则看总数")] = None,
    day: Annotated[str | None, typer.Option(help="哪一天, 默认今天")] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """看名录总数, 或一个对象的登记内容与历次变更。"""
    chosen = settings()
    with told():
        with Session(engine_of(chosen)) as session:
            found = summarise(session, _day(day)) if target is None else target_card(session, target, _day(day))
        if as_json:
            print_json(found.as_object())
            return
        for line in found.lines():
            out.print(line, highlight=False, markup=False)
