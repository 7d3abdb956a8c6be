"""System files: what is in them, what is refused and on which line, comparing, confirming, reference pages."""

import subprocess
import sys
from dataclasses import dataclass, replace
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

import pytest
from ruler_builders import SYSTEM

from checks import reference, rulebook, vocabulary
from checks.facts import ColumnType, HomePage, TargetKind
from checks.limits import LimitError, Limits, build_limits
from checks.model import CheckError
from checks.rulebook import SECTIONS, describe, read_text, rule, rules
from checks.ruling import Ruling
from checks.system import (
    SYSTEMS,
    Confidence,
    Deciding,
    Part,
    SystemFileError,
    compare_systems,
    list_systems,
    load_system,
    show,
    unconfirmed,
)
from checks.system_file import read_system
from checks.toml_table import find_lines
from registry.model import Level, Platform, SiteKind

ADOPTED = SYSTEMS / "national-2019.toml"
TEXT = ADOPTED.read_text(encoding="utf-8")
ROOT = Path(__file__).parents[2]


def test_the_adopted_system() -> None:
    assert list_systems() == ("national-2019",)
    assert [entry.code for entry in SYSTEM.indicators] == [
        *(f"W-V{number}" for number in range(1, 7)),
        *(f"N-V{number}" for number in range(1, 4)),
    ]
    assert SYSTEM.digest == sha256(ADOPTED.read_bytes()).hexdigest()
    assert (SYSTEM.fail_below, SYSTEM.bonus_above) == (Decimal(60), Decimal(80))
    assert [part.has_rules for part in SYSTEM.parts.values()] == [True, False, False]
    assert SYSTEM.indicator("N-V3").deciding is Deciding.WHEN_OBSERVED
    assert SYSTEM.indicator("W-V6").scope.outward_service
    assert all(entry.part is Part.VETO for entry in SYSTEM.indicators)
    with pytest.raises(CheckError, match="没有指标"):
        SYSTEM.indicator("W-V9")


@pytest.mark.parametrize(
    ("code", "name", "value"),
    [
        ("W-V2", "watch_days", 7),
        ("W-V2", "visits_per_day", 20),
        ("W-V2", "slow_seconds", 15),
        ("W-V2", "failed_share", Decimal("0.05")),
        ("W-V2", "uncounted_share", Decimal("0.10")),
        ("W-V2", "void_window_share", Decimal("0.40")),
        ("W-V2", "redirects", 10),
        ("W-V3", "stale_days", 14),
        ("W-V3", "undated_is_stale", False),
        ("W-V4", "news_days", 14),
        ("W-V4", "notice_months", 6),
        ("W-V4", "stale_columns", 5),
        ("W-V4", "long_stale_columns", 10),
        ("W-V4", "empty_columns", 5),
        ("W-V5", "window_months", 12),
        ("W-V5", "answer_months", 3),
        ("W-V6", "missing_classes", 4),
        ("W-V6", "faulty_guides", 5),
        ("W-V6", "few_guides", 5),
        ("N-V2", "stale_days", 14),
    ],
)
def test_the_numbers_of_the_official_text(code: str, name: str, value: object) -> None:
    assert SYSTEM.indicator(code).thresholds[name].value == value
    assert getattr(SYSTEM.limits[code], name) == value


def test_what_is_recalled_or_derived_is_provisional() -> None:
    assert SYSTEM.indicator("W-V6").provisional == {"faulty_guides", "few_guides"}
    assert SYSTEM.limits["W-V6"].mark("faulty_guides") == "(暂定)"
    assert SYSTEM.limits["W-V6"].mark("missing_classes") == ""
    with pytest.raises(CheckError, match="没有阈值"):
        SYSTEM.limits["W-V6"].mark("nothing")
    assert str(Confidence("R")) == "R 暂定"
    assert str(Confidence("C-3")) == "C-3"


def test_what_an_office_must_still_confirm() -> None:
    open_values = unconfirmed(SYSTEM)
    assert {entry.confidence.code for entry in open_values} == {"D", "R"}
    assert ("W-V6", "5") in {(entry.indicator, entry.value) for entry in open_values}
    assert ("N-V3", "②") in {(entry.indicator, entry.what) for entry in open_values}
    assert ("", "0.30") in {(entry.indicator, entry.value) for entry in open_values}
    provisional = read(TEXT.replace('confidence = "C-4"', 'confidence = "R"'))
    assert {"扣分指标", "内容不更新"} <= {entry.name for entry in unconfirmed(provisional)}


def test_words_of_the_registry_and_of_the_facts() -> None:
    assert tuple(Level) == vocabulary.LEVELS
    assert tuple(SiteKind) == vocabulary.SITE_KINDS
    assert tuple(Platform) == vocabulary.PLATFORMS
    thresholds = SYSTEM.indicator("W-V4").thresholds
    types = {*thresholds["must_update_types"].value, *thresholds["need_not_update_types"].value}
    assert types == {entry.value for entry in ColumnType}


def read(text: str) -> object:
    return read_system("x.toml", text.encode())


def line_of(part: str, text: str = TEXT) -> int:
    return text[: text.index(part)].count("\n") + 1


def refused(old: str, new: str, at: str | None, said: str) -> None:
    """The changed file is refused, naming the line of `at` and saying `said`."""
    assert old in TEXT
    changed = TEXT.replace(old, new, 1)
    with pytest.raises(SystemFileError) as caught:
        read(changed)
    text = str(caught.value)
    assert said in text
    if at is not None:
        assert f"x.toml 第 {line_of(at, changed)} 行" in text


W3_DAYS = TEXT[TEXT.index('code = "W-V3"') :]
W3_DAYS = W3_DAYS[
    W3_DAYS.index("[indicator.thresholds.stale_days]") : W3_DAYS.index("[indicator.thresholds.und")
]


@pytest.mark.parametrize(
    ("old", "new", "at", "said"),
    [
        ("[system]", "surprise = 1\n[system]", "surprise", "不认识的键 surprise"),
        ('version = "2019.1"', 'version = "2019.1"\nfoo = 1', "foo", "不认识的键 foo"),
        ('version = "2019.1"', "", "[system]", "缺少 version"),
        ('version = "2019.1"', "version = 2019", "version = 2019", "version 应为文字"),
        ('version = "2019.1"', 'version = " "', 'version = " "', "不能为空"),
        ("value = 60", 'value = "60"', 'value = "60"', "应为数"),
        ("value = 60", "value = -1", "value = -1", "不能为负"),
        ("value = 60", "value = true", "value = true", "应为数"),
        ("value = 60", "value = nan", "value = nan", "不能为负"),
        ("[settings.quarterly_share]", "[settings.share]", "[settings.share]", "不认识的键 share"),
        ("has_rules = true", 'has_rules = "yes"', 'has_rules = "yes"', "true 或 false"),
        ("has_rules = true", "has_rules = false", None, "却列有指标"),
        ("has_rules = false", "has_rules = true", None, "却没有指标"),
        ('kinds = ["site", "account"]', 'kinds = ["site", "x"]', 'kinds = ["site", "x"]', "x 不在"),
        ('kinds = ["site", "account"]', "kinds = 3", "kinds = 3", "文字的列表"),
        ('part = "deduction"', 'part = "veto"', None, "veto 部分出现了两次"),
        ('part = "deduction"', 'part = "minus"', 'part = "minus"', "veto、deduction、bonus"),
        ('code = "W-V3"', 'code = "首页"', 'code = "首页"', "不合规范"),
        ('code = "W-V3"', 'code = "W-V2"', None, "W-V2"),
        ('code = "W-V3"', 'code = "W-V9"', None, "却没有规则"),
        ('"首页不更新", ', "", 'names = ["单项否决", "两周', "三个名称"),
        ('kind = "site"', 'kind = "page"', 'kind = "page"', "site、account 之一"),
        ('kind = "site"', 'kind = "site"\nlevels = ["省"]', "levels", "省 不在"),
        ('kind = "site"', 'kind = "site"\nwho = 1', "who = 1", "不认识的键 who"),
        ('deciding = "always"', 'deciding = "sometimes"', 'deciding = "sometimes"', "always"),
        ('confidence = "C-3"', 'confidence = "C"', 'confidence = "C"', "可信度"),
        ("points = 0\ncap = 0", "points = 0\ncap = 3", "cap = 3", "超过分值"),
        ('part = "veto"\npoints', 'part = "bonus"\npoints', None, "却"),
        (W3_DAYS, "", None, "缺少阈值 stale_days"),
        ("[indicator.thresholds.stale_days]", "[indicator.thresholds.stale]", None, "缺少阈值 stale_days"),
        ("value = 7", 'value = "7"', 'value = "7"', "阈值 watch_days 应为不小于 0 的整数"),
        ("value = 7", "value = 7.5", "value = 7.5", "整数"),
        ("value = 7", "value = 0", None, "至少为 1"),
        ("value = 0.05", "value = inf", "value = inf", "不小于 0 的数"),
        ("value = 0.05", "value = [1]", "value = [1]", "不小于 0 的数"),
        ("value = false", "value = 99", "value = 99", "true 或 false"),
        ('value = ["动态要闻"]', 'value = ["要闻"]', None, "栏目类型 要闻"),
        ('value = ["动态要闻"]', "value = [1]", "value = [1]", "文字的列表"),
        ('connect_timeout = "failed"', 'connect_timeout = "bad"', None, "bad 应为"),
        ('connect_timeout = "failed"', "connect_timeout = 1", None, "文字对文字"),
        ('"动态要闻" = 12', '"动态要闻" = "x"', None, "整数"),
        ('"动态要闻" = 12', "", None, "缺少栏目类型 动态要闻"),
        ('"概况信息", ', "", None, "概况信息"),
        ('mark = "①"', "mark = 1", "mark = 1", "mark 应为文字"),
        ('judged = "机器"', 'judged = "天"', 'judged = "天"', "机器、机器加人工、人工"),
        ("[system]", "[system", None, "不是合格的 TOML"),
    ],
)
def test_a_bad_file_is_refused_with_its_line(old: str, new: str, at: str | None, said: str) -> None:
    refused(old, new, at, said)


def test_a_threshold_nobody_uses_is_refused() -> None:
    extra = W3_DAYS.replace("stale_days", "stale_hours")
    refused(W3_DAYS, W3_DAYS + extra, None, "阈值 stale_hours 没有规则使用")
    last = TEXT + '\n[indicator.thresholds.x]\nvalue = 1\nsays = "x"\nconfidence = "R"\nsource = "x"\n'
    with pytest.raises(SystemFileError, match=r"第 \d+ 行: 指标 N-V3 的规则不用阈值"):
        read(last)


def test_wrong_shapes() -> None:
    with pytest.raises(SystemFileError, match="TOML"):
        read(TEXT.replace("[[part]]", "[part]"))
    with pytest.raises(SystemFileError, match="缺少 fail_below"):
        read(TEXT.replace("[scoring.fail_below]", "[scoring.fail]"))
    with pytest.raises(SystemFileError, match="不认识的键 third"):
        read(
            TEXT.replace(
                "[[part]]",
                TEXT[TEXT.index("[scoring.fail") :]
                .partition("[scoring.bonus")[0]
                .replace("fail_below", "third")
                + "[[part]]",
                1,
            )
        )


def test_single_tables_where_many_are_meant() -> None:
    with pytest.raises(SystemFileError, match=r"part 应写成 \[\[part\]\]"):
        read("part = 3\nindicator = []\n[system]\n[scoring]\n")
    with pytest.raises(SystemFileError, match=r"indicator 应写成 \[\[indicator\]\]"):
        read("part = []\nindicator = [3]\n[system]\n[scoring]\n")


def test_scoring_must_be_a_table() -> None:
    minimal = '[[part]]\npart="veto"\nname="x"\npoints=0\nhas_rules=false\ndocument="x"\nconfidence="S"\n'
    head = 'indicator = []\nscoring = 3\n[system]\nid="x"\n'
    with pytest.raises(SystemFileError, match="scoring 应为表"):
        read(head + minimal)


def test_a_file_that_is_no_text() -> None:
    with pytest.raises(SystemFileError, match="UTF-8"):
        read_system("x.toml", b"\xff\xfe")


def test_a_system_that_is_not_there() -> None:
    with pytest.raises(SystemFileError, match="national-2019"):
        load_system("no-such-system")
    with pytest.raises(SystemFileError, match="找不到"):
        load_system("/nowhere/x.toml")


def test_an_indicator_of_a_part_that_is_not_there() -> None:
    start = TEXT.index('[[part]]\npart = "bonus"')
    end = TEXT.index("[[indicator]]")
    changed = (TEXT[:start] + TEXT[end:]).replace(
        'part = "veto"\npoints = 0\ncap', 'part = "bonus"\npoints = 0\ncap'
    )
    with pytest.raises(SystemFileError, match="没有这一部分"):
        read(changed)


def test_lines_are_found_through_lists_and_long_texts() -> None:
    text = "\n".join(
        [
            "[a]",
            'x = """',
            "[not.a.table]",
            'y = 1"""',
            "list = [  # opens",
            "  1,",
            "  [2],",
            "]",
            '"中文" = 3',
            "[[b]]",
            "k = 1",
            "[[b]]",
            "[b.c]",
            "k = '''one'''",
            "[[b.d]]",
            "k = 2",
        ]
    )
    lines = find_lines(text)
    assert lines["a", "list"] == 5
    assert lines["a", "中文"] == 9
    assert lines["b", 0, "k"] == 11
    assert lines["b", 1, "c", "k"] == 14
    assert lines["b", 1, "d", 0, "k"] == 16
    assert ("not", "a", "table") not in lines
    assert ("a", "y") not in lines


def test_comparing_two_systems() -> None:
    assert compare_systems(SYSTEM, SYSTEM) == ()
    changed = read(
        TEXT.replace("value = 7\n", "value = 8\n").replace('version = "2019.1"', 'version = "2026.1"')
    )
    told = {
        (entry.where, entry.what): (entry.before, entry.after) for entry in compare_systems(SYSTEM, changed)
    }
    assert told == {
        ("体系", "版本"): ("2019.1", "2026.1"),
        ("W-V2", "watch_days"): ("7天 (C-3)", "8天 (C-3)"),
    }
    shorter = replace(SYSTEM, indicators=SYSTEM.indicators[1:])
    gone = compare_systems(SYSTEM, shorter)
    assert {entry.where for entry in gone} == {"W-V1"}
    assert all(entry.after is None for entry in gone)


def test_values_are_shown_in_words() -> None:
    assert show(True) == "是"
    assert show(False) == "否"
    assert show(()) == "(空)"
    assert show(["甲", "乙"]) == "甲、乙"
    assert show({}) == "(空)"
    assert show({"甲": 1}) == "甲: 1"


def test_limits_refuse_types_that_no_file_can_hold() -> None:
    @dataclass(frozen=True, slots=True, kw_only=True)
    class Odd(Limits):
        when: complex

    with pytest.raises(CheckError, match="类型不受支持"):
        build_limits(Odd, {}, frozenset())


def test_limits_are_read_by_type() -> None:
    @dataclass(frozen=True, slots=True, kw_only=True)
    class One(Limits):
        days: int

    assert build_limits(One, {"days": 3}, frozenset({"days"})).mark("days") == "(暂定)"
    for bad in (True, -1, "3"):
        with pytest.raises(LimitError, match="整数"):
            build_limits(One, {"days": bad}, frozenset())


# The rulebook


def test_every_rule_has_its_text_in_five_sections() -> None:
    assert set(rules()) == {entry.code for entry in SYSTEM.indicators}
    for code, found in rules().items():
        assert tuple(found.text.sections) == SECTIONS, code
        assert found.text.title
        name = found.function.__module__.rsplit(".", 1)[1]
        assert name.startswith(code.lower().replace("-", "_"))


def test_rules_are_found_once() -> None:
    assert rules() is rules()


def _good(home: HomePage) -> Ruling:
    raise AssertionError(home)


DOC = "标题\n\n检查什么: 甲\n依据: 乙\n判定: 丙,\n    丁\n不能判定时: 戊\n整改建议: 己\n"


def test_a_docstring_is_read() -> None:
    text = read_text("L-1", DOC)
    assert text.title == "标题"
    assert text.sections["判定"] == "丙, 丁"
    assert describe("L-1", _good, DOC).needs == {"home": HomePage}
    assert describe("L-1", _good, DOC).limits is None


@pytest.mark.parametrize(
    ("doc", "said"),
    [
        (None, "没有说明"),
        ("", "没有说明"),
        (DOC.replace("依据: 乙\n", ""), "依次含有"),
        (DOC.replace("依据: 乙", "依据:"), "依次含有"),
        (DOC.replace("依据: 乙\n判定: 丙,\n    丁\n", "判定: 丙\n依据: 乙\n"), "依次含有"),
    ],
)
def test_a_docstring_is_refused(doc: str | None, said: str) -> None:
    with pytest.raises(CheckError, match=said):
        describe("L-1", _good, doc)


def test_a_code_is_refused() -> None:
    with pytest.raises(CheckError, match="不合规范"):
        describe("首页", _good, DOC)


def test_a_parameter_without_a_type_is_refused() -> None:
    def untyped(home) -> Ruling:
        raise AssertionError

    with pytest.raises(CheckError, match="参数 home"):
        describe("L-1", untyped, DOC)


def test_a_second_rule_for_an_indicator_is_refused() -> None:
    rules()
    with pytest.raises(CheckError, match="已有规则"):
        rule("W-V3")(_good)
    assert rulebook.rules()["W-V3"].function is not _good


# The reference pages


def test_the_reference_pages_are_up_to_date() -> None:
    stale = reference.stale(SYSTEM, ROOT / "docs" / "indicators")
    assert not stale, f"过期: {stale}; 请运行 python -m checks.reference docs/indicators"


def test_pages_are_written_and_checked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "pages"
    assert reference.main([str(folder), "--check"]) == 1
    assert reference.main([str(folder)]) == 0
    assert reference.main([str(folder), "--check"]) == 0
    (folder / "W-V3.md").write_text("old", encoding="utf-8")
    (folder / "W-V0.md").write_text("gone", encoding="utf-8")
    assert reference.stale(SYSTEM, folder) == ("W-V0.md", "W-V3.md")
    capsys.readouterr()
    assert reference.main([str(folder), "--check"]) == 1
    assert "W-V3.md 已过期" in capsys.readouterr().err
    assert reference.main([str(folder)]) == 0
    assert not (folder / "W-V0.md").exists()
    assert reference.main([]) == 2
    assert reference.main([str(folder), "--what"]) == 2
    assert "用法" in capsys.readouterr().err


def test_a_bad_system_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(reference, "ADOPTED", "nothing")
    assert reference.main(["x"]) == 2
    assert "找不到指标体系" in capsys.readouterr().err


def test_the_module_runs_by_itself(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "checks.reference", str(tmp_path)], cwd=ROOT, check=False, timeout=60
    )
    assert done.returncode == 0
    assert (tmp_path / "README.md").exists()


def test_pages_say_what_is_provisional_and_how_it_is_judged() -> None:
    made = reference.pages(SYSTEM)
    assert "R 暂定" in made["W-V6.md"]
    assert "| 机器 | 3 |" in made["README.md"]
    assert "| 合计 | 9 |" in made["README.md"]
    for section in SECTIONS:
        assert f"## {section}" in made["W-V3.md"]


def test_pages_of_points_and_of_people() -> None:
    portal = load_system(Path(__file__).with_name("portal.toml"))
    made = reference.pages(portal)
    assert "分值: 23, 扣分上限 20" in made["L-3.md"]
    assert "## 检查什么" not in made["L-3.md"]
    assert "门户网站" in made["L-3.md"]
    assert list(portal.concerning(TargetKind.ACCOUNT)) == []
