"""Service guides: which of the eight element classes stand on the page with content behind them.

Source: rules.md W-V6, sites-as-they-are.md section 5.
"""

from __future__ import annotations

import re

from checks.facts.guides import Element
from monitor.collect.extract.guide_pieces import Piece, contents, read_pieces
from monitor.collect.extract.guide_tables import with_tables
from monitor.collect.extract.guide_words import LATER, is_content
from monitor.collect.extract.page import GuideFields, Region
from monitor.collect.extract.tree import Tree, clean

_WORDS = ("依据", "条件", "材料", "流程", "程序", "地点", "地址", "电话", "时间", "时限", "资料")
_GUIDE_TITLE = re.compile(
    r"办事指南|服务指南|办理指南|办理须知|一次性告知|申报指南|申请指南|办事须知|操作指南|事项详情|事项指南|审批指南"
)
_GUIDE_ADDRESS = re.compile(
    r"bszn|bsfw|bszy|guide|handle_affairs|fwzn|zwfw|blzn|banshi|fuwu|wsbs|service|matter|item_?detail", re.I
)
_ITEM = re.compile(r"(?:事项|项目|业务|主项|子项)(?:名称|全称)|(?:办理|服务|审批|申请)(?:事项|项目)")
_NOTICE = re.compile(r"公告|公示|通告|通知|招标|采购|中标|结果|名单|清单|目录|一览")
_SURE_ADDRESS = re.compile(r"bszn|fwzn|blzn|guide|item_?detail", re.I)
_ITEM_HEADING = re.compile(
    r"(?:办理|登记|审批|许可|备案|核发|认定|申请|申领|变更|注销|换领|换证|补办|补领|核准|确认|审核|给付|发放|证)(?:（[^）]{1,20}）)?\Z"
)
_SHORT = 900
"""Characters of all pieces up to which a page can be a guide with next to nothing on it."""
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


def read(
    tree: Tree, text: str, heading: str, filled_later: bool, url: str, regions: list[Region] | None = None
) -> GuideFields | None:
    """The guide on this page, or None where it is none."""
    titled = _GUIDE_TITLE.search(heading) is not None or _GUIDE_TITLE.search(tree.title) is not None
    addressed = _GUIDE_ADDRESS.search(url) is not None
    enough = sum(1 for word in _WORDS if word in text) >= (2 if titled else 3)
    if not enough and not ((titled or addressed) and _may_be_short(text, heading or tree.title, url)):
        return None
    pieces = read_pieces(tree, text, regions)
    # the slow parser is for pages whose own words make them guides, or nearly so
    if tree.find("table") and (
        _is_guide(pieces, titled, addressed) or _is_near(pieces, text, titled or addressed)
    ):
        pieces = with_tables(tree, pieces, regions)
        enough = enough or len({one for piece in pieces if piece.settled for one in piece.elements}) >= 3
    short = (titled or addressed) and _is_short_guide(pieces, heading or tree.title, url)
    if not short and not (enough and _is_guide(pieces, titled, addressed)):
        return None
    later = filled_later or any(call in script.text for script in tree.scripts for call in _CALLS_LATER)
    return _judge(tree, text, pieces, heading, later)


def _is_guide(pieces: list[Piece], titled: bool, addressed: bool) -> bool:
    """Whether the labels of a page are those of a guide."""
    labels = [piece for piece in pieces if piece.is_label]
    classes = {element for piece in labels for element in piece.elements}
    if len(classes) < (1 if titled else 2 if addressed and Element.NAME in classes else 3):
        return False
    return titled or addressed or _is_dense(pieces, labels)


def _joined(text: str) -> str:
    return re.sub(r"[\x1f\s]", "", text[:60_000])


def _names_item(text: str) -> bool:
    """Whether a label of an item stands on the page, or enough words that only markup splits."""
    joined = _joined(text)
    return _ITEM.search(joined) is not None or sum(1 for word in _WORDS if word in joined) >= 3


def _may_be_short(text: str, heading: str, url: str) -> bool:
    """Whether a page with few of the words could still be a guide."""
    return _names_item(text) or _is_item(heading, url)


def _is_item(heading: str, url: str) -> bool:
    """Whether a page is addressed as a guide and headed by an item's name."""
    return _ITEM_HEADING.search(heading) is not None and _SURE_ADDRESS.search(url) is not None


def _is_near(pieces: list[Piece], text: str, likely: bool) -> bool:
    """Whether a page named or addressed as a guide has labels of one, be they split by markup."""
    if not likely:
        return False
    classes = {element for piece in pieces for element in piece.elements}
    if len(classes) >= 2:
        return True
    joined = _joined(text)
    split = sum(1 for word in _WORDS if word in joined) > sum(1 for word in _WORDS if word in text)
    return split or _ITEM.search(joined) is not None


def _is_short_guide(pieces: list[Piece], heading: str, url: str) -> bool:
    """A guide with next to nothing on it: its label or its heading names an item, and little else stands there."""
    if _NOTICE.search(heading) or sum(len(piece.words) for piece in pieces) > _SHORT:
        return False
    named = [piece for piece in pieces if Element.NAME in piece.elements]
    others = [piece for piece in pieces if piece.is_label and Element.NAME not in piece.elements]
    items = {_item_of(pieces, piece) for piece in named} - {""}
    if len(items) > 1 or len(others) > 12:
        return False  # several items under one label are a list of services
    if not named:
        return _is_item(heading, url) and any(piece.elements for piece in others)
    return bool(items) and (bool(others) or _same(items.pop(), heading))


def _item_of(pieces: list[Piece], label: Piece) -> str:
    """The item behind its label; empty where none stands there."""
    follower = next((one for one in pieces if one.start >= label.stop), None)
    words = label.content
    if not words and not label.settled and follower is not None and not follower.is_label:
        words = follower.words
    return words if is_content(words) else ""


def _same(item: str, heading: str) -> bool:
    """Whether the label's item is the one that the heading names."""
    item, heading = (re.sub(r"[\s《》“”（）()]", "", words) for words in (item, heading))
    return len(item) >= 4 and (item in heading or (len(heading) >= 4 and heading in item))


def _is_dense(pieces: list[Piece], labels: list[Piece]) -> bool:
    """Labels follow each other closely; in a notice they are headings lost in running text."""
    elements = {element for piece in labels for element in piece.elements}
    words = sum(len(piece.words) for piece in pieces) or 1
    if len(elements) >= 5:
        return True
    return (len(elements) >= 3 and Element.NAME in elements) or (len(elements) >= 3 and words < 4_000)


def _judge(tree: Tree, text: str, pieces: list[Piece], heading: str, later: bool) -> GuideFields:
    behind = contents(tree, text, pieces)
    present: dict[Element, str] = {}
    bare: set[Element] = set()
    waiting: set[Element] = set()
    for number, piece in enumerate(pieces):
        if not piece.elements:
            continue
        content = behind[number]
        if piece.waits or (LATER.search(content) and len(LATER.sub("", content).strip()) < 4):
            waiting.update(piece.elements)
        elif is_content(content):
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
