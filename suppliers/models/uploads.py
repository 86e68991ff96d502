"""Files that answer a request, and what was found in them."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from carbonfoot import clock
from suppliers.models.requests import DataRequest


class UploadState(models.TextChoices):
    """quarantined -> checking -> refused | findings | ready -> accepted -> superseded; or discarded, failed."""

    QUARANTINED = "quarantined", _("In quarantine")
    CHECKING = "checking", _("Being checked")
    REFUSED = "refused", _("Refused")
    FINDINGS = "findings", _("Must be mended")
    READY = "ready", _("Ready to accept")
    ACCEPTED = "accepted", _("Accepted")
    SUPERSEDED = "superseded", _("Replaced by a later one")
    DISCARDED = "discarded", _("Discarded")
    FAILED = "failed", _("Check failed")


class Upload(models.Model):
    """A file as it came, for ever, with its digest; its rows reach the inventory only when it is accepted whole.

    What names the file and its origin never changes, and no row is deleted (trigger in migration 0003).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.ForeignKey(DataRequest, on_delete=models.PROTECT, related_name="uploads")
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="uploads"
    )
    file = models.FileField(upload_to="quarantine/%Y/%m")
    filename = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=12, choices=UploadState.choices, default=UploadState.QUARANTINED)
    job = models.ForeignKey("jobs.Job", on_delete=models.PROTECT, null=True, related_name="+")
    # Cover, tables and statistics as read, so that acceptance does not parse the file again.
    reading = models.JSONField(default=dict)
    # "tables" or "verified" (level 0: a verified footprint instead of the tables); empty until checked.
    level = models.CharField(max_length=10, blank=True)
    errors = models.PositiveIntegerField(default=0)
    warnings = models.PositiveIntegerField(default=0)
    notes = models.PositiveIntegerField(default=0)
    uploaded_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    uploaded_at = models.DateTimeField(default=clock.now, editable=False)
    accepted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-uploaded_at"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=UploadState.values), name="upload_state_known"),
            models.CheckConstraint(
                condition=~Q(state__in=["ready", "accepted", "superseded"]) | Q(errors=0),
                name="upload_accepted_without_errors",
            ),
            models.CheckConstraint(
                condition=~Q(state="accepted") | Q(accepted_at__isnull=False), name="upload_accepted_dated"
            ),
            models.UniqueConstraint(
                fields=["request"], condition=Q(state="accepted"), name="upload_one_accepted"
            ),
            models.UniqueConstraint(
                fields=["request", "sha256"],
                condition=~Q(state__in=["discarded", "failed", "superseded"]),
                name="upload_same_bytes_once",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "-uploaded_at"]), models.Index(fields=["sha256"])]

    def __str__(self) -> str:
        # Never the file name: labels reach the audit log, and a name may tell what is inside.
        return f"upload {self.sha256[:12]}"

    def parties(self) -> dict[str, int | None]:
        """Who stands in which relation, for the access table."""
        return {"own": self.organisation_id}


class UploadFinding(models.Model):
    """One finding on an upload, by sheet and cell. Texts come from the code's row in the workbook's registry."""

    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="findings")
    position = models.PositiveIntegerField()
    code = models.CharField(max_length=20)
    severity = models.CharField(max_length=8)
    sheet = models.CharField(max_length=80, blank=True)
    cell = models.CharField(max_length=12, blank=True)
    value = models.CharField(max_length=300, blank=True)
    params = models.JSONField(default=dict)
    # Key of the schema's table and column, and the values that would mend the cell.
    table = models.CharField(max_length=40, blank=True)
    column = models.CharField(max_length=60, blank=True)
    offer = models.JSONField(default=list)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["upload", "position"], name="finding_position_once"),
            models.CheckConstraint(
                condition=Q(severity__in=["error", "warning", "note"]), name="finding_severity_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.sheet}!{self.cell}"
