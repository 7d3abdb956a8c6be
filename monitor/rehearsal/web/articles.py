"""Articles, text pages and leaders, with their tags, files and pictures."""

from __future__ import annotations

import zlib

from monitor.rehearsal.plan import Column, Item, SitePlan
from monitor.rehearsal.web.frame import Frame
from monitor.rehearsal.web.look import show_date
from monitor.rehearsal.wordings.noise import PUBLISHED, SOURCE
from monitor.rehearsal.wordings.prose import body_text

CAMPAIGN = (
    "为严厉打击跨境赌博、网络赌博违法犯罪活动，现就有关事项通告如下：凡开设赌场、以时时彩百家乐等名目组织赌博的，一律依法惩处；"
    "发现虚假“娱乐城”“彩金”广告的，请拨打举报电话。"
)
TRAPS = {
    "trap_calendar": '<a href="/rili/index.html?y=2026&m=9">政务日历</a>',
    "trap_session": '<a href="/portal/nav.jsp;jsessionid=0000">相关链接</a>',
    "endless": '<a href="/zhibo/live.html">在线直播</a>',
    "tarpit_page": '<a href="/video/play.html">视频点播</a>',
    "reset_page": '<a href="/video/broken.html">往期视频</a>',
    "deep_nesting": '<a href="/tu/map.html">导览图</a>',
}


def number_of(text: str) -> int:
    """A number that stands for an address, the same in every process."""
    return zlib.crc32(text.encode())


def column_tags(site: SitePlan, column: Column) -> str:
    """The tags of a column page, as far as the site writes them."""
    if site.tag_mode not in ("full", "odd"):
        return ""
    keywords = "ColumnKeywods" if site.tag_mode == "odd" else "ColumnKeywords"
    kind = f'<meta name="ColumnType" content="{column.tag}">\n' if column.tag else ""
    return (
        f'<meta name="ColumnName" content="{column.name}">\n<meta name="ColumnDescription" content="{site.name}{column.name}栏目">\n'
        f'<meta name="{keywords}" content="{column.name}">\n{kind}'
    )


def _pub_date(site: SitePlan, item: Item) -> str:
    clock = f"{item.minute // 60:02d}:{item.minute % 60:02d}"
    forms = (
        f"{item.day:%Y-%m-%d} {clock}",
        f"{item.day:%Y-%m-%d} {clock}:00",
        f"{item.day:%Y年%m月%d日} {clock}",
        f"{item.day:%Y-%m-%d}",
    )
    return forms[0 if site.tag_mode == "full" else site.style % 4]


def _regenerated(site: SitePlan) -> bool:
    """Whether the PubDate of this site's pages is the time of their last generation (only where nothing hangs on it)."""
    return site.tag_mode == "odd" and not site.cases and site.style % 4 == 0


def _article_tags(frame: Frame, column: Column, item: Item) -> str:
    site = frame.site
    if site.tag_mode == "none":
        return ""
    if _regenerated(site):
        made = f"{frame.today:%Y-%m-%d} 02:10:11"
        return (
            f'<meta name="ArticleTitle" content="{item.title}">\n<meta name="PubDate" content="{made}">\n'
            f'<meta name="others" content="页面生成时间 {made}">\n'
        )
    date = f'<meta name="PubDate" content="{_pub_date(site, item)}">\n' if site.articles_dated else ""
    return (
        f'<meta name="ArticleTitle" content="{item.title}">\n{date}<meta name="ContentSource" content="{site.unit.name}">\n'
        f'<meta name="Keywords" content="{column.name}">\n'
        + (column_tags(site, column) if site.style % 2 else "")
    )


def _info(frame: Frame, item: Item) -> str:
    """The line below the title."""
    form, seed = frame.look.article_date, frame.look.seed
    published = (
        f"<span>{PUBLISHED[seed % len(PUBLISHED)]}{show_date(form, item.day, item.minute)}</span>"
        if form
        else ""
    )
    source = f"<span>{SOURCE[seed % len(SOURCE)]}{frame.site.unit.short}</span>"
    tools = (
        '<span>浏览次数：<em id="hits">'
        + str(item.number % 4000)
        + "</em></span><span>字号：[大 中 小]</span>"
    )
    return f'<div class="info xl-info">{published}　{source}　{tools}</div>'


def _leaves(frame: Frame, column: Column, item: Item) -> str:
    """Files and pictures of an article, and now and then a file that is gone."""
    wanted = frame.site.leaves
    count = int(wanted) + (number_of(f"{item.number}") % 100 < (wanted % 1) * 100)
    parts = []
    for step in range(1, count + 1):
        ending = ("jpg", "pdf", "docx", "xls")[(item.number + step) % 4]
        path = frame.family.file_path(column, item, step, ending)
        if ending == "jpg":
            parts.append(f'<p style="text-align:center"><img src="{path}" alt=""></p>')
        else:
            parts.append(f'<p>附件{step}：<a href="{path}">{item.title[:16]}附件{step}.{ending}</a></p>')
    if "dead_links" in frame.site.behaviour.oddities and item.number % 7 == 0:
        parts.append(f'<p>附件：<a href="/old_attachment/{item.number}.doc">旧附件.doc</a></p>')
    return "".join(parts)


def article(frame: Frame, column: Column, item: Item, target: str) -> tuple[str, str, str]:
    """Title, tags and body of an article."""
    site, look = frame.site, frame.look
    texts = body_text(item.number, 4 + item.number % 6)
    if site.campaign and item is column.items[0] and column is site.columns[0]:
        texts = [CAMPAIGN, *texts]
    body = "".join(f"<p>　　{text}</p>" for text in texts)
    traps = "".join(TRAPS[quirk] for quirk in sorted(site.behaviour.oddities) if quirk in TRAPS)
    path = f'<div class="position"><a href="/">首页</a> &gt; <a href="{frame.family.column_path(column)}">{column.name}</a></div>'
    content = (
        f'{path}<div class="article"><h1 class="title">{item.title}</h1>{_info(frame, item)}<!--ContentStart-->'
        f'<div class="{look.body_class}" id="zoom">{body}{_leaves(frame, column, item)}</div><!--ContentEnd--></div>'
        f"{traps}{frame.hot_list(target)}"
    )
    return f"{item.title}-{site.name}", _article_tags(frame, column, item), content


def plain_text(site: SitePlan, column: Column) -> str:
    """A page of text instead of a list."""
    paragraphs = "".join(f"<p>　　{text}</p>" for text in body_text(column.number, 6))
    opening = f"<p>　　{site.unit.name}是依法设立的机关，办公地址为演练路{site.index + 1}号。</p>"
    return f'<div class="gaikuang">{opening}{paragraphs}</div>'


def leaders(site: SitePlan, column: Column) -> str:
    """People of the leading group; roles only, no names."""
    roles = ("党组书记、主要负责人", "副职负责人（常务）", "副职负责人", "分管负责人")
    rows = "".join(
        f'<div class="leader"><img src="/images/leader{step}.jpg" alt=""><h4>演练负责人{"甲乙丙丁"[step]}</h4><p>职务：{role}</p>'
        f"<p>分管工作：{body_text(column.number + step, 1)[0][:40]}</p></div>"
        for step, role in enumerate(roles)
    )
    return f'<div class="leaders">{rows}</div>'
