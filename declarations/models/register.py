"""The public register: what everyone may read of an accepted declaration, and nothing else."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from carbonfoot import clock
from carbonfoot.languages import in_language
from declarations.models.packs import Chemistry


class RegisterEntry(models.Model):
    """One accepted version, written in the transaction of its acceptance. Immutable (trigger).

    ``content`` holds every public fact as canonical JSON text with its digest; the columns repeat those that lists,
    searches and statistics need. Public pages read this table alone, so that nothing else can reach them.
    """

    declaration = models.OneToOneField(
        "declarations.Declaration", on_delete=models.PROTECT, related_name="register_entry"
    )
    number = models.CharField(max_length=20)
    version = models.PositiveIntegerField()
    maker_zh = models.CharField(max_length=120)
    maker_en = models.CharField(max_length=120)
    maker_code = models.CharField(max_length=40)
    province = models.CharField(max_length=6, blank=True)
    model = models.CharField(max_length=60)
    chemistry = models.CharField(max_length=6, choices=Chemistry.choices)
    rated_energy_kwh = models.DecimalField(max_digits=12, decimal_places=4)
    ruleset_id = models.CharField(max_length=40)
    per_functional_unit = models.FloatField()
    per_kwh_capacity = models.FloatField()
    # kg CO2e per functional unit by stage, for the small bars of lists
    stages: Any = models.JSONField(default=dict)
    primary_share = models.FloatField(null=True)
    content = models.TextField()
    sha256 = models.CharField(max_length=64)
    snapshot_sha256 = models.CharField(max_length=64)
    search = models.TextField(editable=False)
    accepted_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["-accepted_at", "-id"]
        verbose_name_plural = "register entries"
        constraints = [
            models.UniqueConstraint(fields=["number", "version"], name="register_version_once"),
            models.CheckConstraint(
                condition=Q(chemistry__in=Chemistry.values), name="register_chemistry_known"
            ),
        ]
        indexes = [
            models.Index(fields=["chemistry", "-accepted_at"]),
            GinIndex(fields=["search"], opclasses=["gin_trgm_ops"], name="register_search_trgm"),
        ]

    def __str__(self) -> str:
        return f"{self.number} v{self.version}"

    @property
    def maker(self) -> str:
        """The maker's name in the reader's language, as it was at acceptance."""
        return in_language(self.maker_zh, self.maker_en)
