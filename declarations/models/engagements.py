"""The engagement of a verification body: asked by the maker, accepted or refused by the body, each with its record."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from carbonfoot import clock


class Assurance(models.TextChoices):
    """The level of assurance that the parties agreed, in the terms of ISO 14064-3."""

    REASONABLE = "reasonable", _("Reasonable assurance")
    LIMITED = "limited", _("Limited assurance")


class EngagementState(models.TextChoices):
    """Whether the body has taken the engagement on; the exits are in declarations/workflow.py."""

    ASKED = "asked", pgettext_lazy("engagement", "Asked")
    ACCEPTED = "accepted", _("Taken on")
    REFUSED = "refused", pgettext_lazy("engagement", "Refused")


class Sending(models.Model):
    """One sending of a frozen content to a body, with what was asked of it. Immutable (trigger).

    The first sending of a declaration names the content whose figures are the initial ones of the verification.
    """

    declaration = models.ForeignKey(
        "declarations.Declaration", on_delete=models.PROTECT, related_name="sendings"
    )
    snapshot = models.ForeignKey("declarations.Snapshot", on_delete=models.PROTECT, related_name="sendings")
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="sendings"
    )
    assurance = models.CharField(max_length=10, choices=Assurance.choices)
    scope = models.TextField(blank=True)
    due_on = models.DateField(null=True, blank=True)
    sent_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["sent_at", "pk"]

    def __str__(self) -> str:
        return f"{self.declaration} / {self.organisation} {self.sent_at:%Y-%m-%d}"


class EngagementAnswer(models.Model):
    """What the body answered: taken on, with its declaration of independence, or refused, with the reason. Immutable
    (trigger)."""

    sending = models.OneToOneField(Sending, on_delete=models.PROTECT, related_name="answer")
    accepted = models.BooleanField()
    # Taken on: what the body declares on its independence; refused: why.
    text = models.TextField()
    answered_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["answered_at", "pk"]

    def __str__(self) -> str:
        return f"{self.sending}: {self.accepted}"


class Engagement(models.Model):
    """A maker's engagement of a verification body for one declaration version, as it stands now."""

    declaration = models.OneToOneField(
        "declarations.Declaration", on_delete=models.PROTECT, related_name="engagement"
    )
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="engagements"
    )
    state = models.CharField(
        max_length=8, choices=EngagementState.choices, default=EngagementState.ASKED, db_index=True
    )
    # The answer that the state rests on; none while the body is asked.
    answer = models.OneToOneField(
        EngagementAnswer, on_delete=models.PROTECT, null=True, blank=True, related_name="engagement"
    )
    assurance = models.CharField(max_length=10, choices=Assurance.choices, default=Assurance.REASONABLE)
    # What the engagement covers, where it is not simply the whole declaration as frozen.
    scope = models.TextField(blank=True)
    due_on = models.DateField(null=True, blank=True)
    created_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="asked", answer__isnull=True)
                | (Q(state__in=["accepted", "refused"]) & Q(answer__isnull=False)),
                name="engagement_state_answered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.declaration} / {self.organisation}"

    def parties(self) -> dict[str, int | None]:
        """Who stands in which relation, for the access table."""
        return self.declaration.parties()
