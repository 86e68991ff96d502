"""Which parameters of a rule set a text states, and the standing of that text. What is not here is nobody's word.

A parameter that is neither here nor named by an assumption was set by this software so that it can calculate: pages
must say so, since a rule set that rests on an official text does not make each of its values official.
"""

from __future__ import annotations

from collections.abc import Mapping

_FOUR_STAGES = {
    "stages.declared": "official",
    "functional_unit.kind": "official",
    "functional_unit.unit": "official",
}
STATED: Mapping[str, Mapping[str, str]] = {
    "cn-miit-551@2025.12": {**_FOUR_STAGES, "energy.minimum_rated_kwh": "official"},
    "eu-cfb-ev@2024.04": {
        **_FOUR_STAGES,
        "energy.formula": "reported",
        "electricity.policy": "reported",
        "electricity.recognise_direct": "reported",
        "electricity.recognise_certificates": "reported",
        "end_of_life.model": "official",
        "end_of_life.a_metals": "official",
        "end_of_life.a_other": "official",
        "end_of_life.b": "official",
        "end_of_life.collection_rate": "official",
        "cut_off.basis": "reported",
        "cut_off.single": "reported",
        "mandatory.components": "reported",
    },
}


def standing_of(identifier: str, version: str, path: str) -> str:
    """``official`` or ``reported`` for a parameter that a text states; "" where none is known to."""
    return STATED.get(f"{identifier}@{version}", {}).get(path, "")
