"""Summaries of a phase: asked for, frozen and written by a job, handed in to the authority."""

from __future__ import annotations

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from carbonfoot.accounts.access import require
from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.models import Organisation
from carbonfoot.accounts.roles import OrganisationKind
from carbonfoot.audit.canonical import sha256_hex
from carbonfoot.audit.numbers import next_number
from carbonfoot.audit.services import record
from carbonfoot.jobs.models import Job
from carbonfoot.jobs.services import enqueue
from carbonfoot.problems import Collector, problem
from declarations import summaries
from declarations.models import Phase, PhaseSummary, SummaryFile, SummaryFiling
from declarations.tenancy import owner


@transaction.atomic
def request_summary(*, actor: Actor, phase: Phase) -> Job:
    """Ask for the summary of the actor's organisation in a phase as it stands; two clicks are one job."""
    require(actor, "summary.make")
    maker = owner(actor)
    return enqueue(
        actor=actor,
        kind="declarations.summary",
        args={"phase": phase.pk, "organisation": maker.pk},
        key=f"summary:{maker.pk}:{phase.pk}",
        label=phase.name,
    )


@transaction.atomic
def freeze_summary(*, actor: Actor, phase: Phase, job: Job) -> PhaseSummary:
    """Write the content with its digest, once for each job: run again, it is the one that is there."""
    require(actor, "summary.make")
    # One at a time for each maker; a full lock would hold up whoever holds the log's head.
    maker = Organisation.objects.select_for_update(no_key=True).get(pk=owner(actor).pk)
    present = PhaseSummary.objects.filter(job=job).first()
    if present is not None:
        return present
    number = next_number("ES")
    content = summaries.build(maker, phase, number=number, actor=actor)
    summary = PhaseSummary.objects.create(
        organisation=maker,
        phase=phase,
        number=number,
        content=content.decode(),
        sha256=sha256_hex(content),
        job=job,
        created_by=actor.user,
    )
    data = {"phase": phase.code, "sha256": summary.sha256}
    record(actor=actor, verb="summary.made", obj=summary, data=data)
    return summary


@transaction.atomic
def keep_file(*, actor: Actor, summary: PhaseSummary, kind: str, language: str, data: bytes) -> SummaryFile:
    """Store a file of a summary with its digest, once; a second worker that wrote the same changes nothing."""
    PhaseSummary.objects.select_for_update(no_key=True).defer("content").get(pk=summary.pk)
    present = SummaryFile.objects.filter(summary=summary, kind=kind, language=language).first()
    if present is not None:
        return present
    name = f"{summary.number}{'-' + language if language else ''}.{kind}"
    row = SummaryFile(summary=summary, kind=kind, language=language, filename=name, size=len(data))
    row.sha256 = sha256_hex(data)
    row.file.save(name, ContentFile(data), save=False)
    row.save()
    record(
        actor=actor,
        verb="summary.written",
        obj=summary,
        data={"file": name, "sha256": row.sha256, "summary": summary.sha256},
    )
    return row


@transaction.atomic
def hand_in(*, actor: Actor, summary: PhaseSummary) -> SummaryFiling:
    """Hand a summary in to the authority, by another person than the one who made it; again, it is the same filing.

    Raises Problems while files are missing or the content does not have its digest any more.
    """
    summary = PhaseSummary.objects.select_for_update(no_key=True).get(pk=summary.pk)
    require(actor, "summary.hand_in", summary)
    present = SummaryFiling.objects.filter(summary=summary).first()
    if present is not None:
        return present
    found = Collector()
    if actor.user is None or summary.created_by_id == actor.user.pk:
        found.add(
            "SUMMARY-SAME-PERSON",
            _("Whoever made the summary does not hand it in."),
            mend=_("Another approver hands it in, or somebody else makes one."),
        )
    if sha256_hex(summary.content.encode()) != summary.sha256:
        found.add("SUMMARY-CHANGED", _("The stored content does not match its digest."))
    if not SummaryFile.objects.filter(summary=summary, kind=SummaryFile.Kind.PDF).exists():
        found.add("SUMMARY-NOT-WRITTEN", _("The files of this summary are not written yet."))
    found.done()
    authorities = list(Organisation.objects.filter(kind=OrganisationKind.AUTHORITY, is_active=True))
    number = next_number("RS", digits=6)
    event = record(
        actor=actor,
        verb="summary.handed_in",
        obj=summary,
        data={"receipt": number, "sha256": summary.sha256, "phase": summary.phase.code},
        readers=authorities,
    )
    return SummaryFiling.objects.create(
        summary=summary,
        number=number,
        sha256=summary.sha256,
        filed_by=actor.user,
        filed_at=event.at,
        audit_seq=event.seq,
    )


def read_file(row: SummaryFile) -> bytes:
    """The kept bytes, checked against their digest. Raises Problems when the file is gone or was changed."""
    try:
        with row.file.open("rb") as file:
            data: bytes = file.read()
    except OSError as error:
        raise problem("REPORT-GONE", _("The file of this report is missing from the storage.")) from error
    if sha256_hex(data) != row.sha256:
        raise problem(
            "REPORT-CHANGED", _("The stored file is not the one that was written: its digest differs.")
        )
    return data
