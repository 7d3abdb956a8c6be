"""The roots against which certificates are judged: the public ones, plus those of `MONITOR_CA_FILE`."""

from __future__ import annotations

import hashlib
import ssl
import tempfile
from functools import cache
from pathlib import Path

import certifi

from monitor.collect.settings import SettingsError


def _check(extra: Path) -> bytes:
    try:
        pem = extra.read_bytes()
        ssl.create_default_context(cadata=pem.decode("ascii"))
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
        raise SettingsError(f"附加根证书文件 {extra} 不能用 (应为 PEM 格式): {error}") from error
    return pem


@cache
def trusted_roots(extra: Path | None, folder: Path) -> Path:
    """A PEM file with all roots, put into `folder` where it must be made; raises `SettingsError` where the extra file cannot be used."""
    public = Path(certifi.where())
    if extra is None:
        return public
    pem = public.read_bytes() + b"\n" + _check(extra)
    folder.mkdir(parents=True, exist_ok=True)
    joined = folder / f"roots-{hashlib.sha256(pem).hexdigest()[:16]}.pem"
    if not joined.exists():
        with tempfile.NamedTemporaryFile(dir=folder, delete=False) as draft:
            draft.write(pem)
        Path(draft.name).replace(joined)
    return joined
