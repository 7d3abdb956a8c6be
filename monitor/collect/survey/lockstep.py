"""Several surveys walking in step: their waves become one, an address that two of them ask is asked once.

The pieces of a site's survey (columns, letters, guides …) need the same pages at about the same time.
Walking them together makes few wide waves out of many narrow ones, which keeps connections busy; and
because the merged wave keeps the order of its members, the result stays the same on every run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from monitor.collect.survey.ask import Answer, Ask, Survey, Want

Result = TypeVar("Result")
AskKey = tuple[str, Want, str | None]


def key_of(ask: Ask) -> AskKey:
    """What makes two asks the same; being confirmed is a permission and no part of it."""
    return (ask.url, ask.want, ask.post)


def ask_all(asks: Sequence[Ask], width: int) -> Survey[dict[AskKey, Answer]]:
    """Ask each address once, in waves of at most `width`, and return the answers by key."""
    merged: dict[AskKey, Ask] = {}
    for ask in asks:
        known = merged.get(key_of(ask))
        if known is None:
            merged[key_of(ask)] = ask
        elif ask.confirmed and not known.confirmed:
            merged[key_of(ask)] = replace(known, confirmed=True)
    todo = list(merged.values())
    answers: dict[AskKey, Answer] = {}
    for start in range(0, len(todo), width):
        wave = todo[start : start + width]
        got = yield wave
        if len(got) != len(wave):
            raise ValueError(f"a wave of {len(wave)} asks was answered by {len(got)}")
        for ask, answer in zip(wave, got, strict=True):
            answers[key_of(ask)] = answer
    return answers


def together(surveys: Sequence[Survey[Result]], width: int) -> Survey[list[Result]]:
    """Walk the surveys in step and return their results in order."""
    results: dict[int, Result] = {}
    waiting: dict[int, list[Ask]] = {}
    for number, survey in enumerate(surveys):
        try:
            waiting[number] = next(survey)
        except StopIteration as end:
            results[number] = end.value
    while waiting:
        answers = yield from ask_all([ask for wave in waiting.values() for ask in wave], width)
        for number, wave in list(waiting.items()):
            try:
                waiting[number] = surveys[number].send([answers[key_of(ask)] for ask in wave])
            except StopIteration as end:
                results[number] = end.value
                del waiting[number]
    return [results[number] for number in range(len(surveys))]
