"""How sure a result is: spread of every input, shared draws, exact log-normal percentiles, profiles of assumptions."""

from __future__ import annotations

import tomllib
from math import exp, log, sqrt
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lca import profiles, rulesets
from lca.data import load_release
from lca.engine import calculate, parse_inventory
from lca.engine.assessment import POOL, Z95, Assessment, assess
from lca.engine.outcome import first_order_part, outcome, paired
from lca.engine.pedigree import PEDIGREE, variance
from lca.engine.uncertainty import DrawError, normals
from tests.engine.documents import example, exchange, inventory, process
from tests.engine.test_against_brightway import systems

PROFILE = profiles.load()
RELEASE = load_release()
CERTAIN = {"gsd": "1"}
KEYS = ["chem.h2so4.greet2022", "chem.naoh.greet2022", "chem.hcl.greet2022", "metal.steel.greet2022"]


def assessed(document: dict[str, Any], ruleset: str = "cn-miit-551", scope: str = "") -> Assessment:
    return assess(parse_inventory(document), rulesets.load(ruleset), RELEASE, PROFILE, scope)


def lines(*pairs: tuple[str, str], **extra: Any) -> dict[str, Any]:
    """An inventory of one process with a line for every (factor key, amount)."""
    rows = [
        exchange(f"m{number}", amount, link={"factor": key}, **{"uncertainty": CERTAIN, **extra})
        for number, (key, amount) in enumerate(pairs)
    ]
    return inventory([process("pack", rows)])


@settings(max_examples=15, deadline=None)
@given(systems())
def test_the_assessed_total_is_that_of_the_ledger(document: dict) -> None:
    parsed, ruleset = parse_inventory(document), rulesets.load("cn-miit-551")
    ledger = calculate(parsed, ruleset, RELEASE)
    absolute = sum(abs(line.kgco2e) for line in ledger.lines)
    found = assess(parsed, ruleset, RELEASE, PROFILE).total
    assert found == pytest.approx(ledger.total, abs=1e-10 * absolute)


@pytest.mark.parametrize("ruleset", ["cn-miit-551", "eu-cfb-ev", "iso-14067-gate"])
def test_end_of_life_is_part_of_what_is_assessed(ruleset: str) -> None:
    ledger = calculate(parse_inventory(example()), rulesets.load(ruleset), RELEASE)
    found = assessed(example(), ruleset)
    assert found.total == pytest.approx(ledger.total, rel=1e-12)
    terms = {
        line.exchange.removeprefix("end_of_life.") for line in ledger.lines if line.kind == "end_of_life"
    }
    assert {item.key for item in found.inputs if item.kind == "end_of_life"} == {
        f"eol:{term}" for term in terms
    }
    for part in found.origins.values():
        assert sum(part.values()) == pytest.approx(1)


@pytest.mark.parametrize("gsd", ["1.1", "1.6"])
def test_a_product_of_log_normals_has_their_exact_percentiles(gsd: str) -> None:
    """One line: amount and factor are both log-normal, and so is the result, with the variances added."""
    document = lines(("metal.steel.greet2022", "50"), uncertainty={"gsd": gsd})
    found = assessed(document)
    factor = next(item for item in found.inputs if item.kind == "factor")
    sigma = sqrt(log(float(gsd)) ** 2 + factor.deviation.sigma**2)
    data = outcome(found, PROFILE, seed=7, draws=100_000)
    normal = {"2.5": -Z95, "25": -0.6744898, "50": 0.0, "75": 0.6744898, "97.5": Z95}
    for name, z in normal.items():
        assert data["percentiles"][name] == pytest.approx(found.total * exp(z * sigma), rel=0.012), name
    variance_ = found.total**2 * exp(sigma**2) * (exp(sigma**2) - 1)
    assert data["mean"] == pytest.approx(found.total * exp(sigma**2 / 2), rel=0.01)
    assert data["sd"] == pytest.approx(sqrt(variance_), rel=0.03)
    # To first order the logarithm's deviation is the relative one, and the interval that of the log-normal itself.
    assert data["first_order"]["sd"] == pytest.approx(found.total * sigma)
    assert data["first_order"]["form"] == "lognormal"
    assert data["first_order"]["high"] == pytest.approx(found.total * exp(Z95 * sigma))
    assert sum(row["share"] for row in data["inputs"]) == pytest.approx(1)
    for row in data["inputs"]:
        # The correlation of exp(sigma z) with z leaves out what its curvature adds.
        curved = sigma**2 / (exp(sigma**2) - 1)
        assert row["drawn_share"] == pytest.approx(row["share"] * curved, abs=0.01)
    assert sum(data["histogram"]["counts"]) == 100_000
    assert len(data["histogram"]["edges"]) == len(data["histogram"]["counts"]) + 1
    assert outcome(assessed(document), PROFILE, seed=7, draws=100_000) == data


factor_lines = st.lists(
    st.tuples(st.sampled_from(KEYS), st.integers(1, 500).map(str)), min_size=1, max_size=6
)


@settings(max_examples=25, deadline=None)
@given(factor_lines, factor_lines, st.integers(0, 2**31 - 1))
def test_every_inventory_draws_a_factor_alike_whatever_its_place(first: Any, second: Any, seed: int) -> None:
    """Amounts are certain: every draw is the sum over factors of burden times exp(sigma z), z by the key alone."""
    for pairs in (first, second):
        found = assessed(lines(*pairs))
        expected = np.zeros(50)
        for item in found.inputs:
            if item.kind == "factor":
                z = normals(POOL, seed, item.key, 50).astype(float)
                expected += item.elasticity * np.exp(item.deviation.sigma * z)
        assert found.sample(seed, 50).values == pytest.approx(expected, rel=1e-5)


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 400), st.integers(1, 400), st.sampled_from(KEYS), st.integers(0, 10**6))
def test_products_that_differ_in_a_certain_amount_are_told_apart_in_every_draw(
    first: int, second: int, key: str, seed: int
) -> None:
    """The factor is uncertain and shared: the smaller amount is below the larger in every single draw."""
    one = assessed(lines((KEYS[0], "3"), (key, str(first))))
    two = assessed(lines((key, str(second)), (KEYS[0], "3")), ruleset="eu-cfb-ev", scope="another")
    found = paired(one.sample(seed, 200), two.sample(seed, 200), (1.0, 1.0))
    assert found.less == (None if first == second else float(first < second))
    assert (found.low > 0) == (first < second)
    assert found.low <= found.median <= found.high


def test_amounts_are_shared_within_an_inventory_and_period_and_nowhere_else() -> None:
    document = lines((KEYS[0], "5"), uncertainty={"gsd": "1.4"})
    base = assessed(document, scope="1").sample(3, 500).values
    assert (assessed(document, "iso-14067-gate", scope="1").sample(3, 500).values == base).all()
    later = {**document, "period": {"from": "2026-01-01", "to": "2026-12-31"}}
    amount = log(1.4) * normals(POOL, 3, "line:1:2025-01-01/2025-12-31:pack/m0", 500)
    for other in (assessed(document, scope="2"), assessed(later, scope="1")):
        rest = np.log(other.sample(3, 500).values)
        assert abs(float(np.corrcoef(rest, amount)[0, 1])) < 0.2
    assert float(np.corrcoef(np.log(base), amount)[0, 1]) > 0.8


def test_one_factor_in_lines_of_different_ratings_moves_as_one() -> None:
    worse = {"dqr": {"ter": "5", "tir": "3", "ger": "3"}, "uncertainty": CERTAIN}
    rows = [
        exchange("a", "10", link={"factor": KEYS[0]}, uncertainty=CERTAIN),
        exchange("b", "10", link={"factor": KEYS[0]}, **worse),
    ]
    found = assessed(inventory([process("pack", rows)]))
    (item,) = [item for item in found.inputs if item.kind == "factor"]
    assert item.uses == 2
    z = normals(POOL, 1, f"factor:{KEYS[0]}", 100).astype(float)
    values = {row: found.spread.factors[row] for row in found.rows[item.key]}
    assert len(set(values.values())) == 2
    expected = sum(found.total / 2 * np.exp(sigma * z) for sigma in values.values())
    assert found.sample(1, 100).values == pytest.approx(expected, rel=1e-5)
    # Fully correlated: deviations add up before squaring.
    assert found.first_order.deviation == pytest.approx(found.total / 2 * sum(values.values()))
    low, high = found.by_sigma(item.key)
    assert high == pytest.approx(sum(found.total / 2 * exp(sigma) for sigma in values.values()))
    assert low < found.total < high
    assert sum(first_order_part(found)["inputs"][n]["share"] for n in range(3)) == pytest.approx(1)


def test_a_response_is_what_a_changed_document_gives() -> None:
    document = example()
    base = assessed(document)
    amounts = [item for item in base.inputs if item.kind == "amount" and item.process == "cell"][:3]
    for item in amounts:
        changed = example()
        for unit in changed["processes"]:
            for row in unit["exchanges"]:
                if (unit["id"], row["id"]) == (item.process, item.exchange):
                    row["amount"] = str(float(row["amount"]) * 1.3)
        assert base.response(item.key, [1.3])[0] == pytest.approx(assessed(changed).total, rel=1e-9)
    factor = next(item for item in base.inputs if item.kind == "factor")
    assert base.response(factor.key, [0.0, 1.0, 2.0]) == pytest.approx(
        [base.total - factor.elasticity, base.total, base.total + factor.elasticity]
    )
    with pytest.raises(KeyError):
        base.response("nothing", [1.0])


def test_where_a_spread_comes_from() -> None:
    rows = [
        exchange("stated", "1", link={"factor": KEYS[0]}, uncertainty={"pedigree": [1, 1, 5, 5, 5]}),
        exchange("measured", "1", link={"factor": KEYS[1]}, data_kind="measured", primary=True),
        exchange(
            "guessed",
            "1",
            link={"factor": KEYS[2]},
            data_kind="estimated",
            dqr={"ter": "1", "tir": "1", "ger": "1"},
        ),
        exchange("road", "100", "tkm", link={"factor": "trans.road.cn.heavy_diesel.cpcd"}, kind="transport"),
        exchange("leak", "0.1", link={"gas": "CH4"}, kind="emission", data_kind="measured"),
        exchange("bought", "1", link={"result": "r1"}),
    ]
    results = [
        {
            "id": "r1",
            "version": "1",
            "declared_unit": "kg",
            "scores": {"cn-miit-551": {"materials": "7"}},
            "verified_share": "1",
            "dqr": {"ter": "1", "tir": "1", "ger": "1"},
        }
    ]
    found = {
        item.key: item.deviation
        for item in assessed(inventory([process("pack", rows)], results=results)).inputs
    }
    assert found["pack/stated"].origin == "stated" and found["pack/measured"].origin == "derived"
    assert found["pack/stated"].sigma == pytest.approx(sqrt(0.0006 + 0.04 + 0.002 + 0.12))
    assert found["pack/measured"].sigma == pytest.approx(sqrt(0.0006 + 0.0006))
    assert found["pack/guessed"].sigma == pytest.approx(sqrt(0.0006 + 0.008 + 0.0006))
    assert found["pack/road"].sigma == pytest.approx(sqrt(0.12 + 0.008 + 0.0006))
    assert found["pack/leak"].sigma == pytest.approx(sqrt(0.04 + 0.0006 + 0.0006))
    # The stated pedigree holds technology, time and geography already; the others take them with the factor.
    assert found[f"factor:{KEYS[0]}"].sigma == pytest.approx(log(1.2))
    assert found[f"factor:{KEYS[2]}"].sigma == pytest.approx(log(1.2))
    assert found[f"factor:{KEYS[1]}"].sigma > log(1.2)
    assert found[f"factor:{KEYS[1]}"].basis["missing"] == ["ter", "ger"]
    assert found["result:r1"].sigma == pytest.approx(sqrt(0.01 + 0.0001))


@given(st.sampled_from(sorted(PEDIGREE)), st.floats(1, 5), st.floats(1, 5))
def test_a_worse_score_is_never_less_uncertain(indicator: str, first: float, second: float) -> None:
    low, high = sorted((first, second))
    assert variance(indicator, low) <= variance(indicator, high)
    for score in range(1, 6):
        assert variance(indicator, score) == PEDIGREE[indicator][score - 1]


def test_a_loop_that_draws_let_use_up_what_it_makes_is_an_error_with_its_process() -> None:
    mill = process(
        "mill",
        [
            exchange("own", "0.8", link={"process": "mill", "product": "m"}, uncertainty={"gsd": "1.5"}),
            exchange("fuel", "1", link={"factor": "one"}),
        ],
        products=[{"id": "m", "amount": "1", "unit": "kg"}],
    )
    pack_ = process("pack", [exchange("steel", "1", link={"process": "mill", "product": "m"})])
    found = assessed(inventory([pack_, mill]))
    with pytest.raises(DrawError) as caught:
        found.sample(1, 2000)
    assert [found.columns[column] for column in caught.value.columns] == ["mill"]
    assert 0 < caught.value.count < 2000


def test_nothing_uncertain_has_no_spread() -> None:
    burden_free = inventory([process("pack", [exchange("a", "1", link={"burden_free": "scrap"})])])
    found = assessed(burden_free)
    assert found.total == 0 and found.first_order.deviation == 0
    data = outcome(found, PROFILE, seed=1, draws=1000)
    assert data["sd"] == 0 and data["histogram"]["counts"] == [1000]


def _without(data: Any, path: list[str]) -> Any:
    if len(path) == 1:
        return {key: value for key, value in data.items() if key != path[0]}
    return {**data, path[0]: _without(data[path[0]], path[1:])}


def _paths(data: Any, before: tuple[str, ...] = ()) -> list[list[str]]:
    found = []
    for key, value in data.items():
        if isinstance(value, dict):
            found += _paths(value, (*before, key))
        elif key not in ("sources", "assumptions", "published"):
            found.append([*before, key])
    return found


def _toml(data: dict[str, Any], before: str = "") -> str:
    plain = "".join(
        f"{key} = {value!r}\n" for key, value in data.items() if not isinstance(value, dict | list)
    )
    head = f"[{before}]\n" if before and plain else ""
    tables = "".join(
        _toml(value, f"{before}.{key}" if before else key)
        for key, value in data.items()
        if isinstance(value, dict)
    )
    return head + plain + tables


def test_a_profile_names_everything_that_is_wrong_with_it() -> None:
    content = (profiles.ROOT / f"{PROFILE.name}.toml").read_bytes()
    data = tomllib.loads(content.decode())
    for path in _paths(data):
        if path[:2] == ["factors", "categories"]:
            continue
        with pytest.raises(profiles.ProfileError) as caught:
            profiles.read_profile(_toml(_without(data, path)).encode(), "x.toml")
        assert any(path[-1] in problem or path[0] in problem for problem in caught.value.problems), path
    wrong = content.replace(b'missing = "3"', b'missing = "9"').replace(b'model = "1.20"', b'model = "0.5"')
    with pytest.raises(profiles.ProfileError) as caught:
        profiles.read_profile(wrong, "x.toml")
    assert len(caught.value.problems) == 2
    with pytest.raises(profiles.ProfileError):
        profiles.load("default", "1900.1")
    assert {item["parameter"] for item in PROFILE.assumptions} >= {
        "factors.tiers",
        "ratings.missing",
        "results.basic",
    }
