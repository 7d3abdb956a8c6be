"""Lists of public letters with a header: columns are told by the words of their heads, not by their places."""

from __future__ import annotations

import re
from dataclasses import dataclass

from monitor.collect.extract import dates
from monitor.collect.extract.letter_words import KIND, MAX_LETTERS, category_of, day_in_number, made, state_of
from monitor.collect.extract.links import Anchor
from monitor.collect.extract.page import LetterRow
from monitor.collect.extract.titles import row_title
from monitor.collect.extract.tree import Tree, clean

_FIELDS = (
    ("number", re.compile(rf"{KIND}?(?:受理|登记|流水|查询)?(?:编号|编码|单号|流水号|号)|序号")),
    (
        "answered",
        re.compile(
            rf"{KIND}?(?:最新|最后|官方)?(?:回复|答复|办结|处理|回信|办理|反馈|解答|完成|回应|办复)(?:时间|日期|时限)"
        ),
    ),
    (
        "asked",
        re.compile(
            rf"(?:{KIND}|提交|写信|登记|发信|发表|发布|上报|受理|来件|申请|收信|创建|接收|录入|发起)?(?:提交|受理|登记|发布)?(?:时间|日期)"
        ),
    ),
    (
        "state",
        re.compile(
            rf"{KIND}?(?:处理|办理|回复|答复|受理|当前|办结|反馈)?(?:状态|进度|结果|情况)|是否(?:已)?(?:回复|答复|办结|处理|受理)|(?:处理|办理|答复|回复)(?:否)?"
        ),
    ),
    ("category", re.compile(rf"{KIND}?(?:业务|信访)?(?:类型|类别|性质|分类|目的)")),
    ("title", re.compile(rf"{KIND}?(?:的)?(?:标题|主题|题目|内容|事项|名称|概要|摘要)|{KIND}")),
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
    rf"[\n\x1f](?:{KIND}?(?:标题|主题|题目|内容|名称|事项)|(?:处理|办理|信件|回复|答复)(?:状态|情况|结果)|状态|(?:回复|答复|办结)(?:时间|日期))[\s]{{0,2}}(?=[\n\x1f])"
)


@dataclass(slots=True)
class _Columns:
    header: int
    fields: dict[str, int]
    count: int


def by_header(tree: Tree, text: str, anchors: list[Anchor], url: str) -> list[LetterRow]:
    """The rows behind every header that names the columns of letters."""
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
    asked = dates.read_day(cell("asked")) or day_in_number(cell("number"))
    answered = dates.read_day(cell("answered"))
    state = state_of(cell("state"))
    return made(title, own[0].link.url if own else url, asked, answered, state, category_of(cell("category")))
