"""Inventories, factors, rule sets and calculations."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class LcaConfig(AppConfig):
    """The lca app: registers its job, its verbs and what the foot of every page says of it."""

    name = "lca"

    def ready(self) -> None:
        """Hook into the audit log, the jobs and the shell."""
        from carbonfoot.audit.verbs import register_verbs
        from carbonfoot.ui.context import foot_fact
        from lca import rulesets
        from lca.reference import current_release

        import_module("lca.tasks")  # registers its handler
        register_verbs(
            {
                "inventory.created": _("Inventory created"),
                "inventory.changed": _("Inventory changed"),
                "inventory.frozen": _("Inventory frozen"),
                "calculation.requested": _("Calculation asked for"),
                "calculation.done": _("Calculation done"),
                "calculation.failed": _("Calculation failed"),
                "result.published": _("Result published"),
                "uncertainty.requested": _("Monte Carlo run asked for"),
                "uncertainty.done": _("Monte Carlo run done"),
                "uncertainty.failed": _("Monte Carlo run failed"),
                "result.granted": _("Result granted to a buyer"),
            }
        )
        version = rulesets.load("cn-miit-551").version

        @foot_fact
        def ruleset_in_force(request: HttpRequest) -> tuple[object, object]:
            return _("Rule set"), f"cn-miit-551 · {version}"

        @foot_fact
        def release_in_force(request: HttpRequest) -> tuple[object, object]:
            return _("Factor release"), current_release().code
