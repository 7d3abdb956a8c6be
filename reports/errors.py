"""The error family of the documents."""

from __future__ import annotations


class ReportError(Exception):
    """The inputs of a document contradict each other or a document cannot be set; the text says what and where."""
