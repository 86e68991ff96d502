"""Units: spellings, exact ratios, refusals."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lca.engine.units import (
    UNITS,
    UnitError,
    canonical_unit,
    compatible,
    convert,
    dimension,
    ratio,
    split_factor_unit,
)


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        ("kWh", "MJ", "3.6"),
        ("度", "MJ", "3.6"),
        ("t", "kg", "1000"),
        ("吨", "g", "1000000"),
        ("GJ", "MJ", "1000"),
        ("m3", "L", "1000"),
        ("tkm", "kgkm", "1000"),
        ("US gal", "L", "3.785411784"),
        ("个", "piece", "1"),
    ],
)
def test_ratio_is_exact(source: str, target: str, expected: str) -> None:
    assert ratio(source, target) == Decimal(expected)


@pytest.mark.parametrize(("source", "target"), [("kg", "kWh"), ("piece", "kg"), ("m2", "m3"), ("kg", "tkm")])
def test_units_of_different_dimension_do_not_convert(source: str, target: str) -> None:
    assert not compatible(source, target)
    with pytest.raises(UnitError, match=r"does not convert"):
        ratio(source, target)


def test_unknown_unit_is_an_error_and_compatible_with_nothing() -> None:
    with pytest.raises(UnitError, match="斤"):
        canonical_unit("斤")
    assert not compatible("斤", "kg")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("kg CO2e/kWh", ("kg CO2e", "kWh")), ("kg CO2/MJ", ("kg CO2", "MJ")), ("kg CO2e/m2", ("kg CO2e", "m2"))],
)
def test_factor_units_split(text: str, expected: tuple[str, str]) -> None:
    assert split_factor_unit(text) == expected


@pytest.mark.parametrize("text", ["kg/kg battery", "-", "MJ/kWh cell", "kg CO2e", "kg CO2e/furlong"])
def test_what_is_no_emission_factor_is_refused(text: str) -> None:
    with pytest.raises(UnitError):
        split_factor_unit(text)


@given(st.sampled_from(sorted(UNITS)), st.sampled_from(sorted(UNITS)), st.decimals("-1e9", "1e9", places=6))
def test_conversion_there_and_back_keeps_the_amount(source: str, target: str, amount: Decimal) -> None:
    if not compatible(source, target):
        assert dimension(source) != dimension(target)
        return
    back = convert(convert(amount, source, target), target, source)
    assert abs(back - amount) <= abs(amount) * Decimal("1e-20")
