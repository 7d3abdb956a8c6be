"""栏目不更新

检查什么: 逐个栏目看类型、最近更新日期和是否空白。
依据: 国办秘函〔2019〕19号 附件1 单项否决 4。
判定: 有下列之一为不合格: ①动态、要闻类栏目两周内未更新, 以及通知公告、政策文件类一级栏目六个月内未更新,
    累计5个以上(含); ②应更新但长期(默认一年)未更新的栏目10个以上(含); ③空白栏目5个以上(含)。
    一个栏目只计一次, 依③②①的次序归入第一个符合的。类型依人工确认、ColumnType 标签、栏目名称的次序确定;
    类型不明的栏目不计入①, 超过一年才计入②, 正常取到而空白的计入③。恰好到期算按时。
不能判定时: 没有取到、没有日期的栏目可能改变结论, 首页没有取到, 或没有发现任何栏目。
    robots.txt 不允许访问而已有人工确认的应更新栏目时, 只看首页和确认的栏目, 其余栏目不看也不计, 结论中写明。
整改建议: 更新长期不更新的栏目, 充实空白栏目; 确无内容的栏目予以整合或撤下, 避免开而不管。
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from checks.counting import Count, any_of
from checks.facts import Column, ColumnSet, ColumnType, Gap, HomePage, Reach, TypedBy
from checks.limits import Limits
from checks.model import Answer, Evidence, Finding
from checks.rulebook import rule
from checks.ruling import Ruling, fails, passes, withholds
from checks.spans import days_before, local_day, months_before
from checks.words import quote, why


class Fault(StrEnum):
    """The three clauses, in the order in which a column is counted."""

    EMPTY = "③空白栏目"
    LONG_STALE = "②长期未更新栏目"
    STALE = "①未按时更新栏目"


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnLimits(Limits):
    """Windows, counts and types of W-V4; the type lists hold the words of `ColumnType`."""

    news_days: int
    notice_months: int
    notice_level: int
    news_types: tuple[str, ...]
    notice_types: tuple[str, ...]
    must_update_types: tuple[str, ...]
    need_not_update_types: tuple[str, ...]
    never_blank_types: tuple[str, ...]
    long_stale_months: Mapping[str, int]
    long_stale_months_untyped: int
    stale_columns: int
    long_stale_columns: int
    empty_columns: int
    hiding_gaps: tuple[str, ...]
    undated_is_stale: bool

    def __post_init__(self) -> None:
        known = {entry.value for entry in ColumnType}
        lists = (self.news_types, self.notice_types, self.never_blank_types, tuple(self.long_stale_months))
        for name in (name for names in lists for name in names):
            if name not in known:
                raise ValueError(f"栏目类型 {name} 不在 {'、'.join(ColumnType)} 之中")
        must, need_not = set(self.must_update_types), set(self.need_not_update_types)
        if must & need_not or must | need_not != known:
            told = "、".join(sorted(must & need_not | (must | need_not) ^ known))
            raise ValueError(f"每个栏目类型应在 must_update_types 与 need_not_update_types 之一: {told}")
        if missing := must - set(self.long_stale_months):
            raise ValueError(f"long_stale_months 缺少栏目类型 {'、'.join(sorted(missing))}")

    def count(self, fault: Fault) -> tuple[int, str]:
        """The limit of a clause, and the name of its threshold."""
        return {
            Fault.EMPTY: (self.empty_columns, "empty_columns"),
            Fault.LONG_STALE: (self.long_stale_columns, "long_stale_columns"),
            Fault.STALE: (self.stale_columns, "stale_columns"),
        }[fault]


@dataclass(frozen=True, slots=True)
class _Judged:
    """One column: the clause it counts under, or those under which it might if it could be seen."""

    column: Column
    fault: Fault | None = None
    may_be: tuple[Fault, ...] = ()


@rule("W-V4")
def columns_not_updated(
    columns: ColumnSet, home: HomePage, reach: Reach, limits: ColumnLimits, as_of: datetime
) -> Ruling:
    """Count each column once, and say which ones could not be seen."""
    today = local_day(as_of)
    every = _distinct(columns.columns)
    agreed = _agreed(every, limits, today)
    left = [column for column in every if agreed and _is_left_alone(column)]
    judged = [_judge(column, limits, today) for column in every if column not in left]
    gaps = tuple(dict.fromkeys(columns.gaps))
    unbounded = _unbounded(gaps, home, reach.robots_forbids and not agreed, limits)
    found = {fault: [entry for entry in judged if entry.fault is fault] for fault in Fault}
    counts = {
        fault: Count(
            found=len(found[fault]),
            unseen=sum(fault in entry.may_be for entry in judged) + len(gaps),
            limit=limits.count(fault)[0],
            unbounded=unbounded is not None,
        )
        for fault in Fault
    }
    unseen = (*gaps, *(_gap(entry.column) for entry in judged if entry.may_be))
    unseen = unseen if unbounded is None else tuple(dict.fromkeys((*unseen, unbounded)))
    numbers = ", ".join(
        f"{fault.value} {counts[fault].found} 个(限 {counts[fault].limit} 个{limits.mark(limits.count(fault)[1])})"
        for fault in (Fault.STALE, Fault.LONG_STALE, Fault.EMPTY)
    )
    future = sum(entry.column.future for entry in judged)
    numbers += f"; 另有 {future} 条日期晚于监测时间点, 不计为更新" if future else ""
    if agreed and (left or reach.robots_forbids):
        numbers += f"; robots.txt 不允许访问其余页面, 只看了首页和人工确认的栏目 {agreed} 个"
    answer = any_of(count.answer for count in counts.values())
    if answer is Answer.FAIL:
        over = [fault for fault in Fault if counts[fault].answer is Answer.FAIL]
        faulty = [entry for fault in over for entry in found[fault]]
        return fails(numbers, [_finding(entry) for entry in faulty], unseen=unseen)
    if not judged and not unseen:
        return withholds("没有发现任何栏目")
    if answer is Answer.PASS:
        return passes(f"{numbers}{_hidden(unseen)}", unseen)
    return withholds(f"{numbers}{_hidden(unseen)}, 可能改变结论", unseen)


def _hidden(unseen: tuple[Gap, ...]) -> str:
    return f"; 另有 {len(unseen)} 处未能观测: {why(unseen)}" if unseen else ""


def _distinct(columns: Iterable[Column]) -> list[Column]:
    """Each address once: a person's word before a tag before a name, a read list before an unread one."""
    trust = {typed_by: rank for rank, typed_by in enumerate(TypedBy)}
    ranked = sorted(
        columns,
        key=lambda column: (
            column.url,
            trust[column.typed_by],
            column.gap is not None,
            column.level,
            column.name,
            -column.newest.day.toordinal() if column.newest else 0,
            column.empty,
        ),
    )
    chosen: dict[str, Column] = {}
    for column in ranked:
        chosen.setdefault(column.url, column)
    return list(chosen.values())


def _agreed(columns: Iterable[Column], limits: ColumnLimits, today: date) -> int:
    """How many columns a person confirmed; 0 where none of them has to be updated, so that they settle nothing."""
    confirmed = [column for column in columns if _is_confirmed(column)]
    return len(confirmed) if any(_duties(column, limits, today) for column in confirmed) else 0


def _is_confirmed(column: Column) -> bool:
    return column.must_update is not None


def _is_left_alone(column: Column) -> bool:
    """An unconfirmed column behind robots.txt: the person's list stands for the site's columns."""
    return not _is_confirmed(column) and column.gap is not None and column.gap.reason == "robots"


def _unbounded(
    gaps: tuple[Gap, ...], home: HomePage, robots_forbid: bool, limits: ColumnLimits
) -> Gap | None:
    """What may hide any number of columns: the home page itself, robots.txt, a limit of our own."""
    if home.page.gap is not None:
        return home.page.gap
    if home.page.seen is None:
        return Gap("首页", "no_evidence", ours=True, url=home.page.url)
    if robots_forbid:
        return Gap("栏目", "robots", ours=True, url=home.page.url)
    return next((gap for gap in gaps if gap.url is None or gap.reason in limits.hiding_gaps), None)


def _judge(column: Column, limits: ColumnLimits, today: date) -> _Judged:
    duties = _duties(column, limits, today)
    blank = () if column.column_type in limits.never_blank_types else (Fault.EMPTY,)
    if column.gap is not None or column.seen is None:
        return _Judged(column, may_be=(*blank, *duties))
    if column.empty:
        return _Judged(column, Fault.EMPTY if blank else None)
    day = column.newest.day if column.newest and column.newest.day <= today else None
    undated_stale = limits.undated_is_stale and column.undated > 0
    if day is None and not undated_stale:
        return _Judged(column, may_be=tuple(duties))
    stale = tuple(fault for fault, in_time in duties.items() if day is None or day < in_time)
    if stale and column.undated and not limits.undated_is_stale:
        return _Judged(column, may_be=stale)
    return _Judged(column, stale[0] if stale else None)


def _duties(column: Column, limits: ColumnLimits, today: date) -> dict[Fault, date]:
    """By clause ② and ①, the first day that is still in time for this column; empty where it need not update."""
    kind = column.column_type
    must = kind is None or kind.value in limits.must_update_types
    if not (must if column.must_update is None else column.must_update):
        return {}
    months = limits.long_stale_months_untyped
    if kind is not None:
        months = limits.long_stale_months.get(kind.value, months)
    duties = {Fault.LONG_STALE: months_before(today, months)}
    if kind is not None and kind.value in limits.news_types:
        duties[Fault.STALE] = days_before(today, limits.news_days)
    elif kind is not None and kind.value in limits.notice_types and column.level <= limits.notice_level:
        duties[Fault.STALE] = months_before(today, limits.notice_months)
    return duties


def _gap(column: Column) -> Gap:
    if column.gap is not None:
        return column.gap
    reason = "no_evidence" if column.seen is None else "undated"
    return Gap(f"栏目{quote(column.name)}", reason, ours=True, url=column.url)


def _finding(judged: _Judged) -> Finding:
    column, fault = judged.column, judged.fault
    kind = column.column_type.value if column.column_type else "类型不明"
    what = f"栏目{quote(column.name)}({kind})"
    if fault is Fault.EMPTY:
        says = f"{what}没有内容"
    elif column.newest is None:
        says = f"{what}的信息没有日期"
    else:
        says = f"{what}最近更新 {column.newest.day:%Y-%m-%d}"
    seen = [column.seen] if column.seen else []
    seen += [column.newest.seen] if column.newest else []
    evidence = tuple(dict.fromkeys(Evidence.of(entry) for entry in seen))
    return Finding(says=f"{fault}: {says}", evidence=evidence, key=column.url, cause=column.url)
