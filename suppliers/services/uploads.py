"""Files as they come: kept with their digest, checked in the background, accepted whole or not at all."""

from __future__ import annotations

import hashlib
import uuid
from typing import Any

from django.core.files.base import ContentFile, File
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from carbonfoot import clock
from carbonfoot.accounts.access import require
from carbonfoot.accounts.actor import Actor
from carbonfoot.audit.services import record
from carbonfoot.files import TooLarge, clean_name, read_limited
from carbonfoot.jobs.services import enqueue
from carbonfoot.problems import problem
from suppliers.models import DataRequest, Upload, UploadState
from suppliers.selectors import uploads_for
from suppliers.services.answers import take_answer
from suppliers.services.requests import lock
from suppliers.workbook.limits import DEFAULT_LIMITS
from suppliers.workflow import transition

# Time, memory, or the reader gave out: on another day the same bytes may be read, so that they are tried again.
PASSING = ("WB-021", "WB-022", "WB-023")
OVER = (UploadState.DISCARDED, UploadState.FAILED, UploadState.SUPERSEDED)


def _read(file: File[Any]) -> bytes:
    """The bytes, with the published limit held while reading: what a client says about the size is not believed."""
    try:
        content = read_limited(file, DEFAULT_LIMITS.file_bytes)
    except TooLarge as error:
        raise problem(
            "UPL-LARGE",
            _("The file is larger than 10 MB."),
            field="file",
            mend=_("Take out pictures and sheets that are not needed."),
        ) from error
    if not content:
        raise problem("UPL-EMPTY", _("The file is empty."), field="file")
    return content


@transaction.atomic
def receive_upload(*, actor: Actor, request: DataRequest, file: File[Any], filename: str) -> Upload:
    """Keep a file in quarantine and have it checked. Nothing of it is taken over yet.

    The same bytes for the same request a second time give the upload that is there, whatever its name now, unless its
    check ran out of time or memory. Raises Problems for an empty file and one over 10 MB; everything else that is
    wrong with a file is a finding.
    """
    content = _read(file)
    sha256 = hashlib.sha256(content).hexdigest()
    request = lock(actor, request)
    require(actor, "request.fill", request)
    known = Upload.objects.filter(request=request, sha256=sha256).exclude(state__in=OVER).first()
    if known is not None and not known.findings.filter(code__in=PASSING).exists():
        return known
    if known is not None:
        transition(known, "discard", actor)
        record(actor=actor, verb="upload.discarded", obj=known, data={"sha256": sha256})
    if actor.organisation is None:
        raise DataRequest.DoesNotExist
    key = uuid.uuid4()
    upload = Upload(
        id=key,
        request=request,
        organisation=actor.organisation,
        filename=clean_name(filename),
        size=len(content),
        sha256=sha256,
        uploaded_by=actor.user,
    )
    # The stored name says nothing: the user's own name is data, and may hold anything.
    upload.file.save(f"{key}.upload", ContentFile(content), save=False)
    upload.save(force_insert=True)
    upload.job = enqueue(
        actor=actor,
        kind="suppliers.check_upload",
        args={"upload": str(upload.pk)},
        key=f"suppliers.check_upload:{upload.pk}",
    )
    upload.save(update_fields=["job"])
    data = {"request": request.number, "sha256": sha256, "size": len(content)}
    record(actor=actor, verb="upload.received", obj=upload, data=data)
    return upload


def lock_upload(actor: Actor, upload: Upload) -> Upload:
    """The upload as it is now, locked. DoesNotExist when it is not the actor's own."""
    own = uploads_for(actor).filter(organisation=actor.organisation)
    return own.select_related(None).select_for_update().get(pk=upload.pk)


@transaction.atomic
def accept_upload(*, actor: Actor, upload: Upload) -> Upload:
    """Take over an upload without errors, whole: its rows replace the inventory that answers the request, with the cell
    that each number came from. The upload accepted before becomes superseded. Accepting twice changes nothing.

    Raises AccessDenied in another state, Problems when what was read does not make an inventory.
    """
    request = lock(actor, upload.request)
    upload = lock_upload(actor, upload)
    if upload.state == UploadState.ACCEPTED:
        return upload
    require(actor, "upload.accept", upload)
    require(actor, "request.fill", request)
    before = Upload.objects.select_for_update().filter(request=request, state=UploadState.ACCEPTED).first()
    if before is not None:
        transition(before, "supersede", actor)
    upload.accepted_at = clock.now()
    take_answer(actor=actor, request=request, upload=upload, before=before)
    transition(upload, "accept", actor, save=["accepted_at", "reading"])
    transition(request, "fill", actor, save=["inventory"])
    data = {"request": request.number, "sha256": upload.sha256, "level": upload.level}
    record(actor=actor, verb="upload.accepted", obj=upload, data=data)
    if not request.managed:
        record(
            actor=actor,
            verb="request.filled",
            obj=request,
            data={"state": request.state},
            readers=[request.buyer],
        )
    return upload


@transaction.atomic
def discard_upload(*, actor: Actor, upload: Upload) -> Upload:
    """Put an upload aside. The file and its findings stay; the same bytes may be uploaded again."""
    upload = lock_upload(actor, upload)
    transition(upload, "discard", actor)
    record(actor=actor, verb="upload.discarded", obj=upload, data={"sha256": upload.sha256})
    return upload
