"""Background work of the suppliers app: thin over services."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from carbonfoot.jobs.registry import JobContext, job_handler, progress_messages
from carbonfoot.ui.jobviews import describe
from suppliers.models import DataRequest, RequestNote
from suppliers.services import mail
from suppliers.services.checking import check_ended, check_upload

progress_messages(
    {"suppliers.reading": _("Reading and checking"), "suppliers.storing": _("Storing the findings")}
)
describe(
    "suppliers.check_upload", _("Check of the uploaded file"), _("Nothing was taken over from the file.")
)
describe("suppliers.mail", _("Mail"))


@job_handler("suppliers.check_upload", on_end=check_ended)
def run_check(ctx: JobContext) -> dict[str, Any]:
    """Check one upload. The result holds counts only: job rows are no place for anybody's data."""
    upload = check_upload(actor=ctx.actor, upload_id=ctx.args["upload"], progress=ctx.progress)
    return {"errors": upload.errors, "warnings": upload.warnings, "state": upload.state}


@job_handler("suppliers.mail")
def run_mail(ctx: JobContext) -> dict[str, Any]:
    """Send one mail about a request. After a crash in the middle it may be sent twice: better than not at all."""
    request = DataRequest.objects.select_related("buyer", "supplier").get(pk=ctx.args["request"])
    note = RequestNote.objects.filter(pk=ctx.args["note"]).first() if ctx.args.get("note") else None
    return {"sent": mail.send(request, ctx.args["what"], note)}
