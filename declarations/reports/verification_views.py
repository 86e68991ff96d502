"""The statement with its reports: asking for a generated one, uploading the body's own, downloading."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from carbonfoot.accounts.access import check
from carbonfoot.accounts.roles import Role
from carbonfoot.files import download
from carbonfoot.http import Request
from carbonfoot.problems import Problems
from carbonfoot.ui import forms as ui
from declarations.models import Statement, VerificationReport
from declarations.reports import services as reports
from declarations.reports import verification_services as services
from declarations.reports.selectors import statements_for, verification_reports_for

# What can be written, in the order of the page: kind, language, audience.
FORMS = (("pdf", "zh", "open"), ("pdf", "en", "open"), ("json", "", "open"))
CLEAN_ROOM_FORMS = (("pdf", "zh", "clean_room"), ("pdf", "en", "clean_room"), ("json", "", "clean_room"))


class UploadForm(ui.BaseForm):
    """The body's own report."""

    file = ui.UploadField(
        label=gettext_lazy("Verification report of the body"),
        accept=[".pdf"],
        max_bytes=services.UPLOAD_MAX_BYTES,
        help_text=gettext_lazy("A PDF, at most 30 MB. It is kept as it is, with its SHA-256."),
    )
    free_of_recipes = ui.YesField(
        label=gettext_lazy("The report holds no recipe of a supplier: the maker and the authority read it.")
    )


def the_statement(request: Request, pk: int) -> Statement:
    """The statement, if it is in the actor's reach; 404 otherwise."""
    found: Statement = get_object_or_404(statements_for(request.actor), pk=pk)
    return found


@never_cache
def statement(request: Request, pk: int) -> HttpResponse:
    """A signed statement: what was signed, for which content, whether that is still what is declared, its reports."""
    return _page(request, the_statement(request, pk))


def _page(request: Request, found: Statement, form: UploadForm | None = None) -> HttpResponse:
    is_verifier = request.actor.role == Role.VERIFIER
    rows = list(verification_reports_for(request.actor).filter(statement=found))
    present = {(row.kind, row.language, row.audience): row for row in rows}
    wanted = FORMS + (CLEAN_ROOM_FORMS if is_verifier else ())
    labels = dict(VerificationReport.Audience.choices)
    context: dict[str, Any] = {
        "statement": found,
        "declaration": found.declaration,
        "is_current": found.snapshot_id == found.declaration.snapshot_id,
        "figures": found.content.get("figures") or {},
        "is_verifier": is_verifier,
        "is_authority": request.actor.role == Role.REGULATOR,
        "reports": [
            {"kind": kind, "language": language, "audience": audience, "audience_label": labels[audience],
             "report": present.get((kind, language, audience))}
            for kind, language, audience in wanted
        ],
        "uploaded": [row for row in rows if row.kind == VerificationReport.Kind.UPLOADED],
        "report_decision": check(request.actor, "verification.report", found.declaration),
        "upload_decision": check(request.actor, "verification.upload", found.declaration)
        if is_verifier
        else False,
        "upload_form": form or UploadForm(),
    }  # fmt: skip
    status = 422 if form is not None else 200
    return render(request, "declarations/verification/statement.html", context, status=status)


@require_POST
def verification_report_request(request: Request, pk: int) -> HttpResponse:
    """Ask for a report; go to its progress, or back when it is there already."""
    found = the_statement(request, pk)
    back = reverse("declarations:statement", args=[pk])
    try:
        report = services.request_report(
            actor=request.actor,
            statement=found,
            kind=request.POST.get("kind", ""),
            language=request.POST.get("language", ""),
            audience=request.POST.get("audience", ""),
        )
    except Problems as problems:
        for item in problems.items:
            messages.error(request, str(item.message))
        return redirect(back)
    if report.done_at is not None:
        messages.info(request, _("This report is there already: %(name)s.") % {"name": report.filename})
        return redirect(back)
    if report.job is None or report.job.organisation_id != request.actor.organisation_id:
        messages.info(request, _("The report is being written."))
        return redirect(back)
    return redirect(f"{reverse('jobs:detail', args=[report.job.pk])}?{urlencode({'next': back})}")


@require_POST
def verification_report_upload(request: Request, pk: int) -> HttpResponse:
    """Keep the body's own report."""
    found = the_statement(request, pk)
    form = UploadForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            report = services.upload_report(actor=request.actor, statement=found, **form.cleaned_data)
        except Problems as problems:
            form.add_problems(problems)
        else:
            messages.success(request, _("Kept with SHA-256 %(digest)s.") % {"digest": report.sha256})
            return redirect("declarations:statement", pk=pk)
    return _page(request, found, form)


@require_GET
def verification_report(request: Request, pk: int) -> HttpResponseBase:
    """The file as it was written or uploaded, as an attachment."""
    report = get_object_or_404(verification_reports_for(request.actor), pk=pk, done_at__isnull=False)
    try:
        data = reports.read(report)
    except Problems as problems:
        raise PermissionDenied(str(problems.items[0].message)) from problems
    kind = "application/json" if report.kind == VerificationReport.Kind.JSON else "application/pdf"
    response = download(data, report.filename, kind)
    response["Digest"] = f"sha-256={report.sha256}"
    return response
