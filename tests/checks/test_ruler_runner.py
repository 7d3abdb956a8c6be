"""The runner: one verdict for every indicator, nothing blamed where facts are missing, same bytes again."""

import ast
import random
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruler_builders import (
    AS_OF,
    FAIL,
    HOME,
    SYSTEM,
    UNOBSERVED,
    account,
    account_facts,
    column,
    facts,
    failed,
    gap,
    guide,
    guides,
    judged,
    ledger,
    letter,
    page,
    site,
    source,
    week,
)

import checks
from checks import runner
from checks.facts import (
    ColumnSet,
    ColumnType,
    Gap,
    HomePage,
    Letters,
    PageScan,
    Seen,
    SiteFacts,
    Suspect,
    SuspectKind,
)
from checks.limits import Limits
from checks.model import Answer, CheckError, Evidence, Finding, NotApplicable, Unobserved
from checks.rulebook import Rule, describe, rules
from checks.ruling import Ruling, fails, passes
from checks.runner import judge_account, judge_site
from checks.system import Judged
from monitor.collect.failures import Failure

SITE_CODES = [f"W-V{number}" for number in range(1, 7)]


def test_every_indicator_of_the_kind_is_answered_in_order() -> None:
    verdicts = judge_site(site(), facts(), ledger(week()), SYSTEM, AS_OF)
    assert [verdict.indicator for verdict in verdicts] == SITE_CODES
    assert {verdict.answer for verdict in verdicts} == {Answer.PASS}
    verdicts = judge_account(account(), account_facts(), SYSTEM, AS_OF)
    assert [verdict.indicator for verdict in verdicts] == ["N-V1", "N-V2", "N-V3"]


def test_without_facts_everything_is_unobserved() -> None:
    for verdict in judge_site(site(), None, None, SYSTEM, AS_OF):
        assert verdict.answer is UNOBSERVED
        assert verdict.reason
        assert not verdict.needs_person
    for verdict in judge_account(account(), None, SYSTEM, AS_OF):
        assert verdict.answer is UNOBSERVED


def test_empty_facts_blame_nobody() -> None:
    empty = SiteFacts(target="1500000001", home=HomePage(page(gap=gap("no_such_name"), seen=None)))
    for verdict in judge_site(site(), empty, ledger([]), SYSTEM, AS_OF):
        assert verdict.answer is UNOBSERVED, verdict


@pytest.mark.parametrize("kind", list(Failure))
def test_no_failure_of_the_collector_alone_blames_a_unit(kind: Failure) -> None:
    lost = gap(kind.value)
    made = facts(
        home=HomePage(page(gap=lost, seen=None)),
        columns=ColumnSet(gaps=(lost,)),
        letters=Letters(gaps=(lost,), channel_gaps=(lost,)),
        guides=guides(gaps=(lost,), entry=None),
        scan=PageScan(gaps=(lost,)),
        pages=0,
    )
    for verdict in judge_site(site(), made, None, SYSTEM, AS_OF):
        assert verdict.answer is UNOBSERVED, verdict
        assert kind.value not in verdict.reason.replace("robots.txt", "")  # reasons are Chinese


def test_facts_of_another_target_are_refused() -> None:
    with pytest.raises(CheckError, match="事实"):
        judge_site(site(target="1500000002"), facts(), None, SYSTEM, AS_OF)
    with pytest.raises(CheckError, match="事实"):
        judge_account(account(target="A2"), account_facts(), SYSTEM, AS_OF)
    with pytest.raises(CheckError, match="不能按"):
        judge_site(account(), None, None, SYSTEM, AS_OF)


def test_a_naive_reference_time_is_refused() -> None:
    with pytest.raises(CheckError, match="时区"):
        judge_site(site(), facts(), None, SYSTEM, AS_OF.replace(tzinfo=None))


def test_the_zone_of_the_reference_time_does_not_matter() -> None:
    first = judge_site(site(), facts(), None, SYSTEM, AS_OF)
    assert judge_site(site(), facts(), None, SYSTEM, AS_OF.astimezone(UTC)) == first


def _broken(result: object) -> Rule:
    def function(limits: Limits) -> Ruling:
        if isinstance(result, Exception):
            raise result
        assert isinstance(result, Ruling)
        return result

    return replace(rules()["W-V3"], function=function, needs={"limits": Limits}, limits=Limits)


def _with_rule(monkeypatch: pytest.MonkeyPatch, rule: Rule) -> None:
    monkeypatch.setattr(runner, "rules", lambda: {"W-V3": rule})


def test_a_rule_that_breaks_names_itself_and_the_target(monkeypatch: pytest.MonkeyPatch) -> None:
    _with_rule(monkeypatch, _broken(ZeroDivisionError("oops")))
    with pytest.raises(CheckError, match=r"W-V3.*1500000001.*oops"):
        judged("W-V3", facts())


def test_a_fail_without_findings_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    _with_rule(monkeypatch, _broken(fails("坏", ())))
    with pytest.raises(CheckError, match="没有问题和证据"):
        judged("W-V3", facts())


def test_rules_may_step_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    _with_rule(monkeypatch, _broken(Unobserved("看不见")))
    assert judged("W-V3", facts()).answer is UNOBSERVED
    assert judged("W-V3", facts()).reason == "看不见"
    _with_rule(monkeypatch, _broken(NotApplicable("不涉及")))
    assert judged("W-V3", facts()).answer is Answer.NOT_APPLICABLE


def test_deductions_are_carried_over(monkeypatch: pytest.MonkeyPatch) -> None:
    _with_rule(monkeypatch, _broken(replace(passes("好"), deduction_high=Decimal(3))))
    assert judged("W-V3", facts()).deduction_high == Decimal(3)


def test_an_indicator_without_a_rule_is_left_to_people() -> None:
    first = next(SYSTEM.concerning(site().kind))
    person = replace(first, code="L-1", judged=Judged.PERSON)
    system = replace(SYSTEM, indicators=(person,))
    (verdict,) = judge_site(site(), facts(), None, system, AS_OF)
    assert verdict.answer is UNOBSERVED
    assert "人工" in verdict.reason
    assert not verdict.needs_person


@pytest.mark.parametrize(
    ("scope", "said"),
    [
        ({"levels": ("盟市",)}, "自治区级"),
        ({"site_kinds": ("门户网站",)}, "门户网站"),
        ({"platforms": ("微博",)}, "微博"),
    ],
)
def test_indicators_concern_whom_they_name(scope: dict, said: str) -> None:
    indicator = SYSTEM.indicator("W-V3")
    narrowed = replace(indicator, scope=replace(indicator.scope, **scope))
    (verdict,) = judge_site(site(), facts(), None, replace(SYSTEM, indicators=(narrowed,)), AS_OF)
    assert verdict.answer is Answer.NOT_APPLICABLE
    assert said in verdict.reason


def test_findings_without_evidence_cannot_be_built() -> None:
    with pytest.raises(CheckError, match="没有证据"):
        Finding("坏", ())


def bad_facts(rng: random.Random | None = None) -> SiteFacts:
    """A site with a fault for nearly every rule, its parts in any order."""

    def mixed(entries: list) -> tuple:
        if rng is not None:
            rng.shuffle(entries)
        return tuple(entries)

    suspects = [
        Suspect(SuspectKind.TAMPERED, f"痕迹{number}", True, Seen(f"{HOME}{number}", AS_OF, "aa" * 32))
        for number in range(4)
    ]
    gaps = [
        Gap("页面", reason, ours=True, url=HOME + reason) for reason in ("reset", "parser_failed", "robots")
    ]
    return facts(
        home=HomePage(page(20, 21, 22)),
        columns=ColumnSet(
            mixed(
                [column(f"甲{number}", ColumnType.NEWS, 20) for number in range(6)]
                + [column(f"乙{number}", None, None, empty=True) for number in range(6)]
                + [column(f"丙{number}", None, None, gap=gap()) for number in range(3)]
            ),
            mixed(gaps.copy()),
        ),
        letters=Letters(
            letters=mixed([letter(AS_OF.date().replace(month=3), number) for number in range(5)]),
            gaps=mixed(gaps.copy()),
        ),
        guides=guides(*mixed([guide(number, 5) for number in range(7)]), gaps=mixed(gaps.copy())),
        scan=PageScan(4, mixed(suspects), mixed(gaps.copy())),
    )


def test_a_bad_site_fails_on_everything_and_each_needs_a_person() -> None:
    visits = [failed(entry) for entry in week()]
    for verdict in judge_site(site(), bad_facts(), ledger(visits), SYSTEM, AS_OF):
        assert verdict.answer is FAIL, verdict
        assert verdict.needs_person
        assert all(isinstance(entry, Evidence) for found in verdict.findings for entry in found.evidence)


@settings(deadline=None, max_examples=30)
@given(st.randoms(use_true_random=False))
def test_the_same_facts_in_any_order_give_the_same_bytes(rng: random.Random) -> None:
    first = judge_site(site(), bad_facts(), None, SYSTEM, AS_OF)
    assert repr(judge_site(site(), bad_facts(rng), None, SYSTEM, AS_OF)) == repr(first)


def test_later_moments_of_looking_change_no_words() -> None:
    def words(moment: datetime) -> list[tuple[str, tuple[str, ...]]]:
        made = facts(home=HomePage(replace(page(20), seen=Seen(HOME, moment, "aa" * 32))))
        return [
            (verdict.reason, tuple(found.says for found in verdict.findings))
            for verdict in judge_site(site(), made, None, SYSTEM, AS_OF)
        ]

    assert words(AS_OF) == words(AS_OF.replace(hour=1))


def test_describing_a_rule_refuses_what_is_no_fact() -> None:
    text = rules()["W-V3"].function.__module__

    def odd(limits: int) -> Ruling:
        raise AssertionError

    with pytest.raises(CheckError, match="limits 不是可以提供的事实"):
        describe("W-V3", odd, text)


FORBIDDEN = {
    "monitor",
    "registry",
    "reports",
    "socket",
    "urllib",
    "http",
    "sqlite3",
    "sqlalchemy",
    "sqlmodel",
    "httpx",
    "pycurl",
    "time",
    "random",
    "os",
    "subprocess",
    "asyncio",
}
ROOT = Path(checks.__file__).parent
MODULES = sorted(ROOT.rglob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_ruler_is_pure(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert not imported & FORBIDDEN
    files = {"system.py", "reference.py"}
    assert "pathlib" not in imported or path.name in files
    calls = {
        node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
    }
    assert not calls & {"now", "today", "utcnow", "open", "print"}


def test_a_source_is_judged_by_its_own_facts() -> None:
    verdicts = judge_account(account(), account_facts(source(30)), SYSTEM, AS_OF)
    assert [verdict.answer for verdict in verdicts] == [Answer.PASS, FAIL, UNOBSERVED]
