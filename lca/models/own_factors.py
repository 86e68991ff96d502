"""Factors of an organisation's own, with evidence. They are its secret like its inventories.

A version that a frozen revision uses never changes (trigger in migration 0005): a correction is a new version, and
inventories keep the version that they were linked to until somebody takes the newer one.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from carbonfoot import clock
from carbonfoot.languages import in_language


class OwnFactor(models.Model):
    """A key such as ``own.nmp-supplier-a`` under which an organisation keeps versions of a factor."""

    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="own_factors"
    )
    key = models.CharField(_("key"), max_length=80)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["key"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "key"], name="own_factor_key_once"),
            models.CheckConstraint(condition=Q(key__startswith="own."), name="own_factor_key_own"),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def state(self) -> str:
        """``current`` or ``retired``, for the access table."""
        return "retired" if self.retired_at else "current"

    def parties(self) -> dict[str, int | None]:
        """Who stands in which relation, for the access table."""
        return {"own": self.organisation_id}


class OwnFactorVersion(models.Model):
    """One version of an own factor: an exact value with what it covers, where it comes from, and its evidence."""

    factor = models.ForeignKey(OwnFactor, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(default=1)
    name_zh = models.CharField(_("name (Chinese)"), max_length=200)
    name_en = models.CharField(_("name (English)"), max_length=200, blank=True)
    category = models.CharField(_("category"), max_length=60)
    value = models.DecimalField(_("value"), max_digits=30, decimal_places=15)
    unit = models.CharField(_("unit"), max_length=40)
    region = models.CharField(_("region"), max_length=40, blank=True)
    year = models.PositiveSmallIntegerField(_("year"))
    boundary = models.CharField(_("covers"), max_length=60)
    basis = models.CharField(_("basis of the mass"), max_length=120, blank=True)
    family = models.CharField(_("family"), max_length=40, default="other")
    source = models.TextField(_("source"))
    note = models.TextField(_("remark"), blank=True)
    primary = models.BooleanField(_("company-specific data"), default=False)
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"))
    file = models.FileField(upload_to="evidence/%Y/%m")
    filename = models.CharField(max_length=200)
    file_sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    created_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now, editable=False)
    # When a frozen revision first used it; from then on nothing of the row changes.
    used_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["factor", "number"], name="own_factor_version_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="own_factor_version_from_one"),
            models.CheckConstraint(condition=Q(value__gte=0), name="own_factor_not_negative"),
            models.CheckConstraint(
                condition=Q(valid_until__gt=F("valid_from")), name="own_factor_validity_forward"
            ),
            models.CheckConstraint(
                condition=Q(file_sha256__regex=r"^[0-9a-f]{64}$"), name="own_factor_has_evidence"
            ),
            models.CheckConstraint(
                condition=Q(family__in=["electricity_footprint", "electricity_co2", "other"]),
                name="own_factor_family_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.factor.key} v{self.number}"

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return in_language(self.name_zh, self.name_en)

    @property
    def is_expired(self) -> bool:
        """Whether its validity has passed today (China time)."""
        return self.valid_until < clock.today()
