"""Units of amounts: one pint registry, the spellings that people use, and conversion ratios.

Ratios are exact decimals where they terminate (1 kWh = 3.6 MJ); anything that does not convert is an error for the
caller to place.
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

import pint

REGISTRY: pint.UnitRegistry[Decimal] = pint.UnitRegistry(
    non_int_type=Decimal, autoconvert_offset_to_baseunit=False
)
REGISTRY.define("piece = [piece]")

# Canonical code -> pint expression. The codes are what documents store and pages show.
UNITS: dict[str, str] = {
    "piece": "piece",
    "kg": "kilogram",
    "g": "gram",
    "mg": "milligram",
    "t": "metric_ton",
    "kWh": "kilowatt_hour",
    "MWh": "megawatt_hour",
    "GWh": "gigawatt_hour",
    "Wh": "watt_hour",
    "J": "joule",
    "kJ": "kilojoule",
    "MJ": "megajoule",
    "GJ": "gigajoule",
    "TJ": "terajoule",
    "m": "meter",
    "cm": "centimeter",
    "mm": "millimeter",
    "km": "kilometer",
    "m2": "meter ** 2",
    "m3": "meter ** 3",
    "L": "liter",
    "mL": "milliliter",
    "US gal": "gallon",
    "tkm": "metric_ton * kilometer",
    "kgkm": "kilogram * kilometer",
    "h": "hour",
}

_SPELLINGS: dict[str, str] = {
    **{code: code for code in UNITS},
    **dict.fromkeys(
        ("pc", "pcs", "pieces", "unit", "item", "个", "件", "台", "套", "只", "块", "包", "支"), "piece"
    ),
    **dict.fromkeys(("KG", "Kg", "kgs", "千克", "公斤"), "kg"),
    **dict.fromkeys(("克",), "g"),
    **dict.fromkeys(("毫克",), "mg"),
    **dict.fromkeys(("T", "ton", "tonne", "tonnes", "吨", "公吨"), "t"),
    **dict.fromkeys(("kwh", "KWH", "Kwh", "kW·h", "kW.h", "千瓦时", "度"), "kWh"),
    **dict.fromkeys(("MW·h", "兆瓦时"), "MWh"),
    **dict.fromkeys(("GW·h", "吉瓦时"), "GWh"),
    **dict.fromkeys(("W·h", "瓦时"), "Wh"),
    **dict.fromkeys(("兆焦", "兆焦耳"), "MJ"),
    **dict.fromkeys(("吉焦", "吉焦耳", "百万千焦"), "GJ"),
    **dict.fromkeys(("千焦",), "kJ"),
    **dict.fromkeys(("太焦",), "TJ"),
    **dict.fromkeys(("焦耳", "焦"), "J"),
    **dict.fromkeys(("米",), "m"),
    **dict.fromkeys(("厘米",), "cm"),
    **dict.fromkeys(("毫米",), "mm"),
    **dict.fromkeys(("公里", "千米"), "km"),
    **dict.fromkeys(("m²", "m^2", "㎡", "平方米"), "m2"),
    **dict.fromkeys(("m³", "m^3", "㎥", "Nm3", "Nm³", "立方米", "标准立方米"), "m3"),
    **dict.fromkeys(("l", "升", "liter", "litre"), "L"),
    **dict.fromkeys(("ml", "毫升"), "mL"),
    **dict.fromkeys(("t·km", "t*km", "t.km", "t km", "吨公里", "吨·公里"), "tkm"),
    **dict.fromkeys(("kg·km", "kg*km", "千克公里"), "kgkm"),
    **dict.fromkeys(("hour", "小时"), "h"),
}

DIMENSION_NAMES: dict[str, str] = {
    "kg": "mass",
    "kWh": "energy",
    "piece": "piece",
    "m": "length",
    "m2": "area",
    "m3": "volume",
    "tkm": "transport",
    "h": "time",
}


class UnitError(ValueError):
    """A unit that is not known, or two units that do not convert into each other."""


@lru_cache(maxsize=1024)
def canonical_unit(text: str) -> str:
    """Return the canonical code of a unit as people write it ("千瓦时" -> "kWh"). Errors: UnitError if unknown."""
    try:
        return _SPELLINGS[text.strip()]
    except KeyError:
        raise UnitError(f"unknown unit: {text}") from None


@lru_cache(maxsize=1024)
def dimension(code: str) -> str:
    """Return mass, energy, piece, length, area, volume, transport or time for a unit. Errors: UnitError if unknown."""
    for base, name in DIMENSION_NAMES.items():
        if compatible(code, base):
            return name
    raise UnitError(f"unknown unit: {code}")


@lru_cache(maxsize=4096)
def ratio(source: str, target: str) -> Decimal:
    """Return how many `target` one `source` is: ratio("kWh", "MJ") == Decimal("3.6").

    Errors: UnitError if a unit is unknown or the two have different dimensions.
    """
    first, second = canonical_unit(source), canonical_unit(target)
    if first == second:
        return Decimal(1)
    quantity = REGISTRY.Quantity(Decimal(1), UNITS[first])
    try:
        return Decimal(str(quantity.to(UNITS[second]).magnitude)).normalize()
    except pint.DimensionalityError:
        raise UnitError(f"{source} does not convert to {target}") from None


def compatible(source: str, target: str) -> bool:
    """Say whether `source` converts to `target`; an unknown unit is compatible with nothing."""
    try:
        ratio(source, target)
    except UnitError:
        return False
    return True


def convert(value: Decimal, source: str, target: str) -> Decimal:
    """Return `value` in `source` expressed in `target`. Errors: UnitError as in `ratio`."""
    return value * ratio(source, target)


def split_factor_unit(text: str) -> tuple[str, str]:
    """Split a factor's unit: "kg CO2e/kWh" -> ("kg CO2e", "kWh"). Errors: UnitError if it is no emission factor."""
    numerator, slash, denominator = text.partition("/")
    gas = numerator.strip()
    if not slash or gas not in ("kg CO2e", "kg CO2"):
        raise UnitError(f"not an emission factor: {text}")
    return gas, canonical_unit(denominator)
