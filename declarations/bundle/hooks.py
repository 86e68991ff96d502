"""What bundles add to the log: names of their events, a witness of the stored files."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from carbonfoot.audit.models import AuditEvent
from carbonfoot.audit.services import Fault, register_witness
from carbonfoot.audit.verbs import register_verbs
from carbonfoot.files import altered_files
from declarations.models import Bundle

register_verbs(
    {
        "bundle.requested": _("Verification bundle asked for"),
        "bundle.written": _("Verification bundle written"),
    }
)


@register_witness
def bundles_as_written() -> Iterator[Fault]:
    """Every stored bundle still has the digest of its row, and the log knows both digests."""
    known = {
        (event.object_id, event.data.get("sha256"), event.data.get("manifest"))
        for event in AuditEvent.objects.filter(verb="bundle.written").iterator(chunk_size=500)
    }
    rows = Bundle.objects.filter(done_at__isnull=False).select_related("snapshot").order_by("pk")
    for row, what in altered_files(rows, "file", "sha256"):
        yield Fault(None, what, f"the file of bundle {row.pk} is {what}")
    for row in rows.iterator(chunk_size=200):
        if (str(row.snapshot.declaration_id), row.sha256, row.manifest_sha256) not in known:
            yield Fault(None, "unrecorded", f"no event records the writing of bundle {row.pk}")
