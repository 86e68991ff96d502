"""The regulator's decisions."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from carbonfoot import clock


class ReviewDecision(models.Model):
    """A decision on a submitted declaration, with name, time and reason. Immutable (trigger)."""

    class Kind(models.TextChoices):
        """What was decided."""

        TAKEN_UP = "taken_up", _("Taken up for review")
        RETURNED = "returned", _("Returned")
        ACCEPTED = "accepted", _("Accepted")

    declaration = models.ForeignKey("declarations.Declaration", on_delete=models.PROTECT, related_name="decisions")
    organisation = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    reason = models.TextField(blank=True)
    # [{"section": key, "text": reason}] when returned by section
    sections = models.JSONField(default=list)
    decided_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["decided_at", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(kind="returned") | ~Q(reason=""), name="return_needs_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.declaration} {self.kind}"
