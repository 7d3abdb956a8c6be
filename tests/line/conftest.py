"""One walked round for every test of this folder that does not change it."""

from __future__ import annotations

from pathlib import Path

import pytest
from walking import Walked, walk


@pytest.fixture(scope="session")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Walked:
    """A judged round; nobody has decided anything, no document is written."""
    return walk(tmp_path_factory.mktemp("walked"))


@pytest.fixture
def mine(walked: Walked, tmp_path: Path) -> Walked:
    """The same round, to be changed freely."""
    return walked.copy(tmp_path / "data")
