"""Background factors in memory: one factor, and a release of them that never changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import SequenceMatcher
from functools import cached_property
from types import MappingProxyType
from typing import Any

from lca.engine.canonical import digest
from lca.engine.units import UnitError, split_factor_unit

FAMILIES = ("electricity_footprint", "electricity_co2", "other")
TIERS = ("official", "model", "literature", "database", "own")
# Answers of `nearest`: kept for so many texts, asked with at most so many characters, with so many keys each.
_MOST_KEPT, _LONGEST_ASKED, _KEPT = 300, 100, 10


@dataclass(frozen=True, slots=True)
class Factor:
    """One background factor: `value` in `unit` (kg CO2e per unit for emission factors), with where it comes from.

    `family` keeps the two Chinese electricity families apart: `electricity_footprint` (life cycle, for products) and
    `electricity_co2` (generation only, for organisations). `basis` says which substance a mass means (hydrates),
    `boundary` what the value covers, `reuse` the terms class (open, cite_only, share_alike).
    """

    key: str
    name_en: str
    name_zh: str
    category: str
    value: Decimal
    unit: str
    region: str
    year: int | None
    tier: str
    family: str = "other"
    source_title: str = ""
    source_ref: str = ""
    licence: str = ""
    note: str = ""
    basis: str = ""
    boundary: str = ""
    reuse: str = ""
    primary: bool = False
    own: bool = False

    @property
    def per_unit(self) -> str:
        """The canonical unit that the factor is per. Errors: UnitError if it is not an emission factor."""
        return split_factor_unit(self.unit)[1]

    @property
    def co2_only(self) -> bool:
        """Whether the value counts carbon dioxide alone, not all greenhouse gases."""
        return self.unit.startswith("kg CO2/")

    @property
    def is_emission_factor(self) -> bool:
        """Whether the value is kg CO2(e) per unit of an input, so that an exchange may be linked to it."""
        if self.category == "gwp":
            return False
        try:
            split_factor_unit(self.unit)
        except UnitError:
            return False
        return True

    def to_dict(self) -> dict[str, Any]:
        """Return the factor as plain JSON data with the value as an exact decimal string."""
        return {
            "key": self.key,
            "name": {"zh": self.name_zh, "en": self.name_en},
            "category": self.category,
            "value": str(self.value),
            "unit": self.unit,
            "region": self.region,
            "year": self.year,
            "tier": self.tier,
            "family": self.family,
            "source": self.source_title,
            "source_ref": self.source_ref,
            "licence": self.licence,
            "note": self.note,
            "basis": self.basis,
            "boundary": self.boundary,
            "reuse": self.reuse,
        }


@dataclass(frozen=True)
class FactorRelease:
    """A named, immutable set of factors. `sha256` is the digest of its content, wherever it was loaded from."""

    code: str
    factors: Mapping[str, Factor]
    title: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    published: str = ""

    @classmethod
    def build(
        cls, code: str, factors: Iterable[Factor], title: Mapping[str, str] | None = None, published: str = ""
    ) -> FactorRelease:
        """Return a release of `factors`. Errors: ValueError if a key occurs twice."""
        table: dict[str, Factor] = {}
        for factor in factors:
            if factor.key in table:
                raise ValueError(f"factor key occurs twice: {factor.key}")
            table[factor.key] = factor
        return cls(code, MappingProxyType(table), MappingProxyType(dict(title or {})), published)

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of the canonical JSON of all factors in key order."""
        return digest(
            {"code": self.code, "factors": [self.factors[key].to_dict() for key in sorted(self.factors)]}
        )

    def get(self, key: str) -> Factor | None:
        """Return the factor with `key`, or None."""
        return self.factors.get(key)

    def nearest(self, text: str, limit: int = 3) -> list[str]:
        """Return up to `limit` keys that resemble `text` by key or name, closest first. An empty list if nothing does.

        The search takes some 30 ms, so that answers are kept, and callers bound how often they ask.
        """
        wanted = text.casefold()[:_LONGEST_ASKED]
        found = self._nearest.get(wanted)
        if found is None:
            if len(self._nearest) >= _MOST_KEPT:
                self._nearest.clear()
            found = self._nearest[wanted] = self._search(wanted)
        return found[:limit]

    @cached_property
    def _nearest(self) -> dict[str, list[str]]:
        return {}

    def _search(self, wanted: str) -> list[str]:
        matcher = SequenceMatcher()
        matcher.set_seq2(wanted)
        scored = []
        for key, names in self._names:
            best = 0.3 if any(wanted in name for name in names) else 0.0
            closest = 0.0
            for name in names:
                matcher.set_seq1(name)
                # The cheap upper bounds settle most names.
                if matcher.real_quick_ratio() > closest and matcher.quick_ratio() > max(closest, 0.2):
                    closest = max(closest, matcher.ratio())
            if closest + best >= 0.5:
                scored.append((closest + best, key))
        return [key for _, key in sorted(scored, reverse=True)[:_KEPT]]

    @cached_property
    def _names(self) -> list[tuple[str, list[str]]]:
        return [
            (key, [text.casefold() for text in (key, factor.name_en, factor.name_zh)])
            for key, factor in self.factors.items()
        ]
