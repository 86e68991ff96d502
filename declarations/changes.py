"""What changed between two frozen contents of a declaration: facts, versions, figures, and the lines behind them.

Texts are compared as they were frozen, without any tolerance: what differs in the last digit has a cause too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from carbonfoot.ui.numbers import format_significant
from declarations.figures import STAGES, Frozen, number
from declarations.models import CellFormat, Chemistry

KG_PER_KWH = "kg CO2e/kWh"
LABELS: dict[str, tuple[str | Promise, str]] = {
    "figure.per_functional_unit": (_("Result per kWh delivered"), KG_PER_KWH),
    "figure.materials": (_("Raw materials"), KG_PER_KWH),
    "figure.manufacturing": (_("Manufacturing"), KG_PER_KWH),
    "figure.distribution": (_("Distribution"), KG_PER_KWH),
    "figure.recycling": (_("Recycling"), KG_PER_KWH),
    "figure.delivered_energy_kwh": (_("Energy delivered over service life"), "kWh"),
    "version.ruleset": (_("Rule set"), ""),
    "version.factor_release": (_("Factor release"), ""),
    "version.engine": (_("Engine"), ""),
    "version.plan": (_("Data quality control plan"), ""),
    "version.results": (_("Supplier results in use"), ""),
    "pack.model": (pgettext_lazy("pack", "Model"), ""),
    "pack.gbt34014": (_("GB/T 34014 code"), ""),
    "pack.chemistry": (_("Chemistry"), ""),
    "pack.chemistry_detail": (_("Chemistry in detail"), ""),
    "pack.cell_format": (_("Cell format"), ""),
    "pack.rated_energy_kwh": (_("Rated energy"), "kWh"),
    "pack.usable_energy_kwh": (_("Usable energy"), "kWh"),
    "pack.mass_kg": (_("Mass"), "kg"),
    "pack.vehicle_category": (_("Vehicle category"), ""),
    "pack.warranty_years": (_("Warranty, years"), ""),
    "pack.cycles": (_("Tested cycles N"), ""),
    "pack.depth_of_discharge": (_("Depth of discharge"), ""),
    "pack.capacity_retention": (_("Capacity retention after N cycles"), ""),
    "pack.test_report": (_("Test report"), ""),
    "pack.test_report_sha256": (_("Digest of the test report"), ""),
    "pack.standard": (_("Test standard"), ""),
    "pack.is_typical": (_("Typical product"), ""),
    "pack.plants": (_("Plants"), ""),
}
VALUE_MAX = 400


@dataclass(frozen=True)
class Change:
    """One difference: its key, and the values as text; an empty text where there was none."""

    key: str
    before: str
    after: str

    @property
    def label(self) -> str:
        """What it is, in the reader's language; the key of a fact that has no word."""
        return str(LABELS.get(self.key, (self.key.partition(".")[2], ""))[0])

    @property
    def unit(self) -> str:
        """Unit of the values; empty for texts."""
        return LABELS.get(self.key, ("", ""))[1]

    @property
    def is_figure(self) -> bool:
        """Whether it is a declared figure and not a fact that it rests on."""
        return self.key.startswith("figure.")

    @property
    def relative(self) -> float | None:
        """Change over the value before; None for texts and from zero."""
        if not self.is_figure or not self.before or not self.after or not float(self.before):
            return None
        return float(self.after) / float(self.before) - 1

    def words(self, value: str) -> str:
        """A value as people read it: figures to five significant digits."""
        if self.is_figure and value:
            return format_significant(value, 5) or value
        if self.key == "pack.chemistry" and value in Chemistry.values:
            return str(Chemistry(value).label)
        if self.key == "pack.cell_format" and value in CellFormat.values:
            return str(CellFormat(value).label)
        if self.key == "pack.is_typical":
            return str(_("yes") if value == "true" else _("no"))
        return value

    @property
    def before_words(self) -> str:
        """The value before, as people read it."""
        return self.words(self.before)

    @property
    def after_words(self) -> str:
        """The value after, as people read it."""
        return self.words(self.after)


@dataclass(frozen=True)
class LineChange:
    """A line of the pack's own result that came, went or changed; kg CO2e for each pack, None where it is not there."""

    id: str
    name: dict[str, str]
    stage: str
    before: float | None
    after: float | None

    @property
    def difference(self) -> float:
        """kg CO2e for each pack."""
        return (self.after or 0.0) - (self.before or 0.0)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)[:VALUE_MAX]


def _plants(plants: Iterable[Mapping[str, Any]]) -> str:
    return "; ".join(f"{item.get('name', '')} ({item.get('province', '')})" for item in plants)


def _results(lines: Iterable[Mapping[str, Any]]) -> str:
    """Supplier results in use, each once: the product as the maker knows it, the version, the head of its digest."""
    found = set()
    for line in lines:
        result = line.get("result")
        if result:
            product = result.get("product")
            name = product.get("zh") or product.get("en") if isinstance(product, Mapping) else product
            found.add(f"{name} v{result.get('version', '')} {str(result.get('digest', ''))[:12]}")
    return "; ".join(sorted(found))


def stated(frozen: Frozen) -> dict[str, str]:
    """Every compared value of a frozen content as text, by its key."""
    pack, calculation, ledger = frozen.pack, frozen.calculation, frozen.ledger
    ruleset = calculation.get("ruleset") or {}
    plan = frozen.content.get("plan") or {}
    facts = {key: value for key, value in pack.items() if key not in ("id", "plants", "cycle_life")}
    facts |= pack.get("cycle_life") or {}
    found = {
        f"pack.{key}": _text(value) for key, value in facts.items() if not isinstance(value, dict | list)
    }
    found["pack.plants"] = _text(_plants(pack.get("plants") or ()))
    found |= {
        "version.ruleset": f"{ruleset.get('id', '')} {ruleset.get('version', '')}",
        "version.factor_release": _text((calculation.get("factor_release") or {}).get("code")),
        "version.engine": _text(calculation.get("engine_version")),
        "version.plan": f"v{plan.get('version', '')} {str(plan.get('sha256', ''))[:12]}",
        "version.results": _text(_results(ledger.get("lines") or ())),
        "figure.per_functional_unit": _text((ledger.get("totals") or {}).get("per_functional_unit")),
        "figure.delivered_energy_kwh": _text(ledger.get("delivered_energy_kwh")),
    }
    stages = ledger.get("stages") or {}
    for key in STAGES:
        found[f"figure.{key}"] = _text((stages.get(key) or {}).get("per_functional_unit"))
    return found


def compare(first: Frozen, last: Frozen) -> list[Change]:
    """What differs, in the order of :data:`LABELS`; facts that have no label come last."""
    before, after = stated(first), stated(last)
    order = {key: place for place, key in enumerate(LABELS)}
    keys = sorted({*before, *after}, key=lambda key: (order.get(key, len(order)), key))
    return [
        Change(key, before.get(key, ""), after.get(key, ""))
        for key in keys
        if before.get(key, "") != after.get(key, "")
    ]


def compare_lines(first: Frozen, last: Frozen) -> list[LineChange]:
    """Lines whose burden differs, came or went, the largest difference first."""
    before = {line["id"]: line for line in first.ledger.get("lines") or ()}
    after = {line["id"]: line for line in last.ledger.get("lines") or ()}
    found = []
    for key in {*before, *after}:
        old, new = before.get(key), after.get(key)
        line = new or old or {}
        values = number(old.get("kgco2e")) if old else None, number(new.get("kgco2e")) if new else None
        if values[0] != values[1]:
            found.append(LineChange(key, line.get("name") or {}, str(line.get("stage") or ""), *values))
    return sorted(found, key=lambda item: (-abs(item.difference), item.id))
