"""Triggers of a re-declaration that the maker looked at and put aside, with the reason."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from carbonfoot import clock


class TriggerDismissal(models.Model):
    """One piece of evidence for declaring anew that the approver put aside. Immutable (trigger): other evidence is
    another matter, and the trigger is back."""

    declaration = models.ForeignKey(
        "declarations.Declaration", on_delete=models.PROTECT, related_name="dismissals"
    )
    trigger = models.CharField(max_length=20)
    # What was known then, and its digest: the dismissal holds for exactly this.
    evidence: Any = models.JSONField()
    evidence_sha256 = models.CharField(max_length=64)
    reason = models.TextField()
    dismissed_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    dismissed_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["-dismissed_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["declaration", "trigger", "evidence_sha256"], name="dismissal_once"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="dismissal_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.declaration} {self.trigger}"
