"""Notices to persons, how each person wants to hear of them, and the mail that went out."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from carbonfoot import clock


class Delivery(models.TextChoices):
    """How a person hears of a notice, besides finding it in the inbox."""

    IMMEDIATE = "immediate", _("By mail, at once")
    DIGEST = "digest", _("In one mail a day")
    NONE = "none", _("In the inbox only")


class MailState(models.TextChoices):
    """What became of a mail. Whether somebody read it, no server says."""

    HANDED_OVER = "handed_over", _("Handed over to the mail server")
    FAILED = "failed", _("Not sent")


class MailRow(models.Model):
    """That a mail was handed to the mail server, or why not. Every room's log of mail has these columns."""

    # Names one announcement: work that runs twice finds what it has handed over already.
    about = models.CharField(max_length=80)
    address = models.EmailField(blank=True)
    state = models.CharField(max_length=12, choices=MailState.choices)
    reason = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        # Never the address: labels reach the audit log.
        return f"{self.about} {self.state}"


class NoticeMail(MailRow):
    """A mail with one notice, or the digest of a day. Never changes (trigger in migration 0002)."""

    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="notice_mails")
    notices = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["about", "address"], condition=Q(state="handed_over"), name="notice_mail_once"
            ),
            models.CheckConstraint(
                condition=Q(state="failed") | Q(reason=""), name="notice_mail_reason_when_failed"
            ),
        ]
        indexes = [models.Index(fields=["user", "-at"])]

    @property
    def is_digest(self) -> bool:
        """Whether it is the mail of a day, not of one notice."""
        return self.about.startswith("digest:")


class Notice(models.Model):
    """One thing that one person is told, in one organisation. Written in the transaction of what it tells of.

    It holds the label of the object and the name of who acted; what else there is to know is behind the link, where
    the access table decides again.
    """

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="notices")
    organisation = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    # Names what happened: telling it twice is telling it once.
    about = models.CharField(max_length=80)
    label = models.CharField(max_length=200, blank=True)
    # Further words of the text, by name: only those that the kind lists.
    params: Any = models.JSONField(default=dict)
    path = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    read_at = models.DateTimeField(null=True)
    delivery = models.CharField(max_length=10, choices=Delivery.choices)
    mail = models.ForeignKey(NoticeMail, on_delete=models.SET_NULL, null=True, related_name="rows")
    mail_attempts = models.PositiveSmallIntegerField(default=0)
    mail_tried_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "organisation", "about"], name="notice_once"),
            models.CheckConstraint(condition=Q(delivery__in=Delivery.values), name="notice_delivery_known"),
        ]
        indexes = [
            models.Index(fields=["user", "organisation", "-created_at"]),
            models.Index(
                fields=["user", "organisation"], condition=Q(read_at__isnull=True), name="notice_unread"
            ),
            models.Index(
                fields=["delivery", "created_at"],
                condition=Q(mail__isnull=True) & ~Q(delivery="none"),
                name="notice_to_mail",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class NoticeChoice(models.Model):
    """How a person wants to hear of a topic, where that is not the usual way."""

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="notice_choices")
    topic = models.CharField(max_length=20)
    delivery = models.CharField(max_length=10, choices=Delivery.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "topic"], name="notice_choice_once"),
            models.CheckConstraint(
                condition=Q(delivery__in=Delivery.values), name="notice_choice_delivery_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.topic} {self.delivery}"


class NoticeDay(models.Model):
    """A day in China on which deadlines were looked through and digests set going: two schedulers do it once."""

    day = models.DateField(primary_key=True)
    started_at = models.DateTimeField(default=clock.now, editable=False)

    def __str__(self) -> str:
        return self.day.isoformat()


class CalendarFeed(models.Model):
    """A secret address at which a person's calendar program reads the deadlines of one organisation.

    Only the SHA-256 of the secret is kept. It reads what the person's role there reads, as long as it has that role.
    """

    membership = models.OneToOneField(
        "accounts.Membership", on_delete=models.CASCADE, related_name="calendar_feed"
    )
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    last_used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"calendar {self.pk}"
