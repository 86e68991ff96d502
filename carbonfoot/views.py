"""Health of the site, and the pages for what went wrong."""

from __future__ import annotations

import hmac
from typing import Any

import redis
from django.conf import settings
from django.db import connection
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from carbonfoot import clock
from carbonfoot.audit.models import AuditHead
from carbonfoot.jobs.models import OPEN_STATES, Job, JobState


def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


def readyz(request: HttpRequest) -> HttpResponse:
    """The process can reach its database and its broker; 503 with the names of what it cannot reach."""
    missing = []
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
    except Exception:
        missing.append("database")
    try:
        redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2).ping()
    except Exception:
        missing.append("broker")
    return JsonResponse(
        {"status": "unready" if missing else "ok", "missing": missing}, status=503 if missing else 200
    )


def metrics(request: HttpRequest) -> HttpResponse:
    """Counts for monitoring, in the Prometheus text format; 404 unless METRICS_TOKEN is set and sent as a bearer."""
    token = settings.METRICS_TOKEN
    sent = request.headers.get("Authorization", "")
    if not token or not hmac.compare_digest(sent.encode(), f"Bearer {token}".encode()):
        raise Http404
    counts = dict(Job.objects.order_by().values_list("state").annotate(n=Count("pk")))
    oldest = (
        Job.objects.filter(state__in=OPEN_STATES)
        .order_by("created_at")
        .values_list("created_at", flat=True)
        .first()
    )
    lines = ["# TYPE carbonfoot_jobs gauge"]
    lines += [f'carbonfoot_jobs{{state="{state}"}} {counts.get(state, 0)}' for state in JobState.values]
    waiting = (clock.now() - oldest).total_seconds() if oldest else 0
    lines += [
        "# TYPE carbonfoot_oldest_open_job_seconds gauge",
        f"carbonfoot_oldest_open_job_seconds {waiting:.0f}",
    ]
    head = AuditHead.objects.filter(pk=1).values_list("seq", flat=True).first() or 0
    lines += ["# TYPE carbonfoot_audit_events counter", f"carbonfoot_audit_events {head}"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4; charset=utf-8")


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """403 with the reason that the access table gives."""
    return render(request, "errors/403.html", {"reason": getattr(exception, "reason", "")}, status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was open too long or came from elsewhere."""
    text = _(
        "The form could not be trusted: it was open for too long, or cookies are off. Go back and send it again."
    )
    if not request.user.is_authenticated:
        text = _(
            "You are signed out, and nothing was stored. Sign in in a new tab, then go back and send it again."
        )
    return render(request, "errors/403.html", {"reason": text}, status=403)


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """404; says no more about what may exist."""
    return render(request, "errors/404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500 without touching the database."""
    return render(request, "errors/500.html", status=500)
