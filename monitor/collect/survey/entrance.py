"""The way in: the filed home page, one address that cannot exist, and everything that belongs to the home page."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit, urlunsplit

from checks.facts.base import Gap
from monitor.collect.failures import Failure
from monitor.collect.survey.ask import Answer, Ask, Survey
from monitor.collect.survey.outcome import failure_of, gap, page_of
from monitor.collect.survey.places import canonical
from monitor.collect.survey.reading import Reading
from monitor.collect.survey.softmissing import random_ask
from monitor.collect.survey.whole import Whole, complete

_OTHER_SCHEME_HELPS = frozenset(
    {
        Failure.CONNECT_REFUSED,
        Failure.CONNECT_TIMEOUT,
        Failure.TLS_TIMEOUT,
        Failure.TLS_HANDSHAKE,
        Failure.TLS_CERTIFICATE,
        Failure.RESET,
        Failure.EMPTY_REPLY,
        Failure.PROTOCOL_ERROR,
    }
)


def enter(reading: Reading) -> Survey[Whole | Gap]:
    """The whole home page, or the gap in its place.

    A dead scheme is tried the other way round; after that nothing further is asked of the site.
    """
    filed = canonical(reading.plan.url)
    if filed is None:
        return gap("首页", Failure.BAD_URL, reading.plan.url)
    home = Ask(filed, confirmed=True)
    (answer,) = yield [home]
    if failure_of(answer) is not None:
        answer = yield from _other_scheme(home, answer)
    failure = failure_of(answer)
    if failure is not None:
        reading.last_at = answer.at
        return gap("首页", failure, filed)
    reading.scope.widen(answer.final_url)
    probe = random_ask(answer.final_url, reading.plan.seed, reading.plan.target)
    (random,) = yield [probe]
    reading.unforced += 1
    reading.refused_by_robots += random.failure is Failure.ROBOTS
    reading.soft.learn(random, page_of(answer), reading.scope)
    reading.take(replace(answer, ask=home))
    whole = yield from complete(reading, replace(answer, ask=home), "首页", scripts=True)
    if isinstance(whole, Whole):
        reading.scope.widen(whole.url)
        reading.common_forms = frozenset(whole.forms)
        reading.common_scripts = frozenset(whole.page.footer_scripts)
    return whole


def _other_scheme(home: Ask, first: Answer) -> Survey[Answer]:
    """Many sites answer on one scheme only; asking an address again is the collector's business."""
    failure = failure_of(first)
    parts = urlsplit(home.url)
    if failure not in _OTHER_SCHEME_HELPS or parts.port is not None:
        return first
    scheme = "http" if parts.scheme == "https" else "https"
    (other,) = yield [Ask(urlunsplit((scheme, *parts[1:])), confirmed=True)]
    return other if failure_of(other) is None else first
