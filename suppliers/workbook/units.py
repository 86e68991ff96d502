"""Units that a workbook takes, with the words people write for them.

Amounts of people are exact decimals, so the conversions here are exact decimals too; a test holds
them against the engine's registry. `lca.engine.units` stays the one that calculates.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from .text import Text, fold

MASS, ENERGY, VOLUME, AREA, LENGTH, COUNT = "mass", "energy", "volume", "area", "length", "count"

DIMENSIONS: dict[str, Text] = {
    MASS: Text("质量", "mass"),
    ENERGY: Text("能量", "energy"),
    VOLUME: Text("体积", "volume"),
    AREA: Text("面积", "area"),
    LENGTH: Text("长度", "length"),
    COUNT: Text("件数", "count"),
}


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: its symbol, dimension and how many base units (kg, MJ, m3, m2, m, piece) it holds."""

    symbol: str
    dimension: str
    factor: Decimal
    words: tuple[str, ...] = ()


UNITS: tuple[Unit, ...] = (
    Unit("kg", MASS, Decimal("1"), ("千克", "公斤", "kgs", "kilogram", "kilograms", "kilo")),
    Unit("t", MASS, Decimal("1000"), ("吨", "公吨", "ton", "tons", "tonne", "tonnes", "mt")),
    Unit("g", MASS, Decimal("0.001"), ("克", "gram", "grams")),
    Unit("mg", MASS, Decimal("0.000001"), ("毫克", "milligram")),
    Unit("kWh", ENERGY, Decimal("3.6"), ("千瓦时", "度", "千瓦小时", "kw·h", "kw.h", "kw-h", "kwhs")),
    Unit("MWh", ENERGY, Decimal("3600"), ("兆瓦时", "千度", "mw·h", "mw.h")),
    Unit("10^4 kWh", ENERGY, Decimal("36000"), ("万千瓦时", "万度", "万kwh", "10000kwh", "10⁴kwh")),
    Unit("GWh", ENERGY, Decimal("3600000"), ("吉瓦时", "百万度", "gw·h")),
    Unit("MJ", ENERGY, Decimal("1"), ("兆焦", "兆焦耳", "megajoule")),
    Unit("GJ", ENERGY, Decimal("1000"), ("吉焦", "吉焦耳", "百万千焦", "gigajoule")),
    Unit(
        "m3",
        VOLUME,
        Decimal("1"),
        ("m³", "立方米", "立方", "方", "nm3", "nm³", "标方", "标立方米", "标准立方米"),
    ),
    Unit("10^4 m3", VOLUME, Decimal("10000"), ("万立方米", "万方", "万m3", "万m³", "万标方", "万nm3")),
    Unit("L", VOLUME, Decimal("0.001"), ("升", "公升", "litre", "liter", "litres", "liters")),
    Unit("m2", AREA, Decimal("1"), ("m²", "㎡", "平方米", "平米", "sqm")),
    Unit("m", LENGTH, Decimal("1"), ("米", "metre", "meter", "metres", "meters")),
    Unit("km", LENGTH, Decimal("1000"), ("千米", "公里", "kilometre", "kilometer")),
    Unit(
        "piece",
        COUNT,
        Decimal("1"),
        ("件", "个", "只", "块", "套", "片", "支", "台", "pcs", "pc", "pieces", "unit", "set", "ea"),
    ),
)

BY_SYMBOL: dict[str, Unit] = {unit.symbol: unit for unit in UNITS}
_BY_WORD: dict[str, Unit] = {}
for _unit in UNITS:
    for _word in (_unit.symbol, *_unit.words):
        _BY_WORD.setdefault(fold(_word), _unit)

# One letter apart in meaning, not in value: folding case would make "Mg" (1000 kg) read as "mg".
_BY_EXACT: dict[str, Unit] = {"Mg": BY_SYMBOL["t"]}

# Units that people write and no table takes, with what one of them is exactly. They are offered, never converted in
# silence: whoever wrote "cal" may have meant another calorie. Coal equivalent as in GB/T 2589: 29,307.6 kJ per kg.
CONVERSIONS: dict[str, tuple[str, Decimal]] = {
    fold(word): (symbol, Decimal(factor))
    for words, symbol, factor in (
        (("斤", "市斤"), "kg", "0.5"),
        (("两", "市两"), "kg", "0.05"),
        (("lb", "lbs", "pound", "pounds", "磅"), "kg", "0.45359237"),
        (("oz", "ounce", "盎司"), "kg", "0.028349523125"),
        (("万吨", "10^4 t"), "t", "10000"),
        (("kt", "千吨"), "t", "1000"),
        (("kJ", "千焦"), "MJ", "0.001"),
        (("J", "焦", "焦耳"), "MJ", "0.000001"),
        (("TJ", "太焦"), "GJ", "1000"),
        (("Wh", "瓦时"), "kWh", "0.001"),
        (("kcal", "千卡", "大卡"), "MJ", "0.0041868"),
        (("Mcal", "兆卡"), "MJ", "4.1868"),
        (("kgce", "千克标煤", "公斤标煤", "千克标准煤"), "MJ", "29.3076"),
        (("tce", "吨标煤", "吨标准煤"), "GJ", "29.3076"),
        (("mL", "ml", "毫升"), "L", "0.001"),
        (("gal", "gallon", "加仑"), "L", "3.785411784"),
        (("ft", "英尺"), "m", "0.3048"),
        (("cm", "厘米"), "m", "0.01"),
        (("mm", "毫米"), "m", "0.001"),
        (("万件", "万个", "万只", "万套"), "piece", "10000"),
        (("对", "双", "pair"), "piece", "2"),
        (("打", "dozen"), "piece", "12"),
    )
    for word in words
}


def convertible(text: str, dimensions: tuple[str, ...]) -> tuple[Unit, Decimal] | None:
    """Return the unit to convert into and how many of it one of `text` is; None where nothing is known or fits."""
    known = CONVERSIONS.get(fold(text))
    unit = BY_SYMBOL[known[0]] if known else None
    return (unit, known[1]) if known and unit is not None and unit.dimension in dimensions else None


# "t/年" and "kWh per year": the header already says that the table holds a year's totals.
_PER_YEAR = re.compile(r"(?:[/每]|per)(?:年|a|yr|year|annum|y)$")


@lru_cache(maxsize=5_000)
def find_unit(text: str) -> Unit | None:
    """Return the unit that a cell names, or None; drop-down entries such as "kg 千克" are read too."""
    stripped = text.strip()
    if stripped in _BY_EXACT:
        return _BY_EXACT[stripped]
    folded = fold(stripped)
    if folded in _BY_WORD:
        return _BY_WORD[folded]
    parts = stripped.split()
    if len(parts) == 2:
        first, second = (_BY_WORD.get(fold(part)) for part in parts)
        if first is not None and first is second:
            return first
    return None


def without_year(text: str) -> Unit | None:
    """Return the unit hidden in a yearly rate such as "t/年", or None."""
    folded = fold(text)
    cut = _PER_YEAR.sub("", folded)
    return _BY_WORD.get(cut) if cut != folded else None


def of_dimensions(dimensions: tuple[str, ...]) -> tuple[Unit, ...]:
    """Return all units of the given dimensions in the order of the list."""
    return tuple(unit for unit in UNITS if unit.dimension in dimensions)


def to_base(amount: Decimal, unit: Unit) -> Decimal:
    """Return the amount in the dimension's base unit, exactly."""
    return amount * unit.factor
