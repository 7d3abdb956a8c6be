"""Pages of services: the list of items, and one guide in six layouts."""

from __future__ import annotations

from random import Random

from monitor.rehearsal.families.base import Family
from monitor.rehearsal.plan import GuidePlan, SitePlan
from monitor.rehearsal.web.look import Look
from monitor.rehearsal.wordings import guides as words


def guide_href(site: SitePlan, family: Family, guide: GuidePlan, service_host: str) -> str:
    if site.service.mode == "offsite":
        return f"http://{service_host}/site/{site.code}/{guide.number}.html"
    return family.guide_path(guide.number)


def service_list(site: SitePlan, family: Family, service_host: str) -> str:
    """The items that a site offers."""
    rows = "".join(
        f'<li><a href="{guide_href(site, family, guide, service_host)}">{guide.title}</a><a class="btn" href="javascript:;">在线申请</a></li>'
        for guide in site.service.guides
    )
    tabs = '<div class="bs-tab"><span class="on">个人办事</span><span>法人办事</span></div>'
    return f'<h2>{site.service.name}</h2>{tabs}<h3>事项清单</h3><ul class="sx_list">{rows}</ul>'


def _rows(guide: GuidePlan, random: Random) -> list[tuple[str, str]]:
    """Label and content of every class that stands on the page; hollow ones have no content."""
    rows = []
    for element in words.ELEMENTS:
        label = random.choice(words.LABELS[element])
        if element == words.NAME:
            rows.append((label, guide.title))
        elif element in guide.present:
            rows.append((label, random.choice(words.CONTENTS[element]).format(n=guide.number % 10000)))
        elif element in guide.hollow:
            rows.append((label, ""))
    rows.append(random.choice(words.EXTRAS))
    return rows


def guide_body(look: Look, guide: GuidePlan, seed: int, bare: bool) -> str:
    """One guide. `bare`: the headings alone, which an unknown script would fill."""
    random = Random(seed * 31 + guide.number)
    rows = _rows(guide, random)
    layout = look.guide_layout
    if bare:
        heads = "".join(
            f'<h3>{label}</h3><div class="cont" id="c{step}"></div>' for step, (label, _) in enumerate(rows)
        )
        return f'<h1>{guide.title}</h1><div id="guide">{heads}</div><script src="/static/js/guide.9a1b.js"></script>'
    title = f"<h1>{guide.title}</h1>"
    if layout == "table":
        cells = "".join(f'<tr><th width="160">{label}</th><td>{text}</td></tr>' for label, text in rows)
        return f'{title}<table class="bszn" border="1">{cells}</table>'
    if layout == "grid":
        pairs = [rows[step : step + 2] for step in range(0, len(rows), 2)]
        cells = "".join(
            "<tr>"
            + "".join(f'<td class="lab">{label}：</td><td>{text}</td>' for label, text in pair)
            + "</tr>"
            for pair in pairs
        )
        return f'{title}<table class="guide-grid">{cells}</table>'
    if layout == "list":
        cells = "".join(f"<dt>{label}</dt><dd>{text}</dd>" for label, text in rows)
        return f'{title}<dl class="guide">{cells}</dl>'
    if layout == "sections":
        return title + "".join(
            f'<div class="sec"><h3>{label}</h3><p>{text}</p></div>' for label, text in rows
        )
    if layout == "tabs":
        heads = "".join(f'<li data-tab="{step}">{label}</li>' for step, (label, _) in enumerate(rows))
        panels = "".join(f'<div class="panel" style="display:{"block" if step == 0 else "none"}"><h4>{label}</h4><div>{text}</div></div>'
                         for step, (label, text) in enumerate(rows))  # fmt: skip
        return f'{title}<ul class="tabs">{heads}</ul>{panels}'
    numerals = "一二三四五六七八九十"
    return title + "".join(
        f"<p><strong>{numerals[step]}、{label}：</strong>{text}</p>"
        for step, (label, text) in enumerate(rows)
    )
