"""Summaries of a phase: made by the maker, downloaded, handed in; read by the authority."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from carbonfoot.accounts.access import Decision, check
from carbonfoot.accounts.roles import Role
from carbonfoot.files import XLSX, download
from carbonfoot.http import Request
from carbonfoot.problems import Problems
from declarations.models import Phase, SummaryFile
from declarations.reports.summary import SummaryContent
from declarations.selectors.summaries import files_for, summaries_for
from declarations.services import summaries as services
from declarations.views.common import say

PER_PAGE = 50
FILES = 5  # PDF and XLSX in two languages, and JSON
TYPES = {
    SummaryFile.Kind.PDF: "application/pdf",
    SummaryFile.Kind.XLSX: XLSX,
    SummaryFile.Kind.JSON: "application/json",
}


@require_POST
def summary_make(request: Request) -> HttpResponse:
    """Freeze and write the summary of a phase as it stands; goes to its progress."""
    phase = get_object_or_404(Phase, code=request.POST.get("phase", ""))
    job = services.request_summary(actor=request.actor, phase=phase)
    there = urlencode({"next": f"{reverse('declarations:phase')}?phase={phase.code}#summaries"})
    return redirect(f"{reverse('jobs:detail', args=[job.pk])}?{there}")


@require_GET
@never_cache
def summary_detail(request: Request, pk: int) -> HttpResponse:
    """What a summary holds, its files and its handing in."""
    summary = get_object_or_404(summaries_for(request.actor).defer(None).select_related("job"), pk=pk)
    content = SummaryContent(summary=summary, language="en" if get_language() == "en" else "zh")
    authority = request.actor.role == Role.REGULATOR
    may = check(request.actor, "summary.hand_in", summary)
    if may and request.actor.user is not None and summary.created_by_id == request.actor.user.pk:
        may = Decision(False, _("Whoever made the summary does not hand it in."))
    unfinished = ""
    if summary.files.count() < FILES:
        unfinished = "open" if summary.job.is_open else "failed"
    context = {
        "summary": summary,
        "unfinished": unfinished,
        "filing": getattr(summary, "filing", None),
        "content": content,
        "data": content.data,
        "rules": content.rules(),
        "products": content.products(),
        "files": summary.files.all(),
        "may_hand_in": may,
        "authority": authority,
        "up": reverse("declarations:summary_list" if authority else "declarations:phase"),
    }
    return render(request, "declarations/summaries/detail.html", context)


@require_POST
def summary_hand_in(request: Request, pk: int) -> HttpResponse:
    """Hand a summary in."""
    summary = get_object_or_404(summaries_for(request.actor), pk=pk)
    try:
        filing = services.hand_in(actor=request.actor, summary=summary)
    except Problems as problems:
        say(request, problems)
    else:
        messages.success(request, _("Handed in under %(number)s.") % {"number": filing.number})
    return redirect("declarations:summary", pk)


@require_GET
def summary_file(request: Request, pk: int) -> HttpResponse:
    """A file as it was written, as an attachment."""
    row = get_object_or_404(files_for(request.actor), pk=pk)
    try:
        data = services.read_file(row)
    except Problems as problems:
        raise PermissionDenied(str(problems.items[0].message)) from problems
    response = download(data, row.filename, TYPES[SummaryFile.Kind(row.kind)])
    response["Digest"] = f"sha-256={row.sha256}"
    return response


@require_GET
def summary_list(request: Request) -> HttpResponse:
    """What makers have handed in, newest first."""
    rows = summaries_for(request.actor)
    phases = list(Phase.objects.all())
    code = request.GET.get("phase", "")
    tabs = [(_("All"), "?", not code)]
    tabs += [(row.name, f"?phase={row.code}", row.code == code) for row in phases]
    if code:
        rows = rows.filter(phase__code=code)
    page = Paginator(rows.order_by("-filing__filed_at", "-pk"), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "declarations/summaries/list.html", {"page": page, "tabs": tabs})
