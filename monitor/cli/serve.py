"""`monitor serve`: the scheduler and the worker."""

from __future__ import annotations

import signal
import threading
from typing import Annotated

import typer

from monitor.cli.shared import Exit, engine_of, fail, out, settings, told
from monitor.rounds.environment import environment_of
from monitor.scheduler.handlers import handlers
from monitor.scheduler.leader import leadership
from monitor.scheduler.serve import Service, serve


def serve_command(
    tick: Annotated[float, typer.Option(help="每隔多少秒检查一次到期工作")] = 30.0,
    until_idle: Annotated[bool, typer.Option("--until-idle", help="没有待办工作时退出")] = False,
    plan_quarters: Annotated[bool, typer.Option("--plan-quarters", help="每季度自动计划一轮")] = False,
    closed_network: Annotated[
        bool, typer.Option("--closed-network", help="允许在封闭网络中长期使用主机对照表")
    ] = False,
) -> None:
    """运行调度服务: 季度轮次、每日可用性访问、账号查看、整改期限。"""
    chosen = settings()
    if chosen.hosts_file and not (closed_network or chosen.closed_network):
        fail(
            "设置了主机对照表 (MONITOR_HOSTS_FILE); 长期运行的服务只在封闭网络中可用, 请加 --closed-network",
            Exit.USAGE,
        )
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with told():
        engine = engine_of(chosen)
        with leadership(chosen.evidence):
            out.print("调度服务已启动", highlight=False)
            environment = environment_of(chosen)
            service = Service(engine, handlers(engine, environment), tick_s=tick, plan_quarters=plan_quarters)
            failed = serve(service, stop, until_idle=until_idle)
        for key, error in failed:
            out.print(f"未能完成: {key}: {error}", highlight=False, markup=False)
        if failed:
            raise typer.Exit(int(Exit.REFUSED))
