"""Health of the site, and the pages for what went wrong."""

from __future__ import annotations

from typing import Any

import redis
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _


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


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """403 with the reason that the access table gives."""
    return render(request, "errors/403.html", {"reason": getattr(exception, "reason", "")}, status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was open too long or came from elsewhere."""
    text = _(
        "The form could not be trusted: it was open for too long, or cookies are off. Go back and send it again."
    )
    return render(request, "errors/403.html", {"reason": text}, status=403)


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """404; says no more about what may exist."""
    return render(request, "errors/404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500 without touching the database."""
    return render(request, "errors/500.html", status=500)
