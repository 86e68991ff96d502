"""The family of a pack as a snapshot holds it, in words: for the pages of all who read it, and for the report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from carbonfoot.ui.numbers import decimals_for, format_number, format_percent, round_half_even, to_decimal
from carbonfoot.ui.text import pick
from declarations.families import CRITERIA
from declarations.forms.families import DRIVER_WORDS
from declarations.models import CellFormat, FamilyBasis, FamilyRole
from declarations.selectors.packs import tidy

DIGITS = 6  # of amounts, so that an exact ratio can be followed


def shortened(value: Any) -> str | None:
    """An amount to six significant digits, without zeros at its end: 400, 12.6888; None where there is none."""
    number = to_decimal(value)
    if number is None:
        return None
    return format_number(tidy(round_half_even(number, decimals_for(number, DIGITS))))


@dataclass(frozen=True)
class ProofRow:
    """A criterion as it was frozen: raw facts of both packs in words."""

    label: Any
    representative: str
    variant: str
    met: bool


@dataclass(frozen=True)
class ScaledRow:
    """A line as it was scaled: amounts before and after, and by what."""

    name: str
    unit: str
    before: str | None
    after: str | None
    driver: Any
    factor: str


class FrozenFamily:
    """What a snapshot says of the pack's family. ``content`` is its part ``family``."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self.content = content

    @property
    def is_variant(self) -> bool:
        """Whether the pack is a variant; otherwise it is the representative."""
        return bool(self.content["role"] == FamilyRole.VARIANT)

    @property
    def rows(self) -> list[tuple[Any, Any]]:
        """Facts with their labels, in order."""
        content = self.content
        found: list[tuple[Any, Any]] = [
            (pgettext("pack", "Family"), content["name"]),
            (_("Role"), FamilyRole(content["role"]).label),
            (_("Sense"), FamilyBasis(content["basis"]).label),
            (_("Why it stands for the others"), content["reason"]),
            (_("Cell model"), content["cell_model"]),
            (_("Number of cells"), format_number(content["cells"], 0)),
        ]
        if not self.is_variant:
            variants = _(", ").join(content["variants"]) or _("none")
            return [*found, (_("Variants"), variants)]
        head, derivation = content["representative"], content["derivation"]
        found.append((_("Representative"), f"{head['model']} · {head['gbt34014']}"))
        rule = format_percent(content["rule"]["energy_tolerance"], 0)
        found.append((_("Tolerance of the rated energy"), _("%(share)s (assumed)") % {"share": rule}))
        if derivation is None:
            return [*found, (_("Inventory"), _("not scaled"))]
        source = derivation["source"]
        text = _("scaled from revision %(number)s of %(pack)s, SHA-256 %(digest)s…") % {
            "number": source["revision"],
            "pack": source["pack"],
            "digest": source["sha256"][:12],
        }
        found.append((_("Inventory"), text))
        departs = content["departures"]
        stated = _(", ").join(departs) if departs else _("none")
        return [*found, (_("Lines that say something else"), stated)]

    @property
    def proof(self) -> list[ProofRow]:
        """The criteria with what both packs say to them."""
        return [
            ProofRow(
                CRITERIA[item["key"]],
                _fact(item["key"], item["representative"]),
                _fact(item["key"], item["variant"]),
                bool(item["met"]),
            )
            for item in self.content.get("proof") or ()
        ]

    @property
    def lines(self) -> list[ScaledRow]:
        """Scaled lines and end-of-life materials, in the order of the inventory."""
        derivation = self.content.get("derivation")
        if not derivation:
            return []
        factors = {
            name: f"{shortened(ratio['to'])} / {shortened(ratio['from'])}"
            for name, ratio in derivation["drivers"].items()
        }
        rows = [*derivation["lines"], *({**item, "unit": "kg"} for item in derivation["materials"])]
        return [
            ScaledRow(
                name=pick(row.get("name") or {}) or str(row.get("line") or row.get("material")),
                unit=row["unit"],
                before=shortened(row["from"]),
                after=shortened(row["to"]),
                driver=DRIVER_WORDS[row["driver"]],
                factor=factors[row["driver"]],
            )
            for row in rows
        ]


def _fact(key: str, code: str) -> str:
    if key == "format" and code in CellFormat.values:
        return str(CellFormat(code).label)
    if key == "basis" and code in FamilyBasis.values:
        return str(FamilyBasis(code).label)
    if key == "nearest":
        return f"{format_number(code, 1)} kWh"
    if key == "worst_case":
        return f"{format_number(code, 4)} kg CO2e/kWh" if code else str(_("not calculated yet"))
    return code


def frozen_family(content: Mapping[str, Any] | None) -> FrozenFamily | None:
    """The family in a snapshot's content; None where the pack has none or the snapshot is older than families."""
    part = (content or {}).get("family")
    return FrozenFamily(part) if part else None
