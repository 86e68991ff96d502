"""Published results: what a supplier's customer may see of a module's footprint, and nothing of its recipe."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from carbonfoot import clock
from carbonfoot.languages import in_language


class PublishedResult(models.Model):
    """A version of a module's footprint per declared unit, split by stage for every rule set. Immutable (trigger).

    ``scores`` is ``{rule set: {stage: kg CO2e per declared unit, as exact text}}``. The calculations behind it stay
    private to the supplier; the verifier engaged for a declaration that uses the result may see them.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="results"
    )
    # A managed supplier has no account: its buyer entered the data, and every use says so.
    entered_by = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, null=True, related_name="+"
    )
    series = models.UUIDField(default=uuid.uuid4)
    version = models.PositiveIntegerField(default=1)
    product_zh = models.CharField(max_length=160)
    product_en = models.CharField(max_length=160, blank=True)
    module_type = models.CharField(max_length=40)
    declared_unit = models.CharField(max_length=20)
    scores = models.JSONField()
    primary_share = models.DecimalField(_("primary data share"), max_digits=7, decimal_places=6, null=True)
    quality = models.JSONField(default=dict)
    verified_share = models.DecimalField(max_digits=7, decimal_places=6, null=True)
    company_specific = models.JSONField(default=list)
    period_from = models.DateField()
    period_to = models.DateField()
    valid_until = models.DateField()
    level = models.PositiveSmallIntegerField(default=1)
    calculations = models.ManyToManyField("lca.Calculation", related_name="published_as", blank=True)
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="superseded_by"
    )
    sha256 = models.CharField(max_length=64)
    published_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["-published_at"]
        constraints = [
            models.UniqueConstraint(fields=["series", "version"], name="result_version_once"),
            models.CheckConstraint(condition=Q(period_to__gt=F("period_from")), name="result_period_forward"),
            models.CheckConstraint(condition=Q(version__gte=1), name="result_version_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.product} v{self.version}"

    @property
    def product(self) -> str:
        """The product's name in the reader's language."""
        return in_language(self.product_zh, self.product_en)

    def parties(self) -> dict[str, int | None]:
        """Who stands in which relation, for the access table."""
        return {"own": self.organisation_id}


class ResultGrant(models.Model):
    """A buyer that may see and use a published result."""

    result = models.ForeignKey(PublishedResult, on_delete=models.PROTECT, related_name="grants")
    buyer = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="granted_results"
    )
    granted_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["result", "buyer"], name="result_granted_once")]

    def __str__(self) -> str:
        return f"{self.result} -> {self.buyer}"
