"""The workbook that answers a request: filled in beforehand with what the request says, or with an earlier answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction

from carbonfoot.accounts.access import require
from carbonfoot.accounts.actor import Actor
from carbonfoot.audit.services import record
from carbonfoot.ui.dates import format_day
from lca.models import Exchange
from lca.reference import current_factors
from suppliers.intake import earlier_upload
from suppliers.models import DataRequest, Upload
from suppliers.services.answers import PROCESS, build_document
from suppliers.workbook import FactorChoice, TemplateRequest, build_template
from suppliers.workbook.numbers import plain, tidy
from suppliers.workbook.refilling import begin_next, refill
from suppliers.workbook.rows import Rows

# What may be changed on the page of the inventory and goes back into the row that it came from.
_TABLES = ("materials", "energy", "emissions", "wastes")


def template_request(
    request: DataRequest,
    language: str = "zh",
    *,
    rows: Mapping[str, Sequence[Mapping[str, str]]] | None = None,
    cover: Mapping[str, str] | None = None,
    factors: tuple[FactorChoice, ...] = (),
) -> TemplateRequest:
    """What the template of a request is made from; see :func:`template_bytes`."""
    return TemplateRequest(
        request_number=request.number,
        buyer=request.buyer.name_zh,
        part_number="",
        part_name=request.part_zh,
        module_type=request.module_type,
        declared_unit=request.declared_unit,
        period_year=request.year,
        supplier=request.supplier.name_zh,
        language=language,
        due=format_day(request.due_on, "zh-hans"),
        buyer_en=request.buyer.name_en,
        supplier_en=request.supplier.name_en,
        part_name_en=request.part_en,
        due_en=format_day(request.due_on, "en"),
        factors=factors,
        rows=rows or {},
        cover=cover or {},
    )


def template_bytes(
    request: DataRequest,
    language: str = "zh",
    *,
    rows: Mapping[str, Sequence[Mapping[str, str]]] | None = None,
    cover: Mapping[str, str] | None = None,
) -> bytes:
    """The bytes of the template; ``language`` (zh or en) says which help comes first, ``rows`` and ``cover`` what is
    filled in beyond the request's own facts."""
    factors = tuple(
        FactorChoice(item.key, item.name_zh, item.name_en, item.unit, item.region, str(item.year or ""))
        for item in current_factors().factors.values()
        if item.is_emission_factor
    )
    return build_template(template_request(request, language, rows=rows, cover=cover, factors=factors))


def give_template(*, actor: Actor, request: DataRequest, language: str = "zh", begun: bool = False) -> bytes:
    """The template for somebody who may fill the request; that it was given out is recorded.

    With ``begun`` it begins with the last accepted answer for the same part. One of the same year, given to another
    customer, is all in it; of one of an earlier year names, units, sources and links stand, and amounts are blank with
    the last period's beside them. Raises AccessDenied.
    """
    require(actor, "request.fill", request)
    earlier = earlier_upload(request, same_year=True) if begun else None
    if earlier is not None:
        rows, cover = refilled(earlier, language)
        if earlier.request.year != request.year:
            rows, cover = begin_next(rows, earlier.request.year), _standing(cover)
        content = template_bytes(request, language, rows=rows, cover=cover)
    else:
        content = template_bytes(request, language)
    with transaction.atomic():
        record(actor=actor, verb="request.template", obj=request, data={"bytes": len(content)})
    return content


def give_answer(*, actor: Actor, upload: Upload, language: str = "zh") -> bytes:
    """An accepted upload as a filled workbook of the template of today; uploaded again it makes the same inventory.

    While the answer rests on this upload, what was changed on the page of its inventory (links, amounts, lines taken
    out) is in it. Raises AccessDenied for an upload that was never accepted.
    """
    require(actor, "upload.answer", upload)
    rows, cover = refilled(upload, language)
    content = template_bytes(upload.request, language, rows=rows, cover=cover)
    with transaction.atomic():
        record(actor=actor, verb="upload.answer_given", obj=upload, data={"bytes": len(content)})
    return content


def refilled(upload: Upload, language: str) -> tuple[dict[str, list[dict[str, str]]], dict[str, str]]:
    """(rows, cover) of the template that hold what was read from an upload, states in words."""
    reading: dict[str, Any] = upload.reading
    tables: Rows = reading.get("tables", {})
    if upload.state == "accepted" and upload.level == "tables":
        tables = _as_on_the_page(upload, tables)
    verified = reading.get("verified", {}) if upload.level == "verified" else {}
    rows, cover = refill(tables, reading.get("cover", {}), verified, language)
    return rows, cover


def _standing(cover: Mapping[str, str]) -> dict[str, str]:
    """Answers of the cover that hold for another year as well: the plant, not what happened in the year."""
    return {key: value for key, value in cover.items() if not key.endswith("_answer")}


def _as_on_the_page(upload: Upload, tables: Rows) -> Rows:
    """The rows with what was changed on the page of the inventory since they were accepted."""
    inventory = upload.request.inventory_id
    if inventory is None:
        return tables
    lines = {row.code: row for row in Exchange.objects.filter(process__inventory=inventory)}
    document = build_document(upload.request, upload)
    stated = {line["id"]: line for line in document["processes"][0]["exchanges"]}
    changed: Rows = {}
    for table, rows in tables.items():
        changed[table] = []
        for row in rows:
            code = f"{PROCESS}.{table}.{row['row']}"
            was, now = stated.get(code), lines.get(code)
            if was is None:
                changed[table].append(row)
            elif now is not None:
                changed[table].append(_changed(table, row, was, now))
    return changed


def _changed(table: str, row: dict[str, Any], was: Mapping[str, Any], now: Exchange) -> dict[str, Any]:
    values = dict(row["values"])
    factor = now.link.get("factor")
    if table != "emissions" and factor and factor != (was.get("link") or {}).get("factor"):
        values["factor"] = {"value": factor, "state": "known", "cell": ""}
    before = None if was.get("amount") in (None, "") else Decimal(str(was["amount"]))
    if table in _TABLES and (before != now.amount or was.get("unit") != now.unit):
        amount = None if now.amount is None else plain(tidy(now.amount.normalize()))
        values["amount"] = {"value": amount, "state": now.state, "cell": ""}
        values["unit"] = {"value": now.unit, "state": "known", "cell": ""}
    return {**row, "values": values}
