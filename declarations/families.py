"""Whether a pack may stand for a variant: the proof that the rule set asks, each criterion with its evidence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from carbonfoot.ui.numbers import format_number, format_percent
from declarations.models import FamilyBasis, FamilyMember, Pack
from lca.models import Calculation, Exchange
from lca.rulesets.declaring import FamilyRule

CRITERIA: dict[str, Any] = {
    "cell": _("Same cell"),
    "chemistry": _("Same chemistry"),
    "format": _("Same cell format"),
    "plant": _("Made in the same plants"),
    "basis": _("Sense in which it represents"),
    "nearest": _("Rated energies within the tolerance"),
    "worst_case": _("The representative has the higher footprint"),
}


@dataclass(frozen=True)
class Criterion:
    """One thing that is asked, what both packs say to it, and whether it is met. ``codes`` are the raw facts of both,
    the same in every language; ``shown`` are they in words, ``note`` how they were compared."""

    key: str
    met: bool
    codes: tuple[str, str]
    shown: tuple[str | Promise, str | Promise]
    note: str | Promise = ""

    @property
    def label(self) -> Any:
        """What is asked, in words."""
        return CRITERIA[self.key]

    def content(self) -> dict[str, Any]:
        """As it is frozen."""
        return {
            "key": self.key,
            "met": self.met,
            "representative": self.codes[0],
            "variant": self.codes[1],
        }


@dataclass(frozen=True)
class Proof:
    """All criteria for one variant under one rule set."""

    rule: FamilyRule
    criteria: list[Criterion] = field(default_factory=list)

    @property
    def accepted(self) -> bool:
        """The rule set takes families, and nothing that it asks is unmet."""
        return self.rule.accepted and all(item.met for item in self.criteria)

    @property
    def unmet(self) -> list[Criterion]:
        """What is not met."""
        return [item for item in self.criteria if not item.met]


@dataclass(frozen=True)
class Evidence:
    """What a proof needs besides the facts of the packs: results behind the cells, plants, and figures.

    ``figures`` are kg CO2e per functional unit of the newest finished calculation of each pack, None without one.
    """

    cells: dict[int, frozenset[str]]
    plants: dict[int, frozenset[str]]
    figures: dict[int, float | None]


def evidence_of(members: Iterable[FamilyMember], ruleset: str) -> Evidence:
    """Read the evidence for all members of a family at once, in three queries."""
    packs = [member.pack for member in members]
    by_inventory = {pack.inventory_id: pack.pk for pack in packs if pack.inventory_id}
    cells: dict[int, set[str]] = {pack.pk: set() for pack in packs}
    lines = Exchange.objects.filter(
        process__inventory__in=list(by_inventory), component="cell", result__isnull=False
    )
    for inventory, series in lines.values_list("process__inventory_id", "result__series"):
        cells[by_inventory[inventory]].add(str(series))
    plants: dict[int, set[str]] = {pack.pk: set() for pack in packs}
    rows = Pack.plants.through.objects.filter(pack_id__in=list(plants)).values_list("pack_id", "plant__name")
    for pack, plant in rows.order_by("plant__name"):
        plants[pack].add(plant)
    newest = Calculation.objects.filter(
        revision__inventory__in=list(by_inventory), ruleset_id=ruleset, state="done"
    ).order_by("revision__inventory_id", "-done_at", "-pk")
    figures: dict[int, float | None] = dict.fromkeys(cells)
    for inventory, value in newest.distinct("revision__inventory_id").values_list(
        "revision__inventory_id", "per_functional_unit"
    ):
        figures[by_inventory[inventory]] = value
    return Evidence(
        cells={key: frozenset(value) for key, value in cells.items()},
        plants={key: frozenset(value) for key, value in plants.items()},
        figures=figures,
    )


def prove(representative: FamilyMember, variant: FamilyMember, rule: FamilyRule, evidence: Evidence) -> Proof:
    """Every criterion that ``rule`` names, met or not. Reads nothing."""
    if not rule.accepted:
        return Proof(rule)
    criteria = [_SAME[name](representative, variant, evidence) for name in rule.same]
    basis = representative.family.basis
    words = (FamilyBasis(basis).label, FamilyBasis(basis).label)
    if basis not in rule.bases:
        criteria.append(Criterion("basis", False, (basis, basis), words))
    elif basis == FamilyBasis.NEAREST:
        criteria.append(_nearest(representative, variant, rule))
    else:
        criteria.append(_worst(representative, variant, evidence))
    return Proof(rule, criteria)


def _pair(key: str, met: bool, codes: tuple[str, str], shown: Any = None, note: Any = "") -> Criterion:
    return Criterion(key, met, codes, shown or codes, note)


def _cell(first: FamilyMember, second: FamilyMember, evidence: Evidence) -> Criterion:
    codes = (first.cell_model, second.cell_model)
    same_source = evidence.cells[first.pack_id] == evidence.cells[second.pack_id]
    met = first.cell_model.casefold() == second.cell_model.casefold() and same_source
    note = "" if same_source else _("The two packs take their cells from different published results.")
    return _pair("cell", met, codes, note=note)


def _chemistry(first: FamilyMember, second: FamilyMember, _evidence: Evidence) -> Criterion:
    sides = [(member.pack.chemistry, member.pack.chemistry_detail) for member in (first, second)]
    texts = (" ".join(sides[0]).strip(), " ".join(sides[1]).strip())
    return _pair("chemistry", sides[0] == sides[1], texts)


def _format(first: FamilyMember, second: FamilyMember, _evidence: Evidence) -> Criterion:
    codes = (first.pack.cell_format, second.pack.cell_format)
    shown = (first.pack.get_cell_format_display(), second.pack.get_cell_format_display())
    return _pair("format", codes[0] == codes[1], codes, shown)


def _plant(first: FamilyMember, second: FamilyMember, evidence: Evidence) -> Criterion:
    sides = (evidence.plants[first.pack_id], evidence.plants[second.pack_id])
    codes = ("; ".join(sorted(sides[0])), "; ".join(sorted(sides[1])))
    note = _("Every plant of the variant must be one of the representative's.")
    return _pair("plant", bool(sides[1]) and sides[1] <= sides[0], codes, note=note)


def _nearest(first: FamilyMember, second: FamilyMember, rule: FamilyRule) -> Criterion:
    base, other = first.pack.rated_energy_kwh, second.pack.rated_energy_kwh
    apart = abs(other - base) / base
    note = _("%(apart)s apart; at most %(most)s is taken.") % {
        "apart": format_percent(apart, 1),
        "most": format_percent(rule.energy_tolerance, 0),
    }
    codes = (_plain(base), _plain(other))
    shown = (f"{format_number(base, 1)} kWh", f"{format_number(other, 1)} kWh")
    return _pair("nearest", apart <= rule.energy_tolerance, codes, shown, note)


def _worst(first: FamilyMember, second: FamilyMember, evidence: Evidence) -> Criterion:
    base, other = evidence.figures[first.pack_id], evidence.figures[second.pack_id]
    known = base is not None and other is not None
    met = base is not None and other is not None and base >= other
    codes = ("" if base is None else repr(base), "" if other is None else repr(other))
    shown = tuple(
        _("not calculated yet") if value is None else f"{format_number(value, 4)} kg CO2e/kWh"
        for value in (base, other)
    )
    note = "" if known else _("Both packs must be calculated under the rule set.")
    return _pair("worst_case", met, codes, shown, note)


def _plain(value: Decimal) -> str:
    text = format(Decimal(value), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


_SAME = {"cell": _cell, "chemistry": _chemistry, "format": _format, "plant": _plant}
