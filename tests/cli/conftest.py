"""An office of its own for every test, and one with a judged round."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "line"))
sys.path.insert(0, str(Path(__file__).parent))

from commandline import Office
from small import write_folder
from walking import Walked, shared


@pytest.fixture
def fresh(tmp_path: Path) -> Office:
    """An office where nothing was made yet."""
    return Office(tmp_path / "data", {})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The spreadsheets of the small estate."""
    write_folder(tmp_path / "in")
    return tmp_path / "in"


@pytest.fixture(scope="session")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Walked:
    """A judged round; nobody has decided anything."""
    return shared(tmp_path_factory)


@pytest.fixture(scope="session")
def judged(walked: Walked) -> Office:
    """The office of the judged round, for tests that only look."""
    walked.engine.dispose()
    return Office(walked.settings.home, {"MONITOR_HOSTS_FILE": str(walked.folder / "hosts.txt")})


@pytest.fixture
def mine(walked: Walked, tmp_path: Path) -> Office:
    """The office of the judged round, to be changed freely."""
    copied = walked.copy(tmp_path / "data")
    copied.engine.dispose()
    return Office(copied.settings.home, {"MONITOR_HOSTS_FILE": str(walked.folder / "hosts.txt")})
