"""The `monitor` command as an operator starts it: a process of its own, told everything by its environment."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

SCRIPT = Path(sys.executable).with_name("monitor")
COMMAND = (
    [str(SCRIPT)] if SCRIPT.is_file() else [sys.executable, "-c", "from monitor.cli import main; main()"]
)
PATIENCE_S = 120.0


@dataclass(frozen=True)
class Said:
    """How a command ended and what it wrote."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Office:
    """One installation: a home of its own and the settings that go with it."""

    home: Path
    settings: Mapping[str, str]

    @property
    def db(self) -> Path:
        return self.home / "monitor.db"

    @property
    def environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("MONITOR_")}
        return (
            inherited | {"MONITOR_DB": str(self.db), "COLUMNS": "200", "NO_COLOR": "1"} | dict(self.settings)
        )

    def start(self, words: Sequence[str]) -> subprocess.Popen[bytes]:
        """Start a command; what it says goes to files beside the database."""
        self.home.mkdir(parents=True, exist_ok=True)
        with (self.home / "said.out").open("wb") as out, (self.home / "said.err").open("wb") as err:
            return subprocess.Popen(
                [*COMMAND, *words],
                cwd=self.home,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                start_new_session=True,
            )

    def said(self, process: subprocess.Popen[bytes]) -> Said:
        """Wait for the end of a command that `start` has started."""
        code = process.wait(PATIENCE_S)
        out = (self.home / "said.out").read_text(encoding="utf-8")
        err = (self.home / "said.err").read_text(encoding="utf-8")
        return Said(code, out, err)

    def run(self, *words: str) -> Said:
        """Run a command to its end."""
        return self.said(self.start(words))

    def must(self, *words: str) -> Said:
        """Run a command that has to end well."""
        said = self.run(*words)
        assert said.code == 0, (words, said)
        return said

    def processes(self) -> list[int]:
        """Every living process that was started, by whomever, with this database in its environment."""
        wanted = f"MONITOR_DB={self.db}".encode()
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                alive = b"\nState:\tZ" not in (folder / "status").read_bytes()
                if alive and wanted in (folder / "environ").read_bytes().split(b"\0"):
                    found.append(int(folder.name))
            except (FileNotFoundError, ProcessLookupError, PermissionError):
                continue  # it ended while we looked, or is not ours
        return found

    def wait_until_alone(self, patience: float = 10.0) -> None:
        """Until no process of this installation is left; AssertionError where one stays."""
        deadline = time.monotonic() + patience
        while left := self.processes():
            if time.monotonic() > deadline:
                raise AssertionError(f"processes outlive their parent: {left}")
            time.sleep(0.01)
