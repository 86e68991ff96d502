"""Drafts of factor releases: what an administrator imported, before anybody decides, and what it would change.

What a draft holds never changes after the import, and nothing of it after the decision (triggers in migration
0005): another file is another draft.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from carbonfoot import clock
from carbonfoot.languages import in_language


class DraftState(models.TextChoices):
    """Where the decision about a draft stands."""

    DRAFT = "draft", _("Draft")
    ANNOUNCED = "announced", _("Announced")
    PUBLISHED = "published", _("Published")
    DISCARDED = "discarded", _("Discarded")


class FactorDraft(models.Model):
    """An imported set of factors that may become a release. ``sha256`` is the digest that the release will have."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.CharField(_("code"), max_length=40)
    title_zh = models.CharField(_("title (Chinese)"), max_length=200)
    title_en = models.CharField(_("title (English)"), max_length=200)
    source = models.TextField(_("source"), blank=True)
    base = models.ForeignKey("lca.FactorRelease", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=DraftState.choices, default=DraftState.DRAFT)
    sha256 = models.CharField(max_length=64)
    # Every factor as the engine writes it (``Factor.to_dict``), in the order of the file.
    factors: Any = models.JSONField()
    count = models.PositiveIntegerField()
    file = models.FileField(upload_to="releases/%Y/%m")
    filename = models.CharField(max_length=200)
    file_sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    release = models.OneToOneField(
        "lca.FactorRelease", on_delete=models.PROTECT, null=True, related_name="draft"
    )
    uploaded_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now, editable=False)
    announced_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=DraftState.values), name="draft_state_known"),
            models.UniqueConstraint(fields=["code"], condition=~Q(state="discarded"), name="draft_code_once"),
            models.CheckConstraint(
                condition=(Q(state="published") & Q(release__isnull=False))
                | (~Q(state="published") & Q(release__isnull=True)),
                name="draft_published_is_release",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["published", "discarded"]) | Q(decided_at__isnull=False),
                name="draft_decision_dated",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def title(self) -> str:
        """The title in the reader's language."""
        return in_language(self.title_zh, self.title_en)

    @property
    def ui_status(self) -> tuple[str, Any]:
        """Kind and word of the state, for pages."""
        kinds = {"draft": "idle", "announced": "info", "published": "ok", "discarded": "locked"}
        return kinds[self.state], DraftState(self.state).label

    @property
    def is_open(self) -> bool:
        """Whether it may still be decided either way."""
        return self.state in (DraftState.DRAFT, DraftState.ANNOUNCED)


class FactorUse(models.Model):
    """How far a finished calculation rests on one factor: d(result)/d(factor value), for the estimate of a change.

    ``amount`` is units of the factor behind one unit of the reference product (kg, kWh, tkm …), so that a new value
    changes ``Calculation.per_piece`` by ``amount * (new - old)`` kg CO2e. Derived from the ledger, as fixed as it is.
    """

    calculation = models.ForeignKey("lca.Calculation", on_delete=models.PROTECT, related_name="uses")
    key = models.CharField(max_length=120)
    amount = models.FloatField()

    class Meta:
        ordering = ["key"]
        constraints = [models.UniqueConstraint(fields=["calculation", "key"], name="use_key_once")]
        indexes = [models.Index(fields=["key"])]

    def __str__(self) -> str:
        return f"{self.calculation_id} {self.key}"


class DraftImpact(models.Model):
    """A calculation made again with a draft's factors: the new figures, or what stands in the way.

    Belongs to the organisation of the calculation; nobody else sees its figures.
    """

    draft = models.ForeignKey(FactorDraft, on_delete=models.PROTECT, related_name="impacts")
    calculation = models.ForeignKey("lca.Calculation", on_delete=models.PROTECT, related_name="impacts")
    per_piece = models.FloatField(null=True)
    per_functional_unit = models.FloatField(null=True)
    problems = models.JSONField(default=list)
    done_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["draft", "calculation"], name="impact_once"),
            models.CheckConstraint(
                condition=Q(per_piece__isnull=False) | ~Q(problems=[]), name="impact_figure_or_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.draft} {self.calculation_id}"
