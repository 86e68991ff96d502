"""Adding a declared ledger up again from its lines: what can be checked without the inventory behind it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from math import fsum
from typing import Any

from .compare import Differs, near


def check_sums(ledger: Mapping[str, Any], factors: Mapping[str, Mapping[str, Any]], release: str) -> int:
    """Check lines, stages and totals of a ledger (floats as text) and return how many figures that were.

    line    = converted amount * burden of one unit of it       kg CO2e per reference flow
    stage   = sum of its counted lines,   total = sum of all counted lines
    per unit = total / units of the reference flow;   per functional unit = per unit / delivered (or rated) energy

    ``factors`` are those of ``release`` by key: a line that rests on one states its value as it is there.
    Raises Differs.
    """
    total = float(ledger["total"])
    count = _Counter(total)
    sums: dict[str, list[float]] = {}
    for line in ledger["lines"]:
        place = f"lines[{line['id']}]"
        if line["unit_burden"] is not None and line["converted_amount"] is not None:
            made = float(line["converted_amount"]) * float(line["unit_burden"])
            count.same(f"{place}.kgco2e", line["kgco2e"], made)
        if line["counted"]:
            sums.setdefault(line["stage"], []).append(float(line["kgco2e"]))
        _factor(place, line.get("factor"), factors, release)
    for stage, entry in ledger["stages"].items():
        count.same(f"stages.{stage}.kgco2e", entry["kgco2e"], fsum(sums.get(stage, [])))
    count.same("total", ledger["total"], fsum(value for part in sums.values() for value in part))
    _totals(ledger, total, count)
    return count.figures


class _Counter:
    def __init__(self, total: float) -> None:
        self.total, self.figures = total, 0

    def same(self, place: str, declared: Any, made: float) -> None:
        """Raise Differs unless the declared figure is the one made here."""
        self.figures += 1
        if declared is None or not near(float(declared), made, self.total):
            raise Differs(place, declared, made)


def _factor(
    place: str, factor: Mapping[str, Any] | None, factors: Mapping[str, Mapping[str, Any]], release: str
) -> None:
    if factor is None or factor["own"]:
        return
    known = factors.get(factor["key"])
    if factor["release"] != release or known is None:
        raise Differs(f"{place}.factor", factor["key"], None)
    if Decimal(factor["value"]) != Decimal(known["value"]) or factor["unit"] != known["unit"]:
        raise Differs(
            f"{place}.factor", f"{factor['value']} {factor['unit']}", f"{known['value']} {known['unit']}"
        )


def _totals(ledger: Mapping[str, Any], total: float, count: _Counter) -> None:
    totals, product, reference = ledger["totals"], ledger["product"], ledger["reference"]
    per_unit = total / float(reference["amount"])
    count.same("totals.per_unit", totals["per_unit"], per_unit)
    if totals["per_piece"] is None:
        return
    count.same("totals.per_piece", totals["per_piece"], per_unit)
    rated = ledger["functional_unit"]["kind"] == "rated_capacity"
    divisor = product["rated_energy_kwh"] if rated else ledger["delivered_energy_kwh"]
    divided = {"per_functional_unit": divisor, "per_kwh_capacity": product["rated_energy_kwh"]}
    for name, by in (*divided.items(), ("per_kg", product["mass_kg"])):
        if totals[name] is not None:
            count.same(f"totals.{name}", totals[name], per_unit / float(by))
    if totals["per_functional_unit"] is not None:
        for stage, entry in ledger["stages"].items():
            made = float(entry["kgco2e"]) / float(reference["amount"]) / float(divisor)
            count.same(f"stages.{stage}.per_functional_unit", entry["per_functional_unit"], made)
