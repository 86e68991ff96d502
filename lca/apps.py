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
        from lca.selectors.comparisons import calculations_by_ruleset, register_ruleset_usage

        register_ruleset_usage("calculations", _("Finished calculations"), calculations_by_ruleset)
        import_module("lca.tasks")  # registers their handlers
        import_module("lca.deadlines")
        import_module("lca.witness")
        register_verbs(
            {
                "inventory.created": _("Inventory created"),
                "inventory.changed": _("Inventory changed"),
                "inventory.frozen": _("Inventory frozen"),
                "calculation.requested": _("Calculation asked for"),
                "calculation.done": _("Calculation done"),
                "calculation.failed": _("Calculation failed"),
                "uncertainty.requested": _("Monte Carlo run asked for"),
                "uncertainty.done": _("Monte Carlo run done"),
                "uncertainty.failed": _("Monte Carlo run failed"),
                "result.published": _("Result published"),
                "result.granted": _("Result granted to a buyer"),
                "release.imported": _("Factor release imported as a draft"),
                "release.announced": _("Factor release announced"),
                "release.published": _("Factor release published"),
                "release.discarded": _("Draft of a factor release discarded"),
                "own_factor.created": _("Own factor entered"),
                "own_factor.changed": _("Own factor changed"),
                "own_factor.versioned": _("New version of an own factor"),
                "own_factor.retired": _("Own factor retired"),
                "own_factor.restored": _("Own factor offered again"),
                "certificates.held": _("Green certificates spent"),
                "certificates.released": _("Green certificates freed"),
                "scenario.created": _("Scenario begun"),
                "scenario.changed": _("Scenario changed"),
                "scenario.requested": _("Calculation of a scenario asked for"),
                "scenario.calculated": _("Scenario calculated"),
                "scenario.archived": _("Scenario put away"),
                "scenario.restored": _("Scenario taken out again"),
            }
        )
        version = rulesets.load("cn-miit-551").version

        @foot_fact
        def ruleset_in_force(request: HttpRequest) -> tuple[object, object]:
            return _("Rule set of declarations"), f"cn-miit-551 · {version}"

        @foot_fact
        def release_in_force(request: HttpRequest) -> tuple[object, object]:
            return _("Factor release in force"), current_release().code
