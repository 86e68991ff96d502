"""Requests to the four suppliers, answered by filled workbooks as a supplier would upload them."""

from __future__ import annotations

import datetime as dt
import io

from django.core.files.base import ContentFile

from carbonfoot import clock
from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.models import Organisation
from carbonfoot.jobs.services import run_job
from declarations.demo.recipes import RECIPES, Recipe
from declarations.models import PackPart
from declarations.services import parts
from lca.models import Exchange, PublishedResult
from lca.module_references import references_of
from lca.services import inventories
from suppliers.models import DataRequest, UploadState
from suppliers.services import links, publishing, requests, uploads
from suppliers.services.templates import template_bytes
from suppliers.webform.drafts import begin_with_example
from suppliers.workbook.filling import fill


def link_all(maker: Actor) -> None:
    """The four suppliers, as suppliers with accounts."""
    for key in ("cathode", "anode", "electrolyte", "housing"):
        links.add_supplier(actor=maker, mode=links.LINKED, code=f"demo-{key}")


def ask(maker: Actor, part: PackPart, recipe: Recipe, year: int, days: int) -> DataRequest:
    """Ask the recipe's supplier for a part, due in so many days."""
    supplier = Organisation.objects.get(code=f"demo-{recipe.supplier}")
    return parts.ask_supplier(
        actor=maker,
        part=part,
        supplier=supplier,
        year=year,
        due_on=clock.today() + dt.timedelta(days=days),
        declared_unit="kg",
        message="请提供上一自然年的数据。演示数据，企业均为虚构。",
    )


def workbook(request: DataRequest, recipe: Recipe) -> bytes:
    """The template of a request, filled in with a recipe."""
    return fill(template_bytes(request), recipe.tables(), recipe.cover())


def answer(supplier: Actor, request: DataRequest, recipe_key: str) -> PublishedResult:
    """The supplier's whole way: open, upload, check, accept, calculate, publish."""
    recipe = RECIPES[recipe_key]
    request = requests.open_request(actor=supplier, request=request)
    name = f"{request.number}-{recipe.key}.xlsx"
    content = ContentFile(io.BytesIO(workbook(request, recipe)).getvalue(), name=name)
    upload = uploads.receive_upload(actor=supplier, request=request, file=content, filename=name)
    if upload.job_id is not None:
        run_job(upload.job_id)
    upload.refresh_from_db()
    if upload.state != UploadState.READY:
        found = [
            (row.code, row.sheet, row.cell, row.value, row.params)
            for row in upload.findings.filter(severity="error")
        ]
        raise RuntimeError(f"the demonstration's workbook {name} was not clean: {upload.state} {found}")
    uploads.accept_upload(actor=supplier, upload=upload)
    request.refresh_from_db()
    for line in Exchange.objects.filter(process__inventory=request.inventory, kind="waste", link={}):
        inventories.link_exchange(actor=supplier, exchange=line, burden_free="移交回收，按截断法不计处理负荷")
    for calculation in publishing.calculate_answer(actor=supplier, request=request):
        if calculation.job_id is not None:
            run_job(calculation.job_id)
    request.refresh_from_db()
    return publishing.publish_answer(actor=supplier, request=request)


def begin_form(supplier: Actor, request: DataRequest) -> None:
    """A form that somebody has begun with the worked example of the type of part: lines with names, no amounts."""
    request = requests.open_request(actor=supplier, request=request)
    reference = references_of(request.module_type)[0]
    begin_with_example(actor=supplier, request=request, key=reference.key)
