"""Receiving a filled workbook, the page of what was found in it, accepting or discarding it, one cell of it."""

from __future__ import annotations

import uuid
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Min, OuterRef, QuerySet, Subquery
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from carbonfoot.accounts.access import check, require
from carbonfoot.http import Request
from carbonfoot.languages import language
from carbonfoot.problems import Problems
from carbonfoot.ui.lists import with_params
from suppliers.correcting import CorrectionForm
from suppliers.forms import FileForm, module_type_label
from suppliers.intake import newest_corrections, stored_finding
from suppliers.models import Upload, UploadFinding, UploadState
from suppliers.selectors import findings_of
from suppliers.services import uploads as services
from suppliers.services.copies import ask_copy, at_once, current_copy
from suppliers.shown import Reading, snippet
from suppliers.statuses import SEVERITY, upload_status
from suppliers.views.common import say_problems, the_request, the_upload
from suppliers.views.requests import fill_context, shared_context
from suppliers.workbook import SHEETS, all_rules

PER_PAGE = 50
SUMMARY_MAX = 8
HIT = {"error": "bad", "warning": "warn", "note": "ok"}
WAITING = (UploadState.QUARANTINED, UploadState.CHECKING)


@require_POST
def receive(request: Request, number: str) -> HttpResponse:
    """Keep the file and have it checked; the same bytes again lead to the same page."""
    row = the_request(request, number)
    require(request.actor, "request.fill", row)
    form = FileForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            upload = services.receive_upload(
                actor=request.actor, request=row, file=file, filename=file.name or ""
            )
        except Problems as problems:
            form.add_problems(problems)
        else:
            if upload.state not in WAITING:
                messages.info(request, _("This very file was uploaded before; this is what was found in it."))
            return redirect("suppliers:upload_detail", upload_id=upload.pk)
    data = shared_context(request, row) | fill_context(request, row) | {"file_form": form}
    return render(request, "suppliers/request_fill.html", data, status=422)


def _summary(upload: Upload, rows: list[UploadFinding], lang: str) -> list[dict[str, str]]:
    return [
        {"anchor": f"f{row.position}", "place": found.place, "text": found.message(lang)}
        for row in rows[:SUMMARY_MAX]
        for found in (stored_finding(row),)
    ]


def _shown(reading: Reading, row: UploadFinding, lang: str, form: CorrectionForm | None) -> dict[str, Any]:
    found = stored_finding(row)
    return {
        "field": form.bound(row) if form is not None else None,
        "anchor": f"f{row.position}",
        "place": row.cell or row.sheet,
        "code": row.code,
        "status": SEVERITY[row.severity],
        "title": found.title(lang),
        "message": found.message(lang),
        "mend": found.mend(lang),
        "value": row.value,
        "offer": row.offer,
        "snippet": reading.around(row.sheet, row.cell, HIT[row.severity]) if row.cell else None,
    }


def _filters(
    request: Request, upload: Upload
) -> tuple[dict[str, Any], dict[str, list[tuple[str, str, bool, int]]]]:
    """The filter in force, and chips to choose another: by severity and by sheet."""
    every = upload.findings.order_by()
    severity, sheet = request.GET.get("severity", ""), request.GET.get("sheet", "")
    by_severity = dict(every.values_list("severity").annotate(n=Count("pk")))
    by_sheet = list(every.exclude(sheet="").values("sheet").annotate(n=Count("pk"), at=Min("position")))
    by_sheet.sort(key=lambda row: int(row["at"]))
    names = {"error": _("Errors"), "warning": _("Warnings"), "note": _("Notes")}
    chips = {
        "severity": [(_("All"), with_params(request, severity=None), not severity, sum(by_severity.values()))]
        + [
            (names[key], with_params(request, severity=key), severity == key, by_severity[key])
            for key in names
            if key in by_severity
        ],
        "sheet": [
            (
                row["sheet"],
                with_params(request, sheet=None if sheet == row["sheet"] else row["sheet"]),
                sheet == row["sheet"],
                row["n"],
            )
            for row in by_sheet
        ],
    }
    chosen = {key: value for key, value in (("severity", severity), ("sheet", sheet)) if value}
    return chosen, chips


def _in_sheet_order(findings: QuerySet[UploadFinding]) -> QuerySet[UploadFinding]:
    """By sheet in the order in which the workbook's findings begin (the cover first), then by place."""
    first = UploadFinding.objects.filter(upload=OuterRef("upload"), sheet=OuterRef("sheet")).order_by(
        "position"
    )
    return findings.annotate(begins=Subquery(first.values("position")[:1])).order_by("begins", "position")


def _read(upload: Upload) -> list[tuple[str, int]]:
    """The tables that accepting would take over, with their rows; only for an upload without errors."""
    if upload.errors or upload.level != "tables":
        return []
    tables = upload.reading.get("tables", {})
    found = (tables.get(sheet.key) for sheet in SHEETS)
    return [(rows[0]["sheet"], len(rows)) for rows in found if rows]


@require_GET
def detail(request: Request, upload_id: uuid.UUID) -> HttpResponse:
    """An upload: progress of its check, then everything that was found, by sheet and cell."""
    return detail_page(request, the_upload(request, upload_id))


def detail_page(
    request: Request,
    upload: Upload,
    *,
    form: CorrectionForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of an upload; ``form`` is what somebody entered in the fields of findings, with what is wrong."""
    require(request.actor, "upload.view", upload)
    lang = language()
    chosen, chips = _filters(request, upload)
    findings = findings_of(request.actor, upload)
    page = Paginator(_in_sheet_order(findings.filter(**chosen)), PER_PAGE).get_page(request.GET.get("page"))
    reading = Reading(upload)
    own = upload.organisation_id == request.actor.organisation_id
    row = upload.request
    may_fill = bool(own and check(request.actor, "request.fill", row))
    may_correct = check(request.actor, "upload.correct", upload) if own and may_fill else None
    listed = list(page)
    if form is None and may_correct:
        form = CorrectionForm(rows=listed, lang=lang)
    groups = [
        (sheet, [_shown(reading, finding, lang, form) for finding in rows])
        for sheet, rows in groupby(listed, key=lambda finding: finding.sheet)
    ]
    errors = list(findings.filter(severity="error")[:SUMMARY_MAX])
    data = {
        "upload": upload,
        "it": row,
        "own": own,
        "module_type": module_type_label(row.module_type),
        "status": upload_status(upload),
        "waiting": upload.state in WAITING,
        "here": reverse("suppliers:upload_detail", args=[upload.pk]),
        "summary": _summary(upload, errors, lang),
        "more_errors": max(0, upload.errors - len(errors)),
        "groups": groups,
        "page": page,
        "chips": chips,
        "filtered": bool(chosen),
        "may_accept": check(request.actor, "upload.accept", upload) if own else None,
        "may_discard": check(request.actor, "upload.discard", upload) if own else None,
        "may_fill": may_fill,
        "may_correct": may_correct,
        "may_answer": bool(own and check(request.actor, "upload.answer", upload)),
        "form": form,
        "query": request.GET.urlencode(),
        "corrections": newest_corrections(upload) if own else [],
        "copy": None if at_once(upload) else current_copy(upload, lang),
        "copy_at_once": at_once(upload),
        "counts": {"errors": upload.errors, "warnings": upload.warnings, "notes": upload.notes},
        "stats": upload.reading.get("stats", {}),
        "read": _read(upload),
        "rules": len(all_rules()),
    }
    return render(request, "suppliers/upload_detail.html", data, status=status)


@require_POST
def copy(request: Request, upload_id: uuid.UUID) -> HttpResponse:
    """Have the annotated copy of a large workbook made in the background."""
    upload = the_upload(request, upload_id)
    ask_copy(actor=request.actor, upload=upload, language=language())
    return redirect("suppliers:upload_detail", upload_id=upload.pk)


@require_POST
def accept(request: Request, upload_id: uuid.UUID) -> HttpResponse:
    """Take over the whole upload."""
    upload = the_upload(request, upload_id)
    try:
        services.accept_upload(actor=request.actor, upload=upload)
    except Problems as problems:
        say_problems(request, problems)
        return redirect("suppliers:upload_detail", upload_id=upload.pk)
    messages.success(request, _("The upload has been accepted. Nothing has been published."))
    return redirect("suppliers:request_detail", number=upload.request.number)


@require_POST
def discard(request: Request, upload_id: uuid.UUID) -> HttpResponse:
    """Put an upload aside."""
    upload = the_upload(request, upload_id)
    services.discard_upload(actor=request.actor, upload=upload)
    messages.success(request, _("The upload has been put aside. The file itself is kept."))
    return redirect("suppliers:request_detail", number=upload.request.number)


@require_GET
def cell(request: Request, upload_id: uuid.UUID) -> HttpResponse:
    """The cell that a number came from, with its neighbours: the end of every trail."""
    upload = the_upload(request, upload_id)
    require(request.actor, "upload.view", upload)
    sheet, address = request.GET.get("sheet", ""), request.GET.get("cell", "")
    found = snippet(upload, sheet, address)
    if found is None:
        raise Http404
    own = upload.organisation_id == request.actor.organisation_id
    data = {
        "upload": upload,
        "it": upload.request,
        "own": own,
        "sheet": sheet,
        "cell": address,
        "snippet": found,
    }
    return render(request, "suppliers/upload_cell.html", data)
