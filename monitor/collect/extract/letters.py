"""Public letters: lists mapped by the words of their header, rows that carry their own labels, a letter's own page.

Names and phone numbers of writers are neither read nor kept. Source: sites-as-they-are.md, section 4.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from datetime import date

from monitor.collect.extract import dates
from monitor.collect.extract.dates import Hit
from monitor.collect.extract.links import Anchor
from monitor.collect.extract.lists import Found
from monitor.collect.extract.page import LetterRow
from monitor.collect.extract.titles import is_title, row_title, title_weight
from monitor.collect.extract.tree import INLINE, Tree, clean, spaced

MAX_LETTERS = 300
_WORDS = (
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
_KIND = r"(?:信件|来信|留言|咨询|投诉|问题|诉求|办件|提问|建议|工单|事件|反映|信访)"
_FIELDS = (
    ("number", re.compile(rf"{_KIND}?(?:受理|登记|流水|查询)?(?:编号|编码|单号|流水号|号)|序号")),
    (
        "answered",
        re.compile(
            rf"{_KIND}?(?:最新|最后|官方)?(?:回复|答复|办结|处理|回信|办理|反馈|解答|完成|回应|办复)(?:时间|日期|时限)"
        ),
    ),
    (
        "asked",
        re.compile(
            rf"(?:{_KIND}|提交|写信|登记|发信|发表|发布|上报|受理|来件|申请|收信|创建|接收|录入|发起)?(?:提交|受理|登记|发布)?(?:时间|日期)"
        ),
    ),
    (
        "state",
        re.compile(
            rf"{_KIND}?(?:处理|办理|回复|答复|受理|当前|办结|反馈)?(?:状态|进度|结果|情况)|是否(?:已)?(?:回复|答复|办结|处理|受理)|(?:处理|办理|答复|回复)(?:否)?"
        ),
    ),
    ("category", re.compile(rf"{_KIND}?(?:业务|信访)?(?:类型|类别|性质|分类|目的)")),
    ("title", re.compile(rf"{_KIND}?(?:的)?(?:标题|主题|题目|内容|事项|名称|概要|摘要)|{_KIND}")),
    (
        "unit",
        re.compile(
            r"(?:受理|答复|办理|承办|处理|转办|回复|提交|责任|接收|主办|来信|写信|收信|咨询|回应)?(?:单位|部门|机构|对象|信箱|领导|地区|区域)|写给|致"
        ),
    ),
    (
        "other",
        re.compile(
            r"(?:点击|浏览|查看|阅读|关注)(?:数|次数|量|率)?|次数|人气|评价.{0,3}|满意度.{0,4}|操作|详情|查看|备注|公开.{0,3}"
        ),
    ),
    (
        "person",
        re.compile(
            r"(?:来信|写信|留言|咨询|投诉|提问|联系|发布|申请)?(?:人|者|姓名|昵称|作者|网友|市民|群众)|电话|手机.{0,2}|姓名"
        ),
    ),
)
_LETTERISH = re.compile(r"信|留言|咨询|投诉|诉求|办件|受理|答复|回复|办结|办理|处理|状态|提问|反馈|来件|回应")
_HEADER_SEED = re.compile(
    rf"[\n\x1f](?:{_KIND}?(?:标题|主题|题目|内容|名称|事项)|(?:处理|办理|信件|回复|答复)(?:状态|情况|结果)|状态|(?:回复|答复|办结)(?:时间|日期))[\s]{{0,2}}(?=[\n\x1f])"
)
_ANSWERED_STATE = re.compile(
    r"已\s?(?:经)?(?:办结|答复|回复|处理|办理|反馈|解答|回应|完成|办复|回信|结案)|办结|办理完[毕成]|处理完[毕成]|(?:已|予以)采纳|\A是\Z|\A(?:答复|回复)\Z"
)
_OPEN_STATE = re.compile(
    r"(?:未|待|尚未|暂未|等待|没有|无)\s?(?:答复|回复|办结|处理|办理|受理|审查|审核|反馈|解答|回应|转办|分办)|(?:办理|处理|受理|审核|审查|转办|交办|分办|流转|答复|回复)中|"
    r"已\s?(?:受理|转办|交办|分办|签收|接收|提交|收件|派单|转交|接件)|正在(?:办理|处理|审核|受理)|暂无(?:回复|答复)|\A否\Z|超期未|逾期未"
)
_STATE = re.compile(
    rf"(?:{_ANSWERED_STATE.pattern.replace(chr(92) + 'A是' + chr(92) + 'Z|' + chr(92) + 'A(?:答复|回复)' + chr(92) + 'Z', '办毕')})|(?:{_OPEN_STATE.pattern})"
)
_CATEGORY = re.compile(
    r"(?<![\u4e00-\u9fff])(咨询|投诉|建议|求助|举报|表扬|感谢|意见|其他|批评|反映)(?:类)?(?![\u4e00-\u9fff])"
)
_MAY_TELL = re.compile(r"[复办理答中审转]|时间|日期")
_DAY_IN_NUMBER = re.compile(r"(?<!\d)((?:19|20)\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?=\d{0,8}(?!\d))")
_ASKED_LABEL = re.compile(
    r"(?:来\s?信|提\s?交|留\s?言|写\s?信|咨\s?询|提\s?问|投\s?诉|反\s?映|发\s?信|发\s?表|登\s?记|来\s?件|受\s?理|申\s?请|信\s?件|诉\s?求|收\s?信|发\s?起|创\s?建)\s?(?:时\s?间|日\s?期|于)[\s:：】\]]{0,6}\Z"
)
_ANSWERED_LABEL = re.compile(
    r"(?:答\s?复|回\s?复|办\s?结|回\s?信|处\s?理|办\s?理|反\s?馈|解\s?答|回\s?应|办\s?复)\s?(?:完成)?\s?(?:时\s?间|日\s?期|于)[\s:：】\]]{0,6}\Z"
)
_QUESTION = re.compile(
    rf"[\n\x1f【\[]\s?(?:{_KIND}|我要)(?:的)?(?:内容|正文|详情|描述|标题|主题|情况|信息)?\s{{0,2}}[:：】\]\n\x1f]"
)
_ANSWER = re.compile(
    r"[\n\x1f【\[]\s?(?:官方|单位|部门|领导|办理|处理|信件|来信|留言|受理)?(?:答\s?复|回\s?复|回\s?信|办理|处理|解\s?答|反\s?馈|回\s?应)(?:单位|部门)?(?:内容|意见|结果|详情|正文|情况|信息|反馈|如下|说明)?\s{0,2}[:：】\]\n\x1f]"
)
_NO_ANSWER_TEXT = re.compile(
    r"\s*(?:暂无|暂未|尚未|未\s?(?:回复|答复|处理|办结)|无|正在(?:办理|处理)|办理中|处理中|待\s?(?:回复|答复|处理|办理)|等待|您的(?:信件|留言)(?:已|正在)|感谢您的(?:来信|留言)，?(?:我们|请).{0,12}(?:尽快|耐心)|null|undefined|-+|/|已受理|已转办|受理中)"
)
_SECRET = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)|(?<!\d)\d{17}[\dXx](?!\d)|(?<!\d)\d{15}(?!\d)")
_TITLE_LABEL = re.compile(rf"(?:{_KIND})?(?:标\s?题|主\s?题|题\s?目)[\s:：】\]]{{1,6}}([^\n\x1f]{{2,120}})")
_STATE_LABEL = re.compile(
    r"(?:(?:处理|办理|信件|回复|答复|受理|当前|留言|办件)?(?:状\s?态|进\s?度)|(?:办理|处理)(?:情况|结果))[\s:：】\]]{1,6}([^\n\x1f]{2,20})"
)
_LABEL_ONLY = re.compile(r"[^\n\x1f:：]{2,10}[:：]?\Z")


@dataclass(slots=True)
class _Columns:
    header: int
    fields: dict[str, int]
    count: int


def read(
    tree: Tree, text: str, hits: list[Hit], anchors: list[Anchor], listed: list[Found], url: str, heading: str
) -> tuple[tuple[LetterRow, ...], LetterRow | None]:
    """The letter rows of a page, and the letter that the page itself shows."""
    if not any(word in text for word in _WORDS):
        return (), None
    rows = _by_header(tree, text, anchors, url)
    if not rows:
        rows = _by_labels(tree, text, hits, listed)
    detail = None if len(rows) >= 2 else _detail(tree, text, hits, url, heading)
    return tuple(rows[:MAX_LETTERS]), detail


# lists with a header ----------------------------------------------------------------------------------------


def _by_header(tree: Tree, text: str, anchors: list[Anchor], url: str) -> list[LetterRow]:
    tried: set[int] = set()
    linked = {anchor.index: anchor for anchor in anchors}
    found: list[LetterRow] = []
    for match in _HEADER_SEED.finditer(text):
        index = tree.at(match.start() + 1)
        for _ in range(4):
            index = tree.parent[index]
            if index < 0 or index in tried:
                break
            tried.add(index)
            columns = _columns(tree, index)
            if columns is not None:
                for row in _rows_under(tree, columns):
                    letter = _letter(tree, columns, row, linked, url)
                    if letter is not None and len(found) < MAX_LETTERS:
                        found.append(letter)
                break
        if len(tried) > 200:
            break
    return found


def _columns(tree: Tree, index: int) -> _Columns | None:
    cells = tree.children(index)
    if not 2 <= len(cells) <= 14 or tree.stop[index] - tree.start[index] > 140:
        return None
    fields: dict[str, int] = {}
    letterish = False
    named = 0
    for number, cell in enumerate(cells):
        words = re.sub(r"[\s:：|【】\[\]]", "", tree.own(cell))
        field = next((name for name, pattern in _FIELDS if pattern.fullmatch(words)), "")
        if (
            field == "answered"
            and "asked" not in fields
            and words in ("处理时间", "办理时间")
            and "answered" in fields
        ):
            continue
        if field:
            named += 1
            fields.setdefault(field, number)
            if field not in ("unit", "other") and (
                field in ("answered", "state") or _LETTERISH.search(words)
            ):
                letterish = True
    if named < 2 or named * 3 < len(cells) * 2 or not letterish:
        return None
    if "title" not in fields or not ({"asked", "answered", "state", "number"} & set(fields)):
        return None
    return _Columns(index, fields, len(cells))


def _rows_under(tree: Tree, columns: _Columns) -> list[int]:
    """The elements behind the header that have as many cells; the nearest ancestor that holds any."""
    tag = tree.tags[columns.header]
    around = tree.parent[columns.header]
    for _ in range(3):
        if around < 0:
            return []
        rows: list[int] = []
        index = tree.end[columns.header]
        last = tree.end[around]
        while index < last and len(rows) < MAX_LETTERS:
            cells = tree.children(index) if tree.end[index] - index > columns.count // 2 else []
            same = tree.tags[index] == tag or tree.tags[index] in ("tr", "ul", "li", "div", "dl", "a", "p")
            if same and len(cells) == columns.count:
                rows.append(index)
                index = tree.end[index]
            else:
                index += 1
        if rows:
            return rows
        around = tree.parent[around]
    return []


def _letter(tree: Tree, columns: _Columns, row: int, linked: dict[int, Anchor], url: str) -> LetterRow | None:
    cells = tree.children(row)
    words = [clean(tree.raw(cell)) for cell in cells]

    def cell(name: str) -> str:
        place = columns.fields.get(name)
        return words[place] if place is not None else ""

    inside = [linked[index] for index in [row, *tree.within(row, "a")] if index in linked]
    title_cell = cells[columns.fields["title"]]
    own = [a for a in inside if title_cell <= a.index < tree.end[title_cell]] or inside
    title = max(
        (row_title(tree.raw(a.index), a.link.text) for a in own[:1] if a.index != row), key=len, default=""
    ) or cell("title")
    if len(title) < 2 or title in ("标题", "主题"):
        return None
    asked = dates.read_day(cell("asked")) or _day_in_number(cell("number"))
    answered = dates.read_day(cell("answered"))
    state = _state(cell("state"))
    return _made(title, own[0].link.url if own else url, asked, answered, state, _category(cell("category")))


def _day_in_number(number: str) -> date | None:
    match = _DAY_IN_NUMBER.search(number)
    return dates.possible(int(match[1]), int(match[2]), int(match[3])) if match else None


# rows that carry their own labels ---------------------------------------------------------------------------


def _by_labels(tree: Tree, text: str, hits: list[Hit], listed: list[Found]) -> list[LetterRow]:
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
            state = _state_in(around)
            asked, answered = _labelled_days(text, hits, start, stop)
            if not state and asked is None and answered is None:
                continue
            if asked is None and unit.date is not None and answered is None:
                asked = unit.date.day
            if asked is None:
                asked = _day_in_number(around)
            title = row_title(tree.raw(unit.anchor.index), unit.anchor.link.text)
            if whole_link:
                title = max(
                    (p for p in re.split(f"[{INLINE}\n]", inner) if is_title(clean(p))),
                    key=title_weight,
                    default=title,
                )
            category = _CATEGORY.search(around)
            rows.append(
                _made(
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


def _start(hit: Hit) -> int:
    return hit.start


def _labelled_days(text: str, hits: list[Hit], start: int, stop: int) -> tuple[date | None, date | None]:
    asked = answered = None
    for number in range(bisect_left(hits, start, key=_start), len(hits)):
        hit = hits[number]
        if hit.start >= stop:
            break
        before = text[max(start, hit.start - 18) : hit.start]
        if answered is None and _ANSWERED_LABEL.search(before):
            answered = hit.day
        elif asked is None and _ASKED_LABEL.search(before):
            asked = hit.day
    return asked, answered


def _state_in(words: str) -> str:
    for piece in re.split(f"[{INLINE}\n]", words):
        short = re.sub(
            r"[\[\]【】()（）:：\s]|(?:处理|办理|回复|答复|信件|当前|办件)?(?:状态|情况|结果|进度)", "", piece
        )
        if 2 <= len(short) <= 10:
            match = _STATE.search(short)
            if match:
                return short
    match = re.search(r"[\[【(（]([^\[\]【】()（）]{2,8})[\]】)）]", words)
    if match and _STATE.search(match[1]):
        return match[1]
    return ""


# a letter's own page ----------------------------------------------------------------------------------------


def _detail(tree: Tree, text: str, hits: list[Hit], url: str, heading: str) -> LetterRow | None:
    question = _QUESTION.search(text)
    answers = list(_ANSWER.finditer(text))
    asked, answered = _labelled_days(text, hits, 0, len(text))
    state_match = _STATE_LABEL.search(text)
    state = clean(state_match[1])[:12] if state_match and _STATE.search(state_match[1]) else ""
    if question is None or not (answers or asked or state):
        return None
    if asked is None and answered is None and not answers and not state:
        return None
    if not asked and not state and len(text) > 400 and not answered:
        return None  # an article that happens to carry such headings
    has_answer, place = _answer_text(text, answers)
    if asked is None:
        asked = _posted(text, hits, place)
    if answered is None and has_answer and place >= 0:
        signed = [hit.day for hit in hits if hit.start > place and (asked is None or hit.day >= asked)]
        answered = signed[0] if signed else None
    if answered is not None:
        has_answer = True
    elif has_answer is None:
        has_answer = _by_state(state)
        if (
            has_answer is None
            and not answers
            and asked is not None
            and not _loads_later(tree)
            and "复" not in text
        ):
            has_answer = False
    if asked is None:
        number = re.search(
            rf"(?:{_KIND}|受理|查询)?(?:编号|单号|流水号)[\s:：]{{1,6}}([A-Za-z0-9\-]{{8,30}})", text
        )
        asked = _day_in_number(number[1]) if number else None
    titled = _TITLE_LABEL.search(text)
    title = clean(titled[1]) if titled else heading or tree.title
    letter = _made(title, url, asked, answered, state, "")
    return LetterRow(letter.title, url, asked, answered, has_answer, state, letter.excerpt, letter.category)


def _posted(text: str, hits: list[Hit], answer: int) -> date | None:
    """A board that calls the day of the question its publishing time."""
    for hit in hits[:60]:
        if 0 <= answer < hit.start:
            return None
        if dates.label_at(text, hit)[0] in ("published", "generic"):
            return hit.day
    return None


def _answer_text(text: str, answers: list[re.Match[str]]) -> tuple[bool | None, int]:
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
        if _LABEL_ONLY.match(first) and re.search(
            r"满意|评价|单位|部门|时间|日期|人|状态|上一|下一|返回|关闭|打印|附件", first
        ):
            empty = True
            continue
        if not first or _NO_ANSWER_TEXT.match(first):
            empty = True
            continue
        if len(first) >= 4 or len(behind) > 30:
            if _STATE.fullmatch(first) or _OPEN_STATE.fullmatch(first):
                continue
            return True, match.end()
        empty = True
    return (False if empty else None), -1


def _loads_later(tree: Tree) -> bool:
    return any(
        "ajax" in s.text or "fetch(" in s.text or "$.get" in s.text or "$.post" in s.text
        for s in tree.scripts
    )


# shared -----------------------------------------------------------------------------------------------------


def _state(words: str) -> str:
    words = re.sub(r"[\[\]【】()（）\s]", "", words)[:20]
    match = _STATE.search(words)
    if match is None:
        return words if words in ("是", "否", "回复", "答复") else words[:10]
    return words[:12]


def _by_state(state: str) -> bool | None:
    if not state:
        return None
    if _OPEN_STATE.search(state):
        return False
    return True if _ANSWERED_STATE.search(state) else None


def _category(words: str) -> str:
    match = re.search(r"咨询|投诉|建议|求助|举报|表扬|感谢|意见|信访|纪检|其他", words)
    return match[0] if match else words[:10]


def _made(
    title: str, url: str, asked: date | None, answered: date | None, state: str, category: str
) -> LetterRow:
    has_answer = True if answered is not None else _by_state(state)
    title = _SECRET.sub("***", title)[:200]
    parts = [title, state, f"来信 {asked}" if asked else "", f"答复 {answered}" if answered else ""]
    return LetterRow(
        title, url, asked, answered, has_answer, state, spaced(" ".join(filter(None, parts)))[-120:], category
    )
