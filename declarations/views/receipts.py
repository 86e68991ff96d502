"""Receipts as files, and the public pages that check them."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from carbonfoot import files
from carbonfoot.audit import signing
from carbonfoot.audit.canonical import canonical_json
from carbonfoot.audit.models import SigningKey
from carbonfoot.http import Request
from carbonfoot.ui.forms import BaseForm, UploadField
from declarations import receipts
from declarations.selectors.declarations import receipts_for
from declarations.views.common import own_declaration


class CheckForm(BaseForm):
    """A signed receipt, as the file that was downloaded."""

    file = UploadField(label=_("Receipt (.json)"), accept=[".json"], max_bytes=receipts.MAX_BYTES)


@require_GET
def receipt_json(request: Request, pk: int) -> HttpResponse:
    """The signed receipt of one's own declaration as a file."""
    declaration = own_declaration(request, pk)
    found = get_object_or_404(receipts_for(request.actor), declaration=declaration)
    document = receipts.document(found)
    if document is None:
        raise Http404
    return files.download(canonical_json(document), f"{found.number}.json", "application/json")


@require_http_methods(["GET", "POST"])
def check(request: Request) -> HttpResponse:
    """Whether a file is a receipt of this site, step by step. Open to everybody; the file is not kept."""
    form = CheckForm(request.POST, request.FILES) if request.method == "POST" else CheckForm()
    steps: list[receipts.Step] = []
    number = ""
    if request.method == "POST" and form.is_valid():
        try:
            data = files.read_limited(form.cleaned_data["file"], receipts.MAX_BYTES)
            steps = list(receipts.check(data))
            number = str(receipts.read(data)["content"].get("receipt", ""))
        except (receipts.NotAReceipt, files.TooLarge) as error:
            form.add_error("file", str(error) or _("The file is too large for a receipt."))
    context = {
        "form": form,
        "steps": steps,
        "number": number,
        "holds": bool(steps) and all(step.ok for step in steps),
        "keys": SigningKey.objects.all(),
    }
    return render(request, "receipts/check.html", context, status=422 if form.errors else 200)


@require_GET
def keys(request: Request) -> HttpResponse:
    """The public keys that receipts of this site were signed with, the newest first."""
    return render(request, "receipts/keys.html", {"keys": SigningKey.objects.all()})


@require_GET
def keys_json(request: Request) -> HttpResponse:
    """The same for programs."""
    rows: list[dict[str, Any]] = [
        {
            "id": key.pk,
            "algorithm": signing.ALGORITHM,
            "public_key": key.public_key,
            "first_used_at": key.first_used_at.isoformat(),
        }
        for key in SigningKey.objects.all()
    ]
    return JsonResponse({"keys": rows})
