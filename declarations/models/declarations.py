"""Declarations, their frozen snapshots, generated reports and receipts."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from carbonfoot import clock


class DeclarationState(models.TextChoices):
    """States of a declaration; the exits are in declarations/workflow.py and drawn in docs/."""

    DRAFT = "draft", _("Being prepared")
    FROZEN = "frozen", _("Frozen")
    IN_VERIFICATION = "in_verification", _("In verification")
    VERIFIED = "verified", _("Verified")
    SUBMITTED = "submitted", _("Submitted")
    IN_REVIEW = "in_review", _("In review")
    RETURNED = "returned", _("Returned")
    ACCEPTED = "accepted", _("Accepted")
    SUPERSEDED = "superseded", _("Superseded")
    WITHDRAWN = "withdrawn", _("Withdrawn")


LIVE_STATES = ("draft", "frozen", "in_verification", "verified", "submitted", "in_review")


class Declaration(models.Model):
    """One version of the declaration of one pack in one phase. A correction is a new version that supersedes."""

    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="declarations"
    )
    number = models.CharField(max_length=20)
    version = models.PositiveIntegerField(default=1)
    pack = models.ForeignKey("declarations.Pack", on_delete=models.PROTECT, related_name="declarations")
    phase = models.ForeignKey("declarations.Phase", on_delete=models.PROTECT, related_name="declarations")
    plan = models.ForeignKey(
        "declarations.QualityPlan", on_delete=models.PROTECT, null=True, related_name="declarations"
    )
    calculation = models.ForeignKey(
        "lca.Calculation", on_delete=models.PROTECT, null=True, related_name="declarations"
    )
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="superseded_by"
    )
    revision_reason = models.TextField(blank=True)
    state = models.CharField(max_length=16, choices=DeclarationState.choices, default=DeclarationState.DRAFT)
    snapshot = models.ForeignKey(
        "declarations.Snapshot", on_delete=models.PROTECT, null=True, related_name="+"
    )
    assigned_to = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    prepared_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    # Who of the authority reviews it; the history is in ReviewAssignment.
    reviewer = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="reviews")
    created_at = models.DateTimeField(default=clock.now, editable=False)
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-changed_at"]
        constraints = [
            models.UniqueConstraint(fields=["number", "version"], name="declaration_version_once"),
            models.UniqueConstraint(
                fields=["pack", "phase"], condition=Q(state__in=LIVE_STATES), name="declaration_live_once"
            ),
            models.UniqueConstraint(
                fields=["pack", "phase"], condition=Q(state="accepted"), name="declaration_accepted_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=DeclarationState.values), name="declaration_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "withdrawn"]) | Q(snapshot__isnull=False),
                name="declaration_frozen_has_snapshot",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-changed_at"]),
            models.Index(fields=["organisation", "state"]),
        ]

    def __str__(self) -> str:
        return f"{self.number} v{self.version}"

    def parties(self) -> dict[str, int | None]:
        """Who stands in which relation, for the access table: the maker, the verification body that was asked, and the
        same as verifier once it has taken the engagement on."""
        engagement = getattr(self, "engagement", None)
        asked = engagement.organisation_id if engagement and engagement.state != "refused" else None
        engaged = asked if engagement and engagement.state == "accepted" else None
        return {"own": self.organisation_id, "asked": asked, "verifier": engaged}


class Snapshot(models.Model):
    """What was frozen: canonical JSON bytes as text with their SHA-256. Immutable (trigger)."""

    declaration = models.ForeignKey(Declaration, on_delete=models.PROTECT, related_name="snapshots")
    number = models.PositiveIntegerField()
    # Exactly the bytes that were hashed, as UTF-8 text; never parsed and written again.
    content = models.TextField()
    sha256 = models.CharField(max_length=64)
    created_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["declaration", "number"], name="snapshot_number_once")]

    def __str__(self) -> str:
        return f"{self.declaration} #{self.number}"


class ReportFile(models.Model):
    """A generated report, kept with its digest and never silently made again. Immutable once done (trigger)."""

    class Kind(models.TextChoices):
        """What is written."""

        PDF = "pdf", _("PDF")
        XLSX = "xlsx", _("XLSX")
        JSON = "json", _("JSON")

    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="reports")
    kind = models.CharField(max_length=5, choices=Kind.choices)
    language = models.CharField(max_length=10)
    # The statement that the report tells of; empty for a report written before the snapshot was verified.
    statement = models.ForeignKey(
        "declarations.Statement", on_delete=models.PROTECT, null=True, blank=True, related_name="reports"
    )
    job = models.ForeignKey("jobs.Job", on_delete=models.PROTECT, null=True, related_name="+")
    file = models.FileField(upload_to="reports/%Y/%m", blank=True)
    filename = models.CharField(max_length=120, blank=True)
    size = models.PositiveBigIntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    requested_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    requested_at = models.DateTimeField(default=clock.now, editable=False)
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-requested_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["snapshot", "kind", "language", "statement"], name="report_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | ~Q(sha256=""), name="report_done_has_digest"
            ),
        ]

    def __str__(self) -> str:
        return self.filename or f"{self.snapshot} {self.kind} {self.language}"


class Receipt(models.Model):
    """Proof of submission: one for each declaration version, whatever was clicked how often. Immutable (trigger)."""

    declaration = models.OneToOneField(Declaration, on_delete=models.PROTECT, related_name="receipt")
    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=24, unique=True)
    sha256 = models.CharField(max_length=64)
    submitted_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField()
    audit_seq = models.BigIntegerField()
    checks: Any = models.JSONField(default=list)

    class Meta:
        ordering = ["-submitted_at"]

    def __str__(self) -> str:
        return self.number
