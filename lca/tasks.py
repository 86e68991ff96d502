"""Background work of the life-cycle part: it only calls services."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from carbonfoot.jobs.models import Job
from carbonfoot.jobs.registry import JobContext, job_handler, progress_messages
from carbonfoot.problems import Problem, Problems
from carbonfoot.ui.jobviews import describe
from lca import rulesets
from lca.models import Calculation, CalculationState, UncertaintyRun
from lca.services import uncertainty
from lca.services.calculations import JOB, run_calculation
from lca.services.impact import JOB as IMPACT_JOB
from lca.services.impact import run_impact
from lca.services.problems import as_problem

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
            found += [_under(row, as_problem(item)) for item in row.problems]
    if found:
        raise Problems(found)
    return {"calculations": done}


def _under(row: Calculation, item: Problem) -> Problem:
    """The problem with the rule set under which it came up."""
    title = rulesets.load(row.ruleset_id, row.ruleset_version).id
    where = f"{title} › {item.where}" if item.where else title
    return Problem(item.code, item.message, item.field, item.severity, item.value, item.mend, where)


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
