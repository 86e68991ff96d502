"""Files go out through here only: after the access check, as attachments, never to be sniffed or cached."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from carbonfoot.accounts.access import require
from carbonfoot.csvs import csv_response
from carbonfoot.files import XLSX, download
from carbonfoot.http import Request
from carbonfoot.languages import language
from suppliers import intake
from suppliers.chasing import log_of, titles
from suppliers.selectors import attachments_for
from suppliers.services.copies import at_once, current_copy
from suppliers.services.templates import give_answer, give_template
from suppliers.views.common import the_request, the_upload


@require_GET
def template(request: Request, number: str) -> HttpResponseBase:
    """The workbook, filled in beforehand with what the request says."""
    row = the_request(request, number)
    begun = request.GET.get("begin") == "earlier"
    content = give_template(actor=request.actor, request=row, language=language(), begun=begun)
    return download(content, f"{row.number}_{row.year}.xlsx", XLSX)


@require_GET
def original(request: Request, upload_id: uuid.UUID) -> HttpResponseBase:
    """The file exactly as it came."""
    upload = the_upload(request, upload_id)
    require(request.actor, "upload.view", upload)
    return download(upload.file.open("rb"), upload.filename)


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
    return download(content, f"{stem}_{suffix}.xlsx", XLSX)


@require_GET
def attachment(request: Request, key: uuid.UUID) -> HttpResponseBase:
    """A file of the correspondence, for the two parties."""
    row = get_object_or_404(attachments_for(request.actor), pk=key)
    require(request.actor, "request.view", row.note.request)
    return download(row.file.open("rb"), row.filename)


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
    return download(content, f"{upload.request.number}_{upload.request.year}.xlsx", XLSX)
