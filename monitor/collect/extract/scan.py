"""Candidates for a serious error on a page: implanted links, harmful links, set phrases that are forbidden.

Only one thing is certain: a block that is hidden from people and leads them to gambling or worse outside.
All else is shown to a person. The words are data (`lexicon.tsv`), each with its source.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from checks.facts.scan import SuspectKind
from monitor.collect.extract import addresses
from monitor.collect.extract.links import Anchor
from monitor.collect.extract.page import PageSuspect
from monitor.collect.extract.tree import Tree, spaced

MAX_SUSPECTS = 20
_PUBLIC = (
    ".gov.cn",
    ".政务",
    ".edu.cn",
    ".org.cn",
    ".mil.cn",
    "12377.cn",
    "xinhuanet.com",
    "people.com.cn",
    "news.cn",
    "weixin.qq.com",
    "weibo.com",
    "12321.cn",
)
_AGAINST = re.compile(
    r"打击|查处|整治|严禁|禁止|防范|防治|治理|取缔|违法|犯罪|非法|涉嫌|案|警惕|远离|抵制|举报|扫黄|打非|不得|不准|不要|拒绝|危害|破获|抓获|宣传|教育|通报|处罚|处理|典型|曝光|受骗|诈骗|陷阱|勿|谨防|规定|条例|管理办法|切勿"
)
_HIDDEN_RULE = re.compile(
    r"([#.][\w\-]{1,60})\s{0,4}\{[^{}]{0,400}?(?:display\s*:\s*none|visibility\s*:\s*hidden|(?:left|top|text-indent)\s*:\s*-\d{3,})",
    re.I,
)
_HIDDEN_BY_SCRIPT = re.compile(
    r"getElementById\(\s*[\"']([\w\-]{1,60})[\"']\s*\)\s*\.style\s*\.(?:display\s*=\s*[\"']none|visibility\s*=\s*[\"']hidden)",
    re.I,
)
_TINY = re.compile(r"\A[01](?:px)?\Z")


@lru_cache(maxsize=1)
def lexicon() -> dict[str, dict[str, list[tuple[str, str, str]]]]:
    """The words by kind and first sign: (word, why, source)."""
    kinds: dict[str, dict[str, list[tuple[str, str, str]]]] = {}
    for line in Path(__file__).with_name("lexicon.tsv").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            kind, term, why, source = line.split("\t")
            kinds.setdefault(kind, {}).setdefault(term[0], []).append((term, why, source))
    return kinds


def _hits(kind: str, text: str) -> list[tuple[str, str, int]]:
    found = []
    for sign, terms in lexicon()[kind].items():
        if sign in text:
            for term, why, _ in terms:
                place = text.find(term)
                if place >= 0:
                    found.append((term, why, place))
    return found


def suspects(tree: Tree, text: str, anchors: list[Anchor], url: str) -> tuple[PageSuspect, ...]:
    """The page's candidates, certain ones first."""
    found: list[PageSuspect] = []
    here = addresses.host_of(url)
    own = url[: url.find("/", 8) + 1] or "?"
    outside = [
        anchor
        for anchor in anchors
        if not anchor.link.url.startswith(own) and not _public_host(addresses.host_of(anchor.link.url), here)
    ]
    if outside:
        linked = {term for term, _, _ in _hits("harm", " ".join([anchor.link.text for anchor in outside]))}
        if linked:
            found.extend(_links(tree, outside, linked))
    if tree.hiding:
        found.extend(_hidden_words(tree, text))
    found.extend(_title(tree))
    for term, why, place in _hits("wording", text):
        excerpt = spaced(text[max(0, place - 40) : place + len(term) + 40])[:120]
        found.append(PageSuspect(SuspectKind.WORDING, f"疑似{why}: {term}", False, excerpt))
    found.sort(key=lambda one: not one.certain)
    return tuple(found[:MAX_SUSPECTS])


@lru_cache(maxsize=8_192)
def _public_host(host: str, page: str) -> bool:
    return host.endswith(_PUBLIC) or addresses.same_site(host, page)


def _links(tree: Tree, outside: list[Anchor], terms: set[str]) -> list[PageSuspect]:
    concealed = _concealed(tree)
    hidden: list[Anchor] = []
    shown: list[Anchor] = []
    for anchor in outside:
        words = anchor.link.text
        if not any(term in words for term in terms) or _AGAINST.search(words):
            continue
        covered = anchor.link.hidden or any(first <= anchor.index < last for first, last in concealed)
        (hidden if covered else shown).append(anchor)
    found: list[PageSuspect] = []
    if hidden:
        hosts = {addresses.host_of(anchor.link.url) for anchor in hidden}
        excerpt = " | ".join(f"{a.link.text[:20]} → {addresses.host_of(a.link.url)}" for a in hidden[:4])
        certain = len(hidden) >= 2
        says = f"页面中有 {len(hidden)} 条隐藏的站外有害链接, 指向 {len(hosts)} 个站外域名"
        found.append(PageSuspect(SuspectKind.TAMPERED, says, certain, excerpt[:120]))
    for anchor in shown[:5]:
        excerpt = f"{anchor.link.text[:60]} → {addresses.host_of(anchor.link.url)}"
        found.append(
            PageSuspect(SuspectKind.HARMFUL_LINK, "页面上有疑似有害的站外链接", False, excerpt[:120])
        )
    return found


def _concealed(tree: Tree) -> list[tuple[int, int]]:
    """Elements that a style sheet of the page, a script or a one-pixel marquee hides."""
    names: set[str] = set()
    for style in tree.styles:
        names.update(_HIDDEN_RULE.findall(style[:50_000]))
    for script in tree.scripts:
        if "style" in script.text:
            names.update(f"#{name}" for name in _HIDDEN_BY_SCRIPT.findall(script.text[:50_000]))
    found = []
    for index, own in enumerate(tree.attrs):
        if not own:
            continue
        tiny = tree.tags[index] == "marquee" and (
            _TINY.match(own.get("height") or "") or _TINY.match(own.get("width") or "")
        )
        named = names and (
            f"#{own.get('id')}" in names
            or any(f".{name}" in names for name in (own.get("class") or "").split())
        )
        if tiny or named:
            found.append((index, tree.end[index]))
    return found


def _hidden_words(tree: Tree, text: str) -> list[PageSuspect]:
    """Many harmful words without links in a hidden block: stuffing for search engines."""
    for first, _ in tree.hidden_spans():
        part = text[tree.start[first] : tree.stop[first]]
        terms = {term for term, _, _ in _hits("harm", part)}
        if len(terms) >= 3 and not _AGAINST.search(part):
            says = f"隐藏区块中堆砌有害词 {len(terms)} 个"
            return [PageSuspect(SuspectKind.TAMPERED, says, False, spaced(part)[:120])]
    return []


def _title(tree: Tree) -> list[PageSuspect]:
    """The document's title or description advertises: the usual trace of a hijacked page."""
    words = tree.title
    for own in tree.metas:
        if own.get("name", "").lower() in ("keywords", "description"):
            words += " " + own.get("content", "")[:400]
    terms = {term for term, _, _ in _hits("harm", words)}
    if len(terms) >= 2 and not _AGAINST.search(words):
        says = f"网页标题或描述中有推广用词: {'、'.join(sorted(terms)[:4])}"
        return [PageSuspect(SuspectKind.TAMPERED, says, False, spaced(words)[:120])]
    return []
