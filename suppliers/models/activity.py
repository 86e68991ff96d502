"""Activity data that other systems send: meters, MES and ERP, record by record, each under a key of theirs."""

from __future__ import annotations

from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from carbonfoot import clock

SOURCE_CODE = r"^[a-z0-9][a-z0-9-]*\Z"


class ActivitySource(models.Model):
    """A system that sends activity data, with the titles of its columns: told once, used for every later file."""

    class Kind(models.TextChoices):
        """What kind of system it is."""

        METER = "meter", _("Energy meters")
        MES = "mes", _("MES")
        ERP = "erp", _("ERP")
        OTHER = "other", _("Other system")

    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="activity_sources"
    )
    code = models.CharField(
        _("code"),
        max_length=40,
        validators=[RegexValidator(SOURCE_CODE, _("Small letters, digits, -."))],
    )
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind of system"), max_length=5, choices=Kind.choices)
    # {field of a record: title of the column in this system's files}
    columns: Any = models.JSONField(default=dict)
    created_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "code"], name="activity_source_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["meter", "mes", "erp", "other"]), name="activity_source_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def parties(self) -> dict[str, int | None]:
        """Who stands in which relation, for the access table."""
        return {"own": self.organisation_id}


class ActivityItem(models.Model):
    """What a system measures or books under one code, and which line of an answer that is: mapped once, then reused.

    ``table`` and ``values`` are a table of the workbook and the columns of a line in it, without amount and unit; empty
    until somebody has said it.
    """

    source = models.ForeignKey(ActivitySource, on_delete=models.PROTECT, related_name="items")
    code = models.CharField(max_length=80)
    name = models.CharField(max_length=160, blank=True)
    table = models.CharField(max_length=20, blank=True)
    values: Any = models.JSONField(default=dict)
    changed_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["source", "code"], name="activity_item_once")]

    def __str__(self) -> str:
        return self.code


class ActivityBatch(models.Model):
    """One delivery: a call of the API or a file, with what became of each of its rows."""

    class Channel(models.TextChoices):
        """How it came."""

        API = "api", _("API")
        FILE = "file", _("file")

    class State(models.TextChoices):
        """A file is read by a worker; it may wait for its columns to be named."""

        COLUMNS = "columns", _("Columns to be named")
        WAITING = "waiting", _("Being read")
        DONE = "done", _("Read")
        REFUSED = "refused", _("Refused")

    source = models.ForeignKey(ActivitySource, on_delete=models.PROTECT, related_name="batches")
    channel = models.CharField(max_length=4, choices=Channel.choices)
    state = models.CharField(max_length=7, choices=State.choices)
    # The sender's idempotency key; for a file its digest.
    key = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    file = models.FileField(upload_to="activity/%Y/%m", blank=True)
    filename = models.CharField(max_length=200, blank=True)
    rows = models.PositiveIntegerField(default=0)
    stored = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    # [{"row", "key", "outcome", "problems": [{"code", "field", "value"}]}] of every row of a call, and of those rows of
    # a file that were refused or changed something.
    results: Any = models.JSONField(default=list)
    job = models.ForeignKey("jobs.Job", on_delete=models.PROTECT, null=True, related_name="+")
    received_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    received_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["-received_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["source", "channel", "key"], name="activity_batch_once"),
            models.CheckConstraint(
                condition=Q(state__in=["columns", "waiting", "done", "refused"]),
                name="activity_batch_state_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.received_at:%Y-%m-%d %H:%M}"


class ActivityRecord(models.Model):
    """An amount of an item in a period (days, both included). Never changed: a correction is a further version."""

    source = models.ForeignKey(ActivitySource, on_delete=models.PROTECT, related_name="records")
    item = models.ForeignKey(ActivityItem, on_delete=models.PROTECT, related_name="records")
    batch = models.ForeignKey(ActivityBatch, on_delete=models.PROTECT, related_name="records")
    key = models.CharField(max_length=120)
    version = models.PositiveIntegerField(default=1)
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="replaced_by")
    period_from = models.DateField()
    period_to = models.DateField()
    amount = models.DecimalField(max_digits=36, decimal_places=15)
    unit = models.CharField(max_length=20)

    class Meta:
        ordering = ["period_from", "key"]
        constraints = [
            models.UniqueConstraint(fields=["source", "key", "version"], name="activity_record_version_once"),
            models.CheckConstraint(
                condition=Q(period_to__gte=F("period_from")), name="activity_record_period_forward"
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="activity_record_not_negative"),
        ]
        indexes = [models.Index(fields=["item", "period_from"])]

    def __str__(self) -> str:
        return f"{self.key} v{self.version}"
