"""What the background job does with a quarantined file: checks it in a child process and stores every finding."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction

from carbonfoot.accounts.actor import Actor
from carbonfoot.audit.services import record
from carbonfoot.jobs.models import Job
from suppliers import intake
from suppliers.models import Upload, UploadFinding, UploadState
from suppliers.workbook import Finding, Inspection
from suppliers.workflow import transition

# More findings than anybody mends one by one; the counts stay true.
STORED_MAX = 5000
WAITING = (UploadState.QUARANTINED, UploadState.CHECKING)


def check_upload(*, actor: Actor, upload_id: str, progress: Callable[[int, int, str], None]) -> Upload:
    """Check one upload. Safe to run again after a crash; changes nothing once the upload has its result."""
    with transaction.atomic():
        upload = Upload.objects.select_for_update().get(pk=upload_id)
        if upload.state not in WAITING:
            return upload
        transition(upload, "check", actor)
    progress(0, 2, "suppliers.reading")
    upload = Upload.objects.select_related("request", "request__buyer", "request__supplier").get(pk=upload_id)
    inspection = intake.inspect(upload, intake.values_in_force(upload))
    progress(1, 2, "suppliers.storing")
    return _store(actor, upload_id, inspection)


@transaction.atomic
def _store(actor: Actor, upload_id: str, inspection: Inspection) -> Upload:
    upload = Upload.objects.select_for_update().get(pk=upload_id)
    if upload.state != UploadState.CHECKING:
        return upload
    upload.findings.all().delete()
    shown = inspection.findings[:STORED_MAX]
    UploadFinding.objects.bulk_create(
        [_row(upload, i, item) for i, item in enumerate(shown)], batch_size=1000
    )
    upload.errors = inspection.count("error")
    upload.warnings = inspection.count("warning")
    upload.notes = inspection.count("note")
    upload.level = inspection.level
    upload.reading = {
        "tables": inspection.tables,
        "cover": inspection.cover,
        "verified": inspection.verified,
        "single": inspection.single,
        "stats": {key: value for key, value in inspection.stats.items() if key != "filename"},
    }
    verb = "refuse" if inspection.refused else "pass" if inspection.ok else "find"
    transition(upload, verb, actor, save=["errors", "warnings", "notes", "level", "reading"])
    counts = {"errors": upload.errors, "warnings": upload.warnings, "state": upload.state}
    record(actor=actor, verb="upload.checked", obj=upload, data=counts)
    return upload


def _row(upload: Upload, position: int, item: Finding) -> UploadFinding:
    data = item.to_dict()
    return UploadFinding(
        upload=upload,
        position=position,
        code=item.code,
        severity=item.severity,
        sheet=item.sheet[:80],
        cell=item.cell[:12],
        value=item.value[:300],
        params=data["params"],
        table=item.table[:40],
        column=item.column[:60],
        offer=data["offer"],
    )


def check_ended(job: Job) -> None:
    """The job failed or was cancelled: the upload waits no longer. Runs in the transaction that ends the job."""
    upload = Upload.objects.select_for_update().filter(pk=job.args.get("upload")).first()
    if upload is not None and upload.state in WAITING:
        upload.state = UploadState.FAILED
        upload.save(update_fields=["state"])
