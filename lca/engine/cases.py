"""Bills of materials in the form of `everbatt2023.json`: packs of cells, turned into inventories and calculated.

A case file holds packs (cells per pack, kg of each material per kg of cell, energy of cell making, parts of the pack),
`factor_keys` from material names to factors of a release, and energy factors by grid. Factors given in the
file count before
those of the release, so that a changed value changes the result.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from lca.engine.calculate import calculate
from lca.engine.document import FORMAT, parse_inventory
from lca.engine.factors import FactorRelease
from lca.engine.ledger import Ledger
from lca.engine.problems import EngineProblem, InventoryError
from lca.rulesets.model import RuleSet

GAS_KEY = "case.natural_gas"
_CELL_FIELDS = (
    "cell_energy_kWh",
    "cell_mass_kg",
    "mfg_energy_MJ_per_kg",
    "electricity_share",
    "natural_gas_share",
)
# Keys of the factors that EverBatt 2023 takes from GREET 2022, and what it puts in place of a factor it does not have.
EVERBATT_KEYS = ".greet2022"
EVERBATT_STANDS_FOR = {"Carbon black": "Graphite", "Binder: anode": "PVDF"}
# Electricity and natural gas are all the energy of cell making; the shares may be rounded.
_SHARES_TOLERANCE = Decimal("0.001")
_CATEGORY_COMPONENTS = {"cathode": "cathode", "anode": "anode", "electrolyte": "electrolyte"}


def is_case(document: Any) -> bool:
    """Whether a JSON document is a bill-of-materials case rather than an inventory."""
    return (
        isinstance(document, Mapping) and isinstance(document.get("packs"), list) and "format" not in document
    )


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One pack on one grid: kg CO2e per kWh of capacity by part and in all, and the ledger behind it."""

    chemistry: str
    grid: str
    cell_materials: float
    cell_energy: float
    pack_parts: float
    ledger: Ledger
    expected: Mapping[str, float]

    @property
    def cell_total(self) -> float:
        """Cell materials and cell energy, kg CO2e per kWh."""
        return self.cell_materials + self.cell_energy

    @property
    def pack_total(self) -> float:
        """The whole pack, kg CO2e per kWh."""
        return self.cell_total + self.pack_parts

    def per_kwh(self) -> dict[str, float]:
        """Return the five figures under the names of the case file."""
        return {
            "cell_materials_per_kWh": self.cell_materials,
            "cell_energy_per_kWh": self.cell_energy,
            "cell_total_per_kWh": self.cell_total,
            "pack_parts_per_kWh": self.pack_parts,
            "pack_total_per_kWh": self.pack_total,
        }

    def largest_difference(self) -> float | None:
        """Return the largest relative difference from what the file expects, or None if it expects nothing."""
        found = self.per_kwh()
        pairs = [(found[name], value) for name, value in self.expected.items() if name in found and value]
        return max((abs(value / wanted - 1) for value, wanted in pairs), default=None)


class _CaseReader:
    """Reads numbers of a case file and remembers everything that is missing or wrong."""

    def __init__(self) -> None:
        self.problems: list[EngineProblem] = []

    def bad(self, place: str, value: Any = "", code: str = "case.field", **params: Any) -> None:
        self.problems.append(EngineProblem(code, place, str(value), {"field": place, **params}))

    def number(self, source: Any, field: str, place: str, *, positive: bool = False) -> Decimal:
        value = source.get(field) if isinstance(source, Mapping) else None
        where = f"{place}.{field}"
        try:
            if value is None or isinstance(value, bool):
                raise ValueError
            number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
            if not number.is_finite() or number < 0 or (positive and number == 0) or number.adjusted() > 60:
                raise ValueError
        except (InvalidOperation, ValueError, TypeError):
            if value is None:
                self.bad(where)
            else:
                self.bad(where, value, "case.number")
            return Decimal(1)
        return number

    def rows(self, source: Any, field: str, place: str) -> list[Mapping[str, Any]]:
        value = source.get(field) if isinstance(source, Mapping) else None
        if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
            self.bad(f"{place}.{field}")
            return []
        return value


def grids(case: Mapping[str, Any]) -> list[str]:
    """Return the grids that a case file has electricity factors for."""
    energy = case.get("energy_factors_kgCO2e")
    table = energy.get("electricity_per_kWh") if isinstance(energy, Mapping) else None
    return list(table) if isinstance(table, Mapping) else []


def _material_key(
    case: Mapping[str, Any], row: Mapping[str, Any], place: str, release: FactorRelease, reader: _CaseReader
) -> str:
    """Return the factor key of a material by its name, or report the name with the nearest in the release."""
    name = row.get("material")
    keys = case.get("factor_keys")
    key = keys.get(name) if isinstance(keys, Mapping) and isinstance(name, str) else None
    if not isinstance(name, str) or not name:
        reader.bad(f"{place}.material", "" if name is None else name)
        return ""
    if not isinstance(key, str):
        key = name if name in _own_values(case) else _key_by_name(name, release)
    if key is None:
        nearest = ", ".join(release.nearest(name)) or "-"
        reader.bad(place, name, "case.material_unknown", nearest=nearest)
        return ""
    if key not in _own_values(case) and release.get(key) is None:
        nearest = ", ".join(release.nearest(key)) or "-"
        reader.bad(place, key, "case.factor_unknown", name=name, release=release.code, nearest=nearest)
        return ""
    return key


def _key_by_name(name: str, release: FactorRelease) -> str | None:
    """Return the one factor of the case's own source that has this name, with or without its group.

    EverBatt calls a material "Electrolyte: EC" in one place and "EC" in another, a cathode "NMC(811)" or "NMC811", and
    takes graphite for carbon black and PVDF for the anode's binder. Nothing else is guessed: two fits are none.
    """
    wanted = _folded(EVERBATT_STANDS_FOR.get(name, name).rsplit(": ", 1)[-1])
    fits = [
        key
        for key, factor in release.factors.items()
        if key.endswith(EVERBATT_KEYS) and _folded(factor.name_en) == wanted
    ]
    return fits[0] if len(fits) == 1 else None


def _folded(name: str) -> str:
    """Return a name without what people write differently: case, brackets, spaces, British aluminium."""
    kept = "".join(character for character in name.casefold() if character not in "() -_")
    return kept.replace("aluminium", "aluminum")


def _own_values(case: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return factor values that the file itself states (kg CO2e per kg, by key), if any."""
    values = case.get("factors_kgCO2e_per_kg") or case.get("factors") or {}
    return values if isinstance(values, Mapping) else {}


def case_to_inventory(
    case: Mapping[str, Any],
    pack: Mapping[str, Any],
    grid: str,
    release: FactorRelease,
    *,
    cells: int | None = None,
    grid_factor: str | None = None,
    product: Mapping[str, Any] | None = None,
    name: Mapping[str, str] | None = None,
    period: tuple[str, str] = ("2025-01-01", "2025-12-31"),
) -> dict[str, Any]:
    """Return the `carbonfoot-inventory/1` document of one pack of a case file.

    `cells` scales the pack: cells, parts, mass and energy all in proportion to `cells / cells_per_pack`.
    `grid_factor` is a
    key of the release to use for electricity instead of the file's own factor for `grid`. `product` adds
    or replaces fields
    of the product (cycle life, vehicle category). `name` names the pack.

    Errors: InventoryError naming every missing field, material without a factor, and unknown grid.
    """
    reader = _CaseReader()
    place = f"packs[{pack.get('chemistry', '?') if isinstance(pack, Mapping) else '?'}]"
    energy = case.get("energy_factors_kgCO2e")
    electricity = energy.get("electricity_per_kWh") if isinstance(energy, Mapping) else None
    own: list[dict[str, Any]] = []
    if grid_factor is None:
        if not isinstance(electricity, Mapping) or grid not in electricity:
            reader.bad("energy_factors_kgCO2e.electricity_per_kWh", grid, "case.grid_unknown")
        else:
            value = reader.number(electricity, grid, "energy_factors_kgCO2e.electricity_per_kWh")
            own.append(
                _own_factor(case, _grid_key(grid), f"电力 {grid}", f"Electricity, {grid}", value, "kWh", grid)
            )
    elif release.get(grid_factor) is None:
        nearest = ", ".join(release.nearest(grid_factor)) or "-"
        reader.bad(
            "grid_factor",
            grid_factor,
            "case.factor_unknown",
            name=grid,
            release=release.code,
            nearest=nearest,
        )
    gas = reader.number(energy, "natural_gas_burnt_per_MJ", "energy_factors_kgCO2e")
    own.append(_own_factor(case, GAS_KEY, "天然气燃烧", "Natural gas, burnt", gas, "MJ", ""))
    cell = pack.get("cell")
    figures = {field: reader.number(cell, field, f"{place}.cell") for field in _CELL_FIELDS}
    carried = figures["electricity_share"] + figures["natural_gas_share"]
    if abs(carried - 1) > _SHARES_TOLERANCE:
        reader.bad(f"{place}.cell", carried, "case.energy_shares")
    per_pack = reader.number(pack, "cells_per_pack", place, positive=True)
    capacity = reader.number(pack, "pack_kWh", place, positive=True)
    count = per_pack if cells is None else Decimal(cells)
    if count <= 0:
        reader.bad("cells", cells)
    scale = count / per_pack
    cell_mass = count * figures["cell_mass_kg"]
    # Without a pack mass there is a result all the same, only none per kg.
    mass = (
        reader.number(pack, "pack_mass_kg", place) * scale if pack.get("pack_mass_kg") is not None else None
    )
    inputs = reader.rows(pack, "cell_inputs", place)
    parts = reader.rows(pack, "pack_parts", place)
    used: dict[str, None] = {}

    def material(
        row: Mapping[str, Any], where: str, identifier: str, field: str, factor: Decimal
    ) -> dict[str, Any]:
        key = _material_key(case, row, where, release, reader)
        used[key] = None
        amount = reader.number(row, field, where) * factor
        found = release.get(key)
        text = row.get("material")
        label = {"zh": found.name_zh if found else str(text), "en": str(text)}
        return {
            "id": identifier,
            "kind": "material",
            "name": label,
            "amount": _plain(amount),
            "unit": "kg",
            "link": {"factor": key},
            "component": _CATEGORY_COMPONENTS.get(found.category, "") if found else "",
            "data_kind": "calculated",
            "provenance": {"kind": "reference", "note": f"{where}.{field}"},
        }

    cell_exchanges = [
        material(row, f"{place}.cell_inputs[{n}]", f"cell.m{n + 1}", "kg_per_kg_cell", cell_mass)
        for n, row in enumerate(inputs)
    ]
    heat = figures["mfg_energy_MJ_per_kg"] * cell_mass
    region = (
        grid
        if grid_factor is None
        else (release.factors[grid_factor].region if release.get(grid_factor) else "")
    )
    cell_exchanges += [
        {
            **_energy("cell.electricity", {"zh": "电芯制造用电", "en": "Electricity, cell making"}, place),
            "amount": _plain(heat * figures["electricity_share"]),
            "unit": "MJ",
            "link": {"factor": _grid_key(grid) if grid_factor is None else grid_factor},
            "electricity": {"supply": "grid", "region": region},
        },
        {
            **_energy(
                "cell.natural_gas", {"zh": "电芯制造用天然气", "en": "Natural gas, cell making"}, place
            ),
            "amount": _plain(heat * figures["natural_gas_share"]),
            "unit": "MJ",
            "link": {"factor": GAS_KEY},
        },
    ]
    pack_exchanges: list[dict[str, Any]] = [
        {
            "id": "pack.cells",
            "kind": "module",
            "name": {"zh": "电芯", "en": "Cells"},
            "amount": _plain(count),
            "unit": "piece",
            "link": {"process": "cell", "product": "cell"},
            "component": "cell",
            "data_kind": "calculated",
        }
    ]
    pack_exchanges += [
        material(row, f"{place}.pack_parts[{n}]", f"pack.p{n + 1}", "kg_per_pack", scale)
        for n, row in enumerate(parts)
    ]
    if reader.problems:
        raise InventoryError(reader.problems)
    values = _own_values(case)
    for key in used:
        if key in values:
            value = reader.number(values, key, "factors")
            own.append(_own_factor(case, key, key, key, value, "kg", ""))
    if reader.problems:
        raise InventoryError(reader.problems)
    chemistry = str(pack.get("chemistry", ""))
    title = dict(name or {"zh": f"{chemistry} 电池包", "en": f"{chemistry} pack"})
    return {
        "format": FORMAT,
        "name": title,
        "product": {
            "kind": "battery_pack",
            "chemistry": chemistry,
            "rated_energy_kwh": _plain(capacity * scale),
            "mass_kg": None if mass is None else _plain(mass),
            **(product or {}),
        },
        "period": {"from": period[0], "to": period[1]},
        "reference": {"process": "pack", "product": "pack", "amount": "1", "unit": "piece"},
        "factors": own,
        "results": [],
        "processes": [
            {
                "id": "pack",
                "name": {"zh": "电池包装配", "en": "Pack assembly"},
                "stage": "manufacturing",
                "group": "pack",
                "products": [
                    {
                        "id": "pack",
                        "amount": "1",
                        "unit": "piece",
                        "mass_kg": None if mass is None else _plain(mass),
                    }
                ],
                "exchanges": pack_exchanges,
            },
            {
                "id": "cell",
                "name": {"zh": "电芯制造", "en": "Cell making"},
                "stage": "manufacturing",
                "group": "cell",
                "products": [
                    {"id": "cell", "amount": _plain(count), "unit": "piece", "mass_kg": _plain(cell_mass)}
                ],
                "exchanges": cell_exchanges,
            },
        ],
        "omitted": [],
    }


def _grid_key(grid: str) -> str:
    return f"case.electricity.{grid}"


def _energy(identifier: str, name: dict[str, str], place: str) -> dict[str, Any]:
    return {
        "id": identifier,
        "kind": "energy",
        "name": name,
        "data_kind": "calculated",
        "provenance": {"kind": "reference", "note": f"{place}.cell"},
    }


def _own_factor(
    case: Mapping[str, Any], key: str, zh: str, en: str, value: Decimal, unit: str, region: str
) -> dict[str, Any]:
    return {
        "key": key,
        "name_zh": zh,
        "name_en": en,
        "value": _plain(value),
        "unit": f"kg CO2e/{unit}",
        "region": region,
        "tier": "model",
        "family": "electricity_footprint" if unit == "kWh" else "other",
        "source": str(case.get("source", "")),
        "licence": str(case.get("licence", "")),
    }


def _plain(value: Decimal) -> str:
    """Return a decimal without exponent and without trailing zeros."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def run_case(case: Mapping[str, Any], ruleset: RuleSet, release: FactorRelease) -> list[CaseResult]:
    """Return every pack of a case file on every grid that the file has a factor for.

    Errors: InventoryError with the problems of all packs, each once.
    """
    problems: dict[tuple[str, str, str], EngineProblem] = {}
    results = []
    names = grids(case)
    stated = case.get("packs")
    packs = stated if isinstance(stated, list) else []
    if not names:
        place = "energy_factors_kgCO2e.electricity_per_kWh"
        problems["", place, ""] = EngineProblem("case.field", place, "", {"field": place})
    if not packs:
        problems["", "packs", ""] = EngineProblem("case.field", "packs", "", {"field": "packs"})
    for position, pack in enumerate(packs):
        if not isinstance(pack, Mapping):
            place = f"packs[{position}]"
            problems["", place, ""] = EngineProblem("case.field", place, "", {"field": place})
            continue
        for grid in names:
            try:
                inventory = parse_inventory(case_to_inventory(case, pack, grid, release))
                results.append(_result(pack, grid, calculate(inventory, ruleset, release)))
            except InventoryError as error:
                for problem in error.problems:
                    problems[problem.code, problem.place, problem.value] = problem
    if problems:
        raise InventoryError(problems.values())
    return results


def _result(pack: Mapping[str, Any], grid: str, ledger: Ledger) -> CaseResult:
    capacity = float(ledger.product["rated_energy_kwh"])

    def part(group: str, kind: str) -> float:
        return (
            sum(line.kgco2e for line in ledger.lines if line.group == group and line.kind == kind) / capacity
        )

    rows = pack.get("expected_kgCO2e")
    rows = [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []
    expected: Mapping[str, Any] = next((row for row in rows if row.get("grid") == grid), {})
    return CaseResult(
        chemistry=str(pack.get("chemistry", "")),
        grid=grid,
        cell_materials=part("cell", "material"),
        cell_energy=part("cell", "energy"),
        pack_parts=part("pack", "material"),
        ledger=ledger,
        expected={
            name: float(value) for name, value in expected.items() if isinstance(value, (int, float, Decimal))
        },
    )
