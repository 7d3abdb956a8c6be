"""Service guides (办事指南) and the eight element classes that each should carry."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from checks.facts.base import Gap, Seen


class Element(StrEnum):
    """The eight element classes of W-V6 ②."""

    NAME = "事项名称"
    BASIS = "设定依据"
    CONDITIONS = "申请条件"
    MATERIALS = "办理材料"
    PLACE = "办理地点"
    HOURS = "办理时间"
    PHONE = "联系电话"
    PROCESS = "办理流程"


@dataclass(frozen=True, slots=True)
class Guide:
    """One item's guide page.

    `present` classes carry content; `missing` have neither label nor content, or a label with nothing behind
    it after the data call; `unread` stand as bare headings that a script fills. A guide with `gap` could not
    be read at all.
    """

    url: str
    title: str
    present: tuple[Element, ...] = ()
    missing: tuple[Element, ...] = ()
    unread: tuple[Element, ...] = ()
    seen: Seen | None = None
    gap: Gap | None = None


@dataclass(frozen=True, slots=True)
class Guides:
    """The services of a site.

    `entry` is where services are offered; None with no `gaps` means that the site offers none. `offsite`
    is true where the entry leads to a platform outside the site (its guides are then looked at only if
    they were reachable). `listed` counts the items that the site lists, read or not.
    """

    entry: Seen | None = None
    offsite: bool = False
    listed: int = 0
    guides: tuple[Guide, ...] = ()
    gaps: tuple[Gap, ...] = ()
