"""Where things stand on a page: navigation, main part, sidebar, footer.

Names (tags, roles, class and id words) propose a region, the page's proportions dispose: an element that holds
most of the page is none of them, and a "bottom" is a footer only where it reads like one.
"""

from __future__ import annotations

import re
from functools import lru_cache

from monitor.collect.extract.page import Region
from monitor.collect.extract.tree import Tree

_NAVIGATION = re.compile(
    r"(?:^|[\s_\-])(?:nav\w*|\w*nav|navbar|menu\w*|\w*menu|daohang|dh|dhl|header\w*|\w*header|topbar|toplink|crumbs?|"
    r"breadcrumb\w*|bread|position|weizhi|dqwz|dangqianweizhi|location|path|logo|search\w*|sousuo|lang|language|"
    r"toolbar|login\w*|mbx|szwz|curpos|web_?position)(?=$|[\s_\-\d])|"
    r"(?:^|[\s_\-])(?:head|top)(?=$|\s|[_\-](?:top|bar|nav|wrap|box|inner|link))",
    re.I,
)
_NAVIGATION_STRONG = re.compile(
    r"(?:^|[\s_\-])(?:nav|menu|crumb|breadcrumb|daohang|weizhi|dqwz|dangqianweizhi|mbx)", re.I
)
_FOOTER = re.compile(
    r"(?:^|[\s_\-])(?:foot\w*|\w*footer\w*|\w*foot|copyright\w*|copy|banquan|yejiao|dibu|page_?bottom|"
    r"friend_?links?|friendlink\w*|yqlj|youqing\w*|linkbox|blogroll)(?=$|[\s_\-\d])",
    re.I,
)
_FOOTER_MAYBE = re.compile(
    r"bottom|footer|copyright|(?:^|[\s_\-])(?:foot|btm|end|wzdb|db|info)(?=$|[\s_\-\d])", re.I
)
_SIDEBAR = re.compile(
    r"(?:^|[\s_\-])(?:aside|side_?bar\w*|rank\w*|hot_?(?:news|list|rank|box)?|paihang\w*|rmwz|tuijian|recommend\w*|"
    r"related\w*|relate_?\w*|xgwz|xgxx|xgyd|xglj|djpx|djph|qrcode|share\w*|popup\w*|piaochuang)(?=$|[\s_\-\d])",
    re.I,
)
FOOTER_WORDS = re.compile(
    r"标识码|ICP备|公网安备|备案[号序]|主办单位|主办[:：]|承办单位|版权所有|copyright|©|技术支持|网站地图|建议使用.{0,12}浏览|邮编|友情链接|联系电话|电子邮[箱件]|运行?维护?单位|[（(]主办[)）]|主\s{0,3}办\s{0,3}单\s{0,3}位",
    re.I,
)
_BY_TAG = {
    "nav": Region.NAVIGATION,
    "header": Region.NAVIGATION,
    "footer": Region.FOOTER,
    "aside": Region.SIDEBAR,
}
_BY_ROLE = {
    "navigation": Region.NAVIGATION,
    "banner": Region.NAVIGATION,
    "contentinfo": Region.FOOTER,
    "complementary": Region.SIDEBAR,
    "search": Region.NAVIGATION,
    "main": Region.MAIN,
}
_MAYBE = "maybe footer"
_seen: dict[str, Region | str | None] = {}


def regions(tree: Tree) -> list[Region]:
    """The region of every element, one entry an element."""
    found: list[Region] = []
    whole = len(tree.text) or 1
    start, stop, parent, attrs, tags = tree.start, tree.stop, tree.parent, tree.attrs, tree.tags
    main, navigation, footer = Region.MAIN, Region.NAVIGATION, Region.FOOTER
    for index, own in enumerate(attrs):
        around = found[parent[index]] if parent[index] >= 0 else main
        if around is footer:
            found.append(footer)
            continue
        tag = tags[index]
        proposed: Region | str | None = _BY_TAG.get(tag)
        if proposed is None and own:
            words = own.get("class")
            identity = own.get("id")
            if words or identity:
                proposed = _by_words(f"{words or ''} {identity or ''}")
            if "role" in own:
                proposed = _BY_ROLE.get(own["role"] or "", proposed)
        if proposed is None or tag in ("a", "img", "html", "body", "input", "form") or proposed is around:
            found.append(around)
            continue
        size = stop[index] - start[index]
        if proposed == _MAYBE:
            fits = start[index] > whole * 0.3 and _reads_like_footer(tree, index, size)
            found.append(footer if fits else around)
        elif proposed is footer:
            fits = size < max(whole * 0.6, 400) and (
                start[index] > whole * 0.3 or _reads_like_footer(tree, index, size, least=1)
            )
            found.append(footer if fits else around)
        elif proposed is main:
            found.append(main)
        elif size > whole * 0.6 and whole > 400:
            found.append(around)  # a wrapper, whatever its name
        elif proposed is navigation and around is Region.SIDEBAR:
            found.append(around)
        else:
            found.append(Region(proposed))
    _footer_by_words(tree, found)
    return found


def _by_words(words: str) -> Region | str | None:
    known = _seen.get(words, "")
    if known == "":
        if len(_seen) > 8_192:
            _seen.clear()
        known = _judge(words[:300])
        _seen[words] = known
    return known


def _judge(words: str) -> Region | str | None:
    if _FOOTER.search(words):
        return Region.FOOTER
    if _NAVIGATION.search(words):
        return Region.NAVIGATION
    if _SIDEBAR.search(words):
        return Region.SIDEBAR
    if _FOOTER_MAYBE.search(words):
        return _MAYBE
    return None


def is_strong_navigation(tree: Tree, index: int) -> bool:
    """Whether an element calls itself a menu or a trail, not only a head."""
    if tree.tags[index] == "nav":
        return True
    return _NAVIGATION_STRONG.search(f"{tree.attr(index, 'class')} {tree.attr(index, 'id')}") is not None


def _reads_like_footer(tree: Tree, index: int, size: int, least: int = 2) -> bool:
    if size >= 6_000:
        return False
    return _footer_words(tree.text[tree.start[index] : tree.stop[index]]) >= least


@lru_cache(maxsize=2_048)
def _footer_words(text: str) -> int:
    return len(set(FOOTER_WORDS.findall(text)))


def _footer_by_words(tree: Tree, found: list[Region]) -> None:
    """Old pages have no names: the last block around code, ICP or police number is the footer."""
    text = tree.text
    place = max(text.rfind("标识码"), text.rfind("ICP备"), text.rfind("公网安备"))
    if place < 0:
        place = text.rfind("版权所有")
        if place < len(text) * 0.6:
            return
    index = tree.at(place)
    if found[index] is Region.FOOTER:
        return
    whole = len(text)
    limit = min(900, max(int(whole * 0.45), 120))
    while tree.parent[index] >= 0:
        around = tree.parent[index]
        if tree.tags[around] in ("body", "html") or tree.stop[around] - tree.start[around] > limit:
            break
        index = around
    if tree.stop[index] - tree.start[index] > limit or tree.tags[index] in ("body", "html"):
        return
    for inner in range(index, tree.end[index]):
        found[inner] = Region.FOOTER
