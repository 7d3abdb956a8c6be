"""The reference pages of an indicator system, generated from its file and the rules' own words.

`python -m checks.reference docs/indicators` writes them anew; with `--check` it only says which are stale.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from checks.indicators import Clause, Deciding, Indicator, Judged, PartOfSystem, Scope, System, Threshold
from checks.model import CheckError
from checks.rulebook import SECTIONS, rules
from checks.system import load_system, show, unconfirmed

ADOPTED = "national-2019"
OVERVIEW = "README.md"

_DECIDING = {
    Deciding.ALWAYS: "是",
    Deciding.WHEN_OBSERVED: "仅在可以观测时",
    Deciding.NEVER: "否",
}
_KINDS = {"site": "政府网站", "account": "政务新媒体"}
_MADE = "<!-- 本页由指标体系文件和规则说明生成, 请勿直接修改; 重新生成: python -m checks.reference docs/indicators -->"


def pages(system: System) -> Mapping[str, str]:
    """All reference pages by their file name: an overview, and one page for each indicator."""
    made = {OVERVIEW: _overview(system)}
    for indicator in system.indicators:
        made[f"{indicator.code}.md"] = _page(indicator)
    return made


def stale(system: System, folder: Path) -> tuple[str, ...]:
    """The names of pages in a folder that are missing, out of date, or no longer generated."""
    made = pages(system)
    there = {path.name for path in folder.glob("*.md")}
    return tuple(
        sorted(
            name
            for name in there | set(made)
            if name not in made
            or name not in there
            or (folder / name).read_text(encoding="utf-8") != made[name]
        )
    )


def write(system: System, folder: Path) -> None:
    """Write all pages into a folder and take away those that are no longer generated."""
    folder.mkdir(parents=True, exist_ok=True)
    made = pages(system)
    for path in folder.glob("*.md"):
        if path.name not in made:
            path.unlink()
    for name, text in made.items():
        (folder / name).write_text(text, encoding="utf-8")


def main(arguments: Sequence[str]) -> int:
    """Write or check the pages; 0: done or up to date, 1: stale pages, 2: wrong use or a bad system file."""
    options = [entry for entry in arguments if entry.startswith("-")]
    folders = [entry for entry in arguments if not entry.startswith("-")]
    if len(folders) != 1 or any(option != "--check" for option in options):
        sys.stderr.write("用法: python -m checks.reference 目录 [--check]\n")
        return 2
    folder = Path(folders[0])
    try:
        system = load_system(ADOPTED)
    except CheckError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    if not options:
        write(system, folder)
        return 0
    outdated = stale(system, folder)
    for name in outdated:
        sys.stderr.write(f"{folder / name} 已过期, 请重新生成\n")
    return 1 if outdated else 0


def _overview(system: System) -> str:
    lines = [
        _MADE,
        f"# {system.title}",
        "",
        f"体系 `{system.system_id}` 版本 {system.version}, 依据{system.document}。{system.note}",
        "",
        f"- 第二部分低于 {system.fail_below} 分为不合格; 高于(不含) {system.bonus_above} 分才计加分。",
        "- 标有“暂定”的数值没有经官方文本确认, 由采用单位核对后改写体系文件。",
        "",
        "## 组成",
        "",
        "| 部分 | 分值 | 适用 | 规则 | 可信度 | 说明 |",
        "|---|---|---|---|---|---|",
        *(_part_row(part) for part in system.parts.values()),
        "",
        "## 按判定方式统计",
        "",
        "| 判定方式 | 指标 | 条款 |",
        "|---|---|---|",
        *_judged_rows(system),
        "",
        "## 指标",
        "",
        "| 代码 | 名称 | 适用 | 判定方式 | 决定合格与否 | 可信度 |",
        "|---|---|---|---|---|---|",
        *(_indicator_row(indicator) for indicator in system.indicators),
        "",
        "## 尚待确认",
        "",
        "| 指标 | 内容 | 现值 | 可信度 | 出处 |",
        "|---|---|---|---|---|",
        *(
            f"| {entry.indicator or '(总则)'} | {entry.what} | {_cell(entry.value)} | {entry.confidence} | {entry.source} |"
            for entry in unconfirmed(system)
        ),
    ]
    return "\n".join(lines) + "\n"


def _part_row(part: PartOfSystem) -> str:
    whom = "、".join(part.site_kinds) or "、".join(_KINDS[kind] for kind in part.kinds)
    rules_there = "有" if part.has_rules else "暂无, 不计分"
    return f"| {part.name} | {part.points} | {whom} | {rules_there} | {part.confidence} | {part.note} |"


def _judged_rows(system: System) -> list[str]:
    indicators = Counter(entry.judged for entry in system.indicators)
    clauses = Counter(
        judged
        for entry in system.indicators
        for judged in ([clause.judged for clause in entry.clauses] or [entry.judged])
    )
    rows = [f"| {judged} | {indicators[judged]} | {clauses[judged]} |" for judged in Judged]
    return [*rows, f"| 合计 | {indicators.total()} | {clauses.total()} |"]


def _indicator_row(entry: Indicator) -> str:
    return (
        f"| [{entry.code}]({entry.code}.md) | {entry.name} | {_whom(entry.scope)} | {entry.judged} "
        f"| {_DECIDING[entry.deciding]} | {entry.confidence} |"
    )


def _page(entry: Indicator) -> str:
    lines = [
        _MADE,
        f"# {entry.code} {entry.name}",
        "",
        f"- 一级: {entry.first_level}; 二级: {entry.second_level}; 三级: {entry.third_level}",
        f"- 适用: {_whom(entry.scope)}",
        f"- 依据: {entry.document} {entry.clause} (可信度 {entry.confidence})",
        f"- 判定方式: {entry.judged}; 决定合格与否: {_DECIDING[entry.deciding]}",
        *([f"- 分值: {entry.points}, 扣分上限 {entry.cap}"] if entry.points else []),
        "",
    ]
    found = rules().get(entry.code)
    if found is not None:
        # 整改建议 stands in the system file, where the office edits it.
        for section in SECTIONS[:-1]:
            lines += [f"## {section}", "", found.text.sections[section], ""]
    lines += ["## 整改建议", "", entry.advice, ""]
    if entry.clauses:
        lines += ["## 条款", "", "| | 内容 | 判定方式 | 可信度 |", "|---|---|---|---|"]
        lines += [*map(_clause_row, entry.clauses), ""]
    if entry.thresholds:
        lines += ["## 阈值", "", "| 名称 | 值 | 含义 | 可信度 | 出处 |", "|---|---|---|---|---|"]
        lines += [*map(_threshold_row, entry.thresholds.values()), ""]
    return "\n".join(lines).rstrip() + "\n"


def _clause_row(clause: Clause) -> str:
    return f"| {clause.mark} | {clause.says} | {clause.judged} | {clause.confidence} |"


def _threshold_row(entry: Threshold) -> str:
    value = _cell(f"{show(entry.value)}{f' {entry.unit}' if entry.unit else ''}")
    return f"| `{entry.name}` | {value} | {entry.says} | {entry.confidence} | {entry.source} |"


def _whom(scope: Scope) -> str:
    told = [_KINDS[scope.kind], *scope.levels, *scope.site_kinds, *scope.platforms]
    if scope.outward_service:
        told.append("主办单位有对外服务职能")
    return "; ".join(told)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
