"""The frame around every page of a site: head, clock, weather, menu, foot, friend links."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random

from monitor.rehearsal.families.base import Family, hex32
from monitor.rehearsal.places import place_of
from monitor.rehearsal.plan import LIST, MailboxPlan, SitePlan
from monitor.rehearsal.wordings import noise

WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One entry of the menu."""

    href: str
    name: str
    group: str


def service_entry(site: SitePlan, family: Family, service_host: str) -> str:
    """Where the menu leads for services: a page of the site, or straight to the service platform."""
    if site.service.mode == "login":
        return f"http://{service_host}/sso/login?goto=/handle_affairs&amp;regionCode={site.unit.division}"
    if (
        site.service.mode == "offsite"
        and site.cases.get("W-V6") == "offsite_in_order"
        and site.style % 4 == 0
    ):
        return f"http://{service_host}/site/{site.code}/index.html"
    return family.service_path()


def box_entry(family: Family, box: MailboxPlan) -> str:
    return box.elsewhere or family.box_path(box)


def menu_entries(site: SitePlan, family: Family, service_host: str) -> list[MenuEntry]:
    """Everything that the menu leads to: all columns of the first level, services and channels."""
    groups = {
        "news": "新闻动态",
        "topic": "专题",
        "archive": "专题",
        "overview": "概况",
        "institution": "概况",
        "leader": "概况",
    }
    entries = [
        MenuEntry(family.column_path(column), column.name, groups.get(column.kind, "政务公开"))
        for column in site.columns
        if column.level == 1
    ]
    if site.service.mode != "none":
        entries.append(MenuEntry(service_entry(site, family, service_host), site.service.name, "服务"))
    if site.hub:
        entries.append(MenuEntry(family.hub_path(), site.hub, "互动"))
    else:
        entries += [MenuEntry(box_entry(family, box), box.name, "互动") for box in site.mailboxes]
    return entries


class Frame:
    """The frame of one site, rendered once."""

    def __init__(self, site: SitePlan, family: Family, today: date, service_host: str) -> None:
        self.site = site
        self.family = family
        self.look = family.look
        self.today = today
        self.random = Random(site.style + 2)
        self.place = place_of(site.unit.division)
        self.entries = menu_entries(site, family, service_host)
        self.encoding = site.behaviour.charset
        self.top = self._top()
        self.foot = self._foot()

    def head(self, title: str, tags: str) -> str:
        """The head of a page up to where filler may stand."""
        declared = self.site.behaviour.declared
        style = self.site.style % 3
        charset = (
            f'<meta charset="{declared}" name="viewport" content="width=device-width">' if style == 0
            else f'<meta http-equiv="Content-Type" content="text/html; charset={declared}" />' if style == 1
            else f'<meta charset="{declared}">'
        )  # fmt: skip
        return f"<!DOCTYPE html>\n<html>\n<head>\n{charset}\n<title>{title}</title>\n{tags}"

    def site_tags(self) -> str:
        """The tags that every page carries, as far as the site has tags at all."""
        site, mode = self.site, self.site.tag_mode
        if mode == "none":
            return ""
        code = "" if mode == "odd" and site.style % 2 else site.code
        name, domain = ("sitename", "sitedomain") if mode == "odd" else ("SiteName", "SiteDomain")
        return (
            f'<meta name="{name}" content="{site.name}">\n<meta name="{domain}" content="{site.host}">\n'
            f'<meta name="SiteIDCode" content="{code}">\n'
        )

    def _clock(self) -> str:
        form = self.random.choice(noise.TODAY)
        day = self.today
        return form.format(y=day.year, m=day.month, d=day.day, w=WEEKDAYS[day.weekday()])

    def _top(self) -> str:
        site, look, day = self.site, self.look, self.today
        parts = [
            '<link rel="stylesheet" href="/css/style.css"><script src="/js/common.js"></script>\n</head>\n<body>\n'
        ]
        parts.append(
            '<!-- <div class="grey"><style>html{filter:grayscale(1)}</style> 改版时间 2017-03-02 </div> -->'
        )
        if look.clock:
            parts.append(f'<div class="top-time">{self._clock()}</div>')
        if look.weather:
            line = self.random.choice(noise.WEATHER_LINE)
            text = line.format(
                place=self.place.short,
                y=day.year,
                m=day.month,
                d=day.day,
                w=self.random.choice(noise.WEATHER),
            )
            parts.append(f'<div class="weather" id="weather"><span>{text}</span></div>')
        parts.append(
            f'<div class="header"><a href="/" class="logo"><img src="/images/logo.png" alt="{site.name}"></a>'
        )
        parts.append(
            '<form action="/search" method="get" class="search"><input name="q"><input type="submit" value="搜索"></form>'
        )
        if site.family == "mongolian":
            parts.append('<a class="mgl" href="/mongol/">ᠮᠣᠩᠭᠣᠯ</a>')
        parts.append("</div>" + self._menu())
        if "popup" in site.behaviour.oddities:
            parts.append(
                '<div id="piaochuang" style="display:none"><a href="/zt/index_pop.jpg">弹窗公告</a><i onclick="hide()">关闭</i></div>'
            )
        return "\n".join(parts)

    def _menu(self) -> str:
        home = '<li><a href="/">首页</a></li>'
        if self.look.flat_menu:
            links = "".join(f'<li><a href="{entry.href}">{entry.name}</a></li>' for entry in self.entries)
            return f'<div class="nav"><ul>{home}{links}</ul></div>'
        groups: dict[str, list[MenuEntry]] = {}
        for entry in self.entries:
            groups.setdefault(entry.group, []).append(entry)
        parts = []
        for group, entries in groups.items():
            links = "".join(
                f'<dd><a href="{entry.href}" title="{entry.name}">{entry.name}</a></dd>' for entry in entries
            )
            parts.append(f'<li class="menu"><a href="javascript:void(0);">{group}</a><dl>{links}</dl></li>')
        return f'<nav id="nav" class="nav"><ul class="clearfix">{home}{"".join(parts)}</ul></nav>'

    def foot_items(self) -> str:
        """The filed facts at the foot, in one of the wordings that sites use."""
        site, random, unit = self.site, Random(self.site.style + 3), self.site.unit
        sponsor = random.choice(
            (
                f"主办单位：{unit.name}",
                f"主办：{unit.name}",
                f"{unit.name}（主办）",
                f"主办单位：{unit.name}主办",
            )
        )
        code = random.choice(
            ("网站标识码：{c}", "政府网站标识码：{c}", "网站标识码 {c}", "网站标识码{c}", "标识码：{c}")
        ).format(c=site.code)
        icp = random.choice(
            (site.icp, f"备案号：{site.icp}", f"备案序号：{site.icp}", f"ICP备案编号：{site.icp}")
        )
        police = random.choice(
            (
                f"蒙公网安备 {site.police}号",
                f"蒙公网安备{site.police}号",
                f"公安备案号：蒙公网安备 {site.police}号",
            )
        )
        operator = f"<span>承办单位：{site.operator}</span>" if site.operator else ""
        rights = random.choice(noise.COPYRIGHT).format(unit=unit.name, y=self.today.year)
        phone = f"联系电话：0471-0000{site.index % 10000:04d}"
        address = f"地址：{self.place.name}演练路{site.index + 1}号"
        return (
            f'<p>{sponsor}　{operator}　<span>{phone}</span>　<span>{address}</span></p><p>{code}　'
            f'<a href="https://beian.miit.gov.cn/#/Integrated/index" target="_blank">{icp}</a>　'
            f'<a href="https://beian.mps.gov.cn/#/query/webSearch?code={site.police}">{police}</a></p><p>{rights}</p>'
        )  # fmt: skip

    def _foot(self) -> str:
        site = self.site
        friends = "".join(f'<a href="{href}" target="_blank">{name}</a>' for name, href in noise.FRIENDS)
        identity = hex32(site.code, "conac").upper()
        marks = (
            f'<a href="https://bszs.conac.cn/sitename?method=show&amp;id={identity}"><img src="/images/red.png"></a>'
            f'<script id="_jiucuo_" sitecode="{site.code}" src="https://zfwzgl.www.gov.cn/exposure/jiucuo.js"></script>'
            '<span id="_span_jiucuo"></span>'
        )
        old = "<!-- <div class='foot'>版权所有 2015 网站标识码：0000000000 更新日期 2015-06-01</div> -->"
        body = self.foot_items()
        if site.family == "script_footer":
            body = '<div id="foot_info"></div><script type="text/javascript" src="/images/foot.js"></script>'
        return (
            f'<div class="friend"><span>友情链接</span>{friends}</div>{old}<div class="footer" id="footer">'
            f'<p><a href="/sitemap.html">网站地图</a></p>{body}{marks}</div>\n</body>\n</html>\n'
        )

    def foot_script(self) -> bytes:
        """The first-party script that writes the foot of the script_footer family."""
        body = self.foot_items().replace("'", "\\'").replace("/", "\\/")
        return f"document.write('{body}');\n".encode(self.encoding, "replace")

    def hot_list(self, skip: str) -> str:
        """A sidebar of articles from elsewhere on the site, with their own dates."""
        if not self.look.hot:
            return ""
        heading = noise.HOT_HEADINGS[self.site.style % len(noise.HOT_HEADINGS)]
        first = next(column for column in self.site.columns if column.shape == LIST and column.items)
        rows = []
        for item in first.items[:5]:
            row = self.family.row(first, item)
            if row.href != skip:
                rows.append(f'<li><a href="{row.href}">{row.title}</a><span>{row.date}</span></li>')
        return f'<div class="side hot"><h3>{heading}</h3><ul>{"".join(rows)}</ul></div>'
