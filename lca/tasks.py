"""Background work of the life-cycle part: it only calls services."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from carbonfoot.jobs.models import Job
from carbonfoot.jobs.registry import JobContext, job_handler, progress_messages
from carbonfoot.problems import Problem, Problems
from carbonfoot.ui.jobviews import describe
from lca import rulesets
from lca.models import (
    Calculation,
    CalculationState,
    FactorRelease,
    InventoryRevision,
    Scenario,
    UncertaintyRun,
)
from lca.services import uncertainty
from lca.services.calculations import JOB, run_calculation
from lca.services.impact import JOB as IMPACT_JOB
from lca.services.impact import run_impact
from lca.services.problems import as_problem
from lca.services.scenarios import JOB as SCENARIO_JOB
from lca.services.scenarios import run_one

progress_messages(
    {
        "lca.calculating": _("Calculating under %(ruleset)s"),
        "lca.stored": _("Storing results"),
        "lca.drawing": _("Drawing %(draws)s times"),
    }
)
describe(JOB, _("Calculation"), _("The inventory and earlier results are as they were."))
describe(uncertainty.JOB, _("Monte Carlo run"), _("The calculation and earlier runs are as they were."))


def _never_run(job: Job) -> None:
    """Say of what the job left undone that it was not calculated; it can be asked for again."""
    rows = Calculation.objects.filter(pk__in=job.args.get("calculations", []), state=CalculationState.PENDING)
    rows.update(
        state=CalculationState.FAILED,
        problems=[
            {
                "code": "calculation.not_run",
                "severity": "error",
                "place": "",
                "value": "",
                "params": {},
                "message": {
                    "zh": "核算中断，没有得出结果；可以再次核算。",
                    "en": "The calculation was interrupted and gave no result; it can be started again.",
                },
            }
        ],
    )


@job_handler(JOB, on_end=_never_run)
def calculate_inventory(ctx: JobContext) -> dict[str, Any]:
    """Run the calculations named in the job, one step for each rule set. Those that are done already are left alone."""
    keys = ctx.args["calculations"]
    found: list[Problem] = []
    done = []
    for step, key in enumerate(keys):
        row = Calculation.objects.get(pk=key)
        ctx.progress(step, len(keys), "lca.calculating", ruleset=row.ruleset_id)
        row = run_calculation(actor=ctx.actor, calculation=row)
        if row.state == CalculationState.DONE:
            done.append(row.pk)
        else:
            found += [_under(row.ruleset_id, as_problem(item)) for item in row.problems]
    if found:
        raise Problems(found)
    return {"calculations": done}


def _under(ruleset: str, item: Problem) -> Problem:
    """The problem with the id of the rule set under which it came up."""
    return replace(item, where=f"{ruleset} › {item.where}" if item.where else ruleset)


def _never_drawn(job: Job) -> None:
    """Say of the run that the job left undone that it was not drawn; it can be asked for again."""
    rows = UncertaintyRun.objects.filter(pk=job.args.get("run"), state=CalculationState.PENDING)
    rows.update(state=CalculationState.FAILED, problems=[{"code": "not_run", "params": {}}])


@job_handler(uncertainty.JOB, on_end=_never_drawn)
def draw_run(ctx: JobContext) -> dict[str, Any]:
    """Draw the run named in the job. One that is done already is left alone."""
    run = UncertaintyRun.objects.get(pk=ctx.args["run"])
    ctx.progress(0, 1, "lca.drawing", draws=f"{run.draws:,}")
    run = uncertainty.perform_run(actor=ctx.actor, run=run)
    if run.state != CalculationState.DONE:
        raise Problems(uncertainty.problems_of(run))
    return {"run": run.pk}


progress_messages({"lca.impact": _("Calculating with the factors of %(code)s")})
describe(IMPACT_JOB, _("Impact of a release"), _("No result changed; what was calculated so far is kept."))


@job_handler(IMPACT_JOB)
def calculate_impact(ctx: JobContext) -> dict[str, Any]:
    """Calculate what a draft of a release would change, one step for a few calculations."""

    def report(step: int, steps: int) -> None:
        ctx.progress(step, steps, "lca.impact", code=ctx.job.label)

    return run_impact(actor=ctx.actor, draft_id=ctx.args["draft"], progress=report)


describe(SCENARIO_JOB, _("Scenario"), _("The inventory, its results and the scenario are as they were."))


@job_handler(SCENARIO_JOB)
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
        found += [_under(ruleset.id, item) for item in problems]
    if found:
        raise Problems(found)
    return {"results": done}
