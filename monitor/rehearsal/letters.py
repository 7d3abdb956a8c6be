"""Mailboxes of a site and their public letters, on both sides of the three months and the year."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from random import Random

from monitor.rehearsal.days import days_before, months_after, months_before
from monitor.rehearsal.plan import LetterPlan, MailboxPlan
from monitor.rehearsal.wordings import letters as words

LAYOUTS = ("table", "list", "board", "cards")


class LetterMaker:
    """Makes letters with running numbers; `not_after` keeps every date before that day where one is given."""

    def __init__(self, random: Random, today: date, not_after: date) -> None:
        self.random = random
        self.today = today
        self.not_after = not_after
        self.number = random.randint(100, 900)

    def title(self) -> str:
        pattern = self.random.choice(words.TITLES)
        return pattern.format(
            street=self.random.choice(words.STREETS), topic=self.random.choice(words.TOPICS)
        )

    def answered(self, asked: date, after: int) -> LetterPlan:
        self.number += self.random.randint(1, 9)
        asked = min(asked, days_before(self.not_after, after))
        answered = days_before(asked, -after)
        return LetterPlan(
            self.number, self.title(), self.random.choice(words.KINDS), asked, True, answered, True,
            self.random.choice(words.ANSWERED_STATES),
        )  # fmt: skip

    def waiting(self, asked: date, states: tuple[str, ...] = words.OPEN_STATES) -> LetterPlan:
        self.number += self.random.randint(1, 9)
        kind = self.random.choice(words.UNANSWERED_KINDS)
        return LetterPlan(
            self.number, self.title(), kind, asked, True, None, True, self.random.choice(states)
        )

    def usual(self, count: int) -> list[LetterPlan]:
        """Letters in order: all answered, some of them older than a year."""
        spans = [self.random.randint(4, 430) for _ in range(count)]
        return [
            self.answered(days_before(self.today, span), min(span, self.random.randint(1, 30)))
            for span in spans
        ]


def last_asked_in_time(today: date) -> date:
    """The earliest day on which a letter can have been asked without having waited more than three months."""
    day = months_before(today, 3)
    while months_after(day, 3) < today:
        day = days_before(day, -1)
    while months_after(days_before(day, 1), 3) >= today:
        day = days_before(day, 1)
    return day


def _case_letters(maker: LetterMaker, case: str) -> list[LetterPlan]:
    today, random = maker.today, maker.random
    edge = last_asked_in_time(today)
    if case == "unanswered_3_months_1_day":
        return [maker.waiting(days_before(edge, 1))]
    if case == "unanswered_3_months":
        return [maker.waiting(edge)]
    if case == "accepted_only":
        return [maker.waiting(days_before(today, random.randint(110, 300)), words.ACCEPTED_STATES)]
    if case == "older_than_a_year":
        return [maker.waiting(days_before(months_before(today, 12), 1))]
    if case == "unanswered_for_a_year":
        return [maker.waiting(months_before(today, 12))]
    if case == "answered_late":
        return [maker.answered(days_before(today, random.randint(200, 330)), random.randint(120, 180))]
    if case == "answer_without_date":
        return [replace(letter, shows_answered=False) for letter in maker.usual(2)]
    if case == "letter_undated":
        return [replace(maker.waiting(days_before(today, 150)), shows_asked=False)]
    if not case and random.random() < 0.35 and maker.not_after == today:
        return [maker.waiting(days_before(today, random.randint(2, 75)))]
    return []


def make_mailboxes(
    random: Random, today: date, case: str, portal: bool, quiet_since: date | None
) -> tuple[tuple[MailboxPlan, ...], str]:
    """The channels of a site, and the name of the page that gathers them (empty: the menu leads to each).

    `quiet_since` forbids any date after it (for sites on which nothing at all is new).
    """
    maker = LetterMaker(random, today, quiet_since or today)
    others = _other_channels(random, maker, portal)
    hub = random.choice(words.HUBS) if portal or random.random() < 0.3 else ""
    if case == "no_channel":
        return (), ""
    if case == "petition_channel_only":
        return (_petition(random, ()),), random.choice(words.HUBS)
    if case == "discipline_and_survey_only":
        return (_discipline(random), _survey(random, maker)), random.choice(words.HUBS)
    letters = _case_letters(maker, case) + maker.usual(random.randint(7, 10) if portal else 3)
    letters.sort(key=lambda letter: (letter.asked, letter.number), reverse=True)
    unread = {"letters_blocked": "blocked", "letters_by_script": "script"}.get(case, "")
    names = [name for name in words.MAILBOXES if name != hub]
    main = MailboxPlan(
        random.choice(("ldxx", "wyzx", "zxts", "zxjy", "lyb", "hdjl")), random.randint(100, 999), random.choice(names),
        "consultation", tuple(letters), unread, layout=random.choice(LAYOUTS[:2] if letters_undated(letters) else LAYOUTS),
    )  # fmt: skip
    if case == "petition_unanswered":
        waiting = [maker.waiting(days_before(today, random.randint(120, 300))) for _ in range(2)]
        others = [_petition(random, tuple(waiting)), *[box for box in others if box.channel != "petition"]]
    return (main, *others), hub


def letters_undated(letters: list[LetterPlan]) -> bool:
    """Whether some letter's date stands nowhere; a board shows its dates always."""
    return any(not letter.shows_asked for letter in letters)


def _petition(random: Random, letters: tuple[LetterPlan, ...]) -> MailboxPlan:
    elsewhere = "" if letters else "http://wsxf.nmyl.gov.cn/"
    return MailboxPlan("wsxf", random.randint(100, 999), random.choice(words.PETITIONS), "petition", letters,
                       elsewhere=elsewhere)  # fmt: skip


def _discipline(random: Random) -> MailboxPlan:
    return MailboxPlan("jjjb", random.randint(100, 999), random.choice(words.DISCIPLINE), "discipline", (),
                       elsewhere="http://jb.nmyl.gov.cn/")  # fmt: skip


def _survey(random: Random, maker: LetterMaker) -> MailboxPlan:
    return MailboxPlan(
        "zjdc", random.randint(100, 999), random.choice(words.SURVEYS), "survey", tuple(maker.usual(2))
    )


def _interview(random: Random, maker: LetterMaker) -> MailboxPlan:
    return MailboxPlan(
        "zxft", random.randint(100, 999), random.choice(words.INTERVIEWS), "interview", tuple(maker.usual(2))
    )


def _other_channels(random: Random, maker: LetterMaker, portal: bool) -> list[MailboxPlan]:
    if not portal:
        return [_petition(random, ())] if random.random() < 0.2 else []
    return [_survey(random, maker), _interview(random, maker), _petition(random, ())]
