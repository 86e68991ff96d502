"""Factor releases as rows, for search and pages. The engine reads the same release from its files by digest.

A release and its factors never change after import (trigger in migration 0002): a correction is a new release.
"""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from carbonfoot import clock
from carbonfoot.languages import in_language


class FactorRelease(models.Model):
    """A dated, immutable collection of emission factors."""

    code = models.CharField(max_length=40, unique=True)
    sha256 = models.CharField(max_length=64)
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    published = models.DateField(null=True)
    source = models.TextField(blank=True)
    imported_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["-published", "-code"]

    def __str__(self) -> str:
        return self.code

    @property
    def title(self) -> str:
        """The title in the reader's language."""
        return in_language(self.title_zh, self.title_en)


class Factor(models.Model):
    """One emission factor of a release, with its source, licence and traps."""

    release = models.ForeignKey(FactorRelease, on_delete=models.PROTECT, related_name="factors")
    key = models.CharField(max_length=120)
    name_zh = models.CharField(max_length=300)
    name_en = models.CharField(max_length=300)
    category = models.CharField(max_length=60)
    value = models.DecimalField(max_digits=30, decimal_places=15)
    unit = models.CharField(max_length=40)
    region = models.CharField(max_length=40, blank=True)
    year = models.PositiveSmallIntegerField(null=True)
    tier = models.CharField(max_length=12)
    family = models.CharField(max_length=40, blank=True)
    source_title = models.TextField(blank=True)
    source_ref = models.TextField(blank=True)
    licence = models.TextField(blank=True)
    note = models.TextField(blank=True)
    # Which substance a mass means (hydrates), what the value covers, and the terms class of the licence.
    basis = models.CharField(max_length=120, blank=True)
    boundary = models.CharField(max_length=60, blank=True)
    reuse = models.CharField(max_length=20, blank=True)
    search = models.TextField(editable=False)

    class Meta:
        ordering = ["category", "key"]
        constraints = [
            models.UniqueConstraint(fields=["release", "key"], name="factor_key_once"),
            models.CheckConstraint(
                condition=Q(tier__in=["official", "model", "literature", "database"]),
                name="factor_tier_known",
            ),
        ]
        indexes = [GinIndex(fields=["search"], opclasses=["gin_trgm_ops"], name="factor_search_trgm")]

    def __str__(self) -> str:
        return self.key

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return in_language(self.name_zh, self.name_en)
