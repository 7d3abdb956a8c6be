"""互动回应差

检查什么: 有没有可用的网上咨询建言渠道; 公开的咨询类留言各在哪一天提出、哪一天答复。
依据: 国办秘函〔2019〕19号 附件1 单项否决 5。
判定: 有下列之一为不合格: ①未提供有效的网上咨询建言渠道(网上信访、纪检举报、征集调查、在线访谈不算);
    ②监测时间点前一年内的咨询类留言, 提出后超过三个月仍未答复。恰好三个月算按时;
    已受理、办理中不是答复; 监测时间点之后的答复不算。
不能判定时: ①首页或可能设有渠道的页面没有取到; ②留言列表没有看完, 或留言的日期、答复没有看清。
整改建议: 开通并维护咨询建言渠道, 对积压留言逐条答复并公开答复时间, 建立限时办理机制。
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from checks.counting import Count, any_of
from checks.facts import Channel, Gap, HomePage, Letter, Letters, Reach
from checks.limits import Limits
from checks.model import Answer, Evidence, Finding
from checks.rulebook import rule
from checks.ruling import Ruling, fails, passes, withholds
from checks.spans import local_day, months_after, months_before
from checks.words import clip, quote, why


@dataclass(frozen=True, slots=True, kw_only=True)
class InteractionLimits(Limits):
    """Windows of W-V5 ② in months, and the words by which channels and states are told."""

    window_months: int
    answer_months: int
    unanswered_letters: int
    consultation_kinds: tuple[str, ...]
    open_states: tuple[str, ...]
    closed_states: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Clause:
    """The answer of one clause with its words, findings and gaps."""

    answer: Answer
    says: str
    findings: tuple[Finding, ...] = ()
    unseen: tuple[Gap, ...] = ()


@rule("W-V5")
def poor_interaction(
    letters: Letters, home: HomePage, reach: Reach, limits: InteractionLimits, as_of: datetime
) -> Ruling:
    """Fail on either clause; pass where both were seen and are in order."""
    clauses = (
        _channel(letters, home, reach, limits),
        _unanswered(letters, limits, local_day(as_of)),
    )
    answer = any_of(clause.answer for clause in clauses)
    reason = "; ".join(clause.says for clause in clauses)
    unseen = tuple(gap for clause in clauses for gap in clause.unseen)
    if answer is Answer.FAIL:
        return fails(reason, [found for clause in clauses for found in clause.findings], unseen=unseen)
    return passes(reason, unseen) if answer is Answer.PASS else withholds(reason, unseen)


def _channel(letters: Letters, home: HomePage, reach: Reach, limits: InteractionLimits) -> _Clause:
    channels = [entry for entry in letters.channels if entry.kind.value in limits.consultation_kinds]
    if any(channel.usable for channel in channels):
        return _Clause(Answer.PASS, "①有可用的咨询建言渠道")
    unseen = (
        *(_channel_gap(channel) for channel in channels if channel.usable is None),
        *letters.channel_gaps,
        *letters.gaps,
        *_unread_home(home, reach),
    )
    if unseen:
        says = f"①没有看到可用的咨询建言渠道, 但有 {len(unseen)} 处未能观测: {why(unseen)}"
        return _Clause(Answer.UNOBSERVED, says, unseen=unseen)
    if any(letter.channel.value in limits.consultation_kinds for letter in letters.letters):
        return _Clause(Answer.UNOBSERVED, "①公开有咨询留言, 但没有看到提交渠道, 不能断定")
    says = "①咨询建言渠道均不可用" if channels else "①未提供网上咨询建言渠道"
    seen = [channel.seen for channel in channels if channel.seen] + [home.page.seen]
    evidence = tuple(dict.fromkeys(Evidence.of(entry) for entry in seen if entry is not None))
    return _Clause(Answer.FAIL, says, (Finding(says=says, evidence=evidence, key="channel"),))


def _channel_gap(channel: Channel) -> Gap:
    return channel.gap or Gap(f"渠道{quote(channel.name)}", "no_evidence", ours=True, url=channel.url)


def _unread_home(home: HomePage, reach: Reach) -> tuple[Gap, ...]:
    """Where a channel could stand on a home page that was not read, not rendered, or not followed."""
    if home.page.gap is not None:
        return (home.page.gap,)
    if home.page.seen is None:
        return (Gap("首页", "no_evidence", ours=True, url=home.page.url),)
    if home.needs_script:
        return (Gap("首页", "needs_script", ours=True, url=home.page.url),)
    if reach.robots_forbids:
        return (Gap("互动栏目", "robots", ours=True, url=home.page.url),)
    return ()


def _unanswered(letters: Letters, limits: InteractionLimits, today: date) -> _Clause:
    found: dict[str, Finding] = {}
    unseen: list[Gap] = list(dict.fromkeys(letters.gaps))
    asked = [letter for letter in letters.letters if letter.channel.value in limits.consultation_kinds]
    for letter in sorted(asked, key=_order):
        overdue = _overdue(letter, limits, today)
        if overdue is None:
            reason = "undated" if letter.asked is None else "answer_unseen"
            unseen.append(Gap(f"留言{quote(letter.title)}", reason, ours=True, url=letter.url))
        elif overdue:
            found.setdefault(f"{letter.url} {letter.title}", _finding(letter))
    count = Count(len(found), len(unseen), limits.unanswered_letters, unbounded=bool(letters.gaps))
    total = f"②公开的咨询留言 {len(asked)} 条" if asked else "②没有公开的咨询留言"
    months = f"{limits.answer_months} 个月{limits.mark('answer_months')}"
    if count.answer is Answer.FAIL:
        says = f"②一年内的咨询留言有 {len(found)} 条超过 {months}未答复"
        return _Clause(Answer.FAIL, says, tuple(found.values()), tuple(unseen))
    if count.answer is Answer.PASS:
        return _Clause(Answer.PASS, f"{total}, 没有超过 {months}未答复的", unseen=tuple(unseen))
    says = f"{total}, 其中 {len(unseen)} 处未能看清: {why(unseen)}"
    return _Clause(Answer.UNOBSERVED, says, unseen=tuple(unseen))


def _overdue(letter: Letter, limits: InteractionLimits, today: date) -> bool | None:
    """True where the letter is overdue, False where it is not, None where that could not be seen."""
    if letter.asked is not None:
        if letter.asked < months_before(today, limits.window_months):
            return False
        if letter.asked > today or today <= months_after(letter.asked, limits.answer_months):
            return False
    if letter.answered is not None:
        late = letter.answered > today
        return (None if letter.asked is None else True) if late else False
    says_open = any(word in letter.state for word in limits.open_states)
    says_closed = any(word in letter.state for word in limits.closed_states)
    if letter.has_answer:
        # A reply beside the words 办理中: neither is to be believed over the other.
        return None if says_open else False
    if letter.has_answer is None or says_closed or letter.asked is None:
        return None
    return True


def _finding(letter: Letter) -> Finding:
    state = f", 状态为{clip(letter.state)}" if letter.state else ""
    says = f"留言{quote(letter.title)} {letter.asked:%Y-%m-%d} 提出{state}, 至监测时间点未答复"
    return Finding(
        says=f"②{says}",
        evidence=(Evidence.of(letter.seen),),
        key=f"{letter.url} {letter.title}",
        cause=letter.url,
    )


def _order(letter: Letter) -> tuple[str, str, str, str]:
    return letter.url, letter.title, str(letter.asked), str(letter.answered) + str(letter.has_answer)
