"""The workbook that answers a request, filled in beforehand with what the request says."""

from __future__ import annotations

from django.db import transaction

from carbonfoot.accounts.access import require
from carbonfoot.accounts.actor import Actor
from carbonfoot.audit.services import record
from carbonfoot.ui.dates import format_day
from lca.reference import current_factors
from suppliers.models import DataRequest
from suppliers.workbook import FactorChoice, TemplateRequest, build_template


def template_bytes(request: DataRequest, language: str = "zh") -> bytes:
    """The bytes of the template; ``language`` (zh or en) says which help comes first."""
    factors = tuple(
        FactorChoice(item.key, item.name_zh, item.name_en, item.unit, item.region, str(item.year or ""))
        for item in current_factors().factors.values()
        if item.is_emission_factor
    )
    return build_template(
        TemplateRequest(
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
        )
    )


def give_template(*, actor: Actor, request: DataRequest, language: str = "zh") -> bytes:
    """The template for somebody who may fill the request; that it was given out is recorded. Raises AccessDenied."""
    require(actor, "request.fill", request)
    content = template_bytes(request, language)
    with transaction.atomic():
        record(actor=actor, verb="request.template", obj=request, data={"bytes": len(content)})
    return content
