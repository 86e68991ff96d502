"""What a request expects of the workbook that answers it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Expectation:
    """The request's own facts; an empty field is not checked.

    `factors`: {factor key: {"unit": "kg CO2e/kg", "family": "..."}}; empty means that keys are not checked.
    `previous`: {table: {name: [amount as decimal string, unit]}} of the last accepted upload, with the declared
    product under "production". `today`: ISO date of the server in Asia/Shanghai.
    """

    request_number: str = ""
    period_year: int | None = None
    buyer: str = ""
    part_number: str = ""
    module_type: str = ""
    declared_unit: str = ""
    today: str = ""
    factors: dict[str, dict[str, str]] = field(default_factory=dict)
    previous: dict[str, dict[str, tuple[str, str]]] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return the expectation as JSON-able data."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Expectation:
        """Return the expectation that `to_dict` wrote."""
        return cls(**data)
