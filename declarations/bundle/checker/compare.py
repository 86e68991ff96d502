"""Comparing what was declared with what comes out again: every figure and every word, the first difference by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# Sums in another order, or another library for matrices, change the last digits of a float64 (16 digits).
RELATIVE = 1e-9
# Of the total: what cancels out leaves rounding of that size behind.
ABSOLUTE = 1e-12


class Differs(Exception):
    """A figure that does not come out again: where, what is declared, what was calculated."""

    def __init__(self, place: str, declared: Any, found: Any) -> None:
        super().__init__(f"{place}: {declared} / {found}")
        self.place, self.declared, self.found = place, declared, found


def near(first: float, second: float, total: float) -> bool:
    """Whether two figures are the same within RELATIVE of either and ABSOLUTE of the total."""
    return abs(first - second) <= RELATIVE * max(abs(first), abs(second)) + ABSOLUTE * abs(total)


class Comparison:
    """Walks a declared ledger beside a calculated one. In the declared one floats are their shortest texts."""

    def __init__(self, total: float) -> None:
        self.total = total
        self.figures = 0

    def same(self, declared: Any, found: Any, place: str) -> None:
        """Nothing if both are the same. Raises Differs at the first figure, word or name that is not."""
        if isinstance(found, Mapping):
            self._names(declared, found, place)
            for name in sorted(found):
                self.same(declared[name], found[name], f"{place}.{name}" if place else str(name))
        elif isinstance(found, list | tuple):
            if not isinstance(declared, list) or len(declared) != len(found):
                size = len(declared) if isinstance(declared, list) else declared
                raise Differs(f"{place}[]", size, len(found))
            self._items(declared, list(found), place)
        elif isinstance(found, float):
            self._number(declared, found, place)
        elif declared != found or type(declared) is not type(found):
            raise Differs(place, declared, found)

    def _items(self, declared: list[Any], found: list[Any], place: str) -> None:
        """Entries with names are paired by name: their order may follow that of names in a JSON object, which
        has none."""
        named, others = _by_name(found), _by_name(declared)
        if named is not None and others is not None:
            for name in sorted(named.keys() ^ others.keys()):
                raise Differs(f"{place}[{name}]", name in others, name in named)
            for name, item in named.items():
                self.same(others[name], item, f"{place}[{name}]")
            return
        for position, (one, other) in enumerate(zip(declared, found, strict=True)):
            self.same(one, other, f"{place}[{_label(other, position)}]")

    def _number(self, declared: Any, found: float, place: str) -> None:
        self.figures += 1
        try:
            wanted = float(declared)
        except (TypeError, ValueError) as error:
            raise Differs(place, declared, found) from error
        if not near(wanted, found, self.total):
            raise Differs(place, declared, found)

    @staticmethod
    def _names(declared: Any, found: Mapping[str, Any], place: str) -> None:
        if not isinstance(declared, dict):
            raise Differs(place, declared, dict(found))
        for name in sorted(declared.keys() ^ found.keys()):
            raise Differs(f"{place}.{name}", name in declared, name in found)


def _by_name(items: list[Any]) -> dict[str, Any] | None:
    """Entries by their ``id``; None unless each has one of its own."""
    found = {str(item["id"]): item for item in items if isinstance(item, Mapping) and "id" in item}
    return found if len(found) == len(items) else None


def _label(item: Any, position: int) -> str:
    identifier = item.get("id") if isinstance(item, Mapping) else None
    return str(identifier or position)
