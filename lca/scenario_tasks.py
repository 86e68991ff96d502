"""Background work of scenarios: it only calls services."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from carbonfoot.jobs.registry import JobContext, job_handler
from carbonfoot.problems import Problem, Problems
from carbonfoot.ui.jobviews import describe
from lca import rulesets
from lca.models import FactorRelease, InventoryRevision, Scenario
from lca.services.scenarios import JOB, run_one

describe(JOB, _("Scenario"), _("The inventory, its results and the scenario are as they were."))


@job_handler(JOB)
def calculate_scenario(ctx: JobContext) -> dict[str, Any]:
    """Calculate the changes that were asked for under every rule set; what is there already is left alone.

    A rule set under which nothing comes out does not keep the others from their results.
    """
    scenario = Scenario.objects.get(pk=ctx.args["scenario"], organisation=ctx.actor.organisation_id)
    base = InventoryRevision.objects.get(pk=ctx.args["base"], inventory=scenario.inventory_id)
    release = FactorRelease.objects.get(pk=ctx.args["release"])
    chosen = rulesets.available()
    found: list[Problem] = []
    done = []
    for step, ruleset in enumerate(chosen):
        ctx.progress(step, len(chosen), "lca.calculating", ruleset=ruleset.id)
        row, problems = run_one(
            actor=ctx.actor,
            scenario=scenario,
            changes=ctx.args["changes"],
            base=base,
            ruleset=ruleset,
            release=release,
        )
        if row is not None:
            done.append(row.pk)
        for item in problems:
            where = f"{ruleset.id} › {item.where}" if item.where else ruleset.id
            found.append(
                Problem(item.code, item.message, item.field, item.severity, item.value, item.mend, where)
            )
    if found:
        raise Problems(found)
    return {"results": done}
