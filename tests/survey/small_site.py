"""A small site held in a dictionary, and the driver that lets a survey walk it.

Values of a site: bytes or text (a page, served as it is), `Failure`, `(content type, body)` for data, or
`Moved(url)` for a redirect. What is not in the dictionary answers 404.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from hashlib import sha256
from typing import TypeVar

from monitor.collect.extract.read import read_page
from monitor.collect.failures import Failure
from monitor.collect.survey.ask import Answer, Ask, Survey, Want
from monitor.collect.survey.plan import SitePlan, SurveyLimits
from registry.model import ConfirmedColumn

Result = TypeVar("Result")
SHANGHAI = timezone(timedelta(hours=8))
AS_OF = datetime(2026, 9, 25, 9, 0, tzinfo=SHANGHAI)
TODAY = AS_OF.date()
VISIT = datetime(2026, 9, 26, 3, 0, tzinfo=SHANGHAI)
ROOT = "http://www.example.gov.cn"


@dataclass(frozen=True)
class Moved:
    """A redirect to another address of the same dictionary."""

    url: str


Content = str | bytes | Failure | Moved | tuple[str, bytes]
Site = dict[str, Content]


def days_ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def answer(ask: Ask, site: Site) -> Answer:
    """What the dictionary answers to one ask."""
    url = ask.url
    content = site.get(url)
    for _ in range(5):
        if not isinstance(content, Moved):
            break
        url = content.url
        content = site.get(url)
    if isinstance(content, Failure):
        return Answer(ask, url, VISIT, failure=content)
    if content is None:
        return Answer(ask, url, VISIT, 404, Failure.NOT_FOUND)
    kind, body = content if isinstance(content, tuple) else ("text/html", content)
    data = body.encode() if isinstance(body, str) else body
    digest = sha256(data).hexdigest()
    if ask.want is Want.EXISTS:
        return Answer(ask, url, VISIT, 200, sha256="", content_type=kind)
    if ask.want is Want.BODY or kind != "text/html":
        return Answer(ask, url, VISIT, 200, sha256=digest, body=data, content_type=kind)
    return Answer(ask, url, VISIT, 200, sha256=digest, page=read_page(data, url, kind), content_type=kind)


@dataclass
class Log:
    """The waves that a survey asked for."""

    waves: list[list[Ask]]

    @property
    def asks(self) -> list[Ask]:
        return [ask for wave in self.waves for ask in wave]

    @property
    def urls(self) -> list[str]:
        return [ask.url for ask in self.asks]


def drive(survey: Survey[Result], site: Site, log: Log | None = None) -> Result:
    """Walk the survey over the dictionary and return what it learned."""
    try:
        wave = next(survey)
        while True:
            if log is not None:
                log.waves.append(wave)
            wave = survey.send([answer(ask, site) for ask in wave])
    except StopIteration as end:
        return end.value


def plan(
    url: str = ROOT + "/",
    columns: tuple[ConfirmedColumn, ...] = (),
    limits: SurveyLimits | None = None,
    as_of: datetime = AS_OF,
) -> SitePlan:
    return SitePlan(
        target="1500000001",
        url=url,
        name="示例旗人民政府",
        unit_name="示例旗人民政府办公室",
        site_kind="门户网站",
        outward_service=True,
        as_of=as_of,
        columns=columns,
        limits=limits or SurveyLimits(),
        seed="t",
    )


# ---- pages


def html(title: str, main: str, nav: dict[str, str] | None = None, head: str = "", foot: str = "") -> str:
    """A page with navigation, main part and foot, as small county sites have them."""
    menu = "".join(f'<li><a href="{url}">{name}</a></li>' for name, url in (nav or {}).items())
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}</title>{head}</head><body>
<div class="header"><form action="/search"><input type="text" name="q"></form></div>
<div class="nav"><ul><li><a href="/">首页</a></li>{menu}</ul></div>
<div class="main">{main}</div>
<div class="footer"><p>主办单位：示例旗人民政府办公室</p><p>网站标识码：1507830002</p>
<p>蒙ICP备05000248号</p>{foot}</div></body></html>"""


def rows(items: list[tuple[str, str, str]], css: str = "list") -> str:
    """A list: title, address, shown date (may be empty)."""
    shown = "".join(
        f'<li><a href="{url}" title="{title}">{title}</a>{f"<span>{day}</span>" if day else ""}</li>'
        for title, url, day in items
    )
    return f'<ul class="{css}">{shown}</ul>'


def block(name: str, more: str, inner: str) -> str:
    """A block of the home page with its heading and its "more" link."""
    return f'<div class="block"><div class="title"><h3>{name}</h3><a class="more" href="{more}">更多&gt;&gt;</a></div>{inner}</div>'


def article(
    title: str, day: str, nav: dict[str, str] | None = None, tags: str = "", label: str = "发布时间："
) -> str:
    shown = f'<div class="info"><span>{label}{day}</span><span>来源：本站</span></div>' if day else ""
    text = "全旗上下认真贯彻落实会议精神，扎实推进各项工作，取得了阶段性成效。" * 6
    main = f'<h1 class="title">{title}</h1>{shown}<div class="TRS_Editor"><p>{text}</p></div>'
    return html(f"{title}_示例旗人民政府", main, nav, f'<meta name="ArticleTitle" content="{title}">{tags}')


def titles(prefix: str, folder: str, days: list[date], dated: bool = True) -> list[tuple[str, str, str]]:
    """List items with addresses that carry no date."""
    return [
        (
            f"{prefix}工作取得新的进展第{number}期通报",
            f"{folder}content_{1000 + number}.html",
            str(day) if dated else "",
        )
        for number, day in enumerate(days)
    ]


def column(
    name: str, items: list[tuple[str, str, str]], nav: dict[str, str] | None = None, extra: str = ""
) -> str:
    inner = rows(items) if items else '<ul class="list"></ul><p>暂无内容</p>'
    crumbs = f'<div class="position">当前位置：<a href="/">首页</a> &gt; {name}</div>'
    return html(
        f"{name}-示例旗人民政府", f'{crumbs}<div class="listbox"><h2>{name}</h2>{inner}{extra}</div>', nav
    )
