"""The `monitor` command: thin doors on rounds, casework and registry."""

from __future__ import annotations

import typer

from monitor.cli import (
    database,
    demo,
    evidence,
    indicators,
    inspect,
    registry,
    rehearse,
    report,
    results,
    review,
    rounds,
    serve,
)
from monitor.logs import configure_logging

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="政府网站与政务新媒体检查: 备案名录、抽查轮次、取证、判定、审核、通报。",
    epilog="退出码: 0 完成; 1 输入有误或不能照办; 2 命令写法有误; 3 另一进程正在执行。",
)
app.command("init")(database.init)
app.add_typer(registry.app, name="registry")
app.add_typer(rounds.app, name="round")
app.add_typer(review.app, name="review")
app.command("verdicts")(results.verdicts)
app.command("scores")(results.scores)
app.command("report")(report.report)
app.command("evidence")(evidence.evidence)
app.command("inspect")(inspect.inspect)
app.command("serve")(serve.serve_command)
app.command("rehearse")(rehearse.rehearse)
app.add_typer(indicators.app, name="indicators")
app.command("demo")(demo.demo)


def main() -> None:
    """Run the command line."""
    configure_logging()
    app()
