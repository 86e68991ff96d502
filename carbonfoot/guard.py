"""What no address of the site takes, whoever asks: bodies without end, and bytes that no database column holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _

from carbonfoot.problems import Problem

ZERO = "\x00"


def _refusal(request: HttpRequest, code: str, message: str, status: int) -> HttpResponse:
    """The refusal in the shape that the asker reads: problems for the API, a page for people."""
    if request.path.startswith("/api/"):
        return JsonResponse({"problems": [Problem(code, message).as_dict()]}, status=status)
    return render(request, "errors/400.html", {"reason": message}, status=status)


def _holds_zero(values: QueryDict) -> bool:
    return any(ZERO in key or any(ZERO in value for value in row) for key, row in values.lists())


class GuardMiddleware:
    """Refuses what is too large before it is read (413), and text with zero bytes, which PostgreSQL cannot store (400).

    Bodies of the API are read by its own parser, which refuses the same (:mod:`carbonfoot.api_parsers`).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on what is small enough and has a clean address."""
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isascii() and length.isdigit() and int(length) > settings.REQUEST_BODY_MAX_BYTES:
            return _refusal(request, "too_large", _("The request is too large."), 413)
        if ZERO in request.path or _holds_zero(request.GET):
            return _refusal(request, "zero_byte", _("The request holds characters that no text has."), 400)
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Refuse fields of a form with zero bytes: not every field goes through a form that would."""
        if request.method == "POST" and not request.path.startswith("/api/") and _holds_zero(request.POST):
            return _refusal(request, "zero_byte", _("The request holds characters that no text has."), 400)
        return None
