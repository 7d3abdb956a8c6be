"""Walking the small estate from spreadsheets to documents, once for all tests that only look."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from small import AS_OF, SmallEstate, write_folder
from sqlalchemy import Engine

from monitor.ledger.engine import open_engine
from monitor.rounds.environment import Environment, environment_of
from monitor.rounds.rehearse import prepare, settings_for
from monitor.rounds.run import run_round
from monitor.rounds.store import OpenRound, open_round
from monitor.settings import Settings

ROUND = "R1"
SUSPENDED_SITE, CLOSING_SITE = "1501000006", "1501000007"
SUSPENDED_ACCOUNT, CLOSING_ACCOUNT = "a21", "a22"
HOSTILE_NAME = '=1+1<script>alert("x")</script>{{7*7}}#*_$'


@dataclass(frozen=True)
class Walked:
    """A round that was judged, with the folder of its spreadsheets and its settings."""

    folder: Path
    settings: Settings
    engine: Engine

    @property
    def opened(self) -> OpenRound:
        return open_round(self.engine, ROUND)

    @property
    def evidence(self) -> Path:
        return self.settings.evidence / ROUND

    @property
    def environment(self) -> Environment:
        return environment_of(self.settings)

    def copy(self, home: Path) -> Walked:
        """The same round in a home of its own, to be changed freely."""
        self.engine.dispose()
        shutil.copytree(self.settings.home, home)
        settings = self.settings.model_copy(update={"home": home})
        return Walked(self.folder, settings, open_engine(settings.database_url))


_walked: list[Walked] = []


def shared(factory: pytest.TempPathFactory) -> Walked:
    """One walked round for all folders of tests that ask for one."""
    if not _walked:
        _walked.append(walk(factory.mktemp("walked")))
    return _walked[0]


def add_exempt_and_closing(folder: Path) -> None:
    """A site and an account that are suspended, and one of each that will close while the round runs."""
    with (folder / "sites.csv").open("a", encoding="gb18030") as file:
        file.write(f"{SUSPENDED_SITE},测试网站6,http://www6.example.gov.cn/,U1,部门网站,临时下线\n")
        file.write(f"{CLOSING_SITE},测试网站7,http://www7.example.gov.cn/,U2,部门网站,正常\n")
    with (folder / "accounts.csv").open("a", encoding="utf-8") as file:
        file.write(f"{SUSPENDED_ACCOUNT},微博,1000021,测试发布21,U1,,自管,暂停\n")
        quoted = HOSTILE_NAME.replace('"', '""')  # the quote in front says that it is text, no formula
        file.write(f'{CLOSING_ACCOUNT},微博,1000022,"\'{quoted}",U2,,自管,正常\n')


def walk(folder: Path, *, processes: int = 1, seed: str = "s") -> Walked:
    """Prepare and run the whole round over a fresh estate in `folder`."""
    spreadsheets = folder / "in"
    write_folder(spreadsheets)
    add_exempt_and_closing(spreadsheets)
    estate = SmallEstate(spreadsheets)
    estate.start()
    try:
        base = Settings(home=folder / "data", db=None, hosts_file=None, processes=processes)
        settings = settings_for(spreadsheets, base, {})
        prepared = prepare(spreadsheets, settings, as_of=AS_OF, seed=seed, share="1")
        run_round(prepared.engine, ROUND, environment_of(settings, before_slot=estate.before_slot))
    finally:
        estate.stop()
    return Walked(spreadsheets, settings, prepared.engine)
