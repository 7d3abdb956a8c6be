"""The words of public letters: labels, states, dates beside their labels; names and numbers masked.

Names and phone numbers of writers are neither read nor kept. Source: sites-as-they-are.md, section 4.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from datetime import date

from monitor.collect.extract import dates
from monitor.collect.extract.dates import Hit
from monitor.collect.extract.page import LetterRow
from monitor.collect.extract.tree import INLINE, Tree, spaced

MAX_LETTERS = 300
WORDS = (
    "来信",
    "信件",
    "留言",
    "咨询",
    "答复",
    "回复",
    "办件",
    "受理编号",
    "投诉",
    "提问",
    "写信",
    "问政",
    "诉求",
    "信箱",
    "选登",
)
KIND = r"(?:信件|来信|留言|咨询|投诉|问题|诉求|办件|提问|建议|工单|事件|反映|信访)"
ANSWERED_STATE = re.compile(
    r"已\s?(?:经)?(?:办结|答复|回复|处理|办理|反馈|解答|回应|完成|办复|回信|结案)|办结|(?:办理|处理|回复|答复)完[毕成]|(?:已|予以)采纳|\A是\Z|\A(?:答复|回复)\Z"
)
OPEN_STATE = re.compile(
    r"(?:未|待|尚未|暂未|等待|没有|无)\s?(?:答复|回复|办结|处理|办理|受理|审查|审核|反馈|解答|回应|转办|分办)|(?:办理|处理|受理|审核|审查|转办|交办|分办|流转|答复|回复)中|"
    r"已\s?(?:受理|转办|交办|分办|签收|接收|提交|收件|派单|转交|接件)|正在(?:办理|处理|审核|受理)|暂无(?:回复|答复)|\A否\Z|超期未|逾期未"
)
STATE = re.compile(
    rf"(?:{ANSWERED_STATE.pattern.replace(chr(92) + 'A是' + chr(92) + 'Z|' + chr(92) + 'A(?:答复|回复)' + chr(92) + 'Z', '办毕')})|(?:{OPEN_STATE.pattern})"
)
_DAY_IN_NUMBER = re.compile(r"(?<!\d)((?:19|20)\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?=\d{0,8}(?!\d))")
ASKED_LABEL = re.compile(
    r"(?:来\s?信|提\s?交|留\s?言|写\s?信|咨\s?询|提\s?问|投\s?诉|反\s?映|发\s?信|发\s?表|登\s?记|来\s?件|受\s?理|申\s?请|信\s?件|诉\s?求|收\s?信|发\s?起|创\s?建)\s?(?:时\s?间|日\s?期|于)[\s:：】\]]{0,6}\Z"
)
ANSWERED_LABEL = re.compile(
    r"(?:答\s?复|回\s?复|办\s?结|回\s?信|处\s?理|办\s?理|反\s?馈|解\s?答|回\s?应|办\s?复)\s?(?:完成)?\s?(?:时\s?间|日\s?期|于)[\s:：】\]]{0,6}\Z"
)
QUESTION = re.compile(
    rf"[\n\x1f【\[]\s?(?:{KIND}|我要)(?:的)?(?:内容|正文|详情|描述|标题|主题|情况|信息)?\s{{0,2}}[:：】\]\n\x1f]"
)
ANSWER = re.compile(
    r"[\n\x1f【\[]\s?(?:官方|单位|部门|领导|办理|处理|信件|来信|留言|受理)?(?:答\s?复|回\s?复|回\s?信|办理|处理|解\s?答|反\s?馈|回\s?应)(?:单位|部门)?(?:内容|意见|结果|详情|正文|情况|信息|反馈|如下|说明)?\s{0,2}[:：】\]\n\x1f]"
)
NO_ANSWER_TEXT = re.compile(
    r"\s*(?:暂无|暂未|尚未|未\s?(?:回复|答复|处理|办结)|无|正在(?:办理|处理)|办理中|处理中|待\s?(?:回复|答复|处理|办理)|等待|您的(?:信件|留言)(?:已|正在)|感谢您的(?:来信|留言)，?(?:我们|请).{0,12}(?:尽快|耐心)|null|undefined|-+|/|已受理|已转办|受理中)"
)
_SECRET = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)|(?<!\d)\d{17}[\dXx](?!\d)|(?<!\d)\d{15}(?!\d)")
TITLE_LABEL = re.compile(rf"(?:{KIND})?(?:标\s?题|主\s?题|题\s?目)[\s:：】\]]{{1,6}}([^\n\x1f]{{2,120}})")
STATE_LABEL = re.compile(
    r"(?:(?:处理|办理|信件|回复|答复|受理|当前|留言|办件)?(?:状\s?态|进\s?度)|(?:办理|处理)(?:情况|结果))[\s:：】\]]{1,6}([^\n\x1f]{2,20})"
)
LABEL_ONLY = re.compile(r"[^\n\x1f:：]{2,10}[:：]?\Z")


def day_in_number(number: str) -> date | None:
    """The day that a letter's number holds (`G20190102-0011`)."""
    match = _DAY_IN_NUMBER.search(number)
    return dates.possible(int(match[1]), int(match[2]), int(match[3])) if match else None


def _start(hit: Hit) -> int:
    return hit.start


def labelled_days(text: str, hits: list[Hit], start: int, stop: int) -> tuple[date | None, date | None]:
    """The first days between two places that labels call those of asking and of answering."""
    asked = answered = None
    for number in range(bisect_left(hits, start, key=_start), len(hits)):
        hit = hits[number]
        if hit.start >= stop:
            break
        before = text[max(start, hit.start - 18) : hit.start]
        if answered is None and ANSWERED_LABEL.search(before):
            answered = hit.day
        elif asked is None and ASKED_LABEL.search(before):
            asked = hit.day
    return asked, answered


def state_in(words: str) -> str:
    """The state among the words of a row; empty where none stands."""
    for piece in re.split(f"[{INLINE}\n]", words):
        short = re.sub(
            r"[\[\]【】()（）:：\s]|(?:处理|办理|回复|答复|信件|当前|办件)?(?:状态|情况|结果|进度)", "", piece
        )
        if 2 <= len(short) <= 10:
            match = STATE.search(short)
            if match:
                return short
    match = re.search(r"[\[【(（]([^\[\]【】()（）]{2,8})[\]】)）]", words)
    if match and STATE.search(match[1]):
        return match[1]
    return ""


def loads_later(tree: Tree) -> bool:
    """Whether a script of the page could still bring words."""
    return any(
        "ajax" in s.text or "fetch(" in s.text or "$.get" in s.text or "$.post" in s.text
        for s in tree.scripts
    )


def state_of(words: str) -> str:
    """A state as it stands in its cell, without brackets."""
    words = re.sub(r"[\[\]【】()（）\s]", "", words)[:20]
    match = STATE.search(words)
    if match is None:
        return words if words in ("是", "否", "回复", "答复") else words[:10]
    return words[:12]


def by_state(state: str) -> bool | None:
    """Whether a letter is answered, as far as its state tells."""
    if not state:
        return None
    if OPEN_STATE.search(state):
        return False
    return True if ANSWERED_STATE.search(state) else None


def category_of(words: str) -> str:
    """What kind of letter it is, by the cell of its kind."""
    match = re.search(r"咨询|投诉|建议|求助|举报|表扬|感谢|意见|信访|纪检|其他", words)
    return match[0] if match else words[:10]


def made(
    title: str, url: str, asked: date | None, answered: date | None, state: str, category: str
) -> LetterRow:
    """A row with its excerpt; identity and phone numbers are masked."""
    has_answer = True if answered is not None else by_state(state)
    title = _SECRET.sub("***", title)[:200]
    parts = [title, state, f"来信 {asked}" if asked else "", f"答复 {answered}" if answered else ""]
    return LetterRow(
        title, url, asked, answered, has_answer, state, spaced(" ".join(filter(None, parts)))[-120:], category
    )
