"""What the audit log vouches for in this app: evidence of own factors and files of releases are as they came."""

from __future__ import annotations

from collections.abc import Iterator

from carbonfoot.audit.services import Fault, register_witness
from carbonfoot.files import altered_files
from lca.models import FactorDraft, OwnFactorVersion


@register_witness
def files_as_received() -> Iterator[Fault]:
    """Every stored file still has the digest that its row holds."""
    for rows in (
        OwnFactorVersion.objects.select_related("factor").order_by("pk"),
        FactorDraft.objects.defer("factors").order_by("created_at"),
    ):
        for row, what in altered_files(rows, "file", "file_sha256"):
            yield Fault(None, what, f"the file of {row} is {what}")
