"""Rows of an inventory and the ``carbonfoot-inventory/1`` document that stands for the same content."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from lca.engine.document import FORMAT
from lca.models import Exchange, Inventory, InventoryKind, PublishedResult, UnitProcess


def plain(value: Decimal | int | None) -> str | None:
    """An exact amount as text without exponent and without the zeros that the column's scale added."""
    if value is None:
        return None
    number = Decimal(value)
    if not number:
        return "0"
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _names(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en or zh}


def _filled(values: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is empty: an absent field and an empty one would otherwise be two different documents."""
    return {key: value for key, value in values.items() if value not in (None, "", {}, [])}


def result_document(result: PublishedResult) -> dict[str, Any]:
    """A published result as inventories hold it: figures per declared unit and nothing of a recipe."""
    quality = result.quality or {}
    return _filled(
        {
            "id": str(result.pk),
            "version": str(result.version),
            "supplier": _names(result.organisation.name_zh, result.organisation.name_en),
            "product": _names(result.product_zh, result.product_en),
            "module_type": result.module_type,
            "declared_unit": result.declared_unit,
            "scores": result.scores,
            "pds": plain(result.primary_share),
            "dqr": quality.get("dqr"),
            "verified_share": plain(result.verified_share),
            "components": result.company_specific,
            "managed": result.entered_by_id is not None,
            "period": {"from": result.period_from.isoformat(), "to": result.period_to.isoformat()},
            "valid_until": result.valid_until.isoformat(),
            "digest": result.sha256,
        }
    )


def _exchange_document(row: Exchange) -> dict[str, Any]:
    link = {"result": str(row.result_id)} if row.result_id else row.link
    return {
        "id": row.code,
        "kind": row.kind,
        "name": _names(row.name_zh, row.name_en),
        "amount": plain(row.amount),
        "unit": row.unit,
        "state": row.state,
        **_filled(
            {
                "stage": row.stage,
                "component": row.component,
                "link": link,
                "electricity": row.electricity,
                "transport": row.transport,
                "data_kind": row.data_kind,
                "dqr": row.ratings,
                "uncertainty": row.uncertainty,
                "provenance": row.provenance,
                "note": row.note,
            }
        ),
        "primary": row.primary,
    }


def _weighed(inventory: Inventory, row: UnitProcess) -> list[dict[str, Any]]:
    """The products of a process. A pack as reference product has the mass that the pack's facts state: one truth."""
    mass = inventory.product.get("mass_kg")
    if not mass or inventory.kind != InventoryKind.BATTERY_PACK or row.code != inventory.reference_process:
        return list(row.products)
    return [
        {**product, "mass_kg": plain(Decimal(str(mass)) * Decimal(str(product["amount"])))}
        if product["id"] == inventory.reference_product and product["unit"] == "piece"
        else product
        for product in row.products
    ]


def _process_document(
    inventory: Inventory, row: UnitProcess, exchanges: Iterable[Exchange]
) -> dict[str, Any]:
    return {
        "id": row.code,
        "name": _names(row.name_zh, row.name_en),
        "stage": row.stage,
        "group": row.group or row.code,
        "products": _weighed(inventory, row),
        **_filled({"allocation": row.allocation}),
        "exchanges": [_exchange_document(exchange) for exchange in exchanges],
    }


def to_document(inventory: Inventory) -> dict[str, Any]:
    """The inventory as a ``carbonfoot-inventory/1`` document; the same rows always give the same document."""
    processes = list(inventory.processes.all())
    lines: dict[int, list[Exchange]] = {process.pk: [] for process in processes}
    rows = Exchange.objects.filter(process__inventory=inventory).select_related(
        "result", "result__organisation"
    )
    used: dict[str, PublishedResult] = {}
    for row in rows.order_by("position", "id"):
        lines[row.process_id].append(row)
        if row.result is not None:
            used[str(row.result_id)] = row.result
    return {
        "format": FORMAT,
        "name": _names(inventory.name_zh, inventory.name_en),
        "product": {**inventory.product, "kind": inventory.kind},
        "period": {"from": inventory.period_from.isoformat(), "to": inventory.period_to.isoformat()},
        "reference": {
            "process": inventory.reference_process,
            "product": inventory.reference_product,
            "amount": plain(inventory.reference_amount),
            "unit": inventory.reference_unit,
        },
        "factors": inventory.own_factors,
        "results": [result_document(used[key]) for key in sorted(used)],
        "processes": [_process_document(inventory, process, lines[process.pk]) for process in processes],
        "omitted": inventory.omitted,
        "end_of_life": inventory.end_of_life,
    }


def exchange_fields(source: Mapping[str, Any], unit: str) -> dict[str, Any]:
    """Columns of an exchange from its part of a document; the link is set apart."""
    names = source.get("name") or {}
    names = names if isinstance(names, Mapping) else {"zh": str(names), "en": str(names)}
    amount = source.get("amount")
    return {
        "kind": source["kind"],
        "name_zh": names.get("zh") or names.get("en") or "",
        "name_en": names.get("en") or "",
        "amount": None if amount is None else Decimal(str(amount)),
        "state": source.get("state") or "known",
        "unit": unit,
        "stage": source.get("stage") or "",
        "component": source.get("component") or "",
        "electricity": source.get("electricity") or {},
        "transport": source.get("transport") or {},
        "data_kind": source.get("data_kind") or "calculated",
        "primary": bool(source.get("primary")),
        "ratings": source.get("dqr") or {},
        "uncertainty": source.get("uncertainty") or {},
        "provenance": source.get("provenance") or {},
        "note": source.get("note") or "",
    }
