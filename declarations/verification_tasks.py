"""The background job that writes verification reports."""

from __future__ import annotations

from typing import Any

from carbonfoot.jobs.registry import JobContext, job_handler
from declarations.models import VerificationReport
from declarations.reports import verification_services as reports


@job_handler("declarations.verification_report", on_end=reports.end_without_report)
def write_verification_report(ctx: JobContext) -> dict[str, Any]:
    """Write one verification report and keep it; running again after it is kept changes nothing."""
    ctx.progress(1, 3, "report.reading")
    report = VerificationReport.objects.select_related("statement__snapshot", "statement__declaration").get(
        pk=ctx.args["report"]
    )
    if report.done_at is None:
        ctx.progress(2, 3, "report.writing")
        data = reports.render(report)
        ctx.progress(3, 3, "report.keeping")
        report = reports.keep(actor=ctx.actor, report=report, data=data)
    return {"report": report.pk, "sha256": report.sha256}
