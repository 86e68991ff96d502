"""The elementary flows of an export: every gas that the rule set's set of potentials knows, and CO2 equivalents."""

from __future__ import annotations

from lca.engine.factors import FactorRelease
from lca.engine.gases import BIOGENIC_CO2, known_gases, warming_potential
from lca.interchange.system import Flow, stable_id
from lca.rulesets.model import RuleSet

CO2E = "CO2e"
CO2 = "CO2"

# Name in English, sum formula, CAS number (the registry's, for matching with flows of other databases).
_FACTS: dict[str, tuple[str, str, str]] = {
    "CO2": ("Carbon dioxide", "CO2", "124-38-9"),
    "CO2_fossil": ("Carbon dioxide, fossil", "CO2", "124-38-9"),
    BIOGENIC_CO2: ("Carbon dioxide, biogenic", "CO2", "124-38-9"),
    "CH4": ("Methane", "CH4", "74-82-8"),
    "CH4_fossil": ("Methane, fossil", "CH4", "74-82-8"),
    "CH4_nonfossil": ("Methane, non-fossil", "CH4", "74-82-8"),
    "CH4_biogenic": ("Methane, biogenic", "CH4", "74-82-8"),
    "N2O": ("Nitrous oxide", "N2O", "10024-97-2"),
    "SF6": ("Sulfur hexafluoride", "SF6", "2551-62-4"),
    "NF3": ("Nitrogen trifluoride", "NF3", "7783-54-2"),
    "SO2F2": ("Sulfuryl fluoride", "SO2F2", "2699-79-8"),
    "CF4": ("Tetrafluoromethane (PFC-14)", "CF4", "75-73-0"),
    "C2F6": ("Hexafluoroethane (PFC-116)", "C2F6", "76-16-4"),
    "C3F8": ("Octafluoropropane (PFC-218)", "C3F8", "76-19-7"),
    "C4F10": ("Decafluorobutane (PFC-3-1-10)", "C4F10", "355-25-9"),
    "cC4F8": ("Octafluorocyclobutane (PFC-318)", "C4F8", "115-25-3"),
    "HFC-23": ("Trifluoromethane (HFC-23)", "CHF3", "75-46-7"),
    "HFC-32": ("Difluoromethane (HFC-32)", "CH2F2", "75-10-5"),
    "HFC-125": ("Pentafluoroethane (HFC-125)", "C2HF5", "354-33-6"),
    "HFC-134a": ("1,1,1,2-Tetrafluoroethane (HFC-134a)", "C2H2F4", "811-97-2"),
    "HFC-143a": ("1,1,1-Trifluoroethane (HFC-143a)", "C2H3F3", "420-46-2"),
    "HFC-152a": ("1,1-Difluoroethane (HFC-152a)", "C2H4F2", "75-37-6"),
    "HFC-227ea": ("1,1,1,2,3,3,3-Heptafluoropropane (HFC-227ea)", "C3HF7", "431-89-0"),
    "HFC-245fa": ("1,1,1,3,3-Pentafluoropropane (HFC-245fa)", "C3H3F5", "460-73-1"),
}


def flow_id(gas: str) -> str:
    """Return the id of a gas's flow, the same in every export."""
    return stable_id("flow", gas)


def elementary_flows(ruleset: RuleSet, release: FactorRelease, co2e_name: str) -> tuple[Flow, ...]:
    """Return CO2 equivalents (potential 1) and every gas with its potential under the rule set, in kg CO2e per kg."""
    flows = [Flow(flow_id(CO2E), co2e_name, 1.0)]
    for gas in dict.fromkeys((*known_gases(ruleset.gwp_set, release), BIOGENIC_CO2)):
        potential = warming_potential(gas, ruleset.gwp_set, release, ruleset.biogenic_co2)
        name, formula, cas = _FACTS.get(gas, (gas, "", ""))
        flows.append(Flow(flow_id(gas), name, float(potential or 0), cas, formula))
    return tuple(flows)
