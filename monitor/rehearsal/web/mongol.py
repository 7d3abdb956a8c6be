"""The edition in Mongolian script: its own short lists and articles, with western digits."""

from __future__ import annotations

from random import Random

from monitor.rehearsal.plan import LIST, Item, SitePlan
from monitor.rehearsal.wordings.noise import MONGOLIAN_COLUMNS, MONGOLIAN_PUBLISHED, MONGOLIAN_WORDS

_HEAD = (
    '<!DOCTYPE html><html lang="mn-Mong-CN"><head><meta charset="utf-8"><title>{title}</title>'
    "<style>body{{writing-mode:vertical-lr;font-family:MongolianWhite}}</style></head><body>"
)


def _items(site: SitePlan) -> tuple[Item, ...]:
    """The edition translates the newest items of the site's first columns."""
    lists = [column for column in site.columns if column.shape == LIST and column.items][
        : len(MONGOLIAN_COLUMNS)
    ]
    return tuple(item for column in lists for item in column.items[:3])


def _title(number: int) -> str:
    return " ".join(Random(number).sample(MONGOLIAN_WORDS, 6))


def _article(item: Item) -> str:
    return (
        f"/mongol/am/{item.day.year}/{item.day.month}/{item.day.day}/U_{item.number % 97}_{item.number}.html"
    )


def targets(site: SitePlan) -> list[str]:
    """The addresses of the edition."""
    columns = [f"/mongol/lm{step}/" for step in range(len(MONGOLIAN_COLUMNS))]
    return ["/mongol/", *columns, *(_article(item) for item in _items(site))]


def _rows(items: tuple[Item, ...]) -> str:
    return "".join(f'<li><a href="{_article(item)}">{_title(item.number)}</a><span>{item.day.year}/{item.day.month}/{item.day.day}</span></li>'
                   for item in items)  # fmt: skip


def page(site: SitePlan, target: str) -> str:
    """One page of the edition."""
    items = _items(site)
    menu = "".join(
        f'<li><a href="/mongol/lm{step}/">{name}</a></li>' for step, name in enumerate(MONGOLIAN_COLUMNS)
    )
    head = (
        _HEAD.format(title=MONGOLIAN_COLUMNS[0])
        + f'<ul class="menu">{menu}<li><a href="/">中文</a></li></ul>'
    )
    for item in items:
        if target == _article(item):
            published = (
                f"{MONGOLIAN_PUBLISHED[item.number % 2]}{item.day.year}/{item.day.month}/{item.day.day}"
            )
            text = "".join(
                f"<p>{_title(item.number + step)} {_title(item.number * 2 + step)}</p>" for step in range(40)
            )
            return f"{head}<h1>{_title(item.number)}</h1><p>{published}</p>{text}</body></html>"
    if target.startswith("/mongol/lm"):
        step = int(target.removeprefix("/mongol/lm").rstrip("/"))
        return f"{head}<h2>{MONGOLIAN_COLUMNS[step]}</h2><ul>{_rows(items[3 * step : 3 * step + 3])}</ul></body></html>"
    return f"{head}<ul>{_rows(items)}</ul></body></html>"
