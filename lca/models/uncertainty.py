"""Monte Carlo runs of a calculation: everything that repeats the draws, and what came out of them."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from carbonfoot import clock
from lca.engine.outcome import MAX_DRAWS, MAX_SEED, MIN_DRAWS, USUAL_SEED
from lca.models.calculations import CalculationState


class UncertaintyRun(models.Model):
    """One Monte Carlo run. ``input_digest`` is its identity: the same request twice is the same run.

    ``outcome`` is ``carbonfoot-uncertainty/1`` (docs/method.md), in kg CO2e per reference flow; the draws are not kept,
    since calculation, profile, seed and sampler give them again. A done run never changes (trigger).
    """

    calculation = models.ForeignKey(
        "lca.Calculation", on_delete=models.PROTECT, related_name="uncertainty_runs"
    )
    seed = models.BigIntegerField(default=USUAL_SEED)
    draws = models.PositiveIntegerField()
    sampler = models.CharField(max_length=60)
    profile = models.CharField(max_length=60)
    profile_sha256 = models.CharField(max_length=64)
    input_digest = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=CalculationState.choices, default=CalculationState.PENDING)
    job = models.ForeignKey("jobs.Job", on_delete=models.PROTECT, null=True, related_name="+")
    outcome: Any = models.JSONField(default=dict)
    outcome_sha256 = models.CharField(max_length=64, blank=True)
    problems = models.JSONField(default=list)
    created_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now, editable=False)
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["calculation", "input_digest"], name="uncertainty_input_once"),
            models.CheckConstraint(
                condition=Q(draws__gte=MIN_DRAWS, draws__lte=MAX_DRAWS), name="uncertainty_draws_bounded"
            ),
            models.CheckConstraint(
                condition=Q(seed__gte=0, seed__lte=MAX_SEED), name="uncertainty_seed_bounded"
            ),
            models.CheckConstraint(
                condition=Q(state__in=CalculationState.values), name="uncertainty_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | (Q(done_at__isnull=False) & ~Q(outcome_sha256="")),
                name="uncertainty_done_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.calculation_id} {self.draws} {self.seed}"

    @property
    def ui_status(self) -> tuple[str, Any]:
        """Kind and word of the state, for pages."""
        words = {
            "pending": ("info", _("Being drawn")),
            "done": ("ok", _("Done")),
            "failed": ("bad", _("Failed")),
        }
        return words[self.state]

    def parties(self) -> dict[str, int | None]:
        """Who stands in which relation, for the access table."""
        return {"own": self.calculation.organisation_id}
