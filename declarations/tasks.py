"""Background jobs of the declarations app."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from carbonfoot.jobs.registry import JobContext, job_handler, progress_messages
from declarations import summary_tasks  # noqa: F401 - registers the job of summaries
from declarations.bundle import services as bundles
from declarations.models import Bundle, ReportFile
from declarations.reports import services as reports

progress_messages(
    {
        "bundle.writing": _("Putting the bundle together and checking it"),
        "bundle.keeping": _("Storing the bundle with its digest"),
        "report.reading": _("Reading the frozen declaration"),
        "report.writing": _("Writing the report"),
        "report.keeping": _("Storing the report with its digest"),
    }
)


@job_handler(bundles.JOB, on_end=bundles.end_without_bundle)
def write_bundle(ctx: JobContext) -> dict[str, Any]:
    """Write one bundle and keep it; running again after it is kept changes nothing."""
    bundle = Bundle.objects.select_related("snapshot__declaration", "organisation").get(pk=ctx.args["bundle"])
    if bundle.done_at is None:
        ctx.progress(1, 2, "bundle.writing")
        data = bundles.write(bundle, ctx.actor)
        ctx.progress(2, 2, "bundle.keeping")
        bundle = bundles.keep(actor=ctx.actor, bundle=bundle, data=data)
    return {"bundle": bundle.pk, "sha256": bundle.sha256}


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
