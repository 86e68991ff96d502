"""Calculations: a pure function of revision, rule set, factor release and engine, kept for ever."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from carbonfoot import clock


class CalculationState(models.TextChoices):
    """A calculation waits for its job, is done, or failed with problems. A done one never changes (trigger)."""

    PENDING = "pending", _("Being calculated")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class Calculation(models.Model):
    """One result. ``input_digest`` is its identity: the same input twice is the same calculation."""

    organisation = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="+")
    revision = models.ForeignKey(
        "lca.InventoryRevision", on_delete=models.PROTECT, related_name="calculations"
    )
    ruleset_id = models.CharField(max_length=40)
    ruleset_version = models.CharField(max_length=20)
    release = models.ForeignKey("lca.FactorRelease", on_delete=models.PROTECT, related_name="+")
    engine_version = models.CharField(max_length=20)
    input_digest = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=CalculationState.choices, default=CalculationState.PENDING)
    job = models.ForeignKey("jobs.Job", on_delete=models.PROTECT, null=True, related_name="+")
    # The whole result as ``carbonfoot-ledger/1`` (docs/method.md); empty until done.
    ledger: Any = models.JSONField(default=dict)
    ledger_sha256 = models.CharField(max_length=64, blank=True)
    problems = models.JSONField(default=list)
    # The figures that lists and searches need, as computed; never rounded here.
    per_functional_unit = models.FloatField(null=True)
    per_piece = models.FloatField(null=True)
    per_kwh_capacity = models.FloatField(null=True)
    created_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now, editable=False)
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["revision", "input_digest"], name="calculation_input_once"),
            models.CheckConstraint(
                condition=Q(state__in=CalculationState.values), name="calculation_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state="done")
                | (Q(done_at__isnull=False) & Q(per_piece__isnull=False) & ~Q(ledger_sha256="")),
                name="calculation_done_is_whole",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "-created_at"])]

    def __str__(self) -> str:
        return f"{self.revision} {self.ruleset_id} {self.ruleset_version}"

    @property
    def ui_status(self) -> tuple[str, Any]:
        """Kind and word of the state, for pages."""
        kinds = {"pending": "info", "done": "ok", "failed": "bad"}
        return kinds[self.state], CalculationState(self.state).label

    def parties(self) -> dict[str, int | None]:
        """Who stands in which relation, for the access table."""
        return {"own": self.organisation_id}
