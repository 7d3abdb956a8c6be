"""Writing the folder of a round: every document from one report, and how many there are of each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from sqlalchemy import Engine

from monitor.documents.fill import round_report
from monitor.documents.notices import notices
from monitor.rounds.errors import RoundError
from monitor.rounds.progress import require_judged
from monitor.rounds.store import OpenRound
from monitor.settings import Settings
from registry.calendar import WorkingCalendar
from reports.build import write_bulletin, write_notices, write_score_sheets, write_workbook

Listener = Callable[[str, int, int], None]


def write_documents(
    engine: Engine,
    opened: OpenRound,
    settings: Settings,
    issued_on: date,
    folder: Path,
    listener: Listener | None = None,
) -> dict[str, int]:
    """Bulletin, workbook, score sheets and notices of a round; returns how many documents of each kind.

    Each file replaces an older one as a whole, so a killed run leaves no half document. RoundError where the
    round is not judged to its end.
    """
    require_judged(engine, opened.round_id)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RoundError(f"不能建立文书目录 {folder} ({error.strerror})") from error
    report = round_report(engine, opened, settings, issued_on)
    table = settings.working_days_file
    calendar = WorkingCalendar.from_file(table) if table is not None else WorkingCalendar()
    issued = notices(engine, opened, settings, calendar, issued_on)

    def told(name: str, total: int) -> Callable[[int], None]:
        return lambda done: listener(name, done, total) if listener is not None else None

    bulletin = write_bulletin(report, folder)
    write_workbook(report, folder)
    write_score_sheets(report, folder, told("sheets", len(report.sheets)))
    written = write_notices(report.round, issued, folder, told("notices", len(issued)))
    return {
        "通报与核对表": len(bulletin),
        "附件工作簿": 1,
        "评分表": len(report.sheets),
        "整改通知书": len(written),
    }
