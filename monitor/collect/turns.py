"""Politeness across processes: record locks on one file, which the kernel gives back when a process dies.

Two workers may meet at one address (outside links, a second host of a site). Each of its N connections is
one locked byte, at a place that is a digest of the address; nothing is ever written there, so the file
stays empty. The rate is a small shared table of "not before" moments (the system's monotonic clock).
"""

from __future__ import annotations

import fcntl
import hashlib
import mmap
import os
import struct
from pathlib import Path

_PLACES = 1 << 40
_RATES = 1 << 16


class SharedTurns:
    """The slots of all addresses, shared through files in `folder`. `rate` 0: none."""

    def __init__(self, folder: Path, connections: int, rate: float) -> None:
        self._connections = connections
        self._spacing = 1.0 / rate if rate > 0 else 0.0
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
        self._locks = os.open(folder / "turns.lock", flags, 0o600)
        self._mine: dict[str, set[int]] = {}
        self._digests: dict[str, int] = {}
        self._table: mmap.mmap | None = None
        if self._spacing:
            table = os.open(folder / "turns.rate", flags, 0o600)
            os.ftruncate(table, _RATES * 8)
            self._table = mmap.mmap(table, _RATES * 8)
            os.close(table)

    def _digest(self, address: str) -> int:
        known = self._digests.get(address)
        if known is None:
            raw = hashlib.blake2b(address.encode(), digest_size=5).digest()
            known = self._digests[address] = int.from_bytes(raw, "big") % _PLACES
        return known

    def _lock(self, offset: int) -> bool:
        try:
            fcntl.lockf(self._locks, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, offset)
        except OSError:
            return False
        return True

    def _unlock(self, offset: int) -> None:
        fcntl.lockf(self._locks, fcntl.LOCK_UN, 1, offset)

    def acquire(self, address: str, now: float) -> tuple[int, float]:
        """A slot and 0, or -1 and the seconds after which to try again."""
        digest = self._digest(address)
        mine = self._mine.setdefault(address, set())
        for slot in range(self._connections):
            # A process's own record locks never exclude itself, so its own slots are kept here.
            if slot in mine or not self._lock(digest * 64 + slot):
                continue
            pause = self._turn_at(digest, now)
            if pause > 0:
                self._unlock(digest * 64 + slot)
                return -1, pause
            mine.add(slot)
            return slot, 0.0
        return -1, 0.0

    def _turn_at(self, digest: int, now: float) -> float:
        """0 where the rate allows a request now (and the moment is taken), else the seconds to wait."""
        if self._table is None:
            return 0.0
        place, guard = (digest % _RATES) * 8, _PLACES * 64 + digest % _RATES
        if not self._lock(guard):
            return 0.001
        try:
            (not_before,) = struct.unpack_from("d", self._table, place)
            if now < not_before <= now + self._spacing:
                return float(not_before - now)
            struct.pack_into("d", self._table, place, now + self._spacing)
            return 0.0
        finally:
            self._unlock(guard)

    def release(self, address: str, slot: int) -> None:
        """Give a slot back."""
        self._mine[address].discard(slot)
        self._unlock(self._digest(address) * 64 + slot)

    def close(self) -> None:
        """Give everything back."""
        os.close(self._locks)
        if self._table is not None:
            self._table.close()
