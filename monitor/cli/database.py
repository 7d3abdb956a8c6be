"""`monitor init`: make the database or bring it to the newest schema."""

from __future__ import annotations

from monitor.cli.shared import out, settings, told
from monitor.ledger.engine import upgrade


def init() -> None:
    """建立数据库, 或把已有数据库升级到当前版本 (可以反复运行)。"""
    chosen = settings()
    with told():
        upgrade(chosen.database_url)
    chosen.evidence.mkdir(parents=True, exist_ok=True)
    out.print(f"数据库就绪: {chosen.database_url}", highlight=False)
    out.print(f"取证目录: {chosen.evidence}", highlight=False)
