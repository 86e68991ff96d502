"""Characterisation of direct emissions: which warming potential a gas has in the rule set's GWP set."""

from __future__ import annotations

from decimal import Decimal

from lca.engine.factors import FactorRelease

# Names of gases as people write them -> ending of the key in a factor release.
_NAMES = {
    "CO2": "co2",
    "CO2_fossil": "co2",
    "CH4": "ch4_fossil",
    "CH4_fossil": "ch4_fossil",
    "CH4_nonfossil": "ch4_nonfossil",
    "CH4_biogenic": "ch4_nonfossil",
    "N2O": "n2o",
    "SF6": "sf6",
    "NF3": "nf3",
    "SO2F2": "so2f2",
    "CF4": "cf4",
    "C2F6": "c2f6",
    "C3F8": "c3f8",
    "C4F10": "c4f10",
    "cC4F8": "cc4f8",
    **{
        f"HFC-{number}": f"hfc{number}"
        for number in ("23", "32", "125", "134a", "143a", "152a", "227ea", "245fa")
    },
}
BIOGENIC_CO2 = "CO2_biogenic"
METHANE = "CH4"
GASES = (*_NAMES, BIOGENIC_CO2)


def warming_potential(
    gas: str, gwp_set: str, release: FactorRelease, biogenic_co2: Decimal
) -> Decimal | None:
    """Return kg CO2e per kg of `gas` over 100 years in `gwp_set` (ar6, ar5), or None if the release has no value.

    Methane without a word on its origin counts as fossil, the higher value. Carbon dioxide is 1 by definition.
    """
    if gas == BIOGENIC_CO2:
        return biogenic_co2
    ending = _NAMES.get(gas) or _NAMES.get(gas.upper())
    if ending == "co2":
        return Decimal(1)
    if ending is None:
        return None
    factor = release.get(f"gwp.{gwp_set}.{ending}")
    if factor is None and ending == "ch4_nonfossil":
        factor = release.get(f"gwp.{gwp_set}.ch4")
    return None if factor is None else factor.value


def known_gases(gwp_set: str, release: FactorRelease) -> list[str]:
    """Return the names of the gases that the release has a potential for in `gwp_set`, in alphabetical order."""
    return sorted(gas for gas in GASES if warming_potential(gas, gwp_set, release, Decimal(0)) is not None)


def potential_key(gas: str, gwp_set: str) -> str:
    """Return the factor key of a gas's warming potential, "" for carbon dioxide (1 by definition) and unknown gases."""
    ending = _NAMES.get(gas) or _NAMES.get(gas.upper())
    return f"gwp.{gwp_set}.{ending}" if ending and ending != "co2" and gas != BIOGENIC_CO2 else ""
