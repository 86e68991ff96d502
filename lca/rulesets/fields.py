"""Reading values of a rule-set file by their path: typed values out, every problem and every name read remembered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any

from lca.rulesets.model import Text

_MISSING = object()


class Fields:
    """Getters that take a path such as `electricity.grid`; after a problem they return something harmless."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data
        self.problems: list[str] = []
        self._read: set[str] = set()

    def get(self, path: str, default: Any = _MISSING) -> Any:
        """Return a value, or `default`; without a default, a missing one is a problem and None."""
        self._read.add(path)
        value: Any = self.data
        for part in path.split("."):
            if not isinstance(value, Mapping) or part not in value:
                if default is _MISSING:
                    self.problems.append(f"{path} is missing")
                    return None
                return default
            value = value[part]
        return value

    def exists(self, path: str) -> bool:
        """Whether there is something at `path`; it does not count as read."""
        value: Any = self.data
        for part in path.split("."):
            if not isinstance(value, Mapping) or part not in value:
                return False
            value = value[part]
        return True

    def text(self, path: str, *, blank: bool = False) -> str:
        """Return a text, which may be empty only where `blank` says so."""
        value = self.get(path)
        if value is None:
            return ""
        if not isinstance(value, str) or (not blank and not value.strip()):
            self.problems.append(
                f"{path} must be a text" if blank else f"{path} must be a text that says something"
            )
            return ""
        return value

    def choice(self, path: str, allowed: Sequence[str]) -> str:
        """Return one of `allowed`."""
        value = self.get(path)
        if value is None:
            return ""
        if value not in allowed:
            self.problems.append(f"{path} is {value!r}, and must be one of {', '.join(allowed)}")
            return ""
        return str(value)

    def texts(self, path: str) -> tuple[str, ...]:
        """Return a list of texts, each once."""
        values = self.get(path)
        if values is None:
            return ()
        if not isinstance(values, list) or not all(isinstance(value, str) and value for value in values):
            self.problems.append(f"{path} must be a list of texts")
            return ()
        if len(set(values)) < len(values):
            self.problems.append(f"{path} names something twice")
        return tuple(values)

    def choices(self, path: str, allowed: Sequence[str]) -> tuple[str, ...]:
        """Return a list of texts, each one of `allowed`."""
        values = self.texts(path)
        for value in values:
            if value not in allowed:
                self.problems.append(f"{path} holds {value!r}, and may hold {', '.join(allowed)}")
        return values

    def flag(self, path: str) -> bool:
        """Return true or false."""
        value = self.get(path)
        if value is not None and not isinstance(value, bool):
            self.problems.append(f"{path} must be true or false")
        return value is True

    def whole(self, path: str, low: int, high: int) -> int:
        """Return a whole number from `low` to `high`."""
        value = self.get(path)
        if value is None:
            return low
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            self.problems.append(f"{path} must be a whole number from {low} to {high}")
            return low
        return value

    def decimal(self, path: str, low: str = "0", high: str | None = None, *, above: bool = False) -> Decimal:
        """Return a decimal from `low` to `high`; with `above`, one that is more than `low`."""
        value = self.get(path)
        if value is None:
            return Decimal(low)
        try:
            if not isinstance(value, str):
                raise ValueError
            number = Decimal(value)
            if not number.is_finite():
                raise ValueError
        except (InvalidOperation, ValueError):
            self.problems.append(f"{path} must be a decimal number in quotation marks")
            return Decimal(low)
        if number < Decimal(low) or (above and number == Decimal(low)) or (high and number > Decimal(high)):
            bound = f"above {low}" if above else f"{low} to {high or 'any'}"
            self.problems.append(f"{path} is {value}, outside {bound}")
        return number

    def table(self, path: str, *, required: bool = True) -> Mapping[str, Any]:
        """Return a table, whose own entries still have to be read."""
        value = self.get(path) if required else self.get(path, {})
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            self.problems.append(f"{path} must be a table")
            return {}
        return value

    def tables(self, path: str) -> list[Mapping[str, Any]]:
        """Return a list of tables."""
        value = self.get(path)
        if value is None:
            return []
        if not isinstance(value, list) or not value or not all(isinstance(item, Mapping) for item in value):
            self.problems.append(f"{path} must be a list of tables")
            return []
        return value

    def decimals(self, path: str) -> Mapping[str, Decimal]:
        """Return a table of decimals above zero, which may be absent."""
        names = self.table(path, required=False)
        return MappingProxyType({name: self.decimal(f"{path}.{name}", above=True) for name in names})

    def keys(self, path: str, *, required: bool = True) -> Mapping[str, str]:
        """Return a table of factor keys."""
        names = self.table(path, required=required)
        return MappingProxyType({name: self.text(f"{path}.{name}") for name in names})

    def bilingual(self, path: str) -> Text:
        """Return the Chinese and the English text of a table."""
        return MappingProxyType({language: self.text(f"{path}.{language}") for language in ("zh", "en")})

    def check_names(self) -> None:
        """Add a problem for every name in the file that nothing has read: a typing error, or a rule nobody applies."""
        self.problems += [
            f"{path} is not known" for path in self._leaves(self.data, "") if path not in self._read
        ]

    def _leaves(self, value: Mapping[str, Any], path: str) -> Iterator[str]:
        for name, item in value.items():
            inner = f"{path}.{name}" if path else str(name)
            if isinstance(item, Mapping) and inner not in self._read:
                yield from self._leaves(item, inner) if item else iter([inner])
            elif isinstance(item, Mapping):
                yield from self._leaves(item, inner)
            else:
                yield inner
