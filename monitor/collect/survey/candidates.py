"""Which links of a page may lead to columns: navigation, block headings, "more" links, tiles."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from monitor.collect.extract.page import ItemList, Link, Region
from monitor.collect.survey.places import (
    Scope,
    canonical,
    identity,
    is_attachment,
    looks_like_article,
    looks_like_column,
)
from monitor.collect.survey.whole import Whole
from monitor.collect.survey.words import clean_name, fold, is_name, is_side_block, type_by_name

_TOOLS = re.compile(
    r"登录|登陆|注册|退出|无障碍|关怀|长者|适老|老年|繁體|繁体|简体|english|设为首页|加入收藏|收藏本站|网站地图|站点地图"
    r"|sitemap|手机版|移动版|电脑版|客户端|微信|微博|rss|订阅|搜索|检索|返回|首页|上一页|下一页|尾页|末页|打印|关闭"
    r"|网站声明|免责|版权|隐私|使用帮助|关于本站|蒙文版|ᠮᠣᠩᠭᠣᠯ|ᠨᠢᠭᠤᠷ",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A link that may lead to a column: its address, the best name it goes by, and how surely it is one.

    `strong` is true for navigation, "more" links and names that say a type; a strong candidate that could
    not be read stays in the facts as a column with a gap, a weak one does not.
    """

    url: str
    name: str
    strong: bool


def is_directory(one: ItemList) -> bool:
    """Whether a list leads to columns rather than to articles: nothing dated, short names, column addresses."""
    if any(row.date is not None for row in one.rows):
        return False
    columns = sum(1 for row in one.rows if looks_like_column(row.url) and is_name(row.title))
    return 2 * columns > len(one.rows)


def first_level(whole: Whole, scope: Scope, today: date) -> list[Candidate]:
    """The first-level columns that a home page may lead to, in page order, each address once."""
    found: dict[str, Candidate] = {}
    items = article_rows(whole.lists)
    for link in whole.links:
        if link.region is Region.NAVIGATION and _usable(link, scope):
            _add(found, link.url, link.text, True)
    for one in whole.lists:
        if (
            one.region is not Region.FOOTER
            and one.more
            and _own_page(one.more, scope)
            and not is_side_block(one.heading)
        ):
            _add(found, one.more, one.heading, True)
    for link in whole.links:
        if link.region is not Region.MAIN or identity(link.url) in items or not _usable(link, scope):
            continue
        typed = type_by_name(link.text, today) is not None
        if is_name(link.text) and (
            looks_like_column(link.url) or (typed and not looks_like_article(link.url))
        ):
            _add(found, link.url, link.text, typed)
    return list(found.values())


def second_level_pages(whole: Whole, scope: Scope) -> list[Candidate]:
    """Everything on the site that a navigation-only home page leads to."""
    found: dict[str, Candidate] = {}
    for link in whole.links:
        if link.region is not Region.FOOTER and _usable(link, scope):
            _add(found, link.url, link.text, True)
    for one in whole.lists:
        for row in one.rows:
            if one.region is not Region.FOOTER and _own_page(row.url, scope):
                _add(found, row.url, row.title, True)
    return list(found.values())


def below(whole: Whole, scope: Scope, known: Iterable[str], today: date) -> list[Candidate]:
    """The columns that a column's page leads to and that are not known from above."""
    seen = set(known)
    found: dict[str, Candidate] = {}
    items = article_rows(whole.lists)
    for link in whole.links:
        if link.region is Region.FOOTER or identity(link.url) in seen or not _usable(link, scope):
            continue
        if identity(link.url) in items or identity(link.url) == identity(whole.url):
            continue
        typed = type_by_name(link.text, today) is not None
        if is_name(link.text) and looks_like_column(link.url):
            _add(found, link.url, link.text, typed)
    for one in whole.lists:
        if (
            one.more
            and identity(one.more) not in seen
            and _own_page(one.more, scope)
            and not is_side_block(one.heading)
        ) and one.region is not Region.FOOTER:
            _add(found, one.more, one.heading, True)
    return list(found.values())


def article_rows(lists: Iterable[ItemList]) -> set[str]:
    """The identities of all rows that lead to articles."""
    return {identity(row.url) for one in lists if not is_directory(one) for row in one.rows}


def _own_page(url: str, scope: Scope) -> bool:
    return scope.same_site(url) and not scope.is_home(url) and not is_attachment(url)


def _usable(link: Link, scope: Scope) -> bool:
    if link.hidden or not _own_page(link.url, scope):
        return False
    return not _TOOLS.search(link.text) and len(fold(link.text)) <= 60


def _add(found: dict[str, Candidate], raw: str, text: str, strong: bool) -> None:
    url = canonical(raw)
    if url is None:
        return
    name = clean_name(text)
    known = found.get(identity(url))
    if known is None:
        found[identity(url)] = Candidate(url, name, strong)
    elif (name and not known.name) or (strong and not known.strong):
        found[identity(url)] = Candidate(known.url, known.name or name, strong or known.strong)
