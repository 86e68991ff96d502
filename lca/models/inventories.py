"""Inventories: unit processes with their exchanges, and frozen revisions of them.

Rows are for people; a revision holds the same content as one canonical ``carbonfoot-inventory/1`` document, which is
what is calculated, frozen and checked again later. Revisions never change (trigger in migration 0002).
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from carbonfoot import clock
from carbonfoot.languages import in_language


class InventoryKind(models.TextChoices):
    """What the reference flow is."""

    BATTERY_PACK = "battery_pack", _("Battery pack")
    MODULE = "module", _("Purchased module")


class Stage(models.TextChoices):
    """Life-cycle stages of the scheme, in their order."""

    MATERIALS = "materials", _("Material acquisition")
    MANUFACTURING = "manufacturing", _("Battery manufacturing")
    DISTRIBUTION = "distribution", _("Distribution")
    RECYCLING = "recycling", _("Recycling")


class ExchangeKind(models.TextChoices):
    """What flows between a unit process and the rest of the world."""

    MATERIAL = "material", _("Material")
    ENERGY = "energy", _("Energy")
    TRANSPORT = "transport", _("Transport")
    MODULE = "module", _("Purchased module")
    EMISSION = "emission", _("Direct emission")
    WASTE = "waste", _("Waste")


class AmountState(models.TextChoices):
    """Unknown, not applicable and a number (zero included) are three different things."""

    KNOWN = "known", _("known")
    UNKNOWN = "unknown", _("unknown")
    NOT_APPLICABLE = "not_applicable", _("not applicable")


class DataKind(models.TextChoices):
    """Where an amount comes from."""

    MEASURED = "measured", _("measured")
    CALCULATED = "calculated", _("calculated")
    ESTIMATED = "estimated", _("estimated")


class Inventory(models.Model):
    """The working inventory of a pack or a module; belongs to one organisation and is its secret."""

    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="inventories"
    )
    kind = models.CharField(max_length=12, choices=InventoryKind.choices)
    name_zh = models.CharField(_("name (Chinese)"), max_length=120)
    name_en = models.CharField(_("name (English)"), max_length=120, blank=True)
    # The product part of the document: chemistry, energies, mass, cycle life (see docs/inventory-format.md).
    product = models.JSONField(default=dict)
    period_from = models.DateField(_("period from"))
    period_to = models.DateField(_("period to"))
    reference_process = models.CharField(max_length=60)
    reference_product = models.CharField(max_length=60)
    reference_amount = models.DecimalField(max_digits=30, decimal_places=12, default=1)
    reference_unit = models.CharField(max_length=20, default="piece")
    own_factors = models.JSONField(default=list)
    omitted = models.JSONField(default=list)
    end_of_life = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    changed_at = models.DateTimeField(default=clock.now)
    # Optimistic lock: a form that was opened on an older version is refused instead of overwriting.
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-changed_at"]
        verbose_name_plural = "inventories"
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=InventoryKind.values), name="inventory_kind_known"),
            models.CheckConstraint(
                condition=Q(period_to__gt=F("period_from")), name="inventory_period_forward"
            ),
            models.CheckConstraint(condition=Q(reference_amount__gt=0), name="inventory_reference_positive"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return in_language(self.name_zh, self.name_en)

    def parties(self) -> dict[str, int | None]:
        """Who stands in which relation, for the access table."""
        return {"own": self.organisation_id}


class UnitProcess(models.Model):
    """A unit process with its reference product over the period; co-products are listed with their allocation."""

    inventory = models.ForeignKey(Inventory, on_delete=models.CASCADE, related_name="processes")
    code = models.CharField(max_length=60)
    name_zh = models.CharField(_("name (Chinese)"), max_length=120)
    name_en = models.CharField(_("name (English)"), max_length=120, blank=True)
    stage = models.CharField(max_length=14, choices=Stage.choices, default=Stage.MANUFACTURING)
    group = models.CharField(max_length=40, blank=True)
    # [{"id", "amount", "unit", "allocation": {...}}], the first is the reference product
    products = models.JSONField(default=list)
    # {"method", "reason"} where the rule set's default is departed from.
    allocation = models.JSONField(default=dict, blank=True)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["inventory", "code"], name="process_code_once"),
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="process_stage_known"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return in_language(self.name_zh, self.name_en)


class Exchange(models.Model):
    """One line of a unit process: an exact amount with its unit, what it is linked to, and where it comes from.

    ``link`` is one of ``{"factor": key}``, ``{"process": code, "product": id}``, ``{"gas": "CH4"}``,
    ``{"burden_free": reason}`` or empty while unlinked; a supplier's published result is a real reference, ``result``.
    At most one of both.
    """

    process = models.ForeignKey(UnitProcess, on_delete=models.CASCADE, related_name="exchanges")
    code = models.CharField(max_length=80)
    kind = models.CharField(max_length=10, choices=ExchangeKind.choices)
    name_zh = models.CharField(_("name (Chinese)"), max_length=200)
    name_en = models.CharField(_("name (English)"), max_length=200, blank=True)
    amount = models.DecimalField(_("amount"), max_digits=36, decimal_places=15, null=True, blank=True)
    state = models.CharField(max_length=14, choices=AmountState.choices, default=AmountState.KNOWN)
    unit = models.CharField(_("unit"), max_length=20)
    stage = models.CharField(max_length=14, choices=Stage.choices, blank=True)
    # What the rule set's list of company-specific data calls this line: cathode, anode, casing …
    component = models.CharField(max_length=40, blank=True)
    link = models.JSONField(default=dict, blank=True)
    result = models.ForeignKey(
        "lca.PublishedResult", on_delete=models.PROTECT, null=True, blank=True, related_name="used_by"
    )
    electricity = models.JSONField(default=dict, blank=True)
    transport = models.JSONField(default=dict, blank=True)
    data_kind = models.CharField(max_length=12, choices=DataKind.choices, default=DataKind.CALCULATED)
    primary = models.BooleanField(default=False)
    # Data quality ratings {"ter", "tir", "ger"} from 1 (best) to 5, as exact text.
    ratings = models.JSONField(default=dict, blank=True)
    uncertainty = models.JSONField(default=dict, blank=True)
    provenance = models.JSONField(default=dict, blank=True)
    note = models.CharField(max_length=500, blank=True)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["process", "code"], name="exchange_code_once"),
            models.CheckConstraint(condition=Q(kind__in=ExchangeKind.values), name="exchange_kind_known"),
            models.CheckConstraint(
                condition=Q(state="known", amount__isnull=False)
                | (~Q(state="known") & Q(amount__isnull=True)),
                name="exchange_amount_exactly_when_known",
            ),
            models.CheckConstraint(condition=Q(result__isnull=True) | Q(link={}), name="exchange_one_link"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return in_language(self.name_zh, self.name_en)

    @property
    def is_linked(self) -> bool:
        """Whether something says what this line emits."""
        return bool(self.link) or self.result_id is not None


class InventoryRevision(models.Model):
    """A frozen copy of an inventory. Two freezes of the same content are the same revision."""

    inventory = models.ForeignKey(Inventory, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    document: Any = models.JSONField()
    sha256 = models.CharField(max_length=64)
    created_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["inventory", "number"], name="revision_number_once"),
            models.UniqueConstraint(fields=["inventory", "sha256"], name="revision_content_once"),
        ]

    def __str__(self) -> str:
        return f"{self.inventory} r{self.number}"
