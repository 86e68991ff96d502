"""What-if scenarios: changes on top of a frozen revision, and what they came to. Never part of what is declared.

They have tables of their own: a declaration holds a foreign key to a calculation, and nothing here is one.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from carbonfoot import clock
from carbonfoot.languages import in_language


class Scenario(models.Model):
    """A list of changes to a frozen revision of an inventory; the inventory itself stays as it is.

    ``changes`` is the list that :mod:`lca.engine.scenario` reads, in the order in which they are made.
    """

    organisation = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="+")
    inventory = models.ForeignKey("lca.Inventory", on_delete=models.PROTECT, related_name="scenarios")
    base = models.ForeignKey("lca.InventoryRevision", on_delete=models.PROTECT, related_name="+")
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True)
    note = models.CharField(max_length=1000, blank=True)
    changes: Any = models.JSONField(default=list)
    # Optimistic lock: a form that was opened on an older version is refused instead of overwriting.
    version = models.PositiveIntegerField(default=1)
    job = models.ForeignKey("jobs.Job", on_delete=models.PROTECT, null=True, related_name="+")
    archived_at = models.DateTimeField(null=True)
    created_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now, editable=False)
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-changed_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(name_zh=""), name="scenario_has_name"),
            models.CheckConstraint(condition=Q(version__gte=1), name="scenario_version_from_one"),
        ]
        indexes = [models.Index(fields=["organisation", "-changed_at"])]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return in_language(self.name_zh, self.name_en)

    def parties(self) -> dict[str, int | None]:
        """Who stands in which relation, for the access table."""
        return {"own": self.organisation_id}


class ScenarioResult(models.Model):
    """What a scenario came to under one rule set. Immutable (trigger); the same input twice is the same result.

    ``ledger`` is that of the changed document (``carbonfoot-ledger/1``); ``outcome`` holds the base's figures beside
    the scenario's, the effect of each change, and the lines that moved. ``sha256`` is the digest of both.
    """

    scenario = models.ForeignKey(Scenario, on_delete=models.PROTECT, related_name="results")
    scenario_version = models.PositiveIntegerField()
    base = models.ForeignKey("lca.InventoryRevision", on_delete=models.PROTECT, related_name="+")
    ruleset_id = models.CharField(max_length=40)
    ruleset_version = models.CharField(max_length=20)
    release = models.ForeignKey("lca.FactorRelease", on_delete=models.PROTECT, related_name="+")
    engine_version = models.CharField(max_length=20)
    input_digest = models.CharField(max_length=64)
    ledger: Any = models.JSONField()
    outcome: Any = models.JSONField()
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["ruleset_id", "-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["scenario", "input_digest"], name="scenario_input_once")
        ]

    def __str__(self) -> str:
        return f"{self.scenario} {self.ruleset_id} {self.ruleset_version}"
