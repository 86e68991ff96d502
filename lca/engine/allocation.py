"""Sharing a unit process's burdens among its co-products.

    share_j = q_j / sum(q)      q: mass (kg), energy (MJ) or value (amount x price) of product j over the period

The rule set's default is physical: energy where every product is an energy flow, mass otherwise. Where all products
have a price and the largest price per unit of the physical basis is more than `economic_ratio` times the smallest,
value takes its place (GBA 4, Catena-X 5). A price of zero beside another that is not is past any ratio: what nobody
pays for carries nothing, and a finding says so. A recorded choice needs a reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from lca.engine.model import Process, place_of
from lca.engine.problems import WARNING, EngineProblem
from lca.engine.units import dimension
from lca.rulesets.model import AllocationRule

_METHOD_ZH = {"mass": "质量", "energy": "能量", "economic": "经济", "recorded": "记录的"}
_BASIS = {
    "mass": ("质量", "mass"),
    "energy": ("能量", "energy"),
    "economic": ("价格", "price"),
    "recorded": ("比例", "share"),
}


@dataclass(frozen=True, slots=True)
class Allocation:
    """How one process is shared: the method used, a share per product id (sums to 1), and the reason on record."""

    method: str
    shares: dict[str, float]
    reason: str = ""


def allocate(process: Process, rule: AllocationRule, problems: list[EngineProblem]) -> Allocation:
    """Return the shares of `process`; errors and warnings are added to `problems` with the process's name.

    After an error the shares are equal, so that the rest of the system can still be checked.
    """
    if len(process.products) == 1:
        return Allocation("none", {process.products[0].id: 1.0})
    physical = _physical_method(process)
    method = process.allocation_method or (physical if rule.default == "physical" else "economic")
    if method == "physical":
        method = physical
    if method == "recorded" or (process.allocation_method and method != physical):
        if not process.allocation_reason.strip():
            problems.append(
                EngineProblem("allocation.reason", place_of(process), method, {"process": process.name})
            )
    elif not process.allocation_method:
        method = _economic_if_far_apart(process, method, rule, problems)
    bases = _bases(process, method, problems)
    total = sum(bases.values(), Decimal(0))
    if len(bases) == len(process.products):
        if method == "recorded" and abs(total - 1) > Decimal("0.000001"):
            problems.append(
                EngineProblem("allocation.shares", place_of(process), str(total), {"process": process.name})
            )
        elif total <= 0:
            problems.append(
                EngineProblem("allocation.all_zero", place_of(process), method, {"process": process.name})
            )
        else:
            _say_what_is_free(process, bases, problems)
    if len(bases) < len(process.products) or total <= 0:
        return Allocation(method, {product.id: 1 / len(process.products) for product in process.products})
    return Allocation(
        method, {key: float(value / total) for key, value in bases.items()}, process.allocation_reason
    )


def _say_what_is_free(process: Process, bases: dict[str, Decimal], problems: list[EngineProblem]) -> None:
    for product in process.products:
        if bases[product.id] == 0:
            params = {"process": process.name, "product": product.name}
            problems.append(EngineProblem("allocation.free", place_of(process), product.id, params, WARNING))


def _physical_method(process: Process) -> str:
    energies = all(product.unit and dimension(product.unit) == "energy" for product in process.products)
    return "energy" if energies else "mass"


def _basis(process: Process, product_id: str, method: str) -> Decimal | None:
    product = process.product(product_id)
    if product is None:
        return None
    if method == "mass":
        return product.mass_kg
    if method == "energy":
        return product.energy_mj
    if method == "economic":
        return None if product.price is None else product.amount * product.price
    return product.share


def _bases(process: Process, method: str, problems: list[EngineProblem]) -> dict[str, Decimal]:
    bases: dict[str, Decimal] = {}
    for product in process.products:
        basis = _basis(process, product.id, method)
        names = {"process": process.name, "product": product.name}
        if basis is None:
            basis_zh, basis_en = _BASIS[method]
            params = {
                **names,
                "method_zh": _METHOD_ZH[method],
                "method_en": method,
                "basis_zh": basis_zh,
                "basis_en": basis_en,
            }
            problems.append(EngineProblem("allocation.no_basis", place_of(process), product.id, params))
        elif basis < 0 or (basis == 0 and method not in ("recorded", "economic")):
            problems.append(EngineProblem("allocation.negative", place_of(process), str(basis), names))
        else:
            bases[product.id] = basis
    return bases


def _economic_if_far_apart(
    process: Process, method: str, rule: AllocationRule, problems: list[EngineProblem]
) -> str:
    """Return "economic" where prices per unit of the physical basis are further apart than the rule set allows."""
    prices = []
    for product in process.products:
        basis = _basis(process, product.id, method)
        if product.price is None or not basis:
            return method
        prices.append(product.amount * product.price / basis)
    low, high = min(prices), max(prices)
    if high <= rule.economic_ratio * low:
        return method
    problems.append(
        EngineProblem(
            "allocation.economic",
            place_of(process),
            str(round(high / low, 2)) if low else "∞",
            {"process": process.name, "limit": rule.economic_ratio},
            WARNING,
        )
    )
    return "economic"
