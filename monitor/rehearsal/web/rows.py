"""Rows of lists in the shapes that real lists have."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from monitor.rehearsal.web.look import Look


@dataclass(frozen=True, slots=True)
class Row:
    """One row: where it leads, what it says, and the date that it prints (empty: none)."""

    href: str
    title: str
    date: str


def _shortened(title: str) -> str:
    return title if len(title) <= 30 else title[:28] + "…"


def row_html(look: Look, row: Row) -> str:
    """One row in the site's shape."""
    link = f'<a href="{row.href}" title="{row.title}" target="_blank">{_shortened(row.title)}</a>'
    shape = look.row
    if shape == "span_before":
        return (
            f'<li><span class="{look.date_class}">{row.date}</span>{link}</li>'
            if row.date
            else f"<li>{link}</li>"
        )
    if shape == "definition":
        return f'<dl><dt>{link}</dt><dd class="{look.date_class}">{row.date}</dd></dl>'
    if shape == "table":
        return f'<tr><td class="bt">·{link}</td><td width="110" align="right" class="{look.date_class}">{row.date}</td></tr>'
    if shape == "table_font":
        return f'<tr><td height="24"><font color="#333333">·</font>{link}&nbsp;<font color="#999999">{row.date}</font></td></tr>'
    if shape == "card":
        stamp = f'<p class="{look.date_class}">发布时间：{row.date}</p>' if row.date else ""
        return f'<div class="item"><h4><a href="{row.href}" target="_blank">{row.title}</a></h4>{stamp}</div>'
    if shape == "paragraph":
        stamp = f'&nbsp;&nbsp;<font color="#999">{row.date}</font>' if row.date else ""
        return f'<p class="row">·<a href="{row.href}">{row.title}</a>{stamp}</p>'
    if shape == "em":
        return f'<li><a href="{row.href}"><i></i><span>{row.title}</span><em>{row.date}</em></a></li>'
    stamp = f'<span class="{look.date_class}">{row.date}</span>' if row.date else ""
    return f"<li>{link}{stamp}</li>"


def wrapped(look: Look, rows: str) -> str:
    """Rows inside the element that their shape needs."""
    if look.row in ("table", "table_font"):
        return f'<table width="100%" border="0" cellspacing="0" cellpadding="0" class="{look.list_class}">{rows}</table>'
    if look.row in ("definition", "card", "paragraph"):
        return f'<div class="{look.list_class}">{rows}</div>'
    return f'<ul class="{look.list_class}">{rows}</ul>'


def list_html(look: Look, rows: Iterable[Row]) -> str:
    """A whole list."""
    return wrapped(look, "".join(row_html(look, row) for row in rows))


def pager_html(targets: Sequence[str], current: int) -> str:
    """A plain pager with numbers; `current` counts from 1."""
    if len(targets) < 2:
        return ""
    parts = [f"<span>共{len(targets)}页 第{current}页</span>"]
    for number, target in enumerate(targets, 1):
        parts.append(
            f'<a href="{target}">{number}</a>' if number != current else f'<b class="on">{number}</b>'
        )
    if current < len(targets):
        parts.append(f'<a href="{targets[current]}">下一页</a><a href="{targets[-1]}">尾页</a>')
    return '<div class="page">' + " ".join(parts) + "</div>"
