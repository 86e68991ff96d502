"""Reading and writing lines of an inventory document as scenarios need them, before it is parsed."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from lca.engine.model import Burden


def country_of(region: str) -> str:
    """Return the country of a region as ISO 3166 has it: CN of CN-32."""
    return region.split("-")[0]


def through_grid(exchange: Mapping[str, Any]) -> bool:
    """Return whether a line's electricity comes through the public grid."""
    return (exchange.get("electricity") or {}).get("supply", "grid") in ("grid", "certificate")


def suppose(exchange: dict[str, Any], amount: Decimal) -> None:
    """Give a line an amount that is a supposition: neither measured nor a company's own."""
    exchange.update(
        amount=as_text(amount),
        state="known",
        data_kind="estimated",
        primary=False,
        provenance={"kind": "scenario"},
    )


def exact(value: Any) -> Decimal | None:
    """Return the exact number of a document's text, None where there is none."""
    return None if value in (None, "") else Decimal(str(value))


def amount_of(exchange: Mapping[str, Any]) -> Decimal | None:
    """Return the amount of a line, by mass and distance where a transport states only those."""
    amount = exact(exchange.get("amount"))
    block = exchange.get("transport") or {}
    mass, distance = exact(block.get("mass_kg")), exact(block.get("distance_km"))
    if (
        amount is None
        and exchange.get("state", "known") == "known"
        and mass is not None
        and distance is not None
    ):
        return mass * distance / 1000
    return amount


def as_text(value: Decimal) -> str:
    """Return a number as documents have it, without an exponent."""
    return format(value, "f")


def burden_document(burden: Burden) -> Any:
    """Return a burden as documents have it: a factor's key, or a number."""
    return {"factor": burden.factor} if burden.factor else as_text(burden.value or Decimal(0))


def name_of(source: Mapping[str, Any]) -> dict[str, str]:
    """Return the name of a process or line in both languages; its id where it has none."""
    name = source.get("name")
    if isinstance(name, Mapping):
        zh, en = str(name.get("zh") or name.get("en") or ""), str(name.get("en") or name.get("zh") or "")
        return {"zh": zh, "en": en}
    text = str(name or source.get("id") or "")
    return {"zh": text, "en": text}
