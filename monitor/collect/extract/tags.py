"""The page's tags as written: every `<meta>` pair, also the malformed ones."""

from __future__ import annotations

from monitor.collect.extract.tree import Tree

_MAX_TAGS = 200
_MAX_VALUE = 2_000
_GENERATED = frozenset(("maketime", "generated", "build-time", "createtime", "pagecreatetime", "makedate"))
PUBLISHED = (
    "pubdate",
    "publishdate",
    "publish_date",
    "publishtime",
    "article:published_time",
    "og:published_time",
    "publicationdate",
    "dc.date",
    "dc.date.issued",
    "weibo: article:create_at",
    "article.published",
    "publish-time",
    "releasedate",
)


def tags(tree: Tree) -> tuple[tuple[str, str], ...]:
    """All `name`/`content` pairs in page order; `property` and `itemprop` stand in for a missing name."""
    found: list[tuple[str, str]] = []
    for own in tree.metas:
        name = own.get("name") or own.get("property") or own.get("itemprop")
        if name is None or "content" not in own:
            if not name:
                continue
            # <meta name=PubDate value=…> and <meta name="PubDate" 2026-…>: the value is looked for where it slipped to
            own = {**own, "content": own.get("value") or own.get("contents") or own.get("context") or ""}
        found.append((name.strip()[:120], own["content"].strip()[:_MAX_VALUE]))
        if len(found) >= _MAX_TAGS:
            break
    return tuple(found)


def lookup(found: tuple[tuple[str, str], ...], *names: str) -> str:
    """The first non-empty value of one of these names (compared without case)."""
    wanted = {name.lower() for name in names}
    for name, value in found:
        if value and name.lower() in wanted:
            return value
    return ""


def generated_at(found: tuple[tuple[str, str], ...]) -> str:
    """When the page says that it was generated, empty where it does not."""
    for name, value in found:
        if name.lower() in _GENERATED or (name.lower() == "others" and "页面生成" in value):
            return value
    return ""
