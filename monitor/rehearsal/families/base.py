"""What every family answers: addresses of its columns, articles and files, and how its lists reach the reader."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from monitor.rehearsal.plan import Column, Item, LetterPlan, MailboxPlan, SitePlan
from monitor.rehearsal.web.look import Look, show_date
from monitor.rehearsal.web.rows import Row, list_html, pager_html
from monitor.rehearsal.wordings.noise import EMPTY_LIST

Data = Callable[[Mapping[str, str]], bytes]
"""An answer of a data address, made from the parameters of the call."""

OUTSIDE_ITEMS = (
    "https://www.gov.cn/yaowen/liebiao/content_{n}.htm", "http://www.news.cn/politics/c_{n}.htm", "http://www.people.com.cn/n1/c{n}.html",
)  # fmt: skip
FILE_ENDINGS = ("pdf", "doc", "xls", "docx", "zip", "pdf", "jpg")


def hex32(*parts: object) -> str:
    """32 hexadecimal digits that stand for these parts."""
    return hashlib.md5("|".join(map(str, parts)).encode(), usedforsecurity=False).hexdigest()


@dataclass(frozen=True, slots=True)
class DataAnswer:
    """A data address of a site: its path, how it answers, and its content type."""

    path: str
    answer: Data
    content_type: str = "application/json;charset=utf-8"


class Family:
    """A family with plain HTML lists; others change its addresses and its delivery."""

    key = "dated"

    def __init__(self, site: SitePlan, look: Look) -> None:
        self.site = site
        self.look = look
        self.random_number = Random(site.style + 1).randint(1000, 9000)

    # -- addresses -------------------------------------------------------------------------------------------
    def folder(self, column: Column) -> str:
        group = {"news": "xwdt", "notice": "zwgk", "policy": "zwgk", "data": "zwgk"}.get(
            column.kind, "zfxxgk"
        )
        return f"/{group}/{column.key}"

    def column_path(self, column: Column, page: int = 1) -> str:
        return f"{self.folder(column)}/" + ("" if page == 1 else f"index_{page - 1}.html")

    def item_path(self, column: Column, item: Item) -> str:
        return f"{self.folder(column)}/{item.day:%Y%m}/t{item.day:%Y%m%d}_{item.number}.html"

    def file_path(self, column: Column, item: Item, step: int, ending: str) -> str:
        letter = "W" if ending in ("jpg", "png") else "P"
        return f"{self.folder(column)}/{item.day:%Y%m}/{letter}0{item.day:%Y%m%d}{item.number}{step:03d}.{ending}"

    def box_path(self, box: MailboxPlan) -> str:
        return f"/hdjl/{box.key}{box.number}/"

    def letter_path(self, box: MailboxPlan, letter: LetterPlan) -> str:
        return f"/hdjl/{box.key}{box.number}/{letter.number}.html"

    def hub_path(self) -> str:
        return "/hdjl/"

    def service_path(self) -> str:
        return "/bsfw/"

    def guide_path(self, number: int) -> str:
        return f"/bsfw/bszn/{number}.html"

    # -- lists -----------------------------------------------------------------------------------------------
    def href(self, column: Column, item: Item) -> str:
        """Where a row leads: a page of the site, a file of it, or elsewhere."""
        if item.link == "outside":
            return OUTSIDE_ITEMS[item.number % len(OUTSIDE_ITEMS)].format(n=1_000_000 + item.number % 40)
        if item.link == "file":
            return self.file_path(column, item, 0, FILE_ENDINGS[item.number % 6])
        return self.item_path(column, item)

    def row(self, column: Column, item: Item, base: str = "") -> Row:
        """The row of an item; with `base`, addresses below it are written relative to it."""
        href = self.href(column, item)
        if base and self.look.relative and href.startswith(base):
            href = "./" + href[len(base) :]
        form = self.look.date_form
        return Row(href, item.title, show_date(form, item.day, item.minute) if form else "")

    def pages(self, column: Column) -> int:
        return max(1, -(-len(column.items) // column.per_page))

    def slice(self, column: Column, page: int) -> Sequence[Item]:
        return column.items[(page - 1) * column.per_page : page * column.per_page]

    def list_block(self, column: Column, page: int) -> str:
        """The list of one page of a column, with its pager."""
        rows = [self.row(column, item, self.base(column)) for item in self.slice(column, page)]
        return list_html(self.look, rows) + self.pager(column, page)

    def base(self, column: Column) -> str:
        return self.folder(column) + "/"

    def pager(self, column: Column, page: int) -> str:
        return pager_html(
            [self.column_path(column, number + 1) for number in range(self.pages(column))], page
        )

    def empty_block(self, column: Column) -> str:
        text = EMPTY_LIST[(self.site.style + column.number) % len(EMPTY_LIST)]
        return (
            f'<ul class="{self.look.list_class}"><!-- <li><a href="#">示例</a><span>2019-01-01</span></li> --></ul>'
            + (f'<p class="nodata">{text}</p>' if text else "")
        )

    def list_pages(self, column: Column) -> int:
        """How many pages of a column have an address of their own."""
        return self.pages(column)

    def data(self) -> list[DataAnswer]:
        """The data addresses that the lists of this family are filled from."""
        return []

    def undeclared_script(self, column: Column) -> str:
        """A list that an unknown script would fill, with nothing to learn from."""
        return (
            f'<div id="list-{hex32(column.number)[:8]}" class="{self.look.list_class}" data-v-{column.number:x}></div>'
            f'<script>(function(){{window.__boot__&&window.__boot__("{hex32(self.site.code, column.key)}")}})();</script>'
            '<script src="/static/js/chunk-vendors.js"></script>'
        )


def as_json(value: object) -> bytes:
    """A JSON answer in UTF-8."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
