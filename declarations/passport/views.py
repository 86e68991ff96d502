"""The page of an export: every field with value and source, what is missing, and the file."""

from __future__ import annotations

import json
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from carbonfoot.accounts.access import require
from carbonfoot.files import download
from carbonfoot.http import Request
from declarations.models import Declaration
from declarations.passport import european, services
from declarations.passport.forms import GivenForm
from declarations.views.common import own_declaration

NAMES = {"batterypass": "Battery Pass", "catenax": "Catena-X PCF"}
JSON = "application/json"


def _known(key: str) -> str:
    if key not in services.MODELS:
        raise Http404
    return key


@require_GET
def passport(request: Request, pk: int) -> HttpResponse:
    """The first of the models."""
    declaration = own_declaration(request, pk)
    require(request.actor, "declaration.passport", declaration)
    return redirect("declarations:passport_model", declaration.pk, next(iter(services.MODELS)))


@require_GET
def passport_model(request: Request, pk: int, key: str) -> HttpResponse:
    """The table of a model, filled from the frozen declaration and from what the reader adds in the form."""
    declaration, key = own_declaration(request, pk), _known(key)
    require(request.actor, "declaration.passport", declaration)
    form = GivenForm(request.GET or None, key=key)
    context = {
        "declaration": declaration,
        "key": key,
        "name": NAMES[key],
        "form": form,
        "tabs": _tabs(declaration, key),
    }
    if declaration.snapshot is None:
        return render(request, "declarations/passport/detail.html", context)
    found = services.export(actor=request.actor, declaration=declaration, key=key, given=form.given)
    file = reverse("declarations:passport_file", args=[declaration.pk, key])
    context |= {
        "found": found,
        "module": services.MODELS[key],
        "file_url": f"{file}?{urlencode(form.given)}" if form.given else file,
        "asked": european.items(found.source),
        "filled": sum(1 for row in found.rows if row.found.value is not None),
    }
    return render(request, "declarations/passport/detail.html", context)


def _tabs(declaration: Declaration, key: str) -> list[tuple[str, str, bool]]:
    return [
        (
            f"{name} {services.MODELS[model].VERSION}",
            reverse("declarations:passport_model", args=[declaration.pk, model]),
            model == key,
        )
        for model, name in NAMES.items()
    ]


@require_GET
def passport_file(request: Request, pk: int, key: str) -> HttpResponse:
    """The JSON file; refused while a value in it is not one that the model takes. What is missing is told in
    its name."""
    declaration, key = own_declaration(request, pk), _known(key)
    form = GivenForm(request.GET or None, key=key)
    found = services.export(actor=request.actor, declaration=declaration, key=key, given=form.given)
    if found.wrong:
        return redirect("declarations:passport_model", declaration.pk, key)
    text = json.dumps(found.document, ensure_ascii=False, indent=2)
    return download(text.encode(), found.filename, JSON)
