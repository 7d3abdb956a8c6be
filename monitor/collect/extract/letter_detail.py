"""One public letter on a page of its own: when it was asked, whether words of an answer stand there."""

from __future__ import annotations

import re
from datetime import date

from monitor.collect.extract import dates
from monitor.collect.extract.dates import Hit
from monitor.collect.extract.letter_words import (
    ANSWER,
    KIND,
    LABEL_ONLY,
    NO_ANSWER_TEXT,
    QUESTION,
    STATE,
    STATE_LABEL,
    TITLE_LABEL,
    by_state,
    day_in_number,
    labelled_days,
    loads_later,
    made,
)
from monitor.collect.extract.page import LetterRow
from monitor.collect.extract.tree import INLINE, Tree, clean

_PARTS = re.compile(r"[\s,，、;；()（）]+")


def read_detail(tree: Tree, text: str, hits: list[Hit], url: str, heading: str) -> LetterRow | None:
    """The letter that a page shows; None where it shows none."""
    if QUESTION.search(text) is None:
        return None
    answers = list(ANSWER.finditer(text))
    asked, answered = labelled_days(text, hits, 0, len(text))
    state_match = STATE_LABEL.search(text)
    state = clean(state_match[1])[:12] if state_match and STATE.search(state_match[1]) else ""
    if not (answers or asked or state):
        return None
    if asked is None and answered is None and not answers and not state:
        return None
    if not asked and not state and len(text) > 400 and not answered:
        return None  # an article that happens to carry such headings
    has_answer, place = answer_text(text, answers)
    if asked is None:
        asked = _posted(text, hits, place)
    if answered is None and has_answer and place >= 0:
        signed = [hit.day for hit in hits if hit.start > place and (asked is None or hit.day >= asked)]
        answered = signed[0] if signed else None
    if answered is not None:
        has_answer = True
    elif has_answer is None:
        has_answer = by_state(state)
        if (
            has_answer is None
            and not answers
            and asked is not None
            and not loads_later(tree)
            and "复" not in text
        ):
            has_answer = False
    if asked is None:
        number = re.search(
            rf"(?:{KIND}|受理|查询)?(?:编号|单号|流水号)[\s:：]{{1,6}}([A-Za-z0-9\-]{{8,30}})", text
        )
        asked = day_in_number(number[1]) if number else None
    titled = TITLE_LABEL.search(text)
    title = clean(titled[1]) if titled else heading or tree.title
    letter = made(title, url, asked, answered, state, "")
    return LetterRow(letter.title, url, asked, answered, has_answer, state, letter.excerpt, letter.category)


def _posted(text: str, hits: list[Hit], answer: int) -> date | None:
    """A board that calls the day of the question its publishing time."""
    for hit in hits[:60]:
        if 0 <= answer < hit.start:
            return None
        if dates.label_at(text, hit)[0] in ("published", "generic"):
            return hit.day
    return None


def answer_text(text: str, answers: list[re.Match[str]]) -> tuple[bool | None, int]:
    """Whether words stand behind an answer's label, and where they begin."""
    empty = False
    for match in answers:
        label = match[0]
        if re.search(r"单位|部门", label) and not re.search(r"内容|意见|结果", label):
            continue
        behind = text[match.end() : match.end() + 400]
        first = ""
        for piece in re.split(f"[{INLINE}\n]", behind):
            if piece.strip(" :：\u3000"):
                first = piece.strip(" :：\u3000")
                break
        if LABEL_ONLY.match(first) and re.search(
            r"满意|评价|单位|部门|时间|日期|人|状态|上一|下一|返回|关闭|打印|附件", first
        ):
            empty = True
            continue
        if not first or NO_ANSWER_TEXT.match(first):
            empty = True
            continue
        if len(first) >= 4 or len(behind) > 30:
            if all(STATE.fullmatch(part) for part in _PARTS.split(first) if part):
                continue  # a state, or two of them (已受理，办理中)
            return True, match.end()
        empty = True
    return (False if empty else None), -1
