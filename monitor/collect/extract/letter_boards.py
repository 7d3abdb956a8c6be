"""Boards on which several letters stand in full, question under question, without pages of their own.

The label of the question (where none stands, that of its day) recurs once a letter. The highest element around
each that holds only one of them is the letter itself, or a line of it where all letters share one container.
Questions and answers without days or states are a knowledge base or an interview, and no board.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from monitor.collect.extract import dates
from monitor.collect.extract.dates import Hit
from monitor.collect.extract.letter_detail import answer_text
from monitor.collect.extract.letter_words import (
    ANSWER,
    ANSWERED_LABEL,
    ASKED_LABEL,
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

_SUBJECT = r"(?:信件|来信|留言|咨询|投诉|诉求|提问|建议|问题|写信|反映|办件|网友|网民|市民|群众)"
_ASKS = re.compile(
    rf"[\n\x1f【\[]\s?(?:{_SUBJECT}(?:的)?(?:内容|正文|详情|描述|问题|留言|提问|咨询))\s{{0,2}}(?=[:：】\]\n\x1f])|"
    rf"[\n\x1f]\s?(?:{_SUBJECT}|内\s{{0,4}}容|正文|问|Q)\s{{0,2}}(?=[:：])"
)
_ASKED_DAY = re.compile(
    r"(?:来信|留言|写信|咨询|提问|投诉|反映|发信|来件|信件|诉求|收信)(?:时间|日期)[\s:：】\]]{0,6}\Z"
)
_REPLIES = re.compile(
    r"[\n\x1f【\[]\s?(?:答|A|[^\n\x1f:：。，？！]{0,20}(?:局|委|办|厅|院|部|站|所|府|中心|单位|部门|小编|管理员|网站)(?:的)?(?:答复|回复|回信|解答))\s{0,2}(?=[:：])[:：]"
)
_HEADS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6", "dt", "strong", "caption"))
_TITLE_CLASS = re.compile(r"tit|(?:\A|[-_ ])bt|subject|zhuti|theme|biaoti", re.I)
_PERSON = re.compile(r"姓名|来信人|留言人|写信人|咨询人|网友|网民|昵称|电话|手机|[*＊]{2}|\d{4}")
_STAMP = re.compile(r"[\n\x1f\[【(（]\s?([\u4e00-\u9fff]{2,6})\s?(?=[\n\x1f\]】)）])")
_SHORT = 26
"""Characters of a line that holds a date and little else (a signature, a stamp)."""


@dataclass(slots=True)
class _Page:
    """A page with the places of its letter labels, in order."""

    tree: Tree
    text: str
    hits: list[Hit]
    anchors: list[Anchor]
    url: str
    marks: list[int]
    others: list[tuple[int, str]]


@dataclass(slots=True)
class _Entry:
    """One letter of a board: its span, the place of its label."""

    start: int
    stop: int
    mark: int


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
    questions = [match.start() + 1 for match in _ASKS.finditer(text)]
    days = [hit.start for hit in hits if _ASKED_DAY.search(text[max(0, hit.start - 18) : hit.start])]
    others = _others(text, hits)
    for marks, by_day in ((questions, False), (days, True)):
        if not 2 <= len(marks) <= MAX_LETTERS:
            continue
        page = _Page(tree, text, hits, anchors, url, marks, others)
        rows: list[LetterRow] = []
        for parent, tops in _groups(page).items():
            rows.extend(_board(page, _entries(page, parent, tops), by_day))
        if len(rows) >= 2:
            return rows
    return []


def _others(text: str, hits: list[Hit]) -> list[tuple[int, str]]:
    """The labels around a question, with their kinds."""
    found = [(match.start() + 1, "answer") for match in ANSWER.finditer(text)]
    found += [(match.start() + 1, "answer") for match in _REPLIES.finditer(text)]
    found += [(match.start(), "state") for match in STATE_LABEL.finditer(text)]
    found += [(match.start(), "title") for match in TITLE_LABEL.finditer(text)]
    for hit in hits:
        before = text[max(0, hit.start - 18) : hit.start]
        if ANSWERED_LABEL.search(before):
            found.append((hit.start, "answered"))
        elif ASKED_LABEL.search(before):
            found.append((hit.start, "asked"))
    return sorted(found)


def _groups(page: _Page) -> dict[int, list[tuple[int, int]]]:
    """Marks by the parent of the highest element that holds no second one: (that element, the mark)."""
    tree, marks = page.tree, page.marks
    groups: dict[int, list[tuple[int, int]]] = {}
    for mark in marks:
        top = tree.at(mark)
        while (parent := tree.parent[top]) >= 0:
            inside = bisect_left(marks, tree.stop[parent]) - bisect_left(marks, tree.start[parent])
            if inside > 1:
                break
            top = parent
        if parent >= 0:
            groups.setdefault(parent, []).append((top, mark))
    return {parent: tops for parent, tops in groups.items() if len(tops) >= 2}


def _between(page: _Page, start: int, stop: int) -> list[tuple[int, str]]:
    return page.others[bisect_left(page.others, (start, "")) : bisect_left(page.others, (stop, ""))]


def _entries(page: _Page, parent: int, tops: list[tuple[int, int]]) -> list[_Entry]:
    """The span of every letter: its own element, or the lines from its first label to the next letter's."""
    tree = page.tree
    if len({top for top, _ in tops}) < len(tops):
        return []
    gaps = pairwise(tops)
    if not any(_between(page, tree.stop[one], tree.start[two]) for (one, _), (two, _) in gaps):
        return [_Entry(tree.start[top], tree.stop[top], mark) for top, mark in tops]
    before = [kind for _, kind in _between(page, tree.start[parent], tops[0][1])]
    behind = {kind for _, kind in _between(page, tops[-1][1], tree.stop[parent])}
    leading = {kind for kind in before if before.count(kind) == 1 and kind not in behind}
    children = tree.children(parent)
    starts: list[int] = []
    least = tree.start[parent]
    for top, mark in tops:
        first = mark
        for place, kind in reversed(_between(page, least, mark)):
            if kind not in leading:
                break
            first = place
        child = min(top, _child_at(tree, children, first))
        starts.append(_with_heading(page, children, child, least))
        least = mark + 1
    stops = [*starts[1:], tree.stop[parent]]
    return [_Entry(start, stop, mark) for start, stop, (_, mark) in zip(starts, stops, tops, strict=True)]


def _child_at(tree: Tree, children: list[int], place: int) -> int:
    return children[max(bisect_right(children, place, key=lambda child: tree.start[child]) - 1, 0)]


def _with_heading(page: _Page, children: list[int], child: int, least: int) -> int:
    """Where an entry begins, the heading directly before its first label included."""
    tree = page.tree
    number = bisect_left(children, child)
    if number > 0:
        head = children[number - 1]
        marked = _between(page, tree.start[head], tree.stop[head])
        if tree.start[head] >= least and not marked and _is_heading(tree, head):
            return tree.start[head]
    return tree.start[child]


def _is_heading(tree: Tree, index: int) -> bool:
    if tree.stop[index] - tree.start[index] > 120:
        return False
    inner = [index, *tree.children(index)]
    return any(tree.tags[one] in _HEADS or _TITLE_CLASS.search(tree.attr(one, "class")) for one in inner)


def _board(page: _Page, entries: list[_Entry], by_day: bool) -> list[LetterRow]:
    """The rows of one board; empty where most entries tell neither day nor state."""
    read = [one for entry in entries if (one := _entry(page, entry, by_day)) is not None]
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


def _entry(page: _Page, entry: _Entry, by_day: bool) -> _Read | None:
    """One entry as a row; None where nothing stands in it (the labels of an empty form)."""
    words = "\n" + page.text[entry.start : entry.stop] + "\n"
    shift = entry.start - 1
    answers = sorted([*ANSWER.finditer(words), *_REPLIES.finditer(words)], key=lambda match: match.start())
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


def _stamps(page: _Page, entry: _Entry, reply: int) -> tuple[date | None, date | None]:
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


def _title(page: _Page, entry: _Entry, words: str, question: str) -> tuple[str, str]:
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
        if short and (tree.tags[index] in _HEADS or _TITLE_CLASS.search(tree.attr(index, "class"))):
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
