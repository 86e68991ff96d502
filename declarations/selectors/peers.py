"""Accepted packs beside which a declaration is seen: their spread, the share below it, and the nearest ones.

The authority reads all of them; nobody else is given anything from here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db.models import (
    Case,
    Count,
    F,
    FloatField,
    Max,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Abs, Cast, Coalesce, Ln, NullIf

from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.roles import Role
from declarations.figures import Frozen
from declarations.models import Declaration, RegisterEntry
from declarations.plausibility import Spread
from declarations.selectors.register_statistics import Quartiles

CACHED_SECONDS = 3600
POINTS = 300  # lines in the chart; the count and the share below say the rest
NEAREST = 8
# Weights of the distance: a factor e in energy density counts twice that in energy; another format half of the latter.
DENSITY_WEIGHT, FORMAT_WEIGHT = 2.0, 0.5


def _standing(chemistry: str, ruleset: str, number: str = "") -> QuerySet[RegisterEntry]:
    rows = RegisterEntry.objects.filter(stands=True, chemistry=chemistry, ruleset_id=ruleset)
    return rows.exclude(number=number) if number else rows


def _stage(name: str) -> Any:
    """A stage per kWh of rated energy, from its figure per functional unit."""
    value = Cast(KeyTextTransform(name, "stages"), FloatField())
    return value * F("per_kwh_capacity") / NullIf(F("per_functional_unit"), Value(0.0))


FIGURES: dict[str, Any] = {
    "per_kwh": F("per_kwh_capacity"),
    "materials": _stage("materials"),
    "manufacturing": _stage("manufacturing"),
    "delivered": F("per_kwh_capacity") / NullIf(F("per_functional_unit"), Value(0.0)),
}


def spreads(chemistry: str, ruleset: str, number: str = "") -> dict[str, Spread]:
    """How accepted packs of a chemistry lie under a rule set, by figure; without those of declaration ``number``."""
    asked: dict[str, Any] = {}
    for key, expression in FIGURES.items():
        asked |= {f"{key}_count": Count(expression), f"{key}_quartiles": Quartiles(expression)}
    row = _standing(chemistry, ruleset, number).order_by().aggregate(**asked)
    return {
        key: Spread(row[f"{key}_count"], *row[f"{key}_quartiles"]) for key in FIGURES if row[f"{key}_count"]
    }


def spreads_of(pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], dict[str, Spread]]:
    """Spreads for many (chemistry, rule set), as lists need them: kept until another declaration is accepted."""
    newest = RegisterEntry.objects.order_by().aggregate(newest=Max("id"))["newest"] or 0
    found = {}
    for chemistry, ruleset in sorted(set(pairs)):
        key = f"peers:{newest}:{chemistry}:{ruleset}"
        kept = cache.get(key)
        if kept is None:
            kept = spreads(chemistry, ruleset)
            cache.set(key, kept, CACHED_SECONDS)
        found[chemistry, ruleset] = kept
    return found


@dataclass(frozen=True)
class Peers:
    """Accepted packs of the same chemistry: how many, how many of them at or below the value, and some to draw."""

    count: int
    at_or_below: int
    points: list[float]

    @property
    def share(self) -> float | None:
        """Share at or below, 0 to 1; None without peers."""
        return self.at_or_below / self.count if self.count else None


def peers_of(chemistry: str, ruleset: str, number: str, value: float | None) -> Peers:
    """Where a value per kWh of rated energy stands among accepted packs."""
    rows = _standing(chemistry, ruleset, number).order_by()
    counts = rows.aggregate(
        count=Count("pk"), below=Count("pk", filter=Q(per_kwh_capacity__lte=value or 0.0))
    )
    points = rows.values_list("per_kwh_capacity", flat=True).order_by("-accepted_at", "-id")[:POINTS]
    return Peers(counts["count"], counts["below"] if value is not None else 0, list(points))


@dataclass(frozen=True)
class Similar:
    """An accepted pack, and in what it is near: ratios are this pack's over the reviewed one's, None if unknown."""

    declaration: Declaration
    same_format: bool
    energy_ratio: float | None
    density_ratio: float | None
    distance: float


def accepted_for(actor: Actor) -> QuerySet[Declaration]:
    """Accepted declarations with their frozen content, for the authority."""
    if actor.role != Role.REGULATOR or actor.organisation_id is None:
        return Declaration.objects.none()
    return Declaration.objects.select_related("organisation", "pack", "snapshot", "phase").filter(
        state="accepted", snapshot__isnull=False
    )


def similar(actor: Actor, declaration: Declaration) -> list[Similar]:
    """The nearest accepted packs of the same chemistry under the same rule set, nearest first.

    The distance adds the logarithms of the ratios of rated energy and of energy density, weighted, and a fixed amount
    for another cell format. It orders a list for people; nothing is calculated from it.
    """
    if declaration.snapshot is None or declaration.calculation is None:
        return []
    pack = Frozen(declaration.snapshot).pack
    energy, mass = _float(pack.get("rated_energy_kwh")), _float(pack.get("mass_kg"))
    rows: Any = (
        accepted_for(actor)
        .filter(
            pack__chemistry=pack.get("chemistry", ""),
            calculation__ruleset_id=declaration.calculation.ruleset_id,
        )
        .exclude(number=declaration.number)
    )
    rated = Cast("pack__rated_energy_kwh", FloatField())
    density = rated / NullIf(Cast("pack__mass_kg", FloatField()), Value(0.0))
    distance: Any = Case(
        When(pack__cell_format=pack.get("cell_format") or "", then=Value(0.0)),
        default=Value(FORMAT_WEIGHT),
        output_field=FloatField(),
    )
    if energy:
        distance = distance + Coalesce(Abs(Ln(rated / Value(energy))), Value(1.0))
    if energy and mass:
        distance = distance + DENSITY_WEIGHT * Coalesce(Abs(Ln(density / Value(energy / mass))), Value(0.5))
    rows = rows.annotate(distance=distance).order_by("distance", "pk")[:NEAREST]
    return [_similar(row, pack.get("cell_format") or "", energy, mass) for row in rows]


def _float(value: Any) -> float | None:
    return float(value) if value not in (None, "") and float(value) > 0 else None


def _similar(row: Any, cell_format: str, energy: float | None, mass: float | None) -> Similar:
    other_energy, other_mass = _float(row.pack.rated_energy_kwh), _float(row.pack.mass_kg)
    density = energy / mass if energy and mass else None
    other_density = other_energy / other_mass if other_energy and other_mass else None
    return Similar(
        row,
        row.pack.cell_format == cell_format,
        other_energy / energy if energy and other_energy else None,
        other_density / density if density and other_density else None,
        row.distance,
    )
