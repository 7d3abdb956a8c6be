"""`monitor inspect`: one site, one saved page, one feed, now."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from sqlmodel import Session

from checks.facts import TargetKind
from checks.system import System, load_system
from monitor.cli.shared import engine_of, err, moment, out, print_json, settings, told
from monitor.inspection.live import evidence_folder, look_at_site, look_at_source
from monitor.inspection.saved import look_at_file
from monitor.inspection.tell import stranger, tell_account, tell_site
from monitor.rounds.environment import collect_settings, environment_of
from monitor.rounds.store import site_subject
from monitor.settings import Settings
from monitor.times import now
from registry.codes import SITE_CODE
from registry.errors import UnknownTarget
from registry.history import register_as_of


def inspect(
    what: Annotated[
        str, typer.Argument(metavar="网址|文件|网站标识码", help="现在要看的网址、保存的页面文件或网站标识码")
    ],
    as_of: Annotated[str | None, typer.Option("--as-of", help="监测时间点, 默认现在")] = None,
    url: Annotated[str | None, typer.Option(help="保存的文件原来的网址")] = None,
    pages: Annotated[int, typer.Option(min=1, help="最多读取多少个页面")] = 60,
    as_json: Annotated[bool, typer.Option("--json", help="输出读到的事实")] = False,
) -> None:
    """现在看一个网站、一个保存的页面或一个信息源, 用平实的话说出看到了什么、各项怎么判。"""
    chosen = settings()
    at = now()
    reference: datetime = moment(as_of) or at
    with told():
        system = load_system(chosen.system)
        path = Path(what)
        if path.is_file():
            lines, facts = _file(path, reference, at, url, system)
        elif SITE_CODE.fullmatch(what):
            lines, facts = _filed(what, reference, chosen, system, pages)
        elif "://" in what:
            lines, facts = _address(what, reference, at, chosen, system, pages)
        else:
            raise UnknownTarget(f"{what} 既不是已有的文件, 也不是网站标识码或网址 (http:// 或 https:// 开头)")
        if as_json:
            print_json(msgspec.to_builtins(facts))
            return
        for line in lines:
            out.print(line, highlight=False, markup=False)


def _file(
    path: Path, as_of: datetime, at: datetime, url: str | None, system: System
) -> tuple[Iterator[str], object]:
    saved = look_at_file(path, as_of, at, url)
    err.print(f"{path.name}: {saved.remark}", highlight=False, markup=False)
    if saved.site is not None:
        return tell_site(stranger(path.name, TargetKind.SITE), saved.site, system, as_of), saved.site
    if saved.account is not None:
        return tell_account(
            stranger(path.name, TargetKind.ACCOUNT), saved.account, system, as_of
        ), saved.account
    return iter(()), saved


def _address(
    url: str, as_of: datetime, at: datetime, chosen: Settings, system: System, pages: int
) -> tuple[Iterator[str], object]:
    source = look_at_source(url, as_of, environment_of(chosen))
    if source is not None:
        return tell_account(stranger(url, TargetKind.ACCOUNT), source, system, as_of), source
    settings = collect_settings(chosen, evidence_folder(chosen.evidence, at))
    look = look_at_site(url, as_of, settings, pages=pages)
    return tell_site(stranger(url, TargetKind.SITE), look.facts, system, as_of), look.facts


def _filed(
    code: str, as_of: datetime, chosen: Settings, system: System, pages: int
) -> tuple[Iterator[str], object]:
    with Session(engine_of(chosen)) as session:
        register = register_as_of(session, now().date())
    site = register.sites.get(code)
    if site is None:
        raise UnknownTarget(f"名录中没有网站标识码 {code}")
    subject = site_subject(register, site)
    look = look_at_site(
        site.url,
        as_of,
        collect_settings(chosen, evidence_folder(chosen.evidence, now())),
        target=code,
        name=site.name,
        unit_name=subject.unit_name,
        site_kind=site.site_kind.value,
        outward_service=subject.outward_service,
        columns=register.columns.get(code, ()),
        pages=pages,
    )
    err.print(f"{site.name} {site.url} (主办单位 {subject.unit_name})", highlight=False, markup=False)
    return tell_site(subject, look.facts, system, as_of), look.facts
