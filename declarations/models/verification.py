"""Verification: findings 不符合项 with their correspondence, and the signed statement."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from carbonfoot import clock


class Finding(models.Model):
    """A finding of the verifier. The statement cannot be signed while one is open (trigger and service)."""

    class Kind(models.TextChoices):
        """How serious it is."""

        MAJOR = "major", _("Major nonconformity")
        MINOR = "minor", _("Minor nonconformity")
        OBSERVATION = "observation", _("Observation")

    class State(models.TextChoices):
        """Open until the verifier closes it."""

        OPEN = "open", _("Open")
        REPLIED = "replied", _("Replied")
        CLOSED = "closed", _("Closed")

    declaration = models.ForeignKey(
        "declarations.Declaration", on_delete=models.PROTECT, related_name="findings"
    )
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12, choices=Kind.choices)
    title = models.CharField(_("title"), max_length=160)
    # Where in the basis: a ledger line, a process, a section; shown as a link.
    place = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    raised_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    raised_at = models.DateTimeField(default=clock.now, editable=False)
    closed_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["declaration", "number"], name="verification_finding_once"),
            models.CheckConstraint(
                condition=Q(state__in=["open", "replied", "closed"]), name="verification_finding_state"
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False)
                | (~Q(state="closed") & Q(closed_at__isnull=True)),
                name="verification_finding_closed_dated",
            ),
        ]

    def __str__(self) -> str:
        return f"NC-{self.number:02d}"

    def parties(self) -> dict[str, int | None]:
        """Who stands in which relation, for the access table."""
        return self.declaration.parties()


class FindingEntry(models.Model):
    """What was written on a finding: the finding itself, replies, the reason of the closure. Append only (trigger)."""

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="entries")
    organisation = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    text = models.TextField()
    evidence = models.FileField(upload_to="evidence/%Y/%m", blank=True)
    evidence_sha256 = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return f"{self.finding} {self.created_at:%Y-%m-%d}"


class Statement(models.Model):
    """The verification statement 核查声明, signed for exactly one snapshot. Immutable (trigger)."""

    class Opinion(models.TextChoices):
        """What the body states."""

        UNQUALIFIED = "unqualified", _("Conforms")
        QUALIFIED = "qualified", _("Conforms with remarks")

    declaration = models.ForeignKey(
        "declarations.Declaration", on_delete=models.PROTECT, related_name="statements"
    )
    snapshot = models.OneToOneField(
        "declarations.Snapshot", on_delete=models.PROTECT, related_name="statement"
    )
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="statements"
    )
    report_number = models.CharField(_("report number"), max_length=60)
    opinion = models.CharField(max_length=12, choices=Opinion.choices)
    remarks = models.TextField(blank=True)
    # Digest, figures and findings that were signed, as canonical JSON.
    content: Any = models.JSONField()
    sha256 = models.CharField(max_length=64)
    signed_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["-signed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "report_number"], name="statement_report_number_once"
            ),
        ]

    def __str__(self) -> str:
        return self.report_number
