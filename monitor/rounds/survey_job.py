"""The survey that a worker runs for a job; workers import it by name."""

from __future__ import annotations

from checks.facts import SiteFacts
from monitor.collect.rows import SiteJob
from monitor.collect.survey.ask import Survey
from monitor.collect.survey.plan import SitePlan
from monitor.collect.survey.site import survey_site


def survey_of(job: SiteJob) -> Survey[SiteFacts]:
    """The survey of the job's site."""
    plan = job.survey_input
    if not isinstance(plan, SitePlan):
        raise TypeError(f"{job.target}: 采集任务没有带上网站计划")
    return survey_site(plan)
