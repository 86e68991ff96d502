"""Background jobs of the declarations app."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from carbonfoot.jobs.registry import JobContext, job_handler, progress_messages
from declarations import summary_tasks  # noqa: F401 - registers the job of summaries
from declarations.models import ReportFile
from declarations.reports import services as reports

progress_messages(
    {
        "report.reading": _("Reading the frozen declaration"),
        "report.writing": _("Writing the report"),
        "report.keeping": _("Storing the report with its digest"),
    }
)


@job_handler("declarations.report", on_end=reports.end_without_report)
def write_report(ctx: JobContext) -> dict[str, Any]:
    """Write one report and keep it; running again after it is kept changes nothing."""
    ctx.progress(1, 3, "report.reading")
    report = ReportFile.objects.select_related("snapshot__declaration", "statement__organisation").get(
        pk=ctx.args["report"]
    )
    if report.done_at is None:
        ctx.progress(2, 3, "report.writing")
        data = reports.render(report)
        ctx.progress(3, 3, "report.keeping")
        report = reports.keep(actor=ctx.actor, report=report, data=data)
    return {"report": report.pk, "sha256": report.sha256}
