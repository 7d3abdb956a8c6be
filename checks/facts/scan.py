"""Places that a person must look at before anything is called a serious error (W-V1, N-V1)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from checks.facts.base import Gap, Seen


class SuspectKind(StrEnum):
    """Which clause of the veto a suspect belongs to."""

    WORDING = "严重表述错误"
    HARMFUL_LINK = "有害内容或链接"
    TAMPERED = "页面被篡改"
    FORGED_DATE = "伪造发稿日期"


@dataclass(frozen=True, slots=True)
class Suspect:
    """One candidate. `certain` is true only for patterns that no honest page shows (a hidden block of
    gambling links); everything else is for a person to judge first."""

    kind: SuspectKind
    says: str
    certain: bool
    seen: Seen


@dataclass(frozen=True, slots=True)
class PageScan:
    """How many pages or posts were scanned, what was found, what could not be scanned."""

    scanned: int = 0
    suspects: tuple[Suspect, ...] = ()
    gaps: tuple[Gap, ...] = ()
