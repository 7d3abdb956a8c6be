"""Running a round from wherever it stands: visits, crawl, accounts, judging.

Each phase is skipped where it has ended and goes on where it stopped, so that a run that was killed at any
moment is simply run again, with the same result.
"""

from __future__ import annotations

from sqlalchemy import Engine
from sqlmodel import Session

from monitor.ledger.tables import Round
from monitor.rounds.crawling import crawl_sites
from monitor.rounds.environment import Environment
from monitor.rounds.errors import RoundError
from monitor.rounds.judging import judge_round
from monitor.rounds.lock import only_one
from monitor.rounds.looking import look_at_accounts
from monitor.rounds.progress import finished
from monitor.rounds.second_opinion import confirm_silence
from monitor.rounds.store import OpenRound, open_round
from monitor.rounds.visiting import visit_compressed_week
from monitor.times import now


def run_round(
    engine: Engine, round_id: str, environment: Environment, *, compressed: bool | None = None
) -> None:
    """Run a round to its verdicts.

    `compressed` True books the availability week as one of visits made one after the other; None leaves what
    was planned. RoundBusy where another process runs it, RoundError where it is closed or was planned with a
    hosts file and has none now (or the other way round).
    """
    require_runnable(open_round(engine, round_id), environment)
    if not compressed:
        _require_due(open_round(engine, round_id))
    with only_one(environment.evidence(round_id), f"轮次 {round_id}"):
        if compressed:
            _mark_compressed(engine, round_id)
        opened = open_round(engine, round_id)
        require_runnable(opened, environment)
        if not opened.row.compressed:
            if not finished(engine, round_id, "second_opinions"):
                confirm_silence(engine, opened, environment)
        elif not finished(engine, round_id, "visits"):
            visit_compressed_week(engine, opened, environment)
        if not finished(engine, round_id, "crawl"):
            crawl_sites(engine, opened, environment)
        if not finished(engine, round_id, "accounts"):
            since = None if opened.row.compressed else opened.row.as_of
            look_at_accounts(engine, opened, environment, since=since)
        if not finished(engine, round_id, "judge"):
            judge_round(engine, opened, environment.listener)


def judge_again(engine: Engine, round_id: str, environment: Environment) -> int:
    """Judge a round anew from its stored facts with its frozen system; returns the number of verdicts.

    RoundError where it is closed or nothing was collected yet, RoundBusy where another process runs it.
    """
    opened = open_round(engine, round_id)
    if opened.row.closed_at is not None:
        raise RoundError(f"轮次 {round_id} 已经结束, 不能再判定")
    if not (finished(engine, round_id, "crawl") and finished(engine, round_id, "accounts")):
        raise RoundError(f"轮次 {round_id} 还没有采集完, 请先运行 monitor round run {round_id}")
    with only_one(environment.evidence(round_id), f"轮次 {round_id}"):
        return judge_round(engine, opened, environment.listener)


def require_runnable(opened: OpenRound, environment: Environment) -> None:
    """Refuse (RoundError) a closed round, and other name resolution than the one that the round was planned with.

    Half a round asked of a closed network and half of the world would blame sites for names that we mixed up.
    """
    row = opened.row
    if row.closed_at is not None:
        raise RoundError(f"轮次 {row.round_id} 已经结束, 不能再执行")
    has_hosts = environment.settings.hosts_file is not None
    if row.hosts_file and not has_hosts:
        raise RoundError(
            f"轮次 {row.round_id} 计划时使用主机对照表, 现在没有设置; 请把 MONITOR_HOSTS_FILE 设为同一文件再执行"
        )
    if has_hosts and not row.hosts_file:
        raise RoundError(
            f"轮次 {row.round_id} 计划时没有使用主机对照表, 现在却设置了; 请取消 MONITOR_HOSTS_FILE 再执行"
        )


def _require_due(opened: OpenRound) -> None:
    """Refuse (RoundError) to collect a real week before its reference time: what comes after would be lost."""
    row = opened.row
    if not row.compressed and now() < row.as_of:
        raise RoundError(
            f"轮次 {row.round_id} 的监测时间点 {row.as_of:%Y-%m-%d %H:%M} 还没有到; 到点由 monitor serve 自动执行"
        )


def _mark_compressed(engine: Engine, round_id: str) -> None:
    with Session(engine) as session:
        row = session.get(Round, round_id)
        if row is not None and not row.compressed:
            row.compressed = True
            session.add(row)
            session.commit()
