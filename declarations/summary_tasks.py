"""The job that freezes a summary of a phase and writes its files."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from carbonfoot.jobs.registry import JobContext, job_handler, progress_messages
from carbonfoot.ui.jobviews import describe
from declarations.models import Phase, PhaseSummary, SummaryFile
from declarations.reports import summary as pdf
from declarations.reports import summary_xlsx as xlsx
from declarations.services import summaries

progress_messages(
    {
        "summary.freezing": _("Freezing what is there"),
        "summary.writing": _("Writing %(name)s"),
    }
)
describe(
    "declarations.summary",
    _("Summary of a phase"),
    _("No summary has been changed. Make it again."),
)

PDF, XLSX, JSON = SummaryFile.Kind.PDF, SummaryFile.Kind.XLSX, SummaryFile.Kind.JSON
FILES = ((JSON, ""), (PDF, "zh"), (PDF, "en"), (XLSX, "zh"), (XLSX, "en"))


def _bytes(summary: PhaseSummary, kind: str, language: str) -> bytes:
    if kind == JSON:
        return summary.content.encode()
    content = pdf.SummaryContent(summary=summary, language=language)
    return pdf.write(content) if kind == PDF else xlsx.write(content)


@job_handler("declarations.summary")
def write_summary(ctx: JobContext) -> dict[str, Any]:
    """Freeze once, then write each file that is not there yet; run again it goes on where it was."""
    steps = len(FILES) + 1
    ctx.progress(1, steps, "summary.freezing")
    phase = Phase.objects.get(pk=ctx.args["phase"])
    summary = summaries.freeze_summary(actor=ctx.actor, phase=phase, job=ctx.job)
    there = set(summary.files.values_list("kind", "language"))
    for step, (kind, language) in enumerate(FILES, start=2):
        if (kind, language) in there:
            continue
        name = f"{kind.upper()} {language}".strip()
        ctx.progress(step, steps, "summary.writing", name=name)
        data = _bytes(summary, kind, language)
        summaries.keep_file(actor=ctx.actor, summary=summary, kind=kind, language=language, data=data)
    return {"summary": summary.pk, "sha256": summary.sha256}
