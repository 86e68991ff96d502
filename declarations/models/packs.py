"""Battery pack products, their plants and bills of materials by module."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from carbonfoot import clock

# Packs of at most this rated energy are outside the scheme (notice 551 of 2025): the bound itself is excluded.
SCOPE_MIN_KWH = Decimal(2)


class Chemistry(models.TextChoices):
    """Chemistries as the coverage rule of the trial phase counts them."""

    LFP = "LFP", _("Lithium iron phosphate (LFP)")
    LMFP = "LMFP", _("Lithium manganese iron phosphate (LMFP)")
    NMC = "NMC", _("Lithium nickel manganese cobalt oxide (NMC)")
    NCA = "NCA", _("Lithium nickel cobalt aluminium oxide (NCA)")
    LMO = "LMO", _("Lithium manganese oxide (LMO)")
    LTO = "LTO", _("Lithium titanate (LTO)")
    SODIUM_ION = "SIB", _("Sodium-ion")
    OTHER = "OTHER", _("Other")


class CellFormat(models.TextChoices):
    """Shape of the cell."""

    PRISMATIC = "prismatic", _("Prismatic")
    POUCH = "pouch", _("Pouch")
    CYLINDRICAL = "cylindrical", _("Cylindrical")
    BLADE = "blade", _("Long prismatic (blade)")


class PackState(models.TextChoices):
    """A pack is drafted, registered with all mandatory facts, and retired in the end."""

    DRAFT = "draft", _("Draft")
    REGISTERED = "registered", _("Registered")
    RETIRED = "retired", _("Retired")


class Plant(models.Model):
    """A place where the maker produces."""

    organisation = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="plants")
    name = models.CharField(_("name"), max_length=120)
    province = models.CharField(_("province"), max_length=6)
    address = models.CharField(_("address"), max_length=200, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="plant_name_once")]

    def __str__(self) -> str:
        return self.name


class Pack(models.Model):
    """A battery pack product 动力电池包产品: the thing that is declared."""

    organisation = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="packs")
    model = models.CharField(_("model"), max_length=60)
    gbt34014 = models.CharField(_("GB/T 34014 code"), max_length=24)
    chemistry = models.CharField(_("chemistry"), max_length=6, choices=Chemistry.choices)
    chemistry_detail = models.CharField(_("chemistry in detail"), max_length=40, blank=True)
    cell_format = models.CharField(_("cell format"), max_length=12, choices=CellFormat.choices)
    rated_energy_kwh = models.DecimalField(_("rated energy"), max_digits=12, decimal_places=4)
    usable_energy_kwh = models.DecimalField(
        _("usable energy"), max_digits=12, decimal_places=4, null=True, blank=True
    )
    mass_kg = models.DecimalField(_("mass"), max_digits=12, decimal_places=4)
    vehicle_category = models.CharField(_("vehicle category"), max_length=4, default="M1")
    warranty_years = models.DecimalField(_("warranty"), max_digits=5, decimal_places=2, null=True, blank=True)
    cycles = models.PositiveIntegerField(_("tested cycles"), null=True, blank=True)
    depth_of_discharge = models.DecimalField(
        _("depth of discharge"), max_digits=6, decimal_places=5, null=True, blank=True
    )
    capacity_retention = models.DecimalField(
        _("capacity retention"), max_digits=6, decimal_places=5, null=True, blank=True
    )
    test_report = models.CharField(_("test report number"), max_length=80, blank=True)
    test_report_file = models.FileField(upload_to="test-reports/%Y/%m", blank=True)
    test_report_sha256 = models.CharField(max_length=64, blank=True)
    test_standard = models.CharField(_("test standard"), max_length=80, default="GB/T 31484-2015")
    plants = models.ManyToManyField(Plant, related_name="packs", blank=True)
    inventory = models.OneToOneField(
        "lca.Inventory", on_delete=models.PROTECT, null=True, related_name="pack"
    )
    state = models.CharField(max_length=12, choices=PackState.choices, default=PackState.DRAFT)
    # Marked by the maker as one of its typical products 典型产品 for the trial phase.
    is_typical = models.BooleanField(_("typical product"), default=True)
    # Why it stands for others: asked of a typical product, and frozen with the declaration.
    typical_reason = models.TextField(_("why it is typical"), blank=True, max_length=1000)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["model"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "model"], name="pack_model_once"),
            models.CheckConstraint(condition=Q(rated_energy_kwh__gt=SCOPE_MIN_KWH), name="pack_above_2_kwh"),
            models.CheckConstraint(condition=Q(mass_kg__gt=0), name="pack_mass_positive"),
            models.CheckConstraint(
                condition=Q(cycles__isnull=True) | Q(cycles__gt=0), name="pack_cycles_positive"
            ),
            models.CheckConstraint(
                condition=Q(depth_of_discharge__isnull=True)
                | Q(depth_of_discharge__gt=0, depth_of_discharge__lte=1),
                name="pack_dod_fraction",
            ),
            models.CheckConstraint(
                condition=Q(capacity_retention__isnull=True)
                | Q(capacity_retention__gt=0, capacity_retention__lte=1),
                name="pack_retention_fraction",
            ),
            models.CheckConstraint(condition=Q(state__in=PackState.values), name="pack_state_known"),
            models.CheckConstraint(condition=Q(chemistry__in=Chemistry.values), name="pack_chemistry_known"),
        ]

    def __str__(self) -> str:
        return self.model

    def parties(self) -> dict[str, int | None]:
        """Who stands in which relation, for the access table."""
        return {"own": self.organisation_id}


class PackPart(models.Model):
    """A line of the bill of materials: the module type of an exchange of the pack's inventory, and who was asked.

    Name, amount, unit and link live in the exchange alone, so the bill and the inventory cannot disagree.
    """

    pack = models.ForeignKey(Pack, on_delete=models.CASCADE, related_name="parts")
    exchange = models.OneToOneField("lca.Exchange", on_delete=models.CASCADE, related_name="pack_part")
    module_type = models.CharField(max_length=40)
    request = models.ForeignKey(
        "suppliers.DataRequest", on_delete=models.SET_NULL, null=True, blank=True, related_name="pack_parts"
    )

    class Meta:
        ordering = ["exchange__process__position", "exchange__position", "id"]

    def __str__(self) -> str:
        return f"{self.pack} / {self.exchange}"

    def product(self) -> dict[str, Any]:
        """What a data request for this part asks for."""
        return {
            "part_zh": self.exchange.name_zh,
            "part_en": self.exchange.name_en,
            "module_type": self.module_type,
        }


class RequestBatch(models.Model):
    """Requests for several parts of a pack, sent together. Its key comes with the form: sent twice, it is made once."""

    id = models.UUIDField(primary_key=True, editable=False)
    pack = models.ForeignKey(Pack, on_delete=models.CASCADE, related_name="request_batches")
    requests = models.ManyToManyField("suppliers.DataRequest", related_name="+")
    created_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name_plural = "request batches"

    def __str__(self) -> str:
        return f"requests for {self.pack}"
