"""The rectification notice 整改通知书 to one unit, composed as blocks."""

from __future__ import annotations

from collections.abc import Iterator

from checks.facts.base import TargetKind
from reports.annexes import PROVISIONAL
from reports.blocks import Block, Column, Document, Heading, Paragraph, Run, Table, Text, words
from reports.bulletin import marks_of
from reports.masking import clean, outside, outside_url
from reports.model import Contact, Notice, NoticeItem, RoundFacts, State
from reports.wording import chinese_date, chinese_moment, stamp

TITLE = "政府网站与政务新媒体整改通知书"
MOST_EVIDENCE = 3
_BLANK = "＿＿＿＿＿＿＿＿"


def compose_notice(facts: RoundFacts, notice: Notice) -> Document:
    """One notice: what was found, by which clause, with which evidence, what is asked, by when, to whom."""
    return Document(
        issuer=outside(facts.issuer),
        number=f"编号：{outside(notice.number, 80)}",
        title=TITLE,
        addressees=outside(notice.unit_name, 80),
        blocks=tuple(_body(facts, notice)),
        annexes=(),
        signed=outside(facts.issuer),
        dated=chinese_date(notice.issued_on),
        marks=marks_of(facts),
        after=tuple(_forms()),
        red_head=False,
    )


def _body(facts: RoundFacts, notice: Notice) -> Iterator[Block]:
    yield Paragraph(words(f"{outside(notice.unit_name, 80)}："), flush=True)
    basis = "、".join(outside(basis, 200) for basis in facts.basis)
    targets = {item.target for item in notice.items}
    yield Paragraph(
        words(
            f"依据{basis}，在{outside(facts.title, 80)}检查中（监测时间点为{chinese_moment(facts.as_of)}），发现你单位"
            f"主办的{len(targets)}个网站或账号存在{len(notice.items)}项问题，{_confirmed(notice)}现通知你单位限期整改。"
        )
    )
    yield Heading(1, "一、基本信息")
    yield _basics(facts, notice)
    yield Heading(1, "二、存在的问题与整改要求")
    yield _problems(notice)
    if any(item.provisional for item in notice.items):
        yield Paragraph(words("注：标“暂定”的指标，其数值口径尚未与正式文本核对一致，可由主管单位调整。"))
    yield Heading(1, "三、证据清单")
    yield _evidence(notice)
    yield Heading(1, "四、整改期限与反馈方式")
    yield Paragraph(
        words(
            f"请于{chinese_date(notice.deadline)}前（自下达之日起{notice.working_days}个工作日）完成整改，并将整改情况、"
            "整改后的网址和佐证材料书面反馈。逾期未整改或未反馈的，将予以督办、通报。"
        )
    )
    if notice.calendar_remark:
        yield Paragraph(words(f"注：{outside(notice.calendar_remark, 200)}"))
    for line in _contact(notice.contact):
        yield Paragraph(words(line))
    yield Paragraph(
        words("对检查结果有异议的，可在整改期限内提出申诉并附证据；经核实属误判的，予以核减并书面告知。")
    )


def _confirmed(notice: Notice) -> str:
    """Who stands behind the findings: never more than is true."""
    if all(item.state is State.CONFIRMED for item in notice.items):
        return "均已经人工复核确认。"
    if any(item.veto for item in notice.items):
        return "其中单项否决问题均已经人工复核确认。"
    return ""


def _basics(facts: RoundFacts, notice: Notice) -> Table:
    pairs = (
        ("编号", outside(notice.number, 80)),
        ("主办单位", outside(notice.unit_name, 80)),
        ("主管单位", outside(notice.supervising_unit, 80) or "—"),
        ("检查轮次", outside(f"{facts.title}（{facts.round_id}）", 120)),
        ("监测时间点", chinese_moment(facts.as_of)),
        ("检查指标体系", outside(f"{facts.system_name} {facts.system_version}", 160)),
        ("下达日期", chinese_date(notice.issued_on)),
        ("整改期限", f"{chinese_date(notice.deadline)}（{notice.working_days}个工作日）"),
    )
    columns = (Column("项目", 1.4), Column("内容", 5, "left"))
    return Table("", columns, tuple((words(name), words(value)) for name, value in pairs), headed=False)


def _problems(notice: Notice) -> Table:
    columns = (
        Column("序号", 0.7),
        Column("对象", 2.1, "left"),
        Column("指标与依据", 2.4, "left"),
        Column("问题", 3.4, "left"),
        Column("整改要求", 2.8, "left"),
    )
    rows = tuple(
        (
            words(str(number)),
            words(_called(item)),
            _clause(item),
            words(outside(item.says, 300, harmful=item.harmful_links)),
            words(outside(item.requirement, 300) or "按指标要求完成整改并长期保持。"),
        )
        for number, item in enumerate(notice.items, start=1)
    )
    return Table("", columns, rows)


def _called(item: NoticeItem) -> str:
    name = outside(item.target_name, 60)
    if item.target_kind is TargetKind.SITE:
        return f"{name}（标识码{outside(item.target, 40)}）"
    return f"{name}（{outside(item.platform or '账号', 20)}，{outside(item.target, 40)}）"


def _clause(item: NoticeItem) -> Text:
    veto = "，单项否决" if item.veto else ""
    head = words(f"{item.indicator} {outside(item.indicator_name, 60)}{veto}")
    mark = (Run(PROVISIONAL, mark=True),) if item.provisional else ()
    clause = words(f"；依据：{outside(item.clause, 160)}") if item.clause else ()
    return (*head, *mark, *clause)


def _evidence(notice: Notice) -> Table:
    columns = (
        Column("问题", 0.7),
        Column("网址", 3, "left"),
        Column("取证时间", 1.5),
        Column("内容与校验值", 4.6, "left"),
    )
    rows = []
    more = False
    for number, item in enumerate(notice.items, start=1):
        more = more or len(item.evidence) > MOST_EVIDENCE
        for evidence in item.evidence[:MOST_EVIDENCE]:
            excerpt = outside(evidence.excerpt, 150, harmful=item.harmful_links)
            seen = f"“{excerpt}”；" if excerpt else ""
            rows.append(
                (
                    words(str(number)),
                    words(outside_url(evidence.url, 200, harmful=item.harmful_links)),
                    words(stamp(evidence.at)),
                    words(f"{seen}SHA-256：{outside(evidence.sha256, 64)}"),
                )
            )
    note = f"每项问题列出前{MOST_EVIDENCE}份证据，其余留存备查。" if more else "网页原件留存备查。"
    return Table("", columns, tuple(rows), note)


def _contact(contact: Contact) -> Iterator[str]:
    """The office's own contact, as it wrote it: these numbers are meant to be called and are not masked."""
    yield f"反馈单位：{clean(contact.office) or _BLANK}。联系人：{clean(contact.person) or _BLANK}。"
    yield f"联系电话：{clean(contact.phone) or _BLANK}。"
    yield f"电子邮箱：{clean(contact.email) or _BLANK}。"
    if contact.address:
        yield f"地址：{clean(contact.address)}。"


def _forms() -> Iterator[Block]:
    four = (Column("", 1.6), Column("", 2.2, "left"), Column("", 1.2), Column("", 2.4, "left"))
    yield Table(
        "签收回执",
        four,
        (
            (words("签收单位（盖章）"), (), words("签收人"), ()),
            (words("签收日期"), words("　　年　　月　　日"), words("联系电话"), ()),
        ),
        headed=False,
        row_height=13,
    )
    two = (Column("", 1.6), Column("", 5.8, "left"))
    yield Table(
        "整改与复核记录",
        two,
        (
            (words("整改情况"), ()),
            (words("复核结论"), words("□ 复核通过　　　□ 退回继续整改　　　□ 核减（误判）")),
            (words("复核人、日期"), ()),
        ),
        headed=False,
        row_height=13,
    )
