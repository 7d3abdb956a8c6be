"""The counting principle: what was found may blame, what could not be seen may only withhold a verdict."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from checks.model import Answer


@dataclass(frozen=True, slots=True)
class Count:
    """Faults of one kind: how many were found, how many items stayed unseen, and the inclusive limit.

    `unbounded` is true where nobody can say how many further items there are.
    """

    found: int
    unseen: int
    limit: int
    unbounded: bool = False

    @property
    def answer(self) -> Answer:
        """Fail from the limit on; pass only where even all unseen items could not reach it."""
        if self.found >= self.limit:
            return Answer.FAIL
        if not self.unbounded and self.found + self.unseen < self.limit:
            return Answer.PASS
        return Answer.UNOBSERVED


def any_of(answers: Iterable[Answer]) -> Answer:
    """The answer of an indicator of which any one clause is enough to fail."""
    given = set(answers)
    if Answer.FAIL in given:
        return Answer.FAIL
    return Answer.UNOBSERVED if Answer.UNOBSERVED in given else Answer.PASS
