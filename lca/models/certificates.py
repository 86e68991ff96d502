"""Green certificates that stand behind a published or declared figure: each of them once, on the whole site."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from carbonfoot import clock


class CertificateClaim(models.Model):
    """A certificate number that an inventory has spent. While it is not released, nobody else can claim the number.

    ``kwh`` is how much of the line's electricity the certificate covers over the inventory's period. Later revisions
    of the same inventory keep the claim. A released claim stays as history.
    """

    number = models.CharField(max_length=32)
    organisation = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="+")
    inventory = models.ForeignKey(
        "lca.Inventory", on_delete=models.PROTECT, related_name="certificate_claims"
    )
    revision = models.ForeignKey("lca.InventoryRevision", on_delete=models.PROTECT, related_name="+")
    kwh = models.DecimalField(max_digits=36, decimal_places=15)
    period_from = models.DateField()
    period_to = models.DateField()
    claimed_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    claimed_at = models.DateTimeField(default=clock.now, editable=False)
    released_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["number", "-claimed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["number"], condition=Q(released_at__isnull=True), name="certificate_spent_once"
            ),
            models.CheckConstraint(condition=Q(number__regex=r"^[0-9]{32}$"), name="certificate_form"),
            models.CheckConstraint(condition=Q(kwh__gte=0), name="certificate_kwh_not_negative"),
            models.CheckConstraint(
                condition=Q(period_to__gt=F("period_from")), name="certificate_period_forward"
            ),
        ]
        indexes = [models.Index(fields=["organisation", "number"])]

    def __str__(self) -> str:
        return self.number

    @property
    def ui_status(self) -> tuple[str, object]:
        """Kind and word of the state, for pages."""
        return ("idle", _("Released")) if self.released_at else ("ok", _("Used"))


class CertificateHold(models.Model):
    """What keeps a claim: a published result or a declaration. The claim is released with its last hold."""

    class Kind(models.TextChoices):
        """What rests on the certificate."""

        RESULT = "result", _("Published result")
        DECLARATION = "declaration", _("Declaration")

    claim = models.ForeignKey(CertificateClaim, on_delete=models.PROTECT, related_name="holds")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    # The key of the result or declaration; the declarations app lies above this one and cannot be referred to.
    key = models.CharField(max_length=40)
    held_at = models.DateTimeField(default=clock.now, editable=False)
    released_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["held_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["claim", "kind", "key"],
                condition=Q(released_at__isnull=True),
                name="certificate_held_once",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["result", "declaration"]), name="certificate_hold_kind_known"
            ),
        ]
        indexes = [models.Index(fields=["kind", "key"])]

    def __str__(self) -> str:
        return f"{self.claim} {self.kind} {self.key}"
