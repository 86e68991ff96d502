"""Files go out through here only: after the access check, as attachments, never to be sniffed or cached."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from carbonfoot.accounts.access import require
from carbonfoot.csvs import csv_response
from carbonfoot.http import Request
from suppliers import intake
from suppliers.chasing import log_of, titles
from suppliers.forms import language
from suppliers.selectors import attachments_for
from suppliers.services.copies import at_once, current_copy
from suppliers.services.templates import give_answer, give_template
from suppliers.views.common import the_request, the_upload

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _secured(response: HttpResponseBase, filename: str) -> HttpResponseBase:
    """Say that this is a file to be saved, and nothing to be interpreted by a browser."""
    plain = "".join(
        char if char.isascii() and (char.isalnum() or char in "-_.") else "_" for char in filename
    )
    response["Content-Disposition"] = (
        f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


@require_GET
def template(request: Request, number: str) -> HttpResponseBase:
    """The workbook, filled in beforehand with what the request says."""
    row = the_request(request, number)
    begun = request.GET.get("begin") == "earlier"
    content = give_template(actor=request.actor, request=row, language=language(), begun=begun)
    return _secured(HttpResponse(content, content_type=XLSX), f"{row.number}_{row.year}.xlsx")


@require_GET
def original(request: Request, upload_id: uuid.UUID) -> HttpResponseBase:
    """The file exactly as it came."""
    upload = the_upload(request, upload_id)
    require(request.actor, "upload.view", upload)
    response = FileResponse(upload.file.open("rb"), content_type="application/octet-stream")
    return _secured(response, upload.filename)


@require_GET
def annotated(request: Request, upload_id: uuid.UUID) -> HttpResponseBase:
    """The uploader's own workbook with every finding written into it."""
    upload = the_upload(request, upload_id)
    require(request.actor, "upload.view", upload)
    lang = language()
    content: Any
    if at_once(upload):
        content = intake.annotated(upload, lang)
    else:
        copy = current_copy(upload, lang)
        if copy is None or copy.made_at is None:
            messages.info(request, _("Have the annotated copy prepared first; this workbook is large."))
            return redirect("suppliers:upload_detail", upload_id=upload.pk)
        content = copy.file.open("rb")
    stem = upload.filename.rsplit(".", 1)[0]
    suffix = "annotated" if lang == "en" else "批注"
    kind = HttpResponse if isinstance(content, bytes) else FileResponse
    return _secured(kind(content, content_type=XLSX), f"{stem}_{suffix}.xlsx")


@require_GET
def attachment(request: Request, key: uuid.UUID) -> HttpResponseBase:
    """A file of the correspondence, for the two parties."""
    row = get_object_or_404(attachments_for(request.actor), pk=key)
    require(request.actor, "request.view", row.note.request)
    response = FileResponse(row.file.open("rb"), content_type="application/octet-stream")
    return _secured(response, row.filename)


@require_GET
def log(request: Request, number: str) -> HttpResponseBase:
    """The log of a request as CSV."""
    row = the_request(request, number)
    rows = [entry.cells(row.number) for entry in log_of(request.actor, row)]
    return csv_response(f"{row.number}-log.csv", titles(), rows)


@require_GET
def answer(request: Request, upload_id: uuid.UUID) -> HttpResponseBase:
    """What an accepted upload holds, as a filled workbook: to keep, or to begin the next year with."""
    upload = the_upload(request, upload_id)
    content = give_answer(actor=request.actor, upload=upload, language=language())
    return _secured(
        HttpResponse(content, content_type=XLSX), f"{upload.request.number}_{upload.request.year}.xlsx"
    )
