"""Units that no table takes are offered in one that it does, with the amount; slips of 1000 with what would fit."""

from __future__ import annotations

from decimal import Decimal

import pytest

from lca.engine.units import convert
from suppliers.workbook.units import BY_SYMBOL, CONVERSIONS, convertible, find_unit

from .filling import expectation_for, good_book, put


@pytest.mark.parametrize(
    ("table", "row", "unit", "amount", "offer", "said"),
    [
        ("materials", 1, "斤", 10416000, "kg", "5208000 kg"),
        ("materials", 1, "lbs", 1000000, "kg", "453592.37 kg"),
        ("energy", 2, "吨标准煤", 12.5, "GJ", "366.345 GJ"),
        ("energy", 2, "大卡", 1000000, "MJ", "4186.8 MJ"),
    ],
)
def test_a_conversion_is_offered_with_the_amount(table, row, unit, amount, offer, said, tmp_path, look):
    book = good_book("electrolyte")
    put(book, table, row, "unit", unit)
    put(book, table, row, "amount", amount)
    book.save(tmp_path / "upload.xlsx")
    (found,) = [
        f for f in look(tmp_path / "upload.xlsx", expectation_for("electrolyte")) if f.code == "WB-204"
    ]
    assert found.offer == (offer,)
    assert said in found.mend("zh") and said in found.mend("en")


def test_a_unit_of_another_dimension_is_not_offered():
    assert convertible("斤", ("energy",)) is None
    assert convertible("桶", ("mass",)) is None


def test_conversions_agree_with_the_engine_and_name_no_known_unit():
    for word, (symbol, factor) in CONVERSIONS.items():
        assert find_unit(word) is None and symbol in BY_SYMBOL and factor > 0
    for word, symbol in (("kj", "MJ"), ("cm", "m"), ("ml", "L"), ("wh", "kWh"), ("tj", "GJ")):
        code = {"kj": "kJ", "ml": "mL", "wh": "Wh", "tj": "TJ"}.get(word, word)
        assert convert(Decimal(1), code, symbol) == CONVERSIONS[word][1]


@pytest.mark.parametrize(
    ("edits", "code", "offer"),
    [
        ([("energy", 1, "unit", "MWh")], "WB-401", "1860"),
        ([("materials", 3, "unit", "t")], "WB-403", "1736"),
        ([("transport", 1, "unit", "kg")], "WB-404", "5208000"),
    ],
)
def test_a_slip_of_a_thousand_offers_what_fits(edits, code, offer, tmp_path, look):
    book = good_book("electrolyte")
    for edit in edits:
        put(book, *edit)
    book.save(tmp_path / "upload.xlsx")
    found = {f.code: f for f in look(tmp_path / "upload.xlsx", expectation_for("electrolyte"))}
    assert found[code].offer == (offer,)
