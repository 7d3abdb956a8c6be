"""One walked round for every test of this folder that does not change it."""

from __future__ import annotations

from pathlib import Path

import pytest
from walking import Walked, shared


@pytest.fixture(scope="session")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Walked:
    """A judged round; nobody has decided anything, no document is written."""
    return shared(tmp_path_factory)


@pytest.fixture
def mine(walked: Walked, tmp_path: Path) -> Walked:
    """The same round, to be changed freely."""
    return walked.copy(tmp_path / "data")
