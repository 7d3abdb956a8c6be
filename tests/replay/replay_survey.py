"""The survey behind a replay server: what the server has not saved is told as *not archived*.

Workers import `survey_of` by name. The collector itself books the replay's status as an unclear refusal.
"""

from __future__ import annotations

from dataclasses import replace

from server import NOT_SAVED

from checks.facts import SiteFacts
from monitor.collect.failures import Failure
from monitor.collect.rows import SiteJob
from monitor.collect.survey.ask import Answer, Survey
from monitor.rounds.survey_job import survey_of as plain_survey_of


def survey_of(job: SiteJob) -> Survey[SiteFacts]:
    """The product's own survey, with the replay's answers put into words."""
    survey = plain_survey_of(job)
    try:
        wave = next(survey)
        while True:
            answers = yield wave
            wave = survey.send([_told(one) for one in answers])
    except StopIteration as end:
        facts: SiteFacts = end.value
        return facts


def _told(answer: Answer) -> Answer:
    if answer.status != NOT_SAVED:
        return answer
    return replace(answer, failure=Failure.NOT_ARCHIVED, page=None, body=None)
