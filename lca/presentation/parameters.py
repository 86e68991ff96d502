"""Names and values of a rule set's parameters as people read them, in the active language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from carbonfoot.ui.charts import STAGES
from carbonfoot.ui.numbers import format_number, format_percent
from carbonfoot.ui.text import listed
from lca.presentation.words import EOL_MODELS, FAMILIES, GENERATIONS, GROUPS, KINDS, word
from lca.rulesets import RuleSet

GROUP_NAMES: dict[str, Any] = {
    "boundary": gettext_lazy("Boundary and stages"),
    "electricity": gettext_lazy("Electricity"),
    "factors": gettext_lazy("Warming potentials and factors"),
    "allocation": gettext_lazy("Allocation to co-products"),
    "suppliers": gettext_lazy("Suppliers' results"),
    "end_of_life": gettext_lazy("End of life"),
    "checks": gettext_lazy("Cut-off, checks and ratings"),
    "functional_unit": gettext_lazy("Functional unit and delivered energy"),
    "rounding": gettext_lazy("Rounding"),
    "other": gettext_lazy("Other parameters"),
}
_NAMES: dict[str, Any] = {
    "id": gettext_lazy("Rule set"),
    "version": gettext_lazy("Version"),
    "factor_release": gettext_lazy("Factor release"),
    "gwp_set": gettext_lazy("Set of warming potentials"),
    "biogenic_co2": gettext_lazy("Weight of biogenic carbon dioxide"),
    "functional_unit.kind": gettext_lazy("Functional unit"),
    "functional_unit.unit": gettext_lazy("Unit of the functional unit"),
    "energy.formula": gettext_lazy("Formula of delivered energy"),
    "energy.minimum_rated_kwh": gettext_lazy("Applies above a rated energy of"),
    "stages.declared": gettext_lazy("Declared stages"),
    "electricity.policy": gettext_lazy("Order of electricity supplies"),
    "electricity.families": gettext_lazy("Families of electricity factors allowed at home"),
    "electricity.families_abroad": gettext_lazy("Families of electricity factors allowed abroad"),
    "electricity.recognise_direct": gettext_lazy("Direct lines are recognised"),
    "electricity.recognise_self": gettext_lazy("Self-generated electricity is recognised"),
    "electricity.recognise_certificates": gettext_lazy("Certificates are recognised"),
    "electricity.certificate_td": gettext_lazy(
        "Transmission and distribution added to certificate electricity"
    ),
    "electricity.direct_td": gettext_lazy("Transmission and distribution added to direct lines"),
    "end_of_life.model": gettext_lazy("End-of-life model"),
    "end_of_life.beside": gettext_lazy("Models shown beside it"),
    "end_of_life.a_metals": gettext_lazy("Allocation factor A of metals"),
    "end_of_life.a_other": gettext_lazy("Allocation factor A of other materials"),
    "end_of_life.b": gettext_lazy("Allocation factor B of energy recovery"),
    "end_of_life.collection_rate": gettext_lazy("Collection rate"),
    "end_of_life.route_electricity": gettext_lazy("Electricity of recycling routes"),
    "cut_off.basis": gettext_lazy("Basis of cut-off"),
    "cut_off.single": gettext_lazy("Cut-off limit of one flow"),
    "cut_off.total": gettext_lazy("Cut-off limit of all flows together"),
    "allocation.default": gettext_lazy("Allocation by default"),
    "allocation.economic_ratio": gettext_lazy("Price ratio above which value allocates"),
    "mass_balance.tolerance": gettext_lazy("Tolerance of the mass balance"),
    "mandatory.components": gettext_lazy("Company-specific data required for"),
    "quality.formulas": gettext_lazy("Formulas of data quality"),
    "quality.missing_dqr": gettext_lazy("A missing rating counts as"),
    "plausibility.unit": gettext_lazy("Unit of published ranges"),
    "rounding.rule": gettext_lazy("Rounding rule"),
    "rounding.decimals_per_functional_unit": gettext_lazy("Decimals per functional unit"),
    "rounding.decimals_per_piece": gettext_lazy("Decimals per battery pack"),
    "rounding.decimals_per_kwh_capacity": gettext_lazy("Decimals per kWh of rated energy"),
    "rounding.decimals_per_kg": gettext_lazy("Decimals per kg"),
    "rounding.decimals_share": gettext_lazy("Decimals of shares"),
}
FORMULAS: dict[str, Any] = {
    "rated_cycles_fade": gettext_lazy(
        "rated energy × cycles × depth of discharge × (1 + capacity retention) ÷ 2"
    ),
    "usable_warranty": gettext_lazy("usable energy × cycles a year × years of warranty"),
    "none": gettext_lazy("no delivered energy: the result is per kWh of rated energy"),
}
_UNIT_KINDS: dict[str, Any] = {
    "delivered_energy": gettext_lazy("1 kWh of energy delivered over service life"),
    "rated_capacity": gettext_lazy("1 kWh of rated energy"),
    "declared_unit": gettext_lazy("one declared unit"),
}
_POLICIES: dict[str, Any] = {
    "direct_then_footprint": gettext_lazy(
        "direct lines and own generation by type, the rest national footprint factor"
    ),
    "direct_then_national": gettext_lazy("direct lines, the rest national average consumption mix"),
    "contract_then_national": gettext_lazy("contracts and direct lines by type, the rest national average"),
}
_DEFAULTS: dict[str, Any] = {
    "physical": gettext_lazy("physical (mass or energy)"),
    "economic": gettext_lazy("economic value"),
}
INPUTS: dict[str, Any] = {
    "rated_energy_kwh": gettext_lazy("Rated energy"),
    "usable_energy_kwh": gettext_lazy("Usable energy"),
    "cycle_life.cycles": gettext_lazy("Tested cycles"),
    "cycle_life.depth_of_discharge": gettext_lazy("Depth of discharge"),
    "cycle_life.capacity_retention": gettext_lazy("Capacity retention after these cycles"),
    "vehicle_category": gettext_lazy("Vehicle category"),
    "energy.cycles_per_year": gettext_lazy("Full equivalent cycles a year (rule set)"),
    "energy.annual_km": gettext_lazy("Kilometres a year (rule set)"),
    "warranty_years": gettext_lazy("Warranty in years"),
    "warranty_km": gettext_lazy("Warranty in kilometres"),
}


def parameter_name(path: str) -> str:
    """What a parameter is called; its dotted path where it has no name."""
    if path in _NAMES:
        return str(_NAMES[path])
    parts = path.split(".")
    if path.startswith("energy.cycles_per_year."):
        return _("Full equivalent cycles a year, vehicle category %(category)s") % {"category": parts[-1]}
    if path.startswith("energy.annual_km."):
        return _("Kilometres a year, vehicle category %(category)s") % {"category": parts[-1]}
    if path.startswith("electricity.grid."):
        return _("Grid factor, %(region)s") % {"region": parts[-1]}
    if path.startswith("electricity.generation."):
        names = {"type": word(GENERATIONS, parts[-1]), "region": parts[-2]}
        return _("Factor of generation: %(type)s, %(region)s") % names
    if path.startswith("stages.moved."):
        names = {"kind": word(KINDS, parts[-1]), "stage": STAGES[parts[-2]][1]}
        return _("%(kind)s in a process of stage “%(stage)s” counts in") % names
    if path.startswith("plausibility."):
        word_of = {"low": _("lower end"), "high": _("upper end"), "source": _("source")}
        return _("Published range of %(chemistry)s, %(part)s") % {
            "chemistry": parts[1],
            "part": word_of.get(parts[-1], parts[-1]),
        }
    return path


def _stage(value: Any) -> str:
    return str(STAGES[value][1]) if value in STAGES else str(value)


def _each(name: Callable[[Any], Any]) -> Callable[[Any], str]:
    return lambda values: listed(name(value) for value in values) if values else _("none")


def _percent(value: Any) -> str:
    return format_percent(Decimal(str(value)), 2 if Decimal(str(value)) % Decimal("0.01") else 0) or ""


_VALUES: dict[str, Callable[[Any], Any]] = {
    "gwp_set": lambda value: f"IPCC {str(value).upper()}",
    "functional_unit.kind": lambda value: word(_UNIT_KINDS, value),
    "energy.formula": lambda value: word(FORMULAS, value),
    "energy.minimum_rated_kwh": lambda value: f"{value} kWh",
    "stages.declared": _each(_stage),
    "electricity.policy": lambda value: word(_POLICIES, value),
    "electricity.families": _each(lambda value: word(FAMILIES, value)),
    "electricity.families_abroad": _each(lambda value: word(FAMILIES, value)),
    "electricity.certificate_td": lambda value: value or _("nothing is added"),
    "electricity.direct_td": lambda value: value or _("nothing is added"),
    "end_of_life.model": lambda value: word(EOL_MODELS, value),
    "end_of_life.beside": _each(lambda value: word(EOL_MODELS, value)),
    "end_of_life.collection_rate": _percent,
    "cut_off.basis": lambda value: _("by mass") if value == "mass" else value,
    "cut_off.single": _percent,
    "cut_off.total": _percent,
    "mass_balance.tolerance": _percent,
    "allocation.default": lambda value: word(_DEFAULTS, value),
    "mandatory.components": _each(lambda value: word(GROUPS, value)),
    "rounding.rule": lambda value: _("half to even") if value == "half to even" else value,
}


def parameter_value(path: str, value: Any) -> str:
    """A value in words; "not stated" where the rule set does not have the parameter."""
    if value is None:
        return _("not stated")
    if path in _VALUES:
        return str(_VALUES[path](value))
    if path.startswith("stages.moved."):
        return _stage(value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list | tuple):
        return listed(value) or _("none")
    return str(value)


_UNITS: dict[str, Any] = {
    "1/a": gettext_lazy("per year"),
    "a": gettext_lazy("years"),
    "km/a": gettext_lazy("km a year"),
}


def input_unit(code: str) -> str:
    """The unit of an input of the functional unit's energy, in words where a symbol would not be understood."""
    return str(_UNITS.get(code, code))


def input_value(name: str, value: str | None) -> str | None:
    """The value of an input of the functional unit's energy, grouped; None where it is not known."""
    if value is None or name == "vehicle_category":
        return value
    return format_number(Decimal(value))


def formula_of(ledger: Mapping[str, Any], ruleset: RuleSet | None) -> str:
    """The formula of delivered energy that a result is divided by; "" where it is divided by something else."""
    if ruleset is None or ledger["functional_unit"]["kind"] != "delivered_energy":
        return ""
    return str(word(FORMULAS, ruleset.energy.formula))
