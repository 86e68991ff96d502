"""Rule sets: versions, validation with every problem at once, bilingual texts, assumptions that name
their parameter."""

from pathlib import Path

import pytest

from lca import rulesets
from lca.data import load_release
from lca.rulesets.model import STAGES, RuleSet
from lca.rulesets.reader import read_ruleset

FILES = sorted(Path(rulesets.__file__).parent.glob("*.toml"))
IDS = ["cn-miit-551", "eu-cfb-ev", "iso-14067-gate"]


def test_there_are_three() -> None:
    assert [ruleset.id for ruleset in rulesets.available()] == IDS


@pytest.mark.parametrize("identifier", IDS)
def test_each_is_whole_and_its_factors_exist(identifier: str) -> None:
    ruleset = rulesets.load(identifier)
    release = load_release()
    rule = ruleset.electricity
    keys = [*rule.grid.values(), *(key for table in rule.generation.values() for key in table.values())]
    keys += [
        key for key in (rule.certificate_td, rule.direct_td, ruleset.end_of_life.route_electricity) if key
    ]
    for key in keys:
        factor = release.get(key)
        assert factor is not None, key
        assert factor.family == "electricity_footprint", key
    assert set(ruleset.stages.titles) == set(STAGES)
    assert ruleset.assumptions
    assert ruleset.sources
    assert rulesets.versions(identifier)[-1] == ruleset.version


def test_the_chinese_rule_set_marks_what_it_assumes() -> None:
    assumed = {item.parameter for item in rulesets.load("cn-miit-551").assumptions}
    assert {
        "energy.formula",
        "electricity.policy",
        "end_of_life.model",
        "electricity.recognise_certificates",
    } <= assumed


@pytest.mark.parametrize(("identifier", "version"), [("nothing", None), ("cn-miit-551", "1999.1")])
def test_what_does_not_exist_is_refused_with_what_does(identifier: str, version: str | None) -> None:
    with pytest.raises(rulesets.RuleSetError, match="there are"):
        rulesets.load(identifier, version)


def broken(*changes: tuple[str, str]) -> list[str]:
    """Problems of the Chinese rule set after replacing texts in it."""
    content = next(path for path in FILES if path.name.startswith("cn-")).read_text(encoding="utf-8")
    for old, new in changes:
        assert old in content
        content = content.replace(old, new, 1)
    with pytest.raises(rulesets.RuleSetError) as caught:
        read_ruleset(content.encode(), "broken.toml")
    return caught.value.problems


def test_every_problem_of_a_file_comes_at_once() -> None:
    problems = broken(
        ('gwp_set = "ar6"', 'gwp_set = "ar9"'),
        ('formula = "rated_cycles_fade"', 'formula = "guess"'),
        ('material = "materials"', 'material = "nowhere"'),
        ("recognise_direct = true", 'recognise_direct = "perhaps"'),
        ('total = "0.03"', "total = 0.03"),
        ('low = "41"', 'low = "141"'),
        ('en = "Recycling"', ""),
        ('parameter = "mass_balance.tolerance"', 'parameter = "mass_balance.gone"'),
        ("decimals_share = 1", ""),
    )
    text = "\n".join(problems)
    for word in (
        "gwp_set",
        "energy.formula",
        "stages.moved",
        "recognise_direct",
        "cut_off.total",
        "plausibility.LFP",
        "stages.titles.recycling",
        "mass_balance.gone",
        "decimals_share",
    ):
        assert word in text
    assert len(problems) >= 9


def test_a_file_that_is_no_toml_is_refused() -> None:
    with pytest.raises(rulesets.RuleSetError):
        read_ruleset(b"= =", "x.toml")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_is_named_by_id_and_version(path: Path) -> None:
    ruleset: RuleSet = read_ruleset(path.read_bytes(), path.name)
    assert path.stem == f"{ruleset.id}@{ruleset.version}"
