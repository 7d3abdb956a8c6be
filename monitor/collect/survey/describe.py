"""Facts in plain Chinese lines, as a reviewer reads them beside the verdicts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from checks.facts.base import DatedItem, Gap
from checks.facts.bundle import SiteFacts
from checks.facts.columns import Column, ColumnSet, TypedBy
from checks.facts.guides import Guides
from checks.facts.home import HomePage, PageItems, SectionPages
from checks.facts.identity import Identity
from checks.facts.letters import Letters
from checks.facts.links import LinkCheck
from checks.facts.scan import PageScan
from monitor.collect.failures import KINDS, Failure

_MOST = 12
_FIELDS = {
    "site_code": "网站标识码",
    "icp": "ICP备案号",
    "police": "公安备案号",
    "sponsor": "主办单位",
    "operator": "承办单位",
    "phone": "联系电话",
    "email": "电子邮箱",
    "conac": "党政机关网站标识",
    "jiucuo": "政府网站找错",
}
_TYPED_BY = {
    TypedBy.PERSON: "人工确认",
    TypedBy.TAG: "网页标签",
    TypedBy.NAME: "栏目名称",
    TypedBy.NOTHING: "无依据",
}


def describe(facts: SiteFacts) -> list[str]:
    """What one survey learned, line by line; every gap says why and at whose door it lies."""
    lines = [f"读取页面 {facts.pages} 个"]
    if facts.robots_forbids:
        lines.append("robots.txt 禁止访问, 只查看了备案首页和已确认的栏目")
    for part in (
        _home(facts.home, facts.sections),
        _columns(facts.columns),
        _letters(facts.letters),
        _guides(facts.guides),
        _identity(facts.identity),
        _links(facts.links),
        _scan(facts.scan),
    ):
        lines.extend(part)
    return lines


def say_gap(one: Gap) -> str:
    """A gap in words: what, why, whose."""
    try:
        why = KINDS[Failure(one.reason)].says
    except ValueError:
        why = one.reason
    whose = "不计为对方问题" if one.ours else "对方原因"
    return f"未能观测: {one.what} — {why}({whose})" + (f" {one.url}" if one.url else "")


def _gaps(gaps: Iterable[Gap]) -> Iterator[str]:
    every = list(gaps)
    for one in every[:_MOST]:
        yield f"  {say_gap(one)}"
    if len(every) > _MOST:
        yield f"  另有 {len(every) - _MOST} 处未能观测"


def _item(item: DatedItem | None) -> str:
    return f"{item.day} 「{item.title[:40]}」" if item is not None else "无日期"


def _page(page: PageItems) -> Iterator[str]:
    if page.gap is not None:
        yield f"  {say_gap(page.gap)}"
        return
    newest = page.items[0] if page.items else None
    extra = f", 未注明日期 {page.undated} 条" if page.undated else ""
    extra += f", 日期晚于监测时间点 {len(page.future)} 条" if page.future else ""
    yield f"  {page.title[:40] or page.url}: 最新 {_item(newest)}, 有日期的信息 {len(page.items)} 条{extra}"


def _home(home: HomePage, sections: SectionPages) -> Iterator[str]:
    yield (
        "首页"
        + ("(仅为导航)" if home.is_navigation else "")
        + ("(部分内容由脚本生成, 未能读出)" if home.needs_script else "")
    )
    yield from _page(home.page)
    if sections.pages:
        yield f"二级页面 {len(sections.pages)} 个"
        for page in sections.pages[:_MOST]:
            yield from _page(page)


def _column(column: Column) -> str:
    kind = column.column_type.value if column.column_type is not None else "未归类"
    head = f"  [{column.level}级] {column.name}: {kind}({_TYPED_BY[column.typed_by]})"
    if column.gap is not None:
        return f"{head}; {say_gap(column.gap)}"
    if column.empty:
        return f"{head}; 空白栏目"
    undated = f", 未注明日期 {column.undated} 条" if column.undated else ""
    return f"{head}; 最新 {_item(column.newest)}, 第一页列出 {column.item_count} 条{undated}"


def _columns(columns: ColumnSet) -> Iterator[str]:
    yield f"栏目 {len(columns.columns)} 个"
    for column in columns.columns:
        yield _column(column)
    yield from _gaps(columns.gaps)


def _letters(letters: Letters) -> Iterator[str]:
    yield f"互动渠道 {len(letters.channels)} 个, 公开留言 {len(letters.letters)} 条"
    states = {True: "可用", False: "不可用", None: "未能判断"}
    for channel in letters.channels:
        yield f"  {channel.name} [{channel.kind.value}] {states[channel.usable]} {channel.url}"
    answered = sum(1 for letter in letters.letters if letter.has_answer)
    unclear = sum(1 for letter in letters.letters if letter.has_answer is None)
    if letters.letters:
        open_ones = len(letters.letters) - answered - unclear
        yield f"  有答复 {answered} 条, 没有答复 {open_ones} 条, 未能看清 {unclear} 条"
    yield from _gaps(dict.fromkeys((*letters.gaps, *letters.channel_gaps)))


def _guides(guides: Guides) -> Iterator[str]:
    where = "站外平台" if guides.offsite else (guides.entry.url if guides.entry is not None else "没有找到")
    yield f"办事服务入口: {where}; 事项 {guides.listed} 个, 读取指南 {len(guides.guides)} 个"
    for guide in guides.guides[:_MOST]:
        if guide.gap is not None:
            yield f"  {guide.title[:40]}: {say_gap(guide.gap)}"
            continue
        missing = "、".join(one.value for one in guide.missing) or "无"
        unread = f"; 未能读出 {'、'.join(one.value for one in guide.unread)}" if guide.unread else ""
        yield f"  {guide.title[:40]}: 缺少 {missing}{unread}"
    yield from _gaps(guides.gaps)


def _identity(identity: Identity) -> Iterator[str]:
    yield "页脚与标签"
    for value in identity.values:
        wrong = "(格式不合规范)" if value.malformed else ""
        yield f"  {_FIELDS.get(value.field, value.field)}: {value.value}{wrong}"
    for tag in identity.tags[:_MOST]:
        yield f"  标签 {tag.name} = {tag.value[:60] or '(空)'}"
    yield from _gaps(identity.gaps)


def _links(links: LinkCheck) -> Iterator[str]:
    yield f"链接: 查看 {links.checked} 个, 失效 {len(links.dead)} 个, 未能判断 {links.undecided} 个"
    for dead in links.dead[:_MOST]:
        where = "首页" if dead.on_home else dead.linked_from
        yield f"  {dead.url} {KINDS[Failure(dead.reason)].says}, 链接自 {where}"
    yield from _gaps(links.gaps)


def _scan(scan: PageScan) -> Iterator[str]:
    yield f"扫描页面 {scan.scanned} 个, 疑似问题 {len(scan.suspects)} 处"
    for suspect in scan.suspects[:_MOST]:
        sure = "" if suspect.certain else "(待人工判断)"
        yield f"  {suspect.kind.value}{sure}: {suspect.says} {suspect.seen.url}"
    yield from _gaps(scan.gaps)
