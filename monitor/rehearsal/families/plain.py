"""Families whose lists stand in the page as HTML and that differ in addresses, pagers and shapes."""

from __future__ import annotations

from monitor.rehearsal.days import at_minute
from monitor.rehearsal.families.base import Family, hex32
from monitor.rehearsal.plan import Column, Item, LetterPlan, MailboxPlan


class Dated(Family):
    """Dated folders with `tYYYYMMDD_id`, and a pager that a script writes."""

    key = "dated"

    def pager(self, column: Column, page: int) -> str:
        return (
            '<div class="page" id="page"><script type="text/javascript">'
            f'createPageHTML({self.pages(column)}, {page - 1}, "index", "html");</script></div>'
        )


class Navigation(Dated):
    """Behind an entrance page; the sections are dated lists with .shtml."""

    key = "navigation"

    def column_path(self, column: Column, page: int = 1) -> str:
        return f"{self.folder(column)}/index" + ("" if page == 1 else f"_{page - 1}") + ".shtml"

    def item_path(self, column: Column, item: Item) -> str:
        return super().item_path(column, item).removesuffix("html") + "shtml"

    def pager(self, column: Column, page: int) -> str:
        return (
            f"<script>var currentPage = {page - 1};var prevPage = currentPage-1;var nextPage = currentPage+1;"
            f'var countPage = {self.pages(column)};document.write("共"+countPage+"页");</script>'
        )


class ScriptFooter(Family):
    """Numbered folders of a publishing system, .jhtml articles; its foot is written by a script."""

    key = "script_footer"

    def folder(self, column: Column) -> str:
        return f"/{column.key}_{column.number}"

    def column_path(self, column: Column, page: int = 1) -> str:
        return f"{self.folder(column)}/index" + ("" if page == 1 else f"_{page}") + ".jhtml"

    def item_path(self, column: Column, item: Item) -> str:
        return f"{self.folder(column)}/{item.day:%Y%m%d}/{item.number}.jhtml"


class Tables(Family):
    """An old site of tables in GBK, with numbers in the query."""

    key = "tables"

    def column_path(self, column: Column, page: int = 1) -> str:
        return f"/list.asp?classid={column.number}" + ("" if page == 1 else f"&page={page}")

    def item_path(self, column: Column, item: Item) -> str:
        return f"/Show.asp?id={item.number}"

    def file_path(self, column: Column, item: Item, step: int, ending: str) -> str:
        return f"/UploadFiles/{column.key}/{item.number}_{step}.{ending}"

    def base(self, column: Column) -> str:
        return ""

    def box_path(self, box: MailboxPlan) -> str:
        return f"/gbook/index.asp?box={box.number}"

    def letter_path(self, box: MailboxPlan, letter: LetterPlan) -> str:
        return f"/gbook/view.asp?id={letter.number}&box={box.number}"

    def hub_path(self) -> str:
        return "/gbook/default.asp"

    def service_path(self) -> str:
        return "/bszn/index.asp"

    def guide_path(self, number: int) -> str:
        return f"/bszn/show.asp?id={number}"


class Openness(Family):
    """A platform for disclosure: page numbers in the path, no date in any address."""

    key = "openness"

    def _section(self, column: Column) -> str:
        return "News" if column.kind in ("news", "topic") else "OpennessContent"

    def column_path(self, column: Column, page: int = 1) -> str:
        section = self._section(column)
        unit = f"{self.random_number}/" if section == "OpennessContent" else ""
        if column.shape == "leaders":
            return f"/Leader/show/{column.number}.html"
        return f"/{section}/showList/{unit}{column.number}/page_{page}.html"

    def item_path(self, column: Column, item: Item) -> str:
        return f"/{self._section(column)}/show/{item.number}.html"

    def file_path(self, column: Column, item: Item, step: int, ending: str) -> str:
        return f"/Upload/main/{hex32(item.number, step)[:16]}.{ending}"

    def base(self, column: Column) -> str:
        return ""

    def box_path(self, box: MailboxPlan) -> str:
        return f"/Mail/showList/{box.number}/page_1.html"

    def letter_path(self, box: MailboxPlan, letter: LetterPlan) -> str:
        return f"/Mail/show/{letter.number}.html"

    def service_path(self) -> str:
        return f"/Service/showList/{self.random_number}/page_1.html"

    def guide_path(self, number: int) -> str:
        return f"/Service/show/{number}.html"


class Query(Family):
    """A portal server where the query is the identity."""

    key = "query"

    def column_path(self, column: Column, page: int = 1) -> str:
        first = f"/eportal/ui?pageId={column.number}"
        if page == 1:
            return first
        return f"{first}&currentPage={page}&moduleId={hex32(column.number)}&staticRequest=yes"

    def item_path(self, column: Column, item: Item) -> str:
        return f"/eportal/ui?pageId={column.number + 1}&articleKey={item.number}&columnId={column.number}"

    def file_path(self, column: Column, item: Item, step: int, ending: str) -> str:
        return f"/eportal/fileDir/main/resource/cms/{item.number}/{step}.{ending}"

    def base(self, column: Column) -> str:
        return ""

    def box_path(self, box: MailboxPlan) -> str:
        return f"/eportal/ui?pageId=9{box.number}"

    def letter_path(self, box: MailboxPlan, letter: LetterPlan) -> str:
        return f"/eportal/ui?pageId=9{box.number}&letterId={letter.number}"


class Nineteen(Family):
    """Articles under a day's folder with nineteen digits, the date first."""

    key = "nineteen"

    def folder(self, column: Column) -> str:
        return f"/{self.site.unit.division[2:4]}m/{column.key}"

    def column_path(self, column: Column, page: int = 1) -> str:
        return f"{self.folder(column)}/index" + ("" if page == 1 else f"_{page}") + ".html"

    def item_path(self, column: Column, item: Item) -> str:
        stamp = at_minute(item.day, item.minute)
        root = self.folder(column).split("/")[1]
        return f"/{root}/{item.day:%Y-%m/%d}/article_{stamp:%Y%m%d%H%M}{item.number:07d}.html"


class Shared(Family):
    """The shared platform: numbered channels and contents, many sites on one address."""

    key = "shared"

    def column_path(self, column: Column, page: int = 1) -> str:
        return f"/channels/{column.number}" + ("" if page == 1 else f"_{page}") + ".html"

    def item_path(self, column: Column, item: Item) -> str:
        return f"/contents/{column.number}/{item.number}.html"

    def file_path(self, column: Column, item: Item, step: int, ending: str) -> str:
        return f"/upload/{column.number}/{item.number}-{step}.{ending}"

    def base(self, column: Column) -> str:
        return ""
