"""One job as a page, or as a part that htmx fetches again and again."""

from __future__ import annotations

import uuid

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from carbonfoot.http import Request
from carbonfoot.jobs import services
from carbonfoot.jobs.selectors import jobs_for


def _next(request: Request) -> str:
    target = request.GET.get("next", "")
    return target if url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}) else ""


def detail(request: Request, job_id: uuid.UUID) -> HttpResponse:
    """Progress of a job. When it is over, a part tells the page to reload so that the result appears."""
    job = get_object_or_404(jobs_for(request.actor), pk=job_id)
    if request.htmx:
        response = render(request, "components/job.html", {"job": job, "next": _next(request)})
        if not job.is_open:
            response["HX-Refresh"] = "true"
        return response
    if not job.is_open and _next(request):
        return HttpResponseRedirect(_next(request))  # an address, never the name of one
    return render(request, "jobs/detail.html", {"job": job, "next": _next(request)})


@require_POST
def cancel(request: Request, job_id: uuid.UUID) -> HttpResponse:
    """Cancel and go back to the job."""
    job = get_object_or_404(jobs_for(request.actor), pk=job_id)
    services.cancel(actor=request.actor, job=job)
    return redirect("jobs:detail", job_id=job.pk)
