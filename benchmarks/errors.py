"""What can go wrong with a benchmark."""

from __future__ import annotations


class BenchmarkError(Exception):
    """A benchmark could not be made; the message says which step and what it printed."""


class PeerAbsent(BenchmarkError):
    """A tool to compare with could not be installed on this machine."""
