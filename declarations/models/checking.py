"""The work of the verifier as records: samples, what was checked, reasons for changed figures, the report."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from carbonfoot import clock


class Sample(models.Model):
    """Lines of one calculation that were drawn to be checked. Immutable (trigger); see declarations/sampling.py."""

    declaration = models.ForeignKey(
        "declarations.Declaration", on_delete=models.PROTECT, related_name="samples"
    )
    snapshot = models.ForeignKey("declarations.Snapshot", on_delete=models.PROTECT, related_name="samples")
    # The maker's own, or a supplier's recipe behind it: then its lines are seen in the clean room alone.
    calculation = models.ForeignKey("lca.Calculation", on_delete=models.PROTECT, related_name="samples")
    number = models.PositiveSmallIntegerField()
    seed = models.CharField(max_length=64)
    method = models.CharField(max_length=40)
    population = models.PositiveIntegerField()
    # Seed, method, digest of the population, and the lines drawn with their weights, as canonical JSON.
    content: Any = models.JSONField()
    sha256 = models.CharField(max_length=64)
    drawn_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    drawn_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["declaration", "number"], name="sample_number_once"),
            models.UniqueConstraint(fields=["snapshot", "sha256"], name="sample_once"),
        ]

    def __str__(self) -> str:
        return f"S-{self.number:02d}"


class VerificationCheck(models.Model):
    """What the verifier found at one item: a line of a sample, or a section of the control plan. Append only (trigger);
    the last one on an item counts."""

    class Result(models.TextChoices):
        """What checking it against the evidence gave."""

        MATCHES = "matches", _("Matches the evidence")
        DIFFERS = "differs", _("Differs from the evidence")
        NOT_SEEN = "not_seen", _("Evidence not seen")

    declaration = models.ForeignKey(
        "declarations.Declaration", on_delete=models.PROTECT, related_name="verification_checks"
    )
    snapshot = models.ForeignKey(
        "declarations.Snapshot", on_delete=models.PROTECT, related_name="verification_checks"
    )
    sample = models.ForeignKey(Sample, on_delete=models.PROTECT, null=True, blank=True, related_name="checks")
    # Id of a drawn line; without a sample the key of a section of the control plan.
    item = models.CharField(max_length=300)
    result = models.CharField(max_length=8, choices=Result.choices)
    note = models.TextField(blank=True)
    checked_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    checked_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["checked_at", "pk"]
        indexes = [models.Index(fields=["snapshot", "sample", "item"])]

    def __str__(self) -> str:
        return f"{self.sample or self.declaration} {self.item}: {self.result}"


class ChangeReason(models.Model):
    """Why a figure or fact differs between the content first sent to the body and the one that is signed. Append only
    (trigger); the last one for the same values counts."""

    declaration = models.ForeignKey(
        "declarations.Declaration", on_delete=models.PROTECT, related_name="change_reasons"
    )
    key = models.CharField(max_length=80)
    before = models.CharField(max_length=400)
    after = models.CharField(max_length=400)
    reason = models.TextField()
    finding = models.ForeignKey(
        "declarations.Finding", on_delete=models.PROTECT, null=True, blank=True, related_name="changes"
    )
    written_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    written_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["written_at", "pk"]

    def __str__(self) -> str:
        return f"{self.declaration} {self.key}"


class VerificationReport(models.Model):
    """A verification report 核查报告: generated, or the body's own file. Immutable once done (trigger)."""

    class Kind(models.TextChoices):
        """What it is."""

        PDF = "pdf", _("PDF")
        JSON = "json", _("JSON")
        UPLOADED = "uploaded", _("The body's own report")

    class Audience(models.TextChoices):
        """Who may read it: a copy without suppliers' recipes, or the one of the clean room."""

        OPEN = "open", _("Maker, authority and body")
        CLEAN_ROOM = "clean_room", _("The verification body alone")

    statement = models.ForeignKey(
        "declarations.Statement", on_delete=models.PROTECT, related_name="verification_reports"
    )
    kind = models.CharField(max_length=8, choices=Kind.choices)
    audience = models.CharField(max_length=10, choices=Audience.choices)
    language = models.CharField(max_length=10, blank=True)
    job = models.ForeignKey("jobs.Job", on_delete=models.PROTECT, null=True, related_name="+")
    file = models.FileField(upload_to="verification/%Y/%m", blank=True)
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
                fields=["statement", "kind", "audience", "language"],
                condition=~Q(kind="uploaded"),
                name="verification_report_once",
            ),
            models.UniqueConstraint(
                fields=["statement", "sha256"],
                condition=Q(kind="uploaded"),
                name="verification_report_uploaded_once",
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | ~Q(sha256=""), name="verification_report_done_has_digest"
            ),
            models.CheckConstraint(
                condition=~Q(kind="uploaded") | Q(audience="open", done_at__isnull=False),
                name="verification_report_uploaded_open",
            ),
        ]

    def __str__(self) -> str:
        return self.filename or f"{self.statement} {self.kind} {self.language}"
