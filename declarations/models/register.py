"""The public register: what everyone may read of an accepted declaration, and who decided what that is."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q, Value

from carbonfoot import clock
from carbonfoot.languages import in_language
from declarations.models.packs import Chemistry

STANDS = Q(stands=True)


def characters(value: Any) -> Func:
    """The characters of a text, as the index of short searches holds them."""
    return Func(value, Value(None), function="string_to_array", output_field=ArrayField(models.TextField()))


class PublicationRule(models.Model):
    """Which of the fields that need not be public are public, from a moment on. Immutable (trigger): a change is a new
    version. An entry names the version under which it was written, and keeps what was published then.
    """

    version = models.PositiveIntegerField(unique=True)
    # Keys of declarations.publication.FIELDS; those that must be public are not in it.
    fields: Any = models.JSONField(default=list)
    reason = models.TextField()
    organisation = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="+")
    set_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    set_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.CheckConstraint(condition=Q(version__gte=1), name="publication_version_positive"),
            models.CheckConstraint(condition=~Q(reason=""), name="publication_needs_reason"),
        ]

    def __str__(self) -> str:
        return f"v{self.version}"


class RegisterEntry(models.Model):
    """One accepted version, written in the transaction of its acceptance. Immutable (trigger).

    ``content`` holds every public fact as canonical JSON text with its digest; the columns repeat those that lists,
    searches and statistics need, and are empty where the fact is not public. Public pages read this table alone, so
    that nothing else can reach them.
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
    # The version of the publication rule that the content was written under; 0 before there was any.
    rule_version = models.PositiveIntegerField(default=0)
    search = models.TextField(editable=False)
    # Whether the declaration is accepted now. Kept by triggers of the database, whatever value is written here, so that
    # lists and statistics read this table alone.
    stands = models.BooleanField(default=True, editable=False)
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
            # One for each order of the list, read from either end.
            models.Index(fields=["accepted_at", "id"], condition=STANDS, name="register_by_day"),
            models.Index(fields=["number", "id"], condition=STANDS, name="register_by_number"),
            models.Index(fields=["maker_zh", "id"], condition=STANDS, name="register_by_maker"),
            models.Index(fields=["rated_energy_kwh", "id"], condition=STANDS, name="register_by_energy"),
            models.Index(
                fields=["per_functional_unit", "id"], condition=STANDS, name="register_by_delivered"
            ),
            models.Index(fields=["per_kwh_capacity", "id"], condition=STANDS, name="register_by_rated"),
            models.Index(
                fields=["chemistry", "-accepted_at", "-id"], condition=STANDS, name="register_by_chemistry"
            ),
            # Everything that statistics count, so that they need not touch the rows.
            models.Index(
                fields=["ruleset_id", "chemistry", "per_functional_unit"],
                include=["maker_code", "province", "accepted_at", "primary_share", "per_kwh_capacity"],
                condition=STANDS,
                name="register_statistics",
            ),
            models.Index(fields=["maker_code"], condition=STANDS, name="register_maker_code"),
            models.Index(fields=["sha256"], name="register_sha256"),
            models.Index(fields=["snapshot_sha256"], name="register_snapshot_sha256"),
            # Three letters and more; trigrams do not help a search for two, as most Chinese words have.
            GinIndex(fields=["search"], opclasses=["gin_trgm_ops"], name="register_search_trgm"),
            GinIndex(characters(F("search")), name="register_search_characters"),
        ]

    def __str__(self) -> str:
        return f"{self.number} v{self.version}"

    @property
    def maker(self) -> str:
        """The maker's name in the reader's language, as it was at acceptance."""
        return in_language(self.maker_zh, self.maker_en)
