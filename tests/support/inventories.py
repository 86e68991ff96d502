"""Inventories that can be calculated, built through the services."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from carbonfoot.accounts.actor import Actor
from carbonfoot.jobs.services import run_job
from lca.models import Calculation, Inventory
from lca.services import calculations, inventories

PACK_PRODUCT = {
    "chemistry": "LFP",
    "rated_energy_kwh": "100",
    "usable_energy_kwh": "92",
    "mass_kg": "600",
    "cycle_life": {
        "cycles": "1500",
        "depth_of_discharge": "1",
        "capacity_retention": "0.8",
        "test_report": "TR-示例-1",
        "standard": "GB/T 31484-2015",
    },
    "vehicle_category": "M1",
    "warranty_years": "8",
}


def module_inventory(actor: Actor, **changes: Any) -> Inventory:
    """A supplier's cathode module: one unit process, 1,000 kg a year, a material and electricity."""
    inventory = inventories.create_inventory(
        actor=actor,
        kind="module",
        name_zh="示例正极材料",
        name_en="Example cathode material",
        period_from=dt.date(2025, 1, 1),
        period_to=dt.date(2025, 12, 31),
        product={"module_type": "cathode"},
        reference_process="cathode",
        reference_product="cathode",
        reference_unit="kg",
        **changes,
    )
    process = inventories.add_process(
        actor=actor,
        inventory=inventory,
        code="cathode",
        name_zh="正极烧结",
        name_en="Cathode calcination",
        stage="manufacturing",
        group="cathode",
        products=[{"id": "cathode", "amount": "1000", "unit": "kg"}],
    )
    inventories.save_exchange(
        actor=actor,
        process=process,
        code="cathode.m1",
        kind="material",
        name_zh="碳酸锂",
        name_en="Lithium carbonate",
        amount=Decimal("250.5"),
        unit="kg",
        data_kind="measured",
        primary=True,
        component="cathode",
        factor_key="cam.lfp.greet2022",
        provenance={"kind": "upload", "file": "示例.xlsx", "sheet": "材料", "cell": "F12", "upload": "u-1"},
    )
    inventories.save_exchange(
        actor=actor,
        process=process,
        code="cathode.e1",
        kind="energy",
        name_zh="外购电力",
        name_en="Purchased electricity",
        amount=Decimal("5200"),
        unit="kWh",
        data_kind="measured",
        primary=True,
        factor_key="elec.cn.footprint.2024",
        electricity={"supply": "grid", "region": "CN-32"},
    )
    return inventory


def pack_inventory(actor: Actor, **changes: Any) -> Inventory:
    """A pack of 100 kWh: cell, pack and distribution; one line of each kind that pages show."""
    inventory = inventories.create_inventory(
        actor=actor,
        kind="battery_pack",
        name_zh="示例电池包 LFP-100",
        name_en="Example pack LFP-100",
        period_from=dt.date(2025, 1, 1),
        period_to=dt.date(2025, 12, 31),
        product=PACK_PRODUCT,
        reference_process="pack",
        reference_product="pack",
        **changes,
    )
    pack = inventories.add_process(
        actor=actor,
        inventory=inventory,
        code="pack",
        name_zh="电池包装配",
        name_en="Pack assembly",
        group="pack",
        products=[{"id": "pack", "amount": "500", "unit": "piece", "mass_kg": "300000"}],
    )
    cell = inventories.add_process(
        actor=actor,
        inventory=inventory,
        code="cell",
        name_zh="电芯制造",
        name_en="Cell manufacture",
        group="cell",
        products=[{"id": "cell", "amount": "50000", "unit": "kWh"}],
    )
    way = inventories.add_process(
        actor=actor,
        inventory=inventory,
        code="distribution",
        name_zh="成品运输",
        name_en="Delivery",
        stage="distribution",
        group="distribution",
        products=[{"id": "delivery", "amount": "500", "unit": "piece"}],
    )
    lines: list[dict[str, Any]] = [
        {"process": cell, "code": "cell.m1", "kind": "material", "name_zh": "磷酸铁锂正极", "name_en": "LFP cathode",
         "amount": Decimal("105000"), "unit": "kg", "factor_key": "cam.lfp.greet2022", "component": "cathode"},
        {"process": cell, "code": "cell.m2", "kind": "material", "name_zh": "石墨负极", "name_en": "Graphite anode",
         "amount": Decimal("55"), "unit": "t", "factor_key": "anode.graphite.greet2022", "component": "anode"},
        {"process": cell, "code": "cell.e1", "kind": "energy", "name_zh": "外购电力",
         "name_en": "Purchased electricity",
         "amount": Decimal("1642000"), "unit": "kWh", "factor_key": "elec.cn.footprint.2024", "primary": True,
         "data_kind": "measured", "electricity": {"supply": "grid", "region": "CN-32"},
         "provenance": {"kind": "upload", "file": "示例_自有过程.xlsx",
                        "sheet": "能源", "cell": "F14", "upload": "u-2"}},
        {"process": cell, "code": "cell.d1", "kind": "emission", "name_zh": "制冷剂泄漏",
         "name_en": "Refrigerant leak",
         "amount": Decimal("0"), "unit": "kg", "gas": "HFC-134a"},
        {"process": pack, "code": "pack.c1", "kind": "module", "name_zh": "电芯", "name_en": "Cells",
         "amount": Decimal("50000"), "unit": "kWh", "process_code": "cell", "product": "cell"},
        {"process": pack, "code": "pack.t1", "kind": "module", "name_zh": "成品运输",

         "name_en": "Delivery", "amount": Decimal("500"), "unit": "piece",
         "process_code": "distribution", "product": "delivery"},
        {"process": pack, "code": "pack.e1", "kind": "energy", "name_zh": "装配用电",
         "name_en": "Assembly electricity",
         "amount": Decimal("60000"), "unit": "kWh", "factor_key": "elec.cn.footprint.2024",
         "electricity": {"supply": "grid", "region": "CN-32"}},
        {"process": pack, "code": "pack.w1", "kind": "waste", "name_zh": "包装废料", "name_en": "Packaging waste",
         "amount": None, "state": "not_applicable", "unit": "kg"},
        {"process": way, "code": "distribution.t1", "kind": "transport", "name_zh": "公路运输",
         "name_en": "Road freight",
         "amount": Decimal("150000"), "unit": "tkm", "factor_key": "trans.road.cn.heavy_diesel.cpcd"},
    ]  # fmt: skip
    for line in lines:
        inventories.save_exchange(actor=actor, **line)
    inventory.refresh_from_db()
    return inventory


def calculated(actor: Actor, inventory: Inventory, rulesets: list[str] | None = None) -> list[Calculation]:
    """Ask for calculations and run their job at once; the finished rows."""
    rows = calculations.request_calculation(actor=actor, inventory=inventory, ruleset_ids=rulesets)
    for job in {row.job_id for row in rows if row.job_id}:
        run_job(job)
    return [Calculation.objects.get(pk=row.pk) for row in rows]
