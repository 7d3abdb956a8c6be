"""The name of a list and its "more" link: what stands over its rows inside the same block; tabs in their order."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import replace
from typing import TYPE_CHECKING

from monitor.collect.extract import addresses
from monitor.collect.extract.links import Anchor
from monitor.collect.extract.page import Region
from monitor.collect.extract.titles import BUTTONS, is_more, is_placeholder
from monitor.collect.extract.tree import INLINE, Tree, clean

if TYPE_CHECKING:
    from monitor.collect.extract.lists import Found

_CLIMB = 5
_MAX_HEADING = 24
_SIDE = re.compile(
    r"热门|热点(?:排行|新闻|推荐|文章|阅读|关注)|排行|点击(?:率|量|榜)|阅读榜|人气|推荐(?:阅读|新闻|信息|文章)|相关(?:阅读|文章|新闻|信息|链接|稿件|推荐|内容|附件|文件|解读|政策)|"
    r"猜你|大家都在看|延伸阅读|最热|一周热|浏览历史|历史浏览|看过"
)
_LINKS = re.compile(r"友情链接|网站链接|相关网站|政府网站链接|部门网站|快速链接|常用链接|链接导航|网站导航")
_TRAIL = re.compile(
    r"(?:当前|您|你|所在|现在)(?:的|所在|在)?(?:的)?位置|首\s?页\s?(?:>|&gt;|》|»|/|-&gt;|->)"
)
_NO_HEADING = re.compile(
    r"[\d\-/.:：年月日\s]+\Z|(?:序号|标题|名称|文号|索引号|发布(?:日期|时间|机构)|发文(?:单位|机关|字号)|时间|日期|共\d+|第\d+|首页|上一页|下一页|尾页|"
    r"上一篇|下一篇|(?:来信|信件|留言|提交|受理|处理|办理|回复|答复)(?:时间|日期|状态|情况|单位|编号|标题|类型)|状态|编号|类型|字号|字体|打印|分享|来源|浏览)"
)
_SIGN = re.compile(r"[A-Za-z\u4e00-\u9fff\u1820-\u18aa]")
_TABLE_PARTS = frozenset(("tbody", "thead", "tr", "table"))
_BORDERS = re.compile(f"[{INLINE}\n|｜/]+")


def name(tree: Tree, anchors: list[Anchor], found: list[Found]) -> None:
    """Give each list its heading, its "more" link, and the region that its heading betrays."""
    places = [anchor.index for anchor in anchors]
    claimed: dict[tuple[int, int], list[tuple[int, list[str]]]] = {}
    for number, one in enumerate(found):
        block, words = _over(tree, one, found)
        if block < 0:
            continue
        claimed.setdefault((block, len(words)), []).append((number, words))
        heading = words[0]
        more = _more(tree, anchors, places, block, one, heading)
        one.items = replace(one.items, heading=heading, more=more)
    for members in claimed.values():
        if len(members) > 1 and len(members[0][1]) >= len(members):
            for order, (number, words) in enumerate(members):
                one = found[number]
                link = _titled(tree, anchors, words[order], tree.start[one.container])
                found[number].items = replace(one.items, heading=words[order], more=link)
    kept = []
    for one in found:
        if _LINKS.search(one.items.heading) and not any(row.date for row in one.items.rows):
            continue
        if _SIDE.search(one.items.heading) and one.items.region is Region.MAIN:
            one.items = replace(one.items, region=Region.SIDEBAR)
        kept.append(one)
    found[:] = kept


def _over(tree: Tree, one: Found, found: list[Found]) -> tuple[int, list[str]]:
    """The nearest block whose text before the list's rows names it; the words found there."""
    inner = one.container
    while (
        inner >= 0 and tree.tags[inner] in _TABLE_PARTS
    ):  # a table's own head names its columns, not the list
        inner = tree.parent[inner]
    first = tree.start[one.rows[0]]
    for _ in range(_CLIMB):
        if inner < 0 or tree.tags[inner] in ("body", "html"):
            break
        start = tree.start[inner]
        if first - start > 1:
            words = _words(tree, start, first, found, one)
            if words:
                return inner, words
        inner = tree.parent[inner]
    return -1, []


def _words(tree: Tree, start: int, stop: int, found: list[Found], one: Found) -> list[str]:
    """Only what stands behind the rows of the list before this one; nothing there: tabs over both."""
    behind, ahead = start, stop
    for other in found:
        if other is one:
            continue
        other_start, other_stop = tree.start[other.rows[0]], tree.stop[other.rows[-1]]
        if start <= other_start and other_stop <= stop:
            behind = max(behind, other_stop)
            ahead = min(ahead, other_start)
    heads = _heads(tree.text[behind:stop])
    if heads:
        return heads[-12:]
    return _heads(tree.text[start:ahead])[-12:] if behind > start else []


def _heads(text: str) -> list[str]:
    if len(text) > 2_000:
        text = text[-400:]
    heads: list[str] = []
    for line in text.split("\n"):
        if _TRAIL.search(line):
            heads.clear()
            continue
        for piece in _BORDERS.split(line):
            words = clean(piece).strip("·•:：[]【】>》 ")
            if len(words) > _MAX_HEADING:
                heads.clear()
            elif _is_heading(words):
                heads.append(words)
    return heads


def _titled(tree: Tree, anchors: list[Anchor], heading: str, before: int) -> str | None:
    """The address of a tab head that is itself a link to its column."""
    for anchor in reversed(anchors):
        if tree.start[anchor.index] <= before and anchor.link.text == heading:
            return None if addresses.shape(anchor.link.url) == "article" else anchor.link.url
    return None


def _is_heading(words: str) -> bool:
    if len(words) < 2 or not _SIGN.search(words) or words in BUTTONS:
        return False
    return not (is_more(words) or is_placeholder(words) or _NO_HEADING.match(words))


def _more(
    tree: Tree, anchors: list[Anchor], places: list[int], block: int, one: Found, heading: str
) -> str | None:
    rows = set(one.rows)
    titled: str | None = None
    for number in range(bisect_left(places, block), bisect_left(places, tree.end[block])):
        anchor = anchors[number]
        words = anchor.link.text
        if is_more(words) and not any(row <= anchor.index < tree.end[row] for row in rows):
            return anchor.link.url
        if titled is None and anchor.index < one.rows[0] and words and clean(words) == heading:
            titled = anchor.link.url
    if titled is not None and addresses.shape(titled) == "article":
        return None
    return titled
