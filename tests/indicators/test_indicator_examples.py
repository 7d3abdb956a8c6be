"""Every indicator with a rule has examples, and every example comes out as it says."""

import pytest
from ruler_examples import ANSWERS, FOLDER, Example, examples

from checks.rulebook import rules
from checks.system import load_system

SYSTEM = load_system("national-2019")
EXAMPLES = examples()


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda entry: f"{entry.code}/{entry.path.stem}")
def test_the_example_comes_out_as_it_says(example: Example) -> None:
    verdict = example.judge(SYSTEM)
    assert verdict.answer.value == example.answer, verdict.reason
    for words in example.reason_has:
        assert words in verdict.reason
    if example.findings is not None:
        assert len(verdict.findings) == example.findings


@pytest.mark.parametrize("code", sorted(rules()))
@pytest.mark.parametrize("kind", sorted(ANSWERS))
def test_a_rule_without_examples_is_refused(code: str, kind: str) -> None:
    found = [entry for entry in EXAMPLES if entry.code == code and entry.path.name.startswith(f"{kind}-")]
    assert found, f"指标 {code} 缺少 tests/indicators/{code}/{kind}-*.toml"


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda entry: f"{entry.code}/{entry.path.stem}")
def test_the_name_of_an_example_tells_its_answer(example: Example) -> None:
    kind = example.path.name.split("-", 1)[0]
    assert example.answer in {ANSWERS.get(kind), "not_applicable" if kind == "good" else None}
    assert example.says


def test_every_folder_belongs_to_a_rule() -> None:
    folders = {path.name for path in FOLDER.iterdir() if path.is_dir() and not path.name.startswith("_")}
    assert folders == set(rules())


def test_a_misspelt_key_is_refused() -> None:
    good = next(entry for entry in EXAMPLES if entry.code == "W-V3" and entry.answer == "pass")
    spoiled = Example(
        good.path, good.code, good.says, good.answer, (), None, {"facts": {"home": {"pagge": {}}}}
    )
    with pytest.raises(ValueError, match="pagge"):
        spoiled.judge(SYSTEM)
