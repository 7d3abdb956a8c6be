"""Home pages, channel pages and the site map."""

from __future__ import annotations

from monitor.rehearsal.families.base import hex32
from monitor.rehearsal.families.scripted import Records
from monitor.rehearsal.plan import LIST, Column, SitePlan
from monitor.rehearsal.web.frame import Frame
from monitor.rehearsal.web.rows import list_html
from monitor.rehearsal.wordings.noise import MORE

SPAM = (
    '<div style="position:absolute;left:-9999px;top:-999px"><a href="http://www.yule-{n}.example/">时时彩开户送彩金</a>'
    '<a href="http://bet-{n}.example/live">真人百家乐娱乐城</a><a href="http://vip{n}.example/">六合彩投注平台</a></div>'
)


def _block(frame: Frame, column: Column) -> str:
    """One block of the home page: the name of a column and its newest rows."""
    family = frame.family
    shown = column.items[column.skip_home : column.skip_home + column.on_home]
    more = MORE[frame.look.seed % len(MORE)]
    head = f'<div class="tit"><h3><a href="{family.column_path(column)}">{column.name}</a></h3><a class="more" href="{family.column_path(column)}">{more}</a></div>'
    if isinstance(family, Records) and frame.look.seed % 2:
        store = family.store(column, tuple(shown))
        return f'<div class="block">{head}<div id="h{column.number}"><script type="text/xml">{store}</script></div></div>'
    rows = list_html(frame.look, [family.row(column, item) for item in shown])
    return f'<div class="block">{head}{rows}</div>'


def _sections(frame: Frame) -> str:
    """A home page that only leads on."""
    links = "".join(
        f'<li class="entrance"><a href="{entry.href}"><img src="/images/nav{step}.png" alt=""><h3>{entry.name}</h3></a></li>'
        for step, entry in enumerate(frame.entries)
    )
    return f'<div class="welcome"><h1>欢迎访问{frame.site.name}</h1><ul class="entrances">{links}</ul></div>'


def home_body(frame: Frame) -> str:
    """The body of the home page, with what has been slipped into it."""
    site = frame.site
    if site.home_kind == "navigation":
        body = _sections(frame)
    else:
        body = "".join(_block(frame, column) for column in site.columns if column.on_home)
        body = f'<div class="banner"><img src="/images/banner.jpg" alt="banner"></div>{body}'
    if site.campaign:
        body += '<div class="ad"><a href="/zt/dbjz.jpg">打击整治跨境赌博、网络赌博专项行动 举报有奖</a></div>'
    return body + (SPAM.format(n=100 + site.index) if site.spam else "")


def shell(site: SitePlan) -> str:
    """A home page that is nothing but the start of an application."""
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{site.name}</title>'
        f'<link href="/static/css/app.{hex32(site.code)[:8]}.css" rel="stylesheet"></head><body><noscript>请启用脚本</noscript>'
        f'<div id="app"></div><script src="/static/js/chunk-vendors.js"></script><script src="/static/js/app.{hex32(site.code)[:8]}.js">'
        "</script></body></html>"
    )


def channel(frame: Frame, column: Column) -> str:
    """A page of the first level that leads to columns of the second."""
    family, parts = frame.family, []
    for below in frame.site.columns:
        if below.group == column.name and below.shape == LIST:
            rows = list_html(frame.look, [family.row(below, item) for item in below.items[:3]])
            parts.append(
                f'<div class="sub"><h3><a href="{family.column_path(below)}">{below.name}</a></h3>{rows}</div>'
            )
    return "".join(parts)


def sitemap(frame: Frame) -> str:
    """The names of all columns of the first level."""
    links = "".join(f'<li><a href="{entry.href}">{entry.name}</a></li>' for entry in frame.entries)
    return f'<h2>网站地图</h2><ul class="map">{links}</ul>'
