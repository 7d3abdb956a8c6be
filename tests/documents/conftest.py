"""A judged round of the small estate for the documents."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "line"))

from walking import Walked, shared


@pytest.fixture(scope="session")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Walked:
    """A judged round; nobody has decided anything."""
    return shared(tmp_path_factory)


@pytest.fixture
def mine(walked: Walked, tmp_path: Path) -> Walked:
    """The same round, to be changed freely."""
    return walked.copy(tmp_path / "data")
