"""Scripts of the site itself: which may write the footer or a list, and what one of them would write."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from monitor.collect.extract import addresses, dates
from monitor.collect.extract.addresses import Joiner
from monitor.collect.extract.charset import decode
from monitor.collect.extract.data import embedded
from monitor.collect.extract.footer import footer_fields
from monitor.collect.extract.javascript import MAX_SCRIPT, markup
from monitor.collect.extract.links import anchors
from monitor.collect.extract.page import DataAddress, FooterField, ItemList, Link, Region
from monitor.collect.extract.sources import Sources
from monitor.collect.extract.tree import Tree, parse

MAX_SCRIPTS = 12
_LIBRARY = re.compile(
    r"jquery|swiper|bootstrap|vue|react|angular|layui|layer|echarts|slick|superslide|slides?\b|video|player|swfobject|polyfill|respond|html5|modernizr|"
    r"lodash|moment|axios|iscroll|owl|carousel|wow|animate|lazyload|placeholder|clipboard|qrcode|print|share|scroll|jscroll|nicescroll|zoom|fancybox|"
    r"pako|require|seajs|webtrends|analytics|hm\.js|ta\.js|stat|count|resize|rem\.js|flexible|fontsize|wza|barrier|accessib|toolbar|jhelper|canvas|"
    r"datepicker|wdate|calendar|grayscale|jiucuo|conac|md5|base64|crypto|sm[234]\b|zh_tran|tw_cn|selectlist|gallery|fingerprint|\.min\.js|elevator|kefu|robot",
    re.I,
)
_LIKELY = re.compile(
    r"foot|bottom|copyright|banquan|dibu|yejiao|common|public|global|comm|include|inc|base|site|main|index|top|head|wz|web|page",
    re.I,
)
_FOOTER_SIGNS = ("ICP", "标识码", "主办", "承办", "公网安备", "备案", "jiucuo", "%u", "\\u", "%E")
_WRITES = (
    "document.write",
    "innerHTML",
    ".html(",
    ".append(",
    "insertAdjacentHTML",
    ".after(",
    ".before(",
    "outerHTML",
    ".innerText",
    ".text(",
)


@dataclass(frozen=True, slots=True)
class ScriptFacts:
    """What a first-party script says: footer values and links that it writes, lists in it and where it asks for more."""

    footer: tuple[FooterField, ...] = ()
    links: tuple[Link, ...] = ()
    lists: tuple[ItemList, ...] = ()
    data_addresses: tuple[DataAddress, ...] = ()
    includes: tuple[str, ...] = ()


def read_script(body: bytes, page_url: str, content_type: str = "") -> ScriptFacts:
    """Read an external script without running it; addresses in it are relative to the page that includes it."""
    text = decode(body, content_type).text[:MAX_SCRIPT]
    join = Joiner(page_url)
    sources = Sources(page_url, join)
    sources.script(text)
    footer, links = written(text, join)
    found = embedded(text, page_url) if "{" in text and ("title" in text or "<record" in text) else None
    lists = (found,) if found is not None and found.rows else ()
    return ScriptFacts(footer, links, lists, sources.addresses(), tuple(sources.includes))


def written(script: str, join: Joiner) -> tuple[tuple[FooterField, ...], tuple[Link, ...]]:
    """The footer values and links that a script writes into its page."""
    if not any(sign in script for sign in _WRITES) and "<" not in script:
        return (), ()
    if not any(sign in script for sign in _FOOTER_SIGNS) and "href" not in script:
        return (), ()
    html = markup(script)
    if not html.strip():
        return (), ()
    tree = parse(f"<body>{html}</body>")
    regions = [Region.FOOTER] * len(tree.tags)
    found = anchors(tree, join, regions)
    values = footer_fields(tree, dates.narrow(tree.text), found, regions, everywhere=True)
    return values, tuple(anchor.link for anchor in found[:300])


def inline_footer(tree: Tree, join: Joiner) -> tuple[FooterField, ...]:
    """The footer values that the page's own scripts write."""
    values: dict[tuple[str, str], FooterField] = {}
    for script in tree.scripts:
        text = script.text
        if len(text) < 40 or not any(sign in text for sign in _WRITES):
            continue
        if not any(sign in text for sign in _FOOTER_SIGNS):
            continue
        for value in written(text, join)[0]:
            values.setdefault((value.field, value.value), value)
    return tuple(values.values())


@lru_cache(maxsize=4_096)
def _is_library(name: str) -> bool:
    return _LIBRARY.search(name) is not None


def footer_scripts(tree: Tree, join: Joiner, page: str) -> tuple[str, ...]:
    """Same-site scripts that may write the footer or a list, the likely ones first; well-known libraries left out."""
    host = addresses.host_of(page)
    scored: list[tuple[int, int, str]] = []
    total = len(tree.tags) or 1
    for order, script in enumerate(tree.scripts):
        source = script.attrs.get("src", "")
        if not source:
            continue
        url = join(source)
        if not url or (host and not addresses.same_site(addresses.host_of(url), host)):
            continue
        name = url.partition("?")[0].rpartition("/")[2]
        if _is_library(name):
            continue
        score = 0 if re.search(r"foot|bottom|copyright|banquan|dibu|yejiao|wzdb", url, re.I) else 2
        if score and script.index > total * 0.6:
            score = 1
        elif score and not _LIKELY.search(name):
            score = 3
        scored.append((score, order, url))
    scored.sort()
    return tuple(dict.fromkeys(url for _, _, url in scored))[:MAX_SCRIPTS]
