"""Families of packs: one represents, the others are variants whose inventories are scaled from its own."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from carbonfoot import clock


class FamilyBasis(models.TextChoices):
    """In what sense a pack represents the others."""

    NEAREST = "nearest", _("Nearest case: the rated energies lie close together")
    WORST = "worst_case", _("Worst case: no variant has a higher footprint")


class FamilyRole(models.TextChoices):
    """What a pack is in its family."""

    REPRESENTATIVE = "representative", _("Representative")
    VARIANT = "variant", _("Variant")


class PackFamily(models.Model):
    """Packs of one maker with the same cell, of which one represents the others 同族产品. What was frozen of it stays
    in the snapshots, whatever becomes of it here."""

    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="pack_families"
    )
    name = models.CharField(_("name"), max_length=80)
    basis = models.CharField(max_length=12, choices=FamilyBasis.choices, default=FamilyBasis.NEAREST)
    # Why the representative stands for the others, in the maker's own words.
    reason = models.TextField()
    created_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now, editable=False)
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "pack families"
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="family_name_once"),
            models.CheckConstraint(condition=Q(basis__in=FamilyBasis.values), name="family_basis_known"),
            models.CheckConstraint(condition=~Q(reason=""), name="family_reason_given"),
        ]

    def __str__(self) -> str:
        return self.name

    def parties(self) -> dict[str, int | None]:
        """Who stands in which relation, for the access table."""
        return {"own": self.organisation_id}


class FamilyMember(models.Model):
    """A pack in a family, with the facts that scaling goes by. A pack is in one family at most, in one role."""

    family = models.ForeignKey(PackFamily, on_delete=models.CASCADE, related_name="members")
    pack = models.OneToOneField("declarations.Pack", on_delete=models.PROTECT, related_name="membership")
    role = models.CharField(max_length=14, choices=FamilyRole.choices)
    cell_model = models.CharField(_("cell model"), max_length=60)
    cells = models.PositiveIntegerField(_("number of cells"))
    # Mass of the pack housing 箱体, kg; None where it is not stated: then nothing scales with it.
    housing_kg = models.DecimalField(
        _("mass of the housing"), max_digits=12, decimal_places=4, null=True, blank=True
    )
    joined_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    joined_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["role", "pack__model"]
        constraints = [
            models.UniqueConstraint(
                fields=["family"], condition=Q(role="representative"), name="family_one_representative"
            ),
            models.CheckConstraint(condition=Q(role__in=FamilyRole.values), name="family_role_known"),
            models.CheckConstraint(condition=Q(cells__gt=0), name="family_cells_positive"),
            models.CheckConstraint(
                condition=Q(housing_kg__isnull=True) | Q(housing_kg__gt=0), name="family_housing_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.family} / {self.pack}"


class Derivation(models.Model):
    """How the inventory of a variant was scaled from a frozen revision of its representative's: line by line, with the
    factor and what it goes by. Immutable (trigger); scaling again writes another."""

    pack = models.ForeignKey("declarations.Pack", on_delete=models.PROTECT, related_name="derivations")
    source = models.ForeignKey("lca.InventoryRevision", on_delete=models.PROTECT, related_name="+")
    # ``carbonfoot-derivation/1``, see docs/method.md.
    content: Any = models.JSONField()
    sha256 = models.CharField(max_length=64)
    created_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [models.CheckConstraint(condition=~Q(sha256=""), name="derivation_has_digest")]

    def __str__(self) -> str:
        return f"{self.pack} ← {self.source}"
