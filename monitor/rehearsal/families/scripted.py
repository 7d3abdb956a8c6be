"""Families whose lists do not stand in the page: records inside a script, and data addresses of the site itself."""

from __future__ import annotations

from collections.abc import Mapping

from monitor.rehearsal.families.base import DataAnswer, Family, as_json, hex32
from monitor.rehearsal.plan import LIST, Column, Item, LetterPlan, MailboxPlan
from monitor.rehearsal.web.rows import row_html, wrapped

RECORD_HEAD = '<?xml version="1.0" encoding="utf-8"?>\n<!--?xml version="1.0"?-->'


class Records(Family):
    """Columns by number; the first rows stand as records in `<script type="text/xml">`, the rest behind a proxy."""

    key = "records"

    def column_path(self, column: Column, page: int = 1) -> str:
        return f"/col/col{column.number}/index.html" + (
            "" if page == 1 else f"?uid={column.number + 1}&pageNum={page}"
        )

    def item_path(self, column: Column, item: Item) -> str:
        if item.number % 3 == 0:
            return f"/art/{item.day.year}/art_{hex32(self.site.code, item.number)}.html"
        return f"/art/{item.day.year}/{item.day.month}/{item.day.day}/art_{column.number}_{item.number}.html"

    def file_path(self, column: Column, item: Item, step: int, ending: str) -> str:
        return f"/attach/0/{hex32(item.number, step)}.{ending}"

    def base(self, column: Column) -> str:
        return ""

    def list_pages(self, column: Column) -> int:
        return 1

    def _record(self, column: Column, item: Item) -> str:
        return f"<record><![CDATA[\n{row_html(self.look, self.row(column, item))}]]></record>\n"

    def store(self, column: Column, items: tuple[Item, ...]) -> str:
        """A data store of records, as it stands in the page and as the proxy answers."""
        records = "".join(self._record(column, item) for item in items)
        return (
            f"<datastore>\n<nextgroup><![CDATA[<a href=\"/module/web/jpage/dataproxy.jsp?page=1&webid={self.random_number}"
            f"&path=http://{self.site.host}/&columnid={column.number}&unitid={column.number + 1}&webname=&permissiontype=0\"></a>]]>"
            f"</nextgroup>\n<recordset>\n{records}</recordset>\n</datastore>"
        )  # fmt: skip

    def list_block(self, column: Column, page: int) -> str:
        first = column.items[: column.per_page * 2]
        return (
            f'<div id="{column.number + 1}" style="min-height:200px"><script type="text/xml">{self.store(column, first)}</script></div>'
            '<script src="/script/jquery.min.js"></script><script src="/module/jslib/jpage/jpage.js"></script>'
            f"<script>$(function(){{$('#{column.number + 1}').jpage({{totalRecord:{len(column.items)},"
            f"openCookies:0,proxyUrl:'/module/web/jpage/dataproxy.jsp',perPage:{column.per_page},"
            f"ajaxParam:{{col:1,appid:1,webid:{self.random_number},path:'/',columnid:{column.number},sourceContentType:1,"
            f"unitid:'{column.number + 1}',webname:'{self.site.name}',permissiontype:0}}}})}});</script>"
        )

    def empty_block(self, column: Column) -> str:
        return self.list_block(column, 1)

    def data(self) -> list[DataAnswer]:
        columns = {str(column.number): column for column in self.site.columns if column.shape == LIST}

        def answer(query: Mapping[str, str]) -> bytes:
            column = columns.get(query.get("columnid", ""))
            if column is None:
                return b"<datastore><recordset></recordset></datastore>"
            start = int(query.get("startrecord", "1") or 1)
            end = int(query.get("endrecord", str(start + 44)) or 45)
            return self.store(column, column.items[max(0, start - 1) : end]).encode()

        return [DataAnswer("/module/web/jpage/dataproxy.jsp", answer, "text/html;charset=UTF-8")]

    def box_path(self, box: MailboxPlan) -> str:
        return f"/jact/front/mailpublist.do?sysid={box.number}"

    def letter_path(self, box: MailboxPlan, letter: LetterPlan) -> str:
        return f"/jact/front/mailpubdetail.do?transactId={letter.number}&sysid={box.number}"

    def service_path(self) -> str:
        return f"/col/col{self.random_number}9/index.html"

    def guide_path(self, number: int) -> str:
        return f"/art/bszn/art_{self.random_number}9_{number}.html"


class JsonUnits(Family):
    """Lists that a first-party address returns as a piece of HTML inside JSON."""

    key = "json_units"
    address = "/api-gateway/jpaas-publish-server/front/page/build/unit"

    def column_path(self, column: Column, page: int = 1) -> str:
        return f"/col/col{1229000000 + column.number}/index.html"

    def item_path(self, column: Column, item: Item) -> str:
        return f"/art/{item.day.year}/{item.day.month}/{item.day.day}/art_{1229000000 + column.number}_{item.number}.html"

    def file_path(self, column: Column, item: Item, step: int, ending: str) -> str:
        return f"/module/download/{hex32(item.number, step)[:20]}.{ending}"

    def base(self, column: Column) -> str:
        return ""

    def list_pages(self, column: Column) -> int:
        return 1

    def _unit(self, column: Column) -> dict[str, str]:
        return {
            "parseType": "bulidstatic", "webId": hex32(self.site.code, "web"), "tplSetId": hex32(self.site.code, "tpl"),
            "pageType": "column", "tagId": "信息列表" if self.site.style % 2 else "当前栏目list", "editType": "null",
            "pageId": str(1229000000 + column.number),
        }  # fmt: skip

    def list_block(self, column: Column, page: int) -> str:
        data = ",".join(f"'{key}':'{value}'" for key, value in self._unit(column).items())
        return (
            f'<div class="{self.look.list_class}" id="list"></div>'
            f'<script parseType="bulidstatic" url="{self.address}" queryData="{{{data}}}" '
            'src="/script/pagecontrol/unit.js"></script>'
        )

    def empty_block(self, column: Column) -> str:
        return self.list_block(column, 1)

    def data(self) -> list[DataAnswer]:
        columns = {
            str(1229000000 + column.number): column for column in self.site.columns if column.shape == LIST
        }

        def answer(query: Mapping[str, str]) -> bytes:
            column = columns.get(query.get("pageId", ""))
            if column is None or column.unread:
                return as_json({"success": False, "code": "500", "message": "参数错误"})
            page = _number_in(query.get("paramJson", ""), "pageNo", 1)
            size = _number_in(query.get("paramJson", ""), "pageSize", column.per_page)
            items = column.items[(page - 1) * size : page * size]
            rows = "".join(row_html(self.look, self.row(column, item)) for item in items)
            piece = wrapped(self.look, rows) if items else ""
            return as_json(
                {
                    "success": True,
                    "code": "200",
                    "message": "",
                    "data": {"html": piece, "total": len(column.items)},
                }
            )

        return [DataAnswer(self.address, answer)]


def _number_in(text: str, name: str, default: int) -> int:
    """A whole number behind a name in a small JSON text that a stranger sent."""
    _, _, rest = text.partition(f'"{name}"')
    digits = "".join(sign for sign in rest.lstrip(' :"')[:6] if sign.isdigit())
    return max(1, int(digits)) if digits else default


class Hex(Family):
    """Thirty-two digits for every article; the lists come from the platform's own search."""

    key = "hex"

    def folder(self, column: Column) -> str:
        return f"/{self.site.unit.division}/c{100000 + column.number}"

    def column_path(self, column: Column, page: int = 1) -> str:
        name = "xxgk_list" if column.kind in ("policy", "notice") else "list"
        return f"{self.folder(column)}/{name}.shtml"

    def item_path(self, column: Column, item: Item) -> str:
        return f"{self.folder(column)}/{item.day:%Y%m}/{hex32(self.site.code, item.number)}.shtml"

    def file_path(self, column: Column, item: Item, step: int, ending: str) -> str:
        return f"{self.folder(column)}/{item.day:%Y%m}/{hex32(self.site.code, item.number)}/files/{step}.{ending}"

    def list_pages(self, column: Column) -> int:
        return 1

    def _channel(self, column: Column) -> str:
        return hex32(self.site.code, column.number, "channel")

    def in_page(self, column: Column) -> bool:
        """Every second column prints its first rows itself."""
        return column.number % 2 == 0

    def list_block(self, column: Column, page: int) -> str:
        rows = ""
        if self.in_page(column) and column.items:
            rows = super().list_block(column, 1)
        size = column.per_page
        return (
            f'<div class="list-box" id="{self._channel(column)[:8]}">{rows}</div><script>$(function(){{$.ajax({{'
            f'url:"/common/search/{self._channel(column)}",type:"get",dataType:"json",data:{{_isAgg:true,_isJson:true,'
            f'_pageSize:{size},_template:"index",_rangeTimeGte:"",_channelName:"",page:1}},success:function(res){{render(res)}}'
            "})});</script>"
        )

    def pager(self, column: Column, page: int) -> str:
        return '<div class="page-div"></div>'

    def empty_block(self, column: Column) -> str:
        return self.list_block(column, 1)

    def data(self) -> list[DataAnswer]:
        return [self._answer(column) for column in self.site.columns if column.shape == LIST]

    def _answer(self, column: Column) -> DataAnswer:
        def answer(query: Mapping[str, str]) -> bytes:
            page = _plain_number(query.get("page", "1"), 1)
            size = _plain_number(query.get("_pageSize", ""), column.per_page)
            items = column.items[(page - 1) * size : page * size]
            results = [
                {"title": item.title, "url": self.href(column, item), "manuscriptId": hex32(item.number),
                 "channelName": column.name} | self._times(item)
                for item in items
            ]  # fmt: skip
            return as_json(
                {
                    "data": {"total": len(column.items), "page": page, "rows": size, "results": results},
                    "code": 200,
                }
            )

        return DataAnswer(f"/common/search/{self._channel(column)}", answer)

    def _times(self, item: Item) -> dict[str, str]:
        if not self.look.date_form:
            return {}
        return {"publishedTimeStr": f"{item.day:%Y-%m-%d} {item.minute // 60:02d}:{item.minute % 60:02d}:00"}


def _plain_number(text: str, default: int) -> int:
    return max(1, int(text)) if text.isdigit() and len(text) < 6 else default
