"""Chasing suppliers: invitations, reminders by a ladder, and the mail that proves it."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from carbonfoot import clock
from carbonfoot.notices.models import MailRow, MailState
from suppliers.models.requests import DataRequest, RequestNote, SupplierLink


def usual_before() -> list[int]:
    """Days before the due date on which a reminder is sent unless the organisation chose others; 0 is the day."""
    return [14, 3, 0]


class SupplierInvitation(models.Model):
    """A buyer asks a person to open the supplier's account. How far it is follows from its link and from acceptance."""

    link = models.ForeignKey(SupplierLink, on_delete=models.PROTECT, related_name="invitations")
    contact_name = models.CharField(max_length=80)
    email = models.EmailField()
    language = models.CharField(max_length=10, default="zh-hans")
    # The present secret: sending again revokes it and makes another.
    secret = models.OneToOneField(
        "accounts.SecretLink", on_delete=models.PROTECT, null=True, related_name="invitation"
    )
    request = models.ForeignKey(DataRequest, on_delete=models.PROTECT, null=True, related_name="invitations")
    created_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now, editable=False)
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(revoked_at__isnull=True),
                name="invitation_one_end",
            ),
            models.UniqueConstraint(
                fields=["link"],
                condition=Q(accepted_at__isnull=True, revoked_at__isnull=True),
                name="invitation_one_open",
            ),
        ]

    def __str__(self) -> str:
        # Never the address: labels reach the audit log.
        return f"invitation {self.pk}"

    def parties(self) -> dict[str, int | None]:
        """Who stands in which relation, for the access table."""
        return {"buyer": self.link.buyer_id}

    @property
    def is_open(self) -> bool:
        """Neither accepted nor revoked; its link may have expired."""
        return self.accepted_at is None and self.revoked_at is None

    @property
    def progress(self) -> str:
        """How far it is: waiting (for its mail to go), sent, opened, expired, accepted or revoked."""
        if not self.is_open:
            return "accepted" if self.accepted_at is not None else "revoked"
        if self.secret is None or self.secret.sent_at is None:
            return "waiting"
        if self.secret.expires_at <= clock.now():
            return "expired"
        return "opened" if self.secret.opened_at is not None else "sent"


class ReminderPolicy(models.Model):
    """When an organisation has its suppliers reminded. Without a row the usual ladder holds."""

    organisation = models.OneToOneField(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="reminder_policy"
    )
    enabled = models.BooleanField(default=True)
    before = ArrayField(models.PositiveSmallIntegerField(), default=usual_before, blank=True)
    # After the due date every so many days, and at most so often; 0 for never.
    every = models.PositiveSmallIntegerField(default=7)
    at_most = models.PositiveSmallIntegerField(default=8)

    class Meta:
        verbose_name_plural = "reminder policies"
        constraints = [
            models.CheckConstraint(
                condition=Q(every__lte=60, at_most__lte=52), name="reminder_policy_bounds"
            ),
        ]

    def __str__(self) -> str:
        return f"reminders of {self.organisation_id}"


class ReminderDay(models.Model):
    """A day in China on which reminders were set going: two schedulers set them going once."""

    day = models.DateField(primary_key=True)
    started_at = models.DateTimeField(default=clock.now, editable=False)

    def __str__(self) -> str:
        return self.day.isoformat()


class ReminderStep(models.Model):
    """A rung of the ladder that has been taken for a request, or passed over. Never changes, so no rung comes twice.

    With another due date the ladder begins anew: a rung belongs to the date that it was counted from.
    """

    request = models.ForeignKey(DataRequest, on_delete=models.PROTECT, related_name="reminder_steps")
    due_on = models.DateField()
    # Days from the due date: -14 is two weeks before it.
    offset = models.SmallIntegerField()
    note = models.OneToOneField(RequestNote, on_delete=models.PROTECT, null=True, related_name="step")
    made_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["request", "due_on", "offset"], name="reminder_step_once")
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.offset:+d}"


class MailRecord(MailRow):
    """That a mail about a request or an invitation was handed to the mail server, or why not. Never changes."""

    State = MailState

    request = models.ForeignKey(DataRequest, on_delete=models.PROTECT, null=True, related_name="mails")
    invitation = models.ForeignKey(
        SupplierInvitation, on_delete=models.PROTECT, null=True, related_name="mails"
    )
    note = models.ForeignKey(RequestNote, on_delete=models.PROTECT, null=True, related_name="mails")
    what = models.CharField(max_length=12)
    # Whose person it went to; none for the address that the buyer gave.
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(request__isnull=False) | Q(invitation__isnull=False),
                name="mail_is_about_something",
            ),
            models.CheckConstraint(
                condition=Q(state="failed") | Q(reason=""), name="mail_reason_when_failed"
            ),
            models.UniqueConstraint(
                fields=["about", "address"], condition=Q(state="handed_over"), name="mail_handed_over_once"
            ),
        ]
        indexes = [models.Index(fields=["request", "at"])]

    def __str__(self) -> str:
        return f"{self.what} {self.state}"
