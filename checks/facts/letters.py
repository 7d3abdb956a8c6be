"""Public consultation: the channels of a site, and its public letters with their dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from checks.facts.base import Gap, Seen


class ChannelKind(StrEnum):
    """What a channel takes in; petitions, discipline reports, surveys and interviews are no consultation."""

    CONSULTATION = "咨询建言"
    PETITION = "网上信访"
    DISCIPLINE = "纪检举报"
    SURVEY = "征集调查"
    INTERVIEW = "在线访谈"


@dataclass(frozen=True, slots=True)
class Channel:
    """A way for citizens to write in. `usable` is None where its page could not be read."""

    name: str
    url: str
    kind: ChannelKind
    usable: bool | None
    seen: Seen | None = None
    gap: Gap | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """One public letter.

    `asked` is None where no date stands anywhere; `answered` is the day of the reply; `has_answer` is true
    where a reply text or time stands, false where it clearly does not, None where it could not be seen.
    `state` keeps the site's own word (已受理 and 办理中 are no answer).
    """

    url: str
    title: str
    asked: date | None
    answered: date | None
    has_answer: bool | None
    state: str
    channel: ChannelKind
    seen: Seen


@dataclass(frozen=True, slots=True)
class Letters:
    """Channels and letters of a site; `gaps` names the lists or pages that could not be read to the end.

    `channel_gaps` names places where a channel might stand and that could not be read.
    """

    channels: tuple[Channel, ...] = ()
    letters: tuple[Letter, ...] = ()
    gaps: tuple[Gap, ...] = ()
    channel_gaps: tuple[Gap, ...] = ()
