"""Rule sets: versions, validation with every problem at once, bilingual texts, assumptions that name
their parameter."""

import json
import re
import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest

from lca import rulesets
from lca.data import load_release
from lca.engine import FactorRelease, InventoryError, calculate, parse_inventory
from lca.rulesets.model import STAGES, RuleSet
from lca.rulesets.reader import read_ruleset
from tests.engine.documents import exchange, inventory, process

FILES = sorted(Path(rulesets.__file__).parent.glob("*@*.toml"))
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


def leaves(value: Any, path: str = "") -> list[str]:
    """Paths of all values of a rule-set file that are no tables; lists of tables count as one value."""
    if not isinstance(value, dict):
        return [path]
    return [leaf for name, item in value.items() for leaf in leaves(item, f"{path}.{name}" if path else name)]


def toml(data: dict[str, Any]) -> bytes:
    """A file with these data, written with dotted names (JSON writes texts, numbers, flags and lists as TOML does)."""

    def shown(value: Any) -> str:
        if isinstance(value, dict):
            return "{" + ", ".join(f"{name} = {shown(item)}" for name, item in value.items()) + "}"
        if isinstance(value, list):
            return "[" + ", ".join(shown(item) for item in value) + "]"
        return json.dumps(value, ensure_ascii=False)

    return "\n".join(f"{name} = {shown(value)}" for name, value in data.items()).encode()


def changed(path: str, value: Any) -> dict[str, Any]:
    """The European rule set with one value replaced, or taken out for `None`."""
    data = tomllib.loads(FILES[1].read_text(encoding="utf-8"))
    *parents, last = path.split(".")
    holder = data
    for name in parents:
        holder = holder[name]
    if value is None:
        del holder[last]
    else:
        holder[last] = value
    return data


def problems_of(data: dict[str, Any]) -> list[str]:
    try:
        read_ruleset(toml(data), "changed.toml")
    except rulesets.RuleSetError as error:
        return error.problems
    return []


LEAVES = leaves(tomllib.loads(FILES[1].read_text(encoding="utf-8")))
# What may be left out: a table of the years' cycles or a range of its own is one entry less.
OPTIONAL = (
    "energy.cycles_per_year.",
    "electricity.grid.",
    "electricity.generation.",
    "stages.moved.",
    "plausibility.unit",
)


def test_a_file_written_back_is_the_same_rule_set() -> None:
    assert len(LEAVES) > 60
    assert problems_of(changed("title.en", "Another title")) == []


def test_a_missing_value_is_named() -> None:
    for path in LEAVES:
        found = problems_of(changed(path, None))
        if not path.startswith(OPTIONAL):
            assert any(path in problem for problem in found), (path, found)


@pytest.mark.parametrize("junk", [7.5, True, [], [[]], {"a": 1}, ["x", 3]], ids=str)
def test_a_value_of_the_wrong_type_is_named(junk: Any) -> None:
    fits = {"[]": ("mandatory.components", "end_of_life.beside")}.get(str(junk), ())
    for path in LEAVES:
        if path in fits or (junk is True and ".recognise_" in path):
            continue
        found = problems_of(changed(path, junk))
        assert any(path in problem for problem in found), (path, found)


NUMBERS = [
    path
    for path in LEAVES
    if re.fullmatch(
        r"energy\.(cycles|min).*|end_of_life\.(a_.*|b|collection_rate)|cut_off\.(single|total)", path
    )
    or path.endswith((".tolerance", ".economic_ratio", ".low", ".high"))
]


@pytest.mark.parametrize("junk", ["-1", "NaN", "Infinity", "much", ""])
def test_a_number_that_cannot_be_is_named(junk: str) -> None:
    assert len(NUMBERS) == 7 + 1 + 4 + 2 + 1 + 1 + 4
    for path in NUMBERS:
        found = problems_of(changed(path, junk))
        assert any(path in problem for problem in found), (path, found)


@pytest.mark.parametrize(
    ("path", "value", "word"),
    [
        ("cut_off.total", "1.5", "outside"),
        ("cut_off.single", "0.5", "more than cut_off.total"),
        ("end_of_life.collection_rate", "1.01", "outside"),
        ("mass_balance.tolerance", "2", "outside"),
        ("allocation.economic_ratio", "0.5", "outside"),
        ("quality.missing_dqr", 6, "whole number"),
        ("energy.cycles_per_year.M1", "0", "above 0"),
        ("energy.cycles_per_year", {}, "cycles_per_year is empty"),
        ("energy.formula", "none", "needs delivered energy"),
        ("version", "next", "must look like"),
        ("published", "2025-13", "must look like"),
        ("stages.declared", ["materials", "materials"], "twice"),
        ("stages.declared", [], "names no stage"),
        ("electricity.grid.china", "elec.cn.footprint.2024", "two-letter"),
        ("electricity.generation.CN.fusion", "elec.cn.gen.coal.2024", "no generation type"),
        ("cut_off.totl", "0.03", "cut_off.totl is not known"),
        ("sources", [{"title": "x", "date": "2025-01", "standing": "heard"}], "standing"),
        ("assumptions", [{"id": "a", "parameter": "no.such", "zh": "甲", "en": "a"}], "no.such"),
    ],
)
def test_what_a_rule_set_may_not_say(path: str, value: Any, word: str) -> None:
    assert any(word in problem for problem in problems_of(changed(path, value)))


def test_a_new_version_stands_beside_the_old_one_and_changes_no_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file of a second version is added: the old one loads as before, and a result says which one it rests on."""
    document = inventory(
        [
            process(
                "pack",
                [exchange("x", "100", "kWh", kind="energy", electricity={"supply": "grid", "region": "CN"})],
            )
        ]
    )
    before = calculate(parse_inventory(document), rulesets.load("cn-miit-551"), load_release())
    for path in FILES:
        shutil.copy(path, tmp_path)
    first = next(path for path in FILES if path.name.startswith("cn-"))
    text = first.read_text(encoding="utf-8").replace('version = "2025.12"', 'version = "2026.10"')
    text = text.replace('CN = "elec.cn.footprint.2024"', 'CN = "elec.cn.footprint.2023"')
    (tmp_path / "cn-miit-551@2026.10.toml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(rulesets, "ROOT", tmp_path)
    rulesets.load.cache_clear()
    try:
        assert rulesets.versions("cn-miit-551") == ["2025.12", "2026.10"]
        old, new = rulesets.load("cn-miit-551", "2025.12"), rulesets.load("cn-miit-551")
        assert rulesets.load("cn-miit-551").version == "2026.10"
        again = calculate(parse_inventory(document), old, load_release())
        later = calculate(parse_inventory(document), new, load_release())
    finally:
        rulesets.load.cache_clear()
    assert again.to_dict() == before.to_dict()
    assert (later.ruleset["version"], later.ruleset["sha256"]) == ("2026.10", new.sha256)
    assert later.ruleset["sha256"] != before.ruleset["sha256"]
    assert later.input_digest != before.input_digest
    assert later.total == pytest.approx(62.05)
    assert before.total == pytest.approx(57.77)


AR5 = {"CO2": 1, "CH4": 30, "CH4_nonfossil": 28, "N2O": 265, "SF6": 23500, "NF3": 16100, "HFC-134a": 1300}
# What the release has no fifth-report value for; it is refused by name, never taken from another report.
AR5_GAPS = ["CF4", "C2F6", "C3F8", "C4F10", "cC4F8", "SO2F2", "HFC-23", "HFC-32", "HFC-125"]


def ar5() -> RuleSet:
    data = changed("gwp_set", "ar5")
    return read_ruleset(toml(data), "ar5.toml")


@pytest.mark.parametrize(("gas", "expected"), AR5.items())
def test_the_fifth_report_is_a_set_of_its_own(gas: str, expected: float) -> None:
    document = inventory([process("pack", [exchange("leak", "2", link={"gas": gas}, kind="emission")])])
    ledger = calculate(parse_inventory(document), ar5(), load_release())
    assert ledger.total == pytest.approx(2 * expected)
    assert ledger.ruleset["gwp_set"] == "ar5"


@pytest.mark.parametrize("gas", AR5_GAPS)
def test_a_gas_that_a_set_lacks_is_refused_with_what_it_has(gas: str) -> None:
    document = inventory([process("pack", [exchange("leak", "2", link={"gas": gas}, kind="emission")])])
    assert calculate(parse_inventory(document), rulesets.load("eu-cfb-ev"), load_release()).total > 0
    with pytest.raises(InventoryError) as caught:
        calculate(parse_inventory(document), ar5(), load_release())
    (problem,) = caught.value.problems
    assert problem.code == "link.gas_unknown"
    assert "AR5" in problem.message("en")
    assert "SF6" in problem.message("zh")


def test_a_factor_that_a_release_lacks_is_named_and_never_left_out() -> None:
    """Without the factor of transmission, certificate electricity would count as if the grid lost nothing."""
    ruleset, release = rulesets.load("iso-14067-gate"), load_release()
    less = FactorRelease.build(
        "less",
        [factor for key, factor in release.factors.items() if key != ruleset.electricity.certificate_td],
    )
    supply = {"supply": "certificate", "generation": "wind", "region": "CN", "certificates": ["1" * 32]}
    power = exchange("x", "100", "kWh", kind="energy", electricity=supply)
    with pytest.raises(InventoryError) as caught:
        calculate(parse_inventory(inventory([process("pack", [power])])), ruleset, less)
    assert {problem.code for problem in caught.value.problems} == {"ruleset.factor_missing"}
    grid = exchange("x", "100", "kWh", kind="energy", electricity={"supply": "grid", "region": "CN"})
    ledger = calculate(parse_inventory(inventory([process("pack", [grid])])), ruleset, less)
    assert [p.place for p in ledger.warnings if p.code == "ruleset.factor_absent"] == [
        "ruleset.electricity.certificate_td"
    ]
