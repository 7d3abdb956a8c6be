"""Boards on which several letters stand in full, question under question, without pages of their own.

Questions and answers without days or states are a knowledge base or an interview, and no board.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, replace
from datetime import date

from monitor.collect.extract import dates
from monitor.collect.extract.dates import Hit
from monitor.collect.extract.letter_detail import answer_text
from monitor.collect.extract.letter_spans import (
    ASKS,
    HEADS,
    REPLIES,
    TITLE_CLASS,
    Board,
    Entry,
    entries,
    groups,
    labels_around,
)
from monitor.collect.extract.letter_words import (
    ANSWER,
    MAX_LETTERS,
    STATE,
    STATE_LABEL,
    TITLE_LABEL,
    labelled_days,
    loads_later,
    made,
)
from monitor.collect.extract.links import Anchor
from monitor.collect.extract.page import LetterRow
from monitor.collect.extract.titles import is_title
from monitor.collect.extract.tree import INLINE, Tree, clean

_ASKED_DAY = re.compile(
    r"(?:来信|留言|写信|咨询|提问|投诉|反映|发信|来件|信件|诉求|收信)(?:时间|日期)[\s:：】\]]{0,6}\Z"
)
_PERSON = re.compile(r"姓名|来信人|留言人|写信人|咨询人|网友|网民|昵称|电话|手机|[*＊]{2}|\d{4}")
_STAMP = re.compile(r"[\n\x1f\[【(（]\s?([\u4e00-\u9fff]{2,6})\s?(?=[\n\x1f\]】)）])")
_SHORT = 26
"""Characters of a line that holds a date and little else (a signature, a stamp)."""


@dataclass(slots=True)
class _Read:
    """An entry as it was read: its row, whether it tells a day or state, shows a reply, has a label for one."""

    row: LetterRow
    told: bool
    replied: bool
    labelled: bool
    words: str


def by_boards(tree: Tree, text: str, hits: list[Hit], anchors: list[Anchor], url: str) -> list[LetterRow]:
    """The letters of a board, at least two; their address is the page's own where they link to nothing."""
    questions = [match.start() + 1 for match in ASKS.finditer(text)]
    days = [hit.start for hit in hits if _ASKED_DAY.search(text[max(0, hit.start - 18) : hit.start])]
    if len(questions) < 2 and len(days) < 2:
        return []
    around = labels_around(text, hits)
    for marks, by_day in ((questions, False), (days, True)):
        if not 2 <= len(marks) <= MAX_LETTERS:
            continue
        page = Board(tree, text, hits, anchors, url, marks, around)
        rows: list[LetterRow] = []
        for parent, tops in groups(page).items():
            rows.extend(_board(page, entries(page, parent, tops), by_day))
        if len(rows) >= 2:
            return rows
    return []


def _board(page: Board, spans: list[Entry], by_day: bool) -> list[LetterRow]:
    """The rows of one board; empty where most entries tell neither day nor state."""
    read = [one for entry in spans if (one := _entry(page, entry, by_day)) is not None]
    told = sum(one.told for one in read)
    if told < 2 or told * 2 < len(read) or (by_day and not any(one.labelled for one in read)):
        return []
    # where others carry their answers on the spot, a letter without any has none; a script could still bring it
    shown = any(one.replied for one in read) and not loads_later(page.tree)
    rows = []
    for one in read:
        row = one.row
        silent = row.has_answer is None and not one.labelled and row.asked is not None
        if silent and shown and not re.search(r"复|答", one.words):
            row = replace(row, has_answer=False)
        rows.append(row)
    return rows


def _entry(page: Board, entry: Entry, by_day: bool) -> _Read | None:
    """One entry as a row; None where nothing stands in it (the labels of an empty form)."""
    words = "\n" + page.text[entry.start : entry.stop] + "\n"
    shift = entry.start - 1
    answers = sorted([*ANSWER.finditer(words), *REPLIES.finditer(words)], key=lambda match: match.start())
    has_answer, place = answer_text(words, answers)
    asked, answered = labelled_days(page.text, page.hits, entry.start, entry.stop)
    state = _state(words)
    first_reply = next((match.start() for match in answers if not _tells_state(words, match)), -1)
    if asked is None or (answered is None and has_answer):
        stamped, signed = _stamps(page, entry, shift + first_reply if first_reply >= 0 else -1)
        asked = asked or stamped
        if answered is None and has_answer and signed is not None and (asked is None or signed >= asked):
            answered = signed
    question = _question(words, entry.mark - shift) if not by_day else ""
    if asked is None and not state and not answers and not question:
        return None
    title, url = _title(page, entry, words, question)
    if len(title) < 2:
        return None
    row = made(title, url, asked, answered, state, "")
    if answered is None and has_answer is not None:
        row = replace(row, has_answer=has_answer)
    told = asked is not None or bool(state)
    return _Read(row, told, place >= 0 or answered is not None, first_reply >= 0, words)


def _tells_state(words: str, match: re.Match[str]) -> bool:
    """Whether a label that may head an answer only heads a state (处理情况：办理中)."""
    value = re.split(f"[{INLINE}\n]", words[match.end() : match.end() + 60].lstrip(f"{INLINE}\n :："))[0]
    return len(value) <= 12 and STATE.search(value) is not None


def _state(words: str) -> str:
    for match in STATE_LABEL.finditer(words):
        value = clean(match[1]).strip("[]【】()（） ")
        if len(value) <= 14 and STATE.search(value):
            return value[:12]
    stamps = (match[1] for match in _STAMP.finditer(words))
    return next((stamp for stamp in stamps if STATE.fullmatch(stamp)), "")


def _stamps(page: Board, entry: Entry, reply: int) -> tuple[date | None, date | None]:
    """Days without a letter's label on short lines of their own: before the reply, behind it."""
    asked = answered = None
    first = bisect_left(page.hits, entry.start, key=lambda hit: hit.start)
    for hit in page.hits[first : first + 40]:
        if hit.start >= entry.stop:
            break
        start = max(page.text.rfind("\n", 0, hit.start), page.text.rfind(INLINE, 0, hit.start))
        ends = [end for sign in f"\n{INLINE}" if (end := page.text.find(sign, hit.start)) >= 0]
        if min(ends, default=len(page.text)) - start > _SHORT:
            continue
        label, noise = dates.label_at(page.text, hit)
        if noise or label in ("other", "letter"):
            continue
        if reply < 0 or hit.start < reply:
            asked = asked or hit.day
        else:
            answered = answered or hit.day
    return asked, answered


def _question(words: str, mark: int) -> str:
    """The first words behind a question's label, up to the next label."""
    behind = words[mark : mark + 600]
    behind = re.sub(r"\A[^:：】\]\n\x1f]{1,12}[:：】\]\n\x1f\s]*", "", behind)
    piece = re.split(f"[{INLINE}\n]", behind)[0].strip()
    return "" if re.match(r"[^:：]{2,8}[:：]\Z", piece) else piece


def _title(page: Board, entry: Entry, words: str, question: str) -> tuple[str, str]:
    """The letter's title and address: its label's, its heading's, else the first words of the question."""
    tree = page.tree
    first = bisect_left(page.anchors, tree.at(entry.start), key=lambda anchor: anchor.index)
    for anchor in page.anchors[first : first + 20]:
        if tree.start[anchor.index] >= entry.stop:
            break
        text = anchor.link.text
        if tree.start[anchor.index] >= entry.start and len(text) >= 5 and is_title(text):
            return text, anchor.link.url
    labelled = TITLE_LABEL.search(words)
    if labelled:
        return clean(labelled[1]), page.url
    index = bisect_left(tree.start, entry.start)
    while index < len(tree.start) and tree.start[index] < min(entry.mark, entry.stop):
        short = 4 <= tree.stop[index] - tree.start[index] <= 120
        if short and (tree.tags[index] in HEADS or TITLE_CLASS.search(tree.attr(index, "class"))):
            text = tree.own(index)
            if is_title(text) and not _PERSON.search(text) and not re.search(r"[:：]", text):
                return text, page.url
        index += 1
    if question:
        return clean(question)[:40], page.url
    pieces = [clean(piece) for piece in re.split(f"[{INLINE}\n]", words)]
    good = [
        p
        for p in pieces
        if len(p) >= 6 and is_title(p) and not _PERSON.search(p) and ":" not in p and "：" not in p
    ]
    return (good[0][:40] if good else ""), page.url
