"""A whole round on a folder and servers that somebody made: import, plan, run, no review."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine
from sqlmodel import Session

from monitor.ledger.engine import open_engine, upgrade
from monitor.ledger.tables import Round
from monitor.rounds.adopted import adopted
from monitor.rounds.draw import Shares
from monitor.rounds.environment import frozen_settings
from monitor.rounds.errors import RoundError
from monitor.rounds.plan import RoundPlan, plan_round, require_usable_name
from monitor.settings import Settings
from monitor.times import now
from registry.importer import file_of, import_folder
from registry.importreport import ImportReport
from registry.model import Inclusion
from registry.reading import read_inclusions
from registry.schema import INCLUSIONS

HOSTS = "hosts.txt"
AUTHORITY = "ca.pem"


@dataclass(frozen=True, slots=True)
class Prepared:
    """An imported folder with its planned round."""

    engine: Engine
    settings: Settings
    round_id: str
    imported: ImportReport


def settings_for(folder: Path, base: Settings, explicit: Mapping[str, object]) -> Settings:
    """The settings for a rehearsal folder: its hosts file and root certificate, and no pace on loopback.

    Politeness protects other people's servers. Where every listed address is loopback there are none, so the
    pace is dropped unless somebody set it (`explicit`).
    """
    changes: dict[str, object] = {}
    hosts, authority = folder / HOSTS, folder / AUTHORITY
    if hosts.is_file():
        changes["hosts_file"] = hosts
    if authority.is_file():
        changes["ca_file"] = authority
    if hosts.is_file() and only_loopback(hosts):
        changes |= {"connections_per_address": 4, "requests_per_second": 0.0}
    changes |= explicit
    return base.model_copy(update=changes)


def only_loopback(hosts: Path) -> bool:
    """Whether every address of a hosts file is a loopback one; lines that cannot be read are no proof."""
    found = False
    for line in hosts.read_text(encoding="utf-8").splitlines():
        words = line.split("#", 1)[0].split()
        if not words:
            continue
        try:
            if not ipaddress.ip_address(words[-1].rpartition(":")[0].strip("[]")).is_loopback:
                return False
        except ValueError:
            return False
        found = True
    return found


def prepare(
    folder: Path,
    settings: Settings,
    *,
    as_of: datetime,
    seed: str,
    share: str,
    round_id: str = "R1",
    starts_at: datetime | None = None,
    rehearsal: bool = True,
    title: str = "",
) -> Prepared:
    """Make the database, import the folder and plan its round.

    A round of that name with the same reference time, seed and share is taken as it is, so that a rehearsal that
    was killed is simply started again. RoundError where it is another one; what is wrong with the request is
    said before anything is made.
    """
    if not folder.is_dir():
        raise RoundError(f"没有这个目录: {folder}")
    require_usable_name(round_id)
    plan = RoundPlan(
        round_id=round_id,
        as_of=as_of,
        seed=seed,
        shares=Shares.parse(share),
        adopted=adopted(settings.system),
        title=title,
        inclusions=inclusions_of(folder),
        starts_at=starts_at,
        compressed=True,
        rehearsal=rehearsal,
        hosts_file=settings.hosts_file is not None,
        settings=frozen_settings(settings),
    )
    upgrade(settings.database_url)
    engine = open_engine(settings.database_url)
    moment = now()
    known = _planned_earlier(engine, plan)
    with Session(engine) as session:
        report = import_folder(session, folder, moment.date())
    if not known:
        with Session(engine) as session:
            plan_round(session, plan, moment)
    return Prepared(engine, settings, round_id, report)


def _planned_earlier(engine: Engine, plan: RoundPlan) -> bool:
    """Whether this very round was planned already; RoundError where another one has its name."""
    with Session(engine) as session:
        row = session.get(Round, plan.round_id)
    if row is None:
        return False
    if (row.as_of, row.seed, row.shares) != (plan.as_of, plan.seed, dict(plan.shares.by_level)):
        raise RoundError(
            f"数据库中已有轮次 {plan.round_id} (监测时间点 {row.as_of:%Y-%m-%dT%H:%M}, 种子 {row.seed}), 与这次要求的不同; "
            f"要接着做, 请给出相同的 --as-of、--seed 和 --share, 要另做, 请用 --db 指定另一个数据库"
        )
    return True


def inclusions_of(folder: Path) -> tuple[Inclusion, ...]:
    """The folder's list of targets that must be drawn, empty where it has none."""
    path = file_of(folder, INCLUSIONS)
    return () if path is None else read_inclusions(path).records
