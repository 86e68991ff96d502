"""Green certificates: the form of a number, what it stands for, and what a line without enough of them counts as."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lca import rulesets
from lca.data import load_release
from lca.engine import Ledger, calculate, parse_inventory
from lca.engine.certificates import KWH_PER_CERTIFICATE, has_form, parts, spent, spread
from tests.engine.documents import exchange, inventory, process


def number(n: int) -> str:
    """A certificate number of one project."""
    return f"{'12345678901234567'}{n:015d}"


def run(kwh: str, count: int, rules: str) -> Ledger:
    line = exchange(
        "power",
        kwh,
        "kWh",
        kind="energy",
        electricity={
            "supply": "certificate",
            "generation": "wind",
            "region": "CN-32",
            "certificates": [number(n) for n in range(count)],
        },
    )
    document = inventory([process("pack", [line])])
    return calculate(parse_inventory(document), rulesets.load(rules), load_release())


def factor(key: str) -> float:
    found = load_release().get(key)
    assert found is not None
    return float(found.value)


@pytest.mark.parametrize(
    ("text", "right"),
    [(number(1), True), (number(1)[:-1], False), (number(1) + "0", False), ("１" * 32, False), ("", False)],
)
def test_a_number_has_32_digits(text: str, right: bool) -> None:
    assert has_form(text) is right


def test_a_number_names_project_and_electricity() -> None:
    assert parts(number(7)) == ("12345678901234567", "000000000000007")
    with pytest.raises(ValueError, match="12"):
        parts("12")


@pytest.mark.parametrize(
    ("kwh", "count", "share"), [("2000", 2, 1.0), ("2000", 1, 0.5), ("4000", 1, 0.25), ("10", 3, 1.0)]
)
def test_only_what_certificates_cover_is_recognised(kwh: str, count: int, share: float) -> None:
    green = factor("elec.cn.gen.wind.2024") + factor("elec.cn.td.incl_loss.2024")
    grid = factor("elec.cn.footprint.2024")
    expected = float(kwh) * (share * green + (1 - share) * grid)
    recognised = run(kwh, count, "iso-14067-gate")
    assert recognised.total == pytest.approx(expected)
    # Where certificates are not recognised the contract-based figure is limited in the same way.
    other = run(kwh, count, "cn-miit-551")
    assert other.total == pytest.approx(float(kwh) * grid)
    assert other.electricity["contract_based"]["total"] == pytest.approx(expected)


def test_what_is_not_covered_is_named() -> None:
    found = [
        item
        for item in run("4500.5", 2, "cn-miit-551").warnings
        if item.code == "electricity.certificate_short"
    ]
    assert [item.value for item in found] == ["2500.5"]
    assert "2500.5 kWh short" in found[0].message("en") and "差 2500.5 kWh" in found[0].message("zh")
    assert not [
        item
        for item in run("2000", 2, "cn-miit-551").warnings
        if item.code == "electricity.certificate_short"
    ]


@given(st.decimals("0", "9999", places=2), st.integers(1, 12))
def test_certificates_cover_no_more_than_the_line_and_no_more_than_they_stand_for(
    need: Decimal, count: int
) -> None:
    covered = spread(need, [number(n) for n in range(count)])
    assert len(covered) == count
    assert all(0 <= kwh <= KWH_PER_CERTIFICATE for kwh in covered.values())
    assert sum(covered.values()) == min(need, KWH_PER_CERTIFICATE * count)


def test_a_document_spends_every_number_once_and_in_kwh() -> None:
    def line(identifier: str, amount: Any, unit: str, *numbers: int) -> dict[str, Any]:
        return exchange(identifier, amount, unit, electricity={"certificates": [number(n) for n in numbers]})

    document = {
        "processes": [
            process("a", [line("one", "1.5", "MWh", 2, 1), line("gone", None, "kWh", 3)]),
            process("b", [line("odd", "5", "kg", 4)]),
        ]
    }
    found = {(item.number, item.process, item.line): item.kwh for item in spent(document)}
    assert found == {
        (number(1), "a", "one"): Decimal(1000),
        (number(2), "a", "one"): Decimal(500),
        (number(3), "a", "gone"): Decimal(0),
        (number(4), "b", "odd"): Decimal(0),
    }
    assert spent({}) == []
