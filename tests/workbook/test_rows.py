"""From accepted rows to an inventory document that the engine takes."""

from __future__ import annotations

from decimal import Decimal

import pytest

from lca.data import load_release
from lca.engine import parse_inventory
from suppliers.workbook import Inspection, inspect_upload
from suppliers.workbook.schema_tables import EMISSIONS
from suppliers.workbook.typical import ELECTRICITY_PER_KG

from .cases import CERTIFICATE
from .filling import MODULE_TYPES, expectation_for, good_book, put, verified_book


def _inspect(tmp_path, book, module_type="electrolyte") -> Inspection:
    path = tmp_path / "upload.xlsx"
    book.save(path)
    return inspect_upload(path, path.name, expectation_for(module_type))


@pytest.mark.parametrize("module_type", MODULE_TYPES)
def test_engine_takes_the_document_of_every_module_type(tmp_path, module_type):
    result = _inspect(tmp_path, good_book(module_type), module_type)
    assert result.ok
    inventory = parse_inventory(result.inventory(upload="U-1"))
    assert len(inventory.processes) == 1
    process = inventory.processes[0]
    assert len(process.exchanges) == sum(
        len(rows) for key, rows in result.tables.items() if key != "production"
    )
    assert all(exchange.provenance["upload"] == "U-1" for exchange in process.exchanges)


def test_each_amount_names_its_cell(tmp_path):
    result = _inspect(tmp_path, good_book("electrolyte"))
    exchanges = result.inventory(upload="U-1")["processes"][0]["exchanges"]
    first = exchanges[0]
    assert first["amount"] == "5208000" and first["unit"] == "kg" and first["kind"] == "material"
    assert first["provenance"] == {
        "kind": "upload", "upload": "U-1", "file": "upload.xlsx", "sheet": "物料 Materials", "cell": "C6", "note": "",
    }  # fmt: skip


def test_known_factors_are_linked_and_others_are_left_to_choose(tmp_path):
    book = good_book("electrolyte")
    put(book, "materials", 1, "factor", "elyte.ec.greet2022")
    put(book, "materials", 2, "factor", "国内平均")
    release = {key: {"unit": factor.unit} for key, factor in load_release().factors.items()}
    exchanges = _inspect(tmp_path, book).inventory(factors=release)["processes"][0]["exchanges"]
    assert exchanges[0]["link"] == {"factor": "elyte.ec.greet2022"}
    assert exchanges[1]["link"] is None


def test_electricity_transport_and_unknown_amounts(tmp_path):
    book = good_book("electrolyte")
    put(book, "energy", 1, "supply", "绿证电力")
    put(book, "energy", 1, "generation", "风电")
    put(book, "energy", 1, "certificates", CERTIFICATE)
    put(book, "energy", 2, "unit", "10^4 m3")
    put(book, "transport", 1, "amount", "未知")
    put(book, "materials", 4, "amount", "不适用")
    exchanges = _inspect(tmp_path, book).inventory()["processes"][0]["exchanges"]
    by_id = {exchange["id"]: exchange for exchange in exchanges}
    power = by_id["module.energy.6"]["electricity"]
    assert power == {
        "supply": "certificate",
        "generation": "wind",
        "region": "CN-32",
        "certificates": [CERTIFICATE],
    }
    assert (by_id["module.energy.7"]["amount"], by_id["module.energy.7"]["unit"]) == ("1250005000", "m3")
    assert by_id["module.transport.6"]["amount"] is None and by_id["module.transport.6"]["state"] == "unknown"
    assert "module.materials.9" not in by_id


def test_transport_becomes_tonne_kilometres(tmp_path):
    exchanges = _inspect(tmp_path, good_book("electrolyte")).inventory()["processes"][0]["exchanges"]
    transport = next(exchange for exchange in exchanges if exchange["kind"] == "transport")
    assert Decimal(transport["amount"]) == Decimal("5208") * 350 and transport["unit"] == "tkm"
    assert transport["transport"] == {"mass_kg": "5208000", "distance_km": "350"}


def test_a_piece_with_its_mass_is_linked_by_mass(tmp_path):
    book = good_book("electrolyte")
    put(book, "materials", 4, "mass_kg", 744000)
    put(book, "materials", 4, "factor", "plastic.pe.greet2022")
    factors = {"plastic.pe.greet2022": {"unit": "kg CO2e/kg"}}
    exchange = _inspect(tmp_path, book).inventory(factors=factors)["processes"][0]["exchanges"][3]
    assert (exchange["amount"], exchange["unit"]) == ("744000", "kg")
    assert exchange["provenance"]["cell"] == "E9"


def test_co_products_and_direct_emissions(tmp_path):
    book = good_book("electrolyte")
    row = {"kind": "联产品", "name": "副产溶剂", "amount": 100, "unit": "t", "data_kind": "实测"}
    for key, value in row.items():
        put(book, "production", 2, key, value)
    put(book, "production", 1, "allocation", "按质量")
    put(book, "cover", 0, "emissions_answer", "有数据")
    for key, value in {
        "gas": "HFC-134a",
        "source": "制冷机组",
        "amount": 3.2,
        "unit": "kg",
        "data_kind": "估算",
    }.items():
        put(book, "emissions", 1, key, value)
    result = _inspect(tmp_path, book)
    assert result.ok, [finding.code for finding in result.findings]
    inventory = parse_inventory(result.inventory())
    process = inventory.processes[0]
    assert [product.id for product in process.products] == ["module", "module.p2"]
    assert process.allocation_method == "mass"
    emission = next(exchange for exchange in process.exchanges if exchange.kind == "emission")
    assert emission.link.kind == "gas" and emission.link.target == "HFC-134a"


def test_every_gas_of_the_list_is_known_to_the_engine():
    from lca.engine.gases import warming_potential

    release = load_release()
    for choice in EMISSIONS.column("gas").choices:
        assert warming_potential(choice.key, "ar6", release, Decimal(0)) is not None


def test_verified_footprint_gives_results_directly(tmp_path):
    result = _inspect(tmp_path, verified_book())
    assert result.ok and result.level == "verified"
    figures = result.verified_result()
    assert figures["stages"] == {
        "materials": "2.873", "manufacturing": "0.515", "distribution": "0.062", "recycling": "0",
    }  # fmt: skip
    assert figures["total"] == "3.45" and figures["declared_unit"] == "kg"
    assert figures["primary_share"] == "58" and figures["verified_on"] == "2026-03-18"


def test_inspection_survives_storage(tmp_path):
    result = _inspect(tmp_path, good_book("cell"), "cell")
    assert Inspection.from_dict(result.to_dict()) == result


def test_every_module_type_but_other_has_a_usual_band():
    from suppliers.workbook.choices import MODULE_TYPES as ALL

    assert {choice.key for choice in ALL} - set(ELECTRICITY_PER_KG) == {"other"}


@pytest.mark.parametrize(
    ("amount", "offer"),
    [
        ("0.0123456789012345", ("0.012345678901234",)),
        ("1E-20", ()),
        ("3E+15", ()),
        (1 / 81, ("0.012345679012346",)),
    ],
)
def test_more_digits_than_an_inventory_keeps_are_found_and_the_rounded_number_offered(
    tmp_path, amount, offer
):
    book = good_book("electrolyte")
    put(book, "wastes", 1, "amount", amount)
    (found,) = [f for f in _inspect(tmp_path, book).findings if f.code == "WB-221"]
    assert (found.severity, found.offer) == ("error", offer)


@pytest.mark.parametrize(
    ("amount", "distance", "worked_out"),
    [
        ("0.000000000000007", "0.5", "4E-15"),
        ("999999999999999", "200000", "199999999999999800000"),
    ],
)
def test_tonne_kilometres_fit_an_inventory(tmp_path, amount, distance, worked_out):
    book = good_book("electrolyte")
    put(book, "transport", 1, "amount", amount)
    put(book, "transport", 1, "distance_km", distance)
    result = _inspect(tmp_path, book)
    assert "WB-221" not in {finding.code for finding in result.findings}
    lines = result.inventory()["processes"][0]["exchanges"]
    (made,) = [line["amount"] for line in lines if line["kind"] == "transport"]
    assert Decimal(made) == Decimal(worked_out)
