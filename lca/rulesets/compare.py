"""Two rule sets parameter by parameter: which group of rules each parameter belongs to, and where the two differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lca.rulesets.model import RuleSet

# Groups of rules in the order in which a report of differences swaps them (docs/method.md, "Differences between rule
# sets"): what counts at all, then what a line emits, then what is added, then what is only checked, then the divisor.
GROUPS = (
    "boundary",
    "electricity",
    "factors",
    "allocation",
    "suppliers",
    "end_of_life",
    "checks",
    "functional_unit",
)
# Group -> fields of RuleSet. A published result has scores under each rule set's id and version: they choose it.
FIELDS: Mapping[str, tuple[str, ...]] = {
    "boundary": ("stages",),
    "electricity": ("electricity",),
    "factors": ("gwp_set", "biogenic_co2"),
    "allocation": ("allocation",),
    "suppliers": ("id", "version"),
    "end_of_life": ("end_of_life",),
    "checks": ("cut_off", "mass_balance_tolerance", "mandatory_components", "quality", "plausibility"),
    "functional_unit": ("functional_unit", "energy"),
}
# Fields that describe a rule set or how its figures are written; no unrounded figure depends on them.
DESCRIPTIVE = ("status", "published", "title", "rounding", "sources", "assumptions", "data", "sha256")

_SECTIONS = {
    "stages": "boundary",
    "electricity": "electricity",
    "gwp_set": "factors",
    "biogenic_co2": "factors",
    "allocation": "allocation",
    "id": "suppliers",
    "version": "suppliers",
    "end_of_life": "end_of_life",
    "cut_off": "checks",
    "mass_balance": "checks",
    "mandatory": "checks",
    "quality": "checks",
    "plausibility": "checks",
    "functional_unit": "functional_unit",
    "energy": "functional_unit",
    "rounding": "rounding",
}
# Texts and lists with pages of their own; a title is not a parameter.
_LEFT_OUT = ("format", "status", "published", "title", "sources", "assumptions")
_TEXTS = ("stages.titles", "functional_unit.zh", "functional_unit.en")


@dataclass(frozen=True, slots=True)
class ParameterPair:
    """One parameter of two rule sets: its dotted path in the file, the group it belongs to, and both values.

    A value is a text, whole number, truth value or list as the file holds it; None where a rule set does not state it.
    `assumed_a` and `assumed_b` hold the id of the assumption that carries the value, "" where none does.
    """

    path: str
    group: str
    a: Any
    b: Any
    assumed_a: str = ""
    assumed_b: str = ""

    @property
    def differs(self) -> bool:
        """Whether the two rule sets say different things."""
        return bool(self.a != self.b)


def flat(data: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of a rule-set file by dotted path, in the order of the file; texts and titles are left out."""
    found: dict[str, Any] = {}

    def walk(prefix: str, value: Any) -> None:
        if isinstance(value, Mapping):
            for key, item in value.items():
                walk(f"{prefix}.{key}" if prefix else str(key), item)
        elif not prefix.startswith(_TEXTS):
            found[prefix] = tuple(value) if isinstance(value, list) else value

    walk("", {key: value for key, value in data.items() if key not in _LEFT_OUT})
    return found


def group_of(path: str) -> str:
    """The group of rules that a parameter belongs to; "other" for one that no group knows."""
    return _SECTIONS.get(path.split(".")[0], "other")


def assumption_of(ruleset: RuleSet, path: str) -> str:
    """The id of the assumption that carries a parameter: its own, or that of the section it stands in; "" for none."""
    carrying = [
        item
        for item in ruleset.assumptions
        if path == item.parameter or path.startswith(f"{item.parameter}.")
    ]
    return max(carrying, key=lambda item: len(item.parameter)).id if carrying else ""


def parameter_pairs(a: RuleSet, b: RuleSet) -> list[ParameterPair]:
    """Every parameter of either rule set, by group in the order of `GROUPS`, within a group as the files have them."""
    first, second = flat(a.data), flat(b.data)
    paths = dict.fromkeys([*first, *second])
    order = {group: number for number, group in enumerate((*GROUPS, "rounding", "other"))}
    pairs = [
        ParameterPair(
            path,
            group_of(path),
            first.get(path),
            second.get(path),
            assumption_of(a, path) if path in first else "",
            assumption_of(b, path) if path in second else "",
        )
        for path in paths
    ]
    return sorted(pairs, key=lambda pair: order[pair.group])
