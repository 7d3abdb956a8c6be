"""Service guides: which of the eight element classes stand on the page with content behind them.

Works on pieces of text in reading order, so tables, definition lists, headings and paragraphs are one thing;
tab heads and header rows, whose labels stand before all contents, are resolved by the tree.
Source: rules.md W-V6, sites-as-they-are.md section 5.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from checks.facts.guides import Element
from monitor.collect.extract.page import GuideFields, Region
from monitor.collect.extract.tree import INLINE, Tree, clean

_WORDS = ("依据", "条件", "材料", "流程", "程序", "地点", "地址", "电话", "时间", "时限", "资料")
_GUIDE_TITLE = re.compile(
    r"办事指南|服务指南|办理指南|办理须知|一次性告知|申报指南|申请指南|办事须知|操作指南|事项详情|事项指南|审批指南"
)
_GUIDE_ADDRESS = re.compile(
    r"bszn|bsfw|bszy|guide|handle_affairs|fwzn|zwfw|blzn|banshi|fuwu|wsbs|service|matter|item_?detail", re.I
)
_NUMBERING = re.compile(
    r"\A[\s【\[(（<《★●■◆▪•·*]*(?:第?[一二三四五六七八九十]{1,3}[、.．:：)）\s项条部分]{1,3}|[（(][一二三四五六七八九十\d]{1,3}[)）]|\d{1,2}[、.．)）\s]{1,2}|[①-⑩])?[\s【\[]*"
)
_TRAILING = re.compile(r"[\s】\])）>》:：*？?]+\Z")
_H = r"[\u4e00-\u9fff]"
_OTHER = re.compile(
    rf"(?:是否)?收费{_H}{{0,6}}|{_H}{{0,4}}收费(?:标准|依据|情况|方式|项目|金额)?|(?:监督|投诉|举报){_H}{{0,10}}|{_H}{{0,4}}(?:监督|投诉){_H}{{0,6}}|{_H}{{0,6}}对象|{_H}{{0,4}}类型|"
    rf"实施主体{_H}{{0,2}}|{_H}{{0,4}}(?:机构|主体|部门|单位|科室|层级|来源|编码|结果|样本|问题|事项内容|范围|次数|形式|方式|渠道|救济|备注|附件|下载|表格|说明|深度|级别|须知|权利|义务|评价)|注意事项|基本信息|常见问题|"
    rf"温馨提示|特别程序|数量限制|年审年检|联办{_H}{{0,4}}|网上办理|在线办理|扫码{_H}{{0,4}}|表格下载|样表下载|结果送达|权力{_H}{{0,4}}|材料下载|空白表{_H}{{0,4}}|办件{_H}{{0,4}}|到办事现场次数|"
    rf"办理进程查询|行政复议{_H}{{0,8}}|法律救济"
)
_LABELS: tuple[tuple[Element, re.Pattern[str]], ...] = (
    (
        Element.NAME,
        re.compile(
            r"(?:办理|服务|审批|许可|办事|政务服务|事项|项目|业务|主项|子项|实施|权力|公共服务)*(?:名称|全称)|办理事项|服务事项|审批事项|申请事项|事项|办理项目|业务名"
        ),
    ),
    (
        Element.BASIS,
        re.compile(
            rf"{_H}{{0,10}}依据(?:及{_H}{{0,4}})?|{_H}{{0,4}}法律法规|政策法规|法规政策|{_H}{{0,4}}政策文件依据"
        ),
    ),
    (
        Element.CONDITIONS,
        re.compile(
            rf"{_H}{{0,10}}(?:条件|资格)(?:及?(?:要求|标准|说明|限制))?|哪些人(?:可以|能){_H}{{0,4}}|谁(?:可以|能)(?:办|申请){_H}{{0,2}}|申请人(?:要求|资格)"
        ),
    ),
    (
        Element.MATERIALS,
        re.compile(
            rf"{_H}{{0,10}}(?:材料|资料|要件|证件|证明)(?:及?(?:清单|目录|名称|要求|列表|明细|份数|说明|一览|信息)){{0,2}}|需要(?:带|提供|提交|准备)(?:什么|哪些){_H}{{0,4}}|带什么"
        ),
    ),
    (
        Element.PROCESS,
        re.compile(
            rf"{_H}{{0,10}}(?:流程|程序|步骤|环节)(?:图|说明|及{_H}{{0,4}})?|怎么办理?|如何办理|办理过程"
        ),
    ),
    (
        Element.PHONE,
        re.compile(
            rf"(?:联系|咨询|办公|服务|窗口|受理|业务|办事|预约|办理|热线|查询|对外|公开){_H}{{0,6}}(?:电话|热线|号码|方式|途径)|(?:联系|咨询)(?:方式|途径|人及电话)?|{_H}{{0,4}}电话(?:号码)?|电话咨询|咨询服务"
        ),
    ),
    (
        Element.PLACE,
        re.compile(
            rf"(?:办理|受理|办公|办事|服务|窗口|现场|线下|接待|提交|申请|联系|通讯|详细|实施|收件|递交|窗口办理|办理窗口|大厅|办事大厅){{0,2}}(?:地点|地址|场所|位置|窗口|大厅)(?:(?:、|及|和|与|/){_H}{{1,6}})?|(?:去)?哪里办|在哪(?:里)?办理?|{_H}{{2,8}}(?:地点|地址)"
        ),
    ),
    (
        Element.HOURS,
        re.compile(
            rf"{_H}{{0,8}}(?:时间|时限|期限|时段|工作日)(?:(?:、|及|和|与|/){_H}{{1,6}})?|什么时候(?:办|能办){_H}{{0,2}}|多久(?:能)?办[好结完]"
        ),
    ),
)
_NO_CONTENT = re.compile(
    r"(?:[\s/\\\-—_.。、*:：]*|(?:暂无|暂时没有|没有)(?:数据|内容|信息|资料|相关信息|说明|相关数据)?|null|undefined|none|nan|待(?:补充|完善|更新|定)|建设中|空)[\s。.]*\Z",
    re.I,
)
_LATER = re.compile(
    r"\{\{.{0,120}?\}\}|\$\{.{0,120}?\}|<\?|加载中|正在加载|loading|请稍[候后]|数据加载", re.I
)
_BUTTON = re.compile(
    r"(?:点击|查看|展开|收起|下载|更多|返回|收藏|打印|分享|复制|在线办理|立即办理|我要办|预约|评价|咨询|纠错|详情|样表|空白表|全部)[\s>》…+]*\Z"
)
_CALLS_LATER = (
    "$.ajax",
    "$.get",
    "$.post",
    "fetch(",
    "axios",
    "XMLHttpRequest",
    "getJSON",
    "new Vue",
    "createApp",
)


@dataclass(slots=True)
class _Piece:
    words: str
    start: int
    stop: int
    elements: tuple[Element, ...] = ()
    is_label: bool = False
    content: str = ""


def read(
    tree: Tree, text: str, heading: str, filled_later: bool, url: str, regions: list[Region] | None = None
) -> GuideFields | None:
    """The guide on this page, or None where it is none."""
    seen = sum(1 for word in _WORDS if word in text)
    titled = _GUIDE_TITLE.search(heading) is not None or _GUIDE_TITLE.search(tree.title) is not None
    if seen < (2 if titled else 3):
        return None
    pieces = _pieces(tree, text, regions)
    labels = [piece for piece in pieces if piece.is_label]
    classes = {element for piece in labels for element in piece.elements}
    addressed = _GUIDE_ADDRESS.search(url) is not None
    if len(classes) < (1 if titled else 2 if addressed and Element.NAME in classes else 3):
        return None
    if not titled and not addressed and not _is_dense(pieces, labels):
        return None
    later = filled_later or any(call in script.text for script in tree.scripts for call in _CALLS_LATER)
    return _judge(tree, text, pieces, heading, later)


def _is_dense(pieces: list[_Piece], labels: list[_Piece]) -> bool:
    """Labels follow each other closely; in a notice they are headings lost in running text."""
    elements = {element for piece in labels for element in piece.elements}
    words = sum(len(piece.words) for piece in pieces) or 1
    if len(elements) >= 5:
        return True
    return (len(elements) >= 3 and Element.NAME in elements) or (len(elements) >= 3 and words < 4_000)


def _pieces(tree: Tree, text: str, regions: list[Region] | None) -> list[_Piece]:
    pieces: list[_Piece] = []
    skip = _skipped(tree, regions)
    cursor = 0
    for match in re.finditer(f"[^{INLINE}\n]+", text):
        while cursor < len(skip) and skip[cursor][1] <= match.start():
            cursor += 1
        if cursor < len(skip) and skip[cursor][0] <= match.start():
            continue
        words = match[0].strip()
        if not words:
            continue
        piece = _Piece(words, match.start(), match.end())
        _label(piece)
        if (
            not piece.is_label
            and pieces
            and pieces[-1].is_label
            and words[:1] in (":", "：")
            and not pieces[-1].content
        ):
            words = words.lstrip(":： ")
            if not words:
                continue
            piece.words = words
        pieces.append(piece)
        if len(pieces) > 6_000:
            break
    return pieces


def _skipped(tree: Tree, regions: list[Region] | None) -> list[tuple[int, int]]:
    if regions is None:
        return []
    spans = []
    index = 0
    while index < len(regions):
        if regions[index] in (Region.FOOTER, Region.NAVIGATION):
            spans.append((tree.start[index], tree.stop[index]))
            index = tree.end[index]
        else:
            index += 1
    return spans


def _label(piece: _Piece) -> None:
    words = piece.words
    if len(words) > 400 and "：" not in words[:24] and ":" not in words[:24]:
        return
    bare = _NUMBERING.sub("", words, count=1)
    head, mark, rest = bare, "", ""
    match = re.match(r"([^:：】\]]{2,18})[:：】\]]\s{0,3}(.*)\Z", bare, re.S)
    if match:
        head, mark, rest = match[1], ":", match[2]
    name = (
        re.sub(r"[\s\u3000（(].*\Z", "", _TRAILING.sub("", head))
        if "（" in head or "(" in head
        else _TRAILING.sub("", head)
    )
    name = re.sub(r"\s", "", name)
    if not 2 <= len(name) <= 16:
        return
    elements = _classes(name)
    if elements:
        piece.is_label, piece.elements = True, elements
        piece.content = rest.strip(" :：】]") if mark else ""
    elif _OTHER.fullmatch(name):
        piece.is_label = True
        piece.content = rest.strip() if mark else ""


def _classes(name: str) -> tuple[Element, ...]:
    if _OTHER.fullmatch(name) and not re.search(r"咨询|联系", name):
        return ()
    found = [element for element, pattern in _LABELS if pattern.fullmatch(name)]
    single = len(found) == 1 and found[0] in (Element.PLACE, Element.HOURS)
    if single and re.search(r"地[点址]", name) and re.search(r"时间|时限", name):
        return (Element.PLACE, Element.HOURS)
    if Element.PLACE in found and re.search(r"电话|联系方式", name):
        found.append(Element.PHONE)
    return tuple(dict.fromkeys(found))


def _judge(tree: Tree, text: str, pieces: list[_Piece], heading: str, later: bool) -> GuideFields:
    behind = _contents(tree, text, pieces)
    present: dict[Element, str] = {}
    bare: set[Element] = set()
    waiting: set[Element] = set()
    for number, piece in enumerate(pieces):
        if not piece.elements:
            continue
        content = behind[number]
        if _LATER.search(content) and len(_LATER.sub("", content).strip()) < 4:
            waiting.update(piece.elements)
        elif _is_content(content):
            for element in piece.elements:
                present.setdefault(element, content)
        else:
            bare.update(piece.elements)
    if Element.NAME not in present and len(_GUIDE_TITLE.sub("", heading).strip(" -_《》“”")) >= 4:
        present[Element.NAME] = heading
    waiting -= present.keys()
    bare -= present.keys() | waiting
    if later:
        waiting |= bare
    missing = [element for element in Element if element not in present and element not in waiting]
    excerpt = "; ".join(f"{element.value}: {clean(content)[:14]}" for element, content in present.items())
    return GuideFields(
        (heading or tree.title)[:300],
        tuple(element for element in Element if element in present),
        tuple(missing),
        tuple(element for element in Element if element in waiting),
        excerpt[:120],
    )


def _is_content(content: str) -> bool:
    words = clean(content)
    return bool(words) and not _NO_CONTENT.match(words) and not _BUTTON.match(words)


def _contents(tree: Tree, text: str, pieces: list[_Piece]) -> list[str]:
    """What stands behind each label, until the next one; labels that stand together are resolved by the tree."""
    behind: list[str] = []
    for number, piece in enumerate(pieces):
        if not piece.is_label:
            behind.append("")
            continue
        parts = [piece.content] if piece.content else []
        for follower in pieces[number + 1 : number + 40]:
            if follower.is_label:
                break
            if not _BUTTON.match(follower.words):
                parts.append(follower.words)
        if not parts:
            parts.extend(_pictures(tree, pieces, number))
        behind.append(" ".join(parts)[:600])
    number = 0
    while number < len(pieces):
        last = number
        if pieces[number].is_label and not behind[number]:
            while last + 1 < len(pieces) and pieces[last + 1].is_label and not behind[last]:
                last += 1
        if last - number >= 2:
            _resolve_run(tree, text, pieces, behind, number, last)
        number = last + 1
    return behind


def _pictures(tree: Tree, pieces: list[_Piece], number: int) -> list[str]:
    """A flow chart as a picture, or a link to a file, is content too."""
    start = tree.at(pieces[number].start)
    stop = (
        tree.at(pieces[number + 1].start)
        if number + 1 < len(pieces)
        else min(tree.end[tree.parent[start]], start + 60)
    )
    for index in range(start + 1, min(stop, start + 60)):
        if tree.tags[index] == "img" and not re.search(
            r"icon|arrow|jt|dot|line|bg", tree.attr(index, "src"), re.I
        ):
            return [f"[图] {tree.attr(index, 'src')[-40:]}"]
    return []


def _resolve_run(
    tree: Tree, text: str, pieces: list[_Piece], behind: list[str], first: int, last: int
) -> None:
    """Tab heads with panels behind them, or a header row with a row of contents."""
    start = tree.at(pieces[first].start)
    around = start
    while around >= 0 and tree.stop[around] < pieces[last].stop:
        around = tree.parent[around]
    if around < 0:
        return
    if tree.stop[around] > pieces[last].stop + 40 or tree.start[around] < pieces[first].start - 40:
        heads = [
            child
            for child in tree.children(around)
            if tree.stop[child] > pieces[first].start and tree.start[child] < pieces[last].stop
        ]
        if len(heads) < 2 or len(heads) != last - first + 1:
            return
        panels = [
            child
            for child in tree.children(around)
            if child > heads[-1] and tree.tags[child] == tree.tags[heads[-1]]
        ]
    else:
        heads = _shallow(tree, around, last - first + 1)
        panels = _panels(tree, around, last - first + 1)
    if len(panels) < last - first + 1:
        return
    if any(tree.stop[head] - tree.start[head] > 24 for head in heads):
        return  # rows with their contents, not heads
    offset = 0
    if len(heads) == len(panels) and len(heads) > last - first + 1:
        offset = next((order for order, head in enumerate(heads) if tree.stop[head] >= pieces[first].stop), 0)
    for order in range(last - first + 1):
        if offset + order < len(panels):
            panel = panels[offset + order]
            words = clean(text[tree.start[panel] : tree.stop[panel]])
            if not words and tree.within(panel, "img"):
                words = "[图]"
            behind[first + order] = words[:600]


def _shallow(tree: Tree, around: int, count: int) -> list[int]:
    children = tree.children(around)
    while len(children) == 1:
        children = tree.children(children[0])
    return children if len(children) >= count else []


def _panels(tree: Tree, around: int, count: int) -> list[int]:
    for _ in range(3):
        follower, parent = tree.end[around], tree.parent[around]
        if parent < 0:
            return []
        siblings = []
        while follower < tree.end[parent]:
            siblings.append(follower)
            follower = tree.end[follower]
        if len(siblings) >= count and all(
            tree.tags[one] == tree.tags[siblings[0]] for one in siblings[:count]
        ):
            return siblings
        for sibling in siblings[:2]:
            inner = _shallow(tree, sibling, count)
            if inner:
                return inner
        around = parent
    return []
