"""The rest of the site, for the link check and the scan: breadth first, in order, inside the limits."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from checks.facts.base import Gap
from monitor.collect.failures import Failure
from monitor.collect.survey.ask import Answer, Ask, Survey, Want
from monitor.collect.survey.ledger import LinkNote
from monitor.collect.survey.lockstep import ask_all, key_of
from monitor.collect.survey.outcome import UNTRUSTED_SILENCE, failure_of, gap
from monitor.collect.survey.places import identity, is_attachment
from monitor.collect.survey.reading import Reading
from monitor.collect.survey.traps import TrapGuard

_PATIENCE = 30
"""So many answers of the site in a row that are nothing but silence or refusal end the walk."""


@dataclass(slots=True)
class _Walk:
    """The frontier, one queue a depth, and what was left aside."""

    guard: TrapGuard
    levels: dict[int, deque[LinkNote]] = field(default_factory=dict)
    outside: int = 0
    silent: int = 0
    last_silence: Failure | None = None
    left: int = 0


def crawl(reading: Reading) -> Survey[tuple[Gap, ...]]:
    """Walk all links found so far and those that turn up; the gaps say what ended the walk early."""
    limits = reading.plan.limits
    walk = _Walk(TrapGuard(reading.plan.today, limits.same_shape))
    while True:
        _fill(reading, walk)
        wave = _next_wave(reading, walk)
        if not wave:
            break
        answers = yield from ask_all(wave, limits.wave)
        for ask in wave:
            _enter(reading, walk, answers[key_of(ask)])
        if walk.silent >= _PATIENCE:
            break
    return _gaps(reading, walk)


def _fill(reading: Reading, walk: _Walk) -> None:
    queue = reading.links.queue
    while queue:
        note = queue.popleft()
        walk.levels.setdefault(note.depth, deque()).append(note)


def _next_wave(reading: Reading, walk: _Walk) -> list[Ask]:
    wave: dict[str, Ask] = {}
    while len(wave) < reading.plan.limits.wave:
        depth = min((depth for depth, queue in walk.levels.items() if queue), default=None)
        if depth is None:
            break
        note = walk.levels[depth].popleft()
        same = identity(note.url)
        if same in wave or reading.is_settled(note.url):
            continue
        ask = _ask(reading, walk, note)
        if ask is not None:
            wave[same] = ask
    return list(wave.values())


def _ask(reading: Reading, walk: _Walk, note: LinkNote) -> Ask | None:
    """How a link is looked at: a page of the site whole, everything else only for its existence."""
    limits = reading.plan.limits
    own = reading.scope.same_site(note.url)
    if not own:
        walk.outside += 1
        if walk.outside > limits.outside_links or reading.look_asks >= limits.max_exists:
            return None
        reading.look_asks += 1
        return Ask(note.url, Want.EXISTS)
    if not walk.guard.admits(note.url):
        return None
    if (
        not is_attachment(note.url)
        and note.depth <= limits.max_depth
        and reading.page_asks < limits.max_pages
    ):
        reading.page_asks += 1
        return Ask(note.url)
    if reading.look_asks >= limits.max_exists:
        walk.left += 1
        return None
    reading.look_asks += 1
    return Ask(note.url, Want.EXISTS)


def _enter(reading: Reading, walk: _Walk, answer: Answer) -> None:
    if answer.ask.want is Want.PAGE:
        reading.take(answer, keep=False)
        failure = reading.settled.get(identity(answer.ask.url))
    else:
        failure = _looked(reading, answer)
    if not reading.scope.same_site(answer.ask.url):
        return
    if failure in UNTRUSTED_SILENCE:
        walk.silent += 1
        walk.last_silence = failure
    else:
        walk.silent = 0


def _looked(reading: Reading, answer: Answer) -> Failure | None:
    """Book a mere look; one that only found the page for dead addresses decides nothing."""
    failure = failure_of(answer)
    if failure is None and reading.soft.misleads(answer, reading.scope):
        failure = Failure.NEEDS_SCRIPT if reading.soft.shell else Failure.SOFT_404
    if failure is None:
        reading.links.reached(answer)
    else:
        reading.links.failed(answer, failure)
    return failure


def _gaps(reading: Reading, walk: _Walk) -> tuple[Gap, ...]:
    gaps: list[Gap] = []
    if walk.silent >= _PATIENCE and walk.last_silence is not None:
        gaps.append(gap("其余页面", walk.last_silence, None))
    if walk.left or reading.links.overflow or reading.page_asks >= reading.plan.limits.max_pages:
        gaps.append(gap("超出页面数量上限的页面", Failure.PAGE_LIMIT, None))
    return tuple(gaps)
