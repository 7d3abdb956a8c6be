"""The error family of collection: each class is one decision that a caller makes."""

from __future__ import annotations

from monitor.collect.failures import Failure


class CollectError(Exception):
    """Collection could not go on with this one thing; `failure` is what the ledger books for it."""

    failure: Failure = Failure.INTERNAL


class BadUrl(CollectError):
    """The address cannot be read as an http(s) address at all."""

    failure = Failure.BAD_URL


class AddressRefused(CollectError):
    """The address may not be visited: scheme, port, user info, or a place that is not public."""

    failure = Failure.ADDRESS_REFUSED


class NoSuchName(CollectError):
    """The host name does not exist."""

    failure = Failure.NO_SUCH_NAME


class NothingListens(CollectError):
    """The hosts file lists the name, but nothing for the port that was asked for."""

    failure = Failure.CONNECT_REFUSED


class ResolverFailed(CollectError):
    """Our resolver could not tell whether the name exists; never the unit's fault."""

    failure = Failure.RESOLVER_FAILED


class HostsFileError(CollectError):
    """The hosts file cannot be used; the message names file and line in Chinese."""


class ArchiveError(CollectError):
    """Evidence cannot be written or read back."""

    failure = Failure.NOT_ARCHIVED


class RunBusy(CollectError):
    """Another run still writes into the same evidence folder."""
