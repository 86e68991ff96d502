"""Background work of the suppliers app: thin over services."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from carbonfoot.jobs.registry import JobContext, job_handler, progress_messages
from carbonfoot.jobs.tasks import schedule
from carbonfoot.ui.jobviews import describe
from suppliers.activity.receiving import batch_ended, read_batch
from suppliers.models import DataRequest, RequestNote
from suppliers.services import invitations, mail, reminders
from suppliers.services.checking import check_ended, check_upload
from suppliers.services.copies import make_copy

progress_messages(
    {
        "suppliers.reading": _("Reading and checking"),
        "suppliers.storing": _("Storing the findings"),
        "suppliers.annotating": _("Writing the findings into a copy of the workbook"),
        "suppliers.storing_copy": _("Storing the copy"),
        "suppliers.storing_records": _("Storing the records"),
        "suppliers.reminding": _("Sending reminders"),
    }
)
describe(
    "suppliers.check_upload", _("Check of the uploaded file"), _("Nothing was taken over from the file.")
)
describe("suppliers.annotate", _("Annotated copy of the workbook"))
describe("suppliers.read_activity", _("Activity data"), _("No record of the file was taken over."))
describe("suppliers.mail", _("Mail"))
describe("suppliers.invitation_mail", _("Mail"))
describe("suppliers.reminders", _("Reminders of the day"))


@job_handler("suppliers.check_upload", on_end=check_ended)
def run_check(ctx: JobContext) -> dict[str, Any]:
    """Check one upload. The result holds counts only: job rows are no place for anybody's data."""
    upload = check_upload(actor=ctx.actor, upload_id=ctx.args["upload"], progress=ctx.progress)
    return {"errors": upload.errors, "warnings": upload.warnings, "state": upload.state}


@job_handler("suppliers.annotate")
def run_annotate(ctx: JobContext) -> dict[str, Any]:
    """Write the annotated copy of one large workbook."""
    return {"bytes": make_copy(copy_id=ctx.args["copy"], progress=ctx.progress).size}


@job_handler("suppliers.read_activity", on_end=batch_ended)
def run_read_activity(ctx: JobContext) -> dict[str, Any]:
    """Read one file of records; the result holds counts only."""
    return read_batch(ctx)


@job_handler("suppliers.mail")
def run_mail(ctx: JobContext) -> dict[str, Any]:
    """Send one announcement. What was handed over is recorded, so that a second run sends the rest only.

    A crash between the mail server and the record may send one mail twice: better than not at all.
    """
    request = DataRequest.objects.select_related("buyer", "supplier").get(pk=ctx.args["request"])
    note = RequestNote.objects.filter(pk=ctx.args["note"]).first() if ctx.args.get("note") else None
    return {"sent": mail.send(request, ctx.args["what"], note, ctx.args.get("about", ""))}


@job_handler("suppliers.invitation_mail")
def run_invitation_mail(ctx: JobContext) -> dict[str, Any]:
    """Send an invitation. The link in it is made here and is nowhere else."""
    return {"sent": invitations.send(ctx.args["invitation"], ctx.args["about"])}


@job_handler("suppliers.reminders")
def run_reminders(ctx: JobContext) -> dict[str, Any]:
    """Take the rungs of today."""
    return {
        "reminders": reminders.remind_due(
            lambda step, steps: ctx.progress(step, steps, "suppliers.reminding")
        )
    }


@schedule
def begin_reminders() -> None:
    """Once a day, by day in China."""
    reminders.begin_day()
