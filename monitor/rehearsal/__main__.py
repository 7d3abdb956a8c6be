"""`python -m monitor.rehearsal build|serve`: make an estate, or play it."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import ctypes
import json
import os
import signal
import sys
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from monitor.rehearsal.build import build_estate
from monitor.rehearsal.errors import RehearsalError
from monitor.rehearsal.web.server import serve

_PR_SET_PDEATHSIG = 1


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise argparse.ArgumentTypeError("须带时区, 例如 2026-09-28T09:00:00+08:00")
    return moment


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m monitor.rehearsal", description="演练环境: 生成与运行")
    commands = parser.add_subparsers(dest="command", required=True)
    build = commands.add_parser("build", help="生成演练环境到目录")
    build.add_argument("folder", type=Path)
    build.add_argument("--sites", type=int, default=558)
    build.add_argument("--accounts", type=int, default=5411)
    build.add_argument("--seed", default="1")
    build.add_argument("--as-of", type=_moment, required=True, help="监测时间点, 带时区")
    build.add_argument("--port", type=int, default=None, help="http 端口 (https 为其后一个)")
    run = commands.add_parser("serve", help="在本机回环地址上运行演练环境")
    run.add_argument("folder", type=Path)
    run.add_argument("--control-port", type=int, default=0)
    run.add_argument("--die-with-parent", action="store_true", help="随启动它的进程一起结束")
    return parser


def _die_with_parent() -> None:
    """Ask the kernel for a signal when the parent is gone, and leave at once where it is gone already."""
    parent = os.getppid()
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent or parent == 1:
        sys.exit(0)


def _say_ready(port: int) -> None:
    sys.stdout.write(json.dumps({"ready": True, "control_port": port}) + "\n")
    sys.stdout.flush()


def main(arguments: list[str] | None = None) -> int:
    """The command line; 0 when done, 2 where something must be mended first."""
    given = _arguments().parse_args(arguments)
    try:
        if given.command == "build":
            report = build_estate(
                given.folder, given.sites, given.accounts, given.seed, given.as_of, given.port
            )
            sys.stdout.write(json.dumps(asdict(report), ensure_ascii=False) + "\n")
            return 0
        if given.die_with_parent:
            _die_with_parent()
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(serve(given.folder, given.control_port, _say_ready))
    except RehearsalError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
