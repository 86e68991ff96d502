"""Replacing a whole inventory by a document: an accepted upload, an import. Whole or nothing."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from carbonfoot.accounts.actor import Actor
from carbonfoot.problems import Collector
from lca import selectors
from lca.engine import InventoryError, parse_inventory
from lca.engine.units import UnitError, canonical_unit
from lca.models import Exchange, Inventory, PublishedResult, UnitProcess
from lca.services.circles import refuse_circle, rests_on_inventory
from lca.services.cleaning import MAX_DECIMALS, MAX_WHOLE_DIGITS
from lca.services.documents import exchange_fields
from lca.services.inventories import changed, locked
from lca.services.problems import place_text, raise_all

# Digits after and before the point of Inventory.reference_amount.
REFERENCE_DIGITS = (12, 18)


def _checked(actor: Actor, inventory: Inventory, document: Mapping[str, Any]) -> dict[str, PublishedResult]:
    """The results that the document is linked to, all of them granted; Problems with everything that is wrong."""
    try:
        parsed = parse_inventory(document)
    except InventoryError as error:
        raise_all(error.problems, document)
    found = Collector()
    _check_columns(found, document)
    results: dict[str, PublishedResult] = {}
    for process in parsed.processes:
        for exchange in process.exchanges:
            where = place_text(
                {
                    "process": {"id": process.id, "name": process.name},
                    "line": {"id": exchange.id, "name": exchange.name},
                }
            )
            if exchange.amount is not None and not _fits(exchange.amount):
                found.add(
                    "AMOUNT-DIGITS",
                    _("An amount has at most 21 digits before and 15 after the decimal point."),
                    value=str(exchange.amount),
                    where=where,
                )
            if (
                exchange.link is not None
                and exchange.link.kind == "result"
                and exchange.link.target not in results
            ):
                result = _granted(actor, exchange.link.target)
                if result is None:
                    found.add(
                        "LINK-RESULT",
                        _("This result has not been granted to your organisation."),
                        where=where,
                    )
                elif rests_on_inventory([result.pk], inventory):
                    refuse_circle(found, where)
                else:
                    results[exchange.link.target] = result
    found.done()
    return results


def _fits(amount: Decimal, decimals: int = MAX_DECIMALS, whole: int = MAX_WHOLE_DIGITS) -> bool:
    exponent = amount.normalize().as_tuple().exponent
    return isinstance(exponent, int) and -exponent <= decimals and amount.adjusted() < whole


def _check_columns(found: Collector, document: Mapping[str, Any]) -> None:
    """Note what the format allows and the columns do not hold: nothing is cut off silently, and nothing crashes."""
    zh, en = _pair(document.get("name"))
    reference, period = document["reference"], document["period"]
    _check_texts(found, Inventory, {"name_zh": zh, "name_en": en}, "name")
    ends = {
        "reference_process": reference["process"],
        "reference_product": reference.get("product") or "",
    }
    _check_texts(found, Inventory, ends, "reference")
    if not _fits(Decimal(str(reference["amount"])), *REFERENCE_DIGITS):
        found.add(
            "REFERENCE-DIGITS",
            _("The reference amount has at most 18 digits before and 12 after the decimal point."),
            value=str(reference["amount"]),
            where="reference",
        )
    if period.get("from") and period.get("from") == period.get("to"):
        found.add(
            "PERIOD-ORDER", _("The period must end after it begins."), value=str(period["to"]), where="period"
        )
    for process in document.get("processes") or ():
        zh, en = _pair(process.get("name"))
        texts = {"code": process["id"], "name_zh": zh, "name_en": en, "group": process.get("group") or ""}
        _check_texts(found, UnitProcess, texts, f"processes[{process['id'][:60]}]")
        for number, item in enumerate(process.get("exchanges") or ()):
            code = item.get("id") or f"{process['id']}.{number + 1}"
            columns = exchange_fields({**item, "amount": None}, _unit(item.get("unit")))
            texts = {key: value for key, value in columns.items() if isinstance(value, str)}
            _check_texts(found, Exchange, {**texts, "code": code}, f"exchanges[{code[:80]}]")


def _check_texts(found: Collector, model: type[Model], texts: Mapping[str, str], where: str) -> None:
    for name, text in texts.items():
        limit = getattr(model._meta.get_field(name), "max_length", None)
        if limit is not None and len(text) > limit:
            found.add(
                "TEXT-LONG",
                _("A text here has at most %(limit)s characters.") % {"limit": limit},
                field=name,
                value=text[:40],
                where=where,
            )


def _granted(actor: Actor, target: str) -> PublishedResult | None:
    try:
        key = uuid.UUID(target)
    except ValueError:
        return None
    return selectors.results_for(actor).filter(pk=key).first()


def _pair(value: Any) -> tuple[str, str]:
    if isinstance(value, Mapping):
        return str(value.get("zh") or value.get("en") or ""), str(value.get("en") or "")
    return str(value or ""), str(value or "")


def _unit(text: Any) -> str:
    try:
        return canonical_unit(str(text or "tkm"))
    except UnitError:  # the parser has refused it already
        return str(text)


def _product_row(product: Mapping[str, Any]) -> dict[str, Any]:
    return {**product, "unit": _unit(product.get("unit")), "amount": str(product["amount"])}


def _store_process(
    row: Inventory,
    source: Mapping[str, Any],
    position: int,
    results: Mapping[str, PublishedResult],
    keep_links: bool,
) -> None:
    zh, en = _pair(source.get("name") or source["id"])
    process, _created = UnitProcess.objects.update_or_create(
        inventory=row,
        code=source["id"],
        defaults={
            "name_zh": zh,
            "name_en": en,
            "stage": source.get("stage") or "manufacturing",
            "group": source.get("group") or "",
            "products": [_product_row(product) for product in source["products"]],
            "allocation": source.get("allocation") or {},
            "position": position,
        },
    )
    before = {line.code: line for line in process.exchanges.all()}
    for number, item in enumerate(source.get("exchanges") or ()):
        code = item.get("id") or f"{source['id']}.{number + 1}"
        line = before.pop(code, None) or Exchange(process=process, code=code)
        same_flow = line.pk is not None and (line.kind, line.unit) == (item["kind"], _unit(item.get("unit")))
        for name, value in exchange_fields(item, _unit(item.get("unit"))).items():
            setattr(line, name, value)
        link = dict(item.get("link") or {})
        if link or not (keep_links and same_flow):
            line.result = results[link["result"]] if "result" in link else None
            line.link = {} if "result" in link else link
        line.position = number
        line.save()
    Exchange.objects.filter(pk__in=[line.pk for line in before.values()]).delete()


@transaction.atomic
def replace_from_document(
    *,
    actor: Actor,
    inventory: Inventory,
    document: Mapping[str, Any],
    reason: str,
    keep_links: bool = False,
    version: int | None = None,
) -> Inventory:
    """Make the inventory say exactly what a ``carbonfoot-inventory/1`` document says; Problems change nothing.

    Processes and lines keep their rows by code. ``keep_links``: a line that the document leaves unlinked keeps the
    link that a person chose for the same code, kind and unit. Results must have been granted to the actor.
    ``reason`` is a short code for the audit log, such as ``upload``; it must hold no recipe data.
    """
    row = locked(actor, inventory, "inventory.edit", version)
    results = _checked(actor, row, document)
    names = document.get("name")
    if names:
        row.name_zh, row.name_en = _pair(names)
    row.product = {key: value for key, value in dict(document["product"]).items() if key != "kind"}
    period = document["period"]
    row.period_from = dt.date.fromisoformat(period["from"]) if period.get("from") else row.period_from
    row.period_to = dt.date.fromisoformat(period["to"]) if period.get("to") else row.period_to
    reference = document["reference"]
    row.reference_process = reference["process"]
    row.reference_product = reference.get("product") or ""
    row.reference_amount, row.reference_unit = Decimal(str(reference["amount"])), _unit(reference["unit"])
    row.own_factors = [dict(item) for item in document.get("factors") or ()]
    row.omitted = [dict(item) for item in document.get("omitted") or ()]
    row.end_of_life = dict(document.get("end_of_life") or {})
    codes = [process["id"] for process in document.get("processes") or ()]
    UnitProcess.objects.filter(inventory=row).exclude(code__in=codes).delete()
    for position, process in enumerate(document.get("processes") or ()):
        _store_process(row, process, position, results, keep_links)
    changed(actor, row, f"replaced:{reason}"[:60])
    return row
