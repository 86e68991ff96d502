"""The allow-list of the register: every field that can be public, and which of them must be.

A field that is not in this table is never public. Whoever runs the register for the authority chooses among those that
need not be public (:class:`declarations.models.PublicationRule`); the choice holds for what is accepted from then on.
"""

from __future__ import annotations

import copy
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Path = tuple[str, ...]


@dataclass(frozen=True)
class Field:
    """A field of the register: where it lies in the public content, and whether it must be public."""

    key: str
    label: Any
    paths: tuple[Path, ...]
    must: bool = False
    # Why a field must be public, or what its choice means; for the page on which it is chosen.
    note: Any = ""


@dataclass(frozen=True)
class Group:
    """Fields that stand together."""

    key: str
    title: Any
    fields: tuple[Field, ...]


def _field(key: str, label: Any, *path: str, must: bool = False, note: Any = "") -> Field:
    return Field(key, label, (path,), must, note)


_FOLLOWS = _("It follows from the other figures.")
_PROOF = _("Without it nobody could check a document against the register.")

GROUPS: tuple[Group, ...] = (
    Group(
        "maker",
        _("Maker"),
        (
            Field("maker", _("Maker"), (("maker", "name"), ("maker", "is_demo")), must=True),
            _field("uscc", _("Credit code"), "maker", "uscc"),
            _field("province", _("Province"), "maker", "province"),
        ),
    ),
    Group(
        "product",
        _("Product"),
        (
            _field("model", pgettext_lazy("pack", "Model"), "product", "model", must=True),
            _field("gbt34014", _("GB/T 34014 code"), "product", "gbt34014"),
            _field("chemistry", _("Chemistry"), "product", "chemistry", must=True),
            _field("cell_format", _("Cell format"), "product", "cell_format"),
            _field("rated_energy_kwh", _("Rated energy"), "product", "rated_energy_kwh", must=True),
            _field("mass_kg", _("Mass"), "product", "mass_kg"),
            _field("vehicle_category", _("Vehicle category"), "product", "vehicle_category"),
            _field("cycle_life_standard", _("Cycle life tested to"), "product", "cycle_life_standard"),
        ),
    ),
    Group(
        "figures",
        _("Carbon footprint"),
        (
            _field(
                "per_functional_unit", _("Per kWh delivered"), "figures", "per_functional_unit", must=True
            ),
            _field(
                "per_kwh_capacity", _("Per kWh of rated energy"), "figures", "per_kwh_capacity", must=True
            ),
            _field("per_piece", _("Per pack"), "figures", "per_piece", must=True, note=_FOLLOWS),
            _field(
                "delivered_energy_kwh",
                _("Energy delivered over the service life"),
                "figures",
                "delivered_energy_kwh",
                must=True,
                note=_FOLLOWS,
            ),
            _field("stages", _("Shares of the stages"), "figures", "stages_per_functional_unit"),
            _field("primary_data_share", _("Primary data share"), "figures", "primary_data_share"),
            _field(
                "data_quality_rating",
                _("Data quality rating (1 best, 5 worst)"),
                "figures",
                "data_quality_rating",
            ),
            _field("verified_share", _("Verified share"), "figures", "verified_share"),
        ),
    ),
    Group(
        "rules",
        _("Declaration and verification"),
        (
            Field(
                "number",
                _("Number and version"),
                (("format",), ("number",), ("version",), ("supersedes_version",), ("rule_version",)),
                must=True,
            ),
            _field("phase", _("Phase"), "phase"),
            _field("ruleset", _("Rule set"), "ruleset", must=True),
            _field("factor_release", _("Factor release"), "factor_release"),
            _field("body", _("Verification body"), "verification", "body"),
            _field("report_number", _("Number of the verification report"), "verification", "report_number"),
            _field("opinion", _("Opinion"), "verification", "opinion"),
            Field(
                "digests",
                _("Digests of the declared content and of the statement"),
                (("snapshot_sha256",), ("verification", "sha256")),
                must=True,
                note=_PROOF,
            ),
        ),
    ),
)
FIELDS: Mapping[str, Field] = {field.key: field for group in GROUPS for field in group.fields}
MUST = frozenset(key for key, field in FIELDS.items() if field.must)
CHOICE = frozenset(FIELDS) - MUST


def value_at(content: Mapping[str, Any], path: Path) -> Any:
    """What stands at a path of the content; None where nothing does."""
    found: Any = content
    for step in path:
        if not isinstance(found, Mapping):
            return None
        found = found.get(step)
    return found


def kept(content: Mapping[str, Any], public: Collection[str]) -> dict[str, Any]:
    """The content with the fields that must be public and those of ``public``, and nothing else.

    What is left out has no key: that a fact is not public and that it is unknown are two things. A part without any
    field that is kept is left out too; a part that is None (no verification) stays None.
    """
    found: dict[str, Any] = {}
    for key, field in FIELDS.items():
        if not field.must and key not in public:
            continue
        for path in field.paths:
            _copy(content, found, path)
    return found


def _copy(source: Mapping[str, Any], target: dict[str, Any], path: Path) -> None:
    step, rest = path[0], path[1:]
    if step not in source:
        return
    if not rest or source[step] is None:
        target[step] = copy.deepcopy(source[step])
    else:
        _copy(source[step], target.setdefault(step, {}), rest)
