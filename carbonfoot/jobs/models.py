"""The job row: outbox entry, progress report and result in one place."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from carbonfoot import clock


class JobState(models.TextChoices):
    """queued -> published -> running -> succeeded | failed | cancelled; a killed worker's job goes back to queued."""

    QUEUED = "queued", _("Waiting to start")
    PUBLISHED = "published", _("Waiting for a worker")
    RUNNING = "running", _("Under way")
    SUCCEEDED = "succeeded", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


OPEN_STATES = (JobState.QUEUED, JobState.PUBLISHED, JobState.RUNNING)


class Job(models.Model):
    """One piece of long work. ``key`` names the work: while a job with the same key is open, there is no second."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=200)
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, null=True, related_name="+"
    )
    actor = models.JSONField()
    args = models.JSONField(default=dict)
    label = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    max_attempts = models.PositiveSmallIntegerField(default=3)
    step = models.PositiveIntegerField(default=0)
    steps = models.PositiveIntegerField(default=0)
    message = models.CharField(max_length=60, blank=True)
    message_params = models.JSONField(default=dict)
    result = models.JSONField(default=dict)
    # Expected failures carry problems for people; crashes carry only a reference that the log explains.
    problems = models.JSONField(default=list)
    crash = models.CharField(max_length=60, blank=True)
    cancel_requested = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    published_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    progressed_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=Q(state__in=["queued", "published", "running"]), name="job_open_key"
            ),
            models.CheckConstraint(condition=Q(state__in=JobState.values), name="job_state_known"),
            models.CheckConstraint(
                condition=Q(finished_at__isnull=False, state__in=["succeeded", "failed", "cancelled"])
                | Q(finished_at__isnull=True, state__in=["queued", "published", "running"]),
                name="job_finished_when_ended",
            ),
        ]
        indexes = [
            models.Index(
                fields=["state", "created_at"],
                condition=Q(state__in=["queued", "published", "running"]),
                name="job_open",
            ),
            models.Index(fields=["organisation", "-created_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"

    def parties(self) -> dict[str, int | None]:
        """Who stands in which relation, for the access table."""
        return {"own": self.organisation_id}

    @property
    def is_open(self) -> bool:
        """Not ended yet."""
        return self.state in OPEN_STATES

    @property
    def percent(self) -> int:
        """Progress for a meter, 0 to 100."""
        if self.state == JobState.SUCCEEDED:
            return 100
        return min(99, round(100 * self.step / self.steps)) if self.steps else 0

    def lock_key(self) -> int:
        """Key of the advisory lock that the running worker holds: a signed 64-bit number."""
        return int.from_bytes(self.id.bytes[:8], "big", signed=True)
