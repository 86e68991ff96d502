"""Asking for the verification report 核查报告, writing it once, and keeping the body's own."""

from __future__ import annotations

from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from carbonfoot import clock
from carbonfoot.accounts.access import AccessDenied, require
from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.models import Organisation
from carbonfoot.accounts.roles import OrganisationKind, Role
from carbonfoot.audit.canonical import canonical_json, sha256_hex
from carbonfoot.audit.services import record
from carbonfoot.filekinds import is_what_it_says
from carbonfoot.files import TooLarge, clean_name, read_limited
from carbonfoot.jobs.models import Job
from carbonfoot.jobs.services import enqueue
from carbonfoot.problems import Collector
from declarations.models import Declaration, Statement, VerificationReport
from declarations.reports import verification_pdf, verified
from declarations.reports.services import LANGUAGES, store

Kind, Audience = VerificationReport.Kind, VerificationReport.Audience
UPLOAD_MAX_BYTES = 30 * 1024 * 1024


def _readers(declaration: Declaration, actor: Actor) -> list[Organisation]:
    """Maker and body, and the authority once the declaration was submitted; without the actor's own."""
    found = [declaration.organisation, declaration.engagement.organisation]
    if hasattr(declaration, "receipt"):
        found += Organisation.objects.filter(kind=OrganisationKind.AUTHORITY, is_active=True)
    return [party for party in found if party.pk != actor.organisation_id]


@transaction.atomic
def request_report(
    *, actor: Actor, statement: Statement, kind: str, language: str = "", audience: str = Audience.OPEN
) -> VerificationReport:
    """The report of a statement in this form: the one there is, or a new one with its job. JSON has no language.

    The copy of the clean room is for the body alone. Raises Problems, AccessDenied.
    """
    statement = Statement.objects.select_for_update(of=("self",)).get(pk=statement.pk)
    declaration = statement.declaration
    require(actor, "verification.report", declaration)
    if audience == Audience.CLEAN_ROOM and actor.role != Role.VERIFIER:
        raise AccessDenied(_("This copy holds recipes of suppliers. It is for the verification body alone."))
    found = Collector()
    if kind not in (Kind.PDF, Kind.JSON):
        found.add("REPORT-KIND", _("Unknown kind of report."), field="kind", value=kind)
    if audience not in Audience.values:
        found.add("REPORT-AUDIENCE", _("Unknown copy of the report."), field="audience", value=audience)
    language = "" if kind == Kind.JSON else language
    if kind == Kind.PDF and language not in LANGUAGES:
        found.add(
            "REPORT-LANGUAGE",
            _("Reports are written in Chinese or English."),
            field="language",
            value=language,
        )
    found.done()
    report, created = VerificationReport.objects.get_or_create(
        statement=statement,
        kind=kind,
        audience=audience,
        language=language,
        defaults={"requested_by": actor.user, "requested_at": clock.now()},
    )
    if report.done_at is None and (created or report.job is None or not report.job.is_open):
        report.job = enqueue(
            actor=actor,
            kind="declarations.verification_report",
            args={"report": report.pk},
            key=f"verification-report:{report.pk}",
            label=f"{statement} {kind.upper()} {language}".strip(),
        )
        report.save(update_fields=["job"])
        data = {"kind": kind, "language": language, "audience": audience, "statement": statement.sha256}
        record(actor=actor, verb="verification.report_requested", obj=declaration, data=data)
    return report


def render(report: VerificationReport) -> bytes:
    """The bytes of a report. Raises Problems when this machine lacks what a PDF needs."""
    content = verified.build(report.statement, report.audience)
    text = canonical_json(content)
    if report.kind == Kind.JSON:
        return text
    return verification_pdf.write(content, text, report.language)


@transaction.atomic
def keep(*, actor: Actor, report: VerificationReport, data: bytes) -> VerificationReport:
    """Store the bytes with their digest, once; a second worker that wrote the same report changes nothing."""
    report = VerificationReport.objects.select_for_update(of=("self",)).get(pk=report.pk)
    if report.done_at is not None:
        return report
    declaration = report.statement.declaration
    copy = "-clean-room" if report.audience == Audience.CLEAN_ROOM else ""
    language = f"-{report.language}" if report.language else ""
    stem = f"{declaration.number}-v{declaration.version}-verification"
    store(report, f"{stem}{copy}{language}.{report.kind}", data)
    readers = _readers(declaration, actor) if report.audience == Audience.OPEN else []
    record(
        actor=actor,
        verb="verification.report_written",
        obj=declaration,
        data={"file": report.filename, "sha256": report.sha256, "statement": report.statement.sha256},
        readers=readers,
    )
    return report


@transaction.atomic
def upload_report(
    *, actor: Actor, statement: Statement, file: File[Any], free_of_recipes: bool
) -> VerificationReport:
    """The body's own report as a PDF, kept with its digest beside the statement; the same file twice is kept once.

    The maker and the authority read it: the body confirms that it holds no recipe of a supplier. Raises Problems,
    AccessDenied.
    """
    statement = Statement.objects.select_for_update(of=("self",)).get(pk=statement.pk)
    declaration = statement.declaration
    require(actor, "verification.upload", declaration)
    found = Collector()
    name = clean_name(file.name or "report.pdf")[-110:]
    content = b""
    if not name.lower().endswith(".pdf"):
        found.add("REPORT-UPLOAD-TYPE", _("Upload a PDF."), field="file")
    else:
        try:
            content = read_limited(file, UPLOAD_MAX_BYTES)
        except TooLarge:
            found.add("REPORT-UPLOAD-SIZE", _("The file is larger than 30 MB."), field="file")
        else:
            if not is_what_it_says(name, content):
                found.add("REPORT-UPLOAD-KIND", _("This file is not a PDF."), field="file")
    if not free_of_recipes:
        found.add(
            "REPORT-UPLOAD-RECIPES",
            _("Confirm that the report holds no recipe of a supplier: the maker reads it."),
            field="free_of_recipes",
        )
    found.done()
    sha256 = sha256_hex(content)
    present = statement.verification_reports.filter(kind=Kind.UPLOADED, sha256=sha256).first()
    if present is not None:
        return present
    report = VerificationReport(
        statement=statement, kind=Kind.UPLOADED, audience=Audience.OPEN, requested_by=actor.user
    )
    store(report, name, content)
    record(
        actor=actor,
        verb="verification.report_uploaded",
        obj=declaration,
        data={"file": name, "sha256": sha256, "statement": statement.sha256},
        readers=_readers(declaration, actor),
    )
    return report


def end_without_report(job: Job) -> None:
    """A job that failed leaves the row without a file; asking again starts a new job."""
    VerificationReport.objects.filter(pk=job.args["report"], done_at__isnull=True).update(job=None)
