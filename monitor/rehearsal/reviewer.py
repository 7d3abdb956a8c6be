"""The demo's scripted reviewer: sees what a reviewer sees, never the truth, and always decides the same."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

REVIEWERS = ("审核员甲", "审核员乙", "审核员丙")
CONFIRM, DISMISS, AGAIN = "确认", "驳回", "再查"

AGAINST = ("打击", "整治", "反诈", "警惕", "举报", "严禁", "防范", "通告")
MAINTENANCE = ("停机维护", "升级维护", "系统维护", "迁移公告")
MOVED = ("停止更新", "已归档", "历史归档", "整合迁移", "永久下线")


def _lot(proposal: Mapping[str, Any]) -> int:
    """A number from 0 to 99 that stands for this proposal."""
    text = f"{proposal.get('target')}|{proposal.get('indicator')}"
    return int(hashlib.sha256(text.encode()).hexdigest()[:8], 16) % 100


def _seen(proposal: Mapping[str, Any]) -> list[str]:
    """The excerpts that the proposal shows."""
    return [str(piece.get("excerpt", "")) for piece in proposal.get("evidence", ()) or ()]


def _dismissal(proposal: Mapping[str, Any], lot: int) -> str:
    """Why a careful reader of this proposal dismisses it (empty: no such reason is visible)."""
    excerpts = _seen(proposal)
    text = " ".join(excerpts)
    if not excerpts:
        return "没有附证据, 不能认定"
    indicator = str(proposal.get("indicator", ""))
    if indicator in ("W-V1", "N-V1") and any(word in text for word in AGAINST):
        return "所列文字是打击、防范类宣传, 不是违规内容"
    if indicator == "W-V2" and any(word in text for word in MAINTENANCE):
        return "证据显示当时在公告维护"
    if indicator == "W-V4" and any(word in text for word in MOVED):
        return "所列栏目已注明停止更新或归档"
    if len(excerpts) == 1 and indicator != "N-V2" and lot % 9 == 0:
        return "仅有一条证据, 不足以认定单项否决, 退回补充"
    return ""


def _decide(proposal: Mapping[str, Any]) -> tuple[str, str]:
    """Decision and reason; an empty decision leaves the proposal open."""
    lot = _lot(proposal)
    if lot < 4:
        return "", ""
    dismissal = _dismissal(proposal, lot)
    if dismissal:
        return DISMISS, dismissal
    if proposal.get("verdict") != "fail":
        return AGAIN, "机器未下结论, 须人工再看"
    if lot < 8:
        return AGAIN, "请在下一工作日再看一次"
    return CONFIRM, "证据与判定一致"


def review(proposals: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Decisions on proposals, in the columns of the decisions sheet; what is left open gets no row.

    A proposal is what a reviewer is shown: target, indicator, verdict, reason, and evidence with excerpts.
    """
    decisions = []
    for proposal in proposals:
        decision, reason = _decide(proposal)
        if decision:
            decisions.append({
                "target": str(proposal["target"]), "indicator": str(proposal["indicator"]), "decision": decision,
                "reviewer": REVIEWERS[_lot(proposal) % len(REVIEWERS)], "reason": reason,
            })  # fmt: skip
    return decisions
