"""Audit events and the head of their chain. The database refuses to change or delete an event (migration 0002)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from carbonfoot import clock


class AuditEvent(models.Model):
    """One thing that happened. ``hash`` covers every field and the hash of the event before; ``seq`` has no gaps."""

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    verb = models.CharField(max_length=60)
    object_type = models.CharField(max_length=40)
    object_id = models.CharField(max_length=40)
    object_label = models.CharField(max_length=200, blank=True)
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, null=True, related_name="+"
    )
    role = models.CharField(max_length=16)
    via = models.CharField(max_length=10)
    actor_label = models.CharField(max_length=120)
    # Organisations that may read this event besides the actor's own.
    readers = models.ManyToManyField("accounts.Organisation", related_name="+", through="AuditReader")
    data = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64)
    # Hash of the event before of the same object, empty for its first; null in events from before there was this link.
    object_previous = models.CharField(max_length=64, null=True)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["-seq"]
        indexes = [
            models.Index(fields=["object_type", "object_id", "-seq"]),
            models.Index(fields=["organisation", "-seq"]),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.verb}"


class AuditReader(models.Model):
    """An organisation, not the actor's, that an event concerns."""

    event = models.ForeignKey(AuditEvent, on_delete=models.PROTECT)
    organisation = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "organisation"], name="audit_reader_once")]
        indexes = [models.Index(fields=["organisation", "-event"])]

    def __str__(self) -> str:
        return f"{self.event_id} -> {self.organisation_id}"


class AuditHead(models.Model):
    """The last link of the chain. Its one row is locked by every writer, which gives the chain one order."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    seq = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="0" * 64)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="audit_head_single")]

    def __str__(self) -> str:
        return f"{self.seq} {self.hash}"


class NumberSeries(models.Model):
    """The last number given in a series such as ``D-2026``; its row is locked while a number is taken."""

    series = models.CharField(max_length=30, primary_key=True)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "number series"

    def __str__(self) -> str:
        return f"{self.series}: {self.last}"


class SigningKey(models.Model):
    """The public half of a key that this site signs with, or has signed with. Never changes (trigger)."""

    id = models.CharField(max_length=16, primary_key=True)
    public_key = models.CharField(max_length=64, unique=True)
    first_used_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["-first_used_at"]

    def __str__(self) -> str:
        return self.id


class Signature(models.Model):
    """A signature on an object: exactly the canonical bytes that were signed, as text. Never changes (trigger)."""

    object_type = models.CharField(max_length=40)
    object_id = models.CharField(max_length=40)
    content = models.TextField()
    signature = models.CharField(max_length=100)
    key = models.ForeignKey(SigningKey, on_delete=models.PROTECT, related_name="signatures")
    event = models.ForeignKey(AuditEvent, on_delete=models.PROTECT, related_name="signatures")
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["object_type", "object_id"], name="signature_once_an_object")
        ]

    def __str__(self) -> str:
        return f"{self.object_type} {self.object_id}"
