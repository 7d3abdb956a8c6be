"""The one family of errors of the rehearsal."""

from __future__ import annotations


class RehearsalError(Exception):
    """The estate cannot be planned, written or served; the text says what, where and how to mend it."""


class PlanError(RehearsalError):
    """The wanted numbers do not make an estate."""


class FolderError(RehearsalError):
    """The estate's folder is missing, incomplete, or was built by another version."""


class ServerError(RehearsalError):
    """The estate's server could not be started or does not answer."""
