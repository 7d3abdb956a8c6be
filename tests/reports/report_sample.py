"""A small round that never was, for the tests of documents: every standing, state and hostile word occurs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from checks.facts.base import Gap, TargetKind
from checks.model import Answer, Evidence
from registry.model import Level, Platform, SiteKind
from reports.model import (
    Contact,
    DrawShare,
    FindingLine,
    IndicatorLine,
    League,
    MistakeReports,
    Notice,
    NoticeItem,
    Part,
    PriorRecheck,
    RoundFacts,
    RoundReport,
    ScoreSheet,
    Setting,
    Standing,
    State,
    TargetLine,
    VerdictLine,
    Window,
)

AS_OF = datetime(2026, 9, 28, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))

LEAGUES = tuple(
    League(code, name)
    for code, name in (
        ("150000", "自治区本级"),
        ("150100", "呼和浩特市"),
        ("150200", "包头市"),
        ("150300", "乌海市"),
        ("150400", "赤峰市"),
        ("150500", "通辽市"),
        ("150600", "鄂尔多斯市"),
        ("150700", "呼伦贝尔市"),
        ("150800", "巴彦淖尔市"),
        ("150900", "乌兰察布市"),
        ("152200", "兴安盟"),
        ("152500", "锡林郭勒盟"),
        ("152900", "阿拉善盟"),
    )
)

_DOCUMENT = "国办秘函〔2019〕19号附件1"


def _indicator(code: str, name: str, threshold: str, **more: object) -> IndicatorLine:
    kind = TargetKind.ACCOUNT if code.startswith("N") else TargetKind.SITE
    part = Part.DEDUCTION if code.startswith("P") else Part.VETO
    settings: dict[str, object] = {"decides": part is Part.VETO, "source": _DOCUMENT, **more}
    return IndicatorLine(code, name, part, kind, threshold, **settings)  # type: ignore[arg-type]


INDICATORS = (
    _indicator("W-V1", "安全、泄密事故等严重问题", "出现一例即为不合格。", harmful_links=True),
    _indicator(
        "W-V2", "站点无法访问", "一周内每天间隔访问20次以上，超过（含）15秒打不开的次数占比超过（含）5%。"
    ),
    _indicator("W-V3", "首页不更新", "监测时间点前2周内首页没有信息更新。"),
    _indicator("W-V4", "栏目不更新", "应更新未更新的栏目累计超过（含）5个，长期未更新10个，或空白栏目5个。"),
    _indicator("W-V5", "互动回应差", "未提供咨询渠道，或1年内存在超过3个月未回应的有效留言。"),
    _indicator("W-V6", "服务不实用", "要素缺失4类及以上的办事指南超过（含）5个。", provisional=True),
    _indicator("P-1.5", "政策文件", "政策文件类一级栏目6个月未更新。", points=Decimal(5), provisional=True),
    _indicator("P-4.2", "网站标识", "页脚标识缺项。", points=Decimal(3), provisional=True),
    _indicator("N-V1", "安全、泄密事故等严重问题", "出现一例即为不合格。", harmful_links=True),
    _indicator("N-V2", "内容不更新", "监测时间点前2周内没有更新，或移动客户端无法下载使用。"),
    _indicator("N-V3", "互动回应差", "未提供有效互动功能。", provisional=True, decides=False),
)


def evidence(url: str = "https://www.example.gov.cn/", excerpt: str = "最近更新：2026-08-30") -> Evidence:
    """Evidence whose digest follows from its address."""
    return Evidence(url, AS_OF - timedelta(hours=3), hashlib.sha256(url.encode()).hexdigest(), excerpt)


def finding(number: str, says: str, *shown: Evidence) -> FindingLine:
    """A finding with at least one piece of evidence."""
    return FindingLine(number, says, shown or (evidence(),))


def round_facts(**changes: object) -> RoundFacts:
    """The frozen facts of the sample round."""
    settings: dict[str, object] = {
        "round_id": "2026Q3",
        "title": "2026年第三季度",
        "issuer": "自治区人民政府办公厅",
        "as_of": AS_OF,
        "issued_on": date(2026, 10, 12),
        "system_name": "政府网站与政务新媒体检查指标（2019版）",
        "system_version": "2026.1",
        "system_digest": hashlib.sha256(b"system").hexdigest(),
        "seed": "2026Q3-7f3a",
        "registry_day": date(2026, 9, 20),
        "registry_digest": hashlib.sha256(b"registry").hexdigest(),
        "shares": (
            DrawShare(TargetKind.SITE, Level.REGION, Decimal("0.3")),
            DrawShare(TargetKind.SITE, Level.LEAGUE, Decimal(1)),
            DrawShare(TargetKind.ACCOUNT, Level.BANNER, Decimal("0.5")),
        ),
        "windows": (
            Window("可用性监测", date(2026, 9, 21), date(2026, 9, 27), "每天20次以上间隔访问"),
            Window("首页更新监测", date(2026, 9, 14), date(2026, 9, 28)),
        ),
        "settings": (Setting("每地址并发连接", "2"), Setting("每地址每秒请求", "2")),
        "contact": Contact("政务公开办公室", "经办人甲", "0471-0000000", "gkb@example.gov.cn"),
        "rehearsal": True,
        "hosts_file": True,
        "prior": PriorRecheck("2026年第二季度", ("a", "b", "c"), ("a", "b")),
        "mistakes": MistakeReports(("m1", "m2", "m3", "m4"), ("m1", "m2", "m3", "m4")),
    }
    settings.update(changes)
    return RoundFacts(**settings)  # type: ignore[arg-type]


_STANDINGS = (
    *[Standing.PASSED] * 9,
    Standing.FAILED,
    Standing.PASSED,
    Standing.UNDECIDED,
    *[Standing.PASSED] * 6,
    Standing.UNDECIDED,
    Standing.NOT_DRAWN,
    Standing.FAILED,
    Standing.PASSED,
    Standing.EXEMPT,
    Standing.CLOSED,
)


def report(sites: int = 60, accounts: int = 300, **changes: object) -> RoundReport:
    """A round of that size; the same arguments give the same report."""
    targets = tuple(_targets(sites, accounts))
    with_sheet = (Standing.PASSED, Standing.FAILED, Standing.UNDECIDED)
    sheets = tuple(_sheet(n, target) for n, target in enumerate(targets) if target.standing in with_sheet)
    return RoundReport(
        round_facts(**changes),
        INDICATORS,
        LEAGUES,
        targets,
        sheets,
        {"connect_timeout": "连接超时", "robots": "robots.txt 不允许访问"},
    )


def _targets(sites: int, accounts: int) -> Iterator[TargetLine]:
    levels = (Level.LEAGUE, Level.BANNER, Level.BANNER, Level.TOWNSHIP)
    platforms = [str(p) for p in Platform]
    for number in range(sites + accounts):
        site = number < sites
        league = LEAGUES[number % 13]
        level = Level.REGION if league.code == "150000" else levels[(number // 13) % 4]
        if site and level is Level.TOWNSHIP:
            level = Level.BANNER
        standing = _STANDINGS[(number * 7 + (0 if site else 3)) % len(_STANDINGS)]
        unit = f"演练单位{number % 150:03}"
        common: dict[str, object] = {
            "unit_id": f"u{number % 150:03}",
            "unit_name": f"{league.name}{unit}",
            "level": level,
            "league": league.code,
            "standing": standing,
            "supervising_unit": f"{league.name}演练主管单位",
            "stratum": f"{level}·{league.name}",
            "reason": {Standing.EXEMPT: "公告维护期间", Standing.CLOSED: "检查期间办理关停"}.get(
                standing, ""
            ),
        }
        if site:
            kind = SiteKind.PORTAL if number % 3 == 0 else SiteKind.DEPARTMENT
            yield TargetLine(
                target=f"{league.code}{number:04}",
                kind=TargetKind.SITE,
                name=f"{unit}网站",
                site_kind=str(kind),
                url=f"https://www.site{number}.example.gov.cn/",
                **common,  # type: ignore[arg-type]
            )
        else:
            platform = platforms[0] if number % 2 else platforms[number % len(platforms)]
            yield TargetLine(
                target=f"acc-{number:05}",
                kind=TargetKind.ACCOUNT,
                name=f"{unit}发布",
                platform=platform,
                handle=f"gh_{number:08x}",
                **common,  # type: ignore[arg-type]
            )


def _sheet(number: int, target: TargetLine) -> ScoreSheet:
    lines = tuple(_lines(number, target))
    scored = target.site_kind == SiteKind.PORTAL and target.standing is Standing.PASSED
    score = Decimal("89") if scored else None
    return ScoreSheet(target.target, lines, score, score, score, score, None)


def _lines(number: int, target: TargetLine) -> Iterator[VerdictLine]:
    vetoes = [line for line in INDICATORS if line.kind is target.kind and line.part is Part.VETO]
    struck = vetoes[1 + number % (len(vetoes) - 1)].code if target.standing is Standing.FAILED else ""
    open_proposal = target.standing is Standing.UNDECIDED and number % 2 == 0
    for indicator in (line for line in INDICATORS if line.kind is target.kind):
        code = indicator.code
        if indicator.part is Part.DEDUCTION and target.site_kind != SiteKind.PORTAL:
            continue
        if code == struck:
            yield VerdictLine(
                code,
                Answer.FAIL,
                State.CONFIRMED,
                "机器判定不合格，已经复核。",
                ("审核员甲",),
                findings=tuple(_found(target, indicator, times) for times in range(1 + number % 3)),
            )
        elif open_proposal and code in ("W-V3", "N-V2"):
            yield VerdictLine(
                code, Answer.FAIL, State.PROPOSED, "待复核。", findings=(_found(target, indicator, 0),)
            )
        elif target.standing is Standing.UNDECIDED and code in ("W-V2", "N-V2"):
            gap = Gap("首页", "connect_timeout", True, target.url)
            yield VerdictLine(
                code,
                Answer.UNOBSERVED,
                State.NOT_NEEDED,
                "没有取得足够的观测。",
                unseen=(gap,) * (1 + number % 14),
                kind_of_gap="没有可观测的信息源" if number % 3 else "未计入的访问超过10%",
            )
        elif code == "P-1.5" and number % 2 and target.standing is Standing.PASSED:
            yield VerdictLine(
                code,
                Answer.FAIL,
                State.NOT_NEEDED,
                "栏目超期。",
                deduction=Decimal(5),
                findings=(_found(target, indicator, 0),),
            )
        elif number % 17 == 0 and code in ("W-V4", "N-V3"):
            yield VerdictLine(
                code,
                Answer.FAIL,
                State.DISMISSED,
                "建议",
                ("审核员乙",),
                findings=(_found(target, indicator, 0),),
            )
        else:
            yield VerdictLine(code, Answer.PASS, State.NOT_NEEDED, "符合要求。")


def _found(target: TargetLine, indicator: IndicatorLine, times: int) -> FindingLine:
    url = f"https://www.example.gov.cn/{target.target}/column/{times}/index.html"
    says = {
        "W-V2": "一周内共访问147次，其中12次超过15秒未打开，占8.16%",
        "W-V3": "首页最近一条信息的日期为2026年8月30日，距监测时间点29天",
        "W-V4": "“通知公告”栏目最近更新于2025年12月3日，超过6个月",
        "W-V5": "2026年3月2日的留言“道路照明”至监测时间点未见答复",
        "N-V2": "最近一次发布为2026年9月1日，距监测时间点27天",
    }.get(indicator.code, f"{indicator.name}：不符合要求")
    return finding(f"{target.target}/{indicator.code}/{times}", says, evidence(url, f"{says}（网页摘录）"))


def notices(made: RoundReport) -> list[Notice]:
    """One notice for each unit with confirmed findings."""
    indicators = {line.code: line for line in made.indicators}
    targets = {target.target: target for target in made.targets}
    items: dict[str, list[NoticeItem]] = {}
    for sheet in made.sheets:
        target = targets[sheet.target]
        for line in sheet.lines:
            if not line.published:
                continue
            indicator = indicators[line.indicator]
            items.setdefault(target.unit_id, []).extend(
                NoticeItem(
                    target.target,
                    target.kind,
                    target.name,
                    indicator.code,
                    indicator.name,
                    f"{indicator.source}",
                    fault.says,
                    fault.evidence,
                    "立即核查原因，恢复正常更新，并建立值班检查制度。",
                    line.state,
                    indicator.part is Part.VETO,
                    indicator.provisional,
                    target.platform,
                    indicator.harmful_links,
                )
                for fault in line.faults
            )
    names = {t.unit_id: (t.unit_name, t.supervising_unit) for t in made.targets}
    return [
        Notice(
            f"整改〔2026〕3-{number:04}号",
            unit,
            *names[unit],
            made.round.issued_on,
            date(2026, 10, 26),
            10,
            tuple(found),
            made.round.contact,
        )
        for number, (unit, found) in enumerate(sorted(items.items()), start=1)
    ]
