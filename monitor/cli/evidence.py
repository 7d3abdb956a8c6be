"""`monitor evidence`: list and open what a round has kept."""

from __future__ import annotations

import hashlib
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from monitor.casework.evidence import body_of, kept
from monitor.cli.shared import Exit, engine_of, fail, folded, out, settings, told
from monitor.rounds.store import open_round

SHOWN = 200


def evidence(
    round_id: Annotated[str, typer.Argument(metavar="轮次")],
    wanted: Annotated[
        str,
        typer.Argument(metavar="对象或摘要", help="网站标识码、账号编码, 或问题所附的 sha256 (前 8 位以上)"),
    ],
    save: Annotated[Path | None, typer.Option("--out", help="把取到的页面存为文件 (须只对应一份)")] = None,
) -> None:
    """打开取证: 按对象列出存下的页面, 或按摘要取出当时的页面; 页面删除之后仍能打开。"""
    chosen = settings()
    with told():
        engine = engine_of(chosen)
        open_round(engine, round_id)
        found = list(islice(kept(engine, round_id, wanted), SHOWN + 1))
        if not found:
            fail(f"轮次 {round_id} 没有存下 {wanted} 的页面")
        if save is None:
            table = folded("对象", "时间", "网址", "sha256", "取证文件", "位置", "长度")
            for one in found[:SHOWN]:
                table.add_row(
                    one.target,
                    f"{one.at:%Y-%m-%d %H:%M:%S}",
                    one.url,
                    one.sha256 or "",
                    one.warc,
                    str(one.offset),
                    str(one.length),
                )
            out.print(table)
            if len(found) > SHOWN:
                out.print(f"只列出前 {SHOWN} 份", highlight=False)
            return
        if len({one.sha256 for one in found}) > 1:
            fail(f"{wanted} 对应 {len(found)} 份页面, 请用其中一份的 sha256", Exit.USAGE)
        body = body_of(chosen.evidence / round_id, found[0])
        digest = hashlib.sha256(body).hexdigest()
        if digest != found[0].sha256:
            fail(f"取证内容与摘要不符: 记为 {found[0].sha256}, 实为 {digest}")
        save.write_bytes(body)
    out.print(f"已存为 {save} ({len(body)} 字节), sha256 相符", highlight=False)
