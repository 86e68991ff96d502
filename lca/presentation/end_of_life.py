"""What pages say of the end of life: terms of the formula by name, rates of the routes, materials to begin with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from carbonfoot.ui.numbers import format_number
from carbonfoot.ui.text import pick
from lca.engine.factors import FactorRelease
from lca.engine.recycling_routes import recovery_rates
from lca.engine.units import UnitError, ratio
from lca.models import Calculation, Inventory
from lca.presentation.words import EOL_MATERIALS, EOL_MODELS, ROUTES, word
from lca.rulesets import RuleSet

# Terms of the Circular Footprint Formula, in its order: key in the ledger, what it is, its formula.
TERMS: tuple[tuple[str, Any, str], ...] = (
    ("virgin", gettext_lazy("Virgin material"), "(1 − R1) Ev"),
    ("recycled_content", gettext_lazy("Recycled content"), "R1 (A Erecycled + (1 − A) Ev Qsin/Qp)"),
    ("recycling", gettext_lazy("Recycling at end of life"), "(1 − A) R2 (ErecyclingEoL − E*v Qsout/Qp)"),
    ("energy", gettext_lazy("Energy recovery"), "(1 − B) R3 (EER − LHV (Xheat ESEheat + Xelec ESEelec))"),
    ("disposal", gettext_lazy("Disposal"), "(1 − R2 − R3) ED"),
)
PARAMETERS: tuple[tuple[str, str], ...] = (
    ("a", "A"),
    ("r1", "R1"),
    ("r2", "R2"),
    ("ev", "Ev"),
    ("e_recycled", "Erecycled"),
    ("e_recycling_eol", "ErecyclingEoL"),
    ("e_star_v", "E*v"),
    ("ed", "ED"),
)

# What a factory uses up and the product does not hold.
_NOT_IN_PRODUCT = ("solvent.", "gas.", "water.", "chem.", "fuel.")
# How a factor's key begins -> what recovery rates call the material, and whether it is a metal.
_GUESSES: tuple[tuple[str, str, str], ...] = (
    ("metal.al", "al", "metal"),
    ("metal.copper", "cu", "metal"),
    ("metal.steel", "steel", "metal"),
    ("metal.stainless", "steel", "metal"),
    ("metal.iron", "steel", "metal"),
    ("anode.", "graphite", "other"),
    ("cam.", "cathode", "other"),
    ("plastic.", "plastics", "other"),
)


@dataclass(frozen=True)
class MaterialRow:
    """One material of a result: its parameters as used, its terms and its effects, kg CO2e per reference flow."""

    name: str
    mass_kg: float
    parameters: list[tuple[str, float, bool]]
    terms: list[float | None]
    effects: list[tuple[float | None, float | None]]
    missing: str


def result_view(ledger: Mapping[str, Any]) -> dict[str, Any] | None:
    """The three models of a ledger side by side, with their terms material by material; None without materials.

    Ledgers of engine 1.0.0 hold no terms: they show the effects alone.
    """
    found = ledger.get("end_of_life") or {}
    materials = found.get("materials") or []
    if not materials:
        return None
    models = sorted(found.get("alternatives") or [], key=lambda row: not row["declared"])
    rows = [_row(item, [row["model"] for row in models]) for item in materials]
    with_terms = all(row.terms[0] is not None for row in rows)
    return {
        "models": [{**row, "label": word(EOL_MODELS, row["model"])} for row in models],
        "rows": rows,
        "terms": [(label, formula) for _key, label, formula in TERMS] if with_terms else [],
        "sums": [sum(row.terms[n] or 0.0 for row in rows) for n in range(len(TERMS))] if with_terms else [],
        "route": word(ROUTES, found["route"]) if found.get("route") else "",
        "route_burden": found.get("route_burden_per_kg"),
    }


def _row(item: Mapping[str, Any], models: Sequence[str]) -> MaterialRow:
    terms = item.get("terms") or {}
    filled = item.get("filled") or ()
    effects = item.get("effects") or {}
    return MaterialRow(
        name=str(pick(item["name"]) or item["id"]),
        mass_kg=item["mass_kg"],
        parameters=[(label, item["parameters"][key], key in filled) for key, label in PARAMETERS],
        terms=[terms.get(key) for key, _label, _formula in TERMS],
        effects=[
            ((effects.get(model) or {}).get("materials"), (effects.get(model) or {}).get("recycling"))
            for model in models
        ],
        missing=", ".join(item.get("missing") or ()),
    )


def hints(
    ruleset: RuleSet, item: Mapping[str, Any], end_of_life: Mapping[str, Any], rates: Mapping[str, Decimal]
) -> dict[str, str]:
    """What an empty field of a material comes to under a rule set, for its placeholder."""
    rule = ruleset.end_of_life
    a = {"metal": rule.a_metals, "other": rule.a_other}.get(str(item.get("kind") or "other"), rule.a_other)
    found = {"a": str(a), "b": str(rule.b), "r1": "0", "r3": "0", "q_in": "1", "q_out": "1", "e_star_v": "Ev"}
    rate = rates.get(str(item.get("material") or ""))
    if rate is not None:
        collected = Decimal(str(end_of_life.get("collection_rate") or rule.collection_rate))
        found["r2"] = format((collected * rate).normalize(), "f")
        found["e_recycling_eol"] = _("from the route")
    return found


def route_rates(release: FactorRelease) -> dict[str, Any]:
    """Recovery rates of every route and material of a release: codes of routes as columns, materials as rows."""
    table = {route: recovery_rates(route, release) for route in ROUTES}
    rows = [
        (label, [table[route].get(code) for route in ROUTES])
        for code, label in EOL_MATERIALS.items()
        if any(code in rates for rates in table.values())
    ]
    return {"routes": list(ROUTES.values()), "rows": rows}


@dataclass(frozen=True)
class Suggestion:
    """A material that the inventory takes, as a row to begin with."""

    key: str
    name: Mapping[str, str]
    mass_kg: Decimal
    kind: str
    material: str

    def initial(self) -> dict[str, Any]:
        """Initial values of its row in the form."""
        return {
            "id": self.key.replace(".", "-")[:40],
            "name_zh": self.name.get("zh", ""),
            "name_en": self.name.get("en", ""),
            "mass_kg": self.mass_kg,
            "kind": self.kind,
            "material": self.material,
            "ev": {"factor": self.key},
        }

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return str(pick(self.name) or self.key)


def suggestions(calculation: Calculation | None, used: Sequence[str]) -> list[Suggestion]:
    """Materials of the newest result that stand on a factor per mass, the heaviest first; without those in ``used``.

    Masses are per reference flow, so that there are none before the first calculation.
    """
    if calculation is None:
        return []
    masses: dict[str, float] = {}
    names: dict[str, Mapping[str, str]] = {}
    for line in calculation.ledger["lines"]:
        factor = line.get("factor")
        if line["kind"] not in ("material", "module") or not factor or factor["key"] in used:
            continue
        if factor["key"].startswith(_NOT_IN_PRODUCT):
            continue
        try:
            kg = float(ratio(line["converted_unit"], "kg")) * line["converted_amount"]
        except UnitError:
            continue
        masses[factor["key"]] = masses.get(factor["key"], 0.0) + kg
        names.setdefault(factor["key"], factor["name"])
    found = []
    for key, kg in sorted(masses.items(), key=lambda item: -item[1]):
        guess = next((row for row in _GUESSES if key.startswith(row[0])), ("", "", "other"))
        mass = Decimal(format(kg, ".6g")) if kg > 0 else Decimal(0)
        if mass:
            found.append(Suggestion(key, names[key], mass, guess[2], guess[1]))
    return found


def end_of_life_facts(inventory: Inventory) -> list[tuple[Any, Any]]:
    """Route, collection rate and materials of a working inventory, as label and text; empty without any."""
    stated = inventory.end_of_life or {}
    if not stated:
        return []
    facts: list[tuple[Any, Any]] = [
        (_("Recycling route"), word(ROUTES, stated["route"]) if stated.get("route") else _("none stated")),
        (_("Collection rate"), format_number(stated.get("collection_rate")) or _("default of the rule set")),
    ]
    materials = stated.get("materials") or []
    return facts + [
        (pick(item.get("name")) or item.get("id"), f"{format_number(item.get('mass_kg'))} kg")
        for item in materials
    ]
