"""Shares and ratings that say how well a result is known (Catena-X PCF rulebook v4, adopted for every rule set).

PCF_abs = sum |PCF_i|
PDS     = |emissions from primary data| / PCF_abs        primary: activity data and factor both primary
PDS_agg = sum(PCF_abs_i * PDS_i) / sum(PCF_abs_i)        a missing PDS counts as 0
DQR_agg = sum(|PCF_i| * DQR_i) / sum(PCF_abs_i)          per criterion; a missing rating counts as 5, the worst
TiR     = 1, 2, 3, 4 for an age up to 366, 731, 1096, 1461 days, else 5
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from lca.engine.model import Inventory, Process, place_of
from lca.engine.problems import WARNING, EngineProblem
from lca.engine.units import UnitError, ratio
from lca.rulesets.model import CutOffRule

_TIR_DAYS = (366, 731, 1096, 1461)


def absolute(parts: Iterable[float]) -> float:
    """Return PCF_abs, kg CO2e: the sum of the parts without their signs."""
    return sum(abs(part) for part in parts)


def aggregate_pds(parts: Sequence[tuple[float, float | None]]) -> float | None:
    """Return PDS_agg of (kg CO2e, PDS) pairs, or None where there is nothing to share out."""
    total = absolute(pcf for pcf, _ in parts)
    return sum(abs(pcf) * (pds or 0.0) for pcf, pds in parts) / total if total else None


def aggregate_dqr(parts: Sequence[tuple[float, float | None]], missing: float = 5) -> float | None:
    """Return DQR_agg of (kg CO2e, rating) pairs, or None where there is nothing to weigh."""
    total = absolute(pcf for pcf, _ in parts)
    weighted = sum(abs(pcf) * (missing if rating is None else rating) for pcf, rating in parts)
    return weighted / total if total else None


def time_rating(age_days: float) -> int:
    """Return TiR for data of this age; data from after the period's end are as good as new."""
    return next((rating for rating, limit in enumerate(_TIR_DAYS, 1) if age_days <= limit), 5)


def factor_time_rating(factor_year: int | None, period_to: str) -> int | None:
    """Return TiR of a factor of a calendar year against the end of the period, or None if either is not known."""
    if factor_year is None or not period_to:
        return None
    return time_rating((date.fromisoformat(period_to) - date(factor_year, 12, 31)).days)


@dataclass(frozen=True, slots=True)
class RatedPart:
    """One contribution with what is known of it. Shares from 0 to 1; None is not known and counts as the worst."""

    kgco2e: float
    primary: float | None
    activity_primary: bool
    verified: float | None
    ter: float | None
    tir: float | None
    ger: float | None
    tier: str
    estimated: bool


def of_model(kgco2e: float, tier: str) -> RatedPart:
    """Return a contribution that the end-of-life model adds: no activity data, no rating, nothing verified."""
    return RatedPart(kgco2e, 0.0, False, None, None, None, None, tier, False)


def shares(parts: Sequence[RatedPart], missing_dqr: int) -> dict[str, Any]:
    """Return pds, dqr, verified share, tier shares, estimated share and the shares' base, PCF_abs in kg CO2e."""
    total = absolute(part.kgco2e for part in parts)
    tiers: dict[str, float] = defaultdict(float)
    for part in parts:
        tiers[part.tier] += abs(part.kgco2e) / total if total else 0.0
    ratings = {
        name: aggregate_dqr([(part.kgco2e, getattr(part, name)) for part in parts], missing_dqr)
        for name in ("ter", "tir", "ger")
    }
    known = [rating for rating in ratings.values() if rating is not None]
    return {
        "pcf_abs": total,
        "pds": aggregate_pds([(part.kgco2e, part.primary) for part in parts]),
        "activity_primary_share": aggregate_pds(
            [(part.kgco2e, float(part.activity_primary)) for part in parts]
        ),
        "verified_share": aggregate_pds([(part.kgco2e, part.verified) for part in parts]),
        "estimated_share": aggregate_pds([(part.kgco2e, float(part.estimated)) for part in parts]),
        "tier_shares": dict(sorted(tiers.items())),
        "dqr": {**ratings, "overall": sum(known) / len(known) if known else None},
    }


def cut_off(inventory: Inventory, rule: CutOffRule, problems: list[EngineProblem]) -> dict[str, Any]:
    """Return the omitted flows against the rule set's limits; a share that nobody estimated is unknown, not zero."""
    total, complete = Decimal(0), True
    items = []
    for position, omission in enumerate(inventory.omitted):
        place, name = f"omitted[{position}]", omission.name
        if not omission.reason.strip():
            problems.append(EngineProblem("cutoff.no_reason", place, "", {"name": name}, WARNING))
        if omission.mass_share is None:
            complete = False
            problems.append(EngineProblem("cutoff.no_share", place, "", {"name": name}, WARNING))
        else:
            total += omission.mass_share
            if omission.mass_share > rule.single:
                params = {"name": name, "limit": _percent(rule.single)}
                shown = _percent(omission.mass_share)
                problems.append(EngineProblem("cutoff.single", place, shown, params, WARNING))
        share = None if omission.mass_share is None else float(omission.mass_share)
        items.append({"name": dict(omission.name), "reason": omission.reason, "mass_share": share})
    if total > rule.total:
        params = {"limit": _percent(rule.total)}
        problems.append(EngineProblem("cutoff.total", "omitted", _percent(total), params, WARNING))
    singles = [omission.mass_share for omission in inventory.omitted if omission.mass_share is not None]
    return {
        "basis": rule.basis,
        "limit_single": float(rule.single),
        "limit_total": float(rule.total),
        "items": items,
        "total_share": float(total) if complete else None,
        "known_share": float(total),
        "within": complete and total <= rule.total and all(share <= rule.single for share in singles),
    }


def _percent(share: Decimal) -> str:
    return f"{(share * 100).normalize():f} %"


def mass_balance(
    inventory: Inventory, tolerance: Decimal, problems: list[EngineProblem]
) -> list[dict[str, Any]]:
    """Return inputs against products and wastes, in kg over the period, for every process; warn past the tolerance.

    `complete` is false where a flow has no known mass; then nothing is warned of. Fuels and other energy
    carry no mass here.
    """
    rows = []
    for process in inventory.processes:
        inputs, complete = _input_mass(inventory, process)
        products, products_complete = _sum(product.mass_kg for product in process.products)
        wastes, wastes_complete = _sum(
            _kilograms(exchange.amount, exchange.unit)
            for exchange in process.exchanges
            if exchange.kind == "waste" and exchange.state != "not_applicable"
        )
        complete = complete and products_complete and wastes_complete and inputs > 0
        outputs = products + wastes
        difference = inputs - outputs
        relative = difference / max(inputs, outputs) if max(inputs, outputs) > 0 else None
        within = abs(relative) <= tolerance if complete and relative is not None else None
        if within is False and relative is not None:
            params = {
                "process": process.name,
                "inputs": f"{float(inputs):.6g}",
                "outputs": f"{float(outputs):.6g}",
            }
            shown = _percent(round(relative, 4))
            problems.append(EngineProblem("balance.off", place_of(process), shown, params, WARNING))
        rows.append(
            {
                "process": process.id,
                "name": dict(process.name),
                "inputs_kg": float(inputs),
                "products_kg": float(products),
                "wastes_kg": float(wastes),
                "difference_kg": float(difference),
                "relative": None if relative is None else float(relative),
                "complete": complete,
                "within": within,
            }
        )
    return rows


def _sum(values: Iterable[Decimal | None]) -> tuple[Decimal, bool]:
    found = list(values)
    return sum((value for value in found if value is not None), Decimal(0)), None not in found


def _kilograms(amount: Decimal | None, unit: str, per_unit: Decimal | None = None) -> Decimal | None:
    """Return the mass of an amount, through the mass per unit where the unit is no mass."""
    if amount is None:
        return None
    try:
        return amount * ratio(unit, "kg")
    except UnitError:
        return None if per_unit is None else amount * per_unit


def _input_mass(inventory: Inventory, process: Process) -> tuple[Decimal, bool]:
    masses = []
    for exchange in process.exchanges:
        if exchange.kind not in ("material", "module") or exchange.state == "not_applicable":
            continue
        per_unit = None
        link = exchange.link
        if link is not None and link.kind == "process":
            supplier = inventory.process(link.target)
            product = None
            if supplier is not None:
                product = supplier.product(link.product) if link.product else supplier.products[0]
            if product is not None and product.mass_kg is not None and product.unit:
                try:
                    per_unit = product.mass_kg / product.amount * ratio(exchange.unit, product.unit)
                except UnitError:
                    per_unit = None
        elif link is not None and link.kind == "result":
            result = inventory.results.get(link.target)
            per_unit = result.unit_mass_kg if result else None
        masses.append(_kilograms(exchange.amount, exchange.unit, per_unit))
    return _sum(masses)
