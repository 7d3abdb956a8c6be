"""Pages that say "not found" with status 200: learnt from one random address, recognised afterwards.

One address that cannot exist is asked at each site. What comes back tells how the site treats dead
addresses: an honest 404, a text of its own, or the home page. Nothing is called missing on a digest of an
empty text, nor where the site is an application whose every address delivers the same shell.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from hashlib import sha256
from urllib.parse import urljoin

from monitor.collect.extract.page import PageFacts
from monitor.collect.failures import Failure
from monitor.collect.survey.ask import Answer, Ask
from monitor.collect.survey.outcome import failure_of, page_of
from monitor.collect.survey.places import Scope, identity, looks_like_article, path_of

_SAYS_MISSING = re.compile(
    r"404|不存在|找不到|未找到|没有找到|无法找到|已删除|已被删除|not\s*found|页面丢失|出错", re.IGNORECASE
)
_STUB = 400
"""Visible characters under which a page that only refreshes elsewhere is a stub."""


def random_ask(url: str, seed: str, target: str) -> Ask:
    """The address that cannot exist: in the home page's folder, named by the seed."""
    token = sha256(f"{seed}|{target}|soft-404".encode()).hexdigest()[:20]
    return Ask(urljoin(url, f"nonexistent-{token}.html"))


@dataclass(slots=True)
class SoftMissing:
    """How this site answers for an address that does not exist; until something was learnt it judges by text."""

    digest: str = ""
    title: str = ""
    length: int = 0
    redirects_to: str = ""
    shell: bool = False
    answers_everything: bool = False

    def learn(self, probe: Answer, home: PageFacts | None, scope: Scope) -> None:
        """Remember the answer to the address that cannot exist."""
        page = page_of(probe)
        if page is None:
            return
        self.answers_everything = True
        if identity(probe.final_url) != identity(probe.ask.url):
            self.redirects_to = identity(probe.final_url)
        elif page.refresh and scope.same_site(page.refresh) and page.text_length < _STUB:
            self.redirects_to = identity(page.refresh)
        if page.script_built or (home is not None and home.script_built):
            self.shell = True
        if page.text_length > 0:
            self.digest, self.title, self.length = page.text_sha256, page.title, page.text_length
            if home is not None and page.title == home.title:
                self.title = ""

    def judge(self, answer: Answer, scope: Scope) -> Answer:
        """The answer, with its failure set where the page is a missing one in disguise."""
        page = answer.page
        if page is None or failure_of(answer) is not None or scope.is_home(answer.ask.url):
            return answer
        if not self._is_missing(answer, page, scope):
            return answer
        return replace(answer, failure=Failure.NEEDS_SCRIPT if self.shell else Failure.SOFT_404)

    def misleads(self, answer: Answer, scope: Scope) -> bool:
        """Whether a mere look that found something may have found the page for dead addresses."""
        if not self.answers_everything or answer.failure is not None or scope.is_home(answer.ask.url):
            return False
        final = identity(answer.final_url)
        return final == self.redirects_to and final != identity(answer.ask.url)

    def _is_missing(self, answer: Answer, page: PageFacts, scope: Scope) -> bool:
        if page.not_found_text and not page.lists:
            return True
        final = identity(answer.final_url)
        if self.redirects_to and final == self.redirects_to and final != identity(answer.ask.url):
            return True
        if self._is_removed_stub(answer, page, scope):
            return True
        if self.digest and page.text_sha256 == self.digest and page.title == (self.title or page.title):
            return True
        same_title = (
            bool(self.title) and page.title == self.title and _SAYS_MISSING.search(page.title) is not None
        )
        return same_title and not page.lists and page.text_length <= 2 * self.length

    def _is_removed_stub(self, answer: Answer, page: PageFacts, scope: Scope) -> bool:
        """A removed article: 200 with hardly a text, jumping up to its column or to the home page."""
        target = page.refresh
        if not target or page.text_length >= _STUB or not looks_like_article(answer.ask.url):
            return False
        if not scope.same_site(target):
            return False
        if scope.is_home(target):
            return True
        folder = path_of(target)
        return folder.endswith("/") and path_of(answer.ask.url).startswith(folder)
