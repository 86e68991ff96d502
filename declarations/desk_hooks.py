"""What verification and review add to the site's shell and log."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from carbonfoot.accounts.actor import Actor
from carbonfoot.audit.canonical import digest, sha256_hex
from carbonfoot.audit.models import AuditEvent
from carbonfoot.audit.services import Fault, register_witness
from carbonfoot.audit.verbs import register_verbs
from carbonfoot.files import altered_files
from carbonfoot.ui import nav
from declarations import verification_tasks, verification_witness  # noqa: F401 - register themselves
from declarations.models import MatterEntry, RegisterEntry, ReviewDecision, Statement
from declarations.selectors.review import submissions_for
from declarations.selectors.verification import verifications_for

register_verbs(
    {
        "finding.raised": _("Finding raised"),
        "finding.replied": _("Finding answered"),
        "finding.asked_again": _("Finding asked again"),
        "finding.closed": _("Finding closed"),
        "verification.taken_on": _("Engagement taken on by the body"),
        "verification.refused": _("Engagement refused by the body"),
        "verification.sampled": _("Sample drawn"),
        "verification.checked": _("Results of checking written"),
        "verification.explained": _("Changed figures explained"),
        "verification.report_requested": _("Verification report asked for"),
        "verification.report_written": _("Verification report written"),
        "verification.report_uploaded": _("Verification report uploaded by the body"),
        "verification.recipe_viewed": _("Recipe opened by a verifier"),
        "calculation.viewed": _("Recipe opened by a verifier"),
        "verification.upload_downloaded": _("File taken by a verifier"),
        "verification.signed": _("Verification statement signed"),
        "review.taken_up": _("Taken up for review"),
        "review.taken_over": _("Review taken over"),
        "review.assigned": _("Review assigned"),
        "matter.asked": _("Question of the authority"),
        "matter.answered": _("Question or condition answered"),
        "matter.asked_again": _("Question or condition not settled"),
        "matter.settled": _("Question or condition settled"),
        "review.noted": _("Noted in review"),
        "review.returned": _("Returned by the authority"),
        "review.accepted": _("Accepted by the authority"),
        "register.rule_set": _("Public fields of the register chosen"),
    }
)


@nav.counter("declarations:verification_list")
def _to_verify(actor: Actor) -> int | None:
    return verifications_for(actor).filter(state="in_verification").order_by().count() or None


@nav.counter("declarations:review_queue")
def _to_review(actor: Actor) -> int | None:
    return submissions_for(actor).filter(state__in=["submitted", "in_review"]).order_by().count() or None


@register_witness
def signed_and_published_as_recorded() -> Iterator[Fault]:
    """Statements and register entries have the digest that they were written with, and the log knows each of them."""
    signed, entered = set(), set()
    for statement in Statement.objects.order_by("pk").iterator(chunk_size=200):
        signed.add(statement.sha256)
        if digest(statement.content) != statement.sha256:
            yield Fault(None, "changed", f"statement {statement.pk} is not what was signed")
    for entry in RegisterEntry.objects.order_by("pk").iterator(chunk_size=200):
        entered.add(entry.sha256)
        if sha256_hex(entry.content.encode()) != entry.sha256:
            yield Fault(None, "changed", f"register entry {entry.pk} is not what was accepted")
    for verb, key, known in (
        ("verification.signed", "statement", signed),
        ("review.accepted", "register", entered),
    ):
        for event in AuditEvent.objects.filter(verb=verb).iterator(chunk_size=500):
            if event.data.get(key) not in known:
                yield Fault(event.seq, "missing", f"the {key} that event {event.seq} records is not there")


@register_witness
def decisions_as_recorded() -> Iterator[Fault]:
    """Every numbered decision is the one that its event names, and every such event has its decision."""
    numbers = set()
    rows = ReviewDecision.objects.filter(number__isnull=False).order_by("pk")
    for row in rows.iterator(chunk_size=200):
        numbers.add(row.number)
        if sha256_hex(row.content.encode()) != row.sha256:
            yield Fault(row.audit_seq, "changed", f"decision {row.number} is not what was decided")
        event = AuditEvent.objects.filter(seq=row.audit_seq or 0, verb=f"review.{row.kind}").first()
        stated = {"decision": row.number, "sha256": row.sha256}
        if event is None or {key: event.data.get(key) for key in stated} != stated:
            yield Fault(row.audit_seq, "unrecorded", f"no event records decision {row.number}")
    events = AuditEvent.objects.filter(verb__in=("review.accepted", "review.returned"))
    for event in events.iterator(chunk_size=500):
        if "decision" in event.data and event.data["decision"] not in numbers:
            yield Fault(event.seq, "missing", f"the decision that event {event.seq} records is not there")
    answers = MatterEntry.objects.exclude(evidence="").order_by("pk")
    for entry, what in altered_files(answers, "evidence", "evidence_sha256"):
        yield Fault(None, what, f"the file of answer {entry.pk} to the authority")
