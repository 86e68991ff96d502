"""Asking for reports and downloading them."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from carbonfoot.files import XLSX, download
from carbonfoot.http import Request
from carbonfoot.problems import Problems
from declarations.models import ReportFile
from declarations.reports import services
from declarations.reports.selectors import reports_for
from declarations.selectors import declarations as readable

TYPES = {
    ReportFile.Kind.PDF: "application/pdf",
    ReportFile.Kind.XLSX: XLSX,
    ReportFile.Kind.JSON: "application/json",
}


def _back(request: Request) -> str:
    target = request.POST.get("next", "")
    allowed = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if allowed else reverse("home")


@require_POST
def report_request(request: Request, pk: int) -> HttpResponse:
    """Ask for a report; go to its progress, or back when it is there already."""
    declaration = get_object_or_404(readable.readable_declarations(request.actor), pk=pk)
    try:
        report = services.request_report(
            actor=request.actor,
            declaration=declaration,
            kind=request.POST.get("kind", ""),
            language=request.POST.get("language", ""),
        )
    except Problems as problems:
        for item in problems.items:
            messages.error(request, str(item.message))
        return redirect(_back(request))
    if report.done_at is not None:
        messages.info(request, _("This report is there already: %(name)s.") % {"name": report.filename})
        return redirect(_back(request))
    if report.job is None or report.job.organisation_id != request.actor.organisation_id:
        messages.info(request, _("The report is being written."))
        return redirect(_back(request))
    there = urlencode({"next": _back(request)})
    return redirect(f"{reverse('jobs:detail', args=[report.job.pk])}?{there}")


@require_GET
def report_download(request: Request, pk: int) -> HttpResponseBase:
    """The file as it was written, as an attachment."""
    report = get_object_or_404(reports_for(request.actor), pk=pk, done_at__isnull=False)
    try:
        data = services.read(report)
    except Problems as problems:
        raise PermissionDenied(str(problems.items[0].message)) from problems
    response = download(data, report.filename, TYPES[ReportFile.Kind(report.kind)])
    response["Digest"] = f"sha-256={report.sha256}"
    return response
