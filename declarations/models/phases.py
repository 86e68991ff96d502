"""Phases of the scheme as data, and data quality control plans."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from carbonfoot import clock
from carbonfoot.languages import in_language


class Phase(models.Model):
    """A phase with its dates and rules. ``ends_on`` empty: without end. Dates are days in China."""

    code = models.SlugField(max_length=20, unique=True)
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    ruleset_id = models.CharField(max_length=40, default="cn-miit-551")
    # Trial: at least so many typical packs, every chemistry in use, a verification report each. 0: every pack.
    min_packs = models.PositiveSmallIntegerField(default=0)
    every_chemistry = models.BooleanField(default=False)
    every_pack = models.BooleanField(default=False)
    verification_required = models.BooleanField(default=True)
    # Days in which the authority decides, counted from the receipt. No text is public: assumed.
    review_days = models.PositiveSmallIntegerField(default=30)
    source = models.TextField(blank=True)
    assumed: Any = models.JSONField(default=list)

    class Meta:
        ordering = ["starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="phase_forward"
            ),
            models.CheckConstraint(condition=Q(review_days__gte=1), name="phase_review_days_positive"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return in_language(self.name_zh, self.name_en)

    def is_open(self) -> bool:
        """Whether declarations can be submitted today."""
        today = clock.today()
        return self.starts_on <= today and (self.ends_on is None or today <= self.ends_on)


class QualityPlan(models.Model):
    """Data quality control plan 数据质量控制方案 of a maker. An adopted version never changes (trigger)."""

    class State(models.TextChoices):
        """A plan is written by staff and adopted by the approver."""

        DRAFT = "draft", _("Draft")
        ADOPTED = "adopted", _("Adopted")

    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="quality_plans"
    )
    version = models.PositiveIntegerField()
    title = models.CharField(_("title"), max_length=160)
    # Sections by key (declarations.plans.SECTIONS): {key: text}
    sections = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    sha256 = models.CharField(max_length=64, blank=True)
    created_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now, editable=False)
    changed_at = models.DateTimeField(default=clock.now)
    adopted_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    adopted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "version"], name="plan_version_once"),
            models.CheckConstraint(condition=Q(state__in=["draft", "adopted"]), name="plan_state_known"),
            models.CheckConstraint(
                condition=Q(state="draft") | (~Q(sha256="") & Q(adopted_at__isnull=False)),
                name="plan_adopted_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} v{self.version}"

    def parties(self) -> dict[str, int | None]:
        """Who stands in which relation, for the access table."""
        return {"own": self.organisation_id}
