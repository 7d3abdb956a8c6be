"""The catalogue of injected cases: what is wrong (or only just right), how often at full size, and what is true then."""

from __future__ import annotations

from dataclasses import dataclass

FULL_SITES = 558
FULL_ACCOUNTS = 5411

PASS = "pass"  # noqa: S105 -- a verdict, not a password
FAIL = "fail"
UNOBSERVABLE = "unobservable"
NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class Case:
    """One kind of case. `edge` marks those that lie at the threshold itself; `count` is for the full size.

    `priority` orders them where an estate is too small for all: lower comes first.
    """

    key: str
    indicator: str
    expected: str
    count: int
    edge: bool = False
    priority: int = 5


def _cases(indicator: str, rows: tuple[tuple[str, str, int, bool, int], ...]) -> tuple[Case, ...]:
    return tuple(
        Case(key, indicator, expected, count, edge, priority) for key, expected, count, edge, priority in rows
    )


ACCESS = _cases(
    "access",
    (
        ("refused", FAIL, 2, False, 5),
        ("no_name", FAIL, 2, False, 6),
        ("always_404", FAIL, 3, False, 4),
        ("always_503", FAIL, 2, False, 7),
        ("redirect_loop", FAIL, 2, False, 7),
        ("blocked_403", UNOBSERVABLE, 3, False, 3),
        ("blocked_412", UNOBSERVABLE, 3, False, 4),
        ("blocked_521", UNOBSERVABLE, 2, False, 6),
        ("blocked_200", UNOBSERVABLE, 2, False, 5),
        ("redirect_off", UNOBSERVABLE, 3, False, 5),
        ("app_shell", UNOBSERVABLE, 2, False, 6),
        ("robots_confirmed", PASS, 2, False, 5),
        ("robots_stale", PASS, 2, False, 6),
        ("robots_unknown", PASS, 2, False, 6),
        ("known_agents_only", PASS, 4, False, 4),
    ),
)
VISITS = _cases(
    "W-V2",
    (
        ("fails_7_of_140", FAIL, 16, True, 1),
        ("fails_6_of_140", PASS, 20, True, 2),
        ("fails_7_with_slow", FAIL, 5, True, 3),
        ("fails_6_with_14_seconds", PASS, 5, True, 3),
        ("fails_often", FAIL, 5, False, 4),
        ("refuses_30_of_140", UNOBSERVABLE, 3, False, 4),
        ("busy_429", UNOBSERVABLE, 2, False, 6),
        ("announced_outage", UNOBSERVABLE, 3, False, 5),
    ),
)
HOME = _cases(
    "W-V3",
    (
        ("home_15_days", FAIL, 14, True, 1),
        ("home_14_days", PASS, 18, True, 2),
        ("home_only_weather_is_new", FAIL, 3, False, 3),
        ("home_future_hides_stale", FAIL, 3, True, 4),
        ("home_future_beside_13_days", PASS, 3, True, 4),
        ("navigation_all_stale", FAIL, 3, True, 4),
        ("navigation_one_fresh", PASS, 4, True, 4),
        ("home_undated_articles_stale", FAIL, 3, True, 5),
        ("home_undated_articles_fresh", PASS, 3, True, 5),
        ("home_static_columns_fresh", FAIL, 2, False, 6),
        ("home_undated", UNOBSERVABLE, 4, False, 5),
    ),
)
COLUMNS = _cases(
    "W-V4",
    (
        ("stale_5", FAIL, 11, True, 1),
        ("stale_4", PASS, 11, True, 2),
        ("long_stale_10", FAIL, 6, True, 3),
        ("long_stale_9", PASS, 6, True, 3),
        ("empty_5", FAIL, 6, True, 3),
        ("empty_4", PASS, 6, True, 3),
        ("inside_all_three", PASS, 3, True, 4),
        ("six_months_exactly", PASS, 4, True, 4),
        ("six_months_and_a_day", FAIL, 3, True, 4),
        ("topics_stale", PASS, 4, False, 4),
        ("second_level_stale", PASS, 3, False, 5),
        ("untyped_stale", PASS, 3, False, 5),
        ("sidebar_is_fresh", FAIL, 3, True, 5),
        ("confirmed_stale_5", FAIL, 3, True, 5),
        ("confirmed_need_not", PASS, 3, False, 5),
        ("columns_blocked", UNOBSERVABLE, 2, False, 6),
        ("columns_reset", UNOBSERVABLE, 2, False, 7),
        ("columns_by_script", UNOBSERVABLE, 2, False, 6),
    ),
)
LETTERS = _cases(
    "W-V5",
    (
        ("unanswered_3_months_1_day", FAIL, 12, True, 1),
        ("unanswered_3_months", PASS, 12, True, 2),
        ("accepted_only", FAIL, 5, False, 3),
        ("older_than_a_year", PASS, 4, True, 3),
        ("unanswered_for_a_year", FAIL, 3, True, 4),
        ("petition_channel_only", FAIL, 3, False, 3),
        ("discipline_and_survey_only", FAIL, 2, False, 5),
        ("no_channel", FAIL, 3, False, 4),
        ("answered_late", PASS, 4, True, 4),
        ("petition_unanswered", PASS, 4, True, 4),
        ("answer_without_date", PASS, 3, False, 5),
        ("letters_blocked", UNOBSERVABLE, 2, False, 6),
        ("letter_undated", UNOBSERVABLE, 2, False, 6),
        ("letters_by_script", UNOBSERVABLE, 2, False, 7),
    ),
)
SERVICE = _cases(
    "W-V6",
    (
        ("five_lack_4", FAIL, 10, True, 1),
        ("four_lack_4", PASS, 9, True, 2),
        ("five_lack_3", PASS, 9, True, 3),
        ("few_all_lack_4", FAIL, 5, True, 3),
        ("few_one_in_order", PASS, 5, True, 3),
        ("no_service", FAIL, 5, False, 3),
        ("offsite_five_lack_4", FAIL, 3, True, 5),
        ("offsite_in_order", PASS, 30, False, 4),
        ("guides_by_script", UNOBSERVABLE, 3, False, 5),
        ("guides_blocked", UNOBSERVABLE, 2, False, 6),
        ("offsite_login", UNOBSERVABLE, 3, False, 6),
    ),
)
INTEGRITY = _cases(
    "W-V1",
    (("hidden_links", FAIL, 20, False, 3), ("campaign_against_gambling", PASS, 20, False, 4)),
)
SITE_DECKS = (ACCESS, VISITS, HOME, COLUMNS, LETTERS, SERVICE, INTEGRITY)

ACCOUNTS = _cases(
    "N-V2",
    (
        ("feed_15_days", FAIL, 26, True, 1),
        ("feed_14_days", PASS, 26, True, 2),
        ("handed_in_15_days", FAIL, 14, True, 3),
        ("handed_in_14_days", PASS, 14, True, 4),
        ("app_gone", FAIL, 8, False, 5),
        ("feed_stale", FAIL, 40, False, 5),
        ("handed_in_stale", FAIL, 20, False, 6),
        ("feed_future_hides_stale", FAIL, 5, True, 6),
        ("feed_future_beside_14_days", PASS, 5, True, 7),
        ("feed_14_days_after_midnight", PASS, 8, True, 6),
        ("feed_15_days_before_midnight", FAIL, 8, True, 6),
        ("app_fresh", PASS, 8, False, 6),
        ("app_stale", FAIL, 4, False, 8),
        ("store_only", UNOBSERVABLE, 6, False, 7),
        ("store_error", UNOBSERVABLE, 4, False, 8),
        ("feed_404", UNOBSERVABLE, 20, False, 6),
        ("feed_503", UNOBSERVABLE, 10, False, 8),
        ("feed_reset", UNOBSERVABLE, 6, False, 8),
        ("feed_403", UNOBSERVABLE, 20, False, 6),
        ("feed_undated", UNOBSERVABLE, 8, False, 7),
        ("feed_broken", UNOBSERVABLE, 6, False, 8),
        ("page_fresh", PASS, 6, False, 7),
        ("page_deleted", UNOBSERVABLE, 10, False, 6),
        ("page_violation", UNOBSERVABLE, 6, False, 8),
        ("page_unavailable", UNOBSERVABLE, 6, False, 8),
    ),
)
TALK = _cases("N-V3", (("no_way_to_talk", FAIL, 20, False, 5), ("can_talk", PASS, 400, False, 6)))
POSTS = _cases("N-V1", (("spam_post", FAIL, 12, False, 6), ("post_against_fraud", PASS, 20, False, 7)))

BY_KEY = {case.key: case for deck in (*SITE_DECKS, ACCOUNTS, TALK, POSTS) for case in deck}


def scaled(deck: tuple[Case, ...], size: int, full: int, share: float = 0.45) -> list[Case]:
    """The cases of a deck for an estate of `size`, most important first, never more than `share` of it.

    At least one of each case is wanted; where that is too much, those of the lowest priority are left out.
    """
    wanted: list[Case] = []
    ordered = sorted(deck, key=lambda case: case.priority)
    counts = {case.key: max(1, round(case.count * size / full)) for case in ordered}
    room = int(size * share)
    for case in ordered:
        if len(wanted) < room:
            wanted.append(case)
    for case in ordered:
        extra = min(counts[case.key] - 1, room - len(wanted))
        wanted.extend([case] * max(0, extra))
    return wanted
