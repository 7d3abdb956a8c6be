"""Commands in processes of their own without paying for Python's start: a fork of this one.

The child has file descriptors, an environment and an exit code of its own, as a command has; what it leaves
behind it leaves on disk.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

from commandline import Office, Said

from monitor.cli import main


def forked(office: Office, *words: str, cwd: Path | None = None) -> Said:
    """Run `monitor` with these words in a forked process and wait for its end."""
    office.home.mkdir(parents=True, exist_ok=True)
    out, err = office.home / "forked.out", office.home / "forked.err"
    child = os.fork()
    if child == 0:
        _become(office, words, out, err, cwd or office.home)
    _, status = os.waitpid(child, 0)
    return Said(
        os.waitstatus_to_exitcode(status), out.read_text(encoding="utf-8"), err.read_text(encoding="utf-8")
    )


def _become(office: Office, words: Sequence[str], out: Path, err: Path, cwd: Path) -> None:
    code = 1
    try:
        os.environ.clear()
        os.environ.update(office.environment)
        os.chdir(cwd)
        for number, path in ((1, out), (2, err)):
            os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115  a descriptor
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
        sys.argv = ["monitor", *words]
        main()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001  what Python does with it: print it and leave with 1
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
