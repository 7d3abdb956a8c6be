"""Rows of linked letters that carry their own labels: state, day of asking, day of answering."""

from __future__ import annotations

import re

from monitor.collect.extract.dates import Hit
from monitor.collect.extract.letter_words import day_in_number, labelled_days, made, state_in
from monitor.collect.extract.lists import Found
from monitor.collect.extract.page import LetterRow
from monitor.collect.extract.titles import is_title, row_title, title_weight
from monitor.collect.extract.tree import INLINE, Tree, clean

_CATEGORY = re.compile(
    r"(?<![\u4e00-\u9fff])(咨询|投诉|建议|求助|举报|表扬|感谢|意见|其他|批评|反映)(?:类)?(?![\u4e00-\u9fff])"
)
_MAY_TELL = re.compile(r"[复办理答中审转]|时间|日期")


def by_labels(tree: Tree, text: str, hits: list[Hit], listed: list[Found]) -> list[LetterRow]:
    """The rows of lists most of whose entries tell a state or a labelled day."""
    found: list[LetterRow] = []
    for one in listed:
        rows: list[LetterRow] = []
        for unit in one.units:
            start, stop = tree.start[unit.row], tree.stop[unit.row]
            if stop - start > 1_200:
                continue
            title_start, title_stop = tree.start[unit.anchor.index], tree.stop[unit.anchor.index]
            inner = text[title_start:title_stop]
            outer = text[start:title_start] + "\n" + text[title_stop:stop]
            if not _MAY_TELL.search(outer if len(outer) > 4 else inner):
                continue
            whole_link = len(outer.strip()) < 4
            around = inner if whole_link else outer
            state = state_in(around)
            asked, answered = labelled_days(text, hits, start, stop)
            if not state and asked is None and answered is None:
                continue
            if asked is None and unit.date is not None and answered is None:
                asked = unit.date.day
            if asked is None:
                asked = day_in_number(around)
            title = row_title(tree.raw(unit.anchor.index), unit.anchor.link.text)
            if whole_link:
                title = max(
                    (p for p in re.split(f"[{INLINE}\n]", inner) if is_title(clean(p))),
                    key=title_weight,
                    default=title,
                )
            category = _CATEGORY.search(around)
            rows.append(
                made(
                    clean(title),
                    unit.anchor.link.url,
                    asked,
                    answered,
                    state,
                    category[1] if category else "",
                )
            )
        if rows and len(rows) * 2 >= len(one.units):
            found.extend(rows)
    return found
