"""Asking for a report, and writing it once."""

from __future__ import annotations

import io

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from carbonfoot import clock
from carbonfoot.accounts.access import require
from carbonfoot.accounts.actor import Actor
from carbonfoot.audit.canonical import sha256_hex
from carbonfoot.audit.services import record
from carbonfoot.jobs.models import Job
from carbonfoot.jobs.services import enqueue
from carbonfoot.problems import Collector, problem
from declarations.models import Declaration, ReportFile, Statement, VerificationReport
from declarations.reports import pdf, xlsx
from declarations.reports.content import ReportContent

LANGUAGES = ("zh", "en")


def statement_of(declaration: Declaration) -> Statement | None:
    """The statement signed for the present snapshot, if there is one."""
    if declaration.snapshot_id is None:
        return None
    return Statement.objects.filter(snapshot_id=declaration.snapshot_id).first()


@transaction.atomic
def request_report(*, actor: Actor, declaration: Declaration, kind: str, language: str) -> ReportFile:
    """The report of the present snapshot in this kind and language: the one there is, or a new one with its job.

    After the statement is signed there is a further report, which tells of it; an earlier one stays as it is.
    Raises Problems when nothing is frozen, or for an unknown kind or language.
    """
    declaration = Declaration.objects.select_for_update(of=("self",)).get(pk=declaration.pk)
    require(actor, "declaration.report", declaration)
    found = Collector()
    if declaration.snapshot is None:
        found.add("REPORT-NOT-FROZEN", _("A report is written from a frozen declaration. Freeze it first."))
    if kind not in ReportFile.Kind.values:
        found.add("REPORT-KIND", _("Unknown kind of report."), field="kind", value=kind)
    if language not in LANGUAGES:
        found.add(
            "REPORT-LANGUAGE",
            _("Reports are written in Chinese or English."),
            field="language",
            value=language,
        )
    found.done()
    report, created = ReportFile.objects.get_or_create(
        snapshot=declaration.snapshot,
        kind=kind,
        language=language,
        statement=statement_of(declaration),
        defaults={"requested_by": actor.user, "requested_at": clock.now()},
    )
    if report.done_at is None and (created or report.job is None or not report.job.is_open):
        report.job = enqueue(
            actor=actor,
            kind="declarations.report",
            args={"report": report.pk},
            key=f"report:{report.pk}",
            label=f"{declaration} {kind.upper()} {language}",
        )
        report.save(update_fields=["job"])
        record(
            actor=actor,
            verb="report.requested",
            obj=declaration,
            data={"kind": kind, "language": language, "snapshot": report.snapshot.sha256},
        )
    return report


def render(report: ReportFile) -> bytes:
    """The bytes of a report. Raises Problems when this machine lacks what a PDF needs."""
    content = ReportContent(snapshot=report.snapshot, statement=report.statement, language=report.language)
    if report.kind == ReportFile.Kind.PDF:
        return pdf.write(content)
    if report.kind == ReportFile.Kind.XLSX:
        return xlsx.write(content)
    return report.snapshot.content.encode()


@transaction.atomic
def keep(*, actor: Actor, report: ReportFile, data: bytes) -> ReportFile:
    """Store the bytes with their digest, once; a second worker that wrote the same report changes nothing."""
    report = ReportFile.objects.select_for_update(of=("self",)).get(pk=report.pk)
    if report.done_at is not None:
        return report
    declaration = report.snapshot.declaration
    verified = "-verified" if report.statement_id else ""
    stem = f"{declaration.number}-v{declaration.version}-{report.snapshot.number}{verified}"
    name = f"{stem}-{report.language}.{report.kind}"
    store(report, name, data)
    record(
        actor=actor,
        verb="report.written",
        obj=declaration,
        data={"file": name, "sha256": report.sha256, "snapshot": report.snapshot.sha256},
    )
    return report


def store(report: ReportFile | VerificationReport, name: str, data: bytes) -> None:
    """Put the bytes of a report into the storage and its name, size, digest and time into the row."""
    report.file.save(name, ContentFile(data), save=False)
    report.filename, report.size, report.sha256 = name, len(data), sha256_hex(data)
    report.done_at = clock.now()
    report.save()


def read(report: ReportFile | VerificationReport) -> io.BytesIO:
    """The kept bytes, checked against their digest. Raises Problems when the file is gone or was changed."""
    try:
        with report.file.open("rb") as file:
            data = file.read()
    except OSError as error:
        raise problem("REPORT-GONE", _("The file of this report is missing from the storage.")) from error
    if sha256_hex(data) != report.sha256:
        raise problem(
            "REPORT-CHANGED", _("The stored file is not the one that was written: its digest differs.")
        )
    return io.BytesIO(data)


def end_without_report(job: Job) -> None:
    """A job that failed leaves the row without a file; asking again starts a new job."""
    ReportFile.objects.filter(pk=job.args["report"], done_at__isnull=True).update(job=None)
