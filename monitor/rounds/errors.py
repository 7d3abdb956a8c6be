"""What can keep a round from being planned, run or closed; the text says what to do about it."""


class RoundError(Exception):
    """A round cannot be done as asked."""


class NoSuchRound(RoundError):
    """There is no round of that name."""


class RoundBusy(RoundError):
    """Another process is running this round."""
