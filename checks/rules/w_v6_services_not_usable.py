"""服务不实用

检查什么: 有没有办事服务; 每个事项的办事指南缺少八类要素(事项名称、设定依据、申请条件、办理材料、办理地点、
    办理时间、联系电话、办理流程)中的几类。
依据: 国办秘函〔2019〕19号 附件1 单项否决 6; 没有对外服务职能的单位不适用。
判定: 有下列之一为不合格: ①未提供办事服务; ②缺少四类及以上要素的事项有5个以上(含);
    ③事项总数不足5个而每个都缺少四类及以上。②③的事项个数未经官方文本确认, 为暂定。
    只有标题而内容由脚本填写的要素不算缺少。
不能判定时: 首页或办事入口没有取到, 办事指南在外部平台而没有取到, 或没有看清的事项可能改变结论。
整改建议: 补全办事指南缺少的要素, 与政务服务平台的内容保持一致, 撤下已取消的事项。
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from checks.counting import Count, any_of
from checks.facts import Gap, Guide, Guides, HomePage, Reach
from checks.limits import Limits
from checks.model import Answer, Evidence, Finding
from checks.rulebook import rule
from checks.ruling import Ruling, fails, passes, withholds
from checks.words import quote, why


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceLimits(Limits):
    """Missing classes that make a guide faulty, faulty guides that fail ②, and the total below which ③ holds."""

    missing_classes: int
    faulty_guides: int
    few_guides: int


@rule("W-V6")
def services_not_usable(guides: Guides, home: HomePage, reach: Reach, limits: ServiceLimits) -> Ruling:
    """Look for services first, then count the guides that lack too much."""
    if guides.entry is None and not guides.guides and not guides.listed:
        return _no_entry(guides, home, reach)
    read = _distinct(guides.guides)
    total = max(guides.listed, len(read))
    faulty = [guide for guide in read if _faulty(guide, limits)]
    unclear = [guide for guide in read if not _faulty(guide, limits) and _unclear(guide, limits)]
    unseen = _unseen(guides, unclear, total - len(read))
    if not total:
        where = "办事入口在外部平台, 办事指南没有取到" if guides.offsite else "有办事入口, 但没有读到办事指南"
        return withholds(f"{where}, 不能断定", unseen)
    hidden = len(unclear) + total - len(read)
    many = Count(len(faulty), hidden, limits.faulty_guides, unbounded=bool(guides.gaps))
    answer = any_of((many.answer, _few(faulty, hidden, total, bool(guides.gaps), limits)))
    lack = f"缺少 {limits.missing_classes} 类及以上要素{limits.mark('missing_classes')}"
    count = f"{limits.faulty_guides} 个{limits.mark('faulty_guides', 'few_guides')}"
    numbers = f"办事事项 {total} 个, {lack}的 {len(faulty)} 个(限 {count})"
    if answer is Answer.FAIL:
        return fails(numbers, map(_finding, faulty), unseen=unseen)
    told = f"; 另有 {len(unseen)} 处未能看清: {why(unseen)}" if unseen else ""
    if answer is Answer.PASS:
        return passes(f"{numbers}{told}", unseen)
    return withholds(f"{numbers}{told}, 可能改变结论", unseen)


def _no_entry(guides: Guides, home: HomePage, reach: Reach) -> Ruling:
    unseen = list(guides.gaps)
    if home.page.gap is not None:
        unseen.append(home.page.gap)
    elif home.page.seen is None:
        unseen.append(Gap("首页", "no_evidence", ours=True, url=home.page.url))
    elif home.needs_script:
        unseen.append(Gap("首页", "needs_script", ours=True, url=home.page.url))
    elif reach.robots_forbids:
        unseen.append(Gap("办事栏目", "robots", ours=True, url=home.page.url))
    if unseen or home.page.seen is None:
        return withholds(f"没有看到办事服务, 但有未能观测之处: {why(unseen)}", unseen)
    says = "①未提供办事服务"
    return fails(says, (Finding(says=says, evidence=(Evidence.of(home.page.seen),), key="entry"),))


def _few(faulty: list[Guide], hidden: int, total: int, open_ended: bool, limits: ServiceLimits) -> Answer:
    """Clause ③: so few items that each of them counts."""
    clear = total - hidden - len(faulty)
    if clear or total >= limits.few_guides:
        return Answer.PASS
    return Answer.UNOBSERVED if hidden or open_ended else Answer.FAIL


def _distinct(guides: Iterable[Guide]) -> list[Guide]:
    """Each guide once, one that was read before one that was not."""
    chosen: dict[tuple[str, str], Guide] = {}
    for guide in sorted(
        guides, key=lambda entry: (entry.gap is not None, entry.seen is None, *_order(entry))
    ):
        chosen.setdefault((guide.url, guide.title if guide.gap is None else ""), guide)
    read = {url for url, _ in chosen if chosen[url, _].gap is None}
    return sorted(
        (guide for guide in chosen.values() if guide.gap is None or guide.url not in read), key=_order
    )


def _order(guide: Guide) -> tuple[object, ...]:
    return guide.url, guide.title, len(guide.missing), guide.missing, guide.unread, guide.present


def _faulty(guide: Guide, limits: ServiceLimits) -> bool:
    return guide.gap is None and guide.seen is not None and len(guide.missing) >= limits.missing_classes


def _unclear(guide: Guide, limits: ServiceLimits) -> bool:
    """Whether a guide that is not known to be faulty could turn out to be so."""
    if guide.gap is not None:
        return True
    return len(guide.missing) + len(guide.unread) >= limits.missing_classes


def _unseen(guides: Guides, unclear: list[Guide], unread: int) -> tuple[Gap, ...]:
    reason = "needs_script"
    told = [
        guide.gap or Gap(f"事项{quote(guide.title)}", reason, ours=True, url=guide.url) for guide in unclear
    ]
    rest = [Gap(f"其余 {unread} 个事项", "page_limit", ours=True)] if unread else []
    outside = [Gap("外部平台的办事指南", "off_register", ours=True)] if guides.offsite and unread else []
    return tuple(dict.fromkeys((*guides.gaps, *told, *rest, *outside)))


def _finding(guide: Guide) -> Finding:
    missing = "、".join(sorted(element.value for element in guide.missing))
    seen = (guide.seen,) if guide.seen else ()
    return Finding(
        says=f"事项{quote(guide.title)}缺少 {len(guide.missing)} 类要素: {missing}",
        evidence=tuple(Evidence.of(entry) for entry in seen),
        key=f"{guide.url} {guide.title}",
        cause=guide.url,
    )
