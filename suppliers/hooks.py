"""What the app adds to the site's shell and log: names of its events, counters, a witness of the stored files,
and the way on from a number to the cell that it came from."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from carbonfoot.accounts.actor import Actor
from carbonfoot.audit.services import Fault, register_witness
from carbonfoot.audit.verbs import register_verbs
from carbonfoot.files import altered_files
from carbonfoot.ui import nav
from carbonfoot.ui.dates import format_moment
from lca.presentation import register_result_page, register_source
from lca.presentation.hooks import Source
from lca.selectors import results_for
from suppliers.models import NoteAttachment, Upload
from suppliers.selectors import uploads_for, waiting_count
from suppliers.shown import snippet

register_verbs(
    {
        "supplier.added": _("Supplier added"),
        "supplier.changed": _("Supplier changed"),
        "supplier.invited": _("Supplier invited"),
        "supplier.invited_again": _("Invitation sent again"),
        "supplier.invitation_revoked": _("Invitation revoked"),
        "supplier.accepted": _("Invitation accepted"),
        "reminders.set": _("Reminders changed"),
        "line.asked": _("Supplier asked for a line"),
        "activity.source_added": _("System for activity data added"),
        "activity.columns_named": _("Columns of a system named"),
        "activity.item_mapped": _("Item of a system mapped"),
        "activity.received": _("Activity data received"),
        "activity.taken_over": _("Activity data taken over into an answer"),
        "request.created": _("Data request sent"),
        "request.opened": _("Data request opened"),
        "request.commented": _("Comment on a data request"),
        "request.reminded": _("Supplier reminded"),
        "request.due_changed": _("Due date changed"),
        "request.filled": _("Answer in preparation"),
        "request.declined": _("Data request declined"),
        "request.published": _("Result published"),
        "request.accepted": _("Result accepted"),
        "request.returned": _("Result returned"),
        "request.revised": _("Newer version begun"),
        "request.withdrawn": _("Data request withdrawn"),
        "request.template": _("Workbook downloaded"),
        "draft.begun": _("Form of an answer begun"),
        "draft.saved": _("Form of an answer saved"),
        "draft.example": _("Form of an answer begun with an example"),
        "draft.taken": _("Form of an answer filled from a workbook"),
        "draft.filled": _("Unknown amount filled from reference data"),
        "draft.workbook": _("Form of an answer downloaded as a workbook"),
        "draft.handed_in": _("Form of an answer handed in"),
        "upload.received": _("File uploaded"),
        "upload.checked": _("File checked"),
        "upload.accepted": _("Upload accepted"),
        "upload.discarded": _("Upload discarded"),
        "upload.corrected": _("Cells of an upload corrected on the page"),
        "upload.restored": _("Correction of a cell taken back"),
        "upload.copy_asked": _("Annotated copy asked for"),
        "upload.answer_given": _("Answer downloaded as a workbook"),
    }
)


@nav.counter("suppliers:request_list")
def _waiting(actor: Actor) -> int | None:
    return waiting_count(actor) or None


@register_witness
def uploads_as_received() -> Iterator[Fault]:
    """Every stored file still has the digest that its row holds."""
    for upload in Upload.objects.defer("reading").order_by("uploaded_at").iterator(chunk_size=200):
        try:
            with upload.file.open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
        except OSError:
            yield Fault(None, "missing", f"the file of {upload} is not there")
            continue
        if digest != upload.sha256:
            yield Fault(None, "changed", f"the file of {upload} was altered")


@register_witness
def attachments_as_received() -> Iterator[Fault]:
    """Every file of the correspondence still has the digest that its row holds."""
    for row, fault in altered_files(NoteAttachment.objects.order_by("created_at", "pk"), "file", "sha256"):
        detail = "is not there" if fault == "missing" else "was altered"
        yield Fault(None, fault, f"the file of {row} {detail}")


def _upload_source(actor: Actor, provenance: Mapping[str, Any]) -> Source | None:
    """The worksheet around the cell that an amount came from, for those to whom the upload belongs."""
    try:
        key = uuid.UUID(str(provenance.get("upload", "")))
    except ValueError:
        return None
    upload = uploads_for(actor).filter(pk=key).first()
    if upload is None:
        return None
    sheet, cell = str(provenance.get("sheet", "")), str(provenance.get("cell", ""))
    found = snippet(upload, sheet, cell)
    address = reverse("suppliers:upload_cell", args=[upload.pk])
    return Source(
        title=_("Workbook cell %(sheet)s!%(cell)s") % {"sheet": sheet, "cell": cell},
        text=upload.filename,
        url=f"{address}?{urlencode({'sheet': sheet, 'cell': cell})}" if found else "",
        snippet=found,
        facts=[
            (_("Request"), upload.request.number),
            (_("Uploaded"), format_moment(upload.uploaded_at)),
            ("SHA-256", upload.sha256),
            *([(_("Note"), provenance["note"])] if provenance.get("note") else []),
        ],
    )


def _result_page(actor: Actor, key: uuid.UUID) -> str:
    """The page of a published result, if it is within reach."""
    reach = results_for(actor).filter(pk=key).exists()
    return reverse("suppliers:result_detail", args=[key]) if reach else ""


register_source("upload", _upload_source)
register_result_page(_result_page)
