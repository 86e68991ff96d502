"""What the app adds to the site's shell and log: names of its events, counters, a witness of the stored files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from carbonfoot.accounts.actor import Actor
from carbonfoot.audit.services import Fault, register_witness
from carbonfoot.audit.verbs import register_verbs
from carbonfoot.ui import nav
from carbonfoot.ui.context import inbox_counter
from suppliers.models import Upload
from suppliers.selectors import waiting_count

register_verbs(
    {
        "supplier.added": _("Supplier added"),
        "supplier.changed": _("Supplier changed"),
        "request.created": _("Data request sent"),
        "request.opened": _("Data request opened"),
        "request.commented": _("Comment on a data request"),
        "request.reminded": _("Supplier reminded"),
        "request.filled": _("Answer in preparation"),
        "request.declined": _("Data request declined"),
        "request.published": _("Result published"),
        "request.accepted": _("Result accepted"),
        "request.returned": _("Result returned"),
        "request.revised": _("Newer version begun"),
        "request.withdrawn": _("Data request withdrawn"),
        "request.template": _("Workbook downloaded"),
        "upload.received": _("File uploaded"),
        "upload.checked": _("File checked"),
        "upload.accepted": _("Upload accepted"),
        "upload.discarded": _("Upload discarded"),
    }
)


@nav.counter("suppliers:request_list")
def _waiting(actor: Actor) -> int | None:
    return waiting_count(actor) or None


inbox_counter(waiting_count)


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
