"""Installing other people's tools, each into an environment of its own below `benchmarks/.venvs`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from benchmarks.errors import PeerAbsent

ENVIRONMENTS = Path(__file__).resolve().parents[1] / ".venvs"
PATIENCE_S = 600
SCRAPY = ("scrapy>=2.13,<3", "selectolax>=0.3.27", "uvloop>=0.19")


def install(name: str, requirements: tuple[str, ...], folder: Path = ENVIRONMENTS) -> Path:
    """The Python of an environment that holds the requirements, made where it is missing; PeerAbsent if it cannot be."""
    home = folder / name
    python, stamp = home / "bin" / "python", home / "installed.txt"
    wanted = "\n".join(requirements)
    if python.exists() and stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return python
    for command in (
        [sys.executable, "-m", "venv", "--clear", str(home)],
        [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *requirements],
    ):
        try:
            subprocess.run(command, check=True, capture_output=True, text=True, timeout=PATIENCE_S)
        except subprocess.CalledProcessError as error:
            raise PeerAbsent(f"{name} cannot be installed: {error.stderr.strip()[-1000:]}") from error
        except (OSError, subprocess.TimeoutExpired) as error:
            raise PeerAbsent(f"{name} cannot be installed: {error}") from error
    stamp.write_text(wanted, encoding="utf-8")
    return python
