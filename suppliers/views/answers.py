"""Calculating an answer, the page that shows exactly what the customer will see, and publishing it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from carbonfoot.accounts.access import check, require
from carbonfoot.http import Request
from carbonfoot.problems import Problems
from suppliers.forms import PublishForm, module_type_label
from suppliers.models import DataRequest, RequestState
from suppliers.services import publishing as services
from suppliers.shown import scores_of, steps_of
from suppliers.side_by_side import tables_of
from suppliers.statuses import request_status
from suppliers.views.common import inventory_url, say_problems, the_request, to_request


@require_POST
def calculate(request: Request, number: str) -> HttpResponse:
    """Start the calculation under every rule set."""
    row = the_request(request, number)
    require(request.actor, "request.fill", row)
    try:
        services.calculate_answer(actor=request.actor, request=row)
    except Problems as problems:
        say_problems(request, problems)
    return to_request(number)


def _page(request: Request, row: DataRequest, form: PublishForm) -> HttpResponse:
    progress = services.progress_of(request.actor, row)
    values = form.cleaned_data if form.is_bound and form.is_valid() else form.initial
    refused = None
    result = None
    try:
        result = services.preview_answer(
            actor=request.actor,
            request=row,
            valid_until=values.get("valid_until"),
            product_zh=values.get("product_zh", ""),
            product_en=values.get("product_en", ""),
        )
    except Problems as problems:
        refused = problems
    before = services.previous_result(row)
    data = {
        "it": row,
        # What the customer has already: it can subtract.
        "before": before,
        "tables": tables_of(before, result) if before and result and before.pk != result.pk else [],
        "status": request_status(row),
        "form": form,
        "result": result,
        "refused": refused,
        "scores": scores_of(result) if result else [],
        "module_type": module_type_label(row.module_type),
        "progress": progress,
        "steps": steps_of(row, progress, uploaded=True),
        "may_publish": check(request.actor, "request.publish", row),
        "inventory_url": inventory_url(row),
        "back": reverse("suppliers:request_detail", args=[row.number]),
    }
    return render(request, "suppliers/request_preview.html", data, status=422 if form.errors else 200)


@require_GET
def preview(request: Request, number: str) -> HttpResponse:
    """What the customer will see, and the form that publishes it."""
    row = the_request(request, number)
    require(request.actor, "request.fill", row)
    before = services.previous_result(row)
    initial = {
        "product_zh": before.product_zh if before else row.part_zh,
        "product_en": before.product_en if before else row.part_en,
        "valid_until": services.default_validity(row),
    }
    return _page(request, row, PublishForm(initial=initial))


@require_POST
def publish(request: Request, number: str) -> HttpResponse:
    """Publish. Pressing twice is publishing once."""
    row = the_request(request, number)
    form = PublishForm(request.POST)
    if row.state != RequestState.PUBLISHED:
        require(request.actor, "request.publish", row)
    if form.is_valid():
        chosen = {key: form.cleaned_data[key] for key in ("valid_until", "product_zh", "product_en")}
        try:
            result = services.publish_answer(actor=request.actor, request=row, **chosen)
        except Problems as problems:
            form.add_problems(problems)
        else:
            messages.success(
                request, _("The result has been published to %(buyer)s.") % {"buyer": row.buyer.name}
            )
            return redirect("suppliers:result_detail", result_id=result.pk)
    return _page(request, row, form)
