"""From what an upload holds to the inventory that answers a request: whole, with the cell of every number."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from carbonfoot.accounts.actor import Actor
from carbonfoot.problems import problem
from lca.models import Exchange, Inventory, InventoryKind
from lca.services.inventories import create_inventory
from lca.services.replacing import replace_from_document
from suppliers import intake
from suppliers.models import DataRequest, Upload
from suppliers.workbook import to_inventory_document

PROCESS = "module"
CERTIFICATE_DIGITS = 32
Document = dict[str, Any]


def take_answer(*, actor: Actor, request: DataRequest, upload: Upload, before: Upload | None) -> None:
    """Put what was read into the request's inventory. Runs in the transaction that accepts ``upload``.

    A CSV holds one table: it replaces that table of ``before``, the upload accepted until now, and needs one. A
    verified footprint (level 0) has no inventory. Sets ``request.inventory`` and ``upload.reading``; the caller saves
    both. Raises Problems, and then nothing is stored.
    """
    if upload.level == "verified":
        return
    _merge(upload, before)
    document = build_document(request, upload)
    inventory = request.inventory
    if inventory is None:
        inventory = create_inventory(
            actor=actor,
            kind=InventoryKind.MODULE,
            name_zh=request.part_zh[:120],
            name_en=request.part_en[:120],
            period_from=dt.date(request.year, 1, 1),
            period_to=dt.date(request.year, 12, 31),
            product={"kind": "module", "module_type": request.module_type},
            reference_process=PROCESS,
            reference_product=PROCESS,
            reference_amount=1,
            reference_unit=request.declared_unit,
        )
        request.inventory = inventory
    else:
        _keep_links(document, inventory)
    replace_from_document(
        actor=actor, inventory=inventory, document=document, reason=f"upload {upload.sha256}"
    )


def _merge(upload: Upload, before: Upload | None) -> None:
    """Complete the reading of a CSV from the upload before it, and note which file each table came from."""
    reading = dict(upload.reading)
    own = {"upload": str(upload.pk), "file": upload.filename}
    single = reading.get("single", "")
    if single:
        if before is None or before.level != "tables":
            raise problem(
                "UPL-CSV-ALONE",
                _(
                    "A CSV file holds one table only, and there is no accepted workbook that it could complete."
                ),
                mend=_("Upload the workbook first; a CSV then replaces one table of it."),
            )
        tables = dict(before.reading.get("tables", {}))
        sources = {key: before.reading.get("sources", {}).get(key) or _source(before) for key in tables}
        tables[single] = reading.get("tables", {}).get(single, [])
        sources[single] = own
        reading |= {"tables": tables, "sources": sources, "cover": before.reading.get("cover", {})}
    else:
        reading["sources"] = dict.fromkeys(reading.get("tables", {}), own)
    upload.reading = reading


def _source(upload: Upload) -> dict[str, str]:
    return {"upload": str(upload.pk), "file": upload.filename}


def build_document(request: DataRequest, upload: Upload) -> Document:
    """The ``carbonfoot-inventory/1`` document of an accepted reading, in the request's own names, unit and year."""
    reading = upload.reading
    factors = intake.factor_keys()
    document: Document = {}
    for key, rows in reading.get("tables", {}).items():
        # One table at a time, since each may come from a file of its own; the production stands in every document.
        source = reading.get("sources", {}).get(key) or _source(upload)
        tables = {key: rows, "production": reading["tables"].get("production", [])}
        part = to_inventory_document(
            tables,
            reading.get("cover", {}),
            factors=factors,
            upload=source["upload"],
            file=source["file"],
            process_id=PROCESS,
        )
        if not document:
            document = part
        else:
            document["processes"][0]["exchanges"] += part["processes"][0]["exchanges"]
    if not document or not document["processes"][0]["products"]:
        raise problem("UPL-NO-PRODUCTION", _("The workbook does not say how much was produced."))
    name = {"zh": request.part_zh, "en": request.part_en or request.part_zh}
    process = document["processes"][0]
    process["name"] = name
    process["products"] = [_product(product) for product in process["products"]]
    process["exchanges"] = [_exchange(exchange) for exchange in process["exchanges"]]
    document["name"] = name
    document["product"] = {"kind": "module", "module_type": request.module_type}
    document["period"] = {"from": f"{request.year}-01-01", "to": f"{request.year}-12-31"}
    document["reference"] = {
        "process": PROCESS,
        "product": PROCESS,
        "amount": "1",
        "unit": request.declared_unit,
    }
    return document


def _product(source: Mapping[str, Any]) -> dict[str, Any]:
    product = {key: source[key] for key in ("id", "name", "amount", "unit", "mass_kg") if key in source}
    allocation = dict(source.get("allocation") or {})
    if "price" in source:
        allocation["price"] = source["price"]
    if allocation:
        product["allocation"] = allocation
    return product


# What the document's format knows of a line; the rest of a row stays in the upload's reading.
_FIELDS = (
    "id", "kind", "name", "amount", "unit", "state", "stage", "component", "link", "electricity", "transport",
    "data_kind", "primary", "dqr", "provenance", "note",
)  # fmt: skip


def _exchange(source: Mapping[str, Any]) -> dict[str, Any]:
    line = {key: source[key] for key in _FIELDS if source.get(key) is not None}
    if line.get("transport"):
        line["transport"] = {
            key: value
            for key, value in line["transport"].items()
            if key in ("mass_kg", "distance_km") and value is not None
        }
    supply = line.get("electricity")
    if supply:
        line["electricity"] = _electricity(supply)
    return line


def _electricity(supply: Mapping[str, Any]) -> dict[str, Any]:
    """A certificate that is not of the form is not counted (finding WB-501 said so); without one it is grid supply."""
    numbers = [
        number
        for number in supply.get("certificates") or ()
        if len(number) == CERTIFICATE_DIGITS and number.isascii() and number.isdigit()
    ]
    kind = supply.get("supply") or "grid"
    if kind == "certificate" and not numbers:
        kind = "grid"
    found: dict[str, Any] = {"supply": kind, "certificates": numbers}
    if supply.get("generation") and kind != "grid":
        found["generation"] = supply["generation"]
    if supply.get("region"):
        found["region"] = supply["region"]
    return found


def _keep_links(document: Document, inventory: Inventory) -> None:
    """A line that the new file leaves open keeps what the same line was linked to before: nobody chooses twice."""
    chosen: dict[tuple[str, str], dict[str, Any]] = {}
    for row in Exchange.objects.filter(process__inventory=inventory).order_by("position", "pk"):
        link = {"result": str(row.result_id)} if row.result_id else row.link
        if link:
            chosen.setdefault((row.kind, row.name_zh), link)
    for line in document["processes"][0]["exchanges"]:
        if not line.get("link") and (line["kind"], line["name"]["zh"]) in chosen:
            line["link"] = dict(chosen[line["kind"], line["name"]["zh"]])


def open_lines(inventory: Inventory) -> int:
    """How many lines say neither what they emit nor that it does not matter. Electricity links itself by its supply."""
    return (
        Exchange.objects.filter(process__inventory=inventory, link={}, result__isnull=True, electricity={})
        .exclude(state="not_applicable")
        .count()
    )
