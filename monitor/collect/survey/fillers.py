"""What fills a page from elsewhere: lists behind data addresses, and what first-party scripts write.

The reading itself is the extractor's; here its results become one small type, and a body that the extractor
cannot make sense of becomes None, which callers book as a gap and never as an empty list.
"""

from __future__ import annotations

from monitor.collect.extract.data import read_data
from monitor.collect.extract.page import ItemList
from monitor.collect.extract.scripts import ScriptFacts, read_script
from monitor.collect.survey.ask import Answer
from monitor.collect.survey.outcome import failure_of


def list_in(answer: Answer) -> ItemList | None:
    """The list that a data address delivered; None where it failed or cannot be read."""
    if failure_of(answer) is not None or answer.body is None:
        return None
    return read_data(answer.body, answer.final_url, answer.content_type)


def script_in(answer: Answer, page_url: str) -> ScriptFacts | None:
    """What a first-party script writes into the page at `page_url`; None where it failed."""
    if failure_of(answer) is not None or answer.body is None:
        return None
    return read_script(answer.body, page_url, answer.content_type)
