"""Estates of three sizes, planned or built once for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from monitor.rehearsal.build import EstateReport, build_estate, load_plan
from monitor.rehearsal.driver import Estate
from monitor.rehearsal.estate import plan_estate
from monitor.rehearsal.plan import EstatePlan

AS_OF = datetime.fromisoformat("2026-09-28T09:00:00+08:00")


@pytest.fixture(scope="session")
def full_plan() -> EstatePlan:
    return plan_estate(558, 5411, "1", AS_OF)


@pytest.fixture(scope="session")
def full_estate(tmp_path_factory: pytest.TempPathFactory) -> EstateReport:
    return build_estate(tmp_path_factory.mktemp("full"), 558, 5411, 1, AS_OF)


@pytest.fixture(scope="session")
def small_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small")
    build_estate(folder, 90, 400, "tests", AS_OF)
    return folder


@pytest.fixture(scope="session")
def small_plan(small_folder: Path) -> EstatePlan:
    return load_plan(small_folder)


@pytest.fixture(scope="session")
def small_estate(small_folder: Path) -> Iterator[Estate]:
    with Estate(small_folder) as estate:
        yield estate
