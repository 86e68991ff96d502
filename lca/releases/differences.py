"""What is different between two releases: new, gone, another value, other facts about the same value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal

from lca.engine.factors import Factor

KINDS = ("new", "gone", "value", "facts", "same")
# From this ratio on, a change of value is more likely a slip of unit than news.
SUSPECT_RATIO = 5
_FACTS = tuple(item.name for item in fields(Factor) if item.name not in ("key", "value", "primary", "own"))


@dataclass(frozen=True, slots=True)
class Difference:
    """One key in both releases. ``facts`` are names of columns other than the value that differ."""

    key: str
    kind: str
    old: Factor | None
    new: Factor | None
    facts: tuple[str, ...] = ()

    @property
    def factor(self) -> Factor:
        """The newer of the two."""
        factor = self.new or self.old
        if factor is None:
            raise ValueError(self.key)
        return factor

    @property
    def relative(self) -> Decimal | None:
        """The change of value as a share of the old one, None where there is none to compare with."""
        if self.old is None or self.new is None or not self.old.value or self.old.unit != self.new.unit:
            return None
        return (self.new.value - self.old.value) / abs(self.old.value)

    @property
    def suspect(self) -> bool:
        """Whether somebody should look twice: five-fold or more, another sign, or another unit under the same key."""
        if self.old is None or self.new is None:
            return False
        if self.old.unit != self.new.unit:
            return True
        if not self.old.value or not self.new.value:
            return self.old.value != self.new.value
        ratio = self.new.value / self.old.value
        return ratio < 0 or ratio >= SUSPECT_RATIO or ratio <= Decimal(1) / SUSPECT_RATIO


def differences(old: Mapping[str, Factor], new: Iterable[Factor]) -> list[Difference]:
    """Every key of either release in order of key, with what became of it."""
    after = {factor.key: factor for factor in new}
    return [_difference(key, old.get(key), after.get(key)) for key in sorted({*old, *after})]


def _difference(key: str, old: Factor | None, new: Factor | None) -> Difference:
    if old is None or new is None:
        return Difference(key, "new" if old is None else "gone", old, new)
    facts = tuple(name for name in _FACTS if getattr(old, name) != getattr(new, name))
    # Another unit makes it another value, whatever the number says.
    if old.value != new.value or old.unit != new.unit:
        return Difference(key, "value", old, new, facts)
    return Difference(key, "facts" if facts else "same", old, new, facts)


def counts(rows: Iterable[Difference]) -> dict[str, int]:
    """How many differences there are of each kind."""
    found = dict.fromkeys(KINDS, 0)
    for row in rows:
        found[row.kind] += 1
    return found
