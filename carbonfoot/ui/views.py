"""One page with every component in all its states: for builders, and for the pictures that are looked at."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from carbonfoot.ui import samples


def kit(request: HttpRequest) -> HttpResponse:
    """All components. In DEBUG only: it is no page for users."""
    if not settings.DEBUG:
        raise Http404
    return render(request, "components/kit.html", samples.context(request))
