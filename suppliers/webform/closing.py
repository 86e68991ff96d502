"""The pages around the steps: the check of all of them, gaps to fill, what to begin with, and handing in."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from carbonfoot.files import XLSX, download
from carbonfoot.http import Request
from carbonfoot.languages import language
from carbonfoot.problems import Problems
from suppliers.models import UploadState
from suppliers.selectors import draft_of, own_uploads
from suppliers.views.common import press, say_problems, the_upload
from suppliers.webform import drafts as services
from suppliers.webform.checking import check_draft
from suppliers.webform.cost import costs, outcome
from suppliers.webform.gaps import Gap, gaps
from suppliers.webform.pages import listed, tasks
from suppliers.webform.steps import steps_for
from suppliers.webform.views import mine, texts
from suppliers.workbook.layout import BY_KEY

UNREAD = (UploadState.QUARANTINED, UploadState.CHECKING, UploadState.REFUSED, UploadState.FAILED)


@require_GET
def check_page(request: Request, number: str) -> HttpResponse:
    """Everything that the checks say of the form, what is still unknown, what it comes to, and handing it in."""
    row = mine(request, number)
    lang = language()
    draft = draft_of(request.actor, row)
    rows, cover = texts(request, row)
    checked = check_draft(row, rows, cover, lang)
    groups = [
        {
            "step": step,
            "url": reverse("suppliers:form_step", args=[number, step.key]),
            "items": listed(row, step, rows, checked, lang),
        }
        for step in steps_for(cover)
        if checked.of(step.key)
    ]
    tables = checked.inspection.level != "verified"
    found = outcome(row, rows, cover) if tables and draft is not None else None
    data = {
        "it": row,
        "draft": draft,
        "groups": groups,
        "checked": checked,
        "errors": checked.errors,
        "tables": tables,
        "gaps": [_gap_shown(item) for item in gaps(row, rows)] if tables else [],
        "outcome": found,
        "outcomes": [found],
        "tasks": tasks(row, draft, cover, checked, "check"),
        "upload": own_uploads(request.actor, row).exclude(state__in=UNREAD).first(),
    }
    return render(request, "suppliers/webform/check.html", data)


def gap(request: Request, number: str, table: str, index: int) -> HttpResponse:
    """A line without an amount: what could fill it, and what that costs in primary data."""
    row = mine(request, number)
    rows, cover = texts(request, row)
    back = reverse("suppliers:form_check", args=[number])
    try:
        found = Gap.find(row, rows, table, index)
    except Problems as problems:
        say_problems(request, problems)
        return redirect(back)
    problems_shown: Problems | None = None
    if request.method == "POST":
        try:
            services.fill_gap(
                actor=request.actor,
                request=row,
                table=table,
                index=index,
                choice=request.POST.get("choice", ""),
            )
        except Problems as problems:
            problems_shown = problems
        else:
            messages.success(request, _("The line is filled from reference data and marked as such."))
            return redirect(back)
    data: dict[str, Any] = {
        "it": row,
        "gap": found,
        "title": row_title(found),
        "costs": costs(row, rows, cover, found),
        "problems": problems_shown,
        "product_url": reverse("suppliers:form_step", args=[number, "product"]),
    }
    return render(request, "suppliers/webform/gap.html", data, status=422 if problems_shown else 200)


def _gap_shown(found: Gap) -> dict[str, Any]:
    return {"table": found.table, "index": found.index, "title": row_title(found), "options": found.options}


def row_title(found: Gap) -> str:
    """What a line is called, in the reader's language."""
    for key in ("name", "carrier", "gas"):
        text = found.row.get(key)
        if text:
            columns = {column.key: column for column in BY_KEY[found.table].columns}
            chosen = next((item for item in columns[key].choices if item.key == text), None)
            return chosen.title.pick(language()) if chosen else text
    return _("Line %(number)d") % {"number": found.index + 1}


@require_POST
def example(request: Request, number: str) -> HttpResponse:
    """Begin with the lines of the worked example: their names, without amounts."""
    row = mine(request, number)
    key = request.POST.get("reference", "")
    return press(
        request,
        lambda: services.begin_with_example(actor=request.actor, request=row, key=key, language=language()),
        _(
            "The example's lines stand in the form. Fill in your own amounts, and take out what you do not have."
        ),
        redirect("suppliers:form_step", number=number, step="materials"),
    )


@require_POST
def take(request: Request, number: str) -> HttpResponse:
    """Go on in the form with what the last uploaded workbook holds."""
    row = mine(request, number)
    try:
        upload = the_upload(request, uuid.UUID(request.POST.get("upload", "")))
    except ValueError as error:
        raise Http404 from error
    return press(
        request,
        lambda: services.take_upload(actor=request.actor, request=row, upload=upload),
        _("The form now holds what the workbook held."),
        redirect("suppliers:form_check", number=number),
    )


@require_POST
def workbook(request: Request, number: str) -> HttpResponseBase:
    """The form as a filled workbook."""
    row = mine(request, number)
    content = services.give_draft(actor=request.actor, request=row, language=language())
    return download(content, f"{row.number}_{row.year}.xlsx", XLSX)


@require_POST
def hand_in(request: Request, number: str) -> HttpResponse:
    """Hand the form in: from here on it is an upload."""
    row = mine(request, number)
    try:
        upload = services.hand_in(actor=request.actor, request=row, language=language())
    except Problems as problems:
        say_problems(request, problems)
        return redirect("suppliers:form_check", number=number)
    return redirect("suppliers:upload_detail", upload_id=upload.pk)
