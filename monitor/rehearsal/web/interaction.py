"""Pages of mailboxes and letters in four layouts."""

from __future__ import annotations

from datetime import date
from random import Random

from monitor.rehearsal.families.base import Family, hex32
from monitor.rehearsal.plan import LetterPlan, MailboxPlan, SitePlan
from monitor.rehearsal.web.frame import box_entry
from monitor.rehearsal.web.look import show_date
from monitor.rehearsal.wordings import letters as words


class LetterWords:
    """The words that one site uses on its letter pages."""

    def __init__(self, site: SitePlan) -> None:
        random = Random(site.style + 4)
        self.number = random.choice(words.HEAD_NUMBER)
        self.title = random.choice(words.HEAD_TITLE)
        self.kind = random.choice(words.HEAD_KIND)
        self.unit = random.choice(words.HEAD_UNIT)
        self.asked = random.choice(words.HEAD_ASKED)
        self.state = random.choice(words.HEAD_STATE)
        self.question = random.choice(words.QUESTION)
        self.answer = random.choice(words.ANSWER)
        self.answered_at = random.choice(words.ANSWERED_AT)
        self.answered_by = random.choice(words.ANSWERED_BY)
        self.form = random.choice(("dash", "minute", "slash", "dot", "chinese"))
        self.numbered = random.random() < 0.5

    def day(self, day: date, number: int) -> str:
        return show_date(self.form, day, 480 + number % 540)


def _code(letter: LetterPlan) -> str:
    """The letter's number; it holds the date, except where the date stands nowhere."""
    return f"G{letter.asked:%Y%m%d}-{letter.number:04d}" if letter.shows_asked else f"XJ-{letter.number:06d}"


def _write_form(box: MailboxPlan) -> str:
    if box.channel != "consultation":
        return ""
    return (
        f'<div class="write"><a name="write"></a><h3>我要写信</h3><p>{box.name}受理政策咨询、意见建议。请填写真实信息，写信须知：一事一信。</p>'
        '<form action="/mail/submit" method="post"><input name="title" placeholder="标题"><textarea name="content"></textarea>'
        '<input name="code" placeholder="验证码"><button type="submit">提交</button></form></div>'
    )


def mailbox_page(site: SitePlan, family: Family, box: MailboxPlan) -> str:
    """The public list of a channel."""
    said = LetterWords(site)
    if box.unread == "script":
        return (
            f'<h2>{box.name}</h2>{_write_form(box)}<h3>来信选登</h3><div id="mail-app" data-key="{hex32(site.code, box.key)[:12]}">'
            '</div><script src="/static/js/mail.7f3c.js"></script>'
        )
    heading = f"<h2>{box.name}</h2>{_write_form(box)}<h3>{'来信选登' if box.channel == 'consultation' else box.name}</h3>"
    if box.layout == "board":
        return heading + "".join(_board_entry(said, letter) for letter in box.letters)
    if box.layout == "list":
        rows = "".join(
            f'<li><a href="{family.letter_path(box, letter)}">[{letter.kind}] {letter.title}</a><i class="state">{letter.state}</i>'
            f'<span>{said.day(letter.asked, letter.number) if letter.shows_asked else ""}</span></li>' for letter in box.letters
        )  # fmt: skip
        return f'{heading}<ul class="mail_list">{rows}</ul>'
    if box.layout == "cards":
        return heading + "".join(_card(said, family, box, letter) for letter in box.letters)
    return heading + _table(site, said, family, box)


def _table(site: SitePlan, said: LetterWords, family: Family, box: MailboxPlan) -> str:
    first = f"<th>{said.number}</th>" if said.numbered else ""
    head = f"<tr>{first}<th>{said.title}</th><th>{said.kind}</th><th>{said.unit}</th><th>{said.asked}</th><th>{said.state}</th></tr>"
    rows = []
    for letter in box.letters:
        number = f"<td>{_code(letter)}</td>" if said.numbered else ""
        asked = said.day(letter.asked, letter.number) if letter.shows_asked else "-"
        rows.append(
            f'<tr>{number}<td><a href="{family.letter_path(box, letter)}">{letter.title}</a></td><td>{letter.kind}</td>'
            f"<td>{site.unit.short}</td><td>{asked}</td><td>{letter.state}</td></tr>"
        )
    return f'<table class="mail" width="100%"><tbody>{head}{"".join(rows)}</tbody></table>'


def _answer_text(letter: LetterPlan) -> str:
    return words.REPLIES[letter.number % len(words.REPLIES)]


def _board_entry(said: LetterWords, letter: LetterPlan) -> str:
    asked = said.day(letter.asked, letter.number) if letter.shows_asked else ""
    answer = ""
    if letter.answered is not None:
        when = (
            f"<span>{said.answered_at}：{said.day(letter.answered, letter.number)}</span>"
            if letter.shows_answered
            else ""
        )
        answer = f'<div class="reply"><b>{said.answer}：</b>{_answer_text(letter)}{when}</div>'
    return (
        f'<div class="liuyan"><h4>{letter.title}</h4><p><span>{said.asked}：{asked}</span> <span>{said.state}：{letter.state}</span></p>'
        f'<div class="ask"><b>{said.question}：</b>{words.QUESTIONS[letter.number % len(words.QUESTIONS)]}</div>{answer}</div>'
    )


def _card(said: LetterWords, family: Family, box: MailboxPlan, letter: LetterPlan) -> str:
    return (
        f'<div class="mail-card"><a href="{family.letter_path(box, letter)}"><h4>{letter.title}</h4></a><p>{said.number}：{_code(letter)}'
        f"　{said.asked}：{said.day(letter.asked, letter.number)}　{said.state}：<em>{letter.state}</em></p></div>"
    )


def letter_page(site: SitePlan, letter: LetterPlan) -> str:
    """One letter with its answer, if there is one."""
    said = LetterWords(site)
    asked = (
        f"<tr><th>{said.asked}</th><td>{said.day(letter.asked, letter.number)}</td></tr>"
        if letter.shows_asked
        else ""
    )
    number = f"<tr><th>{said.number}</th><td>{_code(letter)}</td></tr>" if said.numbered else ""
    parts = [
        f'<h2>{letter.title}</h2><table class="mail_detail">{number}<tr><th>{said.kind}</th><td>{letter.kind}</td></tr>{asked}'
        f"<tr><th>{said.state}</th><td>{letter.state}</td></tr><tr><th>{said.question}</th>"
        f"<td>{words.QUESTIONS[letter.number % len(words.QUESTIONS)]}</td></tr>"
    ]
    if letter.answered is not None:
        parts.append(f"<tr><th>{said.answered_by}</th><td>{site.unit.name}</td></tr>")
        if letter.shows_answered:
            parts.append(
                f"<tr><th>{said.answered_at}</th><td>{said.day(letter.answered, letter.number)}</td></tr>"
            )
        parts.append(f"<tr><th>{said.answer}</th><td>{_answer_text(letter)}</td></tr>")
    parts.append("</table>")
    return "".join(parts)


def hub_page(site: SitePlan, family: Family) -> str:
    """The page that gathers the channels of a site."""
    links = "".join(
        f'<li><a href="{box_entry(family, box)}"><img src="/images/{box.key}.png" alt="">{box.name}</a></li>'
        for box in site.mailboxes
    )
    return f'<h2>{site.hub}</h2><ul class="hudong">{links}</ul>'
