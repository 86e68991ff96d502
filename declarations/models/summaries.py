"""The summary of a maker for a phase: frozen content, the files written from it, and its handing in."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from carbonfoot import clock


class PhaseSummary(models.Model):
    """What a maker did in a phase, as canonical JSON with its SHA-256. Immutable (trigger)."""

    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="summaries"
    )
    phase = models.ForeignKey("declarations.Phase", on_delete=models.PROTECT, related_name="summaries")
    number = models.CharField(max_length=20, unique=True)
    # Exactly the bytes that were hashed, as UTF-8 text.
    content = models.TextField()
    sha256 = models.CharField(max_length=64)
    # The job that froze it: run twice, it finds its own.
    job = models.OneToOneField("jobs.Job", on_delete=models.PROTECT, related_name="+")
    created_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name_plural = "phase summaries"

    def __str__(self) -> str:
        return self.number

    def parties(self) -> dict[str, int | None]:
        """Who stands in which relation, for the access table."""
        return {"own": self.organisation_id}


class SummaryFile(models.Model):
    """A file written from a summary. Immutable (trigger)."""

    class Kind(models.TextChoices):
        """What is written."""

        PDF = "pdf", _("PDF")
        XLSX = "xlsx", _("XLSX")
        JSON = "json", _("JSON")

    summary = models.ForeignKey(PhaseSummary, on_delete=models.PROTECT, related_name="files")
    kind = models.CharField(max_length=5, choices=Kind.choices)
    # Empty for JSON, which holds both languages.
    language = models.CharField(max_length=10, blank=True)
    file = models.FileField(upload_to="summaries/%Y/%m")
    filename = models.CharField(max_length=120)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    done_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["kind", "-language"]
        constraints = [
            models.UniqueConstraint(fields=["summary", "kind", "language"], name="summary_file_once"),
            models.CheckConstraint(condition=~Q(sha256=""), name="summary_file_has_digest"),
        ]

    def __str__(self) -> str:
        return self.filename


class SummaryFiling(models.Model):
    """A summary handed in to the authority: once, with a number. Immutable (trigger)."""

    summary = models.OneToOneField(PhaseSummary, on_delete=models.PROTECT, related_name="filing")
    number = models.CharField(max_length=24, unique=True)
    sha256 = models.CharField(max_length=64)
    filed_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    filed_at = models.DateTimeField()
    audit_seq = models.BigIntegerField()

    class Meta:
        ordering = ["-filed_at"]

    def __str__(self) -> str:
        return self.number
