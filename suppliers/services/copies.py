"""Annotated copies: a small workbook's is made while its reader waits, a large one's by a job, once, and kept."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.core.files.base import ContentFile
from django.db import transaction

from carbonfoot import clock
from carbonfoot.accounts.access import require
from carbonfoot.accounts.actor import Actor
from carbonfoot.audit.services import record
from carbonfoot.jobs.services import enqueue
from suppliers import intake
from suppliers.models import AnnotatedCopy, Upload

# Up to here the copy takes about a second; beyond, no web request does it.
AT_ONCE_CELLS = 20_000
AT_ONCE_BYTES = 1_000_000


def at_once(upload: Upload) -> bool:
    """Whether the copy is small enough to be made within a request."""
    cells = int(upload.reading.get("stats", {}).get("cells", 0))
    return cells <= AT_ONCE_CELLS and upload.size <= AT_ONCE_BYTES


def current_copy(upload: Upload, language: str) -> AnnotatedCopy | None:
    """The copy that shows the findings as they are now; it may still be in the making."""
    revision = upload.corrections.count()
    return (
        AnnotatedCopy.objects.select_related("job")
        .filter(upload=upload, language=language, revision=revision)
        .first()
    )


@transaction.atomic
def ask_copy(*, actor: Actor, upload: Upload, language: str) -> AnnotatedCopy:
    """Have the annotated copy made in the background. Asking twice starts one job; a ready copy stays as it is.

    Raises AccessDenied.
    """
    require(actor, "upload.view", upload)
    upload = Upload.objects.select_for_update().get(pk=upload.pk)
    copy, _made = AnnotatedCopy.objects.get_or_create(
        upload=upload, language=language, revision=upload.corrections.count()
    )
    if copy.made_at is not None or (copy.job is not None and copy.job.is_open):
        return copy
    copy.job = enqueue(
        actor=actor,
        kind="suppliers.annotate",
        args={"copy": copy.pk},
        key=f"suppliers.annotate:{copy.pk}",
    )
    copy.save(update_fields=["job"])
    record(actor=actor, verb="upload.copy_asked", obj=upload, data={"language": language})
    return copy


def make_copy(*, copy_id: int, progress: Callable[[int, int, str], None]) -> AnnotatedCopy:
    """Write one copy. Safe to run again after a crash; a copy that is there is not made again."""
    copy = AnnotatedCopy.objects.select_related("upload").get(pk=copy_id)
    if copy.made_at is not None:
        return copy
    progress(0, 2, "suppliers.annotating")
    content = intake.annotated(copy.upload, copy.language)
    progress(1, 2, "suppliers.storing_copy")
    with transaction.atomic():
        copy = AnnotatedCopy.objects.select_for_update(of=("self",)).get(pk=copy_id)
        if copy.made_at is None:
            copy.file.save(f"{uuid.uuid4()}.xlsx", ContentFile(content), save=False)
            copy.size, copy.made_at = len(content), clock.now()
            copy.save(update_fields=["file", "size", "made_at"])
    return copy
