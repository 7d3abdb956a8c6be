"""Ways to write in and public letters (W-V5).

A channel is usable when its page is there and offers a form, a place to submit, or a public list of letters.
Channels on petition and discipline platforms are named as such whatever their link is called; a hotline or a
portal elsewhere is not walked and stays undecided. Letters are read through their lists until they are older
than a year; a list that was not read so far is a gap. A letter without a visible answer is looked at on its
own page before it is called unanswered, and a letter's page that could not be read leaves it undecided.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from checks.facts.base import DateSource, Gap, Seen
from checks.facts.letters import Channel, ChannelKind, Letter, Letters
from monitor.collect.extract.page import LetterRow, Region
from monitor.collect.failures import Failure
from monitor.collect.survey.ask import Answer, Survey
from monitor.collect.survey.dating import content_lists
from monitor.collect.survey.ledger import LinkNote
from monitor.collect.survey.lockstep import together
from monitor.collect.survey.outcome import MISSING, failure_of, gap, page_of, seen
from monitor.collect.survey.places import host_of, identity, is_attachment, looks_like_article
from monitor.collect.survey.reading import Reading
from monitor.collect.survey.whole import DATA, Whole, complete
from monitor.collect.survey.words import channel_kind, clean_name, fold, has_any, leads_to_channels, words_of

_MOST_CHANNELS = 16
_MOST_ENTRANCES = 8
_MOST_LISTS = 12
_YEAR = timedelta(days=372)
_RIPE = timedelta(days=80)
"""Letters younger than this cannot be overdue by any ruler; their pages are not asked."""


@dataclass(slots=True)
class _Found:
    """What is gathered about interaction."""

    channels: dict[str, Channel] = field(default_factory=dict)
    lists: dict[str, tuple[Whole, ChannelKind]] = field(default_factory=dict)
    gaps: list[Gap] = field(default_factory=list)
    channel_gaps: list[Gap] = field(default_factory=list)
    unlisted: dict[str, Gap] = field(default_factory=dict)


def survey_letters(reading: Reading, home: Whole | None, missed: Sequence[Gap]) -> Survey[Letters]:
    """Find the channels that the pages read so far lead to, then read their public letters.

    `missed` are places where a channel might stand and that could not be read.
    """
    found = _Found(channel_gaps=list(missed))
    wanted = _links(reading, home)
    entrances = [note for note in wanted if channel_kind(note.text) is None][:_MOST_ENTRANCES]
    yield from together([_enter(reading, note, found) for note in entrances], reading.plan.limits.wave)
    wanted = _links(reading, home)
    channels = [note for note in wanted if channel_kind(note.text) is not None][:_MOST_CHANNELS]
    yield from together([_channel(reading, note, found) for note in channels], reading.plan.limits.wave)
    others = _by_content(reading, found)[:_MOST_CHANNELS]
    yield from together([_channel(reading, note, found) for note in others], reading.plan.limits.wave)
    letters = yield from _letters(reading, found)
    found.gaps.extend(found.unlisted.values())
    order = sorted(found.channels.values(), key=lambda one: (one.kind.value, one.url))
    if any(one.usable and one.kind is ChannelKind.CONSULTATION for one in order):
        found.channel_gaps = []
    return Letters(
        channels=tuple(order),
        letters=tuple(sorted(letters, key=_order)),
        gaps=tuple(dict.fromkeys(found.gaps)),
        channel_gaps=tuple(dict.fromkeys(found.channel_gaps)),
    )


def unread_letters(why: Gap) -> Letters:
    """The facts where nothing was looked at."""
    return Letters(gaps=(why,), channel_gaps=(why,))


def _order(letter: Letter) -> tuple[str, str, str]:
    return (letter.url, letter.title, str(letter.asked))


def _links(reading: Reading, home: Whole | None) -> list[LinkNote]:
    """Links whose name promises interaction, the home page's own first, near before far."""
    notes = list(reading.links.named.values())
    if home is not None:
        known = {identity(note.url) for note in notes}
        for link in home.links:
            named = channel_kind(link.text) is not None or leads_to_channels(link.text)
            if named and not link.hidden and identity(link.url) not in known:
                known.add(identity(link.url))
                notes.append(LinkNote(link.url, home.url, 1, True, link.text))
    staff = words_of("channel_names.toml", "hosts", "staff")
    good = [
        note
        for note in notes
        if (channel_kind(note.text) is not None or leads_to_channels(note.text))
        and not host_of(note.url).startswith(staff)
    ]
    return sorted(
        (
            note
            for note in good
            if not is_attachment(note.url)
            and not reading.scope.is_home(note.url)
            and not _is_news(reading, note)
            and (identity(note.url) not in reading.letters or identity(note.url) in reading.talking)
        ),
        key=lambda note: (note.depth, not note.on_home),
    )


def _by_content(reading: Reading, found: _Found) -> list[LinkNote]:
    """Pages that take or show letters though no link's name said so; special kinds by their own names."""
    known = {identity(one.url) for one in found.channels.values()} | set(found.lists)
    notes = []
    for same, talk in reading.talking.items():
        if same in known or channel_kind(talk.name) not in {None, ChannelKind.CONSULTATION}:
            continue
        notes.append(LinkNote(talk.url, talk.url, reading.links.depth_of(talk.url), False, talk.name))
    return notes


def _is_news(reading: Reading, note: LinkNote) -> bool:
    """An article about interaction is no channel; a name as short as a button's may still be one."""
    return looks_like_article(note.url) and reading.scope.same_site(note.url) and len(fold(note.text)) > 10


def _platform(reading: Reading, url: str) -> ChannelKind | None:
    """What a platform elsewhere takes in, by its host; the site's own host may carry any name."""
    if reading.scope.same_site(url):
        return None
    host = host_of(url)
    if has_any(host, words_of("channel_names.toml", "hosts", "petition")):
        return ChannelKind.PETITION
    if has_any(host, words_of("channel_names.toml", "hosts", "discipline")):
        return ChannelKind.DISCIPLINE
    return None


def _enter(reading: Reading, note: LinkNote, found: _Found) -> Survey[None]:
    """Read a page that leads to channels; its links are booked by reading it."""
    if not reading.scope.in_domain(note.url):
        return
    (answer,) = yield from reading.fetch_pages([note.url])
    got = yield from complete(reading, answer, f"互动入口「{clean_name(note.text)}」")
    if isinstance(got, Gap):
        if failure_of(answer) not in MISSING:
            found.channel_gaps.append(got)
        return
    if got.unread and not got.links:
        found.channel_gaps.extend(got.unread)
    if got.letters or got.forms:
        # the entrance itself takes letters or shows them
        _note_channel(reading, found, note, got, ChannelKind.CONSULTATION)


def _channel(reading: Reading, note: LinkNote, found: _Found) -> Survey[None]:
    """Look at one channel."""
    kind = _platform(reading, note.url) or channel_kind(note.text) or ChannelKind.CONSULTATION
    name = clean_name(note.text)
    if not reading.scope.in_domain(note.url):
        away = gap(f"渠道「{name}」在站外平台", Failure.OFF_REGISTER, note.url)
        found.channels.setdefault(identity(note.url), Channel(name, note.url, kind, None, None, away))
        return
    (answer,) = yield from reading.fetch_pages([note.url])
    if failure_of(answer) in MISSING:
        gone = Channel(name, note.url, kind, False, seen(answer, name))
        found.channels.setdefault(identity(note.url), gone)
        return
    got = yield from complete(reading, answer, f"渠道「{name}」")
    if isinstance(got, Gap):
        landed = _platform(reading, answer.final_url) or kind
        found.channels.setdefault(identity(note.url), Channel(name, note.url, landed, None, None, got))
        return
    one_letter = got.page.letter_detail is not None and not got.letters and not got.forms
    if one_letter or _only_reading_matter(note, got):
        return
    _note_channel(reading, found, note, got, _platform(reading, got.url) or kind)
    if not got.forms and not got.letters:
        yield from _inside(reading, note, got, kind, found)


def _only_reading_matter(note: LinkNote, got: Whole) -> bool:
    """An article that merely speaks of letters, or quotes some in its text."""
    named = {name.lower() for name, value in got.page.tags if value.strip()}
    if got.forms:
        return False
    if got.letters and all(identity(row.url) == identity(got.url) for row in got.letters):
        unnamed = note.linked_from == note.url  # known by what stands on it, no link called it a channel
        dated = got.page.published
        own_date = dated is not None and dated.source not in {DateSource.TEXT, DateSource.LIST_ROW}
        return "articletitle" in named or (unnamed and own_date)
    return "articletitle" in named and not got.letters and not got.lists


def _note_channel(reading: Reading, found: _Found, note: LinkNote, got: Whole, kind: ChannelKind) -> None:
    same = identity(note.url)
    usable = _usable(got)
    why = None
    if usable is None:
        why = next(iter(got.unread), None) or gap(
            "渠道须登录或由脚本生成, 未能查看", Failure.NEEDS_SCRIPT, got.url
        )
    old = found.channels.get(same)
    if old is None or not old.usable:
        found.channels[same] = Channel(
            clean_name(note.text), note.url, kind, usable, seen(got.answer, note.text), why
        )
    if (
        not got.letters
        and not content_lists(got.lists)
        and got.own_scripts
        and kind is ChannelKind.CONSULTATION
    ):
        # a form beside a script of its own: whether letters are shown there cannot be seen without running it
        found.unlisted.setdefault(same, gap("留言列表可能由脚本生成", Failure.NEEDS_SCRIPT, got.url))
    if not got.letters and got.page.letter_detail is not None and kind is ChannelKind.CONSULTATION:
        found.unlisted[same] = gap("渠道页面上的留言没有逐条读出", Failure.PARSER_FAILED, got.url)
    if got.letters or any(one.rows for one in content_lists(got.lists)):
        found.unlisted.pop(same, None)
        found.lists.setdefault(identity(got.url), (got, kind))


def _usable(got: Whole) -> bool | None:
    """Whether a channel's page lets people write in; None where that could not be seen."""
    if got.forms or got.letters:
        return True
    submit = words_of("channel_names.toml", "inside", "submit")
    login = words_of("channel_names.toml", "inside", "login")
    inside = [link for link in got.links if link.region is Region.MAIN and not link.hidden]
    if any(has_any(fold(link.text), submit) and len(fold(link.text)) <= 12 for link in inside):
        return True
    if any(one.rows for one in content_lists(got.lists)):
        return True
    if got.unread or got.page.script_built or any(has_any(fold(link.text), login) for link in inside):
        return None
    # telephone numbers and addresses on a page of words are for a person to weigh
    words = got.page.main_length
    return False if words is not None and words < 120 and not got.page.main_images else None


def _inside(reading: Reading, note: LinkNote, got: Whole, kind: ChannelKind, found: _Found) -> Survey[None]:
    """Walk from a channel's page to its form and its list of letters, one click further."""
    submit = words_of("channel_names.toml", "inside", "submit")
    lists = words_of("channel_names.toml", "inside", "lists")
    here = identity(got.url)
    further: dict[str, str] = {}
    for link in got.links:
        name = fold(link.text)
        if (
            link.hidden
            or link.region is not Region.MAIN
            or not 0 < len(name) <= 14
            or identity(link.url) == here
        ):
            continue
        if (
            reading.scope.in_domain(link.url)
            and not is_attachment(link.url)
            and has_any(name, (*submit, *lists))
        ):
            further.setdefault(link.url, link.text)
    asked = list(further.items())[:6]
    answers = yield from reading.fetch_pages([url for url, _ in asked])
    for (_, text), answer in zip(asked, answers, strict=True):
        inner = yield from complete(reading, answer, f"渠道「{clean_name(text)}」")
        if isinstance(inner, Gap):
            if failure_of(answer) not in MISSING:
                found.gaps.append(inner)
            continue
        if inner.forms or inner.letters:
            _note_channel(reading, found, note, inner, kind)


def _letters(reading: Reading, found: _Found) -> Survey[list[Letter]]:
    wanted = [(whole, kind) for whole, kind in found.lists.values() if kind is ChannelKind.CONSULTATION]
    if len(wanted) > _MOST_LISTS:
        found.gaps.append(gap("其余留言列表", Failure.PAGE_LIMIT, wanted[_MOST_LISTS][0].url))
    share = max(4, reading.plan.limits.letter_pages // max(1, min(len(wanted), _MOST_LISTS)))
    parts = yield from together(
        [_one_list(reading, whole, kind, share, found) for whole, kind in wanted[:_MOST_LISTS]],
        reading.plan.limits.wave,
    )
    unique: dict[tuple[str, str, date | None, bool | None], Letter] = {}
    for part in parts:
        for letter in part:
            # on a board all letters share the page's address, and two may carry one title
            same = (identity(letter.url), letter.title, letter.asked, letter.has_answer)
            unique.setdefault(same, letter)
    letters = list(unique.values())
    return (yield from _verify(reading, letters, found))


def _one_list(
    reading: Reading, first: Whole, kind: ChannelKind, share: int, found: _Found
) -> Survey[list[Letter]]:
    """The letters of one list, page after page until a year ago."""
    letters: list[Letter] = []
    visited = {identity(first.url)}
    waiting: list[str] = []
    whole: Whole = first
    for number in range(1, share + 1):
        rows = _rows(whole)
        letters.extend(_letter(row, kind, seen(whole.answer, row.excerpt)) for row in rows)
        if _old_enough(rows, reading.plan.today):
            break
        for url in whole.next_pages:
            if identity(url) not in visited and reading.scope.in_domain(url):
                visited.add(identity(url))
                waiting.append(url)
        if not waiting:
            found.gaps.extend(one for one in whole.unread if one.what == DATA and not rows)
            break
        if number == share:
            found.gaps.append(gap("留言列表未看完", Failure.PAGE_LIMIT, waiting[0]))
            break
        (answer,) = yield from reading.fetch_pages([waiting.pop(0)])
        got = yield from complete(reading, answer, "留言列表")
        if isinstance(got, Gap):
            if failure_of(answer) not in MISSING:
                found.gaps.append(got)
            break
        whole = got
    return letters


def _rows(whole: Whole) -> list[LetterRow]:
    """Letter rows of a page; where only a plain list stands, its rows with everything else left open."""
    if whole.letters:
        return list(whole.letters)
    return [
        LetterRow(row.title, row.url, None, None, None, "", row.title)
        for one in content_lists(whole.lists)
        for row in one.rows
    ]


def _old_enough(rows: Sequence[LetterRow], today: date) -> bool:
    """Whether a page ends with letters over a year old, so that the next one holds nothing that counts."""
    days = [row.asked for row in rows if row.asked is not None]
    if len(days) < 2 or len(days) < len(rows):
        return False
    return all(day < today - _YEAR for day in days[len(days) // 2 :])


def _letter(row: LetterRow, kind: ChannelKind, where: Seen) -> Letter:
    special = channel_kind(row.category) if row.category and len(row.category) <= 6 else None
    belongs = special if special in {ChannelKind.PETITION, ChannelKind.DISCIPLINE} else kind
    return Letter(row.url, row.title, row.asked, row.answered, row.has_answer, row.state, belongs, where)


def _verify(reading: Reading, letters: list[Letter], found: _Found) -> Survey[list[Letter]]:
    """Read the pages of letters whose rows do not settle the matter."""
    today = reading.plan.today
    doubtful = [letter for letter in letters if _doubtful(letter, today) and _has_page(reading, letter)]
    most = reading.plan.limits.letter_details
    asked = doubtful[:most]
    answers = yield from reading.fetch_pages([letter.url for letter in asked])
    better: dict[int, Letter | None] = {}
    for letter, answer in zip(asked, answers, strict=True):
        better[id(letter)] = _bettered(letter, answer)
    better.update({id(letter): replace(letter, has_answer=None) for letter in doubtful[most:]})
    return [one for letter in letters if (one := better.get(id(letter), letter)) is not None]


def _doubtful(letter: Letter, today: date) -> bool:
    if letter.asked is None:
        return letter.answered is None or letter.has_answer is not True
    if letter.asked < today - _YEAR or letter.asked > today - _RIPE:
        return False
    return letter.answered is None


def _has_page(reading: Reading, letter: Letter) -> bool:
    return reading.scope.in_domain(letter.url) and identity(letter.url) != identity(letter.seen.url)


def _bettered(letter: Letter, answer: Answer) -> Letter | None:
    """What a letter's own page adds; None where the row turned out to be no letter."""
    page = page_of(answer)
    if page is None:
        return letter if letter.has_answer else replace(letter, has_answer=None)
    detail = page.letter_detail
    if any((row.title, row.asked) == (letter.title, letter.asked) for row in page.letters):
        return letter  # its page is the board in a frame from which the row was read
    if detail is None:
        if letter.asked is None and not letter.state and letter.has_answer is None:
            return None
        return letter if letter.has_answer else replace(letter, has_answer=None)
    return replace(
        letter,
        asked=letter.asked or detail.asked,
        answered=letter.answered or detail.answered,
        has_answer=_either(detail.has_answer, letter.has_answer),
        state=detail.state or letter.state,
        seen=seen(answer, detail.excerpt),
    )


def _either(detail: bool | None, row: bool | None) -> bool | None:
    """An answer that stands in either place is an answer; the letter's own page says no louder than its row."""
    if detail or row:
        return True
    return detail if detail is not None else row
