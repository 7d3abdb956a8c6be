"""Writing documents: a reader sees the old file or the new one, never half of one; the same input, the same bytes."""

from __future__ import annotations

import hashlib
import io
import os
import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from reports.errors import ReportError
from reports.masking import clean

_FIXED_TIME = (1980, 1, 1, 0, 0, 0)
_UNSAFE = re.compile(r"[^0-9A-Za-z._\-\u3400-\u9fff（）〔〕]+")
_RESERVED = re.compile(r"(?i)^(con|prn|aux|nul|com\d|lpt\d)(\.|$)")
_LONGEST_NAME = 120


def write_atomically(path: Path, content: bytes) -> None:
    """Put the bytes at `path` by way of a temporary file beside it; ReportError where the disk refuses."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name[:40]}.", suffix=".part", dir=path.parent)
        temporary = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            temporary.chmod(0o644)
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    except OSError as problem:
        raise ReportError(f"无法写入 {path}: {problem.strerror or problem}") from problem


@contextmanager
def replaced_folder(folder: Path) -> Iterator[Path]:
    """A new empty folder that takes the place of `folder` when the block ends well.

    What was there before goes away whole, so that no withdrawn notice stays behind; where the block fails the
    old folder stays as it was.
    """
    old = folder.with_name(f".{folder.name}.old")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        if old.exists():  # a run that was killed between the two renames
            if folder.exists():
                shutil.rmtree(old)
            else:
                old.replace(folder)
        for left in folder.parent.glob(f".{folder.name}.new-*"):
            shutil.rmtree(left)
        new = Path(tempfile.mkdtemp(prefix=f".{folder.name}.new-", dir=folder.parent))
        new.chmod(0o755)
    except OSError as problem:
        raise ReportError(f"无法准备文件夹 {folder}: {problem.strerror or problem}") from problem
    try:
        yield new
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise
    try:
        if folder.exists():
            folder.replace(old)
        new.replace(folder)
        shutil.rmtree(old, ignore_errors=True)
    except OSError as problem:
        raise ReportError(f"无法替换文件夹 {folder}: {problem.strerror or problem}") from problem


class Names:
    """Gives out file names that are safe everywhere and differ from each other, also where case does not count."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def name(self, wanted: str) -> str:
        """A file name (without suffix) for a text from outside; the same text in the same order, the same name."""
        safe = _UNSAFE.sub("_", clean(wanted)).strip("._")
        changed = safe != wanted or not safe or _RESERVED.match(safe) or len(safe.encode()) > _LONGEST_NAME
        if changed or safe.casefold() in self._taken:
            short = safe.encode()[:_LONGEST_NAME].decode(errors="ignore")
            safe = f"{short or '未命名'}-{hashlib.sha256(wanted.encode(errors='replace')).hexdigest()[:8]}"
        while safe.casefold() in self._taken:
            safe += "-2"
        self._taken.add(safe.casefold())
        return safe


def fixed_zip(content: bytes, replaced: Mapping[str, bytes] | None = None) -> bytes:
    """The same archive with all times fixed and, where named, parts replaced or added."""
    parts = dict(replaced or {})
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w") as target:
        for info in source.infolist():
            name = info.filename
            _store(target, name, parts.pop(name) if name in parts else source.read(info))
        for name, data in parts.items():
            _store(target, name, data)
    return out.getvalue()


def _store(target: zipfile.ZipFile, name: str, data: bytes) -> None:
    info = zipfile.ZipInfo(name, _FIXED_TIME)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    info.create_system = 3
    target.writestr(info, data)
