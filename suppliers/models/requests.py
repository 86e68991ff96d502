"""Who supplies whom, what a buyer asks of a supplier, and what both say to each other about it."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from carbonfoot import clock


class SupplierLink(models.Model):
    """A buyer's supplier. Linked: it has an account and publishes itself. Managed: the buyer uploads for it."""

    class Mode(models.TextChoices):
        """How the supplier takes part."""

        LINKED = "linked", _("has an account, publishes itself")
        MANAGED = "managed", _("without account, data entered by the buyer")

    buyer = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="supplier_links"
    )
    supplier = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="buyer_links"
    )
    mode = models.CharField(max_length=8, choices=Mode.choices, default=Mode.LINKED)
    contact_email = models.EmailField(blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["buyer", "supplier"], name="supplier_linked_once"),
            models.CheckConstraint(condition=~Q(buyer=F("supplier")), name="supplier_not_self"),
        ]

    def __str__(self) -> str:
        return f"{self.buyer} <- {self.supplier}"


class RequestState(models.TextChoices):
    """States of a data request; overdue is a date, not a state."""

    SENT = "sent", _("Sent")
    OPENED = "opened", _("Opened")
    IN_PROGRESS = "in_progress", _("In progress")
    PUBLISHED = "published", _("Published")
    ACCEPTED = "accepted", _("Accepted")
    RETURNED = "returned", _("Returned")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class DataRequest(models.Model):
    """A buyer asks a supplier for the footprint of one module over one year."""

    number = models.CharField(max_length=20, unique=True)
    buyer = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="requests_sent")
    supplier = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="requests_received"
    )
    managed = models.BooleanField(default=False)
    part_zh = models.CharField(_("part (Chinese)"), max_length=160)
    part_en = models.CharField(_("part (English)"), max_length=160, blank=True)
    module_type = models.CharField(max_length=40)
    declared_unit = models.CharField(max_length=20, default="kg")
    year = models.PositiveSmallIntegerField(_("year of data"))
    # The buyer's own reference, e.g. pack part; shown to the buyer only.
    buyer_reference = models.CharField(max_length=80, blank=True)
    message = models.TextField(blank=True)
    due_on = models.DateField(_("due on"))
    state = models.CharField(max_length=12, choices=RequestState.choices, default=RequestState.SENT)
    # The supplier's working inventory that answers this request.
    inventory = models.ForeignKey(
        "lca.Inventory", on_delete=models.PROTECT, null=True, related_name="answers"
    )
    result = models.ForeignKey(
        "lca.PublishedResult", on_delete=models.PROTECT, null=True, related_name="answers"
    )
    created_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now, editable=False)
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["due_on", "number"]
        constraints = [
            models.CheckConstraint(condition=~Q(buyer=F("supplier")), name="request_not_to_self"),
            models.CheckConstraint(condition=Q(state__in=RequestState.values), name="request_state_known"),
            models.CheckConstraint(
                condition=~Q(state__in=["published", "accepted"]) | Q(result__isnull=False),
                name="request_published_has_result",
            ),
        ]
        indexes = [
            models.Index(fields=["buyer", "state", "due_on"]),
            models.Index(fields=["supplier", "state", "due_on"]),
        ]

    def __str__(self) -> str:
        return self.number

    def parties(self) -> dict[str, int | None]:
        """Who stands in which relation, for the access table."""
        return {
            "buyer": self.buyer_id,
            "supplier": None if self.managed else self.supplier_id,
            "managed_by": self.buyer_id if self.managed else None,
        }

    def is_overdue(self) -> bool:
        """Past its date and not answered."""
        return self.state in ("sent", "opened", "in_progress", "returned") and self.due_on < clock.today()


class RequestNote(models.Model):
    """A comment, a return, a decline or a reminder on a request: the correspondence that proves the chasing.

    A note never changes (trigger in migration 0003).
    """

    class Kind(models.TextChoices):
        """What the note is."""

        COMMENT = "comment", _("Comment")
        RETURN = "return", _("Returned")
        DECLINE = "decline", _("Declined")
        REMINDER = "reminder", _("Reminder")
        WITHDRAW = "withdraw", _("Withdrawn")

    request = models.ForeignKey(DataRequest, on_delete=models.PROTECT, related_name="notes")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, null=True, related_name="+"
    )
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    text = models.TextField()
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["created_at"]

    def __str__(self) -> str:
        return f"{self.request} {self.kind}"


class NoteAttachment(models.Model):
    """A file that came with a comment, as it came, with its digest. Never changes (trigger in migration 0004)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    note = models.ForeignKey(RequestNote, on_delete=models.PROTECT, related_name="attachments")
    file = models.FileField(upload_to="correspondence/%Y/%m")
    filename = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [models.UniqueConstraint(fields=["note", "sha256"], name="attachment_once_a_note")]

    def __str__(self) -> str:
        # Never the file name: labels reach the audit log, and a name may tell what is inside.
        return f"attachment {self.sha256[:12]}"


class LineAsk(models.Model):
    """A request that was made for a line of the buyer's own inventory.

    The line is found by what an upload keeps when it replaces the inventory: its kind and its Chinese name.
    """

    inventory = models.ForeignKey("lca.Inventory", on_delete=models.PROTECT, related_name="asked")
    kind = models.CharField(max_length=10)
    name_zh = models.CharField(max_length=200)
    request = models.OneToOneField(DataRequest, on_delete=models.PROTECT, related_name="line_ask")

    class Meta:
        indexes = [models.Index(fields=["inventory", "kind", "name_zh"])]

    def __str__(self) -> str:
        return str(self.request)
