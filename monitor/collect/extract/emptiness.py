"""What the main part of a page holds besides links: words, pictures, a notice that nothing is there, own scripts.

Only facts are counted here; whether they make a column empty is decided where the whole site is known.
"""

from __future__ import annotations

import hashlib
import re

from monitor.collect.extract.links import Anchor
from monitor.collect.extract.page import Region
from monitor.collect.extract.tree import Tree

_PICTURES = (
    "img",
    "image",
    "svg",
    "canvas",
    "picture",
    "video",
    "audio",
    "object",
    "embed",
    "iframe",
    "frame",
)
_BLANKS = re.compile(r"[\s\x1f\u3000\xa0]+")
_NOTHING = re.compile(
    r"(?:暂无|暂时没有|暂未|尚无|尚未|目前没有|没有(?:找到|查询?到|检索到)?|未(?:找|查询?|检索)到|无)(?:任何|有关|相关|相应|更多|可显示的?|符合条件的?|对应的?)?的?"
    r"(?:栏目)?(?:信息|内容|记录|数据|文件|文章|新闻|公告|资料|消息|更新|发布|添加)|"
    r"(?:正在|栏目|内容|页面|信息)(?:正在|在)?(?:抓紧|积极)?(?:建设|完善|更新|整理|筹备|制作)(?:之)?中(?!的)|敬请期待|共\s?0\s?[条页篇]|总记录数?[:：]?\s?0(?!\d)"
)
_NO_PROGRAM = re.compile(r"json|template|html|xml|text/plain|x-", re.I)
_LITERALS = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|\d+|\s+")
_MOST_SCRIPTS = 40


def main_words(main: str, anchors: list[Anchor]) -> int:
    """Visible characters of the main part that are no link text; hidden ones count, which can only say too much."""
    linked = sum(
        len(_BLANKS.sub("", anchor.link.text))
        for anchor in anchors
        if anchor.link.region is Region.MAIN and not anchor.link.hidden
    )
    return max(0, len(_BLANKS.sub("", main)) - linked)


def main_pictures(tree: Tree, regions: list[Region]) -> int:
    """Pictures, players, frames and embedded objects of the main part that stand outside links."""
    found = 0
    for tag in _PICTURES:
        for index in tree.find(tag):
            found += regions[index] is Region.MAIN and not _in_link(tree, index)
    return found


def _in_link(tree: Tree, index: int) -> bool:
    around = tree.parent[index]
    for _ in range(6):
        if around < 0:
            return False
        if tree.tags[around] == "a":
            return bool(tree.attr(around, "href"))
        around = tree.parent[around]
    return False


def says_nothing_there(main: str) -> bool:
    """Whether the main part, short as it is, says itself that it holds nothing."""
    words = _BLANKS.sub("", main)
    return len(words) <= 200 and _NOTHING.search(words) is not None


def script_shapes(tree: Tree) -> tuple[str, ...]:
    """The page's inline programs without their literals: one template calls the same with other numbers."""
    shapes: dict[str, None] = {}
    for script in tree.scripts:
        if script.attrs.get("src") or not script.text.strip() or len(shapes) >= _MOST_SCRIPTS:
            continue
        if _NO_PROGRAM.search(script.attrs.get("type", "").replace("x-javascript", "javascript")):
            continue
        bare = _LITERALS.sub("", script.text[:20_000])
        shapes.setdefault(hashlib.sha256(bare.encode("utf-8", "replace")).hexdigest()[:16])
    return tuple(shapes)
