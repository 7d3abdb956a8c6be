"""A few real runs on a small estate: the same pages every time, counted by the server, costs of the whole tree."""

from __future__ import annotations

import json
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.errors import BenchmarkError
from benchmarks.estate import ROOT, BenchEstate, StillEstate, make_estate, rendered_pages
from benchmarks.measure import run_measured

SITES = 5
SPIN = "import time\nwhile time.process_time() < {seconds}: pass\n"


@pytest.fixture(scope="module")
def estate(tmp_path_factory: pytest.TempPathFactory) -> BenchEstate:
    return make_estate(tmp_path_factory.mktemp("estate"), SITES, "7")


@pytest.fixture(scope="module")
def still(estate: BenchEstate) -> Iterator[StillEstate]:
    with StillEstate(estate.folder) as running:
        yield running


def test_an_estate_files_only_sites_that_can_be_walked(estate: BenchEstate) -> None:
    lines = (estate.folder / "sites.csv").read_text(encoding="utf-8-sig").splitlines()
    assert 0 < len(estate.homes) <= SITES
    assert len(lines) == len(estate.homes) + 1
    assert all(any(home in line for line in lines) for home in estate.homes)


def test_the_server_counts_pages_and_gives_the_same_reply_twice(
    estate: BenchEstate, still: StillEstate
) -> None:
    host = min(home.split("/")[2] for home in estate.homes if home.startswith("http:"))
    words = next(
        line.split() for line in estate.hosts_file.read_text().splitlines() if line.startswith(f"{host} ")
    )
    still.mark()
    bodies = []
    for _ in range(2):
        request = urllib.request.Request(f"http://{words[1]}/sitemap.html", headers={"Host": host})
        with urllib.request.urlopen(request, timeout=20) as answer:
            bodies.append(answer.read())
    head = urllib.request.Request(f"http://{words[1]}/", headers={"Host": host}, method="HEAD")
    with urllib.request.urlopen(head, timeout=20):
        pass
    assert bodies[0] == bodies[1]
    assert still.pages(estate.site_hosts) == {(host, "/sitemap.html")}  # a HEAD is no page
    still.mark()
    assert still.pages(estate.site_hosts) == frozenset()


def test_ours_with_and_without_evidence_read_the_same_pages_and_find_the_same(
    estate: BenchEstate, still: StillEstate, tmp_path: Path
) -> None:
    said, fetched = [], []
    for number, more in enumerate([[], ["--without-evidence"]]):
        home = tmp_path / str(number)
        run_measured([sys.executable, "-m", "benchmarks.ours", "prepare", estate.folder, home], ROOT)
        still.mark()
        ran = run_measured(
            [sys.executable, "-m", "benchmarks.ours", "run", estate.folder, home, "1", *more], ROOT
        )
        said.append(json.loads(ran.printed))
        fetched.append(still.pages(estate.site_hosts))
    kept, bare = said
    assert len(fetched[0]) >= 30
    assert fetched[0] == fetched[1]
    assert kept["facts"] == bare["facts"] == len(estate.homes)
    assert kept["findings"] == bare["findings"] > 0
    assert kept["evidence_bytes"] > 0
    assert bare["evidence_bytes"] == 0


def test_pages_can_be_had_without_a_server(estate: BenchEstate) -> None:
    pages = list(rendered_pages(estate.folder, 20))
    assert pages
    assert all(body.lstrip().startswith(b"<") and url.startswith("http") for body, url in pages)


def test_the_cost_counts_children_that_were_waited_for(tmp_path: Path) -> None:
    child = tmp_path / "child.py"
    child.write_text(SPIN.format(seconds=0.4), encoding="utf-8")
    parent = f"import subprocess, sys\nsubprocess.run([sys.executable, {str(child)!r}], check=True)\n"
    ran = run_measured([sys.executable, "-c", parent], ROOT)
    assert ran.cost.cpu_s >= 0.4
    assert ran.cost.peak_mb > 1


def test_a_command_that_fails_tells_its_last_words() -> None:
    with pytest.raises(BenchmarkError, match=r"ended with 3: .*so it goes"):
        run_measured(
            [sys.executable, "-c", "import sys; print('so it goes', file=sys.stderr); sys.exit(3)"], ROOT
        )


def test_a_command_that_does_not_end_is_ended() -> None:
    with pytest.raises(BenchmarkError, match="did not end"):
        run_measured([sys.executable, "-c", "import time; time.sleep(600)"], ROOT, patience_s=0.5)
