"""Five packs of 52 to 100 kWh, scaled by number of cells from the bills of materials of EverBatt 2023."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

import pydyf
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from carbonfoot.accounts.actor import Actor
from declarations.demo import details
from declarations.models import Pack, PackPart, Plant
from declarations.services import packs, parts
from lca.services import inventories

BILLS = settings.BASE_DIR / "lca" / "data" / "bills" / "everbatt2023.json"
# Electricity of pack assembly and of dismantling, and transport to the vehicle maker and to the recycler: invented.
ASSEMBLY_KWH = Decimal(85)
DISMANTLING_KWH = Decimal("0.09")
TO_VEHICLE_KM, TO_RECYCLER_KM = Decimal(860), Decimal(420)


@dataclass(frozen=True)
class Product:
    """A pack of the demonstration. Cycle life is invented, of the order of the requirement in GB/T 31484."""

    model: str
    code: str
    bill: str
    chemistry: str
    detail: str
    cell_format: str
    cells: int
    cycles: int
    retention: str
    cathode: str


PRODUCTS: tuple[Product, ...] = (
    Product("LFP-100A", "0DEMP1B100ALFP0000000001", "LFP", "LFP", "", "prismatic", 400, 1500, "0.82", "lfp"),
    Product(
        "NMC-90B",
        "0DEMP2B090BNMC0000000002",
        "NMC(622)",
        "NMC",
        "NMC622",
        "pouch",
        360,
        1200,
        "0.80",
        "nmc622",
    ),
    Product("LFP-78A", "0DEMP1B078ALFP0000000003", "LFP", "LFP", "", "prismatic", 312, 1500, "0.82", "lfp"),
    Product(
        "NMC-64A",
        "0DEMP2B064ANMC0000000004",
        "NMC(622)",
        "NMC",
        "NMC622",
        "pouch",
        256,
        1200,
        "0.80",
        "nmc622",
    ),
    Product("LFP-52C", "0DEMP1B052CLFP0000000005", "LFP", "LFP", "", "blade", 208, 1400, "0.81", "lfp"),
)

# Material of the bill -> (part of the bill of materials, names, module type). Several materials may make one part.
CELL_PARTS: dict[str, tuple[str, str, str, str]] = {
    "LFP": ("cathode", "磷酸铁锂正极材料", "LFP cathode material", "cathode"),
    "NMC(622)": ("cathode", "镍钴锰酸锂正极材料", "NMC622 cathode material", "cathode"),
    "Graphite": ("anode", "人造石墨负极材料", "Graphite anode material", "anode"),
    "Electrolyte: LiPF6": ("electrolyte", "电解液", "Electrolyte", "electrolyte"),
    "Electrolyte: EC": ("electrolyte", "电解液", "Electrolyte", "electrolyte"),
    "Electrolyte: DMC": ("electrolyte", "电解液", "Electrolyte", "electrolyte"),
    "Copper": ("copper", "铜箔", "Copper foil", "foil"),
    "Aluminum": ("aluminium", "铝箔与铝壳", "Aluminium foil and can", "casing"),
    "Plastic: PP": ("separator", "聚丙烯隔膜", "Polypropylene separator", "separator"),
    "Carbon black": ("carbon", "导电炭黑", "Carbon black", "other"),
    "Binder: PVDF": ("binder", "正极粘结剂 PVDF", "Cathode binder, PVDF", "other"),
    "Binder: anode": ("binder2", "负极粘结剂", "Anode binder", "other"),
    "Plastic: PE": ("pe", "聚乙烯", "Polyethylene", "other"),
    "Plastic: PET": ("pet", "聚对苯二甲酸乙二醇酯", "Polyethylene terephthalate", "other"),
    "NMP": ("nmp", "N-甲基吡咯烷酮 NMP", "N-methyl-2-pyrrolidone", "other"),
}
PACK_PARTS: dict[str, tuple[str, str, str, str]] = {
    "Aluminum": ("housing", "电池包箱体", "Pack housing", "housing"),
    "Steel": ("housing", "电池包箱体", "Pack housing", "housing"),
    "Copper": ("busbar", "铜排与线束", "Busbars and harness", "other"),
    "Electronic part": ("bms", "电池管理系统", "Battery management system", "bms"),
    "Coolant": ("thermal", "冷却液", "Coolant", "thermal"),
    "Plastic: PP": ("pp", "塑料件", "Plastic parts", "other"),
    "Insulation": ("insulation", "绝缘材料", "Insulation", "other"),
    "Iron": ("iron", "铸铁件", "Iron parts", "other"),
}
# Parts that suppliers answer for; the rest stands on background factors.
ASKED = ("cathode", "anode", "electrolyte", "housing")


@cache
def bills() -> dict[str, Any]:
    """The bills of materials."""
    found: dict[str, Any] = json.loads(BILLS.read_text("utf-8"), parse_float=Decimal, parse_int=Decimal)
    return found


def _bill(product: Product) -> dict[str, Any]:
    return next(pack for pack in bills()["packs"] if pack["chemistry"] == product.bill)


def _short(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.000001")).normalize()


def _parts(
    actor: Actor,
    pack: Pack,
    rows: list[dict[str, Any]],
    field: str,
    names: dict[str, Any],
    process: str,
    scale: Decimal,
) -> dict[str, PackPart]:
    amounts: dict[str, Decimal] = {}
    facts: dict[str, tuple[str, str, str, str, str]] = {}
    for row in rows:
        key, zh, en, kind = names[row["material"]]
        amounts[key] = amounts.get(key, Decimal(0)) + row[field] * scale
        facts.setdefault(key, (key, zh, en, kind, bills()["factor_keys"][row["material"]]))
    made = {}
    for key, zh, en, kind, factor in facts.values():
        part = parts.add_part(
            actor=actor,
            pack=pack,
            module_type=kind,
            name_zh=zh,
            name_en=en,
            amount=_short(amounts[key]),
            unit="kg",
            process=process,
        )
        if key not in ASKED:
            part = parts.use_factor(actor=actor, part=part, factor_key=factor)
        made[key] = part
    return made


def create(actor: Actor, product: Product, plant: Plant, year: int) -> tuple[Pack, dict[str, PackPart]]:
    """A registered pack with its bill of materials and own processes, and its parts by key."""
    bill = _bill(product)
    scale = Decimal(product.cells) / bill["cells_per_pack"]
    cell_mass = bill["cell"]["cell_mass_kg"] * product.cells
    mass = (bill["pack_mass_kg"] * scale).quantize(Decimal("0.0001"))
    pack = packs.create_pack(
        actor=actor,
        plants=[plant],
        year=year,
        model=product.model,
        gbt34014=product.code,
        chemistry=product.chemistry,
        chemistry_detail=product.detail,
        cell_format=product.cell_format,
        rated_energy_kwh=bill["pack_kWh"] * scale,
        usable_energy_kwh=(bill["pack_kWh"] * scale * Decimal("0.95")).quantize(Decimal("0.0001")),
        mass_kg=mass,
        warranty_years=Decimal(8),
        cycles=product.cycles,
        depth_of_discharge=Decimal(1),
        capacity_retention=Decimal(product.retention),
        test_report=f"示例检字 {year}-{product.model}",
        is_typical=True,
        typical_reason=f"{product.chemistry} 系列中销量最大的一款，同系列产品采用相同的电芯和生产线。（示例）",
    )
    # Per kg of cell in the cell process, per pack in the assembly.
    found = _parts(actor, pack, bill["cell_inputs"], "kg_per_kg_cell", CELL_PARTS, "cell", Decimal(1))
    found |= _parts(actor, pack, bill["pack_parts"], "kg_per_pack", PACK_PARTS, "pack", scale)
    cells = pack.inventory.processes.get(code="pack").exchanges.get(code="pack.cell")  # type: ignore[union-attr]
    inventories.save_exchange(
        actor=actor,
        process=cells.process,
        code=cells.code,
        kind=cells.kind,
        name_zh=cells.name_zh,
        name_en=cells.name_en,
        amount=_short(cell_mass),
        state="known",
        unit="kg",
        component="cell",
        data_kind="measured",
        primary=True,
    )
    _own_lines(actor, pack, product, bill, mass)
    nmp = next(row["kg_per_kg_cell"] for row in bill["cell_inputs"] if row["material"] == "NMP")
    details.cell_wastes(actor, pack, nmp)
    if product is PRODUCTS[0]:
        details.end_of_life(actor, pack)
    report = SimpleUploadedFile(f"{product.model}.pdf", test_report(product), "application/pdf")
    pack = packs.attach_test_report(actor=actor, pack=pack, file=report)
    return packs.register_pack(actor=actor, pack=pack), found


def test_report(product: Product) -> bytes:
    """A one-page PDF that says what it is: no test was made."""
    document = pydyf.PDF()
    lines = (
        "Demonstration. Organisations and figures are invented.",
        f"Cycle life test, GB/T 31484-2015: pack {product.model}",
        f"{product.cycles} cycles, depth of discharge 100 %, capacity retention {product.retention}",
    )
    draw = pydyf.Stream()
    draw.begin_text()
    draw.set_font_size("F1", 14)
    for number, line in enumerate(lines):
        draw.set_text_matrix(1, 0, 0, 1, 60, 760 - 24 * number)
        draw.show_text_string(line)
    draw.end_text()
    document.add_object(draw)
    font = pydyf.Dictionary({"Type": "/Font", "Subtype": "/Type1", "Name": "/F1", "BaseFont": "/Helvetica"})
    document.add_object(font)
    page = {
        "Type": "/Page",
        "Parent": document.pages.reference,
        "MediaBox": pydyf.Array([0, 0, 595, 842]),
        "Resources": pydyf.Dictionary({"Font": pydyf.Dictionary({"F1": font.reference})}),
        "Contents": draw.reference,
    }
    document.add_page(pydyf.Dictionary(page))
    target = io.BytesIO()
    document.write(target)
    return target.getvalue()


def _own_lines(actor: Actor, pack: Pack, product: Product, bill: dict[str, Any], mass: Decimal) -> None:
    energy, grid = bill["cell"]["mfg_energy_MJ_per_kg"], details.GRID
    electricity = energy * bill["cell"]["electricity_share"] / Decimal("3.6")
    lines: tuple[dict[str, Any], ...] = (
        {
            "process": "cell",
            "kind": "energy",
            "name_zh": "电芯制造用电",
            "name_en": "Electricity, cell making",
            "amount": _short(electricity * (1 - details.SOLAR_SHARE)),
            "unit": "kWh",
            "electricity": grid,
        },
        {
            "process": "cell",
            "kind": "energy",
            "name_zh": "电芯制造自发光伏电",
            "name_en": "Solar electricity of our own, cell making",
            "amount": _short(electricity * details.SOLAR_SHARE),
            "unit": "kWh",
            "electricity": details.SOLAR,
        },
        {
            "process": "cell",
            "kind": "energy",
            "name_zh": "电芯制造用天然气",
            "name_en": "Natural gas, cell making",
            "amount": _short(energy * bill["cell"]["natural_gas_share"]),
            "unit": "MJ",
            "factor_key": "fuel.ng.combustion.greet2022",
        },
        {
            "process": "pack",
            "kind": "energy",
            "name_zh": "装配用电",
            "name_en": "Electricity, pack assembly",
            "amount": ASSEMBLY_KWH,
            "unit": "kWh",
            # A certificate is spent once: on the first pack.
            "electricity": details.CERTIFIED if product is PRODUCTS[0] else grid,
        },
        {
            "process": "distribution",
            "kind": "transport",
            "name_zh": "公路运输至整车企业",
            "name_en": "Road transport to the vehicle maker",
            "amount": _short(mass * TO_VEHICLE_KM / 1000),
            "unit": "tkm",
            "factor_key": "trans.road.cn.heavy_diesel.cpcd",
            "data_kind": "calculated",
        },
        {
            "process": "recycling",
            "kind": "transport",
            "name_zh": "公路运输至回收企业",
            "name_en": "Road transport to the recycler",
            "amount": _short(mass * TO_RECYCLER_KM / 1000),
            "unit": "tkm",
            "factor_key": "trans.road.cn.heavy_diesel.cpcd",
            "data_kind": "estimated",
        },
        {
            "process": "recycling",
            "kind": "energy",
            "name_zh": "拆解用电",
            "name_en": "Electricity, dismantling",
            "amount": _short(mass * DISMANTLING_KWH),
            "unit": "kWh",
            "electricity": grid,
            "data_kind": "estimated",
        },
    )
    for line in lines:
        parts.add_own_line(actor=actor, pack=pack, **line)
