"""What an answer came to, and how a failure is written down as a gap.

Whose fault a failure is follows the collector's typed list: only what is plainly the site's is not ours, all
that is unclear is treated as ours. Two more things are decided here, both in the unit's favour: a page that
a defence answered with 200 is a blocked page, and a page whose content a script writes is unread, not empty.
"""

from __future__ import annotations

from checks.facts.base import Gap, Seen
from monitor.collect.extract.page import Challenge, PageFacts
from monitor.collect.failures import KINDS, Failure, Whose
from monitor.collect.survey.ask import Answer, Want

MISSING = frozenset({Failure.NOT_FOUND, Failure.GONE, Failure.SOFT_404})
"""The page is not there: a dead link, which is judged as such and nowhere else."""

UNTRUSTED_SILENCE = frozenset(
    {
        Failure.BREAKER_OPEN,
        Failure.BLOCKED,
        Failure.SCRIPT_CHALLENGE,
        Failure.RATE_LIMITED,
        Failure.OUR_NETWORK,
        Failure.RESOLVER_FAILED,
        Failure.CONNECT_TIMEOUT,
        Failure.CONNECT_REFUSED,
        Failure.UNREACHABLE,
        Failure.NOT_ARCHIVED,
        Failure.ROBOTS,
    }
)
"""When a long row of answers is nothing but these, asking on is hammering and brings nothing."""

_CHALLENGES = {Challenge.SCRIPT: Failure.SCRIPT_CHALLENGE, Challenge.BLOCKED: Failure.BLOCKED}


def failure_of(answer: Answer) -> Failure | None:
    """The failure of an answer, a defence page's own text included; None where the wanted thing is there."""
    if answer.failure is not None:
        return answer.failure
    if answer.ask.want is Want.PAGE:
        if answer.page is None:
            return Failure.NOT_HTML
        if answer.page.challenge is not None:
            return _CHALLENGES[answer.page.challenge]
    elif answer.ask.want is Want.BODY and answer.body is None:
        return Failure.EMPTY_REPLY
    return None


def gap(what: str, failure: Failure, url: str | None) -> Gap:
    """A failure as a gap; `what` says in Chinese what was to be looked at."""
    return Gap(what=what, reason=failure.value, ours=KINDS[failure].whose is not Whose.THEIRS, url=url)


def seen(answer: Answer, excerpt: str = "") -> Seen:
    """Where a fact was read."""
    return Seen(url=answer.final_url, at=answer.at, sha256=answer.sha256, excerpt=excerpt[:200])


def page_of(answer: Answer) -> PageFacts | None:
    """The page of an answer that may be read; None where it failed in any way."""
    return answer.page if failure_of(answer) is None else None
