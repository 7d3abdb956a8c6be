"""Every page of one site: an index of addresses, and how each page is rendered when it is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qsl

from monitor.rehearsal.families import family_of
from monitor.rehearsal.families.base import DataAnswer
from monitor.rehearsal.plan import (
    CHANNEL,
    LEADERS,
    LIST,
    Column,
    GuidePlan,
    Item,
    LetterPlan,
    MailboxPlan,
    SitePlan,
)
from monitor.rehearsal.web import articles, guides, homes, interaction, mongol
from monitor.rehearsal.web.frame import Frame
from monitor.rehearsal.web.stock import filler, wanted_size

LEAF_ENDINGS = frozenset({
    "pdf", "doc", "docx", "xls", "xlsx", "zip", "rar", "jpg", "jpeg", "png", "gif", "ico", "css", "js", "mp4", "woff", "svg",
})  # fmt: skip
DEAD_FOLDER = "/old_attachment/"


@dataclass(frozen=True, slots=True)
class Page:
    """One page: what it shows. `fault` is what the host does instead of showing it (empty: nothing)."""

    kind: str
    column: Column | None = None
    number: int = 1
    item: Item | None = None
    box: MailboxPlan | None = None
    letter: LetterPlan | None = None
    guide: GuidePlan | None = None
    fault: str = ""


def canonical(target: str) -> str:
    """The target with its query sorted, so that a client that reorders parameters finds the page too."""
    path, mark, query = target.partition("?")
    return path + mark + "&".join(sorted(query.split("&"))) if mark else path


class SitePages:
    """The pages of a site by target; `render` gives the bytes of one."""

    def __init__(self, site: SitePlan, today: date, service_host: str) -> None:
        self.site = site
        self.today = today
        self.service_host = service_host
        self.family = family_of(site)
        self.frame = Frame(site, self.family, today, service_host)
        self.data: dict[str, DataAnswer] = {answer.path: answer for answer in self.family.data()}
        self.scripts = {"/images/foot.js": self.frame.foot_script()} if site.family == "script_footer" else {}
        self.index: dict[str, Page] = {}
        self._fill()
        self.top = self.frame.top.encode(self.frame.encoding, "replace")
        self.foot = self.frame.foot.encode(self.frame.encoding, "replace")

    # -- index -----------------------------------------------------------------------------------------------
    def _add(self, target: str, page: Page) -> None:
        self.index[canonical(target)] = page

    def _fill(self) -> None:
        site, family = self.site, self.family
        self._add("/", Page("home"))
        self._add("/sitemap.html", Page("sitemap"))
        for column in site.columns:
            fault = column.unread if column.unread in ("blocked", "reset") else ""
            pages = family.list_pages(column) if column.shape == LIST else 1
            for number in range(1, pages + 1):
                self._add(family.column_path(column, number), Page("column", column, number, fault=fault))
            for item in column.items:
                if item.link == "page":
                    self._add(family.item_path(column, item), Page("article", column, item=item))
        for box in site.mailboxes:
            if not box.elsewhere:
                self._fill_box(box)
        if site.hub:
            self._add(family.hub_path(), Page("hub"))
        if site.service.mode in ("local", "offsite"):
            self._add(family.service_path(), Page("services"))
        if site.service.mode == "local":
            fault = "blocked" if site.service.unread == "blocked" else ""
            for guide in site.service.guides:
                self._add(family.guide_path(guide.number), Page("guide", guide=guide, fault=fault))
        if site.family == "mongolian":
            for target in mongol.targets(site):
                self._add(target, Page("mongol"))

    def _fill_box(self, box: MailboxPlan) -> None:
        fault = "blocked" if box.unread == "blocked" else ""
        self._add(self.family.box_path(box), Page("mailbox", box=box, fault=fault))
        if box.layout != "board" and not box.unread:
            for letter in box.letters:
                self._add(self.family.letter_path(box, letter), Page("letter", box=box, letter=letter))

    def find(self, target: str) -> Page | None:
        """The page at a target; an unknown query on a plain path does not matter."""
        page = self.index.get(target)
        if page is None and "?" in target:
            page = self.index.get(canonical(target)) or self.index.get(target.partition("?")[0])
        elif page is None and target.endswith(("/index.html", "/index.htm", "/index.shtml")):
            page = self.index.get(target[: target.rindex("/") + 1])
        return page

    def find_data(self, target: str) -> tuple[DataAnswer, dict[str, str]] | None:
        """The data address at a target, with the parameters of the call."""
        path, _, query = target.partition("?")
        answer = self.data.get(path)
        return (answer, dict(parse_qsl(query, keep_blank_values=True))) if answer else None

    # -- pages -----------------------------------------------------------------------------------------------
    def render(self, target: str, page: Page) -> bytes:
        """The bytes of a page, in the site's own charset, filled up to its size."""
        title, tags, body = self._parts(target, page)
        if page.kind == "home" and self.site.home_kind == "shell":
            return homes.shell(self.site).encode(self.frame.encoding, "replace")
        if page.kind == "mongol":
            return body.encode()
        head = self.frame.head(title, self.frame.site_tags() + tags).encode(self.frame.encoding, "replace")
        main = f'<div class="main" id="main">\n{body}\n</div>\n'.encode(self.frame.encoding, "replace")
        fixed = len(head) + len(self.top) + len(main) + len(self.foot)
        number = articles.number_of(target)
        return b"".join((head, filler(wanted_size(number) - fixed), self.top, main, self.foot))

    def main_part(self, target: str, page: Page) -> bytes:
        """What a page has that no other page of the site has."""
        return self._parts(target, page)[2].encode(self.frame.encoding, "replace")

    def _parts(self, target: str, page: Page) -> tuple[str, str, str]:
        """Title, tags and body of a page."""
        site, family = self.site, self.family
        if page.kind == "home":
            tags = '<meta name="ColumnType" content="首页">\n' if site.tag_mode == "full" else ""
            return site.name, tags, homes.home_body(self.frame)
        if page.kind == "article" and page.column and page.item:
            return articles.article(self.frame, page.column, page.item, target)
        if page.kind == "column" and page.column:
            return self._column(target, page.column, page.number)
        if page.kind == "mailbox" and page.box:
            return f"{page.box.name}-{site.name}", "", interaction.mailbox_page(site, family, page.box)
        if page.kind == "letter" and page.letter:
            return page.letter.title, "", interaction.letter_page(site, page.letter)
        if page.kind == "guide" and page.guide:
            bare = site.service.unread == "bare"
            return page.guide.title, "", guides.guide_body(family.look, page.guide, site.style, bare)
        if page.kind == "services":
            return (
                f"{site.service.name}-{site.name}",
                "",
                guides.service_list(site, family, self.service_host),
            )
        if page.kind == "hub":
            return f"{site.hub}-{site.name}", "", interaction.hub_page(site, family)
        if page.kind == "mongol":
            return "", "", mongol.page(site, target)
        return f"网站地图-{site.name}", "", homes.sitemap(self.frame)

    def _column(self, target: str, column: Column, number: int) -> tuple[str, str, str]:
        site, family = self.site, self.family
        tags = articles.column_tags(site, column)
        path = f'<div class="position">当前位置：<a href="/">首页</a> &gt; <a href="{family.column_path(column)}">{column.name}</a></div>'
        if column.shape == CHANNEL:
            body = homes.channel(self.frame, column)
        elif column.shape == LEADERS:
            body = articles.leaders(site, column)
        elif column.shape != LIST:
            body = articles.plain_text(site, column)
        elif column.unread == "script":
            body = family.undeclared_script(column)
        elif column.items:
            body = family.list_block(column, number)
        else:
            body = family.empty_block(column)
        side = self.frame.hot_list(target) if column.shape == LIST else ""
        return (
            f"{column.name}-{site.name}",
            tags,
            f'{path}<div class="list-wrap"><h2>{column.name}</h2>{body}</div>{side}',
        )
