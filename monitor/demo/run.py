"""One demonstration from the empty folder to the documents: estate, registry, scheduler, review, reports."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine
from sqlmodel import Session

from monitor.casework.decisions import Decided, Decision, record
from monitor.casework.review import proposal_line, proposals
from monitor.demo.disturbance import Disturbance
from monitor.demo.figures import Meter
from monitor.demo.outcome import write_outcome
from monitor.documents.write import write_documents
from monitor.rehearsal.build import EstateReport, build_estate
from monitor.rehearsal.driver import Estate
from monitor.rehearsal.reviewer import review
from monitor.rounds.environment import environment_of
from monitor.rounds.progress import Listener
from monitor.rounds.rehearse import prepare, settings_for
from monitor.rounds.store import open_round
from monitor.scheduler.handlers import handlers
from monitor.scheduler.leader import leadership
from monitor.scheduler.serve import Service, serve
from monitor.settings import Settings
from monitor.times import now
from registry.exporter import write_records
from registry.importer import import_file
from registry.model import AccountStatus, Register
from registry.schema import ACCOUNTS

ROUND = "R1"
TICK_S = 1.0
CONNECTIONS = 4
CLOSED_MEANWHILE = 3


class DemoFailed(Exception):
    """The demonstration could not be brought to its end; the text says where."""


@dataclass(frozen=True, slots=True)
class DemoPlan:
    """How large, from which seed, as of when, and where to."""

    folder: Path
    sites: int
    accounts: int
    seed: int
    as_of: datetime
    processes: int = 2
    say: Callable[[str], None] = print
    listener: Listener | None = None


def run_demo(plan: DemoPlan) -> dict[str, object]:
    """Run the demonstration; returns what stands in `run.json`."""
    meter = Meter()
    estate_folder, out = plan.folder / "estate", plan.folder / "out"
    for stale in (estate_folder, plan.folder / "data", out):
        shutil.rmtree(stale, ignore_errors=True)
    plan.say(f"生成演练环境: 网站 {plan.sites}, 账号 {plan.accounts}, 种子 {plan.seed}")
    report = build_estate(estate_folder, plan.sites, plan.accounts, plan.seed, plan.as_of)
    settings = demo_settings(plan, estate_folder)
    with Estate(estate_folder) as estate:
        prepared = prepare(
            estate_folder,
            settings,
            as_of=plan.as_of,
            seed=str(plan.seed),
            share="1",
            round_id=ROUND,
            starts_at=now() + timedelta(seconds=TICK_S),
        )
        plan.say(f"名录已导入, 轮次 {ROUND} 已计划, 等待调度服务到点启动")
        _serve(plan, settings, prepared.engine, estate)
    return _finish(plan, settings, prepared.engine, report, meter, estate_folder, out)


def demo_settings(plan: DemoPlan, estate: Path) -> Settings:
    """The settings of the demonstration: everything under its own folder, no pace on loopback."""
    base = Settings(home=plan.folder / "data", processes=plan.processes)
    chosen = settings_for(estate, base.model_copy(update={"db": None}), {})
    return chosen.model_copy(update={"connections_per_address": CONNECTIONS, "requests_per_second": 0.0})


def _serve(plan: DemoPlan, settings: Settings, engine: Engine, estate: Estate) -> None:
    """Let the scheduler's own tick start the round, and wait until nothing is left to do."""
    disturbance = Disturbance(estate, plan.listener)
    environment = environment_of(settings, listener=disturbance, before_slot=disturbance.before_slot)
    service = Service(engine, handlers(engine, environment), tick_s=TICK_S)
    with leadership(settings.evidence):
        failed = serve(service, threading.Event(), until_idle=True)
    if failed:
        raise DemoFailed("; ".join(f"{key}: {error}" for key, error in failed))


def _finish(
    plan: DemoPlan,
    settings: Settings,
    engine: Engine,
    report: EstateReport,
    meter: Meter,
    estate_folder: Path,
    out: Path,
) -> dict[str, object]:
    """Measure against the truth before any review, review, write the documents and the figures."""
    outcome = write_outcome(engine, ROUND, estate_folder, out)
    opened = open_round(engine, ROUND)
    closed = close_some_accounts(engine, opened.register, now().date())
    plan.say(f"检查期间有 {closed} 个账号注销并登记")
    decided = scripted_decisions(engine)
    record(engine, ROUND, decided, now())
    plan.say(f"脚本审核员作出 {len(decided)} 条决定")
    written = write_documents(
        engine, opened, settings, plan.as_of.date() + timedelta(days=1), out, plan.listener
    )
    plan.say("文书: " + ", ".join(f"{name} {count}" for name, count in written.items()))
    return outcome.run_json(engine, opened, settings, asdict(report), meter, plan.seed)


def close_some_accounts(engine: Engine, register: Register, day: date) -> int:
    """While the round goes on, a few units close accounts that nobody could look at, and file it."""
    running = (one for one in register.accounts.values() if one.status is AccountStatus.RUNNING)
    silent = [one for one in running if one.source_url is None and one.account_id not in register.posts]
    chosen = sorted(silent, key=lambda one: one.account_id)[:CLOSED_MEANWHILE]
    if chosen:
        with tempfile.TemporaryDirectory() as folder, Session(engine) as session:
            path = Path(folder) / "accounts.csv"
            write_records(path, ACCOUNTS, [replace(one, status=AccountStatus.CLOSED) for one in chosen])
            import_file(session, path, "accounts", day)
    return len(chosen)


def scripted_decisions(engine: Engine) -> list[Decided]:
    """What the scripted reviewer makes of what a reviewer sees."""
    lines = [proposal_line(one) for one in proposals(engine, open_round(engine, ROUND))]
    return [
        Decided(one["target"], one["indicator"], Decision(one["decision"]), one["reviewer"], one["reason"])
        for one in review(lines)
    ]
