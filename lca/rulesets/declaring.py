"""What declaring under a rule set asks beyond the calculation: `declaring.toml`, beside the rule sets."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).resolve().parent / "declaring.toml"


@dataclass(frozen=True)
class FamilyRule:
    """Whether a representative pack may stand for variants, and what proof is asked.

    ``energy_tolerance`` is a fraction of the representative's rated energy; ``standing`` says whether a text states
    the rule or it is assumed.
    """

    accepted: bool
    standing: str = "assumed"
    same: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()
    energy_tolerance: Decimal = Decimal(0)
    representative_first: bool = False
    reason: Mapping[str, str] | None = None


@dataclass(frozen=True)
class RedeclareRule:
    """When a new declaration is proposed: ``change`` is a fraction of the accepted result per functional unit,
    ``statement_months`` counts from the signature of the verification statement."""

    change: Decimal
    statement_months: int
    standing: str = "assumed"


# A rule set that the file does not name takes no families; the general thresholds hold.
NO_FAMILIES = FamilyRule(accepted=False)
USUAL = RedeclareRule(change=Decimal("0.10"), statement_months=36)


@cache
def _tables() -> Mapping[str, Mapping[str, Any]]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


@cache
def family_rule(identifier: str, version: str) -> FamilyRule:
    """Return what a version of a rule set says about families of packs."""
    source = _tables().get(f"{identifier}@{version}", {}).get("families")
    if source is None:
        return NO_FAMILIES
    reason = {"zh": source.get("reason_zh", ""), "en": source.get("reason_en", "")}
    return FamilyRule(
        accepted=bool(source["accepted"]),
        standing=source["standing"],
        same=tuple(source.get("same", ())),
        bases=tuple(source.get("bases", ())),
        energy_tolerance=Decimal(source.get("energy_tolerance", "0")),
        representative_first=bool(source.get("representative_first", False)),
        reason=reason if any(reason.values()) else None,
    )


@cache
def redeclare_rule(identifier: str, version: str) -> RedeclareRule:
    """Return from when on a new declaration is proposed under a version of a rule set."""
    source = _tables().get(f"{identifier}@{version}", {}).get("redeclare")
    if source is None:
        return USUAL
    return RedeclareRule(Decimal(source["change"]), int(source["statement_months"]), source["standing"])
