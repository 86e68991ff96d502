"""The published schema, for everyone."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_GET

from carbonfoot.http import Request
from declarations.schema import snapshot


@require_GET
def schema(request: Request, name: str) -> HttpResponse:
    """The schema of a format of frozen declarations, such as ``carbonfoot-declaration-2``."""
    if name != snapshot.NAME:
        raise Http404
    return HttpResponse(snapshot.text(), content_type="application/schema+json")
