"""What the invented suppliers put into one kg of their product. Amounts are of the order of published inventories."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

MEASURED, CALCULATED = "measured", "calculated"


@dataclass(frozen=True)
class Material:
    """A purchased material: kg for one kg of product, and the key of its background factor."""

    name: str
    amount: float
    factor: str
    group: str = "raw"


@dataclass(frozen=True)
class Recipe:
    """A supplier's product for a year: tonnes made, inputs for one kg, distance of the main material."""

    key: str
    supplier: str
    part_zh: str
    part_en: str
    module_type: str
    tonnes: int
    materials: tuple[Material, ...]
    electricity_kwh: float
    gas_mj: float = 0.0
    self_made_kwh: float = 0.0
    plant_region: str = "CN-32"
    distance_km: int = 300
    scrap_share: float = 0.01
    emissions: tuple[tuple[str, str, float], ...] = field(default=())

    def tables(self) -> dict[str, list[dict[str, Any]]]:
        """Rows of the workbook: totals of the year, in kg, kWh and MJ."""
        made = self.tonnes * 1000
        energy: list[dict[str, Any]] = [
            {
                "carrier": "electricity",
                "amount": round(self.electricity_kwh * made),
                "unit": "kWh",
                "supply": "grid",
                "region": self.plant_region,
                "company_specific": "yes",
                "data_kind": MEASURED,
            }
        ]
        if self.self_made_kwh:
            energy.append(
                {
                    **energy[0],
                    "amount": round(self.self_made_kwh * made),
                    "supply": "self",
                    "generation": "solar",
                }
            )
        if self.gas_mj:
            energy.append(
                {
                    "carrier": "natural_gas",
                    "amount": round(self.gas_mj * made),
                    "unit": "MJ",
                    "factor": "fuel.ng.combustion.greet2022",
                    "company_specific": "yes",
                    "data_kind": MEASURED,
                }
            )
        first = self.materials[0]
        return {
            "production": [
                {
                    "kind": "reference",
                    "name": self.part_zh,
                    "amount": made,
                    "unit": "kg",
                    "mass_kg": made,
                    "data_kind": MEASURED,
                }
            ],
            "materials": [
                {
                    "name": item.name,
                    "group": item.group,
                    "amount": round(item.amount * made),
                    "unit": "kg",
                    "mass_kg": round(item.amount * made),
                    "factor": item.factor,
                    "company_specific": "yes",
                    "data_kind": MEASURED,
                }
                for item in self.materials
            ],
            "energy": energy,
            "transport": [
                {
                    "name": first.name,
                    "direction": "inbound",
                    "mode": "road_heavy",
                    "amount": round(first.amount * self.tonnes),
                    "unit": "t",
                    "distance_km": self.distance_km,
                    "factor": "trans.road.cn.heavy_diesel.cpcd",
                    "data_kind": CALCULATED,
                }
            ],
            "emissions": [
                {
                    "gas": gas,
                    "source": source,
                    "amount": round(amount * made),
                    "unit": "kg",
                    "data_kind": CALCULATED,
                }
                for gas, source, amount in self.emissions
            ],
            "wastes": [
                {
                    "name": "工艺废料",
                    "kind": "scrap",
                    "amount": round(self.scrap_share * self.tonnes, 1),
                    "unit": "t",
                    "treatment": "recycling",
                    "data_kind": MEASURED,
                }
            ],
        }

    def cover(self) -> dict[str, str]:
        """Answers on the cover."""
        return {
            "level": "tables",
            "plant": "一号工厂（示例）",
            "plant_region": self.plant_region,
            "transport_answer": "data",
            "emissions_answer": "data" if self.emissions else "not_applicable",
            "wastes_answer": "data",
        }


RECIPES: dict[str, Recipe] = {
    recipe.key: recipe
    for recipe in (
        Recipe(
            "lfp",
            "cathode",
            "磷酸铁锂正极材料 C-07",
            "LFP cathode material C-07",
            "cathode",
            20_000,
            (
                Material("磷酸", 0.62, "chem.h3po4.greet2022"),
                Material("氢氧化锂", 0.155, "li.lioh.mix.greet2022"),
                Material("铁源（按铁计）", 0.355, "metal.iron.greet2022"),
            ),
            4.1,
            gas_mj=12.0,
            plant_region="CN-51",
            scrap_share=0.12,
        ),
        Recipe(
            "nmc622",
            "cathode",
            "镍钴锰酸锂正极材料 N-622",
            "NMC622 cathode material N-622",
            "cathode",
            8_000,
            (
                Material("硫酸镍", 0.957928, "pre.niso4.greet2022"),
                Material("硫酸钴", 0.319804, "pre.coso4.greet2022"),
                Material("硫酸锰", 0.311571, "pre.mnso4.greet2022"),
                Material("碳酸锂", 0.381159, "li.li2co3.mix.greet2022"),
                Material("氢氧化钠", 0.844384, "chem.naoh.greet2022", "auxiliary"),
                Material("氨水", 0.117259, "chem.nh4oh.greet2022", "auxiliary"),
            ),
            7.0,
            gas_mj=42.6298,
            plant_region="CN-51",
            scrap_share=1.93,
        ),
        Recipe(
            "graphite",
            "anode",
            "人造石墨负极材料 A-12",
            "Synthetic graphite anode material A-12",
            "anode",
            9_000,
            (Material("石油焦", 1.32, "chem.coke.greet2022"),),
            11.0,
            gas_mj=3.0,
            self_made_kwh=1.5,
            plant_region="CN-15",
            scrap_share=0.05,
            emissions=(("CO2", "石墨化炉挥发分燃烧", 0.82),),
        ),
        Recipe(
            "electrolyte",
            "electrolyte",
            "电解液 E-31",
            "Electrolyte E-31",
            "electrolyte",
            12_000,
            (
                Material("碳酸乙烯酯 EC", 0.472, "elyte.ec.greet2022"),
                Material("碳酸二甲酯 DMC", 0.382, "elyte.dmc.greet2022"),
                Material("六氟磷酸锂 LiPF6", 0.153, "elyte.lipf6.greet2022"),
            ),
            0.15,
            plant_region="CN-35",
            scrap_share=0.007,
        ),
        Recipe(
            "housing",
            "housing",
            "电池包箱体 H-78",
            "Pack housing H-78",
            "housing",
            15_000,
            (
                Material("铝型材", 0.335, "metal.aluminium.greet2022"),
                Material("镀锌钢板", 0.722, "metal.steel.galvanized.cpcd2022"),
            ),
            1.2,
            gas_mj=1.1,
            plant_region="CN-33",
            scrap_share=0.057,
        ),
    )
}
