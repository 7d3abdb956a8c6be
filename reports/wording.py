"""How figures, days and answers are written in Chinese documents."""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from checks.facts.base import TargetKind
from checks.model import Answer
from reports.model import State

SHANGHAI = ZoneInfo("Asia/Shanghai")

NUMERALS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十")

KIND_WORDS = {TargetKind.SITE: "政府网站", TargetKind.ACCOUNT: "政务新媒体"}
MEASURE_WORDS = {TargetKind.SITE: "家", TargetKind.ACCOUNT: "个"}
ANSWER_WORDS = {
    Answer.PASS: "合格",
    Answer.FAIL: "不合格",
    Answer.UNOBSERVED: "未能观测",
    Answer.NOT_APPLICABLE: "不适用",
}
STATE_WORDS = {
    State.PROPOSED: "待复核",
    State.CONFIRMED: "已确认",
    State.DISMISSED: "已驳回",
    State.NOT_NEEDED: "无需复核",
}


def chinese_date(day: date) -> str:
    """`2026年9月28日`."""
    return f"{day.year}年{day.month}月{day.day}日"


def chinese_moment(moment: datetime) -> str:
    """`2026年9月28日 09:05` in Asia/Shanghai; the moment must be aware."""
    local = local_time(moment)
    return f"{chinese_date(local.date())} {local:%H:%M}"


def stamp(moment: datetime) -> str:
    """`2026-09-28 09:05:07` in Asia/Shanghai, for evidence."""
    return f"{local_time(moment):%Y-%m-%d %H:%M:%S}"


def local_time(moment: datetime) -> datetime:
    """The moment in Asia/Shanghai; a naive one is refused because its meaning would be a guess."""
    if moment.tzinfo is None:
        raise ValueError(f"时间没有时区: {moment.isoformat()}")
    return moment.astimezone(SHANGHAI)


def share(part: int, whole: int) -> Decimal | None:
    """`part` of `whole` in per cent with two places, None where there is no whole.

    Rounded half up, but never to 100.00 while something is missing nor to 0.00 while something is there.
    """
    if whole == 0:
        return None
    exact = Decimal(100 * part) / Decimal(whole)
    rounded = exact.quantize(Decimal("0.01"), ROUND_HALF_UP)
    if part < whole:
        rounded = min(rounded, Decimal("99.99"))
    if part > 0:
        rounded = max(rounded, Decimal("0.01"))
    return rounded


def percent(value: Decimal | None) -> str:
    """`92.14%`, or a dash where there is nothing to divide by."""
    return "—" if value is None else f"{value:.2f}%"


def points(value: Decimal | None) -> str:
    """A score or deduction without needless zeros (`89`, `0.5`), a dash for none."""
    if value is None:
        return "—"
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def heading_number(index: int) -> str:
    """The Chinese numeral of a first-level heading, from 0."""
    return NUMERALS[index]
