"""Correcting single cells of an upload on the page of its findings, and taking a correction back."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from carbonfoot.http import Request
from carbonfoot.languages import language
from carbonfoot.problems import Problems
from suppliers.correcting import PREFIX, CorrectionForm
from suppliers.models import UploadCorrection
from suppliers.services import corrections as services
from suppliers.views.common import the_upload
from suppliers.views.uploads import detail_page


@require_POST
def correct(request: Request, upload_id: uuid.UUID) -> HttpResponse:
    """Take the values that were changed; those that stand as they were are left alone."""
    upload = the_upload(request, upload_id)
    names = (name.removeprefix(PREFIX) for name in request.POST if name.startswith(PREFIX))
    positions = [int(name) for name in names if name.isascii() and name.isdigit() and len(name) < 9]
    rows = upload.findings.filter(position__in=positions).order_by("position")
    form = CorrectionForm(request.POST, rows=rows, lang=language())
    if form.is_valid():
        changed = form.changed()
        try:
            services.correct_upload(actor=request.actor, upload=upload, values=changed)
        except Problems as problems:
            form.add_problems(problems)
        else:
            count = len(changed)
            text = ngettext(
                "%(count)d value was corrected. The whole upload is checked again.",
                "%(count)d values were corrected. The whole upload is checked again.",
                count,
            )
            messages.success(request, text % {"count": count})
            return redirect("suppliers:upload_detail", upload_id=upload.pk)
    return detail_page(request, upload, form=form, status=422)


@require_POST
def restore(request: Request, upload_id: uuid.UUID, correction: int) -> HttpResponse:
    """Let the file's own value count again."""
    upload = the_upload(request, upload_id)
    row = get_object_or_404(UploadCorrection, pk=correction, upload=upload)
    services.restore_cell(actor=request.actor, upload=upload, correction=row)
    messages.success(request, _("The file's own value counts again. The whole upload is checked again."))
    return redirect("suppliers:upload_detail", upload_id=upload.pk)
