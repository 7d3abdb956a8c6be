"""What the collector's tests share: short limits, so that hostile servers cost fractions of a second."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from monitor.collect.settings import CollectSettings, Limits, NetworkWatchSettings

SHORT = Limits(connect_seconds=0.6, total_seconds=1.2, body_bytes=1_000_000, decoded_bytes=1_000_000)


@pytest.fixture
def settings(tmp_path: Path) -> Callable[..., CollectSettings]:
    """A maker of settings; keyword arguments replace single values."""

    def make(**values: object) -> CollectSettings:
        chosen: dict[str, object] = {
            "evidence": tmp_path / "evidence",
            "requests_per_second": 0.0,
            "limits": SHORT,
            "visit_limits": SHORT,
            "retry_seconds": 0.1,
            "commit_seconds": 0.1,
            "processes": 1,
            "network": NetworkWatchSettings(window_seconds=1.0, probe_seconds=0.2, patience_seconds=5.0),
        }
        return CollectSettings(**{**chosen, **values})  # type: ignore[arg-type]

    return make
